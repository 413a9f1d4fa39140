"""What a notebook shows of each object: plain tables, no script, every text escaped."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from capitation import words
from capitation._capitation import ActivityError
from capitation.model import Estimate
from capitation.tables import share_of_role, statement_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from capitation._capitation import (
        ActivityTotals,
        Bridge,
        Concentration,
        Contract,
        Population,
        PricedActivity,
        Statement,
    )
    from capitation.hospital import UnderContracts
    from capitation.hospital_model import CostSummary
    from capitation.model import AtSize, ComparisonData, ContractResult, MarginalResult

_CELL = "padding:.25em .7em;text-align:{align};vertical-align:top"


def _html_table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, texts: int = 1) -> str:
    """A table; the first columns are text, the others numbers."""

    def cell(tag: str, index: int, text: str) -> str:
        style = _CELL.format(align="left" if index < texts else "right")
        space = "" if index < texts else ";white-space:nowrap"
        return f'<{tag} style="{style}{space}">{html.escape(text, quote=False)}</{tag}>'

    # On a narrow page the table slides, and nothing of it is cut.
    parts = ['<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:.5em 0">']
    if caption:
        parts.append(
            f'<caption style="text-align:left;font-weight:bold">{html.escape(caption, quote=False)}</caption>'
        )
    if head:
        cells = "".join(cell("th", i, text) for i, text in enumerate(head))
        parts.append(f"<thead><tr>{cells}</tr></thead>")
    body = ("".join(cell("td", i, text) for i, text in enumerate(row)) for row in rows)
    parts.append("<tbody>" + "".join(f"<tr>{cells}</tr>" for cells in body) + "</tbody></table></div>")
    return "".join(parts)


def table_and_notes(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], notes: Iterable[str]
) -> str:
    """A table, and below it a line for each note."""
    return f"<div>{_html_table(caption, head, rows)}{''.join(_small(note) for note in notes)}</div>"


def _small(text: str) -> str:
    return f'<p style="font-size:.85em;max-width:70em;margin:.3em 0">{html.escape(text, quote=False)}</p>'


def _words(text: str) -> str:
    return f'<pre style="white-space:pre-wrap;max-width:70em">{html.escape(text, quote=False)}</pre>'


def comparison_html(data: ComparisonData) -> str:
    """A comparison in short: results at the panel, the marginal pound, and the stamp."""
    basis = data.basis
    count = len(data.contracts)
    contracts = f"{count} contract{'s' * (count != 1)}"
    caption = f"{contracts} on panels of {basis.panel:,} people, a year, in {data.currency}"
    head = ["contract", "payer's outlay", "provider's margin", "sd of margin", "P(deficit)", "TVaR 95 %"]
    head.append("provider's share of risk")
    rows = [
        _summary_row(contract, contract.at(basis.panel), data.currency, basis.draws)
        for contract in data.contracts
    ]
    parts = [_html_table(caption, head, rows)]
    if basis.neutral:
        solved = [
            f"{contract.name}: {term.term} {term.written} → {term.solved} (residual {words.tiny(term.residual)})"
            for contract in data.contracts
            if (term := contract.solved) is not None
        ]
        note = f"Budget neutral: each costs the payer what {basis.reference} costs it, on average."
        parts.append(_small(" ".join([note, "; ".join(solved)])))
    else:
        parts.append(_small("As written: the contracts do not cost the payer the same."))
    parts.append(_marginal_html(data))
    parts.extend(_segments_html(data))
    if basis.marginal_share is None:
        parts.append(
            _small(
                "What one admission more or less does is not shown: it needs unit_costs, and marginal_share, "
                "the part of a case's cost that goes when the case does."
            )
        )
    stamp = data.stamp
    items = [
        f"capitation {stamp.version}",
        stamp.method,
        f"seed {stamp.seed}",
        f"population {stamp.population}",
    ]
    if stamp.unverified:
        items.append(f"unverified: {', '.join(stamp.unverified)}")
    parts.append(_small("; ".join(items)))
    return "<div>" + "".join(parts) + "</div>"


def _summary_row(contract: ContractResult, at: AtSize, currency: str, draws: int) -> list[str]:
    share, _ = share_of_role(contract, at, "provider", lambda party: party.share_of_variance)
    return [
        contract.name,
        words.money_estimate(at.outlay, currency),
        words.money_estimate(at.provider_margin, currency),
        words.money_estimate(at.margin_sd, currency),
        words.chance(at.probability_of_deficit, draws) or words.percent_estimate(at.probability_of_deficit),
        words.money_estimate(at.tvar95_of_deficit, currency),
        "" if share is None else words.percent(share, 0),
    ]


def _marginal_html(data: ComparisonData) -> str:
    events = list(dict.fromkeys(event.what for contract in data.contracts for event in contract.marginal))
    rows = []
    for contract in data.contracts:
        effects = {
            (event.what, result.party): result for event in contract.marginal for result in event.results
        }
        name = contract.name
        for party in contract.parties:
            found = [effects.get((event, party.name)) for event in events]
            texts = ["" if e is None else _effect(e, data.currency) for e in found]
            rows.append([name, party.name, *texts])
            name = ""
    return _html_table(
        "The marginal pound: what it does to each party's result",
        ["contract", "party", *events],
        rows,
        texts=2,
    )


def _segments_html(data: ComparisonData) -> list[str]:
    """Core20 beside everybody else and all: nothing where the population has no column of deprivation."""
    if data.segments is None:
        return []
    rows = []
    for row in data.segments.rows[:3]:
        nothing = "withheld" if row.suppressed else "–"
        shares = [row.share_of_member_months, row.share_of_cost]
        cost = row.cost_per_member_month
        rows.append(
            [
                row.name,
                *(nothing if share is None else words.percent(share) for share in shares),
                nothing if cost is None else words.money_estimate(cost, data.currency),
                *(
                    ("withheld" if cost is not None else nothing)
                    if each.margin is None
                    else words.money_estimate(each.margin, data.currency, plus=True)
                    for each in row.contracts
                ),
            ]
        )
    head = ["segment", "share of member months", "share of cost", "cost a member and month"]
    caption = "The most deprived fifth (Core20), and what a member month of each leaves the provider"
    return [_html_table(caption, [*head, *(contract.name for contract in data.contracts)], rows)]


def _effect(result: MarginalResult, currency: str) -> str:
    return words.money_estimate(Estimate(mean=result.mean, se=result.se), currency, plus=True)


def statement_html(statement: Statement) -> str:
    """A statement: every line with its rule and amount, then what it comes to for each party."""
    data = statement_data(statement)
    rows = [
        [
            line.name,
            line.words,
            f"{line.pays.payer} → {line.pays.payee}" if line.pays else "",
            "; ".join(part for part in (line.note, line.source) if part)
            + (" (unverified)" if line.unverified else ""),
            _exact(line.amount, line.unit, data.currency),
        ]
        for line in data.lines
    ]
    balances = [
        [f"{party.name} ({party.role})"]
        + [
            words.money(amount, data.currency)
            for amount in (party.received, party.paid, party.borne, party.outside_income, party.surplus)
        ]
        for party in data.parties
    ]
    head = ["line", "rule", "money moves", "note and source", "amount"]
    return (
        "<div>"
        + _html_table(f"{data.contract}, terms of {data.on}", head, rows, texts=4)
        + _html_table("", ["party", "received", "paid", "bears", "outside income", "surplus"], balances)
        + "</div>"
    )


def _exact(amount: Decimal, unit: str, currency: str) -> str:
    if unit == "money":
        return words.money(amount, currency)
    text = f"{amount:,f}"
    return words.symbol(currency) + text if unit.startswith("money") else text


def contract_html(contract: Contract) -> str:
    """A contract in words."""
    return _words(contract.explain())


def concentration_html(concentration: Concentration) -> str:
    """The top shares, Gini's coefficient, and the share of people that holds half."""
    tops = [
        (f"top {words.percent(part, 0)} hold", concentration.top_share(part))
        for part in (0.01, 0.05, 0.1, 0.5)
    ]
    rows = [[what, words.percent(share)] for what, share in tops]
    rows.append(["half is held by", words.percent(concentration.half_held_by)])
    rows.append(["hold nothing", words.percent(concentration.zero_share)])
    rows.append(["Gini", f"{concentration.gini:.3f}"])
    stamp = words.listed(concentration.stamp)
    return _html_table(f"{concentration.people:,.10g} people", [], rows) + _small(stamp)


