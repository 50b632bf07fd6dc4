"""Options beside or in place of words: names, their values, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache

from customhouse.factors import FACTORS
from customhouse.model import ADJUSTED, Dims
from customhouse.period import Period
from customhouse.query.assemble import ORDER
from customhouse.query.dates import calendar_of
from customhouse.query.model import AXES
from customhouse.query.reasons import refused
from customhouse.query.said import Said
from customhouse.query.tokens import dimensions_of, not_understood, tokens
from customhouse.vocabulary.tables import returned_goods

DIMENSIONS = ("flow", "partner", "commodity", "enterprise", "region", "regime", "transport")
FLOWS = ("exports", "imports", "trade", "balance")


def apply(said: Said, options: Mapping[str, object]) -> None:
    """Say what options say; None and empty ones say nothing. Raises QueryError."""
    for name, value in options.items():
        if name not in OPTIONS:
            raise refused("no_option", name=name, there=", ".join(OPTIONS))
        if value is not None and value != () and value != "":
            OPTIONS[name](said, name, value)


def _listed(value: object) -> list[str]:
    """The parts of a comma-separated text, or of a sequence."""
    parts: Iterable[object] = value.split(",") if isinstance(value, str) else (
        value if isinstance(value, (list, tuple)) else (value,))
    return [str(part).strip() for part in parts if str(part).strip()]


def _measure(said: Said, name: str, value: object) -> None:
    for code in _listed(value):
        if code not in ORDER:
            raise refused("no_measure", name=name, code=code, there=", ".join(sorted(ORDER)))
        said.measure(code)


def _dimension(said: Said, name: str, value: object) -> None:
    """Codes or names, comma-separated for one series each, joined by `+` for their sum."""
    codes = ["+".join(sorted(_code(name, part) for part in one.split("+"))) for one in _listed(value)]
    earlier = next((m for m in said.mentions if m.dimension == name), None)
    if earlier is not None and earlier.codes != codes:
        raise refused(
            "option_and_words", name=name, codes_said=", ".join(codes), earlier=", ".join(earlier.codes))
    if earlier is None:
        said.mention(name, codes, -1)


def _flow(said: Said, name: str, value: object) -> None:
    """Re-exports and re-imports are recorded as flows of their own; claims have them as a regime."""
    returned = {one.flow: one for one in returned_goods().values()}
    codes = _listed(value)
    if len(codes) == 1 and (one := returned.get(codes[0])):
        _dimension(said, "regime", one.regime)
        codes = [one.within]
    if both := returned.keys() & set(codes):
        raise refused("by_itself", name=name, value=value, code=min(both))
    _dimension(said, name, codes)


@lru_cache(maxsize=4096)
def _code(dimension: str, text: str) -> str:
    """The code that is written, or that a name is the word for. Raises QueryError."""
    text = text.strip()
    bare = text.removeprefix("!")
    if dimension == "flow":
        if bare not in FLOWS:
            there = (*FLOWS, *(one.flow for one in returned_goods().values()))
            raise refused("no_flow", text=text, there=", ".join(there))
        return bare
    if dimension == "commodity" and bare.isdigit():
        return _hs_code(text)
    if dimension in dimensions_of(bare):
        return text
    if dimension == "partner" and dimension in dimensions_of(bare.upper()):
        return text.upper()
    found = [t for t in tokens(bare, calendar_of(None)) if t.kind == dimension]
    if len(found) != 1:
        raise not_understood(text)
    return found[0].code if bare == text else f"!{found[0].code}"


def _hs(said: Said, name: str, value: object) -> None:
    _dimension(said, "commodity", [_hs_code(code) for code in _listed(value)])


def _hs_code(code: str) -> str:
    bare = code.removeprefix("!").replace(".", "")
    if not bare.isdigit() or len(bare) not in (2, 4, 6, 8, 10):
        raise refused("hs_digits", code=code)
    return f"!{bare}" if code.startswith("!") else bare


def _period(said: Said, name: str, value: object) -> None:
    if isinstance(value, Period):
        said.periods.append(value)
        return
    said.periods += [_one_period(name, text, said.latest) for text in _listed(value)]


@lru_cache(maxsize=4096)
def _one_period(name: str, text: str, latest: int | None) -> Period:
    found = tokens(text, calendar_of(latest))
    if [t.kind for t in found] != ["when"]:
        raise refused("write_period", name=name, text=text)
    period: Period = found[0].carries
    return period


def _base(said: Said, name: str, value: object) -> None:
    if value in ("year", "previous"):
        said.put("previous", value == "previous", f"{name} {value}")
        return
    said.put("base", value if isinstance(value, Period) else _one_period(name, str(value), said.latest),
             f"{name} {value}")


def _by(said: Said, name: str, value: object) -> None:
    for axis in _listed(value):
        if axis not in AXES:
            raise refused("no_axis", axis=repr(axis), axes=", ".join(AXES))
        said.axis(axis)


def _top(said: Said, name: str, value: object) -> None:
    """So many of the largest, with `-` before the number of the smallest."""
    if not str(value).removeprefix("-").isdigit() or not int(str(value)):
        raise refused("top_number", value=value)
    said.put("top", int(str(value)), f"top {value}")


def _dims(said: Said, name: str, value: object) -> None:
    """`partner` widens the dimension to everything; `partner=EU` changes it."""
    dims: dict[str, str | None] = {}
    for text in _listed(value):
        dimension, _, code = text.partition("=")
        if dimension not in DIMENSIONS:
            raise refused("no_dimension", name=name, text=text, there=", ".join(DIMENSIONS))
        dims[dimension] = _code(dimension, code) if code else None
    found: Dims = tuple(sorted(dims.items()))
    said.put(name, found, f"{name} {value}")


def _number(said: Said, name: str, value: object) -> None:
    try:
        said.put(name, float(str(value)), f"{name} {value}")
    except ValueError as error:
        raise refused("write_number", name=name, value=value) from error


def _day(said: Said, name: str, value: object) -> None:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
        said.put(name, day, f"{name} {value}")
    except ValueError as error:
        raise refused("write_day", name=name, value=value) from error


def _choice(*choices: str) -> Callable[[Said, str, object], None]:
    def choose(said: Said, name: str, value: object) -> None:
        if str(value) not in choices:
            raise refused("choices", name=name, value=value, there=", ".join(choices))
        said.put(name, str(value), f"{name} {value}")

    return choose


def _text(said: Said, name: str, value: object) -> None:
    said.put(name, str(value), f"{name} {value}")


def _flag(said: Said, name: str, value: object) -> None:
    if value:
        said.put(name, True, name)


OPTIONS: Mapping[str, Callable[[Said, str, object], None]] = {
    "measure": _measure, "of": _measure, **dict.fromkeys(DIMENSIONS, _dimension), "flow": _flow, "hs": _hs,
    "reporter": _text, "period": _period, "by": _by, "top": _top, "base": _base, "currency": _text,
    "whole": _dims, "against": _dims, "threshold": _number, "below": _flag, "unit": _text,
    "known": _choice("latest", "first"), "base_known": _choice("latest", "first"),
    "window": _choice("same", "all"), "as_of": _day, "factor": _choice(*FACTORS), "terms": _choice(*ADJUSTED),
}
"""All options by name."""
