"""What all charts share: colours, lines of text, the plain look, and the way out to SVG and PNG.

Source of the palette: Okabe, Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import altair as alt
import vl_convert

from capitation._capitation import _Comparison

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capitation.model import ComparisonData, PartyName

ChartType: TypeAlias = alt.Chart | alt.LayerChart | alt.ConcatChart

INK = "#1f2933"
MUTED = "#5a6672"
GRID = "#e4e8ec"
LINE = "#9aa5b1"
BLUE, VERMILLION, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BROWN, VIOLET = "#E69F00", "#56B4E9", "#8c6d31", "#5b5b8c"
_ROLE_COLOURS = {"payer": BLUE, "provider": VERMILLION, "pool": GREEN, "reinsurer": PINK}
_SPARE_COLOURS = (ORANGE, SKY, BROWN, VIOLET)
# White text is readable on these; the others take dark text.
_DARK = {BLUE, VERMILLION, GREEN, BROWN, VIOLET, MUTED}
_FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
# A chart with less room than this is laid out for a phone.
_NARROW = 560
# Width of a letter as a part of the size of the type, on average.
_LETTER = 0.54


class Caption(NamedTuple):
    """What a chart says: its finding, and how it is read."""

    title: str
    subtitle: str


def caption(
    comparison: ComparisonData,
    chart: Literal["margin_fan", "risk", "risk_of_tail", "lorenz", "statement"],
    contract: str = "",
) -> Caption:
    """The words of a chart as the core says them, in its report too.

    Raises:
        ComparisonError: there is no such chart, with the reason.
    """
    core = _Comparison.from_json(comparison.to_json().decode())
    return Caption(*core.caption(chart, contract))


def is_narrow(width: float) -> bool:
    """Whether a chart of this width is laid out for a phone."""
    return width < _NARROW


def data(rows: Sequence[dict[str, Any]]) -> alt.InlineData:
    """Rows written into the chart itself."""
    return alt.InlineData(values=list(rows))


def wrap(text: str, width: float, size: float = 12) -> list[str]:
    """Lines no wider than this, for text of this size; a word that is longer is broken."""
    return textwrap.wrap(text, max(12, int(width / (_LETTER * size)))) or [""]


def text_width(text: str, size: float = 12) -> float:
    """About how wide text of this size is."""
    return _LETTER * size * len(text)


def quoted(text: str) -> str:
    """Text as a string of Vega's expression language."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ") + "'"


def percent_labels(decimals: int = 2, sign: str = "") -> str:
    """A Vega expression for the labels of an axis of shares; zero has no sign."""
    form = f"{sign}.{decimals}~f"
    return f"(datum.value === 0 ? '0' : format(datum.value * 100, {quoted(form)})) + '\u00a0%'"


def party_colours(parties: Sequence[PartyName]) -> dict[str, str]:
    """A colour for each party: that of its role, or a spare one where the role's is taken."""
    colours: dict[str, str] = {}
    spare = iter(_SPARE_COLOURS)
    for party in parties:
        colour = _ROLE_COLOURS[party.role]
        colours[party.name] = next(spare, MUTED) if colour in colours.values() else colour
    return colours


def ink_on(colour: str) -> str:
    """The colour of text that is readable on this one."""
    return "white" if colour in _DARK else INK


def finish(chart: Any, caption: Caption, width: int) -> ChartType:
    """The title that says the finding, and the same plain look for every chart."""
    finished: ChartType = (
        chart.properties(
            title=alt.TitleParams(
                text=wrap(caption.title, width, 15.5),
                subtitle=wrap(caption.subtitle, width, 12),
                anchor="start",
                frame="bounds",
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
        .configure_legend(labelFontSize=12, labelColor=INK, labelLimit=width - 60)
        .configure_text(fontSize=11.5, color=INK)
    )
    return finished


def said(chart: ChartType) -> str:
    """What a chart says in words: its title and what stands below it, each as a sentence."""
    title = chart.to_dict(validate=False)["title"]
    return f"{' '.join(title['text'])}. {' '.join(title['subtitle'])}"


def to_svg(chart: ChartType) -> str:
    """A chart as SVG text, without a browser."""
    svg: str = vl_convert.vegalite_to_svg(chart.to_json(validate=False))
    return svg


def to_png(chart: ChartType, *, scale: float = 2.0) -> bytes:
    """A chart as a PNG picture, without a browser; a scale of 2 gives two dots a pixel."""
    png: bytes = vl_convert.vegalite_to_png(chart.to_json(validate=False), scale=scale)
    return png
