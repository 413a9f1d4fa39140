"""What each track pays against what was saved: the cliff at the minimum rate, and the limits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import altair as alt

from capitation import words
from capitation.charts import look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capitation.reproduction import OtherTracks

_COLOURS = (look.BLUE, look.VERMILLION, look.GREEN, look.PINK, look.ORANGE, look.VIOLET, look.BROWN)
# Just below a gate, nothing is paid.
_BELOW = Decimal("0.0000001")


@dataclass(frozen=True, slots=True)
class _Line:
    """Tracks that pay the same at every rate of savings, and what they pay."""

    tracks: tuple[str, ...]
    rates: tuple[Decimal, ...]
    paid: tuple[Decimal, ...]


def payment_finding(tracks: OtherTracks) -> str:
    """What the ACO was paid, or owed, on its own track, and what the best and the worst would have given."""
    own = next((track for track in tracks.tracks if track.is_own), None)
    best = max(tracks.tracks, key=lambda track: track.came_to)
    worst = min(tracks.tracks, key=lambda track: track.came_to)
    if own is None:
        return f"{best.track} would have paid {_money(best.net)}, {worst.track} {_money(worst.net)}"
    told = f"{own.track} {'paid' if own.came_to >= 0 else 'cost'} {_money(abs(own.came_to))}"
    if best.came_to == worst.came_to:
        return f"{told}, and so would every other track"
    if own.came_to == best.came_to:
        return f"{told}; no track would have come to more, and {worst.track} to {_money(worst.net)}"
    if own.came_to == worst.came_to:
        return f"{told}; no track would have come to less, and {best.track} to {_money(best.net)}"
    return f"{told}; {best.track} would have come to {_money(best.net)}, {worst.track} to {_money(worst.net)}"


def by_savings_rate(
    tracks: OtherTracks, *, width: int = 720, least: float = -0.16, most: float = 0.30
) -> look.ChartType:
    """What each track of the year pays against the savings rate, and where this ACO's year lies.

    Args:
        tracks: one ACO's year on every track.
        width: in pixels.
        least: the lowest savings rate shown; below zero is a loss.
        most: the highest savings rate shown.
    """
    lines = _lines(tracks, least, most)
    height = 320 if look.is_narrow(width) else 380
    drawn = width - (70 if look.is_narrow(width) else 78)
    narrow = look.is_narrow(width)
    # Room beside the lines for their names; a phone has them below.
    left, right = (0.0 if narrow else _room(lines, at) for at in (0, -1))
    scale = (most - least) / (drawn - left - right)
    x = alt.X(
        "rate:Q",
        scale=alt.Scale(domain=[least - left * scale, most + right * scale], nice=False),
        axis=_axis(least, most, narrow),
    )
    low, high = _extent(lines)
    y = alt.Y(
        "paid:Q",
        scale=alt.Scale(domain=[low, high], nice=False),
        axis=alt.Axis(title="paid to the ACO (below zero: owed), $m", format=",~f", grid=True),
    )
    nothing = alt.Chart(look.data([{"rate": least, "to": most, "paid": 0}]))
    layers: list[Any] = [nothing.mark_rule(color=look.LINE).encode(x=x, x2="to:Q", y=y), *_here(tracks, x)]
    colours = [_COLOURS[place % len(_COLOURS)] for place in range(len(lines))]
    legend = alt.Legend(title=None, orient="bottom", columns=1, symbolType="stroke", labelLimit=width - 60)
    named = alt.Scale(domain=["; ".join(_together(line.tracks)) for line in lines], range=colours)
    colour = alt.Color("name:N", scale=named, legend=legend if narrow else None)
    layers += [_line(line, colour, x, y) for line in lines]
    if not narrow:
        layers += _labels(lines, x, y, (least, most), (high - low) / height)
    layers += _points(tracks, lines, x, y)
    chart = alt.layer(*layers).properties(width=drawn, height=height)
    return look.finish(chart, look.Caption(payment_finding(tracks), _subtitle(tracks)), width)


def _subtitle(tracks: OtherTracks) -> str:
    row = tracks.row
    unknown = (
        " Where participant revenue, which is not published, may limit a loss, the most that the benchmark allows is "
        "shown."
        if any(track.revenue_may_limit for track in tracks.tracks)
        else ""
    )
    saved = words.percent(float(tracks.savings_rate), 2)
    return (
        f"{row.name}, {row.year}: {saved} saved of {_money(row.benchmark.value)}. "
        f"Below its minimum rate a track pays nothing; where a line lies flat, a limit holds.{unknown}"
    )


def _extent(lines: Sequence[_Line]) -> tuple[float, float]:
    """The lowest and the highest amount shown, in millions, with room around them."""
    paid = [float(amount) / 1e6 for line in lines for amount in line.paid] + [0.0]
    low, high = min(paid), max(paid)
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room


def _lines(tracks: OtherTracks, least: float, most: float) -> list[_Line]:
    """One line for all tracks that pay the same, in the order of the tracks."""
    gates = {track.minimum_rate for track in tracks.tracks}
    steps = [Decimal(step) / 400 for step in range(round(least * 400), round(most * 400) + 1)]
    cliffs = [sign * gate - side for gate in gates for sign in (1, -1) for side in (0, sign * _BELOW)]
    rates = sorted({Decimal(str(least)), Decimal(str(most)), *steps, *cliffs})
    rates = [rate for rate in rates if least <= rate <= most]
    lines: dict[tuple[Decimal, ...], list[str]] = {}
    for track, paid in tracks.payments(rates).items():
        lines.setdefault(tuple(paid), []).append(track)
    return [_Line(tuple(names), tuple(rates), paid) for paid, names in lines.items()]


def _line(line: _Line, colour: alt.Color, x: alt.X, y: alt.Y) -> alt.Chart:
    name = "; ".join(_together(line.tracks))
    rows = [
        {"rate": float(rate), "paid": float(paid) / 1e6, "name": name}
        for rate, paid in zip(line.rates, line.paid, strict=True)
    ]
    drawn: alt.Chart = alt.Chart(look.data(rows)).mark_line(strokeWidth=2.2, strokeJoin="round")
    return drawn.encode(x=x, y=y, color=colour)


def _labels(
    lines: Sequence[_Line], x: alt.X, y: alt.Y, ends: tuple[float, float], scale: float
) -> list[alt.Chart]:
    """The names of the lines beside their ends: what is paid on the right, what is owed on the left.

    `scale` is how many millions one pixel is high: names that would lie on one another are moved apart.
    """
    labels: list[alt.Chart] = []
    for at, rate, dx in ((-1, ends[1], 5), (0, ends[0], -5)):
        by_end: dict[float, list[tuple[tuple[str, ...], str]]] = {}
        for place, line in enumerate(lines):
            colour = _COLOURS[place % len(_COLOURS)]
            by_end.setdefault(float(line.paid[at]) / 1e6, []).append((line.tracks, colour))
        free = float("inf")
        for paid, named in sorted(by_end.items(), reverse=True):
            names = _together([track for tracks, _ in named for track in tracks])
            top = min(paid + 6.5 * scale * len(names), free)
            free = top - 13.5 * scale * len(names)
            colour = named[0][1] if len(named) == 1 else look.INK
            row = alt.Chart(look.data([{"rate": rate, "paid": top, "names": names}]))
            align: Literal["left", "right"] = "right" if dx < 0 else "left"
            text = row.mark_text(
                align=align,
                baseline="top",
                dx=dx,
                fontWeight="bold",
                lineHeight=13,
                color=colour,
                fontSize=11,
            )
            labels.append(text.encode(x=x, y=y, text="names:N"))
    return labels


def _together(tracks: Sequence[str]) -> list[str]:
    """The names of several tracks, a line for those that begin alike: `BASIC A, B`."""
    begun: dict[str, list[str]] = {}
    for track in sorted(tracks):
        lead, _, last = track.rpartition(" ")
        begun.setdefault(lead, []).append(last)
    return [f"{lead} {', '.join(lasts)}".strip() for lead, lasts in begun.items()]


def _here(tracks: OtherTracks, x: alt.X) -> list[alt.Chart]:
    rate = float(tracks.savings_rate)
    rule: alt.Chart = (
        alt.Chart(look.data([{"rate": rate}])).mark_rule(color=look.MUTED, strokeDash=[3, 3]).encode(x=x)
    )
    return [rule]


def _points(tracks: OtherTracks, lines: Sequence[_Line], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """What each track gives for the year as it was; the ACO's own track is larger."""
    colours = {
        name: _COLOURS[place % len(_COLOURS)] for place, line in enumerate(lines) for name in line.tracks
    }
    points: list[alt.Chart] = []
    for track in sorted(tracks.tracks, key=lambda track: track.is_own):
        rows = look.data([{"rate": float(tracks.savings_rate), "paid": float(track.came_to) / 1e6}])
        mark = alt.Chart(rows).mark_point(
            filled=True,
            opacity=1,
            size=110 if track.is_own else 45,
            color=colours[track.track],
            stroke="white",
        )
        points.append(mark.encode(x=x, y=y))
    return points


def _room(lines: Sequence[_Line], at: int) -> float:
    """How wide the names at one end are, in pixels."""
    by_end: dict[Decimal, list[str]] = {}
    for line in lines:
        by_end.setdefault(line.paid[at], []).extend(line.tracks)
    return 12 + max(look.text_width(name, 11.5) for tracks in by_end.values() for name in _together(tracks))


def _axis(least: float, most: float, narrow: bool) -> alt.Axis:
    step = 10 if narrow else 5
    values = [percent / 100 for percent in range(-100, 101, step) if least <= percent / 100 <= most]
    labels = look.percent_labels(0)
    return alt.Axis(title="saved, as a part of the benchmark", labelExpr=labels, grid=False, values=values)


def _money(value: Decimal) -> str:
    return words.compact(float(value), "USD")
