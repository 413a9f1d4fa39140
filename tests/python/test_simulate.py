"""Contracts in drawn years, against the outlook without sampling and against numbers worked out by hand."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest

import capitation as cap
from capitation import CostModel, Rebase, Severity, Shock, charts
from capitation import comparison as face
from capitation.model import Estimate
from capitation.outlooks import has_distribution

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

SVG = "{http://www.w3.org/2000/svg}"
# Two in 31,000 by chance, for each number that is compared; the seed is fixed.
WITHIN = 4.0


def person(mean: float, zeros: float) -> Severity:
    return Severity.lognormal(0.0, 1.5).with_zeros(zeros).rescaled_to(mean)


def model() -> CostModel:
    """200 people, whose mean is the £4,950 a year that the templates pay."""
    return (
        CostModel("GBP")
        .cell("under 65", 150, person(3_300.0, 0.2))
        .cell("65 and over", 50, person(9_900.0, 0.05))
        .with_shock(Shock.multiplicative("winter", 0.03))
    )


def certain(cost: float, people: int = 24) -> CostModel:
    return CostModel("GBP").cell("all", people, Severity.certain(cost))


@pytest.mark.parametrize("name", ["capitation", "corridor", "stop-loss"])
def test_drawn_years_agree_with_the_outlook(template: Callable[[str], cap.Contract], name: str) -> None:
    contract = template(name)
    outlook = contract.outlook(model())
    drawn = contract.simulate(model(), seed=1, years=20_000, progress=None)
    assert [party.name for party in drawn.parties] == [party.name for party in outlook.parties]
    for party, exact in zip(drawn.parties, outlook.parties, strict=True):
        assert party.role == exact.role
        pairs = [(party.mean, exact.mean)]
        if has_distribution(exact):
            pairs += [
                (party.standard_deviation, exact.standard_deviation),
                (party.probability_of_deficit, exact.probability_of_deficit),
                (party.probability_below(-50_000.0), exact.probability_below(-50_000.0)),
                (party.quantile(0.9), exact.quantile(0.9)),
                (party.mean_of_worst(0.95), exact.mean_of_worst(0.95)),
            ]
        for found, truth in pairs:
            # Half a minor unit by which an amount is rounded, and what a sum of cosines is off by.
            assert abs(found.mean - truth) <= WITHIN * found.se + 0.01, (party.name, found, truth)
    for clause, found in drawn.clauses.items():
        assert abs(found.mean - outlook.clauses[clause]) <= WITHIN * found.se + 0.01, clause


def test_one_seed_gives_the_same_bits(template: Callable[[str], cap.Contract]) -> None:
    contract = template("corridor")
    first = contract.simulate(model(), seed=7, years=500)
    again = contract.simulate(model(), seed=7, years=500, progress=lambda _done, _of: None)
    other = contract.simulate(model(), seed=8, years=500)
    fewer = contract.simulate(model(), seed=7, years=100)
    draws = first.draws("provider")
    assert draws.equals(again.draws("provider"))
    assert not draws.equals(other.draws("provider"))
    assert draws.slice(0, 100).equals(fewer.draws("provider"))
    assert repr(first) == repr(again)


def test_two_contracts_see_the_same_people(template: Callable[[str], cap.Contract]) -> None:
    """Who is paid a sum bears all cost; the corridor leaves gains up to 2 % and losses up to 1 % of it as they are."""
    one = template("capitation").simulate(model(), seed=3, years=300).draws("provider").to_numpy()
    # The envelope is 200 x 12 x 412.50 = 990,000.
    costs = 990_000.0 - one
    assert costs.min() > 0
    other = template("corridor").simulate(model(), seed=3, years=300).draws("provider").to_numpy()
    within = (one > -0.01 * 990_000.0) & (one < 0.02 * 990_000.0)
    assert within.any()
    assert np.array_equal(one[within], other[within])


def test_draws_are_columns_in_major_units(template: Callable[[str], cap.Contract]) -> None:
    drawn = template("stop-loss").simulate(model(), seed=5, years=400, horizon=3, trend=0.04, discount=0.03)
    column = drawn.draws("provider", 1)
    array = column.to_numpy()
    assert str(column.type) == "double"
    assert array.shape == (400,)
    party = drawn.party("provider", 1)
    assert party.mean.mean == pytest.approx(array.mean(), rel=1e-12)
    assert party.standard_deviation.mean == pytest.approx(array.std(ddof=1), rel=1e-12)
    assert party.mean.se == pytest.approx(array.std(ddof=1) / math.sqrt(400), rel=1e-12)
    assert party.probability_of_deficit.mean == (array < 0).mean()
    assert (len(party), party.year, drawn.party("provider").year) == (400, 1, None)
    # Whole pennies, to the last bit of a float.
    assert np.abs(array * 100 - np.round(array * 100)).max() < 1e-6
    assert pl.DataFrame(party)["result"].to_list() == array.tolist()
    # All years together, each over 1.03 for a year more.
    years = [drawn.draws("provider", year).to_numpy() / 1.03**year for year in range(3)]
    assert drawn.draws("provider").to_numpy() == pytest.approx(sum(years), rel=1e-12)
    frame = drawn.to_frame("draws")
    assert frame.column_names == ["scenario", "year", "party", "result"]
    assert frame.num_rows == 400 * 3 * 3
    of_one = pl.DataFrame(frame).filter((pl.col("party") == "provider") & (pl.col("year") == 1))
    assert of_one["result"].to_list() == array.tolist()
    assert of_one["scenario"].to_list() == list(range(400))


def test_shares_of_risk_add_up(template: Callable[[str], cap.Contract]) -> None:
    drawn = template("stop-loss").simulate(model(), seed=2, years=2_000)
    shares = drawn.risk_shares(0.95)
    assert list(shares) == ["payer", "provider", "reinsurer"]
    for of in (
        [share.variance for share in shares.values()],
        [share.tail for share in shares.values()],
    ):
        assert math.fsum(found.mean for found in of if found is not None) == pytest.approx(1.0)
    # A payer that pays a sum bears nothing of what varies.
    assert shares["payer"].variance == Estimate(mean=0.0, se=0.0)
    rows = drawn.to_frame("risk_shares", level=0.9).to_pylist()
    tail = drawn.risk_shares(0.9)["reinsurer"].tail
    assert tail is not None
    assert rows[2]["share_of_tail"] == tail.mean
    assert [row["level"] for row in rows] == [0.9] * 3
    nothing = template("capitation").simulate(certain(5_000.0), seed=1, years=10).risk_shares(0.95)
    assert nothing["provider"].variance is None


def test_a_benchmark_follows_costs() -> None:
    """24 people cost 4,800 each, 400 a month, and 2 % more each year; nothing is drawn that varies.

    Base years of 390 and 400 are weighted 0.25 and 0.75 and brought forward by 2 % a year.
    Year 0: 0.25 x 390 x 1.02² + 0.75 x 400 x 1.02 = 407.439.
    Year 1: 0.25 x 400 x 1.02² + 0.75 x 400 x 1.02 = 410.04.
    Year 2: 0.25 x 400 x 1.02² + 0.75 x 408 x 1.02 = 416.16.
    """
    contract = cap.Contract.from_toml("""
