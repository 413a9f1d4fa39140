"""What a cost base and its settlement under contracts say, as typed and frozen data; all amounts are exact."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from capitation.model import Record


class WithoutPrice(Record, frozen=True, kw_only=True):
    """Lines without a price: counted, and never priced at cost."""

    lines: int
    activity: Decimal
    cost: Decimal


class CostSummary(Record, frozen=True, kw_only=True):
    """What is done, what it costs and what it is paid at full price, of the lines with a price; in major units."""

    name: str
    """The code or the point of delivery; `all`."""
    lines: int
    activity: Decimal
    income: Decimal
    """Price × activity."""
    cost: Decimal
    """Fixed and marginal."""
    fixed: Decimal
    """The part that stays as planned."""
    marginal: Decimal
    """The part that goes with activity."""
    price_to_cost: Decimal | None
    """Income as a part of cost, to six decimals."""
    power_over_volume: Decimal | None
    """(marginal cost − price) / marginal cost, to six decimals: below zero, a case less is a loss."""
    without_price: WithoutPrice


class SetAmount(Record, frozen=True, kw_only=True):
    """An input or a term that was set so that the contract costs the payer at plan what the first one costs."""

    name: str
    is_term: bool
    written: Decimal | None
    """What the contract had written, for a term."""
    value: Decimal
    residual: Decimal
    """By how much the outlay at plan is still above that of the first contract."""


class InputTaken(Record, frozen=True, kw_only=True):
    """What an input of a contract was taken from."""

    input: str
    taken_from: str = msgspec.field(name="from")
    """In words: a quantity of the cost base, or that it was given or set."""
    by_name: bool
    """Whether the name alone said what is meant."""
    at_plan: Decimal
    """What it comes to at plan."""


class NotCounted(Record, frozen=True, kw_only=True):
    """Priced work at a point of delivery that no input of a contract counts; at plan, in major units."""

    point: str
    activity: Decimal
    income: Decimal
    """What it comes to at full price."""
    cost: Decimal
    paid_by: tuple[str, ...]
    """The inputs or terms that were named to pay for it."""


class Outcome(Record, frozen=True, kw_only=True):
    """A contract at one change of activity; in major units."""

    change: str
    """`plan` is activity as planned."""
    payment: Decimal
    """What the hospital is paid."""
    fixed_cost: Decimal
    marginal_cost: Decimal
    result: Decimal
    """Payment − cost."""
    outlay: Decimal
    """What the payers pay, to the hospital and to others."""
    others: Decimal
    """What other parties receive: outlay − payment."""
    result_against_plan: Decimal
    outlay_against_plan: Decimal


class SpellEffect(Record, frozen=True, kw_only=True):
    """What one case more or less does, as the difference of two settlements; in major units."""

    change: str
    """The change of activity from which it is one more or less."""
    point: str
    code: str | None
    """The code; none for the mean case of the point."""
    cases: int
    """−1 for one less, 1 for one more."""
    price: Decimal
    marginal_cost: Decimal
    payment: Decimal
    """By how much the hospital's payment changes."""
    hospital: Decimal
    """By how much its result changes."""
    payer: Decimal
    """By how much the payers are better off."""
    others: Decimal
    """By how much other parties are better off."""
    power_over_volume: Decimal | None
    """For one less: the hospital's change as a part of marginal cost, to six decimals."""


class UnderContract(Record, frozen=True, kw_only=True):
    """A cost base under one contract."""

    name: str
    fingerprint: str
    set: SetAmount | None
    inputs: tuple[InputTaken, ...]
    counts_activity: bool
    """Whether any of them counts activity; a block does not, and pays for all that is done."""
    not_counted: tuple[NotCounted, ...]
    """The priced work that none of them counts, and what pays for it."""
    outcomes: tuple[Outcome, ...]
    spells: tuple[SpellEffect, ...]
    unverified: tuple[str, ...]
    """Its terms whose source could not be checked."""


class Stamp(Record, frozen=True, kw_only=True):
    """What a result was made of."""

    version: str
    cost_base: str
    prices: tuple[str, ...]
    marginal_share: str
    notes: tuple[str, ...]


class Result(Record, frozen=True, kw_only=True):
    """A cost base under contracts, side by side."""

    currency: str
    points: tuple[CostSummary, ...]
    contracts: tuple[UnderContract, ...]
    stamp: Stamp


class CostedLine(Record, frozen=True, kw_only=True):
    """A line of a cost base, checked; money in major units."""

    code: str
    point: str
    plan: Decimal
    actual: Decimal | None
    unit_cost: Decimal
    marginal_cost: Decimal
    price: Decimal | None
    without_price: str | None
