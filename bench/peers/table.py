#!/usr/bin/env python3
"""Medians of the runs of bench/peers/compare.sh, and how many times as much kontor does: table.py RUNS.csv"""
import csv
import statistics
import sys


def main():
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    print(f"{'work':<8}{'shape':<12}{'':<12}{'commands/s':>12}{'p50 us':>10}{'p99 us':>10}{'p99.9 us':>10}{'kontor':>9}   spread")
    for work, shape in dict.fromkeys((row["work"], row["shape"]) for row in rows):
        here = [row for row in rows if (row["work"], row["shape"]) == (work, shape)]
        rates = {}
        for who in dict.fromkeys(row["who"] for row in here):
            mine = [row for row in here if row["who"] == who]
            rate, p50, p99, p999 = (statistics.median(float(row[name]) for row in mine)
                                    for name in ("commands_per_second", "p50_us", "p99_us", "p999_us"))
            rates[who] = [float(row["commands_per_second"]) for row in mine]
            # Neighbours had the same machine.
            ahead = statistics.median(a / max(b, 1) for a, b in zip(rates["kontor"], rates[who])) if "kontor" in rates else 0
            print(f"{work:<8}{shape:<12}{who:<12}{rate:>12,.0f}{p50:>10,.0f}{p99:>10,.0f}{p999:>10,.0f}{ahead:>8.2f}x"
                  f"   {min(rates[who]):,.0f} to {max(rates[who]):,.0f}, {len(mine)} runs")


if __name__ == "__main__":
    main()
