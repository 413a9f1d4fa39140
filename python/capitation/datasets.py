"""What regulators publish, read as it is into one documented table, and settled again.

The Centers for Medicare & Medicaid Services publish what they paid every accountable care organisation. The files are
on https://data.cms.gov: "Performance Year Financial and Quality Results" of the Medicare Shared Savings Program, one a
year, and the results of the ACO REACH model. NHS Digital publishes what every general practice in England was paid:
"NHS Payments to General Practice"; `deprivation_costs` reads what the NHS spends by age, sex and deprivation, and
`costs` what care costs by currency and setting. This package carries none of the files.
"""

from __future__ import annotations

from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

import msgspec

from capitation import tables
from capitation._capitation import _GpPayments, _MsspResults, _ReachResults
from capitation.by_chance import AcosByChance
from capitation.costs import Costs, costs
from capitation.gradient import DeprivationCosts, Envelope, GivenBack, deprivation_costs
from capitation.reproduction import GpReproduction, OtherTracks, Reproduction
from capitation.results import GpRow, MsspRow, ReachRow, ResultsFile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    import pyarrow as pa

    from capitation._capitation import Severity, Statement
    from capitation.tables import Kind

__all__ = [
    "Costs",
    "DeprivationCosts",
    "Envelope",
    "GivenBack",
    "GpPayments",
    "MsspResults",
    "ReachResults",
    "costs",
    "deprivation_costs",
    "gp_payments",
    "mssp_results",
    "reach_results",
]

_MSSP: dict[str, tuple[Kind, Callable[[MsspRow], Any]]] = {
    "year": ("year", lambda row: row.year),
    "aco": ("text", lambda row: row.aco),
    "name": ("text", lambda row: row.name),
    "track": ("text", lambda row: row.track),
    "assigned_beneficiaries": ("quantity", lambda row: row.beneficiaries),
    "person_years": ("quantity", lambda row: row.person_years),
    "benchmark_per_person_year": ("amount", lambda row: row.benchmark_per_person_year),
    "benchmark": ("amount", lambda row: row.benchmark.value),
    "expenditure": ("amount", lambda row: row.expenditure.value),
    "benchmark_less_expenditure": ("amount", lambda row: row.difference.value),
    "minimum_rate": ("quantity", lambda row: row.minimum_rate.value),
    "gross_savings_or_losses": ("amount", lambda row: row.gross.value),
    "earned_or_owed": ("amount", lambda row: row.earned.value),
    "relief": ("amount", lambda row: row.relief),
    "quality_standard_met": ("flag", lambda row: row.standard_met),
    "alternative_standard_met": ("flag", lambda row: row.alternative_met),
    "quality_score": ("quantity", lambda row: row.quality.value),
    "sharing_rate": ("quantity", lambda row: None if row.share_rate is None else row.share_rate.value),
    "reduced_sharing": ("flag", lambda row: row.reduced_sharing),
    "guardrail": ("flag", lambda row: row.guardrail),
    "low_revenue": ("flag", lambda row: row.low_revenue),
    "limited_by_revenue": ("flag", lambda row: row.limited_by_revenue),
    "ended_early": ("flag", lambda row: row.ended_early),
    "agreement_year": ("quantity", lambda row: row.agreement_year),
    "months": ("quantity", lambda row: row.months),
}

_REACH: dict[str, tuple[Kind, Callable[[ReachRow], Any]]] = {
    "year": ("year", lambda row: row.year),
    "aco": ("text", lambda row: row.aco),
    "name": ("text", lambda row: row.name),
    "track": ("text", lambda row: row.track),
    "retention_withheld": ("quantity", lambda row: row.retention),
    "benchmark": ("amount", lambda row: row.benchmark.value),
    "increase_for_health_equity": ("amount", lambda row: row.increase),
    "decrease_for_health_equity": ("amount", lambda row: row.decrease),
    "cost_of_care": ("amount", lambda row: row.cost.value),
    "gross_savings": ("amount", lambda row: row.gross.value),
    "shared_savings": ("amount", lambda row: row.shared.value),
    "paid_or_owed": ("amount", lambda row: row.paid.value),
}

