"""Charts of a comparison that say their finding: each title is a sentence worked out from the numbers.

Every function takes the width in pixels that the chart may fill, and lays itself out for it: about 340 for a
phone, 700 and more for a page. Colours are those of Okabe and Ito, told apart by colour-blind readers; every
series is also labelled where it is drawn.

Source of the palette: Okabe, Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/.
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any, Literal

import altair as alt

from capitation import words

if TYPE_CHECKING:
    from altair.typing import ChartType

    from capitation.model import AtSize, ComparisonData, Concentration, ContractResult, PartyName

INK = "#1f2933"
MUTED = "#66717d"
GRID = "#e4e8ec"
BLUE, VERMILLION, GREEN, PINK, ORANGE, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
_ROLE_COLOURS = {"payer": BLUE, "provider": VERMILLION, "pool": GREEN, "reinsurer": PINK}
_SPARE_COLOURS = [ORANGE, SKY, "#8c6d31", "#5b5b8c"]
# White text is readable on these; the others take dark text.
_DARK = {BLUE, VERMILLION, GREEN, "#5b5b8c", "#8c6d31"}
_FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"


def _data(rows: list[dict[str, Any]]) -> alt.InlineData:
    return alt.InlineData(values=rows)


def _wrap(text: str, width: float, size: float = 12) -> list[str]:
    """Lines no wider than this, for text of this size."""
    return textwrap.wrap(text, max(12, int(width / (0.54 * size)))) or [""]


def _finish(chart: Any, title: str, subtitle: str, width: int) -> ChartType:
    """The title that says the finding, and the same plain look for every chart."""
    finished: ChartType = (
        chart.properties(
            title=alt.TitleParams(
                text=_wrap(title, width, 15.5),
                subtitle=_wrap(subtitle, width, 12),
                anchor="start",
                frame="group",
                offset=14,
            ),
            padding=6,
        )
        .configure(font=_FONT, background="white")
        .configure_view(stroke=None)
        .configure_title(
            fontSize=15,
            fontWeight="bold",
            color=INK,
            subtitleFontSize=12,
            subtitleColor=MUTED,
            subtitlePadding=5,
            lineHeight=19,
            subtitleLineHeight=16,
        )
        .configure_axis(
            labelFontSize=11.5,
            titleFontSize=11.5,
            labelColor=INK,
            titleColor=MUTED,
            titleFontWeight="normal",
            gridColor=GRID,
            domainColor="#b8c0c8",
            tickColor="#b8c0c8",
        )
        .configure_legend(labelFontSize=12, titleFontSize=12, labelColor=INK, titleColor=MUTED)
        .configure_header(labelFontSize=12.5, labelFontWeight="bold", labelColor=INK)
        .configure_text(fontSize=11.5, color=INK)
    )
    return finished


def _share_of_outlay(result: AtSize, level: str) -> float:
    return result.margin_quantiles[level] / result.outlay.mean


def _half_range(result: AtSize) -> float:
    """Half of the width that holds nine in ten results, as a share of outlay."""
    return (_share_of_outlay(result, "0.95") - _share_of_outlay(result, "0.05")) / 2


def margin_finding(comparison: ComparisonData) -> str:
    """Which contract spreads the provider's result most and least, in one sentence."""
    panel = comparison.basis.panel
    spreads = sorted(((_half_range(c.at(panel)), c.name) for c in comparison.contracts), reverse=True)
    (widest, wide), (narrowest, narrow) = spreads[0], spreads[-1]
    if len(spreads) == 1 or narrowest <= 0:
        return (
            f"On {panel:,} people the provider's result lies within ±{words.percent(widest)} of outlay "
            f"in nine years of ten under {wide}"
        )
    return (
        f"The provider's result swings {widest / narrowest:.1f} times as much under {wide} "
        f"(±{words.percent(widest)} of outlay on {panel:,} people) as under {narrow} (±{words.percent(narrowest)})"
    )


