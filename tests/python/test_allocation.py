"""Allocations by need, the pace of change and the gradient by deprivation: what tables, pages and charts say."""

from __future__ import annotations

import os
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pandas as pd
import polars as pl
import pytest

import capitation as cap
from capitation import charts
from capitation.adjustment import Policy, allocation, pace_of_change

if TYPE_CHECKING:
    from capitation.adjustment import Allocation, PaceOfChange
    from capitation.datasets import DeprivationCosts

MORTALITY = "weighted population, avoidable mortality"
POPULATIONS = ("general and acute", "community", "mental health", "maternity", "prescribing")
INDICES = ("market forces factor", "emergency ambulance cost adjustment")
CELLS = """age,sex,imd_quintile,year,population,nhs_cost_per_head
85,F,1,2014/15,100,200
85,F,2,2014/15,100,150
85,F,3,2014/15,100,100
85,F,4,2014/15,100,100
85,F,5,2014/15,100,50
"""


def data(file: str) -> Path:
    folder = Path(os.environ.get("CAPITATION_DATA", Path(__file__).parents[3] / "shared" / "data"))
    path = folder / "nhs" / file
    if not path.is_file():
        pytest.skip("../shared/data is absent")
    return path


def places(**changed: list[Any]) -> pl.DataFrame:
    """Three places of a thousand people, with avoidable mortality of 1, 1.5 and 0.5 beside the mean."""
    columns: dict[str, Any] = {"code": ["mean", "poor", "rich"], "board": ["north", "north", "south"]}
    columns["list"] = [1000, 1000, 1000]
    columns |= {f"weighted population, {name}": [1000.0] * 3 for name in POPULATIONS}
    columns |= {MORTALITY: [1000.0, 1500.0, 500.0]}
    columns |= {name: [1.0] * 3 for name in INDICES}
    return pl.DataFrame(columns | changed)


def formula() -> cap.Contract:
    return cap.programme("nhs-allocation", 2021).contract(track="core")


def shared(table: Any = None, **options: Any) -> Allocation:
    return allocation(
        places() if table is None else table,
        formula(),
        place="code",
        columns={"registered list": "list"},
        groups={"board": "board"},
        **{"total": "3000.00", **options},
    )


def test_a_total_is_shared_out_by_need() -> None:
    # 90 % alike, and 10 % as 2 : 3 : 1: £900 + £100 × 1, 1.5 and 0.5.
    found = shared()
    assert [place.target for place in found.places] == [Decimal("1000"), Decimal("1050"), Decimal("950")]
    assert found.target == found.registered == 3000
    assert found.health_inequalities_share == Decimal("0.10")
    assert found.places[1].need_index == Decimal("1.05")
    board = found.by("board")
    assert [(place.place, place.places, place.target) for place in board.places] == [
        ("north", 2, Decimal("2050.00")),
        ("south", 1, Decimal("950.00")),
    ]
    # 1.05 / ((1 + 1.05) / 2)
    assert found.need_within("board")["poor"] == Decimal("1.02439")
    assert board.need_within("board") == found.need_within("board")
    assert found.groups == ["board"]


def test_other_tables_give_the_same() -> None:
    table = places()
    for other in (pd.DataFrame(table.to_dict(as_series=False)), table.to_arrow()):
        assert shared(other).stamp == shared().stamp
        assert shared(other).places == shared().places


def test_without_a_total_each_gets_the_amount_of_the_formula() -> None:
    # By hand: 1,005.007309204 weighted heads at £1,255.6754258.
    assert shared(total=None).places[0].target == Decimal("1261962.98")
    statement = shared().statement("mean")
    assert statement["overall weighted population"] == Decimal("1005.007309204")
    asked = shared().with_health_inequalities_share("0.15")
    assert asked.statement("poor")["share by use"] == Decimal("0.85")
    lines = {line["name"]: line for line in asked.statement("poor").lines}
    assert lines["health inequalities share"]["source"] == "As asked; the formula has 0.10"
    assert shared(total=None).stamp["total shared out"] == "none"
    assert Decimal(shared().stamp["total shared out"]) == 3000


