"""What X-13ARIMA-SEATS wrote: its saved tables and its diagnostics file.

Saved tables are `date TAB value ...` after two lines of heads; a `.udg` file is `key: value` lines. Both
are read leniently: a line that is neither is passed over, an unknown key is kept as it is, and a number
that Fortran could not print (stars, an exponent without its E) is NaN or read as meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from customhouse.seasons.adjusted import Coefficient, Outlier

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[EeDd]?[+-]\d+|[EeDd]\d+)?", re.ASCII)
_SHORT = re.compile(r"([+-]?[\d.]+)(?:[DdEe]?)([+-]\d+)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OUTLIER = re.compile(r"(AO|LS|TC)(\d{4})\.(\w{3})")
_KINDS: dict[str, Literal["ao", "ls", "tc"]] = {"AO": "ao", "LS": "ls", "TC": "tc"}
_TERMS = ("MA$", "AR$")
_PLAIN = {
    "aicc": "aicc", "loglikelihood": "loglikelihood", "nefobs": "used", "f3.q": "q", "f3.qm2": "q2",
    "skewness": "skewness", "durbinwatson": "durbin_watson", "f2.ic": "ic_ratio", "f2.is": "msr",
    "r01.lag00.aar.all": "revision_level", "r02.lag00.aar.all": "revision_change",
} | {f"f3.m{n:02}": f"m{n}" for n in range(1, 12)}  # fmt: skip
_PAIRS = {
    "qssadj": "qs", "qssadjevadj": "qs_ev", "qsori": "qs_original", "qsrsd": "qs_residuals",
    "qsirr": "qs_irregular", "qssori": "qs_original_end", "qsssadj": "qs_end", "d11.f": "f_residual",
    "d11.3y.f": "f_residual_end", "f2.fsd8": "f_stable", "f2.msf": "f_moving", "f2.kw": "kruskal_wallis",
}  # fmt: skip
_SPANS = {"s2.a.per": "spans_seasonal", "s2.d.per": "spans_month", "s2.e.per": "spans_year"}


def number(text: str) -> float:
    """A number as Fortran prints it (`+0.1E+03`, `1.5D-5`, `0.1-104`), NaN where it is none."""
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        return float("nan")
    short = _SHORT.fullmatch(stripped)
    try:
        return float(f"{short[1]}e{short[2]}" if short else stripped.replace("D", "E").replace("d", "e"))
    except ValueError:
        return float("nan")


def table(text: str, months: range, column: int = 1) -> Floats:
    """A saved table over running months, NaN where it has no line; `column` counts values from 1."""
    import numpy as np

    values = np.full(len(months), np.nan)
    for line in text.splitlines():
        cells = line.split("\t")
        date = cells[0].strip()
        if len(cells) > column and len(date) == 6 and date.isascii() and date.isdigit():
            here = int(date[:4]) * 12 + int(date[4:]) - 1 - months.start
            if 0 <= here < len(values) and 1 <= int(date[4:]) <= 12:
                values[here] = number(cells[column])
    return values


def udg(text: str) -> dict[str, str]:
    """The lines of a diagnostics file by key; of a key that comes twice the last."""
    pairs = (line.partition(":") for line in text.splitlines())
    return {key.strip(): value.strip() for key, colon, value in pairs if colon and key.strip()}


def coefficients(entries: Mapping[str, str], names: Mapping[str, str]) -> tuple[Coefficient, ...]:
    """The coefficients of regression and ARIMA model; `names` has those of user-defined regressors."""
    found = []
    for key, value in entries.items():
        group, dollar, name = key.partition("$")
        numbers = [number(v) for v in value.split()]
        if not dollar or len(numbers) < 3 or not _coefficient(group, key):
            continue
        shown = key if key.startswith(_TERMS) else names.get(name.lower(), name)
        found.append(Coefficient(_term(shown), numbers[0], numbers[1]))
    return tuple(found)


def _coefficient(group: str, key: str) -> bool:
    """Whether a line with a dollar sign holds a coefficient: others begin with a small letter."""
    return key.startswith(_TERMS) or (group[:1].isupper() and not group.startswith(("Derived", "Lag")))


def _term(name: str) -> str:
    """`MA$Seasonal$12$12` as `MA seasonal 12`."""
    if not name.startswith(_TERMS):
        return name
    parts = name.split("$")
    return f"{parts[0]} {parts[1].lower()} {int(parts[-1])}" if parts[-1].isdigit() else name


def outliers(entries: Mapping[str, str]) -> tuple[Outlier, ...]:
    """The outliers of the model, by month."""
    found = []
    for key, value in entries.items():
        match = _OUTLIER.fullmatch(key.partition("$")[2])
        numbers = [number(v) for v in value.split()]
        if match and len(numbers) == 3 and match[3].lower() in _MONTHS and not key.startswith("almost"):
            month = int(match[2]) * 12 + _MONTHS.index(match[3].lower())
            found.append(Outlier(_KINDS[match[1]], month, numbers[2], numbers[0]))
    return tuple(sorted(found, key=lambda one: (one.month, one.kind)))


def diagnostics(entries: Mapping[str, str]) -> dict[str, float]:
    """The figures that say how good an adjustment is, by our codes; those that a run lacks are left out."""
    found = {code: number(entries[key]) for key, code in _PLAIN.items() if key in entries}
    for key, code in _PAIRS.items():
        numbers = [number(v) for v in entries.get(key, "").split()]
        if len(numbers) >= 2:
            found[code], found[f"{code}_p"] = numbers[0], numbers[-1] / _percent(key)
    for key, code in _SPANS.items():
        numbers = [number(v) for v in entries.get(key, "").split()]
        if len(numbers) == 3:
            found[code] = numbers[2]
    found.update(_peaks(entries))
    return {code: value for code, value in found.items() if value == value}


def _percent(key: str) -> float:
    """By what the probability at the end of a line is multiplied: F tests of X-11 print per cents."""
    return 100.0 if key.startswith(("d11.", "f2.")) else 1.0


def ljung_box(text: str, lag: int = 24) -> dict[str, float]:
    """The Ljung-Box test of the residuals, from the table of their autocorrelations."""
    for line in text.splitlines():
        cells = [number(cell) for cell in line.split("\t")]
        if len(cells) >= 6 and cells[0] == lag and cells[3] == cells[3] and cells[5] == cells[5]:
            return {"ljung_box": cells[3], "ljung_box_p": cells[5]}
    return {}


def _peaks(entries: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    """How many visually significant peaks the spectra have at seasonal and at trading-day frequencies."""
    for code, frequency in (("peaks_seasonal", "s"), ("peaks_trading", "t")):
        seen = [
            value
            for spectrum in ("spcsa", "spcirr", "spcrsd")
            for n in range(1, 7)
            if (value := entries.get(f"{spectrum}.{frequency}{n}")) is not None
        ]
        if seen:
            yield code, float(sum(number((v.split() or [""])[0]) > 6 and v.endswith("+") for v in seen))
