import os
import subprocess
import tempfile
import unittest

import ed25519

# RFC 8032, 7.1: seed, public key, message, signature.
VECTORS = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7"
     "a100b"),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb"
     "0c00"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1e"
     "c40a"),
]


class Ed25519(unittest.TestCase):
    def test_vectors(self):
        for seed, public, message, signature in VECTORS:
            key = ed25519.SigningKey(bytes.fromhex(seed))
            self.assertEqual(key.public.hex(), public)
            self.assertEqual(key.sign(bytes.fromhex(message)).hex(), signature)
            self.assertTrue(ed25519.verify(key.public, bytes.fromhex(message), bytes.fromhex(signature)))

    def test_every_changed_bit_is_refused(self):
        key = ed25519.SigningKey(bytes(range(32)))
        good = key.sign(b"message")
        for bit in range(512):
            bad = bytearray(good)
            bad[bit // 8] ^= 1 << bit % 8
            self.assertFalse(ed25519.verify(key.public, b"message", bytes(bad)), bit)
        self.assertFalse(ed25519.verify(key.public, b"massage", good))

    def test_an_s_beyond_the_order_is_refused(self):
        key = ed25519.SigningKey(bytes(range(32)))
        good = key.sign(b"message")
        s = int.from_bytes(good[32:], "little") + ed25519.L
        self.assertFalse(ed25519.verify(key.public, b"message", good[:32] + s.to_bytes(32, "little")))

    def test_a_key_of_small_order_is_treated_as_openssl_does(self):
        # Of the neutral point everything is a multiple: R = S·B holds for any message. OpenSSL says so too; a pinned key is never one.
        key = (1).to_bytes(32, "little")
        s = 5
        r = ed25519._encode(ed25519._base().times(s))
        self.assertTrue(ed25519.verify(key, b"anything", r + s.to_bytes(32, "little")))
        self.assertEqual(self.openssl(key, b"anything", r + s.to_bytes(32, "little")), True)

    def test_openssl_agrees(self):
        key = ed25519.SigningKey(bytes(range(1, 33)))
        good = key.sign(b"message")
        for public, signature in ((key.public, good), (key.public, good[:40] + bytes([good[40] ^ 1]) + good[41:]),
                                  (b"\x02" + bytes(31), good), ((ed25519.P + 1).to_bytes(32, "little"), good)):
            self.assertEqual(ed25519.verify(public, b"message", signature), self.openssl(public, b"message", signature))

    def openssl(self, public, message, signature):
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, name) for name in ("key.der", "message", "signature")]
            contents = (bytes.fromhex("302a300506032b6570032100") + public, message, signature)
            for path, content in zip(paths, contents):
                with open(path, "wb") as file:
                    file.write(content)
            done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", paths[0], "-rawin", "-in",
                                   paths[1], "-sigfile", paths[2]], capture_output=True, check=False)
            return done.returncode == 0


if __name__ == "__main__":
    unittest.main()
