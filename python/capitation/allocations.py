"""Money shared out among places by need: targets, larger places, and who gains by another health-inequalities share.

The arithmetic is data, in `programmes/nhs/allocation.toml` or in a contract of the user's own. Amounts are exact,
in major units (pounds), and totals are the sums of their lines.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from capitation import shown, tables, words
from capitation._capitation import _Allocation
from capitation.model import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa
    from altair.typing import ChartType

    from capitation._capitation import Contract, Statement, _ArrowTable
    from capitation.tables import Kind

_Number = Decimal | int | str
# A weighted population further from the registered list than this part of it is told.
_NEAR = Decimal("0.000001")
# Rows that a notebook shows of each end.
_SHOWN = 10


class Target(Record, frozen=True, kw_only=True):
    """What one place is due; amounts in major units."""

    place: str
    places: int
    """How many places it is made of."""
    registered: Decimal
    """Registered people."""
    weighted: Decimal
    """People weighted by need and cost."""
    need_index: Decimal
    """Weighted by registered people, beside the same of all places, to six decimals."""
    share: Decimal
    """The part of all weighted people, to ten decimals."""
    target: Decimal
    """What it is due, in whole pennies."""
    per_head: Decimal
    """The same for one registered person."""


class ComponentSum(Record, frozen=True, kw_only=True):
    """What a weighted population adds up to, beside the registered list."""

    name: str
    people: Decimal
    beside_list: Decimal
    """As a part of the list, less 1: nought where the population is normalised."""


class Made(Record, frozen=True, kw_only=True):
    """What made an allocation."""

    version: str
    formula: str
    contract: str
    """The fingerprint of the formula's contract."""
    places: str
    """The fingerprint of the places."""
    total: Decimal | None
    """What was shared out, in major units; none where each place is due the formula's own amount."""
    sums: tuple[ComponentSum, ...]
    """What each weighted population adds up to."""
    unverified: tuple[str, ...]


class _AllocationData(Record, frozen=True, kw_only=True):
    places: tuple[Target, ...]
    registered: Decimal
    weighted: Decimal
    target: Decimal
    currency: str
    made: Made


class Gain(Record, frozen=True, kw_only=True):
    """What one place gains, or loses below zero; amounts in major units."""

    place: str
    registered: Decimal
    before: Decimal
    after: Decimal
    gain: Decimal
    per_head: Decimal
    """The gain for one registered person, to the penny."""
    part: Decimal | None
    """The gain as a part of what it was due before, to six decimals."""


class _EffectData(Record, frozen=True, kw_only=True):
    places: tuple[Gain, ...]
    gained: Decimal
    lost: Decimal
    people_who_gain: Decimal
    people_who_lose: Decimal
    currency: str


_TARGETS: dict[str, Kind] = {
    "place": "text",
    "places": "count",
    "registered": "quantity",
    "weighted": "quantity",
    "need_index": "quantity",
    "share": "quantity",
    "target": "amount",
    "per_head": "amount",
}
_GAINS: dict[str, Kind] = {
    "place": "text",
    "registered": "quantity",
    "before": "amount",
    "after": "amount",
    "gain": "amount",
    "per_head": "amount",
    "part": "quantity",
}


