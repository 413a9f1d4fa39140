"""The compiled half of the package. Import its names from `capitation`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from os import PathLike
from typing import Any, ClassVar, Literal, Protocol, Self, TypeAlias, TypedDict, Unpack, final, overload

from capitation.adjustment import From2024, TypeYears
from capitation.cell_fits import CellFits
from capitation.fits import SeverityFit
from capitation.hospital import Quantity
from capitation.model import Estimate
from capitation.outlooks import OutlookPlots
from capitation.sensitivities import FigureName, Sensitivity
from capitation.shares import RiskBySource, RiskTransfer
from capitation.simulations import RiskShare, SimulatedPlots

__all__ = [
    "ActivityError",
    "ActivityTotals",
    "Assumption",
    "BasePayment",
    "Bridge",
    "CapitationError",
    "ComparisonError",
    "Concentration",
    "Contract",
    "ContractBuilder",
    "ContractError",
    "CostModel",
    "Family",
    "MarketForces",
    "Outlook",
    "PartyDraws",
    "PartyOutlook",
    "Population",
    "PopulationError",
    "Power",
    "PricedActivity",
    "Programme",
    "RankedConcentration",
    "Readmissions",
    "Rebase",
    "ResultsError",
    "RiskError",
    "SettlementError",
    "Severity",
    "Shock",
    "Simulated",
    "Statement",
    "StatisticError",
    "Tariff",
    "_Allocation",
    "_Comparison",
    "_CostBase",
    "_Costs",
    "_DeprivationCosts",
    "_Design",
    "_Envelope",
    "_Frontier",
    "_GpPayments",
    "_MsspResults",
    "_ReachResults",
    "__version__",
    "_capital",
    "_capital_by_panel_size",
    "_compare",
    "_currency",
    "_debug_build",
    "_fit_severity",
    "_lognormal_to_shares",
    "_mssp_benchmark",
    "_pace_of_change",
    "_panel_sizes",
    "_premiums_by_panel_size",
    "_read_column",
    "_read_series",
    "_risk_by_panel_size",
    "_savings_by_chance",
    "_stop_loss_premium",
    "concentration",
    "programme",
    "programmes",
    "ranked_concentration",
    "readmissions",
]

__version__: str
_debug_build: bool

class _ArrowTable(Protocol):
    """Anything that speaks the Arrow PyCapsule interface: polars, pandas, pyarrow, DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class _ArrowColumn(Protocol):
    """A column that speaks the Arrow PyCapsule interface: a polars or pandas series, a pyarrow array."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

_Number = Decimal | int | str
"""An exact number: a Decimal, an int, or a plain decimal text such as "412.50"; never a float."""

class CapitationError(ValueError):
    """Base of every refusal of this package."""

    kind: str
    """Which sort of mistake it is, in one word."""
    place: str
    """Where it is: a file and line, a clause, a column and row."""
    problem: str
    """What is wrong."""
    remedy: str
    """What to do about it."""

class ActivityError(CapitationError):
    """Activity, or a tariff, that cannot be right."""

class ContractError(CapitationError):
    """A contract that does not hold together."""

class PopulationError(CapitationError):
    """A table of people that cannot be right."""

class SettlementError(CapitationError):
    """A settlement that cannot be made exactly."""

class ComparisonError(CapitationError):
    """Contracts that cannot be compared as asked."""

class StatisticError(CapitationError):
    """A statistic that is undefined on its values."""

class ResultsError(CapitationError):
    """A results file that cannot be right, or a row that no contract fits."""

class RiskError(CapitationError):
    """A law of costs, a cost model, or a question to an outlook, that cannot be."""

@final
class Population:
    """People as checked columns: one row for each person and year."""

    @staticmethod
    def from_table(
        table: _ArrowTable,
        *,
        cost: str,
        currency: str,
        member_months: str | None = None,
        person_years: str | None = None,
        person: str | None = None,
        year: str | None = None,
        settings: Mapping[str, str] | None = None,
        activity: Mapping[str, str] | None = None,
        need: str | None = None,
        class_: str | None = None,
        cell: str | None = None,
        weight: str | None = None,
        deprivation: str | None = None,
        deprivation_scale: str | None = None,
        rounding: str = "half_up",
        on_error: str = "raise",
    ) -> Population:
        """Check the columns of a table at the door.

        Every argument but the first names a column of the table. Float costs become whole minor units by the
        named rounding; the difference to each total is kept in `rounding_differences`.

        Args:
            table: a polars, pandas or pyarrow table, or anything else that speaks Arrow.
            cost: what the care cost, in major units (pounds, dollars), not negative: the measure
                "actual cost".
            currency: three capital letters of ISO 4217.
            member_months: exposure in months, above 0 and at most 12. Give this or `person_years`.
            person_years: exposure in years, above 0 and at most 1.
            person: who each row is about (integers or text); without it every row is a person of its own.
            year: the year of each row; a person has at most one row a year.
            settings: care settings by the names that contracts use, as {"inpatient cost": "inpdol"}; each is part
                of `cost` and never more.
            activity: counts by the names that contracts use, as {"admissions": "totadm"}.
            need: need weight of each row; gives the measure "need-weighted member months".
            class_: class of person, for thresholds that differ by class.
            cell: risk cell of each row, in words: people whose costs are taken to have one law when a cost model is
                fitted to them (`CostModel.from_population`).
            weight: survey weight; enters drawn panels and concentration, never what is owed.
            deprivation: how deprived the place is where the person lives, by the national index: whole numbers, 1 the
                most deprived. A column that numbers the other way has to be turned round first. A comparison then
                tells of the most deprived fifth of the nation (Core20), and of the other fifths.
            deprivation_scale: what these numbers are: "quintile" (1 to 5), "decile" (1 to 10), "percentile" (1 to 100),
                or "rank of 32844", with the number of areas that the index ranks. Needed with `deprivation`.
            rounding: half_up, half_even, down, up, floor or ceiling.
            on_error: "raise" refuses the table at the first bad row; "collect" leaves bad rows out and lists
                them in `rejected`.

        Raises:
            PopulationError: naming the column, the row (the first is 0), the value and the remedy.
        """

    def __len__(self) -> int: ...
    @property
    def people(self) -> int:
        """The number of distinct people."""

    @property
    def years(self) -> list[int]:
        """The distinct years, ascending."""

    @property
    def currency(self) -> str:
        """The currency of every amount."""

    @property
    def measures(self) -> list[str]:
        """The names under which contracts find what was measured."""

    @property
    def fingerprint(self) -> str:
        """`sha256:` and the hash of every column's use, name and checked values."""

    @property
    def fifths(self) -> list[int] | None:
        """Rows in each fifth of the nation by deprivation, the most deprived (Core20) first.

        None where there is no such column. Nothing is withheld: it is the caller's own table.
        """

    @property
    def rounding_differences(self) -> list[tuple[str, float, int]]:
        """For each column: its name, total after rounding less total before (major units), rows changed."""

    @property
    def rejected(self) -> list[tuple[str, str, list[int]]]:
        """For each reason: the column, the reason and the rows left out; empty unless asked to collect."""

    def total(self, measure: str) -> Decimal:
        """The exact total of a measure: major units for money."""

    def _repr_html_(self) -> str: ...

