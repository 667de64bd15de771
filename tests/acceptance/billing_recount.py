#!/usr/bin/env python3
"""Computes totals and hash of a statement (CSV of `kontor bill show -o csv`) from its lines, as engine/rules/billing/README.md
describes them, and compares them with what the statement says. Prints nothing and succeeds if they agree."""
import csv
import hashlib
import sys


def plain(text):
    """A cell as it was before it was made safe for spreadsheets."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


hashed = hashlib.sha256(b"kontor billing lines 1\n")
lines, totals, said, run = 0, {}, {}, None
for row in csv.DictReader(open(sys.argv[1], newline="")):
    row = {key: plain(value) for key, value in row.items()}
    if row["record"] == "line":
        lines += 1
        parts = [part.split("x") for part in row["parts"].split("+")]
        amount = sum(int(quantity) * int(price) for quantity, price in parts)
        assert amount == int(row["amount"]), row
        assert sum(int(quantity) for quantity, _ in parts) == int(row["quantity"]), row
        totals[row["currency"]] = totals.get(row["currency"], 0) + amount
        fields = ["id", "effectiveAt", "person", "corrects", "parts", "quantity", "unpricedBlocks", "amount", "currency",
                  "positions"]
        hashed.update(("\t".join(row[field] for field in fields) + "\n").encode())
    elif row["record"] == "total":
        said[row["currency"]] = int(row["amount"])
    elif row["record"] == "run":
        run = row
assert run is not None, "the statement has no end"
assert int(run["quantity"]) == lines, (run, lines)
assert said == totals, (said, totals)
assert run["linesHash"] == hashed.hexdigest(), "the hash of the lines differs"
