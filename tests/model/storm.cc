#include "tests/model/storm.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/model/chance.h"
#include "tests/model/readable.h"
#include "tests/model/zone.h"

namespace kontor::model {
namespace {

constexpr std::int64_t kHour = 3'600 * kNanosecondsPerSecond;
constexpr std::size_t kStepsMin = 60;
constexpr std::size_t kStepsMax = 240;

/// Makes up the steps of a world, looking at the model so that most of them make sense.
class Weather {
 public:
  explicit Weather(std::uint64_t seed) : chance_(seed), generator_(chance_) {
    chance_.now = Instant::parse("2026-11-01T09:00:00Z").value();
    chance_.now.ns += chance_.dice.between(0, 500 * 24) * kHour;
    hurry_ = chance_.dice.below(4);
    const std::int64_t days[] = {1, 3, 30, 400};
    patience_ = days[chance_.dice.below(4)] * 24 * kHour;
    steps_ = kStepsMin + chance_.dice.below(kStepsMax - kStepsMin);
  }

  [[nodiscard]] std::size_t steps() const { return steps_; }

  [[nodiscard]] Step next(const World& world) {
    chance_.world = &world;
    move_on(world);
    Step step{.now = chance_.now, .commands = {}};
    if (!opened_) {
      opened_ = true;
      for (Drawn& drawn : opening(chance_)) step.commands.push_back(request(std::move(drawn)));
      return step;
    }
    std::uint64_t count = 1;
    if (chance_.percent(8)) {
      const Mode modes[] = {Mode::Each, Mode::AllOrNothing, Mode::AllOrNothing, Mode::DryRun};
      step.mode = modes[chance_.dice.below(4)];
      count = 1 + chance_.dice.below(5);
    }
    for (std::uint64_t i = 0; i < count; ++i) step.commands.push_back(one());
    if (chance_.percent(12)) step.questions = 1 + chance_.dice.below(4);
    step.seed = chance_.dice.next();
    return step;
  }

 private:
  CommandRequest request(Drawn drawn) {
    CommandRequest request;
    ++sent_;
    for (unsigned byte = 0; byte < 8; ++byte)
      request.id.bytes[15 - byte] = static_cast<std::uint8_t>(sent_ >> (8 * byte));
    request.payload[0] = 1;
    for (unsigned byte = 0; byte < 8; ++byte) request.payload[15 - byte] = request.id.bytes[15 - byte];
    for (std::uint8_t& byte : request.entropy) byte = static_cast<std::uint8_t>(chance_.dice.next());
    request.actor = {drawn.role, drawn.actor_id, "storm"};
    request.body = std::move(drawn.command);
    return request;
  }

  /// A new command, or one that was sent before: as it was, or with another content.
  CommandRequest one() {
    if (!before_.empty() && chance_.percent(4)) {
      CommandRequest again = chance_.dice.pick(before_);
      if (chance_.percent(25)) again.payload[0] = 2;
      return again;
    }
    CommandRequest fresh = request(generator_.next());
    for (int tries = 0; tries < 8 && hopeless(fresh) && chance_.percent(90); ++tries)
      fresh = request(generator_.next());
    if (!stream_named_by(fresh.body).empty() && chance_.percent(3))
      fresh.expected_version = chance_.dice.below(6);
    maybe_earlier(fresh);
    before_.push_back(fresh);
    return fresh;
  }

  /// Some commands say since when they have been true; few of them may.
  void maybe_earlier(CommandRequest& request) {
    const bool correction = back_dated(request.body);
    if (!chance_.percent(correction ? 40 : 1)) return;
    if (correction && chance_.percent(85))
      request.actor.role = chance_.percent(50) ? Role::Admin : Role::Support;
    const std::int64_t back = chance_.dice.between(0, chance_.percent(70) ? 10 : 400) * 24 * kHour;
    request.effective_at = Instant{chance_.now.ns - back - chance_.dice.between(-1, 2) * kHour};
  }
  static bool back_dated(const rules::Command& command) {
    const std::string_view name = rules::type_name(command);
    return name == "CorrectSeat" || name == "CorrectEnrolment" || name == "RemoveParticipant" ||
           name == "PostManualTransaction";
  }

  /// About something that is not there, or there already: most such commands would only be more of the same.
  [[nodiscard]] bool hopeless(const CommandRequest& command) const {
    Draft draft(*chance_.world, chance_.now, chance_.now, 0);
    draft.actor = command.actor;
    const No no = decide(draft, command.body);
    return no == Reason::NotFound || no == Reason::AlreadyExists || no == Reason::FeatureNotLicensed ||
           no == Reason::SubjectErased || no == Reason::NoCreditAccount || no == Reason::PackageUnknown ||
           no == Reason::SeatNotTransferable;
  }

