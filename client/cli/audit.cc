#include "client/cli/audit.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "engine/log/rocksdb/rocksdb_log.h"
#include "events/reasons.h"
#include "projections/data_directory.h"

namespace kontor::cli {
namespace {

constexpr int kBarWidth = 30;
constexpr std::chrono::milliseconds kShowEvery{100};

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return status;
}

}  // namespace

void guarded(Context& context, const std::function<void()>& work) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0)
    return context.fail(kFailed, fmt::format("cannot start a process: {}", std::strerror(errno)), "", "");
  if (child == 0) {
    work();
    std::fflush(nullptr);
    ::_exit(context.exit_code);
  }
  const int status = wait_for(child);
  if (status >= 0 && WIFEXITED(status)) {
    context.exit_code = WEXITSTATUS(status);
    return;
  }
  const ReasonInfo& info = reason_info(Reason::StoreDamaged);
  context.fail(
      kDiffers,
      fmt::format("[{} {}] what is stored cannot be what was decided: reading it stopped the process",
                  static_cast<int>(info.code), info.name),
      status >= 0 ? fmt::format("signal {}", WTERMSIG(status)) : std::string(), info.advice);
}

std::unique_ptr<log::EventLog> open_for_audit(Context& context, const std::filesystem::path& data_dir) {
  return open_store_for_audit(context, data_dir).log;
}

AuditedStore open_store_for_audit(Context& context, const std::filesystem::path& data_dir) {
  log::RocksDbLogOptions options{.path = DataDirectory{data_dir}.log().string()};
  options.access = log::Access::ReadOnly;
  auto log = log::RocksDbLog::open(std::move(options));
  if (!log) {
    report_finding(context, log.error(), fmt::format("{} cannot be read", data_dir.string()));
    return {};
  }
  replay::StoreName name{hex((*log)->store_id()), (*log)->epoch()};
  return {std::move(*log), std::move(name)};
}

void report_finding(Context& context, const Error& error, std::string_view headline) {
  const ReasonInfo& info = reason_info(error.code);
  int code = kDiffers;
  if (error.code == Reason::AlreadyRunning || error.code == Reason::DataDirectory) code = kInUse;
  if (error.code == Reason::NotFound) code = kNotFound;
  // What was brought along to be held against is no evidence of anything.
  if (error.code == Reason::BundleUnusable || error.code == Reason::NotSigned) code = kUsage;
  context.fail(code, fmt::format("[{} {}] {}", static_cast<int>(error.code), info.name, headline),
               error.message, info.advice);
}

Meter::Meter(std::uint64_t events_in_all)
    : all_(events_in_all), start_(std::chrono::steady_clock::now()), last_(start_) {}

Meter::~Meter() {
  if (shown_) fmt::print(stderr, "\r\033[K");
}

replay::Progress Meter::progress() {
  if (::isatty(STDERR_FILENO) != 1) return {};
  return [this](std::uint64_t events) { show(events); };
}

void Meter::show(std::uint64_t events) {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < kShowEvery) return;
  last_ = now;
  shown_ = true;
  const int done = all_ == 0 ? 0 : static_cast<int>(events * kBarWidth / all_);
  std::string bar;
  for (int i = 0; i < kBarWidth; ++i) bar += i < done ? "━" : " ";
  fmt::print(stderr, "\r{} {} / {}   {}", bar, grouped(events), grouped(all_), rate(events));
}

double Meter::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

std::string Meter::rate(std::uint64_t events) const {
  const double per_second = static_cast<double>(events) / std::max(seconds(), 1e-6);
  return fmt::format("{} k events/s", grouped(static_cast<std::uint64_t>(per_second / 1'000)));
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, " ");
  }
  return text;
}

}  // namespace kontor::cli
