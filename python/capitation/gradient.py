"""Cost by age, sex and deprivation: what an envelope without deprivation takes, and what a share gives back.

Amounts are exact, in pounds of the year of the costs. Core20 is the most deprived fifth.
"""

from __future__ import annotations

from decimal import Decimal
from os import fspath
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from capitation import shown, tables, words
from capitation._capitation import __version__, _DeprivationCosts
from capitation.arguments import listed
from capitation.model import Record
from capitation.results import ResultsFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    import pyarrow as pa
    from altair.typing import ChartType

    from capitation._capitation import _ArrowTable, _Envelope
    from capitation.tables import Kind

_Number = Decimal | int | str


class CostCell(Record, frozen=True, kw_only=True):
    """People of one age, sex and fifth of deprivation in one year; money in pounds of that year."""

    year: str
    age: int
    """In years; the highest of the file stands for all who are older too."""
    sex: Literal["F", "M"]
    quintile: int
    """The fifth of neighbourhoods by deprivation: 1 is the most deprived."""
    population: Decimal
    cost_per_head: Decimal
    """What the NHS spends on one of them in the year, visits to a GP included."""
    inpatient: Decimal | None
    """What it spends on all of them."""
    outpatient: Decimal | None
    medicines: Decimal | None
    visits: Decimal | None
    """How often all of them visit a GP; what a visit costs is not known."""


class FifthEnvelope(Record, frozen=True, kw_only=True):
    """The envelope of one fifth, in pounds."""

    quintile: int
    name: str
    people: Decimal
    with_deprivation: Decimal
    """What their care costs, by age, sex and deprivation."""
    without_deprivation: Decimal
    """What they would be given by age and sex alone, at the mean of all fifths of the nation."""
    difference: Decimal
    """What leaving out deprivation gives them; below zero takes."""
    part: Decimal | None
    """The difference as a part of what their care costs."""
    cost_per_head: Decimal | None
    difference_per_head: Decimal | None


class _EnvelopeData(Record, frozen=True, kw_only=True):
    year: str
    fifths: tuple[FifthEnvelope, ...]
    people: Decimal
    with_deprivation: Decimal
    without_deprivation: Decimal
    currency: str
    gradient: str
    version: str


class FifthGivenBack(Record, frozen=True, kw_only=True):
    """What a health-inequalities share does to one fifth, in pounds."""

    quintile: int
    name: str
    people: Decimal
    before: Decimal
    """By age and sex alone."""
    after: Decimal
    """With the share."""
    given: Decimal
    """What the share gives; below zero takes. All fifths together get nothing."""
    given_per_head: Decimal | None
    beside_cost: Decimal
    """What they are given beside what their care costs; below zero they are still short."""


class _GivenBackData(Record, frozen=True, kw_only=True):
    share: Decimal
    fifths: tuple[FifthGivenBack, ...]
    currency: str


_CELLS: dict[str, Kind] = {
    "year": "text",
    "age": "count",
    "sex": "text",
    "quintile": "count",
    "population": "quantity",
    "cost_per_head": "quantity",
    "inpatient": "quantity",
    "outpatient": "quantity",
    "medicines": "quantity",
    "visits": "quantity",
}
_GIVEN: dict[str, Kind] = {
    "quintile": "count",
    "name": "text",
    "people": "quantity",
    "before": "amount",
    "after": "amount",
    "given": "amount",
    "given_per_head": "amount",
    "beside_cost": "amount",
}
_FIFTHS: dict[str, Kind] = {
    "quintile": "count",
    "name": "text",
    "people": "quantity",
    "with_deprivation": "amount",
    "without_deprivation": "amount",
    "difference": "amount",
    "part": "quantity",
    "cost_per_head": "amount",
    "difference_per_head": "amount",
}


