"""A stored event, read once and kept with its leaf hash: changed bundles share most of their events."""
import hashlib

import capnp
import streams

KEPT_MAX = 200_000
NO_COMMAND = (b"", bytes(16))
_kept = {}


class Event:
    __slots__ = ("leaf", "envelope", "kind", "body", "stream", "command", "digest", "actor_role")


class Envelope:
    __slots__ = ("tenant", "position", "stream", "version", "recordedAt", "effectiveAt")

    def __init__(self, record):
        for name in self.__slots__:
            setattr(self, name, record[name])


def read(stored):
    """The event in these bytes; one without `envelope` when there is none."""
    event = _kept.get(stored)
    if event is None:
        if len(_kept) >= KEPT_MAX:
            _kept.clear()
        event = _kept[bytes(stored)] = _read(stored)
    return event


def _read(stored):
    event = Event()
    event.leaf = hashlib.sha256(b"\0" + stored).digest()
    event.envelope = None
    try:
        envelope = capnp.read_message(stored, "RecordedEvent")
    except capnp.Malformed:
        return event
    domain = envelope[envelope.which]
    event.kind = domain.which
    event.body = domain[domain.which]
    event.stream = streams.stream_of(envelope.which, event.kind, event.body)
    event.command = None if envelope.commandId in NO_COMMAND else envelope.commandId
    event.digest = envelope.payloadDigest or bytes(16)
    event.actor_role = envelope.actor.role
    event.envelope = Envelope(envelope)
    return event
