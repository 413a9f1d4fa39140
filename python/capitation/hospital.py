"""A hospital's cost base beside its prices, and under each contract.

A price is not a cost: a line without a price is counted with its cost and never priced at it. Part of a cost is fixed
and part goes with the case, so that an admission which does not come costs a hospital paid by results its price less
its marginal cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from capitation import shown, tables
from capitation._capitation import _CostBase
from capitation.arguments import listed, mapped, of_each
from capitation.hospital_model import CostedLine, CostSummary, Result

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    import pyarrow as pa

    from capitation._capitation import Contract, MarketForces, Tariff, _ArrowTable, _Number
    from capitation.charts import ChartType
    from capitation.hospital_model import Outcome, SpellEffect, UnderContract
    from capitation.model import Record


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity of the cost base that an input of a contract is taken from, over lines with a price.

    Example:
        >>> Quantity("value", points=("non_elective",), at_plan=True).points
        ('non_elective',)
    """

    of: Literal["value", "number", "cost"]
    """What activity is paid at full price; how many spells, attendances or days there are; what they cost."""
    points: tuple[str, ...] | None = None
    """The points of delivery; all where left out."""
    at_plan: bool = False
    """Whether it is always that of planned activity, as a baseline is."""

    def __post_init__(self) -> None:
        """Refuse one text in place of several points."""
        if self.points is not None:
            listed("points", self.points, "points of delivery")


_LINES: dict[str, tables.Kind] = {
    "code": "text",
    "point": "text",
    "plan": "quantity",
    "actual": "quantity",
    "unit_cost": "amount",
    "marginal_cost": "amount",
    "price": "amount",
    "without_price": "text",
}
_SUMMARY: dict[str, tables.Kind] = {
    "name": "text",
    "lines": "count",
    "activity": "quantity",
    "income": "amount",
    "cost": "amount",
    "fixed": "amount",
    "marginal": "amount",
    "price_to_cost": "quantity",
    "power_over_volume": "quantity",
}
_LEFT: dict[str, tables.Kind] = {
    "lines_without_price": "count",
    "activity_without_price": "quantity",
    "cost_without_price": "amount",
}
_OUTCOMES: dict[str, tables.Kind] = {
    "change": "text",
    "payment": "amount",
    "fixed_cost": "amount",
    "marginal_cost": "amount",
    "result": "amount",
    "outlay": "amount",
    "others": "amount",
    "result_against_plan": "amount",
    "outlay_against_plan": "amount",
}
_SPELLS: dict[str, tables.Kind] = {
    "change": "text",
    "point": "text",
    "code": "text",
    "cases": "count",
    "price": "amount",
    "marginal_cost": "amount",
    "payment": "amount",
    "hospital": "amount",
    "payer": "amount",
    "others": "amount",
    "power_over_volume": "quantity",
}
_NOT_COUNTED: dict[str, tables.Kind] = {
    "point": "text",
    "activity": "quantity",
    "income": "amount",
    "cost": "amount",
}
_INPUTS: dict[str, tables.Kind] = {
    "input": "text",
    "taken_from": "text",
    "by_name": "flag",
    "at_plan": "quantity",
}


def _fields(record: Record, schema: Mapping[str, tables.Kind]) -> list[Any]:
    return [getattr(record, name) for name in schema]


def _summary_table(summaries: Sequence[CostSummary]) -> tables.Table:
    rows = [
        [
            *_fields(each, _SUMMARY),
            each.without_price.lines,
            each.without_price.activity,
            each.without_price.cost,
        ]
        for each in summaries
    ]
    return tables.of("cost_base", "activity, income and cost", {**_SUMMARY, **_LEFT}, rows)


