"""A comparison as tidy tables: what each table holds, and each column's kind, stated once.

Arrow tables, CSV, Parquet, workbooks and what a notebook shows are all written from here, so that they
cannot disagree. Money is in major units, shares and probabilities are fractions of one, `*_se` is the
standard error of the column before it, and an empty cell is a value that is suppressed or does not exist.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from capitation.model import Estimate
from capitation.model import Statement as StatementData

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pyarrow as pa

    from capitation._capitation import ActivityTotals, PricedActivity, Readmissions, Statement
    from capitation.model import AtSize, ComparisonData, ContractResult, Role

Kind = Literal["text", "flag", "count", "year", "amount", "quantity", "money", "share", "tiny", "number"]
"""What a column holds: `amount` is exact money, `quantity` any other exact number, `money` an estimated
amount, `share` a fraction that reads as a percentage, `tiny` one near zero, `number` any other estimate."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it holds, and a value (or None) for each row."""

    name: str
    kind: Kind
    values: tuple[Any, ...]
    kinds: tuple[Kind, ...] | None = None
    """The kind of each row, where it differs from row to row."""

    def kind_at(self, row: int) -> Kind:
        """The kind of one row."""
        return self.kind if self.kinds is None else self.kinds[row]


@dataclass(frozen=True, slots=True)
class Table:
    """One tidy table."""

    name: str
    about: str
    columns: tuple[Column, ...]

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.columns[0].values) if self.columns else 0

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows, each a value for every column."""
        return zip(*(column.values for column in self.columns), strict=True)


def of(name: str, about: str, schema: dict[str, Kind], rows: Iterable[Sequence[Any]]) -> Table:
    """A table from rows, with what each column holds."""
    filled = list(rows)
    columns = [
        Column(column, kind, tuple(row[i] for row in filled))
        for i, (column, kind) in enumerate(schema.items())
    ]
    return Table(name, about, tuple(columns))


def _with_error(name: str, kind: Kind) -> dict[str, Kind]:
    return {name: kind, f"{name}_se": kind}


def _pair(estimate: Estimate | None) -> tuple[float | None, float | None]:
    return (None, None) if estimate is None else (estimate.mean, estimate.se)


# Each table of a comparison.


def share_of_role(
    contract: ContractResult, at: AtSize, role: Role, share: Callable[[Any], Estimate | None]
) -> tuple[float | None, float | None]:
    """The share of risk of all parties in a role; the error of a sum of several is not known."""
    named = contract.names(role)
    shares = [share(party) for party in at.parties if party.name in named]
    known = [each for each in shares if each is not None]
    if not known or len(known) < len(shares):
        return None, None
    return sum(each.mean for each in known), known[0].se if len(known) == 1 else None


_RESULTS: dict[str, Kind] = {
    **_with_error("outlay", "money"),
    **_with_error("outlay_residual", "tiny"),
    **_with_error("provider_margin", "money"),
    **_with_error("margin_sd", "money"),
    **_with_error("margin_per_member", "money"),
    **_with_error("margin_per_member_month", "money"),
    **_with_error("probability_of_deficit", "share"),
    **_with_error("tvar95_of_deficit", "money"),
    **_with_error("tvar99_of_deficit", "money"),
}


def _results(at: AtSize) -> tuple[float | None, ...]:
    return (
        *_pair(at.outlay),
        *_pair(at.outlay_residual),
        *_pair(at.provider_margin),
        *_pair(at.margin_sd),
        *_pair(at.margin_per_member),
        *_pair(at.margin_per_member_month),
        *_pair(at.probability_of_deficit),
        *_pair(at.tvar95_of_deficit),
        *_pair(at.tvar99_of_deficit),
    )


def _summary(data: ComparisonData) -> Table:
    schema: dict[str, Kind] = {
        "contract": "text",
        "panel": "count",
        "scaled_term": "text",
        "written": "quantity",
        "solved": "quantity",
        "solved_residual": "tiny",
        **_RESULTS,
        **_with_error("provider_share_of_variance", "share"),
        **_with_error("payer_share_of_variance", "share"),
        **_with_error("provider_share_of_tail", "share"),
        **_with_error("payer_share_of_tail", "share"),
    }
    rows = []
    for contract in data.contracts:
        at = contract.at(data.basis.panel)
        solved = contract.solved
        scaled = (
            (None,) * 4
            if solved is None
            else (solved.term, Decimal(solved.written), Decimal(solved.solved), solved.residual)
        )
        risk = (
            *share_of_role(contract, at, "provider", lambda party: party.share_of_variance),
            *share_of_role(contract, at, "payer", lambda party: party.share_of_variance),
            *share_of_role(contract, at, "provider", lambda party: party.share_of_tail),
            *share_of_role(contract, at, "payer", lambda party: party.share_of_tail),
        )
        rows.append((contract.name, at.size, *scaled, *_results(at), *risk))
    return of("summary", "each contract on panels of the size at which outlays are made equal", schema, rows)


def _by_size(data: ComparisonData) -> Table:
    sized = [(contract, at) for contract in data.contracts for at in contract.by_size]
    levels = sorted({level for _, at in sized for level in at.margin_quantiles}, key=float)
    quantiles: dict[str, Kind] = {}
    for level in levels:
        quantiles |= _with_error(f"margin_q{level.removeprefix('0.').ljust(2, '0')}", "money")
    rows = []
    for contract, at in sized:
        at_levels = (value for level in levels for value in _pair(at.margin_quantiles.get(level)))
        rows.append((contract.name, at.size, *_results(at), *at_levels))
    schema: dict[str, Kind] = {"contract": "text", "size": "count", **_RESULTS, **quantiles}
    return of(
        "by_size", "each contract on panels of each size: results of the whole panel in a year", schema, rows
    )


def _risk_shares(data: ComparisonData) -> Table:
    about = "who carries the risk, by Euler allocation; shares sum to one"
    return _by_party(data, "risk_shares", about, "share", ("share_of_variance", "share_of_tail"))


def _parties(data: ComparisonData) -> Table:
    about = "what each party pays, gets and bears in a year"
    return _by_party(data, "parties", about, "money", ("pays", "gets", "bears", "result"))


def _by_party(data: ComparisonData, name: str, about: str, kind: Kind, fields: tuple[str, ...]) -> Table:
    schema: dict[str, Kind] = {"contract": "text", "size": "count", "party": "text", "role": "text"}
    for field in fields:
        schema |= _with_error(field, kind)
    rows = []
    for contract, at, party, role in _each_party(data):
        estimates = (value for field in fields for value in _pair(getattr(party, field)))
        rows.append((contract.name, at.size, party.name, role, *estimates))
    return of(name, about, schema, rows)


def _each_party(data: ComparisonData) -> Iterator[tuple[ContractResult, AtSize, Any, str]]:
    for contract in data.contracts:
        roles = {party.name: party.role for party in contract.parties}
        for at in contract.by_size:
            for party in at.parties:
                yield contract, at, party, roles[party.name]


def _marginal(data: ComparisonData) -> Table:
    schema: dict[str, Kind] = {
        "contract": "text",
        "event": "text",
        "activity": "text",
        "party": "text",
        **_with_error("effect", "money"),
    }
    rows = [
        (contract.name, event.what, event.activity, result.party, result.mean, result.se)
        for contract in data.contracts
        for event in contract.marginal
        for result in event.results
    ]
    return of("marginal", "the marginal pound: what one event does to each party's result", schema, rows)


def _by_year(data: ComparisonData) -> Table:
    schema: dict[str, Kind] = {
        "contract": "text",
        "year": "year",
        "members": "count",
        "member_months": "quantity",
        "outlay": "amount",
        "cost": "amount",
        "margin": "amount",
        "suppressed": "flag",
        "problem": "text",
    }
    rows = [
        (
            contract.name,
            year.year,
            year.members,
            year.member_months,
            year.outlay,
            year.cost,
            year.margin,
            year.suppressed,
            year.problem,
        )
        for contract in data.contracts
        for year in contract.by_year
    ]
    return of("by_year", "each contract settled exactly on each year of the population", schema, rows)


def _line_kind(unit: str) -> Kind:
    return "amount" if unit == "money" else "quantity"


_LINES: dict[str, Kind] = {
    "position": "count",
    "line": "text",
    "role": "text",
    "rule": "text",
    "amount": "quantity",
    "unit": "text",
    "rounding": "text",
    "note": "text",
    "source": "text",
    "unverified": "flag",
    "from": "text",
    "to": "text",
}


def _lines(statement: StatementData) -> list[tuple[Any, ...]]:
    return [
        (
            position,
            line.name,
            line.role,
            line.words,
            line.amount,
            line.unit,
            line.rounding,
            line.note,
            line.source,
            line.unverified,
            line.pays.payer if line.pays else None,
            line.pays.payee if line.pays else None,
        )
        for position, line in enumerate(statement.lines, start=1)
    ]


def _with_kinds_by_unit(table: Table) -> Table:
    """The kind of an amount follows its unit."""
    units = next(column.values for column in table.columns if column.name == "unit")
    kinds = tuple(_line_kind(unit) for unit in units)
    columns = (
        Column(column.name, column.kind, column.values, kinds) if column.name == "amount" else column
        for column in table.columns
    )
    return Table(table.name, table.about, tuple(columns))


def _statement_lines(data: ComparisonData) -> Table:
    rows = [
        (contract.name, contract.statement_of, *line)
        for contract in data.contracts
        if contract.statement is not None
        for line in _lines(contract.statement)
    ]
    schema: dict[str, Kind] = {"contract": "text", "statement_of": "text", **_LINES}
    return _with_kinds_by_unit(of("statement_lines", "one exact statement of each contract", schema, rows))


def _concentration(data: ComparisonData) -> Table:
    schema: dict[str, Kind] = {
        "counted_by": "text",
        "people": "count",
        "statistic": "text",
        "at": "number",
        "value": "share",
    }
    rows: list[tuple[Any, ...]] = []
    if data.concentration is not None:
        counted = {"person-year": data.concentration.person_years, "person": data.concentration.people}
        for by, found in counted.items():
            rows.extend((by, found.people, "top share", at, share) for at, share in found.top)
            rows.append((by, found.people, "half held by", None, found.half_held_by))
            rows.append((by, found.people, "Gini", None, found.gini))
            rows.extend((by, found.people, "Lorenz", at, share) for at, share in found.lorenz)
    return of("concentration", "how unequal cost is; people in `Lorenz` ascend in cost", schema, rows)


_BETWEEN = "Core20 less everybody else"


def _segments(data: ComparisonData) -> Table:
    schema: dict[str, Kind] = {
        "segment": "text",
        "fifths": "text",
        "people": "count",
        "person_years": "count",
        "member_months": "quantity",
        "share_of_member_months": "share",
        "cost": "amount",
        "share_of_cost": "share",
        **_with_error("cost_per_member_month", "money"),
        **_with_error("need", "number"),
        **_with_error("equal_price", "money"),
        **_with_error("need_weighted_price", "money"),
        "suppressed": "flag",
    }
    rows: list[tuple[Any, ...]] = []
    if data.segments is not None:
        rows = [
            (
                row.name,
                ", ".join(str(fifth) for fifth in row.fifths),
                row.people,
                row.person_years,
                row.member_months,
                row.share_of_member_months,
                row.cost,
                row.share_of_cost,
                *_pair(row.cost_per_member_month),
                *_pair(row.need),
                *_pair(row.equal_price),
                *_pair(row.need_weighted_price),
                row.suppressed,
            )
            for row in data.segments.rows
        ]
        prices = (*_pair(data.segments.equal_price), *_pair(data.segments.need_weighted_price))
        rows.append((_BETWEEN, "", *(None,) * 10, *prices, prices[0] is None))
    about = "the people by fifth of the nation by deprivation; prices are what each leaves a member month"
    return of("segments", about, schema, rows)


def _segment_activity(data: ComparisonData) -> Table:
    schema: dict[str, Kind] = {
        "segment": "text",
        "activity": "text",
        "total": "quantity",
        **_with_error("per_thousand_years", "number"),
    }
    rows = [
        (row.name, each.activity, each.total, *_pair(each.per_thousand_years))
        for row in (data.segments.rows if data.segments else ())
        for each in row.activity
    ]
    return of(
        "segment_activity", "activity of each segment, and for a thousand people in a year", schema, rows
    )


def _segment_contracts(data: ComparisonData) -> Table:
    schema: dict[str, Kind] = {
        "contract": "text",
        "segment": "text",
        **_with_error("margin", "money"),
        **_with_error("outlay", "money"),
    }
    told = [(row.name, row.contracts) for row in data.segments.rows] if data.segments else []
    if data.segments is not None:
        told.append((_BETWEEN, data.segments.selection))
    rows = [
        (each.contract, name, *_pair(each.margin), *_pair(each.outlay))
        for name, effects in told
        for each in effects
    ]
    about = "what a member month more of each segment does to the provider's margin and to the payer's outlay"
    return of("segment_contracts", about, schema, rows)


def _assumptions(data: ComparisonData) -> Table:
    rows = [(each.what, each.value, each.why) for each in data.assumptions]
    schema: dict[str, Kind] = {"what": "text", "value": "text", "why": "text"}
    return of("assumptions", "what the results rest on", schema, rows)


def stamp_items(data: ComparisonData) -> dict[str, str]:
    """Where the results come from and on what terms: enough to make them again."""
    basis, stamp = data.basis, data.stamp
    share = basis.marginal_share
    return {
        "capitation": stamp.version,
        "population": stamp.population,
        **{f"contract: {name}": fingerprint for name, fingerprint in stamp.contracts.items()},
        "method": stamp.method,
        "seed": str(stamp.seed),
        "draws": str(basis.draws),
        "sizes": ", ".join(str(size) for size in data.sizes),
        "panel": str(basis.panel),
        "fewest people reported": str(basis.least_reported),
        "budget neutral": f"yes, to {basis.reference}" if basis.neutral else "no, as written",
        "marginal share of cost": "not given" if share is None else str(share),
        **{f"unit cost: {name}": cost for name, cost in stamp.unit_costs.items()},
        **{f"given: {name}": amount for name, amount in stamp.given.items()},
        **{f"terms of: {name}": day for name, day in stamp.terms_of.items()},
        "currency": data.currency,
        "unverified terms": ", ".join(stamp.unverified) or "none",
    }


def _stamp(data: ComparisonData) -> Table:
    schema: dict[str, Kind] = {"item": "text", "value": "text"}
    return of("stamp", "where the results come from", schema, stamp_items(data).items())


_TABLES: dict[str, Callable[[ComparisonData], Table]] = {
    "summary": _summary,
    "by_size": _by_size,
    "risk_shares": _risk_shares,
    "parties": _parties,
    "marginal": _marginal,
    "by_year": _by_year,
    "statement_lines": _statement_lines,
    "concentration": _concentration,
    "assumptions": _assumptions,
    "stamp": _stamp,
}

NAMES = tuple(_TABLES)
"""The names of every comparison's tables."""

