"""Texts that were pasted or uploaded: read, checked against the store, compared, reconciled.

Nothing of them is written anywhere. A text is given as its name and its characters, a file as its name
and its bytes. What comes back is plain data, as the command line's `--json` has it, beside the documents:
offsets of claims (`start`, `end`) are code points of the `text` there.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from customhouse.errors import QueryError
from customhouse.model import LANGUAGES, Claim, Document
from customhouse.web.jobs.allowed import allowed
from customhouse.web.problems import Problem

if TYPE_CHECKING:
    from customhouse.web.held import HeldDesk

_NAME = 200
_MOST_TEXTS = 10


@dataclass(frozen=True, slots=True)
class Given:
    """What was sent: a text, or a file's bytes; `published` is its day or month, where that is told."""

    name: str
    content: str | bytes
    published: str | None = None


def warm(desk: HeldDesk) -> None:
    """Load the reader's patterns, and what checking and comparing need."""
    from customhouse import verdicts  # noqa: F401 - loads what it needs
    from customhouse.reader import read_text
    from customhouse.reader.documents import load_bytes

    read_text("Exports were 6.13 trillion yuan, up 6.9%.")
    load_bytes(b"<html><body><p>Exports rose 6.9%.</p></body></html>", "page.html")
    desk.vintages()


def read(desk: HeldDesk, given: Sequence[Given], directions: bool = False) -> dict[str, Any]:
    """The claims of texts: `{documents, claims: [{...claim, words: {en, zh}}]}`."""
    from customhouse.describe import describe

    documents, claims = gather(given, directions)
    told = [claim.to_dict() | {"words": {to: describe(claim, to) for to in LANGUAGES}} for claim in claims]
    return {"documents": _shown(documents), "claims": told}


def check(
    desk: HeldDesk,
    given: Sequence[Given],
    as_of: date | None = None,
    source: str | None = None,
    currency: str | None = None,
) -> dict[str, Any]:
    """Each claim about trade with its verdict: `{documents, read, checks, counts}`.

    `read` is how many claims there are at all, `checks` has those about trade as `check --json` does,
    in text order, and `counts` how many there are of each verdict.
    """
    from customhouse.verdicts import check_json

    documents, claims = gather(given, directions=True)
    found = desk.check(claims, as_of, source, currency, documents)
    counts = Counter(one.verdict.value for one in found)
    return {
        "documents": _shown(documents), "read": len(claims), "checks": [check_json(one) for one in found],
        "counts": dict(counts),
    }  # fmt: skip


def compare(desk: HeldDesk, given: Sequence[Given]) -> dict[str, Any]:
    """Two versions, or one text in two languages: `{documents, pairs, counts, differences}`.

    `pairs` has all claims as `compare --json --all` does; `counts` says how many there are of each kind.
    """
    from customhouse.versions import compare as compared
    from customhouse.versions.halves import two_versions
    from customhouse.versions.places import Places
    from customhouse.versions.telling import rows

    if not 1 <= len(given) <= 2:
        raise QueryError(f"{len(given)} texts to compare; give two, or one that holds both languages")
    documents, claims = gather(given, directions=True)
    by_text = [[c for c in claims if c.span and c.span.doc == one.name] for one in documents]
    sides = two_versions([(mine, [one]) for mine, one in zip(by_text, documents, strict=True)])
    found = compared(*sides)
    places = Places(documents)
    return {
        "documents": _shown(documents), "pairs": rows(found.pairs, places, places),
        "counts": dict(Counter(pair.kind.value for pair in found.pairs)),
        "differences": len(found.differences),
    }  # fmt: skip


def reconcile(desk: HeldDesk, given: Sequence[Given]) -> dict[str, Any]:
    """Whether texts agree with themselves: `{documents, findings, derived}` as `reconcile --json` has it."""
    from customhouse.jsonio import reconciliation_json
    from customhouse.reconcile import reconcile as reconciled

    documents, claims = gather(given)
    found: dict[str, Any] = json.loads(reconciliation_json(reconciled(claims)))
    return {"documents": _shown(documents)} | found


def gather(given: Sequence[Given], directions: bool = False) -> tuple[list[Document], list[Claim]]:
    """The texts and their claims in text order. Raises InputError, PeriodError, Problem (413)."""
    from customhouse.texts import check_published, read_document

    if len(given) > _MOST_TEXTS:
        raise Problem(413, f"{len(given)} texts at a time; send {_MOST_TEXTS} at the most.")
    for one in given:
        if one.published:
            check_published(one.published)
    documents: list[Document] = []
    for one in given:
        documents.append(_document(one, {document.name for document in documents}))
    most = allowed().text_characters
    for document in documents:
        if len(document.text) > most:
            size = f"{document.name}: {len(document.text):,} characters of text"
            raise Problem(413, f"{size}; send {most:,} at the most.")
    claims = [c for one in documents for c in read_document(one, one.published, directions)]
    return documents, claims


def _document(one: Given, taken: set[str]) -> Document:
    """The text as a document under a name that no other has."""
    from customhouse.reader.documents import load_bytes

    if isinstance(one.content, bytes):
        found = load_bytes(one.content, one.name[-_NAME:])
        called, text, published = found.source, found.text, one.published or found.published
    else:
        called, text = one.name[-_NAME:], one.content.replace("\r\n", "\n").replace("\r", "\n")
        published = one.published
    wanted = _whole(called) or "text"
    names = (wanted, *(f"{wanted} ({number})" for number in range(2, _MOST_TEXTS + 1)))
    name = next(name for name in names if name not in taken)
    return Document(name, _whole(text), published=published or None)


def _whole(text: str) -> str:
    """The text without halves of characters (lone surrogates), which no answer could hold."""
    try:
        text.encode()
        return text
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)


def _shown(documents: Sequence[Document]) -> list[dict[str, Any]]:
    return [{"name": one.name, "published": one.published, "text": one.text} for one in documents]
