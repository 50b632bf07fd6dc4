"""Codes of the Harmonized System by edition, how they changed, and the units that quantities come in.

The editions of 2007, 2012, 2017 and 2022 each came into force in January of their year. Codes
have six digits; further digits are national and not checked. Chapters 98 and 99 are left to each
country, chapter 77 is reserved. Months before 2007 are read by the edition of 2007.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import MappingProxyType

from customhouse.errors import VocabularyError
from customhouse.vocabulary.tables import Entry, entries, rows

EDITIONS = (2007, 2012, 2017, 2022)
NATIONAL = ("98", "99")
"""Chapters that each country fills as it likes."""
RESERVED = "77"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of quantity: what it measures, the unit in which that is added up, and how many of it it is."""

    code: str
    measures: str
    base: str
    factor: Fraction


def edition(month: int) -> int:
    """The edition in force in a month (numbered as by `period.month`), as its year."""
    return max((year for year in EDITIONS if year <= month // 12), default=EDITIONS[0])


def codes(month: int) -> frozenset[str]:
    """The six-digit codes in force in a month, without the national chapters."""
    return edition_codes(edition(month))


def valid(code: str, month: int) -> bool:
    """Whether a code of 6 to 10 digits was in force in a month, by its first six digits."""
    return len(code) >= 6 and listed(code, month)


def listed(code: str, month: int) -> bool:
    """Whether a chapter, heading or code of 2 to 10 digits was in force in a month."""
    if not (2 <= len(code) <= 10 and code.isascii() and code.isdigit()):
        return False
    return code.startswith(NATIONAL) or code[:6] in _under(edition(month))


def unit(code: str) -> str | None:
    """The standard unit of quantity of a code, a code of `quantity_units.csv`; None where it has none.

    Source: the World Customs Organization's standard units, as UN Comtrade lists them.
    """
    return _standard().get(code[:6]) or None


def compatible(code: str, unit_code: str) -> bool:
    """Whether a quantity of a code may come in a unit: it measures the same as the standard unit.

    True where the code has no standard unit. Raises VocabularyError for an unknown unit.
    """
    standard = unit(code)
    return standard is None or _unit(unit_code).measures == _unit(standard).measures


@cache
def units() -> Mapping[str, Unit]:
    """All units of quantity by their code. Read-only."""
    bases: dict[str, str] = {}
    for row in rows("quantity_units"):
        if row["factor"] == "1":
            bases.setdefault(row["measures"], row["code"])
    return MappingProxyType({
        row["code"]: Unit(row["code"], row["measures"], bases[row["measures"]], Fraction(row["factor"]))
        for row in rows("quantity_units")
    })


def convert(amount: int | Fraction | Decimal, unit_code: str) -> tuple[Fraction, str]:
    """An amount in the base unit of what it measures, exact, and that unit: 2 `t` is 2000 `kg`.

    Raises VocabularyError for an unknown unit.
    """
    found = _unit(unit_code)
    return Fraction(amount) * found.factor, found.base


def predecessors(code: str, year: int) -> frozenset[str]:
    """The six-digit codes of the edition before `year` that a code of edition `year` took goods from.

    Empty where the code is not in that edition. Source: the United Nations' correlation tables; the
    edition of 2012 has none, so there a code comes from itself alone.
    """
    if code not in edition_codes(year) or (older := _neighbour(year, -1)) is None:
        return frozenset()
    found = _changes(year).earlier.get(code, frozenset({code}))
    return found & edition_codes(older)


def successors(code: str, year: int) -> frozenset[str]:
    """The six-digit codes of the edition after `year` to which goods of a code of edition `year` went.

    Empty where the code is not in that edition or there is no later one.
    """
    if code not in edition_codes(year) or (newer := _neighbour(year, 1)) is None:
        return frozenset()
    found = _changes(newer).later.get(code, frozenset({code}))
    return found & edition_codes(newer)


def spread(pattern: str) -> tuple[str, ...]:
    """The prefixes of a pattern: `01-03+0901` is 01, 02, 03 and 0901. Raises VocabularyError."""
    found: list[str] = []
    for part in filter(None, pattern.split("+")):
        first, _, last = part.partition("-")
        last = last or first
        if not (first.isdigit() and last.isdigit() and len(first) == len(last) and first <= last):
            wrong = f"{part}: no range of HS codes; write it as 84, 01-24 or 870121-870129"
            raise VocabularyError(wrong)
        found += [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]
    return tuple(dict.fromkeys(found))


@cache
def translate(prefixes: tuple[str, ...], year: int, month: int) -> tuple[str, ...]:
    """Prefixes of one edition as prefixes of the edition in force in a month.

    A prefix that the edition in force has stays: tables are by chapter and heading whatever moves
    between them. In the place of another come the codes of which at least half of what they came
    from (going forward) or went to (going back) lies under it; codes of their own heading or else
    chapter count alone. It falls away where the edition in force cannot tell its goods apart.
    """
    target = edition(month)
    stay = tuple(p for p in prefixes if p.startswith(NATIONAL) or p[:6] in _under(target))
    gone = {code for p in prefixes if p not in stay for code in _under(year).get(p, ())}
    wanted = frozenset(gone)
    while year != target and wanted:
        wanted, year = _step(wanted, year, target > year)
    return (*stay, *_headings(wanted, target))


@cache
def edition_codes(year: int) -> frozenset[str]:
    """The six-digit codes of the edition of a year. Raises VocabularyError where there is none."""
    if year not in EDITIONS:
        raise VocabularyError(f"{year}: no such edition of the HS; one of {', '.join(map(str, EDITIONS))}")
    return frozenset(row["code"] for row in rows("hs_codes") if int(row["first"]) <= year <= int(row["last"]))


def _step(wanted: frozenset[str], year: int, forward: bool) -> tuple[frozenset[str], int]:
    """The codes of the next edition, or of the one before, that hold the goods of codes of one edition."""
    other = EDITIONS[EDITIONS.index(year) + (1 if forward else -1)]
    moved = {code for code, kin in _kin(year, other).items() if 2 * len(kin & wanted) >= len(kin)}
    return (edition_codes(other) & wanted) | moved, other


@cache
def _kin(year: int, other: int) -> Mapping[str, frozenset[str]]:
    """For each code of the edition `other` that edition `year` has not: the codes there that stand for it."""
    table = _changes(max(year, other))
    linked = [table.before, table.earlier] if other > year else [table.after, table.later]
    found = {}
    for code in edition_codes(other) - edition_codes(year):
        listed = (pairs.get(code, frozenset()) & edition_codes(year) for pairs in linked)
        near = (_under(year).get(code[:length], frozenset()) for length in (5, 4))
        if kin := next(filter(None, (*listed, *near)), None):
            found[code] = _closest(code, kin)
    return found


def _closest(code: str, kin: frozenset[str]) -> frozenset[str]:
    """Those of the same heading, else of the same chapter: what else went there is the smaller part."""
    alike = (frozenset(other for other in kin if other[:length] == code[:length]) for length in (4, 2))
    return next(filter(None, alike), kin)


def _headings(wanted: frozenset[str], year: int) -> tuple[str, ...]:
    """Codes, those of a whole heading as one."""
    under = _under(year)
    full = {code[:4] for code in wanted if under[code[:4]] <= wanted}
    return tuple(dict.fromkeys(code[:4] if code[:4] in full else code for code in sorted(wanted)))


@cache
def _under(year: int) -> Mapping[str, frozenset[str]]:
    """The codes of an edition by each prefix of two to six digits."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for code in edition_codes(year):
        for length in range(2, 7):
            found[code[:length]].add(code)
    return {prefix: frozenset(codes_) for prefix, codes_ in found.items()}


def _neighbour(year: int, step: int) -> int | None:
    place = EDITIONS.index(year) + step if year in EDITIONS else -1
    return EDITIONS[place] if 0 <= place < len(EDITIONS) else None


_Pairs = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Changes:
    """How an edition changed the one before: all links both ways, and those to convert by both ways."""

    earlier: _Pairs
    later: _Pairs
    before: _Pairs
    after: _Pairs


@cache
def _changes(year: int) -> _Changes:
    found = [row for row in rows("hs_changes") if row["edition"] == str(year)]
    main = [row for row in found if row["link"] == "main"]
    rest = [row for row in found if row["link"] == "rest"]
    return _Changes(
        _pairs(found, "code", "before"), _pairs(found, "before", "code"),
        _pairs([*main, *rest], "code", "before"), _pairs(main, "before", "code"),
    )


def _pairs(found: Iterable[Mapping[str, str]], key: str, value: str) -> _Pairs:
    pairs: defaultdict[str, set[str]] = defaultdict(set)
    for row in found:
        pairs[row[key]].add(row[value])
    return {code: frozenset(kin) for code, kin in pairs.items()}


@cache
def named() -> Mapping[str, Entry]:
    """The goods of `commodities.csv` that are one code of the HS, by that code: they give it its name."""
    found: dict[str, Entry] = {}
    for entry in entries("commodities"):
        if entry.row["hs"].isdigit():
            found.setdefault(entry.row["hs"], entry)
    return MappingProxyType(found)


@cache
def _standard() -> Mapping[str, str]:
    return {row["code"]: row["unit"] for row in rows("hs_codes")}


def _unit(code: str) -> Unit:
    if code not in units():
        raise VocabularyError(f"{code}: no such unit of quantity; see quantity_units.csv")
    return units()[code]
