"""Who carries the risk: each party's share under each contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import altair as alt

from capitation import words
from capitation.charts import look
from capitation.charts.rows import Rows

if TYPE_CHECKING:
    from capitation.model import ComparisonData, ContractResult, Estimate, PartyResult

Measure = Literal["variance", "tail"]
_LABELS = 190


def _share(party: PartyResult, measure: Measure) -> Estimate | None:
    return party.share_of_variance if measure == "variance" else party.share_of_tail


def who_carries_what(
    comparison: ComparisonData, *, measure: Measure = "variance", width: int = 720
) -> look.ChartType:
    """Each party's share of the risk under each contract; a bar to the left of zero is a hedge.

    Args:
        comparison: what to show.
        measure: the variance of total cost, or its dearest twentieth of years.
        width: pixels that the chart may fill.

    Raises:
        ComparisonError: total cost does not vary, so there is nothing to share.
    """
    caption = look.caption(comparison, "risk" if measure == "variance" else "risk_of_tail")
    panel = comparison.basis.panel
    shared = [c for c in comparison.contracts if any(_share(p, measure) for p in c.at(panel).parties)]
    rows = Rows([contract.name for contract in shared], width=width, names_width=_LABELS, thick=28)
    bars = [
        bar for place, contract in enumerate(shared) for bar in _bars(contract, panel, measure, rows, place)
    ]
    low, high = min(0.0, *(bar["end"] for bar in bars)), max(1.0, *(bar["end"] for bar in bars))
    scale = alt.Scale(domain=[low - 0.005, high + 0.005], nice=False)
    axis = alt.Axis(
        labelExpr=look.percent_labels(), title="share of the risk in total cost", grid=not rows.above,
        tickCount=5 if rows.above else 8,
    )  # fmt: skip
    colours = look.party_colours(comparison.party_names)
    colour = alt.Color(
        "party:N",
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=alt.Legend(
            title=None, orient="top", symbolType="square", offset=6, columns=1 if rows.above else 3
        ),
    )
    pixels = rows.plot / (high - low)
    fits = [
        bar | {"ink": look.ink_on(colours[bar["party"]])}
        for bar in bars
        if abs(bar["share"]) * pixels > look.text_width(bar["text"]) + 4
    ]
    chart = alt.layer(
        alt.Chart(look.data(bars))
        .mark_rect(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("start:Q", scale=scale, axis=axis),
            x2="end:Q",
            y=rows.y("top"),
            y2="bottom:Q",
            color=colour,
        ),
        alt.Chart(look.data(fits))
        .mark_text(fontWeight="bold")
        .encode(
            x=alt.X("half:Q", scale=scale),
            y=rows.y("middle"),
            text="text:N",
            color=alt.Color("ink:N", scale=None),
        ),
        rows.rules([0.0, 1.0], scale),
        rows.names(),
    ).properties(width=rows.plot, height=rows.height)
    chart = chart.resolve_scale(color="independent")
    return look.finish(chart, caption, width)


def _bars(
    contract: ContractResult, panel: int, measure: Measure, rows: Rows, place: int
) -> list[dict[str, Any]]:
    bars: list[dict[str, Any]] = []
    ends = {True: 0.0, False: 0.0}
    for party in contract.at(panel).parties:
        share = _share(party, measure)
        if share is None:
            continue
        start = ends[share.mean >= 0]
        end = ends[share.mean >= 0] = start + share.mean
        text = words.percent(share.mean, 0)
        bar = {
            "party": party.name,
            "start": start,
            "end": end,
            "half": (start + end) / 2,
            "share": share.mean,
        }
        bars.append(bar | {"text": text} | rows.bar(place))
    return bars
