# Every command of the project. `make help` lists them; CI runs `make test`.
#
# A virtual environment in .venv holds the tools and the built wheel. Stamp files in it say what is done,
# so that a second run repeats only what its sources changed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# In CI the lock file is the truth; at a desk cargo may bring it up to date.
LOCKED := $(if $(CI),--locked)
CARGO_TEST := $(shell command -v cargo-nextest >/dev/null 2>&1 && echo nextest run --no-fail-fast || echo test --no-fail-fast --lib --bins --tests --examples)
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
# The first contract sets the outlay that the others are scaled to.
CONTRACTS := $(addprefix examples/contracts/,payment-by-results.toml capitation.toml \
	capitation-stop-loss-corridor.toml shared-savings-one-sided.toml)
SOURCES := Cargo.toml Cargo.lock pyproject.toml $(wildcard README.md) $(shell find src python templates programmes -type f \
	\( -name '*.rs' -o -name '*.toml' -o -name '*.py' -o -name '*.pyi' -o -name 'py.typed' -o -name '*.j2' \) 2>/dev/null)

# The bindings ask an interpreter for its version when they are compiled: let it be ours, always the same.
export PYO3_PYTHON := $(abspath $(BIN)/python)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test lint format build notebooks pictures bench docs clean check-rust check-components

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.wheel $(VENV)/.demo ## compare four contracts on the people of the RAND experiment; writes report.html
	$(BIN)/capitation demo $(CONTRACTS) --html report.html

test: lint $(VENV)/.wheel ## every test there is: Rust, documentation, types, Python, notebooks
	cargo $(CARGO_TEST) --workspace --exclude capitation-python --all-features $(LOCKED)
	cargo test --doc --workspace --exclude capitation-python --all-features $(LOCKED)
	$(BIN)/python -m mypy.stubtest capitation._capitation
	$(BIN)/python -m pytest $(if $(NOTEBOOKS),--nbmake) tests/python $(NOTEBOOKS)

lint: check-components $(VENV)/.wheel ## formatting, lints, documentation and types, without a test
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features $(LOCKED) -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features $(LOCKED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: check-components $(VENV)/.dev ## put every file into its standard form
	cargo fmt --all
	$(BIN)/ruff check --fix-only --exit-zero .
	$(BIN)/ruff format .

build: $(VENV)/.wheel ## build the wheel into dist/ and install it into .venv
	@ls -l dist/*.whl

notebooks: $(VENV)/.wheel $(VENV)/.demo ## execute every notebook against the built wheel
	$(if $(NOTEBOOKS),$(BIN)/python -m pytest --nbmake $(NOTEBOOKS),@echo "notebooks/ is empty")

pictures: $(VENV)/.wheel $(VENV)/.demo ## draw the README's pictures again
	$(BIN)/python examples/margin_fan.py docs/margin-fan.svg $(CONTRACTS)
	$(BIN)/python examples/power_and_risk.py docs/power-and-risk.svg

bench: $(VENV)/.wheel $(VENV)/.demo ## measure the hot jobs beside NumPy, polars and DuckDB (minutes)
	mkdir -p target/bench
	$(BIN)/python benches/peers/concentration.py 50 target/bench/costs.bin
	cargo bench $(LOCKED) --bench concentration -- 50 $(abspath target/bench/costs.bin)
	cargo bench $(LOCKED) --bench settlement -- $(abspath target/bench/columns.bin)
	$(BIN)/python benches/peers/settlement.py target/bench/columns.bin
	cargo bench $(LOCKED) --bench people
	$(BIN)/python benches/peers/outlook.py
	cargo bench $(LOCKED) --bench outlook
	cargo bench $(LOCKED) --bench frontier
	$(BIN)/python benches/peers/people_who_differ.py
	cargo bench $(LOCKED) --bench people_who_differ
	$(BIN)/python benches/peers/simulate.py
	cargo bench $(LOCKED) --bench simulate
	$(PIP) install "duckdb>=2,<3"
	$(BIN)/python benches/peers/pricing.py
	RAYON_NUM_THREADS=1 cargo bench $(LOCKED) --features parquet --bench pricing

docs: check-rust ## the Rust documentation, in target/doc
	cargo doc --workspace --no-deps --all-features

clean: ## remove everything that the commands here made
	rm -rf $(VENV) dist report.html .mypy_cache .ruff_cache .pytest_cache .hypothesis
	if command -v cargo >/dev/null; then cargo clean --quiet; else rm -rf target; fi

# What must be on the machine, said plainly when it is not.

check-rust:
	@if ! command -v cargo >/dev/null; then \
	  echo "missing: cargo. Install Rust 1.89 or later from https://rustup.rs, then run this again." >&2; exit 1; fi
	@if ! command -v cc >/dev/null; then \
	  echo "missing: a C linker (cc). Install gcc or clang (Debian: apt install build-essential), then run this again." >&2; exit 1; fi

check-components: check-rust
	@for tool in fmt clippy; do cargo $$tool --version >/dev/null 2>&1 || { \
	  echo "missing: cargo $$tool. Run: rustup component add rustfmt clippy" >&2; exit 1; }; done
	@command -v cargo-nextest >/dev/null || echo "cargo-nextest is not installed: tests run by cargo test (slower, same tests)" >&2

# The environment, in steps: tools that build; the wheel; tools that check; the data of the demo.

$(VENV)/.python:
	@python=""; \
	for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python="$$candidate"; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "missing: Python 3.11 or later. Install it, or name one: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; fi; \
	"$$python" -m venv --clear $(VENV) || { \
	  echo "missing: $$python cannot make a virtual environment (Debian: apt install python3-venv)." >&2; exit 1; }
	$(PIP) install --upgrade "pip>=25.1"
	@touch $@

$(VENV)/.build: pyproject.toml | $(VENV)/.python
	$(PIP) install --group build
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/.python
	$(PIP) install --group dev
	@touch $@

$(VENV)/.demo: pyproject.toml | $(VENV)/.python
	$(PIP) install --group demo
	@touch $@

# The first install brings what the package needs; the second replaces a wheel of the same version.
$(VENV)/.wheel: $(SOURCES) $(VENV)/.build | check-rust
	rm -rf dist
	$(BIN)/maturin build --profile wheel --out dist $(LOCKED) --quiet
	$(PIP) install dist/*.whl
	$(PIP) install --force-reinstall --no-deps dist/*.whl
	@touch $@

lint test notebooks: | $(VENV)/.dev
