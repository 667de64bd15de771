// What an auditor keeps outlives crashes, and is never changed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "client/evidence.h"
#include "client/kept_checkpoints.h"
#include "client/kept_receipts.h"
#include "tests/client/lying_server.h"
#include "tests/support/temporary_directory.h"

namespace kontor::client {
namespace {

namespace fs = std::filesystem;
using test::Answers;
using test::kAcme;
using test::SignedHistory;
using ::testing::HasSubstr;

const Tree kTree{test::kLog, kAcme};

std::string bytes_in(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write(const fs::path& file, std::string_view bytes) {
  std::ofstream out(file, std::ios::binary);
  out << bytes;
}

Status keep(KeptCheckpoints& kept, const SignedHistory& history, std::uint64_t size) {
  return kept.keep(history.checkpoint(size), history.note(size));
}

TEST(KeptCheckpoints, AreFilesWhoseNamesSort) {
  const kontor::test::TemporaryDirectory directory;
  const SignedHistory history(12);
  auto kept = KeptCheckpoints::open(directory / "kept");
  ASSERT_TRUE(kept) << kept.error().message;
  for (const std::uint64_t size : {12u, 3u, 9u}) ASSERT_TRUE(keep(*kept, history, size));
  const fs::path folder = directory.path() / "kept" / "ledger.example.org_7f3a9c_1_tenant_acme";
  EXPECT_EQ(bytes_in(folder / "00000000000000000009.note"), history.note(9).encoded());
  for (const auto& again : {*kept, *KeptCheckpoints::open(directory / "kept")}) {
    std::vector<std::uint64_t> sizes;
    for (const KeptCheckpoint& one : again.of(kTree)) sizes.push_back(one.checkpoint.size);
    EXPECT_EQ(sizes, (std::vector<std::uint64_t>{3, 9, 12}));
    EXPECT_EQ(again.trees(), std::vector<Tree>{kTree});
    EXPECT_TRUE(again.of({test::kLog, std::nullopt}).empty());
  }
}

TEST(KeptCheckpoints, OneThatIsKeptIsNotWrittenAgain) {
  const kontor::test::TemporaryDirectory directory;
  const SignedHistory history(12);
  auto kept = KeptCheckpoints::unread(directory / "kept");
  ASSERT_TRUE(keep(kept, history, 9));
  proof::Note cosigned = history.note(9);
  cosigned.signatures.push_back(proof::cosign_text(cosigned.text, "w", test::key_of_seed(3), 5));
  EXPECT_TRUE(kept.keep(history.checkpoint(9), cosigned));
  const auto again = KeptCheckpoints::open(directory / "kept");
  ASSERT_EQ(again->of(kTree).size(), 1u);
  EXPECT_EQ(again->of(kTree)[0].note, history.note(9));
}

TEST(KeptCheckpoints, TwoRootsForOneSizeAreBothKept) {
  const kontor::test::TemporaryDirectory directory;
  const SignedHistory history(12);
  auto kept = KeptCheckpoints::unread(directory / "kept");
  ASSERT_TRUE(keep(kept, history, 9));
  for (const std::string what : {"x", "y", "x"}) {
    SignedHistory other(8);
    other.append(what);
    const Status refused = keep(kept, other, 9);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Reason::TwoHistories);
  }
  const auto again = KeptCheckpoints::open(directory / "kept");
  EXPECT_EQ(again->of(kTree)[0].note, history.note(9));
  ASSERT_EQ(again->conflicts().size(), 2u);
  EXPECT_EQ(again->conflicts()[1].file.filename(), "00000000000000000009.conflict");
  EXPECT_EQ(again->conflicts()[0].file.filename(), "00000000000000000009-2.conflict");
}

TEST(KeptCheckpoints, WhatACrashLeavesIsPassedOverAndDamageIsNamed) {
  const kontor::test::TemporaryDirectory directory;
  const SignedHistory history(12);
  auto kept = KeptCheckpoints::unread(directory / "kept");
  ASSERT_TRUE(keep(kept, history, 9));
  const fs::path folder = directory.path() / "kept" / "ledger.example.org_7f3a9c_1_tenant_acme";
  write(folder / ".00000000000000000012.note.4711", "half a no");
  EXPECT_EQ(KeptCheckpoints::open(directory / "kept")->of(kTree).size(), 1u);
  write(folder / "00000000000000000012.note", history.note(11).encoded());
  const auto misnamed = KeptCheckpoints::open(directory / "kept");
  ASSERT_FALSE(misnamed);
  EXPECT_EQ(misnamed.error().code, Reason::BundleUnusable);
  EXPECT_THAT(misnamed.error().message, HasSubstr("00000000000000000012.note holds the checkpoint"));
  write(folder / "00000000000000000012.note", "half a no");
  EXPECT_FALSE(KeptCheckpoints::open(directory / "kept"));
}

BoundReceipt receipt_of(const SignedHistory& history, Position at) {
  const auto promise = history.promise(test::command_numbered(at), at, at);
  const auto binding = Answers::bind(promise);
  return {promise, binding.note, binding.index, {Digest{1}, Digest{2}}};
}

TEST(KeptReceipts, AreLinesThatAreReadBack) {
  const kontor::test::TemporaryDirectory directory;
  const SignedHistory history(12);
  const fs::path file = directory / "receipts/of-acme.jsonl";
  {
    auto kept = KeptReceipts::open(file);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->highest_position(kAcme), 0u);
    ASSERT_TRUE(kept->keep(receipt_of(history, 5)));
    ASSERT_TRUE(kept->keep(receipt_of(history, 3)));
    ASSERT_TRUE(kept->sync());
  }
  auto again = KeptReceipts::open(file);
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_EQ(again->all().size(), 2u);
  EXPECT_EQ(again->all()[0], receipt_of(history, 5));
  EXPECT_EQ(again->highest_position(kAcme), 5u);
  EXPECT_EQ(again->highest_position(TenantId("other")), 0u);
  ASSERT_TRUE(again->keep(receipt_of(history, 7)));
  EXPECT_EQ(KeptReceipts::open(file)->all().size(), 3u);
}

TEST(KeptReceipts, AnUnfinishedLineWasNeverKeptAndIsCutOff) {
  const kontor::test::TemporaryDirectory directory;
  const SignedHistory history(12);
  const std::string whole = receipt_of(history, 5).line();
  const fs::path file = directory / "receipts.jsonl";
  for (const std::size_t length : {std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
    write(file, whole + receipt_of(history, 6).line().substr(0, length));
    auto kept = KeptReceipts::open(file);
    ASSERT_TRUE(kept) << kept.error().message;
    EXPECT_EQ(kept->all().size(), 1u);
    ASSERT_TRUE(kept->keep(receipt_of(history, 7)));
    EXPECT_EQ(bytes_in(file), whole + receipt_of(history, 7).line());
  }
  write(file, "{}\n" + whole);
  const auto damaged = KeptReceipts::open(file);
  ASSERT_FALSE(damaged);
  EXPECT_THAT(damaged.error().message, HasSubstr("line 1"));
}

TEST(KeptReceipts, AnotherProgramsLinesAreNeverCutOff) {
  const kontor::test::TemporaryDirectory directory;
  const SignedHistory history(12);
  const fs::path file = directory / "receipts.jsonl";
  auto one = KeptReceipts::open(file);
  auto late = KeptReceipts::open(file);
  {
    auto other = KeptReceipts::open(file);
    ASSERT_TRUE(other->keep(receipt_of(history, 5)));
    EXPECT_FALSE(one->keep(receipt_of(history, 6))) << "while another one has it";
  }
  EXPECT_FALSE(late->keep(receipt_of(history, 7))) << "it has been read before";
  EXPECT_EQ(bytes_in(file), receipt_of(history, 5).line());
}

Evidence evidence_of(const SignedHistory& history, Position at, std::uint64_t size) {
  return {at, history.event(at), history.inclusion(at, size), history.note(size)};
}

TEST(Evidence, ProvesAnEventWithoutAServer) {
  const SignedHistory history(21);
  for (Position at = 1; at <= 21; ++at) {
    const Evidence evidence = evidence_of(history, at, 21);
    const auto read = Evidence::parse(evidence.text(R"({"type":"CampusOpened"})"));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, evidence);
    const auto checked = read->check(SignedHistory::key());
    ASSERT_TRUE(checked) << checked.error().message;
    EXPECT_EQ(*checked, history.checkpoint(21));
  }
}

TEST(Evidence, NamesWhatDoesNotHold) {
  const SignedHistory history(21);
  const auto code_of = [](Evidence evidence, const std::function<void(Evidence&)>& change) {
    change(evidence);
    const auto checked = evidence.check(SignedHistory::key());
    return checked ? Reason::NotFound : checked.error().code;
  };
  const Evidence good = evidence_of(history, 9, 21);
  EXPECT_EQ(code_of(good, [](Evidence& e) { e.position = 10; }), Reason::ProofWrong);
  EXPECT_EQ(code_of(good, [](Evidence& e) { e.position = 0; }), Reason::ProofWrong);
  EXPECT_EQ(code_of(good, [](Evidence& e) { e.path.emplace_back(); }), Reason::ProofWrong);
  EXPECT_EQ(code_of(good, [&](Evidence& e) { e.stored = history.event(8); }), Reason::ProofWrong);
  EXPECT_EQ(code_of(good, [&](Evidence& e) { e.note = history.note(20); }), Reason::ProofWrong);
  EXPECT_EQ(code_of(good, [](Evidence& e) { e.note.signatures[0].bytes[4] ^= 1; }), Reason::NotSigned);
  for (const std::string text : {"", "{}", "[]", R"({"format":"kontor evidence 2"})", "no json"})
    EXPECT_EQ(Evidence::parse(text).error().code, Reason::BundleUnusable) << text;
}

// Whatever byte of the file is changed: it says the same, or it is refused.
TEST(Evidence, EveryByteOfTheFile) {
  const SignedHistory history(21);
  const Evidence evidence = evidence_of(history, 9, 21);
  const std::string text = evidence.text("");
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto read = Evidence::parse(changed);
    if (!read || !read->check(SignedHistory::key())) continue;
    EXPECT_EQ(read->stored, evidence.stored) << "byte " << i;
    EXPECT_EQ(read->position, evidence.position) << "byte " << i;
  }
}

}  // namespace
}  // namespace kontor::client
