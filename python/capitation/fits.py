"""Laws of one person's cost fitted to costs that were seen, or to shares that were published.

The law itself is `Severity`. A fit comes with the standard errors of its parameters and with what was observed beside
what the law gives, so that a law which misses the few people with most of the cost shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from capitation import tables, words
from capitation._capitation import Severity, _fit_severity, _lognormal_to_shares
from capitation.arguments import listed
from capitation.model import Record
from capitation.shown import table_and_notes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from capitation.charts import ChartType

Law = Literal["lognormal", "gamma", "gpd", "spliced"]


class Parameter(Record, frozen=True, kw_only=True):
    """A fitted parameter, by the name that it has in the constructor of `Severity`."""

    name: str
    value: float
    se: float | None
    """Its standard error, of sampling alone; none where one number was fitted to one."""


class Compared(Record, frozen=True, kw_only=True):
    """One statistic of what was seen, or given, beside that of the law."""

    observed: float | None
    fitted: float | None
    """None where the law's mean is infinite."""


class TopShare(Record, frozen=True, kw_only=True):
    """What the people with the highest costs have of all cost."""

    people: float
    """The share of people, from 0 to 1."""
    cost: Compared
    """Their share of the cost, from 0 to 1."""


class Goodness(Record, frozen=True, kw_only=True):
    """Observed against fitted."""

    kolmogorov_smirnov: float | None
    """The largest difference between the two distribution functions of costs above 0; none for a fit to shares."""
    anderson_darling: float | None
    """A², which sees the tails; none for a fit to shares. Its usual critical values are for laws not fitted."""
    top_shares: tuple[TopShare, ...]
    mean: Compared
    """Of all people, in the unit of the costs."""
    gini: Compared


class _Fit(Record, frozen=True, kw_only=True):
    """A fit as the core writes it."""

    severity: msgspec.Raw
    parameters: tuple[Parameter, ...]
    log_likelihood: float | None
    distance: float | None
    people: float | None
    mean_error: float | None
    goodness: Goodness


_PARAMETERS: dict[str, tables.Kind] = {"parameter": "text", "value": "number", "se": "number"}
_GOODNESS: dict[str, tables.Kind] = {
    "statistic": "text",
    "people": "share",
    "observed": "number",
    "fitted": "number",
}