class CostBase:
    """A hospital's activity, cost and prices by currency and point of delivery: `cost_base` makes one."""

    def __init__(self, core: _CostBase) -> None:
        """Take over what the core has checked."""
        self._core = core

    @property
    def currency(self) -> str:
        """The currency of every amount."""
        return self._core.currency

    @property
    def fingerprint(self) -> str:
        """`sha256:` and the digest of the lines."""
        return self._core.fingerprint

    @property
    def rounding_difference(self) -> Decimal:
        """By how much the rounding of unit costs to four decimals changed the cost of planned activity."""
        return self._core.rounding_difference

    @property
    def plot(self) -> CostBasePlots:
        """Charts of this cost base."""
        return CostBasePlots(self)

    def priced_by(self, tariff: Tariff, *, mff: MarketForces | None, provider: str | None = None) -> CostBase:
        """The same with the price of one case by a tariff, to the penny; earlier prices are replaced.

        Args:
            tariff: the price list of the year.
            mff: the market forces factors; None for prices before them.
            provider: the one whose factor applies; with factors alone.

        Raises:
            ActivityError: the provider has no factor, or the tariff has best-practice prices or top-ups, of which a
                mean case says nothing: give mean prices in a column then.
                The same where the cost base is not in pounds.
        """
        return CostBase(self._core.priced_by(tariff, mff=mff, provider=provider))

    def by_point(self, *, at: Literal["plan", "actual"] = "plan") -> list[CostSummary]:
        """Activity, income and cost of each point of delivery.

        Raises:
            SettlementError: an amount cannot be held exactly, or actual activity is not known.
        """
        return self._summaries("point", at)

    def by_code(self, *, at: Literal["plan", "actual"] = "plan") -> list[CostSummary]:
        """Activity, income and cost of each code, over its points of delivery.

        Raises:
            SettlementError: as `by_point`.
        """
        return self._summaries("code", at)

    def total(self, *, at: Literal["plan", "actual"] = "plan") -> CostSummary:
        """Activity, income and cost in all.

        Raises:
            SettlementError: as `by_point`.
        """
        return self._summaries("all", at)[0]

    def _summaries(self, by: str, at: str) -> list[CostSummary]:
        return msgspec.json.decode(self._core.summaries(by, at), type=list[CostSummary])

    def to_frame(self, by: Literal["line", "point", "code"] = "line") -> pa.Table:
        """The lines, or their sums at plan by point of delivery or code, in Arrow with the stamp in the metadata.

        Money is exact, in major units. A line without a price says why in `without_price`.
        """
        if by != "line":
            return tables.frame(_summary_table(self._summaries(by, "plan")), self.stamp)
        lines = msgspec.json.decode(self._core.lines(), type=list[CostedLine])
        rows = [_fields(line, _LINES) for line in lines]
        return tables.frame(tables.of("lines", "a cost base line by line", _LINES, rows), self.stamp)

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of."""
        from capitation import __version__

        return {
            "capitation": __version__,
            "cost base": self.fingerprint,
            "currency": self.currency,
            "prices": "; ".join(self._core.prices) or "given with the lines",
            "unit costs": f"to four decimals, half up: cost at plan changed by {self.rounding_difference:f}",
        }

    def under(
        self,
        contracts: Mapping[str, Contract] | Sequence[Contract],
        *,
        changes: Mapping[str, Mapping[str, _Number]] | None = None,
        actual: bool = False,
        given: Mapping[str, _Number | Quantity] | None = None,
        set_inputs: Sequence[str] = (),
        covered_by: Sequence[str] = (),
        budget_neutral: bool = False,
        on: date | str | None = None,
        hospital: str | None = None,
        cases: Sequence[tuple[str, str]] = (),
    ) -> UnderContracts:
        """This cost base under contracts: what is left to the hospital at plan and when activity differs from it.

        Inputs of contracts are found by name where the name says what is meant: `actual cost`, `value of day cases`,
        `emergency admissions`, `forecast value of A&E attendances`. Every other one is given, or set. Lines without a
        price are no part of it, neither with their activity nor with their cost. Emergency admissions are the points
        `non_elective`, `short_stay_emergency` and `non_elective_long_stay_days`: where a contract treats maternity or
        transfers otherwise, give them a point of their own. A change is at a point of delivery: days above the trim
        point, a point of their own, stay as planned unless they are changed too.

        Where inputs of a contract count activity, those of every point of delivery with a price must be counted, or
        something named that pays for the rest: a fixed element beside elective care by activity. What it pays for is in
        each contract's `not_counted` and in the notes. A contract none of whose inputs counts activity, as a block or a
        price per head, pays for all of it:

            both = {"payment by results": year.contract("payment by results"), "capitation": capitation}
            base.under(both, given={"member months": 240_000}, budget_neutral=True)

        Args:
            contracts: by the names that they have in the result, or in a list by their own names. The first one sets
                the outlay of those that are made to cost the payer the same.
            changes: activity above plan by point of delivery, by name: {"fewer emergencies": {"non_elective": "-0.1"}}.
            actual: whether actual activity is one of the changes.
            given: inputs by name: an amount in major units that is the same whatever is done, or a `Quantity`.
            set_inputs: inputs that are set so that their contract costs the payer at plan what the first one costs.
            covered_by: inputs or terms that pay for priced work which no input of their contract counts.
            budget_neutral: whether every contract but the first is made to cost the same at plan, by its input that is
                set, or by the term that it names as scaled.
            on: the day whose terms apply; needed where a term changes in the period.
            hospital: the party that is the hospital; needed where a contract has several providers.
            cases: code and point of delivery of cases of which one more or less is told, beside each point's mean case.

        Raises:
            SettlementError: an input that is missing or that no contract asks for, naming it.
            ComparisonError: contracts that cannot be compared as asked, priced work that a contract counts nowhere and
                nothing is named to pay for, two inputs of one contract that are to be set, an input to be set that does
                not decide what is paid, or no line with a price.
            ContractError: two contracts of one name, a change outside its range.
        """
        named = (
            list(contracts.items())
            if isinstance(contracts, Mapping)
            else [(contract.name, contract) for contract in listed("contracts", contracts, "contracts")]
        )
        inputs = mapped("given", given, '{"fixed element": "1000000"}')
        taken = {name: value for name, value in inputs.items() if isinstance(value, Quantity)}
        amounts = {name: value for name, value in inputs.items() if not isinstance(value, Quantity)}
        text, told = self._core.under(
            named,
            changes=of_each("changes", changes, '{"ten per cent less": {"non_elective": "-0.1"}}'),
            actual=actual,
            given=amounts,
            taken=taken,
            set_inputs=listed("set_inputs", set_inputs, "names"),
            covered_by=listed("covered_by", covered_by, "names"),
            budget_neutral=budget_neutral,
            on=on,
            hospital=hospital,
            cases=listed("cases", cases, "codes with their points of delivery"),
        )
        return UnderContracts(text, told)

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self._core)

    def __repr__(self) -> str:
        """How many lines there are, and how many have no price."""
        left = self.total().without_price.lines
        return f"CostBase({len(self)} lines, {left} of them without a price, {self.currency})"

    def _repr_html_(self) -> str:
        return shown.cost_base_html(self.by_point(), self.currency, self.stamp)


class UnderContracts:
    """A cost base under contracts, side by side. A notebook shows it as tables; `print` gives the same as text."""

    def __init__(self, text: str, told: str) -> None:
        """Take over what the core has settled."""
        self._json = text
        self._text = told
        data = msgspec.json.decode(text, type=Result)
        self.currency = data.currency
        """The currency of every amount."""
        self.points = data.points
        """The cost base by point of delivery, at plan."""
        self.contracts = data.contracts
        """Each contract, in the order in which they were given."""
        self._stamp = data.stamp

    @property
    def plot(self) -> UnderContractsPlots:
        """Charts of this result."""
        return UnderContractsPlots(self)

    def contract(self, name: str) -> UnderContract:
        """One contract.

        Raises:
            KeyError: there is no such contract; those there are, are named.
        """
        for contract in self.contracts:
            if contract.name == name:
                return contract
        names = ", ".join(contract.name for contract in self.contracts)
        raise KeyError(f"there is no contract {name!r}; there are {names}")

    def outcome(self, contract: str, change: str = "plan") -> Outcome:
        """One contract at one change of activity.

        Raises:
            KeyError: there is no such contract or change.
        """
        found = self.contract(contract).outcomes
        for outcome in found:
            if outcome.change == change:
                return outcome
        raise KeyError(f"there is no change {change!r}; there are {', '.join(each.change for each in found)}")

    def of_one_less(self, contract: str, point: str) -> SpellEffect:
        """What one mean case less at a point of delivery does, at plan.

        Raises:
            KeyError: there is no such contract, or nothing with a price is done at the point.
        """
        for effect in self.contract(contract).spells:
            if (effect.change, effect.point, effect.code) == ("plan", point, None) and effect.cases < 0:
                return effect
        raise KeyError(f"no case with a price is planned at {point!r}")

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of."""
        unverified = [
            f"{each.name}: {', '.join(each.unverified)}" for each in self.contracts if each.unverified
        ]
        return {
            "capitation": self._stamp.version,
            "cost base": self._stamp.cost_base,
            "currency": self.currency,
            "prices": "; ".join(self._stamp.prices),
            "marginal": self._stamp.marginal_share,
            **{f"contract {each.name}": each.fingerprint for each in self.contracts},
            "unverified terms": "; ".join(unverified) or "none",
            "notes": "; ".join(self._stamp.notes),
        }

    def to_frame(
        self, table: Literal["outcomes", "spells", "inputs", "not_counted", "points"] = "outcomes"
    ) -> pa.Table:
        """One table in Arrow, with the stamp in its metadata; money is exact, in major units.

        Args:
            table: outcomes (contract × change), spells (one case more or less), inputs (what each was taken from),
                not_counted (priced work that no input counts, and what pays for it), or points (the cost base by point
                of delivery, at plan).

        Raises:
            ValueError: there is no such table.
        """
        match table:
            case "outcomes":
                about, schema, field = "a cost base under contracts", _OUTCOMES, "outcomes"
            case "spells":
                about, schema, field = "what one case more or less does", _SPELLS, "spells"
            case "inputs":
                about, schema, field = "what inputs were taken from", _INPUTS, "inputs"
            case "not_counted":
                rows = [
                    [contract.name, *_fields(record, _NOT_COUNTED), ", ".join(record.paid_by)]
                    for contract in self.contracts
                    for record in contract.not_counted
                ]
                schema = {"contract": "text", **_NOT_COUNTED, "paid_by": "text"}
                about = "priced work that no input counts"
                return tables.frame(tables.of(table, about, schema, rows), self.stamp)
            case "points":
                return tables.frame(_summary_table(self.points), self.stamp)
            case _:
                raise ValueError(
                    f"there is no table {table!r}; name outcomes, spells, inputs, not_counted or points"
                )
        rows = [
            [contract.name, *_fields(record, schema)]
            for contract in self.contracts
            for record in getattr(contract, field)
        ]
        return tables.frame(tables.of(table, about, {"contract": "text", **schema}, rows), self.stamp)

    def to_json(self) -> str:
        """The whole result as JSON; amounts are decimal texts."""
        return self._json

    def __str__(self) -> str:
        """The tables as text."""
        return self._text

    def __repr__(self) -> str:
        """The tables as text."""
        return self._text

    def _repr_html_(self) -> str:
        return shown.under_contracts_html(self)


