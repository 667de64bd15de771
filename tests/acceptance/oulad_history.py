#!/usr/bin/env python3
"""Turns registrations of the Open University's shape into a history file (docs/history-import.md).

    oulad_history.py DIR > history.jsonl

One campus with a flat of 50 seats; each presentation is a course; each registration an invitation with a course seat at
09:00 of its day, each unregistration the end of that membership at 18:00 of its day, all in Europe/Berlin. Rows without a
registration date, and rows of a presentation that courses.csv does not name, are reported and left out.
"""
import csv
import datetime
import json
import pathlib
import sys
import zoneinfo

ZONE = zoneinfo.ZoneInfo("Europe/Berlin")
CAMPUS = "open-university"


def moment(day, hour):
    return datetime.datetime.combine(day, datetime.time(hour), ZONE)


def read(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            yield number, {key: (value or "").strip() for key, value in row.items() if key}


def first_day(presentation):
    """The letter is the month: B is February, J is October."""
    year, letter = int(presentation[:-1]), presentation[-1].upper()
    return datetime.date(year, ord(letter) - ord("A") + 1, 1)


def day_or_none(text):
    return None if text in ("", "?") else int(float(text))


def command(at, role, name, **fields):
    actor = {"role": role, "id": "registry", "channel": "import"}
    return at, {"at": at.isoformat(), "type": name, "actor": actor, **fields}


def read_courses(path):
    courses = {}
    for _, row in read(path):
        key = (row["code_module"], row["code_presentation"])
        start = first_day(row["code_presentation"])
        courses[key] = (start, start + datetime.timedelta(days=int(row["module_presentation_length"])))
    return courses


def registrations(path, courses):
    """Commands in the order of the file, and how many rows were left out."""
    commands, left_out = [], 0
    for number, row in read(path):
        key = (row["code_module"], row["code_presentation"])
        registered = day_or_none(row["date_registration"])
        if key not in courses or registered is None:
            why = "no registration date" if key in courses else "no such presentation"
            print(f"line {number}: {' '.join(key)} student {row['id_student']}: {why}, left out", file=sys.stderr)
            left_out += 1
            continue
        start = courses[key][0]
        who = {"course": "-".join(key), "person": row["id_student"]}
        at = moment(start + datetime.timedelta(days=registered), 9)
        commands.append(command(at, "campusManager", "InviteToCourse", **who, seatType="course"))
        unregistered = day_or_none(row["date_unregistration"])
        if unregistered is not None:
            at = moment(start + datetime.timedelta(days=unregistered), 18)
            commands.append(command(at, "campusManager", "EndCourseMembership", **who))
    return commands, left_out


def opening(courses, commands):
    """The campus, its flat from the first of January on, and the courses: before anybody registers."""
    firsts = [start for start, _ in courses.values()] + [at.date() for at, _ in commands]
    new_year = datetime.date(min(firsts).year, 1, 1)
    far_end = datetime.date(max(end for _, end in courses.values()).year + 1, 1, 1)
    eve = moment(new_year - datetime.timedelta(days=1), 0)
    prices = [{"fromSize": 1, "unitPrice": 1500}, {"fromSize": 50, "unitPrice": 1200}, {"fromSize": 200, "unitPrice": 900}]
    yield command(eve, "backend", "OpenCampus", campus=CAMPUS, kind="flat", timeZone="Europe/Berlin")
    yield command(eve, "contractDesk", "BookFlat", campus=CAMPUS, period=f"{new_year.year}-{far_end.year}", size=50,
                  **{"from": moment(new_year, 0).isoformat(), "to": moment(far_end, 0).isoformat()},
                  currency="EUR", prices=prices, rounding="started")
    yield command(eve, "support", "EnableBothSeatTypes", campus=CAMPUS, state="on")
    for key, (start, end) in courses.items():
        yield command(moment(new_year, 0), "campusManager", "CreateCourse", campus=CAMPUS, course="-".join(key),
                      start=moment(start, 0).isoformat(), end=moment(end, 0).isoformat(), seatTypes="campusAndCourse")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    courses = read_courses(folder / "courses.csv")
    commands, left_out = registrations(folder / "studentRegistration.csv", courses)
    # Sorting is stable: at the same instant courses come first, then the rows as the file has them.
    history = sorted([*opening(courses, commands), *commands], key=lambda entry: entry[0])
    for _, line in history:
        print(json.dumps(line, separators=(",", ":")))
    print(f"{len(courses)} courses, {len(history)} lines, {left_out} rows left out", file=sys.stderr)


main()
