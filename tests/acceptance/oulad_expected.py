#!/usr/bin/env python3
"""What the seats of registrations of the Open University's shape come to, counted from the CSV files alone.

    oulad_expected.py DIR

The other half of the proof: it knows nothing of kontor and shares no line with the script that feeds it. A registration
gives a seat that starts at 09:00 of its day or with the course, whichever is later, and ends at 18:00 of the day of
unregistration or with the course, whichever is earlier. A started block of 30 days costs what the tier of the flat says.
"""
import csv
import sys
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
FLAT_SIZE = 50
TIERS = {1: 1500, 50: 1200, 200: 900}  # from this size on: minor units per started block
BLOCK_PRICE = TIERS[max(size for size in TIERS if size <= FLAT_SIZE)]


def utc(local):
    """The instant of a wall clock time; one that the clocks skip is the moment they change, a double one the earlier."""
    instant = local.replace(tzinfo=BERLIN, fold=0).astimezone(timezone.utc)
    if instant.astimezone(BERLIN).replace(tzinfo=None) == local:
        return instant
    before, after = instant - timedelta(hours=3), instant  # the change lies between: narrow it down to a second
    offset = before.astimezone(BERLIN).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(BERLIN).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def started_blocks(start, end):
    """How many blocks of 30 days, by the wall clock, start before the end."""
    count = 0
    while utc(start + timedelta(days=30 * count)) < utc(end):
        count += 1
    return count


def table(name):
    with open(name, encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines)
        columns = [column.strip() for column in next(rows)]
        return [dict(zip(columns, [cell.strip() for cell in row])) for row in rows if row]


def seats_of(moves, course_start, course_end):
    """Seats of one student in one course, as (start, end), from what happened in order of time."""
    seats, since = [], None
    for at, _, what in sorted(moves):
        if at >= course_end:
            break  # the course is over: nothing can change a seat any more
        if what == "in" and since is None:
            since = max(at, course_start)
        elif what == "out" and since is not None:
            seats.append((since, at))
            since = None
    if since is not None:
        seats.append((since, course_end))
    return seats


def main(folder):
    spans, moves = {}, defaultdict(lambda: defaultdict(list))
    for row in table(f"{folder}/courses.csv"):
        code = row["code_presentation"]
        start = datetime(int(code[:4]), "ABCDEFGHIJKL".index(code[4].upper()) + 1, 1)
        spans[row["code_module"], code] = start, start + timedelta(days=int(row["module_presentation_length"]))
    for number, row in enumerate(table(f"{folder}/studentRegistration.csv")):
        course = row["code_module"], row["code_presentation"]
        if course not in spans or row["date_registration"] in ("", "?"):
            continue
        midnight, student = spans[course][0], moves[course][row["id_student"]]
        student.append((midnight + timedelta(days=float(row["date_registration"]), hours=9), number, "in"))
        if row["date_unregistration"] not in ("", "?"):
            student.append((midnight + timedelta(days=float(row["date_unregistration"]), hours=18), number, "out"))
    all_seats = all_blocks = 0
    for course, (start, end) in spans.items():
        seats = [seat for history in moves[course].values() for seat in seats_of(history, start, end)]
        blocks = sum(started_blocks(*seat) for seat in seats)
        print(*course, "seats", len(seats), "blocks", blocks, "amount", blocks * BLOCK_PRICE)
        all_seats, all_blocks = all_seats + len(seats), all_blocks + blocks
    print("sum seats", all_seats, "blocks", all_blocks, "amount", all_blocks * BLOCK_PRICE)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
