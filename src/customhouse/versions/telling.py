"""What differs between two claims, in words of either language and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from customhouse.describe import facts, figure, fill, known, word
from customhouse.model import Claim
from customhouse.versions.model import Aspect, Pair, Versions
from customhouse.versions.places import Place, Places

_NUMBER = ("value", "unit", "bound")


def aspect_words(pair: Pair, aspect: Aspect, language: str) -> str:
    """One difference in one line: the field, what both say of it, and what kind of slip it looks like."""
    if pair.first is None or pair.second is None:
        return ""
    label = _label(aspect, language)
    said = [_said(claim, aspect, language) for claim in (pair.first, pair.second)]
    line = fill("versions_aspect", language, field=label, first=said[0], second=said[1])
    slip = _slip(aspect, language)
    return fill("versions_slip", language, line=line, slip=slip) if slip else line


def _label(aspect: Aspect, language: str) -> str:
    if aspect.field in ("value", "bound"):
        return word("figure" if aspect.field == "value" else "bound", language)
    return word(aspect.field, language) if known(aspect.field) else word("versions_unit", language)


def _said(claim: Claim, aspect: Aspect, language: str) -> str:
    """What a claim has in a field, in words."""
    if aspect.field in _NUMBER:
        return figure(claim, language)
    told = dict(facts(claim, language))
    if aspect.field == "measure":
        of = told.get("of")
        return fill("versions_of", language, measure=told["measure"], of=of) if of else told["measure"]
    return told.get(aspect.field) or word("versions_nothing", language)


def _slip(aspect: Aspect, language: str) -> str:
    """The name of a kind of difference; empty where it has none."""
    if aspect.slip == "magnitude":
        form = "more" if aspect.power > 0 else "less"
        special = f"versions_scale_{abs(aspect.power)}"
        scale = word(special if known(special) else "versions_scale", language)
        return fill(f"versions_{form}", language, n=f"{10 ** abs(aspect.power):,}", scale=scale)
    code = f"versions_slip_{aspect.slip}"
    if aspect.slip == "rounded" or aspect.slip == "unnumbered":
        code += f"_{aspect.coarser}"
    return word(code, language) if aspect.slip and known(code) else ""


def kind_words(pair: Pair, language: str) -> str:
    """How a pair stands: missing, added, different and the like."""
    return word(f"versions_{pair.kind.value}", language)


def counted(versions: Versions, language: str) -> str:
    """How many claims there are of each kind, in one line."""
    counts: dict[str, int] = {}
    for pair in versions.pairs:
        counts[pair.kind.value] = counts.get(pair.kind.value, 0) + 1
    parts = [fill("versions_count", language, n=str(n), kind=word(f"versions_{kind}", language))
             for kind, n in counts.items()]
    return "  ".join(parts) or word("no_claims", language)


def rows(pairs: Iterable[Pair], first: Places, second: Places) -> list[dict[str, Any]]:
    """The pairs as JSON objects: kind, both claims with their places, and what differs."""
    return [_row(pair, first, second) for pair in pairs]


def _row(pair: Pair, first: Places, second: Places) -> dict[str, Any]:
    return {
        "kind": pair.kind.value,
        "first": _side(pair.first, first),
        "second": _side(pair.second, second),
        "aspects": [_aspect(pair, aspect) for aspect in pair.aspects],
    }


def _side(claim: Claim | None, places: Places) -> dict[str, Any] | None:
    if claim is None:
        return None
    place: Place | None = places.of(claim)
    where = {} if place is None else {"line": place.line, "sentence": place.sentence}
    return {"claim": claim.to_dict(), **where}


def _aspect(pair: Pair, aspect: Aspect) -> dict[str, Any]:
    row: dict[str, Any] = {"field": aspect.field}
    if aspect.slip:
        row["slip"] = aspect.slip
    if aspect.power:
        row["power"] = aspect.power
    if aspect.coarser:
        row["less_precise"] = "first" if aspect.coarser == 1 else "second"
    return row | {language: aspect_words(pair, aspect, language) for language in ("en", "zh")}


