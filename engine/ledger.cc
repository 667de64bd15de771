#include "engine/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

#include "engine/thread_name.h"
#include "engine/writer/personal_data.h"
#include "engine/writer/writer.h"
#include "events/core/assert.h"

namespace kontor {
namespace {

struct StatusRequest {
  TenantId tenant;
  StatusDetail detail = StatusDetail::Brief;
  std::function<void(TenantStatus)> done;
};
using Item = std::variant<Submission, Tick, StatusRequest>;

std::size_t weight(const Item& item) {
  const auto* submission = std::get_if<Submission>(&item);
  return submission == nullptr ? 1 : submission->commands.size();
}

constexpr std::size_t kWorthWaking = 32;  // commands
constexpr std::chrono::milliseconds kQuiet{10};
// Deciding so many takes about as long as a sync, or less: nothing is gained by doing both at once.
constexpr std::size_t kEventsCommittedHere = 256;
constexpr std::size_t kNeverMind = std::numeric_limits<std::size_t>::max();

class ThreadedLedger final : public Ledger {
 public:
  ThreadedLedger(std::unique_ptr<log::EventLog> log, Clock& clock, LedgerLimits limits,
                 GroupObserver on_group, std::function<void(Error)> on_failure, LedgerKeys keys,
                 ReceiptSigning receipts)
      : log_(std::move(log)),
        clock_(clock),
        limits_(limits),
        on_group_(std::move(on_group)),
        on_failure_(std::move(on_failure)),
        keys_(keys),
        receipts_(receipts),
        sealing_(keys),
        writer_(limits, &sealing_) {}

  ~ThreadedLedger() override { close(); }

  [[nodiscard]] Status replay(std::optional<WriterState> start) {
    if (start) writer_.restore(*std::move(start));
    Status adopted;
    const Status scanned = log_->scan(writer_.last_group() + 1, [&](const log::Group& group) {
      adopted = writer_.adopt(group);
      if (adopted && on_group_) on_group_(std::make_shared<const log::Group>(group));
      return adopted.has_value();
    });
    if (!adopted) return adopted;
    return scanned;
  }

  /// Makes the key store fit the log: finishes erasures, forgets keys of persons who never became known.
  [[nodiscard]] Status fit_keys() {
    if (keys_.store == nullptr) return {};
    const auto living = writer_.living_persons();
    if (!keys_.store->exists()) {
      keys_report_.found = living.empty() ? KeysFound::Made : KeysFound::Missing;
      return living.empty() ? keys_.store->create() : Status();
    }
    const auto reconciled = keys_.store->reconcile(living);
    if (!reconciled) return fail(reconciled.error());
    keys_report_ = {KeysFound::Fitting, *reconciled};
    return {};
  }

  void start() {
    writer_thread_ = std::thread([this] {
      name_this_thread("writer");
      write();
    });
    committer_thread_ = std::thread([this] {
      name_this_thread("committer");
      commit();
    });
  }

  [[nodiscard]] Status submit(Submission submission) override {
    KONTOR_ASSERT(submission.receipts == Receipts::Plain || receipts_.signer != nullptr);
    if (const Status prepared = prepare(submission, keys_); !prepared) return prepared;
    return accept(Item(std::move(submission)));
  }
  [[nodiscard]] Status look_up(const TenantId& tenant, std::span<rules::access::RosterRow> rows) override {
    return kontor::look_up(tenant, rows, keys_);
  }
  [[nodiscard]] Status tick(Tick tick) override { return accept(Item(std::move(tick))); }
  [[nodiscard]] Status status(TenantId tenant, StatusDetail detail,
                              std::function<void(TenantStatus)> done) override {
    return accept(StatusRequest{std::move(tenant), detail, std::move(done)});
  }

  [[nodiscard]] Result<std::vector<std::string>> read(const TenantId& tenant, Position first,
                                                      std::size_t count_max) override {
    return log_->read(tenant, first, count_max);
  }
  [[nodiscard]] log::LogHead head() const override { return log_->head(); }
  [[nodiscard]] KeysReport keys() const override { return keys_report_; }
  [[nodiscard]] std::size_t waiting() const override {
    const std::lock_guard lock(mutex_);
    return waiting_;
  }

  void close() override {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    to_writer_.notify_one();
    if (writer_thread_.joinable()) writer_thread_.join();
    if (!committer_thread_.joinable()) return;
    committer_thread_.join();
    log_->put_away();
  }

  void save(rules::ArchiveWriter& out) const override {
    {
      const std::lock_guard lock(mutex_);
      KONTOR_ASSERT(closing_ && !failed_);
    }
    KONTOR_ASSERT(writer_.last_group() == log_->head().group);
    log_->trees().save(out);
    writer_.save(out);
  }

