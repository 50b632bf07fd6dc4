"""A mapping proposed for a file that nobody has written one for, with why and with what to check.

Every choice has its reason, and what is a guess begins with CHECK. What cannot be told is said, and a
proposal that would not load is none: its `mapping` is None.
"""

from __future__ import annotations

from pathlib import Path

from customhouse.errors import CustomhouseError, InputError
from customhouse.period import month
from customhouse.records import coding, files
from customhouse.records.mapping.loading import parse
from customhouse.records.propose import eras, fiscal, monthly, scales, words
from customhouse.records.propose.columns import place_of, roles
from customhouse.records.propose.constants import wide
from customhouse.records.propose.declared import declarations
from customhouse.records.propose.encoded import encoding
from customhouse.records.propose.figures import figures
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Look, look
from customhouse.records.propose.marks import marks
from customhouse.records.propose.proposal import Proposal
from customhouse.records.propose.reporters import reporter
from customhouse.records.propose.rows import DIMENSIONS, rows
from customhouse.records.propose.units import units
from customhouse.records.propose.write import yaml_of

__all__ = ["Proposal", "propose", "to_yaml"]

_KNOWN = 0.5
"""The share of names of goods that the list of commodities must know."""
_WHEN = month(2020, 1)
_TEXTS = 0.2
"""A column with a smaller share of numbers has texts."""
_TOLD = ("unit", "quantity_unit", "currency", "scale")
"""Columns that say how figures are printed, and tell no rows apart."""
_ORDER = (
    "kind",
    "encoding",
    "sheet",
    "header",
    "reporter",
    "flow",
    "period",
    "currency",
    "unit",
    "scale",
    "basis",
    "decimal",
    *DIMENSIONS,
    "totals",
    "groups",
    "figures",
    "tables",
    "fields",
)


def propose(path: Path) -> Proposal:
    """A mapping for a file. Raises InputError where the file cannot be read."""
    tables: list[tuple[Look, Roles]] = []
    remarks: list[str] = []
    sheets: list[str | None] = [*files.sheets(path)]
    for sheet in sheets or [None]:
        prefix = f"sheet {sheet}: " if sheet else ""
        try:
            seen = look(path, sheet)
        except InputError as error:
            remarks.append(f"CHECK {prefix}{error}")
            continue
        if declared := declarations(seen):
            return _finished(declared, path)
        found, why = _table(seen)
        if why:
            remarks.append(f"CHECK {prefix}{why}")
            remarks += [text for text in found.remarks if text.startswith("CHECK")]
        else:
            tables.append((seen, found))
    return _finished(_joined(path, _with_flow(tables, remarks), remarks), path)


def _with_flow(tables: list[tuple[Look, Roles]], remarks: list[str]) -> list[tuple[Look, Roles]]:
    """The tables whose flow something says; all of them where that is so of none."""
    said = [
        (seen, found)
        for seen, found in tables
        if "flow" in found.raw or any("flow" in spec for spec in found.raw["figures"].values())
    ]
    if said:
        remarks += [f"CHECK sheet {s.sheet}: nothing says its flow" for s, f in tables if (s, f) not in said]
    return said or tables


def to_yaml(proposal: Proposal) -> str:
    """The proposal as YAML, with its remarks as comments above."""
    return yaml_of(proposal.raw, proposal.remarks)


def _table(seen: Look) -> tuple[Roles, str]:
    """What one table is, and why it is no table of figures, if it is none."""
    found = roles(seen)
    scales.scale(seen, found)
    proposed = figures(seen, found)
    if not proposed:
        return found, "no column of figures of trade; it has " + ", ".join(repr(c.name) for c in seen.columns)
    scales.give(found, proposed)
    if why := wide(seen, found, proposed):
        return found, why
    if why := monthly.settle(seen, found, proposed):
        return found, why
    if "period" not in found.raw and not all({"period", "month"} & {*spec} for spec in proposed.values()):
        return found, "nothing says the period: add it by hand"
    _guess_partner(seen, found)
    _goods(seen, found)
    rows(seen, found, proposed)
    if twice := _alike(seen, found):
        return found, f"rows that nothing tells apart, such as {twice}; a dimension is missing" + _told(
            seen, found, proposed
        )
    eras.settle(seen, found, proposed)
    found.raw["figures"] = proposed
    fiscal.bikram(found, seen)
    if seen.header != (1,):
        found.raw["header"] = [str(row) for row in seen.header] if seen.header != (0,) else "none"
    return found, ""


