"""A query in one line of words that, put as a question, gives the same query again."""

from __future__ import annotations

from functools import cache, lru_cache

from customhouse import vocabulary
from customhouse.describe import period_words, word
from customhouse.model import ADJUSTED, DIMENSIONS, SEASONALLY
from customhouse.query.model import TIMES, Query, dimension_of
from customhouse.vocabulary import rows, split

_SIDES = ("deficit", "surplus")
_BOTH = ("trade", "balance", *_SIDES)
_RELATED = {"en": {"exports": "to", "imports": "from", **dict.fromkeys(_BOTH, "with")},
            "zh": {"exports": "to", "imports": "from", **dict.fromkeys(_BOTH, "to")}}
_MEASURED = ("value",)
_PAIR = 2


def describe(query: Query, language: str) -> str:
    """One line in English or Chinese."""
    what = " ".join(part for part in (*_measure(query, language), *_slice(query, language)) if part)
    if language == "en" and what[-1:].isdigit():  # a code before a month would be read as its day
        what += f" {_word('whole', 'in', language)}"
    return " ".join(part for part in (what, *_circumstances(query, language)) if part)


def _measure(query: Query, language: str) -> list[str]:
    ask = query.ask
    if ask.measure == "count":
        kind = "count_growing" if ask.of == "growth" else "count"
        return _of(_word(kind, ask.unit or "enterprise", language), language)
    if (ask.measure, ask.of) == ("share", "change"):
        return _of(_word("measure", "share_of_change", language), language)
    named = [m for m in (ask.measure, ask.of) if m and m not in _MEASURED]
    if ask.of == "count":
        counted = _word("count", ask.unit or "enterprise", language)
        return [*_of(_word("measure", ask.measure, language), language), *_of(counted, language)]
    if ask.factor:
        return _of(_word("factor", ask.factor, language), language)
    code = "record_low" if ask.measure == "record" and ask.below else None
    code = f"{ask.measure}_fall" if query.side == "fall" else code
    words = [_word("measure", code or m, language) for m in named]
    return [part for word in words for part in _of(word, language)]


def _of(word: str, language: str) -> list[str]:
    """A measure's word, with `of` in English."""
    return [word, "of"] if language == "en" else [word]


def _slice(query: Query, language: str) -> list[str]:
    """The dimensions with their words, the whole, and the axes."""
    codes: dict[str, tuple[str, ...]] = {d: (c,) for d, c in query.slice.given().items() if d != "reporter"}
    codes |= dict(query.each)
    if query.side in _SIDES and "flow" in codes:
        codes["flow"] = tuple(query.side if code == "balance" else code for code in codes["flow"])
    found = [_words(codes, language)]
    found += _whole(query, language)
    parts = [axis for axis in query.by if axis not in TIMES]
    for axis in query.by:
        if axis in parts[:1] and query.top:
            end = "top" if query.top > 0 else "bottom"
            found.append(_word(end, end, language).replace("{n}", str(abs(query.top))) + _gap(language)
                         + _plural(axis, language))
        else:
            found.append(f"{_word('by', 'by', language)}{_gap(language)}{_word('dimension', axis, language)}")
    return found


def _flow(codes: dict[str, tuple[str, ...]], language: str) -> str:
    """`exports to ASEAN`, or with the partner before the flow in Chinese."""
    flows = codes.get("flow", ("trade",))
    flow = _names(flows, "flow", language)
    if "partner" not in codes:
        return flow
    names = _names(codes["partner"], "partner", language)
    related = _RELATED[language][flows[0] if len(flows) == 1 else "trade"]
    preposition = "with" if related == "with" else _word(related, related, language)
    return f"{flow} {preposition} {names}" if language == "en" else f"{preposition}{names}{flow}"


def _names(codes: tuple[str, ...], dimension: str, language: str) -> str:
    joint = f" {_word('list', 'list', language)} " if language == "en" else _word("list", "list", language)
    if len(codes) > _PAIR or dimension == "flow":
        joint = vocabulary.phrase("list_separator", language)
    return joint.join(_name(code, dimension, language) for code in codes)


