"""What a contract came to in drawn years, as tables, text and charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from capitation import tables, words
from capitation._capitation import RiskError
from capitation.model import Estimate, Record
from capitation.year_results import HEAD, results_html, results_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from capitation._capitation import PartyDraws, Simulated
    from capitation.charts import ChartType

_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_WORST = (0.95, 0.99)


def _with_error(name: str, kind: tables.Kind) -> dict[str, tables.Kind]:
    return {name: kind, f"{name}_se": kind}


_PARTIES: dict[str, tables.Kind] = {"party": "text", "role": "text", "year": "count"}
_PARTIES |= _with_error("mean", "money") | _with_error("standard_deviation", "money")
_PARTIES |= _with_error("probability_of_deficit", "share")
for _level in _QUANTILES:
    _PARTIES |= _with_error(f"q{round(_level * 100):02}", "money")
for _level in _WORST:
    _PARTIES |= _with_error(f"mean_of_worst_{round(_level * 100)}", "money")
_CLAUSES: dict[str, tables.Kind] = {
    "year": "count",
    "clause": "text",
    "payer": "text",
    "payee": "text",
    **_with_error("mean", "money"),
}
_SHARES: dict[str, tables.Kind] = {
    "party": "text",
    "level": "share",
    **_with_error("share_of_variance", "share"),
    **_with_error("share_of_tail", "share"),
}


class RiskShare(Record, frozen=True, kw_only=True):
    """One party's share of the risk of all results together; the shares of all parties add up to 1."""

    variance: Estimate | None
    """Of the variance; None where the sum of all results does not vary."""
    tail: Estimate | None
    """Of what the worst years lie below the mean; None where the sum does not vary."""


class _Stamp(msgspec.Struct, frozen=True):
    version: str
    contract: str
    terms_of: tuple[str, ...]
    model: str
    people: int
    given: dict[str, str]
    unverified: tuple[str, ...]
    years: int
    seed: int
    trend: str
    discount: str
    rebased: dict[str, str]


def stamp(simulated: Simulated) -> dict[str, str]:
    """What a simulation was made of."""
    made = msgspec.json.decode(simulated._stamp(), type=_Stamp)
    return {
        "capitation": made.version,
        "contract": f"{simulated.contract} {made.contract}",
        "terms of": ", ".join(dict.fromkeys(made.terms_of)),
        "cost model": made.model,
        "people": f"{made.people:,}",
        "given": words.listed(made.given),
        "rebased": words.listed(made.rebased),
        "drawn": f"{made.years:,} times {simulated.horizon} year{'s' * (simulated.horizon != 1)}",
        "seed": str(made.seed),
        "trend of costs": made.trend,
        "discount rate": made.discount,
        "unverified terms": ", ".join(made.unverified) or "none",
        "method": "every person drawn in every year; money is an estimate in major units",
    }


def draws(party: PartyDraws) -> pa.Array:
    """One party's results in major units, in the order of the scenarios."""
    import pyarrow as pa

    return pa.table(party).column("result").combine_chunks()


def risk_shares(simulated: Simulated, level: float) -> dict[str, RiskShare]:
    """Each party's share of the risk of all of them."""

    def share(pair: tuple[float, float] | None) -> Estimate | None:
        return None if pair is None else Estimate(mean=pair[0], se=pair[1])

    found = simulated._risk_shares(level)
    return {name: RiskShare(variance=share(variance), tail=share(tail)) for name, variance, tail in found}


def each_party(simulated: Simulated) -> list[PartyDraws]:
    """Every party over all contract years and, of several years, in each."""
    parties = simulated.parties
    if simulated.horizon == 1:
        return parties
    by_year = [simulated.party(party.name, year) for party in parties for year in range(simulated.horizon)]
    return [*parties, *by_year]


def simulated_frame(simulated: Simulated, table: str, level: float) -> pa.Table:
    """One table of a simulation in Arrow, with the stamp in its metadata."""
    match table:
        case "parties":
            rows = [_party_row(party) for party in each_party(simulated)]
            made = tables.of(table, "each party's result in drawn years", _PARTIES, rows)
        case "clauses":
            made = tables.of(table, "what each clause comes to on average", _CLAUSES, simulated._clauses())
        case "risk_shares":
            shares = risk_shares(simulated, level).items()
            rows = [[name, level, *_pair(of.variance), *_pair(of.tail)] for name, of in shares]
            made = tables.of(table, "each party's share of the risk of all results", _SHARES, rows)
        case "draws":
            return _draws_frame(simulated)
        case _:
            raise ValueError(f"there is no table {table!r}; name parties, clauses, risk_shares or draws")
    return tables.frame(made, stamp(simulated))