class GivenBack:
    """A health-inequalities share of an envelope by age and sex alone, shared out by an index of each fifth.

    `Envelope.given_back` makes it. A notebook shows it fifth by fifth.
    """

    def __init__(self, text: str, stamp: dict[str, str]) -> None:
        """Take over what the core has worked out."""
        data = msgspec.json.decode(text, type=_GivenBackData)
        self.share: Decimal = data.share
        """The part of the whole that follows the index."""
        self.fifths: tuple[FifthGivenBack, ...] = data.fifths
        """Fifth by fifth, the most deprived first."""
        self.currency: str = data.currency
        """Pounds."""
        self.stamp: dict[str, str] = stamp
        """What it was made of, the index too."""

    def to_frame(self) -> pa.Table:
        """One row a fifth, in Arrow.

        Columns: `quintile` and its `name`, `people`, what they get `before` by age and sex alone and `after` with the
        share, what is `given` (below zero taken) and `given_per_head`, and what they get `beside_cost`: below zero they
        are still short. All in pounds.
        """
        rows = map(msgspec.structs.astuple, self.fifths)
        return tables.frame(tables.of("given_back", "what a share gives back", _GIVEN, rows), self.stamp)

    def finding(self) -> str:
        """What the share does to Core20, in a sentence."""
        core20 = self.fifths[0]
        amount = words.compact(abs(float(core20.given)), self.currency)
        share = f"A health-inequalities share of {words.exact_percent(self.share)} by this index"
        told = f"gives {amount} to Core20" if core20.given >= 0 else f"takes {amount} from Core20"
        short = words.compact(-float(core20.beside_cost), self.currency)
        rest = f"it is still {short} short" if core20.beside_cost < 0 else "it is not short any more"
        return f"{share} {told}; {rest}"

    def __repr__(self) -> str:
        """The finding."""
        return f"GivenBack({self.finding()})"

    def _repr_html_(self) -> str:
        def whole(amount: Decimal, *, plus: bool = False) -> str:
            return words.money(amount, self.currency, digits=0, plus=plus)

        rows = [
            [
                fifth.name,
                whole(fifth.before),
                whole(fifth.after),
                whole(fifth.given, plus=True),
                ""
                if fifth.given_per_head is None
                else words.money(fifth.given_per_head, self.currency, plus=True),
                whole(fifth.beside_cost, plus=True),
            ]
            for fifth in self.fifths
        ]
        head = ["fifth", "by age and sex alone", "with the share", "given", "a head", "beside its cost"]
        stamp = words.listed(self.stamp)
        return shown.table_and_notes(self.finding(), head, rows, [stamp])


