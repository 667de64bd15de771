#include "server/protocol/decode.h"
#include "server/protocol/decode_domains.h"

namespace kontor::protocol {
namespace {

void id(FieldReader& f, std::string_view field, capnp::Text::Reader text) { (void)f.id_text(field, text); }

void optional_id(FieldReader& f, std::string_view field, capnp::Text::Reader text) {
  if (text.size() > 0) id(f, field, text);
}

void cursor(FieldReader& f, capnp::Text::Reader text) { (void)f.text("after", text, TextLimits::cursor); }

}  // namespace

bool check_access_question(FieldReader& f, wire::Query::Question::Reader question) {
  using Question = wire::Query::Question;
  switch (question.which()) {
    case Question::GROUP_OVERVIEW: id(f, "group", question.getGroupOverview().getGroup()); break;
    case Question::GROUP_ROSTER:
      id(f, "group", question.getGroupRoster().getGroup());
      (void)f.choice("members", question.getGroupRoster().getMembers(), wire::RosterFilter::ALL);
      cursor(f, question.getGroupRoster().getAfter());
      break;
    case Question::GROUPS_OF_LEADER:
      id(f, "person", question.getGroupsOfLeader().getPerson());
      cursor(f, question.getGroupsOfLeader().getAfter());
      break;
    case Question::CAN_OPEN_GROUP:
      id(f, "person", question.getCanOpenGroup().getPerson());
      id(f, "group", question.getCanOpenGroup().getGroup());
      break;
    case Question::CHECKOUT_QUOTE: id(f, "product", question.getCheckoutQuote().getProduct()); break;
    case Question::IMPORT_REPORT:
      optional_id(f, "import", question.getImportReport().getImport());
      optional_id(f, "group", question.getImportReport().getGroup());
      optional_id(f, "fileHash", question.getImportReport().getFileHash());
      (void)f.choice("rows", question.getImportReport().getRows(), wire::ImportFilter::REFUSED);
      cursor(f, question.getImportReport().getAfter());
      break;
    case Question::ACCESS_OF: id(f, "person", question.getAccessOf().getPerson()); break;
    case Question::ORDERS_IN_PERIOD: cursor(f, question.getOrdersInPeriod().getAfter()); break;
    default: return false;
  }
  return true;
}

}  // namespace kontor::protocol
