#!/usr/bin/env python3
"""The performance record, bench/record.csv: medians of runs of bench/throughput.sh, ratios first, since they hold on other
machines as well. Holds a run against the newest of its kind there, and adds it when it is told why.

record.py RUNS.csv --commit HASH --preset NAME [--why TEXT]
"""
import argparse
import csv
import datetime
import pathlib
import statistics

RECORD = pathlib.Path(__file__).with_name("record.csv")
COLUMNS = ["date", "commit", "preset", "mix", "entities", "tenants", "shape", "runs", "ratio", "p50_ratio", "commands_per_second",
           "bare_commands_per_second", "p50_us", "p99_us", "server_us_a_command", "disk_bytes_a_command", "views_behind_max_ms",
           "sync_p50_us", "sync_p99_us", "machine", "why"]


def median(rows, name):
    return statistics.median(float(row[name]) for row in rows)


def line(shape, kontor, bare, options):
    first = kontor[0]
    pairs = list(zip(kontor, bare))

    def ratio(name):
        return statistics.median(float(a[name]) / float(b[name]) for a, b in pairs)

    server = statistics.median((float(row["server_user_ns"]) + float(row["server_system_ns"])) / 1e3 for row in kontor)
    return {
        "date": datetime.date.today().isoformat(), "commit": options.commit, "preset": options.preset, "mix": first["mix"],
        "entities": first["entities"], "tenants": first["tenants"], "shape": shape, "runs": len(kontor),
        "ratio": f"{ratio('commands_per_second'):.3f}", "p50_ratio": f"{ratio('p50_us'):.3f}",
        "commands_per_second": round(median(kontor, "commands_per_second")),
        "bare_commands_per_second": round(median(bare, "commands_per_second")),
        "p50_us": round(median(kontor, "p50_us")), "p99_us": round(median(kontor, "p99_us")),
        "server_us_a_command": f"{server:.2f}", "disk_bytes_a_command": round(median(kontor, "disk_bytes")),
        "views_behind_max_ms": round(median(kontor, "views_behind_max_us") / 1e3),
        "sync_p50_us": round(median(kontor, "sync_p50_us")), "sync_p99_us": round(median(kontor, "sync_p99_us")),
        "machine": first["machine"], "why": options.why,
    }


def recorded(new):
    """The newest line of the same work."""
    if not RECORD.exists():
        return None
    with RECORD.open(newline="", encoding="utf-8") as file:
        same = [old for old in csv.DictReader(file)
                if all(old[name] == str(new[name]) for name in ("mix", "entities", "tenants", "shape", "preset"))]
    return same[-1] if same else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs")
    for name in ("--commit", "--preset"):
        parser.add_argument(name, required=True)
    parser.add_argument("--why")
    options = parser.parse_args()
    with open(options.runs, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lines = []
    for shape in dict.fromkeys(row["shape"] for row in rows):
        kontor = [row for row in rows if row["shape"] == shape and row["who"] == "kontor"]
        bare = [row for row in rows if row["shape"] == shape and row["who"] == "bare"]
        lines.append(line(shape, kontor, bare, options))
    for measured in lines:
        old = recorded(measured)
        before = f"{old['ratio']} on {old['date']} ({old['commit']})" if old else "nothing of this kind"
        print(f"record   {measured['shape']}: {measured['ratio']} of the bare pipeline; recorded: {before}")
    if not options.why:
        return
    new = not RECORD.exists()
    with RECORD.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerows(lines)


if __name__ == "__main__":
    main()
