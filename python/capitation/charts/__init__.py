"""Charts of a comparison that say their finding: each title is a sentence worked out from the numbers.

Every function takes the width in pixels that the chart may fill, and lays itself out for it: about 340 for a
phone, 700 and more for a page. Colours are those of Okabe and Ito, told apart by colour-blind readers; every
series is also labelled where it is drawn.
"""

from capitation.charts.fan import margin_fan, margin_finding
from capitation.charts.inequality import lorenz, lorenz_finding
from capitation.charts.look import ChartType, said, to_png, to_svg
from capitation.charts.risk import risk_finding, who_carries_what
from capitation.charts.waterfall import statement_waterfall, waterfall_finding

__all__ = [
    "ChartType",
    "lorenz",
    "lorenz_finding",
    "margin_fan",
    "margin_finding",
    "risk_finding",
    "said",
    "statement_waterfall",
    "to_png",
    "to_svg",
    "waterfall_finding",
    "who_carries_what",
]
