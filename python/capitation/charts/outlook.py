"""What a contract may come to: each party's result as a distribution, and what each clause is worth."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import altair as alt

from capitation import words
from capitation.arguments import listed
from capitation.charts import look
from capitation.charts.rows import Rows, beside_bars
from capitation.outlooks import chance, has_distribution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capitation._capitation import Outlook, PartyOutlook

_NAMES = 220
# Bars of a distribution, and how high its panel is.
_BARS = 200
_HEIGHT = 150
# Lumps of less than this have no words.
_TOLD = 0.001
# How high the bar of an amount of its own may be beside the highest of the others, and how low and still be seen.
_TOP, _LEAST = 1.12, 0.02
# The part of years at either end that is not drawn.
_LEFT_OUT = 0.002
# A probability of less than this is none.
_NEVER = 1e-9


def results(outlook: Outlook, *, parties: Sequence[str] | None = None, width: int = 720) -> look.ChartType:
    """Each party's result in a year as a distribution, with its chance of a deficit.

    What is certain, and a party of whom only the mean is known, is told in words below the title, and has no panel.

    Args:
        outlook: what a contract may come to.
        parties: the parties that are shown; all where they are left out.
        width: in pixels.

    Raises:
        RiskError: of no party more than the mean is known, or there is no party of a name.
        ValueError: no party is named.
    """
    asked = (
        outlook.parties
        if parties is None
        else [outlook.party(name) for name in listed("parties", parties, "parties")]
    )
    known = [party for party in asked if has_distribution(party)]
    if not asked:
        raise ValueError("parties=[] names nobody; leave it out to show all")
    if not known:
        # The core says why.
        _ = asked[0].standard_deviation
    shown = [party for party in known if party.standard_deviation > 0] or known
    plot = width - 40
    panels = [_panel(party, outlook.currency, plot) for party in shown]
    chart = alt.vconcat(*panels, spacing=26).resolve_scale(x="independent", y="independent")
    return look.finish(chart, look.Caption(_finding(shown, outlook), _subtitle(outlook, asked, shown)), width)


def _finding(shown: Sequence[PartyOutlook], outlook: Outlook) -> str:
    """How often the provider, or whoever is most at risk, has a deficit."""
    providers = [party for party in shown if party.role == "provider"] or list(shown)
    at_risk = max(providers, key=lambda party: party.probability_of_deficit)
    worst = words.compact(at_risk.mean_of_worst(0.95), outlook.currency)
    often = _often(at_risk.probability_of_deficit)
    return f"A deficit of {at_risk.name} {often}; the worst 5\u00a0% of years come to {worst} on average"


def _often(probability: float) -> str:
    """In how many years: a sum of cosines is one but for its last digit."""
    if probability <= _NEVER:
        return "in no year"
    return "in every year" if probability >= 1 - _NEVER else f"in {chance(probability)} of years"


def _subtitle(outlook: Outlook, asked: Sequence[PartyOutlook], shown: Sequence[PartyOutlook]) -> str:
    told = [
        f"{outlook.contract}, {outlook.people:,} people: what each party gets less what it pays and bears in a year. "
        "Red: deficits; black line: the mean; a thick bar: one amount with a chance of its own, cut at the top "
        "where it is far likelier than all others. Two in 1,000 years "
        "are left out at either end."
    ]
    for party in asked:
        mean = words.compact(party.mean, outlook.currency)
        if not has_distribution(party):
            told.append(f"Of {party.name} only the mean is known, {mean}.")
        elif party not in shown:
            told.append(f"{party.name[:1].upper()}{party.name[1:]}: {mean} in every year.")
    return " ".join(told)


class Drawn(NamedTuple):
    """A party's results as they are drawn: bars, upright bars for lumps, and what is said above them."""

    bars: Sequence[dict[str, Any]]
    stems: Sequence[dict[str, Any]]
    low: float
    high: float
    mean: float
    told: Sequence[str]


def _panel(party: PartyOutlook, currency: str, plot: float) -> alt.LayerChart | alt.FacetChart:
    points = _within(party._distribution(_BARS))
    lumps = [(amount, upto - below) for amount, below, upto, _ in points if upto > below]
    told = [f"{party.name}: a deficit {_often(party.probability_of_deficit)}"]
    told += _lumps_told(lumps, currency, party)
    bars, highest = _bars(points)
    drawn = Drawn(bars, stems(lumps, highest), points[0][0], points[-1][0], party.mean, told)
    return panel(drawn, currency, plot)


