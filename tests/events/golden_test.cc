// Golden files: one per stored shape, in tests/golden/events. They must decode to the same event for as long
// as the project lives, and are never rewritten (tests/golden/README.md says how to add one).
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "events/envelope.h"
#include "tests/support/sample_events.h"

namespace kontor::test {
namespace {

std::filesystem::path golden_directory() {
  return std::filesystem::path(KONTOR_SOURCE_DIR) / "tests" / "golden" / "events";
}

std::filesystem::path golden_file(const SampleEvent& sample) {
  return golden_directory() / (sample.name + ".bin");
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Asked to by the environment, and only what is not there yet.
void write_missing() {
  if (std::getenv("KONTOR_WRITE_GOLDEN") == nullptr) return;
  for (const SampleEvent& sample : sample_events()) {
    if (std::filesystem::exists(golden_file(sample))) continue;
    std::string bytes;
    encode(sample.event.envelope, sample.event.body, bytes);
    std::ofstream(golden_file(sample), std::ios::binary) << bytes;
  }
}

TEST(Golden, EveryStoredShapeStillDecodes) {
  write_missing();
  for (const SampleEvent& sample : sample_events()) {
    ASSERT_TRUE(std::filesystem::exists(golden_file(sample))) << "no golden file for " << sample.name;
    const auto event = decode(content(golden_file(sample)));
    ASSERT_TRUE(event.has_value()) << sample.name << ": " << event.error().message;
    EXPECT_TRUE(*event == sample.event) << sample.name << " decodes to something else";
  }
}

TEST(Golden, TodaysEventsAreStillStoredInTheSameBytes) {
  // Old shapes, which are read and no longer written.
  const std::set<std::string> old{"FlatBooked"};  // before it had a price
  for (const SampleEvent& sample : sample_events()) {
    if (old.contains(sample.name)) continue;
    std::string bytes;
    encode(sample.event.envelope, sample.event.body, bytes);
    EXPECT_TRUE(bytes == content(golden_file(sample))) << sample.name << " is stored differently";
  }
}

TEST(Golden, NoFileIsForgotten) {
  std::set<std::filesystem::path> known;
  for (const SampleEvent& sample : sample_events()) known.insert(golden_file(sample));
  for (const auto& entry : std::filesystem::directory_iterator(golden_directory()))
    EXPECT_TRUE(known.contains(entry.path())) << entry.path().filename();
}

}  // namespace
}  // namespace kontor::test
