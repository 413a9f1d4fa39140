"""The command `capitation`: checks contracts, settles them, and compares them on people.

It exits with 0, with 1 where something is refused, and with 2 where the command itself is wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capitation import __version__, datasets, demo, words
from capitation._capitation import CapitationError, Contract, Population, programme, programmes
from capitation.comparison import Comparison, compare
from capitation.reproduction import GpReproduction, Reproduction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa


class _RefusedError(Exception):
    """A refusal of this command: one line that says what is wrong and what to do."""


class _UsageError(Exception):
    """A command that cannot be meant as it is written."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit status."""
    parser = _parser()
    try:
        asked = parser.parse_args(arguments)
    except SystemExit as leaving:  # argparse has said why
        return leaving.code if isinstance(leaving.code, int) else 2
    run: Callable[[argparse.Namespace], int] = asked.run
    try:
        status = run(asked)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever read the output has had enough; Python must not flush into the closed pipe when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _complain("stopped", 130)
    except _UsageError as why:
        return _complain(why, 2)
    except (CapitationError, _RefusedError, ModuleNotFoundError) as why:
        return _complain(why, 1)
    except OSError as why:
        return _complain(f"{why.filename}: {why.strerror}" if why.filename else why, 1)
    except ValueError as why:  # an amount or a date on the command line
        return _complain(why, 2)


def _complain(why: object, status: int) -> int:
    _note(" ".join(str(why).split()))
    return status


def _note(text: str) -> None:
    print(f"capitation: {text}", file=sys.stderr)


# The commands.


def _check(asked: argparse.Namespace) -> int:
    status = 0
    for index, path in enumerate(asked.contracts):
        try:
            contract = Contract.read(path)
            results = contract.check_examples()
        except CapitationError as why:
            status = _complain(why, 1)
            continue
        if index:
            print()
        print(contract.explain())
        print(f"Worked examples of {path}")
        if not results:
            print("  there are none")
        last = None
        for example, clause, expected, came_to, holds in results:
            if example != last:
                print(f"  {example}")
                last = example
            print(f"    {clause}: {came_to:f}" + ("" if holds else f", and should be {expected:f}"))
            if not holds:
                problem = (
                    f"{path}: example `{example}`: `{clause}` comes to {came_to:f} and should be {expected:f}"
                )
                status = _complain(f"{problem}; correct the clause or the example", 1)
    return status


def _schema(_: argparse.Namespace) -> int:
    print(Contract.schema())
    return 0


def _settle(asked: argparse.Namespace) -> int:
    contract = Contract.read(asked.contract)
    print(contract.settle(_pairs(asked.given, "--given"), on=asked.on).explain())
    return 0


def _programmes(_: argparse.Namespace) -> int:
    for name, title, years in programmes():
        first, last = (programme(name, year).year_said for year in (years[0], years[-1]))
        print(f"{name}  {first} to {last}  {title}")
    return 0


def _programme(asked: argparse.Namespace) -> int:
    year = programme(asked.programme, asked.year)
    if asked.track is None:
        if asked.choose or asked.toml:
            raise _UsageError("--choose and --toml are of one contract; name its track with --track")
        print(year.explain(), end="")
        return 0
    contract = year.contract(asked.track, _pairs(asked.choose, "--choose"))
    print(contract.to_toml() if asked.toml else contract.explain(), end="")
    return 0


def _reproduce(asked: argparse.Namespace) -> int:
    if asked.rows is not None:
        _check_target(asked.rows)
    reproduction = _reproduction(asked)
    print(reproduction)
    if asked.rows is not None:
        from pyarrow import csv

        rows = reproduction.to_frame()
        csv.write_csv(rows, asked.rows)
        _note(f"{rows.num_rows} rows written to {Path(asked.rows).resolve()}")
    return 1 if isinstance(reproduction, Reproduction) and reproduction.missed else 0


def _reproduction(asked: argparse.Namespace) -> Reproduction | GpReproduction:
    if asked.programme == "gp":
        if asked.year is not None:
            raise _UsageError("--year is not of practices; each row of their file tells its own")
        return datasets.gp_payments(*asked.files).reproduce()
    read = datasets.mssp_results if asked.programme == "mssp" else datasets.reach_results
    return read(*asked.files, year=asked.year).reproduce()


def _compare(asked: argparse.Namespace) -> int:
    _check_targets(asked)
    contracts = [Contract.read(path) for path in asked.contracts]
    population = _population(asked, contracts[0])
    comparison = compare(
        population,
        contracts,
        sizes=asked.sizes,
        panel=asked.panel,
        draws=asked.draws,
        seed=asked.seed,
        least_reported=asked.least_reported,
        neutral=not asked.as_written,
        marginal_share=asked.marginal_share,
        unit_costs=_pairs(asked.unit_cost, "--unit-cost"),
        given=_pairs(asked.given, "--given"),
        on=asked.on,
    )
    print(comparison)
    _write(comparison, asked)
    return 0


