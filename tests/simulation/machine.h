#pragma once
// One simulated process over and over: clients ask, the writer decides, the log remembers, the power is cut,
// the process starts again. One thread, one seed, nothing from outside: the same seed is the same run,
// everywhere.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/keys/memory/memory_key_store.h"
#include "engine/writer/personal_data.h"
#include "engine/writer/writer.h"
#include "events/core/merkle.h"
#include "tests/simulation/clients.h"
#include "tests/simulation/home.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/notary.h"
#include "tests/support/seeded_randomness.h"

namespace kontor::simulation {

/// Faults that are built in on purpose: a simulation that does not find them is worth nothing.
enum class Sabotage : std::uint8_t {
  None,
  ReceiptBeforeSync,  // answers leave before their group is appended
  ForgetCommandIds,   // a restarted writer does not know the ids of the commands before
  OneSeatTooMany,     // the writer believes each flat to be one seat larger
};

struct Counters {
  Tally tally;
  std::uint64_t retries = 0;  // commands sent again with the same id
  std::uint64_t lives = 0;    // times the process started
  std::uint64_t cuts = 0;     // power cuts, those during recovery included
  std::uint64_t cuts_in_recovery = 0;
  std::uint64_t kills = 0;         // the process died, the power stayed
  std::uint64_t quick_starts = 0;  // from a snapshot
  std::uint64_t groups = 0;
  std::uint64_t groups_in_doubt_kept = 0;  // decided, not acknowledged, and there after the crash
  std::uint64_t groups_in_doubt_lost = 0;
  std::uint64_t commands_asked = 0;  // also those that a cut took away

  void add(const Counters& other);
};

struct RunResult {
  std::uint64_t seed = 0;
  std::string finding;  // empty: nothing found
  std::uint64_t trace = 0;
  Counters counters;
};

/// How long a seed runs and how much it does between two crashes.
struct Length {
  unsigned lives = 6;
  unsigned rounds_max = 60;  // per life
};

class Machine {
 public:
  Machine(std::uint64_t seed, Length length, const MakeHome& make_home, Sabotage sabotage);

  /// The whole run of the seed; ends early with the first finding.
  [[nodiscard]] RunResult run();

 private:
  /// Decided, and not acknowledged by the log.
  struct InFlight {
    Round round;
    DecidedGroup decided;
    bool answered = false;
  };

  /// This run's world, drawn from the seed.
  struct World {
    explicit World(Dice& dice);
    LedgerLimits limits;
    std::size_t in_flight_max = 2;
    unsigned submissions_max = 8;
    unsigned idle_percent = 50;
    unsigned work_percent = 20;
    unsigned kill_percent = 20;
    unsigned recovery_cut_percent = 30;
    std::uint64_t operations_max = 200;  // a cut falls within so many operations
    unsigned clock_back_percent = 2;
    unsigned clock_jump_percent = 5;
  };

  void live(unsigned life);
  void step();
  void decide_round();
  void ask(Round& round);
  void append_oldest();
  void answer(InFlight& done, bool deliver);
  void decide(Submission submission);
  void fit_keys(const Writer& writer);
  void move_clock();
  void die(unsigned life);
  void start();
  bool open();
  void compare_recovered(const std::vector<log::Group>& recovered);
  void keep(const std::shared_ptr<const log::Group>& group);
  void compare_states(const Writer& one, const char* what);
  void drain();
  void note(std::uint64_t value);
  void find(std::string what);
  [[nodiscard]] bool fine() const { return run_.finding.empty(); }

  Length length_;
  Sabotage sabotage_;
  Dice dice_;
  World world_;
  Taste taste_;
  std::unique_ptr<Home> home_;
  Clients clients_;
  Judge judge_;
  Instant clock_;

  std::unique_ptr<log::EventLog> log_;
  // Keys lie where the log lies, and outlive the process with it.
  test::SeededRandomness randomness_;
  keys::MemoryKeyStore keys_{randomness_};
  std::unique_ptr<Sealing> sealing_;
  std::unique_ptr<Writer> writer_;
  std::deque<InFlight> in_flight_;
  std::vector<std::shared_ptr<const log::Group>> history_;  // what the log must hold
  MerkleFrontier tree_;                                     // over history_
  Notary notary_;
  Writer twin_;                       // never crashes; adopts what is durable
  std::uint64_t promised_group_ = 0;  // the newest group on which an answer that left may rest
  RunResult run_;
};

}  // namespace kontor::simulation
