"""The report at the border: it is the core's page, of whatever comparison Python holds; numbers read the same here."""

from __future__ import annotations

import json
import pickle
import re
from decimal import Decimal
from html import unescape
from typing import Any

import msgspec
import polars as pl
import pytest

import capitation as cap
from capitation import charts, words
from capitation.model import ComparisonData, Estimate


@pytest.fixture(scope="module")
def data(comparison: cap.Comparison) -> ComparisonData:
    return comparison.data


def page(data: ComparisonData) -> str:
    """The report on a comparison as it was changed here."""
    return cap.Comparison.from_json(data.to_json().decode()).to_html()


# What was saved.


def test_the_typed_records_hold_everything(comparison: cap.Comparison) -> None:
    assert json.loads(comparison.data.to_json()) == json.loads(comparison.to_json())
    assert ComparisonData.from_json(comparison.data.to_json()) == comparison.data


def test_a_saved_comparison_is_the_same(comparison: cap.Comparison) -> None:
    read = cap.Comparison.from_json(comparison.to_json())
    assert read.data == comparison.data
    assert str(read) == str(comparison)
    assert read.to_html() == comparison.to_html() == page(comparison.data)
    assert pickle.loads(pickle.dumps(read)).to_html() == read.to_html()


def test_what_is_no_comparison_is_refused(comparison: cap.Comparison) -> None:
    with pytest.raises(cap.ComparisonError, match="missing field `currency`") as refused:
        cap.Comparison.from_json("{}")
    assert refused.value.place == "comparison"
    changed = json.loads(comparison.to_json())
    changed["contracts"][0]["by_year"][0]["margin"] = 0.5
    with pytest.raises(cap.ComparisonError, match=r"binary float.*put it in quotes") as refused:
        cap.Comparison.from_json(json.dumps(changed))
    assert refused.value.place == "comparison, contracts[0].by_year[0].margin"


# The page.


def test_the_page_follows_the_data(data: ComparisonData) -> None:
    first, second, *others = data.contracts
    swapped = (
        msgspec.structs.replace(first, marginal=second.marginal),
        msgspec.structs.replace(second, marginal=first.marginal),
    )
    before, after = (
        re.findall("<h1>(.*)</h1>", page(held))[0]
        for held in (data, msgspec.structs.replace(data, contracts=(*swapped, *others)))
    )
    assert f"under {first.name} and" in before
    turned = before.replace(first.name, "\0").replace(second.name, first.name).replace("\0", second.name)
    assert turned == after


def test_a_name_is_text_wherever_it_stands(data: ComparisonData) -> None:
    nasty = "<script>alert('1')</script> & \"more\" \\n"
    first, *others = data.contracts
    renamed = msgspec.structs.replace(first, name=nasty)
    basis = msgspec.structs.replace(data.basis, reference=nasty)
    text = page(msgspec.structs.replace(data, contracts=(renamed, *others), basis=basis))
    assert "<script" not in text
    assert nasty in unescape(re.sub(r"<[^>]+>", "", text))


def test_a_year_of_few_people_shows_none_of_its_amounts(people_table: pl.DataFrame, contracts: Any) -> None:
    few = pl.DataFrame(
        [(1000 + n, 2026, 12.0, 1234.56 + n, 3, 77) for n in range(6)],
        schema=people_table.schema,
        orient="row",
    )
    population = cap.Population.from_table(
        pl.concat([people_table, few]), person="person", year="year", member_months="member_months", cost="cost",
        currency="USD", activity={"admissions": "adm", "visits": "gp"},
    )  # fmt: skip
    compared = cap.compare(population, contracts[:2], sizes=(100,), panel=100, draws=50, progress=None)
    text = compared.to_html()
    section = text[text.index('<section id="years">') : text.index('<section id="contracts">')]
    row = section[section.index(">2026<") :]
    row = row[: row.index("</tr>")]
    assert row.count("withheld") >= 3
    assert "$" not in row
    # 6 people, 7,422.36 of cost, 18 admissions at 891.25 and 462 visits at 24.86.
    assert not re.search(r"7,422\.36|27,527\.82", text)


