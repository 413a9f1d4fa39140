"""Who costs: the Lorenz curves of cost, by person-year and by person."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import altair as alt

from capitation import words
from capitation.charts import look

if TYPE_CHECKING:
    from capitation.model import ComparisonData, Concentration, Concentrations

_TOP = 0.05


def _one_year_each(found: Concentrations) -> bool:
    return found.person_years.people == found.people.people


def lorenz(comparison: ComparisonData, *, width: int = 720) -> look.ChartType:
    """The Lorenz curves of cost, by person-year and by person, with the top 5 % and the lower half marked.

    Raises:
        ComparisonError: nobody costs anything, or there are too few people for a curve.
    """
    caption = look.caption(comparison, "lorenz")
    found = comparison.concentration
    assert found is not None  # or there would be no caption
    side = min(width - 64, 480)
    height = side * (0.95 if look.is_narrow(width) else 0.8)
    series: list[tuple[str, str, Concentration]] = [("people, all years", look.BLUE, found.people)]
    if _one_year_each(found):
        series = [("people", look.BLUE, found.people)]
    else:
        series.insert(0, ("person-years", look.VERMILLION, found.person_years))
    axes = _axes()
    layers: list[alt.Chart] = [*_equality(axes, side, height), _five(axes)]
    for place, (name, colour, concentration) in enumerate(series):
        layers += _curve(axes, colour, concentration)
        share = concentration.top_share(_TOP)
        height_of_top = 1 - share if share is not None else 0.0
        clear = min(_where(other, height_of_top) for _, _, other in series) - 0.03
        layers += _labels(axes, name, colour, concentration, clear, place)
    chart = alt.layer(*layers).properties(width=side, height=height)
    return look.finish(chart, caption, width)


_Axes = tuple[alt.X, alt.Y]


def _axes() -> _Axes:
    labels = look.percent_labels()
    unit = alt.Scale(domain=[0, 1])
    x = alt.Axis(
        labelExpr=labels, title="share of people or person-years, least costly first",
        values=[0, 0.25, 0.5, 0.75, 0.95], grid=False,
    )  # fmt: skip
    y = alt.Axis(labelExpr=labels, title="share of all cost", values=[0, 0.25, 0.5, 0.75, 1])
    return alt.X("x:Q", scale=unit, axis=x), alt.Y("y:Q", scale=unit, axis=y)


def _equality(axes: _Axes, side: float, height: float) -> list[alt.Chart]:
    x, y = axes
    ends = alt.Chart(look.data([{"x": 0, "y": 0}, {"x": 1, "y": 1}]))
    line = ends.mark_line(color=look.LINE, strokeDash=[4, 4], strokeWidth=1.2)
    # The label lies along the line, whatever the shape of the picture.
    angle = 360 - 45 * (height / side) ** 0.9
    label = alt.Chart(look.data([{"x": 0.3, "y": 0.3}])).mark_text(angle=angle, dy=-9, color=look.MUTED)
    return [line.encode(x=x, y=y), label.encode(x=x, y=y, text=alt.value("if all cost the same"))]


def _five(axes: _Axes) -> alt.Chart:
    base = alt.Chart(look.data([{"x": 1 - _TOP}]))
    rule: alt.Chart = base.mark_rule(color=look.MUTED, strokeDash=[2, 3]).encode(x=axes[0])
    return rule


def _curve(axes: _Axes, colour: str, concentration: Concentration) -> list[alt.Chart]:
    x, y = axes
    points = [{"x": px, "y": py} for px, py in concentration.lorenz]
    marked = [
        {"x": 1 - top, "y": 1 - share}
        for top in (_TOP, 0.5)
        if (share := concentration.top_share(top)) is not None
    ]
    curve = alt.Chart(look.data(points)).mark_line(strokeWidth=2.4, color=colour).encode(x=x, y=y)
    dots = alt.Chart(look.data(marked)).mark_point(filled=True, size=62, opacity=1, color=colour)
    return [curve, dots.encode(x=x, y=y)]


def _where(concentration: Concentration, height: float) -> float:
    """Where a Lorenz curve reaches this height."""
    for (x0, y0), (x1, y1) in itertools.pairwise(concentration.lorenz):
        if y0 <= height <= y1:
            return x1 if y1 == y0 else x0 + (x1 - x0) * (height - y0) / (y1 - y0)
    return 1.0


def _labels(
    axes: _Axes, name: str, colour: str, concentration: Concentration, clear: float, place: int
) -> list[alt.Chart]:
    """What the marked points say; `clear` is where the label of the top begins, left of every curve."""
    x, y = axes
    labels: list[alt.Chart] = []
    top, half = concentration.top_share(_TOP), concentration.top_share(0.5)
    if top is not None:
        lines = [name, f"top 5\u00a0%: {words.percent(top)}"]
        row = alt.Chart(look.data([{"x": clear, "to": 1 - _TOP, "y": 1 - top, "text": lines}]))
        text = row.mark_text(align="right", dx=-4, dy=-7, fontWeight="bold", color=colour)
        labels.append(row.mark_rule(color=colour).encode(x=x, x2="to:Q", y=y))
        labels.append(text.encode(x=x, y=y, text="text:N"))
    if half is not None:
        line = f"lower half: {words.percent(1 - half)}"
        row = alt.Chart(look.data([{"x": 0.53, "y": 0.115 + 0.055 * place, "text": line}]))
        text = row.mark_text(align="right", fontWeight="bold", color=colour)
        labels.append(text.encode(x=x, y=y, text="text:N"))
    return labels
