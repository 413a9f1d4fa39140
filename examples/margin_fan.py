"""The first picture of the README, drawn again: `python examples/margin_fan.py PICTURE.svg CONTRACT.toml…`.

It is the comparison of `make demo`: contracts that cost the payer what the first of them does, on the people of the
RAND Health Insurance Experiment.
"""

from __future__ import annotations

import sys
from pathlib import Path

import capitation as cap
from capitation import charts, demo


def main(picture: Path, contracts: list[str]) -> None:
    """Draw it."""
    comparison = cap.compare(
        demo.population(),
        [cap.Contract.read(path) for path in contracts],
        marginal_share=demo.MARGINAL_SHARE,
        unit_costs=demo.UNIT_COSTS,
    )
    picture.write_text(charts.to_svg(comparison.plot.margin_fan()), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
