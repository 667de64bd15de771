#pragma once
// Digests as files and frames carry them. Pure.

#include <capnp/list.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

#include "events/core/digest.h"
#include "events/proof/tiled_tree.h"

namespace kontor::client {

/// A path longer than this leads nowhere: trees have at most 2^64 leaves, and a proof two hashes a level.
constexpr std::size_t kPathMax = 128;

/// nullopt unless it is the base64 of 32 bytes.
[[nodiscard]] std::optional<Digest> digest_from_base64(std::string_view text);
/// nullopt unless there are 32 of them.
[[nodiscard]] std::optional<Digest> digest_from_bytes(Bytes bytes);
/// nullopt unless each is a digest, and there are not too many.
[[nodiscard]] std::optional<proof::Path> path_of_frame(capnp::List<capnp::Data>::Reader list);

/// The text of a field; empty when there is none.
[[nodiscard]] std::string_view text_of(const boost::json::object& object, std::string_view name);
/// A whole number written as text, as all of ours are in JSON.
[[nodiscard]] std::optional<std::uint64_t> number_of(const boost::json::object& object,
                                                     std::string_view name);
/// The field "path": hashes in base64.
[[nodiscard]] std::optional<proof::Path> path_of_json(const boost::json::object& object);
[[nodiscard]] boost::json::array path_to_json(const proof::Path& path);

}  // namespace kontor::client
