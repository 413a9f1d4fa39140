"""Arguments of which one text would be read as its letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import index
from typing import Any, SupportsIndex, TypeVar

_T = TypeVar("_T")
_V = TypeVar("_V")
_TOO_MANY = 2**32


def listed(argument: str, values: Iterable[_T], of: str) -> list[_T]:
    """The values of a list.

    Args:
        argument: what it is called.
        values: the list.
        of: what it is a list of, in words.

    Raises:
        TypeError: one value in place of a list of them, a text for instance.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        problem = (
            f"{argument}={values!r} is one value, and a list of {of} is needed: write {argument}=[{values!r}]"
        )
        raise TypeError(problem)
    return list(values)


def counts(argument: str, values: Iterable[int], of: str) -> list[int]:
    """The whole numbers of a list, each from 0 to what the core can count.

    Args:
        argument: what it is called.
        values: the list.
        of: what it is a list of, in words.

    Raises:
        TypeError: one value in place of a list of them, or one that is no whole number.
        ValueError: none at all, a number below 0, or too large.
    """
    found = [_whole(argument, value, of) for value in listed(argument, values, of)]
    if not found:
        raise ValueError(f"{argument}: there are none; give at least one of {of}")
    for value in found:
        if not 0 <= value < _TOO_MANY:
            raise ValueError(f"{argument}: {value:,} is out of range; give {of} from 0 to {_TOO_MANY - 1:,}")
    return found


def by_size(
    sizes: Iterable[int], given: Callable[[int], Mapping[str, _V]] | None
) -> tuple[list[int], list[dict[str, _V]]]:
    """Numbers of people, and the inputs that are given for each.

    Args:
        sizes: the numbers.
        given: makes the inputs for a number of people; there are none where it is None.

    Raises:
        TypeError: one number in place of a list, or `given` is no function.
        ValueError: no size, or one out of range.
    """
    people = counts("sizes", sizes, "numbers of people")
    if given is not None and not callable(given):
        raise TypeError("given is made for each size: write given=lambda people: {...}")
    return people, [{} if given is None else dict(given(size)) for size in people]


def _whole(argument: str, value: SupportsIndex, of: str) -> int:
    try:
        return index(value)
    except TypeError:
        raise TypeError(f"{argument}: {value!r} is no whole number; give {of}") from None


def mapped(argument: str, values: Mapping[str, _V] | None, example: str) -> dict[str, _V]:
    """The values of a mapping by name; none where it is None.

    Args:
        argument: what it is called.
        values: the mapping.
        example: what to write, in Python.

    Raises:
        TypeError: anything else.
    """
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise TypeError(f"{argument}={values!r} is no mapping: write {argument}={example}")
    return dict(values)


def of_each(
    argument: str, values: Mapping[str, Mapping[str, Any]] | None, example: str
) -> list[tuple[str, Any]]:
    """The mappings of a mapping, by name.

    Args:
        argument: what it is called.
        values: the mapping of mappings.
        example: what to write, in Python.

    Raises:
        TypeError: anything else.
    """
    return [
        (name, mapped(argument, inner, example)) for name, inner in mapped(argument, values, example).items()
    ]
