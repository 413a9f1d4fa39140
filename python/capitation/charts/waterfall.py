"""How one statement leads from the first payment to the provider's surplus or deficit."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt

from capitation import words
from capitation.charts import look

if TYPE_CHECKING:
    from capitation.model import ComparisonData, ContractResult, Statement

_LABELS = 210
_COLOURS = {"in": look.BLUE, "out": look.ORANGE, "surplus": look.GREEN, "deficit": look.VERMILLION}


class _Step(NamedTuple):
    name: str
    amount: Decimal


def _read(result: ContractResult) -> tuple[Statement, tuple[str, ...]]:
    providers = result.names("provider")
    if not providers:
        raise ValueError(f"contract `{result.name}` has no party whose role is provider")
    if result.statement is None:
        raise ValueError(f"contract `{result.name}` could not be settled in any year")
    return result.statement, providers


def _steps(statement: Statement, providers: tuple[str, ...]) -> list[_Step]:
    steps = []
    for line in statement.lines:
        if line.pays is None or line.amount == 0:
            continue
        inwards, outwards = line.pays.payee in providers, line.pays.payer in providers
        if inwards == outwards:
            continue
        amount = line.amount if inwards else -line.amount
        other = line.pays.payer if inwards else line.pays.payee
        steps.append(_Step(f"{line.name}, {'from' if amount > 0 else 'to'} {other}", amount))
    balances = [party for party in statement.parties if party.name in providers]
    outside = sum((party.outside_income for party in balances), start=Decimal(0))
    if outside:
        steps.append(_Step("outside income", outside))
    borne = sum((party.borne for party in balances), start=Decimal(0))
    if borne:
        steps.append(_Step("cost of care", -borne))
    return steps


def _surplus(statement: Statement, providers: tuple[str, ...]) -> Decimal:
    return sum((p.surplus for p in statement.parties if p.name in providers), start=Decimal(0))


def waterfall_finding(result: ContractResult) -> str:
    """What the provider is left with, in one sentence.

    Raises:
        ValueError: there is no statement, or no provider in it.
    """
    statement, providers = _read(result)
    surplus = _surplus(statement, providers)
    if surplus == 0:
        return f"{result.name}: the provider comes out even"
    steps = _steps(statement, providers)
    income = sum((s.amount for s in steps if s.name != "cost of care"), start=Decimal(0))
    part = f", {words.percent(float(abs(surplus) / income))} of its income" if income > 0 else ""
    kind = "surplus" if surplus > 0 else "deficit"
    size = words.compact(float(abs(surplus)), statement.currency)
    return f"{result.name}: the provider is left with a {kind} of {size}{part}"


def statement_waterfall(comparison: ComparisonData, contract: str, *, width: int = 720) -> look.ChartType:
    """How one contract's statement leads from the first payment to the provider's surplus or deficit.

    Raises:
        KeyError: there is no such contract.
        ValueError: it has no statement, or no provider.
    """
    result = comparison.contract(contract)
    statement, providers = _read(result)
    rows = _rows(statement, providers)
    narrow = look.is_narrow(width)
    room = 0 if narrow else _LABELS
    plot = width - room - 30
    names = [row["step"] for row in rows]
    wrapped = [look.wrap(row["name"], plot if narrow else room, 12) for row in rows]
    most_lines = max(len(lines) for lines in wrapped)
    step = 34 + 14 * most_lines if narrow else max(38, 10 + 15 * most_lines)
    thick = 22
    down = (step - thick) / 2 - 4 if narrow else 0
    scale = _scale(rows, plot)
    x = alt.X("start:Q", scale=scale, axis=_money_axis(statement.currency, 4 if narrow else 6))
    axis = alt.Axis(
        title=None, ticks=False, domain=False, labels=not narrow, labelLimit=room, labelPadding=8,
        labelExpr=look.lines_by_label(names, wrapped),
    )  # fmt: skip
    y = alt.Y("step:N", sort=names, axis=axis, scale=alt.Scale(padding=0, paddingOuter=0))
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values())), legend=None
    )
    base = alt.Chart(look.data(rows))
    layers = [
        *_links(rows, scale, y, down),
        base.mark_bar(size=thick, yOffset=down).encode(x=x, x2="end:Q", y=y, color=colour),
        alt.Chart(look.data([{"at": 0.0}]))
        .mark_rule(color=look.INK, strokeWidth=1.2)
        .encode(x=alt.X("at:Q", scale=scale)),
        base.mark_text(align="left", dx=5, dy=down, fontWeight="bold").encode(
            x=alt.X("far:Q", scale=scale), y=y, text="text:N"
        ),
    ]
    if narrow:
        over = [{"step": n, "text": lines} for n, lines in zip(names, wrapped, strict=True)]
        layers.append(
            alt.Chart(look.data(over))
            .mark_text(align="left", baseline="top", fontSize=11.5, lineHeight=14, dy=-step / 2 + 3)
            .encode(x=alt.value(0), y=y, text="text:N")
        )
    chart = alt.layer(*layers).properties(width=plot, height=step * len(rows))
    subtitle = (
        f"Statement for {result.statement_of or 'the population'}, on the terms of {statement.on}. "
        "Blue is money in, orange is money out."
    )
    return look.finish(chart, waterfall_finding(result), subtitle, width)


def _rows(statement: Statement, providers: tuple[str, ...]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    level = Decimal(0)
    surplus = _surplus(statement, providers)
    closing = "surplus" if surplus >= 0 else "deficit"
    steps = [(s, "in" if s.amount > 0 else "out") for s in _steps(statement, providers)]
    for place, (step, kind) in enumerate([*steps, (_Step(closing, surplus), closing)]):
        start = Decimal(0) if kind == closing else level
        end = start + step.amount
        level = end
        rows.append(
            {
                # Two clauses may have the same words; the place tells them apart.
                "step": f"{place} {step.name}",
                "name": step.name,
                "start": float(start),
                "end": float(end),
                "far": float(max(start, end)),
                "kind": kind,
                "text": words.compact(float(step.amount), statement.currency),
            }
        )
    return rows


def _scale(rows: list[dict[str, Any]], plot: float) -> alt.Scale:
    low = min(0.0, *(min(row["start"], row["end"]) for row in rows))
    high = max(0.0, *(row["far"] for row in rows))
    # Room for the amount that stands to the right of its bar.
    high += ((high - low) or 1.0) * 62 / max(plot - 62, 62)
    return alt.Scale(domain=[low * 1.02, high], nice=False)


def _money_axis(currency: str, ticks: int) -> alt.Axis:
    sign = look.quoted(words.symbol(currency))
    size = "replace(replace(format(abs(datum.value), '~s'), 'G', 'bn'), 'M', 'm')"
    label = f"datum.value === 0 ? '0' : (datum.value < 0 ? '\u2212' : '') + {sign} + {size}"
    return alt.Axis(title=None, tickCount=ticks, labelExpr=label)


def _links(rows: list[dict[str, Any]], scale: alt.Scale, y: alt.Y, down: float) -> list[alt.Chart]:
    """Thin lines from the end of each step to the start of the next."""
    links = []
    for row, following in itertools.pairwise(rows):
        ends = [{"step": row["step"], "at": row["end"]}, {"step": following["step"], "at": row["end"]}]
        line = alt.Chart(look.data(ends)).mark_line(
            color=look.LINE, strokeWidth=1, strokeDash=[2, 2], yOffset=down
        )
        links.append(line.encode(x=alt.X("at:Q", scale=scale), y=y))
    return links
