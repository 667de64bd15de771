// What it costs to find the frames in the bytes of a connection and to read a command's fields.

#include <benchmark/benchmark.h>
#include <capnp/message.h>
#include <capnp/serialize.h>

#include <cstring>

#include "server/protocol/frame_gate.h"
#include "server/protocol/message.h"
#include "server/protocol/wire.capnp.h"

namespace kontor::bench {
namespace {

kj::Array<capnp::word> command_frame() {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(7);
  auto command = frame.initCommand();
  const std::array<std::uint8_t, 16> id{1, 2, 3};
  command.setId(capnp::Data::Reader(id.data(), id.size()));
  auto content = command.initContent();
  auto actor = content.initActor();
  actor.setRole(schema::Role::CAMPUS_MANAGER);
  actor.setId("m-17");
  auto invite = content.getBody().initInviteToCourse();
  invite.setCourse("statistics-101");
  invite.setPerson("p-100011");
  return capnp::messageToFlatArray(message);
}

void ReadCommandFrame(benchmark::State& state) {
  const auto words = command_frame();
  const auto bytes = std::as_bytes(std::span(words.begin(), words.size()));
  protocol::FrameGate gate({});
  for (auto _ : state) {
    const auto space = gate.space();
    std::memcpy(space.data(), bytes.data(), bytes.size());
    gate.filled(bytes.size());
    const auto frame = gate.next();
    if (!frame || !*frame) return state.SkipWithError("no frame");
    const Status read = protocol::read_message<wire::Frame>(**frame, [](wire::Frame::Reader root) {
      const auto body = root.getCommand().getContent().getBody();
      benchmark::DoNotOptimize(body.getInviteToCourse().getPerson().size());
    });
    if (!read) return state.SkipWithError("not readable");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(ReadCommandFrame);

}  // namespace
}  // namespace kontor::bench
