"""Cost models, and what a contract may come to on them, against closed forms and settlement."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

import capitation as cap
from capitation import CostModel, Severity, Shock, charts
from capitation.outlooks import has_distribution

if TYPE_CHECKING:
    from collections.abc import Callable

SVG = "{http://www.w3.org/2000/svg}"


def person(mean: float, zeros: float) -> Severity:
    return Severity.lognormal(0.0, 1.5).with_zeros(zeros).rescaled_to(mean)


def model() -> CostModel:
    """200 people, whose mean is the £4,950 a year that the templates pay."""
    return (
        CostModel("GBP")
        .cell("under 65", 150, person(3_300.0, 0.2))
        .cell("65 and over", 50, person(9_900.0, 0.05))
    )


def gamma_cdf(shape: int, x: float) -> float:
    """1 − e⁻ˣ Σ xⁱ/i! for i below a whole shape."""
    return 1.0 - math.fsum(math.exp(i * math.log(x) - x - math.lgamma(i + 1)) for i in range(shape))


def test_a_cost_model_adds_up() -> None:
    made = model()
    assert (made.people, len(made), made.currency, made.input) == (200, 2, "GBP", "actual cost")
    assert made.member_months == Decimal(2400)
    assert made.mean == pytest.approx(150 * 3_300 + 50 * 9_900, rel=1e-12)
    half = made.cell("newcomers", 10, person(1_650.0, 0.5), months=6, class_="aged", mean_error=0.05)
    assert half.member_months == Decimal(2460)
    assert half != made
    assert made == model()
    assert made.fingerprint == model().fingerprint
    frame = half.to_frame()
    assert frame["people"].to_pylist() == [150, 50, 10]
    assert frame["months_each"].to_pylist() == [Decimal(12), Decimal(12), Decimal(6)]
    assert frame["class"].to_pylist() == [None, None, "aged"]
    assert frame["input"].to_pylist() == ["actual cost"] * 3
    assert frame["mean_error"].to_pylist() == [0.0, 0.0, 0.05]
    assert frame["mean"].to_pylist() == pytest.approx([3_300.0, 9_900.0, 1_650.0])
    assert frame["severity"].to_pylist()[0] == repr(person(3_300.0, 0.2))
    stamp = json.loads(frame.schema.metadata[b"capitation.stamp"])
    assert stamp["cost model"] == half.fingerprint
    assert repr(made) == "CostModel(200 people in 2 risk cells, 0 shocks, GBP)"
    shown = "".join(ElementTree.fromstring(made._repr_html_()).itertext())
    assert "200 people cost £990,000.00 a year" in shown


def test_every_part_of_a_cost_model_tells_it_from_others() -> None:
    made = model()
    others = [
        made.cell("more", 1, person(1.0, 0.0)),
        made.with_shock(Shock.multiplicative("trend", 0.03)),
        made.with_shock(Shock.additive("winter", 20.0).of_cells(["65 and over"])),
        made.correlated([[0.0004, 0.0004], [0.0004, 0.0016]]),
        made.proportional("activity price", "1.10"),
        CostModel("GBP", input="expenditure"),
    ]
    assert len({each.fingerprint for each in [made, *others]}) == 7


def test_shocks_are_told() -> None:
    trend = Shock.multiplicative("trend", 0.03)
    winter = Shock.additive("winter", 20.0).of_cells(["65 and over"])
    assert (trend.name, trend.kind, trend.spread, trend.cells) == ("trend", "multiplicative", 0.03, None)
    assert (winter.kind, winter.cells) == ("additive", ["65 and over"])
    assert repr(winter) == 'Shock.additive("winter", 20).of_cells(["65 and over"])'
    assert model().with_shock(trend).with_shock(winter).shocks == [trend, winter]
    assert trend != winter


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: CostModel("pounds"),
            "currency: `pounds` is not a currency code; "
            "write the three capital letters of ISO 4217, such as GBP or USD",
        ),
        (
            lambda: model().cell("65 and over", 1, person(1.0, 0.0)),
            "risk cell `65 and over`: it is there twice; give each cell a name of its own",
        ),
        (
            lambda: model().cell("none", 0, person(1.0, 0.0)),
            "risk cell `none`: nobody is in it; leave it out, or give its people",
        ),
        (
            lambda: model().cell("long", 1, person(1.0, 0.0), months=13),
            "risk cell `long`: each of its people is there for 13 months; give a number above 0 and up to 12",
        ),
        (
            lambda: Shock.multiplicative("trend", 5),
            "shock `trend`: its spread is 5.0; give one above 0 and up to 0.6, 0.05 for 5 %",
        ),
        (
            lambda: model().with_shock(Shock.multiplicative("winter", 0.1).of_cells(["older"])),
            "shock `winter`: there is no risk cell `older`; give the cells first; "
            "they are `under 65`, `65 and over`",
        ),
        (
            lambda: model().correlated([[1.0]]),
            "covariance of the cells: there are 2 cells, and it has another size; "
            "give a row and a column for each cell, in their order",
        ),
        (
            lambda: model().proportional("actual cost", 2),
            "input `actual cost`: the cost model has it twice; give it once",
        ),
    ],
)
def test_a_model_that_cannot_be_is_refused(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(cap.RiskError) as raised:
        make()
    assert str(raised.value) == message


def test_arguments_of_the_wrong_kind_are_refused() -> None:
    with pytest.raises(
        ValueError, match="risk cell `a`: -1 is no number of people; give a whole number up to"
    ):
        CostModel("GBP").cell("a", -1, person(1.0, 0.0))
    with pytest.raises(TypeError, match=r"risk cell `a`: 1\.5 is no number of people"):
        CostModel("GBP").cell("a", 1.5, person(1.0, 0.0))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"cells='older' is no list of names of risk cells; write cells="):
        Shock.multiplicative("winter", 0.1).of_cells("older")
    with pytest.raises(TypeError, match=r"1\.1 is a float, and an amount must be exact"):
        model().proportional("activity price", 1.1)  # type: ignore[arg-type]


def test_a_price_per_head_for_gamma_costs(template: Callable[[str], cap.Contract]) -> None:
    # 100 people of shape 2 and scale 2,475 cost together what a law of shape 200 says; they bring 495,000, its mean.
    outlook = template("capitation").outlook(CostModel("GBP").cell("all", 100, Severity.gamma(2.0, 2_475.0)))
    provider = outlook.party("provider")
    assert provider.role == "provider"
    assert provider.mean == pytest.approx(0.0, abs=1e-4)
    assert provider.standard_deviation == pytest.approx(2_475 * math.sqrt(200), rel=1e-9)
    assert provider.skewness == pytest.approx(-2 / math.sqrt(200), abs=1e-8)
    assert provider.probability_of_deficit == pytest.approx(1 - gamma_cdf(200, 200.0), abs=1e-9)
    below = 1 - gamma_cdf(200, 220.0)
    assert provider.probability_below(-20 * 2_475.0) == pytest.approx(below, abs=1e-9)
    assert provider.quantile(below) == pytest.approx(-20 * 2_475.0, rel=1e-6)
    # E[S; S > x] = 200 θ P(T > x), T of shape 201: the mean of the worst years is 495,000 less that over their part.
    worst = 495_000 * (1 - (1 - gamma_cdf(201, 220.0)) / below)
    assert provider.mean_of_worst(1 - below) == pytest.approx(worst, rel=1e-6)
    assert provider.error < 1e-8
    assert provider.method.endswith(" cosines")
    assert provider.slack is not None
    payer = outlook.party("payer")
    assert (payer.mean, payer.standard_deviation, payer.skewness) == (-495_000.0, 0.0, 0.0)
    assert repr(payer) == (
        'PartyOutlook("payer", payer, mean -495000.00, standard deviation 0.00, P(deficit) 1.0000)'
    )


def test_a_trend_moves_all_costs_together(template: Callable[[str], cap.Contract]) -> None:
    # Cost is F X, X of shape 10,000 with cumulants n, n and 2 n in thetas, F lognormal of mean 1: w = E F², E F³ = w³.
    people, spread = 10_000, 0.03
    costs = CostModel("GBP").cell("all", people, Severity.gamma(1.0, 4_950.0))
    moved = template("capitation").outlook(costs.with_shock(Shock.multiplicative("trend", spread)))
    provider = moved.party("provider")
    w = math.exp(spread**2)
    two = w * (people + people**2)
    three = w**3 * (2 * people + 3 * people**2 + people**3)
    variance = two - people**2
    third = three - 3 * people * two + 2 * people**3
    assert provider.standard_deviation == pytest.approx(4_950 * math.sqrt(variance), rel=1e-6)
    assert provider.skewness == pytest.approx(-third / variance**1.5, rel=1e-4)
    assert moved.clauses["envelope"] == pytest.approx(12 * people * 412.5, rel=1e-12)


def test_a_certain_cost_is_what_is_settled(template: Callable[[str], cap.Contract]) -> None:
    contract = template("corridor")
    outlook = contract.outlook(CostModel("GBP").cell("all", 24, Severity.certain(4_999.99)))
    statement = contract.settle({"member months": 288, "actual cost": 24 * Decimal("4999.99")})
    for party in outlook.parties:
        assert party.mean == pytest.approx(float(statement.surplus(party.name)), abs=0.011)
        assert party.method == "certain"


def test_what_a_stop_loss_is_worth(template: Callable[[str], cap.Contract]) -> None:
    outlook = template("stop-loss").outlook(model())
    above = 150 * person(3_300.0, 0.2).excess_mean(100_000.0) + 50 * person(9_900.0, 0.05).excess_mean(
        100_000.0
    )
    assert outlook.clauses["cost above the attachment"] == pytest.approx(above, rel=1e-6)
    assert outlook.clauses["stop-loss recovery"] == pytest.approx(0.9 * above, abs=0.01)
    assert outlook.clauses["stop-loss premium"] == pytest.approx(2_400 * 5.0, abs=1e-6)
    clauses = outlook.to_frame("clauses").to_pylist()
    assert [row["clause"] for row in clauses] == list(outlook.clauses)
    assert clauses[-1]["payer"] == "reinsurer"
    assert clauses[-1]["payee"] == "provider"
    # The reinsurer keeps the premium in most years.
    reinsurer = outlook.party("reinsurer")
    assert reinsurer.mean == pytest.approx(12_000 - 0.9 * above, abs=0.02)
    nobody = person(3_300.0, 0.2).cdf(100_000.0) ** 150 * person(9_900.0, 0.05).cdf(100_000.0) ** 50
    points = outlook.to_frame("distribution").to_pylist()
    lumps = [point for point in points if point["probability_at_most"] > point["probability_below"]]
    [lump] = [point for point in lumps if point["party"] == "reinsurer"]
    assert lump["amount"] == pytest.approx(12_000.0, abs=1e-6)
    assert lump["probability_at_most"] - lump["probability_below"] == pytest.approx(nobody, abs=1e-9)


def test_a_distribution_is_columns(template: Callable[[str], cap.Contract]) -> None:
    outlook = template("corridor").outlook(model())
    frame = outlook.to_frame("distribution", points=50)
    assert frame.column_names == ["party", "amount", "probability_below", "probability_at_most", "density"]
    points = [row for row in frame.to_pylist() if row["party"] == "provider"]
    assert 50 <= len(points) <= 60
    upto = 0.0
    for point in points:
        assert upto <= point["probability_below"] + 1e-12
        assert point["probability_below"] <= point["probability_at_most"]
        assert point["density"] >= 0
        upto = point["probability_at_most"]
    # The corridor ends gains at 4 % of the envelope of 990,000: 2 % and half of the next 4 %.
    assert points[-1]["amount"] == pytest.approx(39_600.0, abs=0.01)
    assert points[-1]["probability_at_most"] - points[-1]["probability_below"] > 0.1
    zero = next(point for point in points if point["amount"] == 0)
    provider = outlook.party("provider")
    assert zero["probability_below"] == pytest.approx(provider.probability_of_deficit, abs=1e-12)


def test_tables_carry_the_stamp(template: Callable[[str], cap.Contract]) -> None:
    contract = template("stop-loss")
    outlook = contract.outlook(model(), on="2026-04-01", given={"member months": 2_400})
    assert outlook.stamp["cost model"] == model().fingerprint
    assert contract.fingerprint in outlook.stamp["contract"]
    assert outlook.stamp["given"] == "member months 2400"
    assert outlook.stamp["terms of"] == "2026-04-01"
    for table in ("parties", "clauses", "distribution"):
        frame = outlook.to_frame(table)
        assert json.loads(frame.schema.metadata[b"capitation.stamp"]) == outlook.stamp
    parties = outlook.to_frame().to_pylist()
    assert [row["party"] for row in parties] == ["payer", "provider", "reinsurer"]
    for row, party in zip(parties, outlook.parties, strict=True):
        assert row["mean"] == party.mean
        assert row["q05"] == party.quantile(0.05)
        assert row["mean_of_worst_99"] == party.mean_of_worst(0.99)
        assert row["mean_of_worst_99"] <= row["mean_of_worst_95"] <= row["mean"] + 1e-6
    told = repr(outlook)
    shown = "".join(ElementTree.fromstring(outlook._repr_html_()).itertext())
    for text in (told, shown):
        assert "Capitation with individual stop-loss: a year of 200 people, in GBP" in text
        assert "stop-loss recovery" in text
        assert "reinsurer → provider" in text
        assert model().fingerprint in text


def test_what_is_known_of_the_mean_alone_is_said(contracts: list[cap.Contract]) -> None:
    """A payer that shares in a corridor and pays a stop-loss has two amounts that vary apart."""
    contract = contracts[-1]
    currency = contract.currency
    cells = CostModel(currency).cell("all", 200, person(4_950.0, 0.1))
    outlook = contract.outlook(cells)
    frame = outlook.to_frame().to_pylist()
    for party, row in zip(outlook.parties, frame, strict=True):
        if has_distribution(party):
            assert row["standard_deviation"] == party.standard_deviation
            continue
        assert row["standard_deviation"] is None
        assert row["q05"] is None
        assert "only its mean is known" in repr(party)
        assert "only the mean is known" in repr(outlook)
        with pytest.raises(cap.RiskError, match="only its mean is worked out; ask for its mean"):
            _ = party.standard_deviation
        with pytest.raises(cap.RiskError, match="only its mean is worked out; ask for its mean"):
            outlook.plot.results(parties=[party.name])
    assert charts.said(outlook.plot.results(parties=["provider"]))
    with pytest.raises(ValueError, match=r"parties=\[\] names nobody; leave it out to show all"):
        outlook.plot.results(parties=[])


@pytest.mark.parametrize(
    ("ask", "kind", "message"),
    [
        (
            lambda contract: contract.outlook(CostModel("GBP")),
            cap.SettlementError,
            "cost model: it has no risk cell; give at least one cell with people",
        ),
        (
            lambda contract: contract.outlook(model(), given={"quality": 1}),
            cap.SettlementError,
            "input `quality`: the contract does not ask for it; leave it out, or correct its name",
        ),
        (
            lambda contract: contract.outlook(CostModel("USD").cell("all", 1, person(1.0, 0.0))),
            cap.ComparisonError,
            "it is in GBP, and the cost model in USD; convert one of them first, at a rate and date you can state",
        ),
        (
            lambda contract: contract.outlook(CostModel("GBP").cell("all", 5, Severity.pareto(1.5, 10.0))),
            cap.RiskError,
            "its mean or its variance is infinite; cap each person's cost",
        ),
        (
            lambda contract: contract.outlook(model(), given={"member months": 0.5}),
            TypeError,
            "input `member months`: 0.5 is a float, and an amount must be exact",
        ),
        (
            lambda contract: contract.outlook(model(), on="2031-04-01"),
            cap.ContractError,
            "2031-04-01",
        ),
        (
            lambda contract: contract.outlook(model()).party("trust"),
            cap.RiskError,
            "party: the contract has no party `trust`; its parties are `payer`, `provider`",
        ),
        (
            lambda contract: contract.outlook(model()).party("provider").quantile(1.0),
            cap.RiskError,
            "level: 1 is not a level",
        ),
        (
            lambda contract: contract.outlook(model()).to_frame("distribution", points=1),
            cap.RiskError,
            "distribution: 1 points were asked for; ask for 2 to 100,000",
        ),
        (
            lambda contract: contract.outlook(model()).to_frame("results"),
            ValueError,
            "there is no table 'results'; name parties, clauses or distribution",
        ),
        (
            lambda contract: contract.outlook(model()).plot.results(parties="provider"),
            TypeError,
            "parties='provider' is one value, and a list of parties is needed",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(
    template: Callable[[str], cap.Contract],
    ask: Callable[[cap.Contract], Any],
    kind: type[Exception],
    message: str,
) -> None:
    with pytest.raises(kind, match=re.escape(message)):
        ask(template("corridor"))


@pytest.mark.parametrize("width", [340, 720])
@pytest.mark.parametrize("name", ["capitation", "corridor", "stop-loss"])
def test_charts_of_an_outlook(template: Callable[[str], cap.Contract], name: str, width: int) -> None:
    outlook = template(name).outlook(model())
    provider = outlook.party("provider")
    for chart in (outlook.plot.results(width=width), outlook.plot.clauses(width=width)):
        drawn = ElementTree.fromstring(charts.to_svg(chart))
        assert float(drawn.attrib["width"]) <= width + 10
        texts = " ".join(text for element in drawn.iter(f"{SVG}text") for text in element.itertext())
        assert "200 people" in texts
    said = charts.said(outlook.plot.results(width=width))
    assert said.startswith(
        f"A deficit of provider in {provider.probability_of_deficit:.1%}".replace("%", "\u00a0%")
    )
    assert charts.said(outlook.plot.clauses(width=width)).startswith(
        "On average a year: envelope £990k from payer"
    )


def test_a_chart_of_what_is_certain(template: Callable[[str], cap.Contract]) -> None:
    outlook = template("capitation").outlook(CostModel("GBP").cell("all", 24, Severity.certain(5_000.0)))
    said = charts.said(outlook.plot.results())
    assert said.startswith(
        "A deficit of provider in every year; the worst 5\u00a0% of years come to −£1.2k on average"
    )
    ElementTree.fromstring(charts.to_svg(outlook.plot.results()))


def test_the_example_of_the_readme_runs(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = request.config.rootpath
    text = (root / "README.md").read_text(encoding="utf-8")
    section = text.split("\n## What may happen\n", 1)[1].split("\n## ", 1)[0]
    [example] = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    monkeypatch.chdir(root)
    names: dict[str, Any] = {}
    exec(example, names)
    outlook = names["outlook"]
    # The figures that the text below the example tells.
    provider = outlook.party("provider")
    told = f"{provider.probability_of_deficit * 100:.1f} %"
    assert told in section
    assert f"£{provider.mean_of_worst(0.95):,.0f}".replace("£-", "−£") in section
    assert f"£{outlook.clauses['stop-loss recovery']:,.0f}" in section


def test_an_accuracy_is_held_or_refused(template: Callable[[str], cap.Contract]) -> None:
    contract = template("stop-loss")
    outlook = contract.outlook(model(), accuracy=1e-4)
    worst = max(party.error for party in outlook.parties)
    assert 0 < worst <= 1e-4
    with pytest.raises(
        cap.RiskError, match=r"its distribution is right to \de-\d+, and 1e-18 was asked for; ask for"
    ):
        contract.outlook(model(), accuracy=1e-18)
    with pytest.raises(
        cap.RiskError, match="accuracy: 2 is no accuracy of a probability; give one between 0 and 1"
    ):
        contract.outlook(model(), accuracy=2)
