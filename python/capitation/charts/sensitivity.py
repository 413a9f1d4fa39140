"""What a result hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from capitation import words
from capitation.charts import look
from capitation.charts.outlook import money_labels
from capitation.sensitivities import FIGURES

if TYPE_CHECKING:
    from capitation.sensitivities import FigureName, Sensitivity


def tornado(
    sensitivity: Sensitivity, *, figure: FigureName | None = None, width: int = 720
) -> look.ChartType:
    """A figure at the low and the high value of each assumption, that which moves it most on top.

    Args:
        sensitivity: what to show.
        figure: that which the rows were sorted by unless told otherwise.
        width: in pixels.

    Raises:
        ValueError: there is no such figure.
    """
    of = sensitivity.by if figure is None else figure
    if of not in FIGURES:
        raise ValueError(f"{of!r} is no figure; name one of {', '.join(FIGURES)}")
    base = sensitivity.base.of(of)
    rows = sorted(sensitivity.rows, key=lambda row: -abs(row.swing(of)))
    room = min(0.4 * width, 24 + max(look.text_width(row.assumption, 11.5) for row in rows))
    lines = {row.assumption: look.wrap(row.assumption, room - 16, 11.5) for row in rows}
    names = ["\n".join(lines[row.assumption]) for row in rows]
    plot = width - room - 30
    data: list[dict[str, Any]] = []
    for row, name in zip(rows, names, strict=True):
        for end, at in (("low", row.low.of(of)), ("high", row.high.of(of))):
            data.append({"assumption": name, "end": f"at the {end} value", "to": at, "base": base})
    values = [base, *(point["to"] for point in data)]
    margin = 0.06 * (max(values) - min(values)) or 1.0
    scale = alt.Scale(domain=[min(values) - margin, max(values) + margin], nice=False, zero=False)
    is_share = of == "probability_of_deficit"
    labels = look.percent_labels(1) if is_share else money_labels(sensitivity.currency)
    x_axis = alt.Axis(title=FIGURES[of], labelExpr=labels, tickCount=5, grid=True)
    y = alt.Y(
        "assumption:N",
        sort=names,
        axis=alt.Axis(
            title=None, labelLimit=int(room), labelExpr="split(datum.label, '\\n')", domain=False, ticks=False
        ),
        scale=alt.Scale(paddingInner=0.35, paddingOuter=0.2),
    )
    ends = alt.Scale(domain=["at the low value", "at the high value"], range=[look.SKY, look.BLUE])
    legend = alt.Legend(title=None, orient="top", columns=1 if look.is_narrow(width) else 2)
    bars = alt.Chart(look.data(data)).mark_bar()
    rule = alt.Chart(look.data([{"base": base}])).mark_rule(color=look.INK, strokeWidth=1.5)
    layers = [
        bars.encode(
            x=alt.X("base:Q", scale=scale, axis=x_axis),
            x2="to:Q",
            y=y,
            color=alt.Color("end:N", scale=ends, legend=legend),
        ),
        rule.encode(x=alt.X("base:Q", scale=scale)),
    ]
    chart = alt.layer(*layers).properties(
        width=plot, height=max(34, 6 + 14 * max(map(len, lines.values()))) * len(names) + 16
    )
    return look.finish(chart, look.Caption(_finding(sensitivity, of), _subtitle(sensitivity, of)), width)


def _finding(sensitivity: Sensitivity, of: FigureName) -> str:
    most = max(sensitivity.rows, key=lambda row: abs(row.swing(of)))
    low, high = sorted((most.low.of(of), most.high.of(of)))
    return (
        f"The {sensitivity.party}'s {FIGURES[of]} hangs most on {most.assumption}: from "
        f"{_short(sensitivity, of, low)} to {_short(sensitivity, of, high)}"
    )


def _subtitle(sensitivity: Sensitivity, of: FigureName) -> str:
    return (
        f"{sensitivity.contract}. Each assumption is moved alone, all others as they are: the line is at "
        f"{_short(sensitivity, of, sensitivity.base.of(of))}."
    )


def _short(sensitivity: Sensitivity, of: FigureName, value: float) -> str:
    money = of != "probability_of_deficit"
    return words.compact(value, sensitivity.currency) if money else sensitivity.told(of, value)
