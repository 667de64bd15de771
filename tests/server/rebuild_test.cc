// Views that change under the hands of those who ask: real threads, views on disk, a log in memory.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "engine/clock.h"
#include "engine/log/memory/memory_log.h"
#include "events/core/digest.h"
#include "projections/catalog.h"
#include "projections/query_service.h"
#include "projections/view_directories.h"
#include "server/view_rebuilder.h"
#include "tests/support/live_history.h"
#include "tests/support/questions.h"
#include "tests/support/temporary_directory.h"

namespace kontor::server {
namespace {

using namespace std::chrono_literals;
using protocol::RebuildInfo;
using protocol::RebuildRequest;
using test::Ask;
using wire::RebuildState;

const TenantId kTenant{"t"};
constexpr std::chrono::milliseconds kLong{120'000};

class FixedClock final : public Clock {
 public:
  Instant now() override { return {1'000}; }
};

/// The reading side of a server, from the log to the answers; the test is the committer.
class ReadingSide {
 public:
  explicit ReadingSide(const std::filesystem::path& directory)
      : shelf_(std::move(views::open_view_shelf(directory).value().shelf)), live_(shelf_->live()) {
    const auto runner = views::Runner::holding(shelf_->live(), views::all_projections());
    EXPECT_TRUE(runner->catch_up(log_, {}));
    projector_ = views::Projector::start(
        runner, {}, [this] { queries_->advanced(); },
        [this](const Error& error) { queries_->views_failed(error); });
    rebuilder_ = ViewRebuilder::start({.log = log_,
                                       .live = live_,
                                       .shelf = *shelf_,
                                       .projector = *projector_,
                                       .clock = clock_,
                                       .projections = views::all_projections(),
                                       .note = [this](std::string_view line) { note(line); },
                                       .adopted = [this] { queries_->views_recovered(); }});
    queries_ = views::QueryService::start(live_, [](const Tick&) { return Status(); }, {}, nullptr, {});
  }
  ~ReadingSide() { close(); }
  void close() {
    rebuilder_->close();
    projector_->close();
    queries_->close();
  }

  /// As the committer does: durable first, then shown.
  void commit(const log::Group& group) {
    log_only(group);
    show(group);
  }
  void log_only(const log::Group& group) { ASSERT_EQ(log_.append(group), log::AppendOutcome::Appended); }
  void show(const log::Group& group) {
    projector_->observe(std::make_shared<const log::Group>(group));
    rebuilder_->durable();
  }

  views::AnswerOutcome ask(const Ask& question, Position wait_for = 0) {
    std::promise<views::AnswerOutcome> answered;
    capnp::MallocMessageBuilder message;
    auto query = message.initRoot<wire::Query>();
    question(query);
    query.setWaitPosition(wait_for);
    queries_->ask(kTenant, query, kLong,
                  [&answered](views::AnswerOutcome outcome) { answered.set_value(std::move(outcome)); });
    return answered.get_future().get();
  }

  Result<RebuildInfo> rebuild(RebuildRequest request) {
    std::promise<Result<RebuildInfo>> answered;
    rebuilder_->handle(request,
                       [&answered](Result<RebuildInfo> info) { answered.set_value(std::move(info)); });
    return answered.get_future().get();
  }
  /// The state it comes to.
  RebuildInfo wait_until_done() {
    while (true) {
      auto info = rebuild(RebuildRequest::Status).value();
      if (info.state != RebuildState::RUNNING) return info;
      std::this_thread::yield();
    }
  }

  std::vector<std::string> notes() {
    const std::lock_guard lock(mutex_);
    return notes_;
  }
  [[nodiscard]] std::shared_ptr<const views::ViewStore> live() const { return live_.current(); }
  [[nodiscard]] views::ViewShelf& shelf() { return *shelf_; }

 private:
  void note(std::string_view line) {
    const std::lock_guard lock(mutex_);
    notes_.emplace_back(line);
  }

  FixedClock clock_;
  log::MemoryLog log_;
  std::unique_ptr<views::ViewShelf> shelf_;
  views::LiveViews live_;
  std::unique_ptr<views::Projector> projector_;
  std::unique_ptr<ViewRebuilder> rebuilder_;
  std::unique_ptr<views::QueryService> queries_;
  std::mutex mutex_;  // guards notes_
  std::vector<std::string> notes_;
};

class Rebuilding : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "views"; }

  test::TemporaryDirectory directory_;
};

Position last_of(const log::Group& group) {
  return group.slices.back().first + group.slices.back().count - 1;
}

TEST_F(Rebuilding, IsToldAndReportedFromBeginToEnd) {
  const auto groups = test::random_history(3, 100);
  ReadingSide side(path());
  for (const log::Group& group : groups) side.commit(group);
  EXPECT_EQ(side.rebuild(RebuildRequest::Status)->state, RebuildState::NONE);
  EXPECT_EQ(side.rebuild(RebuildRequest::Adopt).error().code, Reason::ViewsBusy);
  EXPECT_EQ(side.rebuild(RebuildRequest::Begin)->state, RebuildState::RUNNING);
  const RebuildInfo level = side.wait_until_done();
  ASSERT_EQ(level.state, RebuildState::LEVEL) << level.failure;
  EXPECT_EQ(level.of_group, groups.size());
  EXPECT_EQ(level.entries_differing, 0U) << level.first_difference;
  EXPECT_EQ(side.rebuild(RebuildRequest::Begin).error().code, Reason::ViewsBusy);
  const auto adopted = side.rebuild(RebuildRequest::Adopt);
  ASSERT_TRUE(adopted) << adopted.error().message;
  EXPECT_EQ(adopted->state, RebuildState::ADOPTED);
  EXPECT_EQ(adopted->entries_compared, level.entries_compared);
  EXPECT_EQ(side.notes().size(), 3U) << "one line for each change of state";
  side.close();
  EXPECT_EQ(side.rebuild(RebuildRequest::Begin).error().code, Reason::SessionEnded);
}

/// What somebody was told, and when.
struct Told {
  std::size_t question = 0;
  Position position = 0;
  Digest words{};
};

Digest digest_of(const std::string& words) {
  Sha256 sha;
  sha.update(bytes_of(words));
  return sha.finish();
}

std::vector<Ask> questions() {
  return {test::usage_statistics("c-1"), test::usage_detail("c-1"),      test::periods_of_campus("c-1", 50),
          test::seat_of("p-1"),          test::courses_of("p-2"),        test::remaining_seats("k-1"),
          test::usage_detail("c-2"),     test::periods_of_course("k-1"), test::community_pool("g-1")};
}

// Four threads ask without a pause while views are built anew and adopted twenty times over and commands go
// on being written. No question is refused, none goes back in time, and every answer is, word for word, the
// one that views derived in peace give as of its position.
TEST_F(Rebuilding, NobodyIsRefusedOrToldSomethingWrongWhileViewsAreExchanged) {
  constexpr int kExchanges = 20;
  constexpr int kThreads = 4;
  const auto groups = test::random_history(11, 2'000);
  const auto asks = questions();
  ReadingSide side(path());
  std::atomic<std::size_t> committed{0};
  for (; committed < 50; ++committed) side.commit(groups[committed]);

  std::atomic<bool> stop{false};
  std::vector<std::vector<Told>> told(kThreads);
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread)
    threads.emplace_back([&, thread] {
      Position newest = 0;
      for (std::size_t i = 0; !stop; ++i) {
        const std::size_t question = (i + static_cast<std::size_t>(thread)) % asks.size();
        // Every third reads what was written last.
        const Position wait_for = i % 3 == 0 ? last_of(groups[committed - 1]) : 0;
        const auto outcome = side.ask(asks[question], wait_for);
        if (const auto* answer = std::get_if<views::AnswerMessage>(&outcome)) {
          const Position at = (*answer)->getRoot<wire::Answer>().asReader().getPosition();
          EXPECT_GE(at, newest) << "views that went back";
          EXPECT_GE(at, wait_for);
          newest = at;
          told[static_cast<std::size_t>(thread)].push_back(
              {question, at, digest_of(test::words_of(outcome))});
        } else if (const auto* refusal = std::get_if<rules::Refusal>(&outcome);
                   refusal == nullptr || refusal->code != Reason::NotFound) {
          ++refused;
          ADD_FAILURE() << test::words_of(outcome);
        }
      }
    });
  // Commands are spread over all exchanges, as fast as they can be written in each.
  std::atomic<std::size_t> target{committed.load()};
  std::thread writer([&] {
    while (!stop) {
      if (committed < target) {
        side.commit(groups[committed]);
        ++committed;
      }
      std::this_thread::yield();
    }
  });

  for (int exchange = 0; exchange < kExchanges; ++exchange) {
    target = 50 + (groups.size() - 100) * static_cast<std::size_t>(exchange + 1) / kExchanges;
    EXPECT_TRUE(side.rebuild(RebuildRequest::Begin));
    const RebuildInfo level = side.wait_until_done();
    EXPECT_EQ(level.state, RebuildState::LEVEL) << level.failure;
    EXPECT_EQ(level.entries_differing, 0U) << level.first_difference;
    const auto before = side.live().get();
    const auto adopted = side.rebuild(RebuildRequest::Adopt);
    EXPECT_TRUE(adopted) << adopted.error().message;
    EXPECT_NE(side.live().get(), before);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  writer.join();
  EXPECT_EQ(refused, 0);

  // The rest, so that the views that were adopted last have to take it.
  for (; committed < groups.size(); ++committed) side.commit(groups[committed]);
  static_cast<void>(side.ask(asks[0], last_of(groups.back())));
  const test::DerivedViews right(groups);
  EXPECT_EQ(test::entries_of(*side.live()), test::entries_of(*right.store));
  std::size_t answers = 0;
  std::map<std::pair<std::size_t, Position>, Digest> known;
  const auto right_words = [&](const Told& one) {
    const auto [at, added] = known.try_emplace({one.question, one.position});
    if (added)
      at->second =
          digest_of(test::words_of(test::ask(*right.store, test::as_of(one.position, asks[one.question]))));
    return at->second;
  };
  for (const auto& of_thread : told) {
    EXPECT_GT(of_thread.size(), 0U);
    for (const Told& one : of_thread) {
      ++answers;
      ASSERT_EQ(one.words, right_words(one)) << "question " << one.question << " at " << one.position;
    }
  }
  RecordProperty("answers", std::to_string(answers));
  std::set<std::string> left;
  side.close();
  side.shelf().clear_away();
  for (const auto& entry : std::filesystem::directory_iterator(path())) left.insert(entry.path().filename());
  EXPECT_EQ(left, (std::set<std::string>{std::to_string(kExchanges + 1), "LIVE"})) << "the old ones are gone";
}

// B115: what cannot be kept any more (8102) is cured without a restart: nothing that was durable meanwhile is
// missing.
TEST_F(Rebuilding, ViewsThatFailedAreCuredByAdoptingOthers) {
  const auto groups = test::random_history(3, 300);
  const std::size_t third = groups.size() / 3;
  ReadingSide side(path());
  for (std::size_t i = 0; i < third; ++i) side.commit(groups[i]);
  static_cast<void>(side.ask(test::usage_statistics("c-1"), last_of(groups[third - 1])));

  // The projector is handed something it cannot take: it stops, and every question is answered 8102. The log
  // knows better, and gets more meanwhile.
  log::Group damaged = groups[third];
  damaged.slices[0].bytes.resize(damaged.slices[0].bytes.size() - 8);
  side.log_only(groups[third]);
  side.show(damaged);
  while (!std::holds_alternative<Error>(side.ask(test::usage_statistics("c-1")))) std::this_thread::yield();
  for (std::size_t i = third + 1; i < 2 * third; ++i) side.commit(groups[i]);

  ASSERT_TRUE(side.rebuild(RebuildRequest::Begin));
  const RebuildInfo level = side.wait_until_done();
  ASSERT_EQ(level.state, RebuildState::LEVEL) << level.failure;
  EXPECT_EQ(level.group, 2 * third);
  EXPECT_TRUE(std::holds_alternative<Error>(side.ask(test::usage_statistics("c-1"))))
      << "not before they are live";
  ASSERT_TRUE(side.rebuild(RebuildRequest::Adopt));
  for (std::size_t i = 2 * third; i < groups.size(); ++i) side.commit(groups[i]);
  const auto outcome = side.ask(test::usage_statistics("c-1"), last_of(groups.back()));
  const test::DerivedViews right(groups);
  EXPECT_EQ(test::words_of(outcome), test::words_of(test::ask(*right.store, test::usage_statistics("c-1"))));
  EXPECT_EQ(test::entries_of(*side.live()), test::entries_of(*right.store));
}

TEST_F(Rebuilding, AStopInTheMiddleLeavesTheLiveOnes) {
  const auto groups = test::random_history(3, 400);
  {
    ReadingSide side(path());
    for (const log::Group& group : groups) side.commit(group);
    static_cast<void>(side.ask(test::usage_statistics("c-1"), last_of(groups.back())));
    ASSERT_TRUE(side.rebuild(RebuildRequest::Begin));
  }
  const auto opened = views::open_view_shelf(path()).value();
  const test::DerivedViews right(groups);
  EXPECT_EQ(test::entries_of(*opened.shelf->live()), test::entries_of(*right.store));
  EXPECT_FALSE(std::filesystem::exists(path() / "2"));
}

}  // namespace
}  // namespace kontor::server
