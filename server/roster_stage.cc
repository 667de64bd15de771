#include "server/roster_stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace kontor::server {

void RosterStage::forget() {
  file_hash_.clear();
  rows_ = {};
  bytes_ = 0;
}

Status RosterStage::add(protocol::RosterRowsRequest upload) {
  if (upload.file_hash != file_hash_ || upload.first == 0) {
    forget();
    file_hash_ = upload.file_hash;
  }
  const std::size_t expected = rows_.size();
  if (upload.first != expected) {
    forget();
    return fail(Reason::InvalidArgument,
                fmt::format("rows from {} on, where {} is next", upload.first, expected));
  }
  const std::size_t bytes = bytes_ + upload.bytes;
  const std::size_t rows = expected + upload.rows.size();
  if (bytes > limits_.bytes_max || rows > limits_.rows_max) {
    forget();
    return fail(Reason::InvalidArgument, fmt::format("a roster has at most {} rows and {} bytes of text",
                                                     limits_.rows_max, limits_.bytes_max));
  }
  bytes_ = bytes;
  std::ranges::move(upload.rows, std::back_inserter(rows_));
  return {};
}

Status RosterStage::fill(rules::Command& command) const {
  auto* access = std::get_if<rules::access::Command>(&command);
  auto* import = access == nullptr ? nullptr : std::get_if<rules::access::ImportRoster>(access);
  if (import == nullptr || import->staged == 0) return {};
  if (import->file_hash != file_hash_ || import->staged != rows_.size())
    return fail(Reason::InvalidArgument,
                fmt::format("the command wants {} uploaded rows of its file, {} wait on this connection",
                            import->staged, import->file_hash == file_hash_ ? rows_.size() : 0));
  import->rows = rows_;
  import->staged = 0;
  return {};
}

}  // namespace kontor::server
