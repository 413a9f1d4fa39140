"""Power against risk: families of contracts on one population, and the one to choose within limits.

Power is what a provider keeps of a pound by which care costs less; risk is the spread of its result. A contract that
leaves it more of the one leaves it more of the other, and of a family only some give the most power for their risk.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from capitation import tables, words
from capitation._capitation import CapitationError, CostModel, RiskError, _Design, _Frontier
from capitation.model import Record
from capitation.outlooks import METHOD, chance
from capitation.shown import table_and_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    import pyarrow as pa

    from capitation._capitation import Contract, Family, Population
    from capitation.charts import ChartType

    _Number = Decimal | int | str

_POINTS: dict[str, tables.Kind] = {
    "contract": "text",
    "power_over_volume": "number",
    "power_over_unit_cost": "number",
    "mean": "money",
    "standard_deviation": "money",
    "tvar": "money",
    "probability_of_deficit": "share",
    "probability_beyond_reserve": "share",
    "error": "tiny",
    "outlay": "money",
    "efficient": "flag",
    "beaten_by": "text",
    "solved": "text",
}
_PATH: dict[str, tables.Kind] = {
    "level": "number",
    "contract": "text",
    "power_over_volume": "number",
    "power_over_unit_cost": "number",
    "standard_deviation": "money",
    "tvar": "money",
    "probability_of_deficit": "share",
    "solved": "text",
}
_REFUSED: dict[str, tables.Kind] = {"contract": "text", "reason": "text"}
_PRICES: dict[str, tables.Kind] = {
    "limit": "text",
    "most": "number",
    "chosen": "number",
    "power_lost": "number",
    "next": "text",
    "next_at": "number",
    "power_per_unit": "number",
}
_LIMITS = {
    "beyond_reserve": "probability of a deficit above the reserve",
    "tvar": "mean loss of the worst years a head",
    "standard_deviation": "standard deviation a head",
}


class PowerOf(Record, frozen=True, kw_only=True):
    """What the provider keeps of a pound by which care costs less: 1 is all of it, 0 nothing."""

    unit_cost: float
    """Of a pound saved inside cases."""
    volume: float
    """Of a pound saved by a case that is avoided, with which goes what is paid for it."""
    saved: str
    """The part of all cost that is saved to see it."""
    held: tuple[str, ...]
    """Inputs that were given and do not move with cost."""
    slack: float | None
    """How far roundings may move each power; None where there is no bound."""


class ResultRisk(Record, frozen=True, kw_only=True):
    """The risk of a provider's result, in major units for each person."""

    mean: float
    standard_deviation: float
    tvar: float
    """The mean loss of the worst 1 − `level` of years; below 0 where even they are a gain."""
    level: float
    probability_of_deficit: float
    reserve: float
    """What there is to meet a deficit with, in all."""
    probability_beyond_reserve: float
    error: float
    """How far the probabilities may be from the true ones."""


class SolvedTerm(Record, frozen=True, kw_only=True):
    """A term that was solved, as the amounts are written."""

    term: str
    written: str
    solved: str
    residual: float
    """How far what it was solved for is then missed, as a part of it."""


class FrontierPoint(Record, frozen=True, kw_only=True):
    """One contract: its power, its risk and what it costs the payer."""

    member: int
    label: str
    settings: dict[str, str]
    """Where it lies on each axis of its grid."""
    solved: tuple[SolvedTerm, ...]
    power: PowerOf
    risk: ResultRisk
    outlay: float
    """What the payer pays on average, in major units, with the costs that it bears."""
    beaten_by: int | None
    """A contract that beats it, by its place: at least its power at no more risk and no more outlay."""


class PathPoint(Record, frozen=True, kw_only=True):
    """The contract with the most power whose risk is within a level."""

    level: float
    """The most that the risk may be, by the measure that was asked for: of money, for each person."""
    point: FrontierPoint


class _Refused(Record, frozen=True, kw_only=True):
    member: int
    label: str
    reason: str


class _Stamp(Record, frozen=True, kw_only=True):
    version: str
    model: str
    people: int
    terms_of: str
    given: dict[str, str]
    outlay: str | None
    basis: dict[str, str]
    unverified: tuple[str, ...]