@final
class Contract:
    """An agreement between parties on who pays whom for what, checked when it is read."""

    @staticmethod
    def read(path: str | PathLike[str]) -> Contract:
        """Read a contract file: TOML, or JSON where the name ends in `.json`.

        Raises:
            ContractError: naming the file, the line, the clause, what was expected and the way out.
        """

    @staticmethod
    def from_toml(text: str) -> Contract:
        """Read a contract from TOML."""

    @staticmethod
    def from_json(text: str) -> Contract:
        """Read a contract from JSON."""

    @staticmethod
    def schema() -> str:
        """Give the JSON Schema of the contract format, as JSON."""

    def to_toml(self) -> str:
        """Write the contract as TOML that reads back to it."""

    def to_json(self) -> str:
        """Write the contract as JSON that reads back to it."""

    @property
    def name(self) -> str:
        """What the contract is called."""

    @property
    def currency(self) -> str:
        """The currency of every amount."""

    @property
    def parties(self) -> dict[str, str]:
        """Each party's role: payer, provider, pool or reinsurer."""

    @property
    def inputs(self) -> dict[str, str]:
        """What must be measured, with units."""

    @property
    def unverified(self) -> list[str]:
        """Names of terms, and then of clauses, whose source could not be checked."""

    @property
    def fingerprint(self) -> str:
        """`sha256:` and the hash of what was agreed, however the file is laid out."""

    def explain(self) -> str:
        """Say the contract in words, clause by clause, with every term and its source."""

    def check_examples(self) -> list[tuple[str, str, Decimal, Decimal, bool]]:
        """Settle the contract's own worked examples.

        Returns:
            For each amount: the example, the clause, what it should be, what it came to, whether they agree.
        """

    def settle(
        self,
        experience: Mapping[str, _Number] | Population,
        *,
        on: date | str | None = None,
        year: int | None = None,
        given: Mapping[str, _Number] | None = None,
        outside_income: Mapping[str, _Number] | None = None,
    ) -> Statement:
        """Settle the contract on what happened, exactly.

        Args:
            experience: an amount for each input, in its unit (money in major units); or a population, whose
                measures are found by the names of the inputs.
            on: the day whose terms apply; the first day where no term changes within the contract.
            year: of a population, the year to settle; all its rows where it is left out.
            given: with a population, the inputs that it does not have.
            outside_income: what each party receives from outside the contract.

        Raises:
            SettlementError: where an input is missing, or a result cannot be held exactly.
            ContractError: where an input is out of range, or the day is outside the contract.
        """

    def outlook(
        self,
        model: CostModel | Population,
        *,
        on: date | str | None = None,
        given: Mapping[str, _Number] | None = None,
        accuracy: float | None = None,
    ) -> Outlook:
        """What every party may come to in a year in which people cost as the model says, without sampling.

        Args:
            model: what people cost.
            on: the day whose terms apply; the first day where no term changes within the contract.
            given: every other input, in its unit (money in major units). Member months need not be given: the model
                has them.
            accuracy: how far any party's distribution function may be from the true one, as a probability. What is
                reached is each party's `error` in any case.

        Raises:
            SettlementError: where an input is missing or not asked for, no input is what people cost, or a clause is
                not piecewise linear in it, naming the clause.
            ComparisonError: where the model is in another currency.
            RiskError: where costs have no mean or variance and no cap holds them; where the accuracy is not reached,
                with what is.
            ContractError: where the day is outside the contract, or a term changes and no day is named.
        """

    def simulate(
        self,
        model: CostModel | Population,
        *,
        seed: int,
        years: int = 10_000,
        on: date | str | None = None,
        given: Mapping[str, _Number] | None = None,
        horizon: int = 1,
        trend: float = 0.0,
        discount: float | None = None,
        rebase: Rebase | Sequence[Rebase] | None = None,
        progress: Literal["auto"] | Callable[[int, int], object] | None = "auto",
    ) -> Simulated:
        """What every party comes to in drawn years in which people cost as the model says.

        Every person is drawn in every year and the contract is run on each year, so that it has an answer where an
        `outlook` has none. The same model and seed give the same people to the bit, under every contract.

        Args:
            model: what people cost.
            seed: which draws, from 0.
            years: how many years, or paths of years, are drawn, at least 2.
            on: the day whose terms apply; the first day where no term changes within the contract.
            given: every other input, in its unit (money in major units), the same in every year; but for inputs that
                are rebased. Member months need not be given: the model has them.
            horizon: how many years follow each other, from 1 to 100. Later years have the terms
                of the same day as far as the contract's period goes, and those of the last such day beyond it.
            trend: the growth of costs from each year to the next, above -1 and up to 1: 0.04 for 4 %.
            discount: a result of a later year counts for less over all years: over (1 + rate) for each year after the
                first. All years count alike where it is left out.
            rebase: inputs that are made of what people cost in earlier years, such as a benchmark.
            progress: "auto" shows a bar in a terminal or notebook where it takes long; None shows nothing; a function
                is called with the scenarios done and those there are, and what it raises stops the work, as Ctrl-C
                does.

        Raises:
            SettlementError: where an input is missing or not asked for, no input is what people cost, or a year's costs
                are too large.
            ComparisonError: where the model is in another currency.
            RiskError: where a number is out of range, costs have no mean or variance and no cap holds them, a rebased
                input cannot be one, or draws do not fit into memory.
            ContractError: where the day is outside the contract, or a term changes and no day is named.
        """

    def power(
        self,
        model: CostModel | Population,
        provider: str = "provider",
        *,
        on: date | str | None = None,
        given: Mapping[str, _Number] | None = None,
        saving: _Number | None = None,
    ) -> Power:
        """What a party keeps of a pound by which care costs less, on the whole distribution of cost.

        What the model has in proportion to cost (`activity price`) stays as it is when a pound is saved inside a case,
        and goes with a case that is avoided.

        Args:
            model: what people cost.
            provider: whose power it is.
            on: the day whose terms apply; the first day where no term changes within the contract.
            given: every other input, in its unit, as for an outlook.
            saving: the part of what each person costs that is saved, "0.01" unless told otherwise.

        Raises:
            RiskError: where the contract has no such party, nobody costs anything, or the saving is not from 0.000001
                to 0.5.
            SettlementError: as `outlook`.
            ComparisonError: as `outlook`.
            ContractError: as `outlook`.
        """

    def risk_transfer(
        self,
        model: CostModel | Population,
        *,
        worst: Sequence[float] = ...,
        above: Sequence[float] = ...,
        on: date | str | None = None,
        given: Mapping[str, _Number] | None = None,
    ) -> RiskTransfer:
        """Who bears the risk: before any payment, and after each clause that moves money, as if it ended there.

        Args:
            model: what people cost.
            worst: levels of tails to share beside the variance; [0.95], the worst twentieth of years of all parties
                together.
            above: attachments of tails to share, in major units: years in which all parties together lose more.
            on: the day whose terms apply; the first day where no term changes within the contract.
            given: every other input, in its unit, as for an outlook.

        Raises:
            RiskError: where nobody bears a cost that varies; where a result depends on two amounts that vary apart of
                which one is lumpy, or its share of a tail is not worked out; for a level that is not between 0 and 1,
                and an attachment that all years, or none, are above.
            SettlementError: as `outlook`.
            ComparisonError: as `outlook`.
            ContractError: as `outlook`.
        """

    def risk_by_source(
        self,
        model: CostModel | Population,
        *,
        on: date | str | None = None,
        given: Mapping[str, _Number] | None = None,
    ) -> RiskBySource:
        """What every party's result varies by: chance alone (insurance risk), and all that moves costs together.

        Args:
            model: what people cost, and what moves their costs together.
            on: the day whose terms apply; the first day where no term changes within the contract.
            given: every other input, in its unit, as for an outlook.

        Raises:
            RiskError: where only the mean of a result is known, and as `outlook`.
            SettlementError: as `outlook`.
            ComparisonError: as `outlook`.
            ContractError: as `outlook`.
        """

    def sensitivity(
        self,
        model: CostModel | Population,
        assumptions: Sequence[Assumption],
        *,
        party: str = "provider",
        retention: float = 0.0,
        by: FigureName = "mean",
        on: date | str | None = None,
        given: Mapping[str, _Number] | None = None,
    ) -> Sensitivity:
        """What a party's result hangs on: each assumption at its low and its high value, all others as they are.

        Args:
            model: what people cost.
            assumptions: what is moved, one at a time. Low and high values are yours: none is made up.
            party: whose result it is.
            retention: what the party bears of a deficit before a stop-loss on its result pays, in major units.
            by: the figure that rows are sorted by, the one that moves it most first.
            on: the day whose terms apply; the first day where no term changes within the contract.
            given: every other input, in its unit, as for an outlook.

        Raises:
            RiskError: no such party, risk cell, shock, term or input; a retention below 0, or a value that cannot be;
                only the mean of the result is known; each with the assumption named.
            SettlementError: no assumption, and as `outlook`.
            ValueError: there is no such figure.
            ComparisonError: as `outlook`.
            ContractError: as `outlook`.
        """

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...
    def _repr_html_(self) -> str: ...

@final
class Statement:
    """What is owed, line by line, and what it comes to for each party."""

    @property
    def contract(self) -> str:
        """The name of the contract."""

    @property
    def currency(self) -> str:
        """The currency of every amount of money."""

    @property
    def on(self) -> str:
        """The day whose terms apply: 2026-04-01."""

    @property
    def unverified(self) -> list[str]:
        """Names of terms, and then of clauses, whose source could not be checked."""

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line: name, role, rule, operands, amount, unit, rounding, note, source, unverified, row, about, pays.

        Amounts are `Decimal`, money in major units; `pays` is (from, to) or None.
        """

    @property
    def parties(self) -> dict[str, dict[str, Any]]:
        """For each party: role, received, paid, borne, outside_income and surplus, in major units."""

    def __getitem__(self, name: str, /) -> Decimal: ...
    def keys(self) -> list[str]:
        """Names of all lines: inputs, then terms, then clauses in order."""

    def net(self, party: str) -> Decimal:
        """What a party receives less what it pays."""

    def surplus(self, party: str) -> Decimal:
        """What is left to a party after what it pays and the cost that it bears."""

    def explain(self) -> str:
        """Print every line with its rule, its amount, what bit, who pays whom, and its source."""

    def to_json(self) -> str:
        """Give the statement as JSON; exact amounts are decimal texts."""

    def bridge(self, to: Statement, party: str) -> Bridge:
        """Say which line, and which cause, moved a party's net receipts from this statement to another."""

    def to_frame(self) -> Any:
        """The lines as a `pyarrow.Table`: position, line, role, rule, amount, unit, and who pays whom."""

    def __len__(self) -> int: ...
    def __contains__(self, name: str, /) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...
    def _repr_html_(self) -> str: ...

@final
class Bridge:
    """The way from one statement to another for one party."""

    def to_json(self) -> str:
        """Give the bridge as JSON."""

    def _repr_html_(self) -> str: ...

@final
class Programme:
    """A programme in one of its years: a dated family of contracts, with the citation of every value.

    Example:
        >>> import capitation as cap
        >>> year = cap.programme("mssp", 2022)
        >>> contract = year.contract(track="BASIC E", choices={"minimum rate": "by size"})
    """

    @staticmethod
    def read(path: str | PathLike[str], year: int | str) -> Programme:
        """A programme of the user's own, from a TOML file.

        Raises:
            ContractError: with file and line.
        """

    @staticmethod
    def schema() -> str:
        """The JSON Schema of the programme format."""

    @property
    def name(self) -> str:
        """What the programme is called."""

    @property
    def about(self) -> str:
        """What it is."""

    @property
    def year(self) -> int:
        """The year; where it does not begin on 1 January, that in which it begins."""

    @property
    def year_said(self) -> str:
        """The year as it is said: "2022", or "2019/20" where it does not begin on 1 January."""

    @property
    def fingerprint(self) -> str:
        """`sha256:` and the digest of the programme's file."""

    @property
    def tracks(self) -> list[str]:
        """The tracks that are in force in the year."""

    def choices(self, track: str) -> dict[str, list[str]]:
        """What can be chosen of a track: the options of each choice, the default first.

        Raises:
            ContractError: there is no such track in the year.
        """

    def contract(self, track: str, choices: Mapping[str, str] | None = None) -> Contract:
        """The contract of a track, with every term that is in force and its citation.

        Args:
            track: one of `tracks`.
            choices: an option for each choice that is not to have its default, such as
                {"minimum rate": "by size"}.

        Raises:
            ContractError: there is no such track, choice or option; those there are, are named.
        """

    def explain(self) -> str:
        """The year in words: its tracks, and what can be chosen of each."""

