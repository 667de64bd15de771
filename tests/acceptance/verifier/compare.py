#!/usr/bin/env python3
"""Do kontor-verify and the second verifier agree? compare.py BATCH [--bundles DIR] [--mutants N] [--seed N] [--jobs N] [--keep DIR]

BATCH is the program verify_batch. Good bundles, drawn at random and, if named, those that a server's code made (DIR/*.bundle, of the key
of seed 01…01), must be proven by both with the same bytes. Then N changed ones must end alike: exit code, kind of contradiction, tenant,
position or offset; the whole report if one is proven all the same. Prints what was compared; exit code 1 when anything differs."""
import argparse
import collections
import gc
import glob
import io
import json
import multiprocessing
import os
import random
import subprocess
import sys
import time

import bundle
import histories
import merkle
import mutate
import note
import report
import verification

LOG = "ledger.example.org/7f3a9c"
SIGNER = mutate.Signer(LOG, b"\1" * 32)
OTHER = mutate.Signer(LOG, b"\2" * 32)
THIRD = mutate.Signer(LOG, b"\3" * 32)
MADE_UP = 120
DOMAINS = [("credits", "seats", "communities", "access", "billing"), ("seats",), ("seats", "billing"), ("credits", "billing"),
           ("seats", "billing"), ("access", "communities", "billing")]
SHOWN = 10
MUTATED_BYTES_MAX = 18_000  # of a good bundle: a small one is as good to change, and many more of them are compared
COMPARED = ("verdict", "kind", "tenant", "position", "offset")


def header(tenant, events):
    return bundle.Header(note.Origin(LOG, 1, tenant), 1, events)