class _FrontierData(Record, frozen=True, kw_only=True):
    points: tuple[FrontierPoint, ...]
    efficient: tuple[int, ...]
    refused: tuple[_Refused, ...]
    stamp: _Stamp


class _Next(Record, frozen=True, kw_only=True):
    place: int
    measure: float
    power_per_unit: float | None


class _Price(Record, frozen=True, kw_only=True):
    measure: str
    limit: float
    chosen: float
    power_lost: float
    next: _Next | None


class _DesignData(Record, frozen=True, kw_only=True):
    contract: msgspec.Raw
    chosen: FrontierPoint
    unlimited: FrontierPoint
    power_given_up: float
    outlay_difference: float
    prices: tuple[_Price, ...]
    frontier: msgspec.Raw


class LimitPrice(Record, frozen=True, kw_only=True):
    """What a limit costs: the power that would be won if it alone were lifted."""

    limit: str
    """What is limited, in words."""
    most: float
    chosen: float
    """What it is in the contract that was chosen."""
    power_lost: float
    """0 where the limit does not bind."""
    next: str | None
    """The next contract with more power that only this limit rules out; None where it rules out none."""
    next_at: float | None
    """What the limit would have to be for it."""
    power_per_unit: float | None
    """The shadow price: power won for each unit by which the limit is raised to reach it."""


