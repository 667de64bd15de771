import random
import unittest

import merkle

INPUTS = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                           "606162636465666768696a6b6c6d6e6f")]
# RFC 6962's well-known roots over the first n inputs: beginning and end.
ROOTS = [("e3b0c442", "b855"), ("6e340b9c", "a01d"), ("fac54203", "c125"), ("aeb6bcfe", "6e77"), ("d37ee418", "14b7"),
         ("4e3bbb1f", "64d4"), ("76e67dad", "87ef"), ("ddb89be4", "4c8c"), ("5dc9da79", "4328")]


class Merkle(unittest.TestCase):
    def test_known_roots(self):
        leaves = [merkle.leaf_hash(data) for data in INPUTS]
        for size, (begin, end) in enumerate(ROOTS):
            root = merkle.root_of(leaves[:size]).hex()
            self.assertTrue(root.startswith(begin) and root.endswith(end), size)

    def test_every_proof_of_small_trees_and_none_that_was_changed(self):
        leaves = [merkle.leaf_hash(bytes([i])) for i in range(40)]
        roots = [merkle.root_of(leaves[:size]) for size in range(41)]
        chosen = random.Random(4)
        for size in range(1, 41):
            for index in range(size):
                path = merkle.inclusion_path(leaves[:size], index)
                self.assertTrue(merkle.is_included(leaves[index], index, size, path, roots[size]))
                self.assertFalse(merkle.is_included(leaves[index], index, size, path + [roots[1]], roots[size]))
                self.assertFalse(merkle.is_included(leaves[index], index, size, path, roots[size - 1]))
                if path:
                    bad = list(path)
                    at = chosen.randrange(len(bad))
                    bad[at] = bytes([bad[at][0] ^ 1]) + bad[at][1:]
                    self.assertFalse(merkle.is_included(leaves[index], index, size, bad, roots[size]))
                    self.assertFalse(merkle.is_included(leaves[index], index, size, path[:-1], roots[size]))
            for old in range(size + 1):
                path = merkle.consistency_path(leaves[:size], old)
                self.assertTrue(merkle.is_consistent(old, size, roots[old], roots[size], path), (old, size))
                self.assertFalse(merkle.is_consistent(old, size, roots[old], roots[size], path + [roots[1]]))
                self.assertFalse(merkle.is_consistent(old, size, roots[size - 1], roots[old], path) and old != size - 1)


if __name__ == "__main__":
    unittest.main()
