#include "bench/load/workload.h"

#include <capnp/serialize.h>

#include <array>
#include <cstring>

namespace kontor::bench {

namespace {

constexpr std::int64_t kDayNs = 86'400'000'000'000;

using CommandId = std::array<std::uint8_t, 16>;

CommandId command_id(std::uint64_t seed, std::uint64_t low) {
  CommandId id;
  std::memcpy(id.data(), &seed, 8);
  std::memcpy(id.data() + 8, &low, 8);
  return id;
}

// Fills everything but the body, which it returns.
wire::CommandContent::Body::Builder start_command(capnp::MessageBuilder& message, std::uint64_t request,
                                                  const CommandId& id, schema::Role role) {
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(request);
  auto command = frame.initCommand();
  command.setId(capnp::Data::Reader(id.data(), id.size()));
  auto content = command.initContent();
  auto actor = content.initActor();
  actor.setRole(role);
  actor.setId("load");
  actor.setChannel("api");
  return content.getBody();
}

// Midnight in UTC is midnight in the campus's zone, which the flat needs.
std::int64_t midnight(std::int64_t now_ns) { return now_ns - now_ns % kDayNs; }

}  // namespace

Bytes frame_bytes(capnp::MessageBuilder& message) {
  const auto words = capnp::messageToFlatArray(message);
  const auto bytes = words.asChars();
  return {bytes.begin(), bytes.size()};
}

Bytes hello(const std::string& tenant) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<wire::Frame>();
  auto greeting = root.initHello();
  greeting.setProtocol(1);
  greeting.setTenant(tenant);
  greeting.setClientName("kontor_load");
  return frame_bytes(message);
}

std::vector<Bytes> opening(std::uint64_t seed, std::int64_t now_ns, std::size_t courses) {
  std::vector<Bytes> frames;
  std::uint64_t low = std::uint64_t{1} << 63;  // away from the ids of invitations
  const auto add = [&](schema::Role role, const auto& fill) {
    capnp::MallocMessageBuilder message;
    fill(start_command(message, 1, command_id(seed, low++), role));
    frames.push_back(frame_bytes(message));
  };
  add(schema::Role::OPERATOR, [](auto body) { body.initCreateTenant(); });
  add(schema::Role::BACKEND, [](auto body) {
    auto open = body.initOpenCampus();
    open.setCampus("load");
    open.setKind(wire::CampusKind::FLAT);
    open.setTimeZone("Etc/UTC");
  });
  add(schema::Role::CONTRACT_DESK, [&](auto body) {
    auto book = body.initBookFlat();
    book.setCampus("load");
    book.setPeriod("load");
    book.setSize(50);
    book.setFrom(midnight(now_ns));
    book.setTo(midnight(now_ns) + 400 * kDayNs);
    auto prices = book.initPrices(1);
    prices[0].setFromSize(1);
    prices[0].setUnitPrice(1'200);
  });
  add(schema::Role::SUPPORT, [](auto body) {
    auto enable = body.initEnableBothSeatTypes();
    enable.setCampus("load");
    enable.setState(wire::Switch::ON);
  });
  for (std::size_t course = 0; course < courses; ++course) {
    add(schema::Role::CAMPUS_MANAGER, [&](auto body) {
      auto create = body.initCreateCourse();
      create.setCampus("load");
      create.setCourse("k-" + std::to_string(course));
      create.setStart(midnight(now_ns) + 30 * kDayNs);
      create.setEnd(midnight(now_ns) + 300 * kDayNs);
      create.setSeatTypes(wire::CourseSeatTypes::CAMPUS_AND_COURSE);
    });
  }
  return frames;
}

Bytes invitation(std::uint64_t seed, std::size_t course, std::uint64_t person, std::uint64_t request) {
  capnp::MallocMessageBuilder message(128);
  const auto id = command_id(seed, static_cast<std::uint64_t>(course) << 40 | person);
  auto invite = start_command(message, request, id, schema::Role::CAMPUS_MANAGER).initInviteToCourse();
  invite.setCourse("k-" + std::to_string(course));
  invite.setPerson("p-" + std::to_string(course) + "-" + std::to_string(person));
  invite.setSeatType(wire::SeatType::COURSE);
  return frame_bytes(message);
}

Bytes question(const std::string& campus, std::uint64_t request) {
  capnp::MallocMessageBuilder message(64);
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(request);
  frame.initQuery().getQuestion().initUsageStatistics().setCampus(campus);
  return frame_bytes(message);
}

}  // namespace kontor::bench
