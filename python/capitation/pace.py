"""Distance from target and the pace of change: one year after another, each total met to the penny."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from capitation import shown, tables, words
from capitation._capitation import _pace_of_change
from capitation.arguments import listed
from capitation.model import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from altair.typing import ChartType

    from capitation._capitation import _ArrowTable
    from capitation.tables import Kind

_Number = Decimal | int | str
# Rows that a notebook shows of each end.
_SHOWN = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """How fast places are brought to their targets. Every number is the user's: there is no default pace.

    Growth of a place = common growth + convergence. Common growth is what the total allows. That is how allocations
    are published; on which year's money the gap is measured no source at hand says, and it is this year's here.
    """

    closes: _Number
    """The part of the distance from target that a year closes, from 0 to 1, whatever the total grows by: 1 lands on
    target, unless a limit or a floor binds."""
    within: _Number = 0
    """The distance from target that is let alone: beyond it, only the rest counts."""
    at_most: _Number | None = None
    """The most that convergence adds or takes in a year, as a part of the opening allocation."""
    least_growth: _Number | None = None
    """The least growth of any place: "0.01" for 1 %. All others make room for those who are held at it."""


class Moved(Record, frozen=True, kw_only=True):
    """One place in one year; amounts in major units, all else ratios: 0.05 is 5 %."""

    place: str
    opening: Decimal
    distance_before: Decimal
    """Opening / target − 1, targets being the opening total by weight."""
    convergence: Decimal
    """What convergence adds, as a part of the opening; below zero takes."""
    growth: Decimal
    """Allocation / opening − 1."""
    held: bool
    """Whether it is held at the least growth."""
    allocation: Decimal
    """What it gets, in whole pennies."""
    target: Decimal
    """What it should get of this year's total, by weight."""
    distance_after: Decimal
    """Allocation / target − 1."""


class PaceYear(Record, frozen=True, kw_only=True):
    """One year: everybody's allocation, which adds up to the total."""

    total: Decimal
    common_growth: Decimal
    """The growth of a place without convergence."""
    places: tuple[Moved, ...]
    currency: str


class Reached(Record, frozen=True, kw_only=True):
    """When a place comes near its target."""

    place: str
    opening_distance: Decimal
    closing_distance: Decimal
    years: int | None
    """The years until it is near and stays so; 0 from the beginning, none where it is not at the end."""


class _Path(Record, frozen=True, kw_only=True):
    years: tuple[PaceYear, ...]
    fingerprint: str
    version: str


_YEARS: dict[str, Kind] = {
    "year": "count",
    "place": "text",
    "opening": "amount",
    "distance_before": "quantity",
    "convergence": "quantity",
    "growth": "quantity",
    "held": "flag",
    "allocation": "amount",
    "target": "amount",
    "distance_after": "quantity",
}
_REACHED: dict[str, Kind] = {
    "place": "text",
    "opening_distance": "quantity",
    "closing_distance": "quantity",
    "years": "count",
}


