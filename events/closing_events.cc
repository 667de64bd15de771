#include "events/closing_events.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <cstdint>
#include <cstring>

#include "events/envelope.capnp.h"

namespace kontor {

bool closes_books(std::string_view stored) {
  if (stored.empty() || stored.size() % sizeof(capnp::word) != 0) return false;
  // Events lie in a slice word by word, but a slice may begin anywhere.
  kj::Array<capnp::word> moved;
  const auto* words = reinterpret_cast<const capnp::word*>(stored.data());
  if (reinterpret_cast<std::uintptr_t>(stored.data()) % alignof(capnp::word) != 0) {
    moved = kj::heapArray<capnp::word>(stored.size() / sizeof(capnp::word));
    std::memcpy(moved.begin(), stored.data(), stored.size());
    words = moved.begin();
  }
  try {
    capnp::FlatArrayMessageReader reader(kj::arrayPtr(words, stored.size() / sizeof(capnp::word)));
    const auto body = reader.getRoot<schema::RecordedEvent>().getBody();
    if (!body.isBilling()) return false;
    const auto billing = body.getBilling();
    return billing.isBillingRunClosed() || billing.isPeriodSealed();
  } catch (const kj::Exception&) {
    return false;
  }
}

}  // namespace kontor
