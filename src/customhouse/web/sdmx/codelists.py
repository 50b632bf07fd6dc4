"""The code lists, in both languages, from the vocabulary and from what the store has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from customhouse import vocabulary
from customhouse.model import LANGUAGES
from customhouse.vocabulary import hs
from customhouse.vocabulary.tables import DIMENSION_LISTS, Entry, entries, rows
from customhouse.web.sdmx.model import TOTAL, Item, Names, Scheme
from customhouse.web.words import fill, word

_TABLES = {dimension: table for table, dimension in DIMENSION_LISTS.items()}
_DIGITS = (2, 4, 6, 8)
_UNFIT = re.compile(r"[^A-Za-z0-9_@$-]")
_WORLD = "WLD"
FREQUENCIES = ("M", "Q", "S", "A", "_O")
FLOWS = ("exports", "imports", "trade", "balance", "re_exports", "re_imports")
LEVELS = ("TOTAL", "GROUP", "HS2", "HS4", "HS6", "HS8")
STATUSES = ("A", "E")
MEASURES = ("QUANTITY", "MASS", "LINES", "TRADERS")


def named(code: str, **places: str) -> Names:
    """A word of the counter in both languages."""
    return {language: fill(code, language, **places) for language in LANGUAGES}


@lru_cache(maxsize=50_000)
def identifier(code: str) -> str:
    """A code as an identifier of SDMX, which has no `+` in it."""
    return _UNFIT.sub("_", code)


@cache
def own_codes(dimension: str) -> Mapping[str, str]:
    """The vocabulary's codes of a dimension by their identifier; without the world, which is the total."""
    found = [entry.code for entry in entries(_TABLES[dimension]) if entry.code != _WORLD]
    found += [row["code"] for row in rows("remainders")] if dimension == "partner" else []
    return {identifier(code): code for code in found}


def level_of(code: str) -> str:
    """The level of a code of goods."""
    if code == TOTAL:
        return "TOTAL"
    return f"HS{len(code)}" if code.isdigit() else "GROUP"


def codelists(
    goods: Iterable[str], currencies: Iterable[str], reporters: Iterable[str]
) -> dict[str, Scheme]:
    """All code lists, by their identifier."""
    money = sorted(currencies)
    lists = {
        "CL_FREQ": [Item(one, named(f"sdmx_freq_{one}")) for one in FREQUENCIES],
        "CL_FLOW": [Item(one, _flow(one)) for one in FLOWS],
        "CL_REPORTER": [Item(identifier(one), _name(one, "partner")) for one in sorted(reporters)],
        "CL_PARTNER": [_total(), *_partners()],
        "CL_COMMODITY": [_total(), *_goods(frozenset(goods))],
        "CL_ENTERPRISE": [_total(), *_grouped("enterprise")],
        "CL_REGION": [_total(), *_parented("region")],
        "CL_REGIME": [_total(), *_grouped("regime")],
        "CL_TRANSPORT": [_total(), *_parented("transport")],
        "CL_MEASURE": [*(Item(f"VALUE_{one}", named("sdmx_measure_VALUE", currency=one)) for one in money),
                       *(Item(one, named(f"sdmx_measure_{one}")) for one in MEASURES)],
        "CL_UNIT": list(_units(money)),
        "CL_COMMODITY_LEVEL": [Item(one, named(f"sdmx_level_{one}")) for one in LEVELS],
        "CL_OBS_STATUS": [Item(one, named(f"sdmx_status_{one}")) for one in STATUSES],
    }  # fmt: skip
    names = {id: named(f"sdmx_concept_{_CONCEPT.get(id, id.removeprefix('CL_'))}") for id in lists}
    return {id: Scheme("codelist", id, names[id], _downward(items)) for id, items in lists.items()}


def _downward(items: Iterable[Item]) -> tuple[Item, ...]:
    """Items in their order, but none before the one that it stands under: some readers want that."""
    left, done = {item.id: item for item in items}, dict[str, Item]()
    for first in list(left.values()):
        chain: list[Item] = []
        item: Item | None = first
        while item is not None and item.id not in done and item not in chain:
            chain.append(item)
            item = left.get(item.parent) if item.parent else None
        done.update((one.id, one) for one in reversed(chain))
    return tuple(done.values())


_CONCEPT = {"CL_UNIT": "UNIT_MEASURE"}


def _total() -> Item:
    return Item(TOTAL, named("sdmx_total"))


