"""Who bears the risk after each payment, and how much of it is chance by the size of a panel."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import altair as alt

from capitation import words
from capitation.charts import look
from capitation.charts.sizes import lines_legend, people_axis
from capitation.model import PartyName

if TYPE_CHECKING:
    from capitation.shares import RiskBySource, RiskTransfer


def by_step(transfer: RiskTransfer, *, measure: str = "variance", width: int = 720) -> look.ChartType:
    """What each party has of the risk, before any payment and after each.

    Args:
        transfer: what to show.
        measure: the variance, or one of the tails that were asked for, by its name in `measures`.
        width: in pixels.

    Raises:
        ValueError: there is no such measure.
    """
    told = transfer.shares(measure)
    steps = list(dict.fromkeys(step for step, _, _ in told))
    parties = [PartyName(name=party.party, role=party.role) for party in transfer.whole.parties]
    colours = look.party_colours(parties)
    # A party that never has a part of the risk is none of the chart's.
    shown = [name for name in colours if any(abs(s.share) > 5e-4 for _, p, s in told if p.party == name)]
    low = min(0.0, *(_total(transfer, measure, step, -1) for step in steps))
    high = max(1.0, *(_total(transfer, measure, step, 1) for step in steps))
    room = min(0.38 * width, 40 + max(look.text_width(step, 11.5) for step in steps))
    plot = width - room - 20
    scale = alt.Scale(domain=[low, high], nice=False)
    axis = alt.Axis(title=None, labelExpr=look.percent_labels(0), tickCount=5, grid=True)
    rows: list[dict[str, Any]] = []
    for step in steps:
        ends = {1: 0.0, -1: 0.0}
        for name in shown:
            share = next(s.share for where, p, s in told if where == step and p.party == name)
            if abs(share) <= 5e-4:
                continue
            sign = 1 if share > 0 else -1
            start = ends[sign]
            ends[sign] = start + share
            fits = abs(share) / (high - low) * plot > 34
            rows.append(
                {
                    "step": step,
                    "party": name,
                    "from": start,
                    "to": start + share,
                    "middle": start + share / 2,
                    "text": words.percent(share, 0) if fits else "",
                }
            )
    y = alt.Y(
        "step:N",
        sort=steps,
        axis=alt.Axis(title=None, labelLimit=int(room), domain=False, ticks=False),
        scale=alt.Scale(paddingInner=0.3, paddingOuter=0.15),
    )
    legend = alt.Legend(title=None, orient="top", columns=1 if look.is_narrow(width) else 4)
    colour = alt.Color(
        "party:N", scale=alt.Scale(domain=shown, range=[colours[name] for name in shown]), legend=legend
    )
    bars = alt.Chart(look.data(rows)).mark_bar()
    layers: list[Any] = [
        bars.encode(x=alt.X("from:Q", scale=scale, axis=axis), x2="to:Q", y=y, color=colour),
    ]
    for name in shown:
        text = alt.Chart(look.data([row for row in rows if row["party"] == name]))
        mark = text.mark_text(fontWeight="bold", color=look.ink_on(colours[name]))
        layers.append(mark.encode(x=alt.X("middle:Q", scale=scale), y=y, text="text:N"))
    chart = alt.layer(*layers).properties(width=plot, height=34 * len(steps) + 16)
    return look.finish(chart, look.Caption(_step_finding(transfer, measure), _step_subtitle(measure)), width)


def _total(transfer: RiskTransfer, measure: str, step: str, sign: int) -> float:
    shares = [share.share for where, _, share in transfer.shares(measure) if where == step]
    return sum(share for share in shares if share * sign > 0)


def _step_finding(transfer: RiskTransfer, measure: str) -> str:
    """Whose share the contract moves most, and which payment does most of it."""
    told = transfer.shares(measure)
    steps = list(dict.fromkeys(step for step, _, _ in told))
    of = {(step, party.party): share.share for step, party, share in told}
    names = list(dict.fromkeys(party.party for _, party, _ in told))
    first, last = steps[0], steps[-1]
    most = max(names, key=lambda name: abs(of[last, name] - of[first, name]))
    begun, left = words.percent(of[first, most], 0), words.percent(of[last, most], 0)
    what = "variance" if measure == "variance" else measure
    if begun == left:
        way = max(names, key=lambda name: max(abs(of[step, name] - of[first, name]) for step in steps))
        farthest = max(steps, key=lambda step: abs(of[step, way] - of[first, way]))
        there = words.percent(of[farthest, way], 0)
        if there != words.percent(of[first, way], 0):
            return (
                f"Payments move risk and move it back: the {way} has {words.percent(of[first, way], 0)} of it ({what}) "
                f"at first, {there} after the {farthest} and {words.percent(of[last, way], 0)} in the end"
            )
        holder = max(names, key=lambda name: of[last, name])
        return f"No payment moves risk: {holder} has {words.percent(of[last, holder], 0)} of it"
    pairs = itertools.pairwise(steps)
    _, cause = max(pairs, key=lambda pair: abs(of[pair[1], most] - of[pair[0], most]))
    return f"The {most}'s share of the risk ({what}) goes from {begun} to {left}, most of it by the {cause}"


def _step_subtitle(measure: str) -> str:
    what = (
        "the variance of all results together"
        if measure == "variance"
        else f"what all parties together lose beyond the mean ({measure})"
    )
    return f"Shares of {what}, as if the contract ended after each payment. Below zero a party hedges."


def by_size(sources: RiskBySource, *, width: int = 720) -> look.ChartType:
    """The spread of one party's result for each person, by chance alone and with all, by the size of the panel.

    Args:
        sources: what results vary by, by the size of the panel.
        width: in pixels.

    Raises:
        ValueError: there are fewer than two sizes, or more parties than one.
    """
    rows = sorted(sources.rows, key=lambda row: row.people)
    if len({row.party for row in rows}) != 1 or len({row.people for row in rows}) < 2:
        raise ValueError("a chart by size is of one party and two sizes or more; ask risk_by_panel_size()")
    lines = [
        ("chance alone", look.BLUE, [row.by_chance / row.people for row in rows]),
        (
            "chance, and what moves all costs together",
            look.VERMILLION,
            [row.with_all / row.people for row in rows],
        ),
    ]
    top = max(value for _, _, values in lines for value in values) * 1.1 or 1.0
    plot = width - 70
    sign = look.quoted(words.symbol(sources.currency))
    y_axis = alt.Axis(
        title="standard deviation, a person", labelExpr=f"{sign} + format(datum.value, ',~r')", tickCount=6
    )
    x = people_axis(rows[0].people, rows[-1].people, plot)
    y = alt.Y("sd:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=y_axis)
    legend = lines_legend(width, columns=2)
    scale = alt.Scale(domain=[line[0] for line in lines], range=[line[1] for line in lines])
    layers: list[Any] = []
    for name, _, values in lines:
        data = [{"people": r.people, "sd": v, "line": name} for r, v in zip(rows, values, strict=True)]
        base = alt.Chart(look.data(data)).encode(
            x=x, y=y, color=alt.Color("line:N", scale=scale, legend=legend)
        )
        layers.extend([base.mark_line(strokeWidth=2.5), base.mark_circle(size=36, opacity=1)])
    chart = alt.layer(*layers).properties(width=plot, height=300)
    return look.finish(chart, look.Caption(_size_finding(sources), _size_subtitle(sources)), width)


def _size_finding(sources: RiskBySource) -> str:
    rows = sorted(sources.rows, key=lambda row: row.people)
    first, last = rows[0], rows[-1]
    if first.performance is None or last.performance is None:
        return f"The result of {first.party} does not vary"
    return (
        f"What is not chance is {words.percent(first.performance)} of the {first.party}'s variance at "
        f"{first.people:,} people and {words.percent(last.performance)} at {last.people:,}"
    )


def _size_subtitle(sources: RiskBySource) -> str:
    moved = sources.stamp["costs moved together by"]
    rest = (
        "nothing moves all costs together" if moved == "nothing" else f"what moves all costs is not: {moved}"
    )
    return f"{sources.contract}. Chance is pooled away with the root of the people; {rest}."
