"""Documents, claims and findings as one HTML page that needs nothing else and asks no network."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from customhouse import describe as say
from customhouse.errors import OutputError
from customhouse.look import LANGUAGE_TAGS, base, policy
from customhouse.model import Claim, Derivation, Document, Finding, Reconciliation, Span
from customhouse.quantity import Interval
from customhouse.report.mark import Figure, mark, shown

GROUPS = ("value", "growth", "share", "other")
KINDS = ("contradiction", "revision", "caution")

Pair = tuple[str, str]
"""The same words in English and Chinese."""


def write_report(
    documents: Sequence[Document],
    claims: Sequence[Claim],
    reconciliation: Reconciliation,
    language: str = "en",
) -> str:
    """The page as HTML text, opening in `language` (`en` or `zh`; the reader can switch).

    Texts are shown, never run. Raises OutputError where a claim's span does not lie in one of
    the documents, so that no figure is marked in the wrong place or left out.
    """
    if language not in say.LANGUAGES:
        raise OutputError(f"language {language!r}: the page has no such words; choose en or zh")
    plan = _plan(documents, claims, reconciliation)
    style, script = base() + _file("page.css"), _file("page.js")
    page: str = _template().render(
        language=language,
        policy=policy(style, script),
        style=Markup(style),
        script=Markup(script),
        data=_json(_data(plan)),
        texts=[_text(plan, number) for number in range(len(documents))],
        findings=[_finding(plan, f) for f in plan.findings],
        derived=[_derived(plan, c) for c in plan.derived],
        groups=GROUPS,
        totals=_totals(plan),
    )
    return page


@dataclass(slots=True)
class _Plan:
    """What stands where on the page: figures are spans, in order, each with its claims' numbers."""

    documents: Sequence[Document]
    claims: list[Claim]
    findings: Sequence[Finding]
    derived: list[Claim]
    number_of: dict[Claim, int] = field(default_factory=dict)
    figures: list[Span] = field(default_factory=list)
    claims_of: list[list[int]] = field(default_factory=list)
    figure_of: list[int] = field(default_factory=list)
    findings_of: dict[int, list[int]] = field(default_factory=dict)
    pairs: dict[Pair, int] = field(default_factory=dict)

    def pair(self, words: Pair) -> int:
        """The number of a pair of words, which is sent once however often it is used."""
        return self.pairs.setdefault(words, len(self.pairs))


def _plan(documents: Sequence[Document], claims: Sequence[Claim], found: Reconciliation) -> _Plan:
    order = {d.name: n for n, d in enumerate(documents)}
    if len(order) < len(documents):
        raise OutputError("two documents of the same name: their figures cannot be told apart; rename one")
    placed: list[tuple[tuple[int, int, int], Claim]] = []
    for claim in claims:
        if span := claim.span:
            _check(span, documents, order)
            placed.append(((order[span.doc], span.start, span.end), claim))
    placed.sort(key=lambda pair: pair[0])
    derived = [*found.derived, *(c for c in claims if not c.span)]
    plan = _Plan(documents, [c for _, c in placed], found.findings, derived)
    _number(plan)
    return plan


def _check(span: Span, documents: Sequence[Document], order: dict[str, int]) -> None:
    place = f"{span.doc} {span.start}-{span.end}"
    if span.doc not in order:
        raise OutputError(f"{place}: a claim of a text that was not given; pass its document too")
    text = documents[order[span.doc]].text
    if not 0 <= span.start < span.end <= len(text) or text[span.start : span.end] != span.text:
        raise OutputError(f"{place}: the text there is not {span.text!r}; read the claims from this text")


def _number(plan: _Plan) -> None:
    for number, claim in enumerate(plan.claims):
        plan.number_of.setdefault(claim, number)
        span = claim.span
        if span and (not plan.figures or plan.figures[-1] != span):
            plan.figures.append(span)
            plan.claims_of.append([])
        plan.claims_of[-1].append(number)
        plan.figure_of.append(len(plan.figures) - 1)
    for number, finding in enumerate(plan.findings):
        for claim in (*finding.claims, *finding.mentions):
            if claim in plan.number_of:
                plan.findings_of.setdefault(plan.number_of[claim], []).append(number)


def _text(plan: _Plan, number: int) -> dict[str, Any]:
    document = plan.documents[number]
    here = [f for f, span in enumerate(plan.figures) if span.doc == document.name]
    marks = [Figure(f, plan.figures[f].start, plan.figures[f].end, _classes(plan, f)) for f in here]
    return {
        "name": shown(document.name), "source": shown(document.source), "published": document.published,
        "count": sum(len(plan.claims_of[f]) for f in here), "body": mark(document.text, marks),
    }


def _classes(plan: _Plan, figure: int) -> str:
    claims = [plan.claims[n] for n in plan.claims_of[figure]]
    kinds = {plan.findings[f].kind for n in plan.claims_of[figure] for f in plan.findings_of.get(n, ())}
    scope = "" if any(c.slice.subject is None for c in claims) else "out"
    return " ".join(filter(None, [f"g-{_group(claims[0])}", scope, *(k for k in KINDS if k in kinds)]))