def panel(drawn: Drawn, currency: str, plot: float) -> alt.LayerChart | alt.FacetChart:
    """One party's results: deficits red, the mean as a line, zero as a broken one.

    Args:
        drawn: the results.
        currency: of the amounts.
        plot: the width in pixels.
    """
    low, high = drawn.low, drawn.high
    room = 0.02 * (high - low) or max(abs(low), 1.0)
    x_scale = alt.Scale(domain=[low - room, high + room], nice=False, zero=False)
    y = alt.Y("height:Q", scale=alt.Scale(domain=[0, 1.14], nice=False), axis=None)
    axis = alt.Axis(
        title=None, labelExpr=money_labels(currency), tickCount=4 if look.is_narrow(plot) else 7, grid=False
    )
    x = alt.X("from:Q", scale=x_scale, axis=axis)
    colour = alt.Color("colour:N", scale=None)
    layers: list[Any] = []
    if drawn.bars:
        bars = alt.Chart(look.data(drawn.bars)).mark_rect(strokeWidth=0.4)
        layers.append(
            bars.encode(
                x=x, x2="to:Q", y=y, y2="nothing:Q", color=colour, stroke=alt.Stroke("colour:N", scale=None)
            )
        )
    if drawn.stems:
        upright = alt.Chart(look.data(drawn.stems))
        layers.append(upright.mark_rule(strokeWidth=5).encode(x=x, y=y, y2="nothing:Q", color=colour))
    mean = alt.Chart(look.data([{"from": drawn.mean, "height": 1.0, "nothing": 0.0}]))
    layers.append(mean.mark_rule(color=look.INK, strokeWidth=1.6).encode(x=x, y=y, y2="nothing:Q"))
    if low < 0 < high:
        zero = alt.Chart(look.data([{"from": 0.0, "height": 1.04, "nothing": 0.0}]))
        layers.append(
            zero.mark_rule(color=look.MUTED, strokeWidth=1, strokeDash=[4, 3]).encode(
                x=x, y=y, y2="nothing:Q"
            )
        )
    head = alt.TitleParams(
        text=look.wrap(drawn.told[0], plot, 12.5),
        subtitle=[line for text in drawn.told[1:] for line in look.wrap(text, plot, 11.5)],
        subtitleFontSize=11.5,
        fontSize=12.5,
        anchor="start",
        offset=4,
        lineHeight=15,
    )
    return alt.layer(*layers).properties(width=plot, height=_HEIGHT, title=head)


def money_labels(currency: str) -> str:
    """A Vega expression for the labels of an axis of amounts: `−£1.2m`."""
    sign = look.quoted(words.symbol(currency))
    size = "replace(replace(format(abs(datum.value), '~s'), 'G', 'bn'), 'M', 'm')"
    return f"datum.value === 0 ? '0' : (datum.value < 0 ? '\u2212' : '') + {sign} + {size}"


def _within(
    points: Sequence[tuple[float, float, float, float]],
) -> list[tuple[float, float, float, float]]:
    """The points without the ends, where next to nothing would be drawn."""
    within = [point for point in points if point[2] >= _LEFT_OUT and point[1] <= 1 - _LEFT_OUT]
    return within or list(points)


def exactly(amount: float, currency: str) -> str:
    """An amount, without decimals where they say nothing."""
    is_whole = abs(amount - round(amount)) < 0.005
    return words.money(amount, currency, digits=0 if is_whole else None)


def _bars(points: Sequence[tuple[float, float, float, float]]) -> tuple[list[dict[str, Any]], float]:
    """What lies between each two points, over their distance: the highest is 1, and so probable."""
    step = (points[-1][0] - points[0][0]) / _BARS
    heights = []
    for (start, _, upto, _), (end, below, _, _) in itertools.pairwise(points):
        # Beside a lump a bar may be too narrow to be seen, and its height is a rounding.
        if end - start > 0.2 * step:
            heights.append((start, end, max(below - upto, 0.0) / (end - start)))
    highest = max((height for *_, height in heights), default=0.0)
    if highest <= 0:
        return [], 0.0
    bars = [
        {
            "from": start,
            "to": end,
            "height": height / highest,
            "nothing": 0.0,
            "colour": colour_of(end <= 0),
        }
        for start, end, height in heights
    ]
    return bars, highest * step


