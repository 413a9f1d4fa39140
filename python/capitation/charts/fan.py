"""The provider's result by size of panel: a fan for each contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from capitation import words
from capitation.charts import look

if TYPE_CHECKING:
    from capitation.model import ComparisonData, ContractResult

# From the outermost band to the innermost: lower level, upper level, opacity.
_BANDS = (("0.01", "0.99", 0.16), ("0.05", "0.95", 0.26), ("0.25", "0.75", 0.42))
_GAP = 22
_AXIS = 58


def margin_fan(comparison: ComparisonData, *, width: int = 720) -> look.ChartType:
    """The provider's yearly result as a share of the payer's outlay, by panel size: a fan for each contract.

    Raises:
        ComparisonError: a contract has no outlay to take a share of.
    """
    caption = look.caption(comparison, "margin_fan")
    columns = 1 if look.is_narrow(width) or len(comparison.contracts) == 1 else 2
    each = (width - columns * _AXIS - _GAP * (columns - 1)) / columns
    height = 215 if columns == 2 else 180
    every = [row for contract in comparison.contracts for row in _rows(contract)]
    low, high = min(row["q0.01"] for row in every), max(row["q0.99"] for row in every)
    # The label needs room above the highest fan.
    domain = (min(low, 0) * 1.06, max(high, 0) + (max(high, 0) - min(low, 0)) * 0.16)
    cells = [_fan(comparison, contract, domain, each, height) for contract in comparison.contracts]
    chart = alt.concat(*cells, columns=columns, spacing=_GAP)
    return look.finish(chart, caption, width)


def _rows(contract: ContractResult) -> list[dict[str, Any]]:
    rows = []
    for result in sorted(contract.by_size, key=lambda result: result.size):
        row: dict[str, Any] = {"size": result.size}
        row |= {
            f"q{level}": value.mean / result.outlay.mean for level, value in result.margin_quantiles.items()
        }
        rows.append(row)
    return rows


def _fan(
    comparison: ComparisonData,
    contract: ContractResult,
    domain: tuple[float, float],
    width: float,
    height: float,
) -> alt.LayerChart | alt.FacetChart:
    sizes = sorted(comparison.sizes)
    one_size = len(sizes) == 1
    ends = [sizes[0] / 2, sizes[0] * 2] if one_size else [sizes[0], sizes[-1]]
    x = alt.X(
        "size:Q",
        scale=alt.Scale(type="log", nice=False, domain=ends),
        axis=alt.Axis(
            values=sizes, format=",d", title="people in the panel", grid=False, labelOverlap="greedy",
            labelFlush=True,
        ),
    )  # fmt: skip
    scale = alt.Scale(domain=list(domain), nice=False)
    axis = alt.Axis(labelExpr=look.percent_labels(sign="+"), title=None, tickCount=6)
    base = alt.Chart(look.data(_rows(contract)))

    def at(level: str) -> alt.Y:
        # A dot in a field's name would be read as a path.
        return alt.Y(f"q{level}:Q".replace(".", "\\."), scale=scale, axis=axis)

    def band(low: str, high: str, opacity: float) -> alt.Chart:
        mark = base.mark_rule(strokeWidth=26) if one_size else base.mark_area()
        upper = alt.Y2(f"q{high}".replace(".", "\\."))
        shade: alt.Chart = mark.encode(
            x=x, y=at(low), y2=upper, color=alt.value(look.BLUE), opacity=alt.value(opacity)
        )
        return shade

    middle = (
        base.mark_tick(color=look.INK, thickness=2, size=26, orient="horizontal")
        if one_size
        else base.mark_line(color=look.INK, strokeWidth=1.8)
    )
    zero = alt.Chart(look.data([{}])).mark_rule(color=look.VERMILLION, strokeWidth=1.6, strokeDash=[5, 3])
    deficit = contract.at(comparison.basis.panel).probability_of_deficit
    bound = words.chance(deficit, comparison.basis.draws)
    chance = bound.replace("below", "fewer than").replace("above", "more than") if bound else None
    chance = chance or words.percent(deficit.mean, 0)
    label = alt.Chart(look.data([{"text": f"deficit in {chance} of years"}]))
    return (
        alt.layer(
            *(band(*levels) for levels in _BANDS),
            zero.encode(y=alt.datum(0, scale=scale)),
            middle.encode(x=x, y=at("0.5")),
            label.mark_text(align="right", baseline="top", dy=2, dx=-2).encode(
                x=alt.value(width), y=alt.value(0), text="text:N"
            ),
        )
        .properties(
            width=width,
            height=height,
            title=alt.TitleParams(
                text=look.wrap(contract.name, width, 13), fontSize=12.5, anchor="start", offset=5,
                lineHeight=15
            ),
        )
    )  # fmt: skip
