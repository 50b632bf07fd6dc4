"""A file of declarations: which of its columns is which field, and what is left to say by hand."""

from __future__ import annotations

from collections.abc import Iterator

from customhouse.period import month
from customhouse.records import coding
from customhouse.records.propose import words
from customhouse.records.propose.found import Raw
from customhouse.records.propose.look import Column, Look
from customhouse.records.propose.proposal import Proposal
from customhouse.records.schema import ADDED, FIELDS, REQUIRED

_FEWEST = 5
_KNOWN = 0.5
"""The share of different texts of a column that a list has to know."""
_WHEN = month(2020, 1)
_CODED = {
    "partner": "partner",
    "consignment": "partner",
    "region": "region",
    "enterprise": "enterprise",
    "regime": "regime",
    "transport": "transport",
    "quantity_unit": "unit",
}
_MOST_FLOWS = 6


def declarations(seen: Look) -> Proposal | None:
    """The mapping of a file that has numbers of declarations and most of the fields; None for others."""
    columns = _columns(seen)
    if "declaration_id" not in columns or len(columns) < _FEWEST:
        return None
    proposal = Proposal({"source": seen.path.name, "files": seen.path.name, "kind": "declarations"})
    proposal.remarks.append("CHECK source: the file's name stands for whose figures they are")
    if seen.sheet:
        proposal.raw["sheet"] = seen.sheet
    if seen.header != (1,):
        proposal.raw["header"] = [str(row) for row in seen.header]
    fields: Raw = {name: column.name for name, column in columns.items()}
    proposal.remarks += [f"{name}: column {column.name!r}, by its name" for name, column in columns.items()]
    for name in (name for name in _CODED if name in columns):
        if system := _system(_CODED[name], columns[name]):
            fields[name] = {"column": columns[name].name, "codes": system}
    if "flow" in columns and (flows := _flows(columns["flow"])):
        fields["flow"] = {"column": columns["flow"].name, "values": flows}
    for name, constant in (("line", "1"), ("flow", "imports")):
        if name not in fields:
            fields[name] = {"is": constant}
            proposal.remarks.append(f"CHECK {name}: {constant} for all lines, for no column has it")
    proposal.remarks += _missing(seen, fields, columns)
    proposal.raw["fields"] = fields
    return proposal


def _columns(seen: Look) -> dict[str, Column]:
    """The column of each field: the one that is called as the field is, else the first with a word for it."""
    named = {own: column for column in seen.columns if (own := column.name.strip().lower()) in FIELDS}
    found = dict(named)
    for column in seen.columns:
        name = words.is_a("field", column.name)
        if name is not None and column not in named.values():
            found.setdefault(name, column)
    return {name: found[name] for name in FIELDS if name in found}


def _system(dimension: str, column: Column) -> str | None:
    """The codes, or the names, that a column has; None where they are ours, or nobody's."""
    texts = column.distinct
    if not texts or coding.share(dimension, "own", texts, _WHEN) == 1:
        return None
    listed = coding.systems(dimension, texts)
    named = (coding.NAMES, coding.share(dimension, coding.NAMES, texts, _WHEN))
    system, share = max((*listed[:1], named), key=lambda pair: pair[1])
    return None if system == "own" or share < _KNOWN else system


def _flows(column: Column) -> Raw:
    """What the texts of a column of flows stand for, where they are not our own words for them."""
    texts = column.distinct
    if len(texts) > _MOST_FLOWS or set(texts) <= set(coding.FLOWS):
        return {}
    found = {text: coding.by_name("flow", text) for text in texts}
    return {text: code for text, code in found.items() if code in coding.FLOWS and text != code}


def _missing(seen: Look, fields: Raw, columns: dict[str, Column]) -> Iterator[str]:
    """Fields that every line needs and no column has; columns that nothing was made of."""
    if lost := [name for name in REQUIRED if name not in fields]:
        yield f"CHECK {', '.join(lost)}: no column has it, and no line can do without; name it by hand"
    used = {column.at for column in columns.values()}
    left = [
        column.name
        for column in seen.columns
        if column.at not in used and column.filled and column.name.strip().lower() not in ADDED
    ]
    if left:
        yield f"CHECK fields: nothing was made of {', '.join(map(repr, left))}"