def programme(name: str, year: int | str) -> Programme:
    """One of the programmes that come with the package, in one of its years.

    Args:
        name: "mssp" (Medicare Shared Savings Program), "reach" (ACO REACH, before 2023 Direct Contracting) or "lead";
            of England "nhs-acute" (acute care), "nhs-primary-care" (general practice), "nhs-allocation" (core
            allocation by need) or "nhs-integrated" (budgets for a whole population, and budgets pooled with a council).
        year: the performance year; of England's programmes the financial year, 2019 or "2019/20".

    Raises:
        ContractError: there is no such programme or year; those there are, are named.
    """

def _mssp_benchmark(
    performance_year: int,
    agreement_period: int,
    regional_adjustment_period: int,
    types: dict[str, TypeYears],
    from_2024: From2024 | None,
) -> tuple[str, Statement]: ...

@final
class _Allocation:
    def __new__(
        cls,
        table: _ArrowTable,
        contract: Contract,
        place: str,
        columns: dict[str, str],
        groups: dict[str, str],
        total: _Number | None,
        normalise: bool,
    ) -> _Allocation: ...
    def groups(self) -> list[str]: ...
    def allocation(self, share: _Number | None, by: str | None) -> str: ...
    def effect(self, before: _Number | None, after: _Number, by: str | None) -> str: ...
    def need_within(self, share: _Number | None, group: str) -> str: ...
    def statement(self, share: _Number | None, place: str) -> Statement: ...

def _pace_of_change(
    table: _ArrowTable,
    columns: tuple[str, str, str],
    currency: str,
    policy: tuple[_Number, _Number, _Number | None, _Number | None],
    totals: Sequence[_Number],
    near: _Number,
) -> str: ...

@final
class _Costs:
    def __new__(cls, path: str) -> _Costs: ...
    def to_json(self) -> str: ...
    def cost_base(
        self,
        year: str | None,
        points: Sequence[tuple[str, str]],
        marginal_share: _Number | Mapping[str, _Number],
    ) -> tuple[_CostBase, str]: ...

@final
class _DeprivationCosts:
    def __new__(cls, path: str) -> _DeprivationCosts: ...
    def to_json(self) -> str: ...
    def envelope(
        self, year: str, table: _ArrowTable | None, columns: tuple[str, str, str, str]
    ) -> _Envelope: ...

@final
class _Envelope:
    def to_json(self) -> str: ...
    def given_back(self, share: _Number, index: Sequence[_Number]) -> str: ...
    def share_that_makes_whole(self, quintile: int, index: Sequence[_Number]) -> str: ...

def programmes() -> list[tuple[str, str, list[int]]]:
    """The programmes that come with the package: each one's name here, what it is called, and its years."""

@final
class Concentration:
    """How concentrated values are over people. The person on a boundary is counted in part."""

    def top_share(self, people: float) -> float:
        """The share of the total that the top share of people holds."""

    @property
    def gini(self) -> float:
        """Gini's coefficient: 0 where all hold the same, near 1 where one holds all."""

    @property
    def half_held_by(self) -> float:
        """The smallest share of people that holds half of the total."""

    def lorenz(self, points: int = 100) -> list[tuple[float, float]]:
        """Points of the Lorenz curve: share of people, ascending in value, and share of the total."""

    def held_by(self, amount: float) -> float:
        """The smallest share of people that holds this share of the total."""

    @property
    def total(self) -> float:
        """The weighted total."""

    @property
    def people(self) -> float:
        """The sum of weights; the number of people where there are none."""

    @property
    def left_out(self) -> int:
        """Rows left out because their weight is zero."""

    @property
    def zero_share(self) -> float:
        """The share of people whose value is zero."""

    @property
    def stamp(self) -> dict[str, str]:
        """What made it: the version, the hash of what the statistics are computed from, the method."""

    def _repr_html_(self) -> str: ...

@final
class RankedConcentration:
    """How concentrated values are over people who are ranked by something else."""

    def top_share(self, people: float) -> float:
        """The share of the total held by the share of people with the highest ranking; ties count in part."""

    @property
    def total(self) -> float:
        """The weighted total."""

    @property
    def people(self) -> float:
        """The sum of weights; the number of people where there are none."""

    @property
    def stamp(self) -> dict[str, str]:
        """What made it: the version, the hash of what the statistics are computed from, the method."""

@final
class Severity:
    """The law of one person's cost in a year, in any unit of money: an estimate, of which nothing owed is made.

    An individual stop-loss, a truncation or a co-payment acts on one person before anything is added up, and so its
    price is a question to this law: `excess_mean`, `limited_mean`. Laws are immutable: each method gives a new one.

    Every refusal is a `RiskError` that names the parameter. Methods that take an amount or a level take a column too (a
    sequence, or what speaks Arrow) and then give a list.

    Example:
        >>> # 15 % of people cost nothing, and 5 % hold half of the cost.
        >>> person = Severity.lognormal(7.0, 1.564726).with_zeros(0.15).rescaled_to(4_700)
        >>> round(person.top_share(0.05), 6), round(person.excess_mean(100_000), 2)
        (0.5, 310.99)
    """

    @staticmethod
    def lognormal(mu: float, sigma: float) -> Severity:
        """A cost whose logarithm is normal with mean `mu` and standard deviation `sigma`, above 0."""

    @staticmethod
    def gamma(shape: float, scale: float) -> Severity:
        """A gamma law: mean `shape` × `scale`, coefficient of variation 1/√`shape`; a shape from 0.001 to 1,000."""

    @staticmethod
    def pareto(alpha: float, minimum: float) -> Severity:
        """The Pareto law of type I: P(X > x) = (`minimum`/x)^`alpha` from `minimum`; no mean for an alpha up to 1."""

    @staticmethod
    def lomax(alpha: float, scale: float) -> Severity:
        """The Pareto law of type II: P(X > x) = (1 + x/`scale`)^−`alpha`; no mean for an alpha of 1 or less."""

    @staticmethod
    def generalized_pareto(threshold: float, xi: float, beta: float) -> Severity:
        """The generalised Pareto law: P(X > x) = (1 + `xi` (x − `threshold`)/`beta`)^(−1/`xi`) from `threshold`.

        It is exponential for a `xi` of 0, has an end below it, and no mean from 1 on.
        """

    @staticmethod
    def spliced(body: Severity, *, at: float, above: float, xi: float, beta: float) -> Severity:
        """Costs as `body` up to `at`, and a generalised Pareto tail above it in which a share `above` of costs lies.

        Args:
            body: a law of one kind, or of atoms; its probability of no cost is kept.
            at: the cost at which the tail begins.
            above: the share of costs above 0 that lie in the tail, between 0 and 1.
            xi: the index of the tail.
            beta: its scale.
        """

    @staticmethod
    def empirical(costs: object, weights: object | None = None) -> Severity:
        """The costs of people, each with its weight; costs of 0 are the probability of no cost.

        Args:
            costs: a column that speaks Arrow or a sequence of numbers, one for each person, none negative.
            weights: as many, none negative; each counts once where they are left out.

        Raises:
            RiskError: a cost or weight that cannot be, naming its row (the first is 0); no cost with a weight.
        """

    @staticmethod
    def mixture(parts: Sequence[tuple[float, Severity]]) -> Severity:
        """The cost of a person from a population of several kinds: each with its weight, and the law of that kind.

        Args:
            parts: pairs of a weight, none negative, and a law; weights need not add up to 1.
        """

    @staticmethod
    def certain(amount: float) -> Severity:
        """A cost that is known; of 0 where there is none."""

    @staticmethod
    def from_json(text: str) -> Severity:
        """Read what `to_json` wrote, through the checks of the constructors.

        Raises:
            ValueError: the text is no law, or one that cannot be.
        """

    def to_json(self) -> str:
        """Write the law: its parameters, or its costs and weights."""

    def with_tail(self, *, at: float, xi: float, beta: float) -> Severity:
        """This law up to `at`, and a generalised Pareto tail above it with as many costs as it had there."""

    def with_zeros(self, share: float) -> Severity:
        """This law for those with any chance of a cost, and a further share of people without one, from 0 to 1."""

    def scaled(self, factor: float) -> Severity:
        """The law of `factor` × X: another year's prices, other units of money."""

    def rescaled_to(self, mean: float) -> Severity:
        """The same law with this mean, above 0."""

    @property
    def zeros(self) -> float:
        """The probability of no cost."""

    @property
    def mean(self) -> float:
        """The mean over all people; infinite where the tail is that heavy, which is of use below a cap only."""

    @property
    def gini(self) -> float:
        """Gini's coefficient over all people, those without a cost included.

        Raises:
            RiskError: the mean is 0 or infinite.
        """

    @overload
    def cdf(self, x: float) -> float: ...
    @overload
    def cdf(self, x: Sequence[float] | _ArrowColumn) -> list[float]:
        """P(X ≤ x)."""

    @overload
    def survival(self, x: float) -> float: ...
    @overload
    def survival(self, x: Sequence[float] | _ArrowColumn) -> list[float]:
        """P(X > x), with its digits in the tail."""

    @overload
    def quantile(self, p: float) -> float: ...
    @overload
    def quantile(self, p: Sequence[float] | _ArrowColumn) -> list[float]:
        """The least cost that a share `p` of people do not exceed; infinite at 1 where costs have no end."""

    @overload
    def upper_quantile(self, q: float) -> float: ...
    @overload
    def upper_quantile(self, q: Sequence[float] | _ArrowColumn) -> list[float]:
        """The least cost that no more than a share `q` of people exceed, with its digits where q is tiny."""

    @overload
    def limited_mean(self, limit: float) -> float: ...
    @overload
    def limited_mean(self, limit: Sequence[float] | _ArrowColumn) -> list[float]:
        """E[min(X, limit)]: the mean below a cap."""

    @overload
    def excess_mean(self, attachment: float) -> float: ...
    @overload
    def excess_mean(self, attachment: Sequence[float] | _ArrowColumn) -> list[float]:
        """E[(X − attachment)⁺]: what a stop-loss above it is worth for one person; infinite where the mean is."""

    @overload
    def top_share(self, people: float) -> float: ...
    @overload
    def top_share(self, people: Sequence[float] | _ArrowColumn) -> list[float]:
        """The share of all cost that this share of people has, those with the highest costs.

        Raises:
            RiskError: the share is not from 0 to 1, or the mean is 0 or infinite.
        """

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...
    def _repr_html_(self) -> str: ...