def _demo(asked: argparse.Namespace) -> int:
    _check_targets(asked)
    contracts = [Contract.read(path) for path in asked.contracts]
    population = demo.population()
    print(
        f"The RAND Health Insurance Experiment: {population.people:,} people, "
        f"{len(population):,} person-years, "
        f"{words.money(population.total('actual cost'), 'USD')} of medical cost."
    )
    print(
        f"The marginal share of cost, {demo.MARGINAL_SHARE}, is an illustration and no finding: "
        "the part of a case's average cost that goes when the case does."
    )
    print()
    comparison = compare(
        population, contracts, marginal_share=demo.MARGINAL_SHARE, unit_costs=demo.UNIT_COSTS
    )
    print(comparison)
    _write(comparison, asked)
    return 0


# Files in and out.


def _check_targets(asked: argparse.Namespace) -> None:
    """Before the work, not after it."""
    for path in (asked.html, asked.xlsx):
        if path is not None:
            _check_target(path)


def _check_target(path: str) -> None:
    if not Path(path).absolute().parent.is_dir():
        raise _RefusedError(f"{path}: there is no folder {Path(path).absolute().parent}; make it first")
    if Path(path).is_dir():
        raise _RefusedError(f"{path}: it is a folder; name a file in it")


def _write(comparison: Comparison, asked: argparse.Namespace) -> None:
    if asked.html is not None:
        comparison.to_html(asked.html)
        _note(f"report written to {Path(asked.html).resolve()}")
    if asked.xlsx is not None:
        _note(f"workbook written to {comparison.to_xlsx(asked.xlsx).resolve()}")
    if asked.csv is not None:
        _note(f"{len(comparison.to_csv(asked.csv))} CSV files written to {Path(asked.csv).resolve()}")
    if asked.parquet is not None:
        count = len(comparison.to_parquet(asked.parquet))
        _note(f"{count} Parquet files written to {Path(asked.parquet).resolve()}")


_DEFAULT_COLUMNS = {"cost": "cost", "member_months": "member_months", "person": "person", "year": "year"}


def _population(asked: argparse.Namespace, first: Contract) -> Population:
    path = Path(asked.population)
    if not path.is_file():
        raise _RefusedError(f"{path}: there is no such file; --population names a Parquet or CSV file")
    table = _read_table(path, {name for name in (asked.person, asked.class_, "person") if name})
    there: list[str] = table.column_names
    taken = {
        what: getattr(asked, what)
        for what in ("cost", "member_months", "person_years", "person", "year", "need", "class_", "weight")
    }
    for what, name in _DEFAULT_COLUMNS.items():
        exposure_is_named = what == "member_months" and taken["person_years"] is not None
        if taken[what] is None and name in there and not exposure_is_named:
            taken[what] = name
    listed = ", ".join(f"`{name}`" for name in there)
    if taken["cost"] is None:
        raise _UsageError(f"which column is the cost? name it with --cost; {path} has {listed}")
    if taken["member_months"] is None and taken["person_years"] is None:
        raise _UsageError(
            "which column is the exposure? name it with --member-months (at most 12 a row) or --person-years "
            f"(at most 1); {path} has {listed}"
        )
    deprivation = _scaled(asked.deprivation)
    activity, settings = _pairs(asked.activity, "--activity"), _pairs(asked.setting, "--setting")
    currency = asked.currency or first.currency
    used = [
        f"{what.strip('_').replace('_', ' ')} = `{name}`" for what, name in taken.items() if name is not None
    ]
    used += [f"{measure} = `{name}`" for measure, name in (activity | settings).items()]
    used += [f"deprivation = `{name}`, read as {scale}" for name, scale in deprivation]
    alone = "" if taken["person"] else "; every row is a person of its own"
    _note(f"columns of {path}: {', '.join(used)}; amounts in {currency}{alone}")
    population = Population.from_table(
        table,
        **taken,
        currency=currency,
        activity=activity,
        settings=settings,
        deprivation=deprivation[0][0] if deprivation else None,
        deprivation_scale=deprivation[0][1] if deprivation else None,
        rounding=asked.rounding,
        on_error=asked.on_error,
    )
    for column, reason, rows in population.rejected:
        some = ", ".join(str(row) for row in rows[:10]) + (", ..." if len(rows) > 10 else "")
        _note(f"left out {len(rows)} rows: column `{column}`: {reason} (rows {some}, counted from 0)")
    return population


def _scaled(text: str | None) -> list[tuple[str, str]]:
    """The column of deprivation and its scale, where they are named."""
    if text is None:
        return []
    column, sign, scale = text.rpartition("=")
    if not sign or not column or not scale:
        raise _UsageError(
            f"--deprivation {text}: it says no scale; write COLUMN=SCALE, the scale being quintile, decile, "
            "percentile or rank of N, as imd_decile=decile"
        )
    return [(column, scale)]