def margin_fan(comparison: ComparisonData, *, width: int = 720) -> ChartType:
    """The provider's yearly result as a share of the payer's outlay, by panel size: a fan for each contract."""
    columns = 1 if width < 560 else 2
    each = (width - 62 - 22 * (columns - 1)) / columns
    rows = []
    for contract in comparison.contracts:
        for result in contract.by_size:
            row: dict[str, Any] = {"contract": "\n".join(_wrap(contract.name, each, 13)), "size": result.size}
            row |= {f"q{level[2:]}": _share_of_outlay(result, level) for level in result.margin_quantiles}
            rows.append(row)
    labels = []
    for contract in comparison.contracts:
        result = contract.at(comparison.basis.panel)
        labels.append(
            {
                "contract": "\n".join(_wrap(contract.name, each, 13)),
                "size": comparison.basis.panel,
                "text": f"deficit in {words.percent(result.probability_of_deficit.mean, 0)} of years",
                "q5": _share_of_outlay(result, "0.5"),
            }
        )
    sizes = list(comparison.sizes)
    one_size = len(sizes) == 1
    x = alt.X(
        "size:Q",
        scale=alt.Scale(type="log", nice=False, domain=[min(sizes) * (0.5 if one_size else 1), max(sizes) * (2 if one_size else 1)]),
        axis=alt.Axis(values=sizes, format=",d", title="people in the panel", grid=False, labelOverlap="greedy", labelFlush=True),
    )
    lowest = min(row["q01"] for row in rows)
    highest = max(row["q99"] for row in rows)
    scale = alt.Scale(domain=[min(lowest, 0) * 1.08, max(highest, 0) * 1.12], nice=False)

    def band(low: str, high: str, opacity: float) -> Any:
        mark = alt.Chart().mark_rule(strokeWidth=18) if one_size else alt.Chart().mark_area(interpolate="monotone")
        y = alt.Y(f"{low}:Q", scale=scale, axis=alt.Axis(format="+.0%", title=None, tickCount=6))
        return mark.encode(x=x, y=y, y2=f"{high}:Q", color=alt.value(BLUE), opacity=alt.value(opacity))

    median = alt.Chart().mark_line(color=INK, strokeWidth=1.8, interpolate="monotone").encode(x=x, y="q5:Q")
    zero = alt.Chart().mark_rule(color=VERMILLION, strokeWidth=1.6, strokeDash=[5, 3]).encode(y=alt.datum(0))
    # The label stands in the corner that the fan, narrowing to the right, leaves free.
    label = (
        alt.Chart(_data(labels))
        .mark_text(align="right", baseline="top", dy=3, dx=-2)
        .encode(x=alt.value(each), y=alt.value(0), text="text:N")
    )
    header = alt.Header(title=None, labelExpr="split(datum.value, '\\n')", labelAnchor="start", labelPadding=5)
    fans = (
        alt.layer(
            band("q01", "q99", 0.16),
            band("q05", "q95", 0.26),
            band("q25", "q75", 0.42),
            zero,
            median,
        )
        .properties(width=each, height=210 if columns == 2 else 170)
    )
    del header
    cells = []
    for contract, text in zip(comparison.contracts, labels, strict=True):
        name = text["contract"]
        data = _data([row for row in rows if row["contract"] == name])
        del contract
        cells.append(
            alt.layer(
                fans.properties(data=data),
                alt.Chart(_data([text]))
                .mark_text(align="right", baseline="top", dy=3, dx=-2, color=INK)
                .encode(x=alt.value(each), y=alt.value(0), text="text:N"),
            ).properties(
                width=each,
                height=210 if columns == 2 else 170,
                title=alt.TitleParams(text=name.split("\n"), fontSize=12.5, anchor="start", offset=5, lineHeight=15),
            )
        )
    del label
    subtitle = (
        "Provider's result in a year, as a share of what the payer pays. Shades hold 50, 90 and 98 of 100 years; "
        f"the dark line is the median; below the dashed line is a deficit. Labels are for {comparison.basis.panel:,} people."
    )
    return _finish(alt.concat(*cells, columns=columns, spacing=22), margin_finding(comparison), subtitle, width)