@final
class Shock:
    """What moves the costs of many people together in a year, and cannot be pooled away: a hard winter, a pay award.

    Example:
        >>> Shock.multiplicative("trend", 0.03).of_cells(["65 and over"])
        Shock.multiplicative("trend", 0.03).of_cells(["65 and over"])
    """

    @staticmethod
    def multiplicative(name: str, spread: float) -> Shock:
        """A lognormal factor of mean 1 on what each person costs, before any threshold.

        Args:
            name: what it is called.
            spread: the standard deviation of its logarithm, above 0 and up to 0.6: 0.05 for 5 %.

        Raises:
            RiskError: a spread out of range.
        """

    @staticmethod
    def additive(name: str, spread: float) -> Shock:
        """An amount for each person year, normal with mean 0, that no threshold of a person sees.

        Args:
            name: what it is called.
            spread: its standard deviation in major units, above 0.

        Raises:
            RiskError: a spread out of range.
        """

    def of_cells(self, cells: Sequence[str]) -> Shock:
        """The same where it moves these risk cells alone."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def kind(self) -> str:
        """`multiplicative` or `additive`."""

    @property
    def spread(self) -> float:
        """Its standard deviation: of the factor's logarithm, or of the amount for a person year in major units."""

    @property
    def cells(self) -> list[str] | None:
        """The cells that it moves; None where it moves all."""

    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Assumption:
    """An assumption with a low and a high value, both yours."""

    @staticmethod
    def costs(low: float, high: float) -> Assumption:
        """What each person costs, times a factor: 0.97 and 1.03 for three per cent to either side."""

    @staticmethod
    def people(low: int, high: int) -> Assumption:
        """How many people there are in all, in the proportions of the cells. Inputs that are given stay as they are.

        Raises:
            RiskError: a number below 0 or too large.
            TypeError: no whole number.
        """

    @staticmethod
    def spread(shock: str, low: float, high: float) -> Assumption:
        """The spread of a shock that the model has; none of it for 0."""

    @staticmethod
    def law(cell: str, low: Severity, high: Severity) -> Assumption:
        """The law of what one person of a risk cell costs."""

    @staticmethod
    def zeros(cell: str, low: float, high: float) -> Assumption:
        """The part of a risk cell's people who cost nothing; the mean moves too."""

    @staticmethod
    def term(name: str, low: _Number, high: _Number) -> Assumption:
        """A term of the contract that is one number, in its own unit, for the whole period."""

    @staticmethod
    def given(input: str, low: _Number, high: _Number) -> Assumption:  # noqa: A002
        """An input that is given, in its unit (money in major units)."""

    @staticmethod
    def model(name: str, low: CostModel, high: CostModel) -> Assumption:
        """Anything else of the cost model: two models."""

    def named(self, name: str) -> Assumption:
        """The same under a name."""

    @property
    def name(self) -> str:
        """What is assumed, in words."""

    def __eq__(self, other: object, /) -> bool: ...

@final
class CostModel:
    """What people will cost in a year: how many are in each risk cell, and the law of what one costs, in major units.

    A model is immutable: each method gives a new one. `len` is the number of cells.

    Example:
        >>> older = Severity.lognormal(7.6, 1.5).with_zeros(0.05)
        >>> younger = Severity.lognormal(6.2, 1.7).with_zeros(0.2)
        >>> model = CostModel("GBP").cell("under 65", 40_000, younger).cell("65 and over", 10_000, older)
        >>> model.people
        50000
    """

    def __new__(cls, currency: str, *, input: str = "actual cost") -> Self:  # noqa: A002
        """Nobody yet.

        Args:
            currency: of every amount: three capital letters of ISO 4217.
            input: the input of a contract that people's costs add up to.

        Raises:
            RiskError: there is no such currency.
        """

    def cell(
        self,
        name: str,
        people: int,
        severity: Severity | SeverityFit,
        *,
        months: _Number | None = None,
        class_: str | None = None,
        input: str | None = None,  # noqa: A002
        mean_error: float | None = None,
    ) -> CostModel:
        """The same with a risk cell more.

        Args:
            name: what it is called.
            people: how many are in it.
            severity: the law of what one costs in the months that they are there, in major units; or what
                `fit_severity` made, which brings the error of its mean where it was fitted to fewer than 10,000 people.
            months: how long each is there, above 0 and up to 12; 12 where it is left out.
            class_: the class by which a contract's thresholds may differ, such as an enrolment type.
            input: the input of a contract that their costs add up to, where it is not that of the model.
            mean_error: how well the mean is known: the standard error of its logarithm, from 0 to 0.6, 0.05 for 5 %.
                Where it is left out it is that of the fit, and 0 for a law that was not fitted here.

        Raises:
            RiskError: nobody is in it, a name is there twice, or a number is out of range.
        """

    def with_shock(self, shock: Shock) -> CostModel:
        """The same with something that moves costs together; shocks do not depend on each other.

        Raises:
            RiskError: a name is there twice, or there is no cell that it names.
        """

    def correlated(self, covariance: Sequence[Sequence[float]]) -> CostModel:
        """The same where each cell's costs are multiplied by a lognormal factor of mean 1, with this covariance.

        Args:
            covariance: of the factors' logarithms: a row and a column for each cell, in their order.

        Raises:
            RiskError: its size is not that of the cells, or it is not symmetric or not positive definite.
        """

    def proportional(self, input: str, ratio: _Number) -> CostModel:  # noqa: A002
        """The same where another input of the contract is always this many times what people cost, in major units.

        Args:
            input: money, such as the price of their activity, or a count, such as their spells.
            ratio: 1.10 where a pound of cost is paid with 1.10; 0.0002 where there is a spell to 5,000 pounds.

        Raises:
            RiskError: the model has that input.
        """

    @property
    def currency(self) -> str:
        """The currency of every amount."""

    @property
    def input(self) -> str:
        """The input of a contract that people's costs add up to."""

    @property
    def people(self) -> int:
        """How many people there are."""

    @property
    def member_months(self) -> Decimal:
        """For how many months all of them together are there."""

    @property
    def mean(self) -> float:
        """What all of them cost on average, in major units; infinite where a tail is that heavy."""

    def _differs_at(self, sizes: Sequence[int]) -> list[str]: ...
    @property
    def what_moves(self) -> list[str]:
        """All that moves costs together, in words: shocks, a covariance, and means that are known with an error."""

    @property
    def shocks(self) -> list[Shock]:
        """What moves costs together."""

    @property
    def fingerprint(self) -> str:
        """`sha256:` and the digest of all that it is made of."""

    def _cells(self) -> list[tuple[str, int, Decimal, str | None, str, float, Severity, bool]]: ...
    def to_frame(self) -> Any:
        """A row for each risk cell in Arrow, with the fingerprint and the shocks in its metadata.

        Columns: cell, people, months_each, class, input, mean_error, zeros, mean (of one person, in major units; null
        where it is infinite) and severity (the call that makes it).
        """

    def __len__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def _repr_html_(self) -> str: ...
    @staticmethod
    def of(people: CostModel | Population) -> CostModel:
        """A cost model as it is, or that of a population: the costs of its people as they were, as many as they are.

        It is what `Contract.outlook` and all others make of a population: `from_population(population)`, with the input
        "actual cost". With fewer than 10,000 people it brings the error of their mean.

        Raises:
            RiskError: as `from_population`.
            TypeError: it is neither.
        """

    @staticmethod
    def of_people(
        currency: str,
        shape: Severity,
        expected: object,
        chances: object | None = None,
        *,
        input: str = "actual cost",  # noqa: A002
    ) -> CostModel:
        """As many people as rows who all differ, as a model of risk predicts them: one risk cell, named "people".

        It has outlooks; `simulate` refuses it, as years are drawn for people of few kinds.

        Args:
            currency: of every amount: three capital letters of ISO 4217.
            shape: the law of a cost about its mean, lognormal or gamma: only its form counts, the standard deviation
                of the logarithm or the gamma law's shape, and not its own mean.
            expected: what each is expected to cost in twelve months, in major units, at least 0: a column that speaks
                Arrow, an array or a sequence of numbers.
            chances: the probability of any cost of each, from 0 to 1; that of the shape for everybody where it is left
                out.
            input: the input of a contract that people's costs add up to.

        Raises:
            RiskError: a row that cannot be, by its number from 0; columns of different lengths; a shape that is neither
                lognormal nor gamma; means too far apart for a narrow shape.

        Example:
            >>> shape = Severity.lognormal(0.0, 1.3)
            >>> CostModel.of_people("GBP", shape, [310.0, 4_800.0, 0.0], [0.6, 0.95, 0.0]).people
            3
        """

    @staticmethod
    def from_population(
        population: Population,
        *,
        input: str = "actual cost",  # noqa: A002
        years: Sequence[int] | None = None,
        by: _By | Sequence[_By] | None = None,
        law: Literal[
            "empirical", "lognormal", "gamma", "lognormal_to_shares", "spliced", "empirical_with_tail"
        ] = "empirical",
        at: float | None = None,
        people: int | None = None,
        random_composition: bool = False,
        person_years: bool = False,
        mean_errors: bool | None = None,
        partial_years: Literal["as_they_are", "apart"] | None = None,
    ) -> CostModel:
        """What people will cost who are like those of a population. Its weights are respected.

        Args:
            population: people with what they cost.
            input: which cost: "actual cost", or a care setting; it is the contract's input of that name.
            years: the years that count; all where they are left out.
            by: a cell for each value of a column ("cell", "class", "deprivation"), or for each combination of several.
            law: of a cell's costs: those that were seen ("empirical"), a "lognormal" or "gamma" law by maximum
                likelihood, a lognormal law with the cell's mean and top shares ("lognormal_to_shares"), a lognormal
                body ("spliced") or the costs that were seen ("empirical_with_tail") with a generalised Pareto tail
                above `at`.
            at: the share of the cell's people up to whom the body goes, such as 0.99; of laws with a tail alone.
            people: how many the panel has, of whom each cell has its share; as many as were seen where it is left out.
            random_composition: whether it is not known who is on the panel, so that each person may be of any cell.
            person_years: whether each row counts by its own weight, and not each person: for surveys whose weights
                stand for the nation in each year.
            mean_errors: whether cells carry the standard errors of their means; where it is left out, if fewer than
                10,000 people were seen.
            partial_years: what is done with people who are there for a part of a year: their costs as they are, and the
                cell's mean months ("as_they_are"), or cells of their own ("apart"). They are refused where it is left
                out.

        Raises:
            RiskError: a column, a measure or a year that is not there; people who are there for a part of a year; a
                cell of fewer than 11 people, without a cost, to which the law cannot be fitted, or of whom the panel
                has nobody.
            ValueError: a name that is none of those above.
            TypeError: an `at` that is missing, or of a law without a tail.
        """

    def scaled(self, factor: float) -> CostModel:
        """The same where each person costs so many times as much; what additive shocks add is multiplied too.

        Raises:
            RiskError: a factor that is not above 0.
        """

    def rescaled_to(self, mean: float) -> CostModel:
        """The same with this mean of a person year over all cells, in major units; all costs by one factor.

        Raises:
            RiskError: a mean that is not above 0, or a model whose own mean is 0 or infinite.
        """

    def _fits(
        self,
    ) -> list[tuple[str, int, float, tuple[float, float], tuple[str, Severity] | None]]: ...
    @property
    def fits(self) -> CellFits:
        """What each cell was fitted to, and how well; empty where the model was not made of people."""

