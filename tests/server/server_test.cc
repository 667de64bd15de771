// The whole server over real sockets on a free port of the loopback, with a log in memory.
#include "server/server.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "client/client.h"
#include "client/pipeline.h"
#include "engine/log/memory/memory_log.h"
#include "events/envelope.h"
#include "projections/memory_view_shelf.h"
#include "server/protocol/json.h"
#include "server/protocol/json_text.h"
#include "server/protocol/message.h"

namespace kontor::server {
namespace {

using namespace std::chrono_literals;
using client::Connection;
using Lines = std::vector<std::string>;

class FixedClock final : public Clock {
 public:
  Instant now() override { return *Instant::parse("2026-11-21T12:00:00Z"); }
};

/// Says Unknown to the second append: a disk that fails while the server runs.
class FailingLog final : public log::EventLog {
 public:
  log::AppendOutcome append(const log::Group& group) override {
    return appended_++ == 0 ? log_.append(group) : log::AppendOutcome::Unknown;
  }
  Status scan(std::uint64_t first, const log::GroupVisitor& visit) override {
    return log_.scan(first, visit);
  }
  Result<std::vector<std::string>> read(const TenantId& tenant, Position first, std::size_t count) override {
    return log_.read(tenant, first, count);
  }
  Result<std::vector<log::SliceRange>> slices(std::uint64_t first, std::uint64_t events_min) override {
    return log_.slices(first, events_min);
  }
  const log::Trees& trees() const override { return log_.trees(); }
  log::LogHead head() const override { return log_.head(); }
  void idle() override {}

 private:
  log::MemoryLog log_;
  int appended_ = 0;
};

class ServerTest : public ::testing::Test {
 protected:
  void start(std::unique_ptr<log::EventLog> log = std::make_unique<log::MemoryLog>()) {
    config_.listen = "127.0.0.1:0";
    config_.listener.linger_timeout = 50ms;  // clients here do not close first
    auto door = Door::bind(config_.listen, config_.sessions, config_.listener,
                           [](std::string_view, std::string_view) {});
    ASSERT_TRUE(door.has_value()) << door.error().message;
    auto started = Server::start(
        std::move(*door), {std::move(log), views::memory_view_shelf(), "store-1", memory_group_store()},
        clock_, config_, [](std::string_view) {});
    ASSERT_TRUE(started.has_value()) << started.error().message;
    server_ = std::move(*started);
    thread_ = std::thread([this] { ended_ = server_->run(); });
  }
  Status stop() {
    if (thread_.joinable()) {
      server_->stop();
      thread_.join();
    }
    return ended_;
  }
  void TearDown() override { (void)stop(); }

  [[nodiscard]] client::Address address() const { return {"127.0.0.1", std::to_string(server_->port())}; }
  [[nodiscard]] std::unique_ptr<Connection> connect(Position highest = 0) const {
    auto connection = Connection::open(address(), {TenantId("main"), "test", highest}, 10s);
    EXPECT_TRUE(connection.has_value()) << (connection ? "" : connection.error().message);
    return connection ? std::move(*connection) : nullptr;
  }

  Config config_ =
      load_config({.file = {}, .environment = [](const std::string&) { return std::nullopt; }, .flags = {}})
          ->config;
  FixedClock clock_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
  Status ended_;
};

void put_command(Connection& connection, std::uint64_t request, std::string_view fields) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(request);
  const auto json = protocol::parse_json(fields);
  ASSERT_TRUE(json.has_value()) << json.error().message;
  const Status filled = protocol::command_from_json(json->get_object(), frame.initCommand());
  ASSERT_TRUE(filled.has_value()) << filled.error().message;
  connection.put(message);
}

std::string create_tenant(std::string_view id = "00000000000000000000000000000001") {
  return R"({"type":"CreateTenant","id":")" + std::string(id) +
         R"(","actor":{"role":"operator","id":"o-1"}})";
}
std::string open_campus(int number) {
  char id[33];
  snprintf(id, sizeof id, "%032d", number + 100);
  return R"({"type":"OpenCampus","id":")" + std::string(id) +
         R"(","actor":{"role":"backend","id":"b-1"},"kind":"flat",)" + R"("campus":"c-)" +
         std::to_string(number) + R"("})";
}

std::string next(Connection& connection) {
  const auto words = connection.receive(10s);
  if (!words) return "no answer: " + words.error().message;
  std::string line;
  const Status read = protocol::read_message<wire::Frame>(*words, [&](wire::Frame::Reader frame) {
    line = std::to_string(frame.getRequestId());
    if (frame.isReceipt())
      line += frame.getReceipt().getDuplicate() ? " duplicate " : " receipt ",
          line += std::to_string(frame.getReceipt().getFirst());
    else if (frame.isRefusal())
      line += " refusal " + std::to_string(frame.getRefusal().getCode());
    else if (frame.isError())
      line += " error " + std::to_string(frame.getError().getCode());
    else if (frame.isAnswer())
      line += " answer at " + std::to_string(frame.getAnswer().getPosition());
    else if (frame.isEventPage())
      line += " events " + std::to_string(frame.getEventPage().getEvents().size());
    else
      line += " other";
  });
  return read ? line : "malformed";
}