def lorenz_finding(comparison: ComparisonData) -> str:
    """How much of cost the top 5 % hold, by person-year and by person."""
    years, people = comparison.concentration.person_years, comparison.concentration.people
    by_year, by_person = years.top_share(0.05), people.top_share(0.05)
    if by_year is None or by_person is None:
        return f"Half of cost falls in {words.percent(years.half_held_by)} of person-years"
    return (
        f"In any one year 5\u00a0% of people hold {words.percent(by_year, 0)} of cost; "
        f"over all their years the top 5\u00a0% hold {words.percent(by_person, 0)}"
    )


def lorenz(comparison: ComparisonData, *, width: int = 520) -> ChartType:
    """The Lorenz curves of cost, by person-year and by person, with the top 5 % and the lower half marked."""
    side = min(width - 60, 480)
    series: list[tuple[str, str, Concentration]] = [
        ("person-years", VERMILLION, comparison.concentration.person_years),
        ("people, all years", BLUE, comparison.concentration.people),
    ]
    curve_rows = [
        {"x": x, "y": y, "series": name} for name, _, c in series for x, y in c.lorenz
    ]
    point_rows: list[dict[str, Any]] = []
    for (name, _, concentration), above in zip(series, (False, True), strict=True):
        share = concentration.top_share(0.05)
        if share is not None:
            point_rows.append({"x": 0.95, "y": 1 - share, "series": name, "text": f"top 5 %: {words.percent(share)}"})
        half = concentration.top_share(0.5)
        if half is not None:
            text = f"lower half of {name}: {words.percent(1 - half)}"
            point_rows.append({"x": 0.5, "y": 1 - half, "series": name, "text": text, "half": True, "above": above})
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=[s[0] for s in series], range=[s[1] for s in series]),
        legend=None,
    )
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%", title="people, from least to most costly", values=[0, 0.25, 0.5, 0.75, 0.95], grid=False))
    y = alt.Y("y:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%", title="share of all cost", values=[0, 0.25, 0.5, 0.75, 1]))
    equal = alt.Chart(_data([{"x": 0, "y": 0}, {"x": 1, "y": 1}])).mark_line(color="#9aa5b1", strokeDash=[4, 4], strokeWidth=1.2).encode(x=x, y=y)
    equal_label = alt.Chart(_data([{"x": 0.36, "y": 0.40}])).mark_text(angle=315, color=MUTED).encode(x=x, y=y, text=alt.value("everyone the same"))
    curves = alt.Chart(_data(curve_rows)).mark_line(strokeWidth=2.4).encode(x=x, y=y, color=colour)
    five = alt.Chart(_data([{"x": 0.95}])).mark_rule(color=MUTED, strokeDash=[2, 3]).encode(x="x:Q")
    points = alt.Chart(_data(point_rows)).mark_point(filled=True, size=62, opacity=1).encode(x=x, y=y, color=colour)
    tops = [row for row in point_rows if "half" not in row]
    halves = [row for row in point_rows if "half" in row]
    for row in tops:
        row["label"] = [row["series"], row["text"]]
    top_labels = (
        alt.Chart(_data(tops))
        .mark_text(align="right", dx=-11, dy=-6, fontWeight="bold", lineBreak="\n", stroke="white", strokeWidth=4)
        .encode(x=x, y=y, text="label:N")
    )
    top_ink = (
        alt.Chart(_data(tops))
        .mark_text(align="right", dx=-11, dy=-6, fontWeight="bold")
        .encode(x=x, y=y, text="label:N", color=colour)
    )
    half_labels = [
        alt.Chart(_data([row]))
        .mark_text(align="left" if side < 340 else "center", dx=-side * 0.42 if side < 340 else 0, dy=-14 - 17 * (1 if row["above"] else 0), fontSize=11)
        .encode(x=x, y=y, text="text:N", color=colour)
        for row in halves
    ]
    chart = alt.layer(equal, equal_label, five, curves, points, top_labels, top_ink, *half_labels).properties(
        width=side, height=side * (0.85 if side > 340 else 1)
    )
    years, people = comparison.concentration.person_years, comparison.concentration.people
    subtitle = (
        f"{years.people:,} person-years of {people.people:,} people. Gini {years.gini:.3f} by person-year, "
        f"{people.gini:.3f} by person: the costly change from year to year, so the two are different statistics."
    )
    return _finish(chart, lorenz_finding(comparison), subtitle, width)


