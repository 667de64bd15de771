#pragma once
// All figures of one tenant, from its events alone. One thread.

#include "events/envelope.h"
#include "replay/verifier/access.h"
#include "replay/verifier/billing.h"
#include "replay/verifier/credits.h"
#include "replay/verifier/pools.h"
#include "replay/verifier/seats.h"

namespace kontor::verifier {

class Figures {
 public:
  Figures() : seats_(billing_, position_) {}
  Figures(const Figures&) = delete;
  Figures& operator=(const Figures&) = delete;

  /// Why the event does not follow from those before it. After an objection the figures mean nothing.
  [[nodiscard]] Objection take(const RecordedEvent& event) {
    position_ = event.envelope.position;
    if (Objection objection = billing_.take(event)) return objection;
    if (const auto* one = std::get_if<credits::Event>(&event.body)) return credits_.take(*one);
    if (const auto* one = std::get_if<seats::Event>(&event.body)) return seats_.take(*one);
    if (const auto* one = std::get_if<communities::Event>(&event.body)) return pools_.take(*one);
    if (const auto* one = std::get_if<access::Event>(&event.body)) return access_.take(*one);
    return std::nullopt;
  }

  [[nodiscard]] const CreditBook& credits() const { return credits_; }
  [[nodiscard]] const SeatBook& seats() const { return seats_; }
  [[nodiscard]] const PoolBook& pools() const { return pools_; }
  [[nodiscard]] const AccessBook& access() const { return access_; }
  [[nodiscard]] const BillingBook& billing() const { return billing_; }

 private:
  Position position_ = 0;
  BillingBook billing_;
  CreditBook credits_;
  SeatBook seats_;
  PoolBook pools_;
  AccessBook access_;
};

}  // namespace kontor::verifier
