"""The report and its charts: self-contained, safe with any name, true to the numbers, and whole with gaps."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl
import pytest

import capitation as cap
from capitation import charts, report, words
from capitation.model import Estimate

if TYPE_CHECKING:
    from capitation.model import ComparisonData

VOID = {"meta", "br", "link", "img", "input", "hr"}


class Balanced(HTMLParser):
    """Fails where an element is closed that is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(text: str) -> Balanced:
    parser = Balanced()
    parser.feed(text)
    assert parser.open == []
    return parser


@pytest.fixture(scope="module")
def data(comparison: cap.Comparison) -> ComparisonData:
    return comparison.data


@pytest.fixture(scope="module")
def text(data: ComparisonData) -> str:
    return report.html(data)


def test_it_asks_for_nothing_from_elsewhere(text: str) -> None:
    addresses = set(re.findall(r"""(?:https?:)?//[^\s"'<>)]+""", text))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "<script" not in text
    assert "@import" not in text
    assert len(text) < 500_000


def test_it_is_well_formed_and_its_references_lead_somewhere(text: str) -> None:
    page = parsed(text)
    assert len(page.ids) == len(set(page.ids))
    references = re.findall(r"url\(#([^)]+)\)", text) + re.findall(r'href="#([^"]+)"', text)
    assert set(references) <= set(page.ids)


def test_the_headline_says_whom_an_avoided_case_pays(data: ComparisonData) -> None:
    def provider(contract: str) -> float:
        event = next(m for m in data.contract(contract).marginal if m.what == "one admission avoided")
        return next(r.mean for r in event.results if r.party == "provider")

    found = report.headline(data)
    worst = min(data.contracts, key=lambda contract: provider(contract.name)).name
    best = max(data.contracts, key=lambda contract: provider(contract.name)).name
    assert provider(worst) < 0 < provider(best)
    lost, won = (words.money(abs(provider(name)), "USD", digits=0) for name in (worst, best))
    expected = (
        f"One admission avoided costs the provider {lost} under {worst} and earns it {won} under {best}"
    )
    assert found == expected


def test_the_headline_turns_with_the_numbers(data: ComparisonData) -> None:
    first, second, *others = data.contracts
    swapped = (
        msgspec.structs.replace(first, marginal=second.marginal),
        msgspec.structs.replace(second, marginal=first.marginal),
    )
    turned = report.headline(msgspec.structs.replace(data, contracts=(*swapped, *others)))
    before = report.headline(data)
    assert f"under {first.name} and" in before
    assert (
        before.replace(first.name, "\0").replace(second.name, first.name).replace("\0", second.name) == turned
    )


def cells(page: str, section: str) -> dict[tuple[str, str], list[str]]:
    """By the name of a table's group or row, and of the column: what its cells say, in their order."""
    part = page[page.index(f'<section id="{section}">') :]
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
            text = unescape(re.sub(r"<[^>]+>", "", cell))
            found.setdefault((group, unescape(label)), []).append(text)
    return found


def test_numbers_shown_are_the_numbers_to_the_place_shown(data: ComparisonData, text: str) -> None:
    def agrees(shown: str, value: Estimate, scale: float) -> None:
        number, _, error = re.sub(r"[$,+%\u00a0]", "", shown).replace(words.MINUS, "-").partition("±")
        places = len(number.strip().partition(".")[2])
        # The last digit of a number given to hundreds is worth a hundred: its error has two figures.
        worth = (
            max(10.0**-places, 10.0 ** (len(error.strip()) - 2)) if error and not places else 10.0**-places
        )
        assert abs(float(number) - value.mean * scale) <= 0.5001 * worth
        if error:
            assert float(error) == pytest.approx(value.se * scale, rel=0.06)

    sizes, marginal = cells(text, "compared"), cells(text, "marginal")
    for contract in data.contracts:
        for place, at in enumerate(contract.by_size):
            shown = {
                column: sizes[contract.name, column][place] for name, column in sizes if name == contract.name
            }
            if 0 < at.probability_of_deficit.mean < 1:
                agrees(shown["chance of a deficit"], at.probability_of_deficit, 100)
            agrees(shown["mean of the worst 5 %"], at.tvar95_of_deficit, 1)
            agrees(shown["mean of the worst 1 %"], at.tvar99_of_deficit, 1)
            agrees(shown["margin, a member and month"], at.margin_per_member_month, 1)
        for event in contract.marginal:
            for place, result in enumerate(event.results):
                value = Estimate(mean=result.mean, se=result.se)
                agrees(marginal[contract.name, event.what][place], value, 1)


