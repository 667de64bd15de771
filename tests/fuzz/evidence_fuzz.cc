// Any bytes as what auditors and witnesses read: evidence, a kept receipt, a request to a witness. What can
// be read is written again as the same thing.

#include <cstdint>
#include <string_view>

#include "client/evidence.h"
#include "client/kept_receipts.h"
#include "client/witness/judge.h"
#include "events/core/assert.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto evidence = kontor::client::Evidence::parse(text)) {
    const auto again = kontor::client::Evidence::parse(evidence->text(""));
    KONTOR_ASSERT(again.has_value());
    KONTOR_ASSERT(*again == *evidence);
  }
  if (const auto receipt = kontor::client::BoundReceipt::parse(text)) {
    const auto again = kontor::client::BoundReceipt::parse(receipt->line());
    KONTOR_ASSERT(again.has_value());
    KONTOR_ASSERT(*again == *receipt);
  }
  if (const auto request = kontor::witness::AddCheckpoint::parse(text)) {
    // One text for one request: a witness and whoever checks it see the same.
    KONTOR_ASSERT(request->text() == text);
  }
  return 0;
}
