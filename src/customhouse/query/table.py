"""An answer as a printed table, with numbers as official tables have them.

Values stand in one unit for the whole column (billion yuan), with one decimal, or two where all are
below 100; rates have one decimal; a figure that there is not is a dash.
"""

from __future__ import annotations

from fractions import Fraction

from customhouse.describe import known, name, period_words, word
from customhouse.measures import Missing
from customhouse.model import DIMENSIONS, Claim
from customhouse.query.answer import Answer, Row

DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
_POWERS = {"en": (12, 9, 6), "zh": (8, 4)}
_RATES = ("%", "pp", "x")
_WHOLE = ("rank", "period", "1")
_BELOW = 100


def table(answer: Answer, language: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Headings and rows of text."""
    varying = varying_dimensions(answer)
    claims = [row.claim for row in answer.figures if row.claim is not None]
    power = power_of(claims, language)
    grown = any(isinstance(row.growth, Claim) for row in answer.figures)
    headings = [word("period", language), *(word(d, language) for d in varying)]
    headings.append(_heading(answer, claims, power, language))
    if grown:
        headings.append(word("separator", language).join((name("growth", language, "measure"), "%")))
    decimals = decimals_of(claims, power)
    rows = [_cells(row, varying, power, decimals, grown, language) for row in answer.figures]
    return tuple(headings), tuple(rows)


def _cells(row: Row, varying: list[str], power: int, decimals: int, grown: bool,
           language: str) -> tuple[str, ...]:
    part = row.ask.slice
    period = row.claim.period if row.claim else row.ask.period
    cells = [DASH if period is None else period_words(period, language)]
    cells += [name(code, language, d) if (code := getattr(part, d)) else DASH for d in varying]
    cells.append(DASH if row.claim is None else formatted(row.claim, power, decimals))
    if grown:
        growth = row.growth
        cells.append(DASH if growth is None or isinstance(growth, Missing) else formatted(growth, 0, 1))
    return tuple(cells)


def formatted(claim: Claim, power: int, decimals: int) -> str:
    """A figure with thousands separators, in units of a power of ten."""
    if claim.unit in _WHOLE or claim.measure == "count":
        decimals, power = 0, 0
    # Halves are rounded away from zero, as official tables do; binary fractions would decide by chance.
    scaled = Fraction(f"{claim.value:.15g}") * 10**decimals / 10**power
    whole = int(abs(scaled) + Fraction(1, 2))
    units, rest = divmod(whole, 10**decimals)
    text = f"{units:,}" + (f".{rest:0{decimals}d}" if decimals else "")
    return f"{MINUS}{text}" if scaled < 0 and whole else text


def varying_dimensions(answer: Answer) -> list[str]:
    """The dimensions that differ from row to row."""
    slices = [row.ask.slice for row in answer.figures]
    return [d for d in DIMENSIONS if len({getattr(s, d) for s in slices}) > 1
            or d in dict(answer.query.each) or any(_runs_over(axis, d) for axis in answer.query.by)]


def _runs_over(axis: str, dimension: str) -> bool:
    return axis == dimension or (axis.startswith("hs") and dimension == "commodity")


def power_of(claims: list[Claim], language: str) -> int:
    """The power of ten of the column's unit: that of its largest figure."""
    size = max((abs(claim.value) for claim in claims if claim.unit not in (*_RATES, *_WHOLE)), default=0.0)
    if any(claim.measure == "count" for claim in claims):
        return 0
    return next((p for p in _POWERS[language] if size >= 10**p and word(f"scale_{10**p}", language)), 0)


def decimals_of(claims: list[Claim], power: int) -> int:
    """The decimals of the column's figures."""
    if any(claim.unit in _RATES for claim in claims):
        return 1
    size = max((abs(claim.value) / 10**power for claim in claims), default=0.0)
    whole = power == 0 and all(claim.value == int(claim.value) for claim in claims)
    return 0 if whole else 1 if size >= _BELOW else 2


def _heading(answer: Answer, claims: list[Claim], power: int, language: str) -> str:
    """What is measured and its unit: `exports, billion yuan`."""
    ask = answer.query.ask
    flow = None if "flow" in dict(answer.query.each) else ask.slice.flow
    what = name(flow, language, "flow") if flow and ask.measure == "value" else ""
    what = what or (word("contribution_rate", language) if (ask.measure, ask.of) == ("share", "change")
                    else name(ask.measure, language, "measure"))
    told = [word(f"{kind}_{code}", language) for kind, code in (("factor", ask.factor), ("terms", ask.terms))
            if code]
    units = dict.fromkeys(claim.unit for claim in claims)
    unit = unit_words(next(iter(units)), power, language) if len(units) == 1 else ""
    return word("separator", language).join(filter(None, (what, *told, unit)))


def unit_words(unit: str, power: int, language: str, single: bool = False) -> str:
    """A unit with its scale as a heading has it: `billion yuan`."""
    scale = word(f"scale_{10**power}", language).replace("{n}", "").strip() if power else ""
    first, _, second = unit.partition("/")
    if unit in _WHOLE:
        return ""
    code = f"unit_{first}"
    forms = (word(code, language) if known(code) else name(first, language, "count")).split("|")
    form = forms[0 if single else -1]
    text = form.replace("{n}", "").strip()
    text = f"{scale} {text}".strip() if language == "en" else f"{scale}{text}"
    return f"{text}/{unit_words(second, 0, language, True)}" if second else text