def _party_colours(parties: tuple[PartyName, ...]) -> dict[str, str]:
    """A colour for each party: that of its role, or a spare one where the role's is taken."""
    colours: dict[str, str] = {}
    spare = iter(_SPARE_COLOURS)
    for party in parties:
        colour = _ROLE_COLOURS[party.role]
        colours[party.name] = next(spare, MUTED) if colour in colours.values() else colour
    return colours


def risk_finding(comparison: ComparisonData) -> str:
    """Under which contract the providers carry most and least of the risk, in one sentence."""
    shares = sorted(((_provider_share(c, comparison.basis.panel), c.name) for c in comparison.contracts), reverse=True)
    (most, top), (least, bottom) = shares[0], shares[-1]
    if len(shares) == 1:
        return f"Under {top} the provider carries {words.percent(most, 0)} of the risk"
    return f"The provider carries {words.percent(most, 0)} of the risk under {top} and {words.percent(least, 0)} under {bottom}"


def _provider_share(contract: ContractResult, panel: int) -> float:
    providers = contract.names("provider")
    return math.fsum(p.share_of_variance.mean for p in contract.at(panel).parties if p.name in providers)


def who_carries_what(
    comparison: ComparisonData, *, measure: Literal["variance", "tail"] = "variance", width: int = 720
) -> ChartType:
    """Each party's share of the risk under each contract; a bar to the left of zero is a hedge."""
    panel = comparison.basis.panel
    colours = _party_colours(comparison.party_names)
    label_width = 0 if width < 560 else 190
    rows: list[dict[str, Any]] = []
    for contract in comparison.contracts:
        right = left = 0.0
        for party in contract.at(panel).parties:
            share = (party.share_of_variance if measure == "variance" else party.share_of_tail).mean
            start = right if share >= 0 else left
            end = start + share
            if share >= 0:
                right = end
            else:
                left = end
            rows.append(
                {
                    "contract": contract.name,
                    "party": party.name,
                    "start": start,
                    "end": end,
                    "middle": (start + end) / 2,
                    "share": share,
                    "text": words.percent(share, 0),
                }
            )
    low, high = min(r["end"] for r in rows), max(r["end"] for r in rows)
    low, high = min(low, 0.0), max(high, 1.0)
    plot = width - label_width - 24
    names = [c.name for c in comparison.contracts]
    x_scale = alt.Scale(domain=[low - 0.01, high + 0.01], nice=False)
    axis = alt.Axis(format=".0%", title="share of the year-to-year risk in total cost", tickCount=5 if width < 560 else 8)
    x = alt.X("start:Q", scale=x_scale, axis=axis)
    y_axis = (
        alt.Axis(title=None, labels=False, ticks=False, domain=False)
        if label_width == 0
        else alt.Axis(title=None, ticks=False, domain=False, labelLimit=label_width, labelPadding=8, labelExpr=_wrapped_labels(names, label_width))
    )
    step = 58 if label_width == 0 else 46
    band = alt.Scale(paddingInner=0.5 if label_width == 0 else 0.3, paddingOuter=0.25)
    y = alt.Y("contract:N", sort=names, axis=y_axis, scale=band)
    parties = [p.name for p in comparison.party_names]
    colour = alt.Color(
        "party:N",
        scale=alt.Scale(domain=parties, range=[colours[p] for p in parties]),
        legend=alt.Legend(title=None, orient="top", symbolType="square", offset=4, columns=4),
    )
    base = alt.Chart(_data(rows))
    bars = base.mark_bar(stroke="white", strokeWidth=1).encode(x=x, x2="end:Q", y=y, color=colour)
    inside = [r | {"ink": "white" if colours[r["party"]] in _DARK else INK} for r in rows if abs(r["share"]) * plot / (high - low) > 32]
    text = alt.Chart(_data(inside)).mark_text(fontWeight="bold").encode(x=alt.X("middle:Q", scale=x_scale), y=y, text="text:N", color=alt.Color("ink:N", scale=None))
    lines = alt.Chart(_data([{"at": 0.0}, {"at": 1.0}])).mark_rule(color=INK, strokeWidth=1.2).encode(x=alt.X("at:Q", scale=x_scale))
    layers = [bars, text, lines]
    if label_width == 0:
        layers.append(
            alt.Chart(_data([{"contract": n} for n in names]))
            .mark_text(align="left", baseline="bottom", dy=-17, fontWeight="bold", fontSize=12)
            .encode(x=alt.value(0), y=y, text="contract:N")
        )
    chart = alt.layer(*layers).properties(width=plot, height=alt.Step(step)).resolve_scale(color="independent")
    hedge = " A share below zero hedges: that party gains when cost is high." if low < -0.005 else ""
    what = "variance of total cost" if measure == "variance" else "dearest 5\u00a0% of years"
    subtitle = f"Shares of the {what} on panels of {panel:,} people, by Euler allocation; they add up to 100\u00a0%.{hedge}"
    return _finish(chart, risk_finding(comparison), subtitle, width)


