"""An article's own title in a language, and the address that it is found at."""

from __future__ import annotations

import re
from dataclasses import dataclass

from customhouse.vocabulary import pattern

_FRONT = re.compile(r"\A\s*---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_FIELD = re.compile(r"^(title|source|url|link)[ \t]*:[ \t]*(.+?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_HEADING = re.compile(r"^[ \t]*#{1,2}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]\n]{0,40}\]\((https?://[^)\s]+)\)")
_ADDRESS = re.compile(r"https?://[^\s)\]>\"']+")
_MARKS = re.compile(r"\*\*|__|`|\*")
_LONGEST = 140
_ENDS = (".", "\u3002", "\uff1b", ";", ":", "\uff1a", ",", "\uff0c")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LINES = 6


@dataclass(frozen=True, slots=True)
class Heading:
    """Titles as an article has them, in text order; its address; how many characters they take up."""

    titles: tuple[str, ...]
    address: str | None
    head: int

    def title(self, language: str) -> str | None:
        """The first title in a language."""
        return next((t for t in self.titles if _language(t) == language), None)


def heading(text: str) -> Heading:
    """The titles of an article: of its front matter, its headings, else its first line.

    A first line that ends as a sentence does is none. The address is that of the front matter, or
    of the first link.
    """
    front = _FRONT.match(text)
    fields = {name.lower(): _bare(value) for name, value in _FIELD.findall(front[1])} if front else {}
    body = text[front.end():] if front else text
    titles = [fields["title"]] if "title" in fields else []
    titles += [_bare(found) for found in _HEADING.findall(body)]
    lines = [line.strip() for line in body.splitlines() if line.strip()][:_LINES]
    if not titles and lines and not lines[0].endswith(_ENDS):
        titles = [_bare(lines[0])]
    titles = [title for title in dict.fromkeys(titles) if 0 < len(title) <= _LONGEST and not _credit(title)]
    address = next((fields[n] for n in ("source", "url", "link") if _ADDRESS.match(fields.get(n, ""))), None)
    linked = _LINK.search(body)
    head = text.find(lines[0]) + len(lines[0]) if lines else 0
    return Heading(tuple(titles), address or (linked[1] if linked else None), head)


def _credit(title: str) -> bool:
    """Whether a line says who wrote the article."""
    return bool(pattern("byline_en", "byline_zh").match(title.lower()))


def _bare(text: str) -> str:
    """A title without marks of emphasis and quotes around it."""
    return " ".join(_MARKS.sub("", text).split()).strip("\"' ")


def _language(text: str) -> str:
    return "zh" if _CHINESE.search(text) else "en"