def _told(seen: Look, found: Roles, proposed: Raw) -> str:
    """Which columns were understood and which were not, and that the mapping has none of them."""
    left = [column.name for column in seen.columns if column.name not in proposed]
    keys = [column.name for column in found.columns.values()]
    said = {
        "none is proposed of the columns of figures": list(proposed),
        "rows are told apart by": [name for name in left if name in keys],
        "columns that nothing was made of": [name for name in left if name not in keys],
    }
    return "".join(f"; {what} {', '.join(map(repr, names))}" for what, names in said.items() if names)


def _goods(seen: Look, found: Roles) -> None:
    """Where nothing else tells rows apart, names of goods do, if the list of commodities knows them."""
    if "hs" in found.columns or not _alike(seen, found):
        return
    for column in seen.columns:
        named = words.is_a("column", column.name) in ("description", "hs") or column.name == place_of(column)
        if not named or column.numbers >= _TEXTS or column in found.columns.values():
            continue
        found.columns["commodity"] = column
        known = coding.share("commodity", "names", column.distinct, _WHEN)
        if known >= _KNOWN and not _alike(seen, found):
            found.raw["commodity"] = {"column": column.name}
            found.take(
                "commodity", column, f"{int(known * 100)}% of its texts are goods, and tell rows apart"
            )
            return
        del found.columns["commodity"]


def _guess_partner(seen: Look, found: Roles) -> None:
    """Where nothing known tells rows apart, and one column does whose head speaks of partners, in whatever
    language its texts are."""
    if "partner" in found.columns or "partner" in found.raw or not _alike(seen, found):
        return
    texts = [
        column
        for column in found.free(seen)
        if column.numbers < _TEXTS and words.says("column", column.name) == "partner"
    ]
    telling = []
    for column in texts:
        found.columns["partner"] = column
        if not _alike(seen, found):
            telling.append(column)
        del found.columns["partner"]
    if len(telling) == 1:
        (column,) = telling
        found.raw["partner"] = {"column": column.name}
        found.columns["partner"] = column
        found.taken.add(column.at)
        found.remarks.append(
            f"CHECK partner: column {column.name!r}, which tells the rows apart; see whether it has them"
        )


def _alike(seen: Look, found: Roles) -> str:
    """Two rows of the same period and dimensions, where that is so of many."""
    keys = [column for role, column in found.columns.items() if role not in _TOLD]
    known: dict[tuple[str, ...], int] = {}
    twice = 0
    for at in range(seen.rows):
        key = tuple(" ".join(column.cells[at].split()) for column in keys)
        twice += known.setdefault(key, at) != at
    if twice * 20 > seen.rows:
        return f"{twice} of {seen.rows}"
    return ""


def _joined(path: Path, tables: list[tuple[Look, Roles]], remarks: list[str]) -> Proposal:
    """All tables of a file as one proposal, with what stands for all of them."""
    proposal = Proposal({"source": path.name, "files": path.name}, remarks)
    proposal.remarks.append("CHECK source: the file's name stands for whose figures they are")
    if not tables:
        return proposal
    for seen, found in tables:
        if seen.sheet:
            found.raw["sheet"] = seen.sheet
        prefix = f"{seen.sheet}: " if len(tables) > 1 else ""
        proposal.remarks += [
            f"CHECK {prefix}{text[6:]}" if text.startswith("CHECK") else prefix + text
            for text in found.remarks
        ]
    reporter(path, tables, proposal)
    marks(tables, proposal)
    units(tables, proposal)
    fiscal.fiscal(tables, proposal)
    scales.beside_units(tables, proposal)
    raws = [found.raw for _, found in tables]
    proposal.raw |= {"tables": [_ordered(raw) for raw in raws]} if len(raws) > 1 else raws[0]
    return proposal


def _ordered(raw: Raw) -> Raw:
    return {key: raw[key] for key in _ORDER if key in raw} | {k: v for k, v in raw.items() if k not in _ORDER}


def _without_reporter(raw: Raw) -> bool:
    """Whether a remark says that the reporter has to be added by hand."""
    if {"fields", "reporter"} & raw.keys():
        return False
    return any("reporter" not in table for table in raw.get("tables", [raw]))


def _finished(proposal: Proposal, path: Path) -> Proposal:
    """The proposal with its mapping, where it loads; else with the reason."""
    encoding(path, proposal)
    proposal.raw = {key: proposal.raw[key] for key in ("source", "files")} | _ordered(
        {key: value for key, value in proposal.raw.items() if key not in ("source", "files")}
    )
    if not {"figures", "tables", "fields"} & proposal.raw.keys() or _without_reporter(proposal.raw):
        return proposal
    try:
        proposal.mapping = parse(to_yaml(proposal), f"proposal for {path.name}", path.stem)
    except CustomhouseError as error:
        proposal.remarks.append(f"CHECK it would not load: {error}")
    return proposal