class CostBasePlots:
    """Charts of a cost base, each an Altair chart."""

    def __init__(self, base: CostBase) -> None:
        """Charts of this cost base."""
        self._base = base

    def prices(self, **options: Any) -> ChartType:
        """The price of a mean case beside its fixed and marginal cost, by point of delivery."""
        from capitation.charts import hospital

        return hospital.price_beside_cost(self._base.by_point(), self._base.currency, **options)


class UnderContractsPlots:
    """Charts of a cost base under contracts, each an Altair chart."""

    def __init__(self, under: UnderContracts) -> None:
        """Charts of this result."""
        self._under = under

    def results(self, **options: Any) -> ChartType:
        """What is left to the hospital at each change of activity, a mark a contract."""
        from capitation.charts import hospital

        return hospital.result_by_change(self._under, **options)

    def prices(self, **options: Any) -> ChartType:
        """The price of a mean case beside its fixed and marginal cost, by point of delivery."""
        from capitation.charts import hospital

        return hospital.price_beside_cost(self._under.points, self._under.currency, **options)


def cost_base(
    table: _ArrowTable,
    *,
    code: str,
    point: str,
    plan: str,
    unit_cost: str,
    marginal_share: _Number | Mapping[str, _Number],
    actual: str | None = None,
    price: str | None = None,
    points: Mapping[str, str] | None = None,
    currency: str = "GBP",
) -> CostBase:
    """A hospital's cost base from a table with a row for each code and point of delivery.

    Args:
        table: anything that speaks Arrow.
        code: the column with the currency: HRG, attendance type.
        point: the column with the point of delivery. Those with the names that `Tariff.price` takes can be priced by a
            tariff and are found by the inputs of contracts; any other name stands for itself, unless it is nearly one
            of theirs (`NEL`, `Day case`): then it is refused.
        plan: the column with planned activity in the year.
        unit_cost: the column with what one costs on average at planned activity, in major units; rounded to four
            decimals, half up, and what that changes is told.
        marginal_share: which share of a unit's cost goes when there is one less, from 0 to 1: one for all, or one for
            each point of delivery. The rest is fixed. There is no default.
        actual: the column with actual activity.
        price: the column with what one is paid at full price; a null is no price. `CostBase.priced_by` takes prices
            from a tariff.
        points: other names for points of delivery of the table: {"EL": "elective", "DC": "day_case"}.
        currency: of every amount.

    Raises:
        ActivityError: a column or value that cannot be right, naming column and row; a code twice at one point; a share
            that is missing or not from 0 to 1.
        TypeError: a share that is a float, which is not exact.
    """
    return CostBase(
        _CostBase.from_table(
            table,
            code=code,
            point=point,
            plan=plan,
            unit_cost=unit_cost,
            marginal_share=dict(marginal_share) if isinstance(marginal_share, Mapping) else marginal_share,
            actual=actual,
            price=price,
            points=None if points is None else dict(points),
            currency=currency,
        )
    )