def _group(claim: Claim) -> str:
    row = say.words("measures").get(claim.measure)
    return row["group"] if row else "other"


def _both(claim: Claim) -> Pair:
    return (shown(say.describe(claim, "en")), shown(say.describe(claim, "zh")))


def _bracket(claim: Claim) -> Pair:
    return (say.bracket(claim.interval(), claim.unit, "en"), say.bracket(claim.interval(), claim.unit, "zh"))


def _row(plan: _Plan, claim: Claim) -> dict[str, Any]:
    """A claim as a line of a list: its words, its interval, and its figure if it stands in a text."""
    number = plan.number_of.get(claim)
    doc = claim.span.doc if claim.span else None
    figure = None if number is None else plan.figure_of[number]
    return {"words": _both(claim), "interval": _bracket(claim), "figure": figure, "doc": doc and shown(doc)}


def _finding(plan: _Plan, finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind, "code": finding.code, "words": (shown(finding.en), shown(finding.zh)),
        "claims": [_row(plan, c) for c in finding.claims],
        "mentions": [_row(plan, c) for c in finding.mentions],
        "remarks": _remarks(finding),
    }


def _remarks(finding: Finding) -> list[Pair]:
    """Under which rounding it stands and which revision would undo it, where that is told."""
    remarks: list[Pair] = []
    if len(finding.rounding) == 1:
        remarks.append(_each("rounding_only", lambda to: say.word(f"rounding_{finding.rounding[0]}", to)))
    if finding.revision:
        low, high = sorted(100 * r for r in finding.revision)
        remarks.append(_each("revision_range", lambda to: say.interval_words(Interval(low, high), "%", to)))
    return remarks


def _each(code: str, words: Callable[[str], str]) -> Pair:
    return (say.fill(code, "en", x=words("en")), say.fill(code, "zh", x=words("zh")))


def _derived(plan: _Plan, claim: Claim) -> dict[str, Any]:
    row = _row(plan, claim)
    if isinstance(claim.origin, Derivation):
        rule, text = claim.origin.rule, shown(claim.origin.arithmetic)
        row["rule"] = (say.rule_name(rule, "en"), say.rule_name(rule, "zh"))
        row["steps"] = list(zip(say.arithmetic(text, "en"), say.arithmetic(text, "zh"), strict=True))
        row["claims"] = [_row(plan, c) for c in claim.origin.claims]
    return row


def _data(plan: _Plan) -> dict[str, Any]:
    """What the script needs, with words as pairs that are sent once."""
    order = {d.name: n for n, d in enumerate(plan.documents)}
    claims = [_claim(plan, number) for number in range(len(plan.claims))]
    findings = [_finding_data(plan, f) for f in plan.findings]
    return {
        "words": {code: (row["en"], row["zh"]) for code, row in say.words("interface").items()},
        "groups": GROUPS, "claims": claims, "findings": findings,
        "figures": [[order[s.doc], n] for s, n in zip(plan.figures, plan.claims_of, strict=True)],
        "pairs": list(plan.pairs),
    }


def _claim(plan: _Plan, number: int) -> list[Any]:
    """Group, whether in scope, line, facts as label and words, findings."""
    claim = plan.claims[number]
    facts = zip(say.facts(claim, "en"), say.facts(claim, "zh"), strict=True)
    words = [[label, plan.pair((shown(en), shown(zh)))] for (label, en), (_, zh) in facts]
    scope = int(claim.slice.subject is None)
    found = sorted(set(plan.findings_of.get(number, [])))
    return [GROUPS.index(_group(claim)), scope, plan.pair(_both(claim)), words, found]


def _finding_data(plan: _Plan, finding: Finding) -> list[Any]:
    """Kind, words, claims as figure, line and interval, remarks."""
    rows = [_row(plan, c) for c in finding.claims]
    claims = [[r["figure"], plan.pair(r["words"]), plan.pair(r["interval"])] for r in rows]
    words = plan.pair((shown(finding.en), shown(finding.zh)))
    return [finding.kind, words, claims, [plan.pair(r) for r in _remarks(finding)]]


def _totals(plan: _Plan) -> dict[str, int]:
    scope = sum(c.slice.subject is None for c in plan.claims)
    found = {"findings": len(plan.findings), "derived": len(plan.derived)}
    return {"figures": len(plan.claims), "in_scope": scope} | found


def _json(data: Any) -> Markup:
    """JSON that is safe inside a script element: no character there can end it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


@cache
def _file(name: str) -> str:
    return files("customhouse.report").joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Any:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.lstrip_blocks = True
    environment.globals |= {"word": say.word, "fill": say.fill}
    environment.globals |= {"languages": say.LANGUAGES, "tags": LANGUAGE_TAGS}
    return environment.from_string(_file("page.html"))
