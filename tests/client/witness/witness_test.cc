// The witness as C2SP's tlog-witness describes it: what it cosigns, and each answer with which it does not.

#include "client/witness/witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/client/signed_history.h"
#include "tests/support/temporary_directory.h"

namespace kontor::witness {
namespace {

using client::test::kAcme;
using client::test::kLog;
using client::test::SignedHistory;
using ::testing::HasSubstr;

constexpr std::uint64_t kNow = 1'800'000'000;
const std::string kName = "witness.example.org/w1";

CosignerKey own_key() { return {kName, client::test::key_of_seed(9)}; }

class WitnessAtWork : public ::testing::Test {
 protected:
  Witness witness() const { return Witness(directory_ / "state", {SignedHistory::key()}, own_key()); }

  Answered add(const AddCheckpoint& request) const {
    auto answered = witness().add(request, kNow);
    EXPECT_TRUE(answered) << answered.error().message;
    return answered ? *answered : Answered{};
  }
  AddCheckpoint request(const SignedHistory& history, std::uint64_t old_size, std::uint64_t size) const {
    return {old_size, history.consistency(old_size, size), history.note(size)};
  }
  Verdict verdict(const AddCheckpoint& request) const { return add(request).judged.verdict; }
  std::uint64_t seen() const {
    const auto newest = witness().newest({kLog, kAcme});
    return newest && *newest ? (*newest)->size : 0;
  }
  std::size_t conflicts() const {
    return client::KeptCheckpoints::open(directory_ / "state/notes")->conflicts().size();
  }