def test_charts_in_python_say_what_those_of_the_page_say(data: ComparisonData) -> None:
    text = page(data)
    labels = [unescape(label) for label in re.findall(r'<svg [^>]*aria-label="([^"]+)"', text)]
    drawn = [charts.margin_fan(data), charts.who_carries_what(data), charts.lorenz(data)]
    drawn += [charts.statement_waterfall(data, contract.name) for contract in data.contracts]
    for chart in drawn:
        assert labels.count(charts.said(chart)) == 2
    assert len(labels) == 2 * len(drawn)


# Numbers, here as there.


def cells(text: str, section: str) -> dict[tuple[str, str], list[str]]:
    """By the name of a table's group of rows, and of the column: what its cells say, in their order."""
    part = text[text.index(f'<section id="{section}">') :]
    part = part[: part.index("</section>")]
    found: dict[tuple[str, str], list[str]] = {}
    group = ""
    for heading, label, cell in re.findall(
        r'<th colspan="\d+" scope="rowgroup">(.*?)</th>|<td data-label="(.*?)".*?><span>(.*?)</span></td>',
        part,
    ):
        if heading:
            group = unescape(heading)
        else:
            plain = unescape(re.sub(r"<[^>]+>", "", cell))
            found.setdefault((group, unescape(label)), []).append(plain)
    return found


@pytest.mark.parametrize("code", ["USD", "JPY", "KWD", "CHF"])
def test_numbers_read_as_on_the_page(comparison: cap.Comparison, code: str) -> None:
    text = comparison.to_json().replace('"USD"', f'"{code}"')
    other = cap.Comparison.from_json(text)
    data, shown = other.data, other.to_html()
    compared, marginal = cells(shown, "compared"), cells(shown, "marginal")

    def same(cell: str, said: str) -> None:
        assert re.sub(r"\s+", "", cell) == re.sub(r"\s+|(?<=\d)\s*%(?=$)", "", said).strip()

    for contract in data.contracts:
        for place, at in enumerate(contract.by_size):
            same(
                compared[contract.name, "mean of the worst 5 %"][place],
                words.money_estimate(at.tvar95_of_deficit, code),
            )
            chance = words.chance(at.probability_of_deficit, data.basis.draws)
            if chance is not None:
                assert compared[contract.name, "chance of a deficit"][place] == chance
        for event in contract.marginal:
            for place, result in enumerate(event.results):
                value = Estimate(mean=result.mean, se=result.se)
                same(marginal[contract.name, event.what][place], words.money_estimate(value, code, plus=True))
        assert contract.statement is not None
        # These amounts have cents, and no digit of what is owed is dropped.
        for party in contract.statement.parties if words.minor_digits(code) >= 2 else ():
            assert f"<span>{words.money(party.surplus, code)}</span>" in shown


@pytest.mark.parametrize(
    ("mean", "se", "shown"),
    [
        (866_733.4, 538.7, "$866,730\u00a0± 540"),
        (2_361.0, 96.4, "$2,361\u00a0± 96"),
        (-0.05, 0.0123, "−$0.050\u00a0± 0.012"),
        (0.0, 0.0, "$0.00"),
        (1.5, 1e-15, "$1.50"),
        (-0.001, 0.0, "$0.00"),
        (1234.5, 0.0996, "$1,234.50\u00a0± 0.10"),
        (1234.5, 9.96, "$1,234\u00a0± 10"),
    ],
)
def test_one_rule_for_estimates(mean: float, se: float, shown: str) -> None:
    assert words.money_estimate(Estimate(mean=mean, se=se), "USD") == shown


def test_half_a_unit_rounds_up() -> None:
    assert words.money(356.5, "USD", digits=0) == "$357"
    assert words.money(-357.5, "USD", digits=0) == "−$358"
    assert words.money(Decimal("0.125"), "USD") == "$0.13"
    assert words.money(Decimal("-0.004"), "USD") == "$0.00"
    assert words.percent(12.345) == "1,234.5\u00a0%"