def _read_table(path: Path, texts: set[str]) -> pa.Table:
    """A table from a file. Columns of `texts` may hold identifiers such as 007, which are no numbers."""
    import pyarrow as pa

    kind = path.suffix.lower()
    try:
        if kind in {".parquet", ".pq"}:
            import pyarrow.parquet as pq

            return pq.read_table(path)
        if kind == ".csv":
            from pyarrow import csv

            kinds = {name: pa.string() for name in texts}
            table = csv.read_csv(path, convert_options=csv.ConvertOptions(column_types=kinds))
            for name in texts.intersection(table.column_names):
                table = _as_integers(table, name)
            return table
    except pa.ArrowInvalid as why:
        raise _RefusedError(f"{path}: it could not be read as {kind[1:]}: {why}") from why
    raise _UsageError(f"{path}: its name ends in neither .parquet nor .csv; --population reads these")


def _as_integers(table: pa.Table, name: str) -> pa.Table:
    """A column of text as integers where every text is the plain form of one, as in a Parquet file."""
    import pyarrow as pa

    texts = table[name]
    try:
        integers = texts.cast(pa.int64())
    except pa.ArrowInvalid:
        return table
    if not integers.cast(pa.string()).equals(texts):
        return table
    return table.set_column(table.column_names.index(name), name, integers)


def _pairs(given: list[str], option: str) -> dict[str, str]:
    """Each NAME=VALUE once."""
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise _UsageError(f'{option} "{text}": write it as NAME=VALUE')
        if name in pairs:
            raise _UsageError(f"{option}: `{name}` is there twice")
        pairs[name] = value
    return pairs


# The words of the command line.


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="capitation",
        description="How health care is paid for: payment by results, capitation envelopes, "
        "and the contracts between them.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"capitation {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, help=about, description=f"{about[0].upper()}{about[1:]}.", allow_abbrev=False
        )
        made.set_defaults(run=run)
        return made

    check = command(
        "check", _check, "validate contracts, run their worked examples, and explain them in words"
    )
    check.add_argument("contracts", nargs="+", metavar="CONTRACT", help="a contract file, TOML or JSON")

    command("schema", _schema, "print the JSON Schema of the contract format, for editors")

    settle = command("settle", _settle, "settle a contract on what happened and print the statement")
    settle.add_argument("contract", metavar="CONTRACT", help="a contract file, TOML or JSON")
    _add_given(settle, "what was measured", "member months=12000")

    family = commands.add_parser(
        "programme", help="list and show the programmes that come with the package", allow_abbrev=False
    ).add_subparsers(title="what to do", required=True, metavar="WHAT")
    listing = family.add_parser("list", help="every programme with its years", allow_abbrev=False)
    listing.set_defaults(run=_programmes)
    showing_one = family.add_parser(
        "show", help="a year of a programme, or one contract of it", allow_abbrev=False
    )
    showing_one.set_defaults(run=_programme)
    showing_one.add_argument("programme", metavar="NAME", help="such as mssp")
    showing_one.add_argument(
        "year", metavar="YEAR", help="the performance year, or a financial year as 2019/20"
    )
    showing_one.add_argument("--track", metavar="TRACK", help="show the contract of this track")
    showing_one.add_argument(
        "--choose",
        action="append",
        default=[],
        metavar="CHOICE=OPTION",
        help='an option that is not the default, as "minimum rate=by size"; may be repeated',
    )
    showing_one.add_argument("--toml", action="store_true", help="print the contract as a file")

    reproducing = command(
        "reproduce", _reproduce, "settle published results again and put them beside what was paid"
    )
    reproducing.add_argument("programme", choices=("mssp", "reach", "gp"), help="whose results the files are")
    reproducing.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="results files as the regulator publishes them; gp: one row a practice and year (datasets.gp_payments)",
    )
    reproducing.add_argument(
        "--year",
        type=_positive,
        metavar="YEAR",
        help="the performance year, where neither a column nor the file's name tells it",
    )
    reproducing.add_argument(
        "--rows", metavar="FILE", help="write every row with what comes out and the reason as CSV"
    )

    comparing = command("compare", _compare, "put contracts side by side on one population")
    comparing.add_argument(
        "contracts", nargs="+", metavar="CONTRACT", help="contract files; the first sets the outlay"
    )
    _add_population(comparing)
    _add_comparison(comparing)
    _add_targets(comparing)

    showing = command("demo", _demo, "compare contracts on the RAND Health Insurance Experiment")
    showing.add_argument(
        "contracts", nargs="+", metavar="CONTRACT", help="contract files; the first sets the outlay"
    )
    _add_targets(showing)
    return parser


