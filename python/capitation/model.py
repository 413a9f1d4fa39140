"""What a comparison says, as typed and frozen data: the shape that charts and tables are built on.

Amounts that are owed are `Decimal`, in major units (dollars, pounds). Estimates are floats with their
standard error, in the same units. Shares and probabilities are fractions of one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

Role = Literal["payer", "provider", "pool", "reinsurer"]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all records: frozen, built by keyword, read strictly."""


class Estimate(Record, frozen=True, kw_only=True):
    """A number that was estimated, with its standard error (zero where it is exact)."""

    mean: float
    se: float


class PartyName(Record, frozen=True, kw_only=True):
    """A party to a contract, and what it is in it."""

    name: str
    role: Role


class Solved(Record, frozen=True, kw_only=True):
    """The one term that was scaled so that the payer's expected outlay is the common one."""

    term: str
    written: str
    solved: str
    residual: float
    """What is left of the difference, as a fraction of outlay."""


class PartyResult(Record, frozen=True, kw_only=True):
    """What one party pays, gets and bears in a year, and its share of the risk (shares sum to one)."""

    name: str
    pays: Estimate
    gets: Estimate
    bears: Estimate
    result: Estimate
    share_of_variance: Estimate | None
    """Absent where the sum of all results does not vary."""
    share_of_tail: Estimate | None


class AtSize(Record, frozen=True, kw_only=True):
    """A contract on panels of one size: annual results of the whole panel."""

    size: int
    outlay: Estimate
    outlay_residual: Estimate | None
    """Absent where the common outlay is not above zero."""
    provider_margin: Estimate
    margin_sd: Estimate
    margin_quantiles: dict[str, Estimate]
    """By level, written as a decimal: "0.05"."""
    outlay_per_member_month: Estimate
    margin_per_member: Estimate
    margin_per_member_month: Estimate
    probability_of_deficit: Estimate
    tvar95_of_deficit: Estimate
    tvar99_of_deficit: Estimate
    parties: tuple[PartyResult, ...]


class MarginalResult(Record, frozen=True, kw_only=True):
    """What an event does to one party's result."""

    party: str
    mean: float
    se: float


class Marginal(Record, frozen=True, kw_only=True):
    """One event more, such as an admission avoided, and what it does to everybody's result."""

    what: str
    activity: str | None
    """The activity that there is one more or less of; absent where cost alone changes."""
    results: tuple[MarginalResult, ...]


class Year(Record, frozen=True, kw_only=True):
    """A contract on one year of the population. Amounts are absent where the year is suppressed or has a problem."""

    year: int | None
    members: int | None
    member_months: Decimal | None
    outlay: Decimal | None
    cost: Decimal | None
    margin: Decimal | None
    suppressed: bool
    problem: str | None
    """Why the year could not be settled."""


class Pays(Record, frozen=True, kw_only=True, rename={"payer": "from", "payee": "to"}):
    """Between whom the money of a line moves. A negative amount moves the other way."""

    payer: str
    payee: str


class Line(Record, frozen=True, kw_only=True):
    """One line of a statement."""

    name: str
    role: Literal["input", "term", "clause"]
    words: str
    operands: tuple[tuple[str, Decimal], ...]
    """The amounts that went in, by name."""
    amount: Decimal
    unit: str
    rounding: str | None
    note: str | None
    source: str | None
    unverified: bool
    row: str | None
    """The row of the regulator's own statement."""
    pays: Pays | None
    about: str | None
    """What it is, in the words of whoever wrote the contract."""


class PartyBalance(Record, frozen=True, kw_only=True):
    """What a statement comes to for one party."""

    name: str
    role: Role
    received: Decimal
    paid: Decimal
    borne: Decimal
    outside_income: Decimal
    surplus: Decimal


class Statement(Record, frozen=True, kw_only=True):
    """What is owed under a contract, line by line."""

    contract: str
    fingerprint: str
    currency: str
    on: str
    people: int | None
    population: str | None
    """The fingerprint of the population, where it was settled on one."""
    lines: tuple[Line, ...]
    parties: tuple[PartyBalance, ...]
    version: str
    unverified: tuple[str, ...]


class ContractResult(Record, frozen=True, kw_only=True):
    """All that the comparison says of one contract."""

    name: str
    words: str
    parties: tuple[PartyName, ...]
    solved: Solved | None
    by_size: tuple[AtSize, ...]
    marginal: tuple[Marginal, ...]
    by_year: tuple[Year, ...]
    statement_of: str | None
    """What the statement is of, in words."""
    statement: Statement | None

    def at(self, size: int) -> AtSize:
        """The results on panels of this size.

        Raises:
            KeyError: no such size was asked for; the sizes there are, are named.
        """
        for result in self.by_size:
            if result.size == size:
                return result
        sizes = ", ".join(str(result.size) for result in self.by_size)
        raise KeyError(f"no panel of {size} was compared; the sizes are {sizes}")

    def names(self, role: Role) -> tuple[str, ...]:
        """The parties that have this role."""
        return tuple(party.name for party in self.parties if party.role == role)


