"""Who bears the risk of a contract before and after each payment, and how much of it is chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from capitation import tables, words
from capitation._capitation import CostModel, _risk_by_panel_size
from capitation.arguments import by_size
from capitation.model import Record, Role
from capitation.outlooks import Stamp as OutlookStamp
from capitation.outlooks import asked_stamp, whole_people
from capitation.shown import table_and_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from decimal import Decimal

    import pyarrow as pa

    from capitation._capitation import Contract, Population
    from capitation.charts import ChartType

    _Number = Decimal | int | str

BEFORE = "before any payment"
"""Where nothing is paid yet, and who bears a cost has all its risk."""
_SHARES: dict[str, tables.Kind] = {
    "step": "count",
    "after": "text",
    "party": "text",
    "role": "text",
    "mean": "money",
    "measure": "text",
    "share": "share",
    "error": "tiny",
    "slack": "money",
}
_SOURCES: dict[str, tables.Kind] = {
    "party": "text",
    "role": "text",
    "people": "count",
    "mean": "money",
    "by_chance": "money",
    "with_all": "money",
    "performance": "share",
}


class Share(Record, frozen=True, kw_only=True):
    """A share of the risk; below 0 where the party hedges."""

    share: float
    error: float
    """About how far it may be from the true one."""


class PartyShare(Record, frozen=True, kw_only=True):
    """What one party has of the risk of all."""

    party: str
    role: Role
    mean: float
    """Its mean result, in major units."""
    variance: Share
    tails: tuple[Share, ...]
    """Its shares of the tails that were asked for: of each of `worst`, then of each of `above`."""
    slack: float | None
    """How far roundings of the contract may move its result, in major units; None where there is no bound."""


class TransferRow(Record, frozen=True, kw_only=True):
    """Who bears the risk when the contract is followed down to a clause."""

    clause: str | None
    """The last clause that is paid; None where nothing is paid yet."""
    parties: tuple[PartyShare, ...]

    def party(self, name: str) -> PartyShare:
        """One party.

        Raises:
            KeyError: the contract has no such party.
        """
        for party in self.parties:
            if party.party == name:
                return party
        known = ", ".join(party.party for party in self.parties)
        raise KeyError(f"the contract has no party {name}; its parties are {known}")


class _Transfer(Record, frozen=True, kw_only=True):
    rows: tuple[TransferRow, ...]
    tails: tuple[dict[str, float], ...]
    stamp: OutlookStamp


class RiskTransfer:
    """Who bears the risk, before and after each clause that moves money: `Contract.risk_transfer` makes it.

    Shares are by Euler's theorem: Cov(a party's result, all results)/Var(all results), and the same of the mean of the
    worst years (Tasche 1999). They add up to one. Nothing is drawn.
    """

    def __init__(self, text: str, contract: Contract) -> None:
        """Read what the core says."""
        found = msgspec.json.decode(text, type=_Transfer)
        self.rows: tuple[TransferRow, ...] = found.rows
        """Before any payment, and after each; the last is the whole contract."""
        self.contract: str = contract.name
        """The contract's name."""
        self.currency: str = contract.currency
        """The currency of every amount."""
        self.measures: tuple[str, ...] = (
            "variance",
            *(self._named(*kind) for tail in found.tails for kind in tail.items()),
        )
        """What shares there are of: the variance, then the tails that were asked for."""
        self._stamp = found.stamp

    def _named(self, kind: str, value: float) -> str:
        if kind == "Worst":
            return f"worst {100 * (1 - value):.6g}\u00a0%"
        return f"losses above {words.money(value, self.currency, digits=0)}"

    def after(self, clause: str) -> TransferRow:
        """The row down to a clause.

        Raises:
            KeyError: no such clause is paid.
        """
        for row in self.rows:
            if row.clause == clause:
                return row
        paid = ", ".join(row.clause for row in self.rows if row.clause is not None) or "none"
        raise KeyError(f"no clause {clause} is paid; paid are {paid}")

    @property
    def whole(self) -> TransferRow:
        """The row of the whole contract."""
        return self.rows[-1]

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of: the version, the contract, the cost model and what was given."""
        return self._stamp.told(self.contract)

    @property
    def plot(self) -> RiskTransferPlots:
        """Charts of it: `shares`."""
        return RiskTransferPlots(self)

    def shares(self, measure: str) -> list[tuple[str, PartyShare, Share]]:
        """What each party has of one measure after each step: the step's name, the party, and its share.

        Raises:
            ValueError: there is no such measure.
        """
        if measure not in self.measures:
            raise ValueError(f"there is no share of {measure!r}; name one of {', '.join(self.measures)}")
        place = self.measures.index(measure)
        return [
            (row.clause or BEFORE, party, (party.variance, *party.tails)[place])
            for row in self.rows
            for party in row.parties
        ]

    def to_frame(self) -> pa.Table:
        """One row for each step, party and measure, with the stamp in the metadata.

        Columns: step (0 before any payment), after, party, role, mean (major units), measure, share, error, slack.
        """
        rows: list[tuple[Any, ...]] = [
            (
                step,
                row.clause or BEFORE,
                party.party,
                party.role,
                party.mean,
                measure,
                share.share,
                share.error,
                party.slack,
            )
            for step, row in enumerate(self.rows)
            for party in row.parties
            for measure, share in zip(self.measures, (party.variance, *party.tails), strict=True)
        ]
        return tables.frame(tables.of("shares", "who bears the risk", _SHARES, rows), self.stamp)

    def _told(self) -> tuple[str, list[str], list[list[str]], list[str]]:
        head = ["after", *(f"{p.party}: {measure}" for measure in self.measures for p in self.whole.parties)]
        rows = [
            [
                row.clause or BEFORE,
                *(
                    words.percent((party.variance, *party.tails)[place].share)
                    for place in range(len(self.measures))
                    for party in row.parties
                ),
            ]
            for row in self.rows
        ]
        worst = max(share.error for row in self.rows for p in row.parties for share in (p.variance, *p.tails))
        notes = [
            f"Shares add up to one; one below zero hedges. They are right to about {words.tiny(worst)}.",
            words.listed(self.stamp),
        ]
        return f"{self.contract}: who bears the risk", head, rows, notes

    def _repr_html_(self) -> str:
        return table_and_notes(*self._told())

    def __repr__(self) -> str:
        """The table as text."""
        return _text(*self._told())


class RiskTransferPlots:
    """Charts of a transfer of risk, each an Altair chart."""

    def __init__(self, transfer: RiskTransfer) -> None:
        """Charts of this transfer."""
        self._transfer = transfer

    def __call__(self, **options: Any) -> ChartType:
        """As `shares`."""
        return self.shares(**options)

    def shares(self, **options: Any) -> ChartType:
        """What each party has of the risk, before any payment and after each.

        Args:
            **options: `width` in pixels; `measure`, one of `measures` (the variance unless told otherwise).

        Raises:
            ValueError: there is no such measure.
        """
        from capitation.charts import shares

        return shares.by_step(self._transfer, **options)


class PartyRisk(Record, frozen=True, kw_only=True):
    """What one party's result varies by, in major units."""

    party: str
    role: Role
    people: int
    mean: float
    by_chance: float
    """The standard deviation by chance alone, with all else known: insurance risk."""
    with_all: float
    """The standard deviation with all that moves costs together."""
    performance: float | None
    """The part of the variance that is not chance; below 0 where the contract cuts off so much that chance alone varies
    more, and None where the result does not vary."""


