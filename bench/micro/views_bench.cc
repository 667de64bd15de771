// What is done with an event after it is durable: fold, views in memory and on disk; and what a question
// costs.

#include <benchmark/benchmark.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "engine/log/memory/memory_log.h"
#include "engine/writer/writer.h"
#include "projections/catalog.h"
#include "projections/memory_view_store.h"
#include "projections/queries.h"
#include "projections/rocksdb_view_store.h"
#include "projections/runner.h"
#include "replay/verify.h"

namespace kontor {
namespace {

constexpr std::int64_t kDay = 86'400 * kNanosecondsPerSecond;
constexpr Instant kStart{1'790'000'000LL * kNanosecondsPerSecond};
constexpr int kPeople = 2'000;

/// What the views are derived from, made by the real writer.
class History {
 public:
  [[nodiscard]] const std::vector<log::Group>& groups() const { return groups_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }
  void append_to(log::EventLog& log) const {
    for (const log::Group& group : groups_)
      if (log.append(group) != log::AppendOutcome::Appended) std::abort();
  }

 protected:
  void at(std::int64_t after) {
    now_ = Instant{kStart.ns + after};
    writer_.begin(now_);
    writer_.fire_due();
  }
  void decide(Role role, rules::Command body, std::string id = "someone") {
    CommandRequest command;
    ++ids_;
    for (std::size_t i = 0; i < 8; ++i) command.id.bytes[i] = static_cast<std::uint8_t>(ids_ >> (8 * i));
    command.actor = {role, std::move(id), "bench"};
    command.body = std::move(body);
    writer_.decide({TenantId{"university"}, Mode::Each, {std::move(command)}, [](std::vector<Outcome> all) {
                      if (!std::holds_alternative<Receipt>(all.front())) std::abort();
                    }});
  }
  void commit() {
    DecidedGroup decided = writer_.finish();
    if (!decided.group) return;
    groups_.push_back(*decided.group);
    for (auto& answer : decided.answers) answer();
    events_ += log::events_in(*decided.group);
  }
  void submit(Role role, rules::Command body, std::int64_t after) {
    at(after);
    decide(role, std::move(body));
    commit();
  }

  void open_course() {
    namespace seats = rules::seats;
    submit(Role::Backend, seats::Command{seats::OpenCampus{CampusId{"c-1"}}}, 0);
    submit(Role::Support, seats::Command{seats::EnableBothSeatTypes{CampusId{"c-1"}}}, 0);
    submit(Role::CampusManager,
           seats::Command{seats::CreateCourse{CampusId{"c-1"}, CourseId{"k-1"},
                                              Instant{kStart.ns + 20 * kDay}, Instant{kStart.ns + 290 * kDay},
                                              seats::CourseSeatTypes::CampusAndCourse}},
           0);
  }
  void invite(int person) {
    decide(Role::CourseManager, rules::seats::Command{rules::seats::InviteToCourse{
                                    CourseId{"k-1"}, PersonId{"p-" + std::to_string(person)},
                                    rules::seats::MemberRole::Participant, rules::seats::SeatType::Course}});
  }
  void sell_credits() {
    namespace credits = rules::credits;
    credits::ConfigureCredits on;
    on.feature = kontor::credits::Feature::On;
    on.auto_accounts = {{"firm", credits::Beginning::WithAccount, 50}};
    submit(Role::Operator, credits::Command{on}, 0);
  }
  void publish(int user, int content) {
    decide(Role::Backend, rules::credits::Command{rules::credits::Publish{
                              ContentId{"a-" + std::to_string(content)},
                              kontor::credits::ContentType::Article, PersonId{"u-" + std::to_string(user)}}});
  }
  void register_user(int user) {
    decide(Role::Backend, rules::credits::Command{
                              rules::credits::RegisterUser{PersonId{"u-" + std::to_string(user)}, "firm"}});
  }
  void sell_accesses() {
    namespace access = rules::access;
    access::ConfigureGroupFeature connected;
    connected.crm_provider = "crm";
    connected.crm_state = access::CrmState::Connected;
    submit(Role::Admin, access::Command{connected}, 0);
    submit(Role::Admin,
           access::Command{access::RegisterGroupProduct{
               ProductId{"book"}, MinorUnits{4'900}, Currency{{'E', 'U', 'R'}}, {"reads-book"}}},
           0);
  }
  // An order, its payment, and the tag that the outside sets.
  void buy_access(int order) {
    namespace access = rules::access;
    const PersonId buyer{"b-" + std::to_string(order)};
    access::PlaceAccessOrder place;
    place.order = OrderId{"o-" + std::to_string(order)};
    place.product = ProductId{"book"};
    place.mode = access::AccessMode::Single;
    decide(Role::Buyer, access::Command{place}, buyer.value);
    decide(Role::Backend, access::Command{access::CompleteAccessOrder{place.order, "paid"}});
    decide(Role::Backend, rules::effects::Command{rules::effects::AckTagChange{
                              buyer, "reads-book", effects::TagChange::Grant, {}, ""}});
  }
  History() {
    namespace tenancy = rules::tenancy;
    submit(Role::Operator, tenancy::Command{tenancy::CreateTenant{}}, 0);
    submit(Role::Operator,
           tenancy::Command{tenancy::ChangeTenantPlan{kontor::tenancy::Suite::Enterprise,
                                                      kontor::tenancy::CreditsOption::Included}},
           0);
  }

  static constexpr int kPerGroup = 64;

 private:
  Instant now_;
  Writer writer_{LedgerLimits{}};
  std::uint64_t ids_ = 0;
  std::uint64_t events_ = 0;
  std::vector<log::Group> groups_;
};

/// A course with two thousand course seats over nine months: most events are blocks, as on a real platform.
class CourseYear final : public History {
 public:
  CourseYear() {
    open_course();
    for (int i = 0; i < kPeople; ++i) {
      at(i * 40 * kDay / kPeople);
      invite(i);
      commit();
    }
    for (int day = 41; day < 300; ++day) {
      at(day * kDay);
      commit();
    }
  }
};

enum class Kinds : std::int64_t { Seats = 1, Credits = 2, Accesses = 4, All = 7 };

/// Commands of the chosen domains in turn, in groups as under load.
class Busy final : public History {
 public:
  explicit Busy(std::int64_t kinds) {
    const auto has = [kinds](Kinds kind) { return (kinds & static_cast<std::int64_t>(kind)) != 0; };
    if (has(Kinds::Seats)) open_course();
    if (has(Kinds::Credits)) sell_credits();
    if (has(Kinds::Accesses)) sell_accesses();
    for (int group = 1; events() < kBusyEvents; ++group) {
      at(group * kNanosecondsPerSecond / 100);
      for (int i = 0; i < kPerGroup; ++i) {
        const int number = group * kPerGroup + i;
        if (has(Kinds::Seats)) invite(number);
        if (has(Kinds::Credits)) register_user(number);
        if (has(Kinds::Credits)) publish(number - i % 8, number);
        if (has(Kinds::Accesses)) buy_access(number);
      }
      commit();
    }
  }

 private:
  static constexpr std::uint64_t kBusyEvents = 100'000;
};

const CourseYear& year() {
  static const CourseYear made;
  return made;
}

const Busy& busy(std::int64_t kinds) {
  static std::map<std::int64_t, Busy> made;
  return made.try_emplace(kinds, kinds).first->second;
}

void fill(log::EventLog& log) { year().append_to(log); }

void derive(views::ViewStore& store, const History& history = year()) {
  static std::map<const History*, log::MemoryLog> logs;
  log::MemoryLog& log = logs[&history];
  if (log.head().group == 0) history.append_to(log);
  views::Runner runner(store, views::all_projections());
  if (!runner.catch_up(log, {})) std::abort();
}

void count_events(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(year().events()));
}

void fold(benchmark::State& state, const History& history) {
  log::MemoryLog log;
  history.append_to(log);
  for (auto _ : state)
    if (!replay::replay(log, {}, {})) return state.SkipWithError("not replayed");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(history.events()));
}

void FoldLog(benchmark::State& state) { fold(state, year()); }
BENCHMARK(FoldLog)->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();

/// Of the domains under load, four times as many events.
void FoldBusyLog(benchmark::State& state) { fold(state, busy(state.range(0))); }

void DeriveViewsInMemory(benchmark::State& state) {
  for (auto _ : state) derive(*views::memory_view_store());
  count_events(state);
}
BENCHMARK(DeriveViewsInMemory)->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();

std::filesystem::path views_path() { return std::filesystem::temp_directory_path() / "kontor-micro-views"; }

void derive_on_disk(benchmark::State& state, const History& history) {
  for (auto _ : state) {
    state.PauseTiming();  // creating a database takes as long as ten thousand events
    std::filesystem::remove_all(views_path());
    auto opened = views::open_rocksdb_view_store(views_path(), views::Access::ReadWrite);
    if (!opened) return state.SkipWithError(opened.error().message.c_str());
    state.ResumeTiming();
    derive(*opened->store, history);
    state.PauseTiming();
    opened->store.reset();
    state.ResumeTiming();
  }
  std::filesystem::remove_all(views_path());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(history.events()));
}

void DeriveViewsOnDisk(benchmark::State& state) { derive_on_disk(state, year()); }
BENCHMARK(DeriveViewsOnDisk)->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();

/// Reads no row and writes none: what decoding, splitting and handing over cost.
void ReadForViews(benchmark::State& state) {
  const Busy& history = busy(state.range(0));
  log::MemoryLog log;
  history.append_to(log);
  for (auto _ : state) {
    const auto store = views::memory_view_store();
    views::Runner runner(*store, {});
    if (!runner.catch_up(log, {})) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(history.events()));
}

/// Without a store that keeps anything: what projections and rows cost.
void ProjectRows(benchmark::State& state) {
  const Busy& history = busy(state.range(0));
  std::vector<RecordedEvent> events;
  for (const log::Group& group : history.groups())
    for (const log::TenantSlice& slice : group.slices) {
      std::vector<std::string_view> stored;
      if (!log::split_events(slice.bytes, slice.count, stored)) std::abort();
      for (const std::string_view bytes : stored) events.push_back(*decode(bytes));
    }
  const auto store = views::memory_view_store();
  for (auto _ : state) {
    views::ViewWriter writer(*store);
    std::size_t count = 0;
    for (const RecordedEvent& event : events) {
      const Envelope& e = event.envelope;
      writer.begin_event(e.tenant, e.position, e.effective_at, e.recorded_at);
      for (const views::Projection* projection : views::all_projections()) projection->apply(event, writer);
      if (++count % 4'096 == 0 && !writer.take({})) std::abort();
    }
    if (!writer.take({})) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events.size()));
}

void BusyViewsInMemory(benchmark::State& state) {
  const Busy& history = busy(state.range(0));
  for (auto _ : state) derive(*views::memory_view_store(), history);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(history.events()));
}

void BusyViewsOnDisk(benchmark::State& state) { derive_on_disk(state, busy(state.range(0))); }

// The argument says which domains: 1 seats, 2 credits, 4 accesses, 7 all of them.
void by_domains(benchmark::internal::Benchmark* one) {
  one->Arg(1)->Arg(2)->Arg(4)->Arg(7)->Unit(benchmark::kMillisecond);
}
BENCHMARK(FoldBusyLog)->Apply(by_domains)->UseRealTime()->MeasureProcessCPUTime();
BENCHMARK(ReadForViews)->Apply(by_domains);
BENCHMARK(ProjectRows)->Apply(by_domains);
BENCHMARK(BusyViewsInMemory)->Apply(by_domains)->UseRealTime()->MeasureProcessCPUTime();
BENCHMARK(BusyViewsOnDisk)->Apply(by_domains)->UseRealTime()->MeasureProcessCPUTime();

void VerifyLogAndViews(benchmark::State& state) {
  log::MemoryLog log;
  fill(log);
  const auto store = views::memory_view_store();
  derive(*store);
  for (auto _ : state)
    if (!replay::verify(log, store.get(), {})) return state.SkipWithError("not verified");
  count_events(state);
}
BENCHMARK(VerifyLogAndViews)->Unit(benchmark::kMillisecond);

template <class Ask>
void ask_on_disk(benchmark::State& state, const Ask& ask) {
  std::filesystem::remove_all(views_path());
  {
    const auto opened = views::open_rocksdb_view_store(views_path(), views::Access::ReadWrite);
    if (!opened) return state.SkipWithError(opened.error().message.c_str());
    derive(*opened->store);
    capnp::MallocMessageBuilder message;
    auto query = message.initRoot<wire::Query>();
    if (state.range(0) != 0) query.getAsOf().setPosition(year().events() / 2);
    ask(query);
    for (auto _ : state) {
      const views::AnswerOutcome outcome = views::answer(*opened->store, TenantId{"university"}, query);
      if (!std::holds_alternative<views::AnswerMessage>(outcome)) return state.SkipWithError("not answered");
    }
  }
  std::filesystem::remove_all(views_path());
}

// The argument: 0 as of the head, 1 as of half the history.
void AskRemainingSeats(benchmark::State& state) {
  ask_on_disk(state, [](wire::Query::Builder q) { q.getQuestion().initRemainingSeats().setCourse("k-1"); });
}
BENCHMARK(AskRemainingSeats)->Arg(0)->Arg(1);

void AskSettlementPage(benchmark::State& state) {
  ask_on_disk(state, [](wire::Query::Builder q) { q.getQuestion().initCourseSettlement().setCourse("k-1"); });
}
BENCHMARK(AskSettlementPage)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kontor
