"""A comparison as one HTML file: it needs nothing but a browser, reads on a phone, and prints.

The words are worked out from the numbers here; how they are laid out is in `report.html.j2`. Charts are
inside as SVG, each drawn twice, for a page and for a phone, and the style sheet shows the one that fits.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import jinja2
from markupsafe import Markup

from capitation import charts, words
from capitation.charts.risk import provider_share
from capitation.model import Estimate

if TYPE_CHECKING:
    from collections.abc import Callable

    from capitation.model import ComparisonData, ContractResult, MarginalResult, Year

_WIDE, _NARROW = 720, 340


def html(data: ComparisonData) -> str:
    """The report on a comparison, as one self-contained HTML document."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(
        resources.files("capitation").joinpath("report.html.j2").read_text(encoding="utf-8")
    )
    figures = _Figures()
    return template.render(
        data=data,
        at_panel=[(contract, contract.at(data.basis.panel)) for contract in data.contracts],
        headline=headline(data),
        lead=lead(data),
        effects=_effects(data),
        years=_years(data),
        in_words=lambda contract: contract.words.strip().removeprefix(contract.name).strip(),
        share=lambda contract, size=data.basis.panel: _share(contract, size),
        money=lambda value: _parted(
            value, words.symbol(data.currency), exact=words.minor_digits(data.currency)
        ),
        percent=lambda value: _parted(words.in_percent(value), suffix="\u00a0%", exact=1),
        residual=lambda value: _parted(words.in_percent(value), suffix="\u00a0%", exact=2, plus=True),
        chance=lambda value: (
            words.chance(value, data.basis.draws)
            or _parted(words.in_percent(value), suffix="\u00a0%", exact=1)
        ),
        owed=lambda value: words.money(value, data.currency),
        amount=lambda line: words.amount(line.amount, line.unit, data.currency),
        fraction=words.percent,
        fan=figures.of("fan", lambda width: charts.margin_fan(data, width=width)),
        risk=figures.of("risk", lambda width: charts.who_carries_what(data, width=width)),
        lorenz=figures.of("lorenz", lambda width: charts.lorenz(data, width=width)),
        waterfalls={
            contract.name: figures.of(f"fall{index}", _waterfall(data, contract.name))
            for index, contract in enumerate(data.contracts)
        },
    )


# What it says.


def headline(data: ComparisonData) -> str:
    """The finding that matters most, in a sentence: whom an avoided case pays, else who carries the risk."""
    found = _avoided(data)
    if found is None:
        return charts.risk_finding(data)
    event, effects = found
    (worst, under_worst), (best, under_best) = min(effects), max(effects)
    subject = event[:1].upper() + event[1:]
    if worst < 0 < best:
        return (
            f"{subject} costs the provider {_plain(worst, data)} under {under_worst} "
            f"and earns it {_plain(best, data)} under {under_best}"
        )
    verb = "costs" if best <= 0 else "earns"
    if len(effects) == 1 or _plain(worst, data) == _plain(best, data):
        return f"{subject} {verb} the provider {_plain(best, data)}"
    low, high = sorted((abs(worst), abs(best)))
    return f"{subject} {verb} the provider from {_plain(low, data)} to {_plain(high, data)}, by the contract"


def lead(data: ComparisonData) -> list[str]:
    """What else to know at the start, a sentence or two in each."""
    basis = data.basis
    number = words.count_of(len(data.contracts), "contract")
    each = words.money(basis.outlay_per_member_month.mean, data.currency)
    if len(data.contracts) == 1:
        level = f"The payer pays {each} a member and month on average."
    elif basis.neutral:
        level = (
            f"All {number} cost the payer the same on average, {each} a member and month: "
            "what differs is who carries the risk, and whom the next case pays."
        )
    else:
        level = (
            f"The {number} are compared as they are written, and do not cost the payer the same: "
            f"{basis.reference} costs it {each} a member and month."
        )
    sentences = [level]
    if _avoided(data) is not None:
        sentences.append(charts.risk_finding(data) + ".")
    for finding in (charts.margin_finding, charts.lorenz_finding):
        try:
            sentences.append(finding(data) + ".")
        except ValueError:  # no such chart, which says so in its own place
            continue
    return sentences


def _avoided(data: ComparisonData) -> tuple[str, list[tuple[float, str]]] | None:
    """The first event of a case avoided, and its effect on the providers under each contract."""
    for event in data.contracts[0].marginal:
        if event.activity is not None and event.what.endswith("avoided"):
            effects = [
                (_on_providers(contract, event.what), contract.name)
                for contract in data.contracts
                if any(other.what == event.what for other in contract.marginal)
            ]
            return event.what, effects
    return None


