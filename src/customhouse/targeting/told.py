"""What a YAML file or plain data say, each part with its place, so that an error names file and line."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError, UnreadableFile
from customhouse.targeting import written

if TYPE_CHECKING:
    import yaml

_LARGEST = 8 << 20
_DEEPEST = 24


@dataclass(frozen=True, slots=True)
class Told:
    """A text, a list or a mapping of parts, and where it stands."""

    value: Any
    place: str

    def wrong(self, what: str, remedy: str) -> TargetingError:
        """The error that something is wrong here."""
        return TargetingError(f"{self.place}: {what}; {remedy}")

    def text(self, what: str) -> str:
        """A text that is not empty. Raises TargetingError."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong(f"{what} is no text", "give one word or sentence")
        return self.value.strip()

    def items(self, what: str) -> list[Told]:
        """The parts of a list, or what stands alone as a list of one. Raises TargetingError."""
        if isinstance(self.value, dict) or self.value in ("", []):
            raise self.wrong(f"{what} is no list of values", "write [a, b]")
        return self.value if isinstance(self.value, list) else [self]

    def parts(self, what: str) -> dict[str, Told]:
        """The members of a mapping. Raises TargetingError."""
        if not isinstance(self.value, dict):
            raise self.wrong(f"{what} has no keys with values", "write `key: value`")
        return self.value

    def only(self, known: Sequence[str]) -> None:
        """Raises TargetingError for a key that is not known, with the nearest one."""
        for key, part in self.value.items():
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                remedy = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
                raise part.wrong(f"unknown key {key!r}", remedy)

    def number(self, what: str) -> float:
        """A number; 5% is 0.05. Raises TargetingError."""
        try:
            found = written.number(self.text(what))
        except ValueError as error:
            raise self.wrong(f"{what} is {self.value!r}, no number", "write 12, 0.5 or 50%") from error
        if found != found or abs(found) == float("inf"):
            raise self.wrong(f"{what} is {self.value}", "give a number that has an end")
        return found

    def flag(self, what: str) -> bool:
        """Yes or no, as true or false. Raises TargetingError."""
        said = {"true": True, "false": False}.get(self.text(what).lower())
        if said is None:
            raise self.wrong(f"{what} is {self.value!r}", "write true or false")
        return said


def read(path: str | Path) -> Told:
    """What a YAML file says, every scalar as text. Raises UnreadableFile, TargetingError."""
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise UnreadableFile(str(path), "cannot be read", f"look at the path ({error.strerror})") from error
    if len(raw) > _LARGEST:
        raise TargetingError(f"{path}: more than 8 MiB of rules; split it")
    try:
        return parse(raw.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        raise TargetingError(f"{path}: not UTF-8; save it as UTF-8") from error


def parse(text: str, name: str) -> Told:
    """The same of YAML that is at hand. Raises TargetingError."""
    import yaml

    try:
        node = _plain(text, name)
        return Told([], name) if node is None else _node(node, name)
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        place = f"{name}, line {mark.line + 1}" if mark else name
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise TargetingError(f"{place}: no YAML ({problem}); correct it") from error


def plain(data: Any, place: str) -> Told:
    """The same of lists and mappings of Python."""
    if isinstance(data, Mapping):
        return Told({str(key): plain(part, f"{place}, {key}") for key, part in data.items()}, place)
    if isinstance(data, (list, tuple, set, frozenset)):
        return Told([plain(part, f"{place}, item {n}") for n, part in enumerate(data, 1)], place)
    if isinstance(data, bool):
        return Told(str(data).lower(), place)
    if data is None or isinstance(data, (str, int, float, date)):
        return Told("" if data is None else str(data), place)
    raise TargetingError(f"{place}: {type(data).__name__}; give texts, numbers, lists and mappings")


def _plain(text: str, name: str) -> yaml.Node | None:
    """The tree of YAML that neither refers to itself nor is nested deeper than any rule."""
    import yaml

    depth = 0
    for event in yaml.parse(text, yaml.BaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > _DEEPEST:
            wrong = "an alias (*name)" if isinstance(event, yaml.AliasEvent) else "nested too deep"
            raise TargetingError(f"{name}, line {_line(event)}: {wrong}; write it out")
    return yaml.compose(text, yaml.BaseLoader)


def _node(node: yaml.Node, name: str) -> Told:
    import yaml

    place = f"{name}, line {_line(node)}"
    if isinstance(node, yaml.SequenceNode):
        return Told([_node(part, name) for part in node.value], place)
    if not isinstance(node, yaml.MappingNode):
        return Told(node.value, place)
    found: dict[str, Told] = {}
    for key, part in node.value:
        here = f"{name}, line {_line(key)}"
        if not isinstance(key.value, str):
            raise TargetingError(f"{here}: a key that is no text; write `key: value`")
        if key.value in found:
            raise TargetingError(f"{here}: the key {key.value!r} stands twice; keep one")
        found[key.value] = Told(_node(part, name).value, here)
    return Told(found, place)


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1
