// What an export says about itself, and who said so.
#include "replay/export/manifest.h"

#include <gtest/gtest.h>

#include "tests/replay/export/story.h"

namespace kontor::exports {
namespace {

Manifest sample() {
  Manifest manifest{.key_name = "ledger.example.org/7f3a",
                    .format = Format::Csv,
                    .tenant = TenantId("acme"),
                    .from = 1,
                    .to = 42,
                    .period = Period::parse("2027-01-01..2028-01-01").value(),
                    .moment = Instant{1'789'000'000'000'000'000},
                    .size = 42,
                    .root = {},
                    .files = {}};
  manifest.root.fill(7);
  manifest.files = {{.name = "billing_lines.csv", .size = 12, .sha256 = manifest.root},
                    {.name = "events.csv", .size = 0, .sha256 = {}}};
  return manifest;
}

TEST(ExportManifest, IsReadAgainAsItWasWritten) {
  Manifest manifest = sample();
  EXPECT_EQ(Manifest::parse(manifest.text()).value(), manifest);
  manifest.period.reset();
  manifest.tenant.reset();
  manifest.files.clear();
  EXPECT_EQ(Manifest::parse(manifest.text()).value(), manifest);
}

TEST(ExportManifest, HasOneWayOfBeingWritten) {
  const std::string text = sample().text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed.erase(i, 1);
    const auto parsed = Manifest::parse(changed);
    EXPECT_TRUE(!parsed || parsed->text() == changed) << i;
  }
  std::string outside = text;
  outside.replace(outside.find("events.csv"), 10, "../passwd0");
  EXPECT_EQ(Manifest::parse(outside).error().code, Reason::BundleUnusable);
  EXPECT_FALSE(Manifest::parse(text + "0 0 z\n"));
  EXPECT_FALSE(Manifest::parse(""));
}

TEST(ExportManifest, IsSignedByThePinnedKeyOrNotAtAll) {
  const std::string file = manifest_file(sample(), &test::signer());
  const proof::NoteKey key = test::note_key();
  const auto opened = open_manifest(file, &key);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_TRUE(opened->is_signed);
  EXPECT_EQ(opened->manifest, sample());

  proof::NoteKey other = key;
  other.key[0] ^= 1;
  EXPECT_EQ(open_manifest(file, &other).error().code, Reason::NotSigned);
  std::string changed = file;
  changed.replace(changed.find("to 42"), 5, "to 43");
  EXPECT_EQ(open_manifest(changed, &key).error().code, Reason::NotSigned);

  Manifest of_another = sample();
  of_another.key_name = "another.example.org/1";
  EXPECT_EQ(open_manifest(manifest_file(of_another, &test::signer()), &key).error().code, Reason::NotSigned);
}

TEST(ExportManifest, WithoutASignatureIsNoSignedOne) {
  const std::string file = manifest_file(sample(), nullptr);
  const proof::NoteKey key = test::note_key();
  EXPECT_EQ(open_manifest(file, &key).error().code, Reason::NotSigned);
  const auto opened = open_manifest(file, nullptr);
  ASSERT_TRUE(opened);
  EXPECT_FALSE(opened->is_signed);
}

TEST(ExportPeriod, BeginsAndEndsSomewhere) {
  EXPECT_EQ(Period::parse("2027-01-01..2027-02-01").value().text(),
            "2027-01-01T00:00:00Z..2027-02-01T00:00:00Z");
  EXPECT_EQ(Period::parse("2027-01-01T00:00:00+01:00..2027-02-01").value().from.text(),
            "2026-12-31T23:00:00Z");
  for (const char* wrong :
       {"", "2027", "2027-01-01", "2027-02-01..2027-01-01", "2027-01-01..2027-01-01", "x..y"})
    EXPECT_FALSE(Period::parse(wrong)) << wrong;
}

}  // namespace
}  // namespace kontor::exports
