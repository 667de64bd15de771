#!/usr/bin/env python3
"""Asks a server what each presentation of DIR/courses.csv comes to, and prints one line for each, and their sum.

    oulad_settlements.py DIR KONTOR SERVER TENANT

Every page is read, and the seats on the pages must add up to what the answer says of the whole course.
"""
import csv
import json
import subprocess
import sys


class Ledger:
    """One tenant of a server, asked through the command line."""

    def __init__(self, program, server, tenant):
        self.program, self.where = program, ["--server", server, "--tenant", tenant, "-o", "json"]
        self.position = self.ask("status")["position"]

    def ask(self, *words):
        told = subprocess.run([self.program, *words, *self.where], check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(told.stdout)

    def page(self, course, after):
        """The answer as of the newest event: the views may still be reading."""
        question = ["query", "CourseSettlement", f"course={course}", "limit=1000", "--wait-position", self.position]
        return self.ask(*question, *([f"after={after}"] if after else []))


def settlement(ledger, course):
    lines, after = [], None
    while True:
        answer = ledger.page(course, after)
        lines += answer.get("lines", [])
        after = answer.get("next")
        if not after:
            break
    told = tuple(int(answer.get(field, 0)) for field in ("seats", "blocks", "amount"))
    added = (len(lines), *(sum(int(line.get(field, 0)) for line in lines) for field in ("blocks", "amount")))
    if told != added:
        sys.exit(f"{course}: the answer says {told}, its pages add up to {added}")
    if answer.get("state") == "notEnded":
        sys.exit(f"{course} has not ended")
    return told


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    folder, ledger = sys.argv[1], Ledger(*sys.argv[2:])
    total = (0, 0, 0)
    with open(f"{folder}/courses.csv", newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            module, presentation = row["code_module"].strip(), row["code_presentation"].strip()
            told = settlement(ledger, f"{module}-{presentation}")
            print(f"{module} {presentation} seats {told[0]} blocks {told[1]} amount {told[2]}")
            total = tuple(a + b for a, b in zip(total, told))
    print(f"sum seats {total[0]} blocks {total[1]} amount {total[2]}")


main()
