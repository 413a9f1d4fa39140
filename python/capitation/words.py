"""Numbers as a reader sees them, in notebooks, workbooks and charts: as the core prints them in its report."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING

from capitation._capitation import _currency

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from capitation.model import Estimate

MINUS = "\u2212"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of text as lines with aligned columns: the first and the last to the left, the others to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    last = len(widths) - 1

    def cell(at: int, text: str) -> str:
        return (
            text.ljust(widths[at])
            if at == 0 or (at == last and not text[:1].isdigit())
            else text.rjust(widths[at])
        )

    return ["  ".join(cell(at, text) for at, text in enumerate(row)).rstrip() for row in rows]


def symbol(currency: str) -> str:
    """The sign of a currency, or its code and a space."""
    sign, _ = _currency(currency)
    return sign


def minor_digits(currency: str) -> int:
    """How many decimals an exact amount is printed with."""
    _, digits = _currency(currency)
    return digits


def _signed(negative: bool, text: str, plus: bool) -> str:
    sign = MINUS if negative else "+" if plus else ""
    return sign + text


_LONG = Context(prec=400)
"""Digits enough for the largest float."""


def money(value: Decimal | float, currency: str, *, digits: int | None = None, plus: bool = False) -> str:
    """An amount with all its digits: `−$1,234.50`. Half rounds up; zero has no sign."""
    place = Decimal(1).scaleb(-(minor_digits(currency) if digits is None else digits))
    text = f"{Decimal(str(abs(value))).quantize(place, ROUND_HALF_UP, context=_LONG):,f}"
    zero = not text.strip("0.,")
    return _signed(value < 0 and not zero, symbol(currency) + text, plus and not zero)


def compact(value: float, currency: str) -> str:
    """An amount to about three figures: `$26k`, `−$1.2m`."""
    size = abs(value)
    for unit, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if size >= 0.9995 * unit:
            scaled = size / unit
            text = f"{scaled:.1f}" if scaled < 99.95 else f"{scaled:,.0f}"
            return _signed(value < 0, symbol(currency) + text + letter, False)
    return money(value, currency, digits=0 if size >= 10 or size == 0 else 2)


def percent(value: float, digits: int = 1, *, plus: bool = False) -> str:
    """A share as a percentage: `57.5 %`."""
    text = f"{abs(value) * 100:,.{digits}f}"
    zero = not text.strip("0.,")
    return _signed(value < 0 and not zero, text, plus and not zero) + "\u00a0%"


def exact_percent(share: Decimal) -> str:
    """An exact share as a percentage with the decimals that it has: `10 %`, `2.5 %`."""
    exponent = share.normalize().as_tuple().exponent
    return percent(float(share), max(0, -exponent - 2) if isinstance(exponent, int) else 1)


# An error this small beside its estimate is the rounding of floats, not of draws.
_NO_ERROR = 1e-6


def is_exact(value: Estimate) -> bool:
    """Whether an estimate has no error worth printing."""
    return not math.isfinite(value.se) or value.se <= _NO_ERROR * max(abs(value.mean), 1.0)


def error_digits(se: float) -> int:
    """How many decimals an estimate with this error is printed with (negative: before the point).

    The error keeps two figures; the number is printed to the same place.
    """
    digits = 1 - math.floor(math.log10(se))
    # 0.0996 becomes 0.10, which has its second figure one place earlier.
    return digits if round(se, digits) < 10.0 ** (2 - digits) else digits - 1


def _at(value: float, digits: int) -> str:
    return f"{round(abs(value), digits):,.{max(digits, 0)}f}"


def estimate_parts(
    value: Estimate, prefix: str = "", suffix: str = "", *, exact: int = 2, plus: bool = False
) -> tuple[str, str | None]:
    """An estimate and its standard error, apart: `−$1,230` and `40`; the error is absent where there is none.

    Args:
        value: the estimate.
        prefix: what stands before the number, such as a currency's sign.
        suffix: what stands after the number.
        exact: decimals of a number that has no error.
        plus: write a plus before a positive number.
    """
    no_error = is_exact(value)
    digits = exact if no_error else error_digits(value.se)
    text = _at(value.mean, digits)
    zero = not text.strip("0.,")
    signed = _signed(value.mean < 0 and not zero, prefix + text + suffix, plus and not zero)
    return signed, None if no_error else _at(value.se, digits)


def estimate(
    value: Estimate, prefix: str = "", suffix: str = "", *, exact: int = 2, plus: bool = False
) -> str:
    """An estimate with its standard error: `−$1,230 ± 40`; without an error where there is none."""
    number, error = estimate_parts(value, prefix, suffix, exact=exact, plus=plus)
    return number if error is None else f"{number}\u00a0± {error}{suffix}"


def money_estimate(value: Estimate, currency: str, *, plus: bool = False) -> str:
    """An estimated amount with its standard error."""
    return estimate(value, symbol(currency), exact=minor_digits(currency), plus=plus)


def percent_estimate(value: Estimate) -> str:
    """An estimated share with its standard error, both in percent."""
    return estimate(in_percent(value), suffix="\u00a0%", exact=1)


def chance(value: Estimate, draws: int) -> str | None:
    """A probability that was seen in no draw, or in all, in words: by the rule of three it is within 3/n of 0 or 1.

    None where it was seen in some draws and not in others, and its standard error says how sure it is.
    """
    within = 3 / draws
    if value.mean <= 0:
        return f"below {percent(within, 2)}"
    return f"above {percent(1 - within, 2)}" if value.mean >= 1 else None


def in_percent(value: Estimate) -> Estimate:
    """The same estimate times a hundred."""
    return type(value)(mean=value.mean * 100, se=value.se * 100)


def band(least: float, most: float) -> str:
    """Two shares of a whole as a range: `0.9–1.4 %`; one where both read alike."""
    low, high = percent(least), percent(most)
    return low if low == high else f"{low.removesuffix('%').rstrip()}\u2013{high}"


def tiny(value: float) -> str:
    """A number near zero: `2e−09`."""
    return f"{value:.0e}".replace("-", MINUS) if value else "0"


def listed(named: Mapping[str, object]) -> str:
    """Names with their values, as a stamp is told: `seed 7; people 1,000`; `nothing` where there are none."""
    return "; ".join(f"{what} {value}" for what, value in named.items()) or "nothing"