def _flow(code: str) -> Names:
    return named(f"sdmx_flow_{code}") if code.startswith("re_") else _name(code, "flow")


def _name(code: str, dimension: str) -> Names:
    return {language: vocabulary.name(code, language, dimension) for language in LANGUAGES}


@cache
def _partners() -> tuple[Item, ...]:
    """Countries, the rests of continents, and blocs and regions with who was in them when."""
    stays: dict[str, list[dict[str, str]]] = {}
    for row in rows("bloc_members"):
        stays.setdefault(row["bloc"], []).append(row)
    found = []
    for entry in entries("partners"):
        if entry.code != _WORLD:
            about = _members(stays[entry.code]) if entry.code in stays else None
            found.append(Item(identifier(entry.code), _names_of(entry), about=about))
    rests = [Item(row["code"], {"en": row["en"], "zh": row["zh"]}) for row in rows("remainders")]
    return (*found, *rests)


def _members(stays: Iterable[Mapping[str, str]]) -> Names:
    told = {language: [_stay(row, language) for row in stays] for language in LANGUAGES}
    return {one: fill("sdmx_members", one, list=", ".join(told[one])) for one in LANGUAGES}


def _stay(row: Mapping[str, str], language: str) -> str:
    if not row["from"] and not row["to"]:
        return row["member"]
    first, last = row["from"] or "..", row["to"] or ".."
    return fill("sdmx_member", language, member=row["member"], **{"from": first, "to": last})


def _names_of(entry: Entry) -> Names:
    return {"en": entry.en or entry.code, "zh": entry.zh or entry.en or entry.code}


def _goods(there: frozenset[str]) -> Iterator[Item]:
    """Groups of goods with what they stand for, then the HS codes of all editions and those there are."""
    yield from _groups()
    every = {code[:size] for code in _listed() | there for size in _DIGITS if len(code) >= size}
    every |= {code for code in there if code.isdigit()}
    names = {code: _names_of(entry) for code, entry in hs.named().items()}
    for code in sorted(every):
        parent = next((code[:size] for size in reversed(_DIGITS) if size < len(code)), None)
        yield Item(code, names.get(code) or named("sdmx_hs", hs=code), parent)


@cache
def _groups() -> tuple[Item, ...]:
    known = own_codes("commodity").values()
    found = []
    for entry in entries("commodities"):
        parent = entry.row.get("parent") or None
        code, spread, edition = identifier(entry.code), entry.row["hs"], entry.row["hs_edition"]
        above = identifier(parent) if parent and parent in known else None
        found.append(Item(code, _names_of(entry), above, _meaning(spread, edition.removeprefix("HS"))))
    return tuple(found)


def _meaning(spread: str, edition: str) -> Names | None:
    """The HS codes that a group stands for."""
    if not spread:
        return None
    told = spread.replace("|", ", ")
    if not edition:
        return named("sdmx_goods_list", list=told)
    return named("sdmx_goods_of", edition=edition, list=told)


@cache
def _listed() -> frozenset[str]:
    return frozenset[str]().union(*(hs.edition_codes(year) for year in hs.EDITIONS))


@cache
def _grouped(dimension: str) -> tuple[Item, ...]:
    """Codes with the group that they are listed in."""
    groups = {row["member"]: row["group"] for row in rows("group_members") if row["dimension"] == dimension}
    return tuple(
        Item(id, _name(code, dimension), identifier(groups[code]) if code in groups else None)
        for id, code in own_codes(dimension).items()
    )


@cache
def _parented(dimension: str) -> tuple[Item, ...]:
    """Codes with the one that their list puts them under."""
    known, column = own_codes(dimension), {"region": "parent", "transport": "mode"}[dimension]
    found = []
    for entry in entries(_TABLES[dimension]):
        above = entry.row.get(column) or None
        listed = above and above in known.values() and above != entry.code
        parent = identifier(above) if above and listed else None
        found.append(Item(identifier(entry.code), _names_of(entry), parent))
    return tuple(found)


def _units(currencies: Iterable[str]) -> Iterator[Item]:
    yield from (Item(one, dict.fromkeys(LANGUAGES, one)) for one in currencies)
    for row in rows("quantity_units"):
        yield Item(identifier(row["code"]), {"en": row["en"], "zh": row["zh"]})
    for one in ("line", "enterprise"):
        yield Item(one, {language: word(f"sdmx_unit_{one}", language) for language in LANGUAGES})
