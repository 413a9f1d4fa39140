"""Spells priced by a tariff to totals by provider and month: this package beside polars, DuckDB and NumPy.

    python benches/peers/pricing.py                # every tool on arrays in memory, then from Parquet
    python benches/peers/pricing.py --rows 3       # with three million spells in place of thirty

Every tool runs in a process of its own, with the same Arrow data: codes as small integers for the peers, whose joins
are fastest so, and as dictionaries for this package. In memory all run on one thread; from Parquet on as many as there
are. polars runs in memory by both of its engines, and the better one counts. All but the `float` ones are exact to the
penny, and must agree on each total; a tool that fails ends the script.

Times are the least of several rounds, each clock by itself: CPU seconds of the process, and wall time. A line's time
is by the wall clock, as `benches/pricing.rs` measures it in Rust; there the columns are found by their names outside
the time in one figure and inside it in the other, and in Python always inside. Peak memory is what the process needed
beyond what it had before its query.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE.parent.parent / "target" / "bench" / "pricing"
CODES, PROVIDERS = 3000, 200
METHODS = ["11", "12", "13", "21", "22", "23", "24", "28", "31", "81"]
MILLION = 1_000_000


def make(millions: int) -> None:
    """The tariff, the factors, and the spells of 2017/18, in Parquet with zstd."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    FOLDER.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(11)
    letters = "ABCDEFGHJKLMNPQRSTUVWY"
    codes = [
        f"{letters[i % 22]}{'ABCDZ'[i // 22 % 5]}{i // 110:02d}{'ABCDEFGHZ'[i // 7 % 9]}"
        for i in range(CODES)
    ]
    combined = np.round(np.exp(rng.normal(7.3, 0.9, CODES)))
    non_elective = np.round(combined * 1.25)
    applies = rng.random(CODES) < 0.6
    short = np.round(non_elective * rng.choice([0.25, 0.45, 0.7], CODES))
    trims = np.clip(np.round(rng.gamma(2.0, 6.0, (2, CODES))), 5, 120).astype("int64")
    tariff = {
        "hrg_id": np.arange(CODES, dtype="uint16"),
        "hrg": codes,
        "combined": combined,
        "elective_trim_days": trims[0],
        "non_elective": non_elective,
        "non_elective_trim_days": trims[1],
        "daily_rate": np.round(rng.uniform(180, 420, CODES)),
        "short_stay_applies": np.where(applies, "Yes", "No"),
        "short_stay": np.where(applies, short, 0),
    }
    pq.write_table(pa.table(tariff), FOLDER / "tariff.parquet")
    providers = [f"R{i:03d}" for i in range(PROVIDERS)]
    factors = np.round(rng.uniform(1.0, 1.18, PROVIDERS), 6)
    names = {"provider_id": np.arange(PROVIDERS, dtype="uint16"), "provider": providers, "mff": factors}
    pq.write_table(pa.table(names), FOLDER / "providers.parquet")
    weights = rng.pareto(1.2, CODES) + 0.05
    cumulative = np.cumsum(weights / weights.sum())

    def coded(keys: object, texts: list[str], kind: pa.DataType) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(keys, kind), pa.array(texts))

    writer = None
    for _ in range(millions):
        hrg = np.searchsorted(cumulative, rng.random(MILLION)).clip(0, CODES - 1)
        method = rng.choice(len(METHODS), MILLION, p=[0.2, 0.1, 0.1, 0.2, 0.1, 0.05, 0.05, 0.1, 0.05, 0.05])
        day_case = (method < 3) & (rng.random(MILLION) < 0.7)
        stay = np.where(day_case, 0, np.minimum(rng.gamma(0.6, 9, MILLION), 200)).astype("int16")
        provider = rng.integers(0, PROVIDERS, MILLION)
        table = pa.table({
            "hrg": coded(hrg, codes, pa.int16()),
            "admission_method": coded(method, METHODS, pa.int8()),
            "patient_class": coded(day_case.astype("int8"), ["1", "2"], pa.int8()),
            "stay": stay,
            "age": rng.integers(0, 100, MILLION).astype("uint8"),
            "provider": coded(provider, providers, pa.int16()),
            "discharged": pa.array(17_257 + rng.integers(0, 365, MILLION), pa.int32()).cast(pa.date32()),
            "hrg_id": hrg.astype("uint16"),
            "method_id": np.array([int(code) for code in METHODS], "int8")[method],
            "class_id": (1 + day_case).astype("int8"),
            "provider_id": provider.astype("uint16"),
        })  # fmt: skip
        writer = writer or pq.ParquetWriter(FOLDER / "spells.parquet", table.schema, compression="zstd")
        writer.write_table(table, row_group_size=MILLION)
    if writer is not None:
        writer.close()