def test_who_gains_by_another_share() -> None:
    # Five points more of £3,000 are £50 a place, at 1, 1.5 and 0.5: 0, +25 and −25.
    effect = shared().effect(health_inequalities_share="0.15")
    assert [gain.gain for gain in effect.places] == [0, 25, -25]
    assert effect.gained == effect.lost == 25
    assert effect.people_who_gain == effect.people_who_lose == 1000
    assert effect.ranked()[0].part == Decimal("0.02381")
    assert effect.finding() == (
        "A health-inequalities share of 15\u00a0% instead of 10\u00a0% moves £25: 1 place gains and 1 loses"
    )
    assert effect.stamp["health inequalities share"] == "0.10 → 0.15"
    board = shared().by("board").effect(health_inequalities_share="0")
    assert [gain.gain for gain in board.places] == [-50, 50]
    nothing = shared().effect(health_inequalities_share="0.1")
    assert nothing.finding().endswith("moves nothing")
    # Without a total, what all are due changes too: what some gain is not what others lose.
    free = shared(places(**{MORTALITY: [1000.0, 2000.0, 500.0]}), total=None)
    freed = free.effect(health_inequalities_share="0.15")
    assert freed.gained == pytest.approx(2 * freed.lost, rel=Decimal("0.001"))
    assert re.search("gives £63.1k and takes £31.5k: 1 place gains and 1 loses", freed.finding())
    # And the populations that do not add up to the list are told.
    assert free.stamp[f"sum of {MORTALITY}"] == "3500, +16.666667\u00a0% beside the list"
    assert "adds up to 3,500 people beside 3,000 on the list" in free._repr_html_()
    assert "adds up to" not in shared()._repr_html_()
    # From another share than the formula's own.
    back = shared().with_health_inequalities_share("0.15").effect(health_inequalities_share="0.10")
    assert [gain.gain for gain in back.places] == [0, -25, 25]


def test_frames_and_pages_carry_their_stamp() -> None:
    found = shared()
    frame = pl.DataFrame(found)
    assert frame["target"].sum() == 3000
    assert frame.columns == [
        "place", "places", "registered", "weighted", "need_index", "share", "target", "per_head",
    ]  # fmt: skip
    effect = found.effect(health_inequalities_share="0.15")
    assert pl.DataFrame(effect.to_frame())["gain"].sum() == 0
    for table in (found.to_frame(), effect.to_frame()):
        assert b"sha256:" in table.schema.metadata[b"capitation.stamp"]
    for page in (found._repr_html_(), effect._repr_html_()):
        ElementTree.fromstring(page.replace("&nbsp;", " "))
        assert "sha256:" in page
    assert repr(found) == "Allocation(3 places, 3,000 people, £3,000.00)"
    assert len(found) == 3
    many = shared(pl.concat([places(code=[f"{n} {name}" for name in "abc"]) for n in range(20)]))
    assert "The 20 that are due the most; 40 more" in many._repr_html_()
    assert "40 places between them" in many.effect(health_inequalities_share="0")._repr_html_()


def test_normalised_populations_say_by_what() -> None:
    table = places(**{"weighted population, maternity": [500.0, 600.0, 400.0]})
    found = shared(table, normalise=True)
    assert found.factors["weighted population, maternity"] == 2
    assert found.factors[MORTALITY] == 1
    assert found.stamp["normalised: weighted population, maternity"] == "× 2"
    assert found.places[1].target > shared(normalise=True).places[1].target


def test_what_cannot_be_right_is_refused() -> None:
    with pytest.raises(cap.PopulationError, match="place `poor`, registered list: 0 is not above zero"):
        shared(places(list=[1000, 0, 1000]))
    with pytest.raises(cap.PopulationError, match="the value is missing"):
        shared(places(list=[1000, None, 1000]))
    with pytest.raises(cap.PopulationError, match="NaN is not a number that can be held"):
        shared(places(**{MORTALITY: [1.0, float("nan"), 1.0]}))
    with pytest.raises(cap.ContractError, match="place `mean` is there before"):
        shared(places(code=["mean", "mean", "rich"]))
    with pytest.raises(cap.PopulationError, match="no such column"):
        shared(places().drop(MORTALITY))
    with pytest.raises(cap.ContractError, match="the formula does not ask for `registered lists`"):
        allocation(places(), formula(), place="code", columns={"registered lists": "list"})
    with pytest.raises(cap.ContractError, match="not grouped by `bord`; did you mean `board`"):
        shared().by("bord")
    with pytest.raises(cap.ContractError, match=r"1\.2 is not"):
        shared().effect(health_inequalities_share="1.2")
    with pytest.raises(TypeError, match="must be exact"):
        shared(total=3000.0)
    with pytest.raises(cap.ContractError, match="it has no `registered list`"):
        allocation(places(), cap.Contract.from_toml(SMALL), place="code", columns={})


