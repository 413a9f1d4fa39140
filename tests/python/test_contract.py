"""Contracts are read strictly and settled exactly."""

from __future__ import annotations

import copy
import pickle
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import capitation as cap

if TYPE_CHECKING:
    from pathlib import Path

CAPITATION = """
name = "Capitation"
currency = "GBP"
period = {{ start = 2026-04-01, end = 2027-03-31 }}
parties = {{ commissioner = "payer", trust = "provider" }}
inputs = {{ "member months" = "count", "actual cost" = "money" }}
bears = {{ "actual cost" = "trust" }}

[terms."price per member month"]
unit = "money per count"
source = "Test"
values = "{price}"

[[clause]]
name = "envelope"
rule.times = {{ of = "member months", by = "price per member month" }}
round = {{ mode = "half_up", places = 2 }}
pays = {{ from = "commissioner", to = "trust" }}
"""


def capitation(price: object = "412.50") -> cap.Contract:
    return cap.Contract.from_toml(CAPITATION.format(price=price))


def settle(**changed: Any) -> cap.Statement:
    happened: dict[str, Any] = {"member months": 12000, "actual cost": "4700000.00"}
    return capitation().settle(happened | changed)


def test_a_statement() -> None:
    statement = settle()
    assert statement["envelope"] == Decimal("4950000.00")
    assert statement.keys() == ["member months", "actual cost", "price per member month", "envelope"]
    assert (statement.contract, statement.currency) == ("Capitation", "GBP")
    assert statement.net("trust") == -statement.net("commissioner") == Decimal("4950000.00")
    assert statement.surplus("trust") == Decimal("250000.00")
    assert "envelope" in statement.explain()
    with pytest.raises(KeyError, match="no line `envelop`; there are member months"):
        statement["envelop"]
    with pytest.raises(KeyError, match="no party `council`; there are commissioner, trust"):
        statement.net("council")


def test_a_population_settles_as_its_totals(people: cap.Population, contracts: list[cap.Contract]) -> None:
    capitated = contracts[1]
    whole = capitated.settle(people)
    by_hand = capitated.settle({name: people.total(name) for name in capitated.inputs})
    assert whole["envelope"] == by_hand["envelope"]
    years = [capitated.settle(people, year=year)["actual cost"] for year in people.years]
    assert sum(years) == people.total("actual cost")


