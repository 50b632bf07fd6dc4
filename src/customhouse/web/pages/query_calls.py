"""The same question elsewhere: on the command line, in Python, from the API; as a link and as files."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from customhouse import describe as words
from customhouse.query import describe
from customhouse.web.pages.query_asked import USUAL, WHICH, Choices, Question
from customhouse.web.pages.query_options import options_of
from customhouse.web.words import word

if TYPE_CHECKING:
    from customhouse.query import Query
    from customhouse.store import Vintage

STORE = "STORE"
FORMATS = ("csv", "xlsx", "parquet", "json", "sdmx-csv")
_WIDTH = 88
_ONLY_HERE = ("whole", "against", "threshold", "below", "unit", "window", "factor", "terms")
"""Options that the command line has no name for; there the question stands in words."""


@dataclass(frozen=True, slots=True)
class Call:
    """One column's question elsewhere; `files` has the address of each format."""

    title: str
    command: str
    python: str
    api: str
    curl: str
    files: tuple[tuple[str, str], ...]


def permanent(base: str, language: str, choices: Choices, known: Sequence[Vintage]) -> str:
    """The address of the page with everything settled, as the statistics are known now."""
    day = choices.which.get("as_of") or max((v.known_on for v in known), default=None)
    pinned = replace(choices, which={**choices.which, **({"as_of": str(day)} if day else {})})
    return f"{base}/{language}/query?{urlencode(pinned.pairs())}"


def calls(question: Question, settled: Choices, base: str, language: str) -> tuple[Call, ...]:
    """The calls of each column."""
    which = {name: one for name in WHICH if (one := settled.which.get(name)) and USUAL.get(name) != one}
    return tuple(_call(query, which, base, language) for query in question.queries)


def _call(query: Query, which: Mapping[str, str], base: str, language: str) -> Call:
    told = {name: one for name, one in options_of(query).items() if name not in which}
    api = f"{base}/api/v1/query?{urlencode([*told.items(), *which.items()])}"
    files = tuple((form, f"{api}&{urlencode({'format': form, 'lang': language})}") for form in FORMATS)
    measures = filter(None, (query.ask.measure, query.ask.of))
    title = word("query_of", language).join(words.name(one, language, "measure") for one in measures)
    return Call(
        title, command(query, told, which), python(told, which), api, f"curl {shlex.quote(api)}", files
    )


def command(query: Query, told: Mapping[str, str], which: Mapping[str, str]) -> str:
    """The line for a shell."""
    options, text = dict(told), told.get("q")
    if any(name in options for name in _ONLY_HERE):
        kept = {name: options[name] for name in ("reporter", "top") if name in options}
        options, text = {n: c for n, c in kept.items() if n != "top"}, describe(query, "en")
    options.pop("q", None)
    parts = ["customhouse", "query", STORE, *([text] if text else [])]
    for name, one in {**options, **which}.items():
        if name == "measure" and one == "value":
            continue
        parts += [f"--{name.replace('_', '-')}", one]
    return shlex.join(parts)


def python(told: Mapping[str, str], which: Mapping[str, str]) -> str:
    """Lines of Python that leave the answer in `answer`."""
    heads, given = ["import customhouse"], [_value("q", told["q"])] if "q" in told else []
    kept = [
        name for name in told if name not in ("q", "as_of") and (name, told[name]) != ("measure", "value")
    ]
    given += [f"{name}={_value(name, told[name])}" for name in kept]
    given += [f"{name}={_value(name, which[name])}" for name in ("source", "currency") if name in which]
    day = which.get("as_of") or told.get("as_of")
    if day:
        heads.insert(0, "from datetime import date\n")
        on = date.fromisoformat(day)
        given.append(f"as_of=date({on.year}, {on.month}, {on.day})")
    concepts = [
        f"{short}={_value(name, which[name])}"
        for name, short in (("system", "system"), ("partner_by", "partner"), ("returned", "returned"))
        if name in which
    ]
    if concepts:
        heads.append("from customhouse.statistics import Concepts")
        given.append(f"concepts=Concepts({', '.join(concepts)})")
    inside = "".join(f"\n        {one}," for one in given)
    call = f"    answer = desk.query({', '.join(given)})"
    if len(call) > _WIDTH:
        call = f"    answer = desk.query({inside}\n    )"
    return "\n".join([*heads, "", f'with customhouse.open_store("{STORE}") as desk:', call])


def _value(name: str, text: str) -> str:
    if name == "below":
        return "True"
    return text if name in ("top", "threshold") else json.dumps(text, ensure_ascii=False)
