// Exports as they lie in a directory: whole or not at all, never over another, and checked against who
// signed.
#include "replay/export/export_check.h"

#include <gtest/gtest.h>

#include "events/core/merkle.h"
#include "events/proof/bundle.h"
#include "replay/export/bundle_export.h"
#include "replay/export/json_lines.h"
#include "tests/replay/export/story.h"
#include "tests/support/recorded_story.h"
#include "tests/support/temporary_directory.h"

#include "engine/log/memory/memory_log.h"

namespace kontor::exports {
namespace {

namespace fs = std::filesystem;

class ExportCheck : public testing::Test {
 protected:
  [[nodiscard]] fs::path out(std::string_view name = "out") const { return directory_.path() / name; }
  [[nodiscard]] Result<CheckedExport> check(const fs::path& bundle = {}) const {
    return check_export(out(), {.key = &key_, .bundle = bundle}, test::readable());
  }
  [[nodiscard]] Reason refused(const fs::path& bundle = {}) const {
    const auto checked = check(bundle);
    EXPECT_FALSE(checked);
    return checked ? Reason::InvalidArgument : checked.error().code;
  }
  [[nodiscard]] static BundleParts parts() {
    return {.last = LastCheckpoint::SignNow,
            .log = test::signer().key_name,
            .epoch = 1,
            .keys = {},
            .rotations = {},
            .notes = {}};
  }
  /// A note of the first `size` events, or one that lies about them.
  [[nodiscard]] static std::string note_of(std::uint64_t size, Digest lie = {}) {
    MerkleFrontier tree;
    for (std::size_t i = 0; i < size; ++i) tree.append(bytes_of(test::stored_events()[i]));
    const proof::Checkpoint checkpoint{
        {test::signer().key_name, 1, TenantId("t")}, size, lie == Digest() ? tree.root() : lie};
    proof::Note note{.text = checkpoint.text(), .signatures = {}};
    note.signatures.push_back(test::signer().sign(note.text));
    return note.encoded();
  }
  Manifest bundle(const Request& request, const BundleParts& parts, const fs::path& path) const {
    const auto made = export_bundle(request, parts, test::pages_of_story(), &test::signer(), path, {});
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made.value_or(Manifest());
  }
  void leaves_nothing() const { EXPECT_TRUE(fs::is_empty(directory_.path())); }

  kontor::test::TemporaryDirectory directory_;
  proof::NoteKey key_ = test::note_key();
};

TEST_F(ExportCheck, EveryFormIsAcceptedAsItWasMade) {
  for (const Format format : {Format::Jsonl, Format::Csv, Format::Sqlite, Format::Gobd}) {
    const Manifest made = test::exported(test::request_for(format), out());
    const auto checked = check();
    ASSERT_TRUE(checked) << checked.error().message;
    EXPECT_EQ(checked->manifest, made);
    EXPECT_TRUE(checked->is_signed);
    EXPECT_EQ(checked->events, format == Format::Jsonl ? Events::Proven : Events::NotInside);
    fs::remove_all(out());
  }
}

TEST_F(ExportCheck, NamesAFileThatIsMissingChangedOrTooMany) {
  test::exported(test::request_for(Format::Csv), out());
  const std::string before = test::content_of(out() / "billing_lines.csv");
  test::write_file(out() / "billing_lines.csv", before + "x");
  EXPECT_EQ(refused(), Reason::BundleUnusable);
  EXPECT_NE(check().error().message.find("billing_lines.csv"), std::string::npos);
  test::write_file(out() / "billing_lines.csv", before);
  EXPECT_TRUE(check());
  test::write_file(out() / "more.csv", "");
  EXPECT_EQ(refused(), Reason::BundleUnusable);
  fs::remove(out() / "more.csv");
  fs::remove(out() / "seats.csv");
  EXPECT_EQ(refused(), Reason::BundleUnusable);
  fs::create_symlink(out() / "events.csv", out() / "seats.csv");
  EXPECT_EQ(refused(), Reason::BundleUnusable);
}

TEST_F(ExportCheck, WantsThePinnedKeyAndItsManifest) {
  test::exported(test::request_for(Format::Jsonl), out());
  key_.key[3] ^= 1;
  EXPECT_EQ(refused(), Reason::NotSigned);
  key_ = test::note_key();
  fs::remove(out() / kManifestName);
  EXPECT_EQ(refused(), Reason::DataDirectory);
}

TEST_F(ExportCheck, AnUnsignedExportIsToldFromASignedOne) {
  ASSERT_TRUE(export_events(test::request_for(Format::Jsonl), test::pages_of_story(), test::readable(),
                            nullptr, out(), {}));
  EXPECT_EQ(refused(), Reason::NotSigned);
  const auto checked = check_export(out(), {}, test::readable());
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_FALSE(checked->is_signed);
}

TEST_F(ExportCheck, LinesThatHashToAnotherRootAreFoundEvenWhenSigned) {
  const Manifest made = test::exported(test::request_for(Format::Jsonl), out());
  // Whoever has the key signs other lines: the root of the checkpoint that others keep still tells.
  Manifest lie = made;
  lie.root[0] ^= 1;
  test::write_file(out() / kManifestName, manifest_file(lie, &test::signer()));
  EXPECT_EQ(refused(), Reason::RootMismatch);
}

TEST_F(ExportCheck, NothingIsOverwrittenAndNothingStaysOfAFailure) {
  const Request request = test::request_for(Format::Csv);
  fs::create_directory(out());
  EXPECT_EQ(export_events(request, test::pages_of_story(), test::readable(), nullptr, out(), {}).error().code,
            Reason::DataDirectory);
  fs::remove(out());
  fs::create_directory(out("out.partial"));
  EXPECT_EQ(export_events(request, test::pages_of_story(), test::readable(), nullptr, out(), {}).error().code,
            Reason::DataDirectory);
  EXPECT_TRUE(fs::exists(out("out.partial"))) << "another's is left alone";
  fs::remove(out("out.partial"));

  for (const Format format : {Format::Jsonl, Format::Csv, Format::Sqlite, Format::Gobd}) {
    const auto stopped = export_events(test::request_for(format), test::pages_of_story(), test::readable(),
                                       nullptr, out(), [](std::uint64_t) { return Go::Stop; });
    EXPECT_EQ(stopped.error().code, Reason::SessionEnded);
    leaves_nothing();
  }
  Request beyond = request;
  ++beyond.to;
  EXPECT_EQ(export_events(beyond, test::pages_of_story(), test::readable(), nullptr, out(), {}).error().code,
            Reason::PositionGap);
  leaves_nothing();
}

TEST_F(ExportCheck, ASourceThatSwapsOrSmugglesEventsIsNotBelieved) {
  auto events = test::stored_events();
  std::swap(events[5], events[6]);
  for (const Format format : {Format::Jsonl, Format::Csv})
    EXPECT_EQ(
        export_events(test::request_for(format), test::pages_of(events), test::readable(), nullptr, out(), {})
            .error()
            .code,
        Reason::PositionGap);
  events = test::stored_events();
  events[5] = "nonsense";
  EXPECT_EQ(export_events(test::request_for(Format::Jsonl), test::pages_of(events), test::readable(), nullptr,
                          out(), {})
                .error()
                .code,
            Reason::StoreDamaged);
  Request stranger = test::request_for(Format::Jsonl);
  stranger.tenant = TenantId("stranger");
  EXPECT_EQ(
      export_events(stranger, test::pages_of_story(), test::readable(), nullptr, out(), {}).error().code,
      Reason::StoreDamaged);
  leaves_nothing();
}

TEST_F(ExportCheck, TheEndOfASourceIsFound) {
  EXPECT_EQ(last_position(test::pages_of_story()).value(), test::story_end());
  EXPECT_EQ(last_position(test::pages_of({})).value(), 0U);
  for (const std::size_t size : {1U, 2U, 3U, 4U, 5U, 7U, 8U, 9U})
    EXPECT_EQ(last_position(test::pages_of(std::vector<std::string>(size, "x"))).value(), size);
}

TEST_F(ExportCheck, ABundleEndsWithACheckpointOfItsSize) {
  BundleParts with = parts();
  with.keys = {key_.text()};
  with.notes = {note_of(9), note_of(4), note_of(test::story_end() - 1)};
  const Manifest made = bundle(test::request_for(Format::Bundle), with, out());
  const auto checked = check();
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked->events, Events::Proven);