SMALL = """
name = "Block"
currency = "GBP"
period = { start = 2026-04-01, end = 2027-03-31 }
parties = { commissioner = "payer", trust = "provider" }
inputs = { "block" = "money" }

[[clause]]
name = "payment"
rule.sum = ["block"]
pays = { from = "commissioner", to = "trust" }
"""


@pytest.mark.parametrize("share", ["0", "0.15", "0.25"])
def test_the_model_of_every_practice(share: str) -> None:
    table = pl.read_csv(data("gp_practice_allocation_model_2021_ccg_formula.csv"))
    named = dict(
        zip(
            ("general and acute", "community", "mental health", "maternity"),
            ("G&A", "CS", "MH", "Mat"),
            strict=True,
        )
    )
    columns = {f"weighted population, {name}": f"WP_{column}" for name, column in named.items()}
    columns |= {
        "registered list": "GP_pop",
        "weighted population, prescribing": "WP_Presc",
        MORTALITY: "WP_AM",
        INDICES[0]: "MFF_index",
        INDICES[1]: "EACA_index",
    }
    found = allocation(
        table, formula(), place="Practice", columns=columns, groups={"ICB": "STP21"}, total="74151128618.10"
    )
    # Within a penny and a few parts in a thousand million of what NHS England published.
    published = (table["Target_exc_remote_£k"] * 1000).to_list()
    for place, target in zip(found.places, published, strict=True):
        assert abs(float(place.target) - target) <= 0.011 + 4e-9 * target, place
    assert len(found) == 7325
    effect = found.by("ICB").effect(health_inequalities_share=share)
    assert effect.gained == effect.lost > 0
    assert len(effect.places) == 42


# The pace of change.


def pace(policy: Policy | None = None, totals: list[str] | None = None) -> PaceOfChange:
    table = pl.DataFrame(
        {"code": ["over", "on", "under"], "now": [120.0, 100.0, 80.0], "weight": [1.0, 1.0, 1.0]}
    )
    return pace_of_change(
        table,
        place="code",
        opening="now",
        weight="weight",
        policy=policy or Policy(closes="0.5"),
        totals=totals or ["315.00"],
        near="0.05",
    )


def test_totals_are_a_list() -> None:
    with pytest.raises(TypeError, match="totals='315' is one value, and a list of totals is needed"):
        pace(totals="315")  # type: ignore[arg-type]


def test_the_pace_of_change() -> None:
    # Half of each gap of £20, 5 % more like all: 126 − 10.50, 105, 84 + 10.50.
    found = pace()
    [year] = found.years
    assert [place.allocation for place in year.places] == [Decimal("115.50"), 105, Decimal("94.50")]
    assert year.common_growth == Decimal("0.05")
    assert [place.years for place in found.reached] == [None, 0, None]
    assert found.finding() == "2 of 3 places begin more than 5\u00a0% from target; after 1 year 2 are"
    held = pace(Policy(closes="0.5", least_growth="0.02")).years[0]
    assert [place.allocation for place in held.places] == [Decimal("122.40"), 102, Decimal("90.60")]
    assert [place.held for place in held.places] == [True, True, False]
    many = pace(totals=["315.00", "330.00", "345.00"])
    assert pl.DataFrame(many.to_frame()).group_by("year").agg(pl.col("allocation").sum()).height == 3
    # 20 % is 10 % after one year and 5 % after two.
    assert pl.DataFrame(many.to_frame("reached"))["years"].to_list() == [2, 0, 2]
    assert many.stamp["totals"] == "315.00, 330.00, 345.00"
    assert b"sha256:" in many.to_frame().schema.metadata[b"capitation.stamp"]
    ElementTree.fromstring(many._repr_html_())
    with pytest.raises(ValueError, match="name years or reached"):
        many.to_frame("year")


