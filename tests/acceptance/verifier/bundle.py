"""Reads what an auditor takes away: sections of a tag, a length and a payload (docs/verifier.md). One section in memory at a time."""
import hashlib
import struct
from collections import namedtuple

import note

MAGIC = b"KONTORB1"
ORDER = "IKRNGEZ"  # G and E take turns
SECTION_MAX = 16 << 20

Header = namedtuple("Header", "origin first last")
# kind: the section's tag. Of an event: tenant and position as the section says; `group` the newest group's number.
Item = namedtuple("Item", "kind offset data tenant position group")


class Unusable(Exception):
    """Not a bundle, cut short, or not as it was written; at the byte `offset`."""

    def __init__(self, offset, message):
        super().__init__(message)
        self.offset = offset


def header_text(header):
    scope = "store" if header.origin.tenant is None else f"tenant {header.origin.tenant}"
    return (f"format 1\nlog {header.origin.log}\nepoch {header.origin.epoch}\nscope {scope}\nfrom {header.first}\n"
            f"to {header.last}\n")


def parse_header(payload):
    """None unless it is what header_text writes."""
    lines = payload.decode("latin-1").split("\n")
    names = ("format", "log", "epoch", "scope", "from", "to")
    if len(lines) != 7 or lines[6] or any(not line.startswith(name + " ") for line, name in zip(lines, names)):
        return None
    format_, log, epoch, scope, first, last = (line[len(name) + 1:] for line, name in zip(lines, names))
    epoch, first, last = map(note.strict_number, (epoch, first, last))
    tenant = scope[len("tenant "):] if scope.startswith("tenant ") else None
    if format_ != "1" or not log or None in (epoch, first, last) or first == 0 or last < first - 1:
        return None
    if scope != "store" and (tenant is None or not note.valid_id(tenant)):
        return None
    return Header(note.Origin(log, epoch, tenant), first, last)


class Reader:
    def __init__(self, file):
        self._file = file
        self._sha = hashlib.sha256()
        self._end = 0
        self._before = None
        self.header = self._open()

    def _open(self):
        magic = self._read(len(MAGIC))
        if magic != MAGIC:
            raise Unusable(0, "this is no bundle")
        self._sha.update(MAGIC)
        _, offset, payload = self._section()
        header = parse_header(payload)
        if header is None:
            raise Unusable(offset, "this is no header of a bundle")
        return header

    def _read(self, count):
        data = self._file.read(count)
        self._end += len(data)
        return data

    def _may_follow(self, tag):
        if tag not in ORDER or (tag == "I") != (self._before is None):
            return False
        if self._before is None or (tag == "G" and self._before == "E"):
            return True
        return ORDER.index(tag) >= ORDER.index(self._before)

    def _section(self):
        offset = self._end
        head = self._read(5)
        if len(head) != 5:
            raise Unusable(offset, "the file ends")
        tag = chr(head[0])
        if not self._may_follow(tag):
            raise Unusable(offset, "there is no section that may stand there")
        length = int.from_bytes(head[1:], "little")
        if length > SECTION_MAX:
            raise Unusable(offset, "a section is too long")
        payload = self._read(length)
        if len(payload) != length:
            raise Unusable(offset, "the file ends in a section")
        self._before = tag
        if tag != "Z":
            self._sha.update(head)
            self._sha.update(payload)
        return tag, offset, payload

    def items(self):
        """All that is behind the header; ends when the trailer is right and nothing is behind it."""
        group = 0
        while True:
            tag, offset, payload = self._section()
            if tag == "Z":
                return self._close(offset, payload)
            if tag == "G":
                group = self._group(offset, payload, group)
                yield Item(tag, offset, payload, None, 0, group)
            elif tag == "E":
                yield from self._events(offset, payload, group)
            else:
                yield Item(tag, offset, payload, None, 0, group)

    def _group(self, offset, payload, before):
        if self.header.origin.tenant is not None or len(payload) != 8:
            raise Unusable(offset, "there is no number of a group")
        number = int.from_bytes(payload, "little")
        if number <= before:
            raise Unusable(offset, "a group stands behind one with a higher number")
        return number

    def _events(self, offset, payload, group):
        name = payload[0] if payload else 0
        at = 1 + name + 12
        if len(payload) < at:
            raise Unusable(offset, "there is no slice of events")
        tenant = payload[1:1 + name].decode("latin-1")
        first, count = struct.unpack_from("<QI", payload, 1 + name)
        if not note.valid_id(tenant) or count == 0 or (self.header.origin.tenant is None and group == 0):
            raise Unusable(offset, "there is no slice of events")
        for i in range(count):
            begin = offset + 5 + at
            if len(payload) - at < 8:
                raise Unusable(begin, "there is no event, or half of one")
            segments, words = struct.unpack_from("<II", payload, at)
            end = at + 8 + words * 8
            if segments != 0 or words == 0 or end > len(payload):
                raise Unusable(begin, "there is no event, or half of one")
            if i + 1 == count and end != len(payload):
                raise Unusable(begin, "the last event of a slice has more bytes behind it")
            yield Item("E", begin, payload[at:end], tenant, first + i & note.U64_MAX, group)
            at = end

    def _close(self, offset, payload):
        if payload != self._sha.digest():
            raise Unusable(offset, "the bytes before are not those that were written")
        behind = self._end
        if self._read(1):
            raise Unusable(behind, "the file goes on behind its end")


def section(tag, payload):
    return tag.encode() + len(payload).to_bytes(4, "little") + payload


def slice_payload(tenant, first, events):
    return bytes([len(tenant)]) + tenant.encode() + struct.pack("<QI", first, len(events)) + b"".join(events)


def whole(sections):
    """A bundle of these (tag, payload), with its trailer."""
    body = MAGIC + b"".join(section(tag, payload) for tag, payload in sections)
    return body + section("Z", hashlib.sha256(body).digest())