  void move_on(const World& world) {
    // Slow worlds rarely wait for what lies far ahead, so that much happens in a booking period and a course.
    auto due = next_due(world);
    if (due && due->due.ns - chance_.now.ns > patience_ && !chance_.percent(10)) due.reset();
    switch (chance_.dice.below(12)) {
      case 0:
        if (due && due->due > chance_.now) chance_.now = due->due;  // exactly then
        break;
      case 1:
        if (due && due->due.ns - 1 > chance_.now.ns) chance_.now.ns = due->due.ns - 1;
        break;
      case 2:
        if (due && due->due.ns + 1 > chance_.now.ns && chance_.percent(50)) chance_.now.ns = due->due.ns + 1;
        break;
      case 3: chance_.now = next_midnight("Europe/Berlin", chance_.now); break;
      case 4: chance_.now.ns += chance_.dice.between(1, 40) * (hurry_ == 3 ? 24 : 1) * kHour; break;
      case 5: chance_.now.ns += chance_.dice.between(1, 48) * kHour; break;
      default: chance_.now.ns += chance_.dice.between(1, 3'600) * kNanosecondsPerSecond;
    }
    if (chance_.now <= last_) chance_.now.ns = last_.ns + 1;
    last_ = chance_.now;
  }

  Chance chance_;
  Generator generator_;
  std::vector<CommandRequest> before_;
  std::uint64_t sent_ = 0;
  std::uint64_t hurry_ = 0;
  std::int64_t patience_ = 0;
  std::size_t steps_ = 0;
  Instant last_;
  bool opened_ = false;
};

struct Failed {
  std::size_t step = 0;
  std::string text;
};

std::optional<Failed> play(const std::vector<Step>& steps) {
  Pair pair;
  Tally ignored;
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (Difference found = pair.step(steps[i], ignored)) return Failed{i, std::move(*found)};
  return {};
}

/// What a difference is about: its first words. A shorter storm must fail in the same way.
std::string kind_of(const std::string& text) { return text.substr(0, text.find(' ')); }

/// Drops steps and commands while the difference stays.
void shrink(std::vector<Step>& steps, Failed& failed) {
  steps.resize(failed.step + 1);
  for (std::size_t chunk = std::max<std::size_t>(1, steps.size() / 2);;) {
    bool shorter = false;
    for (std::size_t at = 0; at + chunk < steps.size();) {
      std::vector<Step> fewer = steps;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at),
                  fewer.begin() + static_cast<std::ptrdiff_t>(at + chunk));
      auto still = play(fewer);
      if (still && kind_of(still->text) == kind_of(failed.text)) {
        fewer.resize(still->step + 1);
        steps = std::move(fewer);
        failed = std::move(*still);
        shorter = true;
      } else {
        at += chunk;
      }
    }
    if (chunk == 1 && !shorter) break;
    chunk = std::max<std::size_t>(1, chunk / 2);
  }
  for (Step& step : steps) {
    for (std::size_t i = step.commands.size(); i-- > 0;) {
      const CommandRequest dropped = step.commands[i];
      step.commands.erase(step.commands.begin() + static_cast<std::ptrdiff_t>(i));
      auto still = play(steps);
      if (still && kind_of(still->text) == kind_of(failed.text))
        failed = std::move(*still);
      else
        step.commands.insert(step.commands.begin() + static_cast<std::ptrdiff_t>(i), dropped);
    }
  }
}

std::string report(std::uint64_t seed, std::size_t step, const std::vector<Step>& steps,
                   const Failed& failed) {
  std::string text = fmt::format("seed {} step {}, as short as it gets:\n", seed, step);
  for (const Step& each : steps) {
    constexpr const char* kModes[] = {"", " all or nothing", " dry run"};
    text += fmt::format("{}{}\n", each.now.text(), kModes[static_cast<int>(each.mode)]);
    for (const CommandRequest& command : each.commands) text += "    " + text_of(command) + "\n";
  }
  return text + failed.text;
}

}  // namespace

std::optional<Found> storm(std::uint64_t seed, Tally& tally) {
  Weather weather(seed);
  Pair pair;
  std::vector<Step> steps;
  ++tally.worlds;
  for (std::size_t i = 0; i < weather.steps(); ++i) {
    steps.push_back(weather.next(pair.model().world()));
    Difference found = pair.step(steps.back(), tally);
    if (!found) continue;
    Failed failed{i, std::move(*found)};
    shrink(steps, failed);
    return Found{seed, i, report(seed, i, steps, failed)};
  }
  return {};
}

std::unique_ptr<Pair> played_world(std::uint64_t seed) {
  Weather weather(seed);
  auto pair = std::make_unique<Pair>();
  Tally ignored;
  for (std::size_t i = 0; i < weather.steps(); ++i) {
    Step step = weather.next(pair->model().world());
    step.questions = 0;
    if (const Difference found = pair->step(step, ignored)) ADD_FAILURE() << *found;
  }
  return pair;
}

std::string summary(const Tally& tally) {
  std::uint64_t refused = 0;
  std::uint64_t events = 0;
  std::uint64_t questions = 0;
  for (const auto& [code, count] : tally.refused) refused += count;
  for (const auto& [name, count] : tally.events) events += count;
  for (const auto& [name, count] : tally.questions) questions += count;
  std::string text = fmt::format(
      "{} commands in {} worlds: {} accepted, {} refused, {} sent again, {} taken back\n{} events, {} "
      "questions "
      "({} of them refused)\n",
      tally.commands, tally.worlds, tally.accepted, refused, tally.repeated, tally.taken_back, events,
      questions, tally.unanswered);
  for (const auto& [code, count] : tally.refused)
    text += fmt::format("  {:>9} {} {}\n", count, static_cast<int>(code), reason_info(code).name);
  for (const auto& [name, count] : tally.events) text += fmt::format("  {:>9} {}\n", count, name);
  for (const auto& [name, count] : tally.questions) text += fmt::format("  {:>9} {}\n", count, name);
  text += "reasons not seen:";
  for (const auto& info : all_reasons())
    if (static_cast<int>(info.code) < 6000 && !tally.refused.contains(info.code))
      text += fmt::format(" {}", info.name);
  return text + "\n";
}

}  // namespace kontor::model