class PaceOfChange:
    """Years one after the other, each opening where the last closed; `pace_of_change` makes it.

    A notebook shows the places that begin farthest from their targets.
    """

    def __init__(self, text: str, policy: Policy, near: _Number) -> None:
        """Take over what the core has worked out."""
        path, self.reached = msgspec.json.decode(text, type=tuple[_Path, tuple[Reached, ...]])
        self._path = path
        self.years: tuple[PaceYear, ...] = path.years
        """The years, in order."""
        self.policy, self.near = policy, Decimal(str(near))

    @property
    def currency(self) -> str:
        """The currency of all amounts."""
        return self.years[0].currency

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of."""
        policy = self.policy
        return {
            "capitation": self._path.version,
            "places, openings and weights": self._path.fingerprint,
            "part of the gap closed in a year": str(policy.closes),
            "let alone within": str(policy.within),
            "convergence at most": "without limit" if policy.at_most is None else str(policy.at_most),
            "least growth": "none" if policy.least_growth is None else str(policy.least_growth),
            "totals": ", ".join(str(year.total) for year in self.years),
            "near": str(self.near),
            "currency": self.currency,
        }

    def to_frame(self, table: str = "years") -> pa.Table:
        """`years` (one row a year and place, years from 1), or when each place is `reached`, in Arrow.

        Raises:
            ValueError: there is no such table.
        """
        if table == "reached":
            rows = map(msgspec.structs.astuple, self.reached)
            about = "years until a place is near its target"
            return tables.frame(tables.of("reached", about, _REACHED, rows), self.stamp)
        if table != "years":
            raise ValueError(f"there is no table `{table}`; name years or reached")
        moved = [
            (number, *msgspec.structs.astuple(place))
            for number, year in enumerate(self.years, start=1)
            for place in year.places
        ]
        return tables.frame(tables.of("years", "the pace of change", _YEARS, moved), self.stamp)

    @property
    def plot(self) -> PacePlots:
        """Charts of distances from target."""
        return PacePlots(self)

    def farthest(self, most: int = 2 * _SHOWN) -> list[Reached]:
        """At most so many places, those that begin farthest from their targets, from over to under."""
        ranked = sorted(self.reached, key=lambda place: abs(place.opening_distance), reverse=True)[:most]
        return sorted(ranked, key=lambda place: place.opening_distance, reverse=True)

    def finding(self) -> str:
        """How far places are from their targets before and after, in a sentence."""
        far = [place for place in self.reached if abs(place.opening_distance) > self.near]
        left = [place for place in self.reached if abs(place.closing_distance) > self.near]
        years = f"{len(self.years)} year{'s' * (len(self.years) != 1)}"
        near = words.exact_percent(self.near)
        if not far and not left:
            return f"All {len(self.reached):,} places are within {near} of target, before and after {years}"
        return (
            f"{len(far):,} of {len(self.reached):,} places begin more than {near} from target; "
            f"after {years} {len(left):,} are"
        )

    def __repr__(self) -> str:
        """The finding."""
        return f"PaceOfChange({self.finding()})"

    def _repr_html_(self) -> str:
        rows = [
            [
                place.place,
                words.percent(float(place.opening_distance), 2, plus=True),
                words.percent(float(place.closing_distance), 2, plus=True),
                "not yet" if place.years is None else str(place.years),
            ]
            for place in self.farthest()
        ]
        head = ["place", "distance before", "distance after", "years until near"]
        more = len(self.reached) - len(rows)
        notes = [f"{more:,} places that begin nearer are in `to_frame('reached')`."] if more else []
        stamp = words.listed(self.stamp)
        return shown.table_and_notes(self.finding(), head, rows, [*notes, stamp])


class PacePlots:
    """Charts of the pace of change, each an Altair chart."""

    def __init__(self, pace: PaceOfChange) -> None:
        """Charts of these years."""
        self._pace = pace

    def distances(self, **options: Any) -> ChartType:
        """Distance from target before and after, of the places that begin farthest from it."""
        from capitation.charts import distance

        return distance.before_and_after(self._pace, **options)


def pace_of_change(
    table: _ArrowTable,
    *,
    place: str,
    opening: str,
    weight: str,
    policy: Policy,
    totals: Sequence[_Number],
    near: _Number,
    currency: str = "GBP",
) -> PaceOfChange:
    """Bring places from what they get to what they should, year by year.

    Distance from target is opening / target − 1; targets are the total shared out by weight, so that distances add
    up to no money. Each year's total is met to the penny, and nobody grows by less than the policy's least growth.

    Args:
        table: one row a place, from polars, pandas or pyarrow.
        place: the column of the place's code.
        opening: the column of what each gets now, in major units and whole pennies.
        weight: the column that targets follow: `weighted` or `target` of an allocation. It stays as it is for all
            years.
        policy: how fast; all of it is the user's decision.
        totals: what all get together in each year, in major units and whole pennies.
        near: the distance from target within which a place counts as near: "0.025" for 2.5 % either way.
        currency: of all amounts.

    Raises:
        PopulationError: a column is missing or has a null; an opening or a weight is not above zero, or an opening
            not whole pennies.
        ContractError: the policy has no meaning, there is no year, a place is there twice, or a total does not pay
            the least growth for all: by how much.
        SettlementError: an amount cannot be held exactly.
        TypeError: a float among the numbers of the policy or the totals, which is not exact.
    """
    decided = (policy.closes, policy.within, policy.at_most, policy.least_growth)
    text = _pace_of_change(
        table, (place, opening, weight), currency, decided, listed("totals", totals, "totals"), near
    )
    return PaceOfChange(text, policy, near)