@final
class Outlook:
    """What a contract may come to: each party's result in a year as a distribution, worked out without sampling.

    A result is what a party gets less what it pays and the cost that it bears. Amounts are estimates in major units.
    """

    @property
    def contract(self) -> str:
        """The name of the contract."""

    @property
    def currency(self) -> str:
        """The currency of every amount."""

    @property
    def people(self) -> int:
        """How many people the cost model has."""

    @property
    def parties(self) -> list[PartyOutlook]:
        """Every party, in the contract's order."""

    def party(self, name: str) -> PartyOutlook:
        """One party.

        Raises:
            RiskError: the contract has no such party; those it has are named.
        """

    @property
    def clauses(self) -> dict[str, float]:
        """The expectation of every clause that is an amount of money: what is this stop-loss worth?"""

    def _clauses(self) -> list[tuple[str, str | None, str | None, float]]: ...
    def _stamp(self) -> str: ...
    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of: the version, the contract, the day, the cost model, what was given."""

    @property
    def plot(self) -> OutlookPlots:
        """Charts of this outlook: `results`, `clauses`."""

    def to_frame(
        self, table: Literal["parties", "clauses", "distribution"] = "parties", *, points: int = 400
    ) -> Any:
        """One table as a `pyarrow.Table`, with the stamp in its metadata; money is in major units.

        Args:
            table: parties (a row for each: role, mean, slack, standard_deviation, skewness, probability_of_deficit, the
                quantiles q01 to q99, mean_of_worst_95 and mean_of_worst_99 (of the worst 5 and 1 % of years), method,
                error; null but for mean and slack where only the mean is known), clauses (clause, payer, payee,
                expectation), or distribution (party, amount, probability_below, probability_at_most, density for each
                major unit). Where the two probabilities differ, the amount has a probability of its own: a jump.
            points: how many amounts at equal distances a distribution has for each party, from the one that the worst
                of 10,000 years falls short of to the one that the best exceeds; zero and every jump are there besides.

        Raises:
            ValueError: there is no such table.
            RiskError: fewer than 2 points, or more than 100,000.
        """

    def _repr_html_(self) -> str: ...

@final
class PartyOutlook:
    """What a contract may come to for one party, in major units.

    Where the result depends on two amounts that vary apart from each other only its mean is known; everything else is
    then a `RiskError` that says so.
    """

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def role(self) -> str:
        """payer, provider, pool or reinsurer."""

    @property
    def mean(self) -> float:
        """The mean result."""

    @property
    def slack(self) -> float | None:
        """How far roundings of the contract may move any of its amounts; None where there is no bound."""

    @property
    def standard_deviation(self) -> float:
        """The standard deviation of the result."""

    @property
    def skewness(self) -> float:
        """Third central moment over the cube of the standard deviation: below zero where bad years lie farther off."""

    @property
    def probability_of_deficit(self) -> float:
        """The probability of a result below zero."""

    def probability_below(self, amount: float) -> float:
        """The probability of a result below an amount: of ruin, where the amount is a reserve with a minus."""

    def quantile(self, probability: float) -> float:
        """The least result that is not exceeded with this probability.

        Raises:
            RiskError: a probability that is not between 0 and 1.
        """

    def mean_of_worst(self, level: float) -> float:
        """The mean result of the worst 1 − `level` of years: the tail value at risk, as a result.

        Raises:
            RiskError: a level that is not between 0 and 1.
        """

    @property
    def method(self) -> str:
        """How the distribution was worked out: certain, cosines, a grid, exact."""

    @property
    def error(self) -> float:
        """How far its distribution function may be from the true one, anywhere."""

    def _distribution(self, points: int) -> list[tuple[float, float, float, float]]: ...

@final
class Power:
    """What a party keeps of a pound by which care costs less: 1 is all of it, below 0 it is worse off for it."""

    @property
    def unit_cost(self) -> float:
        """Of a pound saved inside cases: their number and what is paid for each stay as they are."""

    @property
    def volume(self) -> float:
        """Of a pound of resource cost saved by a case that is avoided, with which goes what is paid for it."""

    @property
    def saved(self) -> Decimal:
        """The part of all cost that is saved."""

    @property
    def held(self) -> list[str]:
        """Inputs that were given and do not move with cost.

        Where one of them counts activity, `CostModel.proportional` says what it is in proportion to cost; without it
        the power over volume leaves out what is paid for it.
        """

    @property
    def slack(self) -> float | None:
        """How far roundings of the contract may move each power; None where there is no bound."""

@final
class Family:
    """Contracts that are set side by side: a template with terms that vary, any others, or both (`+`).

    Example:
        >>> from capitation import Contract, Family
        >>> template = Contract.read("templates/stop-loss.toml")
        >>> family = Family.grid(template, {"attachment": ["25000", "50000", "100000"]})
    """

    @staticmethod
    def grid(
        template: Contract,
        axes: Mapping[
            str,
            Sequence[_Number]
            | Mapping[str, Mapping[str, _Number | Sequence[tuple[_Number | None, _Number]]]],
        ],
    ) -> Family:
        """A template at every point of a grid: each point of the first axis with each of the second, and so on.

        Args:
            template: the contract whose terms vary, each for the whole period.
            axes: for each axis either the name of a term with its values; or a name of its own with points, each a
                label with the terms that are set there: a number, or bands as (end, share), the last end None.

        Raises:
            RiskError: an axis without a point, more than a million contracts, a term that the template does not have,
                or that is set to the wrong kind of thing.
            ContractError: where a contract cannot be with its settings.
            TypeError: a float in place of an exact number, or one value in place of a list.
            ValueError: a text that is not a number; the axis is named.
        """

    @staticmethod
    def of(contracts: Mapping[str, Contract]) -> Family:
        """These contracts, by what they are called."""

    def contract(self, place: int) -> Contract:
        """A contract by its place, as it was given.

        Raises:
            IndexError: there are not so many.
        """

    def named(self, name: str) -> Family:
        """The same where every contract is called by this name first: it tells two grids over the same axes apart."""

    def __add__(self, value: Family, /) -> Family: ...
    def __radd__(self, value: Family, /) -> Family: ...
    def __len__(self) -> int: ...

@final
class _Frontier:
    def __new__(
        cls,
        family: Family,
        model: CostModel,
        asked: Mapping[str, Any],
        *,
        levels: int | None = None,
        on: date | str | None = None,
        given: Mapping[str, _Number] | None = None,
    ) -> Self: ...
    def path(self) -> list[tuple[float, int]]: ...
    def to_json(self) -> str: ...
    def contract(self, place: int) -> Contract: ...

@final
class _Design:
    def __new__(
        cls,
        family: Family,
        model: CostModel,
        asked: Mapping[str, Any],
        limits: tuple[float | None, float | None, float | None],
        *,
        on: date | str | None = None,
        given: Mapping[str, _Number] | None = None,
    ) -> Self: ...
    def to_json(self) -> str: ...
    @property
    def contract(self) -> Contract: ...
    @property
    def frontier(self) -> _Frontier: ...

def _capital(outlook: Outlook, party: str, one_in: Sequence[int]) -> str: ...
def _capital_by_panel_size(
    contract: Contract,
    model: CostModel,
    sizes: Sequence[int],
    given: Sequence[Mapping[str, _Number]],
    party: str,
    on: date | str | None,
) -> str: ...
def _stop_loss_premium(model: CostModel, attachment: float, of_all: bool, loading: float) -> str: ...
def _premiums_by_panel_size(
    model: CostModel, sizes: Sequence[int], attachment: float, loading: float
) -> str: ...
def _savings_by_chance(person: Severity, people: float, minimum_rate: float, cap: float | None) -> str: ...
def _panel_sizes(model: CostModel, sizes: Sequence[int]) -> str: ...
def _risk_by_panel_size(
    contract: Contract,
    model: CostModel,
    sizes: Sequence[int],
    given: Sequence[Mapping[str, _Number]],
    party: str,
    on: date | str | None,
) -> str: ...
def _fit_severity(
    costs: object, weights: object | None, law: str, threshold: float | None
) -> tuple[str, Severity, Severity]: ...
def _lognormal_to_shares(
    shares: Sequence[tuple[float, float]], zeros: float, mean: float
) -> tuple[str, Severity]: ...
def concentration(
    values: object,
    weights: object | None = None,
    *,
    person: object | None = None,
    denominator: str = "everyone",
) -> Concentration:
    """How concentrated values are over people.

    Args:
        values: a column that speaks Arrow (a polars or pandas series, a pyarrow array) or a sequence of
            numbers, none negative.
        weights: as many weights, none negative and not all zero.
        person: who each row is about; rows of a person are added up first, so that the window is all their
            rows.
        denominator: "everyone", or "users": people whose value is above zero.

    Raises:
        StatisticError: where values are empty, all zero or not finite, naming the row and the value.
    """

def ranked_concentration(
    ranking: object,
    values: object,
    weights: object | None = None,
    *,
    person: object | None = None,
    denominator: str = "everyone",
) -> RankedConcentration:
    """How concentrated values are over people ranked by another variable, highest first.

    Who costs most in a hospital is not who is admitted most: the ranking variable, the denominator and the
    window (`person`) are arguments, as in `concentration`.

    Raises:
        StatisticError: where values are empty, all zero or not finite, naming the row and the value.
    """

@final
class _MsspResults:
    def __new__(cls, paths: list[str], year: int | None = None) -> _MsspResults: ...
    def to_json(self) -> str: ...
    def reproduce(self) -> str: ...
    def by_chance(self, persons: Sequence[Severity], percentile: float) -> list[str]: ...
    def statement(self, aco: str, year: int | None) -> Statement: ...
    def other_tracks(
        self,
        aco: str,
        year: int | None,
        minimum_rate: _Number,
        participant_revenue: _Number | None,
        savings_rates: list[Decimal],
    ) -> str: ...

@final
class _ReachResults:
    def __new__(cls, paths: list[str], year: int | None = None) -> _ReachResults: ...
    def to_json(self) -> str: ...
    def reproduce(self) -> str: ...

@final
class _GpPayments:
    def __new__(cls, paths: list[str]) -> _GpPayments: ...
    def to_json(self) -> str: ...
    def reproduce(self) -> str: ...

@final
class _Comparison:
    @staticmethod
    def from_json(text: str) -> _Comparison: ...
    def to_json(self) -> str: ...
    def to_html(self) -> str: ...
    def caption(
        self, chart: Literal["margin_fan", "risk", "risk_of_tail", "lorenz", "statement"], contract: str = ""
    ) -> tuple[str, str]: ...

def _compare(
    population: Population,
    contracts: Sequence[Contract],
    *,
    sizes: Sequence[int],
    panel: int,
    draws: int,
    seed: int,
    neutral: bool,
    marginal_share: _Number | None,
    unit_costs: Mapping[str, _Number],
    given: Mapping[str, _Number],
    on: date | str | None,
    least_reported: int,
    progress: Callable[[int, int], object] | None,
) -> _Comparison: ...
def _currency(code: str) -> tuple[str, int]: ...
def _read_column(table: object, name: str, kind: str) -> list[Any]: ...
def _read_series(values: object) -> list[float]: ...

@final
class BasePayment:
    """A base payment made apart, to be blended with another."""

    @staticmethod
    def activity(prices: Mapping[str, _Number], source: str) -> BasePayment:
        """Payment for activity: each activity's price for each one done."""

    @staticmethod
    def activity_with_marginal_rate(
        prices: Mapping[str, _Number], baseline: _Number, rate: _Number, source: str
    ) -> BasePayment:
        """Payment for activity, in full up to a baseline in money, and above it at a marginal rate."""

    @staticmethod
    def capitation(price_per_member_month: _Number, source: str) -> BasePayment:
        """Payment for people: a price for each member month."""

    @staticmethod
    def need_weighted_capitation(
        price_per_member_month: _Number,
        area_member_months: _Number,
        area_need_weighted_member_months: _Number,
        source: str,
    ) -> BasePayment:
        """Capitation by need, normalised so that the weights of the whole area average one."""

    @staticmethod
    def block(amount: _Number, source: str) -> BasePayment:
        """A fixed amount."""

