"""Whose trade a file has, and with whom where no column says it: by codes, titles, currencies, its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from customhouse.model import HOME
from customhouse.period import month
from customhouse.records import coding, printed_units, unit_forms
from customhouse.records.printed_units import Unit
from customhouse.records.propose import titles, words
from customhouse.records.propose.countries import Spoken, is_source, is_trade, spoken
from customhouse.records.propose.found import Roles
from customhouse.records.propose.look import Column, Look
from customhouse.records.propose.proposal import Proposal
from customhouse.vocabulary import codes
from customhouse.vocabulary.lexicon import fold

_SYSTEMS = {"census": "USA", "gacc": "CHN"}
_CALENDARS = {
    "bs": ("NPL", "Nepal's calendar"),
    "roc": ("TWN", "the Minguo calendar"),
    "japanese": ("JPN", "Japan's calendar"),
    "buddhist": ("THA", "Thailand's calendar"),
}
_INDIAN = "INR"
_NOT_TELLING = ("USD", "EUR", _INDIAN)
"""Currencies that others print their trade in, or whose sign others have."""
_INDIAN_SCALES = (Decimal(10) ** 5, Decimal(10) ** 7)
"""A lakh and a crore."""
_ANYBODYS = ("USD", "CNY", "EUR")
"""Currencies that say nothing against HOME."""
_FEW_NUMBERS = 0.5
_CHINESE = re.compile("[\u3400-\u9fff]")
_WHEN = month(2020, 1)
Tables = list[tuple[Look, Roles]]


def reporter(path: Path, tables: Tables, proposal: Proposal) -> None:
    """Gives the reporter and, where no column has partners and the file's name has one, the partner.

    Without a word of it China is the reporter, but not where China is a partner in a table of others."""
    if all("reporter" in found.raw for _, found in tables):
        return
    named = words.countries_in(path)
    among = {code for _, found in tables for code in _partners(found)}
    leading = words.begins_with(path) if HOME in among else None
    own = [code for code, with_whom in named if not with_whom and (code not in among or code == leading)]
    code, why = _reporter(tables, own, among)
    if code is None:
        proposal.remarks.append(f"CHECK reporter: {why}")
        return
    if code in among:
        why += "; but it is a partner in the table, so that the reporter may be another"
    proposal.raw["reporter"] = code
    proposal.remarks.append(f"CHECK reporter: {code}, for {why}")
    if known := [other for other, _ in named if other in among and other != code]:
        proposal.remarks.append(
            f"reporter: not {' or '.join(known)} of the file's name, for that is a partner in the table"
        )
    left = [other for other, with_whom in named if with_whom] + [other for other in own if other != code]
    if left and not among and not any("partner" in found.raw for _, found in tables):
        place = "second" if left[0] in own else "other"
        proposal.raw["partner"] = left[0]
        proposal.remarks.append(f"CHECK partner: {left[0]}, the {place} country in the file's name")
    elif not among and (with_whom := _with_whom(tables, code)):
        proposal.raw["partner"] = with_whom
        proposal.remarks.append(f"CHECK partner: {with_whom}, with whom titles say that the trade is")


def _reporter(tables: Tables, own: list[str], among: set[str]) -> tuple[str | None, str]:
    """Whose trade it is, None where it cannot be told, and why."""
    codes = {spec.get("codes") for _, found in tables if isinstance(spec := found.raw.get("partner"), dict)}
    system = next((_SYSTEMS[code] for code in codes if code in _SYSTEMS), None)
    if system:
        return system, "the codes of partners are those of its statistics"
    for period in (found.raw.get("period") for _, found in tables):
        if isinstance(period, dict) and (calendar := _CALENDARS.get(period.get("calendar", ""))):
            return calendar[0], f"the years are of {calendar[1]}"
    for text in (text for seen, _ in tables for text in seen.title):
        if home := words.says("home", text):
            return home, f"{text!r} is said of it"
    if said := _said(tables, among) or _in_totals(tables):
        return said
    if own:
        return own[0], "the first country in the file's name"
    return _in_sources(tables) or _by_currency(tables) or _of_home(tables, among)


def _of_home(tables: Tables, among: set[str]) -> tuple[str | None, str]:
    """HOME where nothing says whose trade it is, unless something says that it is another's."""
    nothing = "nothing in the file says whose trade it is"
    if why := _of_others(tables):
        return None, f"{nothing}, and {why}, so that it is hardly {HOME}; add it, as `reporter: JPN`"
    if HOME in among and not _in_simplified(tables):
        return None, (
            f"{nothing}, and {HOME} is a partner in the table, so that it is hardly {HOME}; add it, as "
            "`reporter: JPN`"
        )
    return HOME, nothing


def _said(tables: Tables, among: set[str]) -> tuple[str | None, str] | None:
    """The country that titles, or sheets that speak of trade, name as whose trade it is."""
    lines = [(text, is_trade(text)) for seen, _ in tables for text in seen.title]
    lines += [(text, True) for seen, _ in tables if (text := seen.sheet or "") and is_trade(text)]
    found: dict[str, str] = {}
    for text, trade in lines:
        own = _own(spoken(text))
        if len(own) == 1 and (trade or (among and own[0] not in among)):
            found.setdefault(own[0], text)
    if not found:
        return None
    if len(found) > 1:
        both = " and ".join(f"{code} ({text!r})" for code, text in found.items())
        return None, f"titles speak of the trade of {both}; add `reporter` to each of the `tables`"
    ((code, text),) = found.items()
    if code not in coding.single_partners():
        return None, f"{text!r} is said of {code}, a group; add the code of the reporter by hand"
    return code, f"{text!r} is said of it"


