"""Pages of the counter as tests read them: marked figures, the text that is shown, what is in the markup."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "link", "input", "br", "img", "hr"}


@dataclass
class Mark:
    """A marked figure: its element's id, the entry that it opens, its classes and its characters."""

    id: str
    entry: str
    classes: tuple[str, ...]
    text: str = ""


@dataclass
class Seen(HTMLParser):
    """A page, taken apart."""

    marks: list[Mark] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    tags: Counter[str] = field(default_factory=Counter)
    ids: Counter[str] = field(default_factory=Counter)
    attributes: set[str] = field(default_factory=set)
    addresses: list[str] = field(default_factory=list)
    heading: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags[tag] += 1
        self.attributes |= set(told)
        self.addresses += [str(told[name]) for name in ("href", "src", "action") if told.get(name)]
        if told.get("id"):
            self.ids[str(told["id"])] += 1
        classes = tuple((told.get("class") or "").split())
        if tag == "div" and "body" in classes:
            self.bodies.append("")
        if tag == "a" and "fig" in classes:
            self.marks.append(Mark(told.get("id") or "", str(told["href"]), classes[1:]))
        if tag not in VOID:
            self._open.append((tag, told))

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open[-1][0] == tag, f"</{tag}> closes {self._open[-1:]}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        inside = [(tag, (told.get("class") or "").split()) for tag, told in self._open]
        if any(tag == "div" and "body" in classes for tag, classes in inside):
            self.bodies[-1] += data
        if any(tag == "a" and "fig" in classes for tag, classes in inside):
            self.marks[-1].text += data
        if any(told.get("id") == "outcome" for _, told in self._open):
            self.heading += data
        if self._open and self._open[-1][0] == "textarea":
            name = str(self._open[-1][1]["name"])
            held = self.fields.get(name)
            self.fields[name] = data.removeprefix("\n") if held is None else held + data


def seen(answer: Any) -> Seen:
    """A page that came, whole: each element is closed, each id stands once."""
    found = Seen()
    found.feed(answer.text)
    found.close()
    assert not found._open
    assert [name for name, n in found.ids.items() if n > 1] == []
    assert not [name for name in found.attributes if name.startswith("on") or name == "style"]
    return found
