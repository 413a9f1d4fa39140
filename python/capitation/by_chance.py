"""Savings that are there by chance alone, and how many ACOs cross their minimum rate by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from capitation import tables, words
from capitation._capitation import _savings_by_chance
from capitation.model import Record
from capitation.shown import table_and_notes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from altair.typing import ChartType

    from capitation._capitation import Severity, _MsspResults
    from capitation.tables import Kind


class SavingsByChance(Record, frozen=True, kw_only=True):
    """What chance alone makes of a minimum savings rate, where nothing is saved in truth."""

    deviation: float
    """The standard deviation of what all cost, over its mean."""
    probability: float
    """The probability of a saving of at least the minimum rate, from the distribution of the sum."""
    normal: float
    """The same by the normal law."""
    payout: float
    """What is to be shared on average, from the first dollar, over the benchmark and before the sharing rate."""
    normal_payout: float
    """The same by the normal law: sd φ(m/sd)."""
    error: float
    """How far the distribution function may be from the true one."""


def savings_by_chance(
    person: Severity, *, people: float, minimum_rate: float, cap: float | None = None
) -> SavingsByChance:
    """What chance alone makes of a minimum savings rate, where nothing is saved in truth.

    The benchmark is what people cost on average, and it is known. A benchmark that is itself an estimate, and whatever
    moves all people together, make savings by chance likelier than this.

    Args:
        person: the law of one person's cost, in any unit of money.
        people: how many there are, or person years.
        minimum_rate: a share of the benchmark from 0 up to 1: 0.02 for 2 %.
        cap: each person's cost counts up to this amount; all of it where it is left out.

    Raises:
        RiskError: a rate that is none, nobody, or costs without a mean or variance that no cap holds.
    """
    return msgspec.json.decode(_savings_by_chance(person, people, minimum_rate, cap), type=SavingsByChance)


class AcoByChance(Record, frozen=True, kw_only=True):
    """An ACO in a performance year, under one law of a person's cost."""

    year: int
    aco: str
    people: float
    """Person years where they are published, else assigned beneficiaries."""
    minimum_rate: float
    chance: SavingsByChance
    crossed: bool
    """Whether it did: benchmark less expenditure was above 0 and at least the minimum rate of the benchmark."""


class YearByChance(Record, frozen=True, kw_only=True):
    """A performance year, under one law of a person's cost."""

    year: int
    acos: int
    by_chance: float
    """The share of ACOs that crosses its minimum rate by chance alone, on average over years."""
    normal: float
    """The same by the normal law."""
    crossed: float
    """The share of them that did."""


class _Found(msgspec.Struct, frozen=True):
    rows: tuple[AcoByChance, ...]
    version: str
    files: dict[str, str]
    cap: float
    method: str


_YEARS: dict[str, Kind] = {
    "year": "year",
    "acos": "count",
    "by_chance_least": "share",
    "by_chance_most": "share",
    "normal_least": "share",
    "normal_most": "share",
    "crossed": "share",
}
_ROWS: dict[str, Kind] = {
    "year": "year",
    "aco": "text",
    "people": "number",
    "minimum_rate": "share",
    "by_chance_least": "share",
    "by_chance_most": "share",
    "error": "tiny",
    "crossed": "flag",
}


class AcosByChance:
    """How likely each ACO is to cross its minimum rate by chance alone: `MsspResults.by_chance` makes it. Modelled."""

    def __init__(self, results: _MsspResults, persons: Sequence[Severity], percentile: float) -> None:
        """Ask the core, once for each law."""
        if not persons:
            raise ValueError(
                "by_chance() needs a law of one person's cost; give one, or the least and the most spread"
            )
        texts = results.by_chance(list(persons), percentile)
        found = [msgspec.json.decode(text, type=tuple[_Found, tuple[YearByChance, ...]]) for text in texts]
        self.rows: tuple[tuple[AcoByChance, ...], ...] = tuple(each.rows for each, _ in found)
        """For each law, every row of every file."""
        self.years: tuple[tuple[YearByChance, ...], ...] = tuple(years for _, years in found)
        """For each law, the performance years."""
        self._first = found[0][0]
        self._persons = [repr(person) for person in persons]
        self._percentile = percentile

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of: the version, the files, the laws of one person's cost, and that it is modelled."""
        return {
            "capitation": self._first.version,
            **self._first.files,
            "one person's cost": " or ".join(self._persons),
            "counted up to": f"percentile {self._percentile:g}",
            "method": self._first.method,
        }

    def to_frame(self, table: str = "years") -> pa.Table:
        """`years`, or the `rows` of each ACO, in Arrow: the least and the most over the laws that were given.

        Columns of years: year, acos, by_chance_least, by_chance_most, normal_least, normal_most, crossed. Columns of
        rows: year, aco, people, minimum_rate, by_chance_least, by_chance_most, error, crossed.

        Raises:
            ValueError: there is no such table.
        """
        if table == "years":
            return tables.frame(
                tables.of("years", "by chance alone", _YEARS, map(_year, zip(*self.years, strict=True))),
                self.stamp,
            )
        if table != "rows":
            raise ValueError(f"there is no table `{table}`; name years or rows")
        return tables.frame(
            tables.of("rows", "by chance alone", _ROWS, map(_row, zip(*self.rows, strict=True))), self.stamp
        )

    @property
    def plot(self) -> AcosByChancePlots:
        """Charts of it: `by_year`."""
        return AcosByChancePlots(self)

    def _told(self) -> tuple[str, list[str], list[list[str]], list[str]]:
        head = ["year", "ACOs", "by chance alone", "by the normal law", "crossed"]
        rows = []
        for laws in zip(*self.years, strict=True):
            year, acos, *shares = _year(laws)
            least, most, normal_least, normal_most, crossed = shares
            row = [str(year), f"{acos:,}", words.band(least, most), words.band(normal_least, normal_most)]
            rows.append([*row, words.percent(crossed)])
        notes = ["Modelled: the files do not say how much people's costs vary.", words.listed(self.stamp)]
        return "Savings above the minimum rate: by chance alone, and in fact", head, rows, notes

    def _repr_html_(self) -> str:
        return table_and_notes(*self._told())

    def __repr__(self) -> str:
        """The table as text."""
        caption, head, rows, notes = self._told()
        return "\n".join([caption, *words.columns([head, *rows]), "", *notes])


def _year(laws: tuple[YearByChance, ...]) -> tuple[Any, ...]:
    chances, normals = [law.by_chance for law in laws], [law.normal for law in laws]
    ends = (min(chances), max(chances), min(normals), max(normals))
    return (laws[0].year, laws[0].acos, *ends, laws[0].crossed)


def _row(laws: tuple[AcoByChance, ...]) -> tuple[Any, ...]:
    one, chances = laws[0], [law.chance.probability for law in laws]
    error = max(law.chance.error for law in laws)
    return (one.year, one.aco, one.people, one.minimum_rate, min(chances), max(chances), error, one.crossed)


class AcosByChancePlots:
    """Charts of savings by chance, each an Altair chart."""

    def __init__(self, by_chance: AcosByChance) -> None:
        """Charts of these ACOs."""
        self._by_chance = by_chance

    def __call__(self, **options: Any) -> ChartType:
        """As `by_year`."""
        return self.by_year(**options)

    def by_year(self, **options: Any) -> ChartType:
        """The share of ACOs that crosses by chance alone, as a band, beside the share that did.

        Args:
            **options: `width` in pixels.
        """
        from capitation.charts import by_chance

        return by_chance.by_year(self._by_chance, **options)
