// Bytes of a peer through the gate and the decoder, in the pieces in which they come.
#include <cstring>

#include "server/protocol/decode.h"
#include "server/protocol/frame_gate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace pr = kontor::protocol;
  static pr::Decoder decoder(1'000);
  pr::FrameGate gate({.frame_bytes_max = 64u << 10, .segments_max = 16});
  std::span<const std::byte> rest(reinterpret_cast<const std::byte*>(data), size);
  while (!rest.empty()) {
    rest = rest.subspan(gate.feed(rest));
    while (true) {
      const auto frame = gate.next();
      if (!frame) return 0;
      if (!*frame) break;
      if (!decoder.decode(**frame)) return 0;
    }
  }
  (void)gate.at_end();
  return 0;
}
