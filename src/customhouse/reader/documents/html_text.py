"""The main text of a web page, and the day on which the page says that it was published."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from customhouse.errors import BrokenFile
from customhouse.reader.documents.encoding import decode
from customhouse.reader.documents.extras import optional

_MAX_CHARACTERS = 20_000_000
_SHORT = 250
"""Where it finds fewer characters, trafilatura falls back to all or to some of the page."""
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_DAY = re.compile(r"\s*((?:19|20)\d\d)[-/.\u5e74]?(\d{1,2})[-/.\u6708]?(\d{1,2})(?!\d)")
# Names of metadata that mean publication; `modified`, `date` alone and the like do not.
_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "pubdate", "publishdate",
    "publish_date", "publication_date", "published", "firstpublishdate", "dc.date.issued",
    "dcterms.issued", "dcterms.created", "dc.date", "citation_publication_date", "parsely-pub-date",
)  # fmt: skip
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr",
    "html", "li", "main", "nav", "ol", "option", "p", "pre", "section", "select", "title", "ul",
})  # fmt: skip
_EXTRACTED_BLOCKS = frozenset({
    "body", "code", "div", "fw", "graphic", "head", "item", "lb", "list", "main", "p", "quote", "row",
    "table",
})  # fmt: skip
_TOKEN = re.compile(r"[a-z]+")
_NAVIGATION = frozenset({"nav", "navbar", "menu", "footer", "sidebar", "breadcrumb", "copyright"})
_BOILERPLATE = (
    "//script|//style|//noscript|//template|//table|//nav|//header[not(ancestor::article)]|//footer|//aside|"
    "//form|//button|//select|//head|//comment()|//processing-instruction()"
)


def extract(data: bytes, place: str) -> tuple[str, str | None]:
    """The text, headings and paragraphs parted by blank lines, and the day of publication, if any."""
    html = optional("lxml.html", "reading web pages")
    page = decode(data, place, declared(data)).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if len(page) > _MAX_CHARACTERS:
        wrong = f"a page of more than {_MAX_CHARACTERS // 1_000_000} million characters"
        raise BrokenFile(place, wrong, "save the article alone")
    tree = _parse(html, page)
    if tree is None:
        return "", None
    blocks = _main_text(page)
    if sum(map(len, blocks)) < _SHORT:
        blocks = _all_text(_parse(html, page)) or blocks
    return "\n\n".join(_with_heading(tree, blocks)), published(tree)


def declared(data: bytes) -> str | None:
    """The character set that a page names in its head."""
    match = _CHARSET.search(data[:4096])
    return match[1].decode("ascii", "replace") if match else None


def published(tree: Any) -> str | None:
    """The earliest trusted statement of a day of publication, as `2025-04-14`."""
    for text in _dates(tree):
        match = _DAY.match(text)
        day = match and _valid(*(int(part) for part in match.groups()))
        if day:
            return day
    return None


def _valid(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _dates(tree: Any) -> Iterator[str]:
    """What the page gives as day of publication, best first."""
    named: dict[str, str] = {}
    for meta in tree.iter("meta"):
        for key in ("property", "name", "itemprop"):
            named.setdefault((meta.get(key) or "").strip().lower(), meta.get("content") or "")
    yield from (named[name] for name in _PUBLISHED if named.get(name))
    for script in tree.xpath("//script[@type='application/ld+json']"):
        yield from _json_dates(script.text or "")
    for item in tree.xpath("//*[@itemprop='datePublished'] | //time[@pubdate]"):
        yield item.get("datetime") or item.get("content") or item.text_content()
    times = tree.xpath("//article//time[@datetime] | //header//time[@datetime]")
    yield from (item.get("datetime") for item in times[:1])


def _json_dates(text: str) -> Iterator[str]:
    try:
        todo: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while todo:
        node = todo.pop(0)
        if isinstance(node, dict):
            if isinstance(node.get("datePublished"), str):
                yield node["datePublished"]
            todo += [value for value in node.values() if isinstance(value, dict | list)]
        elif isinstance(node, list):
            todo += node


def _parse(html: Any, page: str) -> Any:
    """The tree of a page, or None where there is nothing to parse."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (ValueError, html.etree.ParserError, html.etree.LxmlError):
        return None


def _main_text(page: str) -> list[str]:
    """The blocks that trafilatura finds; none where it finds no article."""
    trafilatura = optional("trafilatura", "reading web pages")
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it cannot read, the fallback does
    found = trafilatura.bare_extraction(page, include_comments=False, include_tables=False)
    body = getattr(found, "body", None)
    return [] if body is None else _parts(body, _EXTRACTED_BLOCKS)


def _all_text(tree: Any) -> list[str]:
    """All text of a page that is not plainly navigation, a table or a form; for pages with little text."""
    _drop(tree.xpath(_BOILERPLATE))
    half = len(tree.text_content()) / 2
    _drop([block for block in tree.iter("div", "ul", "ol", "p") if _is_boilerplate(block, half)])
    return _parts(tree, _BLOCKS)


def _drop(elements: list[Any]) -> None:
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()


def _is_boilerplate(element: Any, half: float) -> bool:
    """Whether an element of less than half the page is named as navigation, or any is mostly links."""
    named = _TOKEN.findall(f"{element.get('class') or ''} {element.get('id') or ''}".lower())
    length = len(element.text_content().strip())
    links = element.findall(".//a")
    linked = sum(len(link.text_content().strip()) for link in links)
    mostly = len(links) > 1 and linked * 10 > 6 * length
    return mostly or (length < half and not _NAVIGATION.isdisjoint(named))


def _parts(tree: Any, blocks: frozenset[str]) -> list[str]:
    """Texts between the beginnings and ends of block elements, in order, white space squeezed."""
    etree = optional("lxml.etree", "reading web pages")
    parts = [""]
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if element.tag in blocks:
            parts.append("")
        parts[-1] += (element.text if event == "start" else element.tail) or ""
    squeezed = (_squeeze(part) for part in parts)
    return [part for part in squeezed if part]


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _with_heading(tree: Any, blocks: list[str]) -> list[str]:
    """The blocks, led by the page's only main heading where the main text left that out."""
    headings = [_squeeze(element.text_content()) for element in tree.iter("h1")]
    if not blocks or len(headings) != 1 or not headings[0] or headings[0] in blocks:
        return blocks
    return [headings[0], *blocks]