def colour_of(is_deficit: bool) -> str:
    """Red for deficits."""
    return look.VERMILLION if is_deficit else look.SKY


def stems(lumps: Sequence[tuple[float, float]], highest: float) -> list[dict[str, Any]]:
    """A bar for each amount with a chance of its own, beside other bars of which the highest is so probable.

    A likelier one would leave nothing of the others to see: it ends at the top of the panel.
    """
    return [
        {
            "from": amount,
            "height": _TOP if probability >= _TOP * highest else max(probability / highest, _LEAST),
            "nothing": 0.0,
            "colour": look.BROWN if amount < 0 else look.BLUE,
        }
        for amount, probability in lumps
    ]


def _lumps_told(lumps: Sequence[tuple[float, float]], currency: str, party: PartyOutlook) -> list[str]:
    """What the upright bars are: the likeliest three, in the order of the axis."""
    likely = sorted(lumps, key=lambda lump: -lump[1])[:3]
    told = [
        f"{exactly(amount, currency)} in {chance(probability)} of years"
        for amount, probability in sorted(likely)
        if probability >= _TOLD
    ]
    return [f"exactly {', '.join(told)}"] if told and party.standard_deviation > 0 else []


def clauses(outlook: Outlook, *, width: int = 720) -> look.ChartType:
    """What each clause comes to on average, and between whom money moves.

    Args:
        outlook: what a contract may come to.
        width: in pixels.
    """
    found = outlook._clauses()
    names = [name if payer is None else f"{name}, {payer} to {payee}" for name, payer, payee, _ in found]
    rows = Rows(names, width=width, names_width=_NAMES, thick=22)
    bars: list[dict[str, Any]] = [
        {
            "amount": mean,
            "nothing": 0.0,
            "colour": look.LINE if payer is None else look.BLUE,
            "text": words.compact(mean, outlook.currency),
        }
        | rows.bar(place)
        for place, (_, payer, _, mean) in enumerate(found)
    ]
    scale = beside_bars(
        [bar["amount"] for bar in bars], [bar["text"] for bar in bars], rows.plot, size=12, gap=14
    )
    label = money_labels(outlook.currency)
    axis = alt.Axis(title=None, tickCount=4 if rows.above else 6, labelExpr=label, grid=not rows.above)
    base = alt.Chart(look.data(bars))
    layers: list[Any] = [
        base.mark_rect().encode(
            x=alt.X("amount:Q", scale=scale, axis=axis),
            x2="nothing:Q",
            y=rows.y("top"),
            y2="bottom:Q",
            color=alt.Color("colour:N", scale=None),
        ),
        rows.rules([0.0], scale),
    ]
    sides: list[tuple[str, Literal["left", "right"], int]] = [("<", "right", -5), (">=", "left", 5)]
    for beside, align, dx in sides:
        text = base.transform_filter(f"datum.amount {beside} 0")
        mark = text.mark_text(align=align, dx=dx, fontWeight="bold")
        layers.append(mark.encode(x=alt.X("amount:Q", scale=scale), y=rows.y("middle"), text="text:N"))
    layers.append(rows.names())
    chart = alt.layer(*layers).properties(width=rows.plot, height=rows.height)
    subtitle = (
        f"{outlook.contract}, {outlook.people:,} people: the expectation of each clause in a year. "
        "Blue: money moves; grey: an amount on the way."
    )
    return look.finish(chart, look.Caption(clauses_finding(outlook), subtitle), width)


def clauses_finding(outlook: Outlook) -> str:
    """What moves on average: the two clauses that move the most."""
    moved = sorted((row for row in outlook._clauses() if row[1] is not None), key=lambda row: -abs(row[3]))
    if not moved:
        return "No clause moves money"
    told = [
        f"{name} {words.compact(abs(mean), outlook.currency)} from "
        + (f"{payer} to {payee}" if mean >= 0 else f"{payee} to {payer}")
        for name, payer, payee, mean in moved[:2]
    ]
    return f"On average a year: {'; '.join(told)}"
