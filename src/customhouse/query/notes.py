"""What has to be told beside figures: that they add up what a table lists, how a record was compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from customhouse.describe import fill
from customhouse.interface import say
from customhouse.measures import Request
from customhouse.model import Claim, Listed

if TYPE_CHECKING:
    from customhouse.query.answer import Answer

_YEAR = 12
_FEW = 3
_MOVES = ("growth", "change", "multiple", "share_change", "contribution", "gap")


def listed(claims: Iterable[Claim], language: str) -> tuple[str, ...]:
    """That figures are sums of what tables list, which have no total and perhaps not all codes."""
    found = (origin.listed for claim in claims for origin in claim.cells())
    each = dict.fromkeys(one for one in found if one is not None)
    return tuple(fill("listed_sum", language, what=_what(one, language)) for one in each)


def note(claim: Claim, language: str, ask: Request | None = None) -> str | None:
    """The note of one figure, with what is to be told of its sums, and of a record asked for its window."""
    window = compared(ask, language) if ask is not None else ()
    return "; ".join(filter(None, (claim.note, *window, *listed([claim], language)))) or None


def compared(ask: Request, language: str) -> tuple[str, ...]:
    """With which other periods a record is compared; for a year that is plain."""
    if ask.measure != "record" or ask.period is None or ask.period.months == _YEAR:
        return ()
    if ask.window == "all":
        return (fill("record_all", language),)
    return (fill("record_same_1" if ask.period.months == 1 else "record_same", language),)


def beside(answer: Answer, language: str) -> tuple[str, ...]:
    """What is told once below all figures, and the place of each rank and record where there are few."""
    moved = [row.growth or row.found for row in answer.figures if row.growth or row.ask.measure in _MOVES]
    ask = answer.query.ask
    stood = {n for one in moved if isinstance(one, Claim) for origin in one.cells() for n in origin.vintages}
    at_once = answer.query.as_of is not None and len(answer.query.cut()) == 1
    unlike = ask.known == "first" and ask.base_known == "latest" and len(stood) > 1 and not at_once
    windows = [fill("growth_revised", language)] if unlike else []
    windows += [text for row in answer.figures for text in compared(row.ask, language)]
    places = [c.note for c in answer.claims if c.note and c.measure in ("record", "rank")]
    told = places if language == "en" and len(places) <= _FEW else ()
    sums = listed(answer.claims, language)
    return tuple(dict.fromkeys((*_sided(answer, language), *told, *windows, *sums)))


def _sided(answer: Answer, language: str) -> tuple[str, ...]:
    """That a figure is the other way round than was asked, and how deficits are written."""
    side = answer.query.side
    if side is None:
        return ()
    if answer.query.ask.measure == "change" and side == "deficit":
        return (say("query_reasons", "note_deficit_change", language),)
    if answer.query.ask.measure != "value" and side != "fall":
        return ()
    balances = (c for c in answer.claims if side == "fall" or c.slice.flow == "balance")
    signs = {c.value < 0 for c in balances if c.value}
    turned = (side == "surplus") in signs
    codes = [code for code, told in ((f"note_{side}", side == "deficit" and True in signs),
                                     (f"note_{side}_turned", turned)) if told]
    return tuple(say("query_reasons", code, language) for code in codes)


def _what(one: Listed, language: str) -> str:
    count = f"{one.count:,}"
    if not one.axis.startswith("hs"):
        return fill(f"listed_{one.axis}", language, count=count)
    goods = fill("listed_goods", language, count=count, digits=one.axis.removeprefix("hs"))
    if not one.chapters:
        return goods
    kind = "listed_chapter" if len(one.chapters) == 1 else "listed_chapters"
    return fill(kind, language, goods=goods, chapters=", ".join(one.chapters))
