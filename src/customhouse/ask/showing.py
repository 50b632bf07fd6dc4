"""A reply as plain text and as JSON."""

from __future__ import annotations

import json
from typing import Any

from customhouse.ask.model import Part, Reply
from customhouse.describe import fill
from customhouse.query import claim_json

STORE = "STORE"


def gap(language: str) -> str:
    """What stands between sentences."""
    return " " if language == "en" else ""


def prose(part: Part, language: str) -> str:
    """The words of an answer: yes or no, the passage."""
    return gap(language).join(filter(None, (part.lead, part.passage.text if part.passage else "")))


def refused(part: Part, language: str) -> list[str]:
    """The lines of a refusal: why, and what can be asked."""
    refusal = part.refusal
    if refusal is None:
        return []
    lines = [refusal.reason]
    if refusal.nearest:
        lines.append(fill("ask_nearest", language, query=refusal.nearest))
    return lines


def command(query: str, store: str = STORE) -> str:
    """The command line of a query."""
    return f'customhouse query {store} "{query}"'


def python(query: str) -> str:
    """The Python call of a query."""
    return f'desk.query("{query}")'


def plain(reply: Reply) -> str:
    """Each question with its answer, notes and query, without a table."""
    blocks = []
    for part in reply.parts:
        lines = [part.question] if len(reply.parts) > 1 else []
        lines += [prose(part, reply.language)] if part.answered else refused(part, reply.language)
        lines += [f"  {note}" for note in part.notes]
        lines += [f"  {command(part.query)}"] if part.query else []
        blocks.append("\n".join(filter(None, lines)))
    return "\n\n".join(blocks)


def to_json(reply: Reply, store: str = STORE) -> str:
    """One object: each part with its text, the claims that it states, those computed, its table and query."""
    found = {
        "question": reply.text,
        "language": reply.language,
        "parts": [_part(part, reply.language, store) for part in reply.parts],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _part(part: Part, language: str, store: str) -> dict[str, Any]:
    row: dict[str, Any] = {"question": part.question, "answered": part.answered}
    if part.refusal is not None:
        row["refusal"] = {
            "words": part.refusal.words,
            "reason": part.refusal.reason,
            "nearest": part.refusal.nearest,
        }
        return row | {"notes": list(part.notes)}
    row |= {"yes": part.truth, "lead": part.lead, "text": part.passage.text if part.passage else ""}
    row["claims"] = [claim.to_dict() for claim in part.passage.claims] if part.passage else []
    row["computed"] = [claim_json(claim) for claim in part.computed]
    if part.table is not None:
        headings, cells = part.table.table(language)
        row["table"] = {"headings": list(headings), "rows": [list(cell) for cell in cells]}
    row |= {"query": part.query, "command": command(part.query, store), "python": python(part.query)}
    return row | {"notes": list(part.notes)}
