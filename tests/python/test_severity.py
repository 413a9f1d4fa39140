"""Laws of one person's cost, against published shares and closed forms, and their fits."""

from __future__ import annotations

import json
import math
import pickle
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import capitation as cap
from capitation import Severity, charts

if TYPE_CHECKING:
    from collections.abc import Callable

# What the top 1, 5, 10, 20 and 50 % have of the cost, and Gini's coefficient, to four digits: closed forms, for laws
# in which 5 % have half of the cost or 1 % have 30 %. Pareto laws begin at 1, whose unit does not matter; the top share
# of one is p^(1 − 1/alpha): 0.2^0.261439 is 0.6565.
SHARES: list[tuple[Severity, list[float]]] = [
    (Severity.lognormal(7.0, 1.644854), [0.2478, 0.5000, 0.6418, 0.7891, 0.9500, 0.7552]),
    (Severity.lognormal(7.0, 1.801947), [0.3000, 0.5624, 0.6986, 0.8316, 0.9642, 0.7974]),
    (Severity.pareto(1.301030, 1.0), [0.3445, 0.5000, 0.5870, 0.6891, 0.8518, 0.6242]),
    (Severity.pareto(1.353985, 1.0), [0.3000, 0.4569, 0.5477, 0.6565, 0.8343, 0.5855]),
    (Severity.pareto(1.160964, 1.0), [0.5281, 0.6601, 0.7267, 0.8000, 0.9084, 0.7565]),
    (Severity.lognormal(7.0, 1.564726).with_zeros(0.15), [0.2420, 0.5000, 0.6472, 0.8004, 0.9631, 0.7717]),
]


@pytest.mark.parametrize(("law", "expected"), SHARES)
def test_shares_are_those_of_the_closed_forms(law: Severity, expected: list[float]) -> None:
    found = [*law.top_share([0.01, 0.05, 0.10, 0.20, 0.50]), law.gini]
    assert found == pytest.approx(expected, abs=5.1e-5)


def test_a_stop_loss_on_a_lognormal_law() -> None:
    # E(X − d)⁺ of ln X normal with mean 0 and deviation 1, at d of 1, 2, 5 and 10.
    law = Severity.lognormal(0.0, 1.0)
    found = law.excess_mean([1.0, 2.0, 5.0, 10.0])
    assert found == pytest.approx([0.887143, 0.534851, 0.178195, 0.052357], abs=5e-7)
    # What is below a cap and what is above make the mean, e^½.
    below = law.limited_mean(5.0)
    assert below + law.excess_mean(5.0) == pytest.approx(math.exp(0.5), rel=1e-14)


def test_each_law_has_its_distribution_function() -> None:
    # 1 − e⁻²; (2/4)³; (1 + 2/2)⁻³; (1 + 0.5 × 4/2)⁻²; each above the amount, to rounding.
    laws = [
        (Severity.gamma(1.0, 5.0), 10.0, math.exp(-2.0)),
        (Severity.pareto(3.0, 2.0), 4.0, 0.125),
        (Severity.lomax(3.0, 2.0), 2.0, 0.125),
        (Severity.generalized_pareto(1.0, 0.5, 2.0), 5.0, 0.25),
        (Severity.empirical([0.0, 10.0, 20.0, 20.0]), 10.0, 0.5),
        (Severity.empirical([10.0, 20.0], [1.0, 3.0]), 10.0, 0.75),
        (Severity.certain(7.0), 7.0, 0.0),
    ]
    for law, x, above in laws:
        assert law.survival(x) == pytest.approx(above, rel=1e-13), law
        assert law.cdf(x) == pytest.approx(1 - above, rel=1e-13), law
    assert Severity.empirical([0.0, 10.0, 20.0, 20.0]).zeros == 0.25
    assert Severity.gamma(2.0, 5.0).mean == 10.0
    assert Severity.gamma(2.0, 5.0).with_zeros(0.5).mean == 5.0
    assert math.isinf(Severity.pareto(1.0, 2.0).mean)


def test_a_mixture_is_the_mean_of_its_kinds() -> None:
    # A fifth of people is older, and costs three times as much: 0.8 + 0.2 × 3.
    young = Severity.lognormal(7.0, 1.6)
    anybody = Severity.mixture([(4, young), (1, young.scaled(3.0))])
    assert anybody.mean == pytest.approx(1.4 * young.mean, rel=1e-13)
    assert repr(anybody) == "Severity.mixture(2 laws)"
    assert Severity.from_json(anybody.to_json()) == anybody