_GP: dict[str, tuple[Kind, Callable[[GpRow], Any]]] = {
    "year": ("year", lambda row: row.year),
    "line": ("count", lambda row: row.line),
    "practice": ("text", lambda row: row.practice),
    "region": ("text", lambda row: row.region),
    "commissioner": ("text", lambda row: row.commissioner),
    "contract": ("text", lambda row: row.contract),
    "dispensing": ("flag", lambda row: row.dispensing),
    "rural": ("flag", lambda row: row.rural),
    "registered_patients": ("quantity", lambda row: row.registered),
    "weighted_patients": ("quantity", lambda row: row.weighted),
    "global_sum": ("amount", lambda row: row.global_sum),
    "correction_factor": ("amount", lambda row: row.correction),
    "pms_balance": ("amount", lambda row: row.pms_balance),
    "qof": ("amount", lambda row: row.qof),
    "premises": ("amount", lambda row: row.premises),
    "local_schemes": ("amount", lambda row: row.local_schemes),
    "total": ("amount", lambda row: row.total),
    "total_after_deductions": ("amount", lambda row: row.total_after_deductions),
}


class MsspResults:
    """Results of the Medicare Shared Savings Program, one row an ACO and year; `mssp_results` reads them."""

    def __init__(self, core: _MsspResults) -> None:
        """Take over what the core has read."""
        self._core = core
        self.files = msgspec.json.decode(core.to_json(), type=tuple[ResultsFile[MsspRow], ...])
        """Each file, with its fingerprint and its rows as typed records."""

    def to_frame(self) -> pa.Table:
        """All rows in Arrow: polars and pandas read it, and it has the files' fingerprints in its metadata."""
        return _frame("mssp_results", self.files, _MSSP)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The same table for any library that speaks Arrow."""
        return self.to_frame().__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        """The number of rows."""
        return sum(len(file.rows) for file in self.files)

    def __repr__(self) -> str:
        """The files and their rows."""
        return _shown("MsspResults", self.files)

    def reproduce(self) -> Reproduction:
        """Settle every row under the contract of its track and year, and put it beside what was paid.

        Raises:
            ResultsError: a year or a track that the programme does not have, naming the row.
        """
        return Reproduction(self._core.reproduce())

    def by_chance(self, *persons: Severity, percentile: float = 0.99) -> AcosByChance:
        """How likely each ACO was to cross its minimum savings rate by chance alone, beside whether it did.

        The benchmark is what people cost on average, nothing is saved in truth, and nothing moves all people together.
        This is modelled: the files do not say how much people's costs vary.

        Args:
            *persons: laws of one person's cost, in any unit of money: the least and the most spread that it may have.
            percentile: each person's cost counts up to this quantile of the law; the national 99th percentile in the
                programme (42 CFR 425.604). 1 counts all of it.

        Raises:
            RiskError: a percentile outside 0 to 1, a law without a mean or a variance, naming the row.
            ValueError: no law is given.
        """
        return AcosByChance(self._core, persons, percentile)

    def statement(self, aco: str, *, year: int | None = None) -> Statement:
        """One ACO's year, settled line by line under its own track: each line with its rule, citation and inputs.

        Args:
            aco: its number, or its name as the file has it.
            year: which year, where the files have several of this ACO.

        Raises:
            ResultsError: there is no such ACO or year.
        """
        return self._core.statement(aco, year)

    def other_tracks(
        self,
        aco: str,
        *,
        minimum_rate: Decimal | int | str = "as it had",
        year: int | None = None,
        participant_revenue: Decimal | int | str | None = None,
    ) -> OtherTracks:
        """What one ACO would have been paid, or owed, on every track of its year.

        Args:
            aco: its number, or its name as the file has it.
            minimum_rate: of other two-sided tracks: "as it had" for the rate that the ACO had chosen (that of the
                table if it had none), "by size" for the table, or a share such as "0.02". Its own track keeps its
                own.
            year: which year, where the files have several of this ACO.
            participant_revenue: what Medicare paid the ACO's participants in the year, in dollars. CMS does not
                publish it; without it a loss that it may limit is the most that the benchmark allows.

        Raises:
            ResultsError: there is no such ACO or year; the rate is not a share.
        """
        return OtherTracks(self._core, aco, year, minimum_rate, participant_revenue)


class ReachResults:
    """Results of ACO REACH, one row an ACO and year; `reach_results` reads them."""

    def __init__(self, core: _ReachResults) -> None:
        """Take over what the core has read."""
        self._core = core
        self.files = msgspec.json.decode(core.to_json(), type=tuple[ResultsFile[ReachRow], ...])
        """Each file, with its fingerprint and its rows as typed records."""

    def to_frame(self) -> pa.Table:
        """All rows in Arrow: polars and pandas read it, and it has the files' fingerprints in its metadata."""
        return _frame("reach_results", self.files, _REACH)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The same table for any library that speaks Arrow."""
        return self.to_frame().__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        """The number of rows."""
        return sum(len(file.rows) for file in self.files)

    def __repr__(self) -> str:
        """The files and their rows."""
        return _shown("ReachResults", self.files)

    def reproduce(self) -> Reproduction:
        """Settle every row under the contract of its track and year, and put it beside what was paid.

        Raises:
            ResultsError: a year that the programme does not have, naming the row.
        """
        return Reproduction(self._core.reproduce())


class GpPayments:
    """What general practices in England were paid, one row a practice and year; `gp_payments` reads them."""

    def __init__(self, core: _GpPayments) -> None:
        """Take over what the core has read."""
        self._core = core
        self.files = msgspec.json.decode(core.to_json(), type=tuple[ResultsFile[GpRow], ...])
        """Each file, with its fingerprint and its rows as typed records."""

    def to_frame(self) -> pa.Table:
        """All rows in Arrow: polars and pandas read it, and it has the files' fingerprints in its metadata."""
        return _frame("gp_payments", self.files, _GP, "as published, in pounds")

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The same table for any library that speaks Arrow."""
        return self.to_frame().__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        """The number of rows."""
        return sum(len(file.rows) for file in self.files)

    def __repr__(self) -> str:
        """The files and their rows."""
        return _shown("GpPayments", self.files)

    def reproduce(self) -> GpReproduction:
        """Settle every GMS practice with a list and a global sum as weighted list x the median rate of its year.

        What was paid for a weighted patient is not one rate: most practices opted out of out-of-hours care, London adds
        to the list, and no file tells who opted out. So each year is settled at its median, and every practice that
        lies further from it than 1 % is listed with the reason that the files show, or as unexplained. Files of several
        years show who opened and closed.

        Raises:
            ResultsError: no file; a practice twice in a year; a year that the programme does not have.
        """
        return GpReproduction(self._core.reproduce())


def mssp_results(*paths: str | PathLike[str], year: int | None = None) -> MsspResults:
    """Read results files of the Medicare Shared Savings Program, of any years, as CMS publishes them.

    The table has one row an ACO and year. Money is in dollars and shares are from 0 to 1, both exact decimals:

    - `year`, `aco` (its number where it is published, else its name), `name`, `track` as in the programme;
    - `assigned_beneficiaries` (N_AB), `person_years` (N_AB_Year_PY), `benchmark_per_person_year` (UpdatedBnchmk);
    - `benchmark` (ABtotBnchmk), `expenditure` (ABtotExp), `benchmark_less_expenditure` (BnchmkMinExp);
    - `minimum_rate` (MinSavPerc), `gross_savings_or_losses` (GenSaveLoss), `earned_or_owed` (EarnSaveLoss);
    - `relief`: what was taken off a loss for extreme circumstances (DisAdj without its sign);
    - `quality_standard_met` (Met_QPS; before 2016, whether there was a sharing rate), `alternative_standard_met`
      (Met_AltQPS), `quality_score` (QualScore; 1 where reporting was enough), `sharing_rate` (FinalShareRate);
    - `reduced_sharing` (ReducedSS; without that column, whether gross savings were published below the minimum),
      `guardrail` (Guardrail), `low_revenue` (Rev_Exp_Cat), `limited_by_revenue` (RevLossLimit), `ended_early`
      (Prorate_Shared_Losses or Impact_Mid_Year_Termination);
    - `agreement_year`, from 1, and `months` of the year that the dollars of the row are about.

    Args:
        paths: the files.
        year: the performance year, where neither a column nor the file's name tells it.

    Raises:
        ResultsError: naming the file, the line and the column. Nothing is half read.
    """
    return MsspResults(_MsspResults([fspath(path) for path in paths], year))


def reach_results(*paths: str | PathLike[str], year: int | None = None) -> ReachResults:
    """Read results files of ACO REACH and of Global and Professional Direct Contracting.

    The table has one row an ACO and year. Money is in dollars and shares are from 0 to 1, both exact decimals:

    - `year`, `aco`, `name`, `track`: Global or Professional (risk_arrangement);
    - `retention_withheld` (retention_withhold), `benchmark` (final_benchmark), `increase_for_health_equity`
      (heba_up_amt), `decrease_for_health_equity` (heba_down_amt without its sign), `cost_of_care`
      (tot_cost_care_net);
    - `gross_savings`, `shared_savings`, `paid_or_owed` (shared_savings_seq).

    Args:
        paths: the files.
        year: the performance year, where neither a column nor the file's name tells it.

    Raises:
        ResultsError: naming the file, the line and the column. Nothing is half read.
    """
    return ReachResults(_ReachResults([fspath(path) for path in paths], year))


def gp_payments(*paths: str | PathLike[str]) -> GpPayments:
    """Read what general practices in England were paid, from files with a row for each practice and financial year.

    The table has one row a practice and year. Money is in pounds, exactly; an amount below zero was taken back:

    - `year` in which the financial year begins (2014 for 2014/15), `line` of the row in its file, from 1;
    - `practice` (practice_code), `region`, `commissioner` (ccg_or_sub_icb), `contract` (contract_type): gms, pms, apms
      or unknown, `dispensing`, `rural` (rurality), both empty where the file does not tell;
    - `registered_patients` and `weighted_patients`, as printed: averages of the year, in some years of one day of it;
    - `global_sum`, `correction_factor` (mpig_correction), `pms_balance`, `qof` (qof_payment), `premises`,
      `local_schemes` (local_incentive_schemes), `total` (total_payments), `total_after_deductions`
      (total_payments_minus_deductions).

    Args:
        paths: the files.

    Raises:
        ResultsError: naming the file, the line and the column. Nothing is half read.
    """
    return GpPayments(_GpPayments([fspath(path) for path in paths]))


def _frame(
    name: str,
    files: Sequence[ResultsFile[Any]],
    columns: dict[str, tuple[Kind, Callable[[Any], Any]]],
    about: str = "as published, in dollars",
) -> pa.Table:
    rows = [row for file in files for row in file.rows]
    made = tuple(
        tables.Column(column, kind, tuple(of(row) for row in rows)) for column, (kind, of) in columns.items()
    )
    stamp = {file.file: file.fingerprint for file in files}
    return tables.frame(tables.Table(name, about, made), stamp)


def _shown(kind: str, files: Sequence[ResultsFile[Any]]) -> str:
    return f"{kind}({'; '.join(f'{file.file}: {len(file.rows):,} rows' for file in files)})"
