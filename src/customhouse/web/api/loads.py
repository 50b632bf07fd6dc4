"""GET /sources, /vintages, /coverage, /quarantine: what was loaded, when, from where; what was set aside."""

from __future__ import annotations

from collections import Counter as Counts
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from customhouse.period import Period
from customhouse.records.reasons import words
from customhouse.store import Vintage
from customhouse.web.api import paging
from customhouse.web.api.aside import Row, open_rows
from customhouse.web.api.asked import AS_OF
from customhouse.web.api.call import Call
from customhouse.web.api.contract import Operation, Parameter
from customhouse.web.api.shapes import ref
from customhouse.web.problems import Problem

_SOURCE = Parameter(
    "source", "Of this source alone.", {"type": "string", "maxLength": 400}, "declarations"
)
_NUMBER = Parameter(
    "number", "The number of a load.", {"type": "integer", "minimum": 1, "maximum": 10**9}, 1, "path"
)
_REASON = Parameter(
    "reason", "Rows that were set aside for this reason.", {"type": "string", "maxLength": 80}
)
_OF_LOAD = Parameter("vintage", "Of this load alone.", {"type": "integer", "minimum": 1, "maximum": 10**9})
_LIMIT = 100


async def sources(call: Call) -> Response:
    """The sources with what they have."""
    known = call.counter.desk.vintages(call.get("as_of"))
    names = dict.fromkeys(v.source for v in known)
    return call.json({"sources": [_source([v for v in known if v.source == name]) for name in names]})


def _source(loads: Sequence[Vintage]) -> dict[str, Any]:
    """One source: what kind, whose, since when, which months, how many rows."""
    months = sorted({month for v in loads for month in v.months()})
    last = loads[-1]
    return {
        "source": last.source,
        "kind": last.kind,
        "reporter": last.reporter,
        "currency": last.currency,
        "loads": len(loads),
        "first_known": min(v.known_on for v in loads).isoformat(),
        "last_known": max(v.known_on for v in loads).isoformat(),
        "first_month": _month(months[0]) if months else None,
        "last_month": _month(months[-1]) if months else None,
        "months": len(months),
        "counts": _counts(loads),
    }


async def vintages(call: Call) -> Response:
    """All loads, oldest first, a page at a time."""
    (start,) = paging.begin(call)
    source = call.get("source")
    known = [v for v in call.counter.desk.vintages(call.get("as_of")) if source in (None, v.source)]
    end = min(start + call.get("limit", _LIMIT), len(known))
    address, headers = paging.after(call, end) if end < len(known) else (None, {})
    told = [_vintage(v) for v in known[start:end]]
    return call.json({"vintages": told, "count": len(known), "next": address}, headers)


async def vintage(call: Call) -> Response:
    """One load."""
    number = call.given["number"]
    found = next((v for v in call.counter.vintages if v.number == number), None)
    if found is None:
        raise Problem(404, f"vintage {number}: no such load; /vintages has all")
    return call.json(
        _vintage(found)
        | {
            "reasons": [_reason(code, rows) for code, rows in sorted(found.reasons.items())],
            "inputs": [PurePath(name).name for name in found.inputs],
            "doubts": list(found.doubts),
            "resolves": len(found.resolves),
        }
    )


def _vintage(v: Vintage) -> dict[str, Any]:
    """What is told of a load: nothing of the machine that it was made on."""
    return {
        "number": v.number,
        "source": v.source,
        "kind": v.kind,
        "known_on": v.known_on.isoformat(),
        "committed_at": v.committed_at,
        "currency": v.currency,
        "reporter": v.reporter,
        "replaces": v.replaces,
        "months": [_month(month) for month in v.months()],
        "counts": _counts([v]),
    }


def _counts(loads: Iterable[Vintage]) -> dict[str, int]:
    found = [v.counts for v in loads]
    names = ("taken_in", "accepted", "flagged", "quarantined")
    return {name: sum(getattr(one, name) for one in found) for name in names}


def _reason(code: str, rows: int) -> dict[str, Any]:
    return {"reason": code, "rows": rows, "en": words(code, "en"), "zh": words(code, "zh")}


