#include "engine/keys/cipher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "engine/keys/bytes.h"
#include "engine/keys/randomness.h"
#include "tests/keys/unhex.h"

namespace kontor::keys {
namespace {

using test::unhex;

Secret secret_of(std::string_view digits) {
  Secret secret;
  const std::string bytes = unhex(digits);
  EXPECT_EQ(bytes.size(), Secret::kBytes);
  std::ranges::copy(bytes_of(bytes), secret.fill().begin());
  return secret;
}

// McGrew and Viega, The Galois/Counter Mode of Operation, test case 16.
TEST(Cipher, EncryptsTheKnownText) {
  const Secret key = secret_of("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  Nonce nonce{};
  std::ranges::copy(bytes_of(unhex("cafebabefacedbaddecaf888")), nonce.begin());
  const std::string bound = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const std::string clear = unhex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
      "b16aedf5aa0de657ba637b39");
  const std::string encrypted = encrypt(key, nonce, bound, clear);
  EXPECT_EQ(hex(bytes_of(encrypted)),
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
            "c5f61e6393ba7a0abcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b");
  EXPECT_EQ(decrypt(key, nonce, bound, encrypted), clear);
  EXPECT_EQ(decrypt(key, nonce, bound + "x", encrypted), std::nullopt);
  EXPECT_EQ(decrypt(key, nonce, bound, encrypted.substr(0, 15)), std::nullopt);
}

// RFC 4231, test case 2, with its key filled up by zeros as HMAC does.
TEST(Cipher, HashesTheKnownTextWithAKey) {
  Secret key;
  std::ranges::copy(bytes_of("Jefe"), key.fill().begin());
  EXPECT_EQ(hex(hmac_sha256(key, "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Cipher, SecretsForDifferentPurposesDiffer) {
  Secret root;
  root.fill()[0] = 1;
  const Secret one = derive(root, "one");
  const Secret two = derive(root, "two");
  EXPECT_FALSE(equal_in_constant_time(one.bytes(), two.bytes()));
  EXPECT_FALSE(equal_in_constant_time(one.bytes(), root.bytes()));
  EXPECT_TRUE(equal_in_constant_time(one.bytes(), derive(root, "one").bytes()));
}

TEST(Cipher, RandomnessIsNotTheSameTwice) {
  const auto randomness = system_randomness();
  Secret one;
  Secret two;
  randomness->fill(one.fill());
  randomness->fill(two.fill());
  EXPECT_FALSE(equal_in_constant_time(one.bytes(), two.bytes()));
}

TEST(Cipher, ASecretIsWiped) {
  std::string text = "a text that goes";
  wipe(text);
  EXPECT_EQ(text, std::string(16, '\0'));
}

TEST(Bytes, AReaderThatRanOutStaysBad) {
  std::string bytes;
  put_number<std::uint32_t>(bytes, 0x01020304);
  put_text(bytes, "abc");
  ByteReader in(bytes);
  EXPECT_EQ(in.number<std::uint32_t>(), 0x01020304U);
  EXPECT_EQ(in.text(), "abc");
  EXPECT_TRUE(in.good());
  EXPECT_EQ(in.number<std::uint16_t>(), 0U);
  EXPECT_FALSE(in.good());
  EXPECT_EQ(in.text(), "");
}

}  // namespace
}  // namespace kontor::keys
