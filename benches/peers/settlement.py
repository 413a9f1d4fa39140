"""One year of a million people under individual stop-loss: the work of benches/settlement.rs.

python benches/peers/settlement.py columns.bin
(columns written by `cargo bench --bench settlement -- columns.bin`)

Each does what the contract asks for and no more, in NumPy or polars: the sum of costs, the sum above
the attachment (prorated by exposure where it is annualised), member months, and the few products and
differences of the payment. Costs are whole cents (int64) or dollars (float64). NumPy works on whole
columns, and in place in chunks that fit the cache; the best is what to beat. One thread.
"""

import os
import sys
import time

os.environ["POLARS_MAX_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import polars as pl

ROUNDS = 101
YEAR = 12_000_000
ATTACHMENT = 2_500_000
CHUNK = 1 << 14


def payment(cost, above, months):
    """Envelope, premium, the provider's tenth, the recovery, the provider's surplus; money in cents."""
    envelope = round(months * 41_250 / 1e6)
    premium = round(months * 500 / 1e6)
    recovery = above - round(above / 10)
    return envelope - premium + recovery - cost


def cutoffs(months):
    """Attachments in cents, prorated half up; the product fits in 64 bits, which ours does not assume."""
    return (ATTACHMENT * months + YEAR // 2) // YEAR


def numpy_whole(cost, months, annualised):
    above = (cost - (cutoffs(months) if annualised else ATTACHMENT)).clip(0).sum()
    return payment(int(cost.sum()), int(above), int(months.sum()))


def numpy_chunked(cost, months, annualised):
    buffer = np.empty(CHUNK, dtype=cost.dtype)
    total = above = exposure = 0
    for start in range(0, len(cost), CHUNK):
        c, m = cost[start : start + CHUNK], months[start : start + CHUNK]
        b = buffer[: len(c)]
        if annualised:
            np.multiply(m, ATTACHMENT, out=b)
            b += YEAR // 2
            b //= YEAR
            np.subtract(c, b, out=b)
        else:
            np.subtract(c, ATTACHMENT, out=b)
        np.maximum(b, 0, out=b)
        total += int(c.sum())
        above += int(b.sum())
        exposure += int(m.sum())
    return payment(total, above, exposure)


def numpy_float(cost, months, annualised):
    """Dollars and months as doubles: the usual way, not exact."""
    limit = np.rint(months * (ATTACHMENT / 12)) / 100 if annualised else ATTACHMENT / 100
    above = np.maximum(cost - limit, 0).sum()
    return payment(round(100 * cost.sum()), round(100 * above), round(1e6 * months.sum()))


def polars_expressions(frame, annualised):
    c, m = pl.col("cost"), pl.col("months")
    limit = (m * ATTACHMENT + YEAR // 2) // YEAR if annualised else pl.lit(ATTACHMENT)
    row = frame.select(c.sum(), m.sum(), (c - limit).clip(0).sum().alias("above")).row(0)
    return payment(row[0], row[2], row[1])


def polars_lazy(frame, annualised):
    c, m = pl.col("cost"), pl.col("months")
    limit = (m * ATTACHMENT + YEAR // 2) // YEAR if annualised else pl.lit(ATTACHMENT)
    lazy = frame.lazy().select(c.sum(), m.sum(), (c - limit).clip(0).sum().alias("above"))
    row = lazy.collect(engine="streaming").row(0)
    return payment(row[0], row[2], row[1])


def timed(what, job, *arguments):
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answer = job(*arguments)
        taken.append(1e3 * (time.perf_counter() - start))
    taken.sort()
    least, median = taken[0], taken[ROUNDS // 2]
    print(f"{what:48} least {least:7.3f} ms, median {median:7.3f} ms   surplus {answer / 100:,.2f}")


def main():
    columns = np.fromfile(sys.argv[1], dtype="<i8").reshape(2, -1)
    cost, part = columns[0].copy(), columns[1].copy()
    whole = np.full_like(part, YEAR)
    print(f"python {sys.version.split()[0]}, numpy {np.__version__}, polars {pl.__version__}")
    cases = [
        ("not annualised, whole years", False, whole),
        ("annualised, whole years", True, whole),
        ("annualised, a fifth part years", True, part),
    ]
    for what, annualised, months in cases:
        print(what)
        dollars, floats = cost / 100, months / 1e6
        frame = pl.DataFrame({"cost": cost, "months": months})
        timed("  numpy int64, whole columns", numpy_whole, cost, months, annualised)
        timed("  numpy int64, chunks", numpy_chunked, cost, months, annualised)
        timed("  numpy float64, whole columns", numpy_float, dollars, floats, annualised)
        timed("  polars int64", polars_expressions, frame, annualised)
        timed("  polars int64, lazy, streaming", polars_lazy, frame, annualised)


if __name__ == "__main__":
    main()