def _draws_frame(simulated: Simulated) -> pa.Table:
    """Made of columns: rows of a million draws would be slow."""
    import pyarrow as pa

    parts = []
    for year in range(simulated.horizon):
        for each in simulated.parties:
            results = draws(simulated.party(each.name, year))
            count = len(results)
            columns = {
                "scenario": pa.array(range(count), pa.int64()),
                "year": pa.repeat(pa.scalar(year, pa.int64()), count),
                "party": pa.repeat(each.name, count),
                "result": results,
            }
            parts.append(pa.table(columns))
    schema: dict[str, tables.Kind] = {
        "scenario": "count",
        "year": "count",
        "party": "text",
        "result": "money",
    }
    empty = tables.frame(
        tables.of("draws", "each party's result in each drawn year", schema, []), stamp(simulated)
    )
    return pa.concat_tables(parts).cast(empty.schema).replace_schema_metadata(empty.schema.metadata)


def _pair(found: Estimate | None) -> tuple[float | None, float | None]:
    return (None, None) if found is None else (found.mean, found.se)


def _known(ask: Callable[[float], Estimate], level: float) -> Estimate | None:
    """An estimate, where enough years were drawn for one."""
    try:
        return ask(level)
    except RiskError:
        return None


def _party_row(party: PartyDraws) -> list[Any]:
    found = [
        party.mean,
        party.standard_deviation,
        party.probability_of_deficit,
        *(_known(party.quantile, level) for level in _QUANTILES),
        *(_known(party.mean_of_worst, level) for level in _WORST),
    ]
    return [party.name, party.role, party.year, *(number for each in found for number in _pair(each))]


def deficit_told(party: PartyDraws) -> str:
    """The chance of a deficit: where it was seen in no draw or in all, by the rule of three."""
    found = party.probability_of_deficit
    return words.chance(found, len(party)) or words.percent_estimate(found)


def _party_told(party: PartyDraws, currency: str) -> list[str]:
    tail = (_known(party.quantile, 0.05), _known(party.mean_of_worst, 0.95))
    found = [party.mean, party.standard_deviation, *tail]
    name = party.name if party.year is None else f"{party.name}, year {party.year}"
    money = ["too few years" if each is None else words.money_estimate(each, currency) for each in found]
    return [f"{name} ({party.role})", *money, deficit_told(party)]


def _clauses_told(simulated: Simulated) -> list[list[str]]:
    return [
        [
            name if simulated.horizon == 1 else f"{name}, year {year}",
            "" if payer is None else f"{payer} → {payee}",
            words.money_estimate(Estimate(mean=mean, se=se), simulated.currency),
        ]
        for year, name, payer, payee, mean, se in simulated._clauses()
    ]


def caption(simulated: Simulated) -> str:
    """What was drawn, in a line."""
    horizon = simulated.horizon
    drawn = (
        f"{simulated.years:,} drawn years" if horizon == 1 else f"{simulated.years:,} times {horizon} years"
    )
    return f"{simulated.contract}: {drawn} of {simulated.people:,} people, in {simulated.currency}"


def _head(simulated: Simulated) -> list[str]:
    return HEAD if simulated.horizon == 1 else [*HEAD[:3], "1 path in 20 below", *HEAD[4:]]


def _notes(simulated: Simulated) -> list[str]:
    made = stamp(simulated)
    notes = ["±: the standard error of so many draws; that the model may be wrong is not in it."]
    if simulated.horizon > 1:
        discounted = ", discounted" if float(made["discount rate"]) else ""
        notes.append(
            f"The first rows are of all contract years together{discounted}; the first contract year is 0."
        )
    return [*notes, words.listed(made)]


def simulated_html(simulated: Simulated) -> str:
    """A simulation in short: each party's result, what each clause is worth, and the stamp."""
    parties = [_party_told(party, simulated.currency) for party in each_party(simulated)]
    return results_html(
        caption(simulated), [_head(simulated), *parties], _clauses_told(simulated), _notes(simulated)
    )


def simulated_text(simulated: Simulated) -> str:
    """A simulation in short, as text."""
    parties = [_party_told(party, simulated.currency) for party in each_party(simulated)]
    return results_text(
        caption(simulated), [_head(simulated), *parties], _clauses_told(simulated), _notes(simulated)
    )


class SimulatedPlots:
    """Charts of a simulation, each an Altair chart."""

    def __init__(self, simulated: Simulated) -> None:
        """Charts of this simulation."""
        self._simulated = simulated

    def results(
        self, *, parties: Sequence[str] | None = None, year: int | None = None, width: int = 720
    ) -> ChartType:
        """Each party's result in the drawn years as a histogram, with its chance of a deficit.

        Args:
            parties: a list of names, where not all are to be shown.
            year: a contract year, the first being 0; all of them together where it is left out.
            width: in pixels.

        Raises:
            RiskError: there is no party of a name, or the year was not drawn.
            ValueError: no party is named.
        """
        from capitation.charts import simulation

        return simulation.results(self._simulated, parties=parties, year=year, width=width)

    def by_year(self, *, parties: Sequence[str] | None = None, width: int = 720) -> ChartType:
        """Each party's result by contract year, as a fan; not discounted.

        Args:
            parties: a list of names, where not all are to be shown.
            width: in pixels.

        Raises:
            RiskError: there is no party of a name.
            ValueError: no party is named, or one contract year alone was drawn.
        """
        from capitation.charts import simulation

        return simulation.by_year(self._simulated, parties=parties, width=width)
