#include "projections/recording_views.h"

#include "events/core/assert.h"

namespace kontor::views {
namespace {

class RecordingReader final : public RowReader {
 public:
  explicit RecordingReader(const RecordingViews& views) : views_(views) {}
  Result<std::optional<RowVersion>> get(const ViewKey& key, Position as_of) override {
    return views_.get(key, as_of);
  }

 private:
  const RecordingViews& views_;
};

}  // namespace

// Questions do not write.
Status RecordingViews::apply(ViewBatch) {
  KONTOR_ASSERT(false);
  return {};
}
Status RecordingViews::reset() {
  KONTOR_ASSERT(false);
  return {};
}
Status RecordingViews::sync() {
  KONTOR_ASSERT(false);
  return {};
}

Result<std::optional<RowVersion>> RecordingViews::get(const ViewKey& key, Position as_of) const {
  read(key, {}, {});
  return below().get(key, as_of);
}

std::unique_ptr<RowReader> RecordingViews::reader() const { return std::make_unique<RecordingReader>(*this); }

Status RecordingViews::scan(const ViewKey& prefix, std::string_view after, Position as_of,
                            const RowVisitor& visit) const {
  std::string until;
  const Status scanned =
      below().scan(prefix, after, as_of, [&](std::string_view key, const RowVersion& version) {
        const Scan go = visit(key, version);
        if (go == Scan::Stop) until = key;
        return go;
      });
  read(prefix, after, until);
  return scanned;
}

void RecordingViews::read(const ViewKey& prefix, std::string_view after, std::string_view until) const {
  const auto [known, is_new] =
      read_to_.try_emplace(std::pair(prefix.bytes(), std::string(after)), std::string(until));
  if (is_new) return fresh_.push_back({prefix, std::string(after), std::string(until)});
  std::string& so_far = known->second;
  if (so_far.empty() || (!until.empty() && until <= so_far)) return;
  fresh_.push_back({prefix, so_far, std::string(until)});
  so_far = until;
}

}  // namespace kontor::views
