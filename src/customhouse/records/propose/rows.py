"""Which rows of a table are totals or groups of others: by words, a column of levels, or sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

from customhouse.period import month
from customhouse.records import coding, files, numerals
from customhouse.records.propose import words
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Column, Look
from customhouse.vocabulary import codes

_WHEN = month(2020, 1)
_MOST = 40
"""More texts than these that nothing is known of are not listed one by one."""
DIMENSIONS = ("partner", "hs", "commodity", "regime", "enterprise", "region", "transport")


def rows(look: Look, found: Roles, proposed: dict[str, Raw]) -> None:
    """Puts totals into `values`, levels into `totals` and `groups`, and says what no list knows."""
    for dimension in DIMENSIONS:
        column = found.columns.get(dimension)
        if column is not None:
            _dimension(look, found, proposed, dimension, column)
    _levels(look, found)
    _subtotals(found)


def _subtotals(found: Roles) -> None:
    """Rows whose partner says that they sum others."""
    column = found.columns.get("partner")
    known = found.raw.get("partner", {}).get("values", {})
    said = [text for text in column.distinct if coding.row_word(text) in coding.SUMS] if column else []
    texts = [text for text in said if text not in known]
    if column and texts:
        found.raw["groups"] = [*found.raw.get("groups", []), {"column": column.name, "is": texts}]
        found.remarks.append(f"groups: rows of {', '.join(map(repr, texts))} sum others of the table")


def _dimension(look: Look, found: Roles, proposed: dict[str, Raw], dimension: str, column: Column) -> None:
    spec = found.raw[dimension]
    unknown = [text for text in column.distinct if not _known(dimension, spec, text)]
    values: dict[str, str] = {}
    for text in unknown:
        if (
            _is_total(text, found, proposed)
            or _beside(look, column, text)
            or _is_sum(look, found, proposed, column, text, unknown)
        ):
            values[text] = "all"
            found.remarks.append(f"{dimension}: rows of {text!r} are totals")
    if blank := _blank_total(look, column):
        spec["blank"] = "all"
        found.remarks.append(f"{dimension}: rows without one say {blank!r} and are totals")
    left = [text for text in unknown if text not in values]
    # The code `other` is a word of several lists, and too common to be a name.
    for text in [
        text
        for text in left
        if text.lower() == "other" and coding.resolve(dimension, ("own",), "other", _WHEN).code
    ]:
        values[text] = "other"
        left.remove(text)
    ended = [text for text in left if dimension == "partner" and _ended(spec, text)]
    if ended:
        found.remarks.append(
            f"CHECK {dimension}: {', '.join(map(repr, ended))} are codes that have ended; rows of later "
            "months will be set aside; say in `values` what they stand for"
        )
    left = [text for text in left if text not in ended and coding.row_word(text) not in coding.SUMS]
    if left:
        some = ", ".join(_meant(dimension, text) for text in left[:_MOST])
        some += " ..." if len(left) > _MOST else ""
        found.remarks.append(
            f"CHECK {dimension}: {len(left)} texts are in no list and their rows will be set aside; "
            f"add them to `values`: {some}"
        )
    if values:
        spec["values"] = values


def _is_total(text: str, found: Roles, proposed: dict[str, Raw]) -> bool:
    """Whether a text is a word for all together; that for one flow is none where figures are of another."""
    said = words.flows_said(text)
    flows = {spec.get("flow", found.raw.get("flow")) for spec in proposed.values()} if said else set()
    return words.is_total(text) and not (said and any(flow not in said for flow in flows if flow != {}))


def _known(dimension: str, spec: Raw, text: str) -> bool:
    if dimension == "hs":
        return text.replace(".", "").replace(" ", "").isdigit()
    systems = (spec["codes"],) if "codes" in spec else ("names", "own")
    return coding.resolve(dimension, systems, text, _WHEN).reason is None


def _meant(dimension: str, text: str) -> str:
    """A text that is in no list, with what it may mean."""
    if dimension == "partner" and coding.row_word(text) == "rest":
        return f"{text!r} (AREAS_NES?)"
    near = coding.near(dimension, text, 1) if dimension != "hs" else []
    return f"{text!r} ({near[0][1]}?)" if near else repr(text)


def _ended(spec: Raw, text: str) -> bool:
    """Whether a text is a code that was valid once."""
    system = spec.get("codes")
    return isinstance(system, str) and codes.ended(system, "partner", text, _WHEN) is not None


def _beside(look: Look, column: Column, text: str) -> bool:
    """Whether another cell in the rows of a text says that they are totals."""
    at = [n for n, cell in enumerate(column.cells) if " ".join(cell.split()) == text][:50]
    return any(
        other is not column
        and at
        and len(other.distinct) > 1
        and all(words.is_total(other.cells[n]) for n in at)
        and sum(map(words.is_total, other.distinct)) < len(other.distinct) / 2
        for other in look.columns
    )


def _blank_total(look: Look, column: Column) -> str | None:
    """The word for a total in rows in which a column is empty, where all of them have one."""
    at = [n for n, cell in enumerate(column.cells) if not cell.strip()]
    said = [
        next((cell.strip() for other in look.columns if words.is_total(cell := other.cells[n])), None)
        for n in at
    ]
    return said[0] if said and len(said) < 50 and all(said) else None


def _is_sum(
    look: Look, found: Roles, proposed: dict[str, Raw], column: Column, text: str, unknown: list[str]
) -> bool:
    """Whether the rows of a text are the sums of all others, in all periods and other dimensions."""
    figure = next(
        (c for c in look.columns if c.name in proposed and proposed[c.name].get("measure") is None), None
    )
    if figure is None or len(unknown) > 5 or len(column.distinct) < 3:
        return False
    marks = figure.sniffed.marks or numerals.Marks()
    keys = [c for role, c in found.columns.items() if c is not column and role not in ("unit", "currency")]
    whole: dict[tuple[str, ...], Decimal] = {}
    parts: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for n, cell in enumerate(figure.cells):
        number = numerals.parse(cell, numerals.Marks() if isinstance(cell, files.Digits) else marks)
        if number is None:
            continue
        key = tuple(c.cells[n] for c in keys)
        if " ".join(column.cells[n].split()) == text:
            whole[key] = number.value
        else:
            parts[key] += number.value
    fits = sum(
        abs(parts[key] - value) <= max(Decimal(len(column.distinct)), value / 10_000)
        for key, value in whole.items()
    )
    return len(whole) > 0 and look.whole and fits >= 0.9 * len(whole)


def _levels(look: Look, found: Roles) -> None:
    """A column that tells totals and groups from single rows."""
    partner, spec = found.columns.get("partner"), found.raw.get("partner")
    if partner is None or spec is None:
        return
    for column in found.free(look):
        if column is partner or not 1 < len(column.distinct) <= 8 or column.numbers > 0.5:
            continue
        kinds = {level: _kinds(partner, spec, column, level) for level in column.distinct}
        totals = [level for level, kind in kinds.items() if kind == "total"]
        groups = [level for level, kind in kinds.items() if kind == "group"]
        if groups and len(totals) + len(groups) < len(kinds):
            found.raw |= {"groups": [{"column": column.name, "is": groups}]}
            if totals:
                found.raw["totals"] = [{"column": column.name, "is": totals, "of": "partner"}]
            found.remarks.append(
                f"groups: rows whose {column.name!r} is {' or '.join(groups)} are groups of others"
            )
            found.taken.add(column.at)
            return


def _kinds(partner: Column, spec: Raw, column: Column, level: str) -> str:
    """Whether the rows of a level are totals, groups or single, by what most of them are."""
    texts = {
        " ".join(partner.cells[n].split())
        for n, cell in enumerate(column.cells)
        if " ".join(cell.split()) == level
    }
    values, systems = spec.get("values", {}), (spec["codes"],) if "codes" in spec else ("names", "own")
    kinds = Counter(_kind(values, systems, text) for text in texts)
    most, times = kinds.most_common(1)[0]
    return most if times >= 0.6 * len(texts) else "single"


def _kind(values: dict[str, str], systems: tuple[str, ...], text: str) -> str:
    if values.get(text) == "all":
        return "total"
    coded = coding.resolve("partner", systems, text, _WHEN)
    if coded.code is None:
        return "total" if coded.whole else "group"
    return "single" if coded.code in coding.single_partners() else "group"
