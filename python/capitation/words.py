"""Numbers as a reader sees them: one rule for money, shares and estimates, wherever they are printed."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from capitation.model import Estimate

MINUS = "\u2212"
_SYMBOLS = {"GBP": "£", "USD": "$", "EUR": "€", "JPY": "¥", "AUD": "A$", "CAD": "C$", "NZD": "NZ$"}
_NO_MINOR_UNIT = {"JPY", "KRW", "ISK", "CLP", "VND"}


def symbol(currency: str) -> str:
    """The sign of a currency, or its code and a space."""
    return _SYMBOLS.get(currency, currency + " ")


def minor_digits(currency: str) -> int:
    """How many decimals an exact amount is printed with."""
    return 0 if currency in _NO_MINOR_UNIT else 2


def _signed(negative: bool, text: str, plus: bool) -> str:
    sign = MINUS if negative else "+" if plus else ""
    return sign + text


def money(value: Decimal | float, currency: str, *, digits: int | None = None, plus: bool = False) -> str:
    """An amount with all its digits: `−$1,234.50`. Zero has no sign."""
    text = f"{abs(value):,.{minor_digits(currency) if digits is None else digits}f}"
    zero = not text.strip("0.,")
    return _signed(value < 0 and not zero, symbol(currency) + text, plus and not zero)


def compact(value: float, currency: str) -> str:
    """An amount to about three figures: `$26k`, `−$1.2m`."""
    size = abs(value)
    for unit, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if size >= 0.9995 * unit:
            scaled = size / unit
            text = f"{scaled:.1f}" if scaled < 9.995 else f"{scaled:,.0f}"
            return _signed(value < 0, symbol(currency) + text + letter, False)
    return money(value, currency, digits=0 if size >= 10 or size == 0 else 2)


def percent(value: float, digits: int = 1, *, plus: bool = False) -> str:
    """A share as a percentage: `57.5 %`."""
    text = f"{abs(value) * 100:.{digits}f}"
    zero = not text.strip("0.")
    return _signed(value < 0 and not zero, text, plus and not zero) + "\u00a0%"


def error_digits(se: float) -> int:
    """How many decimals an estimate with this error is printed with (negative: before the point).

    The error keeps one figure, two where the first is 1; the number is printed to the same place.
    """
    if not se > 0 or not math.isfinite(se):
        return 2
    exponent = math.floor(math.log10(se))
    leading = round(se / 10.0**exponent, 6)
    return -exponent + (1 if leading < 2 else 0)


def _at(value: float, digits: int) -> str:
    return f"{round(abs(value), digits):,.{max(digits, 0)}f}"


def estimate(value: Estimate, prefix: str = "", suffix: str = "", *, exact: int = 2, plus: bool = False) -> str:
    """An estimate as `−$1,230 ± 40`; without an error where there is none.

    Args:
        value: the estimate.
        prefix: what stands before the number, such as a currency's sign.
        suffix: what stands after the error.
        exact: decimals of a number that has no error, and most decimals of one that has.
        plus: write a plus before a positive number.
    """
    if value.se == 0:
        text = _at(value.mean, exact)
        error = ""
    else:
        digits = min(error_digits(value.se), exact)
        text = _at(value.mean, digits)
        error = f" ± {_at(value.se, digits)}"
        if not error.strip(" ±0.,"):
            error = f" ± <{10.0 ** -digits:.{max(digits, 0)}f}"
    zero = not text.strip("0.,")
    return _signed(value.mean < 0 and not zero, prefix + text, plus and not zero) + error + suffix


def money_estimate(value: Estimate, currency: str, *, plus: bool = False) -> str:
    """An estimated amount with its standard error."""
    return estimate(value, symbol(currency), exact=minor_digits(currency), plus=plus)


def percent_estimate(value: Estimate) -> str:
    """An estimated share with its standard error, both in percent."""
    scaled = type(value)(mean=value.mean * 100, se=value.se * 100)
    return estimate(scaled, suffix="\u00a0%", exact=1)


def listed(items: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]