name = "Shared savings"
currency = "GBP"
period = { start = 2026-04-01, end = 2029-03-31 }
parties = { payer = "payer", provider = "provider" }
inputs = { "benchmark" = "money", "actual cost" = "money" }
bears = { "actual cost" = "provider" }

[[clause]]
name = "envelope"
rule.sum = ["benchmark"]
pays = { from = "payer", to = "provider" }
""")
    rebase = Rebase("benchmark", weights=[0.25, 0.75], history=[390, 400], trend=0.02)
    drawn = contract.simulate(
        certain(4_800.0), seed=1, years=2, horizon=3, trend=0.02, rebase=[rebase], on="2026-04-01"
    )
    paid = [drawn.clauses_in(year)["envelope"].mean for year in range(3)]
    assert paid == pytest.approx([288 * 407.439, 288 * 410.04, 288 * 416.16], abs=0.005)
    costs = [115_200.0, 117_504.0, 119_854.08]
    for year, (envelope, cost) in enumerate(zip(paid, costs, strict=True)):
        assert drawn.party("provider", year).mean.mean == pytest.approx(envelope - cost, abs=1e-6)
    assert drawn.party("provider").mean.mean == pytest.approx(sum(paid) - sum(costs), abs=1e-6)
    assert drawn.stamp["rebased"].startswith(
        "benchmark what people cost per member month of the latest years, weighted 0.25, 0.75"
    )
    assert drawn.clauses == drawn.clauses_in(0)
    assert [row["year"] for row in drawn.to_frame("clauses").to_pylist()] == [0, 1, 2]
    with pytest.raises(cap.RiskError, match="input `benchmark`: it is rebased twice; rebase it once"):
        contract.simulate(certain(1.0), seed=1, years=2, rebase=[rebase, rebase], on="2026-04-01")
    with pytest.raises(cap.CapitationError, match="benchmark"):
        contract.simulate(certain(1.0), seed=1, years=2, on="2026-04-01")


def test_a_rebased_input_says_how_it_is_made() -> None:
    made = Rebase(
        "benchmark",
        weights=[0.1, 0.9],
        history=[1, 2.5],
        trend=0.05,
        every=5,
        of="truncated cost",
        add_back=("savings", 0.5),
    )
    assert (made.input, made.weights, made.history) == ("benchmark", [0.1, 0.9], [1.0, 2.5])
    assert (made.trend, made.every, made.of, made.add_back) == (0.05, 5, "truncated cost", ("savings", 0.5))
    assert made == eval(repr(made), {"Rebase": Rebase})
    assert made != Rebase("benchmark", weights=[0.1, 0.9], history=[1, 2.5])
    assert repr(Rebase("b", weights=[1], history=[2])) == (
        'Rebase("b", weights=[1.0], history=[2.0], trend=0, every=1)'
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Rebase("b", weights=[0.5, 0.6], history=[1, 2]),
            "rebased input `b`: its weights add up to 1.1; give weights that add up to 1",
        ),
        (lambda: Rebase("b", weights=[1], history=[1, 2]), "1 base years have a weight and 2 a cost"),
        (lambda: Rebase("b", weights=[], history=[]), "it has no base years; give a weight for each"),
        (lambda: Rebase("b", weights=[1], history=[-1]), "-1 is no cost per member month"),
        (lambda: Rebase("b", weights=[1], history=[1], every=0), "it is rebased every 0 years"),
        (
            lambda: Rebase("b", weights=[1], history=[1], every=-1),
            "every: -1 is not a whole number from 0 to 65535",
        ),
        (lambda: Rebase("b", weights=[1], history=[1], trend=2), "trend of rebased `b`: it is 2 a year"),
        (
            lambda: Rebase("b", weights=[1], history=[1], add_back=("savings", 1.5)),
            "1.5 of earlier savings is added back; give a share from 0 to 1",
        ),
    ],
)
def test_what_cannot_be_rebased_is_refused(make: Callable[[], Rebase], message: str) -> None:
    with pytest.raises(cap.RiskError, match=re.escape(message)):
        make()


def simulate(contract: cap.Contract, **asked: Any) -> cap.Simulated:
    return contract.simulate(asked.pop("model", model()), **({"seed": 1, "years": 10} | asked))


@pytest.mark.parametrize(
    ("ask", "kind", "message"),
    [
        (lambda it: it.simulate(model()), TypeError, "seed"),
        (
            lambda it: simulate(it, years=1),
            cap.RiskError,
            "drawn years: one drawn year has no standard error",
        ),
        (lambda it: simulate(it, years=0), cap.RiskError, "drawn years: no year is drawn"),
        (
            lambda it: simulate(it, years=-5),
            cap.RiskError,
            "years: -5 is not a whole number from 0 to 18446744073709551615; correct the number",
        ),
        (lambda it: simulate(it, years=1e4), TypeError, "years=10000.0 is no whole number"),
        (lambda it: simulate(it, years=10**15), cap.RiskError, "results do not fit into memory"),
        (lambda it: simulate(it, seed=-1), cap.RiskError, "seed: -1 is not a whole number from 0"),
        (lambda it: simulate(it, horizon=0), cap.RiskError, "horizon: it is 0 years; give a number of years"),
        (lambda it: simulate(it, horizon=70_000), cap.RiskError, "horizon: 70000 is not a whole number"),
        (lambda it: simulate(it, trend=1.5), cap.RiskError, "trend of costs: it is 1.5 a year"),
        (lambda it: simulate(it, discount=-1), cap.RiskError, "discount rate: it is -1 a year"),
        (lambda it: simulate(it, rebase="benchmark"), TypeError, "is no Rebase, nor a list of them"),
        (
            lambda it: simulate(it, rebase=Rebase("benchmark", weights=[1], history=[1])),
            cap.CapitationError,
            "benchmark",
        ),
        (lambda it: simulate(it, progress=True), TypeError, 'progress=True; name "auto"'),
        (
            lambda it: simulate(it, given={"quality": 1}),
            cap.SettlementError,
            "input `quality`: the contract does not ask for it; leave it out, or correct its name",
        ),
        (
            lambda it: simulate(it, model=CostModel("USD").cell("all", 1, person(1.0, 0.0))),
            cap.ComparisonError,
            "it is in GBP, and the cost model in USD",
        ),
        (
            lambda it: simulate(it, model=CostModel("GBP")),
            cap.SettlementError,
            "cost model: it has no risk cell",
        ),
        (
            lambda it: simulate(it, model=CostModel("GBP").cell("all", 5, Severity.pareto(1.5, 10.0))),
            cap.RiskError,
            "infinite",
        ),
        (lambda it: simulate(it, on="2031-04-01"), cap.ContractError, "2031-04-01"),
        (lambda it: simulate(it).party("trust"), cap.RiskError, "the contract has no party `trust`"),
        (
            lambda it: simulate(it).party("provider", 1),
            cap.RiskError,
            "contract year: 1 years were drawn, and it is 1; give a year from 0, or a longer horizon",
        ),
        (
            lambda it: simulate(it).party("provider", -1),
            cap.RiskError,
            "contract year: -1 is not a whole number",
        ),
        (lambda it: simulate(it).clauses_in(3), cap.RiskError, "contract year: 1 years were drawn"),
        (lambda it: simulate(it).draws("trust"), cap.RiskError, "the contract has no party `trust`"),
        (lambda it: simulate(it).party("provider").quantile(1.5), cap.RiskError, "1.5"),
        (lambda it: simulate(it).party("provider").mean_of_worst(1.0), cap.RiskError, "level"),
        (
            lambda it: simulate(it).party("provider").probability_below(math.nan),
            cap.RiskError,
            "amount: NaN is no amount; give a number in major units",
        ),
        (lambda it: simulate(it).risk_shares(1.0), cap.RiskError, "level"),
        (
            lambda it: simulate(it).to_frame("results"),  # type: ignore[arg-type]
            ValueError,
            "there is no table 'results'; name parties, clauses, risk_shares or draws",
        ),
        (lambda it: simulate(it).plot.results(parties=[]), ValueError, "parties=[] names nobody"),
        (
            lambda it: simulate(it).plot.results(parties="provider"),
            TypeError,
            "parties='provider' is one value, and a list of parties is needed",
        ),
        (lambda it: simulate(it).plot.by_year(), ValueError, "one contract year was drawn; simulate with"),
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


# Work that takes long.


def test_progress_is_told(template: Callable[[str], cap.Contract]) -> None:
    told: list[tuple[int, int]] = []
    template("corridor").simulate(model(), seed=1, years=1_000, progress=lambda *at: told.append(at))
    assert told == sorted(told)
    assert told[-1] == (1_000, 1_000)
    assert len(told) > 10


def test_an_exception_of_the_callback_stops_the_work(template: Callable[[str], cap.Contract]) -> None:
    calls = []

    def stop(done: int, of: int) -> None:
        calls.append((done, of))
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        template("corridor").simulate(model(), seed=1, years=5_000, progress=stop)
    assert len(calls) == 1


def test_ctrl_c_stops_the_work(template: Callable[[str], cap.Contract], interrupted: threading.Timer) -> None:
    contract = template("corridor")
    many = CostModel("GBP").cell("all", 100_000, person(4_950.0, 0.1))
    interrupted.start()
    with pytest.raises(KeyboardInterrupt):
        contract.simulate(many, seed=1, years=1_000_000)


def test_the_bar_says_what_is_drawn(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    template: Callable[[str], cap.Contract],
) -> None:
    monkeypatch.setattr(face._Bar, "patience", 0.0)
    monkeypatch.setattr(face, "_bar", face._Bar)
    template("corridor").simulate(model(), seed=1, years=200)
    shown = capsys.readouterr().err
    assert "drawing years" in shown
    assert " of 200" in shown
    assert shown.endswith(" \r")


# What is shown.


def test_tables_and_texts_carry_the_stamp(template: Callable[[str], cap.Contract]) -> None:
    contract = template("stop-loss")
    drawn = contract.simulate(
        model(), seed=9, years=500, horizon=2, trend=0.04, given={"member months": 2_400}
    )
    assert (drawn.years, drawn.seed, drawn.horizon, drawn.people) == (500, 9, 2, 200)
    assert (drawn.contract, drawn.currency) == ("Capitation with individual stop-loss", "GBP")
    made = drawn.stamp
    assert made["drawn"] == "500 times 2 years"
    assert (made["seed"], made["trend of costs"], made["discount rate"]) == ("9", "0.04", "0")
    assert made["given"] == "member months 2400"
    assert made["cost model"] == model().fingerprint
    assert contract.fingerprint in made["contract"]
    for table in ("parties", "clauses", "risk_shares", "draws"):
        frame = drawn.to_frame(table)
        assert json.loads(frame.schema.metadata[b"capitation.stamp"]) == made
    rows = drawn.to_frame().to_pylist()
    assert [(row["party"], row["year"]) for row in rows] == [
        (name, year)
        for years in ((None,), (0, 1))
        for name in ("payer", "provider", "reinsurer")
        for year in years
    ]
    provider = drawn.party("provider", 1)
    [row] = [row for row in rows if (row["party"], row["year"]) == ("provider", 1)]
    assert (row["mean"], row["mean_se"]) == (provider.mean.mean, provider.mean.se)
    assert row["q05"] == provider.quantile(0.05).mean == provider.quantiles([0.5, 0.05])[1].mean
    assert row["mean_of_worst_99"] == provider.mean_of_worst(0.99).mean
    told = repr(drawn)
    shown = "".join(ElementTree.fromstring(drawn._repr_html_()).itertext())
    for text in (told, shown):
        assert "Capitation with individual stop-loss: 500 times 2 years of 200 people, in GBP" in text
        assert "stop-loss recovery, year 1" in text
        assert "reinsurer → provider" in text
        assert model().fingerprint in text
    assert repr(provider).startswith('PartyDraws("provider", provider, contract year 1, 500 draws, mean ')


def test_a_deficit_that_was_never_seen_is_bounded(template: Callable[[str], cap.Contract]) -> None:
    """None of 300: below 3/300."""
    drawn = template("capitation").simulate(certain(4_000.0), seed=1, years=300)
    assert drawn.party("provider").probability_of_deficit.mean == 0
    assert "below 1.00\u00a0%" in repr(drawn)


@pytest.mark.parametrize("width", [340, 720])
@pytest.mark.parametrize("name", ["capitation", "corridor", "stop-loss"])
def test_charts_of_drawn_years(template: Callable[[str], cap.Contract], name: str, width: int) -> None:
    drawn = template(name).simulate(model(), seed=1, years=2_000, horizon=3, trend=0.02)
    first = drawn.party("provider", 0).probability_of_deficit.mean
    made = [drawn.plot.results(width=width), drawn.plot.results(year=0, width=width)]
    made.append(drawn.plot.by_year(width=width))
    for chart in made:
        picture = ElementTree.fromstring(charts.to_svg(chart))
        assert float(picture.attrib["width"]) <= width + 10
        texts = " ".join(text for element in picture.iter(f"{SVG}text") for text in element.itertext())
        assert "200 people" in texts
        assert "provider" in texts
    assert charts.said(made[1]).startswith(f"A deficit of provider in {first * 100:.1f}\u00a0%\u00a0± ")
    assert "contract year 0" in charts.said(made[1])
    assert charts.said(made[2]).startswith("Provider: ")


def test_the_bars_of_a_histogram_hold_all_draws(template: Callable[[str], cap.Contract]) -> None:
    """Deficits lie left of zero, and the highest bar has a height of 1."""
    from capitation.charts.simulation import _drawn

    drawn = template("corridor").simulate(model(), seed=1, years=4_000)
    made = _drawn(drawn.party("provider"), "GBP")
    assert max(bar["height"] for bar in made.bars) == 1.0
    for bar in made.bars:
        assert (bar["to"] <= 0) == (bar["colour"] == "#D55E00")
    # The corridor ends gains at 2 % and half of the next 4 % of 990,000.
    assert any(stem["from"] == 39_600.0 for stem in made.stems)
    assert any("£39,600 in" in line for line in made.told)


def test_a_chart_of_what_is_certain(template: Callable[[str], cap.Contract]) -> None:
    drawn = template("capitation").simulate(certain(5_000.0), seed=1, years=50)
    said = charts.said(drawn.plot.results())
    assert said.startswith("A deficit of provider in more than 94.00\u00a0% of years")
    ElementTree.fromstring(charts.to_svg(drawn.plot.results()))