def _with_whom(tables: Tables, reporter: str) -> str | None:
    """The one country that titles say trade is with, where no table has partners."""
    if any("partner" in found.raw for _, found in tables):
        return None
    found = {one.code for seen, _ in tables for text in seen.title for one in spoken(text) if one.partner}
    partner = found.pop() if len(found) == 1 else None
    return partner if partner in coding.single_partners() and partner != reporter else None


def _own(some: Iterable[Spoken]) -> list[str]:
    return list(dict.fromkeys(one.code for one in some if not one.partner))


def _in_sources(tables: Tables) -> tuple[str, str] | None:
    """The one country whose office a title or a note gives as the source."""
    lines = (text for seen, _ in tables for text in (*seen.title, *seen.notes) if is_source(text))
    found = {code: text for text in lines for code in _own(spoken(text)) if code in coding.single_partners()}
    if len(found) != 1:
        return None
    ((code, text),) = found.items()
    return code, f"{text[:80]!r} is said of it"


def _in_totals(tables: Tables) -> tuple[str, str] | None:
    """The one country that rows of totals say the trade is of: `India's Total Import`."""
    texts = [text for seen, _ in tables for column in seen.columns for text in _totals(column)]
    found = {code: text for text in texts for code in _own(spoken(text)) if code in coding.single_partners()}
    if len(found) != 1:
        return None
    ((code, text),) = found.items()
    return code, f"{text!r} is said of it"


def _totals(column: Column) -> list[str]:
    """The texts of a column that are words for all together, beside others."""
    if column.numbers > _FEW_NUMBERS:
        return []
    return [text for text in column.distinct if words.is_total(text) and words.says("flow", text)]


def _units(tables: Tables) -> list[Unit]:
    """The units of money that titles, heads and columns of units say."""
    found = []
    for seen, roles in tables:
        title, _ = titles.unit_of(seen.title)
        figures = roles.raw["figures"]
        specs = [spec["unit"] for spec in figures.values() if isinstance(spec.get("unit"), str)]
        for role in ("currency", "unit"):
            column = roles.columns.get(role)
            specs += column.distinct if column is not None else []
        heads = [unit for name in figures if (unit := words.unit_in(name))]
        found += [title, *heads, *map(printed_units.parse, specs)]
    return [unit for unit in found if unit and unit.kind == "money"]


def _by_currency(tables: Tables) -> tuple[str, str] | None:
    """The country whose currency all figures are in; others do not print their trade in it."""
    units = _units(tables)
    shared = {unit.family for unit in units if unit.family}
    if shared and all(_INDIAN in unit_forms.family(name) for name in shared):
        scales = {unit.scale for unit in units if unit.scale in _INDIAN_SCALES}
        return ("IND", "it counts its rupees in lakh and crore") if scales else None
    found = {unit.code for unit in units if unit.code}
    currency = found.pop() if len(found) == 1 and not shared else None
    if currency == _INDIAN and any(unit.scale in _INDIAN_SCALES for unit in units):
        return "IND", "it counts its rupees in lakh and crore"
    if currency is None or currency in _NOT_TELLING:
        return None
    country = codes.resolve("iso2", "partner", currency[:2], _WHEN).code
    return (country, f"the figures are in its currency, {currency}") if country else None


def _of_others(tables: Tables) -> str:
    """Why a table of which nothing says whose it is can hardly be that of HOME; empty where it can."""
    codes_said = {unit.code or unit.family for unit in _units(tables)} - {"", *_ANYBODYS}
    if codes_said:
        return f"the figures are in {' and '.join(sorted(codes_said))}"
    columns = [column for _, found in tables if (column := found.columns.get("partner"))]
    names = [text for column in columns for text in column.distinct]
    if sum(map(coding.is_foreign, names)) * 2 > len(names):
        return "its countries are named in another language"
    said = [text for seen, _ in tables for text in (*seen.title, *(column.name for column in seen.columns))]
    return "it is written in another language" if any(map(_is_foreign, said)) else ""


def _is_foreign(text: str) -> bool:
    """Whether a text has letters that neither English nor Chinese is written in."""
    letters = (sign for sign in unicodedata.normalize("NFKC", text) if sign.isalpha())
    return any(not sign.isascii() and not _CHINESE.match(sign) for sign in letters)


def _in_simplified(tables: Tables) -> bool:
    """Whether the names of columns are in Chinese, in the signs of the mainland."""
    heads = "".join(column.name for seen, _ in tables for column in seen.columns)
    return bool(_CHINESE.search(heads)) and fold(heads) == heads


def _partners(found: Roles) -> Iterator[str]:
    """The partners of a table: of its rows, and of its columns."""
    column, spec = found.columns.get("partner"), found.raw.get("partner")
    if column is not None and isinstance(spec, dict):
        systems = (spec["codes"],) if "codes" in spec else ("names", "own")
        values = spec.get("values", {})
        known = (
            values.get(text) or coding.resolve("partner", systems, text, _WHEN).code
            for text in column.distinct
        )
        yield from (code for code in known if code)
    yield from (str(figure["partner"]) for figure in found.raw["figures"].values() if "partner" in figure)
