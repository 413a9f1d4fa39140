"""What a party must hold under a contract, by the size of the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from capitation import tables, words
from capitation._capitation import CostModel, _capital_by_panel_size
from capitation.arguments import by_size
from capitation.model import Record
from capitation.outlooks import asked_stamp, chance, whole_people
from capitation.reserves import Capital
from capitation.shown import table_and_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from decimal import Decimal

    import pyarrow as pa

    from capitation._capitation import Contract, Population

    _Number = Decimal | int | str

_CAPITAL: dict[str, tables.Kind] = {
    "people": "count",
    "mean": "money",
    "standard_deviation": "money",
    "probability_of_deficit": "share",
    "one_in": "count",
    "quantile": "money",
    "tvar": "money",
    "quantile_error": "money",
    "tvar_error": "money",
}


class CapitalOfSize(Record, frozen=True, kw_only=True):
    """What a party needs with a panel of one size, in major units."""

    people: int
    mean: float
    """The party's mean result."""
    standard_deviation: float
    probability_of_deficit: float
    capital: tuple[Capital, ...]
    """For one year in 20, and one in 200."""


class CapitalBySize:
    """What a party must hold, by the size of the panel: `capital_by_panel_size` makes it."""

    def __init__(self, text: str, contract: Contract, model: CostModel, party: str, on: str) -> None:
        """Take over what the core has worked out."""
        self.rows: tuple[CapitalOfSize, ...] = msgspec.json.decode(text, type=tuple[CapitalOfSize, ...])
        """One for each size, in the order asked for."""
        self.party: str = party
        """Whose capital it is."""
        self.currency: str = contract.currency
        """The currency of every amount."""
        self._stamp = asked_stamp(contract, model, on)
        self._contract = contract.name
        self._differs = model._differs_at([row.people for row in self.rows])

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of: the version, the cost model with what moves costs together, the contract and its day."""
        return self._stamp

    def to_frame(self) -> pa.Table:
        """One row for each size and rarity, with the stamp in the metadata.

        Columns: people, mean, standard_deviation, probability_of_deficit, one_in, quantile, tvar, quantile_error,
        tvar_error; amounts in major units, below 0 where even such a year is a gain.
        """
        rows = [
            [
                row.people,
                row.mean,
                row.standard_deviation,
                row.probability_of_deficit,
                year.one_in,
                year.quantile,
                year.tvar,
                year.quantile_error,
                year.tvar_error,
            ]
            for row in self.rows
            for year in row.capital
        ]
        return tables.frame(
            tables.of("capital by size", f"what {self.party} must hold", _CAPITAL, rows), self.stamp
        )

    def _told(self) -> tuple[str, list[str], list[list[str]], list[str]]:
        def held(value: float, digits: int | None = 0) -> str:
            return words.money(max(value, 0.0), self.currency, digits=digits)

        rarities = [f"one year in {year.one_in:,}" for year in self.rows[0].capital]
        head = ["people", "P(deficit)", *(f"for {rarity}" for rarity in rarities), "a head"]
        rows = [
            [
                f"{row.people:,}",
                chance(row.probability_of_deficit),
                *(held(year.quantile) for year in row.capital),
                held(row.capital[-1].quantile / row.people, digits=None),
            ]
            for row in self.rows
        ]
        caption = f"{self._contract}: what {self.party} must hold, by the size of the panel"
        notes = [f"A head: for {rarities[-1]}.", *whole_people(self._differs), words.listed(self.stamp)]
        return caption, head, rows, notes

    def _repr_html_(self) -> str:
        caption, head, rows, notes = self._told()
        return table_and_notes(caption, head, rows, notes)

    def __repr__(self) -> str:
        """A line for each size, as text."""
        caption, head, rows, notes = self._told()
        return "\n".join([caption, *words.columns([head, *rows]), "", *notes])


def capital_by_panel_size(
    contract: Contract,
    model: CostModel | Population,
    sizes: Iterable[int],
    *,
    party: str = "provider",
    given: Callable[[int], Mapping[str, _Number]] | None = None,
    on: date | str | None = None,
) -> CapitalBySize:
    """The capital that a party needs for one year in 20 and one in 200, by the size of the panel.

    Args:
        contract: what is agreed.
        model: what people cost, and what moves their costs together; panels have its cells in their proportions.
        sizes: numbers of people.
        party: whose capital it is.
        given: makes every other input for a number of people, since amounts of a whole panel (a benchmark, a block) are
            others for another size; nothing where the contract asks for none.
        on: the day whose terms apply; the first day where no term changes within the contract.

    Raises:
        RiskError: no size or nobody in a panel, no such party, or its distribution is not known well enough.
        SettlementError: as `Contract.outlook`.
        ContractError: as `Contract.outlook`.
        TypeError: one number in place of a list, or `given` is no function.
    """
    people, inputs = by_size(sizes, given)
    model = CostModel.of(model)
    text = _capital_by_panel_size(contract, model, people, inputs, party, on)
    return CapitalBySize(text, contract, model, party, "the first day" if on is None else str(on))