def _wrapped_labels(names: list[str], width: int) -> str:
    """An expression that breaks each name into lines."""
    expression = "datum.label"
    for name in names:
        lines = "[" + ", ".join("'" + _quoted(line) + "'" for line in _wrap(name, width)) + "]"
        expression = f"datum.label === '{_quoted(name)}' ? {lines} : {expression}"
    return expression


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def statement_waterfall(comparison: ComparisonData, contract: str, *, width: int = 720) -> ChartType:
    """How one contract's statement leads from the first payment to the provider's surplus or deficit.

    Raises:
        KeyError: there is no such contract, or it has no provider.
    """
    result = comparison.contract(contract)
    statement = result.statement
    providers = result.names("provider")
    if not providers:
        raise KeyError(f"contract `{contract}` has no party whose role is provider")
    steps: list[tuple[str, float, str]] = []
    for line in statement.lines:
        if line.pays is None or line.amount == 0:
            continue
        inwards, outwards = line.pays.payee in providers, line.pays.payer in providers
        if inwards == outwards:
            continue
        amount = float(line.amount) * (1 if inwards else -1)
        other = line.pays.payer if inwards else line.pays.payee
        steps.append((f"{line.name}, {'from' if amount > 0 else 'to'} {other}", amount, "in" if amount > 0 else "out"))
    balances = [b for b in statement.parties if b.name in providers]
    outside = float(sum((b.outside_income for b in balances), start=balances[0].outside_income * 0))
    if outside:
        steps.append(("outside income", outside, "in"))
    borne = float(sum((b.borne for b in balances), start=balances[0].borne * 0))
    steps.append(("cost of care", -borne, "out"))
    surplus = float(sum((b.surplus for b in balances), start=balances[0].surplus * 0))
    rows: list[dict[str, Any]] = []
    level = 0.0
    for index, (name, amount, kind) in enumerate(steps):
        rows.append({"step": name, "start": level, "end": level + amount, "kind": kind, "text": words.compact(amount, statement.currency), "order": index})
        level += amount
    closing = "surplus" if surplus >= 0 else "deficit"
    rows.append({"step": closing, "start": 0.0, "end": surplus, "kind": closing, "text": words.compact(surplus, statement.currency), "order": len(rows)})
    narrow = width < 560
    label_width = 0 if narrow else 200
    plot = width - label_width - 24
    names = [r["step"] for r in rows]
    low = min(0.0, *(min(r["start"], r["end"]) for r in rows))
    high = max(0.0, *(max(r["start"], r["end"]) for r in rows))
    room = (high - low) * (62 / max(plot, 1))
    scale = alt.Scale(domain=[low - (room if low < 0 else 0), high + room], nice=False)
    sign = words.symbol(statement.currency).strip()
    axis = alt.Axis(title=None, tickCount=4 if narrow else 6, labelExpr=f"(datum.value < 0 ? '\u2212' : '') + '{_quoted(sign)}' + replace(format(abs(datum.value), '~s'), 'G', 'bn')")
    x = alt.X("start:Q", scale=scale, axis=axis)
    y_axis = (
        alt.Axis(title=None, labels=False, ticks=False, domain=False)
        if narrow
        else alt.Axis(title=None, ticks=False, domain=False, labelLimit=label_width, labelPadding=8, labelExpr=_wrapped_labels(names, label_width))
    )
    y = alt.Y("step:N", sort=names, axis=y_axis, scale=alt.Scale(paddingInner=0.5 if narrow else 0.35, paddingOuter=0.25))
    kinds = {"in": BLUE, "out": ORANGE, "surplus": GREEN, "deficit": VERMILLION}
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(kinds), range=list(kinds.values())), legend=None)
    bars = alt.Chart(_data(rows)).mark_bar(minBandSize=2).encode(x=x, x2="end:Q", y=y, color=colour)
    for row in rows:
        row["far"] = max(row["start"], row["end"])
    text = alt.Chart(_data(rows)).mark_text(align="left", dx=5, fontWeight="bold").encode(x=alt.X("far:Q", scale=scale), y=y, text="text:N")
    zero = alt.Chart(_data([{"at": 0.0}])).mark_rule(color=INK, strokeWidth=1.2).encode(x=alt.X("at:Q", scale=scale))
    links = [
        alt.Chart(_data([{"step": row["step"], "at": row["end"]}, {"step": following["step"], "at": row["end"]}]))
        .mark_line(color="#9aa5b1", strokeWidth=1, strokeDash=[2, 2])
        .encode(x=alt.X("at:Q", scale=scale), y=y)
        for row, following in zip(rows[:-1], rows[1:], strict=True)
    ]
    layers: list[Any] = [*links[:-1], bars, zero, text]
    if narrow:
        layers.append(
            alt.Chart(_data([{"step": n} for n in names]))
            .mark_text(align="left", baseline="bottom", dy=-13, fontSize=11.5)
            .encode(x=alt.value(0), y=y, text="step:N")
        )
    chart = alt.layer(*layers).properties(width=plot, height=alt.Step(46 if narrow else 38))
    income = sum(amount for _, amount, _ in steps[:-1])
    margin = f", {words.percent(abs(surplus) / income)} of its income" if income > 0 else ""
    title = f"{contract}: the provider is left with a {closing} of {words.compact(abs(surplus), statement.currency)}{margin}"
    subtitle = f"Statement on {statement.what}, {statement.on}. Blue is money in, orange is money out."
    return _finish(chart, title, subtitle, width)


def to_svg(chart: ChartType) -> str:
    """A chart as SVG text, without a browser."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(chart.to_json(validate=False))
    return svg


def to_png(chart: ChartType, *, scale: float = 2.0) -> bytes:
    """A chart as a PNG picture, without a browser; a scale of 2 gives two dots a pixel."""
    import vl_convert

    png: bytes = vl_convert.vegalite_to_png(chart.to_json(validate=False), scale=scale)
    return png