def test_every_exact_amount_of_a_statement_is_shown(data: ComparisonData, text: str) -> None:
    shown = unescape(re.sub(r"<[^>]+>", " ", text))
    for contract in data.contracts:
        assert contract.statement is not None
        for line in contract.statement.lines:
            assert words.amount(line.amount, line.unit, data.currency) in shown
            assert line.words in shown
        for year in contract.by_year:
            assert year.margin is not None
            assert words.money(year.margin, data.currency) in shown


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
    page = report.html(compared.data)
    section = page[page.index('<section id="years">') : page.index('<section id="contracts">')]
    row = section[section.index(">2026<") :]
    row = row[: row.index("</tr>")]
    assert row.count("withheld") >= 3
    assert "$" not in row
    # 6 people, 7,422.36 of cost, 18 admissions at 891.25 and 462 visits at 24.86.
    assert not re.search(r"7,422\.36|27,527\.82", page)


def test_every_chart_says_its_finding_to_those_who_do_not_see_it(data: ComparisonData, text: str) -> None:
    labels = [unescape(label) for label in re.findall(r'<svg role="img" aria-label="([^"]+)"', text)]
    assert len(labels) == text.count("<svg ") == 2 * (3 + len(data.contracts))
    for finding in (charts.margin_finding, charts.risk_finding, charts.lorenz_finding):
        assert sum(label.startswith(finding(data)) for label in labels) == 2


def test_signs_are_coloured_by_what_they_mean(text: str) -> None:
    cells = re.findall(r'<td data-label="one [^"]*"(?: class="(\w+)")?><span>(.)', text)
    assert {sign for kind, sign in cells if kind == "gain"} == {"+"}
    assert {sign for kind, sign in cells if kind == "loss"} == {words.MINUS}
    assert len(cells) > 10


def test_a_name_is_text_wherever_it_stands(data: ComparisonData) -> None:
    nasty = "<script>alert('1')</script> & \"more\" \\n"
    first, *others = data.contracts
    renamed = msgspec.structs.replace(first, name=nasty)
    odd = msgspec.structs.replace(data, contracts=(renamed, *others))
    page = report.html(odd)
    assert "<script" not in page
    assert nasty in "".join(parsed(page).text)


def test_what_is_missing_is_said(data: ComparisonData) -> None:
    bare = tuple(
        msgspec.structs.replace(
            contract,
            statement=None,
            statement_of=None,
            marginal=(),
            by_size=tuple(
                msgspec.structs.replace(
                    at,
                    parties=tuple(
                        msgspec.structs.replace(party, share_of_variance=None, share_of_tail=None)
                        for party in at.parties
                    ),
                )
                for at in contract.by_size
            ),
            by_year=tuple(
                msgspec.structs.replace(
                    year,
                    members=None,
                    member_months=None,
                    outlay=None,
                    cost=None,
                    margin=None,
                    suppressed=True,
                )
                for year in contract.by_year
            ),
        )
        for contract in data.contracts
    )
    page = report.html(msgspec.structs.replace(data, contracts=bare, concentration=None))
    parsed(page)
    assert page.count("No chart: ") == 2 + len(bare)
    assert page.count('<span class="withheld">withheld</span>') == sum(len(c.by_year) for c in bare)
    assert "marginal_share" in page


def test_one_contract_as_written(data: ComparisonData) -> None:
    basis = msgspec.structs.replace(data.basis, neutral=False)
    alone = msgspec.structs.replace(data, contracts=data.contracts[:1], basis=basis)
    page = report.html(alone)
    parsed(page)
    assert "Budget neutral" not in page
    assert report.headline(alone).startswith("One admission avoided costs the provider $")


def test_other_currencies(data: ComparisonData) -> None:
    page = report.html(msgspec.structs.replace(data, currency="GBP"))
    assert "£" in page


@pytest.mark.parametrize("width", [340, 720])
def test_charts_fit_the_room_they_have(data: ComparisonData, width: int) -> None:
    drawn = [
        charts.margin_fan(data, width=width),
        charts.lorenz(data, width=width),
        charts.who_carries_what(data, width=width),
        charts.statement_waterfall(data, data.contracts[-1].name, width=width),
    ]
    for chart in drawn:
        size = re.search(r'<svg[^>]* width="([\d.]+)"', charts.to_svg(chart))
        assert size is not None
        assert float(size[1]) <= width + 10
        assert charts.to_png(chart, scale=1).startswith(b"\x89PNG")


def test_an_unknown_contract_is_named(data: ComparisonData) -> None:
    with pytest.raises(KeyError, match="the contracts are"):
        charts.statement_waterfall(data, "no such contract")


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
