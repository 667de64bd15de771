"""Tree hashes, inclusion and consistency proofs of RFC 6962 (2.1) and RFC 9162 (2.1.3.2, 2.1.4.2)."""
import hashlib

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves):
    """The hash of the tree over these leaf hashes. A last one without a neighbour goes up as it is, which is the same as splitting at
    the largest power of two."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    sha256 = hashlib.sha256
    while len(level) > 1:
        above = [sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


def _split(count):
    """The largest power of two below count."""
    return 1 << (count - 1).bit_length() - 1


def inclusion_path(leaves, index):
    if len(leaves) <= 1:
        return []
    left = _split(len(leaves))
    if index < left:
        return inclusion_path(leaves[:left], index) + [root_of(leaves[left:])]
    return inclusion_path(leaves[left:], index - left) + [root_of(leaves[:left])]


def consistency_path(leaves, old_size):
    def part(leaves, old_size, whole):
        if old_size == len(leaves):
            return [] if whole else [root_of(leaves)]
        left = _split(len(leaves))
        if old_size <= left:
            return part(leaves[:left], old_size, whole) + [root_of(leaves[left:])]
        return part(leaves[left:], old_size - left, False) + [root_of(leaves[:left])]
    return part(leaves, old_size, True) if 0 < old_size <= len(leaves) else []


def is_included(leaf, index, size, path, root):
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and r == root


def is_consistent(old_size, new_size, old_root, new_root, path):
    if old_size > new_size:
        return False
    if old_size == new_size:
        return not path and old_root == new_root
    if old_size == 0:
        return not path and old_root == EMPTY
    path = list(path)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, c)
        fn >>= 1
        sn >>= 1
    return sn == 0 and fr == old_root and sr == new_root


class Growing:
    """A tree that only ever gets another leaf: the hashes of its whole subtrees, from the largest."""

    def __init__(self):
        self.size = 0
        self._whole = []

    def append(self, leaf):
        size, whole = self.size, self._whole
        while size & 1:
            leaf = hashlib.sha256(b"\1" + whole.pop() + leaf).digest()
            size >>= 1
        whole.append(leaf)
        self.size += 1

    def root(self):
        if not self._whole:
            return EMPTY
        root = self._whole[-1]
        for left in reversed(self._whole[:-1]):
            root = node_hash(left, root)
        return root
