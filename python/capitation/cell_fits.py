"""What the risk cells of a cost model were fitted to, and how well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from capitation import tables, words
from capitation.fits import SeverityFit
from capitation.model import Estimate
from capitation.shown import table_and_notes

if TYPE_CHECKING:
    import pyarrow as pa

    from capitation._capitation import CostModel

_FITS: dict[str, tables.Kind] = {
    "cell": "text",
    "people": "count",
    "share": "share",
    "mean": "money",
    "mean_se": "money",
    "kolmogorov_smirnov": "number",
    "anderson_darling": "number",
    "gini_observed": "number",
    "gini_fitted": "number",
}


class CellFit:
    """One risk cell as it was seen, and the law that was fitted to it."""

    def __init__(self, cell: str, people: int, share: float, mean: Estimate, fit: SeverityFit | None) -> None:
        """Take over what the core has fitted."""
        self.cell: str = cell
        """The name of the cell."""
        self.people: int = people
        """How many people were seen in it, each once."""
        self.share: float = share
        """The share of the panel's people that are in it, by their weights."""
        self.mean: Estimate = mean
        """What one cost on average, in major units, with its standard error."""
        self.fit: SeverityFit | None = fit
        """The fitted law; None where the law is that of the costs themselves."""

    def __repr__(self) -> str:
        """The cell, its people and their mean cost."""
        law = "the costs that were seen" if self.fit is None else repr(self.fit.severity)
        mean = f"{self.mean.mean:,.2f} ± {self.mean.se:,.2f}"
        return f"CellFit({self.cell!r}, {self.people:,} people, mean {mean}, {law})"


class CellFits(Sequence[CellFit]):
    """What every risk cell of a cost model was fitted to: empty where the model was not made of people.

    It is of the people as they were seen: a model that is rescaled keeps it.
    """

    def __init__(self, model: CostModel) -> None:
        """Take over what the core has fitted."""
        self._currency = model.currency
        self._stamp = {"cost model": model.fingerprint, "currency": model.currency}
        self._fits: list[CellFit] = []
        for cell, people, share, (mean, se), found in model._fits():
            fit = None if found is None else SeverityFit(*found, None, f"fitted to risk cell {cell}")
            self._fits.append(CellFit(cell, people, share, Estimate(mean=mean, se=se), fit))

    @overload
    def __getitem__(self, place: int) -> CellFit: ...
    @overload
    def __getitem__(self, place: slice) -> list[CellFit]: ...
    def __getitem__(self, place: int | slice) -> CellFit | list[CellFit]:
        """The fits at a place, in the order of the cells."""
        return self._fits[place]

    def __len__(self) -> int:
        """How many cells were fitted."""
        return len(self._fits)

    def of(self, cell: str) -> CellFit:
        """The fit of one cell.

        Raises:
            KeyError: there is no such cell; those there are, are named.
        """
        for fit in self._fits:
            if fit.cell == cell:
                return fit
        names = ", ".join(fit.cell for fit in self._fits) or "none: the model was not made of people"
        raise KeyError(f"there is no fit of risk cell {cell!r}; there are {names}")

    @property
    def stamp(self) -> dict[str, str]:
        """The version, and the fingerprint of the cost model."""
        from capitation import __version__

        return {"capitation": __version__, **self._stamp}

    def to_frame(self) -> pa.Table:
        """A row for each risk cell in Arrow, with the stamp in its metadata.

        Columns: cell, people (that were seen), share (of the panel), mean and mean_se (of what one cost, in major
        units), kolmogorov_smirnov and anderson_darling (null for the costs themselves, and for a fit to shares),
        gini_observed and gini_fitted (null for the costs themselves).
        """
        rows = [
            [each.cell, each.people, each.share, each.mean.mean, each.mean.se, *_goodness(each)]
            for each in self._fits
        ]
        return tables.frame(tables.of("fits", "what the risk cells were fitted to", _FITS, rows), self.stamp)

    def _told(self) -> list[list[str]]:
        return [
            [
                each.cell,
                f"{each.people:,}",
                words.percent(each.share),
                words.money_estimate(each.mean, self._currency),
                "the costs that were seen" if each.fit is None else repr(each.fit.severity),
            ]
            for each in self._fits
        ]

    def __repr__(self) -> str:
        """A line for each cell."""
        if not self._fits:
            return "no fits: the model was not made of people"
        return "\n".join(words.columns([_HEAD, *self._told()]))

    def _repr_html_(self) -> str:
        notes = [words.listed(self.stamp)]
        return table_and_notes("What the risk cells were fitted to", _HEAD, self._told(), notes)


_HEAD = ["risk cell", "people seen", "share of the panel", "mean cost of one", "law"]


def _goodness(each: CellFit) -> list[Any]:
    if each.fit is None:
        return [None, None, None, None]
    found = each.fit.goodness
    return [found.kolmogorov_smirnov, found.anderson_darling, found.gini.observed, found.gini.fitted]
