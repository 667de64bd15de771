// DOMAIN TX-05: requests for effects are made when they are decided, and at no other time. A consumer that
// has acknowledged them hears of none again, whatever is started again, rebuilt or replayed.
#include <gmock/gmock.h>

#include <thread>

#include "client/subscription.h"
#include "engine/log/rocksdb/rocksdb_log.h"
#include "projections/data_directory.h"
#include "server/server.h"
#include "tests/support/recorded_story.h"
#include "tests/support/temporary_directory.h"

namespace kontor::server {
namespace {

using namespace std::chrono_literals;
namespace ev = effects;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FixedClock final : public Clock {
 public:
  Instant now() override { return *Instant::parse("2027-06-01T12:00:00Z"); }
};

/// A server on a data directory, from its construction to its destruction.
class Running {
 public:
  explicit Running(const std::filesystem::path& data) {
    Config config =
        load_config({.file = {}, .environment = [](const std::string&) { return std::nullopt; }, .flags = {}})
            ->config;
    config.data_dir = data.string();
    config.listen = "127.0.0.1:0";
    config.listener.linger_timeout = 50ms;
    config.sessions.progress_after = 10ms;
    auto door = Door::bind(config.listen, config.sessions, config.listener,
                           [](std::string_view, std::string_view) {});
    auto stores = open_stores(config, [](std::string_view) {});
    EXPECT_TRUE(stores.has_value()) << (stores ? "" : stores.error().message);
    auto started =
        Server::start(std::move(*door), std::move(*stores), clock_, config, [](std::string_view) {});
    EXPECT_TRUE(started.has_value()) << (started ? "" : started.error().message);
    server_ = std::move(*started);
    thread_ = std::thread([this] { EXPECT_TRUE(server_->run().has_value()); });
  }
  ~Running() {
    server_->stop();
    thread_.join();
  }

  /// What a member of the group is handed until there is nothing left; it acknowledges all of it.
  std::vector<Position> work_off() const {
    client::SubscriptionWish wish;
    wish.from = 1;
    wish.filter.types = {"TagGrantRequested", "NotificationRequested"};
    wish.group.emplace().name = "integration";
    client::Subscription following({"127.0.0.1", std::to_string(server_->port())}, {TenantId("t"), "test", 0},
                                   wish, {.answer_within = 10s, .retry_for = 0ms},
                                   {[] { return 0ms; }, [](std::chrono::milliseconds) {}});
    EXPECT_TRUE(following.open().has_value());
    std::vector<Position> out;
    while (following.seen() < following.head_at_first()) {
      const auto heard = following.next(10s);
      if (!heard) {
        ADD_FAILURE() << heard.error().message;
        break;
      }
      if (const auto* event = std::get_if<client::Event>(&*heard)) {
        out.push_back(event->position);
        following.ack(event->position);
      }
    }
    EXPECT_TRUE(following.close(10s).has_value());
    return out;
  }
  [[nodiscard]] std::uint64_t events() const { return server_->report().events; }

 private:
  FixedClock clock_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

TEST(NoEffectTwice, TX05_AcknowledgedRequestsStayDealtWith) {
  const test::TemporaryDirectory directory;
  const DataDirectory data{directory.path()};
  {
    test::RecordedStory story;
    story.at("2027-03-01T00:00:00Z")
        .record(
            tenancy::TenantCreated{}, ev::TagGrantRequested{PersonId("p-1"), "T"},
            ev::NotificationRequested{ev::NotificationKind::Enrolled, PersonId("p-1"), GroupId("g-1"), 1, 0},
            ev::AccountRegistrationRequested{PersonId("p-1")}, ev::TagGrantRequested{PersonId("p-2"), "T"})
        .end_group();
    auto log = log::RocksDbLog::open({.path = data.log().string()});
    ASSERT_TRUE(log.has_value()) << log.error().message;
    test::append_all(**log, story.groups());
  }
  {
    const Running server(directory.path());
    // Order within a person's stream, and all of both kinds.
    EXPECT_THAT(server.work_off(), ::testing::UnorderedElementsAre(2, 3, 5));
    EXPECT_THAT(server.work_off(), IsEmpty());
  }
  {
    const Running again(directory.path());
    EXPECT_THAT(again.work_off(), IsEmpty()) << "a restart hands out nothing";
    EXPECT_EQ(again.events(), 5U) << "and writes nothing";
  }
  std::filesystem::remove_all(data.views());
  {
    const Running rebuilt(directory.path());
    EXPECT_THAT(rebuilt.work_off(), IsEmpty()) << "nor does a rebuild of the views";
    EXPECT_EQ(rebuilt.events(), 5U);
  }
}

}  // namespace
}  // namespace kontor::server