def test_an_input_beside_a_population_is_exact(people: cap.Population, contracts: list[cap.Contract]) -> None:
    with pytest.raises(TypeError, match="an amount must be exact"):
        contracts[1].settle(people, given={"quality": 0.9})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("amount", "error", "said"),
    [
        (
            1.5,
            TypeError,
            "1.5 is a float, and an amount must be exact; give a Decimal, an int or a decimal text",
        ),
        (True, TypeError, "a bool is not an amount"),
        (None, TypeError, "None is a NoneType, and an amount must be exact"),
        (Decimal("1e999999"), ValueError, "more than 28 digits before the point"),
        (Decimal("1e30"), ValueError, "more than 28 digits before the point"),
        (Decimal("NaN"), ValueError, "NaN is not an amount; give a finite number"),
        (Decimal("-Infinity"), ValueError, "-Infinity is not an amount; give a finite number"),
        (10**30, ValueError, "more digits than can be held exactly; write at most 28"),
        ("1,000", ValueError, "input `member months`: `1,000` is not a decimal number; write 1000"),
        ("50%", ValueError, "input `member months`: `50%` is not a decimal number; write 0.5, a part of one"),
        ("", ValueError, "is not a decimal number"),
        (-1, cap.ContractError, "input `member months`: -1 is negative"),
    ],
    ids=str,
)
def test_amounts_that_are_refused(amount: object, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        settle(**{"member months": amount})


def test_limits_and_parts_of_a_penny() -> None:
    builder = cap.ContractBuilder(
        "Capitation", currency="GBP", first_day="2026-04-01", last_day="2027-03-31"
    ).capitation("412.50", "Here")
    limited = builder.limit("actual cost", least=0, most="envelope", why="no more was agreed").build()
    limited.settle({"member months": 1, "actual cost": "412.50"})
    # A whole number as a sum of pandas gives it.
    of_numpy = limited.settle({"member months": np.int64(1), "actual cost": np.int32(400)})  # type: ignore[dict-item]
    assert of_numpy["actual cost"] == 400
    cases: list[tuple[str | int, str]] = [
        ("412.51", "£412.51 is above `envelope`, which is £412.50: no more was agreed"),
        (-1, "-£1.00 is below £0.00, the least that it can be: no more was agreed"),
        ("1.005", "1.005 is not in whole pence; .* half up it is 1.01"),
    ]
    for cost, said in cases:
        with pytest.raises(cap.ContractError, match=f"input `actual cost`: {said}"):
            limited.settle({"member months": 1, "actual cost": cost})
    with pytest.raises(TypeError, match=r"1\.5 is a float"):
        builder.limit("actual cost", most=1.5)  # type: ignore[arg-type]


def test_inputs_that_do_not_fit() -> None:
    with pytest.raises(
        cap.SettlementError,
        match=r"needs 2 more .* `member months` as .*, `actual cost` as",
    ):
        capitation().settle({})
    with pytest.raises(cap.SettlementError, match="input `actual cost`: contract `Capitation` needs it"):
        capitation().settle({"member months": 1})
    with pytest.raises(
        cap.SettlementError, match="input `quality`: contract `Capitation` does not ask for it"
    ):
        settle(quality="0.9")
    with pytest.raises(cap.ContractError, match="2020-01-01 is outside its period, 2026-04-01 to 2027-03-31"):
        capitation().settle({}, on=date(2020, 1, 1))
    with pytest.raises(TypeError, match="give a dict of amounts by input, or a Population"):
        capitation().settle([("member months", 1)])  # type: ignore[arg-type]


# The integers bound the digits: 28 is what an exact amount can have.
prices = st.decimals(min_value=0, max_value=10_000, places=4, allow_nan=False)
months = st.decimals(min_value=0, max_value=10_000_000, places=3, allow_nan=False)
costs = st.decimals(min_value=0, max_value=10_000_000_000, places=2, allow_nan=False)


@given(price=prices, covered=months, cost=costs)
def test_settlement_is_the_arithmetic_of_decimals(price: Decimal, covered: Decimal, cost: Decimal) -> None:
    statement = capitation(f"{price:f}").settle({"member months": covered, "actual cost": cost})
    exact = Context(prec=60)
    owed = exact.multiply(price, covered).quantize(Decimal("0.01"), ROUND_HALF_UP, exact)
    assert statement["envelope"] == owed
    assert statement.net("trust") + statement.net("commissioner") == 0
    assert statement.surplus("trust") == owed - cost


def test_reading_says_the_file_and_the_line(tmp_path: Path) -> None:
    path = tmp_path / "contract.toml"
    path.write_text(CAPITATION.format(price="412.50").replace('"412.50"', "412.5"), encoding="utf-8")
    with pytest.raises(cap.ContractError) as caught:
        cap.Contract.read(path)
    assert caught.value.place.startswith(f"{path}, line 12")
    assert "float" in str(caught.value)
    with pytest.raises(cap.ContractError, match="the contract file cannot be read"):
        cap.Contract.read(tmp_path / "missing.toml")


def test_an_unknown_key_is_refused_with_its_line() -> None:
    with pytest.raises(cap.ContractError, match=r"line 2.*colour"):
        cap.Contract.from_toml('name = "x"\ncolour = "blue"\n')


def test_a_contract_is_a_value(contracts: list[cap.Contract]) -> None:
    for contract in contracts:
        again = cap.Contract.from_toml(contract.to_toml())
        assert again == contract
        assert hash(again) == hash(contract)
        assert cap.Contract.from_json(contract.to_json()) == contract
        assert pickle.loads(pickle.dumps(contract)) == contract
        assert copy.deepcopy(contract).fingerprint == contract.fingerprint
    assert len(set(contracts)) == len(contracts)
    assert capitation() != capitation("412.51")
    assert capitation() != "Capitation"


def test_what_a_contract_says_of_itself() -> None:
    contract = capitation()
    assert contract.parties == {"commissioner": "payer", "trust": "provider"}
    assert contract.inputs == {"member months": "count", "actual cost": "money"}
    assert contract.fingerprint.startswith("sha256:")
    assert contract.unverified == []
    assert "envelope = member months × price per member month" in contract.explain()
    assert contract.check_examples() == []


def test_examples_hold(contracts: list[cap.Contract]) -> None:
    for contract in contracts:
        results = contract.check_examples()
        assert results
        assert all(holds for *_, holds in results), results


def test_a_bridge_says_what_moved_the_payment() -> None:
    bridge = settle().bridge(settle(**{"member months": 12100}), "trust")
    assert "member months" in repr(bridge)
    assert '"effect":"41250.00"' in bridge.to_json()


def test_an_error_is_a_value_error_with_parts() -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        cap.Contract.from_toml("")
    error = caught.value
    assert isinstance(error, cap.ContractError)
    assert isinstance(error, cap.CapitationError)
    assert str(error) == f"{error.place}: {error.problem}; {error.remedy}"


def test_a_contract_built_in_python_is_one_read_from_a_file() -> None:
    builder = cap.ContractBuilder("Built", currency="GBP", first_day="2026-04-01", last_day=date(2027, 3, 31))
    built = builder.capitation("412.50", "Schedule 3").build()
    assert built == cap.Contract.from_toml(built.to_toml())
    assert built.settle({"member months": 2, "actual cost": 0}).net("provider") == 825
    with pytest.raises(TypeError, match="an amount must be exact"):
        builder.capitation(412.5, "Schedule 3")  # type: ignore[arg-type]
