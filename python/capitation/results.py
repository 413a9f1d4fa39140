"""What the core says of published results, as typed and frozen data. Money is exact: dollars, and pounds of the NHS."""

from __future__ import annotations

from decimal import Decimal
from typing import Generic, TypeVar

import msgspec

from capitation.model import Record

_READ = {"exact": "exact", "within_rounding": "within rounding", "explained": "explained", "missed": "missed"}


class Rounded(Record, frozen=True, kw_only=True):
    """A published number, and half of the unit in which its column is printed."""

    value: Decimal
    half_unit: Decimal


class MsspRow(Record, frozen=True, kw_only=True):
    """One ACO's year in the Medicare Shared Savings Program, as published."""

    year: int
    aco: str
    name: str
    track: str
    beneficiaries: Decimal
    person_years: Decimal | None
    benchmark_per_person_year: Decimal | None
    benchmark: Rounded
    expenditure: Rounded
    difference: Rounded
    minimum_rate: Rounded
    gross: Rounded
    earned: Rounded
    relief: Decimal
    standard_met: bool
    alternative_met: bool | None
    quality: Rounded
    share_rate: Rounded | None
    reduced_sharing: bool
    guardrail: bool | None
    low_revenue: bool | None
    limited_by_revenue: bool | None
    ended_early: bool
    agreement_year: Decimal | None
    months: Decimal


class ReachRow(Record, frozen=True, kw_only=True):
    """One ACO's year in ACO REACH, as published."""

    year: int
    aco: str
    name: str
    track: str
    retention: Decimal
    benchmark: Rounded
    increase: Decimal
    decrease: Decimal
    cost: Rounded
    gross: Rounded
    shared: Rounded
    paid: Rounded


class GpRow(Record, frozen=True, kw_only=True):
    """What one general practice was paid in one financial year, as published. Money is in pounds."""

    year: int
    """The year in which the financial year begins."""
    line: int
    """The line of the file, from 1."""
    practice: str
    region: str
    commissioner: str
    contract: str
    dispensing: bool | None
    rural: bool | None
    registered: Decimal
    weighted: Decimal
    global_sum: Decimal
    correction: Decimal
    pms_balance: Decimal
    qof: Decimal
    premises: Decimal
    local_schemes: Decimal
    total: Decimal
    total_after_deductions: Decimal


_GP_READ = {
    "near": "within 1 %",
    "differs": "differs",
    "other_contract": "not compared",
    "without_list_or_sum": "not compared",
}
_GP_REASONS = {
    "opened_or_closed": "opened or closed",
    "two_contracts": "two contracts",
    "london": "London",
    "unexplained": "unexplained",
    "other_contract": "not on a GMS contract",
    "without_list_or_sum": "no weighted list or no global sum",
}


class GpReproducedRow(Record, frozen=True, kw_only=True):
    """One practice's year beside its settlement, told by its line in the file and not by a name. Money is in pounds."""

    year: int
    line: int
    london: bool
    weighted: Decimal
    published: Decimal
    settled: Decimal | None
    difference: Decimal | None
    """What was paid beside what comes out, less 1."""
    verdict: str | dict[str, str]

    @property
    def comes_out(self) -> str:
        """`within 1 %`, `differs` or `not compared`."""
        return _GP_READ[self.verdict if isinstance(self.verdict, str) else next(iter(self.verdict))]

    @property
    def reason(self) -> str | None:
        """Why it differs, or is not compared."""
        why = self.verdict if isinstance(self.verdict, str) else next(iter(self.verdict.values()))
        return _GP_REASONS.get(why)


class GpReasons(Record, frozen=True, kw_only=True):
    """Practices that lie further than 1 % from weighted list x rate, by reason."""

    opened_or_closed: int
    two_contracts: int
    london: int
    unexplained: int


class OutsideLondon(Record, frozen=True, kw_only=True):
    """Practices outside London, settled at the median rate of their own."""

    compared: int
    median_rate: Decimal | None
    within_1: int


class GpYear(Record, frozen=True, kw_only=True):
    """One year: all practices are on other contracts, without list or global sum, or compared."""

    year: int
    practices: int
    other_contracts: int
    without_list_or_sum: int
    compared: int
    median_rate: Decimal | None
    within_1: int
    within_2: int
    within_5: int
    published: Decimal
    settled: Decimal
    differ: GpReasons
    outside_london: OutsideLondon


class ReproducedRow(Record, frozen=True, kw_only=True):
    """One published row beside its settlement; what was owed is below zero."""

    year: int
    aco: str
    name: str
    track: str
    gross: tuple[Decimal, Decimal]
    """Published, and what comes out."""
    published: Decimal
    settled: Decimal
    interval: tuple[Decimal, Decimal]
    """The least and the most that can come out, by the rounding of what was published."""
    verdict: str | dict[str, str]

    @property
    def comes_out(self) -> str:
        """`exact`, `within rounding`, `explained` or `missed`."""
        return _READ[self.verdict if isinstance(self.verdict, str) else next(iter(self.verdict))]

    @property
    def reason(self) -> str | None:
        """Why it neither comes out to the dollar nor lies within rounding."""
        return None if isinstance(self.verdict, str) else next(iter(self.verdict.values()))


class YearCount(Record, frozen=True, kw_only=True):
    """How many rows of a year reproduce."""

    year: int
    rows: int
    savers: int
    losers: int
    exact: int
    within_rounding: int
    explained: int
    missed: int


class ReproductionStamp(Record, frozen=True, kw_only=True):
    """Where the results come from."""

    version: str
    programme: tuple[str, str]
    files: dict[str, str]
    method: str
    unverified: tuple[str, ...]


class ReproductionData(Record, frozen=True, kw_only=True):
    """Every published row beside its settlement."""

    rows: tuple[ReproducedRow, ...]
    stamp: ReproductionStamp


class GpReproductionData(Record, frozen=True, kw_only=True):
    """Every practice's year beside its settlement, and each year counted."""

    rows: tuple[GpReproducedRow, ...]
    years: tuple[GpYear, ...]
    stamp: ReproductionStamp


class TrackRow(Record, frozen=True, kw_only=True):
    """An ACO's published year under one track; what would be owed is below zero."""

    track: str
    is_own: bool
    minimum_rate: Decimal
    sharing_rate: Decimal
    loss_rate: Decimal | None
    gross: Decimal
    limit_on_savings: Decimal
    limit_on_losses: Decimal | None
    revenue_may_limit: bool
    net: Decimal
    published: Decimal | None
    """What was published as paid, or owed below zero: on the ACO's own track."""

    @property
    def came_to(self) -> Decimal:
        """What was published, where it was; else what the track would have given."""
        return self.net if self.published is None else self.published


class OnEveryTrack(Record, frozen=True, kw_only=True):
    """An ACO's published year under every track of that year."""

    tracks: tuple[TrackRow, ...]
    stamp: ReproductionStamp


_Row = TypeVar("_Row")


class ResultsFile(msgspec.Struct, Generic[_Row], frozen=True, kw_only=True):
    """A results file as it was read."""

    file: str
    fingerprint: str
    rows: tuple[_Row, ...]