TEST_F(ServerTest, ACommandBecomesADurableEventAndAnAnswer) {
  start();
  const auto connection = connect();
  EXPECT_EQ(connection->welcome().position, 0U);
  EXPECT_EQ(connection->welcome().store_id, "store-1");
  put_command(*connection, 1, create_tenant());
  put_command(*connection, 2, open_campus(1));
  ASSERT_TRUE(connection->flush(10s));
  EXPECT_EQ(next(*connection), "1 receipt 1");
  EXPECT_EQ(next(*connection), "2 receipt 2");

  capnp::MallocMessageBuilder query;
  auto frame = query.initRoot<wire::Frame>();
  frame.setRequestId(3);
  frame.initQuery().getQuestion().initUsageStatistics().setCampus("c-1");
  frame.getQuery().setWaitPosition(2);
  connection->put(query);
  capnp::MallocMessageBuilder events;
  frame = events.initRoot<wire::Frame>();
  frame.setRequestId(4);
  frame.initEvents().setFrom(1);
  frame.getEvents().setLimit(100);
  connection->put(events);
  ASSERT_TRUE(connection->flush(10s));
  Lines answers{next(*connection), next(*connection)};
  std::ranges::sort(answers);
  EXPECT_EQ(answers, (Lines{"3 answer at 2", "4 events 2"}));
  EXPECT_TRUE(stop().has_value());
}

/// "7 value=0 first=absent 2:absent>0" of an explanation.
std::string explained(Connection& connection, std::string_view number) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(7);
  auto explain = frame.initExplain();
  explain.initQuery().getQuestion().initUsageStatistics().setCampus("c-1");
  explain.getQuery().setWaitPosition(2);
  explain.setNumber(std::string(number));
  connection.put(message);
  EXPECT_TRUE(connection.flush(10s));
  const auto words = connection.receive(10s);
  if (!words) return "no answer: " + words.error().message;
  const auto shown = [](std::int64_t value, bool absent) {
    return absent ? std::string("absent") : std::to_string(value);
  };
  std::string line;
  const Status read = protocol::read_message<wire::Frame>(*words, [&](wire::Frame::Reader answer) {
    line = std::to_string(answer.getRequestId());
    if (answer.isRefusal()) line += " refusal " + std::to_string(answer.getRefusal().getCode());
    if (!answer.isExplanation()) return;
    const auto explanation = answer.getExplanation();
    line += " value=" + shown(explanation.getValue(), explanation.getValueAbsent());
    line += " first=" + shown(explanation.getFirst(), explanation.getFirstAbsent());
    for (const auto step : explanation.getSteps()) {
      const auto bytes = step.getEvent();
      const auto event = decode({reinterpret_cast<const char*>(bytes.begin()), bytes.size()});
      ASSERT_TRUE(event);
      EXPECT_EQ(event->envelope.position, step.getPosition());
      line += " " + std::to_string(step.getPosition()) + ":" +
              shown(step.getBefore(), step.getBeforeAbsent()) + ">" +
              shown(step.getAfter(), step.getAfterAbsent());
    }
  });
  return read ? line : "malformed";
}

TEST_F(ServerTest, ANumberIsExplainedByItsEvents) {
  start();
  const auto connection = connect();
  put_command(*connection, 1, create_tenant());
  put_command(*connection, 2, open_campus(1));
  ASSERT_TRUE(connection->flush(10s));
  EXPECT_EQ(next(*connection), "1 receipt 1");
  EXPECT_EQ(next(*connection), "2 receipt 2");
  EXPECT_EQ(explained(*connection, "contingent"), "7 value=0 first=absent 2:absent>0");
  EXPECT_EQ(explained(*connection, "bookingPeriod.size"), "7 value=absent first=absent");
  EXPECT_EQ(explained(*connection, "contingents"), "7 refusal 1006");
  EXPECT_EQ(explained(*connection, "contingent["), "7 refusal 1006");
  EXPECT_TRUE(stop().has_value());
}

TEST_F(ServerTest, B14_TheSameIdOnANewConnectionGetsTheFirstAnswer) {
  start();
  {
    const auto lost = connect();
    put_command(*lost, 1, create_tenant());
    ASSERT_TRUE(lost->flush(10s));
    EXPECT_EQ(next(*lost), "1 receipt 1");
  }
  const auto again = connect(1);
  put_command(*again, 1, create_tenant());
  ASSERT_TRUE(again->flush(10s));
  EXPECT_EQ(next(*again), "1 duplicate 1");
}

