// docs/wire-protocol.md
#include "server/protocol/encode.h"

#include "events/core/assert.h"
#include "server/protocol/decode.h"
#include "server/protocol/frame_writer.h"

namespace kontor::protocol {
namespace {

void fill_binding(const ReceiptBinding& from, wire::Binding::Builder to) {
  to.setNote(text(from.note));
  to.setIndex(from.index);
  auto path = to.initPath(static_cast<unsigned>(from.path.size()));
  for (unsigned i = 0; i < path.size(); ++i) path.set(i, {from.path[i].data(), from.path[i].size()});
  to.setEventsRoot({from.events_root.data(), from.events_root.size()});
}

void fill_receipt(const Receipt& from, wire::Receipt::Builder to) {
  to.setFirst(from.first);
  to.setLast(from.last);
  to.setRecordedAt(from.recorded_at.ns);
  to.setDuplicate(from.duplicate);
  to.setDryRun(from.dry_run);
  to.setStream(text(from.stream));
  to.setVersion(from.version);
  auto events = to.initEvents(static_cast<unsigned>(from.events.size()));
  for (unsigned i = 0; i < events.size(); ++i) {
    const Bytes bytes = bytes_of(from.events[i]);
    events.set(i, {bytes.data(), bytes.size()});
  }
  if (from.binding) fill_binding(*from.binding, to.initBinding());
}

void fill_refusal(const rules::Refusal& from, wire::Refusal::Builder to) {
  const ReasonInfo& info = reason_info(from.code);
  to.setCode(static_cast<std::uint16_t>(from.code));
  to.setName(text(info.name));
  to.setWhat(text(from.what));
  to.setRetry(text(retry_name(info.retry)));
  to.setAdvice(text(info.advice));
  auto facts = to.initFacts(static_cast<unsigned>(from.facts.size()));
  for (unsigned i = 0; i < facts.size(); ++i) {
    facts[i].setName(text(from.facts[i].name));
    facts[i].setValue(text(from.facts[i].value));
  }
  auto because = to.initBecause(static_cast<unsigned>(from.because.size()));
  for (unsigned i = 0; i < because.size(); ++i) because.set(i, from.because[i]);
}

void fill_error(const Error& from, wire::Error::Builder to) {
  const ReasonInfo& info = reason_info(from.code);
  to.setCode(static_cast<std::uint16_t>(from.code));
  to.setName(text(info.name));
  to.setWhat(text(from.message));
  to.setRetry(text(retry_name(info.retry)));
  to.setAdvice(text(info.advice));
}

std::size_t words_of(const Outcome& outcome) {
  constexpr std::size_t kFixed = 64;  // struct, reason texts, stream
  std::size_t words = kFixed;
  if (const auto* receipt = std::get_if<Receipt>(&outcome)) {
    words += text_words(receipt->stream.size());
    for (const std::string& event : receipt->events) words += 1 + text_words(event.size());
    if (const auto& binding = receipt->binding)
      words += 16 + text_words(binding->note.size()) + (binding->path.size() + 1) * (1 + sizeof(Digest) / 8);
  } else if (const auto* refusal = std::get_if<rules::Refusal>(&outcome)) {
    words += text_words(refusal->what.size()) + refusal->because.size();
    for (const rules::Fact& fact : refusal->facts)
      words += 2 + text_words(fact.name.size()) + text_words(fact.value.size());
  } else if (const auto* error = std::get_if<Error>(&outcome)) {
    words += text_words(error->message.size());
  }
  return words;
}

}  // namespace

void encode_welcome(std::uint64_t request, const WelcomeInfo& welcome, std::string& out) {
  append_frame(request, kScratchWords, out, [&](wire::Frame::Builder frame) {
    auto to = frame.initWelcome();
    to.setProtocol(kProtocolVersion);
    to.setServerVersion(KONTOR_VERSION);
    to.setStoreId(text(welcome.store_id));
    to.setPosition(welcome.position);
    to.setFrameBytesMax(welcome.frame_bytes_max);
    to.setInFlightMax(welcome.in_flight_max);
    to.setBatchCommandsMax(welcome.batch_commands_max);
    to.setIdleSeconds(welcome.idle_seconds);
  });
}

void encode_outcome(std::uint64_t request, const Outcome& outcome, std::string& out) {
  append_frame(request, words_of(outcome), out, [&](wire::Frame::Builder frame) {
    if (const auto* receipt = std::get_if<Receipt>(&outcome))
      return fill_receipt(*receipt, frame.initReceipt());
    if (const auto* refusal = std::get_if<rules::Refusal>(&outcome))
      return fill_refusal(*refusal, frame.initRefusal());
    const auto* error = std::get_if<Error>(&outcome);
    KONTOR_ASSERT(error != nullptr);
    fill_error(*error, frame.initError());
  });
}

void encode_batch_result(std::uint64_t request, std::span<const Outcome> outcomes, std::string& out) {
  std::size_t words = 16;
  for (const Outcome& outcome : outcomes) words += 2 + words_of(outcome);
  append_frame(request, words, out, [&](wire::Frame::Builder frame) {
    auto results = frame.initBatchResult().initResults(static_cast<unsigned>(outcomes.size()));
    for (unsigned i = 0; i < results.size(); ++i) {
      if (const auto* receipt = std::get_if<Receipt>(&outcomes[i]))
        fill_receipt(*receipt, results[i].initReceipt());
      else if (const auto* refusal = std::get_if<rules::Refusal>(&outcomes[i]))
        fill_refusal(*refusal, results[i].initRefusal());
      else if (const auto* error = std::get_if<Error>(&outcomes[i]))
        fill_error(*error, results[i].initError());
      else
        results[i].setNotDecided();
    }
  });
}

void encode_refusal(std::uint64_t request, const rules::Refusal& refusal, std::string& out) {
  append_frame(request, words_of(refusal), out,
               [&](wire::Frame::Builder frame) { fill_refusal(refusal, frame.initRefusal()); });
}

void encode_error(std::uint64_t request, const Error& error, std::string& out) {
  append_frame(request, words_of(error), out,
               [&](wire::Frame::Builder frame) { fill_error(error, frame.initError()); });
}

void encode_answer(std::uint64_t request, wire::Answer::Reader answer, std::string& out) {
  const std::size_t words = static_cast<std::size_t>(answer.totalSize().wordCount) + 16;
  append_frame(request, words, out, [&](wire::Frame::Builder frame) { frame.setAnswer(answer); });
}

void encode_explanation(std::uint64_t request, const ExplanationInfo& explanation, std::string& out) {
  std::size_t words = 64;
  for (const ExplainedStepInfo& step : explanation.steps) words += 8 + text_words(step.event.size());
  append_frame(request, words, out, [&](wire::Frame::Builder frame) {
    auto to = frame.initExplanation();
    to.setPosition(explanation.position);
    to.setEffectiveAt(explanation.effective_at.ns);
    to.setValue(explanation.value.value_or(0));
    to.setValueAbsent(!explanation.value);
    to.setFirst(explanation.first.value_or(0));
    to.setFirstAbsent(!explanation.first);
    to.setByTime(explanation.by_time);
    to.setLeftOut(explanation.left_out);
    to.setLooked(explanation.looked);
    auto steps = to.initSteps(static_cast<unsigned>(explanation.steps.size()));
    for (unsigned i = 0; i < steps.size(); ++i) {
      const ExplainedStepInfo& step = explanation.steps[i];
      steps[i].setPosition(step.position);
      steps[i].setBefore(step.before.value_or(0));
      steps[i].setBeforeAbsent(!step.before);
      steps[i].setAfter(step.after.value_or(0));
      steps[i].setAfterAbsent(!step.after);
      const Bytes bytes = bytes_of(step.event);
      steps[i].setEvent({bytes.data(), bytes.size()});
    }
  });
}

void encode_event_page(std::uint64_t request, std::span<const std::string> events, Position head,
                       std::string& out) {
  std::size_t words = 32;
  for (const std::string& event : events) words += 1 + text_words(event.size());
  append_frame(request, words, out, [&](wire::Frame::Builder frame) {
    auto page = frame.initEventPage();
    page.setHead(head);
    auto list = page.initEvents(static_cast<unsigned>(events.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
      const Bytes bytes = bytes_of(events[i]);
      list.set(i, {bytes.data(), bytes.size()});
    }
  });
}

void encode_status(std::uint64_t request, const StatusInfo& status, std::string& out) {
  append_frame(request, kScratchWords, out, [&](wire::Frame::Builder frame) {
    auto to = frame.initStatusReport();
    to.setServerVersion(KONTOR_VERSION);
    to.setStoreId(text(status.store_id));
    to.setStartedAt(status.started_at.ns);
    to.setGroup(status.group);
    to.setEvents(status.events);
    to.setRoot(text(hex(status.root)));
    to.setPosition(status.position);
    to.setViewPosition(status.view_position);
    to.setTimelineAt(status.timeline_at.ns);
    to.setTimeline(text(status.timeline));
    to.setStateDigest(text(hex(status.state)));
    to.setConnections(status.connections);
    to.setQueue(status.queue);
  });
}

void encode_roster_staged(std::uint64_t request, std::uint32_t rows, std::uint64_t bytes, std::string& out) {
  append_frame(request, 16, out, [&](wire::Frame::Builder frame) {
    auto staged = frame.initRosterStaged();
    staged.setRows(rows);
    staged.setBytes(bytes);
  });
}

void encode_pong(std::uint64_t request, std::string& out) {
  append_frame(request, 16, out, [](wire::Frame::Builder frame) { frame.setPong(); });
}

void encode_goaway(std::string_view reason, std::string& out) {
  append_frame(0, 32 + text_words(reason.size()), out,
               [&](wire::Frame::Builder frame) { frame.initGoaway().setReason(text(reason)); });
}

}  // namespace kontor::protocol
