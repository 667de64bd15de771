#!/usr/bin/env python3
"""The second verifier: verify.py BUNDLE --key NOTEKEY [--checkpoints DIR] [--complete]. Prints the report as one line of JSON; exit code 0
proven, 1 a contradiction, 2 unusable (docs/verifier.md)."""
import argparse
import os
import sys

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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle")
    parser.add_argument("--key", required=True)
    parser.add_argument("--checkpoints")
    parser.add_argument("--complete", action="store_true")
    asked = parser.parse_args()
    key = note.parse_key(asked.key)
    if key is None or key.type != note.ED25519:
        parser.error("the key is not of the form name+id+base64")
    kept = None if asked.checkpoints is None else list(kept_notes(asked.checkpoints))
    with open(asked.bundle, "rb") as file:
        code, said = verification.Verification(key, kept, asked.complete).run(file)
    sys.stdout.buffer.write(report.to_json(said))
    return code


if __name__ == "__main__":
    sys.exit(main())