def made_up(seed):
    """A bundle of a history drawn at random, of one tenant or of a store of a few."""
    chosen = random.Random(seed)
    domains = DOMAINS[seed % len(DOMAINS)]
    store = seed % 7 == 0
    tenants = ["t-1", "t-2", "other"][:chosen.randrange(1, 3)] if store else ["t-1"]
    events = []
    for place, tenant in enumerate(tenants):
        walk = histories.Walk(tenant, seed * 10 + place, domains).run(chosen.randrange(8, 40) // len(tenants))
        events += [(record.recordedAt, tenant, record.position, stored) for record, stored in zip(walk.records, walk.stored())]
    events.sort(key=lambda event: event[0])
    events = [(i // 3 + 1, *event[1:]) for i, event in enumerate(events)]
    scope = None if store else "t-1"
    notes, counts = [], collections.Counter()
    for i, event in enumerate(events):
        counts[event[1]] += 1
        if chosen.random() < 0.04 or i + 1 == len(events):
            notes.append((scope, i + 1 if store else counts["t-1"]))
            if store and chosen.random() < 0.7:
                notes.append((event[1], counts[event[1]]))
    if chosen.random() < 0.2:
        notes.append((scope, len(events) + 7))
    notes = sorted(set(notes), key=lambda one: one[1])
    checkpoints = [note.Checkpoint(note.Origin(LOG, 1, tenant), size, merkle.EMPTY) for tenant, size in notes]
    base = type("Parts", (), {"header": header(scope, len(events)), "others": [("K", note.key_text(SIGNER.note_key).encode())][seed % 3:],
                              "notes": checkpoints, "signer": SIGNER})
    return mutate.build(base, events)


class Batch:
    """The C++ verifier, behind a pipe."""

    def __init__(self, program):
        self._process = subprocess.Popen([program, note.key_text(SIGNER.note_key)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, data, complete):
        self._process.stdin.write(bytes([complete]) + len(data).to_bytes(4, "little") + data)
        self._process.stdin.flush()

    def answer(self):
        line = self._process.stdout.readline()
        if not line:
            return None, b"the program has ended"
        code, _, said = line.partition(b" ")
        return int(code), said

    def close(self):
        self._process.stdin.close()
        self._process.wait()


def compare(batch, data, complete):
    """(what both say, or None; what the first says; what the second says)."""
    batch.ask(data, complete)
    try:
        code, said = verification.Verification(SIGNER.note_key, complete=bool(complete)).run(io.BytesIO(data))
    except Exception as mistake:  # pylint: disable=broad-except
        code, said = None, {"verdict": f"the second verifier failed: {mistake!r}"}
    other_code, other_said = batch.answer()
    mine = report.to_json(said)
    if code == 0 or other_code in (0, None):
        same = code == other_code and mine == other_said
    else:
        theirs = json.loads(other_said.decode("latin-1"))
        same = code == other_code and all(said.get(name) == theirs.get(name) for name in COMPARED)
    return said.get("kind", said["verdict"]) if same else None, other_said, mine


def work(task):
    gc.set_threshold(200_000)  # there is little to find, and much to look through
    program, bases, first, count, keep = task
    mutator = mutate.Mutator([mutate.Base(data, SIGNER) for data in bases], OTHER, THIRD)
    batch, ended, differing = Batch(program), collections.Counter(), []
    for seed in range(first, first + count):
        kind, _, data = mutator.mutant(seed)
        agreed, theirs, mine = compare(batch, data, seed % 7 == 0)
        ended[kind, agreed or "DIFFERENT"] += 1
        if agreed is None:
            differing.append((kind, seed, theirs.decode("latin-1").strip(), mine.decode("latin-1").strip()))
            if keep:
                with open(os.path.join(keep, f"{seed}.bundle"), "wb") as file:
                    file.write(data)
            if theirs == b"the program has ended":
                batch.close()
                batch = Batch(program)
    batch.close()
    return ended, differing


def compare_good(program, bases):
    """Both prove every good bundle, in the same words."""
    batch, wrong = Batch(program), 0
    for data in bases:
        agreed, theirs, mine = compare(batch, data, 0)
        if agreed != "proven":
            wrong += 1
            if wrong <= SHOWN:
                print(f"a good bundle: kontor-verify says {theirs[:600]}, the second {mine[:600]}")
    batch.close()
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("batch")
    parser.add_argument("--bundles")
    parser.add_argument("--mutants", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep")
    asked = parser.parse_args()
    started = time.monotonic()
    bases = [made_up(seed) for seed in range(MADE_UP)]
    for path in sorted(glob.glob(os.path.join(asked.bundles, "*.bundle"))) if asked.bundles else ():
        with open(path, "rb") as file:
            bases.append(file.read())
    wrong = compare_good(asked.batch, bases)
    print(f"{len(bases)} good bundles, {sum(map(len, bases))} bytes: {wrong} not proven by both in the same words")
    bases = [data for data in bases if len(data) <= MUTATED_BYTES_MAX]
    each = max(1, min(2000, asked.mutants // asked.jobs))
    tasks = [(asked.batch, bases, asked.seed * 10**9 + first, min(each, asked.mutants - first), asked.keep)
             for first in range(0, asked.mutants, each)]
    ended, differing = collections.Counter(), []
    with multiprocessing.Pool(asked.jobs) as pool:
        for counts, found in pool.imap_unordered(work, tasks):
            ended += counts
            differing += found
            for one in found[:SHOWN] if len(differing) <= 3 * SHOWN else ():
                print("DIFFERENT: {} {}\n  kontor-verify: {:.400}\n  the second:    {:.400}".format(*one), flush=True)
    by_end = collections.Counter()
    for (_, end), count in ended.items():
        by_end[end] += count
    for end, count in sorted(by_end.items()):
        print(f"{count:9} {end}")
    kinds = collections.Counter(kind for kind, _, _, _ in differing)
    print(f"{sum(ended.values())} changed bundles, {len(differing)} of them judged differently"
          + (f" ({dict(kinds)})" if differing else "") + f", {time.monotonic() - started:.0f} s")
    return 1 if wrong or differing else 0


if __name__ == "__main__":
    sys.exit(main())
