#include <algorithm>
#include <optional>
#include <string>

#include "server/protocol/decode.h"
#include "server/protocol/decode_domains.h"

namespace kontor::protocol {
namespace {

namespace billing = rules::billing;

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  return std::nullopt;
}

std::optional<Digest> optional_hash(FieldReader& f, std::string_view field, capnp::Text::Reader text) {
  if (text.size() == 0) return std::nullopt;
  Digest digest{};
  if (text.size() != 2 * digest.size()) {
    f.refuse(std::string(field) + " has 64 hexadecimal digits");
    return std::nullopt;
  }
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const auto high = hex_digit(text[2 * i]);
    const auto low = hex_digit(text[2 * i + 1]);
    if (!high || !low) {
      f.refuse(std::string(field) + " has 64 hexadecimal digits, in small letters");
      return std::nullopt;
    }
    digest[i] = static_cast<std::uint8_t>(*high << 4 | *low);
  }
  return digest;
}

billing::Command read(FieldReader& f, wire::OpenBillingRun::Reader c) {
  return billing::OpenBillingRun{.run = f.id<BillingRunId>("run", c.getRun()),
                                 .scope = f.choice("scope", c.getScope(), billing::Scope::Credits),
                                 .cutoff = f.instant("cutoff", c.getCutoff())};
}

billing::Command read(FieldReader& f, wire::CloseBillingRun::Reader c) {
  return billing::CloseBillingRun{
      .run = f.id<BillingRunId>("run", c.getRun()),
      .invoice_ref = f.text("invoiceRef", c.getInvoiceRef(), TextLimits::invoice_ref),
      .lines_hash = optional_hash(f, "linesHash", c.getLinesHash())};
}

billing::Command read(FieldReader& f, wire::AbandonBillingRun::Reader c) {
  return billing::AbandonBillingRun{.run = f.id<BillingRunId>("run", c.getRun()),
                                    .reason = f.text("reason", c.getReason(), TextLimits::reason)};
}

billing::Command read(FieldReader& f, wire::SealPeriod::Reader c) {
  return billing::SealPeriod{.until = f.instant("until", c.getUntil())};
}

template <class Reader>
DecodedBody decoded(Reader reader) {
  FieldReader fields;
  auto command = read(fields, reader);
  return judged(fields, std::move(command));
}

}  // namespace

DecodedBody decode_billing(wire::CommandContent::Body::Reader body) {
  using Body = wire::CommandContent::Body;
  switch (body.which()) {
    case Body::OPEN_BILLING_RUN: return decoded(body.getOpenBillingRun());
    case Body::CLOSE_BILLING_RUN: return decoded(body.getCloseBillingRun());
    case Body::ABANDON_BILLING_RUN: return decoded(body.getAbandonBillingRun());
    case Body::SEAL_PERIOD: return decoded(body.getSealPeriod());
    default: return std::nullopt;
  }
}

bool check_billing_question(FieldReader& f, wire::Query::Question::Reader question) {
  using Question = wire::Query::Question;
  const auto run = [&f](capnp::Text::Reader text) { static_cast<void>(f.id_text("run", text)); };
  const auto cursor = [&f](capnp::Text::Reader text) {
    static_cast<void>(f.text("after", text, TextLimits::cursor));
  };
  switch (question.which()) {
    case Question::BILLING_RUNS: cursor(question.getBillingRuns().getAfter()); return true;
    case Question::BILLING_LINES:
      run(question.getBillingLines().getRun());
      cursor(question.getBillingLines().getAfter());
      return true;
    case Question::BILLING_STATEMENT: run(question.getBillingStatement().getRun()); return true;
    default: return false;
  }
}

}  // namespace kontor::protocol
