"""How a key hands over to the next one (docs/verifier.md; events/proof/rotation.h tells the four lines of the statement)."""
import re

import note

_TIME = re.compile(r"0|-?[1-9][0-9]{0,18}")


class Broken(Exception):
    """A statement in the name of a trusted key that it cannot have made: with the kind of contradiction."""


def parse(text):
    """(key before, key from then on), or None."""
    lines = text.split("\n")
    if len(lines) != 5 or lines[4] or not _TIME.fullmatch(lines[3]) or not -2**63 <= int(lines[3]) < 2**63:
        return None
    before, after = note.parse_key(lines[1]), note.parse_key(lines[2])
    if before is None or after is None or before == after or before.name != after.name:
        return None
    if {before.type, after.type} != {note.ED25519} or lines[0] != before.name + "/rotation":
        return None
    return before, after


def _is_signed(statement):
    said = parse(statement.text)
    return said is not None and all(note.is_signed_by(statement, key) for key in said)


def trusted(pinned, statements):
    """The pinned key and those it has handed over to."""
    keys = [pinned]
    for statement in statements:
        said = parse(statement.text)
        if said is None or said[0] not in keys:
            continue
        if not _is_signed(statement):
            raise Broken("not-signed")
        if said[0] != keys[-1] or said[1] in keys:
            raise Broken("two-histories")
        keys.append(said[1])
    return keys


def retired(pinned, statements):
    """Keys that handed over to the pinned one, from the newest statement backwards."""
    reached = [pinned]
    for statement in reversed(statements):
        said = parse(statement.text)
        if said is not None and said[1] == reached[-1] and _is_signed(statement):
            reached.append(said[0])
    return reached[1:]


def sign(before, after, at):
    """The statement, for tests; `before` and `after` can sign (mutate.Signer)."""
    text = "\n".join((before.name + "/rotation", note.key_text(before.note_key), note.key_text(after.note_key), str(at), ""))
    return note.write_note(text, [(one.name, note.key_id(one.note_key), one.key.sign(text.encode())) for one in (before, after)])
