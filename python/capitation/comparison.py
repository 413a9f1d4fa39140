"""The main job: contracts side by side on one population."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from capitation import shown, tables
from capitation._capitation import ComparisonError, Contract, Population, _compare, _Comparison
from capitation.model import ComparisonData

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal
    from os import PathLike

    import pyarrow as pa
    from altair.typing import ChartType

    from capitation.model import ContractResult

Progress = Literal["auto"] | None
"""A bar where someone is watching ("auto"), or silence."""


class Comparison:
    """Contracts side by side on one population: a table, charts, and a report.

    A notebook shows it as a table; `print` gives the same as text. All numbers are in `data`.
    """

    def __init__(self, core: _Comparison) -> None:
        """Take over what the core has computed."""
        self._json = core.to_json()
        self._text = str(core)
        self.data: ComparisonData = ComparisonData.from_json(self._json)
        """Everything that the comparison says, as typed records."""

    @classmethod
    def from_json(cls, text: str) -> Comparison:
        """A comparison that was saved with `to_json`: its table, charts, exports and report, without the people.

        Raises:
            ComparisonError: the text is not such a comparison, or does not hold together; it names the place.
        """
        return cls(_Comparison.from_json(text))

    @property
    def plot(self) -> Plots:
        """Charts of this comparison."""
        return Plots(self.data)

    def contract(self, name: str) -> ContractResult:
        """All that the comparison says of one contract.

        Raises:
            KeyError: there is no such contract; those there are, are named.
        """
        return self.data.contract(name)

    def to_frame(self, table: str = "summary") -> pa.Table:
        """One table in Arrow: polars and pandas read it, and it has the stamp in its metadata.

        Money is in major units: exact amounts as decimals, estimates as floats with their standard error
        beside them.

        Args:
            table: summary, by_size, risk_shares, parties, marginal, by_year, statement_lines, concentration,
                assumptions or stamp; where the population has a column of deprivation, segments, segment_activity and
                segment_contracts too.

        Raises:
            ValueError: there is no such table.
        """
        return tables.frame(tables.table(self.data, table), tables.stamp_items(self.data))

    def to_html(self, path: str | PathLike[str] | None = None) -> str:
        """A report with charts that needs nothing but a browser; written to `path` where one is given."""
        text = _Comparison.from_json(self._json).to_html()
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    def to_csv(self, folder: str | PathLike[str]) -> list[Path]:
        """Write every table as a CSV file into a folder; gives the files. The stamp is `stamp.csv`."""
        from capitation import export

        return export.to_csv(self.data, folder)

    def to_parquet(self, folder: str | PathLike[str]) -> list[Path]:
        """Write every table as a Parquet file into a folder; gives the files. The stamp is in each."""
        from capitation import export

        return export.to_parquet(self.data, folder)

    def to_xlsx(self, path: str | PathLike[str]) -> Path:
        """Write every table as a sheet of one workbook, with money as numbers in the currency's format."""
        from capitation import export

        return export.to_xlsx(self.data, path)

    def to_json(self) -> str:
        """The whole comparison as JSON, which `from_json` reads back; exact amounts are decimal texts."""
        return self._json

    def __str__(self) -> str:
        """The table, and the marginal pound, as text."""
        return self._text

    def __repr__(self) -> str:
        """The table as text."""
        return self._text

    def _repr_html_(self) -> str:
        return shown.comparison_html(self.data)


class Plots:
    """Charts of a comparison, each an Altair chart: it shows itself in a notebook, and `.save` writes it."""

    def __init__(self, data: ComparisonData) -> None:
        """Charts of this comparison."""
        self._data = data

    def margin_fan(self, **options: Any) -> ChartType:
        """The provider's result under each contract, by size of panel."""
        from capitation import charts

        return charts.margin_fan(self._data, **options)

    def lorenz(self, **options: Any) -> ChartType:
        """How unequal cost is, with the top 5 % and the lower half marked."""
        from capitation import charts

        return charts.lorenz(self._data, **options)

    def statement(self, contract: str, **options: Any) -> ChartType:
        """How one contract's statement leads from the first payment to the provider's surplus or deficit."""
        from capitation import charts

        return charts.statement_waterfall(self._data, contract, **options)

    def risk(self, **options: Any) -> ChartType:
        """Who carries how much of the risk under each contract."""
        from capitation import charts

        return charts.who_carries_what(self._data, **options)


_TOO_MANY = 2**63