@lru_cache(maxsize=2**14)
def _name(code: str, dimension: str, language: str) -> str:
    """The word for a code; HS codes are marked, joined and negated ones stand as codes."""
    if code.startswith("!"):
        name = _name(code[1:], dimension, language)
        if language == "zh":
            return name + _word("except_after", "except_after", language)
        return f"{_word('except', 'all_but' if dimension == 'partner' else 'except', language)} {name}"
    if "+" in code:
        return "+".join(_name(part, dimension, language) for part in code.split("+"))
    if dimension == "flow":
        own = code in ("balance", "trade", *_SIDES)  # `imports and exports` are both, one by one
        return _word("flow", code, language) if own else vocabulary.name(code, language, "flow")
    return f"HS {code}" if code.isdigit() else vocabulary.name(code, language, dimension)


def _whole(query: Query, language: str) -> list[str]:
    """The whole or what a gap is against, where it was told, written out: `in exports of ASEAN`."""
    dims = query.ask.whole or query.ask.against
    along = tuple(sorted({(dimension_of(axis), None) for axis in query.by if axis not in TIMES}))
    if not dims or (dims == along and query.ask.measure != "rank"):
        return []
    codes: dict[str, tuple[str, ...]] = {d: (c,) for d, c in query.slice.widen(dims).given().items()}
    codes.pop("reporter", None)
    varied = {d for d, _ in dims}
    codes |= {d: many for d, many in query.each if d not in varied}
    inside = ("whole", "in" if language == "en" else "zh_part")
    kind, code = ("against", "against") if query.ask.against else inside
    return [_word(kind, code, language), _words(codes, language)]


def _words(codes: dict[str, tuple[str, ...]], language: str) -> str:
    """The words of a slice, apart from one another: `exports to ASEAN, crude oil, private enterprises`."""
    names = [_names(codes[d], d, language) for d in DIMENSIONS[2:-1] if d in codes]
    return word("separator", language).join((_flow(codes, language), *names))


def _circumstances(query: Query, language: str) -> list[str]:
    ask = query.ask
    found = [f" {_word('list', 'list', language)} ".join(period_words(p, language) for p in query.periods)]
    if ask.threshold is not None:
        code = "below" if ask.below and ask.measure != "record" else "above"
        found.append(f"{_word('above', code, language)} {ask.threshold:.15g}")
    if ask.terms in ADJUSTED:
        found.append(_word("terms", ask.terms, language))
    if query.previous:
        found.append(_word("base", "previous", language))
    elif ask.terms == SEASONALLY and ask.base is None and ask.measure != "value":
        found.append(_word("base", "year", language))
    if ask.base is not None:
        found.append(f"{_word('against', 'against', language)} {period_words(ask.base, language)}")
    found += [_word(kind, code, language) for kind, code, usual in
              (("known", ask.known, "latest"), ("base_known", ask.base_known, "latest"),
               ("base_known", "latest" if query.base_said else None, None),
              ("window", ask.window, None if ask.measure == "record" else "same")) if code and code != usual]
    if ask.unit and ask.measure in ("quantity", "price") or ask.of == "quantity" and ask.unit:
        found.append(_word("unit", ask.unit, language))
    if query.currency:
        found.append(_word("currency", query.currency, language))
    if query.as_of:
        found.append(f"{_word('as_of', 'as_of', language)} {query.as_of.isoformat()}")
    return found


def _gap(language: str) -> str:
    return " " if language == "en" else ""


def _plural(axis: str, language: str) -> str:
    forms = _forms("dimension", axis, language)
    return forms[1] if language == "en" and len(forms) > 1 else forms[0]


def _word(kind: str, code: str, language: str) -> str:
    """The first form of a word of questions."""
    return _forms(kind, code, language)[0]


@cache
def _forms(kind: str, code: str, language: str) -> tuple[str, ...]:
    return next((split(row[language]) for row in rows("query_words")
                 if (row["kind"], row["code"]) == (kind, code)), (code,)) or (code,)
