"""What is asked for: the hole of a claim, decided by the cues of a question."""

from __future__ import annotations

from customhouse.ask.hearing import Heard
from customhouse.ask.model import Hole, Wanted
from customhouse.ask.preparing import MUCH, prepare, several
from customhouse.query.assemble import assemble
from customhouse.query.model import TIMES

_GROWN = {"up": "fastest", "down": "fallen"}
_PLACES = {"second": 2, "third": 3}
_TOLD = ("partner", "country", "region", "enterprise", "regime", "transport")


def decide(heard: Heard) -> Wanted:
    """The claim with holes that a question is. Raises QueryError for what does not fit together."""
    hole = _hole(heard)
    prepare(heard, hole)
    top = heard.said.single.pop("top") if _topped(heard) else None
    query = assemble(heard.said)
    order, place = _order(heard)
    directions = heard.codes("direction")
    relations = heard.codes("relation")
    if {"up", "down"} <= set(directions):
        directions = []  # rise or fall: either
    return Wanted(
        hole,
        query,
        _axis(heard),
        order,
        place,
        top or query.top,
        heard.share,
        directions[-1] if directions else None,
        relations[0] if relations else None,
        heard.balance,
    )


def _hole(heard: Heard) -> Hole:
    """The likeliest of what the cues may ask for."""
    cued = _cued(heard)
    if cued is not None:
        return cued
    if _compares(heard):
        return "compare"
    if _seeks(heard):
        return "which"
    if heard.has("hole", "many") and _countable(heard) or "count" in heard.said.measures:
        return "count"
    if heard.has("hole", "many") and any(m.dimension == "commodity" for m in heard.said.mentions):
        heard.said.measure("quantity", 0)
    if _yes_or_no(heard):
        return "truth"
    return _of_measure(heard)


def _cued(heard: Heard) -> Hole | None:
    """What single words ask for."""
    if "factor" in heard.said.single:
        return "figure"  # what prices gave to growth
    if heard.has("hole", "why"):
        return "why"
    if several(heard.said) and heard.has("either"):
        return "compare"  # this or that
    if _yes_or_no(heard) and heard.has("axis", *TIMES) and heard.has("direction") and not heard.has("which"):
        return "streak"  # for several months
    if {"up", "down"} <= set(heard.codes("direction")) and not heard.has("order"):
        return "figure"  # rise or fall: the growth tells
    for cue, hole in _CUED:
        if heard.has("hole", *cue):
            return hole
    if "contribution" in heard.said.measures and all(m.dimension == "flow" for m in heard.said.mentions):
        return "why"
    return "rank" if "rank" in heard.said.measures else None


_CUED: tuple[tuple[tuple[str, ...], Hole], ...] = (
    (("since",), "streak"),
    (("record", "record_low"), "record"),
)


def _countable(heard: Heard) -> bool:
    """Whether what is counted is named: enterprises (of a kind too), countries, provinces."""
    return heard.has("counted") or any(m.dimension == "enterprise" for m in heard.said.mentions)


def uncounted(heard: Heard) -> bool:
    """Whether it is asked how many of something that statistics neither count nor measure."""
    goods = any(m.dimension == "commodity" for m in heard.said.mentions)
    return heard.has("hole", "many") and not (_countable(heard) or goods or heard.said.measures)


def alone(heard: Heard) -> bool:
    """Whether one thing is to be compared, and nothing says with what."""
    said = heard.said
    based = {"base", "previous"} & said.single.keys()
    return heard.has("hole", "compare") and not based and not several(said) and not heard.has("which")


def _of_measure(heard: Heard) -> Hole:
    timed = any(axis in TIMES for axis in heard.said.by)
    if heard.has("hole", "series") or timed:
        return "series"
    named = [m for m in heard.said.measures if m != "value"]
    if heard.has("hole", "overview") and not heard.has("hole", *MUCH) and not named:
        return "overview"
    if named or heard.has("direction") or heard.has("share") or "previous" in heard.said.single:
        return "figure"
    return "overview" if heard.has("hole", "how", "overview") else "figure"


def _compares(heard: Heard) -> bool:
    """Whether two things are set beside each other."""
    if heard.has("hole", "compare") or heard.compared:
        return several(heard.said)
    between = heard.has("relation") and "threshold" not in heard.said.single and several(heard.said)
    return between and not _yes_or_no(heard)


def _seeks(heard: Heard) -> bool:
    """Whether it is asked which partner, good and so on it is."""
    if _yes_or_no(heard) and not heard.has("which"):
        return False
    along = heard.has("axis") and (heard.has("which") or heard.has("order"))
    months = heard.has("axis", *TIMES)
    if _traded(heard):
        return True
    listed = heard.has("along") or heard.has("leaders") or _topped(heard)
    return months or listed or along or (heard.has("order") and not heard.has("hole", "series"))


def _traded(heard: Heard) -> bool:
    """Whether it is asked what goods are bought or sold: `what does China import?`"""
    verb = heard.has("verb") or heard.has("buyer")
    told = any(m.dimension == "commodity" for m in heard.said.mentions)
    return verb and heard.has("hole", "what") and not (told or heard.said.measures or heard.has("direction"))


def _topped(heard: Heard) -> bool:
    """Whether the first so many are asked for, and not of what."""
    return "top" in heard.said.single and not heard.said.by


def _yes_or_no(heard: Heard) -> bool:
    """Whether a yes or a no is asked for: a verb first, or a word such as whether."""
    first = heard.opens
    opens = (
        first is not None
        and first.kind == "asking"
        and "aux" in first.carries
        and "hole" not in first.carries
    )
    return heard.has("hole", "whether") or heard.has("start", "whether") or opens


def _order(heard: Heard) -> tuple[str | None, int]:
    """Which end is sought, and how many places from it."""
    codes = heard.codes("order")
    place = next((_PLACES[code] for code in codes if code in _PLACES), 1)
    plain = [code for code in codes if code not in _PLACES]
    directions = heard.codes("direction")
    deficits = heard.balance == "deficit" and (heard.has("which") or heard.has("order", "largest"))
    if heard.has("hole", "record_low") or deficits:
        return "smallest", place
    if plain:
        chosen = next((code for code in plain if code in ("fastest", "fallen")), plain[-1])
        if chosen == "largest" and directions and "value" not in heard.said.measures:
            return _GROWN.get(directions[-1], chosen), place
        return chosen, place
    if directions and heard.has("which"):
        return _GROWN.get(directions[-1], "largest"), place
    return ("largest" if place > 1 else None), place


def _axis(heard: Heard) -> str | None:
    """Along what is sought: the last axis named, without those that the question itself tells."""
    named = [*heard.codes("leaders"), *heard.codes("axis"), *heard.codes("along")]
    specific = [code for code in named if code not in ("partner", "goods")] or named
    told = {m.dimension for m in heard.said.mentions}
    open_axes = [
        code for code in specific if {"goods": "commodity", "country": "partner"}.get(code, code) not in told
    ]
    if open_axes:
        return open_axes[-1]
    if named and named[-1] in _TOLD:
        return "country" if "country" in named else named[-1]
    if "commodity" not in told and any(m.dimension == "flow" for m in heard.said.mentions):
        return "goods" if not named else named[-1]
    return named[-1] if named else "partner"
