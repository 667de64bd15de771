// The signing key: found, made, refused and changed.

#include "engine/checkpoints/signer.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "events/proof/rotation.h"
#include "tests/checkpoints/notary.h"
#include "tests/support/seeded_randomness.h"
#include "tests/support/temporary_directory.h"

namespace kontor::checkpoints::test {
namespace {

class SignerTest : public testing::Test {
 protected:
  KeyPlace place() const { return {.file = file(), .chosen = KeyPlace::Chosen::ByDefault, .name = kName}; }
  KeyPlace chosen() const { return {.file = file(), .chosen = KeyPlace::Chosen::ByOperator, .name = kName}; }
  std::string file() const { return directory_ / "checkpoint.key"; }
  Result<OpenedSigner> open() { return open_signer(place(), *store_, randomness_); }
  proof::NoteKey key_in_force() {
    auto opened = open();
    EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().message);
    return opened ? opened->signer->key() : proof::NoteKey{};
  }
  std::vector<proof::Note> kept_statements() {
    const std::vector<std::string> kept = store_->rotations().value();
    std::vector<proof::Note> statements;
    for (const std::string& note : kept) statements.push_back(proof::Note::parse(note).value());
    return statements;
  }
  static Reason code(const Result<OpenedSigner>& opened) {
    return opened ? Reason::NotFound : opened.error().code;
  }

  kontor::test::TemporaryDirectory directory_;
  kontor::test::SeededRandomness randomness_{3};
  std::unique_ptr<CheckpointStore> store_ = memory_checkpoint_store();
  SetClock clock_;
};

TEST_F(SignerTest, AFirstStartMakesAKeyForItsOwnerAlone) {
  const auto first = open();
  ASSERT_TRUE(first.has_value()) << first.error().message;
  EXPECT_NE(first->said.find(first->signer->key().text()), std::string::npos);
  struct stat about {};
  ASSERT_EQ(::stat(file().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0400U);
  const auto second = open();
  EXPECT_EQ(second->signer->key(), first->signer->key());
  EXPECT_EQ(second->said, "");
  EXPECT_EQ(store_->key().value(), first->signer->key().text());
}

TEST_F(SignerTest, AKeyThatWasUsedIsNeverMadeAnew) {
  (void)key_in_force();
  std::filesystem::remove(file());
  EXPECT_EQ(code(open()), Reason::SigningKey);
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(SignerTest, AnotherKeyIsRefused) {
  (void)key_in_force();
  std::filesystem::remove(file());
  ASSERT_TRUE(write_key_file(file(), StoredKey{kName, {}}).has_value());
  EXPECT_EQ(code(open()), Reason::SigningKey);
}

TEST_F(SignerTest, AKeyOfAnotherNameIsRefused) {
  (void)key_in_force();
  KeyPlace renamed = place();
  renamed.name = "another.example.org/7f3a9c";
  const auto opened = open_signer(renamed, *store_, randomness_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, Reason::SigningKey);
  EXPECT_NE(opened.error().message.find(kName), std::string::npos);
}

TEST_F(SignerTest, AFileTheOperatorNamedIsNotMade) {
  EXPECT_EQ(code(open_signer(chosen(), *store_, randomness_)), Reason::SigningKey);
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(SignerTest, AKeyThatOthersMayReadIsRefused) {
  (void)key_in_force();
  ASSERT_EQ(::chmod(file().c_str(), 0440), 0);
  const auto opened = open();
  EXPECT_EQ(code(opened), Reason::SigningKey);
  EXPECT_NE(opened.error().message.find("0440"), std::string::npos);
}

TEST_F(SignerTest, EveryDamagedByteOfTheFileIsNoticed) {
  StoredKey key{kName, {}};
  randomness_.fill(key.seed.fill());
  const std::string text = key_file_text(key);
  EXPECT_EQ(parse_key_file(text)->note_key(), key.note_key());
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_EQ(parse_key_file(changed).error().code, Reason::SigningKey) << at;
    EXPECT_FALSE(parse_key_file(text.substr(0, at)).has_value()) << at;
  }
  EXPECT_FALSE(parse_key_file(text + "\n").has_value());
}

TEST_F(SignerTest, ErrorsNeverShowTheKey) {
  StoredKey key{kName, {}};
  randomness_.fill(key.seed.fill());
  std::string text = key_file_text(key);
  text[text.size() - 2] = text[text.size() - 2] == 'a' ? 'b' : 'a';
  const std::string said = parse_key_file(text).error().message;
  const std::size_t line = text.find('\n', text.find('\n') + 1) + 1;
  for (std::size_t at = line; at < line + 32; ++at)
    EXPECT_EQ(said.find(text.substr(at, 12)), std::string::npos) << said;
}

TEST_F(SignerTest, ARotationIsSignedByBothAndFollowed) {
  const proof::NoteKey first = key_in_force();
  const auto changed = rotate_key(chosen(), *store_, randomness_, clock_.now());
  ASSERT_TRUE(changed.has_value()) << changed.error().message;
  EXPECT_EQ(changed->from, first);
  const auto opened = open();
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  EXPECT_EQ(opened->signer->key(), changed->to);
  EXPECT_NE(opened->signer->key(), first);
  EXPECT_EQ(opened->signer->keys(clock_.now()), (std::vector{changed->to, first}));
  const Instant month_later{clock_.now().ns + proof::kBothKeysSignNs};
  EXPECT_EQ(opened->signer->keys(month_later), std::vector{changed->to});
  const std::vector<proof::Note> statements = kept_statements();
  EXPECT_EQ(proof::follow_rotations(first, statements).value(), (std::vector{first, changed->to}));
}

TEST_F(SignerTest, RotationsFollowOneAnother) {
  std::vector<proof::NoteKey> keys{key_in_force()};
  for (int i = 0; i < 3; ++i)
    keys.push_back(rotate_key(chosen(), *store_, randomness_, clock_.now()).value().to);
  EXPECT_EQ(key_in_force(), keys.back());
  const std::vector<proof::Note> statements = kept_statements();
  EXPECT_EQ(proof::follow_rotations(keys.front(), statements).value(), keys);
}

/// The crash between any two steps of a change.
TEST_F(SignerTest, AChangeThatWasCutShortIsFinishedOrNeverWas) {
  const proof::NoteKey first = key_in_force();
  StoredKey next{kName, {}};
  randomness_.fill(next.seed.fill());
  ASSERT_TRUE(write_key_file(file() + ".next", next).has_value());
  EXPECT_EQ(key_in_force(), first) << "no statement: it never was";

  const StoredKey old = read_key_file(file()).value();
  const proof::Rotation rotation{first, next.note_key(), clock_.now()};
  const proof::Note note = proof::sign_rotation(rotation, old.signing_key(), next.signing_key());
  ASSERT_TRUE(store_->keep_rotation(note.encoded(), rotation.to.text()).has_value());
  const auto finished = open();
  ASSERT_TRUE(finished.has_value()) << finished.error().message;
  EXPECT_EQ(finished->signer->keys(clock_.now()), (std::vector{rotation.to, first}));

  // The first rename was done and the second was not.
  ASSERT_TRUE(rename_key_file(file(), file() + ".next").has_value());
  EXPECT_EQ(key_in_force(), rotation.to);
  EXPECT_TRUE(std::filesystem::exists(file()));
}

TEST_F(SignerTest, NothingIsHandedOverWithoutAKey) {
  EXPECT_EQ(rotate_key(place(), *store_, randomness_, clock_.now()).error().code, Reason::SigningKey);
  EXPECT_TRUE(store_->rotations().value().empty());
}

}  // namespace
}  // namespace kontor::checkpoints::test