def test_a_tail_begins_where_it_is_put() -> None:
    body = Severity.lognormal(7.0, 1.5)
    spliced = Severity.spliced(body, at=50_000.0, above=0.01, xi=0.35, beta=28_000.0)
    assert spliced.survival(50_000.0) == pytest.approx(0.01, rel=1e-13)
    # P(X > 50,000 + y) = 0.01 (1 + 0.35 y/28,000)^(−1/0.35); y = 80,000 gives 2^(−1/0.35).
    assert spliced.survival(130_000.0) == pytest.approx(0.01 * 2 ** (-1 / 0.35), rel=1e-12)
    continued = body.with_tail(at=50_000.0, xi=0.35, beta=28_000.0)
    assert continued.survival(50_000.0) == pytest.approx(body.survival(50_000.0), rel=1e-13)


def test_a_law_is_scaled() -> None:
    law = Severity.lognormal(0.0, 1.5).with_zeros(0.2)
    assert law.rescaled_to(3_300.0).mean == pytest.approx(3_300.0, rel=1e-14)
    assert law.scaled(100.0).mean == pytest.approx(100.0 * law.mean, rel=1e-14)
    assert law.rescaled_to(3_300.0).gini == pytest.approx(law.gini, rel=1e-12)


@pytest.mark.parametrize(
    "column", [list, tuple, pl.Series, pa.array, pd.Series, lambda values: pd.Series(values).to_numpy()]
)
def test_a_column_of_amounts_gives_a_list(column: Callable[[list[float]], Any]) -> None:
    law = Severity.lognormal(0.0, 1.0)
    amounts = [0.0, 1.0, 2.0]
    assert law.cdf(column(amounts)) == [law.cdf(x) for x in amounts]
    levels = [0.5, 0.9]
    assert law.quantile(column(levels)) == [law.quantile(p) for p in levels]
    assert law.upper_quantile(column(levels)) == [law.upper_quantile(q) for q in levels]
    assert law.quantile(0.5) == pytest.approx(1.0, rel=1e-14)
    assert Severity.empirical(column(amounts)) == Severity.empirical([0.0, 1.0, 2.0])


LAWS = {
    "Severity.lognormal(mu=7.0, sigma=1.5)": Severity.lognormal(7.0, 1.5),
    "Severity.gamma(shape=2.0, scale=5.0).with_zeros(0.25)": Severity.gamma(2.0, 5.0).with_zeros(0.25),
    "Severity.generalized_pareto(threshold=2.0, xi=0.5, beta=1.0)": Severity.pareto(2.0, 2.0),
    "Severity.lognormal(mu=7.0, sigma=1.5).with_tail(at=50000.0, xi=0.35, beta=28000.0)": Severity.lognormal(
        7.0, 1.5
    ).with_tail(at=50_000.0, xi=0.35, beta=28_000.0),
    "Severity.spliced(Severity.gamma(shape=2.0, scale=5.0), at=9.0, above=0.1, xi=0.5, beta=1.0)": Severity.spliced(
        Severity.gamma(2.0, 5.0), at=9.0, above=0.1, xi=0.5, beta=1.0
    ),
    "Severity.empirical(2 different costs)": Severity.empirical([1.0, 2.0]),
    "Severity.certain(7.0)": Severity.certain(7.0),
    "Severity.certain(0.0)": Severity.certain(0.0),
}