def test_closing_all_of_it_lands_on_target() -> None:
    for total in ("315.00", "300.00", "150.00"):
        [year] = pace(Policy(closes=1), [total]).years
        assert [place.distance_after for place in year.places] == [0, 0, 0]


def test_weights_may_be_shares() -> None:
    table = pl.DataFrame({"code": ["a", "b"], "now": [144.0, 256.0], "weight": [1.44e-6, 2.56e-6]})
    found = pace_of_change(
        table,
        place="code",
        opening="now",
        weight="weight",
        policy=Policy(closes=0),
        totals=["400.00"],
        near=0,
    )
    assert [place.opening_distance for place in found.reached] == [0, 0]


def test_a_pace_that_cannot_be_is_refused() -> None:
    with pytest.raises(cap.ContractError, match=r"it is £6\.00 short"):
        pace(Policy(closes="0.5", least_growth="0.07"))
    with pytest.raises(cap.ContractError, match="part of the gap closed in a year: 2 has no meaning"):
        pace(Policy(closes=2))
    with pytest.raises(TypeError, match="exact"):
        pace(Policy(closes=0.5))  # type: ignore[arg-type]
    with pytest.raises(cap.PopulationError, match="is not whole pennies"):
        pace_of_change(
            pl.DataFrame({"code": ["a"], "now": [1.005], "weight": [1.0]}),
            place="code", opening="now", weight="weight", policy=Policy(closes=0), totals=["2.00"], near=0,
        )  # fmt: skip


# The gradient.

PEOPLE = pl.DataFrame({"age": [85, 85], "sex": ["F", "F"], "quintile": [1, 2], "people": [10.0, 5.0]})


@pytest.fixture
def costs(tmp_path: Path) -> DeprivationCosts:
    path = tmp_path / "cells.csv"
    path.write_text(CELLS, encoding="utf-8")
    return cap.datasets.deprivation_costs(path)


INDEX = (2, 1, 1, 1, 0)


def test_people_are_there_once_and_of_an_age_that_the_file_has(costs: DeprivationCosts) -> None:
    assert costs.envelope("2014/15", PEOPLE).people == 15
    with pytest.raises(cap.CapitationError, match="age 85, F, fifth 1: it is there twice; add up its people"):
        costs.envelope("2014/15", pl.concat([PEOPLE, PEOPLE]))
    with pytest.raises(
        cap.CapitationError, match="its last age is 85: where that stands for all who are older"
    ):
        costs.envelope("2014/15", PEOPLE.with_columns(age=pl.lit(90)))
    with pytest.raises(cap.CapitationError, match="they add up to nobody"):
        costs.envelope("2014/15", PEOPLE.with_columns(people=pl.lit(0.0)))
    for fifth in (300, -1, 0, 6):
        with pytest.raises(cap.ContractError, match="fifth"):
            costs.envelope("2014/15").share_that_makes_whole(fifth, INDEX)


def test_what_leaving_out_deprivation_takes(costs: DeprivationCosts) -> None:
    envelope = costs.envelope("2014/15")
    assert [fifth.difference for fifth in envelope.fifths] == [-8000, -3000, 2000, 2000, 7000]
    assert envelope.with_deprivation == envelope.without_deprivation == 60000
    assert envelope.people == 500
    assert envelope.finding() == (
        "An envelope by age and sex alone takes £80 a head from Core20, the most deprived fifth: £8.0k"
    )
    back = envelope.given_back("0.5", INDEX)
    assert [fifth.after for fifth in back.fifths] == [18000, 12000, 12000, 12000, 6000]
    assert back.fifths[0].beside_cost == -2000
    assert back.finding() == (
        "A health-inequalities share of 50\u00a0% by this index gives £6.0k to Core20; it is still £2.0k short"
    )
    assert pl.DataFrame(back.to_frame())["given"].sum() == 0
    assert back.stamp["index"] == "2, 1, 1, 1, 0"
    assert "sha256:" in back._repr_html_()
    assert repr(back).startswith("GivenBack(A health-inequalities share of 50")
    ElementTree.fromstring(back._repr_html_())
    assert envelope.share_that_makes_whole(1, INDEX) == Decimal("0.666667")
    assert envelope.share_that_makes_whole(2, INDEX) is None
    assert envelope.fifths[0].name.startswith("Core20")
    assert pl.DataFrame(envelope.to_frame())["difference"].sum() == 0
    assert envelope.stamp["cells.csv"].startswith("sha256:")
    ElementTree.fromstring(envelope._repr_html_())
    assert pl.DataFrame(costs)["cost_per_head"].to_list()[0] == 200
    assert repr(costs) == "DeprivationCosts(cells.csv: 5 cells, 2014/15)"


