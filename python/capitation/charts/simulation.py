"""What a contract came to in drawn years: each party's results as a histogram, and as a fan by contract year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt

from capitation import words
from capitation.arguments import listed
from capitation.charts import look
from capitation.charts.outlook import Drawn, colour_of, exactly, money_labels, panel, stems
from capitation.outlooks import chance
from capitation.simulations import deficit_told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capitation._capitation import PartyDraws, Simulated

# Bars of a histogram: fewer where there are few draws.
_BARS = 60
_A_BAR = 8
# The part of draws at either end that is not drawn.
_LEFT_OUT = 0.002
# An amount with this part of the draws, and more than once, is a lump.
_LUMP = 0.005
# From the outermost band of a fan to the innermost: lower level, upper level, opacity.
_BANDS = ((0.05, 0.95, 0.2), (0.25, 0.75, 0.4))
_FAN_HEIGHT = 170
_AXIS = 64


def results(
    simulated: Simulated, *, parties: Sequence[str] | None = None, year: int | None = None, width: int = 720
) -> look.ChartType:
    """Each party's result in the drawn years as a histogram, with its chance of a deficit.

    Args:
        simulated: what a contract came to in drawn years.
        parties: the parties that are shown; all where they are left out.
        year: a contract year, the first being 0; all of them together where it is left out.
        width: in pixels.

    Raises:
        RiskError: there is no party of a name, or the year was not drawn.
        ValueError: no party is named.
    """
    asked = _asked(simulated, parties, year)
    plot = width - 40
    shown = [party for party in asked if party.standard_deviation.mean > 0] or asked
    panels = [panel(_drawn(party, simulated.currency), simulated.currency, plot) for party in shown]
    chart = alt.vconcat(*panels, spacing=26).resolve_scale(x="independent", y="independent")
    told = [
        f"{_whole(simulated, year)}: what each party gets less what it pays and bears. Red: deficits; black line: the "
        "mean; a thick bar: one amount with a chance of its own. Four in 1,000 draws, at the two ends, are left out."
    ]
    told += [
        f"{party.name[:1].upper()}{party.name[1:]}: {words.compact(party.mean.mean, simulated.currency)} in every draw."
        for party in asked
        if party not in shown
    ]
    return look.finish(chart, look.Caption(_finding(asked, simulated, year), " ".join(told)), width)


def _asked(simulated: Simulated, parties: Sequence[str] | None, year: int | None) -> list[PartyDraws]:
    names = (
        [party.name for party in simulated.parties]
        if parties is None
        else listed("parties", parties, "parties")
    )
    if not names:
        raise ValueError("parties=[] names nobody; leave it out to show all")
    return [simulated.party(name, year) for name in names]


def _whole(simulated: Simulated, year: int | None) -> str:
    of = f"{simulated.contract}, {simulated.people:,} people, {simulated.years:,} drawn"
    if simulated.horizon == 1:
        return f"{of} years"
    return f"{of} paths of {simulated.horizon} years, " + (
        "all years together" if year is None else f"contract year {year}"
    )


def _often(party: PartyDraws) -> str:
    """The part of draws with a deficit, as it stands in a sentence."""
    return deficit_told(party).replace("below", "fewer than").replace("above", "more than")


# The worst twentieth of so many years has enough of them for a mean.
_FEWEST = 100


def _finding(asked: Sequence[PartyDraws], simulated: Simulated, year: int | None) -> str:
    """How often the provider, or whoever is most at risk, has a deficit."""
    providers = [party for party in asked if party.role == "provider"] or list(asked)
    at_risk = max(providers, key=lambda party: party.probability_of_deficit.mean)
    what = "years" if simulated.horizon == 1 or year is not None else "paths"
    often = _often(at_risk)
    told = f"A deficit of {at_risk.name} in {often} of {what}"
    if len(at_risk) < _FEWEST:
        return told
    worst = words.compact(at_risk.mean_of_worst(0.95).mean, simulated.currency)
    return f"{told}; the worst 5\u00a0% come to {worst} on average"


def _drawn(party: PartyDraws, currency: str) -> Drawn:
    import pyarrow.compute as pc

    low, high = (float(end) for end in pc.quantile(party.draws, q=[_LEFT_OUT, 1 - _LEFT_OUT]).to_pylist())
    count = len(party)
    within = pc.filter(
        party.draws, pc.and_(pc.greater_equal(party.draws, low), pc.less_equal(party.draws, high))
    )
    seen = _counts(within)
    lumps = [(amount, number / count) for amount, number in seen.items() if number > max(_LUMP * count, 1)]
    lumped = {amount for amount, _ in lumps}
    told = [f"{party.name}: a deficit in {_often(party)} of draws"]
    likely = sorted(sorted(lumps, key=lambda lump: -lump[1])[:3])
    if likely and low < high:
        each = [f"{exactly(amount, currency)} in {chance(part)} of draws" for amount, part in likely]
        told.append(f"exactly {', '.join(each)}")
    spread = {amount: number for amount, number in seen.items() if amount not in lumped}
    bars, highest = _bars(spread, low, high, count)
    return Drawn(bars, stems(lumps, highest), low, high, party.mean.mean, told)


def _counts(values: Any) -> dict[float, int]:
    """How often each value is there."""
    import pyarrow.compute as pc

    found = pc.value_counts(values)
    return dict(zip(found.field(0).to_pylist(), found.field(1).to_pylist(), strict=True))


def _bars(seen: dict[float, int], low: float, high: float, count: int) -> tuple[list[dict[str, Any]], float]:
    """How many draws lie in each step, over the most, and their share; zero lies between two steps."""
    if not seen or high <= low:
        return [], 0.0
    step = (high - low) / min(_BARS, max(count // _A_BAR, 5))
    numbers: dict[int, int] = {}
    for amount, number in seen.items():
        place = math.floor(amount / step)
        numbers[place] = numbers.get(place, 0) + number
    most = max(numbers.values())
    bars = [
        {
            "from": max(place * step, low),
            "to": min((place + 1) * step, high),
            "height": number / most,
            "nothing": 0.0,
            "colour": colour_of(place < 0),
        }
        for place, number in sorted(numbers.items())
    ]
    return bars, most / count


def by_year(
    simulated: Simulated, *, parties: Sequence[str] | None = None, width: int = 720
) -> look.ChartType:
    """Each party's result by contract year, as a fan; not discounted.

    Args:
        simulated: what a contract came to in drawn years, over two contract years or more.
        parties: the parties that are shown; all where they are left out.
        width: in pixels.

    Raises:
        RiskError: there is no party of a name.
        ValueError: no party is named, or one contract year alone was drawn.
    """
    if simulated.horizon == 1:
        raise ValueError(
            "one contract year was drawn; simulate with a horizon of 2 or more to see years side by side"
        )
    names = [party.name for party in _asked(simulated, parties, None)]
    plot = width - _AXIS
    panels = [_fan(simulated, name, plot) for name in names]
    chart = alt.vconcat(*panels, spacing=24).resolve_scale(x="independent", y="independent")
    subtitle = (
        f"{_whole(simulated, None).rsplit(', ', 1)[0]}: what each party gets less what it pays and bears in each, not "
        "discounted. Black: the mean; shaded: half of the paths, and nine in ten."
    )
    return look.finish(chart, look.Caption(_finding_by_year(simulated, names), subtitle), width)


def _finding_by_year(simulated: Simulated, names: Sequence[str]) -> str:
    """From the first year to the last, for the provider or the first party."""
    asked = [simulated.party(name, 0) for name in names]
    name = next((party.name for party in asked if party.role == "provider"), names[0])
    first, last = simulated.party(name, 0), simulated.party(name, simulated.horizon - 1)
    means = [words.compact(party.mean.mean, simulated.currency) for party in (first, last)]
    return (
        f"{name[:1].upper()}{name[1:]}: {means[0]} on average in the first year and {means[1]} in the last; "
        f"a deficit in {_often(first)} and {_often(last)} of draws"
    )


def _fan(simulated: Simulated, name: str, plot: float) -> alt.LayerChart | alt.FacetChart:
    rows = []
    for year in range(simulated.horizon):
        party = simulated.party(name, year)
        row = {"year": year, "mean": party.mean.mean}
        for place, (low, high, _) in enumerate(_BANDS):
            lower, upper = party.quantiles([low, high])
            row |= {f"low{place}": lower.mean, f"high{place}": upper.mean}
        rows.append(row)
    last = simulated.horizon - 1
    marked = list(range(0, last + 1, max(1, math.ceil(last / 10))))
    x = alt.X(
        "year:Q",
        scale=alt.Scale(domain=[0, last], nice=False),
        axis=alt.Axis(values=marked, format="d", title="contract year, the first being 0", grid=False),
    )
    axis = alt.Axis(labelExpr=money_labels(simulated.currency), title=None, tickCount=5)
    scale = alt.Scale(zero=False, nice=True)
    base = alt.Chart(look.data(rows))
    layers: list[Any] = [
        base.mark_area().encode(
            x=x,
            y=alt.Y(f"low{place}:Q", scale=scale, axis=axis),
            y2=f"high{place}:Q",
            color=alt.value(look.BLUE),
            opacity=alt.value(opacity),
        )
        for place, (_, _, opacity) in enumerate(_BANDS)
    ]
    lowest, highest = min(row["low0"] for row in rows), max(row["high0"] for row in rows)
    if lowest < 0 < highest:
        zero = alt.Chart(look.data([{"zero": 0.0}]))
        layers.append(
            zero.mark_rule(color=look.VERMILLION, strokeWidth=1.4, strokeDash=[5, 3]).encode(
                y=alt.Y("zero:Q", scale=scale, axis=axis)
            )
        )
    line = base.mark_line(color=look.INK, strokeWidth=1.8, point=alt.OverlayMarkDef(color=look.INK, size=24))
    layers.append(line.encode(x=x, y=alt.Y("mean:Q", scale=scale, axis=axis)))
    head = alt.TitleParams(text=look.wrap(name, plot, 12.5), fontSize=12.5, anchor="start", offset=5)
    return alt.layer(*layers).properties(width=plot, height=_FAN_HEIGHT, title=head)