@final
class ContractBuilder:
    """A contract in the field's words: a base payment, then modifiers in the order in which they apply.

    Each call gives a new builder. Rates are fractions: "0.02" is 2 %. Each call says where its numbers are
    written. The first fault is kept, and `build` raises it.
    """

    def __new__(
        cls, name: str, *, currency: str, first_day: date | str, last_day: date | str
    ) -> ContractBuilder: ...
    def about(self, text: str) -> ContractBuilder:
        """What the contract is for."""

    def between(self, payer: str, provider: str) -> ContractBuilder:
        """The names of the two parties; called before the base payment."""

    def base(self, payment: BasePayment) -> ContractBuilder:
        """A base payment made apart; the five that follow are short for it."""

    def activity(self, prices: Mapping[str, _Number], source: str) -> ContractBuilder:
        """Payment for activity: each activity's price for each one done."""

    def activity_with_marginal_rate(
        self, prices: Mapping[str, _Number], baseline: _Number, rate: _Number, source: str
    ) -> ContractBuilder:
        """Payment for activity, in full up to a baseline in money, and above it at a marginal rate."""

    def capitation(self, price_per_member_month: _Number, source: str) -> ContractBuilder:
        """Payment for people: a price for each member month."""

    def need_weighted_capitation(
        self,
        price_per_member_month: _Number,
        area_member_months: _Number,
        area_need_weighted_member_months: _Number,
        source: str,
    ) -> ContractBuilder:
        """Capitation by need, normalised so that the weights of the whole area average one."""

    def block(self, amount: _Number, source: str) -> ContractBuilder:
        """A fixed amount."""

    def blend(self, share: _Number, first: BasePayment, second: BasePayment, source: str) -> ContractBuilder:
        """A share of the first base payment, and the rest of the whole of the second."""

    def stop_loss(
        self,
        attachment: _Number | Mapping[str, _Number],
        source: str,
        *,
        provider_keeps: _Number | None = None,
        premium_per_member_month: _Number | None = None,
        carried_by: str = "payer",
    ) -> ContractBuilder:
        """A carrier pays what a person's annual cost is above an attachment, prorated by member months.

        Args:
            attachment: one amount, or one for each class of person.
            source: where it is written.
            provider_keeps: the share of the cost above that stays with the provider; none where left out.
            premium_per_member_month: what the provider pays the carrier; nothing where left out.
            carried_by: payer, pool or reinsurer.
        """

    def carve_out(self, setting: str, source: str) -> ContractBuilder:
        """The payer reimburses the cost of a care setting.

        Settings that are carved out together must not overlap: what is in two of them is paid twice.
        """

    def corridor(
        self,
        gains: Sequence[tuple[_Number | None, _Number]],
        losses: Sequence[tuple[_Number | None, _Number]],
        source: str,
    ) -> ContractBuilder:
        """The provider keeps its share of each band of the result so far.

        Args:
            gains: (end, share) of each band of a gain, ends as fractions of the payment so far; the last end
                is None.
            losses: the same of a loss.
            source: where they are written.
        """

    def shared_savings(
        self,
        benchmark_per_member_month: _Number,
        sharing_rate: _Number,
        source: str,
        *,
        minimum_rate: _Number | Sequence[tuple[_Number, _Number]] | None = None,
        limit: _Number | None = None,
        quality_scaled: bool = False,
        loss_rate: _Number | None = None,
        minimum_loss_rate: _Number | Sequence[tuple[_Number, _Number]] | None = None,
        loss_limit: _Number | None = None,
    ) -> ContractBuilder:
        """Share savings against a benchmark; and losses, where a `loss_rate` is given.

        Args:
            benchmark_per_member_month: what care is expected to cost.
            sharing_rate: the provider's share of savings.
            source: where the terms are written.
            minimum_rate: the least saving that counts, as a share of the benchmark: one rate, or points of
                (members, rate) between which it is interpolated. Every saving counts where it is left out.
            limit: the most that is paid, as a share of the benchmark.
            quality_scaled: whether the share is multiplied by the input "quality score".
            loss_rate: the provider's share of losses.
            minimum_loss_rate: the least loss that counts.
            loss_limit: the most that is paid back, as a share of the benchmark.
        """

    def split_among(self, parts: Mapping[str, _Number], source: str) -> ContractBuilder:
        """Pass the result so far on to other providers by weights, to the last penny."""

    def withhold(self, rate: _Number, source: str) -> ContractBuilder:
        """Hold back a share of the payment so far, earned by the input "quality score"."""

    def adjust(self, label: str, rate: _Number, source: str) -> ContractBuilder:
        """Change the payment so far by a percentage: "0.025" is an uplift, "-0.02" a sequestration."""

    def cap(self, amount: _Number, source: str) -> ContractBuilder:
        """The most that the payment so far can be."""

    def floor(self, amount: _Number, source: str) -> ContractBuilder:
        """The least that the payment so far can be."""

    def scaled(self, term: str) -> ContractBuilder:
        """The term that a budget-neutral comparison scales, where it is not that of the base payment."""

    def limit(
        self,
        amount: str,
        *,
        least: _Number | None = None,
        most: _Number | None = None,
        why: str | None = None,
    ) -> ContractBuilder:
        """What an input, or what a clause makes of inputs, can be at all; what is given beyond is refused.

        Args:
            amount: the name of the input or clause.
            least: the least it can be, in its unit and money in major units; or the name of another amount.
            most: the most it can be, in the same way.
            why: in words that can follow a colon: "a year has twelve months".
        """

    def unverified(self, term: str) -> ContractBuilder:
        """Mark a term whose source could not be checked; statements say so."""

    def build(self) -> Contract:
        """The contract.

        Raises:
            ContractError: the first fault of the calls.
        """

