"""Charts of a comparison that say their finding: each title is a sentence worked out from the numbers, by the core.

Every function takes the width in pixels that the chart may fill, and lays itself out for it: about 340 for a
phone, 700 and more for a page. Colours are those of Okabe and Ito, told apart by colour-blind readers; every
series is also labelled where it is drawn.
"""

from capitation.charts.deprivation import by_fifth
from capitation.charts.distance import before_and_after
from capitation.charts.fan import margin_fan
from capitation.charts.gains import gains_and_losses
from capitation.charts.inequality import lorenz
from capitation.charts.look import Caption, ChartType, caption, said, to_png, to_svg
from capitation.charts.risk import who_carries_what
from capitation.charts.waterfall import statement_waterfall

__all__ = [
    "Caption",
    "ChartType",
    "before_and_after",
    "by_fifth",
    "caption",
    "gains_and_losses",
    "lorenz",
    "margin_fan",
    "said",
    "statement_waterfall",
    "to_png",
    "to_svg",
    "who_carries_what",
]
