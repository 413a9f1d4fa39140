"""What the core says of published results, as typed and frozen data. Money is in dollars, exactly."""

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