def test_a_place_is_beside_the_nation(costs: DeprivationCosts) -> None:
    people = pl.DataFrame({"age": [85], "sex": ["F"], "imd": [1], "people": [10]})
    place = costs.envelope("2014/15", people, quintile="imd")
    assert place.with_deprivation == 2000
    assert place.without_deprivation == 1200
    with pytest.raises(
        cap.PopulationError, match="where that stands for all who are older, count them as 85"
    ):
        costs.envelope("2014/15", people.with_columns(age=90), quintile="imd")
    with pytest.raises(cap.PopulationError, match=r"row 0 .*, sex: `X` cannot be right"):
        costs.envelope("2014/15", people.with_columns(sex=pl.lit("X")), quintile="imd")
    with pytest.raises(cap.ResultsError, match="there is no cell of 2015/16; ask for one of 2014/15"):
        costs.envelope("2015/16")
    with pytest.raises(cap.ContractError, match=r"1\.5 is not a share"):
        place.given_back("1.5", INDEX)
    with pytest.raises(ValueError, match="the index has 2 values"):
        place.given_back("0.5", (1, 2))


def test_a_file_that_cannot_be_right_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text(CELLS.replace(",F,3,", ",X,3,"), encoding="utf-8")
    with pytest.raises(cap.ResultsError, match=r"cells.csv, line 4, sex .*`X` is not a sex that is known"):
        cap.datasets.deprivation_costs(path)


def test_the_published_gradient() -> None:
    costs = cap.datasets.deprivation_costs(data("nhs_cost_by_age_sex_imd_quintile.csv"))
    assert (len(costs), costs.years) == (1720, ["2011/12", "2014/15"])
    envelope = costs.envelope("2014/15")
    assert envelope.fifths[0].cost_per_head == Decimal("2066.95")
    assert envelope.fifths[4].cost_per_head == Decimal("1651.71")
    assert envelope.with_deprivation == Decimal("97894691600.00")


# Charts.


def drawn(kind: str, width: int, costs: DeprivationCosts) -> Any:
    envelope = costs.envelope("2014/15")
    many = shared(pl.concat([places(code=[f"{n} {name}" for name in "abc"]) for n in range(9)]))
    made = {
        "gains": lambda: shared().effect(health_inequalities_share="0.15").plot.gains(width=width),
        "many": lambda: many.effect(health_inequalities_share="0.15").plot.gains(width=width),
        "nothing": lambda: shared().effect(health_inequalities_share="0.10").plot.gains(width=width),
        "distances": lambda: pace(totals=["315.00", "330.00", "345.00"]).plot.distances(width=width),
        "fifths": lambda: envelope.plot.by_fifth(width=width),
        "given": lambda: envelope.plot.by_fifth(width=width, share="0.1", index=INDEX),
    }
    return made[kind]()


@pytest.mark.parametrize("width", [340, 720])
@pytest.mark.parametrize("kind", ["gains", "many", "nothing", "distances", "fifths", "given"])
def test_a_picture_fits_and_says_its_finding(kind: str, width: int, costs: DeprivationCosts) -> None:
    chart = drawn(kind, width, costs)
    picture = ElementTree.fromstring(charts.to_svg(chart))
    assert float(picture.attrib["width"]) <= width + 10
    said = charts.said(chart)
    expected = {
        "gains": "moves £25: 1 place gains and 1 loses",
        "many": "The 11 places between are left out",
        "nothing": "moves nothing",
        "distances": "after 3 years 0 are",
        "fifths": "takes £80 a head from Core20",
        "given": "A share of 10\u00a0% by the index that was given gives back £1.2k",
    }
    assert expected[kind] in said, said


def test_a_share_is_shared_out_by_an_index(costs: DeprivationCosts) -> None:
    with pytest.raises(ValueError, match="give both, or neither"):
        costs.envelope("2014/15").plot.by_fifth(share="0.1")
