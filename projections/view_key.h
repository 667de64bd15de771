#pragma once
// Keys of view rows. Every key begins with its tenant, so that no view of one tenant can reach a row of
// another, and rows of a kind lie in the order of their parts. Pure values; any thread.

#include <boost/container/small_vector.hpp>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "events/core/ids.h"

namespace kontor::views {

/// Which view a row belongs to. Numbers are part of stored keys: a changed meaning is a new number, and a
/// changed set raises kShape (projections/view_store.h).
enum class Kind : std::uint8_t {
  CampusCard = 1,    // campus → wire::CampusCard
  CampusCounts = 2,  // campus → wire::UsageStatistics, its counts only
  CampusCourse = 3,  // campus, course → wire::CourseUsage
  CourseCard = 4,    // course → wire::CourseCard
  CourseRun = 5,     // course, run → wire::CourseRun
  CourseSeat = 6,  // course, run, seat, 0 → wire::CourseSeatRecord; course, run, seat, n → wire::SeatBlock n
  PersonCard = 7,            // person → wire::SeatOf without its course seats
  PersonCourseSeat = 8,      // person, course, run, seat → nothing: says where to look
  Membership = 9,            // person, course → wire::CourseMembership, the newest
  CampusSeat = 10,           // campus, seat → wire::SeatHolder
  CommunityPool = 11,        // community → wire::CommunityPool, its counts only
  Contribution = 12,         // course, artefact → wire::RunQuestion, empty
  SeatCorrection = 13,       // course, run, seat → wire::BillingLine of corrections after the run
  Group = 40,                // group → wire::GroupOverview
  Participant = 41,          // group, person → wire::Participant, the tag left out
  LedGroup = 42,             // person, group → wire::LeaderRow
  AccessProduct = 43,        // product → wire::AccessProductRow
  AccessOrder = 44,          // order → wire::AccessOrderRow
  AccessOrderLine = 45,      // effective time, position → wire::AccessOrderLine
  AccessTag = 46,            // person, tag → wire::AccessTagRow
  Entitlement = 47,          // person, tag, order → wire::Entitlement
  MailRequest = 48,          // position of the request → wire::MailRow
  Roster = 49,               // import → wire::ImportReport, its lines left out
  RosterLine = 50,           // import, line → wire::ImportLine
  RosterOfFile = 51,         // group, file hash → wire::RosterFileRow, the newest import
  CreditSettings = 60,       // nothing → wire::CreditSettings
  CreditPackage = 61,        // package → wire::CreditPackage
  CreditAccount = 62,        // user → wire::CreditAccount
  CreditTransaction = 63,    // user, ~position → wire::CreditTransaction
  CreditOrder = 64,          // order → wire::CreditOrder without its age
  CreditOrderStep = 65,      // order, position → wire::CreditOrderStep
  CreditOrderOfUser = 66,    // user, ~position placed, order → nothing
  CreditOrderByAge = 67,     // ~position placed, order → nothing
  CreditOrderCredited = 68,  // position credited, order → nothing
  EffectRequest = 70,        // stretch, position of the request → wire::EffectRow
  OpenEffects = 71,          // stretch → wire::OpenRequests
  PersonTag = 72,            // person, tag → wire::TagRow
  PersonIdentity = 80,       // person → wire::PersonIdentity
  BillingRunCard = 90,       // run → wire::BillingRun
  BillingRunOrder = 91,      // position of its opening → wire::RunQuestion
  BillingItem = 92,          // kind of line, position, number → wire::BillingLine
  BillingCourse = 93,        // course → wire::BillingCourseCard
  BillingSeat = 94,          // course, seat → wire::BillingSeatCard
  BillingSettlement = 95,    // course, run → wire::BillingSettlementCard, once the run has ended
  BillingOrder = 96,         // kind of line, order → wire::BillingOrderCard
  BillingClosing = 97,       // nothing → wire::RunQuestion, the run closed last
  LateEvent = 100,           // position → stored bytes of an event that was true before it was known
};

/// A whole key or the beginning of one. Rows of one kind must all have the same parts in the same order: then
/// no whole key is the beginning of another, which the store relies on.
class ViewKey {
 public:
  ViewKey(const TenantId& tenant, Kind kind);

  /// Adds a name. It must not contain a zero byte (ids never do).
  ViewKey&& text(std::string_view part) &&;
  /// Adds a number; numbers sort by value.
  ViewKey&& number(std::uint64_t part) &&;

  /// Good as long as the key.
  [[nodiscard]] std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
  [[nodiscard]] std::string bytes() const { return std::string(view()); }

  friend auto operator<=>(const ViewKey& a, const ViewKey& b) { return a.view() <=> b.view(); }
  friend bool operator==(const ViewKey& a, const ViewKey& b) { return a.view() == b.view(); }

 private:
  // Several are made for each event: most are made without an allocation.
  static constexpr std::size_t kUsualBytes = 104;

  // Room behind what is there, to be written.
  [[nodiscard]] char* more(std::size_t bytes);

  boost::container::small_vector<char, kUsualBytes> bytes_;
};

/// Reads the parts of a stored key again. Asking for more parts than there are, or for another type, is a
/// bug.
class KeyParts {
 public:
  /// `key` must begin with `prefix`; the parts behind it are read. Both must outlive this object.
  KeyParts(std::string_view key, const ViewKey& prefix);

  [[nodiscard]] std::string_view text();
  [[nodiscard]] std::uint64_t number();

 private:
  std::string_view rest_;
};

/// Eight bytes that sort like the number.
inline constexpr std::size_t kNumberBytes = 8;
void put_number(std::uint64_t number, char* out);
void append_number(std::string& out, std::uint64_t number);
[[nodiscard]] std::uint64_t number_at(std::string_view bytes);

}  // namespace kontor::views
