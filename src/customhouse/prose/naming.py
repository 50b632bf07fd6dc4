"""What a claim is about, as a noun phrase: `China's exports of cars to ASEAN by private enterprises`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Literal

from customhouse import vocabulary
from customhouse.errors import WordingError
from customhouse.model import HOME, Slice
from customhouse.prose.wording import fill, has, listed
from customhouse.vocabulary.lexicon import fold

PARTS = ("commodity", "partner", "enterprise", "region", "regime", "transport")
Owner = Literal["country", "region", "none"]
_LONG = 40
"""Characters of a name that is too long to be an owner."""
_FLOWLESS = "none"
"""Stands for the flow of what is counted without one: trains, firms that are registered."""
_KEPT = 10_000
"""Names that are kept once put together."""
_SHORT = 9
"""Characters of a partner's name that is short enough to follow at once."""
_NONE: Mapping[str, str] = MappingProxyType({})
_TABLES = {"partner": "partners", "region": "regions", "transport": "transport", "commodity": "commodities",
           "enterprise": "enterprises", "regime": "regimes"}


@cache
def _entries(dim: str) -> dict[str, vocabulary.Entry]:
    return {entry.code: entry for entry in vocabulary.entries(_TABLES[dim])}


@lru_cache(_KEPT)
def named(code: str, dim: str, language: str) -> str:
    """The name of a code in a sentence: with its article, codes joined with `+` in a list.

    Raises WordingError for a code that the vocabulary does not have.
    """
    if code.startswith("!"):
        return fill(f"but_{dim}", language, x=named(code[1:], dim, language))
    if "+" in code and code not in _entries(dim):
        return _several(tuple(code.split("+")), dim, language) + fill("together", language)
    entry = _entries(dim).get(code)
    if entry is None:
        raise WordingError(f"{code!r}: no name for this {dim}; use a code of the vocabulary")
    if dim == "region" and "partner" in vocabulary.lexicon().tags(entry.en):
        raise WordingError(f"{code!r}: in statistics its name is that of a partner; use the partner's code")
    if language == "zh":
        return entry.zh
    return fill("article", language, x=entry.en) if entry.row.get("en_article") else entry.en


def _several(codes: tuple[str, ...], dim: str, language: str) -> str:
    """The names of several codes in a list that tells them apart: `fruits and nuts` may be one name."""
    names = [_in_list(code, dim, language) for code in codes]
    for joint in ("list", "list_apart"):
        text = listed(names, language, joint)
        folded = fold(text)
        found = {match.tags.get(dim) for match in vocabulary.lexicon().find(folded, folded.lower())}
        if set(codes) <= found:
            return text
    raise WordingError(f"{'+'.join(codes)}: their names in one list read otherwise; write one claim each")


def _in_list(code: str, dim: str, language: str) -> str:
    """The name of a member of a list: plain words such as `rail` with their noun."""
    special = f"listed_{dim}_{code}"
    return fill(special, language) if has(special) else named(code, dim, language)


def parts(part: Slice, language: str, flow: str, names: Mapping[str, str] = _NONE) -> dict[str, str]:
    """The places of a slice's form: each dimension that is set, with the preposition of the flow.

    `names` has the words for dimensions that are said otherwise than by their code.
    """
    found = {}
    for dim in PARTS:
        code = getattr(part, dim)
        if code is None:
            continue
        special = f"part_{dim}_{flow}"
        if dim == "region" and part.enterprise:
            special = "part_region_enterprise"
        form = special if has(special) else f"part_{dim}"
        found[dim] = fill(form, language, x=names.get(dim) or named(code, dim, language))
    return found


def owner_of(part: Slice, language: str) -> str:
    """Whose trade it is: `China's`, `Viet Nam's`."""
    if part.reporter in (None, HOME):
        return fill("owner_home", language)
    if "+" in part.reporter:
        raise WordingError(f"{part.reporter}: no words for several reporters together; write one claim each")
    form = "owner_toward" if _goes_straight(part, language) else "owner_other"
    return _possessive(form, named(part.reporter, "partner", language), language)


def _goes_straight(part: Slice, language: str) -> bool:
    """Whether a short partner follows its reporter, so that Chinese needs no mark between them."""
    goods = part.commodity if part.flow == "balance" else None
    if not part.partner or any((part.enterprise, part.region, part.regime, part.transport, goods)):
        return False
    return len(named(part.partner, "partner", language)) < _SHORT


def _possessive(form: str, name: str, language: str) -> str:
    return fill(f"{form}_s" if name.endswith("s") else form, language, x=name)


def _sayable(part: Slice, flow: str | None) -> str:
    """The flow of a slice that can be said. Raises WordingError where reading would give another slice."""
    if part.subject:
        raise WordingError(f"{part.subject!r}: not about goods trade; only that is written")
    if part.partner and part.partner == (part.reporter or HOME):
        raise WordingError(f"{part.partner}: a country is no partner of its own; leave one of the two out")
    named_enough = set(part.narrowing()) - {"region"} and not part.regime and part.reporter in (None, HOME)
    if flow == _FLOWLESS and not named_enough:
        flow = None
    if flow is None:
        raise WordingError("a claim without a flow; it is of exports, imports, trade or the balance")
    return flow


def topic(part: Slice, language: str, flow: str | None = None, owner: Owner = "country",
          names: Mapping[str, str] = _NONE) -> str:
    """The slice as a noun phrase; `flow` says `surplus` or `deficit` where the balance has a sign.

    `owner` is whose trade it is said to be: the country's, the region's where there is one, or nobody's
    where the sentence has said it.
    """
    kind = _sayable(part, flow or part.flow)
    found = parts(part, language, part.flow or "", names)
    whose = owner_of(part, language) if owner != "none" else ""
    region = names.get("region") or (part.region and named(part.region, "region", language))
    single = region and "+" not in (part.region or "") and len(region) < _LONG
    if owner == "region" and region and (single or "region" in names) and part.reporter in (None, HOME):
        del found["region"]
        whose = _possessive("owner_region", region, language)
    return fill(f"slice_{kind}", language, owner=whose, **found).strip()


def everything(part: Slice, language: str, again: bool = False) -> str:
    """All of a flow of the same reporter: `China's total exports`; `again`: `the country's total exports`."""
    home = part.reporter in (None, HOME)
    other = owner_of(Slice(reporter=part.reporter), language)
    whose = fill("owner_again", language) if again and home else other
    return fill(f"total_{part.flow}", language, owner=whose)
