"""A hospital's cost base under contracts, from tables of any library."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import capitation as cap
from capitation import charts

if TYPE_CHECKING:
    from pathlib import Path

# Income 72.2m, cost 76m, of which 33.8m marginal: worked out in tests/hospital.rs.
TABLE = {
    "hrg": ["AA", "AA", "BB", "VB", "XC"],
    "setting": ["NEL", "EL", "DC", "AE", "critical_care"],
    "planned": [10_000, 4_000, 20_000, 60_000, 500],
    "done": [9_000.0, 4_200.0, 21_000.0, 60_000.0, 500.0],
    "cost": [3_000.0, 4_000.0, 900.0, 200.0, 1_500.0],
    "price": [2_700.0, 3_600.0, 1_000.0, 180.0, None],
}
POINTS = {"NEL": "non_elective", "EL": "elective", "DC": "day_case", "AE": "emergency_attendance"}
SHARES: dict[str, Decimal | int | str] = {
    "non_elective": "0.4",
    "elective": Decimal("0.5"),
    "day_case": "0.6",
    "emergency_attendance": "0.25",
    "critical_care": "0.3",
}


def base(table: Any = None, **more: Any) -> cap.CostBase:
    named: dict[str, Any] = {"marginal_share": SHARES, "price": "price", "points": POINTS, "actual": "done"}
    return cap.cost_base(
        pl.DataFrame(TABLE) if table is None else table,
        code="hrg",
        point="setting",
        plan="planned",
        unit_cost="cost",
        **(named | more),
    )


def contracts() -> dict[str, cap.Contract]:
    year = cap.programme("nhs-acute", 2019)
    return {
        "payment by results": year.contract("payment by results"),
        "blended": year.contract("blended emergency payment"),
        "block": year.contract("block"),
    }


def exact(*amounts: int) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


def under(**more: Any) -> cap.UnderContracts:
    changes = {"fewer emergencies": {"non_elective": "-0.1"}}
    return base().under(contracts(), changes=changes, actual=True, set_inputs=["block amount"], **more)


@pytest.mark.parametrize(
    "table", [pl.DataFrame(TABLE), pd.DataFrame(TABLE), pa.table(TABLE)], ids=["pl", "pd", "pa"]
)
def test_price_beside_cost(table: Any) -> None:
    costs = base(table)
    total = costs.total()
    assert (total.income, total.cost, total.marginal) == exact(72_200_000, 76_000_000, 33_800_000)
    assert total.price_to_cost == Decimal("0.95")
    assert (total.without_price.lines, total.without_price.cost) == (1, Decimal(750_000))
    assert [point.name for point in costs.by_point()] == [*POINTS.values(), "critical_care"]
    assert costs.by_point()[0].power_over_volume == Decimal("-1.25")
    # AA: 27.0m and 14.4m; as it was, 9,000 and 4,200 of them: 24.3m and 15.12m.
    assert costs.by_code()[0].income == 41_400_000
    assert costs.by_code(at="actual")[0].income == 39_420_000
    assert repr(costs) == "CostBase(5 lines, 1 of them without a price, GBP)"
    assert (len(costs), costs.currency, costs.rounding_difference) == (5, "GBP", Decimal(0))
    assert costs.fingerprint == base().fingerprint


def test_results_by_change_and_one_case_less() -> None:
    result = under()
    plan = [contract.outcomes[0].result for contract in result.contracts]
    assert plan == [-3_800_000] * 3
    # 2.7m less by results, a fifth of it blended, nothing by block; 1.2m is saved.
    moved = [result.outcome(name, "fewer emergencies").result_against_plan for name in contracts()]
    assert moved == [-1_500_000, 660_000, 1_200_000]
    # As it was, 71.22m of income and 75.74m of cost.
    assert result.outcome("payment by results", "actual").result == -4_520_000
    less = result.of_one_less("blended", "non_elective")
    assert (less.hospital, less.payer) == exact(660, 540)
    assert less.power_over_volume == Decimal("0.55")
    block = result.contract("block").set
    assert block is not None
    assert (block.name, block.value, block.residual) == ("block amount", *exact(72_200_000, 0))
    assert "payment by results" in str(result)
    assert "-£1,500.00 | £2,700.00" in repr(result)
    assert json.loads(result.to_json())["contracts"][0]["outcomes"][0]["result"] == "-3800000.00"
    for wrong in (lambda: result.contract("capita"), lambda: result.outcome("block", "more")):
        with pytest.raises(KeyError, match="there are"):
            wrong()
    with pytest.raises(KeyError, match="no case with a price"):
        result.of_one_less("block", "critical_care")


def test_inputs_are_given_or_taken() -> None:
    contract = cap.programme("nhs-acute", 2013).contract("marginal rate")
    baseline = cap.Quantity("value", points=("non_elective",), at_plan=True)
    result = base().under([contract], given={"baseline value": baseline}, cases=[("AA", "non_elective")])
    [only] = result.contracts
    assert only.name == contract.name
    taken = {each.input: each for each in only.inputs}["baseline value"]
    assert (taken.taken_from, taken.by_name) == ("value at full price of non_elective, at plan", False)
    # Above the baseline 30 % is paid: 810 − 1,200.
    more = [each for each in only.spells if each.code == "AA" and each.cases == 1]
    assert [each.hospital for each in more] == [-390]
    same = base().under([contract], given={"baseline value": "27000000"}, on="2013-10-01", hospital="trust")
    assert same.contracts[0].outcomes == only.outcomes


def test_budget_neutral_by_a_scaled_term() -> None:
    block = cap.Contract.from_toml(
        """
        name = "Capitation"
        currency = "GBP"
        period = { start = 2026-04-01, end = 2027-03-31 }
        parties = { payer = "payer", trust = "provider" }
        inputs = { "member months" = "count" }
        scaled = "price"
        [terms.price]
        unit = "money per count"
        source = "by hand"
        values = "1.00"
        [[clause]]
        name = "envelope"
        rule.times = { of = "member months", by = "price" }
        round = { mode = "half_up", places = 2 }
        pays = { from = "payer", to = "trust" }
        """
    )
    both = {"results": contracts()["payment by results"], "capitation": block}
    result = base().under(both, given={"member months": 100_000}, budget_neutral=True)
    solved = result.contract("capitation").set
    assert solved is not None
    assert (solved.is_term, solved.value) == (True, Decimal(722))
    assert solved.written == Decimal("1.00")
    assert result.of_one_less("capitation", "elective").power_over_volume == 1


def test_prices_by_a_tariff() -> None:
    prices = pl.DataFrame({"code": ["AA"], "combined": [3600.0], "non_elective": [2700.0]})
    tariff = cap.Tariff.from_table(prices, year=2019)
    costs = base(price=None).priced_by(tariff, mff=cap.MarketForces({"RXA": "1.1"}), provider="RXA")
    frame = pl.DataFrame(costs.to_frame())
    assert frame["price"].to_list() == [Decimal("2970.00"), Decimal("3960.00"), None, None, None]
    assert frame["without_price"][2] == "code `BB` is not in the tariff"
    assert "market forces factor of RXA" in costs.stamp["prices"]
    with pytest.raises(cap.ActivityError, match="name the provider"):
        base().priced_by(tariff, mff=cap.MarketForces({"RXA": "1.1"}))


def test_frames_carry_their_stamp_and_add_up() -> None:
    result = under()
    frame = result.to_frame()
    stamp = json.loads(frame.schema.metadata[b"capitation.stamp"])
    assert stamp["cost base"] == base().fingerprint
    assert "left out for want of a price: 1 of 5 lines" in stamp["notes"]
    outcomes = pl.DataFrame(frame)
    assert outcomes.height == 9
    assert (outcomes["outlay"] == outcomes["payment"] + outcomes["others"]).all()
    # Four points with a price, one more and one less, at three activities, under three contracts.
    spells = pl.DataFrame(result.to_frame("spells"))
    assert spells.height == 4 * 2 * 3 * 3
    assert set(pl.DataFrame(result.to_frame("inputs"))["contract"]) == set(contracts())
    assert pl.DataFrame(result.to_frame("points"))["income"].sum() == 72_200_000
    assert pl.DataFrame(base().to_frame("point"))["cost_without_price"].sum() == 750_000
    assert pl.DataFrame(base().to_frame("code")).height == 4
    with pytest.raises(ValueError, match="no table"):
        result.to_frame("results")  # type: ignore[arg-type]


def test_what_a_notebook_shows() -> None:
    html = under()._repr_html_()
    for said in ("One case less", "\u2212£1,500.00", "input block amount is set to 72,200,000"):
        assert said in html
    assert "Lines without a price" in base()._repr_html_()
    ElementTree.fromstring(html)  # sound


def elective(**more: Any) -> cap.UnderContracts:
    """Payment by results beside the aligned payment, which counts £34.4m of £72.2m."""
    both = {
        "results": contracts()["payment by results"],
        "aligned": cap.programme("nhs-acute", 2023).contract("aligned payment and incentive"),
    }
    given: dict[str, Any] = {"elective value in 2019/20": 30_000_000}
    return base().under(both, given=given, set_inputs=["fixed element"], **more)


def test_what_no_input_counts_must_be_paid_for() -> None:
    with pytest.raises(cap.ComparisonError, match=r"`aligned`: no input counts non_elective .*covered by"):
        elective()
    result = elective(covered_by=["fixed element"])
    aligned = result.contract("aligned")
    assert aligned.set is not None
    assert aligned.set.value == 37_800_000
    assert [each.point for each in aligned.not_counted] == ["non_elective", "emergency_attendance"]
    assert [each.income for each in aligned.not_counted] == [27_000_000, 10_800_000]
    assert {each.paid_by for each in aligned.not_counted} == {("fixed element",)}
    assert (aligned.counts_activity, under().contract("block").counts_activity) == (True, False)
    frame = pl.DataFrame(result.to_frame("not_counted"))
    assert frame["cost"].sum() == 42_000_000
    assert frame["paid_by"].to_list() == ["fixed element"] * 2
    for shown in (str(result), result._repr_html_(), result.stamp["notes"]):
        assert "pays for what no input counts: non_elective" in shown
        assert "nought at plan under results" in shown
    with pytest.raises(
        TypeError, match=r"covered_by='fixed element' is one value, and a list of names is needed"
    ):
        elective(covered_by="fixed element")
    with pytest.raises(cap.SettlementError, match="did you mean `fixed element`"):
        elective(covered_by=["fixed elements"])
    # Two inputs, one outlay.
    both = {
        "results": contracts()["payment by results"],
        "aligned": cap.programme("nhs-acute", 2023).contract("aligned payment and incentive"),
    }
    named = ["fixed element", "elective value in 2019/20"]
    with pytest.raises(cap.ComparisonError, match="one outlay decides one amount"):
        base().under(both, set_inputs=named, covered_by=["fixed element"])


def test_an_input_that_decides_nothing_is_not_set() -> None:
    year = cap.programme("nhs-acute", 2014)
    both = {"pbr": year.contract("payment by results"), "mr": year.contract("marginal rate")}
    with pytest.raises(cap.ComparisonError, match="`baseline value` does not decide what it costs"):
        base().under(both, changes={"more": {"non_elective": "0.1"}}, set_inputs=["baseline value"])


def test_one_value_is_no_list_and_no_mapping() -> None:
    block = {"block": contracts()["block"]}
    with pytest.raises(
        TypeError, match=r"set_inputs='block amount' is one value, .* write set_inputs=\['block amount'\]"
    ):
        base().under(block, set_inputs="block amount")
    with pytest.raises(
        TypeError, match=r"contracts=Contract.* is one value, and a list of contracts is needed"
    ):
        base().under(contracts()["block"])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"changes='-0.1' is no mapping: write changes="):
        base().under(block, changes={"non_elective": "-0.1"})  # type: ignore[dict-item]
    with pytest.raises(TypeError, match="points='non_elective' is one value"):
        cap.Quantity("value", points="non_elective")  # type: ignore[arg-type]


def test_published_costs_make_a_cost_base(tmp_path: Path) -> None:
    file = tmp_path / "costs.csv"
    file.write_text(
        "department_code,currency_code,currency_desc,activity,unit_cost,cost\n"
        "Daycase,HN22E,Knee,100,900,90000\nElective Inpatients,HN22E,Knee,10,5000,50000\n"
        "Daycase,HN12A,Hip,,,14061.05\n",
        encoding="utf-8",
    )
    costs = cap.datasets.costs(file)
    assert (len(costs), costs.settings) == (3, ["Daycase", "Elective Inpatients"])
    assert repr(costs) == "Costs(costs.csv: 3 rows, 2 settings)"
    assert pl.DataFrame(costs)["cost"].to_list() == [Decimal(90_000), Decimal(50_000), Decimal("14061.05")]
    points = {"Daycase": "day_case", "Elective Inpatients": "elective"}
    base, left = costs.cost_base(points, marginal_share="0.4")
    # Two lines without a price.
    assert base.total().without_price.cost == 140_000
    assert [(row.code, row.reason) for row in left] == [("HN12A", "no activity is printed")]
    with pytest.raises(cap.ResultsError, match="setting `DC`: no row is of it; the settings are Daycase"):
        costs.cost_base({"DC": "day_case"}, marginal_share="0.4")
    with pytest.raises(cap.ResultsError, match="leave the year out"):
        costs.cost_base(points, marginal_share="0.4", year="2017/18")
    with pytest.raises(cap.ResultsError, match=r"2017/18.*leave the year out"):
        costs.cost_base(points, marginal_share="0.4", year=2017)
    with pytest.raises(cap.ActivityError, match="did you mean `day_case`"):
        costs.cost_base({"Daycase": "DC"}, marginal_share="0.4")
    with pytest.raises(cap.ResultsError, match="a sheet of reference costs or the National Cost Collection"):
        cap.datasets.costs(tmp_path / "none.csv")


def test_prices_of_single_precision_are_read_as_they_were_written() -> None:
    table = pl.DataFrame(TABLE).with_columns(
        price=pl.Series([123.45, 0.1, 99.99, 1.0, None], dtype=pl.Float32)
    )
    prices = pl.DataFrame(base(table).to_frame())["price"].to_list()
    assert prices == [Decimal(text) for text in ("123.45", "0.1", "99.99", "1")] + [None]


@pytest.mark.parametrize("width", [340, 720])
def test_charts_say_their_finding(width: int) -> None:
    result = under()
    results = result.plot.results(width=width)
    assert charts.said(results).startswith(
        "Fewer emergencies: £1.5m lost under payment by results, £1.2m gained under block"
    )
    prices = base().plot.prices(width=width)
    assert "At 3 of 4 points of delivery the price is below cost; paid by results, at all 4" in charts.said(
        prices
    )
    assert result.plot.prices(width=width).to_dict()["width"] == prices.to_dict()["width"]
    for chart in (results, prices):
        svg = ElementTree.fromstring(charts.to_svg(chart))
        assert float(svg.attrib["width"]) <= width + 12
    with pytest.raises(ValueError, match="price the lines first"):
        base(price=None).plot.prices()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"marginal_share": "1.4"}, "1.4 is not a share"),
        ({"marginal_share": {"elective": "0.4"}}, "marginal share of `non_elective`: it is not given"),
        ({"actual": "price"}, "column `price`, row 4"),
        ({"price": "prise"}, "did you mean `price`"),
        ({"points": POINTS | {"OP": "first_attendance"}}, "point of delivery `OP`: no row is of it"),
        ({"points": None, "marginal_share": "0.4"}, "`NEL`: .* did you mean `non_elective`"),
        (
            {"points": POINTS | {"NEL": "Non_elective"}, "marginal_share": "0.4"},
            "did you mean `non_elective`",
        ),
        ({"table": pl.DataFrame(TABLE).clear()}, "cost base: it has no lines"),
    ],
)
def test_tables_that_cannot_be_right_are_refused(more: Any, said: str) -> None:
    with pytest.raises(cap.ActivityError, match=said):
        base(**more)


def test_questions_that_cannot_be_answered_are_refused() -> None:
    with pytest.raises(TypeError, match="must be exact"):
        base(marginal_share=0.4)
    with pytest.raises(TypeError, match=r"marginal share of `elective`: .*must be exact"):
        base(marginal_share=SHARES | {"elective": 0.5})
    with pytest.raises(cap.SettlementError, match="input `block amount`"):
        base().under({"block": contracts()["block"]})
    with pytest.raises(cap.SettlementError, match="actual activity is not given"):
        base(actual=None).under(contracts(), given={"block amount": 1}, actual=True)
    with pytest.raises(cap.ComparisonError, match="first contract"):
        base().under({"block": contracts()["block"]}, set_inputs=["block amount"])
    with pytest.raises(cap.ContractError, match="two of this name"):
        base().under([contracts()["block"], contracts()["block"]], given={"block amount": 1})
    with pytest.raises(ValueError, match="no quantity"):
        base().under(contracts(), given={"block amount": cap.Quantity("price")})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match='name "plan" or "actual"'):
        base().total(at="planned")  # type: ignore[arg-type]
