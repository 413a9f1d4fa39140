"""Charts: their titles follow the numbers, their pictures are sound, and they fit whatever is put in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import msgspec
import pytest

from capitation import charts, words
from capitation.charts.rows import Rows
from capitation.model import Estimate
from capitation.tables import share_of_role

if TYPE_CHECKING:
    from collections.abc import Callable

    import capitation as cap
    from capitation.model import AtSize, ComparisonData, ContractResult

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = [340, 720]
KINDS: dict[str, Callable[..., charts.ChartType]] = {
    "fan": charts.margin_fan,
    "lorenz": charts.lorenz,
    "risk": charts.who_carries_what,
    "tail": lambda data, **room: charts.who_carries_what(data, measure="tail", **room),
    "waterfall": lambda data, **room: charts.statement_waterfall(data, data.contracts[-1].name, **room),
}
LONG = (
    "Full-risk population-based capitation with an annual need adjustment, a quality incentive and a "
    "Supercalifragilisticexpialidocious-arrangement \"A\" & 'B' <script> \\n"
)


@pytest.fixture(scope="module")
def data(comparison: cap.Comparison) -> ComparisonData:
    return comparison.data


def changed(data: ComparisonData, place: int, **fields: Any) -> ComparisonData:
    contracts = list(data.contracts)
    before = contracts[place]
    contracts[place] = msgspec.structs.replace(before, **fields)
    basis = data.basis
    if basis.reference == before.name:
        basis = msgspec.structs.replace(basis, reference=contracts[place].name)
    return msgspec.structs.replace(data, contracts=tuple(contracts), basis=basis)


def at_every_size(data: ComparisonData, change: Callable[[AtSize], AtSize]) -> ComparisonData:
    for place, contract in enumerate(data.contracts):
        data = changed(data, place, by_size=tuple(change(at) for at in contract.by_size))
    return data


def picture(chart: charts.ChartType) -> ElementTree.Element:
    return ElementTree.fromstring(charts.to_svg(chart))


def texts(chart: charts.ChartType) -> str:
    return " ".join(text for element in picture(chart).iter(f"{SVG}text") for text in element.itertext())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_xml_that_asks_for_nothing_and_fits(data: ComparisonData, kind: str, width: int) -> None:
    renamed = changed(data, -1, name=LONG)
    for asked in (data, renamed):
        chart = KINDS[kind](asked, width=width)
        drawn = picture(chart)
        assert float(drawn.attrib["width"]) <= width + 10
        named = {name for element in drawn.iter() for name in element.attrib}
        assert not {name for name in named if name.endswith(("href", "src"))}
        assert not [element for element in drawn.iter() if element.tag.endswith(("script", "image"))]
        assert charts.said(chart).split(". ")[0]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_long_name_is_whole_in_the_chart_and_pushes_nothing_aside(data: ComparisonData, width: int) -> None:
    renamed = changed(data, 0, name=LONG)
    together = re.sub(r"\s", "", LONG)
    for kind in ("fan", "risk"):
        assert together in re.sub(r"\s", "", texts(KINDS[kind](renamed, width=width)))


@pytest.mark.parametrize("width", WIDTHS)
def test_rows_do_not_overlap(width: int) -> None:
    rows = Rows(["short", LONG, LONG[:90], "short"], width=width, names_width=190, thick=28)
    tops = [
        min(row.top, row.name_at if rows.above else row.name_at - 7) for row in (rows[n] for n in range(4))
    ]
    ends = [max(row.bottom, row.name_at + 15 * (len(row.name) - 0.5)) for row in (rows[n] for n in range(4))]
    assert all(end <= top for end, top in zip(ends[:-1], tops[1:], strict=True))
    assert ends[-1] <= rows.height
    if rows.above:
        assert all(rows[n].name_at + 15 * len(rows[n].name) <= rows[n].top for n in range(4))


# What the titles say.


def spread(at: AtSize) -> float:
    """The width that holds nine in ten of the provider's yearly results, as a share of outlay."""
    return (at.margin_quantiles["0.95"].mean - at.margin_quantiles["0.05"].mean) / at.outlay.mean


def provider_share(contract: ContractResult, panel: int) -> float:
    share, _ = share_of_role(contract, contract.at(panel), "provider", lambda party: party.share_of_variance)
    assert share is not None
    return share


def test_the_fan_names_the_widest_and_the_narrowest(data: ComparisonData) -> None:
    panel = data.basis.panel
    spreads = {c.name: spread(c.at(panel)) for c in data.contracts}
    wide, narrow = max(spreads, key=spreads.__getitem__), min(spreads, key=spreads.__getitem__)
    ratio = f"{spreads[wide] / spreads[narrow]:.1f} times as wide under {wide} as under {narrow}"
    assert charts.caption(data, "margin_fan").title.endswith(ratio)
    names = [c.name for c in data.contracts]
    swapped = changed(data, names.index(wide), name="was wide")
    swapped = changed(swapped, names.index(narrow), name=wide)
    assert charts.caption(swapped, "margin_fan").title.endswith(f"under was wide as under {wide}")


