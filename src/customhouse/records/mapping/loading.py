"""Mappings from YAML, strictly: what is unknown is refused with its place and the nearest right name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from collections.abc import Mapping as Dict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from customhouse.errors import MappingError, UnreadableFile
from customhouse.records.mapping import figures as mapping_figures
from customhouse.records.mapping import keys as mapping_keys
from customhouse.records.mapping import parts
from customhouse.records.mapping.keys import Keys
from customhouse.records.mapping.model import Figure, Layout, Mapping, Source, Table

_LARGEST = 1 << 20
_DEEPEST = 12
_FILE_KEYS = ("name", "source", "files", "kind", "tables", "fields")
_TABLE_KEYS = (
    *mapping_keys.LAYOUT_KEYS,
    *mapping_figures.NUMBER_KEYS,
    "dates",
    "period",
    *parts.DIMENSIONS,
    "currency",
    "basis",
    "figures",
    "unit",
    "scale",
    "months",
    "measure",
    "totals",
    "groups",
    "leave_out",
)


class _Text(yaml.BaseLoader):
    """YAML in which every scalar is text and no key stands twice."""


def _members(loader: _Text, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str) or key in found:
            wrong = f"the key {key!r} stands twice" if isinstance(key, str) else "a key that is no text"
            raise yaml.MarkedYAMLError(None, None, wrong, key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Text.add_constructor("tag:yaml.org,2002:map", _members)


def shipped() -> dict[str, Path]:
    """The mappings that come with the package, by name."""
    folder = Path(str(files("customhouse.records") / "mappings"))
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def load(name: str | Path, reporter: str | None = None, flow: str | None = None) -> Mapping:
    """The shipped mapping of that name, or the one in that file; `reporter` and `flow` where it says none.

    Raises UnreadableFile, MappingError.
    """
    path = shipped().get(str(name), Path(name))
    try:
        raw = path.read_bytes()
    except OSError as error:
        near = difflib.get_close_matches(str(name), shipped(), 1)
        remedy = f"did you mean {near[0]}?" if near else f"give a file, or one of {', '.join(shipped())}"
        raise UnreadableFile(str(name), "no mapping of that name, and no such file", remedy) from error
    if len(raw) > _LARGEST:
        raise MappingError(str(path), "more than 1 MiB", "a mapping has a few dozen lines")
    try:
        return parse(raw.decode("utf-8-sig"), str(path), path.stem, reporter, flow)
    except UnicodeDecodeError as error:
        raise MappingError(str(path), "not UTF-8", "save the mapping as UTF-8") from error


@cache
def named(name: str) -> Mapping:
    """A shipped mapping, loaded once."""
    return load(name)


def parse(
    text: str,
    place: str = "mapping",
    name: str = "mapping",
    reporter: str | None = None,
    flow: str | None = None,
) -> Mapping:
    """A mapping from its YAML; `reporter` and `flow` where it says none.

    Raises MappingError with file, key and nearest right name.
    """
    try:
        _plain(text, place)
        raw = yaml.load(text, _Text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{place}, line {mark.line + 1}" if mark else place
        problem = getattr(error, "problem", None) or error
        raise MappingError(where, f"no YAML that can be read ({problem})", "correct it") from error
    keys = Keys(raw, place)
    keys.only(*_FILE_KEYS, *_TABLE_KEYS)
    if reporter and keys.raw.get("kind") != "declarations":
        keys.raw.setdefault("reporter", reporter)
    if flow and keys.raw.get("kind") != "declarations":
        keys.raw.setdefault("flow", flow)
    return _mapping(keys, name)


def _plain(text: str, place: str) -> None:
    """Refuses YAML that refers to itself or is nested deeper than any mapping."""
    depth = 0
    for event in yaml.parse(text, _Text):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise MappingError(place, "YAML with aliases (*name)", "write it out")
        if depth > _DEEPEST:
            raise MappingError(place, "nested too deep", "a mapping has a few levels")


def _mapping(keys: Keys, name: str) -> Mapping:
    kind = keys.choice("kind", ("table", "declarations"), "table")
    shared: dict[str, Any] = {
        "name": keys.text("name") or name,
        "source": keys.text("source") or "",
        "files": tuple(keys.texts("files")),
        "place": keys.place,
    }
    if not shared["source"]:
        raise keys.wrong("source", "says nothing of whose figures they are", "add `source: ...`")
    if kind == "declarations":
        return _declarations(keys, shared)
    keys.absent("fields", "belongs to `kind: declarations`")
    tables = tuple(_tables(keys))
    return Mapping(**shared, kind="table", tables=tables)


def _declarations(keys: Keys, shared: Dict[str, Any]) -> Mapping:
    for key in ("tables", *(one for one in _TABLE_KEYS if one not in mapping_keys.LAYOUT_KEYS)):
        keys.absent(key, "belongs to tables; declarations have `fields`, and their days and numbers one form")
    fields = parts.fields(keys)
    return Mapping(**shared, kind="declarations", fields=fields, layout=mapping_keys.layout(keys))


def _tables(keys: Keys) -> Iterable[Table]:
    """The tables of a file; what stands at the top is the default of each."""
    common = {key: value for key, value in keys.raw.items() if key in _TABLE_KEYS}
    nested = keys.raw.get("tables")
    if nested is None:
        yield _table(keys)
        return
    if not isinstance(nested, list) or not nested:
        raise keys.wrong("tables", "is no list", "write `tables:` and one `- ...` a table")
    for number, raw in enumerate(nested, 1):
        own = Keys(raw, f"{keys.place}, tables {number}")
        own.only(*_TABLE_KEYS)
        yield _table(Keys(common | own.raw, own.place))


def _table(keys: Keys) -> Table:
    layout: Layout = mapping_keys.layout(keys)
    dimensions = {
        name: found for name in (*parts.DIMENSIONS, "currency") if (found := parts.source(keys, name))
    }
    basis = parts.basis(keys)
    if isinstance(basis, Source):
        dimensions["basis"] = basis
    figures: tuple[Figure, ...] = tuple(mapping_figures.figures(keys))
    table = Table(
        layout=layout,
        period=parts.period(keys),
        dimensions=dimensions,
        figures=figures,
        totals=parts.wheres(keys, "totals", "of"),
        groups=parts.wheres(keys, "groups"),
        leave_out=parts.wheres(keys, "leave_out", "because"),
        basis=basis if isinstance(basis, dict) else {},
    )
    _check(table, keys)
    return table


def _check(table: Table, keys: Keys) -> None:
    """What a table cannot do without."""

    def fixed(figure: Figure, name: str) -> bool:
        return name in figure.fixed or name in table.dimensions

    told = table.period is not None and table.period.told
    for figure in table.figures:
        if not fixed(figure, "flow"):
            raise keys.wrong(
                "figures",
                f"do not say the flow of {figure.column!r}",
                "add `flow: exports` or the like, or load it with --flow",
            )
        unit = figure.unit
        if figure.measure == "value" and not (
            fixed(figure, "currency") or (unit and unit.kind == "money") or figure.unit_column
        ):
            raise keys.wrong(
                "figures", f"do not say the currency of {figure.column!r}", "add `unit: USD 1000`"
            )
        if figure.month and not told:
            raise keys.wrong("month", "is of no year", "say the column of years, as `period: {column: NAME}`")
        if not told and figure.period is None and not figure.pattern:
            raise keys.wrong(
                "period", "is missing", "say the column, as `period: {column: NAME}`, or a constant"
            )
    if "reporter" not in table.dimensions:
        remedy = "say whose trade it is, as `reporter: CHN`, or with --reporter"
        raise keys.wrong("reporter", "is missing", remedy)
    for where in (*table.totals, *table.groups, *table.leave_out):
        if where.pattern is None and not where.values:
            raise keys.wrong("totals, groups, leave_out", f"no value for {where.column!r}", "add `is: ...`")
