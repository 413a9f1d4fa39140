"""What a contract may come to, as tables, text and charts; and the cost model behind it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from capitation import tables, words
from capitation._capitation import RiskError
from capitation.shown import table_and_notes
from capitation.year_results import HEAD, results_html, results_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from capitation._capitation import Contract, CostModel, Outlook, PartyOutlook, Severity
    from capitation.charts import ChartType

_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_WORST = (0.95, 0.99)
_PARTIES: dict[str, tables.Kind] = {
    "party": "text",
    "role": "text",
    "mean": "money",
    "slack": "money",
    "standard_deviation": "money",
    "skewness": "number",
    "probability_of_deficit": "share",
    **{f"q{round(level * 100):02}": "money" for level in _QUANTILES},
    **{f"mean_of_worst_{round(level * 100)}": "money" for level in _WORST},
    "method": "text",
    "error": "tiny",
}
_CLAUSES: dict[str, tables.Kind] = {
    "clause": "text",
    "payer": "text",
    "payee": "text",
    "expectation": "money",
}
_DISTRIBUTION: dict[str, tables.Kind] = {
    "party": "text",
    "amount": "money",
    "probability_below": "share",
    "probability_at_most": "share",
    "density": "number",
}
_CELLS: dict[str, tables.Kind] = {
    "cell": "text",
    "people": "count",
    "months_each": "quantity",
    "class": "text",
    "input": "text",
    "mean_error": "share",
    "zeros": "share",
    "mean": "money",
    "severity": "text",
}


class Stamp(msgspec.Struct, frozen=True):
    """What an outlook was made of, as the core says it."""

    version: str
    contract: str
    terms_of: str
    model: str
    people: int
    given: dict[str, str]
    unverified: tuple[str, ...]

    def told(self, contract: str) -> dict[str, str]:
        """In words, with the contract's name."""
        return {
            "capitation": self.version,
            "contract": f"{contract} {self.contract}",
            "terms of": self.terms_of,
            "cost model": self.model,
            "people": f"{self.people:,}",
            "given": words.listed(self.given),
            "unverified terms": ", ".join(self.unverified) or "none",
            "method": METHOD,
        }


METHOD = "worked out without sampling; money is an estimate in major units"
"""How an outlook, and what is made of one, comes about."""


def stamp(outlook: Outlook) -> dict[str, str]:
    """What an outlook was made of."""
    return msgspec.json.decode(outlook._stamp(), type=Stamp).told(outlook.contract)


def has_distribution(party: PartyOutlook) -> bool:
    """Whether more than the mean of a party's result is known."""
    try:
        _ = party.error
    except RiskError:
        return False
    return True


def outlook_frame(outlook: Outlook, table: str, points: int) -> pa.Table:
    """One table of an outlook in Arrow, with the stamp in its metadata."""
    match table:
        case "parties":
            rows = [_party_row(party) for party in outlook.parties]
            made = tables.of(table, "each party's result in a year", _PARTIES, rows)
        case "clauses":
            made = tables.of(table, "what each clause comes to on average", _CLAUSES, outlook._clauses())
        case "distribution":
            known = [party for party in outlook.parties if has_distribution(party)]
            rows = [[party.name, *point] for party in known for point in party._distribution(points)]
            made = tables.of(table, "each party's result as a distribution", _DISTRIBUTION, rows)
        case _:
            raise ValueError(f"there is no table {table!r}; name parties, clauses or distribution")
    return tables.frame(made, stamp(outlook))


def _party_row(party: PartyOutlook) -> list[Any]:
    known: Sequence[Any] = [None] * (len(_PARTIES) - 4)
    if has_distribution(party):
        known = [
            party.standard_deviation,
            party.skewness,
            party.probability_of_deficit,
            *(party.quantile(level) for level in _QUANTILES),
            *(party.mean_of_worst(level) for level in _WORST),
            party.method,
            party.error,
        ]
    return [party.name, party.role, party.mean, party.slack, *known]


def _party_told(party: PartyOutlook, currency: str) -> list[str]:
    def money(value: float) -> str:
        return words.money(value, currency, digits=0)

    told = [f"{party.name} ({party.role})", money(party.mean)]
    if not has_distribution(party):
        return [*told, *["only the mean is known"], *[""] * (len(HEAD) - 3)]
    return [
        *told,
        money(party.standard_deviation),
        money(party.quantile(0.05)),
        money(party.mean_of_worst(0.95)),
        chance(party.probability_of_deficit),
    ]


def chance(probability: float) -> str:
    """A probability in percent: never rounded to none or to all."""
    if 0 < probability < 0.0005:
        return f"below {words.percent(0.0005, 2)}"
    if 0.9995 < probability < 1:
        return f"above {words.percent(0.9995, 2)}"
    return words.percent(probability)


