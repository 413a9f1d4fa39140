"""Top 1, 5, 10, 50 % and Gini of 50 million costs with NumPy and polars, beside `cargo bench --bench concentration`.

python benches/peers/concentration.py [millions [file]]

Each tool runs in a process of its own, on one core, on the same people: a fifth at zero, the others lognormal with a
logarithm of mean 7 and standard deviation 1.534. With a file, the costs are also written there as little-endian
doubles for the benchmark in Rust. `numpy in place` sorts the array it was given; a caller who needs it in its order
pays for a copy as well. `partition` and `top_k` give shares without a Gini coefficient.
"""

import json
import os
import subprocess
import sys
import time

TOOLS = ["numpy in place", "numpy sort", "numpy partition", "polars sort", "polars top_k"]
SHARES = [0.01, 0.05, 0.10, 0.50]


def costs(n):
    import numpy as np

    rng = np.random.Generator(np.random.SFC64(3))
    x = rng.standard_normal(n)
    x *= 1.534
    x += 7
    np.exp(x, out=x)
    x[rng.random(n, dtype=np.float32) < 0.2] = 0.0
    return x


def gini_of_sorted(s, total):
    import numpy as np

    n, g = len(s), 0.0
    for a in range(0, n, 1 << 20):
        b = s[a : a + (1 << 20)]
        g += float(np.dot(np.arange(a + 1, a + 1 + len(b), dtype=np.float64), b))
    return 2 * g / (n * total) - (n + 1) / n


def run(tool, x):
    import numpy as np

    n = len(x)
    cuts = [n - round(n * p) for p in SHARES]
    if tool in ("numpy in place", "numpy sort"):
        if tool == "numpy in place":
            x.sort()
        else:
            x = np.sort(x)
        total = float(x.sum())
        return [float(x[c:].sum()) / total for c in cuts], gini_of_sorted(x, total)
    if tool == "numpy partition":
        total = float(x.sum())
        x = np.partition(x, cuts)
        return [float(x[c:].sum()) / total for c in cuts], None
    import polars as pl

    if tool == "polars top_k":
        s = pl.Series("x", x)
        total = s.sum()
        return [s.top_k(n - c).sum() / total for c in cuts], None
    frame = pl.DataFrame({"x": x}).lazy().sort("x").with_row_index("i", offset=1)
    tops = {f"t{c}": pl.col("x").slice(c, None).sum() for c in cuts}
    row = frame.select(
        total=pl.col("x").sum(), ranked=(pl.col("x") * pl.col("i").cast(pl.Float64)).sum(), **tops
    ).collect()
    total = row["total"][0]
    gini = 2 * row["ranked"][0] / (n * total) - (n + 1) / n
    return [row[f"t{c}"][0] / total for c in cuts], gini


def measure(tool, n):
    x = costs(n)
    if tool.startswith("polars"):
        import polars  # noqa: F401  (loading it is not the work)
    start, cpu = time.perf_counter(), time.process_time()
    shares, gini = run(tool, x)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(json.dumps({"tool": tool, "seconds": seconds, "cpu": cpu, "shares": shares, "gini": gini}))


def main():
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 50.0
    n = int(millions * 1e6)
    if len(sys.argv) > 3:
        measure(sys.argv[3], n)
        return
    if len(sys.argv) > 2 and sys.argv[2] != "-":
        costs(n).tofile(sys.argv[2])
    one_core = dict(os.environ, POLARS_MAX_THREADS="1", OMP_NUM_THREADS="1")
    print(f"{n} people, best of three")
    for tool in TOOLS:
        command = [sys.executable, __file__, str(millions), "-", tool]
        runs = [json.loads(subprocess.check_output(command, env=one_core)) for _ in range(3)]
        best = min(runs, key=lambda run: run["seconds"])
        gini = "none" if best["gini"] is None else f"{best['gini']:.12f}"
        shares = ", ".join(f"{share:.9f}" for share in best["shares"])
        print(f"{tool:32} {best['seconds']:.3f} s (cpu {best['cpu']:.3f})  top [{shares}]  Gini {gini}")


if __name__ == "__main__":
    main()
