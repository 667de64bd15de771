// A history through the real decoder and the real writer, without sockets and disks: connections break and
// the writer starts again from its log, and the state is the same.

#include <capnp/serialize.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "client/history_import.h"
#include "engine/log/memory/memory_log.h"
#include "engine/writer/writer.h"
#include "server/protocol/decode.h"
#include "server/protocol/encode.h"
#include "server/protocol/message.h"

namespace kontor::client {
namespace {

using Next = HistoryImport::Next;
const TenantId kTenant{"university"};

std::string by_manager(std::string_view at, std::string_view rest) {
  return R"({"at":")" + std::string(at) + R"(","actor":{"role":"campusManager","id":"m-1"},)" +
         std::string(rest) + "}\n";
}

std::string by(std::string_view role, std::string_view rest) {
  return R"({"at":"2012-12-31T00:00:00+01:00","actor":{"role":")" + std::string(role) + R"(","id":"x"},)" +
         std::string(rest) + "}\n";
}

// A course from February to the end of September 2013, and people who come and go on many days, some of them
// twice, some of them too late.
std::string history() {
  std::ostringstream out;
  out << by("backend", R"("type":"OpenCampus","campus":"c","kind":"flat")")
      << by("contractDesk",
            R"("type":"BookFlat","campus":"c","period":"2013","size":50,"from":"2013-01-01T00:00:00+01:00",)"
            R"("to":"2014-01-01T00:00:00+01:00","prices":[{"fromSize":1,"unitPrice":1200}])")
      << by("support", R"("type":"EnableBothSeatTypes","campus":"c","state":"on")")
      << by_manager("2013-01-01T00:00:00+01:00",
                    R"("type":"CreateCourse","campus":"c","course":"k","start":"2013-02-01T00:00:00+01:00",)"
                    R"("end":"2013-09-29T00:00:00+02:00","seatTypes":"campusAndCourse")");
  for (int month = 1; month <= 10; ++month) {
    for (int person = 0; person < 12; ++person) {
      std::ostringstream at;
      at << "2013-" << (month < 10 ? "0" : "") << month << "-" << (person + 10) << "T09:00:00Z";
      const std::string who = R"("course":"k","person":"p-)" + std::to_string((person * month) % 17) + "\"";
      out << by_manager(at.str(), (person + month) % 3 == 0
                                      ? R"("type":"EndCourseMembership",)" + who
                                      : R"("type":"InviteToCourse","seatType":"course",)" + who);
    }
  }
  return out.str();
}

// A server in memory: decodes frames, decides, appends, answers. `restart` forgets all but the log.
class Server {
 public:
  void restart() {
    writer_ = std::make_unique<Writer>(LedgerLimits{});
    ASSERT_TRUE(log_.scan(1, [&](const log::Group& group) { return writer_->adopt(group).has_value(); }));
  }

  enum class Fate : std::uint8_t { Answered, LostBefore, LostAfter };

  /// The answer to a frame as bytes; empty when the connection was lost before or after the commands were
  /// durable.
  std::string ask(const kj::Array<capnp::word>& words, Fate fate) {
    auto decoded = decoder_.decode({words.begin(), words.size()});
    EXPECT_TRUE(decoded.has_value());
    auto* submit = std::get_if<protocol::SubmitRequest>(&decoded->request);
    EXPECT_NE(submit, nullptr);
    std::string answer;
    writer_->begin(Instant{now_ += kNanosecondsPerSecond});
    writer_->decide({kTenant, submit->mode, std::move(submit->commands), [&](std::vector<Outcome> outcomes) {
                       protocol::encode_batch_result(7, outcomes, answer);
                     }});
    DecidedGroup decided = writer_->finish();
    if (fate == Fate::LostBefore) return {};
    if (decided.group) {
      EXPECT_EQ(log_.append(*decided.group), log::AppendOutcome::Appended);
    }
    for (auto& complete : decided.answers) complete();
    return fate == Fate::LostAfter ? std::string() : answer;
  }

  [[nodiscard]] TenantStatus status() const { return writer_->status(kTenant); }

  Server() { restart(); }

 private:
  log::MemoryLog log_;
  std::unique_ptr<Writer> writer_;
  protocol::Decoder decoder_{1'000};
  std::int64_t now_ = 1'790'000'000 * kNanosecondsPerSecond;
};

ImportCounts import(Server& server, std::size_t batch, int losses_in_ten, unsigned seed) {
  std::mt19937 draw(seed);
  HistoryImport import(history(), HistoryImport::AtEnd::KeepOpen);
  const ImportLimits limits{batch, 1 << 20};
  import.connected(server.status().position, limits);
  for (Next next = import.next(); next == Next::Send;) {
    capnp::MallocMessageBuilder frame;
    import.batch(frame.initRoot<wire::Frame>());
    const bool lose = static_cast<int>(draw() % 10) < losses_in_ten;
    const auto fate = !lose             ? Server::Fate::Answered
                      : draw() % 2 == 0 ? Server::Fate::LostBefore
                                        : Server::Fate::LostAfter;
    const std::string answer = server.ask(capnp::messageToFlatArray(frame), fate);
    if (answer.empty()) {
      server.restart();
      import.connected(server.status().position, limits);
      continue;
    }
    EXPECT_TRUE(protocol::read_message<wire::Frame>(std::string_view(answer), [&](wire::Frame::Reader root) {
                  next = import.answered(root.getBatchResult());
                }).has_value());
  }
  EXPECT_EQ(import.next(), Next::Finished) << import.failure().what;
  return import.counts();
}

TEST(ImportIntoWriter, EndsInTheSameStateHoweverOftenTheServerDies) {
  Server undisturbed;
  const ImportCounts expected = import(undisturbed, 1'000, 0, 1);
  EXPECT_GT(expected.imported, 50U);
  EXPECT_GT(expected.refused, 10U);
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Server disturbed;
    const ImportCounts counts = import(disturbed, 1 + seed % 7, 4, seed);
    EXPECT_EQ(disturbed.status().state, undisturbed.status().state) << "seed " << seed;
    EXPECT_EQ(disturbed.status().position, undisturbed.status().position) << "seed " << seed;
    EXPECT_EQ(counts.imported + counts.already, expected.imported) << "seed " << seed;
    EXPECT_EQ(counts.refused, expected.refused) << "seed " << seed;
  }
}

// INV-4
TEST(ImportIntoWriter, ChangesNothingTheSecondTime) {
  Server server;
  const ImportCounts first = import(server, 1'000, 0, 1);
  const TenantStatus before = server.status();
  const ImportCounts second = import(server, 10, 0, 1);
  EXPECT_EQ(second.imported, 0U);
  EXPECT_EQ(second.already, first.imported);
  EXPECT_EQ(second.refused, first.refused);
  EXPECT_EQ(server.status().position, before.position);
  EXPECT_EQ(server.status().state, before.state);
}

}  // namespace
}  // namespace kontor::client
