"""Changes bundles in every way somebody could: bytes, sections, events, notes, and lies that are signed again with the right key, which
only a reducer finds. A mutant follows from its seed alone."""
import copy
import hashlib
import io
import random
import struct

import bundle
import capnp
import capnp_write
import ed25519
import events as stored_events
import layouts
import merkle
import note
import rotation
import streams

INTERESTING = (0, 1, 2, 255, 256, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1)


class Signer:
    """A log's key."""

    def __init__(self, name, seed):
        self.key = ed25519.SigningKey(seed)
        self.name = name
        self.note_key = note.Key(name, note.ED25519, self.key.public)

    def sign(self, checkpoint, known_good=False):
        return note.sign_checkpoint(checkpoint, self.name, self.key, known_good)


class Base:
    """A good bundle, taken apart: the header, where notes stand, and events in the order of the file."""

    def __init__(self, encoded, signer):
        self.encoded = encoded
        self.signer = signer
        reader = bundle.Reader(io.BytesIO(encoded))
        self.header = reader.header
        self.notes, self.events, self.others = [], [], []
        for item in reader.items():
            if item.kind == "N":
                self.notes.append(note.parse_checkpoint(note.parse_note(item.data).text))
            elif item.kind == "E":
                self.events.append((item.group, item.tenant, item.position, bytes(item.data)))
            elif item.kind != "G":
                self.others.append((item.kind, bytes(item.data)))
        self.sections = list(_sections(encoded))[:-1]
        self.records = [capnp.read_message(stored, "RecordedEvent") for _, _, _, stored in self.events]


def _sections(encoded):
    at = len(bundle.MAGIC)
    while at < len(encoded):
        length = int.from_bytes(encoded[at + 1:at + 5], "little")
        yield chr(encoded[at]), encoded[at + 5:at + 5 + length]
        at += 5 + length


def build(base, events, notes=None, header=None, signer=None, known_good=False):
    """A bundle of these (group, tenant, position, stored), its notes signed for them."""
    signer = signer or base.signer
    header = header or base.header._replace(last=len(events))
    sections = [("I", bundle.header_text(header).encode("latin-1"))]
    sections += [(tag, payload) for tag, payload in base.others]
    trees = {}
    for _, tenant, _, stored in events:
        leaf = stored_events.read(stored).leaf
        trees.setdefault(tenant, []).append(leaf)
        trees.setdefault(None, []).append(leaf)
    for checkpoint in base.notes if notes is None else notes:
        leaves = trees.get(checkpoint.origin.tenant, [])
        root = merkle.root_of(leaves[:checkpoint.size]) if checkpoint.size <= len(leaves) else checkpoint.root
        sections.append(("N", signer.sign(checkpoint._replace(root=root), known_good)))
    return bundle.whole(sections + list(event_sections(events, header.origin.tenant is None)))


def event_sections(events, of_store):
    """Slices: each of one tenant and group, gap-free by the positions given."""
    slices = []
    for group, tenant, position, stored in events:
        last = slices[-1] if slices else None
        if last and last[0] == group and last[1] == tenant and last[2] + len(last[3]) == position:
            last[3].append(stored)
        else:
            slices.append((group, tenant, position, [stored]))
    newest = 0
    for group, tenant, first, stored in slices:
        if of_store and group != newest:
            yield "G", group.to_bytes(8, "little")
            newest = group
        yield "E", bundle.slice_payload(tenant, first, stored)


def _numbered(stored, position, version, recorded, effective):
    """The same event, elsewhere. The numbers are the first of the struct behind the segment table and the root pointer."""
    return stored[:16] + struct.pack("<QQqq", position, version, recorded, effective) + stored[48:]


