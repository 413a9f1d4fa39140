"""What an outlook and drawn years tell alike: each party's result, and what each clause comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capitation import words
from capitation.shown import table_and_notes

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD = ["party", "mean", "standard deviation", "1 year in 20 below", "mean of worst 5\u00a0%", "P(deficit)"]
"""The columns of a party's result."""


def results_html(
    caption: str, parties: Sequence[Sequence[str]], clauses: Sequence[Sequence[str]], notes: Sequence[str]
) -> str:
    """Two tables: parties under a head of their own, and clauses as name, movement, average."""
    head, *rows = parties
    first = table_and_notes(caption, head, rows, [])
    moved = ["clause", "money moves", "on average"]
    second = table_and_notes("What each clause comes to", moved, clauses, notes)
    return f"<div>{first}{second}</div>"


def results_text(
    caption: str, parties: Sequence[Sequence[str]], clauses: Sequence[Sequence[str]], notes: Sequence[str]
) -> str:
    """The same two tables in aligned columns of text."""
    moved = [["clause", "on average", "money moves"]]
    moved += [[name, amount, moves] for name, moves, amount in clauses]
    return "\n".join([caption, *words.columns(parties), "", *words.columns(moved), "", *notes])