 private:
  [[nodiscard]] Status accept(Item item) {
    const std::size_t commands = weight(item);
    {
      const std::lock_guard lock(mutex_);
      if (closing_ || failed_) return fail(Reason::OutOfOrder, "the server is shutting down");
      if (waiting_ + commands > limits_.inbox_commands_max)
        return fail(Reason::Overloaded,
                    fmt::format("{} commands are waiting, at most {}", waiting_, limits_.inbox_commands_max));
      waiting_ += commands;
      in_inbox_ += commands;
      inbox_.push_back(std::move(item));
      if (in_inbox_ < writer_wants_) return {};
      writer_wants_ = kNeverMind;
    }
    to_writer_.notify_one();
    return {};
  }

  /// The writer's thread: decides while the group before is being made durable.
  void write() {
    std::deque<Item> items;
    while (true) {
      if (!wait_for_work(items)) break;
      writer_.begin(clock_.now());
      writer_.fire_due();
      do {
        decide(items);
      } while (take_more(items));
      if (take_rest(items)) decide(items);
      DecidedGroup decided = writer_.finish();
      if (!commit_here(decided)) hand_over(std::move(decided));
    }
    const std::lock_guard lock(mutex_);
    writer_done_ = true;
    to_committer_.notify_one();
  }

  /// Takes what waits; false when there is nothing left to do, ever.
  bool wait_for_work(std::deque<Item>& items) {
    std::unique_lock lock(mutex_);
    while (inbox_.empty() && items.empty()) {
      if (closing_ || failed_) return false;
      const auto wakes_at = writer_.wakes_at();
      writer_wants_ = 1;
      if (!written_down_) {
        if (to_writer_.wait_for(lock, kQuiet) == std::cv_status::no_timeout) continue;
        written_down_ = true;
        write_down(lock);
        continue;
      }
      if (!wakes_at || clock_.passing() == Passing::ByHand) {
        to_writer_.wait(lock);
        continue;
      }
      const std::int64_t left = wakes_at->ns - clock_.now().ns;
      if (left <= 0) return true;
      // The wall clock may be set while we sleep, so a timer far away is looked at again every second.
      to_writer_.wait_for(lock, std::chrono::nanoseconds(std::min(left, kNanosecondsPerSecond)));
    }
    if (failed_) return false;
    take(items);
    return true;
  }

  void take(std::deque<Item>& items) {
    if (items.empty())
      items.swap(inbox_);
    else
      std::move(inbox_.begin(), inbox_.end(), std::back_inserter(items));
    inbox_.clear();
    in_inbox_ = 0;
  }

  void decide(std::deque<Item>& items) {
    std::size_t commands = 0;
    while (!items.empty() && !writer_.full()) {
      Item item = std::move(items.front());
      items.pop_front();
      commands += weight(item);
      if (auto* submission = std::get_if<Submission>(&item)) {
        writer_.decide(std::move(*submission));
      } else if (auto* tick = std::get_if<Tick>(&item)) {
        writer_.tick(std::move(*tick));
      } else {
        auto& request = std::get<StatusRequest>(item);
        writer_.report(request.tenant, request.detail, std::move(request.done));
      }
    }
    const std::lock_guard lock(mutex_);
    waiting_ -= commands;
  }

  /// While the committer is busy the group under construction may as well grow. Nothing is gained by deciding
  /// each command as it comes, though: to be woken costs more than to decide.
  bool take_more(std::deque<Item>& items) {
    std::unique_lock lock(mutex_);
    while (slot_ && !failed_ && !writer_.full()) {
      if (in_inbox_ >= kWorthWaking) {
        take(items);
        return true;
      }
      writer_wants_ = kWorthWaking;
      to_writer_.wait(lock);
    }
    return false;
  }

  /// What has come meanwhile belongs into the group as well.
  bool take_rest(std::deque<Item>& items) {
    const std::lock_guard lock(mutex_);
    if (failed_ || inbox_.empty() || writer_.full()) return false;
    take(items);
    return true;
  }

  /// A small group: to wake the committer for it costs more than it is worth, and what comes meanwhile makes
  /// a larger one.
  bool commit_here(DecidedGroup& decided) {
    if (decided.group && log::events_in(*decided.group) > kEventsCommittedHere) return false;
    {
      const std::lock_guard lock(mutex_);
      if (committing_ || slot_ || failed_) return false;
      committing_ = true;
    }
    const Status committed = commit(decided);
    {
      const std::lock_guard lock(mutex_);
      committing_ = false;
      written_down_ = false;
    }
    if (!committed) stop(committed.error().message);
    return true;
  }

  void hand_over(DecidedGroup decided) {
    std::unique_lock lock(mutex_);
    writer_wants_ = kNeverMind;
    to_writer_.wait(lock, [this] { return !slot_ || failed_; });
    if (failed_) return;  // nobody will ever answer: the outcome is unknown
    slot_.emplace(std::move(decided));
    to_committer_.notify_one();
  }

