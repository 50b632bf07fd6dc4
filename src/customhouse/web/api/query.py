"""GET /query: a question to the statistics, in words or options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from customhouse.web.api import figures, paging
from customhouse.web.api.asked import QUERY, Asked, answer, open_statistics
from customhouse.web.api.call import Call
from customhouse.web.api.contract import BINARY, PLAIN, Operation, Parameter
from customhouse.web.api.shapes import LANG, ref

if TYPE_CHECKING:
    from customhouse.web.held import HeldDesk

_FORMATS = {"json": ref("Answer"), "csv": PLAIN, "xlsx": BINARY, "parquet": BINARY, "sdmx-csv": PLAIN}
_FORM = Parameter(
    "format",
    "Of the answer; by default what Accept says, else JSON.",
    {"type": "string", "enum": list(_FORMATS)},
    "json",
)
_DERIVATIONS = Parameter(
    "derivations",
    "With the claim behind each figure: rule, arithmetic, cells and vintages.",
    {"type": "boolean", "default": False},
)


@dataclass(frozen=True, slots=True)
class Page:
    """Which figures of an answer are told, and how."""

    start: int
    limit: int
    language: str
    derivations: bool


async def query(call: Call) -> Response:
    """The answer in the format that is asked for."""
    if call.form == "json":
        (start,) = paging.begin(call)
        page = Page(
            start,
            call.get("limit", call.counter.settings.page_rows),
            call.language,
            call.get("derivations", False),
        )
        found, end, count = await call.counter.brief(
            _page, Asked.of(call.given), page, call.counter.settings.seconds, call.counter.settings.rows
        )
        headers: dict[str, str] = {}
        found |= {"count": count, "next": None}
        if end < count:
            found["next"], headers = paging.after(call, end)
        return call.json(found, headers)
    from customhouse.web.api import downloads

    return await downloads.query(call)


def _page(
    desk: HeldDesk, asked: Asked, page: Page, seconds: float, rows: int
) -> tuple[dict[str, Any], int, int]:
    """The answer's part that is on a page, where that ends, and how many figures there are in all."""
    found = answer(desk, asked, seconds, rows)
    statistics = open_statistics(desk, asked, found.query)
    as_of = asked.as_of or found.query.as_of
    told: dict[str, Any] = {**figures.common(found, statistics, asked.concepts)}
    told["as_of"] = as_of.isoformat() if as_of else None
    end = min(page.start + page.limit, len(found))
    told["figures"] = [
        figures.figure(row, page.language, page.derivations) for row in found.figures[page.start : end]
    ]
    return told, end, len(found)


OPERATIONS = (
    Operation(
        "/query",
        "query",
        "Figures: a question in words, in options, or both",
        "Statistics",
        query,
        _FORMATS,
        "What is not understood is refused with the nearest word that is. The answer says how the question "
        "was understood, which loads the figures rest on, by which concepts they are compiled, and whether "
        "parts add up to their whole. In JSON, figures come in pages; the other formats have all of them.",
        (*QUERY, _FORM, LANG, _DERIVATIONS, paging.limit(), paging.CURSOR),
        errors=(410,),
        example="q=exports+to+ASEAN+by+month+2024",
        headers={"Link": "The next page, where there is one."},
    ),
)