PEER = ["hrg_id", "method_id", "class_id", "stay", "age", "provider_id", "discharged"]
OURS = ["hrg", "admission_method", "patient_class", "stay", "age", "provider", "discharged"]


class Peak:
    """The most memory the process has at once, beyond what it had, in MiB."""

    def __enter__(self) -> Peak:
        """Begins to look, a hundred times a second."""
        self._before, self.most, self._on = self._now(), 0, True
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends."""
        self._on = False
        self._thread.join()

    @staticmethod
    def _now() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

    def _look(self) -> None:
        while self._on:
            self.most = max(self.most, self._now() - self._before)
            time.sleep(0.01)


def tables() -> tuple:
    """Tariff and factors."""
    import pyarrow.parquet as pq

    return pq.read_table(FOLDER / "tariff.parquet"), pq.read_table(FOLDER / "providers.parquet")


def spells(columns: list[str]) -> object:
    """The spells in memory, in one chunk a column where the memory allows."""
    import pyarrow.parquet as pq

    return pq.read_table(FOLDER / "spells.parquet", columns=columns).unify_dictionaries()


# Each tool: what it needs beforehand, and the query, which gives (provider, calendar month) -> pence, and lines.


def ours(parquet: bool, *, fingerprint: bool = False):
    """This package, without the fingerprint of the lines, which no peer makes, or with it."""
    import capitation as cap

    prices, providers = tables()
    tariff = cap.Tariff.from_table(prices, year=2017, columns={"code": "hrg"})
    factors = cap.MarketForces.from_table(providers, provider="provider", factor="mff")
    columns = dict(zip(["code", *OURS[1:6], "date"], OURS, strict=True))
    table = None if parquet else spells(OURS)

    def query() -> dict:
        source = FOLDER / "spells.parquet" if parquet else table
        totals = tariff.totals(source, mff=factors, fingerprint=fingerprint, **columns)
        out: dict = {}
        for row in totals.to_frame().to_pylist():
            key = (row["provider"], row["month"])
            out[key] = out.get(key, 0) + int(row["payment"] * 100)
        return out

    return query


def polars(parquet: bool, *, floats: bool = False, joins: bool = True):
    """The lazy query of polars, by each engine that is asked: prices joined, or gathered by their place."""
    import polars as pl

    prices, providers = (pl.from_arrow(table) for table in tables())
    number = pl.Float64 if floats else pl.Int64
    pence = [
        (pl.col(name) * 100).cast(number) for name in ("combined", "non_elective", "daily_rate", "short_stay")
    ]
    prices = prices.with_columns(*pence, pl.col("short_stay_applies") == "Yes")
    factor = pl.col("mff") if floats else (pl.col("mff") * MILLION).round().cast(pl.Int64)
    providers = providers.with_columns(mff=factor)
    table = None if parquet else pl.from_arrow(spells(PEER))

    def query(engine: str) -> dict:
        lines = pl.scan_parquet(FOLDER / "spells.parquet").select(PEER) if parquet else table.lazy()
        if joins:
            lines = lines.join(prices.drop("hrg").lazy(), on="hrg_id")
            lines = lines.join(providers.drop("provider").lazy(), on="provider_id")

        def of(name: str) -> pl.Expr:
            if joins:
                return pl.col(name)
            held, by = (providers, "provider_id") if name == "mff" else (prices, "hrg_id")
            return pl.lit(held[name]).gather(pl.col(by))

        method, stay = pl.col("method_id"), pl.col("stay").cast(pl.Int64)
        days = {
            kind: (stay - of(f"{kind}_trim_days")).clip(lower_bound=0) * of("daily_rate")
            for kind in ("elective", "non_elective")
        }
        short = method.is_between(21, 28) & (stay < 2) & (pl.col("age") >= 19) & of("short_stay_applies")
        price = (
            pl.when(short).then(of("short_stay"))
            .when((pl.col("class_id") == 2) & (stay == 0)).then(of("combined"))
            .when(method <= 13).then(of("combined") + days["elective"])
            .otherwise(of("non_elective") + days["non_elective"])
        )  # fmt: skip
        owed = price * of("mff") if floats else (price * of("mff") + MILLION // 2) // MILLION
        month = pl.col("discharged").dt.month()
        grouped = lines.group_by("provider_id", month.alias("month")).agg(owed.alias("owed").sum())
        found = grouped.collect(engine=engine)
        names = providers["provider"]
        return {(names[p], m): owed for p, m, owed in found.iter_rows()}

    engines = ("streaming",) if parquet else ("in-memory", "streaming")
    return {engine: partial(query, engine) for engine in engines}


def duckdb(parquet: bool, *, floats: bool = False):
    """The query of DuckDB."""
    import duckdb as engine

    prices, providers = tables()
    con = engine.connect(config={"threads": int(os.environ["THREADS"])})
    kind = "double" if floats else "bigint"
    con.register("given_prices", prices)
    con.execute(
        f"create table p as select hrg_id, cast(combined*100 as {kind}) combined, cast(non_elective*100 as {kind}) ne, "
        f"cast(daily_rate*100 as {kind}) daily, cast(short_stay*100 as {kind}) short, "
        "short_stay_applies='Yes' applies, elective_trim_days::integer t_el, "
        "non_elective_trim_days::integer t_ne from given_prices"
    )
    con.register("given_providers", providers)
    factor = "mff" if floats else f"cast(round(mff*{MILLION}) as bigint)"
    con.execute(f"create table f as select provider_id, provider, {factor} mff from given_providers")
    if not parquet:
        lines = spells(PEER)
        con.register("lines", lines)
    source = f"read_parquet('{FOLDER / 'spells.parquet'}')" if parquet else "lines"
    price = (
        "case when method_id between 21 and 28 and stay < 2 and age >= 19 and applies then short "
        "when class_id = 2 and stay = 0 then combined "
        "when method_id <= 13 then combined + daily * greatest(stay - t_el, 0) "
        "else ne + daily * greatest(stay - t_ne, 0) end"
    )
    owed = f"({price}) * mff" if floats else f"(({price}) * mff + {MILLION // 2}) // {MILLION}"
    sql = (
        f"select provider_id, month(discharged) m, sum({owed}) from {source} l join p using (hrg_id) "
        "join f using (provider_id) group by all"
    )
    names = providers["provider"].to_pylist()

    def query() -> dict:
        return {(names[p], m): total if floats else int(total) for p, m, total in con.execute(sql).fetchall()}

    return query


def numpy(parquet: bool):
    """NumPy, in chunks that stay in the cache."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    prices, providers = ({name: table[name].to_numpy() for name in table.column_names} for table in tables())
    pence = {
        name: (prices[name] * 100).astype("int64")
        for name in ("combined", "non_elective", "daily_rate", "short_stay")
    }
    applies = prices["short_stay_applies"] == "Yes"
    trims = {kind: prices[f"{kind}_trim_days"] for kind in ("elective", "non_elective")}
    factor = np.round(providers["mff"] * MILLION).astype("int64")
    month_of = np.array(
        [(np.datetime64("2017-04-01") + d).astype("datetime64[M]").astype(int) % 12 for d in range(366)]
    )
    table = None if parquet else spells(PEER)

    def query() -> dict:
        sums = np.zeros(PROVIDERS * 12, "int64")
        batches = (
            pq.ParquetFile(FOLDER / "spells.parquet").iter_batches(1 << 16, columns=PEER)
            if parquet
            else table.to_batches(1 << 15)
        )
        for batch in batches:
            hrg, method, kind, stay, age, provider = (batch[name].to_numpy() for name in PEER[:6])
            day = batch["discharged"].cast(pa.int32()).to_numpy() - 17_257
            elective = method <= 13
            trim = np.where(elective, trims["elective"][hrg], trims["non_elective"][hrg])
            price = np.where(elective, pence["combined"][hrg], pence["non_elective"][hrg])
            price += np.maximum(stay - trim, 0) * pence["daily_rate"][hrg]
            same_day = (kind == 2) & (stay == 0)
            price[same_day] = pence["combined"][hrg[same_day]]
            short = (method >= 21) & (method <= 28) & (stay < 2) & (age >= 19) & applies[hrg]
            price[short] = pence["short_stay"][hrg[short]]
            owed = (price * factor[provider] + MILLION // 2) // MILLION
            group = provider.astype("int64") * 12 + month_of[day]
            # Sums of floats are exact below 2^53, and a chunk's are far below.
            sums += np.bincount(group, owed, PROVIDERS * 12).astype("int64")
        names = providers["provider"]
        return {(names[at // 12], at % 12 + 1): int(total) for at, total in enumerate(sums) if total}

    return query


TOOLS = {
    "capitation": ours,
    "capitation, with its fingerprint": lambda parquet: ours(parquet, fingerprint=True),
    "polars join": polars,
    "polars gather": lambda parquet: polars(parquet, joins=False),
    "polars float": lambda parquet: polars(parquet, floats=True),
    "duckdb": duckdb,
    "duckdb float": lambda parquet: duckdb(parquet, floats=True),
    "numpy": numpy,
}


def run(tool: str, parquet: bool, rounds: int) -> None:
    """One tool in this process; prints its figures."""
    made = TOOLS[tool](parquet)
    queries = made if isinstance(made, dict) else {"": made}
    figures = []
    for engine, query in queries.items():
        cpus, walls = [], []
        with Peak() as peak:
            for _ in range(rounds):
                cpu, wall = time.process_time(), time.perf_counter()
                found = query()
                cpus.append(time.process_time() - cpu)
                walls.append(time.perf_counter() - wall)
        groups = [
            [str(provider), int(month), float(total) if "float" in tool else int(total)]
            for (provider, month), total in sorted(found.items())
        ]
        figures.append({
            "tool": tool,
            "engine": engine,
            "cpu": min(cpus),
            "wall": min(walls),
            "peak": peak.most >> 20,
            "groups": groups,
        })  # fmt: skip
    print(json.dumps(min(figures, key=lambda figure: figure["wall"])))


def main() -> None:
    """Makes the data where it is not there, runs every tool, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=30, help="million spells")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("memory", "parquet"))
    parser.add_argument("--tool", choices=TOOLS, help=argparse.SUPPRESS)
    parser.add_argument("--parquet", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.tool:
        run(options.tool, options.parquet, options.rounds)
        return
    made = FOLDER / "made"
    if not made.is_file() or made.read_text() != str(options.rows):
        make(options.rows)
        made.write_text(str(options.rows))
    lines = options.rows * MILLION
    for parquet in (False, True):
        if options.only == ("memory" if parquet else "parquet"):
            continue
        threads = str(os.cpu_count()) if parquet else "1"
        limits = dict.fromkeys(
            ("THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "OMP_NUM_THREADS"), threads
        )
        print(
            f"\n{options.rows} million spells, {'from zstd Parquet' if parquet else 'in memory'}, {threads} thread(s)"
        )
        print(f"{'tool':15}{'CPU s':>8}{'wall s':>8}{'ns a line (wall)':>17}{'peak MiB':>10}  total")
        expected = None
        for tool in TOOLS:
            command = [sys.executable, __file__, "--tool", tool, "--rounds", str(options.rounds)]
            done = subprocess.run(
                command + ["--parquet"] * parquet,
                env=os.environ | limits,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                sys.exit(f"{tool} failed:\n{done.stderr.strip()}")
            got = json.loads(done.stdout)
            total = sum(row[2] for row in got["groups"])
            if "float" not in tool:
                expected = expected or got["groups"]
                assert got["groups"] == expected, f"{tool} differs"
            cost = got["wall"] / lines * 1e9
            print(
                f"{tool:15}{got['cpu']:8.2f}{got['wall']:8.2f}{cost:17.1f}{got['peak']:10}  "
                f"£{total / 100:,.2f}{got['engine'] and ', ' + got['engine']}"
            )
        print("peers have codes as small integers, this package as dictionaries of texts")


if __name__ == "__main__":
    main()
