"""Flows in rows: a column whose texts are flows, and what stands once above several of its rows."""

from __future__ import annotations

from itertools import groupby

from customhouse.records import coding
from customhouse.records.propose import words
from customhouse.records.propose.found import Roles
from customhouse.records.propose.look import Column, Look

_DIRECTED = {"exports", "imports", "re_exports", "re_imports"}
_MOST = 12
"""A column of more different texts has no flows."""
_BLANK = 0.3
"""The share of empty cells from which a column may say its texts once for several rows."""


def flow(look: Look, found: Roles) -> None:
    """Finds the column whose texts are flows, in any language; texts that are none are said."""
    for column in [*found.named(look, "flow"), *found.free(look)]:
        texts = column.distinct
        named = words.is_a("column", column.name) == "flow"
        if not 0 < len(texts) <= _MOST or (column.numbers > 0.5 and not named):
            continue
        known = {text: coding.by_name("flow", text) for text in texts}
        read = {text: code for text in texts if (code := words.row_flow(text))}
        others = [text for text in texts if text not in read]
        if not {*read.values()} & _DIRECTED or (others and not _are_most(read, texts)):
            continue
        found.raw["flow"] = {"column": column.name}
        if any(known[text] != code for text, code in read.items()):
            found.raw["flow"]["values"] = read
            _units(found, column)
        found.take("flow", column, f"since its texts are flows: {', '.join(read)}")
        if others:
            found.remarks.append(
                f"CHECK flow: {', '.join(map(repr, others))} in {column.name!r} are no flows; their rows "
                "will be set aside"
            )
        return


def _are_most(read: dict[str, str], texts: list[str]) -> bool:
    """Whether texts are flows but for a few, each flow once: rows of growth may stand among them."""
    return len(read) * 2 > len(texts) and len({*read.values()}) == len(read) > 1


def _units(found: Roles, column: Column) -> None:
    """The units that stand behind the flows: `Exports (USD million)` in a row."""
    units = {text: words.unit_in(text) for text in column.distinct}
    said = {text: words.unit_text(unit) for text, unit in units.items() if unit}
    if len(said) == len(units):
        found.raw["unit"] = {"column": column.name, "values": said}


def fill(found: Roles) -> None:
    """What stands once above its rows: a country above its flows, or a flow above its countries."""
    flow, partner = found.columns.get("flow"), found.columns.get("partner")
    if flow is None or partner is None:
        return
    for role, outer, inner in (("partner", partner, flow), ("flow", flow, partner)):
        if _is_printed_once(outer, inner):
            found.raw[role]["fill"] = "down"
            _fill_down(outer)
            found.remarks.append(
                f"CHECK {role}: an empty cell of {outer.name!r} repeats the one above, as it stands once for "
                f"several of {inner.name!r}"
            )
            return


def _is_printed_once(outer: Column, inner: Column) -> bool:
    """Whether each text of a column stands above a block of rows, in which the other's texts differ."""
    empty = [not cell.strip() for cell in outer.cells]
    if not empty or empty[0] or sum(empty) < _BLANK * len(empty):
        return False
    at = -1
    numbers = [at := at + (not blank) for blank in empty]
    blocks = [
        [inner.cells[n].strip() for n in rows] for _, rows in groupby(range(len(empty)), lambda n: numbers[n])
    ]
    return all(all(block) and len({*block}) == len(block) for block in blocks)


def _fill_down(column: Column) -> None:
    last = ""
    for at, cell in enumerate(column.cells):
        last = cell if cell.strip() else last
        column.cells[at] = last
    for name in ("filled", "numbers", "sniffed"):
        column.__dict__.pop(name, None)
