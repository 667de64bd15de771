// SQLite in the process itself, so without a network: write-ahead log, synced at every commit, prepared
// statements. It has one writer at a time; clients are threads that take turns on one connection, which is
// faster than connections that wait for each other's locks.

#include <sqlite3.h>

#include <mutex>
#include <thread>
#include <vector>

#include "bench/peers/peer.h"

namespace kontor::peers {
namespace {

constexpr const char* kSchema =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -262144;"
    "CREATE TABLE entities (id INTEGER PRIMARY KEY, available INTEGER NOT NULL, version INTEGER NOT NULL "
    "DEFAULT 0);"
    "CREATE TABLE events (position INTEGER PRIMARY KEY, command TEXT NOT NULL UNIQUE, entity INTEGER NOT "
    "NULL,"
    " kind TEXT NOT NULL, subject TEXT NOT NULL, recorded_at REAL NOT NULL DEFAULT (julianday('now')));"
    "CREATE TABLE members (entity INTEGER NOT NULL, person TEXT NOT NULL, PRIMARY KEY (entity, person)) "
    "WITHOUT ROWID;";

class Database {
 public:
  explicit Database(const Shape& shape) : work_(shape.work) {
    if (sqlite3_open(shape.target.c_str(), &database_) != SQLITE_OK) stop(sqlite3_errmsg(database_));
    run(kSchema);
    run(("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < " +
         std::to_string(shape.entities) +
         ") INSERT INTO entities (id, available) SELECT i, CASE i WHEN 0 THEN 0 ELSE 1000000000 END FROM n")
            .c_str());
    begin_ = prepare("BEGIN IMMEDIATE");
    commit_ = prepare("COMMIT");
    take_ = prepare(
        "UPDATE entities SET available = available - 1, version = version + 1 WHERE id = ?1 AND available >= "
        "1");
    member_ = prepare("INSERT INTO members (entity, person) VALUES (?1, ?2)");
    event_ = prepare(
        work_ == Work::Debit
            ? "INSERT INTO events (command, entity, kind, subject) VALUES (?3, ?1, 'CreditDebited', ?2)"
            : "INSERT INTO events (command, entity, kind, subject) VALUES (?3, ?1, 'SeatTaken', ?2)");
  }
  ~Database() {
    for (sqlite3_stmt* statement : {begin_, commit_, take_, member_, event_}) sqlite3_finalize(statement);
    sqlite3_close(database_);
  }
  Database(const Database&) = delete;

  /// One transaction; how many were refused.
  std::uint64_t execute(Commands& commands, std::uint32_t count) {
    std::uint64_t refused = 0;
    step(begin_);
    for (std::uint32_t i = 0; i < count; ++i) {
      const Command command = commands.next();
      sqlite3_bind_int64(take_, 1, command.entity);
      step(take_);
      if (sqlite3_changes(database_) == 0) {
        ++refused;
        continue;
      }
      if (work_ == Work::Seat) insert(member_, command);
      sqlite3_bind_text(event_, 3, command.id.data(), static_cast<int>(command.id.size()), SQLITE_STATIC);
      insert(event_, command);
    }
    step(commit_);
    return refused;
  }

 private:
  void run(const char* sql) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) stop(sqlite3_errmsg(database_));
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
      stop(sqlite3_errmsg(database_));
    return statement;
  }
  void insert(sqlite3_stmt* statement, const Command& command) {
    sqlite3_bind_int64(statement, 1, command.entity);
    sqlite3_bind_text(statement, 2, command.subject.data(), static_cast<int>(command.subject.size()),
                      SQLITE_STATIC);
    step(statement);
  }
  void step(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) stop(sqlite3_errmsg(database_));
    sqlite3_reset(statement);
  }

  Work work_;
  sqlite3* database_ = nullptr;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
  sqlite3_stmt* take_ = nullptr;
  sqlite3_stmt* member_ = nullptr;
  sqlite3_stmt* event_ = nullptr;
};

}  // namespace

Measured run_sqlite(const Shape& shape) {
  Database database(shape);
  std::mutex turn;  // guards the database and the meter
  Meter meter(shape);
  const auto play = [&](std::uint32_t number) {
    Commands commands(shape, number, Sharing::All);
    for (std::uint64_t started = Meter::now(); !meter.over(started); started = Meter::now()) {
      const std::lock_guard lock(turn);
      const std::uint64_t refused = database.execute(commands, shape.batch);
      meter.note(started, Meter::now(), shape.batch, refused, 0);
    }
  };
  std::vector<std::thread> threads;
  for (std::uint32_t number = 0; number < shape.clients; ++number) threads.emplace_back(play, number);
  for (std::thread& thread : threads) thread.join();
  return meter.result();
}

}  // namespace kontor::peers
