#pragma once
// One function per command; rules.h is the way in. Refusals are checked from the general to the particular,
// and that order is part of the answer. Pure; the thread that owns the state.

#include "engine/rules/seats/rules.h"

namespace kontor::rules::seats {

// booking.cc
[[nodiscard]] Decision<Event> decide_one(const State& state, const OpenCampus& command, const Context& ctx);
[[nodiscard]] Decision<Event> decide_one(const State& state, const BookFlat& command, const Context& ctx);
[[nodiscard]] Decision<Event> decide_one(const State& state, const ResizeFlat& command, const Context& ctx);
[[nodiscard]] Decision<Event> decide_one(const State& state, const ActivateBookingPeriod& command,
                                         const Context& ctx);
[[nodiscard]] Decision<Event> decide_one(const State& state, const EnableBothSeatTypes& command,
                                         const Context& ctx);
// courses.cc
[[nodiscard]] Decision<Event> decide_one(const State& state, const CreateCourse& command, const Context& ctx);
[[nodiscard]] Decision<Event> decide_one(const State& state, const EditCourse& command, const Context& ctx);
[[nodiscard]] Decision<Event> decide_one(const State& state, const SetCourseSeatLimits& command,
                                         const Context& ctx);
[[nodiscard]] Decision<Event> decide_one(const State& state, const EndCourseRun& command, const Context& ctx);
[[nodiscard]] Decision<Event> decide_one(const State& state, const SettleCourse& command, const Context& ctx);
[[nodiscard]] Decision<Event> decide_one(const State& state, const ReactivateCourse& command,
                                         const Context& ctx);
// members.cc
[[nodiscard]] Decision<Event> decide_one(const State& state, const InviteToCourse& command,
                                         const Context& ctx);
[[nodiscard]] Decision<Event> decide_one(const State& state, const AddCampusSeat& command,
                                         const Context& ctx);
[[nodiscard]] Decision<Event> decide_one(const State& state, const EndCourseMembership& command,
                                         const Context& ctx);
[[nodiscard]] Decision<Event> decide_one(const State& state, const TransferSeat& command, const Context& ctx);
[[nodiscard]] Decision<Event> decide_one(const State& state, const ChangeRole& command, const Context& ctx);
[[nodiscard]] Decision<Event> decide_one(const State& state, const RecordContribution& command,
                                         const Context& ctx);
// corrections.cc
[[nodiscard]] Decision<Event> decide_one(const State& state, const CorrectSeat& command, const Context& ctx);

}  // namespace kontor::rules::seats
