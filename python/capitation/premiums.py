"""What it costs to pass risk on: premiums of stop-loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from capitation import tables, words
from capitation._capitation import CostModel, _premiums_by_panel_size, _stop_loss_premium
from capitation.arguments import counts
from capitation.model import Record
from capitation.outlooks import chance, estimated_stamp
from capitation.shown import table_and_notes

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from capitation._capitation import Population

_PREMIUMS: dict[str, tables.Kind] = {
    "people": "count",
    "attachment": "money",
    "fair": "money",
    "fair_error": "money",
    "loading": "share",
    "premium": "money",
    "per_member_month": "money",
    "fair_if_normal": "money",
}


class StopLossPremium(Record, frozen=True, kw_only=True):
    """What a stop-loss costs for a year, in major units."""

    people: int
    attachment: float
    """Where it begins: of one person's cost in twelve months, or of the cost of all."""
    fair: float
    """What the carrier expects to pay."""
    fair_error: float
    """How far `fair` may be from what the model says."""
    loading: float
    """What it adds, as a part of the fair premium."""
    premium: float
    """The premium with its loading."""
    per_member_month: float
    """The premium with its loading for each month of membership."""
    fair_if_normal: float | None
    """The fair premium by the normal approximation of the sum; None for stop-loss of each person, which has none."""
    stamp: dict[str, str] = msgspec.field(default_factory=dict)
    """What it was made of: the version, the cost model, and what it is on."""


def stop_loss_premium(
    model: CostModel | Population,
    attachment: float,
    *,
    on: Literal["each person", "all together"] = "each person",
    loading: float = 0.0,
) -> StopLossPremium:
    """What stop-loss costs a year: an estimate, as its parts are. No loading is added that is not stated.

    Args:
        model: what people cost, with what moves their costs together: shocks, a covariance and means that are not
            known make more of it lie above an attachment. Stop-loss of each person does not see additive shocks, which
            are of all together.
        attachment: in major units: of what each person costs in twelve months, prorated by member months; or of what
            all cost together.
        on: each person (individual stop-loss), or all together (aggregate).
        loading: what the carrier adds, as a part of what it expects to pay: 0.15 for 15 %.

    Raises:
        RiskError: an attachment or a loading that is not finite or below 0, or a mean that is infinite.
        ValueError: on neither of the two.
    """
    if on not in ("each person", "all together"):
        raise ValueError(f'on={on!r}; name "each person" or "all together"')
    model = CostModel.of(model)
    text = _stop_loss_premium(model, attachment, on == "all together", loading)
    found = msgspec.json.decode(text, type=StopLossPremium)
    return msgspec.structs.replace(found, stamp=estimated_stamp(model) | {"stop-loss on": on})


class PremiumsBySize:
    """What stop-loss on the cost of all costs, by the size of the panel: `premiums_by_panel_size` makes it."""

    def __init__(self, model: CostModel, sizes: list[int], attachment: float, loading: float) -> None:
        """Ask the core."""
        text = _premiums_by_panel_size(model, sizes, attachment, loading)
        self.rows: tuple[StopLossPremium, ...] = msgspec.json.decode(text, type=tuple[StopLossPremium, ...])
        """One for each size, in the order asked for."""
        self.attachment: float = attachment
        """Where it begins, as a part of what a panel is expected to cost."""
        self.currency: str = model.currency
        """The currency of every amount."""
        self._model = model

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of: the version, and the cost model with what moves its costs together."""
        return estimated_stamp(self._model) | {"stop-loss on": "all together"}

    def to_frame(self) -> pa.Table:
        """One row for each size, with the stamp in the metadata.

        Columns: people, attachment, fair, fair_error, loading, premium, per_member_month, fair_if_normal; money in
        major units.
        """
        rows = [[getattr(row, name) for name in _PREMIUMS] for row in self.rows]
        return tables.frame(tables.of("premiums", "what stop-loss costs", _PREMIUMS, rows), self.stamp)

    def _told(self) -> tuple[str, list[str], list[list[str]], list[str]]:
        def money(value: float, digits: int = 0) -> str:
            return words.money(value, self.currency, digits=digits)

        each = self._model.mean / self._model.people
        head = ["people", "begins at", "fair premium", "right to", "with loading", "of expected cost"]
        rows = [
            [
                f"{row.people:,}",
                money(row.attachment),
                money(row.fair),
                money(row.fair_error, 2),
                money(row.premium),
                chance(row.premium / (row.people * each)),
            ]
            for row in self.rows
        ]
        begins = f"{words.percent(self.attachment, 0)} of what a panel is expected to cost"
        return f"Stop-loss above {begins}, by size", head, rows, [words.listed(self.stamp)]

    def _repr_html_(self) -> str:
        return table_and_notes(*self._told())

    def __repr__(self) -> str:
        """A line for each size, as text."""
        caption, head, rows, notes = self._told()
        return "\n".join([caption, *words.columns([head, *rows]), "", *notes])


def premiums_by_panel_size(
    model: CostModel | Population, sizes: Iterable[int], *, attachment: float, loading: float = 0.0
) -> PremiumsBySize:
    """What stop-loss on the cost of a whole panel costs a year, by the size of the panel.

    A premium for each person's own cost is the same a head at every size: see `stop_loss_premium`.

    Args:
        model: what people cost, and what moves their costs together; panels have its cells in their proportions.
        sizes: numbers of people.
        attachment: where it begins, as a part of what the panel is expected to cost: 1.1 for a tenth above it.
        loading: what the carrier adds, as a part of what it expects to pay: 0.15 for 15 %.

    Raises:
        RiskError: nobody in a panel, an attachment or a loading that is not finite or below 0, costs without a mean
            or a variance.
        TypeError: one number in place of a list.
    """
    return PremiumsBySize(
        CostModel.of(model), counts("sizes", sizes, "numbers of people"), attachment, loading
    )
