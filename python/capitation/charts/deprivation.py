"""What an envelope without deprivation takes from each fifth, and what a share gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import altair as alt

from capitation import words
from capitation.charts import look
from capitation.charts.rows import Rows, beside_bars

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from capitation.gradient import Envelope, GivenBack

_NAMES = 190


def by_fifth(
    envelope: Envelope,
    *,
    share: Decimal | int | str | None = None,
    index: Sequence[Decimal | int | str] | None = None,
    width: int = 720,
) -> look.ChartType:
    """What each fifth gets beside what its care costs, for one person.

    Args:
        envelope: with deprivation and without.
        share: a health-inequalities share, to show what it gives back too.
        index: by which that share is shared out, of each fifth, the most deprived first.
        width: in pixels.

    Raises:
        ValueError: a share without an index, or an index without a share.
    """
    if (share is None) != (index is None):
        raise ValueError("a share is shared out by an index: give both, or neither")
    given = None if share is None or index is None else envelope.given_back(share, index)
    rows = Rows([fifth.name for fifth in envelope.fifths], width=width, names_width=_NAMES, thick=26)
    bars = _bars(envelope, given, rows)
    scale = beside_bars([bar["amount"] for bar in bars], [bar["text"] for bar in bars], rows.plot, size=11)
    sign = look.quoted(words.symbol(envelope.currency))
    label = f"datum.value === 0 ? '0' : (datum.value < 0 ? '\u2212' : '+') + {sign} + format(abs(datum.value), ',~f')"
    axis = alt.Axis(title=None, tickCount=4 if rows.above else 7, labelExpr=label, grid=not rows.above)
    base = alt.Chart(look.data(bars))
    kinds = list(dict.fromkeys(bar["kind"] for bar in bars))
    legend = alt.Legend(title=None, orient="bottom", columns=1 if rows.above else 2, symbolType="square")
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=kinds, range=[look.VERMILLION, look.BLUE][: len(kinds)]),
        legend=legend if len(kinds) > 1 else None,
    )
    layers: list[Any] = [
        base.mark_rect().encode(
            x=alt.X("amount:Q", scale=scale, axis=axis),
            x2="nothing:Q",
            y=rows.y("top"),
            y2="bottom:Q",
            color=colour,
        ),
        rows.rules([0.0], scale),
    ]
    sides: list[tuple[str, Literal["left", "right"], int]] = [("<", "right", -5), (">=", "left", 5)]
    for beside, align, dx in sides:
        text = base.transform_filter(f"datum.amount {beside} 0")
        mark = text.mark_text(align=align, dx=dx, fontSize=11)
        layers.append(mark.encode(x=alt.X("amount:Q", scale=scale), y=rows.y("middle"), text="text:N"))
    layers.append(rows.names())
    chart = alt.layer(*layers).properties(width=rows.plot, height=rows.height)
    return look.finish(chart, look.Caption(envelope.finding(), _subtitle(envelope, given)), width)


def _bars(envelope: Envelope, given: GivenBack | None, rows: Rows) -> list[dict[str, Any]]:
    """One bar for each fifth, and a second one where a share gives something back."""
    bars: list[dict[str, Any]] = []
    for place, fifth in enumerate(envelope.fifths):
        if not fifth.people:
            continue
        pairs = [("by age and sex alone", fifth.difference)]
        if given is not None:
            kind = f"with a health-inequalities share of {words.exact_percent(given.share)}"
            pairs.append((kind, given.fifths[place].beside_cost))
        row = rows[place]
        thick = (row.bottom - row.top) / len(pairs)
        for at, (kind, amount) in enumerate(pairs):
            each = float(amount / fifth.people)
            top = row.top + at * thick
            all_of = ("+" if amount > 0 else "") + words.compact(float(amount), envelope.currency)
            bars.append(
                {
                    "kind": kind,
                    "amount": each,
                    "nothing": 0.0,
                    "top": top,
                    "bottom": top + thick - (1 if len(pairs) > 1 else 0),
                    "middle": top + thick / 2,
                    "text": f"{words.money(each, envelope.currency, digits=0, plus=True)}; {all_of}",
                }
            )
    return bars


def _subtitle(envelope: Envelope, given: GivenBack | None) -> str:
    told = (
        f"What each fifth gets beside what its care costs, for one person; and all together. Costs of {envelope.year}, "
        f"{words.compact(float(envelope.with_deprivation), envelope.currency)} for {envelope.people:,.0f} people."
    )
    if given is None:
        return told
    back = given.fifths[0].given
    verb = "gives back" if back >= 0 else "takes"
    return (
        f"{told} A share of {words.exact_percent(given.share)} by the index that was given {verb} "
        f"{words.compact(abs(float(back)), envelope.currency)}."
    )
