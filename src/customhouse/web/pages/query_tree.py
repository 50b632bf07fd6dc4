"""What can be chosen: goods as a tree of groups and HS codes, partners with blocs and their members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from customhouse import describe as words
from customhouse.errors import VocabularyError
from customhouse.period import Period, parse_month
from customhouse.vocabulary import Entry, entries, hs, members, rows
from customhouse.vocabulary.lexicon import fold
from customhouse.web.pages.query_offer import Offer, names
from customhouse.web.words import fill, word

GOODS, PARTNERS = "goods", "partner"
_LEVELS = (2, 4, 6, 8)
_MOST = 60
_BLOCS = ("bloc", "region")
_WORLD = "WLD"


@dataclass(frozen=True, slots=True)
class Node:
    """A code that can be chosen: the option that it is of, its names, a note, and whether it opens."""

    option: str
    code: str
    name: str
    other: str
    note: str = ""
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """What stands below a node, or what a search found; `more` are further ones that are not shown."""

    title: str
    nodes: tuple[Node, ...]
    more: int = 0


def branches(offer: Offer, kind: str, node: str, search: str, language: str) -> tuple[Branch, ...]:
    """The branches below a node of goods or partners, or what the words or digits of a search find."""
    if kind == PARTNERS:
        return _partners(offer, node, search, language)
    if search:
        return _found(offer, search, language)
    if node:
        return (Branch("", tuple(_below(offer, node, language))),)
    chapters = Branch(word("query_tree_chapters", language), tuple(_below(offer, "", language)))
    groups = [e for e in entries("commodities") if e.code in offer.commodities and _many(e)]
    named = Branch(word("query_tree_groups", language), tuple(_group(e, language) for e in groups))
    return tuple(branch for branch in (chapters, named) if branch.nodes)


@cache
def hs_names() -> dict[str, tuple[str, str]]:
    """The HS codes that have names of their own, in English and Chinese."""
    return {code: (entry.en, entry.zh) for code, entry in hs.named().items()}


def _many(entry: Entry) -> bool:
    """Whether a group of goods is more than one HS code."""
    return not entry.row["hs"].isdigit()


def _below(offer: Offer, node: str, language: str) -> Iterator[Node]:
    """The next longer codes under a code that the source has."""
    digits = next((level for level in _LEVELS if level > len(node)), None)
    if digits is None:
        return
    there = {code[:digits] for code in offer.goods if code.startswith(node) and len(code) >= digits}
    deeper = {code[:digits] for code in offer.goods if len(code) > digits}
    for code in sorted(there):
        yield _hs(code, language, code in deeper)


def _hs(code: str, language: str, opens: bool) -> Node:
    en, zh = hs_names().get(code, ("", ""))
    return Node("hs", code, *((en, zh) if language == "en" else (zh, en)), opens=opens)


def _group(entry: Entry, language: str) -> Node:
    mine, other = (entry.en, entry.zh) if language == "en" else (entry.zh, entry.en)
    note = f"HS {entry.row['hs'].replace('+', ', ')}" if entry.row["hs"] else ""
    return Node("commodity", entry.code, mine, other, note if len(note) <= 40 else note[:38] + "…")


def _found(offer: Offer, search: str, language: str) -> tuple[Branch, ...]:
    digits = search.replace(".", "").replace(" ", "")
    if digits.isascii() and digits.isdigit():
        level = next((one for one in _LEVELS if one >= len(digits)), _LEVELS[-1])
        codes = sorted({c[:level] for c in offer.goods if c.startswith(digits) and len(c) >= level})
        nodes = [_hs(code, language, level < _LEVELS[-1]) for code in codes]
        return (_cut(word("query_tree_codes", language), nodes),)
    wanted = fold(search).lower()
    coded = [_hs(c, language, len(c) < _LEVELS[-1]) for c in sorted(_named(wanted)) if _there(offer, c)]
    groups = [
        _group(e, language)
        for e in entries("commodities")
        if e.code in offer.commodities and _says(e, wanted)
    ]
    titles = (word("query_tree_groups", language), word("query_tree_codes", language))
    found = [_cut(titles[0], _by_fit(groups, wanted)), _cut(titles[1], coded)]
    return tuple(branch for branch in found if branch.nodes)


def _cut(title: str, nodes: list[Node]) -> Branch:
    return Branch(title, tuple(nodes[:_MOST]), max(0, len(nodes) - _MOST))


def _by_fit(nodes: Iterable[Node], wanted: str) -> list[Node]:
    """Those whose name begins with the words first, shorter names before longer."""

    def fit(node: Node) -> tuple[bool, int]:
        both = (fold(node.name).lower(), fold(node.other).lower())
        return not any(name.startswith(wanted) for name in both), min(map(len, both))

    return sorted(nodes, key=fit)


def _named(wanted: str) -> set[str]:
    """The HS codes with a name of their own that the words are part of."""
    return {
        entry.row["hs"] for entry in entries("commodities")
        if entry.row["hs"] in hs_names() and _says(entry, wanted)
    }  # fmt: skip


def _there(offer: Offer, code: str) -> bool:
    return any(one.startswith(code) for one in offer.goods)


def _says(entry: Entry, wanted: str) -> bool:
    """Whether a code or one of its names, in either language, has the words in it."""
    single = wanted.removesuffix("s") if wanted.isascii() else wanted
    return any(single in form for form in _forms(entry.kind, entry.code))


@cache
def _forms(kind: str, code: str) -> tuple[str, ...]:
    table = "commodities" if kind == "commodity" else "partners"
    entry = next(one for one in entries(table) if one.code == code)
    forms = (
        code,
        code.replace("_", " "),
        entry.row.get("iso2") or "",
        *entry.forms("en"),
        *entry.forms("zh"),
    )
    return tuple(dict.fromkeys(fold(form).lower() for form in forms if form))


def _partners(offer: Offer, node: str, search: str, language: str) -> tuple[Branch, ...]:
    """Blocs and regions, then single partners; the members of one with their dates."""
    if node:
        return (Branch(word("query_tree_members", language), tuple(_members(node, language))),)
    there = offer.codes.get("partner", frozenset())
    wanted = fold(search).lower()
    chosen = [e for e in entries("partners") if not wanted or _says(e, wanted)]
    grouped = [e for e in chosen if e.row["kind"] in _BLOCS and _counted(e.code, offer)]
    single = sorted((e for e in chosen if e.code in there), key=lambda e: e.en)
    found = [
        Branch(word("query_tree_blocs", language), tuple(_bloc(e, offer, language) for e in grouped)),
        Branch(word("query_tree_countries", language), tuple(_partner(e.code, language) for e in single)),
    ]
    return tuple(branch for branch in found if branch.nodes)


def _counted(bloc: str, offer: Offer) -> int:
    """How many members of the last month the source has trade with."""
    with suppress(VocabularyError):
        return len(members(bloc, offer.months[-1]) & offer.codes["partner"]) if offer.months else 0
    return 0


def _partner(code: str, language: str, note: str = "") -> Node:
    en, zh = names(code, "partner")
    return Node("partner", code, *((en, zh) if language == "en" else (zh, en)), note)


def _bloc(entry: Entry, offer: Offer, language: str) -> Node:
    note = fill("query_tree_bloc", language, n=_counted(entry.code, offer))
    mine, other = (entry.en, entry.zh) if language == "en" else (entry.zh, entry.en)
    return Node("partner", entry.code, mine, other, note, opens=True)


def _members(bloc: str, language: str) -> Iterator[Node]:
    """The members of a bloc, with the months in which they joined and left where these are listed."""
    listed = [row for row in rows("bloc_members") if row["bloc"] == bloc]
    for row in sorted(listed, key=lambda row: row["member"]):
        first, last = (_month(row[end], language) for end in ("from", "to"))
        code = "query_tree_both" if first and last else "query_tree_since" if first else "query_tree_until"
        note = fill(code, language, a=first, b=last) if first or last else ""
        yield _partner(row["member"], language, note)


def _month(text: str, language: str) -> str:
    if not text:
        return ""
    month = parse_month(text)
    return words.period_words(Period(month, month), language)


def titles(offer: Offer, dimension: str) -> list[tuple[str, str]]:
    """Codes with both names, for lists that complete what one writes."""
    if dimension == "partner":
        found = _partners(offer, "", "", "en")
        return [(node.code, f"{node.name} · {node.other}") for branch in found for node in branch.nodes]
    if dimension == "commodity":
        return [(e.code, f"{e.en} · {e.zh}") for e in entries("commodities") if e.code in offer.commodities]
    there = {code[:2] for code in offer.goods} | {code[:4] for code in offer.goods}
    named = hs_names()
    return [(code, " · ".join(named[code])) for code in sorted(there) if code in named]
