#pragma once
// Where a storm takes its choices from: names from small pools, so that commands meet; moments around those
// at which something happens; numbers at the edge of what is allowed. One thread.

#include <optional>
#include <string>
#include <vector>

#include "tests/model/world.h"
#include "tests/simulation/dice.h"

namespace kontor::model {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : dice(seed) {}

  /// How sensible the next command shall be: 80 % plausible, 15 % at a border, 5 % nonsense.
  enum class Mood { Plausible, Border, Nonsense };
  void next_mood();

  [[nodiscard]] bool percent(unsigned chance) { return dice.percent(chance); }
  [[nodiscard]] bool plausible() const { return mood == Mood::Plausible; }

  /// A name of a small pool; with nonsense sometimes one that nobody knows.
  template <class Id>
  [[nodiscard]] Id name(const char* prefix, unsigned pool) {
    if (mood == Mood::Nonsense && percent(30)) return Id(std::string(prefix) + "-unknown");
    return Id(std::string(prefix) + "-" + std::to_string(1 + dice.below(pool)));
  }
  [[nodiscard]] CampusId campus();
  [[nodiscard]] CourseId course();
  [[nodiscard]] PersonId person();
  /// A course where commands have a chance, if there is one.
  [[nodiscard]] CourseId course_in(std::initializer_list<CourseState> states);
  [[nodiscard]] Instant midnight(int days_from_now);
  /// Now, near now, when something is due, or a midnight.
  [[nodiscard]] Instant moment();
  [[nodiscard]] Instant later(Instant than);
  /// Small, or exactly at a limit.
  [[nodiscard]] std::uint32_t number(std::uint32_t usual_max, std::uint32_t max);
  [[nodiscard]] std::string text(const char* usual, std::size_t max);
  [[nodiscard]] people::Contact contact();
  [[nodiscard]] std::optional<PersonId> known_person();

  simulation::Dice dice;
  Mood mood = Mood::Plausible;
  const World* world = nullptr;
  Instant now;
  std::string actor_id;  // of the next command, where it matters
};

/// One command of the storm and who may send it.
struct Drawn {
  Role role = Role::Unknown;
  std::string actor_id = "someone";
  rules::Command command;
};

// One overload a command: fills it and says who may send it. A command without one does not compile
// (generator.cc goes through the variants).
[[nodiscard]] Role fill(Chance& c, rules::tenancy::CreateTenant& command);
[[nodiscard]] Role fill(Chance& c, rules::tenancy::FinishHistory& command);
[[nodiscard]] Role fill(Chance& c, rules::tenancy::ChangeTenantPlan& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::OpenCampus& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::BookFlat& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::ResizeFlat& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::ActivateBookingPeriod& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::EnableBothSeatTypes& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::CreateCourse& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::EditCourse& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::SetCourseSeatLimits& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::InviteToCourse& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::AddCampusSeat& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::EndCourseMembership& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::EndCourseRun& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::SettleCourse& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::ReactivateCourse& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::TransferSeat& command);
[[nodiscard]] Role fill(Chance& c, rules::people::RegisterPerson& command);
[[nodiscard]] Role fill(Chance& c, rules::people::ChangePersonEmail& command);
[[nodiscard]] Role fill(Chance& c, rules::people::ErasePerson& command);
[[nodiscard]] Role fill(Chance& c, rules::effects::AckTagChange& command);
[[nodiscard]] Role fill(Chance& c, rules::effects::AckEffect& command);
[[nodiscard]] Role fill(Chance& c, rules::billing::OpenBillingRun& command);
[[nodiscard]] Role fill(Chance& c, rules::billing::CloseBillingRun& command);
[[nodiscard]] Role fill(Chance& c, rules::billing::AbandonBillingRun& command);
[[nodiscard]] Role fill(Chance& c, rules::billing::SealPeriod& command);
[[nodiscard]] Role fill(Chance& c, rules::communities::OpenCommunity& command);
[[nodiscard]] Role fill(Chance& c, rules::communities::BookCommunityPool& command);
[[nodiscard]] Role fill(Chance& c, rules::communities::CreateCommunityGroup& command);
[[nodiscard]] Role fill(Chance& c, rules::communities::InviteToCommunityGroup& command);
[[nodiscard]] Role fill(Chance& c, rules::communities::EndGroupMembership& command);
[[nodiscard]] Role fill(Chance& c, rules::communities::DeactivateGroup& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::RecordContribution& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::CorrectSeat& command);
[[nodiscard]] Role fill(Chance& c, rules::seats::ChangeRole& command);
[[nodiscard]] Role fill(Chance& c, rules::access::ConfigureGroupFeature& command);
[[nodiscard]] Role fill(Chance& c, rules::access::RegisterGroupProduct& command);
[[nodiscard]] Role fill(Chance& c, rules::access::PlaceAccessOrder& command);
[[nodiscard]] Role fill(Chance& c, rules::access::CompleteAccessOrder& command);
[[nodiscard]] Role fill(Chance& c, rules::access::AbandonAccessOrder& command);
[[nodiscard]] Role fill(Chance& c, rules::access::EnrolParticipant& command);
[[nodiscard]] Role fill(Chance& c, rules::access::ImportRoster& command);
[[nodiscard]] Role fill(Chance& c, rules::access::RemoveParticipant& command);
[[nodiscard]] Role fill(Chance& c, rules::access::ReinviteParticipant& command);
[[nodiscard]] Role fill(Chance& c, rules::access::ChangeMailTemplate& command);
[[nodiscard]] Role fill(Chance& c, rules::access::ReverseAccessOrder& command);
[[nodiscard]] Role fill(Chance& c, rules::access::ExpandGroup& command);
[[nodiscard]] Role fill(Chance& c, rules::access::TransferLeadership& command);
[[nodiscard]] Role fill(Chance& c, rules::access::CorrectEnrolment& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::ConfigureCredits& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::DefinePackage& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::RetirePackage& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::RegisterUser& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::ActivateCreditAccount& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::DeactivateCreditAccount& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::PlaceCreditOrder& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::SetOrderStatus& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::PostManualTransaction& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::Publish& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::SaveDraft& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::SchedulePublication& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::ConfirmPublication& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::CancelScheduled& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::ReverseCreditOrder& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::RefundPublication& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::MarkOrderInvoiced& command);
[[nodiscard]] Role fill(Chance& c, rules::credits::MarkOrderPaid& command);

/// The first commands of a world, so that there is something to act on.
[[nodiscard]] std::vector<Drawn> opening(Chance& c);

/// All commands with weights of their own, redrawn for each world.
class Generator {
 public:
  explicit Generator(Chance& chance);
  [[nodiscard]] Drawn next();
  [[nodiscard]] static std::size_t kinds();

 private:
  Chance& chance_;
  std::vector<std::uint64_t> weights_;
  std::uint64_t sum_ = 0;
};

/// A question with random names, and its filters.
void ask_something(Chance& c, wire::Query::Builder query);

}  // namespace kontor::model
