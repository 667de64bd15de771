#include "replay/view_comparison.h"

#include <fmt/format.h>

#include "projections/view_key.h"

namespace kontor::replay {
namespace {

tl::unexpected<Error> differs(std::string_view key, std::string_view how) {
  return fail(Reason::ViewsDiffer, fmt::format("{}: {}", entry_name(key), how));
}

// Names as they are, numbers in hexadecimal: the parts of a key are not told apart here.
std::string readable(std::string_view bytes) {
  std::string shown;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte < 0x7F) {
      shown.push_back(c);
    } else if (byte == 0) {
      if (!shown.empty() && shown.back() != ' ') shown.push_back(' ');
    } else {
      shown += fmt::format("\\x{:02x}", byte);
    }
  }
  return shown;
}

std::string_view kind_name(char kind) {
  switch (static_cast<views::Kind>(kind)) {
    case views::Kind::CampusCard: return "CampusCard";
    case views::Kind::CampusCounts: return "CampusCounts";
    case views::Kind::CampusCourse: return "CampusCourse";
    case views::Kind::CourseCard: return "CourseCard";
    case views::Kind::CourseRun: return "CourseRun";
    case views::Kind::CourseSeat: return "CourseSeat";
    case views::Kind::PersonCard: return "PersonCard";
    case views::Kind::PersonCourseSeat: return "PersonCourseSeat";
    case views::Kind::Membership: return "Membership";
    case views::Kind::PersonIdentity: return "PersonIdentity";
    case views::Kind::CreditSettings: return "CreditSettings";
    case views::Kind::CreditPackage: return "CreditPackage";
    case views::Kind::CreditAccount: return "CreditAccount";
    case views::Kind::CreditTransaction: return "CreditTransaction";
    case views::Kind::CreditOrder: return "CreditOrder";
    case views::Kind::CreditOrderStep: return "CreditOrderStep";
    case views::Kind::CreditOrderOfUser: return "CreditOrderOfUser";
    case views::Kind::CreditOrderByAge: return "CreditOrderByAge";
    case views::Kind::CreditOrderCredited: return "CreditOrderCredited";
    case views::Kind::LateEvent: return "LateEvent";
  }
  return "unknown row";
}

}  // namespace

std::string entry_name(std::string_view key) {
  const std::size_t end = key.find('\0');
  if (end == std::string_view::npos || end + 1 >= key.size()) return "unknown entry " + readable(key);
  const std::string_view tenant = key.substr(0, end);
  const std::string_view rest = key.substr(end + 2);
  switch (key[end + 1]) {
    case 'c': return "the checkpoint";
    case 'm': return fmt::format("the mark of tenant {}", tenant);
    case 't': return fmt::format("the time index of tenant {}", tenant);
    case 'p': return fmt::format("the position index of tenant {}", tenant);
    case 'v': break;
    default: return "unknown entry " + readable(key);
  }
  if (rest.size() < 9) return "unknown entry " + readable(key);
  return fmt::format("{} of tenant {}: {}, at position {}", kind_name(rest.front()), tenant,
                     readable(rest.substr(1, rest.size() - 9)),
                     ~views::number_at(rest.substr(rest.size() - 8)));
}

Result<std::uint64_t> compare_views(const views::ViewStore& derived, const views::ViewStore& stored) {
  const auto right = derived.walk();
  const auto found = stored.walk();
  right->seek({});
  found->seek({});
  std::uint64_t entries = 0;
  for (; right->valid() && found->valid(); right->next(), found->next(), ++entries) {
    if (right->key() < found->key()) return differs(right->key(), "is missing");
    if (right->key() > found->key()) return differs(found->key(), "does not follow from the log");
    if (right->value() != found->value()) return differs(found->key(), "says something else than the log");
  }
  if (!found->valid())
    if (const Status status = found->status(); !status) return fail(status.error());
  if (right->valid()) return differs(right->key(), "is missing");
  if (found->valid()) return differs(found->key(), "does not follow from the log");
  return entries;
}

}  // namespace kontor::replay