class Frontier:
    """Contracts with their power, their risk and what they cost the payer: `frontier` makes one."""

    def __init__(self, core: _Frontier, currency: str, by: tuple[str, str]) -> None:
        """Take over what the core has worked out."""
        data = msgspec.json.decode(core.to_json(), type=_FrontierData)
        self._core = core
        self._stamp = data.stamp
        self._by = by
        self.currency: str = currency
        """The currency of every amount."""
        self.points: tuple[FrontierPoint, ...] = data.points
        """Every contract that could be read, in the order of the family."""
        self.efficient: tuple[FrontierPoint, ...] = tuple(data.points[place] for place in data.efficient)
        """The contracts that no other beats, from the least risk to the most."""
        self.path: tuple[PathPoint, ...] = tuple(
            PathPoint(level=level, point=data.points[place]) for level, place in core.path()
        )
        """At each level of risk the contract with the most power, from the least risk to the most, where a path was
        asked for."""
        self.refused: dict[str, str] = {one.label: one.reason for one in data.refused}
        """Contracts that could not be read, with the reason."""
        self._warnings: Callable[[], list[str]] = list

    def point(self, label: str) -> FrontierPoint:
        """One contract by what it is called.

        Raises:
            KeyError: there is none of that name; some that there are, are named.
        """
        return self.points[self._place(label)]

    def contract(self, label: str) -> Contract:
        """The contract of a point with the terms that were solved for it, to settle or to keep.

        Raises:
            KeyError: there is none of that name.
        """
        return self._core.contract(self._place(label))

    @property
    def by(self) -> tuple[str, str]:
        """The power and the measure of risk by which contracts are judged."""
        return self._by

    def power_of(self, point: FrontierPoint) -> float:
        """The power of a point by which it is judged."""
        return point.power.volume if self._by[0] == "volume" else point.power.unit_cost

    def risk_of(self, point: FrontierPoint) -> float:
        """The risk of a point by which it is judged: money for each person, or a probability."""
        risk = point.risk
        return {
            "standard deviation": risk.standard_deviation,
            "tvar": risk.tvar,
            "deficit": risk.probability_of_deficit,
            "beyond reserve": risk.probability_beyond_reserve,
        }[self._by[1]]

    def _place(self, label: str) -> int:
        for place, point in enumerate(self.points):
            if point.label == label:
                return place
        known = ", ".join(repr(point.label) for point in self.points[:4])
        raise KeyError(f"there is no contract {label!r}; there are {known}{', …' * (len(self.points) > 4)}")

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of: the version, the cost model, the day, the common outlay, what was given, the basis."""
        made = self._stamp
        return {
            "capitation": made.version,
            "cost model": made.model,
            "people": f"{made.people:,}",
            "terms of": made.terms_of,
            "given": words.listed(made.given),
            "outlay": "as written"
            if made.outlay is None
            else f"{made.outlay} {self.currency}, for all the same",
            **made.basis,
            "unverified terms": ", ".join(made.unverified) or "none",
            "method": METHOD,
        }

    @property
    def plot(self) -> FrontierPlots:
        """Charts of this frontier: `frontier`."""
        return FrontierPlots(self)

    def to_frame(self, table: Literal["points", "path", "refused"] = "points") -> pa.Table:
        """One table in Arrow, with the stamp in its metadata.

        Args:
            table: points (a row for each contract: contract, a column for each axis of the grid under its name, the two
                powers, mean, standard_deviation and tvar for each person in major units, the two probabilities,
                outlay in all, efficient, beaten_by, solved), path (a row for each level of risk: level, contract,
                power_over_volume, power_over_unit_cost, standard_deviation, tvar, probability_of_deficit, solved), or
                refused (contract, reason).

        Raises:
            ValueError: there is no such table.
        """
        match table:
            case "points":
                return tables.frame(self._points(), self.stamp)
            case "path":
                return tables.frame(self._path(), self.stamp)
            case "refused":
                rows = list(self.refused.items())
                return tables.frame(
                    tables.of(table, "contracts that could not be read", _REFUSED, rows), self.stamp
                )
            case _:
                raise ValueError(f"there is no table {table!r}; name points, path or refused")

    def _points(self) -> tables.Table:
        efficient = {point.member for point in self.efficient}
        axes = list(dict.fromkeys(axis for point in self.points for axis in point.settings))
        # An axis may be called as a column is.
        named = {axis: axis if axis not in _POINTS else f"axis {axis}" for axis in axes}
        schema: dict[str, tables.Kind] = {"contract": "text"}
        schema |= {named[axis]: "text" for axis in axes}
        schema |= _POINTS
        rows = [
            [
                point.label,
                *(point.settings.get(axis) for axis in axes),
                point.power.volume,
                point.power.unit_cost,
                point.risk.mean,
                point.risk.standard_deviation,
                point.risk.tvar,
                point.risk.probability_of_deficit,
                point.risk.probability_beyond_reserve,
                point.risk.error,
                point.outlay,
                point.member in efficient,
                None if point.beaten_by is None else self.points[point.beaten_by].label,
                _solved(point),
            ]
            for point in self.points
        ]
        return tables.of("points", "power and risk of each contract", schema, rows)

    def _path(self) -> tables.Table:
        rows = [
            [
                at.level,
                at.point.label,
                at.point.power.volume,
                at.point.power.unit_cost,
                at.point.risk.standard_deviation,
                at.point.risk.tvar,
                at.point.risk.probability_of_deficit,
                _solved(at.point),
            ]
            for at in self.path
        ]
        return tables.of("path", "the most power at each level of risk", _PATH, rows)

    def _caption(self) -> str:
        many, best = len(self.points), len(self.efficient)
        return f"{many:,} contracts on {self._stamp.people:,} people, {best:,} of them beaten by no other"

    def _head(self) -> list[str]:
        reserve = self.points[0].risk.reserve
        return (
            [*_HEAD, f"P(beyond {words.money(reserve, self.currency, digits=0)})"] if reserve > 0 else _HEAD
        )

    def _rows(self) -> list[list[str]]:
        return [_told(point, self.currency) for point in self.efficient]

    def _notes(self) -> list[str]:
        notes = ["Amounts are for each person of the cost model.", *self._warnings()]
        for label, reason in list(self.refused.items())[:3]:
            notes.append(f"Not read: {label}: {reason}.")
        if len(self.refused) > 3:
            notes.append(f"And {len(self.refused) - 3:,} more; see refused.")
        notes.append(words.listed(self.stamp))
        return notes

    def _repr_html_(self) -> str:
        return table_and_notes(self._caption(), self._head(), self._rows(), self._notes())

    def __repr__(self) -> str:
        """The efficient contracts as text."""
        return "\n".join([self._caption(), *words.columns([self._head(), *self._rows()]), "", *self._notes()])


_HEAD = ["contract", "power over volume", "standard deviation", "mean of worst years", "P(deficit)"]


def _solved(point: FrontierPoint) -> str | None:
    return "; ".join(f"{term.term} {term.written} → {term.solved}" for term in point.solved) or None


def _told(point: FrontierPoint, currency: str) -> list[str]:
    told = [
        point.label,
        words.percent(point.power.volume),
        words.money(point.risk.standard_deviation, currency),
        words.money(-point.risk.tvar, currency),
        chance(point.risk.probability_of_deficit),
    ]
    return [*told, chance(point.risk.probability_beyond_reserve)] if point.risk.reserve > 0 else told


class FrontierPlots:
    """Charts of a frontier, each an Altair chart."""

    def __init__(self, frontier: Frontier) -> None:
        """Charts of this frontier."""
        self._frontier = frontier

    def __call__(self, **options: Any) -> ChartType:
        """As `frontier`."""
        return self.frontier(**options)

    def frontier(self, **options: Any) -> ChartType:
        """The provider's risk for each person against its power over volume: the efficient contracts as a dark line.

        Args:
            **options: `width` in pixels; `mark`, a list of contracts to name beside the references.

        Raises:
            KeyError: a contract is marked that is not there.
        """
        from capitation.charts import frontier

        return frontier.power_and_risk(self._frontier, **options)


class Design:
    """The contract with the most power within limits of risk, and what the limits cost: `design` makes one."""

    def __init__(self, core: _Design, currency: str, by: tuple[str, str]) -> None:
        """Take over what the core has worked out."""
        data = msgspec.json.decode(core.to_json(), type=_DesignData)
        self.contract: Contract = core.contract
        """The contract that was chosen, with the terms that were solved for it."""
        self.frontier: Frontier = Frontier(core.frontier, currency, by)
        """All contracts that it was chosen from."""
        self.chosen: FrontierPoint = data.chosen
        """Its power, its risk and what it costs the payer."""
        self.unlimited: FrontierPoint = data.unlimited
        """The contract with the most power, whatever its risk."""
        self.power_given_up: float = data.power_given_up
        """The power that the limits cost: that of the one less that of the other."""
        self.outlay_difference: float = data.outlay_difference
        """What the payer would pay more without a limit, in major units; 0 where all cost it the same."""
        self.prices: tuple[LimitPrice, ...] = tuple(self._price(price) for price in data.prices)
        """What each limit costs by itself."""

    def _price(self, price: _Price) -> LimitPrice:
        after = price.next
        return LimitPrice(
            limit=_LIMITS.get(price.measure, price.measure),
            most=price.limit,
            chosen=price.chosen,
            power_lost=price.power_lost,
            next=None if after is None else self.frontier.points[after.place].label,
            next_at=None if after is None else after.measure,
            power_per_unit=None if after is None else after.power_per_unit,
        )

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of, with the limits and the contract that was chosen."""
        limits = "; ".join(f"{price.limit} up to {price.most:g}" for price in self.prices)
        chosen = {
            "limits": limits,
            "chosen": f"{self.chosen.label} {self.contract.fingerprint}",
        }
        return self.frontier.stamp | chosen

    def to_frame(self) -> pa.Table:
        """The price of each limit in Arrow: limit, most, chosen, power_lost, next, next_at, power_per_unit."""
        rows = [msgspec.structs.astuple(price) for price in self.prices]
        return tables.frame(tables.of("prices", "what each limit costs", _PRICES, rows), self.stamp)

    def _caption(self) -> str:
        return f"{self.chosen.label}: power over volume {words.percent(self.chosen.power.volume)}"

    def _rows(self) -> list[list[str]]:
        return [
            [
                price.limit,
                f"{price.most:g}",
                f"{price.chosen:.4g}",
                f"{price.power_lost:.4f}",
                price.next or "none",
            ]
            for price in self.prices
        ]

    def _notes(self) -> list[str]:
        without = self.unlimited
        return [
            f"Without a limit: {without.label}, power over volume {words.percent(without.power.volume)}.",
            words.listed(self.stamp),
        ]

    def _repr_html_(self) -> str:
        return table_and_notes(self._caption(), _LIMIT_HEAD, self._rows(), self._notes())

    def __repr__(self) -> str:
        """The chosen contract and the price of each limit, as text."""
        return "\n".join([self._caption(), *words.columns([_LIMIT_HEAD, *self._rows()]), "", *self._notes()])


