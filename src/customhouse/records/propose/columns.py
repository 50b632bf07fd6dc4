"""Which column of a table is what: period, flow, dimensions, units, figures; each with the reason."""

from __future__ import annotations

import re

from customhouse.period import month
from customhouse.records import coding, printed_periods, printed_units
from customhouse.records.propose import beside, blocks, flow_rows, goods, monthly, words
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Column, Look
from customhouse.records.propose.minguo import SAID, calendar_of
from customhouse.vocabulary import codes

__all__ = ["Raw", "Roles", "place_of", "roles"]

_WHEN = month(2020, 1)
_DIMENSIONS = ("partner", "regime", "enterprise", "region", "transport")
_ENOUGH = 0.5
"""The share of different texts of a column that a code list must know."""
_SURE = 0.8
"""The share from which a column of codes comes before one of names, whoever knows more."""
_WORDS = 0.5
"""A column with a smaller share of numbers is one of texts."""


def roles(look: Look) -> Roles:
    """The parts of all columns but those of figures."""
    found = Roles()
    _nameless(look, found)
    for column in look.columns:
        role = words.is_a("column", column.name)
        if role == "number" or (role == "description" and not _names_countries(look, column)):
            found.taken.add(column.at)
    printed_once = blocks.fill(look)
    _period(look, found)
    blocks.say(found, printed_once)
    monthly.column(look, found)
    _spare(look, found)
    flow_rows.flow(look, found)
    _units(look, found)
    _reporter(look, found)
    goods.codes(look, found)
    for dimension in _DIMENSIONS:
        _dimension(look, found, dimension)
    flow_rows.fill(found)
    return found


def _names_countries(look: Look, column: Column) -> bool:
    """Whether a column of mere names has countries, in a table where no other head speaks of partners."""
    others = any(words.is_a("column", other.name) in ("partner", "hs") for other in look.columns)
    return not others and column.numbers < _WORDS and _share(column, "partner")[1] >= _SURE


def _nameless(look: Look, found: Roles) -> None:
    """Calls columns of texts without a name by their place: the corner above the countries is often empty."""
    for column in look.columns:
        if not column.name and column.filled and column.numbers < _WORDS:
            column.name = place_of(column)
            found.remarks.append(f"columns: number {column.at + 1} has no name: it is {column.name!r}")


def place_of(column: Column) -> str:
    """What a column without a name is called by."""
    return f"({column.at + 1})"


def _period(look: Look, found: Roles) -> None:
    for column in found.named(look, "release"):
        found.taken.add(column.at)
        found.remarks.append(
            f"CHECK period: {column.name!r} is the day of publication, not the period that is meant"
        )
    years, months = found.named(look, "year"), found.named(look, "month")
    whole = [c for c in (*found.named(look, "period"), *months) if c.periods >= 0.9 and not _small(c)]
    named = [column for column in (*months, *found.free(look)) if _month_names(column)]
    if not whole and years and (named or months and _small(months[0])):
        which = named[0] if named else months[0]
        found.raw["period"] = {"year": years[0].name, "month": which.name}
        found.take("year", years[0], "by its name")
        found.take("month", which, f"with months such as {which.distinct[0]!r}")
    elif whole:
        found.raw["period"] = {"column": whole[0].name}
        found.take(
            "period", whole[0], f"by its name; all of its texts are periods, such as {whole[0].distinct[0]!r}"
        )
    elif minguo := next((c for c in (*found.named(look, "period"), *months) if calendar_of(c)), None):
        calendar = calendar_of(minguo) or ""
        found.raw["period"] = {"column": minguo.name, "calendar": calendar}
        found.take("period", minguo, f"with years such as in {minguo.distinct[0]!r}, {SAID[calendar]}")
    elif years:
        found.raw["period"] = {"column": years[0].name}
        found.take("period", years[0], "whole years by its name")
    elif content := _by_content(look, found):
        found.raw["period"] = {"column": content.name}
        found.take("period", content, f"since all of its texts are periods, such as {content.distinct[0]!r}")


def _spare(look: Look, found: Roles) -> None:
    """Further columns of periods are no figures."""
    for role in ("period", "year", "month"):
        found.taken |= {
            column.at for column in found.named(look, role) if column.periods >= 0.9 or _small(column)
        }


def _small(column: Column) -> bool:
    """Whether a column has numbers of months."""
    return all(text.isdigit() and len(text) <= 2 for text in column.distinct)


def _month_names(column: Column) -> bool:
    """Whether a column has names of months."""
    return bool(column.distinct) and all(printed_periods.is_month(text) for text in column.distinct)


def _by_content(look: Look, found: Roles) -> Column | None:
    """A column of periods whatever its name; a column of numbers of four digits is none."""
    for column in found.free(look):
        if (
            column.periods >= 0.95
            and not words.says("flow", column.name)
            and not all(text.isdigit() and len(text) != 6 for text in column.distinct)
        ):
            return column
    return None