_BY_DEPRIVATION: dict[str, Callable[[ComparisonData], Table]] = {
    "segments": _segments,
    "segment_activity": _segment_activity,
    "segment_contracts": _segment_contracts,
}


def _tables(data: ComparisonData) -> dict[str, Callable[[ComparisonData], Table]]:
    """The tables there are: those of segments where the population has a column of deprivation."""
    return _TABLES if data.segments is None else _TABLES | _BY_DEPRIVATION


def table(data: ComparisonData, name: str) -> Table:
    """One table of a comparison.

    Raises:
        ValueError: there is no such table; those there are, are named.
    """
    there = _tables(data)
    if name in _BY_DEPRIVATION and name not in there:
        raise ValueError(
            f"there is no table `{name}`, since the population has no column of deprivation; "
            "name it with deprivation and deprivation_scale"
        )
    if name not in there:
        raise ValueError(f"there is no table `{name}`; name one of {', '.join(there)}")
    return there[name](data)


def tables(data: ComparisonData) -> list[Table]:
    """All tables of a comparison."""
    return [made(data) for made in _tables(data).values()]


# As Arrow.


def frame(table: Table, stamp: dict[str, str] | None = None) -> pa.Table:
    """A table in Arrow; the stamp goes into the metadata of its schema, where Parquet keeps it."""
    import pyarrow as pa

    arrays = [pa.array(column.values, _arrow_type(column)) for column in table.columns]
    metadata = {"capitation.table": f"{table.name}: {table.about}"}
    if stamp is not None:
        metadata["capitation.stamp"] = json.dumps(stamp, ensure_ascii=False)
    fields = [pa.field(column.name, array.type) for column, array in zip(table.columns, arrays, strict=True)]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=metadata))


