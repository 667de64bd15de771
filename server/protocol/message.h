#pragma once
// Opens a message that has passed the gate and runs a reader over it. The one place where exceptions of the
// Cap'n Proto library are caught; their text carries addresses and a stack and goes no further. Pure.

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <span>
#include <string_view>
#include <vector>

#include "events/core/result.h"

namespace kontor::protocol {

/// Enough for every honest message to be measured, read and made canonical; a hostile one is cut off there.
[[nodiscard]] inline capnp::ReaderOptions reader_options(std::size_t words) {
  constexpr std::uint64_t kTraversalWordsMax = 8u << 20;
  constexpr int kNestingMax = 16;
  capnp::ReaderOptions options;
  options.traversalLimitInWords =
      std::min<std::uint64_t>(1024 + 8 * std::uint64_t{words}, kTraversalWordsMax);
  options.nestingLimit = kNestingMax;
  return options;
}

/// Calls `read` with the root of the message. FrameMalformed when the message ends elsewhere than its words,
/// or when a pointer in it leads nowhere good. `read` must not throw anything of its own.
template <class Root, class Read>
[[nodiscard]] Status read_message(std::span<const capnp::word> words, Read&& read) {
  try {
    capnp::FlatArrayMessageReader reader(kj::arrayPtr(words.data(), words.size()),
                                         reader_options(words.size()));
    if (reader.getEnd() != words.data() + words.size())
      return fail(Reason::FrameMalformed, "there are words after the end of the message");
    read(reader.getRoot<Root>());
    return {};
  } catch (const kj::Exception&) {
    return fail(Reason::FrameMalformed, "the message is not well formed, or larger inside than outside");
  } catch (const std::exception&) {
    return fail(Reason::FrameMalformed, "the message cannot be read");
  }
}

/// The same for bytes that need not lie at a word's address.
template <class Root, class Read>
[[nodiscard]] Status read_message(std::string_view bytes, Read&& read) {
  if (bytes.empty() || bytes.size() % sizeof(capnp::word) != 0)
    return fail(Reason::FrameMalformed, "the message is not a whole number of words");
  auto words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.begin(), bytes.data(), bytes.size());
  return read_message<Root>(std::span<const capnp::word>(words.begin(), words.size()),
                            std::forward<Read>(read));
}

}  // namespace kontor::protocol