def _clauses_told(outlook: Outlook) -> list[list[str]]:
    return [
        [name, "" if payer is None else f"{payer} → {payee}", words.money(mean, outlook.currency, digits=0)]
        for name, payer, payee, mean in outlook._clauses()
    ]


def _caption(outlook: Outlook) -> str:
    return f"{outlook.contract}: a year of {outlook.people:,} people, in {outlook.currency}"


def _notes(outlook: Outlook) -> list[str]:
    worst = [party.error for party in outlook.parties if has_distribution(party)]
    notes = []
    if worst:
        notes.append(f"Distribution functions are right to {words.tiny(max(worst))}.")
    slack = [party.slack for party in outlook.parties]
    if any(each is None for each in slack):
        notes.append("What roundings of the contract may move has no bound.")
    elif most := max((each for each in slack if each is not None), default=0.0):
        notes.append(
            f"Roundings of the contract may move an amount by {words.money(most, outlook.currency)}."
        )
    notes.append(words.listed(stamp(outlook)))
    return notes


def outlook_html(outlook: Outlook) -> str:
    """An outlook in short: each party's result, what each clause is worth, and the stamp."""
    parties = [_party_told(party, outlook.currency) for party in outlook.parties]
    return results_html(_caption(outlook), [HEAD, *parties], _clauses_told(outlook), _notes(outlook))


def outlook_text(outlook: Outlook) -> str:
    """An outlook in short, as text."""
    parties = [_party_told(party, outlook.currency) for party in outlook.parties]
    return results_text(_caption(outlook), [HEAD, *parties], _clauses_told(outlook), _notes(outlook))


class OutlookPlots:
    """Charts of an outlook, each an Altair chart."""

    def __init__(self, outlook: Outlook) -> None:
        """Charts of this outlook."""
        self._outlook = outlook

    def results(self, **options: Any) -> ChartType:
        """Each party's result in a year as a distribution, with its chance of a deficit.

        Args:
            **options: `width` in pixels; `parties`, a list of names, where not all are to be shown.

        Raises:
            RiskError: of no party more than the mean is known, or there is no party of a name.
        """
        from capitation.charts import outlook

        return outlook.results(self._outlook, **options)

    def clauses(self, **options: Any) -> ChartType:
        """What each clause comes to on average, and between whom money moves.

        Args:
            **options: `width` in pixels.
        """
        from capitation.charts import outlook

        return outlook.clauses(self._outlook, **options)


def cost_model_frame(model: CostModel) -> pa.Table:
    """The risk cells in Arrow, with what the model is made of in the metadata."""
    rows = [
        (
            name,
            people,
            months,
            class_,
            input_,
            error,
            severity.zeros,
            _finite(severity.mean),
            _law(severity, differ),
        )
        for name, people, months, class_, input_, error, severity, differ in model._cells()
    ]
    return tables.frame(tables.of("cells", "what people cost by risk cell", _CELLS, rows), model_stamp(model))


def _law(severity: Severity, differ: bool) -> str:
    return f"people differ, on average {severity!r}" if differ else repr(severity)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def model_stamp(model: CostModel) -> dict[str, str]:
    """What a cost model is: the version, its fingerprint, its currency and what moves its costs together."""
    from capitation import __version__

    return {
        "capitation": __version__,
        "cost model": model.fingerprint,
        "currency": model.currency,
        "costs moved together by": "; ".join(model.what_moves) or "nothing",
    }


def estimated_stamp(model: CostModel) -> dict[str, str]:
    """What an estimate from a cost model alone was made of."""
    return model_stamp(model) | {"method": METHOD}


def whole_people(differs: list[str]) -> list[str]:
    """A note where panels in whole people of each risk cell are otherwise than all of them."""
    return [f"Panels have whole people of each risk cell: {'; '.join(differs)}."] if differs else []


def asked_stamp(contract: Contract, model: CostModel, on: str) -> dict[str, str]:
    """What a question about a contract on a cost model was made of."""
    return model_stamp(model) | {
        "contract": f"{contract.name} {contract.fingerprint}",
        "terms of": on,
        "method": METHOD,
    }


def cost_model_html(model: CostModel) -> str:
    """A cost model in short: its risk cells, its shocks, and its fingerprint."""

    def money(value: float) -> str:
        return words.money(value, model.currency) if math.isfinite(value) else "infinite"

    rows = [
        [
            name,
            f"{people:,}",
            f"{months:f}",
            money(severity.mean),
            words.percent(severity.zeros),
            _law(severity, differ),
        ]
        for name, people, months, _, _, _, severity, differ in model._cells()
    ]
    head = ["risk cell", "people", "months", "mean cost of one", "without a cost", "law"]
    notes = [words.listed(model_stamp(model))]
    return table_and_notes(f"{model.people:,} people cost {money(model.mean)} a year", head, rows, notes)