def compare(
    population: Population,
    contracts: Iterable[Contract] | Contract,
    *,
    sizes: Sequence[int] = (500, 2_000, 5_000, 20_000),
    panel: int = 5_000,
    draws: int = 10_000,
    seed: int = 1,
    neutral: bool = True,
    marginal_share: Decimal | int | str | None = None,
    unit_costs: Mapping[str, Decimal | int | str] | None = None,
    given: Mapping[str, Decimal | int | str] | None = None,
    on: date | str | None = None,
    least_reported: int = 11,
    progress: Progress | Callable[[int, int], object] = "auto",
) -> Comparison:
    """Put contracts side by side on one population.

    Panels of people (not person-years) are drawn with replacement, the same for all contracts, and every
    contract is settled on each. The same seed gives the same result to the bit.

    Args:
        population: people with their costs.
        contracts: at least one; the first, as it is written, sets the outlay that the others are scaled to.
        sizes: how many people a panel has; results are given for each size.
        panel: the one of the sizes at which outlays are made equal.
        draws: how many panels of each size are drawn.
        seed: which draws.
        neutral: scale each contract's own scaled term until the payer's expected outlay is the common one;
            False leaves the contracts as written.
        marginal_share: the part of an average case's cost that goes when the case does, from 0 to 1, exact:
            Decimal or text such as "0.6". It has no default: no contract says it, and the argument about
            incentives hangs on it. Without it the marginal pound is not computed.
        unit_costs: what one of each activity costs the provider on average, in major units, as
            {"admissions": "2100"}. A price is not a cost.
        given: inputs that the population does not have, as {"quality score": "0.9"}.
        on: the day whose terms apply; needed where a term changes within a contract's period.
        least_reported: the least number of people that anything is told of. Eleven is the rule of CMS for data about
            people's health; lower it only where that is allowed.
        progress: "auto" shows a bar in a terminal or notebook where it takes long; None shows nothing; a
            function is called with the panels done and the panels there are, and what it raises stops the
            comparison.

    Raises:
        ComparisonError: where the contracts cannot be compared as asked, naming the contract and the remedy.
        SettlementError: where a contract needs an input that is neither in the population nor given.
        TypeError: for a float where an exact number is needed, or a path where a contract is needed.
    """
    agreed = [contracts] if isinstance(contracts, Contract) else list(contracts)
    _check_types(population, agreed)
    if unit_costs and marginal_share is None:
        raise _refusal(
            place="unit_costs",
            problem="marginal_share is missing, and an average cost does not say how much goes with a case",
            remedy='give it as an exact share, such as marginal_share="0.6", or leave unit_costs out',
        )
    for place, number, least in [
        *(("sizes", size, 1) for size in sizes),
        ("panel", panel, 1),
        ("draws", draws, 2),
        ("seed", seed, 0),
        ("least_reported", least_reported, 0),
    ]:
        if not least <= number < _TOO_MANY:
            raise _refusal(
                place=place,
                problem=f"{number} is not a whole number from {least} to {_TOO_MANY - 1}",
                remedy="correct the number",
            )
    watching = _bar() if progress == "auto" else None
    told = watching if progress == "auto" else progress
    try:
        core = _compare(
            population,
            agreed,
            sizes=list(sizes),
            panel=panel,
            draws=draws,
            seed=seed,
            neutral=neutral,
            marginal_share=marginal_share,
            unit_costs=dict(unit_costs or {}),
            given=dict(given or {}),
            on=on,
            least_reported=least_reported,
            progress=told,
        )
    finally:
        if watching is not None:
            watching.close()
    return Comparison(core)


def _check_types(population: object, contracts: list[Any]) -> None:
    """The two mistakes of a first try, each with the call that was meant."""
    if not isinstance(population, Population):
        raise TypeError(
            f"a {type(population).__name__} is not a population; "
            "name its columns first: capitation.Population.from_table(table, cost=..., ...)"
        )
    for contract in contracts:
        if not isinstance(contract, Contract):
            raise TypeError(f"{contract!r} is not a contract; read it first: capitation.Contract.read(path)")


def _refusal(*, place: str, problem: str, remedy: str) -> ComparisonError:
    """The same shape of error as the core raises."""
    error = ComparisonError(f"{place}: {problem}; {remedy}")
    error.kind, error.place, error.problem, error.remedy = "comparison", place, problem, remedy
    return error


class _Bar:
    """A bar that appears when the work takes long, and goes when it is done."""

    patience = 0.7  # seconds before it appears
    pause = 0.1  # seconds between two pictures

    def __init__(self, drawn: str = "panels") -> None:
        self.drawn = drawn
        self.next = time.monotonic() + self.patience
        self.shown = False

    def __call__(self, done: int, of: int) -> None:
        now = time.monotonic()
        if now >= self.next:
            self.next = now + self.pause
            self.shown = True
            self.show(done, of)

    def show(self, done: int, of: int) -> None:
        filled = 30 * done // max(of, 1)
        sys.stderr.write(f"\rdrawing {self.drawn} {'█' * filled}{'·' * (30 - filled)} {done:,} of {of:,}")
        sys.stderr.flush()

    def close(self) -> None:
        if self.shown:
            sys.stderr.write("\r" + " " * 79 + "\r")
            sys.stderr.flush()


class _NotebookBar(_Bar):
    """The same as an element of the page, which a later picture replaces."""

    handle: Any = None

    def show(self, done: int, of: int) -> None:
        self.put(f'<progress value="{done}" max="{of}"></progress> {done:,} of {of:,} {self.drawn} drawn')

    def close(self) -> None:
        if self.shown:
            self.put("")

    def put(self, text: str) -> None:
        page: Any = import_module("IPython.display")  # there where a notebook is, and no dependency of ours
        if self.handle is None:
            self.handle = page.display(page.HTML(text), display_id=True)
        else:
            self.handle.update(page.HTML(text))


def _bar(drawn: str = "panels") -> _Bar | None:
    """A bar for whoever is watching what is drawn; none where nobody is."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None and hasattr(shell, "kernel"):
        return _NotebookBar(drawn)
    return _Bar(drawn) if sys.stderr is not None and sys.stderr.isatty() else None
