#!/usr/bin/env python3
"""The same question with what an auditor has kept: compare_kept.py KONTOR-VERIFY [CASES]. Draws bundles, folders of checkpoints (good, of
another key, of another tree, changed, remembered leaves) and files of receipts, and asks both programs by their command lines."""
import base64
import json
import os
import random
import subprocess
import sys
import tempfile

import compare
import merkle
import mutate
import note

HERE = os.path.dirname(os.path.abspath(__file__))


def checkpoint(base, leaves, tenant, size, epoch=1):
    return note.Checkpoint(note.Origin(compare.LOG, epoch, tenant), size, merkle.root_of(leaves[:size]))


def folder_of_notes(folder, base, leaves, chosen):
    scope = base.header.origin.tenant
    for i in range(chosen.randrange(4)):
        size = chosen.randrange(len(leaves) + 3)
        signed = checkpoint(base, leaves, scope, size, chosen.choice((1, 1, 1, 2)))
        draw = chosen.random()
        if draw < 0.1:
            signed = signed._replace(root=chosen.randbytes(32))
        elif draw < 0.2:
            signed = signed._replace(origin=chosen.choice((signed.origin._replace(tenant="t-9"), signed.origin._replace(log="other.log"))))
        signer = compare.OTHER if chosen.random() < 0.08 else compare.SIGNER
        encoded = signer.sign(signed)
        if chosen.random() < 0.08:
            encoded = mutate.Mutator._changed(encoded, chosen)
        name = chosen.choice((f"{i}.note", f"deeper/{i}.note", f"{i}.conflict", f".{i}.note", f"{i}.txt"))
        os.makedirs(os.path.join(folder, os.path.dirname(name)), exist_ok=True)
        with open(os.path.join(folder, name), "wb") as file:
            file.write(encoded)


def remember(folder, base, leaves, chosen):
    """Leaves beside the note that speaks of them; one is another at times, and then the root is, too."""
    size = chosen.randrange(1, len(leaves) + 1)
    known = list(leaves[:size])
    if chosen.random() < 0.5:
        known[chosen.randrange(size)] = chosen.randbytes(32)
    origin = base.header.origin
    own = os.path.join(folder, note.origin_text(origin).replace("/", "_"))
    os.makedirs(own, exist_ok=True)
    with open(os.path.join(own, "leaves.sha256"), "wb") as file:
        file.write(b"".join(known))
    with open(os.path.join(own, f"{size:020}.note"), "wb") as file:
        file.write(compare.SIGNER.sign(note.Checkpoint(origin, size, merkle.root_of(known))))


def receipts(base, chosen):
    """Lines of promises, three to a group."""
    by_tenant = {}
    for _, tenant, _, stored in base.events:
        by_tenant.setdefault(tenant, []).append(merkle.leaf_hash(stored))
    promised = []
    for i in range(chosen.randrange(1, 7)):
        tenant = chosen.choice(list(by_tenant) + ["t-9"])
        leaves = by_tenant.get(tenant, list(by_tenant.values())[0])
        first = chosen.randrange(1, len(leaves) + 2)
        last = min(first + chosen.randrange(3), len(leaves) + 1)
        root = merkle.root_of(leaves[first - 1:last]) if chosen.random() < 0.9 else chosen.randbytes(32)
        command = f"{i + 1:08x}-0000-0000-0000-{chosen.randrange(2**48):012x}"
        promised.append((tenant, command, first, last, base64.b64encode(root).decode()))
    lines = []
    for at in range(0, len(promised), 3):
        group = promised[at:at + 3]
        hashes = [merkle.leaf_hash(("kontor receipt\n" + "\n".join(map(str, one)) + "\n").encode()) for one in group]
        text = f"{compare.LOG}/1/receipts\n{at + 1}\n1803855600000000000\n{len(group)}\n{base64.b64encode(merkle.root_of(hashes)).decode()}\n"
        signer = compare.OTHER if chosen.random() < 0.1 else compare.SIGNER
        signed = note.write_note(text, [(signer.name, note.key_id(signer.note_key), signer.key.sign(text.encode()))])
        for i, (tenant, command, first, last, root) in enumerate(group):
            index = i if chosen.random() < 0.9 else i + 1
            path = [base64.b64encode(one).decode() for one in merkle.inclusion_path(hashes, i)]
            lines.append({"tenant": tenant, "command": command, "first": str(first), "last": str(last), "eventsRoot": root, "index": str(index),
                          "path": path, "note": signed.decode()})
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    draw = chosen.random()
    return text[:-5] if draw < 0.1 else text.replace(b'"first":', b'"frist":', 1) if draw < 0.15 else text


def ask(program, options):
    done = subprocess.run([program] + options, capture_output=True, check=False)
    return done.returncode, done.stdout


def case(seed, program, work):
    chosen = random.Random(seed)
    base = mutate.Base(compare.made_up(chosen.randrange(compare.MADE_UP)), compare.SIGNER)
    data = base.encoded
    scope = base.header.origin.tenant
    leaves = [merkle.leaf_hash(stored) for _, tenant, _, stored in base.events if scope in (None, tenant)]
    kept, path = os.path.join(work, f"{seed}.kept"), os.path.join(work, f"{seed}.bundle")
    os.makedirs(kept)
    options = [path, "--key", note.key_text(compare.SIGNER.note_key)]
    if chosen.random() < 0.8:
        options += ["--checkpoints", kept]
        folder_of_notes(kept, base, leaves, chosen)
        if chosen.random() < 0.3:
            remember(kept, base, leaves, chosen)
    if chosen.random() < 0.5:
        options += ["--receipts", os.path.join(work, f"{seed}.receipts")]
        with open(options[-1], "wb") as file:
            file.write(receipts(base, chosen))
    if chosen.random() < 0.3:
        options += ["--complete"]
    with open(path, "wb") as file:
        file.write(data)
    theirs = ask(program, options + ["-o", "json"])
    mine = ask(sys.executable, ["-B", os.path.join(HERE, "verify.py")] + options)
    return theirs, mine, options


def main():
    program, cases = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 40
    ends, wrong = {}, 0
    with tempfile.TemporaryDirectory() as work:
        for seed in range(cases):
            theirs, mine, options = case(seed, program, work)
            said = json.loads(mine[1].decode("latin-1"))
            same = theirs[0] == mine[0] and (theirs[1] == mine[1] if mine[0] == 0 else all(
                said.get(name) == json.loads(theirs[1].decode("latin-1")).get(name) for name in compare.COMPARED))
            end = said.get("kind", said["verdict"])
            ends[end] = ends.get(end, 0) + 1
            if not same:
                wrong += 1
                print(f"DIFFERENT: case {seed} {options[3:]}\n  kontor-verify: {theirs}\n  the second:    {mine}"[:3000])
    print(f"{cases} cases with what was kept: {wrong} judged differently; {dict(sorted(ends.items()))}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
