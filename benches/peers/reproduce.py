"""Settle every published row of the Medicare Shared Savings Program again, reading included.

python benches/peers/reproduce.py FILE...

No peer settles these contracts. What stands beside it is the least that any of them must do first: read the same
files into a table, with pandas and with polars.
"""

import sys
import time

import pandas as pd
import polars as pl

import capitation as cap

ROUNDS = 9


def least(run):
    """The shortest of some rounds, in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    """Time ours, and the peers' reading."""
    files = sys.argv[1:]
    if not files:
        sys.exit("name the results files")
    results = cap.datasets.mssp_results(*files)
    print(f"{len(files)} files, {len(results):,} rows; least of {ROUNDS} rounds, in seconds")
    jobs = {
        "read and settle three times a row": lambda: cap.datasets.mssp_results(*files).reproduce(),
        "read": lambda: cap.datasets.mssp_results(*files),
        "pandas, read_csv alone": lambda: [pd.read_csv(file) for file in files],
        "polars, read_csv alone": lambda: [pl.read_csv(file, infer_schema_length=None) for file in files],
    }
    for what, run in jobs.items():
        print(f"  {what:36} {least(run):.3f}")


if __name__ == "__main__":
    main()
