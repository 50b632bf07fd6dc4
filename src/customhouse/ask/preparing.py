"""What a question said of its measure, made ready for the query language as its hole wants it."""

from __future__ import annotations

from collections.abc import Collection

from customhouse.ask.hearing import Heard
from customhouse.ask.model import Hole
from customhouse.ask.working import WIDENED
from customhouse.query.assemble import OF_WHOLE
from customhouse.query.said import Mention, Said

MUCH = ("much", "money", "what")
"""Words that ask for a number."""
_KEPT = ("quantity", "price", "count")
"""Measures of levels, which a largest or a contribution may be of."""


def several(said: Said) -> bool:
    """Whether a dimension has several codes, or several periods are named."""
    counted: dict[str, int] = {}
    for mention in said.mentions:
        counted[mention.dimension] = counted.get(mention.dimension, 0) + len(mention.codes)
    return len(said.periods) > 1 or any(number > 1 for number in counted.values())


def prepare(heard: Heard, hole: Hole) -> None:
    """Put into the query what the hole says of the measure, and lists into one mention each."""
    said = heard.said
    flows = {code for m in said.mentions if m.dimension == "flow" for code in m.codes}
    if (
        hole in ("which", "why", "record", "streak", "compare")
        or heard.has("relation")
        or _plainly(said, flows)
    ):
        _merge(said)
    _volume(heard)
    if heard.has("relation") and (several(said) or "threshold" in said.single):
        related = {words for _, words in heard.cues["relation"]}
        heard.cues["direction"] = [one for one in heard.cues.get("direction", ()) if one[1] not in related]
    if "unit" in said.single and not set(said.measures) & set(_KEPT):
        said.measure("quantity", 0)
    if hole in ("which", "why", "rank"):
        said.widened = []
        growth = "growth" in said.measures
        heard.share = "share" in said.measures
        if growth and hole == "which" and heard.has("order", "largest"):
            heard.cues["order"].append(("fastest", ""))
        if growth and heard.has("order", "smallest"):
            heard.cues["order"].append(("fallen", ""))
        said.measures = [m for m in said.measures if m in _KEPT]
        said.marks = [
            mark for mark in said.marks if mark[0] not in ("zh_part", "in", "of", "zh_whole", "growth")
        ]
    elif hole in ("streak", "record"):
        said.measures = [m for m in said.measures if m in (*_KEPT, "growth", "share")]
        said.single.pop("unit", None)
    elif hole == "count" and "count" not in said.measures:
        _count(heard)
    elif hole in ("figure", "truth", "compare"):
        _grown(heard, hole)


def _volume(heard: Heard) -> None:
    """The volume of trade in all goods is said of its value: tonnes of everything mean little."""
    said = heard.said
    goods = any(m.dimension == "commodity" for m in said.mentions)
    if heard.compound and not goods and "unit" not in said.single and said.measures[:1] == ["quantity"]:
        said.measures = said.measures[1:]
        heard.volume = True


def _plainly(said: Said, flows: Collection[str]) -> bool:
    """Whether names of one kind can only be a list: one flow, and no part and whole."""
    return len(flows) < 2 and not said.marks and not set(said.measures) & set(OF_WHOLE)


def _count(heard: Heard) -> None:
    counted, _, flow = next(iter(heard.codes("counted")), "enterprise").partition("+")
    growing = heard.has("direction", "up") and counted == "country"
    heard.said.measure("count", 0)
    heard.said.single["unit"] = counted
    if flow and not any(mention.dimension == "flow" for mention in heard.said.mentions):
        heard.said.mention("flow", [flow], 0)
    if growing:
        heard.said.single["counted"] = "growth"
    heard.said.measures = ["count"]


def _grown(heard: Heard, hole: Hole) -> None:
    """Words of rise and fall are about growth; with a share about its change."""
    said, moved = heard.said, heard.has("direction")
    if "factor" in said.single:
        said.measures = ["contribution"]
        return
    named = [m for m in said.measures if m != "value"]
    if "share" in named and not said.marks:
        _whole(said)
    if moved and not named and (heard.has("hole", "money") or "currency" in said.single):
        said.measures = ["change"]
        return
    if not moved or "threshold" in said.single and named:
        return
    if "share" in named:
        said.measures = ["share_change"]
    elif "growth" in named and hole == "figure" and heard.has("hole", *MUCH) and named == ["growth"]:
        return
    elif not named or named == ["change"]:
        said.measures = ["growth"]
    elif set(named) <= set(_KEPT):
        said.measures = ["growth", named[0]]


def _whole(said: Said) -> None:
    """A share of which the whole is not named is of all partners, else of all that narrows it first."""
    told = [d for d in WIDENED if any(m.dimension == d for m in said.mentions)]
    if len(told) > 1:
        said.single.setdefault("whole", ((told[0], None),))


def _merge(said: Said) -> None:
    """Several mentions of one dimension as one list, in their order."""
    merged: dict[str, Mention] = {}
    for mention in said.mentions:
        other = merged.get(mention.dimension)
        if other is None:
            merged[mention.dimension] = mention
        elif any(code.startswith("!") for code in (*other.codes, *mention.codes)):
            return  # one and all but one make no list
        else:
            other.codes = list(dict.fromkeys((*other.codes, *mention.codes)))
    said.mentions = list(merged.values())
