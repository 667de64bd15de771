#include "server/protocol/rebuild_frames.h"

#include <fmt/format.h>

#include "server/protocol/frame_writer.h"

namespace kontor::protocol {

Result<RebuildRequest> read_rebuild(wire::RebuildRequest::Reader from) {
  switch (from.which()) {
    case wire::RebuildRequest::STATUS: return RebuildRequest::Status;
    case wire::RebuildRequest::BEGIN: return RebuildRequest::Begin;
    case wire::RebuildRequest::ADOPT: return RebuildRequest::Adopt;
    case wire::RebuildRequest::DISCARD: return RebuildRequest::Discard;
  }
  return fail(Reason::Unsupported, fmt::format("rebuild request kind {} is not known to this server",
                                               static_cast<unsigned>(from.which())));
}

void encode_rebuild_report(std::uint64_t request, const RebuildInfo& report, std::string& out) {
  const std::size_t words = 48 + text_words(report.first_difference.size()) +
                            text_words(report.tenant.value.size()) + text_words(report.failure.size());
  append_frame(request, words, out, [&](wire::Frame::Builder frame) {
    auto to = frame.initRebuildReport();
    to.setState(report.state);
    to.setGroup(report.group);
    to.setOfGroup(report.of_group);
    to.setEvents(report.events);
    to.setOfEvents(report.of_events);
    to.setComparedGroup(report.compared_group);
    to.setEntriesCompared(report.entries_compared);
    to.setEntriesDiffering(report.entries_differing);
    to.setFirstDifference(text(report.first_difference));
    to.setTenant(text(report.tenant.value));
    to.setPosition(report.position);
    to.setFailure(text(report.failure));
    to.setStartedAt(report.started_at.ns);
    to.setEndedAt(report.ended_at.ns);
  });
}

}  // namespace kontor::protocol