class _Columns(TypedDict, total=False):
    """Which column of a table of activity is what; `code` is required."""

    code: str
    admission_method: str
    patient_class: str
    point: str
    stay: str
    admitted: str
    discharged: str
    age: str
    provider: str
    date: str
    units: str
    best_practice: str
    specialised: str
    cost: str

_Unpriced = list[tuple[str, str, int, Decimal | None, int]]

@final
class Tariff:
    """A price list for one financial year: prices by code and point of delivery, trim points, a daily rate.

    The table is yours, in the shape of Annex A of the National Tariff; nothing is built in.
    """

    @staticmethod
    def from_table(
        table: _ArrowTable,
        *,
        year: int,
        columns: Mapping[str, str] | None = None,
        flags: Mapping[str, str] | None = None,
        on_error: Literal["raise", "collect"] = "raise",
    ) -> Tariff:
        """A tariff from a table with a row for each code.

        Args:
            table: Anything that speaks Arrow. Prices are pounds in whole pence; an empty cell, a dash and a zero are
                no price. Texts may have `£`, commas between groups of three digits, and a share may end in `%`.
            year: The year in which the financial year begins: 2017 is 2017/18.
            columns: Which column is what, by these names: `code`, `name`, `combined` (day case and ordinary
                elective), `day_case`, `elective`, `elective_trim_days`, `non_elective`, `non_elective_trim_days`,
                `daily_rate` (for each day above a trim point), `short_stay_applies`, `short_stay_share`,
                `short_stay` (reduced short-stay emergency), `best_practice`, `best_practice_where` (DC, EL, NE),
                `top_up` (0.24 is 24 %), `outpatient_procedure`, `first_attendance`, `follow_up`,
                `first_multi_professional`, `follow_up_multi_professional`, `emergency_attendance`. Columns with the
                heads of Annex A are found without being named.
            flags: For a price, the column that says whether it can be used: a price whose flag is not `ok`, in any
                capitals, is refused.
            on_error: "collect" leaves flagged prices out and lists them in `withheld`.

        Raises:
            ActivityError: a column is missing, a code is there twice, a price is not in whole pence or flagged; a flag
                is for a price that the table has not; a head speaks of best practice ("BPT flag") and is not named.
        """

    def with_sheet(self, other: Tariff) -> Tariff:
        """The tariff with the codes of another sheet of the same year.

        Raises:
            ActivityError: the years differ, or a code is in both.
        """

    @property
    def year(self) -> str:
        """The financial year: "2017/18"."""

    @property
    def fingerprint(self) -> str:
        """`sha256:` and the digest of the rows."""

    @property
    def withheld(self) -> list[tuple[str, str, str]]:
        """Prices that were left out: code, price, and what the flag says."""

    @property
    def unused(self) -> list[str]:
        """The columns of the table that nothing was read from: what they say changes no price."""

    def price(
        self,
        activity: _ArrowTable,
        *,
        mff: MarketForces | None,
        on_error: Literal["raise", "collect"] = "raise",
        **columns: Unpack[_Columns],
    ) -> PricedActivity:
        """The payment of each line, with the rule that made it.

        Spells name `admission_method` and `patient_class` (codes of the NHS Data Dictionary) with `stay` in nights, or
        `admitted` and `discharged`; an adult's emergency of less than two days, a day case, an ordinary elective and a
        non-elective spell follow from these and `age`. Lines that say their point of delivery name its column as
        `point` ("day_case", "elective", "non_elective", "short_stay_emergency", "elective_long_stay_days",
        "non_elective_long_stay_days", "outpatient_procedure", "first_attendance", "follow_up",
        "first_multi_professional", "follow_up_multi_professional", "emergency_attendance"), and may stand for several
        `units`.

        A payment is (price + daily rate × days above the trim point) × units × (1 + top-up) × market forces factor,
        rounded to the penny, half up, once.

        Args:
            activity: Anything that speaks Arrow, one line a row.
            mff: The factor of each provider; None for prices before it.
            on_error: "raise" refuses the first line without a price; "collect" counts and lists them. A value that is
                missing or none of its kind (a text that is no date, a fraction of a night, units below zero or with
                over six decimals) leaves a line without a price where its price depends on the value. A cost changes
                no payment: one that is missing or below zero is refused either way.
            columns: The table's column for each of: code, admission_method, patient_class, point, stay, admitted,
                discharged, age, provider, date, units, best_practice, specialised, cost (pounds). `date` decides year
                and month; without it lines are taken to be of the tariff's year. Dates are dates, texts such as
                2017-04-30, or moments without a zone or in UTC; in any other zone give the local date.

        Raises:
            ActivityError: a column is missing, or a line has no price: an unknown code, a stay below zero, a
                discharge before the admission, a trim point that is not there, a provider without a factor, a day of
                another year.
            TypeError: a column is named that there is not.
        """

    def totals(
        self,
        activity: _ArrowTable | str | PathLike[str],
        *,
        mff: MarketForces | None,
        on_error: Literal["raise", "collect"] = "raise",
        fingerprint: bool = True,
        **columns: Unpack[_Columns],
    ) -> ActivityTotals:
        """Payments by provider, month and rule, without keeping the lines; arguments as in `price`.

        The path of a Parquet file is read here, by row groups on the threads there are; a stream, such as a
        `pyarrow.RecordBatchReader`, part by part. Neither needs to fit into memory.

        The stamp carries a fingerprint of the lines, the same in any order and in one part or many; without it a fifth
        less time is needed, and an auditor cannot tell which lines were priced.
        """

    def __len__(self) -> int: ...

@final
class MarketForces:
    """The payment market forces factor of each provider: 1 or more, to six decimals."""

    def __new__(cls, factors: Mapping[str, _Number]) -> MarketForces:
        """The factors of these providers.

        Raises:
            ActivityError: a factor is below 1 (an allocation index is another), 10 or more, or has over six decimals.
        """

    @staticmethod
    def from_table(table: _ArrowTable, *, provider: str, factor: str) -> MarketForces:
        """The factors in two columns of a table, numbers or texts.

        Raises:
            ActivityError: as the constructor; a column is missing; a provider has two rows; a text is no number.
        """

    @property
    def fingerprint(self) -> str:
        """`sha256:` and the digest of the factors."""

    def __getitem__(self, provider: str, /) -> Decimal: ...
    def __len__(self) -> int: ...

@final
class PricedActivity:
    """The payment of each line of activity, in the order of the lines."""

    @property
    def total(self) -> Decimal:
        """What was paid, in pounds: the sum of the lines."""

    def to_frame(self) -> Any:
        """A pyarrow table: `payment` in pounds, `rule`, `long_stay_days`; null where a line has no price."""

    def unpriced(self) -> Any:
        """A pyarrow table of the lines without a price: `reason`, `about`, `lines`, `cost` in pounds, `first_row`.

        A reason is about a code, a provider or a value, or empty; the first row of the table is 0.
        """

    def explain(self, row: int) -> str:
        """The sum that made the payment of a line, the first row being 0.

        Raises:
            ActivityError: the line has no price, or is not there.
        """

    @property
    def _unpriced(self) -> _Unpriced: ...
    @property
    def _stamp(self) -> list[tuple[str, str]]: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...
    def _repr_html_(self) -> str: ...

@final
class ActivityTotals:
    """Payments by provider, month and rule."""

    @property
    def lines(self) -> int:
        """How many lines there were, priced or not."""

    @property
    def total(self) -> Decimal:
        """What was paid, in pounds."""

    @property
    def cost(self) -> Decimal | None:
        """What the priced lines cost, in pounds; None where costs are not known."""

    def to_frame(self) -> Any:
        """A pyarrow table: provider, calendar month, rule, lines, payment in pounds, long-stay days, cost.

        The provider is empty where a line does not say it.
        """

    def unpriced(self) -> Any:
        """A pyarrow table of the lines without a price: `reason`, `about`, `lines`, `cost` in pounds, `first_row`.

        A reason is about a code, a provider or a value, or empty; the first row of the table is 0.
        """

    @property
    def _rows(self) -> list[tuple[str, int, str, int, Decimal, int, Decimal | None]]: ...
    @property
    def _is_dated(self) -> bool: ...
    @property
    def _unpriced(self) -> _Unpriced: ...
    @property
    def _stamp(self) -> list[tuple[str, str]]: ...
    def _repr_html_(self) -> str: ...

