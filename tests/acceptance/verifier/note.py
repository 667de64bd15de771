"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature) as kontor writes them: ASCII throughout, one text
for the same thing. What cannot be read is None."""
import base64
import binascii
import hashlib
import re
from collections import namedtuple

import ed25519

ED25519, COSIGNATURE = 0x01, 0x04
NOTE_BYTES_MAX = 64 * 1024
SIGNATURES_MAX = 16
JUDGED_MAX = 65536
U64_MAX = 2**64 - 1
DASH = "— ".encode()

Key = namedtuple("Key", "name type public")
Note = namedtuple("Note", "text signatures")  # signatures: (name, key id, bytes)
Origin = namedtuple("Origin", "log epoch tenant")  # tenant None: the store's tree
Checkpoint = namedtuple("Checkpoint", "origin size root")

_NAME = re.compile(rb"[!-*,-~]+")
_ID = re.compile(r"[A-Za-z0-9._:@-]{1,64}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,19}")


def strict_base64(text):
    """The bytes of this text; None unless it is what encoding them gives."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data) == text else None


def strict_number(text):
    """A number of 64 bits without sign and leading zeros, or None."""
    if not _NUMBER.fullmatch(text) or int(text) > U64_MAX:
        return None
    return int(text)


def valid_id(text):
    return _ID.fullmatch(text) is not None


def key_id(key):
    digest = hashlib.sha256(key.name.encode() + b"\n" + bytes([key.type]) + key.public).digest()
    return int.from_bytes(digest[:4], "big")


def key_text(key):
    return f"{key.name}+{key_id(key):08x}+{base64.b64encode(bytes([key.type]) + key.public).decode()}"


def parse_key(text):
    """From "name+id+base64"."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not parts[0].isascii() or not _NAME.fullmatch(parts[0].encode()) or not parts[2].isascii():
        return None
    material = strict_base64(parts[2].encode())
    if material is None or len(material) != 33 or material[0] not in (ED25519, COSIGNATURE):
        return None
    key = Key(parts[0], material[0], material[1:])
    return key if key_text(key) == text else None


def parse_note(data):
    if len(data) > NOTE_BYTES_MAX:
        return None
    text, found, lines = data.rpartition(b"\n\n")
    if not found:
        return None
    text += b"\n"
    if re.search(rb"[^\n -~]", text) or not lines.endswith(b"\n"):
        return None
    signatures = []
    for line in lines[:-1].split(b"\n"):
        if not line.startswith(DASH) or len(signatures) == SIGNATURES_MAX:
            return None
        name, space, encoded = line[len(DASH):].partition(b" ")
        raw = strict_base64(encoded)
        if not space or not _NAME.fullmatch(name) or raw is None or len(raw) < 5:
            return None
        signatures.append((name.decode(), int.from_bytes(raw[:4], "big"), raw[4:]))
    return Note(text.decode(), tuple(signatures))


def write_note(text, signatures):
    lines = [DASH + name.encode() + b" " + base64.b64encode(id_.to_bytes(4, "big") + raw) + b"\n"
             for name, id_, raw in signatures]
    return text.encode() + b"\n" + b"".join(lines)


_judged = {}  # (public key, text, signature) -> whether it is good: mutants share most of their notes


def _is_good(*signature):
    if signature not in _judged:
        if len(_judged) >= JUDGED_MAX:
            _judged.clear()
        _judged[signature] = ed25519.verify(*signature)
    return _judged[signature]


def is_signed_by(note, key):
    """A good signature of this key, and none that only claims to be one."""
    found = False
    for name, id_, raw in note.signatures:
        if name != key.name or id_ != key_id(key):
            continue
        text = note.text.encode()
        if key.type == COSIGNATURE:
            if len(raw) < 8:
                return False
            text = b"cosignature/v1\ntime %d\n" % int.from_bytes(raw[:8], "big") + text
            raw = raw[8:]
        if not _is_good(key.public, text, raw):
            return False
        found = True
    return found


def origin_text(origin):
    tree = "store" if origin.tenant is None else f"tenant/{origin.tenant}"
    return f"{origin.log}/{origin.epoch}/{tree}"


def parse_origin(text):
    head, _, tree = text.rpartition("/")
    tenant = None
    if head.endswith("/tenant"):
        head, tenant = head[:-len("/tenant")], tree
        if not valid_id(tenant):
            return None
    elif tree != "store":
        return None
    log, _, epoch = head.rpartition("/")
    number = strict_number(epoch)
    if number is None or not log:
        return None
    origin = Origin(log, number, tenant)
    return origin if origin_text(origin) == text else None


def checkpoint_text(checkpoint):
    return f"{origin_text(checkpoint.origin)}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode()}\n"


def parse_checkpoint(text):
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        return None
    origin, size, root = parse_origin(lines[0]), strict_number(lines[1]), strict_base64(lines[2].encode())
    if origin is None or size is None or root is None or len(root) != 32:
        return None
    return Checkpoint(origin, size, root)


def sign_checkpoint(checkpoint, name, signing_key, known_good=False):
    """The note that a server would give out. `known_good`: who asks about its signature is not made to compute for the answer."""
    text = checkpoint_text(checkpoint)
    key = Key(name, ED25519, signing_key.public)
    signature = signing_key.sign(text.encode())
    if known_good:
        _judged[key.public, text.encode(), signature] = True
    return write_note(text, [(name, key_id(key), signature)])
