"""What clients were promised and have kept, one JSON object a line (docs/verifier.md, "Receipts")."""
import base64
import collections
import json
import re

import merkle
import note

Promise = collections.namedtuple("Promise", "tenant command first last root index path note")
_COMMAND = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class NoReceipt(Exception):
    """A line that is no kept receipt, at that byte."""


def read(data, keys):
    """(promises that one of the keys has signed, how many others there are). A last line without its end was cut while it was written."""
    promises, others, at = [], 0, 0
    while (end := data.find(b"\n", at)) >= 0:
        promise = _parse(data[at:end])
        if promise is None:
            raise NoReceipt(at)
        if any(_is_promised(promise, key) for key in keys):
            promises.append(promise)
        else:
            others += 1
        at = end + 1
    promises.sort(key=lambda promise: (promise.tenant, promise.first))
    return promises, others


def _parse(line):
    try:
        said = json.loads(line)
        numbers = [int(said[name]) if re.fullmatch("[0-9]+", said[name]) else None for name in ("first", "last", "index")]
        root, path = _digest(said["eventsRoot"]), [_digest(one) for one in said["path"]]
        parsed = note.parse_note(said["note"].encode())
        if not note.valid_id(said["tenant"]) or not _COMMAND.fullmatch(said["command"]):
            return None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if None in numbers or max(numbers) > note.U64_MAX or root is None or None in path or parsed is None:
        return None
    first, last, index = numbers
    if first == 0 or last < first:
        return None
    digits = said["command"].replace("-", "").lower()
    command = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    return Promise(said["tenant"], command, first, last, root, index, path, parsed)


def _digest(text):
    raw = note.strict_base64(text.encode())
    return raw if raw is not None and len(raw) == 32 else None


def _is_promised(promise, key):
    """The key has signed a group of promises, and this is the one at its index (events/proof/binding.h tells the texts)."""
    lines = promise.note.text.split("\n")
    if len(lines) != 6 or lines[5] or not lines[0].endswith("/receipts"):
        return False
    log, _, epoch = lines[0][:-len("/receipts")].rpartition("/")
    receipts, root = note.strict_number(lines[3]), _digest(lines[4])
    recorded = note.strict_number(lines[2].removeprefix("-"))
    if None in (note.strict_number(epoch), note.strict_number(lines[1]), recorded, receipts, root) or log != key.name:
        return False
    leaf = merkle.leaf_hash("kontor receipt\n{}\n{}\n{}\n{}\n{}\n".format(
        promise.tenant, promise.command, promise.first, promise.last, base64.b64encode(promise.root).decode()).encode())
    return note.is_signed_by(promise.note, key) and merkle.is_included(leaf, promise.index, receipts, promise.path, root)


class Compared:
    """Promises, while the events go by."""

    def __init__(self, promises, others):
        self.held = self.later = 0
        self.other = others
        self.last_later = None  # (tenant, the last position promised) of the first tenant that has a later one
        self._promises = promises
        self._leaves = collections.defaultdict(list)
        self._wanted = collections.defaultdict(list)
        for promise in promises:
            self._wanted[promise.tenant].append(promise)

    def take(self, tenant, leaf):
        if tenant in self._wanted:
            self._leaves[tenant].append(leaf)

    def finish(self, scope):
        """The first promise that was broken, or None."""
        broken = None
        for promise in self._promises:
            leaves = self._leaves[promise.tenant]
            if scope is not None and promise.tenant != scope:
                self.other += 1
            elif promise.last > len(leaves):
                self.later += 1
                last = (promise.tenant, promise.last)
                if self.last_later is None or self.last_later[0] == last[0]:
                    self.last_later = max(self.last_later or last, last)
            elif merkle.root_of(leaves[promise.first - 1:promise.last]) == promise.root:
                self.held += 1
            elif broken is None:
                broken = promise
        return broken