_LIMIT_HEAD = ["limit", "the most", "chosen", "power lost", "next contract"]


REFERENCES = ("cost reimbursement", "payment by results", "full capitation")
"""What the contracts are called that are put beside those of a family."""


def _exact(name: str, number: _Number | float) -> _Number:
    """A float as it is written: what is given to an estimate need not be exact."""
    try:
        found = Decimal(repr(number) if isinstance(number, float) else str(number))
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite() or found.adjusted() > _LARGEST:
        raise ValueError(f"{name}={number!r} is no amount; give a number up to 10^{_LARGEST}")
    return found if isinstance(number, float) else number


_LARGEST = 15
"""The digits of an amount before its point, but for the first."""


def _asked(
    provider: str,
    outlay: _Number,
    saving: _Number | float,
    level: float,
    reserve: _Number | float,
    fixed_cost: _Number | float,
    premium: tuple[str, _Number | float] | None,
    power: str,
    risk: str,
    references: bool,
) -> dict[str, Any]:
    if isinstance(outlay, float):
        raise TypeError(
            f"outlay={outlay!r} is a float, and an amount must be exact; give a Decimal, an int or a text"
        )
    saving, reserve = _exact("saving", saving), _exact("reserve", reserve)
    fixed_cost = _exact("fixed_cost", fixed_cost)
    if premium is not None:
        given: Any = premium
        if isinstance(given, str) or len(given) != 2:
            raise TypeError(f'premium={premium!r}: give the term and what is loaded on it: ("...", "0.1")')
        premium = (premium[0], _exact("premium", premium[1]))
    return {
        "provider": provider,
        "outlay": str(outlay),
        "saving": saving,
        "level": level,
        "reserve": reserve,
        "fixed_cost": fixed_cost,
        "premium": premium,
        "power": power,
        "risk": risk,
        "references": references,
    }


