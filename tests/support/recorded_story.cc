#include "tests/support/recorded_story.h"

#include <gtest/gtest.h>

#include <utility>

namespace kontor::test {

RecordedStory& RecordedStory::at(std::string_view time) {
  now_ = Instant::parse(time).value();
  since_.reset();
  return *this;
}

RecordedStory& RecordedStory::true_since(std::string_view time) {
  since_ = Instant::parse(time).value();
  return *this;
}

void RecordedStory::add(const Event& body) {
  Envelope envelope;
  envelope.tenant = tenant_;
  envelope.position = ++position_;
  envelope.stream = stream_of(body);
  envelope.version = ++versions_[envelope.stream];
  envelope.recorded_at = now_;
  envelope.effective_at = since_.value_or(now_);
  envelope.actor = {since_ ? Role::Support : Role::Backend, "platform", "tcp"};
  if (open_.count == 0) open_ = {tenant_, position_, 0, {}};
  encode(envelope, body, open_.bytes);
  ++open_.count;
}

RecordedStory& RecordedStory::end_group() {
  if (open_.count == 0) return *this;
  groups_.push_back({groups_.size() + 1, {std::exchange(open_, {})}});
  return *this;
}

void append_all(log::EventLog& log, const std::vector<log::Group>& groups) {
  for (const log::Group& group : groups) ASSERT_EQ(log.append(group), log::AppendOutcome::Appended);
}

}  // namespace kontor::test
