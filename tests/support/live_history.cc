#include "tests/support/live_history.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/rules/archive.h"
#include "tests/support/campus_fixture.h"
#include "tests/support/community_fixture.h"
#include "tests/support/given.h"

namespace kontor::test {

LiveHistory::LiveHistory(const TenantId& tenant) : tenant_(tenant) {
  EXPECT_TRUE(keys_.create());
  done(berlin("2026-01-01"), rules::tenancy::Command(rules::tenancy::CreateTenant{}));
}

std::string saved(const Writer& writer) {
  std::string bytes;
  rules::ArchiveWriter out([&bytes](std::string_view piece) { bytes += piece; });
  writer.save(out);
  out.flush();
  return bytes;
}

namespace {

std::string as_text(const kontor::Outcome& outcome) {
  std::string text = std::to_string(outcome.index());
  if (const auto* receipt = std::get_if<Receipt>(&outcome)) {
    text += fmt::format(" {}..{} {} {} v{} {}", receipt->first, receipt->last, receipt->recorded_at.ns,
                        receipt->stream, receipt->version, receipt->duplicate);
  } else if (const auto* refusal = std::get_if<rules::Refusal>(&outcome)) {
    text += fmt::format(" {} {}", static_cast<int>(refusal->code), refusal->what);
    for (const rules::Fact& fact : refusal->facts) text += " " + fact.name + "=" + fact.value;
    for (const Position position : refusal->because) text += fmt::format(" @{}", position);
  }
  return text;
}

}  // namespace

/// Through pieces of odd sizes, so that every kind of value comes to lie over an edge.
void LiveHistory::restore() {
  const std::string bytes = saved(*writer_);
  std::size_t at = 0;
  std::size_t size = 0;
  rules::ArchiveReader in([&]() -> std::string_view {
    const std::string_view piece = std::string_view(bytes).substr(at, 1 + size++ % 97);
    at += piece.size();
    return piece;
  });
  WriterState state;
  state.last_group = writer_->last_group();
  state.load(in);
  ASSERT_TRUE(in.at_end());
  auto restored = std::make_unique<Writer>(LedgerLimits{}, &sealing_);
  restored->restore(std::move(state));
  ASSERT_EQ(saved(*restored), bytes);
  ASSERT_EQ(restored->status(tenant_).state, writer_->status(tenant_).state);
  ASSERT_EQ(restored->wakes_at(), writer_->wakes_at());
  writer_ = std::move(restored);
}

kontor::Outcome LiveHistory::submit(Instant at, const rules::Command& command,
                                    std::optional<Instant> true_since) {
  CommandRequest request;
  if (restore_every_ != 0 && commands_ % restore_every_ == 0) restore();
  ++commands_;
  for (std::size_t i = 0; i < 8; ++i) request.id.bytes[i] = static_cast<std::uint8_t>(commands_ >> (8 * i));
  request.id.bytes[15] = 1;
  request.actor = {role_for(command), "someone", "test"};
  request.body = command;
  request.effective_at = true_since;
  kontor::Outcome outcome = NotDecided{};
  writer_->begin(at);
  writer_->fire_due();
  Submission submission{tenant_, Mode::Each, {request}, [&outcome](std::vector<kontor::Outcome> all) {
                          outcome = std::move(all.front());
                        }};
  EXPECT_TRUE(prepare(submission, {&keys_, &randomness_}));
  writer_->decide(std::move(submission));
  finish();
  said_.push_back(as_text(outcome));
  return outcome;
}

void LiveHistory::done(Instant at, const rules::Command& command) {
  const kontor::Outcome outcome = submit(at, command);
  const auto* refusal = std::get_if<rules::Refusal>(&outcome);
  ASSERT_TRUE(std::holds_alternative<Receipt>(outcome))
      << (refusal != nullptr ? refusal->what : "no receipt");
}

void LiveHistory::wait(Instant at) {
  writer_->begin(at);
  writer_->fire_due();
  finish();
}

void LiveHistory::finish() {
  DecidedGroup decided = writer_->finish();
  EXPECT_TRUE(keys_.add(decided.keys.added) && keys_.destroy(decided.keys.destroyed));
  if (decided.group) groups_.push_back(*decided.group);
  for (auto& answer : decided.answers) answer();
}

namespace {

class RandomLife {
 public:
  explicit RandomLife(std::uint64_t seed) : random_(seed), now_(berlin("2026-12-01")) { open(); }

