#!/usr/bin/env python3
"""note_key.py FILE [NAME]: the text of the public key of a signing key file (docs/storage-format.md), as an auditor pins it.
With a NAME and no such file, makes one first. Curve arithmetic of RFC 8032 with Python alone: slow, and good for tests only."""
import base64
import hashlib
import os
import sys

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
BY = 4 * pow(5, -1, P) % P


def x_of(y):
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return x if x % 2 == 0 else P - x


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P


def public_key(seed):
    scalar = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little") & ((1 << 254) - 8) | 1 << 254
    point, step = (0, 1), (x_of(BY), BY)
    while scalar:
        if scalar & 1:
            point = add(point, step)
        step, scalar = add(step, step), scalar >> 1
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


path = sys.argv[1]
if len(sys.argv) > 2 and not os.path.exists(path):
    text = f"kontor-key 1\n{sys.argv[2]}\n{base64.b64encode(os.urandom(32)).decode()}\n"
    text += hashlib.sha256(text.encode()).hexdigest() + "\n"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="utf-8") as file:
        file.write(text)
_, name, seed, _ = open(path, encoding="utf-8").read().splitlines()
material = b"\1" + public_key(base64.b64decode(seed, validate=True))
number = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4].hex()
print(f"{name}+{number}+{base64.b64encode(material).decode()}")