class SeverityFit:
    """A fitted law, with what is known of how well it fits: `fit_severity` and `lognormal_to_shares` make one."""

    def __init__(self, text: str, severity: Severity, observed: Severity | None, method: str) -> None:
        """Take over what the core has fitted."""
        data = msgspec.json.decode(text, type=_Fit)
        self.severity: Severity = severity
        """The law."""
        self.observed: Severity | None = observed
        """The costs that it was fitted to, as a law; none for a fit to shares, or to a risk cell of a cost model."""
        self.parameters: tuple[Parameter, ...] = data.parameters
        """Its parameters with standard errors; `zeros` is the share of people without a cost."""
        self.log_likelihood: float | None = data.log_likelihood
        """The logarithm of the likelihood of costs above 0, weights scaled to a mean of 1; none for a fit to shares."""
        self.distance: float | None = data.distance
        """The root of the mean squared difference between given and fitted shares; none for a fit to costs."""
        self.people: float | None = data.people
        """How many people the costs are worth in a standard error; none for a fit to shares."""
        self.mean_error: float | None = data.mean_error
        """The standard error of the mean of their costs, relative to it; none for a fit to shares."""
        self.goodness: Goodness = data.goodness
        """Observed against fitted."""
        self._method = method
        self._text = text

    def parameter(self, name: str) -> Parameter:
        """One parameter.

        Raises:
            KeyError: the law has no such parameter; those it has are named.
        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        names = ", ".join(parameter.name for parameter in self.parameters)
        raise KeyError(f"there is no parameter {name!r}; there are {names}")

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of: the version, the method and the law as JSON."""
        from capitation import __version__

        return {"capitation": __version__, "method": self._method, "law": self.severity.to_json()}

    @property
    def plot(self) -> SeverityFitPlots:
        """Charts of this fit."""
        return SeverityFitPlots(self)

    def to_frame(self, table: Literal["goodness", "parameters"] = "goodness") -> pa.Table:
        """One table in Arrow, with the stamp in its metadata.

        Args:
            table: goodness (statistic, people, observed, fitted: a row for each top share, for the mean and for Gini's
                coefficient; `people` is the share of people of a top share), or parameters (parameter, value, se).

        Raises:
            ValueError: there is no such table.
        """
        match table:
            case "goodness":
                found = self.goodness
                rows: list[Sequence[Any]] = [
                    ("top share", top.people, top.cost.observed, top.cost.fitted) for top in found.top_shares
                ]
                rows += [
                    (name, None, each.observed, each.fitted)
                    for name, each in (("mean", found.mean), ("Gini", found.gini))
                ]
                made = tables.of(table, "a fitted law beside what was observed", _GOODNESS, rows)
            case "parameters":
                rows = [(each.name, each.value, each.se) for each in self.parameters]
                made = tables.of(table, "parameters of a fitted law", _PARAMETERS, rows)
            case _:
                raise ValueError(f"there is no table {table!r}; name goodness or parameters")
        return tables.frame(made, self.stamp)

    def _parameters_told(self) -> list[str]:
        return [
            f"{each.name} {each.value:.6g}" + ("" if each.se is None else f" ± {each.se:.2g}")
            for each in self.parameters
        ]

    def _compared(self) -> list[list[str]]:
        found = self.goodness

        def told(value: float | None, *, share: bool) -> str:
            return "–" if value is None else words.percent(value) if share else f"{value:,.2f}"

        rows = [
            [
                f"top {_percent(top.people)} of people",
                told(top.cost.observed, share=True),
                told(top.cost.fitted, share=True),
            ]
            for top in found.top_shares
        ]
        rows.append(["mean", *(told(each, share=False) for each in (found.mean.observed, found.mean.fitted))])
        gini = (found.gini.observed, found.gini.fitted)
        rows.append(["Gini", *("–" if each is None else f"{each:.3f}" for each in gini)])
        return rows

    def _notes(self) -> list[str]:
        notes = [f"{self._method}: {'; '.join(self._parameters_told())}"]
        found = self.goodness
        if found.kolmogorov_smirnov is not None and found.anderson_darling is not None:
            notes.append(
                f"Kolmogorov–Smirnov {found.kolmogorov_smirnov:.4f}, Anderson–Darling {found.anderson_darling:.1f}: "
                "how far off, and no test, since the law was fitted to the same costs"
            )
        if self.distance is not None:
            notes.append(
                f"given and fitted shares differ by {words.percent(self.distance, 2)} (root mean square)"
            )
        return notes

    def __repr__(self) -> str:
        """Parameters, then observed beside fitted."""
        table = words.columns([["", "observed", "fitted"], *self._compared()])
        return "\n".join([repr(self.severity), *self._notes(), *table])

    def _repr_html_(self) -> str:
        stamp = words.listed(dict(list(self.stamp.items())[:2]))
        return table_and_notes(
            "A fitted law of one person's cost",
            ["share of the cost", "observed", "fitted"],
            self._compared(),
            [repr(self.severity), *self._notes(), stamp],
        )


def _percent(share: float) -> str:
    """A share without digits that it does not have: `5 %`, `0.5 %`."""
    return f"{round(share * 100, 6):g}\u00a0%"


class SeverityFitPlots:
    """Charts of a fit, each an Altair chart."""

    def __init__(self, fit: SeverityFit) -> None:
        """Charts of this fit."""
        self._fit = fit

    def shares(self, **options: Any) -> ChartType:
        """What the people with the highest costs have of all cost: observed beside fitted."""
        from capitation.charts import severity

        return severity.shares(self._fit, **options)

    def tail(self, **options: Any) -> ChartType:
        """How many people cost more than an amount: observed beside fitted, both on scales of tens.

        Raises:
            ValueError: no observed cost is kept: the law was fitted to shares, or to a risk cell.
        """
        from capitation.charts import severity

        return severity.tail(self._fit, **options)


