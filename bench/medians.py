#!/usr/bin/env python3
"""Medians of runs that were made in turns, as a table: for every shape one line of each program, and the ratio.

medians.py RUNS.csv --of WHO --to OTHER      the columns are those of `kontor bench -o csv` behind who and shape
"""
import argparse
import csv
import statistics

COLUMNS = [  # column, heading, factor, decimals
    ("commands_per_second", "commands/s", 1, 0),
    ("p50_us", "p50 us", 1, 0),
    ("p99_us", "p99 us", 1, 0),
    ("p999_us", "p99.9 us", 1, 0),
    ("max_us", "max us", 1, 0),
    ("server_us", "server us", 1, 2),
    ("client_us", "client us", 1, 2),
    ("disk_bytes", "disk B", 1, 0),
    ("memory_bytes", "memory B", 1, 0),
    ("views_behind_max_us", "views ms", 1e-3, 1),
    ("sync_p50_us", "sync p50", 1, 0),
    ("sync_p99_us", "sync p99", 1, 0),
]


def median(rows, column):
    return statistics.median(float(row[column]) for row in rows)


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["server_us"] = (float(row["server_user_ns"]) + float(row["server_system_ns"])) / 1e3
        row["client_us"] = (float(row["client_user_ns"]) + float(row["client_system_ns"])) / 1e3
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs")
    parser.add_argument("--of", required=True)
    parser.add_argument("--to", required=True)
    options = parser.parse_args()
    rows = read(options.runs)
    shapes = list(dict.fromkeys(row["shape"] for row in rows))
    print(f"{'shape':<12}{'':<10}" + "".join(f"{heading:>12}" for _, heading, _, _ in COLUMNS) + "   spread of commands/s")
    for shape in shapes:
        of_shape = {}
        for who in (options.to, options.of):
            of_shape[who] = [row for row in rows if row["shape"] == shape and row["who"] == who]
            rates = sorted(float(row["commands_per_second"]) for row in of_shape[who])
            cells = "".join(f"{median(of_shape[who], column) * factor:>12,.{digits}f}" for column, _, factor, digits in COLUMNS)
            print(f"{shape:<12}{who:<10}{cells}   {rates[0]:,.0f} to {rates[-1]:,.0f}, {len(rates)} runs")
        # Runs that were neighbours had the same machine: the median of their ratios is steadier than that of medians.
        pairs = list(zip(of_shape[options.of], of_shape[options.to]))
        ratio = {column: statistics.median(float(a[column]) / max(float(b[column]), 1e-9) for a, b in pairs)
                 for column in ("commands_per_second", "p50_us", "p99_us")}
        print(f"{shape:<12}{'ratio':<10}{ratio['commands_per_second']:>12.2f}{ratio['p50_us']:>12.2f}{ratio['p99_us']:>12.2f}")


if __name__ == "__main__":
    main()
