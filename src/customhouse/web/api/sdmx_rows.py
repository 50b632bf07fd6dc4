"""An answer to a question as SDMX-CSV 2.0, with the structures of /sdmx."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from customhouse.model import Claim
from customhouse.period import Period
from customhouse.query import Answer, Row
from customhouse.web.problems import Problem
from customhouse.web.sdmx.answering import Observation, Series
from customhouse.web.sdmx.catalogue import catalogue
from customhouse.web.sdmx.codelists import identifier
from customhouse.web.sdmx.csvs import write
from customhouse.web.sdmx.message import DataSet, Message
from customhouse.web.sdmx.model import IDS, TOTAL
from customhouse.web.sdmx.times import print_period

if TYPE_CHECKING:
    from customhouse.web.held import HeldDesk

_LENGTHS = {1: "M", 3: "Q", 6: "S", 12: "A"}
_MEASURES = {("quantity", None): "QUANTITY", ("count", "enterprise"): "TRADERS"}
_CODED = ("FLOW", "PARTNER", "COMMODITY", "ENTERPRISE", "REGION", "REGIME", "TRANSPORT")


def sdmx_csv(desk: HeldDesk, answer: Answer, source: str, reporter: str) -> bytes:
    """The levels of an answer. Raises Problem (422) where its figures are none of the data structure."""
    known = catalogue(desk, desk.store.state)
    flow = next(one for one in known.dataflows if one.source == source)
    message = Message("", datetime(1970, 1, 1, tzinfo=UTC), known, flow, "")
    found: dict[tuple[str, ...], list[Observation]] = {}
    for row in answer.figures:
        if row.claim is not None:
            key = _key(answer, row, row.claim, reporter)
            found.setdefault(key, []).append(_observation(row.claim))
    series = (Series(key, tuple(observations)) for key, observations in sorted(found.items()))
    return b"".join(write(message, [DataSet("Information", series)]))


def _key(answer: Answer, row: Row, claim: Claim, reporter: str) -> tuple[str, ...]:
    """The codes of a figure in the order of the dimensions."""
    told = {"REPORTER": row.ask.slice.reporter or reporter, "MEASURE": _measure(answer, row)}
    told["FREQ"] = "_O" if answer.query.time == "ytd" else _frequency(claim.period)
    for dimension in _CODED:
        told[dimension] = _code(dimension, getattr(row.ask.slice, dimension.lower()))
    told["FLOW"] = row.ask.slice.flow or "trade"
    return tuple(told[one] for one in IDS)


def _code(dimension: str, code: str | None) -> str:
    if code is None:
        return TOTAL
    if "+" in code or code.startswith("!"):
        detail = (
            f"{code}: SDMX has no code for several together; ask for one {dimension.lower()}, or take csv"
        )
        raise Problem(422, detail, "no_sdmx")
    return identifier(code)


def _measure(answer: Answer, row: Row) -> str:
    """The code of what is measured."""
    ask = row.ask
    if ask.measure == "value" and ask.of is None:
        return f"VALUE_{answer.currency}"
    code = _MEASURES.get((ask.measure, ask.unit if ask.measure == "count" else None))
    if code is None or ask.of is not None:
        detail = (
            f"{ask.measure}: SDMX-CSV has values, quantities and numbers of enterprises; take csv or json"
        )
        raise Problem(422, detail, "no_sdmx")
    return code


def _frequency(period: Period | None) -> str:
    assert period is not None
    code = _LENGTHS.get(period.months)
    if code is not None and period.first % period.months == 0:
        return code
    if period.first % 12 == 0 and period.months < max(_LENGTHS):
        return "_O"
    raise Problem(
        422, f"{period}: of no frequency of SDMX; ask for months, quarters, halves or years", "no_sdmx"
    )


def _observation(claim: Claim) -> Observation:
    """The period, the value, and unit, status, vintages and step."""
    assert claim.period is not None
    vintages = "+".join(map(str, sorted({n for origin in claim.cells() for n in origin.vintages})))
    step = _decimal(claim.step) if claim.step else None
    return Observation(
        print_period(claim.period), _decimal(claim.value), (identifier(claim.unit), "A", vintages, step)
    )


def _decimal(value: float) -> str:
    text = f"{Decimal(repr(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