def _arrow_type(column: Column) -> pa.DataType:
    import pyarrow as pa

    match column.kind:
        case "text":
            return pa.string()
        case "flag":
            return pa.bool_()
        case "count" | "year":
            return pa.int64()
        case "amount" | "quantity":
            return _decimal_type([value for value in column.values if value is not None])
        case _:
            return pa.float64()


def _decimal_type(values: list[Decimal]) -> pa.DataType:
    """The smallest of Arrow's decimal types that holds all of these exactly, with two places at least."""
    import pyarrow as pa

    parts = [value.as_tuple() for value in values]
    exponents = [part.exponent if isinstance(part.exponent, int) else 0 for part in parts]
    places = max([2, *(-exponent for exponent in exponents)])
    whole = max([1, *(len(part.digits) + exp for part, exp in zip(parts, exponents, strict=True))])
    return pa.decimal128(38, places) if whole + places <= 38 else pa.decimal256(76, places)


def statement_data(statement: Statement) -> StatementData:
    """A statement as typed data."""
    return msgspec.json.decode(statement.to_json(), type=StatementData)


def statement_frame(statement: Statement) -> pa.Table:
    """A statement's lines in Arrow: position, line, role, rule, amount, unit, and who pays whom."""
    data = statement_data(statement)
    shown = of("statement", f"{data.contract}, terms of {data.on}", _LINES, _lines(data))
    about = {
        "capitation": data.version,
        "contract": data.contract,
        "contract's fingerprint": data.fingerprint,
        **({} if data.population is None else {"population": data.population}),
        "terms of": data.on,
        "currency": data.currency,
        "unverified terms": ", ".join(data.unverified) or "none",
    }
    return frame(_with_kinds_by_unit(shown), about)