PowerBy = Literal["volume", "unit cost"]
RiskBy = Literal["standard deviation", "tvar", "deficit", "beyond reserve"]


def frontier(
    family: Family,
    model: CostModel | Population,
    provider: str = "provider",
    *,
    on: date | str | None = None,
    given: Mapping[str, _Number] | None = None,
    outlay: _Number = "expected cost",
    premium: tuple[str, _Number | float] | None = None,
    fixed_cost: _Number | float = 0,
    reserve: _Number | float = 0,
    saving: _Number | float = "0.01",
    level: float = 0.95,
    power: PowerBy = "volume",
    risk: RiskBy = "standard deviation",
    references: bool = True,
    path: int | None = None,
) -> Frontier:
    """Power, risk and outlay of every contract of a family, and which of them no other beats.

    A contract is beaten where another has at least its power at no more risk and no more outlay, and is better in one.
    Unless told otherwise each costs the payer what care is expected to cost: its scaled term is solved for it. A
    contract that cannot be read as asked is listed in `refused` with the reason.

    Args:
        family: contracts, as `Family.grid` and `Family.of` make them.
        model: what people cost.
        provider: the party whose power and risk it is.
        on: the day whose terms apply; the first day of the first contract where it is left out.
        given: inputs that the model does not have, in major units; a contract takes those that it asks for.
        outlay: what every contract costs the payer: "expected cost", an amount in major units, or "as written".
        premium: a term that is the premium of a reinsurer or a pool, and what is loaded on the fair one ("0.1" for
            10 %); it is solved in each contract that has it.
        fixed_cost: what the provider's work costs whatever its volume, in major units.
        reserve: what the provider has to meet a deficit with, in major units.
        saving: the part of all cost that is saved to see what the provider keeps of it.
        level: the tail is the worst 1 − `level` of years.
        power: which power counts.
        risk: which measure of risk counts.
        references: put cost reimbursement, full capitation, and payment by results where the model has one input in
            proportion to cost, beside them.
        path: look between the points of the grids too, and tell at so many levels of risk the contract with the most
            power. Between two neighbours on an axis that set the same terms each term may lie anywhere, rounded to
            whole major units, prices to minor ones, ratios and shares to a thousandth. The search is direct multisearch
            (Custódio, Madeira, Vaz and Vicente, SIAM J. Optim. 21, 2011).

    Raises:
        RiskError: a family without a contract or with two that are called the same, a party or premium that is not
            there, a number out of its range, a path of less than 2 levels, without a grid or at outlays that differ,
            or, where no contract can be read, the first one's refusal.
        SettlementError: an input that is missing, or that no contract asks for.
        ComparisonError: where no contract comes to the outlay.
        ValueError: an outlay, power or risk that is none of those.
    """
    asked = _asked(provider, outlay, saving, level, reserve, fixed_cost, premium, power, risk, references)
    model = CostModel.of(model)
    core = _Frontier(family, model, asked, levels=path, on=on, given=given)
    found = Frontier(core, model.currency, (power, risk))
    own = [point for point in found.points if point.label not in REFERENCES]
    if not own and found.refused:
        label, reason = next(iter(found.refused.items()))
        raise RiskError(f"contract `{label}`: {reason}")
    if premium is None:
        found._warnings = partial(_losing_carriers, found, model, given, on)
    return found


