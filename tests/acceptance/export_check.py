#!/usr/bin/env python3
"""Reads exports again with Python alone. export_check.py EVENTS CSV SQLITE GOBD: the directories of four exports of the same
tenant. Counts, sums and columns have to agree between all of them. Prints what it compared; a difference ends it."""
import base64
import csv
import hashlib
import json
import pathlib
import sqlite3
import sys
import xml.etree.ElementTree as xml
from decimal import Decimal

lines_dir, csv_dir, sqlite_dir, gobd_dir = map(pathlib.Path, sys.argv[1:5])
MARKS = tuple("=+-@\t\r\n'")


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def root(leaves):
    """RFC 6962, split at the largest power of two."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()


def manifest(directory):
    fields, files = {}, []
    for line in (directory / "manifest.txt").read_text().split("\n\n")[0].splitlines()[1:]:
        key, value = line.split(" ", 1)
        if len(key) == 64:
            files.append((key, *value.split(" ", 1)))
        else:
            fields[key] = value
    for digest, size, name in files:
        content = (directory / name).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (digest, int(size)), name
    return fields


def read_csv(name):
    with open(csv_dir / f"{name}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def undefused(text):
    return text[1:] if text.startswith("'") else text


fields = [manifest(directory) for directory in (lines_dir, csv_dir, sqlite_dir, gobd_dir)]
assert len({(f["size"], f["root"]) for f in fields}) == 1, "four exports, one tree"

# JSON lines: the leaves of the stored bytes make the root, and the tables know the same leaves.
stored = [json.loads(line) for line in open(lines_dir / "events.jsonl", encoding="utf-8")]
leaves = [leaf(base64.b64decode(event["stored"], validate=True)) for event in stored]
assert base64.b64encode(root(leaves)).decode() == fields[0]["root"], "the root"
events = read_csv("events")
assert [row["leaf_hash"] for row in events] == [one.hex() for one in leaves]
for event, row in zip(stored, events):
    shown = json.loads(row["content"])
    del event["stored"]
    assert shown == event and row["type"] == event["type"] and row["position"] == event["position"]

# CSV against SQLite, cell by cell.
database = sqlite3.connect(f"file:{sqlite_dir / 'export.sqlite'}?mode=ro", uri=True)
assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
assert database.execute("PRAGMA foreign_key_check").fetchall() == []
tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
cells = 0
for table in tables:
    cursor = database.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in cursor.description]
    wanted = sorted(tuple("" if cell is None else str(cell) for cell in row) for row in cursor)
    found = []
    for row in read_csv(table):
        assert list(row) == names, table
        out = []
        for name, cell in row.items():
            text = cell.startswith("'")
            assert text or not cell.startswith(MARKS) or cell.lstrip("-").isdigit(), f"{table}.{name}: {cell!r}"
            cell = undefused(cell)
            # A moment has nine decimals in the database and as many as needed in CSV.
            if len(cell) >= 20 and cell[10] == "T" and cell.endswith("Z") and cell[:4].isdigit():
                seconds, _, decimals = cell[:-1].partition(".")
                cell = f"{seconds}.{decimals:0<9}Z"
            out.append(cell)
            cells += 1
        found.append(tuple(out))
    assert sorted(found) == wanted, table

# The package for the tax office, by its index alone.
index = xml.parse(gobd_dir / "index.xml").getroot()
package = {}
for table in index.iter("Table"):
    kinds = [column for column in table.find("VariableLength") if column.tag in ("VariablePrimaryKey", "VariableColumn")]
    names = [column.findtext("Name") for column in kinds]
    assert table.find("UTF8") is not None and table.findtext("DecimalSymbol") == ","
    with open(gobd_dir / table.findtext("URL"), newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter=";", strict=True))
    for row in rows:
        assert len(row) == len(names), table.findtext("URL")
        for column, cell in zip(kinds, row):
            if cell and column.find("Numeric") is not None:
                Decimal(cell.replace(",", "."))
            if cell and column.find("Date") is not None:
                assert len(cell) == 10 and cell[2] == cell[5] == "."
            if column.find("MaxLength") is not None:
                assert len(cell) <= int(column.findtext("MaxLength"))
    package[table.findtext("Name")] = [dict(zip(names, row)) for row in rows]
assert {path.name for path in gobd_dir.iterdir()} == {f"{name}.csv" for name in package} | {
    "index.xml", "gdpdu-01-09-2004.dtd", "manifest.txt"}
sums = {}
for line in package["billing_lines"]:
    key = line["run"], line["currency"]
    sums[key] = sums.get(key, 0) + Decimal(line["amount"].replace(",", "."))
totals = {(total["run"], total["currency"]): Decimal(total["amount"].replace(",", ".")) for total in package["billing_totals"]}
assert sums == {key: amount for key, amount in totals.items() if key in sums} and totals, "sums of the package"
for name, rows in package.items():
    assert len(rows) == database.execute(f"SELECT count(*) FROM {name}").fetchone()[0], name
print(f"{len(stored)} events, {len(tables)} tables, {cells} cells, {sum(totals.values())} billed")
