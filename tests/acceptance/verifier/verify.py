#!/usr/bin/env python3
"""The second verifier: verify.py BUNDLE --key NOTEKEY [--checkpoints DIR] [--complete] [--receipts FILE]. Prints the report as one line of JSON; exit code 0
proven, 1 a contradiction, 2 unusable (docs/verifier.md)."""
import argparse
import os
import sys

import bundle
import note
import report
import verification


def kept_notes(folder):
    """The notes below the folder, in the order of their paths."""
    paths = [os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names
             if name.endswith((".note", ".conflict")) and not name.startswith(".")]
    for path in sorted(paths):
        with open(path, "rb") as file:
            yield file.read()


def read_file(path):
    with open(path, "rb") as file:
        return file.read()


def remembered(asked):
    """The leaf hashes of the time before, of the tree that the bundle says it is of."""
    if asked.checkpoints is None:
        return b""
    with open(asked.bundle, "rb") as file:
        try:
            origin = bundle.Reader(file).header.origin
        except bundle.Unusable:
            return b""
    path = os.path.join(asked.checkpoints, note.origin_text(origin).replace("/", "_"), "leaves.sha256")
    return read_file(path) if os.path.exists(path) else b""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle")
    parser.add_argument("--key", required=True)
    parser.add_argument("--checkpoints")
    parser.add_argument("--complete", action="store_true")
    parser.add_argument("--receipts")
    asked = parser.parse_args()
    key = note.parse_key(asked.key)
    if key is None or key.type != note.ED25519:
        parser.error("the key is not of the form name+id+base64")
    kept = None if asked.checkpoints is None else list(kept_notes(asked.checkpoints))
    promised = read_file(asked.receipts) if asked.receipts else None
    with open(asked.bundle, "rb") as file:
        code, said = verification.Verification(key, kept, asked.complete, promised, remembered(asked)).run(file)
    sys.stdout.buffer.write(report.to_json(said))
    return code


if __name__ == "__main__":
    sys.exit(main())