def _on_providers(contract: ContractResult, event: str) -> float:
    providers = contract.names("provider")
    return sum(
        result.mean
        for marginal in contract.marginal
        if marginal.what == event
        for result in marginal.results
        if result.party in providers
    )


def _plain(value: float, data: ComparisonData) -> str:
    digits = 0 if abs(value) >= 100 else words.minor_digits(data.currency)
    # A sum of floats that should be a half is one.
    return words.money(round(abs(value), 6), data.currency, digits=digits)


# The cells of its tables.


class Effect(NamedTuple):
    """What an event does to a party: the words, and whether it gains, loses or feels nothing."""

    text: Markup
    sign: str


class Effects(NamedTuple):
    """The marginal pound: events across, and for each contract its parties with their effects."""

    events: list[str]
    contracts: list[tuple[str, list[tuple[str, list[Effect | None]]]]]


def _effects(data: ComparisonData) -> Effects:
    events = list(dict.fromkeys(event.what for contract in data.contracts for event in contract.marginal))
    contracts = []
    for contract in data.contracts:
        found = {
            (event.what, result.party): _effect(result, data)
            for event in contract.marginal
            for result in event.results
        }
        parties = [
            (party.name, [found.get((event, party.name)) for event in events]) for party in contract.parties
        ]
        contracts.append((contract.name, parties))
    return Effects(events, contracts)


def _effect(result: MarginalResult, data: ComparisonData) -> Effect:
    value = Estimate(mean=result.mean, se=result.se)
    exact = words.minor_digits(data.currency)
    text = _parted(value, words.symbol(data.currency), exact=exact, plus=True)
    # Less than half a penny, or within two standard errors of nothing, is neither a gain nor a loss.
    nothing = abs(result.mean) < max(0.5 * 10.0**-exact, 2 * result.se)
    return Effect(text, "none" if nothing else "gain" if result.mean > 0 else "loss")


class YearRow(NamedTuple):
    """A year of the population under every contract."""

    name: str
    members: str
    years: list[Year | None]


def _years(data: ComparisonData) -> list[YearRow]:
    numbers = list(dict.fromkeys(year.year for contract in data.contracts for year in contract.by_year))
    rows = []
    for number in numbers:
        years = [
            next((year for year in contract.by_year if year.year == number), None)
            for contract in data.contracts
        ]
        shown = [year for year in years if year is not None and not year.suppressed]
        rows.append(
            YearRow(
                "all rows" if number is None else str(number),
                f"{shown[0].members:,}" if shown and shown[0].members is not None else "withheld",
                years,
            )
        )
    return rows


def _share(contract: ContractResult, panel: int) -> str:
    share = provider_share(contract, panel)
    return "no risk" if share is None else words.percent(share, 0)


def _parted(
    value: Estimate | None, prefix: str = "", suffix: str = "", *, exact: int = 2, plus: bool = False
) -> Markup:
    """An estimate with its error in small print."""
    if value is None:
        return Markup("&ndash;")
    number, error = words.estimate_parts(value, prefix, suffix, exact=exact, plus=plus)
    small = Markup("") if error is None else Markup(' <small class="se">± {}</small>').format(error)
    return Markup("{}{}").format(number, small)


# Its charts.


class _Figures:
    """Charts as SVG that can stand in one document: no two have an identifier in common."""

    def of(self, name: str, chart: Callable[[int], charts.ChartType]) -> Markup:
        """The chart for a page and for a phone, or the reason why there is none."""
        try:
            drawn = {"wide": chart(_WIDE), "narrow": chart(_NARROW)}
        except ValueError as why:
            text = str(why)
            return Markup('<p class="note">No chart: {}.</p>').format(text)
        return Markup("").join(
            Markup('<div class="{}">{}</div>').format(kind, self._inline(picture, f"{name}-{kind}"))
            for kind, picture in drawn.items()
        )

    @staticmethod
    def _inline(chart: charts.ChartType, prefix: str) -> Markup:
        """The picture, under names of its own, with its finding as what a screen reader says."""
        svg = charts.to_svg(chart)
        svg = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', svg)
        svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", svg)
        svg = re.sub(r'((?:xlink:)?href)="#([^"]+)"', rf'\1="#{prefix}-\2"', svg)
        label = Markup('<svg role="img" aria-label="{}" ').format(charts.said(chart))
        return Markup(svg.replace("<svg ", label, 1))


def _waterfall(data: ComparisonData, contract: str) -> Callable[[int], charts.ChartType]:
    return lambda width: charts.statement_waterfall(data, contract, width=width)
