#pragma once
// What waits for the same sync: the bytes of all frames, and whom to answer. A value.

#include <cstdint>
#include <string>
#include <vector>

namespace kontor::bare {

struct Waiting {
  std::uint32_t connection = 0;
  std::uint32_t commands = 0;  // of a batch; 0: a command that came alone
  std::uint64_t request = 0;
};

struct Group {
  std::string bytes;
  std::vector<Waiting> waiting;

  void clear() {
    bytes.clear();
    waiting.clear();
  }
};

}  // namespace kontor::bare
