// PostgreSQL through libpq: prepared calls of the functions in schema.sql, one connection a client, all on
// one thread so that the clients cost little.

#include <libpq-fe.h>

#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "bench/peers/clients.h"
#include "bench/peers/peer.h"

namespace kontor::peers {
namespace {

class Client {
 public:
  Client(const Shape& shape, std::uint32_t number)
      : shape_(shape),
        commands_(shape, number, shape.batch > 1 ? Sharing::OwnEach : Sharing::All),
        connection_(PQconnectdb(shape.target.c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK) stop(PQerrorMessage(connection_));
    const std::string name = shape.work == Work::Debit ? "debit" : "seat";
    const std::string call = shape.batch > 1
                                 ? "SELECT " + name + "_batch($1::uuid[], $2::integer[], $3::text[])"
                                 : "SELECT " + name + "($1::uuid, $2::integer, $3::text)";
    PGresult* const prepared = PQprepare(connection_, "call", call.c_str(), 3, nullptr);
    if (PQresultStatus(prepared) != PGRES_COMMAND_OK) stop(PQerrorMessage(connection_));
    PQclear(prepared);
    PQsetnonblocking(connection_, 1);
  }
  ~Client() { PQfinish(connection_); }
  Client(const Client&) = delete;

  [[nodiscard]] int socket() const { return PQsocket(connection_); }

  void ask() {
    for (std::string& text : texts_) text.clear();
    for (std::uint32_t i = 0; i < shape_.batch; ++i) {
      const Command command = commands_.next();
      const char* const between = shape_.batch == 1 ? "" : i == 0 ? "{" : ",";
      for (std::string& text : texts_) text += between;
      texts_[0].append(command.id.data(), command.id.size());
      texts_[1] += std::to_string(command.entity);
      texts_[2].append(command.subject.data(), command.subject.size());
    }
    if (shape_.batch > 1)
      for (std::string& text : texts_) text += "}";
    const std::array<const char*, 3> values{texts_[0].c_str(), texts_[1].c_str(), texts_[2].c_str()};
    started_ = Meter::now();
    if (PQsendQueryPrepared(connection_, "call", 3, values.data(), nullptr, nullptr, 0) != 1)
      stop(PQerrorMessage(connection_));
    while (PQflush(connection_) == 1) {
    }
  }

  /// True once the answer is whole.
  bool read(Meter& meter) {
    if (PQconsumeInput(connection_) != 1) stop(PQerrorMessage(connection_));
    while (PQisBusy(connection_) == 0) {
      PGresult* const result = PQgetResult(connection_);
      if (result == nullptr) {
        meter.note(started_, Meter::now(), shape_.batch, refused_, failed_);
        refused_ = failed_ = 0;
        return true;
      }
      take(result);
      PQclear(result);
    }
    return false;
  }

  /// Asks again once the answer is whole.
  void serve(Meter& meter) {
    if (read(meter)) ask();
  }

 private:
  void take(const PGresult* result) {
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
      failed_ += shape_.batch;
      return;
    }
    const char* const value = PQgetvalue(result, 0, 0);
    if (shape_.batch > 1)
      refused_ += std::strtoull(value, nullptr, 10);
    else if (std::strcmp(value, "f") == 0)
      ++refused_;
  }

  const Shape& shape_;
  Commands commands_;
  PGconn* connection_;
  std::array<std::string, 3> texts_;
  std::uint64_t started_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t failed_ = 0;
};

}  // namespace

Measured run_postgresql(const Shape& shape) {
  return run_clients(shape, [&](std::uint32_t number) { return std::make_unique<Client>(shape, number); });
}

}  // namespace kontor::peers