class Envelope:
    """The envelope of a population by age, sex and deprivation, beside the same by age and sex alone.

    `DeprivationCosts.envelope` makes it. A notebook shows it fifth by fifth.
    """

    def __init__(self, core: _Envelope, source: dict[str, str]) -> None:
        """Take over what the core has worked out."""
        self._core, self._source = core, source
        data = msgspec.json.decode(core.to_json(), type=_EnvelopeData)
        self._data = data
        self.year: str = data.year
        """The financial year of the costs."""
        self.fifths: tuple[FifthEnvelope, ...] = data.fifths
        """Fifth by fifth, the most deprived first."""
        self.people: Decimal = data.people
        """All people."""
        self.with_deprivation: Decimal = data.with_deprivation
        """What care costs for all."""
        self.without_deprivation: Decimal = data.without_deprivation
        """What all are given by age and sex alone: the same for the nation, not for a place."""
        self.currency: str = data.currency
        """Pounds."""

    def given_back(self, share: _Number, index: Sequence[_Number]) -> GivenBack:
        """What a health-inequalities share of the envelope by age and sex alone gives back.

        Args:
            share: the part that follows the index, from 0 to 1.
            index: of each fifth, the most deprived first, such as avoidable mortality beside the mean. It
                multiplies people; only its ratios count. There is no default.

        Raises:
            ContractError: the share is not one; an index is below zero, or all are zero.
            ValueError: there are not five.
        """
        text = self._core.given_back(share, _five(index))
        asked = {"health-inequalities share": str(share), "index": ", ".join(map(str, index))}
        return GivenBack(text, {**self.stamp, **asked})

    def share_that_makes_whole(self, quintile: int, index: Sequence[_Number]) -> Decimal | None:
        """The share that gives one fifth what its care costs, by this index; none where no share up to 1 does.

        Raises:
            ContractError: there is no such fifth; otherwise as `given_back`.
        """
        found = self._core.share_that_makes_whole(quintile, _five(index))
        return msgspec.json.decode(found, type=Decimal | None)

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of."""
        return {
            "capitation": self._data.version,
            **self._source,
            "gradient": self._data.gradient,
            "year": self.year,
            "currency": self.currency,
        }

    def to_frame(self) -> pa.Table:
        """One row a fifth, in Arrow.

        Columns: `quintile` (1 is the most deprived) and its `name`, `people`, the envelope `with_deprivation` and
        `without_deprivation`, their `difference` (below zero taken from them), all in pounds, the difference as a
        `part` of cost, `cost_per_head` and `difference_per_head`.
        """
        rows = map(msgspec.structs.astuple, self.fifths)
        about = "an envelope with deprivation and without"
        return tables.frame(tables.of("envelope", about, _FIFTHS, rows), self.stamp)

    @property
    def plot(self) -> EnvelopePlots:
        """Charts of the gradient."""
        return EnvelopePlots(self)

    def finding(self) -> str:
        """What leaving out deprivation does to Core20, in a sentence."""
        core20 = self.fifths[0]
        if core20.difference_per_head is None:
            return "Nobody lives in the most deprived fifth (Core20)"
        each = words.money(abs(core20.difference_per_head), self.currency, digits=0)
        all_of = words.compact(abs(float(core20.difference)), self.currency)
        verb = "takes" if core20.difference < 0 else "gives"
        way = "from" if core20.difference < 0 else "to"
        core = "Core20, the most deprived fifth"
        return f"An envelope by age and sex alone {verb} {each} a head {way} {core}: {all_of}"

    def __repr__(self) -> str:
        """The finding."""
        return f"Envelope({self.finding()})"

    def _repr_html_(self) -> str:
        def each(amount: Decimal | None, *, plus: bool = False) -> str:
            return "" if amount is None else words.money(amount, self.currency, plus=plus)

        rows = [
            [
                fifth.name,
                f"{fifth.people:,.0f}",
                each(fifth.cost_per_head),
                words.money(fifth.with_deprivation, self.currency, digits=0),
                words.money(fifth.without_deprivation, self.currency, digits=0),
                words.money(fifth.difference, self.currency, digits=0, plus=True),
                each(fifth.difference_per_head, plus=True),
                "" if fifth.part is None else words.percent(float(fifth.part), 1, plus=True),
            ]
            for fifth in self.fifths
        ]
        head = ["fifth", "people", "cost a head", "with deprivation", "by age and sex alone", "difference"]
        stamp = words.listed(self.stamp)
        return shown.table_and_notes(self.finding(), [*head, "a head", "of cost"], rows, [stamp])


class EnvelopePlots:
    """Charts of the gradient, each an Altair chart."""

    def __init__(self, envelope: Envelope) -> None:
        """Charts of this envelope."""
        self._envelope = envelope

    def by_fifth(self, **options: Any) -> ChartType:
        """What each fifth gets a head beside what its care costs: without deprivation, and with a share."""
        from capitation.charts import deprivation

        return deprivation.by_fifth(self._envelope, **options)


class DeprivationCosts:
    """What the NHS spends by age, sex and fifth of deprivation; `datasets.deprivation_costs` reads it."""

    def __init__(self, core: _DeprivationCosts) -> None:
        """Take over what the core has read."""
        self._core = core
        self.file = msgspec.json.decode(core.to_json(), type=ResultsFile[CostCell])
        """The file, with its fingerprint and its cells as typed records."""

    @property
    def years(self) -> list[str]:
        """The financial years of the file."""
        return list(dict.fromkeys(cell.year for cell in self.file.rows))

    def envelope(
        self,
        year: str,
        people: _ArrowTable | None = None,
        *,
        age: str = "age",
        sex: str = "sex",
        quintile: str = "quintile",
        count: str = "people",
    ) -> Envelope:
        """What care costs for people by age, sex and deprivation, and what they would be given by age and sex alone.

        Args:
            year: the financial year of the costs, such as "2014/15".
            people: one row an age, sex and fifth, from polars, pandas or pyarrow; without it the people of the file
                itself.
            age: the column of ages in whole years. An age that the file does not have is refused: its last age is one
                year like the others, 85 in the York tables, and not "85 and older".
            sex: the column of F and M.
            quintile: the column of fifths, 1 the most deprived.
            count: the column of how many people there are, held to three decimals.

        Raises:
            ResultsError: the file has no such year, or lacks a fifth of an age and sex.
            PopulationError: a column is missing or has a null; an age, sex or fifth is not in the file, or there twice.
            SettlementError: there is nobody.
        """
        core = self._core.envelope(year, people, (age, sex, quintile, count))
        return Envelope(core, {self.file.file: self.file.fingerprint})

    def to_frame(self) -> pa.Table:
        """All cells in Arrow: one row a year, age, sex and fifth."""
        rows = map(msgspec.structs.astuple, self.file.rows)
        stamp = {"capitation": __version__, self.file.file: self.file.fingerprint}
        return tables.frame(
            tables.of("deprivation_costs", "cost by deprivation, in pounds", _CELLS, rows), stamp
        )

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The same table for any library that speaks Arrow."""
        return self.to_frame().__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        """The number of cells."""
        return len(self.file.rows)

    def __repr__(self) -> str:
        """The file, its cells and its years."""
        return f"DeprivationCosts({self.file.file}: {len(self):,} cells, {', '.join(self.years)})"


def deprivation_costs(path: str | PathLike[str]) -> DeprivationCosts:
    """Read what the NHS spends by single year of age, sex and fifth of deprivation.

    The file has columns `age`, `sex`, `imd_quintile`, `year`, `population` and `nhs_cost_per_head`, and may have
    what is behind the cost: `inpatient_cost`, `outpatient_cost`, `gp_pharma_cost`, `gp_visits`. They are those of
    Asaria, Health care costs in the English NHS, Centre for Health Economics, University of York, research paper
    147 (2017).

    Raises:
        ResultsError: naming the file, the line and the column. Nothing is half read.
    """
    return DeprivationCosts(_DeprivationCosts(fspath(path)))


def _five(index: Sequence[_Number]) -> list[_Number]:
    values = listed("index", index, "five values")
    if len(values) != 5:
        raise ValueError(f"the index has {len(values)} values; give one for each of the five fifths")
    return values
