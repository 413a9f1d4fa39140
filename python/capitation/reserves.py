"""What a party must hold to bear the risk of a contract, and how the risk of a panel goes with its size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from capitation import tables, words
from capitation._capitation import CostModel, _capital, _panel_sizes
from capitation.arguments import counts
from capitation.model import Record
from capitation.outlooks import chance, estimated_stamp
from capitation.outlooks import stamp as outlook_stamp
from capitation.shown import table_and_notes

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from capitation._capitation import Outlook, Population
    from capitation.charts import ChartType

_CAPITAL: dict[str, tables.Kind] = {
    "one_in": "count",
    "quantile": "money",
    "tvar": "money",
    "quantile_error": "money",
    "tvar_error": "money",
    "quantile_if_normal": "money",
    "tvar_if_normal": "money",
}
_SIZES: dict[str, tables.Kind] = {
    "people": "count",
    "expected_cost": "money",
    "relative_deviation": "share",
    "skewness": "number",
    "median": "share",
    "overspend": "share",
    "overspend_by_a_tenth": "share",
    "by_a_tenth_if_normal": "share",
    "error": "tiny",
}


class Capital(Record, frozen=True, kw_only=True):
    """The capital that meets a party's deficit in all but one year of so many, in major units.

    An amount is below 0 where even such a year is a gain.
    """

    one_in: int
    quantile: float
    """The deficit that is exceeded in one year of so many at most: the value at risk."""
    tvar: float
    """The mean deficit of the worst years, one of so many: the tail value at risk."""
    quantile_error: float
    """How far `quantile` may be off, from the error of the distribution."""
    tvar_error: float
    """How far `tvar` may be off by the same error where years are not so bad."""
    quantile_if_normal: float
    """The first by the normal approximation."""
    tvar_if_normal: float
    """The second by the normal approximation."""


class CapitalNeeds:
    """What a party must hold to bear the risk of a contract: `capital` makes it."""

    def __init__(self, outlook: Outlook, party: str, one_in: Iterable[int]) -> None:
        """Ask the core."""
        years = counts("one_in", one_in, "years, such as 20 and 200")
        self.rows: tuple[Capital, ...] = msgspec.json.decode(
            _capital(outlook, party, years), type=tuple[Capital, ...]
        )
        """One for each of the years that were asked for."""
        self.party: str = party
        """Whose it is."""
        self.currency: str = outlook.currency
        """The currency of every amount."""
        self._outlook = outlook

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of: that of the outlook."""
        return outlook_stamp(self._outlook)

    def one_in(self, years: int) -> Capital:
        """The capital for one year in so many.

        Raises:
            KeyError: it was not asked for.
        """
        for row in self.rows:
            if row.one_in == years:
                return row
        raise KeyError(f"one year in {years} was not asked for; ask for one_in=[{years}]")

    def to_frame(self) -> pa.Table:
        """One row for each: one_in, quantile, tvar, their errors, and both if normal; amounts in major units."""
        rows = [msgspec.structs.astuple(row) for row in self.rows]
        return tables.frame(tables.of("capital", f"what {self.party} must hold", _CAPITAL, rows), self.stamp)

    def _told(self) -> tuple[str, list[str], list[list[str]], list[str]]:
        def money(value: float) -> str:
            return words.money(value, self.currency, digits=0)

        def held(value: float) -> str:
            return money(value) if value > 0 else f"none, {money(-value)} left"

        head = [
            "one year in",
            "its deficit",
            "right to",
            "mean of the years beyond",
            "right to",
            "its deficit if normal",
        ]
        rows = [
            [
                f"{row.one_in:,}",
                held(row.quantile),
                money(row.quantile_error),
                held(row.tvar),
                money(row.tvar_error),
                held(row.quantile_if_normal),
            ]
            for row in self.rows
        ]
        caption = f"{self._outlook.contract}: what {self.party} must hold, in {self.currency}"
        return caption, head, rows, [words.listed(self.stamp)]

    def _repr_html_(self) -> str:
        return table_and_notes(*self._told())

    def __repr__(self) -> str:
        """The table as text."""
        caption, head, rows, notes = self._told()
        return "\n".join([caption, *words.columns([head, *rows]), "", *notes])


def capital(outlook: Outlook, party: str = "provider", *, one_in: Iterable[int] = (20, 200)) -> CapitalNeeds:
    """The capital that meets a party's deficit in all but one year of each of so many.

    Args:
        outlook: what the contract may come to.
        party: whose deficit it is.
        one_in: one in 20 and one in 200 (as in Solvency II, Directive 2009/138/EC, art. 101) unless told otherwise.

    Raises:
        RiskError: fewer than 2 years, no such party, or only the mean of its result is known.
        TypeError: one number in place of a list.
    """
    return CapitalNeeds(outlook, party, one_in)


