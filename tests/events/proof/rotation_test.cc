#include "events/proof/rotation.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "events/proof/binding.h"

namespace kontor::proof {
namespace {

const std::string kName = "ledger.example.org/7f3a9c";

SigningKey key_of(std::uint8_t seed) {
  std::array<std::uint8_t, SigningKey::kSeedBytes> bytes{};
  bytes.fill(seed);
  return SigningKey(bytes);
}
NoteKey note_key(std::uint8_t seed) { return {kName, KeyType::Ed25519, key_of(seed).public_key()}; }

Rotation rotation(std::uint8_t from, std::uint8_t to) {
  return {note_key(from), note_key(to), {1'785'312'000'000'000'000}};
}
Note statement(std::uint8_t from, std::uint8_t to) {
  return sign_rotation(rotation(from, to), key_of(from), key_of(to));
}

TEST(Rotation, IsOneText) {
  const Rotation said = rotation(1, 2);
  EXPECT_EQ(said.text(), kName + "/rotation\n" + note_key(1).text() + "\n" + note_key(2).text() +
                             "\n1785312000000000000\n");
  EXPECT_EQ(Rotation::parse(said.text()).value(), said);
  const std::string text = said.text();
  for (const std::string& other : {text + "\n", text.substr(0, text.size() - 1), "x" + text, text + "more\n",
                                   std::string(), rotation(1, 1).text()})
    EXPECT_EQ(Rotation::parse(other).error().code, Reason::BundleUnusable) << other;
}

TEST(Rotation, OfTwoNamesIsNone) {
  Rotation said = rotation(1, 2);
  said.to.name = "ledger.example.org/another";
  EXPECT_FALSE(Rotation::parse(said.text()).has_value());
}

TEST(Rotation, NeedsTheSignaturesOfBothKeys) {
  EXPECT_EQ(open_rotation(statement(1, 2)).value(), rotation(1, 2));
  for (const std::size_t missing : {0U, 1U}) {
    Note note = statement(1, 2);
    note.signatures.erase(note.signatures.begin() + static_cast<std::ptrdiff_t>(missing));
    EXPECT_EQ(open_rotation(note).error().code, Reason::NotSigned);
  }
  Note forged = statement(1, 2);
  forged.text = rotation(1, 3).text();
  EXPECT_EQ(open_rotation(forged).error().code, Reason::NotSigned);
}

TEST(Rotation, EveryChangedBitOfAStatementIsRefused) {
  const std::string encoded = statement(1, 2).encoded();
  for (std::size_t at = 0; at < encoded.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string changed = encoded;
      changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ 1u << bit);
      const auto note = Note::parse(changed);
      EXPECT_FALSE(note && open_rotation(*note)) << at << " " << bit;
    }
}

TEST(Rotation, LeadsFromThePinnedKeyToTheLatest) {
  const std::vector<Note> statements{statement(1, 2), statement(2, 3), statement(3, 4)};
  const auto keys = [](std::initializer_list<std::uint8_t> seeds) {
    std::vector<NoteKey> all;
    for (const std::uint8_t seed : seeds) all.push_back(note_key(seed));
    return all;
  };
  EXPECT_EQ(follow_rotations(note_key(1), statements).value(), keys({1, 2, 3, 4}));
  EXPECT_EQ(follow_rotations(note_key(3), statements).value(), keys({3, 4}));
  EXPECT_EQ(follow_rotations(note_key(4), statements).value(), keys({4}));
  EXPECT_EQ(follow_rotations(note_key(9), statements).value(), keys({9}));
  EXPECT_EQ(follow_rotations(note_key(9), {}).value(), keys({9}));
}

TEST(Rotation, AStrangersStatementLeadsNowhere) {
  Note forged = statement(1, 2);
  forged.signatures.front().bytes[3] ^= 1;
  EXPECT_EQ(follow_rotations(note_key(1), std::vector{forged}).error().code, Reason::NotSigned);
  EXPECT_EQ(follow_rotations(note_key(7), std::vector{forged}).value().size(), 1U);
}

TEST(Rotation, AKeyHandsOverOnce) {
  EXPECT_EQ(follow_rotations(note_key(1), std::vector{statement(1, 2), statement(1, 3)}).error().code,
            Reason::TwoHistories);
  EXPECT_EQ(follow_rotations(note_key(1), std::vector{statement(1, 2), statement(2, 1)}).error().code,
            Reason::TwoHistories);
}

TEST(Binding, AllPathsAreThoseOfEachLeaf) {
  std::vector<Digest> leaves;
  for (std::uint8_t n = 0; n <= 70; ++n) {
    const std::vector<Path> paths = paths_of(leaves);
    ASSERT_EQ(paths.size(), leaves.size());
    for (std::size_t i = 0; i < leaves.size(); ++i) EXPECT_EQ(paths[i], path_of(leaves, i)) << i;
    leaves.push_back(Digest{n, 1});
  }
}

}  // namespace
}  // namespace kontor::proof
