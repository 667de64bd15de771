#!/usr/bin/env python3
"""Talks to a server as no client of ours does: messages that break off, that are no messages, rows that are
uploaded and never imported. The words in them must not be found anywhere afterwards.

  erasure_frames.py ADDRESS TENANT KIND WORD...

The schema does the encoding (`capnp encode`), so that what is broken is broken on purpose."""
import pathlib
import socket
import struct
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def frame(text):
    """A frame of the wire protocol, from Cap'n Proto's text form."""
    done = subprocess.run(["capnp", "encode", f"-I{ROOT}", str(ROOT / "server/protocol/wire.capnp"), "Frame"],
                          input=text.encode(), capture_output=True)
    if done.returncode:
        sys.exit(done.stderr.decode())
    return done.stdout


def read_frame(peer):
    head = b""
    while len(head) < 8:
        more = peer.recv(8 - len(head))
        if not more:
            return b""
        head += more
    segments, words = struct.unpack("<II", head)
    body = b""
    while len(body) < words * 8:
        more = peer.recv(words * 8 - len(body))
        if not more:
            return b""
        body += more
    return head + body


def register(word, person="p-frame"):
    return ('(requestId=7, command=(id=0x"000102030405060708090a0b0c0d0e0f", content=(actor=(role=backend, id="b"),'
            f' body=(registerPerson=(person="{person}", email="{word}@example.org", name="{word}")))))')


def messages(kind, words):
    """What is sent behind the hello."""
    first = words[0]
    if kind == "unfinished-upload":
        rows = ", ".join(f'(line={i + 1}, email="{word}@example.org", name="{word}")' for i, word in enumerate(words))
        yield frame(f'(requestId=1, rosterRows=(fileHash="{"ab" * 32}", first=0, rows=[{rows}]))')
    elif kind == "wrong-upload":  # a piece is missing: what was uploaded is forgotten
        rows = f'(line=1, email="{first}@example.org", name="{first}")'
        yield frame(f'(requestId=1, rosterRows=(fileHash="{"cd" * 32}", first=0, rows=[{rows}]))')
        yield frame(f'(requestId=2, rosterRows=(fileHash="{"cd" * 32}", first=9, rows=[{rows}]))')
    elif kind == "cut":
        yield frame(register(first))[:-24]
    elif kind == "wrong-pointer":
        whole = bytearray(frame(register(first)))
        whole[8 + 6] = 0xFF  # more pointers than the message has words
        yield bytes(whole)
    elif kind == "many-segments":
        whole = frame(register(first))
        yield struct.pack("<III", 1, len(whole) // 8 - 1, 1) + whole[8:]
    elif kind == "too-large":
        yield struct.pack("<II", 0, 1 << 24) + first.encode() * 4096
    elif kind == "not-utf8":
        yield frame(register(first)).replace(b"example", b"ex\xff\xfeple")
    elif kind == "other-protocol":
        yield f"GET /?email={first}@example.org HTTP/1.1\r\nHost: {first}\r\n\r\n".encode()
    else:
        sys.exit(f"unknown kind {kind}")


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    tenant, kind, words = sys.argv[2], sys.argv[3], sys.argv[4:]
    with socket.create_connection((host, int(port)), timeout=20) as peer:
        if kind != "other-protocol":
            # A client may call itself as it likes; its name is kept nowhere.
            peer.sendall(frame(f'(requestId=0, hello=(protocol=1, tenant="{tenant}", clientName="{words[-1]}"))'))
            read_frame(peer)
        for message in messages(kind, words):
            peer.sendall(message)
            if kind in ("unfinished-upload", "wrong-upload", "wrong-pointer", "many-segments", "not-utf8"):
                read_frame(peer)
        peer.shutdown(socket.SHUT_WR)
        while peer.recv(65536):
            pass


if __name__ == "__main__":
    main()