class PanelSize(Record, frozen=True, kw_only=True):
    """What a panel of one size may cost, beside what it is expected to."""

    people: int
    expected_cost: float
    """In major units."""
    relative_deviation: float
    """The standard deviation of what they cost, as a part of the expected cost."""
    skewness: float | None
    """Of what they cost; None where a tail is so heavy that it has none."""
    median: float
    """What half of panels cost at most, as a part of the expected cost."""
    overspend: float
    """The probability that they cost more than expected."""
    overspend_by_a_tenth: float
    """The probability that they cost over a tenth more than expected."""
    by_a_tenth_if_normal: float
    """The last by the normal approximation."""
    error: float
    """How far the probabilities may be from the true ones."""


class PanelSizes:
    """How the risk of a panel falls, or does not fall, with its size: `panel_sizes` makes it."""

    def __init__(self, model: CostModel, sizes: Iterable[int]) -> None:
        """Ask the core."""
        text = _panel_sizes(model, counts("sizes", sizes, "numbers of people"))
        self.rows: tuple[PanelSize, ...] = msgspec.json.decode(text, type=tuple[PanelSize, ...])
        """One for each size, in the order asked for."""
        self.currency: str = model.currency
        """The currency of every amount."""
        self._model = model

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of: the version, and the cost model with what moves its costs together."""
        return estimated_stamp(self._model)

    @property
    def plot(self) -> PanelSizePlots:
        """Charts of it: `overspend`."""
        return PanelSizePlots(self)

    def to_frame(self) -> pa.Table:
        """One row for each size, with the stamp in the metadata.

        Columns: people, expected_cost, relative_deviation, skewness, median, overspend, overspend_by_a_tenth,
        by_a_tenth_if_normal, error. Money is in major units; the deviation and the median are parts of it.
        """
        rows = [msgspec.structs.astuple(row) for row in self.rows]
        return tables.frame(tables.of("sizes", "what panels may cost", _SIZES, rows), self.stamp)

    def _told(self) -> tuple[str, list[str], list[list[str]], list[str]]:
        head = ["people", "standard deviation", "half cost at most", "over the mean", "over it by a tenth"]
        rows = [
            [
                f"{row.people:,}",
                words.percent(row.relative_deviation),
                words.percent(row.median),
                chance(row.overspend),
                chance(row.overspend_by_a_tenth),
            ]
            for row in self.rows
        ]
        worst = max((row.error for row in self.rows), default=0.0)
        notes = [
            "Standard deviation and median are parts of the expected cost.",
            f"Probabilities are right to {words.tiny(worst)}.",
            words.listed(self.stamp),
        ]
        return "What panels may cost, by their size", head, rows, notes

    def _repr_html_(self) -> str:
        return table_and_notes(*self._told())

    def __repr__(self) -> str:
        """The table as text."""
        caption, head, rows, notes = self._told()
        return "\n".join([caption, *words.columns([head, *rows]), "", *notes])


class PanelSizePlots:
    """Charts of panels by their size, each an Altair chart."""

    def __init__(self, sizes: PanelSizes) -> None:
        """Charts of these sizes."""
        self._sizes = sizes

    def __call__(self, **options: Any) -> ChartType:
        """As `overspend`."""
        return self.overspend(**options)

    def overspend(self, **options: Any) -> ChartType:
        """How likely an overspend is, by the size of the panel on a scale of tens, and why it rises first.

        Args:
            **options: `width` in pixels.

        Raises:
            ValueError: there are fewer than two sizes.
        """
        from capitation.charts import sizes

        return sizes.panel_sizes(self._sizes, **options)


def panel_sizes(model: CostModel | Population, sizes: Iterable[int]) -> PanelSizes:
    """What panels of these sizes may cost, each drawn at random from the people of the model.

    The deviation falls with the root of the size. The chance of an overspend by a tenth does not: most small panels
    have none of the few people who cost the most, and underspend. It rises first, and falls only when one of them
    is nearly always there.

    Args:
        model: what people cost.
        sizes: how many people each panel has, at least one.

    Raises:
        RiskError: a panel of nobody, or costs without a mean or a variance.
        TypeError: one number in place of a list.
    """
    return PanelSizes(CostModel.of(model), sizes)