_METHODS = {
    "lognormal": "lognormal law by maximum likelihood",
    "gamma": "gamma law by maximum likelihood",
    "gpd": "generalised Pareto law of costs above the threshold by maximum likelihood",
    "spliced": "lognormal body up to the threshold and generalised Pareto tail above it by maximum likelihood",
}


def fit_severity(
    costs: object, weights: object | None = None, *, law: Law, threshold: float | None = None
) -> SeverityFit:
    """A law of one person's cost, fitted to costs by maximum likelihood; those without a cost are the chance of none.

    A lognormal law that is fitted so has the spread of the logarithms, and its largest costs are then too large: see
    `SeverityFit.goodness`, fit shares (`lognormal_to_shares`), or splice a tail.

    Args:
        costs: a column that speaks Arrow (a polars or pandas series, a pyarrow array) or a sequence of numbers, one for
            each person, none negative; in the unit that the law is to have, major units for a `CostModel`.
        weights: as many, of a survey: standard errors count (Σw)²/Σw² people. Rows that stand for several people each
            are to be repeated.
        law: lognormal (parameters mu, sigma, zeros), gamma (shape, scale, zeros), gpd (a generalised Pareto law of what
            exceeds the threshold: xi, beta; other costs stay out), or spliced (a lognormal body up to the threshold and
            such a tail above it: mu, sigma, above, xi, beta, zeros).
        threshold: the cost from which the tail is fitted; of gpd and spliced.

    Raises:
        RiskError: a cost or weight that cannot be, naming its row; too few different costs; or no law of the kind.
        TypeError: a threshold that is missing, or of a law that has none.
    """
    text, severity, observed = _fit_severity(costs, weights, law, threshold)
    return SeverityFit(text, severity, observed, _METHODS[law] + _from(threshold))


def _from(threshold: float | None) -> str:
    return "" if threshold is None else f", threshold {threshold:g}"


def lognormal_to_shares(
    shares: Mapping[float, float] | Iterable[tuple[float, float]], *, zeros: float, mean: float
) -> SeverityFit:
    """A lognormal law with this mean whose top shares come nearest to those given, by least squares.

    Example:
        >>> # 5 % of people hold half of the cost; 15 % have none.
        >>> lognormal_to_shares({0.05: 0.5}, zeros=0.15, mean=4_700).parameter("sigma").value  # doctest: +ELLIPSIS
        1.56472...

    Args:
        shares: a share of all people, those with the highest costs, and their share of the cost; each from 0 to 1.
        zeros: the share of people without a cost.
        mean: of all people, those without a cost included; in the unit that the law is to have.

    Raises:
        RiskError: a share that cannot be, or a mean that is not above 0.
        TypeError: one value in place of several shares.
    """
    pairs = listed("shares", shares.items() if isinstance(shares, Mapping) else shares, "pairs of shares")
    text, severity = _lognormal_to_shares(pairs, zeros, mean)
    given = ", ".join(f"top {_percent(people)} {_percent(cost)}" for people, cost in pairs)
    return SeverityFit(text, severity, None, f"lognormal law by least squares to {given}, mean {mean:g}")


def severity_html(severity: Severity) -> str:
    """A law in short: its mean, what its largest costs hold, and how it is made."""
    mean = severity.mean
    rows = [["mean", f"{mean:,.2f}"], ["without a cost", words.percent(severity.zeros)]]
    if 0 < mean < float("inf"):
        rows += [
            [f"top {_percent(people)} hold", words.percent(severity.top_share(people))]
            for people in (0.01, 0.05, 0.1)
        ]
        rows.append(["Gini", f"{severity.gini:.3f}"])
    return table_and_notes("One person's cost in a year", [], rows, [repr(severity)])