class RiskBySource:
    """What results vary by: chance, and what moves all costs together.

    `Contract.risk_by_source` makes it, of every party; `risk_by_panel_size` of one party, by the size of the panel.
    """

    def __init__(self, text: str, contract: Contract, model: CostModel, on: str) -> None:
        """Read what the core says."""
        self.rows: tuple[PartyRisk, ...] = msgspec.json.decode(text, type=tuple[PartyRisk, ...])
        """One for each party, or for each size of the panel in the order asked for."""
        self.contract: str = contract.name
        """The contract's name."""
        self.currency: str = contract.currency
        """The currency of every amount."""
        self._stamp = asked_stamp(contract, model, on)
        self._differs = model._differs_at(list({row.people: None for row in self.rows}))

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of: the version, the cost model with what moves costs together, the contract and its day."""
        return self._stamp

    @property
    def plot(self) -> RiskBySourcePlots:
        """Charts of it: `by_size`."""
        return RiskBySourcePlots(self)

    def to_frame(self) -> pa.Table:
        """One row each: party, role, people, mean, by_chance, with_all, performance; amounts in major units."""
        rows = [msgspec.structs.astuple(row) for row in self.rows]
        return tables.frame(tables.of("sources", "chance apart from the rest", _SOURCES, rows), self.stamp)

    def _told(self) -> tuple[str, list[str], list[list[str]], list[str]]:
        def money(value: float) -> str:
            return words.money(value, self.currency, digits=0)

        head = ["party", "people", "mean", "sd by chance", "sd with all", "variance that is not chance"]
        rows = [
            [
                row.party,
                f"{row.people:,}",
                money(row.mean),
                money(row.by_chance),
                money(row.with_all),
                "" if row.performance is None else words.percent(row.performance),
            ]
            for row in self.rows
        ]
        notes = [*whole_people(self._differs), words.listed(self.stamp)]
        return f"{self.contract}: what results vary by", head, rows, notes

    def _repr_html_(self) -> str:
        return table_and_notes(*self._told())

    def __repr__(self) -> str:
        """The table as text."""
        return _text(*self._told())


class RiskBySourcePlots:
    """Charts of what results vary by, each an Altair chart."""

    def __init__(self, sources: RiskBySource) -> None:
        """Charts of these."""
        self._sources = sources

    def __call__(self, **options: Any) -> ChartType:
        """As `by_size`."""
        return self.by_size(**options)

    def by_size(self, **options: Any) -> ChartType:
        """The spread of one party's result for each person, by chance alone and with all, by the size of the panel.

        Args:
            **options: `width` in pixels.

        Raises:
            ValueError: there are fewer than two sizes, or more parties than one.
        """
        from capitation.charts import shares

        return shares.by_size(self._sources, **options)


def risk_by_panel_size(
    contract: Contract,
    model: CostModel | Population,
    sizes: Iterable[int],
    *,
    party: str = "provider",
    given: Callable[[int], Mapping[str, _Number]] | None = None,
    on: date | str | None = None,
) -> RiskBySource:
    """What one party's result varies by, by the size of the panel: the people of the model in their proportions.

    Chance falls with the root of the people; what moves all costs together does not.

    Args:
        contract: what is agreed.
        model: what people cost, and what moves their costs together.
        sizes: numbers of people.
        party: whose result it is.
        given: makes every other input for a number of people, since amounts of a whole panel (a benchmark, a block) are
            others for another size; nothing where the contract asks for none.
        on: the day whose terms apply; the first day where no term changes within the contract.

    Raises:
        RiskError: nobody in a panel, no such party, or only the mean of its result is known.
        SettlementError: as `Contract.outlook`.
        ContractError: as `Contract.outlook`.
        TypeError: one number in place of a list, or `given` is no function.
    """
    people, inputs = by_size(sizes, given)
    model = CostModel.of(model)
    text = _risk_by_panel_size(contract, model, people, inputs, party, on)
    return RiskBySource(text, contract, model, "the first day" if on is None else str(on))


def _text(caption: str, head: list[str], rows: list[list[str]], notes: list[str]) -> str:
    return "\n".join([caption, *words.columns([head, *rows]), "", *notes])
