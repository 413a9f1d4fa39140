"""The picture of power against risk in the README, drawn again: `python examples/power_and_risk.py PICTURE.svg`.

The contract is that of notebooks/04-who-carries-the-risk.ipynb: capitation with stop-loss and a corridor, with its
attachment and its corridor varied.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import capitation as cap
from capitation import charts

GAIN, LOSS = "provider's share of a gain", "provider's share of a loss"
WIDTHS, SHARES = ("0.005", "0.01", "0.02", "0.04"), ("0", "0.25", "0.5", "0.75")


def contracts() -> cap.Family:
    """Five attachments with seventeen corridors each."""
    half = [("0.02", "1"), ("0.06", "0.5"), (None, "0")]
    day = {"first_day": "2026-04-01", "last_day": "2027-03-31"}
    template = (
        cap.ContractBuilder("Capitation with stop-loss and a corridor", currency="GBP", **day)
        .between("commissioner", "trust")
        .capitation("412.50", "Illustration")
        .stop_loss(
            "50000",
            "Illustration",
            provider_keeps="0.10",
            premium_per_member_month="32.36",
            carried_by="reinsurer",
        )
        .corridor(gains=half, losses=half, source="Illustration")
        .build()
    )
    corridors: dict[str, Any] = {"none": {GAIN: [("1", "1"), (None, "1")], LOSS: [("1", "1"), (None, "1")]}}
    for width in WIDTHS:
        for share in SHARES:
            bands = [(width, "1"), (None, share)]
            corridors[f"all of {float(width):.1%} then {float(share):.0%}"] = {GAIN: bands, LOSS: bands}
    attachments = ["20000", "50000", "100000", "200000", "1000000"]
    return cap.Family.grid(template, {"attachment": attachments, "corridor": corridors})


def main(picture: Path) -> None:
    """Draw it."""
    younger = cap.Severity.lognormal(0.0, 1.5).with_zeros(0.20).rescaled_to(3_300)
    older = cap.lognormal_to_shares({0.05: 0.30}, zeros=0.05, mean=9_900).severity
    people = cap.CostModel("GBP").cell("under 65", 15_000, younger).cell("65 and over", 5_000, older)
    fair: dict[str, Any] = {
        "provider": "trust",
        "premium": ("stop-loss premium per member month", "0"),
        "reserve": "1500000",
    }
    best = cap.design(contracts(), people, max_prob_deficit=0.05, **fair)
    frontier = cap.frontier(contracts(), people, **fair)
    picture.write_text(charts.to_svg(frontier.plot.frontier(mark=[best.chosen.label])), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