  std::string content = test::content_of(out() / kBundleName);
  std::size_t given = 0;
  proof::BundleReader reader([&](std::span<char> room) -> Result<std::size_t> {
    const std::size_t count = std::min(room.size(), content.size() - given);
    std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(given), count, room.begin());
    given += count;
    return count;
  });
  EXPECT_EQ(reader.open().value().to, test::story_end());
  std::vector<std::uint64_t> sizes;
  std::vector<std::string> events;
  for (auto item = reader.next().value(); item.kind != proof::BundleItem::Kind::End;
       item = reader.next().value()) {
    if (item.kind == proof::BundleItem::Kind::Event) events.emplace_back(item.bytes);
    if (item.kind != proof::BundleItem::Kind::Note) continue;
    const auto checkpoint = proof::open_checkpoint(proof::Note::parse(item.bytes).value(), key_);
    ASSERT_TRUE(checkpoint);
    sizes.push_back(checkpoint->size);
    if (checkpoint->size != made.size) continue;
    EXPECT_EQ(checkpoint->root, made.root);
  }
  EXPECT_EQ(sizes, (std::vector<std::uint64_t>{4, 9, test::story_end() - 1, test::story_end()}));
  EXPECT_EQ(events, test::stored_events());
}

TEST_F(ExportCheck, NothingIsSignedBesideANoteThatSaysSomethingElse) {
  BundleParts with = parts();
  Digest lie;
  lie.fill(9);
  with.notes = {note_of(4, lie)};
  EXPECT_EQ(export_bundle(test::request_for(Format::Bundle), with, test::pages_of_story(), &test::signer(),
                          out(), {})
                .error()
                .code,
            Reason::TwoHistories);
  with.notes = {note_of(4), note_of(4, lie)};
  EXPECT_EQ(export_bundle(test::request_for(Format::Bundle), with, test::pages_of_story(), &test::signer(),
                          out(), {})
                .error()
                .code,
            Reason::TwoHistories);
  leaves_nothing();
}

TEST_F(ExportCheck, ABundleProvesTheEventsBehindTables) {
  bundle(test::request_for(Format::Bundle), parts(), out("b"));
  test::exported(test::request_for(Format::Csv), out());
  const auto checked = check(out("b") / kBundleName);
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked->events, Events::Proven);

  Request shorter = test::request_for(Format::Bundle);
  --shorter.to;
  bundle(shorter, parts(), out("c"));
  EXPECT_EQ(refused(out("c") / kBundleName), Reason::BundleUnusable) << "an event is missing";
}

TEST_F(ExportCheck, ABundleOfTheStoreHoldsAllTenants) {
  log::MemoryLog log;
  kontor::test::append_all(log, test::story());
  const auto made =
      export_store_bundle(test::request_for(Format::Bundle), parts(), log, &test::signer(), out(), {});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->root, log.head().root);
  const auto checked = check();
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked->events, Events::Proven);
}

}  // namespace
}  // namespace kontor::exports