@final
class _CostBase:
    """A cost base, checked; see `capitation.hospital`."""

    @staticmethod
    def from_table(
        table: _ArrowTable,
        *,
        code: str,
        point: str,
        plan: str,
        unit_cost: str,
        marginal_share: _Number | Mapping[str, _Number],
        actual: str | None,
        price: str | None,
        points: Mapping[str, str] | None,
        currency: str,
    ) -> _CostBase: ...
    def priced_by(self, tariff: Tariff, *, mff: MarketForces | None, provider: str | None) -> _CostBase: ...
    @property
    def currency(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def prices(self) -> list[str]: ...
    @property
    def rounding_difference(self) -> Decimal: ...
    def lines(self) -> str: ...
    def summaries(self, by: str, at: str) -> str: ...
    def under(
        self,
        contracts: Sequence[tuple[str, Contract]],
        *,
        changes: Sequence[tuple[str, Mapping[str, _Number]]],
        actual: bool,
        given: Mapping[str, _Number],
        taken: Mapping[str, Quantity],
        set_inputs: Sequence[str],
        covered_by: Sequence[str],
        budget_neutral: bool,
        on: date | str | None,
        hospital: str | None,
        cases: Sequence[tuple[str, str]],
    ) -> tuple[str, str]: ...
    def __len__(self) -> int: ...

@final
class Readmissions:
    """What each admission is to those of the same patient before it, in the order of the rows."""

    @property
    def within_days(self) -> int:
        """The most days from a discharge to a readmission."""

    def to_frame(self) -> Any:
        """A pyarrow table: `sequel`, `index_row` (the admission that it follows, the first row being 0), `days`.

        A sequel is "apart", "overlap" (it begins before an earlier one has ended, or is another record of one stay),
        "planned", "after_elective" or "after_other" (an emergency after the discharge from an elective or another
        admission), or "excluded".

        Of admissions with the same two dates the elective one comes first, then one that is neither, then the
        emergency; the others overlap with the first, which is the index of what follows. The order of the rows decides
        only between records that are alike in patient, dates and how they came: the first row is the admission.
        But an emergency on the day of an elective admission that ended the same day is a readmission.
        """

    def totals(self, priced: PricedActivity | None = None) -> Any:
        """A pyarrow table: `sequel`, `admissions`, and where payments of the same rows are given what they were paid.

        `payment` is of the admissions that have a price; `unpriced` counts those that have none, and are in no payment.

        Raises:
            ActivityError: there are not as many payments as admissions.
        """

    @property
    def _rows(self) -> list[tuple[str, int | None, int | None]]: ...
    def _totals(
        self, priced: PricedActivity | None = None
    ) -> list[tuple[str, int, Decimal | None, int | None]]: ...
    def __len__(self) -> int: ...

def readmissions(
    table: _ArrowTable,
    *,
    patient: str,
    admitted: str,
    discharged: str,
    admission_method: str | None = None,
    emergency: str | None = None,
    elective: str | None = None,
    excluded: str | None = None,
    within_days: int = 30,
) -> Readmissions:
    """Which admissions are emergency readmissions, on the day of a discharge or at most so many days later.

    Args:
        table: Anything that speaks Arrow, an admission a row, in any order.
        patient: The column with the patient, by text or whole number.
        admitted: The day of admission.
        discharged: The day of discharge.
        admission_method: NHS admission method codes; or
        emergency: with `elective`, columns of booleans. Transfers, maternity and births are neither.
        elective: see `emergency`.
        excluded: Admissions outside the rule: no readmissions, and nothing is one after them.
        within_days: 30 by the rule of the National Tariff.

    Raises:
        ActivityError: a column is missing, a value is null or none of its kind (a text that is no date), or a discharge
            is before its admission; the number of days is below zero.
        TypeError: it is not said once how patients came.
    """

# Drawn years.

_By: TypeAlias = Literal["cell", "class", "deprivation"]

@final
class Rebase:
    """An input of the contract, such as a benchmark, that is made of what people cost in earlier years.

    It is the weighted mean of the latest years' cost per member month, each brought forward by a trend; per member
    month where the contract has it as money per count, times the member months of the year where it has it as money.

    Example:
        >>> Rebase("benchmark", weights=[0.1, 0.3, 0.6], history=[905, 940, 968], trend=0.05, every=5)
        Rebase("benchmark", weights=[0.1, 0.3, 0.6], history=[905.0, 940.0, 968.0], trend=0.05, every=5)
    """

    def __new__(
        cls,
        input: str,  # noqa: A002
        *,
        weights: Sequence[float],
        history: Sequence[float],
        trend: float = 0.0,
        every: int = 1,
        of: str | None = None,
        add_back: tuple[str, float] | None = None,
    ) -> Self:
        """An input that is made anew.

        Args:
            input: the input of the contract.
            weights: of the latest years, the earliest first; they add up to 1.
            history: for each the cost per member month before the first contract year, in major units.
            trend: by which a year's cost is brought forward a year: 0.04 for 4 %.
            every: after how many years base years are chosen anew.
            of: an amount of money of the contract, an input or a clause, that is a year's cost; what people cost where
                it is left out. The history is then of that amount too.
            add_back: an amount of the contract and the share of it, from 0 to 1, that is added to the cost of the year
                it was earned in. The history has in it already what is to be added.

        Raises:
            RiskError: weights that do not add up to 1, a cost missing for one, or a number out of range.
        """

    @property
    def input(self) -> str:
        """The input of the contract."""

    @property
    def weights(self) -> list[float]:
        """Of the latest years, the earliest first."""

    @property
    def history(self) -> list[float]:
        """The cost per member month before the first contract year, in major units, the earliest first."""

    @property
    def trend(self) -> float:
        """By which a year's cost is brought forward a year."""

    @property
    def every(self) -> int:
        """After how many years base years are chosen anew."""

    @property
    def of(self) -> str | None:
        """The amount that is a year's cost; None for what people cost."""

    @property
    def add_back(self) -> tuple[str, float] | None:
        """An amount of which a share is added to the cost of its year."""

    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Simulated:
    """What a contract came to in drawn years.

    A result is what a party gets less what it pays and the cost that it bears. Every number is an `Estimate`: a mean
    and the standard error of so many draws, in major units. That the model may be wrong is not in it.
    """

    @property
    def contract(self) -> str:
        """The name of the contract."""

    @property
    def currency(self) -> str:
        """The currency of every amount."""

    @property
    def people(self) -> int:
        """How many people the cost model has."""

    @property
    def years(self) -> int:
        """How many years, or paths of years, were drawn."""

    @property
    def seed(self) -> int:
        """Which draws."""

    @property
    def horizon(self) -> int:
        """How many contract years follow each other."""

    @property
    def parties(self) -> list[PartyDraws]:
        """Every party, in the contract's order: the sum over all contract years, discounted where a rate was given."""

    def party(self, name: str, year: int | None = None) -> PartyDraws:
        """One party.

        Args:
            name: of the party.
            year: a contract year, the first being 0, not discounted; all of them together where it is left out.

        Raises:
            RiskError: the contract has no such party, or the year was not drawn.
        """

    def draws(self, party: str, year: int | None = None) -> Any:
        """One party's results as an Arrow column of floats in major units, in the order of the scenarios.

        `.to_numpy()` gives them as a NumPy array without a copy. A scenario is the same under every contract that is
        drawn with the same model and seed.

        Raises:
            RiskError: the contract has no such party, or the year was not drawn.
        """

    @property
    def clauses(self) -> dict[str, Estimate]:
        """The mean of every clause that is an amount of money, in the first contract year."""

    def clauses_in(self, year: int) -> dict[str, Estimate]:
        """The same in a contract year, the first being 0.

        Raises:
            RiskError: the year was not drawn.
        """

    def risk_shares(self, level: float) -> dict[str, RiskShare]:
        """Each party's share of the variance, and of the worst 1 − `level`, of the sum of all results.

        Raises:
            RiskError: a level that is not at least 0 and below 1.
        """

    def _clauses(self) -> list[tuple[int, str, str | None, str | None, float, float]]: ...
    def _risk_shares(
        self, level: float
    ) -> list[tuple[str, tuple[float, float] | None, tuple[float, float] | None]]: ...
    def _stamp(self) -> str: ...
    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of: the version, the contract, its days, the cost model, what was given, the seed."""

    @property
    def plot(self) -> SimulatedPlots:
        """Charts of this simulation: `results`, `by_year`."""

    def to_frame(
        self,
        table: Literal["parties", "clauses", "risk_shares", "draws"] = "parties",
        *,
        level: float = 0.95,
    ) -> Any:
        """One table as a `pyarrow.Table`, with the stamp in its metadata; money is in major units.

        Columns that end in `_se` are the standard errors of the columns before them.

        Args:
            table: parties (party, role, year, mean, standard_deviation, probability_of_deficit, the quantiles q01 to
                q99, mean_of_worst_95 and mean_of_worst_99 (of the worst 5 and 1 % of years); where several years follow
                each other a row for all of them, with no year, and one for each), clauses (year, clause, payer, payee,
                mean), risk_shares (party, level, share_of_variance, share_of_tail), or draws (scenario, year, party,
                result).
            level: of the risk shares: the worst 1 − `level` of years is the tail.

        Raises:
            ValueError: there is no such table.
            RiskError: a level that is not at least 0 and below 1.
        """

    def _repr_html_(self) -> str: ...

@final
class PartyDraws:
    """One party's results in drawn years, of one contract year or of all of them. `len` is the number of draws.

    It speaks Arrow: `polars.DataFrame(party)` has the column `result`, in major units.
    """

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def role(self) -> str:
        """payer, provider, pool or reinsurer."""

    @property
    def year(self) -> int | None:
        """The contract year, the first being 0; None for all of them together."""

    @property
    def mean(self) -> Estimate:
        """The mean result."""

    @property
    def standard_deviation(self) -> Estimate:
        """The standard deviation of the result."""

    @property
    def probability_of_deficit(self) -> Estimate:
        """The probability of a result below zero.

        Where no draw, or every one, is below it the standard error is 0 and means nothing: with none of n the
        probability is below 3/n with 95 % confidence.
        """

    def probability_below(self, amount: float) -> Estimate:
        """The probability of a result below an amount: of ruin, where the amount is a reserve with a minus.

        Raises:
            RiskError: an amount that is not finite.
        """

    def quantile(self, probability: float) -> Estimate:
        """The result that is not exceeded with this probability.

        Raises:
            RiskError: a probability that is not from 0 to 1.
        """

    def quantiles(self, probabilities: Sequence[float]) -> list[Estimate]:
        """The results that are not exceeded with these probabilities.

        Raises:
            RiskError: a probability that is not from 0 to 1.
        """

    def mean_of_worst(self, level: float) -> Estimate:
        """The mean result of the worst 1 − `level` of years: the tail value at risk, as a result.

        Raises:
            RiskError: a level that is not at least 0 and below 1.
        """

    @property
    def draws(self) -> Any:
        """Its results as an Arrow column of floats in major units, in the order of the scenarios."""

    def __len__(self) -> int: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
