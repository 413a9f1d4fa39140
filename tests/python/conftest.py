"""What several tests need: the example contracts, a small population, and a comparison of the two."""

from __future__ import annotations

import random
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

import capitation as cap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "contracts"
UNIT_COSTS = {"admissions": "891.25", "visits": "24.86"}


@pytest.fixture(scope="session")
def template() -> Callable[[str], cap.Contract]:
    """A contract of `templates/` by its name."""
    return lambda name: cap.Contract.read(ROOT / "templates" / f"{name}.toml")


@pytest.fixture
def interrupted() -> Iterator[threading.Timer]:
    """Ctrl-C a moment after it is started, also where whoever runs the tests has told them to ignore it."""
    main = threading.main_thread().ident
    assert main is not None
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.3, signal.pthread_kill, (main, signal.SIGINT))
    yield timer
    timer.join()
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def example_paths() -> list[Path]:
    """Payment by results, capitation, and capitation with stop-loss and a corridor."""
    names = ("payment-by-results", "capitation", "capitation-stop-loss-corridor")
    return [EXAMPLES / f"{name}.toml" for name in names]


@pytest.fixture(scope="session")
def contracts(example_paths: list[Path]) -> list[cap.Contract]:
    return [cap.Contract.read(path) for path in example_paths]


@pytest.fixture(scope="session")
def people_table() -> pl.DataFrame:
    """300 people with two years each: many without cost, a few with most of it."""
    drawn = random.Random(7)
    rows = []
    for person in range(300):
        for year in (2024, 2025):
            visits = drawn.choice((0, 0, 1, 2, 3, 6))
            admissions = int(drawn.random() < 0.1)
            cost = round(visits * 25 + admissions * drawn.lognormvariate(6.5, 1), 2)
            months = drawn.choice((12.0, 12.0, 12.0, 7.5))
            rows.append((person, year, months, cost, admissions, visits))
    names = ["person", "year", "member_months", "cost", "adm", "gp"]
    return pl.DataFrame(rows, schema=names, orient="row")


@pytest.fixture(scope="session")
def people(people_table: pl.DataFrame) -> cap.Population:
    return cap.Population.from_table(
        people_table,
        person="person",
        year="year",
        member_months="member_months",
        cost="cost",
        currency="USD",
        activity={"admissions": "adm", "visits": "gp"},
    )


@pytest.fixture(scope="session")
def comparison(people: cap.Population, contracts: list[cap.Contract]) -> cap.Comparison:
    return cap.compare(
        people,
        contracts,
        sizes=(100, 400),
        panel=400,
        draws=300,
        marginal_share="0.6",
        unit_costs=UNIT_COSTS,
        progress=None,
    )