class Basis(Record, frozen=True, kw_only=True):
    """On what terms the contracts were compared."""

    neutral: bool
    reference: str
    panel: int
    draws: int
    seed: int
    least_reported: int
    marginal_share: Decimal | None
    outlay_per_member_month: Estimate


class Concentration(Record, frozen=True, kw_only=True):
    """How unequal cost is: top shares (fraction of people, fraction of cost), Gini and the Lorenz curve."""

    people: int
    top: tuple[tuple[float, float], ...]
    gini: float
    half_held_by: float
    lorenz: tuple[tuple[float, float], ...]

    def top_share(self, fraction: float) -> float | None:
        """The share of cost held by this fraction of people, where it was computed."""
        return next((share for top, share in self.top if abs(top - fraction) < 1e-9), None)


class Concentrations(Record, frozen=True, kw_only=True):
    """The same cost counted by person-year, and by person over all their years: different statistics."""

    person_years: Concentration
    people: Concentration


class SegmentActivity(Record, frozen=True, kw_only=True):
    """One activity of a segment; absent where those who have any are too few, or would give such away."""

    activity: str
    total: Decimal | None
    per_thousand_years: Estimate | None
    """For a thousand people in a year."""


class SegmentEffect(Record, frozen=True, kw_only=True):
    """What one member month more of a segment does under a contract, in major units."""

    contract: str
    margin: Estimate | None
    """To the providers' results together."""
    outlay: Estimate | None
    """To the payers' outlay."""


class Segment(Record, frozen=True, kw_only=True):
    """People of some fifths of the nation by deprivation. Amounts are exact sums; estimates are as people are drawn."""

    name: str
    fifths: tuple[int, ...]
    """From 1, the most deprived."""
    people: int | None
    person_years: int | None
    member_months: Decimal | None
    share_of_member_months: float | None
    cost: Decimal | None
    share_of_cost: float | None
    cost_per_member_month: Estimate | None
    need: Estimate | None
    """Need-weighted member months for each member month, where there is need."""
    equal_price: Estimate | None
    """What the one price per head that pays for everybody's cost leaves for each member month."""
    need_weighted_price: Estimate | None
    """The same of a price per need-weighted head, where there is need."""
    activity: tuple[SegmentActivity, ...]
    contracts: tuple[SegmentEffect, ...]
    suppressed: bool


class Segments(Record, frozen=True, kw_only=True):
    """A population by deprivation: the most deprived fifth of the nation (Core20), everybody else, and all fifths."""

    column: str
    scale: str
    rows: tuple[Segment, ...]
    selection: tuple[SegmentEffect, ...]
    """Core20 less everybody else, under each contract."""
    equal_price: Estimate | None
    """Core20 less everybody else, under the one price per head that pays for everybody's cost."""
    need_weighted_price: Estimate | None

    def segment(self, name: str) -> Segment:
        """One segment by its name, such as "Core20".

        Raises:
            KeyError: there is no such segment; those there are, are named.
        """
        for row in self.rows:
            if row.name == name:
                return row
        names = ", ".join(f"`{row.name}`" for row in self.rows)
        raise KeyError(f"no segment is called `{name}`; the segments are {names}")


class Assumption(Record, frozen=True, kw_only=True):
    """One thing that the results rest on."""

    what: str
    value: str
    why: str


class Stamp(Record, frozen=True, kw_only=True):
    """Where the results come from: enough to make them again."""

    version: str
    population: str
    contracts: dict[str, str]
    seed: int
    method: str
    given: dict[str, str]
    unit_costs: dict[str, str]
    terms_of: dict[str, str]
    unverified: tuple[str, ...]


class ComparisonData(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Contracts side by side on one population."""

    currency: str
    basis: Basis
    sizes: tuple[int, ...]
    contracts: tuple[ContractResult, ...]
    concentration: Concentrations | None
    assumptions: tuple[Assumption, ...]
    stamp: Stamp
    segments: Segments | None = msgspec.field(default=None)
    """The people by deprivation; absent where the population has no such column."""

    @classmethod
    def from_json(cls, text: str | bytes) -> ComparisonData:
        """Reads a comparison as the core writes it.

        Raises:
            ValueError: the text is not such a comparison; the message names the place in it.
        """
        try:
            return msgspec.json.decode(text, type=cls)
        except msgspec.DecodeError as error:
            raise ValueError(f"this is not a comparison: {error}") from error

    def to_json(self) -> bytes:
        """The same comparison as JSON, which `from_json` and the core read back."""
        return msgspec.json.encode(self)

    def contract(self, name: str) -> ContractResult:
        """One contract by its name.

        Raises:
            KeyError: there is no such contract; those there are, are named.
        """
        for contract in self.contracts:
            if contract.name == name:
                return contract
        names = ", ".join(f"`{contract.name}`" for contract in self.contracts)
        raise KeyError(f"no contract is called `{name}`; the contracts are {names}")

    @property
    def party_names(self) -> tuple[PartyName, ...]:
        """Every party of any contract, in the order in which they first appear."""
        seen: dict[str, PartyName] = {}
        for contract in self.contracts:
            for party in contract.parties:
                seen.setdefault(party.name, party)
        return tuple(seen.values())