class Allocation:
    """What each of many places is due. A notebook shows the largest and a total; `to_frame` gives all.

    `allocation` makes it; `by` gives the same for larger places, and `effect` who gains by another share.
    """

    def __init__(self, core: _Allocation, share: _Number | None = None, group: str | None = None) -> None:
        """Take over what the core has shared out."""
        self._core, self._share, self.group = core, share, group
        kind = tuple[Decimal | None, tuple[tuple[str, Decimal], ...], _AllocationData]
        made = msgspec.json.decode(core.allocation(share, group), type=kind)
        self.health_inequalities_share: Decimal | None = made[0]
        """The part that follows avoidable mortality, where the formula has one."""
        self.factors: dict[str, Decimal] = dict(made[1])
        """What weighted populations were multiplied by, where they were normalised."""
        self._data = made[2]
        self.places: tuple[Target, ...] = self._data.places
        """Place by place, in their order."""
        self.registered: Decimal = self._data.registered
        """All registered people."""
        self.weighted: Decimal = self._data.weighted
        """All weighted people."""
        self.target: Decimal = self._data.target
        """What all are due."""
        self.currency: str = self._data.currency
        """The currency of all amounts."""

    @property
    def groups(self) -> list[str]:
        """The larger places that were named."""
        return self._core.groups()

    def by(self, group: str) -> Allocation:
        """The allocation of larger places, each the sum of its places.

        Raises:
            ContractError: places are not grouped by that; the groups there are, are named.
        """
        return Allocation(self._core, self._share, group)

    def with_health_inequalities_share(self, share: _Number) -> Allocation:
        """The same places and total, with another part that follows avoidable mortality.

        Raises:
            ContractError: it is not from 0 to 1, or the formula has no such share.
        """
        return Allocation(self._core, share, self.group)

    def effect(self, *, health_inequalities_share: _Number) -> Effect:
        """Who gains and who loses where another part follows avoidable mortality, at the level of this allocation.

        Raises:
            ContractError: it is not from 0 to 1, or the formula has no such share.
        """
        text = self._core.effect(self._share, health_inequalities_share, self.group)
        after = Decimal(str(health_inequalities_share))
        return Effect(text, self.health_inequalities_share, after, self.group, self.stamp)

    def need_within(self, group: str) -> dict[str, Decimal]:
        """Each place's need beside its larger place: (weighted / registered) of the one by that of the other.

        It is not the need index beside all places, which `places` have. Half up to six decimals.

        Raises:
            ContractError: places are not grouped by that.
        """
        found = msgspec.json.decode(self._core.need_within(self._share, group), type=tuple[Decimal, ...])
        lines = self.places if self.group is None else Allocation(self._core, self._share).places
        return {line.place: need for line, need in zip(lines, found, strict=True)}

    def statement(self, place: str) -> Statement:
        """One place, line by line from its weighted populations to the formula's own target.

        Where a total was shared out, the place gets its part of that by its weighted population, which `places` tells:
        the target here is what the formula pays for a weighted head.

        Raises:
            ContractError: there is no such place; the nearest name is told.
        """
        return self._core.statement(self._share, place)

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of."""
        made, share = self._data.made, self.health_inequalities_share
        return {
            "capitation": made.version,
            "formula": made.formula,
            "contract": made.contract,
            "places": made.places,
            "health inequalities share": "none" if share is None else str(share),
            "total shared out": "none" if made.total is None else str(made.total),
            "larger place": self.group or "none",
            **{f"sum of {each.name}": _beside_list(each) for each in made.sums},
            **{f"normalised: {column}": f"× {factor}" for column, factor in self.factors.items()},
            "currency": self.currency,
            "unverified terms": ", ".join(made.unverified) or "none",
        }

    def to_frame(self) -> pa.Table:
        """One row a place, in Arrow.

        Columns: `place`; `places` that it is made of; `registered` and `weighted` people; `need_index` beside all
            places;
        `share` of all weighted people; `target` and `per_head` in major units.
        """
        rows = map(msgspec.structs.astuple, self.places)
        return tables.frame(tables.of("allocation", "what each place is due", _TARGETS, rows), self.stamp)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The same table for any library that speaks Arrow."""
        return self.to_frame().__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        """The number of places."""
        return len(self.places)

    def _caption(self) -> str:
        due = words.money(self.target, self.currency)
        return f"{len(self):,} places, {self.registered:,.0f} people, {due}"

    def __repr__(self) -> str:
        """Places, people and money."""
        return f"Allocation({self._caption()})"

    def _repr_html_(self) -> str:
        largest = sorted(self.places, key=lambda line: line.target, reverse=True)[: 2 * _SHOWN]
        rows = [
            [
                line.place,
                f"{line.registered:,.0f}",
                f"{line.weighted:,.0f}",
                f"{line.need_index:.3f}",
                words.money(line.target, self.currency),
                words.money(line.per_head, self.currency),
            ]
            for line in largest
        ]
        head = ["place", "registered", "weighted", "need index", "due", "a head"]
        more = len(self) - len(rows)
        notes = [f"The {len(rows)} that are due the most; {more:,} more in `to_frame()`."] if more else []
        notes += [
            f"{each.name} adds up to {each.people:,.0f} people beside {self.registered:,.0f} on the list: "
            "normalise=True brings it to the list."
            for each in self._data.made.sums
            if abs(each.beside_list) > _NEAR
        ]
        return shown.table_and_notes(self._caption(), head, rows, [*notes, words.listed(self.stamp)])