def test_the_fan_does_not_compare_what_is_equal(data: ComparisonData) -> None:
    twin = msgspec.structs.replace(data.contracts[0], name="twin")
    twins = msgspec.structs.replace(data, contracts=(data.contracts[0], twin))
    finding = charts.caption(twins, "margin_fan").title
    assert finding.endswith("of outlay under every contract")
    assert "90 years:" not in charts.said(charts.margin_fan(twins))


def test_the_share_of_risk_is_that_of_the_data(data: ComparisonData) -> None:
    panel = data.basis.panel
    for contract in data.contracts:
        parties = {party.name: party for party in contract.at(panel).parties}
        share = parties["provider"].share_of_variance
        assert share is not None
        assert provider_share(contract, panel) == pytest.approx(share.mean)
        shown = texts(charts.who_carries_what(data))
        if share.mean > 0.1:
            assert words.percent(share.mean, 0) in shown
    capitated = provider_share(data.contract("Capitation"), panel)
    assert capitated == pytest.approx(1, abs=0.05)
    assert "under Capitation " in charts.caption(data, "risk").title


def test_the_waterfall_ends_at_the_surplus_of_the_statement(data: ComparisonData) -> None:
    for contract in data.contracts:
        statement = contract.statement
        assert statement is not None
        surplus = next(p.surplus for p in statement.parties if p.name == "provider")
        kind = "surplus" if surplus > 0 else "deficit"
        amount = words.compact(float(abs(surplus)), data.currency)
        assert f"{kind} of {amount}" in charts.caption(data, "statement", contract.name).title
        assert words.compact(float(surplus), data.currency) in texts(
            charts.statement_waterfall(data, contract.name)
        )


def test_the_lorenz_chart_tells_person_years_from_people(data: ComparisonData) -> None:
    found = data.concentration
    assert found is not None
    by_year, by_person = found.person_years.top_share(0.05), found.people.top_share(0.05)
    assert by_year is not None
    assert by_person is not None
    assert by_year != pytest.approx(by_person, abs=0.001)
    finding = charts.caption(data, "lorenz").title
    assert words.percent(by_year) in finding
    assert words.percent(by_person) in finding
    shown = texts(charts.lorenz(data))
    assert f"top 5\u00a0%: {words.percent(by_year)}" in shown
    assert f"top 5\u00a0%: {words.percent(by_person)}" in shown


# What is missing, and what is odd.


def test_no_risk_is_said(data: ComparisonData) -> None:
    def certain(at: AtSize) -> AtSize:
        parties = tuple(
            msgspec.structs.replace(party, share_of_variance=None, share_of_tail=None) for party in at.parties
        )
        return msgspec.structs.replace(at, parties=parties)

    flat = at_every_size(data, certain)
    with pytest.raises(ValueError, match="too few of the drawn panels"):
        charts.who_carries_what(flat)


def test_no_outlay_no_cost_no_statement_are_said(data: ComparisonData) -> None:
    nothing = Estimate(mean=0.0, se=0.0)
    free = at_every_size(data, lambda at: msgspec.structs.replace(at, outlay=nothing))
    with pytest.raises(ValueError, match="pays nothing"):
        charts.margin_fan(free)
    with pytest.raises(ValueError, match="nobody in this population costs anything"):
        charts.lorenz(msgspec.structs.replace(data, concentration=None))
    bare = changed(data, 0, statement=None)
    with pytest.raises(ValueError, match="could be settled"):
        charts.statement_waterfall(bare, bare.contracts[0].name)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_hedge_lies_left_of_zero_and_is_explained(data: ComparisonData, width: int) -> None:
    def hedged(at: AtSize) -> AtSize:
        shares = {"payer": -0.3, "provider": 1.3}
        parties = tuple(
            msgspec.structs.replace(party, share_of_variance=Estimate(mean=shares[party.name], se=0.01))
            for party in at.parties
        )
        return msgspec.structs.replace(at, parties=parties)

    chart = charts.who_carries_what(at_every_size(data, hedged), width=width)
    assert "hedges" in charts.said(chart)
    assert "130\u00a0%" in texts(chart)


@pytest.mark.parametrize("width", WIDTHS)
def test_one_size_is_a_chart_too(data: ComparisonData, width: int) -> None:
    panel = data.basis.panel
    alone = msgspec.structs.replace(data, sizes=(panel,))
    for place, contract in enumerate(data.contracts):
        alone = changed(alone, place, by_size=(contract.at(panel),))
    assert f"{panel:,}" in texts(charts.margin_fan(alone, width=width))


def test_a_chart_is_a_picture_without_a_browser(data: ComparisonData) -> None:
    assert charts.to_png(charts.lorenz(data, width=340), scale=1).startswith(b"\x89PNG")


def test_an_unknown_contract_is_named(data: ComparisonData) -> None:
    with pytest.raises(KeyError, match="the contracts are"):
        charts.statement_waterfall(data, "no such contract")