def _add_population(parser: argparse.ArgumentParser) -> None:
    people = parser.add_argument_group("the people")
    people.add_argument("--population", required=True, metavar="FILE", help="a Parquet or CSV file")
    people.add_argument("--cost", metavar="COLUMN", help="cost in major units; `cost` where the file has it")
    exposure = people.add_mutually_exclusive_group()
    exposure.add_argument(
        "--member-months",
        metavar="COLUMN",
        help="exposure, at most 12 a row; `member_months` where the file has it",
    )
    exposure.add_argument("--person-years", metavar="COLUMN", help="exposure, at most 1 a row")
    people.add_argument(
        "--person", metavar="COLUMN", help="who a row is about; `person` where the file has it"
    )
    people.add_argument("--year", metavar="COLUMN", help="the year of a row; `year` where the file has it")
    people.add_argument(
        "--activity",
        action="append",
        default=[],
        metavar="NAME=COLUMN",
        help='a count by the name that contracts use, as "admissions=totadm"; may be repeated',
    )
    people.add_argument(
        "--setting",
        action="append",
        default=[],
        metavar="NAME=COLUMN",
        help='cost of a care setting, as "inpatient cost=inpdol"; may be repeated',
    )
    people.add_argument(
        "--class", dest="class_", metavar="COLUMN", help="class of person, where thresholds differ by it"
    )
    people.add_argument("--need", metavar="COLUMN", help="need weight")
    people.add_argument("--weight", metavar="COLUMN", help="survey weight")
    people.add_argument(
        "--deprivation",
        metavar="COLUMN=SCALE",
        help='national deprivation, 1 the most deprived, as "imd_decile=decile"; the scale is quintile, decile, '
        "percentile or rank of N. The report then tells of the most deprived fifth (Core20)",
    )
    people.add_argument(
        "--currency", metavar="CODE", help="currency of the costs; that of the first contract"
    )
    people.add_argument(
        "--rounding",
        default="half_up",
        choices=("half_up", "half_even", "down", "up", "floor", "ceiling"),
        help="how a cost becomes whole minor units (%(default)s)",
    )
    people.add_argument(
        "--on-error",
        default="raise",
        choices=("raise", "collect"),
        help="what becomes of a bad row: refuse the file, or leave the row out and say so (%(default)s)",
    )


def _add_comparison(parser: argparse.ArgumentParser) -> None:
    asked = parser.add_argument_group("the comparison")
    asked.add_argument(
        "--sizes",
        type=_sizes,
        default=(500, 2_000, 5_000, 20_000),
        metavar="N,N,...",
        help="people in a panel (500,2000,5000,20000)",
    )
    asked.add_argument(
        "--panel",
        type=_positive,
        default=5_000,
        metavar="N",
        help="the size at which outlays are made equal (%(default)s)",
    )
    asked.add_argument(
        "--draws", type=_positive, default=10_000, metavar="N", help="panels of each size (%(default)s)"
    )
    asked.add_argument(
        "--least-reported",
        type=_positive,
        default=11,
        metavar="N",
        help="the least number of people that anything is told of (%(default)s)",
    )
    asked.add_argument("--seed", type=_seed, default=1, metavar="N", help="which draws (%(default)s)")
    asked.add_argument(
        "--as-written", action="store_true", help="do not scale the contracts to the outlay of the first"
    )
    asked.add_argument(
        "--marginal-share",
        metavar="SHARE",
        help="the part of a case's cost that goes when the case does, from 0 to 1; without it the marginal "
        "pound is not shown",
    )
    asked.add_argument(
        "--unit-cost",
        action="append",
        default=[],
        metavar="NAME=AMOUNT",
        help='average cost of one of an activity, as "admissions=891.25"; may be repeated',
    )
    _add_given(asked, "an input that the population does not have", "quality score=0.9")


def _add_given(parser: Any, about: str, example: str) -> None:
    parser.add_argument(
        "--given",
        action="append",
        default=[],
        metavar="NAME=AMOUNT",
        help=f'{about}, as "{example}"; may be repeated',
    )
    parser.add_argument("--on", metavar="DATE", help="the day whose terms apply, as 2026-04-01")


def _add_targets(parser: argparse.ArgumentParser) -> None:
    files = parser.add_argument_group("what is written")
    files.add_argument("--html", metavar="FILE", help="a report with charts that needs nothing but a browser")
    files.add_argument("--xlsx", metavar="FILE", help="a workbook with a sheet for each table")
    files.add_argument("--csv", metavar="FOLDER", help="a CSV file for each table")
    files.add_argument("--parquet", metavar="FOLDER", help="a Parquet file for each table")


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) < 19 else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above zero and below 10^18")
    return number


def _seed(text: str) -> int:
    return 0 if text == "0" else _positive(text)


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(_positive(part.strip()) for part in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