class Mutator:
    def __init__(self, bases, other, third):
        self.bases = bases
        self.other = other
        self.third = third
        self.kinds = (["flip"] * 3 + ["flip_whole"] * 8 + ["cut", "cut_whole", "grow", "insert", "remove"] + ["sections"] * 8 +
                      ["slices"] * 6 + ["notes"] * 8 + ["header"] * 3 + ["other_key"] + ["rotations"] * 3 + ["lie"] * 30 + ["lie_shape"] * 12 +
                      ["lie_bytes"] * 14 + ["lie_envelope"] * 8)

    def mutant(self, seed):
        """(kind, base, bundle) of this seed."""
        chosen = random.Random(seed)
        base = self.bases[chosen.randrange(len(self.bases))]
        kind = chosen.choice(self.kinds)
        return kind, base, getattr(self, "_" + kind)(base, chosen)

    # Bytes.

    @staticmethod
    def _changed(data, chosen, begin=0):
        data = bytearray(data)
        for _ in range(chosen.choice((1, 1, 1, 2, 5))):
            at = chosen.randrange(begin, len(data))
            data[at] = chosen.choice((data[at] ^ 1 << chosen.randrange(8), chosen.randrange(256), 0))
        return bytes(data)

    def _flip(self, base, chosen):
        return self._changed(base.encoded, chosen)

    @staticmethod
    def _with_trailer(body):
        return body + bundle.section("Z", hashlib.sha256(body).digest())

    def _flip_whole(self, base, chosen):
        return self._with_trailer(self._changed(base.encoded[:-37], chosen))

    def _cut(self, base, chosen):
        return base.encoded[:chosen.randrange(len(base.encoded))]

    def _cut_whole(self, base, chosen):
        return self._with_trailer(base.encoded[:chosen.randrange(8, len(base.encoded) - 37)])

    def _grow(self, base, chosen):
        return base.encoded + chosen.randbytes(chosen.choice((1, 5, 37)))

    def _insert(self, base, chosen):
        at = chosen.randrange(len(base.encoded) - 37)
        return self._with_trailer(base.encoded[:at] + chosen.randbytes(chosen.choice((1, 8, 64))) + base.encoded[at:-37])

    def _remove(self, base, chosen):
        at = chosen.randrange(len(base.encoded) - 37)
        return self._with_trailer(base.encoded[:at] + base.encoded[min(at + chosen.choice((1, 8, 64)), len(base.encoded) - 37):-37])

    # Sections.

    def _sections(self, base, chosen):
        sections = list(base.sections)
        for _ in range(chosen.choice((1, 1, 2))):
            at, to = chosen.randrange(len(sections)), chosen.randrange(len(sections))
            draw = chosen.randrange(6)
            if draw == 0:
                sections[at], sections[to] = sections[to], sections[at]
            elif draw == 1 and len(sections) > 1:
                del sections[at]
            elif draw == 2:
                sections.insert(to, sections[at])
            elif draw == 3:
                sections[at] = (chosen.choice("IKRNGEZXe"), sections[at][1])
            elif draw == 4:
                other = self.bases[chosen.randrange(len(self.bases))]
                sections.insert(to, chosen.choice(other.sections))
            else:
                payload = sections[at][1]
                sections[at] = (sections[at][0], chosen.choice((b"", payload + b"\0", payload[:-1], payload + payload, self._changed(payload or b"x", chosen))))
        body = bundle.MAGIC + b"".join(bundle.section(tag, payload) for tag, payload in sections)
        if chosen.random() < 0.1:  # a length that is not that of the payload
            at = 9 + chosen.randrange(3)
            body = body[:at] + bytes([body[at] ^ chosen.choice((1, 2, 255))]) + body[at + 1:]
        return self._with_trailer(body)

    def _slices(self, base, chosen):
        """Events moved, doubled or dropped without anything being signed again."""
        events = list(base.events)
        at, to = chosen.randrange(len(events)), chosen.randrange(len(events))
        draw = chosen.randrange(7)
        group, tenant, position, stored = events[at]
        if draw == 0:
            del events[at]
        elif draw == 1:
            events.insert(to, events[at])
        elif draw == 2:
            events[at], events[to] = events[to], events[at]
        elif draw == 3:
            events[at] = (group, chosen.choice(("t-2", "other", "acme")), position, stored)
        elif draw == 4:
            events[at] = (group, tenant, chosen.choice(INTERESTING), stored)
        elif draw == 5:
            events[at] = (group, tenant, position, events[to][3])
        else:
            other = self.bases[chosen.randrange(len(self.bases))]
            events[at] = (group, tenant, position, chosen.choice(other.events)[3])
        header = base.header if chosen.random() < 0.7 else base.header._replace(last=len(events))
        sections = [section for section in base.sections if section[0] in "KRN"]
        of_store = header.origin.tenant is None
        return bundle.whole([("I", bundle.header_text(header).encode())] + sections + list(event_sections(events, of_store)))

    # Notes and header.

    def _notes(self, base, chosen):
        sections = list(base.sections)
        places = [i for i, (tag, _) in enumerate(sections) if tag == "N"]
        if not places:
            return self._sections(base, chosen)
        at = chosen.choice(places)
        parsed = note.parse_note(sections[at][1])
        checkpoint = note.parse_checkpoint(parsed.text)
        draw = chosen.randrange(10)
        if draw == 0:
            payload = self._changed(sections[at][1], chosen)
        elif draw < 5:
            changes = {"size": chosen.choice((checkpoint.size + 1, checkpoint.size - 1, 0, 1, base.header.last, chosen.choice(INTERESTING))),
                       "root": chosen.randbytes(32), "origin": self._other_origin(checkpoint.origin, chosen)}
            name = chosen.choice(list(changes))
            value = changes[name] if name != "size" else max(0, min(changes[name], note.U64_MAX))
            signer = chosen.choice((base.signer, base.signer, base.signer, self.other))
            payload = signer.sign(checkpoint._replace(**{name: value}))
        elif draw == 5:
            payload = note.write_note(parsed.text, parsed.signatures * chosen.choice((2, 16, 17)))
        elif draw == 6:
            other = note.parse_note(self.other.sign(checkpoint)).signatures
            payload = note.write_note(parsed.text, chosen.choice((parsed.signatures + other, other + parsed.signatures, other)))
        elif draw == 7:
            name, id_, raw = parsed.signatures[0]
            bad = (name, id_, self._changed(raw, chosen) if chosen.random() < 0.7 else raw[:chosen.randrange(1, 64)])
            payload = note.write_note(parsed.text, chosen.choice(((bad,), parsed.signatures + (bad,), (bad,) + parsed.signatures)))
        elif draw == 8:
            payload = note.write_note(chosen.choice((parsed.text + "extra\n", parsed.text[:-1], parsed.text.replace("\n", "\n0", 1), "\n")), parsed.signatures)
        else:
            payload = sections[at][1]
            sections.insert(at, (("N", base.signer.sign(checkpoint._replace(root=chosen.choice((checkpoint.root, chosen.randbytes(32))),
                                                                            size=chosen.choice((checkpoint.size, 0, base.header.last + 3)))))))
            at += 1
        sections[at] = ("N", payload)
        return bundle.whole(sections)

    def _other_origin(self, origin, chosen):
        return chosen.choice((origin._replace(epoch=origin.epoch + 1), origin._replace(tenant="t-9"), origin._replace(tenant=None),
                              origin._replace(tenant="t-1"), origin._replace(log=origin.log + "x")))

    def _header(self, base, chosen):
        header, draw = base.header, chosen.randrange(6)
        if draw == 0:
            header = header._replace(first=chosen.choice((0, 2) + INTERESTING))
        elif draw == 1:
            header = header._replace(last=max(0, chosen.choice((header.last + 1, header.last - 1) + INTERESTING)))
        elif draw < 4:
            header = header._replace(origin=self._other_origin(header.origin, chosen))
        text = bundle.header_text(header).encode()
        if draw == 4:
            text = self._changed(text, chosen)
        elif draw == 5:
            text = chosen.choice((text + b"x 1\n", text[:-1], text.replace(b"to ", b"to 0"), text.replace(b"\n", b"\r\n"), b""))
        return bundle.whole([("I", text)] + base.sections[1:])

    def _rotations(self, base, chosen):
        """Keys that hand over to each other, or say so, and notes of theirs."""
        signers = [base.signer, base.signer, self.other, self.third]
        statements = []
        for _ in range(chosen.choice((1, 1, 2, 3))):
            before, after = chosen.choice(signers), chosen.choice(signers)
            statement = rotation.sign(before, after, chosen.choice((0, 1785312000 * 10**9, -1, 2**63)))
            draw = chosen.random()
            if draw < 0.15:
                statement = self._changed(statement, chosen)
            elif draw < 0.3:
                parsed = note.parse_note(statement)
                statement = note.write_note(parsed.text, parsed.signatures[:1])
            statements.append(("R", statement))
        notes = [("N", chosen.choice(signers).sign(note.parse_checkpoint(note.parse_note(payload).text)))
                 for tag, payload in base.sections if tag == "N"]
        if chosen.random() < 0.2:
            notes = [section for section in base.sections if section[0] == "N"]
        rest = [section for section in base.sections if section[0] in "GE"]
        return bundle.whole(base.sections[:1] + statements + notes + rest)

    def _other_key(self, base, chosen):
        return build(base, base.events, signer=self.other)

    # Lies that are signed again.

    def _lie(self, base, chosen):
        """Fields of bodies say something else."""
        events, changed = list(base.events), []
        for _ in range(chosen.choice((1, 1, 1, 2, 3))):
            at = chosen.randrange(len(events))
            record = copy.deepcopy(base.records[at])
            domain = record[record.which]
            kind = next(f.type for f in layouts.LAYOUTS[f"{record.which[0].upper()}{record.which[1:]}Event"].fields if f.name == domain.which)
            if not self._change_field(domain[domain.which], kind, base, chosen):
                continue
            changed.append((at, record))
            events[at] = events[at][:3] + (capnp_write.write_message(record, "RecordedEvent"),)
        if chosen.random() < 0.8:
            self._move_to_streams(base, events, changed)
        return self._signed_again(base, events, chosen)

    @staticmethod
    def _signed_again(base, events, chosen):
        """Mostly with one note, of the last event: signing costs more than all the rest."""
        if chosen.random() < 0.2:
            return build(base, events)
        tenant = base.header.origin.tenant
        last = len(events) if tenant is None else sum(event[1] == tenant for event in events)
        return build(base, events, [note.Checkpoint(base.header.origin, last, merkle.EMPTY)], known_good=chosen.random() < 0.9)

    @staticmethod
    def _move_to_streams(base, events, changed):
        """Events whose stream is another one now go there, and all versions are right."""
        records = list(base.records)
        for at, record in changed:
            domain = record[record.which]
            record["stream"] = streams.stream_of(record.which, domain.which, domain[domain.which])
            records[at] = record
        if all(record.stream == base.records[at].stream for at, record in changed):
            return
        versions = {}
        for at, record in enumerate(records):
            stream = (record.tenant, record.stream)
            versions[stream] = versions.get(stream, 0) + 1
            stored = events[at][3] if record is base.records[at] else capnp_write.write_message(record, "RecordedEvent")
            if record.version != versions[stream]:
                stored = _numbered(stored, record.position, versions[stream], record.recordedAt, record.effectiveAt)
            events[at] = events[at][:3] + (stored,)

    def _change_field(self, body, kind, base, chosen):
        fields = layouts.LAYOUTS[kind].fields
        if not fields:
            return False
        field = chosen.choice(fields)
        value = body[field.name]
        if field.type in layouts.LAYOUTS:
            if value is not None and chosen.random() < 0.85:
                return self._change_field(value, field.type, base, chosen)
            if not field.nullable:
                return False
            if value is None:
                value = self._same_fields(base, chosen, lambda f: f.type == field.type)
            body[field.name] = value if body[field.name] is None else None
        elif field.type.startswith("["):
            self._change_list(value, field.type[1:-1], base, chosen)
        elif field.type in ("text", "currency", "capitals"):
            body[field.name] = self._other_text(value, field, base, chosen)
        elif field.type in ("data", "digest", "lookup", "id"):
            body[field.name] = self._changed(value, chosen) if value else b"\1" * 32
        elif field.type in layouts.ENUM_SIZES:
            body[field.name] = chosen.randrange(layouts.ENUM_SIZES[field.type] + (chosen.random() < 0.1))
        elif field.type == "bool":
            body[field.name] = 1 - value
        else:
            body[field.name] = chosen.choice((value + 1, value - 1, value + 1, value - 1, value * 2, -value, 0, 1, chosen.choice(INTERESTING)))
        return True

    def _same_fields(self, base, chosen, wanted):
        """The value of such a field in another event of the bundle."""
        found = []
        for record in base.records:
            domain = record[record.which]
            kind = next(f.type for f in layouts.LAYOUTS[f"{record.which[0].upper()}{record.which[1:]}Event"].fields if f.name == domain.which)
            found += [domain[domain.which][f.name] for f in layouts.LAYOUTS[kind].fields if wanted(f)]
        found = [copy.deepcopy(value) for value in found if value is not None]
        return chosen.choice(found) if found else None

    def _other_text(self, value, field, base, chosen):
        draw = chosen.random()
        if draw < 0.6:
            return self._same_fields(base, chosen, lambda f: f.name == field.name and f.type == field.type) or "x"
        if draw < 0.7 and field.type == "text":
            return chosen.choice(("", value + "x", value[:-1], "a\nb", '"\\', "\x00", "\xc3\xbc", "\x7f\x1f", value + "\xff"))
        if draw < 0.85:
            return chosen.choice(("EUR", "CHF", "XXX", "eur", "EURO"))
        return self._same_fields(base, chosen, lambda f: f.type == "text") or "x"

    def _change_list(self, values, element, base, chosen):
        draw = chosen.randrange(4)
        if not values:
            return
        at = chosen.randrange(len(values))
        if draw == 0:
            del values[at]
        elif draw == 1:
            values.append(copy.deepcopy(values[at]))
        elif draw == 2:
            values[at], values[0] = values[0], values[at]
        elif element in layouts.LAYOUTS:
            self._change_field(values[at], element, base, chosen)

    def _lie_envelope(self, base, chosen):
        events, records = list(base.events), base.records
        for _ in range(chosen.choice((1, 1, 2))):
            at = chosen.randrange(len(events))
            record = copy.deepcopy(records[at])
            names = ("position", "version", "recordedAt", "effectiveAt", "tenant", "stream", "commandId", "payloadDigest", "role", "correlation")
            name = chosen.choice(names)
            other = records[chosen.randrange(len(records))]
            if name == "role":
                record["actor"]["role"] = chosen.choice((other.actor.role, 2, 3, 10, 16))
            elif name in ("commandId", "payloadDigest"):
                record[name] = chosen.choice((other[name], b"", bytes(16), b"\1" * 16, b"\1" * 15))
            elif name in ("tenant", "stream", "correlation"):
                record[name] = chosen.choice((other[name], "", record[name] + "x"))
            else:
                bits = 64 if name in ("position", "version") else 63
                record[name] = chosen.choice((other[name], record[name] + 1, record[name] - 1, 0, 2**bits - 1, -1))
            events[at] = events[at][:3] + (capnp_write.write_message(record, "RecordedEvent"),)
        return self._signed_again(base, events, chosen)

    def _lie_shape(self, base, chosen):
        """Events left out, doubled, exchanged or taken from elsewhere, and everything numbered again."""
        pairs = list(zip(base.events, base.records))
        for _ in range(chosen.choice((1, 1, 2))):
            at, to = chosen.randrange(len(pairs)), chosen.randrange(len(pairs))
            draw = chosen.randrange(5)
            if draw == 0 and len(pairs) > 1:
                del pairs[at]
            elif draw == 1:
                pairs.insert(to, pairs[at])
            elif draw == 2:
                pairs[at], pairs[to] = pairs[to], pairs[at]
            elif draw == 3:
                pairs.insert(to, pairs.pop(at))
            else:
                other = self.bases[chosen.randrange(len(self.bases))]
                i = chosen.randrange(len(other.events))
                group, tenant, position, _ = pairs[at][0]
                record = capnp.Record(other.records[i], tenant=tenant)
                pairs.insert(to, ((group, tenant, position, capnp_write.write_message(record, "RecordedEvent")), record))
        return self._signed_again(base, self._renumbered(pairs, chosen), chosen)

    @staticmethod
    def _renumbered(pairs, chosen):
        positions, versions, events, newest, effective = {}, {}, [], None, {}
        same_commands = chosen.random() < 0.2
        for (group, tenant, _, stored), record in pairs:
            positions[tenant] = position = positions.get(tenant, 0) + 1
            stream = (tenant, record.stream)
            versions[stream] = version = versions.get(stream, 0) + 1
            newest = record.recordedAt if newest is None else max(newest, record.recordedAt)
            since = record.effectiveAt
            if tenant in effective and chosen.random() < 0.9:
                since = max(effective[tenant], since)
            effective[tenant] = since
            stored = _numbered(stored, position, version, newest, since)
            if record.commandId and not same_commands:
                stored = stored.replace(record.commandId, b"\1" + len(events).to_bytes(15, "big"), 1)
            events.append((group, tenant, position, stored))
        groups = sorted(event[0] for event in events)
        return [(group, *event[1:]) for group, event in zip(groups, events)]

    def _lie_bytes(self, base, chosen):
        """Stored bytes changed here and there, so that what reads them has to agree, too."""
        events = list(base.events)
        for _ in range(chosen.choice((1, 1, 2))):
            at = chosen.randrange(len(events))
            group, tenant, position, stored = events[at]
            draw = chosen.random()
            if draw < 0.8:
                stored = self._changed(stored, chosen, 8)
            elif draw < 0.9:
                words = max(1, (len(stored) - 8) // 8 - chosen.choice((1, 2, 5)))
                stored = bytes(4) + words.to_bytes(4, "little") + stored[8:8 + words * 8]
            else:
                more = chosen.choice((1, 3))
                stored = bytes(4) + ((len(stored) - 8) // 8 + more).to_bytes(4, "little") + stored[8:] + chosen.randbytes(8 * more)
            events[at] = (group, tenant, position, stored)
        return self._signed_again(base, events, chosen)
