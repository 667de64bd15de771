#include "events/proof/note.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "events/core/base64.h"
#include "events/proof/binding.h"
#include "events/proof/checkpoint.h"

namespace kontor::proof {
namespace {

SigningKey key_of(std::uint8_t seed) {
  std::array<std::uint8_t, SigningKey::kSeedBytes> bytes{};
  bytes.fill(seed);
  return SigningKey(bytes);
}

const std::string kLog = "ledger.example.org/7f3a9c";

Checkpoint some_checkpoint() {
  return {.origin = {.log = kLog, .epoch = 1, .tenant = TenantId("acme")}, .size = 48'131, .root = {1, 2, 3}};
}

Note signed_note(const SigningKey& key) {
  const std::string text = some_checkpoint().text();
  return {text, {sign_text(text, kLog, key)}};
}

TEST(Ed25519, SignsLikeTheFirstExampleOfRfc8032) {
  const auto bytes = [](std::string_view digits) {
    std::string out;
    for (std::size_t i = 0; i < digits.size(); i += 2)
      out.push_back(static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
    return out;
  };
  const std::string seed = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  std::array<std::uint8_t, SigningKey::kSeedBytes> seed_bytes{};
  std::ranges::copy(bytes_of(seed), seed_bytes.begin());
  const SigningKey key(seed_bytes);
  EXPECT_EQ(hex(key.public_key()), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  EXPECT_EQ(
      hex(key.sign({})),
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5"
      "f0595bbe24655141438e7a100b");
}

TEST(Base64, TakesOneTextForTheSameBytes) {
  for (const std::string_view text : {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="}) {
    ASSERT_TRUE(parse_base64(text)) << text;
    EXPECT_EQ(base64(bytes_of(*parse_base64(text))), text);
  }
  for (const std::string_view text :
       {"Zg", "Zg=", "Zh==", "Z m8", " Zm8", "Zm8=\n", "Zm9v====", "Zm9-", "===="})
    EXPECT_FALSE(parse_base64(text)) << text;
}

TEST(NoteKey, IsPinnedAsOneText) {
  const SigningKey key = key_of(1);
  const NoteKey pinned{kLog, KeyType::Ed25519, key.public_key()};
  EXPECT_EQ(*NoteKey::parse(pinned.text()), pinned);
  EXPECT_NE((NoteKey{kLog, KeyType::Cosignature, key.public_key()}).id(), pinned.id());
  std::string other = pinned.text();
  other[0] = 'm';
  EXPECT_EQ(NoteKey::parse(other).error().code, Reason::InvalidArgument);
  for (const std::string_view text : {"", "name", "name+1", "na me+00000000+AAAA", "+00000000+AAAA"})
    EXPECT_EQ(NoteKey::parse(text).error().code, Reason::InvalidArgument) << text;
}

TEST(Note, SurvivesBeingWrittenAndNamesItsKey) {
  const SigningKey key = key_of(1);
  const Note note = signed_note(key);
  const auto again = Note::parse(note.encoded());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, note);
  EXPECT_TRUE(is_signed_by(*again, {kLog, KeyType::Ed25519, key.public_key()}));
  EXPECT_FALSE(is_signed_by(*again, {kLog, KeyType::Ed25519, key_of(2).public_key()}));
  EXPECT_FALSE(is_signed_by(*again, {"other", KeyType::Ed25519, key.public_key()}));
}

// B119
TEST(Note, NoByteOfItCanBeChanged) {
  const SigningKey key = key_of(1);
  const NoteKey pinned{kLog, KeyType::Ed25519, key.public_key()};
  const std::string encoded = signed_note(key).encoded();
  for (std::size_t i = 0; i < encoded.size(); ++i)
    for (const int mask : {1, 0x20, 0x80}) {
      std::string changed = encoded;
      changed[i] = static_cast<char>(changed[i] ^ mask);
      const auto note = Note::parse(changed);
      EXPECT_TRUE(!note || !open_checkpoint(*note, pinned)) << "byte " << i << " mask " << mask;
    }
}

// B123
TEST(Note, IsWrittenInOneWay) {
  const std::string good = signed_note(key_of(1)).encoded();
  const auto refuse = [](const std::string& text) {
    const auto note = Note::parse(text);
    const bool refused = !note || !Checkpoint::parse(note->text);
    EXPECT_TRUE(refused) << text;
  };
  const auto replaced = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  ASSERT_TRUE(Note::parse(good));
  refuse(replaced("48131", "048131"));
  refuse(replaced("48131", "+48131"));
  refuse(replaced("\n48131\n", "\r\n48131\r\n"));
  refuse(replaced("AQID", "AQ ID"));
  refuse(replaced("\n\n", "\nextension\n\n"));
  refuse(replaced("/1/tenant", "/01/tenant"));
  refuse(replaced("\xe2\x80\x94 ", "- "));
  refuse(good.substr(0, good.size() - 1));
  refuse(good + "\n");
  refuse(good + "and more\n");
  refuse("");
  refuse("\n\n");
}

// B123
TEST(Note, HasUpToSixteenSignatures) {
  Note note = signed_note(key_of(1));
  while (note.signatures.size() < kNoteSignaturesMax)
    note.signatures.push_back(sign_text(note.text, "other", key_of(2)));
  const auto sixteen = Note::parse(note.encoded());
  ASSERT_TRUE(sixteen);
  EXPECT_TRUE(is_signed_by(*sixteen, {kLog, KeyType::Ed25519, key_of(1).public_key()}));
  note.signatures.push_back(note.signatures.back());
  EXPECT_EQ(Note::parse(note.encoded()).error().code, Reason::BundleUnusable);
}

TEST(Note, ABadSignatureOfTheKeyIsNotHealedByAGoodOne) {
  const SigningKey key = key_of(1);
  Note note = signed_note(key);
  note.signatures.push_back(note.signatures.front());
  note.signatures.front().bytes[3] ^= 1;
  EXPECT_FALSE(is_signed_by(note, {kLog, KeyType::Ed25519, key.public_key()}));
}

TEST(Cosignature, SaysWhenAndIsNoSignatureOfTheLog) {
  const SigningKey witness = key_of(9);
  Note note = signed_note(key_of(1));
  note.signatures.push_back(cosign_text(note.text, "witness.example.org", witness, 1'790'000'000));
  const NoteKey pinned{"witness.example.org", KeyType::Cosignature, witness.public_key()};
  EXPECT_EQ(cosigned_at(note, pinned), 1'790'000'000U);
  note.signatures.back().bytes[7] ^= 1;
  EXPECT_EQ(cosigned_at(note, pinned), std::nullopt);
}

TEST(Checkpoint, OriginsNameLogEpochAndTree) {
  for (const Origin& origin :
       {Origin{kLog, 1, TenantId("acme")}, Origin{kLog, 12, std::nullopt},
        Origin{"a/tenant/b", 3, TenantId("store")}, Origin{"store", 1, TenantId("tenant")}})
    EXPECT_EQ(*Origin::parse(origin.text()), origin) << origin.text();
  for (const std::string_view text : {"", "store", "/store", "a/store", "a/1/tenant/", "a/1/tenant/b/c",
                                      "a/x/store", "a/1/", "a/01/store", "/1/store"})
    EXPECT_FALSE(Origin::parse(text)) << text;
}

TEST(Checkpoint, IsOfTheLogThatSignsIt) {
  const SigningKey key = key_of(1);
  Checkpoint foreign = some_checkpoint();
  foreign.origin.log = "another/log";
  const Note note{foreign.text(), {sign_text(foreign.text(), kLog, key)}};
  EXPECT_EQ(open_checkpoint(note, {kLog, KeyType::Ed25519, key.public_key()}).error().code,
            Reason::NotSigned);
}

TEST(Binding, EveryReceiptOfAGroupIsBoundByOneSignature) {
  const SigningKey key = key_of(1);
  const NoteKey pinned{kLog, KeyType::Ed25519, key.public_key()};
  std::vector<Promise> promises;
  std::vector<Digest> leaves;
  for (std::uint8_t i = 1; i <= 7; ++i) {
    promises.push_back({TenantId("acme"), CommandId{{i}}, i * 10U, i * 10U + 3, Digest{i}});
    leaves.push_back(promises.back().leaf());
  }
  const PromisedGroup group{kLog, 1, 12, Instant{1'790'000'000'000'000'000}, leaves.size(), root_of(leaves)};
  const Note note{group.text(), {sign_text(group.text(), kLog, key)}};
  for (std::size_t i = 0; i < promises.size(); ++i) {
    const Path path = path_of(leaves, i);
    const auto opened = open_promise(promises[i], note, pinned, i, path);
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(*opened, group);
    Promise other = promises[i];
    ++other.last;
    EXPECT_EQ(open_promise(other, note, pinned, i, path).error().code, Reason::ProofWrong);
    EXPECT_EQ(open_promise(promises[i], note, pinned, (i + 1) % 7, path).error().code, Reason::ProofWrong);
  }
  const NoteKey stranger{kLog, KeyType::Ed25519, key_of(2).public_key()};
  EXPECT_EQ(open_promise(promises[0], note, stranger, 0, path_of(leaves, 0)).error().code, Reason::NotSigned);
  EXPECT_FALSE(PromisedGroup::parse(some_checkpoint().text()));
  EXPECT_FALSE(Checkpoint::parse(group.text()));
}

}  // namespace
}  // namespace kontor::proof