# Activity.

_MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
"""The calendar month of each month of a financial year."""


def priced_frame(priced: PricedActivity) -> pa.Table:
    """The payment of each line in Arrow: payment in pounds, rule, days above the trim point."""
    import pyarrow as pa

    made = pa.table(priced)
    about = {
        "capitation.table": "payments: the payment of each line, null where there is no price",
        "capitation.stamp": json.dumps(dict(priced._stamp), ensure_ascii=False),
    }
    return made.replace_schema_metadata(about)


def unpriced_frame(result: PricedActivity | ActivityTotals) -> pa.Table:
    """The lines without a price in Arrow, by reason and code: how many, what they cost, the first row."""
    schema: dict[str, Kind] = {
        "reason": "text",
        "about": "text",
        "lines": "count",
        "cost": "amount",
        "first_row": "count",
    }
    return frame(of("unpriced", "lines without a price", schema, result._unpriced), dict(result._stamp))


def readmissions_frame(found: Readmissions) -> pa.Table:
    """What each admission is in Arrow: sequel, the row that it follows, and days from that discharge."""
    schema: dict[str, Kind] = {"sequel": "text", "index_row": "count", "days": "count"}
    about = f"what each admission is to those before it, within {found.within_days} days"
    return frame(of("readmissions", about, schema, found._rows), {"within days": str(found.within_days)})


def readmission_totals_frame(found: Readmissions, priced: PricedActivity | None) -> pa.Table:
    """Admissions by sequel in Arrow, and where payments are given what they were paid and how many have no price."""
    schema: dict[str, Kind] = {
        "sequel": "text",
        "admissions": "count",
        "payment": "amount",
        "unpriced": "count",
    }
    stamp = {"within days": str(found.within_days)} | ({} if priced is None else dict(priced._stamp))
    about = f"admissions by what they are to those before them, within {found.within_days} days"
    return frame(of("readmission_totals", about, schema, found._totals(priced)), stamp)


def totals_frame(totals: ActivityTotals) -> pa.Table:
    """Totals in Arrow: provider, month of the year, rule, lines, payment, days above the trim point, and cost."""
    schema: dict[str, Kind] = {
        "provider": "text",
        "month": "count",
        "rule": "text",
        "lines": "count",
        "payment": "amount",
        "long_stay_days": "count",
        "cost": "amount",
    }
    rows = (
        (provider, _MONTHS[month - 1] if totals._is_dated else None, *rest)
        for provider, month, *rest in totals._rows
    )
    about = "payments by provider, calendar month and rule, in pounds"
    return frame(of("totals", about, schema, rows), dict(totals._stamp))