class Effect:
    """Who gains and who loses by another health-inequalities share; `Allocation.effect` makes it.

    A notebook shows those who gain and lose the most, as a part of what they were due.
    """

    def __init__(
        self, text: str, before: Decimal | None, after: Decimal, group: str | None, stamp: dict[str, str]
    ) -> None:
        """Take over what the core has found."""
        data = msgspec.json.decode(text, type=_EffectData)
        self.before, self.after = before, after
        self.group = group
        self.places: tuple[Gain, ...] = data.places
        """Place by place, in their order."""
        self.gained: Decimal = data.gained
        """What places that gain gain together; where a total is shared out, the others lose the same."""
        self.lost: Decimal = data.lost
        """What places that lose lose together, above zero."""
        self.people_who_gain: Decimal = data.people_who_gain
        """How many people live in places that gain."""
        self.people_who_lose: Decimal = data.people_who_lose
        """How many people live in places that lose."""
        self.currency: str = data.currency
        """The currency of all amounts."""
        self._stamp = stamp

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of."""
        shares = f"{self.before} → {self.after}"
        return {**self._stamp, "health inequalities share": shares}

    def ranked(self) -> list[Gain]:
        """Places from the largest gain to the largest loss, as a part of what they were due."""
        return sorted(self.places, key=lambda gain: (gain.part or Decimal(0), gain.gain), reverse=True)

    def to_frame(self) -> pa.Table:
        """One row a place, in Arrow.

        Columns: `place`, `registered` people, `before` and `after`, the `gain` (below zero a loss), all in major
            units, the
        gain `per_head` of registered people, and as a `part` of what was due before.
        """
        rows = map(msgspec.structs.astuple, self.places)
        return tables.frame(tables.of("effect", "who gains and who loses", _GAINS, rows), self.stamp)

    @property
    def plot(self) -> EffectPlots:
        """Charts of gains and losses."""
        return EffectPlots(self)

    def finding(self) -> str:
        """What moves, and to how many people, in a sentence."""
        asked = f"A health-inequalities share of {words.exact_percent(self.after)}"
        told = asked if self.before is None else f"{asked} instead of {words.exact_percent(self.before)}"
        if not self.gained and not self.lost:
            return f"{told} moves nothing"
        gain = sum(1 for place in self.places if place.gain > 0)
        lose = sum(1 for place in self.places if place.gain < 0)
        gains = "1 place gains" if gain == 1 else f"{gain:,} places gain"
        gained, lost = (words.compact(float(amount), self.currency) for amount in (self.gained, self.lost))
        # Without a total, what all are due changes too.
        moved = f"moves {gained}" if self.gained == self.lost else f"gives {gained} and takes {lost}"
        return f"{told} {moved}: {gains} and {lose:,} {'loses' if lose == 1 else 'lose'}"

    def __repr__(self) -> str:
        """The finding."""
        return f"Effect({self.finding()})"

    def _repr_html_(self) -> str:
        ranked = self.ranked()
        ends = ranked if len(ranked) <= 2 * _SHOWN else [*ranked[:_SHOWN], *ranked[-_SHOWN:]]
        rows = [
            [
                gain.place,
                words.money(gain.before, self.currency, digits=0),
                words.money(gain.gain, self.currency, digits=0, plus=True),
                words.money(gain.per_head, self.currency, plus=True),
                "" if gain.part is None else words.percent(float(gain.part), 2, plus=True),
            ]
            for gain in ends
        ]
        more = len(ranked) - len(ends)
        notes = [f"{more:,} places between them are in `to_frame()`."] if more else []
        head = ["place", "due before", "gains", "a head", "of what was due"]
        return shown.table_and_notes(self.finding(), head, rows, [*notes, words.listed(self.stamp)])


class EffectPlots:
    """Charts of who gains and loses, each an Altair chart."""

    def __init__(self, effect: Effect) -> None:
        """Charts of this effect."""
        self._effect = effect

    def gains(self, **options: Any) -> ChartType:
        """Those who gain and lose the most, as a part of what they were due."""
        from capitation.charts import gains

        return gains.gains_and_losses(self._effect, **options)


def allocation(
    table: _ArrowTable,
    contract: Contract,
    *,
    place: str,
    columns: Mapping[str, str],
    groups: Mapping[str, str] | None = None,
    total: _Number | None = None,
    normalise: bool = False,
) -> Allocation:
    """Share money out among places by the need of their people.

    Example, on NHS England's model of its core allocation by practice:

        formula = cap.programme("nhs-allocation", 2021).contract(track="core")
        columns = {"registered list": "GP_pop", "weighted population, general and acute": "WP_G&A", ...}
        found = cap.adjustment.allocation(practices, formula, place="Practice", columns=columns)

    Args:
        table: one row a place, from polars, pandas or pyarrow. Numbers are held to nine decimals.
        contract: the formula: it asks for the input `registered list`, and has clauses `overall weighted
            population` and `target`.
        place: the column of the place's code.
        columns: the table's column for each input of the contract; one that is not named has the input's own name.
        groups: the column of each kind of larger place, such as `{"ICB": "STP21"}`.
        total: what all are due together, in major units and whole pennies, shared out by weighted population
            without loss. Without it each is due the contract's own amount for a weighted head.
        normalise: multiply each weighted population so that it adds up to the registered list; `factors` says by
            what.

    Raises:
        PopulationError: a column is missing or has a null; a list or an index is not above zero, a weighted
            population is below it; a place belongs to no larger one.
        ContractError: a place is there twice, or the contract lacks one of the three names.
        SettlementError: an amount cannot be held exactly, naming the place.
    """
    return Allocation(
        _Allocation(table, contract, place, dict(columns), dict(groups or {}), total, normalise)
    )


def _beside_list(each: ComponentSum) -> str:
    return f"{each.people:f}, {words.percent(float(each.beside_list), 6, plus=True)} beside the list"