  void step() {
    now_.ns += static_cast<std::int64_t>(pick(150'000)) * kNanosecondsPerSecond;
    history_.submit(now_, next_command());
  }
  [[nodiscard]] std::vector<log::Group> groups() const { return history_.groups(); }

 private:
  void open() {
    open_campus("c-1", seats::CampusKind::Flat, 4, seats::Rounding::Started);
    open_campus("c-2", seats::CampusKind::Package, 3, seats::Rounding::Started);
    open_campus("c-3", seats::CampusKind::Flat, 60, seats::Rounding::Full);
    for (const CommunityId& community : {kCommunity, kOtherCommunity}) {
      history_.done(now_, open_community(community));
      history_.done(now_, book_pool(3, community));
    }
    history_.done(now_, create_group(kCommunityGroup));
    history_.done(now_, create_group(kOtherCommunityGroup, kOtherCommunity));
  }

  void open_campus(const char* id, seats::CampusKind kind, std::uint32_t size, seats::Rounding rounding) {
    const CampusId campus(id);
    history_.done(now_, command(cmd::OpenCampus{.campus = campus, .kind = kind}));
    for (const char* year : {"2026", "2027", "2028"}) {
      cmd::BookFlat flat = flat_of(size, campus);
      flat.period = PeriodId(year);
      flat.from = berlin(std::string(year) + "-01-01");
      flat.to = berlin(std::to_string(std::stoi(year) + 1) + "-01-01");
      flat.rounding = rounding;
      if (kind == seats::CampusKind::Package) flat.prices.clear();
      history_.done(now_, command(flat));
    }
    if (kind == seats::CampusKind::Flat)
      history_.done(now_, command(cmd::EnableBothSeatTypes{.campus = campus}));
  }

  [[nodiscard]] std::uint64_t pick(std::uint64_t count) { return random_() % count; }
  [[nodiscard]] CampusId campus() { return CampusId("c-" + std::to_string(1 + pick(3))); }
  [[nodiscard]] CourseId course() { return CourseId("k-" + std::to_string(pick(8))); }
  [[nodiscard]] PersonId person() { return PersonId("p-" + std::to_string(pick(9))); }
  [[nodiscard]] Instant later() {
    return Instant{now_.ns + static_cast<std::int64_t>(pick(160)) * 86'400 * kNanosecondsPerSecond};
  }
  [[nodiscard]] std::optional<seats::SeatType> seat_type() {
    switch (pick(3)) {
      case 0: return kCampusSeat;
      case 1: return kCourseSeat;
      default: return std::nullopt;
    }
  }

  rules::Command next_command() {
    const std::uint64_t chance = pick(72);
    if (chance >= 66) return in_a_community();
    if (chance >= 60) return later_on(chance);
    if (chance < 3) return new_course();
    if (chance < 9) return change_of_course(chance);
    if (chance < 11) return command(cmd::AddCampusSeat{.course = course(), .person = person()});
    if (chance < 20) return command(cmd::EndCourseMembership{.course = course(), .person = person()});
    if (chance < 23)
      return command(cmd::SettleCourse{
          .course = course(), .run = static_cast<seats::RunNumber>(1 + pick(2)), .invoice_ref = "i-1"});
    if (chance < 26)
      return command(cmd::ReactivateCourse{
          .course = course(),
          .start = later(),
          .end = {later().ns + 160LL * 86'400 * kNanosecondsPerSecond},
          .reissue = pick(2) == 0 ? cmd::CourseSeatReissue::No : cmd::CourseSeatReissue::Yes});
    return command(cmd::InviteToCourse{.course = course(),
                                       .person = person(),
                                       .role = static_cast<seats::MemberRole>(pick(4)),
                                       .seat_type = seat_type()});
  }

  rules::Command in_a_community() {
    const GroupId& group = pick(2) == 0 ? kCommunityGroup : kOtherCommunityGroup;
    return pick(3) == 0 ? leave_group(person().value, group) : join(person().value, group);
  }

  rules::Command later_on(std::uint64_t which) {
    if (which == 60) return command(cmd::RecordContribution{course(), person(), "a-1"});
    if (which == 61)
      return command(cmd::ChangeRole{course(), person(), static_cast<seats::MemberRole>(pick(4))});
    const log::TenantSlice& newest = history_.groups().back().slices.front();
    const Position head = newest.first + newest.count - 1;
    return command(
        cmd::CorrectSeat{.event = head - pick(std::min<Position>(head, 200)), .reason = "a mistake"});
  }

  rules::Command new_course() {
    const Instant start = later();
    return command(cmd::CreateCourse{.campus = campus(),
                                     .course = course(),
                                     .start = start,
                                     .end = {start.ns + later().ns - now_.ns + 1},
                                     .seat_types = pick(4) == 0 ? seats::CourseSeatTypes::CampusOnly
                                                                : seats::CourseSeatTypes::CampusAndCourse});
  }

  rules::Command change_of_course(std::uint64_t which) {
    const auto size = static_cast<std::uint32_t>(2 + pick(70));
    switch (which) {
      case 3:
        return command(cmd::EditCourse{.course = course(), .start = {}, .end = later(), .seat_types = {}});
      case 4:
        return command(cmd::EditCourse{.course = course(), .start = later(), .end = {}, .seat_types = {}});
      case 5:
        return command(cmd::SetCourseSeatLimits{
            .course = course(), .campus_seats = static_cast<std::uint32_t>(pick(6)), .course_seats = {}});
      case 6: return command(cmd::EndCourseRun{.course = course()});
      case 7:
        return command(
            cmd::ResizeFlat{.campus = campus(), .period = PeriodId("2027"), .size = size, .from = {}});
      default:
        return command(
            cmd::ResizeFlat{.campus = campus(), .period = PeriodId("2027"), .size = size, .from = later()});
    }
  }

  std::mt19937_64 random_;
  Instant now_;
  LiveHistory history_;
};

}  // namespace

std::vector<log::Group> random_history(std::uint64_t seed, int steps) {
  RandomLife life(seed);
  for (int i = 0; i < steps; ++i) life.step();
  return life.groups();
}

std::vector<log::Group> one_by_one(const std::vector<log::Group>& groups) {
  std::vector<log::Group> single;
  for (const log::Group& group : groups) {
    for (const log::TenantSlice& slice : group.slices) {
      std::vector<std::string_view> events;
      EXPECT_TRUE(log::split_events(slice.bytes, slice.count, events));
      for (std::size_t i = 0; i < events.size(); ++i)
        single.push_back({single.size() + 1, {{slice.tenant, slice.first + i, 1, std::string(events[i])}}});
    }
  }
  return single;
}

}  // namespace kontor::test