def _units(look: Look, found: Roles) -> None:
    for column in list(found.free(look)):
        role = words.is_a("column", column.name)
        if role == "currency" and all(t.upper() in printed_units.currencies() for t in column.distinct):
            found.raw["currency"] = {"column": column.name}
            found.take("currency", column, "by its name and codes of ISO 4217")
        elif role in ("unit", "quantity_unit"):
            units = [printed_units.parse(text) for text in column.distinct]
            money = [unit for unit in units if unit and unit.kind != "quantity"]
            found.take("unit" if len(money) == len(units) else "quantity_unit", column, "by its name")


def _reporter(look: Look, found: Roles) -> None:
    reporters = sorted(
        found.named(look, "reporter"),
        key=lambda c: (not _share(c, "partner")[0].startswith("iso"), -_share(c, "partner")[1]),
    )
    if reporters:
        system, share = _share(reporters[0], "partner")
        if share >= _ENOUGH:
            found.raw["reporter"] = _coded(reporters[0], system)
            found.take(
                "reporter", reporters[0], f"by its name; {int(share * 100)}% of its texts are {system}"
            )
    found.taken |= {column.at for column in reporters}


def _share(column: Column, dimension: str) -> tuple[str, float]:
    """The system that knows most of the texts of a column, words for all together left out."""
    texts = [
        text
        for text in column.distinct
        if not words.is_total(text) and re.search(r"\w", text) and coding.row_word(text) is None
    ]
    if not texts:
        return "names", 0.0
    named = coding.share(dimension, "names", texts, _WHEN)
    system, share = next(iter(coding.systems(dimension, texts)), ("names", 0.0))
    return (system, share) if share >= named and share else ("names", named)


def _coded(column: Column, system: str) -> Raw:
    return {"column": column.name} | ({} if system == "names" else {"codes": system})


def _dimension(look: Look, found: Roles, dimension: str) -> None:
    """The column of a dimension: of those named so, and of those whose texts are known, the best known."""
    named = found.named(look, dimension)
    others = [
        c
        for c in found.free(look)
        if c not in named
        and c.numbers < 0.5
        and dimension == "partner"
        and words.is_a("column", c.name) in (None, "region", "description")
    ]
    ranked = sorted(
        ((*_share(column, dimension), column) for column in (*named, *others)),
        key=lambda item: (
            item[2] not in named or (item[0] == "names" and beside.is_foreign(item[2])),
            -min(round(item[1], 2), _SURE),
            _rank(item[0]),
            -item[1],
            item[2].at,
        ),
    )
    # Where few texts of the column that is named so are known, another of codes that are may stand for it.
    for n, (system, share, column) in enumerate(ranked):
        if column not in named and system != "names" and len(column.distinct) == 1:
            continue  # a unit or a status of two letters in every row is no list of countries
        enough = _ENOUGH if n == 0 else _SURE if system != "names" and column not in named else 2
        if share >= enough or (n == 0 and column in named and share > 0.3):
            found.raw[dimension] = _coded(column, system)
            how = "names" if system == "names" else f"codes of {system}"
            found.take(
                dimension, column, f"{int(share * 100)}% of its {len(column.distinct)} texts are {how}"
            )
            if dimension == "partner" and system != "names":
                system = _beside(look, found, column, system)
            if dimension == "partner" and (odd := _not_iso(system, column)):
                found.remarks.append(
                    f"CHECK partner: {', '.join(odd)} is none of ISO 3166, so that the column is "
                    f"read by the codes of {system}; say `codes: iso2` where the others are those of ISO"
                )
            break
    # Texts in a language that no list knows may yet be what tells rows apart.
    known = dimension in found.columns
    found.taken |= {column.at for column in named if known or dimension != "partner" or column.numbers >= 0.5}


def _beside(look: Look, found: Roles, column: Column, system: str) -> str:
    """The list that a column of partner codes is read by, where names beside them can tell."""
    others = [one for one in look.columns if one.at not in found.taken and one.filled and one.numbers < 0.5]
    names = beside.names(column, others)
    if names is None:
        return system
    agreed = beside.system(column, names, system)
    if agreed is None:
        return system
    found.raw["partner"] = _coded(column, agreed) | {"name": names.name}
    said = "partner:" if agreed == system else f"CHECK partner: codes of {agreed}, not of {system}:"
    found.remarks.append(f"{said} the names beside the codes, in column {names.name!r}, agree with them")
    found.taken.add(names.at)
    return agreed


def _not_iso(system: str, column: Column) -> list[str]:
    """The texts for which a column is not read by the codes of ISO, where nearly all others fit both."""
    if system != "comext":
        return []
    odd = [
        text
        for text in column.distinct
        if codes.resolve("iso2", "partner", text, _WHEN).note not in (None, "group")
        and codes.resolve(system, "partner", text, _WHEN).note in (None, "renamed")
    ]
    return odd if len(odd) * 5 <= len(column.distinct) else []


def _rank(system: str) -> int:
    """Codes of ISO before other codes, and codes before names."""
    return 0 if system.startswith("iso") else 2 if system == "names" else 1
