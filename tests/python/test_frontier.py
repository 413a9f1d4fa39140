"""Power against risk, designs, capital, premiums and panels by size: against closed forms and outlooks."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

import capitation as cap
from capitation import CostModel, Family, Severity, Shock, charts

if TYPE_CHECKING:
    from collections.abc import Callable

SVG = "{http://www.w3.org/2000/svg}"
GAIN, LOSS = "provider's share of a gain", "provider's share of a loss"
PREMIUM = "stop-loss premium per member month"


def person(mean: float) -> Severity:
    return Severity.lognormal(0.0, 1.5).with_zeros(0.2).rescaled_to(mean)


def model(people: int = 2_000) -> CostModel:
    return CostModel("GBP").cell("all", people, person(4_950.0))


def deviation(people: int) -> float:
    """Of what people cost together: a lognormal with sigma 1.5, and a fifth without a cost."""
    return 4_950 * math.sqrt((math.exp(1.5**2) / 0.8 - 1) * people)


def shares(contract: cap.Contract) -> Family:
    """The provider keeps a share of every gain and loss: 0, a tenth, … all of it."""
    points: dict[str, Any] = {
        f"{tenths / 10}": {GAIN: [(None, f"{tenths / 10}")], LOSS: [(None, f"{tenths / 10}")]}
        for tenths in range(11)
    }
    return Family.grid(contract, {"share": points})


def test_power_is_what_a_provider_keeps(template: Callable[[str], cap.Contract]) -> None:
    power = template("capitation").power(model())
    assert [power.volume, power.unit_cost] == pytest.approx([1.0, 1.0], abs=1e-9)
    assert (power.saved, power.held) == (Decimal("0.01"), [])
    assert power.slack is not None
    assert power.slack < 1e-6
    # What is kept above the attachment is a tenth. Saving one per cent of everything moves the part above it by
    # E(X − a)⁺ − E(0.99 X − a)⁺ of 0.01 E(X).
    law = person(4_950.0)
    moved = law.excess_mean(100_000.0) - 0.99 * law.excess_mean(100_000.0 / 0.99)
    expected = 1 - 0.9 * moved / (0.01 * 4_950)
    found = template("stop-loss").power(model(), "provider", saving="0.01")
    assert found.volume == pytest.approx(expected, abs=1e-6)
    assert repr(found).startswith(f"Power(volume {expected:.4f}")
    # What the reinsurer keeps is the rest.
    other = template("stop-loss").power(model(), "reinsurer")
    assert other.volume == pytest.approx(1 - expected, abs=1e-6)


def test_what_a_power_cannot_be_asked(template: Callable[[str], cap.Contract]) -> None:
    contract = template("capitation")
    with pytest.raises(
        cap.RiskError, match=r"party: the contract has no party `trust`; its parties are `payer`"
    ):
        contract.power(model(), "trust")
    with pytest.raises(
        cap.RiskError, match=r"saving: 0\.6 of the cost is saved; give a part from 0\.000001 to 0\.5"
    ):
        contract.power(model(), saving="0.6")
    with pytest.raises(TypeError, match=r"0\.01 is a float, and an amount must be exact"):
        contract.power(model(), saving=0.01)  # type: ignore[arg-type]
    with pytest.raises(cap.SettlementError, match="input `quality`"):
        contract.power(model(), given={"quality": 1})


def test_a_frontier_is_its_contracts(template: Callable[[str], cap.Contract]) -> None:
    family = Family.grid(template("stop-loss"), {"attachment": ["20000", 100_000]}) + shares(
        template("corridor")
    )
    assert (len(family), repr(family)) == (13, "Family(13 contracts)")
    frontier = cap.frontier(family, model(), premium=(PREMIUM, "0"), reserve="500000", level=0.9)
    assert [point.label for point in frontier.points[:2]] == ["attachment 20000", "attachment 100000"]
    assert {point.label for point in frontier.points[13:]} == {"cost reimbursement", "full capitation"}
    assert frontier.refused == {}
    for label in ("attachment 20000", "share 0.3"):
        point, contract = frontier.point(label), frontier.contract(label)
        provider = contract.outlook(model()).party("provider")
        assert point.risk.standard_deviation * 2_000 == pytest.approx(provider.standard_deviation, rel=1e-6)
        assert point.risk.tvar * 2_000 == pytest.approx(-provider.mean_of_worst(0.9), rel=1e-4)
        beyond = provider.probability_below(-500_000.0)
        assert point.risk.probability_beyond_reserve == pytest.approx(beyond, abs=1e-8)
        assert point.power.volume == pytest.approx(contract.power(model()).volume, abs=1e-8)
        assert point.outlay == pytest.approx(2_000 * 4_950, rel=1e-6)
    # A fair premium: nine tenths of what each costs above the attachment, a month.
    month = 0.9 * person(4_950.0).excess_mean(20_000.0) / 12
    [premium] = [term for term in frontier.points[0].solved if term.term == PREMIUM]
    assert [float(premium.written), float(premium.solved)] == pytest.approx([5.0, month], rel=1e-6)
    # A share of all of it has that share of the power and of the deviation.
    third = frontier.point("share 0.3")
    assert third.settings == {"share": "0.3"}
    assert third.power.volume == pytest.approx(0.3, abs=1e-6)
    assert third.risk.standard_deviation == pytest.approx(0.3 * deviation(2_000) / 2_000, rel=1e-4)
    full = frontier.point("full capitation")
    assert full.power.volume == pytest.approx(1.0, abs=1e-9)
    assert frontier.efficient[0].label in ("cost reimbursement", "share 0.0")


def test_a_frontier_as_columns(template: Callable[[str], cap.Contract]) -> None:
    family = shares(template("corridor")) + Family.of({"blend": template("blend")})
    frontier = cap.frontier(family, model())
    frame = frontier.to_frame()
    assert frame.column_names[:4] == ["contract", "share", "power_over_volume", "power_over_unit_cost"]
    rows = {row["contract"]: row for row in frame.to_pylist()}
    assert (rows["share 0.5"]["share"], rows["full capitation"]["share"]) == ("0.5", None)
    assert rows["share 0.5"]["efficient"] is True
    assert rows["share 0.5"]["beaten_by"] is None
    stamp = json.loads(frame.schema.metadata[b"capitation.stamp"])
    assert stamp == frontier.stamp
    assert stamp["cost model"] == model().fingerprint
    assert stamp["outlay"] == "9900000.00 GBP, for all the same"
    reason = "input `admissions`: it was not given, and the cost model does not have it; give it as count"
    assert frontier.refused == {"blend": reason}
    assert frontier.to_frame("refused").to_pylist() == [{"contract": "blend", "reason": reason}]
    shown = "".join(ElementTree.fromstring(frontier._repr_html_()).itertext())
    assert "13 contracts on 2,000 people" in shown
    assert f"Not read: blend: {reason}." in shown
    assert "full capitation" in repr(frontier)
    with pytest.raises(KeyError, match=r"there is no contract 'share 2'; there are 'share 0\.0'"):
        frontier.contract("share 2")
    with pytest.raises(ValueError, match="there is no table 'all'; name points, path or refused"):
        frontier.to_frame("all")  # type: ignore[arg-type]


def test_payment_by_results_stands_where_theory_puts_it(template: Callable[[str], cap.Contract]) -> None:
    # At a price of 1.25 times what goes with a case a fifth of all cost is fixed: (mc − p)/mc = −0.25 over volume.
    moved = model().proportional("activity price", "1.25")
    family = Family.of({"alone": template("capitation")})
    frontier = cap.frontier(family, moved, fixed_cost=2_475_000)
    by_results = frontier.point("payment by results")
    assert by_results.power.volume == pytest.approx(-0.25, abs=1e-6)
    assert by_results.power.unit_cost == pytest.approx(1.0, abs=1e-6)
    spread = deviation(2_000) / 2_000
    assert by_results.risk.standard_deviation == pytest.approx(0.25 * spread, rel=1e-4)
    assert by_results.beaten_by is not None
    assert frontier.points[by_results.beaten_by].label == "cost reimbursement"
    assert "payment by results" in charts.to_svg(frontier.plot.frontier())


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda t: Family.grid(t, {"attachment": []}), cap.RiskError, "axis `attachment`: it has no point"),
        (
            lambda t: Family.grid(t, {"share": ["1"]}),
            cap.RiskError,
            "term `share`: the contract `Capitation with",
        ),
        (
            lambda t: Family.grid(t, {"attachment": "1"}),
            TypeError,
            "axis `attachment`: one text is no list of values",
        ),
        (lambda t: Family.grid(t, {"attachment": [1.5]}), TypeError, "axis `attachment`: 1.5 is a float"),  # type: ignore[list-item]
        (lambda t: Family.grid(t, {"attachment": ["1o"]}), ValueError, "axis `attachment`: "),
        (
            lambda t: Family.grid(t, {"a": {"b": {"attachment": [(None, "1")]}}}),
            cap.RiskError,
            "term `attachment`: it has no bands; give it a value",
        ),
        (
            lambda t: Family.grid(t, {"a": {"b": "1"}}),  # type: ignore[dict-item]
            TypeError,
            "axis `a`: what a point sets is a dict of terms",
        ),
        (lambda _: cap.frontier(Family.of({}), model()), cap.RiskError, "family: it has no contract"),
        (lambda t: cap.frontier(Family.of({"a": t}), model(), "trust"), cap.RiskError, "no party `trust`"),
        (
            lambda t: cap.frontier(Family.of({"a": t}), model(), premium=("fee", 0)),
            cap.RiskError,
            "premium `fee`: no contract of the family has such a term",
        ),
        (
            lambda t: cap.frontier(Family.of({"a": t}), model(), outlay="much"),
            ValueError,
            'outlay="much"; name',
        ),
        (
            lambda t: cap.frontier(Family.of({"a": t}), model(), outlay=1.5),  # type: ignore[arg-type]
            TypeError,
            "outlay=1.5 is a float",
        ),
        (
            lambda t: cap.frontier(Family.of({"a": t}), model(), power="all"),  # type: ignore[arg-type]
            ValueError,
            'power="all"; name "volume"',
        ),
        (
            lambda t: cap.frontier(Family.of({"a": t}), model(), risk="all"),  # type: ignore[arg-type]
            ValueError,
            'risk="all"; name "standard',
        ),
        (
            lambda t: cap.design(Family.of({"a": t}), model()),
            cap.RiskError,
            "limits: there is none; limit the",
        ),
        (
            lambda t: cap.design(Family.of({"a": t}), model(), max_prob_deficit=5),
            cap.RiskError,
            "probability of deficit: 5 is not a probability",
        ),
    ],
)
def test_what_cannot_be_asked(
    template: Callable[[str], cap.Contract],
    ask: Callable[[cap.Contract], Any],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        ask(template("stop-loss"))


def test_a_frontier_says_on_what_basis_it_stands(template: Callable[[str], cap.Contract]) -> None:
    family = Family.grid(template("stop-loss"), {"attachment": ["20000", "50000"]})
    found = cap.frontier(
        family, model(), saving=1e-6, level=0.99, reserve=1e6, premium=(PREMIUM, 0.25), references=False
    )
    assert found.stamp["saving"] == "0.000001"
    assert found.stamp["level of the tail"] == "0.99"
    assert found.stamp["reserve"] == "1000000.0"
    assert found.stamp["premium"] == f"{PREMIUM} solved with a loading of 0.25"
    assert found.stamp["efficient by"] == "power over volume, standard deviation"
    assert "P(beyond £1,000,000)" in repr(found)
    both = family + family.named("again")
    labels = [point.label for point in cap.frontier(both, model(), references=False).points]
    assert labels == [
        "attachment 20000",
        "attachment 50000",
        "again, attachment 20000",
        "again, attachment 50000",
    ]
    with pytest.raises(cap.RiskError, match="two contracts are called `attachment 20000`"):
        cap.frontier(family + family, model())


@pytest.mark.parametrize(
    ("asked", "kind", "message"),
    [
        ({"reserve": math.nan}, ValueError, "reserve=nan is no amount; give a number up to 10^15"),
        ({"fixed_cost": "many"}, ValueError, "fixed_cost='many' is no amount"),
        ({"reserve": 1e20}, ValueError, r"reserve=1e\+20 is no amount"),
        ({"premium": "dear"}, TypeError, "premium='dear': give the term and what is loaded on it"),
    ],
)
def test_what_is_no_amount_is_refused_by_its_name(
    template: Callable[[str], cap.Contract], asked: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message.replace("^", r"\^")):
        cap.frontier(shares(template("corridor")), model(), **asked)


def test_charts_of_sizes_say_what_they_show() -> None:
    alike = CostModel("GBP").cell("all", 100, Severity.gamma(100.0, 50.0))
    said = charts.said(cap.panel_sizes(alike, [1, 10, 100]).plot())
    assert "what goes with size is how far costs spread" in said
    assert "A few people have most of the cost" not in said
    certain = CostModel("GBP").cell("all", 100, Severity.certain(50.0))
    said = charts.said(cap.panel_sizes(certain, [1, 100]).plot())
    assert "The chance of an overspend by a tenth is 0.0\xa0% at every size" in said
    heavy = CostModel("GBP").cell("all", 10, Severity.generalized_pareto(0.0, 0.4, 2_000.0))
    assert cap.panel_sizes(heavy, [1_000]).rows[0].skewness is None


def test_a_contract_of_a_family_by_its_place(template: Callable[[str], cap.Contract]) -> None:
    family = shares(template("corridor"))
    assert family.contract(10).name == "Capitation with a corridor"
    for place in (11, -1):
        with pytest.raises(IndexError, match=f"there is no contract {place}; there are 11"):
            family.contract(place)


def test_a_design_and_the_price_of_its_limit(template: Callable[[str], cap.Contract]) -> None:
    # Linear sharing: a limit of 0.55 of the whole deviation is met by a half, and a tenth more power costs a twentieth
    # of the deviation more than the limit.
    whole = deviation(2_000) / 2_000
    design = cap.design(shares(template("corridor")), model(), max_standard_deviation=0.55 * whole)
    assert (design.chosen.label, design.unlimited.label) == ("share 0.5", "share 1.0")
    assert design.power_given_up == pytest.approx(0.5, abs=1e-6)
    assert design.outlay_difference == 0.0
    [price] = design.prices
    assert (price.limit, price.next) == ("standard deviation a head", "share 0.6")
    assert price.most == pytest.approx(0.55 * whole)
    assert price.power_per_unit is not None
    assert price.power_per_unit * whole == pytest.approx(2.0, rel=1e-3)
    assert design.contract.power(model()).volume == pytest.approx(0.5, abs=1e-6)
    assert design.to_frame().to_pylist()[0]["next"] == "share 0.6"
    assert design.stamp["chosen"].startswith("share 0.5 ")
    assert "power over volume 50.0" in repr(design)
    assert "share 0.6" in "".join(ElementTree.fromstring(design._repr_html_()).itertext())
    # A deficit of more than the reserve in one year of 20 at most; a larger reserve buys power.
    some, more = (
        cap.design(shares(template("corridor")), model(), max_prob_deficit=0.05, reserve=reserve)
        for reserve in (200_000, 600_000)
    )
    assert some.chosen.risk.probability_beyond_reserve <= 0.05
    assert 0 < some.chosen.power.volume < more.chosen.power.volume
    nobody = r"limits: none of 1 contracts is within them; the nearest, `all`, has a probability of a deficit"
    with pytest.raises(cap.RiskError, match=nobody):
        cap.design(Family.of({"all": template("capitation")}), model(), max_prob_deficit=0.05)


def test_capital_is_the_tail_of_the_deficit(template: Callable[[str], cap.Contract]) -> None:
    outlook = template("capitation").outlook(model())
    needs = cap.capital(outlook)
    assert [row.one_in for row in needs.rows] == [20, 200]
    twenty = needs.one_in(20)
    provider = outlook.party("provider")
    assert twenty.quantile == pytest.approx(-provider.quantile(0.05), rel=1e-9)
    assert twenty.tvar == pytest.approx(-provider.mean_of_worst(0.95), rel=1e-9)
    # z of 0.95, to six decimals.
    assert twenty.quantile_if_normal == pytest.approx(1.644854 * deviation(2_000), rel=1e-5)
    assert needs.one_in(200).tvar > needs.one_in(200).quantile > twenty.tvar
    assert needs.to_frame()["one_in"].to_pylist() == [20, 200]
    assert needs.stamp == outlook.stamp
    assert "what provider must hold" in repr(needs)
    assert "one year in" in needs._repr_html_()
    with pytest.raises(KeyError, match="one year in 50 was not asked for"):
        needs.one_in(50)
    with pytest.raises(cap.RiskError, match=r"capital: one year in 1 is every year; give at least 2"):
        cap.capital(outlook, one_in=[1])
    with pytest.raises(TypeError, match="one_in=20 is one value"):
        cap.capital(outlook, one_in=20)  # type: ignore[arg-type]
    with pytest.raises(cap.RiskError, match="no party `trust`"):
        cap.capital(outlook, "trust")


def test_a_path_lies_between_the_points_of_a_grid(template: Callable[[str], cap.Contract]) -> None:
    """A share s of every gain and loss has the power s and the deviation s times that of all: a straight line."""
    points: dict[str, Any] = {
        share: {GAIN: [(None, share)], LOSS: [(None, share)]} for share in ("0", "0.25", "1")
    }
    family = Family.grid(template("corridor"), {"share": points})
    found = cap.frontier(family, model(), references=False, path=11)
    sigma = deviation(2_000) / 2_000
    assert len(found.path) == 11
    for tenth, at in enumerate(found.path):
        assert at.level == pytest.approx(tenth / 10 * sigma, rel=1e-6)
        assert at.point.power.volume == pytest.approx(tenth / 10, abs=0.0015)
        assert at.point.risk.standard_deviation == pytest.approx(at.point.power.volume * sigma, rel=1e-5)
        assert at.point in found.points
    frame = found.to_frame("path")
    assert frame.num_rows == 11
    assert frame.column("contract").to_pylist() == [at.point.label for at in found.path]
    middle = found.path[5].point.label
    assert found.contract(middle).outlook(model()).party("provider").standard_deviation == pytest.approx(
        found.path[5].point.risk.standard_deviation * 2_000, rel=1e-6
    )
    assert cap.frontier(family, model()).path == ()
    with pytest.raises(cap.RiskError, match="path: so few levels of risk make none: 1; give at least 2"):
        cap.frontier(family, model(), path=1)
    with pytest.raises(cap.RiskError, match="path: -1 is not a whole number"):
        cap.frontier(family, model(), path=-1)
    with pytest.raises(cap.RiskError, match="path: contracts cost the payer what they do"):
        cap.frontier(family, model(), path=5, outlay="as written")
    with pytest.raises(cap.RiskError, match="path: the family has no grid"):
        cap.frontier(Family.of({"corridor": template("corridor")}), model(), path=5)


def test_what_stop_loss_costs() -> None:
    premium = cap.stop_loss_premium(model(), 30_000, loading=0.2)
    fair = 2_000 * person(4_950.0).excess_mean(30_000.0)
    assert premium.fair == pytest.approx(fair, rel=1e-9)
    assert premium.premium == pytest.approx(1.2 * fair, rel=1e-9)
    assert premium.per_member_month == pytest.approx(1.2 * fair / 24_000, rel=1e-9)
    assert (premium.people, premium.loading, premium.fair_if_normal) == (2_000, 0.2, None)
    assert 0 < premium.fair_error <= 1e-6 * premium.fair
    assert premium.stamp["stop-loss on"] == "each person"
    assert premium.stamp["cost model"] == model().fingerprint
    together = cap.stop_loss_premium(model(), 9_900_000, on="all together")
    # At its mean a normal sum is above by its deviation over √(2π).
    assert together.fair_if_normal == pytest.approx(deviation(2_000) / math.sqrt(2 * math.pi), rel=1e-6)
    assert together.fair_if_normal is not None
    assert together.fair < together.fair_if_normal
    with pytest.raises(cap.RiskError, match="stop-loss: the attachment is -1; give an amount of at least 0"):
        cap.stop_loss_premium(model(), -1)
    with pytest.raises(cap.RiskError, match=r"premium: the loading is -0\.1"):
        cap.stop_loss_premium(model(), 1, loading=-0.1)
    with pytest.raises(ValueError, match='on=\'somebody\'; name "each person" or "all together"'):
        cap.stop_loss_premium(model(), 1, on="somebody")  # type: ignore[arg-type]


def test_what_stop_loss_costs_under_a_shock() -> None:
    moved = model().with_shock(Shock.multiplicative("trend", 0.3))
    # A lognormal cost times a lognormal factor is lognormal.
    law = person(4_950.0)
    still, premium = cap.stop_loss_premium(model(), 30_000), cap.stop_loss_premium(moved, 30_000)
    wider = cap.Severity.lognormal(0.0, math.hypot(1.5, 0.3)).with_zeros(law.zeros).rescaled_to(4_950.0)
    assert premium.fair == pytest.approx(2_000 * wider.excess_mean(30_000.0), rel=1e-9)
    assert premium.fair > 1.05 * still.fair
    together = cap.stop_loss_premium(moved, 12_000_000, on="all together")
    assert together.fair > 2 * cap.stop_loss_premium(model(), 12_000_000, on="all together").fair


def test_the_chance_of_an_overspend_rises_before_it_falls() -> None:
    sizes = cap.panel_sizes(model(), [1, 30, 10_000, 1_500_000])
    one, thirty, many, place = sizes.rows
    law = person(4_950.0)
    assert one.overspend_by_a_tenth == pytest.approx(1 - law.cdf(1.1 * 4_950), abs=1e-9)
    assert thirty.overspend_by_a_tenth > one.overspend_by_a_tenth > many.overspend_by_a_tenth
    assert place.overspend_by_a_tenth < 1e-6
    assert place.overspend == pytest.approx(0.5, abs=0.01)
    for row in sizes.rows:
        expected = deviation(row.people) / (4_950 * row.people)
        assert row.relative_deviation == pytest.approx(expected, rel=1e-6)
    frame = sizes.to_frame()
    assert frame["people"].to_pylist() == [1, 30, 10_000, 1_500_000]
    assert json.loads(frame.schema.metadata[b"capitation.stamp"])["costs moved together by"] == "nothing"
    assert "1,500,000" in repr(sizes)
    assert "1,500,000" in sizes._repr_html_()
    svg = charts.to_svg(sizes.plot.overspend())
    text = " ".join(ElementTree.fromstring(svg).itertext())
    assert "rises before it falls" in text
    assert "Why: a few people have most of the cost." in text
    # A trend is not averaged away: its spread is all that is left of the deviation.
    moved = cap.panel_sizes(model().with_shock(Shock.multiplicative("trend", 0.02)), [1_000_000, 1_500_000])
    assert moved.rows[1].relative_deviation == pytest.approx(0.02, rel=0.02)
    assert "What moves all costs together" in charts.said(moved.plot())
    with pytest.raises(
        cap.RiskError, match="panel size: nobody is in it; give panels of at least one person"
    ):
        cap.panel_sizes(model(), [0])
    with pytest.raises(TypeError, match="sizes=5 is one value"):
        cap.panel_sizes(model(), 5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="a chart by size needs at least two sizes"):
        cap.panel_sizes(model(), [5]).plot.overspend()


@pytest.mark.parametrize("width", [340, 720])
def test_the_frontier_as_a_picture(template: Callable[[str], cap.Contract], width: int) -> None:
    frontier = cap.frontier(shares(template("corridor")), model())
    chart = frontier.plot.frontier(width=width, mark=["share 0.5"])
    root = ElementTree.fromstring(charts.to_svg(chart))
    assert float(root.attrib["width"]) <= width + 12
    text = " ".join(root.itertext())
    for words in ("cost reimbursement", "full capitation", "share 0.5", "2,000 people"):
        assert words in text
    assert "beaten" in charts.said(frontier.plot())
    with pytest.raises(KeyError, match="there is no contract 'share 7'"):
        frontier.plot.frontier(mark=["share 7"])
