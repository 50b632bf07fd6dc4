"""Pages of long answers: a cursor says where the next begins, and is good for the same question and store."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import orjson

from customhouse.web.api.contract import Parameter
from customhouse.web.problems import Problem

if TYPE_CHECKING:
    from customhouse.web.api.call import Call

CURSOR = Parameter(
    "cursor", "Where to go on: as `next` of the page before has it.",
    {"type": "string", "maxLength": 400},
)  # fmt: skip
_MOST_PLACES = 4


def limit(most: int = 10_000) -> Parameter:
    """How many rows a page has."""
    schema = {"type": "integer", "minimum": 1, "maximum": most}
    return Parameter("limit", "Rows of a page of JSON; other formats have all rows.", schema, 100)


def begin(call: Call, places: int = 1) -> tuple[int, ...]:
    """Where the page begins. Raises Problem: 422 for what is no cursor, 410 where the store has changed."""
    text = call.get("cursor")
    if text is None:
        return (0,) * places
    try:
        bound, *found = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError) as error:
        raise _no_cursor() from error
    whole = all(isinstance(one, int) and not isinstance(one, bool) and 0 <= one < 2**62 for one in found)
    if not isinstance(bound, str) or len(found) != places or not whole:
        raise _no_cursor()
    if bound != call.fingerprint():
        detail = "cursor: of another question, or of a store that has changed since; begin again without it"
        raise Problem(410, detail, "stale_cursor")
    return tuple(found)


def cursor(call: Call, *places: int) -> str:
    """A cursor to a place."""
    data = orjson.dumps([call.fingerprint(), *places])
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def after(call: Call, *places: int) -> tuple[str, dict[str, str]]:
    """The address of the page at a place, and the header that links to it."""
    address = call.address(cursor=cursor(call, *places))
    return address, {"Link": f'<{address}>; rel="next"'}


def _no_cursor() -> Problem:
    return Problem(422, "cursor: no cursor; take it from `next` of the page before", "parameter")