  /// The committer's thread.
  void commit() {
    while (std::optional<DecidedGroup> decided = next_decided())
      if (const Status committed = commit(*decided); !committed) return stop(committed.error().message);
  }

  /// One synced append, then the answers. By whichever thread has set `committing_`. After a failure no
  /// answer leaves (INV-6).
  [[nodiscard]] Status commit(DecidedGroup& decided) {
    if (decided.group) {
      if (const Status durable = make_durable(decided); !durable) return durable;
      if (!decided.bound.empty())
        bind_receipts(decided.group->number, decided.bound, log_->trees(), receipts_, clock_.now());
    }
    for (Answer& answer : decided.answers) answer();
    if (!decided.group) return {};
    log_->follow_up();  // after the answers: who writes HEAD may take this processor for a while
    if (on_group_) on_group_(decided.group);
    return {};
  }

  /// INV-23: keys before the events that are sealed with them; destroyed ones once the log says so, and
  /// before anybody is told.
  [[nodiscard]] Status make_durable(const DecidedGroup& decided) {
    const KeyChanges& keys = decided.keys;
    if (!keys.added.empty())
      if (const Status added = keys_.store->add(keys.added); !added) return added;
    const log::AppendOutcome outcome = log_->append(*decided.group);
    if (outcome != log::AppendOutcome::Appended)
      return fail(Reason::OutcomeUnknown, fmt::format("append outcome {}", static_cast<int>(outcome)));
    if (keys.destroyed.empty() || keys_.store == nullptr || !keys_.store->exists()) return {};
    return keys_.store->destroy(keys.destroyed);
  }

  /// What may lag behind the last append is written down when nothing has come for a while: who sends one
  /// command after the other does not wait for it.
  std::optional<DecidedGroup> next_decided() {
    const auto ready = [this] { return slot_ || writer_done_; };
    std::unique_lock lock(mutex_);
    committing_ = false;
    if (!to_committer_.wait_for(lock, kQuiet, ready)) {
      write_down(lock);
      to_committer_.wait(lock, ready);
    }
    std::optional<DecidedGroup> decided = std::exchange(slot_, std::nullopt);
    committing_ = decided.has_value();
    to_writer_.notify_one();
    return decided;
  }

  /// Whoever commits at this moment will do it.
  void write_down(std::unique_lock<std::mutex>& lock) {
    if (std::exchange(committing_, true)) return;
    lock.unlock();
    log_->idle();
    lock.lock();
    committing_ = false;
  }

  void stop(const std::string& why) {
    {
      const std::lock_guard lock(mutex_);
      failed_ = true;
    }
    to_writer_.notify_one();
    if (on_failure_)
      on_failure_({Reason::OutcomeUnknown, fmt::format("the log or its keys could not be written ({}); what "
                                                       "was being committed may or may not be durable",
                                                       why)});
  }

  std::unique_ptr<log::EventLog> log_;
  Clock& clock_;
  const LedgerLimits limits_;
  GroupObserver on_group_;
  std::function<void(Error)> on_failure_;
  const LedgerKeys keys_;
  const ReceiptSigning receipts_;
  KeysReport keys_report_;
  Sealing sealing_;  // the writer's thread
  Writer writer_;    // the writer's thread, once started

  mutable std::mutex mutex_;  // guards everything below
  std::condition_variable to_writer_;
  std::condition_variable to_committer_;
  std::deque<Item> inbox_;
  std::size_t in_inbox_ = 0;               // commands
  std::size_t writer_wants_ = kNeverMind;  // so many in the inbox before it is woken
  std::size_t waiting_ = 0;                // commands that were accepted and not decided yet
  std::optional<DecidedGroup> slot_;
  bool committing_ = false;   // one of the two threads uses the log
  bool written_down_ = true;  // what may lag behind the writer's own commits
  bool closing_ = false;
  bool failed_ = false;
  bool writer_done_ = false;

  std::thread writer_thread_;
  std::thread committer_thread_;
};

}  // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(std::unique_ptr<log::EventLog> log, Clock& clock,
                                             LedgerLimits limits, GroupObserver on_group,
                                             std::function<void(Error)> on_failure, LedgerKeys keys,
                                             ReceiptSigning receipts, std::optional<WriterState> start) {
  auto ledger = std::make_unique<ThreadedLedger>(std::move(log), clock, limits, std::move(on_group),
                                                 std::move(on_failure), keys, receipts);
  if (const auto replayed = ledger->replay(std::move(start)); !replayed) return fail(replayed.error());
  if (const auto fitting = ledger->fit_keys(); !fitting) return fail(fitting.error());
  ledger->start();
  return ledger;
}

}  // namespace kontor
