"""Who carries the risk: each party's share under each contract."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import altair as alt

from capitation import words
from capitation.charts import look

if TYPE_CHECKING:
    from capitation.model import ComparisonData, ContractResult, Estimate, PartyResult

Measure = Literal["variance", "tail"]
_LABELS = 190


def _share(party: PartyResult, measure: Measure) -> Estimate | None:
    return party.share_of_variance if measure == "variance" else party.share_of_tail


def provider_share(contract: ContractResult, panel: int, measure: Measure = "variance") -> float | None:
    """What all providers of a contract carry together; absent where there is no risk to share."""
    providers = contract.names("provider")
    shares = [_share(party, measure) for party in contract.at(panel).parties if party.name in providers]
    found = [share.mean for share in shares if share is not None]
    return math.fsum(found) if found and len(found) == len(shares) else None


def risk_finding(comparison: ComparisonData, measure: Measure = "variance") -> str:
    """Under which contract the providers carry most and least of the risk, in one sentence."""
    panel = comparison.basis.panel
    found = [(provider_share(contract, panel, measure), contract.name) for contract in comparison.contracts]
    shares = [(share, name) for share, name in found if share is not None]
    if not shares:
        return "There is no risk to share: total cost does not vary"
    risk = "risk" if measure == "variance" else "deficit of the dearest years"
    (most, top), (least, bottom) = max(shares), min(shares)
    if words.percent(most, 0) == words.percent(least, 0):
        under = "every contract" if len(shares) > 1 else top
        return f"The provider carries {words.percent(most, 0)} of the {risk} under {under}"
    return (
        f"The provider carries {words.percent(most, 0)} of the {risk} under {top} "
        f"and {words.percent(least, 0)} under {bottom}"
    )


def who_carries_what(
    comparison: ComparisonData, *, measure: Measure = "variance", width: int = 720
) -> look.ChartType:
    """Each party's share of the risk under each contract; a bar to the left of zero is a hedge.

    Args:
        comparison: what to show.
        measure: the variance of total cost, or its dearest twentieth of years.
        width: pixels that the chart may fill.

    Raises:
        ValueError: total cost does not vary, so there is nothing to share.
    """
    narrow = look.is_narrow(width)
    rows = _rows(comparison, measure)
    if not rows:
        raise ValueError("total cost does not vary, so there is no risk to share")
    room = 0 if narrow else _LABELS
    plot = width - room - 40
    low, high = min(0.0, *(r["end"] for r in rows)), max(1.0, *(r["end"] for r in rows))
    scale = alt.Scale(domain=[low - 0.005, high + 0.005], nice=False)
    names = list(dict.fromkeys(row["contract"] for row in rows))
    wrapped = [look.wrap(name, plot if narrow else room, 12) for name in names]
    most_lines = max(len(lines) for lines in wrapped)
    x = alt.X(
        "start:Q",
        scale=scale,
        axis=alt.Axis(
            labelExpr=look.percent_labels(), title="share of the risk in total cost",
            tickCount=5 if narrow else 8,
        ),
    )  # fmt: skip
    axis = alt.Axis(
        title=None, ticks=False, domain=False, labels=not narrow, labelLimit=room, labelPadding=8,
        labelExpr=look.lines_by_label(names, wrapped),
    )  # fmt: skip
    # On a phone the name stands over its bar and needs room there.
    step = 44 + 15 * most_lines if narrow else max(46, 10 + 15 * most_lines)
    y = alt.Y("contract:N", sort=names, axis=axis, scale=alt.Scale(padding=0, paddingOuter=0))
    thick = 28
    down = (step - thick) / 2 - 4 if narrow else 0
    colours = look.party_colours(comparison.party_names)
    parties = [p.name for p in comparison.party_names]
    colour = alt.Color(
        "party:N",
        scale=alt.Scale(domain=parties, range=[colours[p] for p in parties]),
        legend=alt.Legend(
            title=None, orient="top", symbolType="square", offset=6, columns=1 if narrow else 3
        ),
    )
    base = alt.Chart(look.data(rows))
    bars = base.mark_bar(stroke="white", strokeWidth=1, size=thick, yOffset=down)
    scale_to_pixels = plot / (high - low)
    inside = [r | {"ink": look.ink_on(colours[r["party"]])} for r in rows]
    fits = [r for r in inside if abs(r["share"]) * scale_to_pixels > look.text_width(r["text"]) + 4]
    middle = alt.X("middle:Q", scale=scale)
    layers = [
        bars.encode(x=x, x2="end:Q", y=y, color=colour),
        alt.Chart(look.data(fits))
        .mark_text(fontWeight="bold", dy=down)
        .encode(x=middle, y=y, text="text:N", color=alt.Color("ink:N", scale=None)),
        alt.Chart(look.data([{"at": 0.0}, {"at": 1.0}]))
        .mark_rule(color=look.INK, strokeWidth=1.2)
        .encode(x=alt.X("at:Q", scale=scale)),
    ]
    if narrow:
        over = [{"contract": n, "text": lines} for n, lines in zip(names, wrapped, strict=True)]
        layers.append(
            alt.Chart(look.data(over))
            .mark_text(
                align="left", baseline="top", fontWeight="bold", fontSize=12, lineHeight=15, dy=-step / 2 + 6
            )
            .encode(x=alt.value(2), y=y, text="text:N")
        )
    chart = alt.layer(*layers).properties(width=plot, height=step * len(names))
    chart = chart.resolve_scale(color="independent")
    title = risk_finding(comparison, measure)
    return look.finish(chart, title, _subtitle(comparison, measure, low), width)


def _subtitle(comparison: ComparisonData, measure: Measure, low: float) -> str:
    what = "variance of total cost" if measure == "variance" else "dearest twentieth of years"
    panel = f"{comparison.basis.panel:,}"
    hedge = " A bar left of zero hedges: that party gains when cost is high." if low < -0.005 else ""
    return f"Shares of the {what} on panels of {panel} people, by Euler allocation; they sum " + (
        f"to 100\u00a0%.{hedge}"
    )


def _rows(comparison: ComparisonData, measure: Measure) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for contract in comparison.contracts:
        ends = {True: 0.0, False: 0.0}
        for party in contract.at(comparison.basis.panel).parties:
            share = _share(party, measure)
            if share is None:
                continue
            start = ends[share.mean >= 0]
            end = ends[share.mean >= 0] = start + share.mean
            rows.append(
                {
                    "contract": contract.name,
                    "party": party.name,
                    "start": start,
                    "end": end,
                    "middle": (start + end) / 2,
                    "share": share.mean,
                    "text": words.percent(share.mean, 0),
                }
            )
    return rows
