"""A digest as a page in Markdown: YAML front matter, titles, sentences with their figures in bold."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from customhouse.check import Verdict
from customhouse.describe import fill, word
from customhouse.digest.model import Digest, Figure, Part
from customhouse.prose import Passage

_UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")
SIGNS = {
    Verdict.HOLDS: "\N{CHECK MARK}", Verdict.OTHER_BASE: "\N{CHECK MARK}\N{PRIME}",
    Verdict.OFF_BY_ROUNDING: "\N{CHECK MARK}\N{DOUBLE PRIME}", Verdict.CONTRADICTED: "\N{BALLOT X}",
}
"""The sign after a figure; what the statistics lack has none. The reader passes over them."""


def to_markdown(digest: Digest) -> str:
    """The page: front matter, then a part in each language with a rule between them."""
    parts = [part for part in digest.parts if part.paragraphs]
    return front_matter(digest) + "\n" + "\n---\n\n".join(_part(digest, part) for part in parts)


def front_matter(digest: Digest) -> str:
    """Title, date, source, tags and languages as YAML, valid whatever they hold."""
    parts = [part for part in digest.parts if part.paragraphs]
    titles = [part.title for part in parts]
    lines = ["---", f"title: {scalar(titles[0] if titles else digest.name)}"]
    if digest.published:
        whole = digest.published.count("-") == 2  # a month is no date to YAML
        lines.append(f"date: {digest.published if whole else scalar(digest.published)}")
    lines.append(f"source: {scalar(digest.source)}")
    lines.append(f"language: [{', '.join(part.language for part in parts)}]")
    tags = dict.fromkeys(tag for part in parts for tag in part.tags)
    lines += ["tags:", *(f"  - {scalar(tag)}" for tag in tags)] if tags else ["tags: []"]
    return "\n".join([*lines, "---", ""])


def scalar(text: str) -> str:
    """A text as a double-quoted scalar of YAML; what YAML does not print is escaped."""
    quoted = json.dumps(_UNPRINTED.sub(_escapable, text), ensure_ascii=False)
    return quoted.replace("\x7f", "\\x7f")


def _escapable(found: re.Match[str]) -> str:
    """A space for what has no place in a line of text, nothing for what cannot be encoded."""
    return " " if found[0] in "\t\n\r\x0b\x0c\x85\u2028\u2029" else ""


def _part(digest: Digest, part: Part) -> str:
    lines = [f"# {escaped(part.title)}", ""]
    for passage, figures in zip(part.paragraphs, part.figures, strict=True):
        lines += [bold(passage, figures), ""]
    lines += _legend(part)
    return "\n".join([*lines, _link(digest, part), ""])


def bold(passage: Passage, figures: Sequence[Figure]) -> str:
    """A passage with its figures in bold, each with the sign of its verdict where it has one."""
    text, at, done = "", 0, 0
    for claim, figure in zip(passage.claims, figures, strict=True):
        span = claim.span
        if span is None or span.start < done:
            continue
        sign = SIGNS.get(figure.verdict.verdict, "") if figure.verdict else ""
        text += f"{passage.text[at:span.start]}**{passage.text[span.start:span.end]}**{sign and f' {sign}'}"
        at = done = span.end
    return text + passage.text[at:]


def _legend(part: Part) -> list[str]:
    """What the signs mean, those that there are."""
    verdicts = [f.verdict.verdict for passage in part.figures for f in passage if f.verdict]
    there = [verdict for verdict in Verdict if verdict in verdicts]
    said = {verdict: word(f"digest_{verdict.value}", part.language) for verdict in there}
    told = [fill("digest_sign", part.language, sign=SIGNS.get(v, word("digest_unmarked", part.language)),
                 verdict=words) for v, words in said.items()]
    return [word("separator", part.language).join(told), ""] if told else []


def _link(digest: Digest, part: Part) -> str:
    """A link where the source is an address, else its name."""
    if digest.source.startswith(("http://", "https://")):
        return f"[{word('digest_source', part.language)}](<{_address(digest.source)}>)"
    named = fill("colon", part.language, what=word("digest_source", part.language), figure=digest.source)
    return escaped(named)


def _address(text: str) -> str:
    return "".join(f"%{ord(c):02X}" if c in "<> \n" else c for c in text)


def escaped(text: str) -> str:
    """A line of text in which nothing is markup."""
    return _SPECIAL.sub(r"\\\1", " ".join(_UNPRINTED.sub(_escapable, text).split()))
