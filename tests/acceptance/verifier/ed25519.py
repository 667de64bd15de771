"""Ed25519 of RFC 8032, section 5.1. Verification is the one OpenSSL does: S has to be below the order of the group, and R has to be, byte
for byte, the encoding of S·B − k·A (no cofactor). Not in constant time: it is for checking what is public, and for tests."""
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1, 1, 0)  # extended coordinates X, Y, Z, T
WINDOW = 8


def _add(a, b):
    s, t = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    c, d = 2 * D * a[3] * b[3], 2 * a[2] * b[2]
    e, f, g, h = t - s, d - c, d + c, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def _encode(point):
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decode(data):
    """A point; y may be written with P added, as OpenSSL allows. None when there is no such point."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, (number & (1 << 255) - 1) % P
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        if v * x * x % P != -u % P:
            return None
        x = x * SQRT_M1 % P
    if x & 1 != sign:
        x = -x % P
    return x, y, 1, x * y % P


class _Multiples:
    """Of one point, so that each window of a factor costs one addition. Kept as (y + x, y - x, 2dxy)."""

    def __init__(self, point):
        self.rows = []
        for _ in range(256 // WINDOW):
            row = [IDENTITY]
            for _ in range((1 << WINDOW) - 1):
                row.append(_add(row[-1], point))
            point = _add(row[-1], point)
            self.rows.append(self._flat(row))

    @staticmethod
    def _flat(row):
        products, inverses = [1], [0] * len(row)
        for p in row:
            products.append(products[-1] * p[2] % P)
        inverse = pow(products[-1], -1, P)
        for i in range(len(row) - 1, -1, -1):
            inverses[i] = inverse * products[i] % P
            inverse = inverse * row[i][2] % P
        flat = []
        for p, z in zip(row, inverses):
            x, y = p[0] * z % P, p[1] * z % P
            flat.append(((y + x) % P, (y - x) % P, 2 * D * x * y % P))
        return flat

    def times(self, factor, start=IDENTITY):
        """start + factor · point."""
        x, y, z, t = start
        for row in self.rows:
            digit = factor & (1 << WINDOW) - 1
            factor >>= WINDOW
            if digit:
                plus, minus, xy2d = row[digit]
                a, b, c, d = (y - x) * minus, (y + x) * plus, t * xy2d, 2 * z
                e, f, g, h = b - a, d - c, d + c, b + a
                x, y, z, t = e * f % P, g * h % P, f * g % P, e * h % P
        return x, y, z, t


_BASE = None
_keys = {}


def _base():
    global _BASE
    if _BASE is None:
        _BASE = _Multiples(_decode((4 * pow(5, -1, P) % P).to_bytes(32, "little")))
    return _BASE


def _negative_multiples(key):
    if key not in _keys:
        if len(_keys) > 8:
            _keys.clear()
        point = _decode(key)
        _keys[key] = point and _Multiples((-point[0] % P, point[1], 1, -point[3] % P))
    return _keys[key]


def _hash(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def verify(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    multiples = _negative_multiples(key)
    if multiples is None:
        return False
    k = _hash(signature[:32], key, message) % L
    return _encode(multiples.times(k, _base().times(s))) == signature[:32]


class SigningKey:
    def __init__(self, seed):
        digest = hashlib.sha512(seed).digest()
        number = int.from_bytes(digest[:32], "little")
        self._scalar = number & (1 << 254) - 8 | 1 << 254
        self._prefix = digest[32:]
        self.public = _encode(_base().times(self._scalar))

    def sign(self, message):
        r = _hash(self._prefix, message) % L
        point = _encode(_base().times(r))
        k = _hash(point, self.public, message) % L
        return point + ((r + k * self._scalar) % L).to_bytes(32, "little")
