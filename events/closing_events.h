#pragma once
// Whether a stored event ends a stretch of the books, seen without reading the rest of it. Pure; any thread.

#include <string_view>

namespace kontor {

/// A billing run was closed or a period sealed: a moment worth a checkpoint. False for bytes that are no
/// event.
[[nodiscard]] bool closes_books(std::string_view stored);

}  // namespace kontor