def _losing_carriers(
    found: Frontier, model: CostModel, given: Mapping[str, _Number] | None, on: date | str | None
) -> list[str]:
    """What the first and the last of the efficient contracts leave those who carry risk at a price as written."""
    own = [point.label for point in found.efficient if point.label not in REFERENCES]
    told = []
    for label in dict.fromkeys(own[:1] + own[-1:]):
        contract = found.contract(label)
        asked = {name: amount for name, amount in (given or {}).items() if name in contract.inputs}
        try:
            parties = contract.outlook(model, on=on, given=asked).parties
        except CapitationError:
            continue
        for party in parties:
            if party.role in {"reinsurer", "pool"} and party.mean < -_A_LOSS * abs(found.point(label).outlay):
                loss = words.money(-party.mean, found.currency, digits=0)
                told.append(
                    f"In {label} `{party.name}` loses {loss} on average: the price of its cover is as written; "
                    "give premium=(term, loading) for a fair one."
                )
    return told


_A_LOSS = 1e-3
"""A carrier that loses less than this part of what the payer pays is paid about what it bears."""


def design(
    family: Family,
    model: CostModel | Population,
    provider: str = "provider",
    *,
    max_prob_deficit: float | None = None,
    max_tvar: float | None = None,
    max_standard_deviation: float | None = None,
    on: date | str | None = None,
    given: Mapping[str, _Number] | None = None,
    outlay: _Number = "expected cost",
    premium: tuple[str, _Number | float] | None = None,
    fixed_cost: _Number | float = 0,
    reserve: _Number | float = 0,
    saving: _Number | float = "0.01",
    level: float = 0.95,
    power: PowerBy = "volume",
    risk: RiskBy = "standard deviation",
    references: bool = False,
) -> Design:
    """The contract of a family with the most power whose risk is within limits, and the price of each limit.

    Of contracts with the same power the one with the least risk is taken.

    Args:
        family: contracts, as `Family.grid` and `Family.of` make them.
        model: what people cost.
        provider: the party whose power and risk it is.
        max_prob_deficit: the most that the probability of a deficit above the reserve may be, 0.05 for one year in 20.
        max_tvar: the most that the mean loss of the worst years may be, in major units for each person.
        max_standard_deviation: the most that the standard deviation of the result may be, in major units for each
            person.
        on: as in `frontier`, and so all that follows.
        given: as there.
        outlay: as there.
        premium: as there.
        fixed_cost: as there.
        reserve: as there.
        saving: as there.
        level: as there.
        power: as there.
        risk: as there.
        references: let the references be chosen too.

    Raises:
        RiskError: no limit, or no contract within the limits, naming the nearest; and as `frontier`.
        SettlementError: as `frontier`.
        ComparisonError: as `frontier`.
        ValueError: as `frontier`.
    """
    asked = _asked(provider, outlay, saving, level, reserve, fixed_cost, premium, power, risk, references)
    limits = (max_prob_deficit, max_tvar, max_standard_deviation)
    model = CostModel.of(model)
    return Design(_Design(family, model, asked, limits, on=on, given=given), model.currency, (power, risk))
