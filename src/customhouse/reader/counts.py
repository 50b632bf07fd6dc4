"""What counted things and bare numbers are: counts, counted goods, changes of them, or no figure."""

from __future__ import annotations

from customhouse.reader.amounts import moved
from customhouse.reader.context import Context
from customhouse.reader.senses import Sense
from customhouse.vocabulary import pattern, words


def count(c: Context) -> Sense | None:
    """A count, a quantity where goods are counted, or a change of a count."""
    number = c.number
    if number.extra.get("days"):
        return Sense("change", "count", -1.0 if number.negative else 1.0)
    if number.unit == "item" and _pieces(c):
        number.unit = "unit"
    known = number.unit != "item" or _same_count(c)
    if change := moved(c, "count"):
        return change
    if number.unit == "unit" and _pieces(c):
        return Sense("quantity")
    if not known:
        return None
    return Sense("quantity" if _goods(c) else "count")


def _pieces(c: Context) -> bool:
    """Whether a Chinese piece word counts the traded goods right before it."""
    goods = () if c.english else c.sentence.cues(c.begin, c.group.start, "commodity")
    return bool(goods and goods[-1].end == c.group.start and (c.frame.flow or c.scope.flow))


def _same_count(c: Context) -> bool:
    """A bare piece word counts what the last count of the sentence counted."""
    number, last = c.number, c.previous
    text = c.sentence.lower[number.start:number.end]
    if c.english or text and not text.endswith(words("piece_word_zh")):
        return True
    if last and last.number.kind == "count":
        number.unit = last.number.unit
        return True
    return False


def _goods(c: Context) -> bool:
    """Whether traded goods are counted."""
    number = c.number
    pieces = number.unit in words("goods_counts") or c.sentence.cues(number.start, number.end, "commodity")
    return bool(pieces and (c.frame.flow or c.sentence.cues(c.group.end, c.limit, "flow")))


def bare(c: Context) -> Sense | None:
    """A number without a unit counts only where the words say what is counted."""
    if c.frame.subject in words("index_subjects") and (c.to() or c.before("level") or _index_before(c)):
        c.number.kind, c.number.unit = "index", "index"
        return Sense("index")
    if index := _trade_index(c):
        return index
    unit = _counted_unit(c)
    if not unit or c.number.value < 2 and c.number.value != int(c.number.value):
        return None
    for number in c.group.numbers:
        number.kind, number.unit = "count", unit
    return moved(c, "count") or _more(c) or _level(c)


def _index_before(c: Context) -> bool:
    """Whether an index is told from which it moved: `rose to 49.5 from 49.0 in April`."""
    told = c.previous is not None and c.previous.sense.measure == "index"
    return told and c.lead(c.begin, 24).rstrip().endswith(words("than_index"))


def _trade_index(c: Context) -> Sense | None:
    """The level of an index of trade: `the price index of exports stood at 105.3`."""
    index = c.before("index")
    if index is None or not (c.to() or c.before("level")) or c.before("up", "down"):
        return None
    c.number.kind, c.number.unit = "index", "index"
    return Sense("index", None if index.tags["index"] == "value" else index.tags["index"])


def _more(c: Context) -> Sense | None:
    """`30 more than a year earlier`."""
    if not c.followed("more_after_en"):
        return None
    return Sense("change", "count", -1.0 if c.followed("less_after_en") else 1.0)


def _level(c: Context) -> Sense | None:
    """A count where the words before lead to one."""
    if _numbered(c):
        return Sense("count")
    if _numbering(c) or c.counting():
        return Sense("count") if c.to() or c.before("level") or c.followed("were_en") else None
    if c.scope.counted:
        return Sense("count") if c.before("among", "level") else None
    return None


def _numbering(c: Context) -> bool:
    """`the number of` in the clause."""
    strong = [p for p in c.sentence.strong if p < c.group.start]
    return c.since(max([c.sentence.start, *strong[-1:]]), "number")


def _counted_unit(c: Context) -> str | None:
    """What a bare number counts: what `the number of` is about, or what the figures before counted."""
    if (_numbering(c) or not c.drafts) and (unit := _unit_of_number(c)):
        return unit
    if _numbered(c):
        return "enterprise"
    last = c.previous
    if last and last.number.kind == "count" and {"count", "quantity"} & {last.sense.measure, last.sense.of}:
        return last.number.unit
    if c.scope.counted and c.sentence.cues(c.sentence.start, c.sentence.end, "count", "enterprise"):
        return c.scope.counted
    return None


def _numbered(c: Context) -> bool:
    """Whether traders are said to number so many (`they numbered 536,000`), or so many of those counted last
    to be of one kind: `Of these, 523,000 were private`."""
    if c.english and c.scope.counted == "enterprise" and c.followed("were_traders_en"):
        return True
    told = c.english and pattern("numbered_en").search(c.lead(c.near, 28))
    return bool(told) and "enterprise" in c.frame.dims


def _unit_of_number(c: Context) -> str | None:
    """What stands after `the number of`."""
    marked = c.sentence.cues(c.sentence.start, c.group.start, "number")
    if not marked:
        return None
    found = c.sentence.cues(marked[0].start, c.group.start, "count", "enterprise")
    return found[0].tags.get("count", "enterprise") if found else None
