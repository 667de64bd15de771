// Redis through hiredis: a script that checks the command's id and the balance, takes the point and appends
// to a stream, all in one step. Many in flight on a connection are a pipeline; a batch is a thousand calls in
// one write, which Redis syncs together.

#include <hiredis/hiredis.h>

#include <array>
#include <cstring>
#include <deque>
#include <memory>
#include <vector>

#include "bench/peers/clients.h"
#include "bench/peers/peer.h"

namespace kontor::peers {
namespace {

// KEYS: the command's id, the entity, the stream, the members of the course. 1: done, 0: refused, 2: done
// before.
constexpr const char* kDebit = R"(
if redis.call('EXISTS', KEYS[1]) == 1 then return 2 end
local left = tonumber(redis.call('GET', KEYS[2]))
if left == nil or left < 1 then return 0 end
redis.call('DECR', KEYS[2])
redis.call('SET', KEYS[1], 1)
redis.call('XADD', KEYS[3], '*', 'type', 'CreditDebited', 'entity', ARGV[1], 'subject', ARGV[2])
return 1)";
constexpr const char* kSeat = R"(
if redis.call('EXISTS', KEYS[1]) == 1 then return 2 end
local left = tonumber(redis.call('GET', KEYS[2]))
if left == nil or left < 1 then return 0 end
if redis.call('SADD', KEYS[4], ARGV[2]) == 0 then return 0 end
redis.call('DECR', KEYS[2])
redis.call('SET', KEYS[1], 1)
redis.call('XADD', KEYS[3], '*', 'type', 'SeatTaken', 'entity', ARGV[1], 'subject', ARGV[2])
return 1)";

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

/// The path of a Unix socket, or an address and a port.
redisContext* connect(const std::string& target) {
  const std::size_t colon = target.rfind(':');
  redisContext* const context =
      target.starts_with('/') || colon == std::string::npos
          ? redisConnectUnix(target.c_str())
          : redisConnect(target.substr(0, colon).c_str(), std::stoi(target.substr(colon + 1)));
  if (context == nullptr || context->err != 0) stop("no Redis at " + target);
  return context;
}

class Client {
 public:
  Client(const Shape& shape, std::uint32_t number, std::string script)
      : shape_(shape),
        commands_(shape, number, Sharing::All),
        script_(std::move(script)),
        context_(connect(shape.target)) {}
  ~Client() { redisFree(context_); }
  Client(const Client&) = delete;

  [[nodiscard]] int socket() const { return context_->fd; }

  /// Puts commands in flight up to the depth, or a whole batch when none is.
  void ask() {
    const std::size_t most = shape_.batch > 1 ? shape_.batch : shape_.depth;
    if (shape_.batch > 1 && !started_.empty()) return;
    const std::uint64_t now = Meter::now();
    for (; started_.size() < most; started_.push_back(now)) append(commands_.next());
    for (int done = 0; done == 0;)
      if (redisBufferWrite(context_, &done) != REDIS_OK) stop(context_->errstr);
  }

  void read(Meter& meter) {
    if (redisBufferRead(context_) != REDIS_OK) stop(context_->errstr);
    std::uint64_t now = 0;
    while (true) {
      void* raw = nullptr;
      if (redisGetReplyFromReader(context_, &raw) != REDIS_OK) stop(context_->errstr);
      if (raw == nullptr) return;
      const Reply reply(static_cast<redisReply*>(raw));
      if (now == 0) now = Meter::now();
      const bool number = reply->type == REDIS_REPLY_INTEGER;
      meter.note(started_.front(), now, 1, number && reply->integer == 0, !number || reply->integer == 2);
      started_.pop_front();
    }
  }

  void serve(Meter& meter) {
    read(meter);
    ask();
  }

 private:
  void append(const Command& command) {
    const std::string entity = std::to_string(command.entity);
    const std::string id = "c:" + std::string(command.id.data(), command.id.size());
    const std::string account = "e:" + entity;
    const std::string members = "m:" + entity;
    const std::array<std::string_view, 9> words{
        "EVALSHA", script_, "4",
        id,        account, "events",
        members,   entity,  {command.subject.data(), command.subject.size()}};
    std::array<const char*, 9> texts{};
    std::array<std::size_t, 9> sizes{};
    for (std::size_t i = 0; i < words.size(); ++i) {
      texts[i] = words[i].data();
      sizes[i] = words[i].size();
    }
    redisAppendCommandArgv(context_, static_cast<int>(words.size()), texts.data(), sizes.data());
  }

  const Shape& shape_;
  Commands commands_;
  const std::string script_;
  redisContext* context_;
  std::deque<std::uint64_t> started_;
};

/// Fills the entities and loads the script; its name.
std::string prepare(const Shape& shape) {
  redisContext* const context = connect(shape.target);
  Reply loaded(static_cast<redisReply*>(
      redisCommand(context, "SCRIPT LOAD %s", shape.work == Work::Debit ? kDebit : kSeat)));
  if (!loaded || loaded->type != REDIS_REPLY_STRING) stop("the script cannot be loaded");
  const std::string name(loaded->str, loaded->len);
  for (std::uint32_t entity = 0; entity <= shape.entities; ++entity)
    redisAppendCommand(context, "SET e:%u %llu", entity, entity == 0 ? 0ULL : 1'000'000'000ULL);
  for (std::uint32_t entity = 0; entity <= shape.entities; ++entity) {
    void* raw = nullptr;
    if (redisGetReply(context, &raw) != REDIS_OK) stop(context->errstr);
    freeReplyObject(raw);
  }
  redisFree(context);
  return name;
}

}  // namespace

Measured run_redis(const Shape& shape) {
  const std::string script = prepare(shape);
  return run_clients(shape,
                     [&](std::uint32_t number) { return std::make_unique<Client>(shape, number, script); });
}

}  // namespace kontor::peers