  kontor::test::TemporaryDirectory directory_;
  SignedHistory history_{40};
};

TEST_F(WitnessAtWork, CosignsWhatGoesOn) {
  std::uint64_t old_size = 0;
  for (const std::uint64_t size : {1u, 2u, 7u, 7u, 8u, 33u, 40u}) {
    const Answered answered = add(request(history_, old_size, size));
    ASSERT_EQ(answered.judged.verdict, Verdict::Cosign) << answered.judged.why;
    const auto note = proof::Note::parse(history_.note(size).encoded() + answered.cosignature);
    ASSERT_TRUE(note) << note.error().message;
    EXPECT_EQ(proof::cosigned_at(*note, own_key().verifier()), kNow);
    EXPECT_TRUE(proof::is_signed_by(*note, SignedHistory::key()));
    EXPECT_EQ(seen(), size);
    old_size = size;
  }
  const auto notes = client::KeptCheckpoints::open(directory_ / "state/notes")->of({kLog, kAcme});
  ASSERT_EQ(notes.size(), 6u);
  EXPECT_EQ(proof::cosigned_at(notes.back().note, own_key().verifier()), kNow);
}

TEST_F(WitnessAtWork, RefusesToGoBackAndNamesItsSize) {
  add(request(history_, 0, 33));
  for (const std::uint64_t old_size : {0u, 7u, 20u, 34u}) {
    const Answered answered = add(request(history_, old_size, 40));
    EXPECT_EQ(answered.judged.verdict, Verdict::Conflict) << old_size;
    EXPECT_EQ(answered.size, 33u);
    EXPECT_EQ(answered.cosignature, "");
  }
  EXPECT_EQ(verdict(request(history_, 7, 20)), Verdict::Conflict);
  EXPECT_EQ(verdict({33, {}, history_.note(20)}), Verdict::Malformed);  // beyond its own size
  EXPECT_EQ(seen(), 33u);
}

TEST_F(WitnessAtWork, RefusesAForkAndKeepsIt) {
  SignedHistory other = history_.fork(30);
  while (other.size() < 40) other.append("other");
  add(request(history_, 0, 33));
  EXPECT_EQ(verdict(request(other, 33, 40)), Verdict::NoWay);
  EXPECT_EQ(conflicts(), 0u);  // anybody may send a good note with a bad path
  const Answered answered = add({33, {}, other.note(33)});
  EXPECT_EQ(answered.judged.verdict, Verdict::Conflict);
  EXPECT_THAT(answered.judged.why, HasSubstr("two roots for size 33"));
  EXPECT_EQ(conflicts(), 1u);
  EXPECT_EQ(verdict(request(history_, 33, 40)), Verdict::Cosign);
}

TEST_F(WitnessAtWork, RefusesAWayThatLeadsElsewhere) {
  add(request(history_, 0, 33));
  const AddCheckpoint good = request(history_, 33, 40);
  for (std::size_t i = 0; i < good.path.size(); ++i) {
    AddCheckpoint bad = good;
    bad.path[i][5] ^= 1;
    EXPECT_EQ(verdict(bad), Verdict::NoWay);
  }
  AddCheckpoint spare = good;
  spare.path.emplace_back();
  EXPECT_EQ(verdict(spare), Verdict::NoWay);
  AddCheckpoint first = request(SignedHistory(3), 0, 3);
  first.path.emplace_back();
  const kontor::test::TemporaryDirectory fresh;
  Witness other(fresh / "state", {SignedHistory::key()}, own_key());
  EXPECT_EQ(other.add(first, kNow)->judged.verdict, Verdict::NoWay);
  EXPECT_EQ(seen(), 33u);
}

TEST_F(WitnessAtWork, RefusesWhatItsLogHasNotSigned) {
  AddCheckpoint forged = request(history_, 0, 20);
  forged.note.signatures = {proof::sign_text(forged.note.text, kLog, client::test::key_of_seed(8))};
  EXPECT_EQ(verdict(forged), Verdict::NotSigned);
  proof::Checkpoint elsewhere = history_.checkpoint(20);
  elsewhere.origin.log = "other.example.org/7f3a9c";
  EXPECT_EQ(verdict({0, {}, SignedHistory::sign(elsewhere)}), Verdict::UnknownLog);
  EXPECT_EQ(verdict({0, {}, {"no checkpoint\n", forged.note.signatures}}), Verdict::Malformed);
  EXPECT_EQ(seen(), 0u);
}

TEST_F(WitnessAtWork, EpochsOfATreeAreOneHistory) {
  add(request(history_, 0, 20));
  SignedHistory rewritten(0);
  while (rewritten.size() < 30) rewritten.append("rewritten");
  rewritten.epoch = 2;
  EXPECT_EQ(verdict(request(rewritten, 0, 30)), Verdict::Conflict);
  EXPECT_EQ(verdict(request(rewritten, 20, 30)), Verdict::NoWay);
  SignedHistory restored = history_;
  restored.epoch = 2;
  EXPECT_EQ(verdict(request(restored, 20, 30)), Verdict::Cosign);
  EXPECT_EQ(verdict(request(history_, 30, 40)), Verdict::Conflict);
  EXPECT_EQ(verdict(request(restored, 30, 40)), Verdict::Cosign);
}

TEST_F(WitnessAtWork, DoesNotBeginAnewWhenItsStateIsDamaged) {
  add(request(history_, 0, 20));
  for (const auto& entry : std::filesystem::directory_iterator(directory_ / "state/newest"))
    std::ofstream(entry.path()) << "something else\n";
  const auto answered = witness().add(request(history_, 0, 30), kNow);
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code, Reason::BundleUnusable);
}

TEST_F(WitnessAtWork, SignsNothingThatItCannotRemember) {
  std::ofstream(directory_ / "state") << "a file where the directory should be";
  EXPECT_FALSE(witness().add(request(history_, 0, 20), kNow));
}

TEST(AddCheckpoint, IsTextAsC2spDescribesIt) {
  const SignedHistory history(40);
  const AddCheckpoint request{33, history.consistency(33, 40), history.note(40)};
  const std::string text = request.text();
  EXPECT_TRUE(text.starts_with("old 33\n"));
  const auto read = AddCheckpoint::parse(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->old_size, 33u);
  EXPECT_EQ(read->path, request.path);
  EXPECT_EQ(read->note, request.note);
  const std::string note = history.note(40).encoded();
  for (const std::string& bad :
       {std::string(), "old\n\n" + note, "old 033\n\n" + note, "old -1\n\n" + note, "old 1 \n\n" + note,
        "new 33\n\n" + note, "old 33\nnot base64\n\n" + note, "old 33\nZm9v\n\n" + note,
        std::string("old 33\n\n"), std::string("old 33\n"), "old 33\r\n\n" + note})
    EXPECT_FALSE(AddCheckpoint::parse(bad)) << bad.substr(0, 20);
  std::string long_path = "old 33\n";
  for (std::size_t i = 0; i <= kPathLinesMax; ++i)
    long_path += "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
  EXPECT_THAT(AddCheckpoint::parse(long_path + "\n" + note).error().message, HasSubstr("more than 63"));
}

// Whatever byte of a request is changed: it is refused, unless it says the same.
TEST(AddCheckpoint, EveryByteOfARequest) {
  const SignedHistory history(40);
  const AddCheckpoint request{33, history.consistency(33, 40), history.note(40)};
  const std::vector<proof::NoteKey> trusted{SignedHistory::key()};
  const std::string text = request.text();
  ASSERT_EQ(judge(request, trusted, history.checkpoint(33)).verdict, Verdict::Cosign);
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const int bit : {0x01, 0x02, 0x20}) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ bit);
      const auto read = AddCheckpoint::parse(changed);
      if (!read) continue;
      EXPECT_NE(judge(*read, trusted, history.checkpoint(33)).verdict, Verdict::Cosign) << "byte " << i;
    }
  }
}

TEST(CosignerKey, IsOneTextAndReadOnlyByItsOwner) {
  const kontor::test::TemporaryDirectory directory;
  const auto made = make_key_file(kName, directory / "key");
  ASSERT_TRUE(made) << made.error().message;
  const auto read = CosignerKey::read(directory / "key");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->verifier(), made->verifier());
  EXPECT_EQ(read->verifier().type, proof::KeyType::Cosignature);
  EXPECT_FALSE(make_key_file(kName, directory / "key")) << "never over another key";
  EXPECT_NE(make_key_file(kName, directory / "key2")->verifier(), made->verifier());
  std::filesystem::permissions(directory / "key", std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  EXPECT_EQ(CosignerKey::read(directory / "key").error().code, Reason::SigningKey);
  EXPECT_FALSE(CosignerKey::read(directory / "none"));
  const std::string text = private_key_text(kName, Seed{4});
  for (const std::string& bad : {std::string("PRIVATE+KEY+"), text + "x", "X" + text, text.substr(0, 40)})
    EXPECT_FALSE(CosignerKey::parse(bad)) << bad;
  EXPECT_FALSE(make_key_file("a+b", directory / "key3"));
}

}  // namespace
}  // namespace kontor::witness