TEST_F(ServerTest, B46_AClientThatIsAheadIsRefused) {
  start();
  const auto connection = Connection::open(address(), {TenantId("main"), "test", 7}, 10s);
  ASSERT_FALSE(connection.has_value());
  EXPECT_EQ(connection.error().code, 8007);
}

TEST_F(ServerTest, ManyPipelinedCommandsAreAnsweredInOrder) {
  start();
  const auto connection = connect();
  put_command(*connection, 1, create_tenant());
  constexpr int kCommands =
      3'000;  // more than may be in flight: the server holds back, the client need not know
  for (int i = 0; i < kCommands; ++i)
    put_command(*connection, static_cast<std::uint64_t>(i) + 2, open_campus(i));
  std::thread sender([&] { ASSERT_TRUE(connection->flush(60s)); });
  EXPECT_EQ(next(*connection), "1 receipt 1");
  for (int i = 0; i < kCommands; ++i)
    ASSERT_EQ(next(*connection), std::to_string(i + 2) + " receipt " + std::to_string(i + 2));
  sender.join();
}

TEST_F(ServerTest, B16_OneConnectionTooManyIsToldSo) {
  config_.listener.connections_max = 2;
  start();
  const auto first = connect(), second = connect();
  const auto third = Connection::open(address(), {TenantId("main"), "test", 0}, 10s);
  ASSERT_FALSE(third.has_value());
  EXPECT_EQ(third.error().code, 7101);
}

/// What the server says to bytes that are no conversation, until it closes.
std::string shout(const client::Address& address, std::string_view bytes) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket socket(io);
  socket.connect(
      {boost::asio::ip::make_address(address.host), static_cast<std::uint16_t>(std::stoi(address.port))});
  boost::asio::write(socket, boost::asio::buffer(bytes));
  std::string heard;
  boost::system::error_code ended;
  boost::asio::read(socket, boost::asio::dynamic_buffer(heard), ended);
  EXPECT_EQ(ended, boost::asio::error::eof);
  return heard;
}

TEST_F(ServerTest, B2_HttpGetsItsLineBeforeTheConnectionCloses) {
  start();
  EXPECT_TRUE(shout(address(), "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400"));
}

TEST_F(ServerTest, B5_AnErrorReachesAPeerThatSendsFarTooMuch) {
  start();
  std::string bytes("\0\0\0\0\0\0\0\x10", 8);
  bytes.resize(300'000);
  EXPECT_NE(shout(address(), bytes).find("FRAME_TOO_LARGE"), std::string::npos);
}

TEST_F(ServerTest, AStopAnswersWhatHasArrived) {
  start();
  const auto connection = connect();
  put_command(*connection, 1, create_tenant());
  for (int i = 0; i < 500; ++i) put_command(*connection, static_cast<std::uint64_t>(i) + 2, open_campus(i));
  ASSERT_TRUE(connection->flush(10s));
  ASSERT_EQ(next(*connection), "1 receipt 1");  // they arrived in one piece, more or less
  EXPECT_TRUE(stop().has_value());
  // Answers up to some point, then the end; and never an answer that is not true.
  Position answered = 1;
  std::string line;
  while ((line = next(*connection)).find("receipt") != std::string::npos) ++answered;
  EXPECT_TRUE(line.starts_with("no answer")) << line;
  EXPECT_LE(answered, server_->ledger().head().events);
}

TEST_F(ServerTest, B112_AStorageThatFailsGivesNoReceiptAndEndsTheServer) {
  start(std::make_unique<FailingLog>());
  const auto connection = connect();
  put_command(*connection, 1, create_tenant());
  ASSERT_TRUE(connection->flush(10s));
  ASSERT_EQ(next(*connection), "1 receipt 1");
  put_command(*connection, 2, open_campus(1));
  ASSERT_TRUE(connection->flush(10s));
  EXPECT_TRUE(next(*connection).starts_with("no answer"));
  thread_.join();
  ASSERT_FALSE(ended_.has_value());
  EXPECT_EQ(ended_.error().code, Reason::OutcomeUnknown);
}

TEST(Door, B88_OnlyLoopbackAddressesAreTaken) {
  for (const char* address : {"0.0.0.0:0", "192.0.2.1:0", "[::]:0", "example.org:1", "127.0.0.1",
                              "127.0.0.1:x", "127.0.0.1:65536", ":1", ""}) {
    const auto door = Door::bind(address, {}, {}, {});
    ASSERT_FALSE(door.has_value()) << address;
    EXPECT_EQ(door.error().code, Reason::Listen) << address;
  }
  EXPECT_TRUE(Door::bind("127.0.0.1:0", {}, {}, {}).has_value());
}

TEST_F(ServerTest, B88_AnAddressInUseIsNamed) {
  start();
  const auto second = Door::bind(server_->report().address, {}, {}, {});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Reason::Listen);
  EXPECT_NE(second.error().message.find("in use"), std::string::npos);
}

}  // namespace
}  // namespace kontor::server