async def coverage(call: Call) -> Response:
    """Which months each source has, and how much of it."""
    source = call.get("source")
    known = [v for v in call.counter.desk.vintages(call.get("as_of")) if source in (None, v.source)]
    names = dict.fromkeys(v.source for v in known if v.months())
    return call.json({"sources": [_covered([v for v in known if v.source == name]) for name in names]})


def _covered(loads: Sequence[Vintage]) -> dict[str, Any]:
    by_month: dict[int, dict[str, Any]] = {}
    for v in loads:
        there = set(v.months())
        for file in v.files:
            if file.month in there and file.month is not None:
                row = by_month.setdefault(file.month, {"lines": 0, "cells": 0, "figures": 0, "vintages": []})
                _count(row, v, file.part, file.rows)
    months = [{"month": _month(month)} | row for month, row in sorted(by_month.items())]
    return {"source": loads[-1].source, "kind": loads[-1].kind, "months": months}


def _count(row: dict[str, Any], v: Vintage, part: str, rows: int) -> None:
    """Lines and printed figures of all loads; cells of the load that wrote them last."""
    again = v.number in row["vintages"]
    if part == "cells":
        row["cells"] = rows + (row["cells"] if again and row.get("of") == v.number else 0)
    elif part in ("lines", "tables"):
        name = "lines" if part == "lines" else "figures"
        row[name] = rows + (0 if v.replaces and not again else row[name])
    if not again:
        row["vintages"].append(v.number)


async def quarantine(call: Call) -> Response:
    """How many rows were set aside and why; the rows that are open, without what names a person or a firm."""
    start = paging.begin(call, 2)
    source, number = call.get("source"), call.get("vintage")
    loads = [v for v in call.counter.vintages if source in (None, v.source) and number in (None, v.number)]
    limit = call.get("limit", _LIMIT)
    rows, following = await run_in_threadpool(
        open_rows,
        call.counter.desk.store,
        loads,
        call.get("reason"),
        start,
        limit,
        call.counter.settings.seconds / 2,
    )
    address, headers = paging.after(call, *following) if following else (None, {})
    found = Counts[str]()
    for v in loads:
        found.update(v.reasons if v.counts.quarantined else {})
    reasons = [_reason(code, n) for code, n in found.most_common()]
    told = [_aside(row) for row in rows]
    return call.json({"reasons": reasons, "rows": told, "next": address}, headers)


def _aside(row: Row) -> dict[str, Any]:
    reasons = [{"reason": code, "en": words(code, "en"), "zh": words(code, "zh")} for code in row.reasons]
    month = None if row.month is None else _month(row.month)
    return {
        "id": row.id,
        "vintage": row.vintage,
        "source": row.source,
        "month": month,
        "file": row.file,
        "place": row.place,
        "reasons": reasons,
        "said": dict(row.said),
    }


def _month(month: int) -> str:
    return str(Period(month, month))


_LINK = {"Link": "The next page, where there is one."}
OPERATIONS = (
    Operation(
        "/sources",
        "sources",
        "Whose figures the store has",
        "Store",
        sources,
        {"json": ref("Sources")},
        parameters=(AS_OF,),
    ),
    Operation(
        "/vintages",
        "vintages",
        "What was loaded, oldest first",
        "Store",
        vintages,
        {"json": ref("Vintages")},
        "In the order in which loads revise one another.",
        (_SOURCE, AS_OF, paging.limit(1000), paging.CURSOR),
        errors=(410,),
        headers=_LINK,
    ),
    Operation(
        "/vintages/{number}",
        "vintage",
        "One load",
        "Store",
        vintage,
        {"json": ref("VintageInFull")},
        parameters=(_NUMBER,),
        errors=(404,),
    ),
    Operation(
        "/coverage",
        "coverage",
        "The months of each source",
        "Store",
        coverage,
        {"json": ref("Coverage")},
        "With the declared lines, cells and printed figures of each month, and the loads that they came in.",
        (_SOURCE, AS_OF),
    ),
    Operation(
        "/quarantine",
        "quarantine",
        "What was set aside, and why",
        "Store",
        quarantine,
        {"json": ref("Quarantine")},
        "Counts by reason are of the loads as they came in. The rows are those that no later load has put "
        "right; of declarations only what names neither a trader nor a declaration is shown.",
        (_SOURCE, _OF_LOAD, _REASON, paging.limit(1000), paging.CURSOR),
        errors=(410,),
        headers=_LINK,
    ),
)
