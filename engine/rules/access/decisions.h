#pragma once
// One function a command, beside the rules it belongs to: settings.cc, orders.cc, reversal.cc, members.cc,
// roster.cc. Each refuses in the order of README.md.

#include "engine/rules/access/rules.h"

namespace kontor::rules::access {

[[nodiscard]] Decision<Event> decide_one(const Known&, const ConfigureGroupFeature&, const Context&);
[[nodiscard]] Decision<Event> decide_one(const Known&, const RegisterGroupProduct&, const Context&);
[[nodiscard]] Decision<Event> decide_one(const Known&, const ChangeMailTemplate&, const Context&);

[[nodiscard]] Decision<Event> decide_one(const Known&, const PlaceAccessOrder&, const Context&);
[[nodiscard]] Decision<Event> decide_one(const Known&, const CompleteAccessOrder&, const Context&);
[[nodiscard]] Decision<Event> decide_one(const Known&, const AbandonAccessOrder&, const Context&);
[[nodiscard]] Decision<Event> decide_one(const Known&, const ReverseAccessOrder&, const Context&);
[[nodiscard]] Decision<Event> decide_one(const Known&, const ExpandGroup&, const Context&);

[[nodiscard]] Decision<Event> decide_one(const Known&, const EnrolParticipant&, const Context&);
[[nodiscard]] Decision<Event> decide_one(const Known&, const RemoveParticipant&, const Context&);
[[nodiscard]] Decision<Event> decide_one(const Known&, const ReinviteParticipant&, const Context&);
[[nodiscard]] Decision<Event> decide_one(const Known&, const TransferLeadership&, const Context&);
[[nodiscard]] Decision<Event> decide_one(const Known&, const CorrectEnrolment&, const Context&);
[[nodiscard]] Decision<Event> decide_one(const Known&, const ImportRoster&, const Context&);

}  // namespace kontor::rules::access