def population_html(population: Population) -> str:
    """How many people and rows, and the total of every measure."""
    caption = f"{population.people:,} people, {len(population):,} rows, {population.currency}"
    rows = [[measure, f"{population.total(measure):,f}"] for measure in population.measures]
    fifths = population.fifths
    if fifths is not None:
        rows.append(["rows in the most deprived fifth (Core20)", f"{fifths[0]:,}"])
    return _html_table(caption, ["measure", "total"], rows) + _small(population.fingerprint)


def bridge_html(bridge: Bridge) -> str:
    """The way from one statement to another."""
    return _words(repr(bridge))


_FEW = 8
"""Reasons and rules that a notebook shows before it says how many more there are."""


def priced_html(priced: PricedActivity) -> str:
    """Priced activity in short: the total, what has no price, and the stamp."""
    rows = [("paid", f"{len(priced) - _lines(priced):,}", _total(priced))]
    return _activity_html("payment by results, line by line", rows, priced)


def totals_html(totals: ActivityTotals) -> str:
    """Totals of activity in short: by rule, what has no price, and the stamp."""
    by_rule: dict[str, tuple[int, Decimal]] = {}
    for _, _, rule, lines, payment, _, _ in totals._rows:
        known, paid = by_rule.get(rule, (0, type(payment)(0)))
        by_rule[rule] = (known + lines, paid + payment)
    rows = [(rule, f"{lines:,}", words.money(paid, "GBP")) for rule, (lines, paid) in by_rule.items()]
    counted = sum(lines for lines, _ in by_rule.values())
    rows.append(("all", f"{counted:,}", _total(totals)))
    return _activity_html("payment by results", rows, totals)