@pytest.mark.parametrize("told", LAWS)
def test_a_law_is_told_saved_and_read_back(told: str) -> None:
    law = LAWS[told]
    assert repr(law) == told
    assert Severity.from_json(law.to_json()) == law
    assert pickle.loads(pickle.dumps(law)) == law
    assert hash(pickle.loads(pickle.dumps(law))) == hash(law)
    assert law != Severity.certain(8.0)
    assert told.replace(">", "&gt;") in law._repr_html_()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Severity.lognormal(7.0, 0.0),
            "severity, lognormal, sigma: 0 is out of range; "
            "give a standard deviation of the logarithm above 0, such as 1.5",
        ),
        (
            lambda: Severity.empirical([1.0, -2.0]),
            "severity, empirical, cost of row 1 (the first is 0): -2 is no cost; "
            "give amounts of 0 or more, and leave out what is missing",
        ),
        (
            lambda: Severity.lognormal(0.0, 1.0).quantile([0.5, 1.5]),
            "severity, level: 1.5 is not a level; give a level from 0 to 1",
        ),
        (
            lambda: Severity.pareto(0.9, 1.0).gini,
            "severity, the Gini coefficient: the mean is infinite; use a tail with ξ below 1 (\u03b1 above 1), "
            "or ask about costs below a cap",
        ),
        (
            lambda: Severity.empirical(pl.Series([1.0, None])),
            "costs, row 1: the value is missing (null, or NaN in pandas); fill or remove the row; rows count from 0",
        ),
    ],
)
def test_what_cannot_be_is_refused(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(cap.RiskError) as raised:
        make()
    assert str(raised.value) == message
    assert raised.value.remedy == message.split("; ", 1)[1]


def test_a_text_that_is_no_law_is_refused() -> None:
    for text in ("nothing", '{"zeros":0,"cost":{"lognormal":{"mu":0,"sigma":-1}}}'):
        with pytest.raises(ValueError, match=r"^severity: "):
            Severity.from_json(text)


# ln cost is 1, 2 and 3: mean 2, variance 2/3; one of four people has no cost.
COSTS = [math.exp(1.0), math.exp(2.0), 0.0, math.exp(3.0)]


def test_a_lognormal_fit_by_hand() -> None:
    fit = cap.fit_severity(COSTS, law="lognormal")
    sigma = math.sqrt(2 / 3)
    assert fit.parameter("mu").value == pytest.approx(2.0, rel=1e-14)
    assert fit.parameter("mu").se == pytest.approx(sigma / math.sqrt(3), rel=1e-12)
    assert fit.parameter("sigma").value == pytest.approx(sigma, rel=1e-14)
    assert fit.parameter("sigma").se == pytest.approx(sigma / math.sqrt(6), rel=1e-12)
    assert fit.parameter("zeros").value == 0.25
    assert fit.severity.mean == pytest.approx(0.75 * math.exp(2 + 1 / 3), rel=1e-12)
    assert fit.observed == Severity.empirical(COSTS)
    assert fit.goodness.mean.observed == pytest.approx(sum(COSTS) / 4, rel=1e-12)
    assert fit.distance is None
    # The sum of −ln x − ln sigma − ½ ln 2π, less 3/2.
    expected = -6 - 3 * math.log(sigma) - 1.5 * math.log(2 * math.pi) - 1.5
    assert fit.log_likelihood == pytest.approx(expected, rel=1e-12)
    with pytest.raises(KeyError, match="there is no parameter 'xi'; there are mu, sigma, zeros"):
        fit.parameter("xi")


def drawn(count: int) -> list[float]:
    """A third have no cost; those of the others are quantiles of a law with a heavy tail, at even levels."""
    law = Severity.lognormal(7.0, 1.4).with_tail(at=20_000.0, xi=0.3, beta=12_000.0)
    return [0.0] * (count // 3) + law.quantile([(place + 0.5) / count for place in range(count)])


@pytest.mark.parametrize(
    ("law", "threshold", "expected"),
    [
        ("gamma", None, ["shape", "scale", "zeros"]),
        ("gpd", 20_000.0, ["xi", "beta"]),
        ("spliced", 20_000.0, ["mu", "sigma", "above", "xi", "beta", "zeros"]),
    ],
)
def test_every_law_is_fitted(law: Any, threshold: float | None, expected: list[str]) -> None:
    fit = cap.fit_severity(pl.Series(drawn(6_000)), law=law, threshold=threshold)
    assert [parameter.name for parameter in fit.parameters] == expected
    for parameter in fit.parameters:
        assert parameter.se is not None
        assert parameter.se >= 0
    if "xi" in expected:
        # The law that the costs are quantiles of, within three standard errors.
        for name, true in (("xi", 0.3), ("beta", 12_000.0)):
            found = fit.parameter(name)
            assert found.se is not None
            assert abs(found.value - true) < 3 * found.se, name
    assert fit.observed is not None
    if law == "gpd":
        # The costs above the threshold alone.
        assert fit.observed.quantile(0.0) > 20_000.0
    # Twice the weight is the same fit.
    again = cap.fit_severity(drawn(6_000), [2.0] * 8_000, law=law, threshold=threshold)
    assert [each.value for each in again.parameters] == pytest.approx([each.value for each in fit.parameters])


def test_a_law_is_fitted_to_published_shares() -> None:
    # 15 % without a cost and 5 % with half of it: sigma 1.564726.
    fit = cap.lognormal_to_shares({0.05: 0.5}, zeros=0.15, mean=4_700)
    assert fit.parameter("sigma").value == pytest.approx(1.564726, abs=5e-7)
    assert fit.parameter("sigma").se is None
    assert fit.severity.mean == pytest.approx(4_700.0, rel=1e-12)
    assert fit.distance == pytest.approx(0.0, abs=1e-12)
    assert fit.observed is None
    # Both of the shares that are often quoted cannot be met: 5 % with half, 1 % with 30 %.
    both = cap.lognormal_to_shares([(0.05, 0.5), (0.01, 0.3)], zeros=0.0, mean=1.0)
    assert both.distance is not None
    assert both.distance > 0.02
    assert 1.644854 < both.parameter("sigma").value < 1.801947
    with pytest.raises(ValueError, match="no cost that was observed is kept"):
        both.plot.tail()


def test_a_fit_is_tables_with_its_stamp() -> None:
    fit = cap.fit_severity(drawn(600), law="lognormal")
    goodness = fit.to_frame()
    assert goodness.column_names == ["statistic", "people", "observed", "fitted"]
    assert goodness.num_rows == 7
    assert goodness["people"].to_pylist() == [0.01, 0.05, 0.1, 0.2, 0.5, None, None]
    parameters = fit.to_frame("parameters")
    assert parameters["parameter"].to_pylist() == ["mu", "sigma", "zeros"]
    for table in (goodness, parameters):
        stamp = json.loads(table.schema.metadata[b"capitation.stamp"])
        assert stamp == fit.stamp
        assert stamp["method"] == "lognormal law by maximum likelihood"
        assert Severity.from_json(stamp["law"]) == fit.severity
    with pytest.raises(ValueError, match="there is no table 'shares'; name goodness or parameters"):
        fit.to_frame("shares")  # type: ignore[arg-type]
    told = repr(fit)
    assert "top 5\u00a0% of people" in told
    assert "Kolmogorov" in told
    shown = ElementTree.fromstring(fit._repr_html_())
    assert "lognormal law by maximum likelihood" in "".join(shown.itertext())


@pytest.mark.parametrize("width", [340, 720])
def test_charts_of_a_fit_say_where_it_misses(width: int) -> None:
    fit = cap.fit_severity(drawn(6_000), law="lognormal")
    for chart in (fit.plot.shares(width=width), fit.plot.tail(width=width)):
        drawn_svg = ElementTree.fromstring(charts.to_svg(chart))
        assert float(drawn_svg.attrib["width"]) <= width + 10
        assert charts.said(chart).startswith("The law puts ")
    met = cap.lognormal_to_shares({0.05: 0.5}, zeros=0.15, mean=4_700)
    said = charts.said(met.plot.shares(width=width))
    assert said.startswith("The law meets what was observed: the top 5\u00a0% have 50.0\u00a0% of the cost.")
    heavy = Severity.generalized_pareto(0.0, 1.3, 1.0)
    heavy_costs = heavy.quantile([(place + 0.5) / 500 for place in range(500)])
    endless = cap.fit_severity(heavy_costs, law="gpd", threshold=0.0)
    assert endless.severity.mean == math.inf
    assert charts.said(endless.plot.shares(width=width)).startswith("The fitted law has no mean")


@pytest.mark.parametrize(
    ("law", "threshold", "kind", "message"),
    [
        ("gpd", None, TypeError, 'law="gpd" needs a threshold: the cost from which the tail is fitted'),
        (
            "gamma",
            5.0,
            TypeError,
            'law="gamma" has no threshold (5); leave it out, or fit "gpd" or "spliced"',
        ),
        (
            "weibull",
            None,
            ValueError,
            'law="weibull"; name "lognormal", "gamma", "gpd" (a generalised Pareto tail) or "spliced"',
        ),
        (
            "gpd",
            5.0,
            cap.RiskError,
            "severity, fit of a tail: 2 different costs exceed 5; "
            "give a lower threshold: ten are needed, better a hundred",
        ),
    ],
)
def test_what_cannot_be_fitted_is_refused(
    law: Any, threshold: float | None, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as raised:
        cap.fit_severity(COSTS, law=law, threshold=threshold)
    assert str(raised.value) == message


def test_shares_that_cannot_be_are_refused() -> None:
    with pytest.raises(cap.RiskError) as raised:
        cap.lognormal_to_shares({0.5: 0.2}, zeros=0.0, mean=1.0)
    assert str(raised.value) == (
        "severity, fit to shares: 0.5 of people cannot have 0.2 of the cost where 0 have none; "
        "give shares of all people, the highest costs first, between 0 and 1"
    )


def test_one_value_is_no_list_of_costs_or_shares() -> None:
    with pytest.raises(TypeError, match="costs=None is no column: give a list of numbers"):
        cap.fit_severity(None, law="lognormal")
    with pytest.raises(TypeError, match="costs=b'abc' is no column: give a list of numbers"):
        cap.fit_severity(b"abc", law="lognormal")
    with pytest.raises(TypeError, match="shares=None is one value, and a list of pairs of shares is needed"):
        cap.lognormal_to_shares(None, zeros=0.1, mean=1.0)  # type: ignore[arg-type]


def test_the_example_of_the_module_runs() -> None:
    import doctest

    from capitation import fits

    failed, tried = doctest.testmod(fits)
    assert (failed, tried) == (0, 1)
