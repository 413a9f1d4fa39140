"""Programmes: the regulator's contracts, found by name, year, track and choice."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

import capitation as cap

if TYPE_CHECKING:
    from pathlib import Path


def test_a_contract_that_settles_and_explains_itself() -> None:
    contract = cap.programme("mssp", 2022).contract(track="BASIC E")
    # CMS methodology v11, section 4.3: the loss limit by revenue of $13,630,983 is $1,090,479.
    statement = contract.settle(
        {
            "assigned beneficiaries": 10_000,
            "benchmark": 93_411_313,
            "expenditure": 113_411_313,
            "chosen minimum rate": "0.01",
            "quality standard met": 1,
            "participant revenue": 13_630_983,
        }
    )
    assert statement["shared loss"] == Decimal("1090478.64")
    assert statement.net("ACO") == Decimal("-1090478.64")
    text = statement.explain()
    assert "What the ACO owes CMS" in text
    assert "CMS methodology v11, section 4.3" in text
    assert "The most that can be owed: the smaller of the two." in text


def test_what_can_be_chosen() -> None:
    year = cap.programme("mssp", 2022)
    assert year.tracks == ["BASIC A", "BASIC B", "BASIC C", "BASIC D", "BASIC E", "ENHANCED"]
    choices = year.choices("BASIC E")
    assert choices["minimum rate"] == ["chosen", "by size", "set by CMS"]
    by_size = year.contract("BASIC E", {"minimum rate": "by size"})
    assert "chosen minimum rate" not in by_size.inputs
    assert by_size != year.contract("BASIC E")
    assert "minimum rate: chosen | by size | set by CMS" in year.explain()
    assert "Of BASIC C, BASIC D, BASIC E, ENHANCED." in year.explain()


def test_what_is_from_memory_says_so() -> None:
    contract = cap.programme("mssp", 2018).contract("Track 1+")
    assert contract.unverified == ["loss limit, part of benchmark", "loss limit, part of revenue"]
    assert cap.programme("mssp", 2022).contract("BASIC E").unverified == []
    assert cap.programme("reach", 2025).contract("Global").unverified == []
    built = cap.programme("reach", 2025).contract("Global", {"benchmark": "from discount and withholds"})
    assert built.unverified == ["discount rate"]


def test_the_programmes_there_are() -> None:
    assert [(name, years[0], years[-1]) for name, _, years in cap.programmes()] == [
        ("mssp", 2014, 2024),
        ("reach", 2021, 2026),
        ("lead", 2027, 2036),
        ("nhs-acute", 2010, 2025),
        ("nhs-primary-care", 2014, 2026),
        ("nhs-allocation", 2021, 2021),
        ("nhs-integrated", 2015, 2026),
    ]


def test_what_is_not_there_is_refused_with_what_is() -> None:
    with pytest.raises(cap.ContractError, match="there is no programme `msp`; did you mean `mssp`"):
        cap.programme("msp", 2022)
    with pytest.raises(cap.ContractError, match="it has no track in 1999; ask for a year from 2014 to 2024"):
        cap.programme("mssp", 1999)
    with pytest.raises(cap.ContractError, match="did you mean `BASIC E`"):
        cap.programme("mssp", 2022).contract("basic e")
    with pytest.raises(cap.ContractError, match="it has no option `large`; use one of `chosen`, `by size`"):
        cap.programme("mssp", 2022).contract("BASIC E", {"minimum rate": "large"})


def test_a_programme_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('name = "Own"\n', encoding="utf-8")
    with pytest.raises(cap.ContractError, match=r"own\.toml.*`about` is missing"):
        cap.Programme.read(path, 2022)
    assert '"title": "Programme"' in cap.Programme.schema()


def test_tracks_stand_side_by_side_on_one_population() -> None:
    people = 600
    table = pl.DataFrame(
        {
            "cost": [97_500.0 * (person % 50 == 0) for person in range(people)],
            "months": [12.0] * people,
            "years": [1.0] * people,
        }
    )
    population = cap.Population.from_table(
        table,
        member_months="months",
        cost="cost",
        currency="USD",
        settings={"expenditure": "cost"},
        activity={"assigned beneficiaries": "years", "person years": "years"},
    )
    year = cap.programme("mssp", 2022)
    benchmark = {"benchmark": "per person year"}
    tracks = [
        year.contract("BASIC A", benchmark),
        year.contract("ENHANCED", {**benchmark, "minimum rate": "by size"}),
    ]
    compared = cap.compare(
        population,
        tracks,
        neutral=False,
        sizes=(5_000,),
        panel=5_000,
        draws=200,
        given={"benchmark per person year": "1950.00", "quality standard met": 1},
        progress=None,
    )
    one_sided, two_sided = (contract.by_size[0] for contract in compared.data.contracts)
    assert one_sided.probability_of_deficit.mean == 0
    assert two_sided.margin_sd.mean > one_sided.margin_sd.mean


def test_an_english_contract_settles_to_the_penny() -> None:
    contract = cap.programme("nhs-acute", 2014).contract("marginal rate")
    assert contract.unverified == []
    nothing = dict.fromkeys(contract.inputs, 0)
    statement = contract.settle(
        {**nothing, "value of emergency admissions": "12000000.00", "baseline value": "10000000.00"}
    )
    # By hand: 30 % of 2,000,000.00 above the baseline, and 70 % retained.
    assert statement["payment for emergency admissions"] == Decimal("10600000.00")
    assert statement.net("trust") == Decimal("10600000.00")
    assert statement.net("reinvestment fund") == Decimal("1400000.00")


def test_english_contracts_stand_side_by_side_on_one_population() -> None:
    """An admission avoided saves a hospital its marginal cost and loses what the contract pays of its price."""
    people = 400
    table = pl.DataFrame(
        {
            "cost": [8_000.0 * (person % 4 == 0) for person in range(people)],
            "months": [12.0] * people,
            "admissions": [4.0 * (person % 4 == 0) for person in range(people)],
        }
    )
    admissions = "emergency admissions"
    population = cap.Population.from_table(
        table, member_months="months", cost="cost", currency="GBP", activity={admissions: "admissions"}
    )
    counted = {"actual cost": "given", "activity": "by number and price"}
    contracts = [
        cap.programme("nhs-acute", 2018).contract("payment by results", counted),
        cap.programme("nhs-acute", 2019).contract(
            "blended emergency payment",
            {"actual cost": "given", "activity and forecast": "by number and price"},
        ),
        cap.programme("nhs-acute", 2020).contract("block", {"actual cost": "given"}),
    ]
    measured = {"actual cost", admissions}
    given = {name: 0 for contract in contracts for name in contract.inputs if name not in measured}
    compared = cap.compare(
        population,
        contracts,
        neutral=False,
        sizes=(1_000,),
        panel=1_000,
        draws=200,
        marginal_share="0.5",
        unit_costs={admissions: "2000"},
        given={
            **given,
            "price of emergency admissions": "2500.00",
            "forecast number of emergency admissions": 1_000,
            "block amount": "2500000.00",
        },
        progress=None,
    )
    # By hand: half of 2,000 is saved; what goes is 2,500, a fifth of it, or nothing.
    for contract, expected in zip(compared.data.contracts, (-1_500.0, 500.0, 1_000.0), strict=True):
        avoided = next(event for event in contract.marginal if event.what.endswith("avoided"))
        trust = next(result for result in avoided.results if result.party == "trust")
        assert trust.mean == pytest.approx(expected, abs=1e-6), contract.name


def test_a_financial_year_is_read_and_said() -> None:
    acute = cap.programme("nhs-acute", "2019/20")
    assert (acute.year, acute.year_said) == (2019, "2019/20")
    assert acute.contract("block").name == "NHS acute contracts, block, 2019/20"
    assert cap.programme("mssp", "2022").year_said == "2022"
    cases: list[tuple[str, int | str, str]] = [
        ("nhs-acute", "2019/21", "`2019/21` is not a year of it; ask for a year from 2010/11 to 2025/26"),
        ("nhs-acute", "19/20", "`19/20` is not a year of it; write 2019/20"),
        ("nhs-acute", "2019-20", "`2019-20` is not a year of it; write 2019/20"),
        ("nhs-acute", "2019/2020", "`2019/2020` is not a year of it; write 2019/20"),
        ("mssp", "22", "`22` is not a year of it; write 2022"),
        ("mssp", "2022/23", "`2022/23` is not a year of it; ask for a year from 2014 to 2024"),
        ("nhs-acute", 10**20, "`100000000000000000000` is not a year of it"),
        ("nhs-acute", 2009, "it has no track in 2009/10"),
    ]
    for name, year, said in cases:
        with pytest.raises(cap.ContractError, match=said):
            cap.programme(name, year)
    with pytest.raises(TypeError, match='True is not a year; give an int, or a text such as "2019/20"'):
        cap.programme("nhs-acute", True)


def test_what_cannot_be_is_refused_by_name() -> None:
    indicator = cap.programme("nhs-primary-care", "2024/25").contract("QOF indicator")
    given = dict.fromkeys(indicator.inputs, 0) | {"patients counted": 150, "patients eligible": 100}
    said = "input `patients counted`: 150 is above `patients eligible`, which is 100"
    with pytest.raises(cap.ContractError, match=said):
        indicator.settle(given)
    assert "patients counted (count, at most patients eligible)" in indicator.explain()


def test_a_statement_says_what_is_unverified() -> None:
    contract = cap.programme("nhs-acute", 2019).contract(
        "blended emergency payment", {"break-glass": "full price beyond a band"}
    )
    statement = contract.settle(dict.fromkeys(contract.inputs, 0))
    assert statement.unverified == contract.unverified == ["added beyond the band"]