def _total(result: PricedActivity | ActivityTotals) -> str:
    """The sum, or why there is none: a result shows itself also where it cannot be added up."""
    try:
        return words.money(result.total, "GBP")
    except ActivityError as why:
        return str(why)


def _about(subject: str, reason: str) -> str:
    return f"`{subject}` {reason}" if subject else f"a value {reason}"


def _lines(result: PricedActivity | ActivityTotals) -> int:
    return sum(group[2] for group in result._unpriced)


def _activity_html(
    caption: str, rows: Iterable[Sequence[str]], result: PricedActivity | ActivityTotals
) -> str:
    parts = [_html_table(caption, ["price", "lines", "payment"], rows)]
    groups = result._unpriced
    if groups:
        head = ["no price", "lines", "cost", "first row (the first is 0)"]
        some = [
            (
                _about(subject, reason),
                f"{lines:,}",
                "" if cost is None else words.money(cost, "GBP"),
                f"{first:,}",
            )
            for reason, subject, lines, cost, first in groups[:_FEW]
        ]
        parts.append(_html_table(f"{_lines(result):,} lines without a price", head, some))
        if len(groups) > _FEW:
            parts.append(_small(f"and {len(groups) - _FEW:,} more: .unpriced() lists all"))
    parts.append(_small(words.listed(dict(result._stamp))))
    return "<div>" + "".join(parts) + "</div>"


def _points_table(points: Sequence[CostSummary], currency: str) -> str:
    rows = [
        [
            each.name,
            f"{each.activity:,.0f}",
            words.money(each.income, currency, digits=0),
            words.money(each.fixed, currency, digits=0),
            words.money(each.marginal, currency, digits=0),
            "" if each.price_to_cost is None else f"{each.price_to_cost:.2f}",
            ""
            if each.power_over_volume is None
            else f"{each.power_over_volume:.2f}".replace("-", words.MINUS),
        ]
        for each in points
        if each.lines
    ]
    head = ["point of delivery", "activity", "income", "fixed cost", "marginal cost", "price / cost"]
    caption = "Price beside cost at plan; power over volume is (marginal cost \u2212 price) / marginal cost"
    return _html_table(caption, [*head, "power over volume"], rows)


def cost_base_html(points: Sequence[CostSummary], currency: str, stamp: dict[str, str]) -> str:
    """A cost base in short: by point of delivery, what has no price, and the stamp."""
    parts = [_points_table(points, currency)]
    left = [
        [
            each.name,
            f"{each.without_price.lines:,}",
            f"{each.without_price.activity:,.0f}",
            words.money(each.without_price.cost, currency, digits=0),
        ]
        for each in points
        if each.without_price.lines
    ]
    if left:
        parts.append(
            _html_table("Lines without a price", ["point of delivery", "lines", "activity", "cost"], left)
        )
    return "<div>" + "".join(parts) + _small(words.listed(stamp)) + "</div>"


def under_contracts_html(under: UnderContracts) -> str:
    """A cost base under contracts: prices, results by change, one case less, what was set, and the stamp."""
    currency = under.currency
    changes = [outcome.change for outcome in under.contracts[0].outcomes]
    results = [
        [
            contract.name,
            words.money(contract.outcomes[0].outlay, currency, digits=0),
            *(words.money(outcome.result, currency, digits=0) for outcome in contract.outcomes),
        ]
        for contract in under.contracts
    ]
    effects = [
        [
            contract.name,
            effect.point if effect.code is None else f"{effect.code}, {effect.point}",
            words.money(effect.price, currency),
            words.money(effect.marginal_cost, currency),
            words.money(effect.hospital, currency, plus=True),
            words.money(effect.payer, currency, plus=True),
            words.money(effect.others, currency, plus=True),
        ]
        for contract in under.contracts
        for effect in contract.spells
        if effect.change == "plan" and effect.cases < 0
    ]
    parts = [
        _points_table(under.points, currency),
        _html_table(
            "What is left to the hospital: payment \u2212 cost",
            ["contract", "outlay at plan", *changes],
            results,
        ),
        _html_table(
            "One case less, at plan: what it does to each",
            ["contract", "case", "price", "marginal cost", "hospital", "payer", "others"],
            effects,
            texts=2,
        ),
    ]
    for contract in under.contracts:
        if (set_ := contract.set) is not None:
            what = "term" if set_.is_term else "input"
            same = f"so that it costs the payer at plan what {under.contracts[0].name} costs"
            told = f"{contract.name}: {what} {set_.name} is set to {set_.value:,f}, {same}"
            parts.append(_small(f"{told} (residual {set_.residual:f})"))
    return "<div>" + "".join(parts) + _small(words.listed(under.stamp)) + "</div>"
