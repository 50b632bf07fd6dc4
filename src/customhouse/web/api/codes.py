"""GET /codes and /groups: the code lists with names, validity and members; the HS as a tree."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from customhouse import groups, vocabulary
from customhouse.errors import VocabularyError
from customhouse.model import LANGUAGES
from customhouse.period import Period, parse_month
from customhouse.vocabulary import hs
from customhouse.vocabulary.codes import nearest
from customhouse.vocabulary.tables import rows
from customhouse.web.api import paging
from customhouse.web.api.call import Call
from customhouse.web.api.codelists import DIMENSIONS, LISTS, listed, search, unknown
from customhouse.web.api.contract import Operation, Parameter
from customhouse.web.api.shapes import ref
from customhouse.web.problems import Problem

_MONTH = {"type": "string", "pattern": r"^[0-9]{4}-(0[1-9]|1[0-2])$"}
_LIST = Parameter("list", "Which list.", {"type": "string", "enum": list(LISTS)}, "partner", "path")
_CODE = Parameter(
    "code", "A code of a list.", {"type": "string", "maxLength": 60, "minLength": 1}, "ASEAN", "path"
)
_SEARCH = Parameter(
    "search",
    "Codes that begin so, and names that have it in them, in either language.",
    {"type": "string", "maxLength": 100},
    "viet",
)
_PARENT = Parameter(
    "parent",
    "What stands right below a code: members of a bloc, goods of a group, codes under an HS code.",
    {"type": "string", "maxLength": 60},
    "ASEAN",
)
_AT = Parameter(
    "at", "The month in which groups and codes are taken; by default the latest.", _MONTH, "2025-03"
)
_DIMENSION = Parameter(
    "dimension",
    "Which list the code is of, where several have it.",
    {"type": "string", "enum": list(DIMENSIONS)},
)
_LIMIT = 200


async def lists(call: Call) -> Response:
    """The code lists."""
    return call.json({"lists": [{"list": name, "codes": len(listed(name))} for name in LISTS]})


async def codes(call: Call) -> Response:
    """A list, or the codes of it that are looked for, a page at a time."""
    (start,) = paging.begin(call)
    asked = (call.given["list"], call.get("search", ""), call.get("parent"), _month(call))
    found = await run_in_threadpool(search, *asked)
    end = min(start + call.get("limit", _LIMIT), len(found))
    address, headers = paging.after(call, end) if end < len(found) else (None, {})
    told = [one.to_dict() for one in found[start:end]]
    return call.json(
        {"list": call.given["list"], "codes": told, "count": len(found), "next": address}, headers
    )


def _month(call: Call) -> int:
    if told := call.get("at"):
        return parse_month(told)
    latest = call.counter.latest()
    return latest.last if latest else parse_month(f"{hs.EDITIONS[-1]}-01")


async def group(call: Call) -> Response:
    """A group and its members, dated."""
    code, month = call.given["code"], _month(call)
    dimension = call.get("dimension") or _dimension_of(code)
    one = next((one for one in listed(dimension) if one.code == code), None)
    if one is None:
        raise unknown(dimension, code)
    try:
        found = groups.members(dimension, code, month)
    except VocabularyError as error:
        raise Problem(404, str(error), "no_members") from error
    return call.json(
        {
            "dimension": dimension,
            **one.to_dict(),
            "at": str(Period(month, month)),
            "members": [_named(member, dimension) for member in sorted(found.codes - {code})],
            "prefixes": list(found.prefixes),
            "all_others": found.complement,
            "history": _stays(dimension, code),
            "counted": _counted(code) if dimension == "partner" else [],
        }
    )


def _dimension_of(code: str) -> str:
    """The list that has a code; of several the first. Raises Problem (404)."""
    for dimension in DIMENSIONS:
        if any(one.code == code for one in listed(dimension)):
            return dimension
    near = next(filter(None, (nearest(dimension, code) for dimension in DIMENSIONS)), None)
    meant = f"did you mean {near}?" if near else "see /codes"
    raise Problem(404, f"{code[:60]!r}: no such code; {meant}", "unknown_code")


def _named(code: str, dimension: str) -> dict[str, Any]:
    return {"code": code, "name": {to: vocabulary.name(code, to, dimension) for to in LANGUAGES}}


def _stays(dimension: str, code: str) -> list[dict[str, Any]]:
    """The members with the months in which they joined and left; empty where there is no such month."""
    if dimension == "partner":
        found = [
            (row["member"], row["from"], row["to"], "") for row in rows("bloc_members") if row["bloc"] == code
        ]
    else:
        found = [
            (row["member"], "", "", row["why"])
            for row in rows("group_members")
            if (row["dimension"], row["group"]) == (dimension, code)
        ]
    return [
        _named(member, dimension)
        | {"from": first or None, "to": last or None}
        | ({"why": why} if why else {})
        for member, first, last, why in found
    ]


def _counted(code: str) -> list[dict[str, Any]]:
    """How customs count a bloc otherwise than by the months of membership, and why."""
    return [
        {
            "from": row["from"] or None,
            "to": row["to"] or None,
            "list_of": row["list_of"] or None,
            "with": vocabulary.split(row["with"]),
            "without": vocabulary.split(row["without"]),
            "why": row["why"],
        }
        for row in rows("bloc_lists")
        if row["bloc"] == code
    ]


OPERATIONS = (
    Operation("/codes", "code_lists", "The code lists", "Codes", lists, {"json": ref("CodeLists")}),
    Operation(
        "/codes/{list}",
        "codes",
        "A code list, or what is looked for in it",
        "Codes",
        codes,
        {"json": ref("Codes")},
        "The Harmonized System is a tree: without a search its chapters, with `parent` the codes right "
        "below one, in the edition in force in the month `at`.",
        (_LIST, _SEARCH, _PARENT, _AT, paging.limit(2000), paging.CURSOR),
        errors=(404, 410),
        example="search=viet",
        headers={"Link": "The next page, where there is one."},
    ),
    Operation(
        "/groups/{code}",
        "group",
        "A group and its members",
        "Codes",
        group,
        {"json": ref("Group")},
        "Members in the month `at` as figures count them, when each joined and left, and where customs "
        "count otherwise.",
        (_CODE, _DIMENSION, _AT),
        errors=(404,),
    ),
)
