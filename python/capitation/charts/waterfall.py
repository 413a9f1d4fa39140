"""How one statement leads from the first payment to the provider's surplus or deficit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt

from capitation import words
from capitation.charts import look
from capitation.charts.rows import Rows

if TYPE_CHECKING:
    from capitation.model import ComparisonData, Statement

_LABELS = 210
_COLOURS = {"in": look.BLUE, "out": look.ORANGE, "surplus": look.GREEN, "deficit": look.VERMILLION}


class _Step(NamedTuple):
    name: str
    amount: Decimal


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


def statement_waterfall(comparison: ComparisonData, contract: str, *, width: int = 720) -> look.ChartType:
    """How one contract's statement leads from the first payment to the provider's surplus or deficit.

    Raises:
        KeyError: there is no such contract.
        ComparisonError: it has no statement, or no provider.
    """
    result = comparison.contract(contract)
    caption = look.caption(comparison, "statement", contract)
    statement, providers = result.statement, result.names("provider")
    assert statement is not None  # or there would be no caption
    steps = _levels(statement, providers)
    rows = Rows([step["name"] for step in steps], width=width, names_width=_LABELS, thick=22)
    scale = _scale(steps, rows.plot)
    axis = _money_axis(statement.currency, rows.above)
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values())), legend=None
    )
    base = alt.Chart(look.data([step | rows.bar(place) for place, step in enumerate(steps)]))
    chart = alt.layer(
        _links(steps, rows, scale),
        base.mark_rect().encode(
            x=alt.X("start:Q", scale=scale, axis=axis),
            x2="end:Q",
            y=rows.y("top"),
            y2="bottom:Q",
            color=colour,
        ),
        rows.rules([0.0], scale),
        base.mark_text(align="left", dx=5, fontWeight="bold").encode(
            x=alt.X("far:Q", scale=scale), y=rows.y("middle"), text="text:N"
        ),
        rows.names(),
    ).properties(width=rows.plot, height=rows.height)
    return look.finish(chart, caption, width)


def _levels(statement: Statement, providers: tuple[str, ...]) -> list[dict[str, Any]]:
    """Each step with where it starts and ends, and at last what is left."""
    rows: list[dict[str, Any]] = []
    level = Decimal(0)
    surplus = _surplus(statement, providers)
    closing = "surplus" if surplus >= 0 else "deficit"
    steps = [(s, "in" if s.amount > 0 else "out") for s in _steps(statement, providers)]
    for step, kind in [*steps, (_Step(closing, surplus), closing)]:
        start = Decimal(0) if kind == closing else level
        end = start + step.amount
        level = end
        rows.append(
            {
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


def _money_axis(currency: str, narrow: bool) -> alt.Axis:
    sign = look.quoted(words.symbol(currency))
    size = "replace(replace(format(abs(datum.value), '~s'), 'G', 'bn'), 'M', 'm')"
    label = f"datum.value === 0 ? '0' : (datum.value < 0 ? '\u2212' : '') + {sign} + {size}"
    return alt.Axis(title=None, tickCount=4 if narrow else 6, labelExpr=label, grid=not narrow)


def _links(steps: list[dict[str, Any]], rows: Rows, scale: alt.Scale) -> alt.Chart:
    """Thin lines from the end of each step to the start of the next."""
    lines = [
        {"at": step["end"], "top": rows[place].bottom, "bottom": rows[place + 1].top}
        for place, step in enumerate(steps[:-1])
    ]
    linked: alt.Chart = (
        alt.Chart(look.data(lines))
        .mark_rule(color=look.LINE, strokeWidth=1, strokeDash=[2, 2])
        .encode(x=alt.X("at:Q", scale=scale), y=rows.y("top"), y2="bottom:Q")
    )
    return linked
