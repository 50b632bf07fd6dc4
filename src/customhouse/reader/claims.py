"""Drafts to claims: signs, spans, streak stretches, thresholds, and what is left out."""

from __future__ import annotations

from customhouse.model import Claim, Dims, Slice, Span
from customhouse.period import Period
from customhouse.quantity import Bound
from customhouse.reader.drafts import Draft, reporter_of
from customhouse.reader.scope import Scope
from customhouse.reader.text import Reading
from customhouse.reader.tokens import Number, Sentence
from customhouse.vocabulary import mapping, words


def build(drafts: list[Draft], sentence: Sentence, reading: Reading, raw: str, doc: str, scope: Scope) -> list[Claim]:
    """The claims of one sentence."""
    drop = _thresholds(drafts, sentence)
    stretch = _stretch(drafts, scope)
    claims = []
    for draft in drafts:
        if id(draft) in drop:
            continue
        if stretch and (draft.sense.measure in ("rank", "streak") or _average(draft, sentence)):
            draft.period = stretch
            if draft.sense.measure == "growth":
                scope.period = stretch
        claims.append(_claim(draft, reading, raw, doc, scope))
    return claims


def _average(draft: Draft, sentence: Sentence) -> bool:
    """Whether a growth rate is the average over the years of a streak."""
    before = sentence.lower[max(sentence.start, draft.number.start - 40):draft.number.start]
    return draft.sense.measure == "growth" and any(word in before for word in words("average_annual"))


def _thresholds(drafts: list[Draft], sentence: Sentence) -> set[int]:
    """Levels that only say what a streak is about: `exceeding 10 trillion for eight quarters`."""
    drop: set[int] = set()
    for streak in (d for d in drafts if d.sense.measure == "streak"):
        for d in drafts:
            if d.number.kind not in ("money", "mass", "%") or d.number.bound == "exact" or d.sense.measure == "share":
                continue
            first, last = sorted((d, streak), key=lambda x: x.number.start)
            between = sentence.lower[first.number.end:last.number.start]
            if len(between) < 24 and not any(c in between for c in ";.\uff0c\uff1b\u3002"):
                drop.add(id(d))
                streak.threshold = d.number.value
    return drop


def _stretch(drafts: list[Draft], scope: Scope) -> Period | None:
    """The months that the first streak of a sentence covers."""
    for draft in drafts:
        if draft.sense.measure != "streak":
            continue
        if draft.since is not None and draft.number.extra["months"]:
            return Period(draft.since, draft.since + int(draft.number.extra["months"] * draft.number.value) - 1)
        unit = int(draft.number.extra["months"])
        if not unit:
            return None
        count = int(draft.number.value)
        end = _streak_end(draft, unit, scope)
        if end is None:
            return None
        return Period(end - unit * count + 1, end)
    return None


def _streak_end(draft: Draft, unit: int, scope: Scope) -> int | None:
    calendar = scope.calendar
    if unit == 12:
        if draft.period and draft.period.months == 12:
            return draft.period.last
        last = calendar.last_year()
        return None if last is None else last * 12 + 11
    period = draft.period or scope.period
    return period.last if period else None


def _claim(draft: Draft, reading: Reading, raw: str, doc: str, scope: Scope) -> Claim:
    number, meaning = draft.number, draft.sense
    start, end = reading.raw(number.start, number.end)
    negative = number.negative or meaning.sign < 0
    value = -abs(number.value) if negative and number.kind in ("%", "pp", "money", "count", "mass", "time") else number.value
    return Claim(
        measure=meaning.measure, value=value or 0.0, unit=_currency(number, raw[start:end], scope),
        origin=Span(doc, start, end, raw[start:end]), bound=_bound(number.bound), of=meaning.of,
        slice=_slice(draft, scope), period=draft.period, base=draft.base if _based(draft) else None,
        whole=_dims(draft.whole), against=_dims(draft.against), status=draft.status, terms=draft.terms,
        threshold=draft.threshold, note=draft.note, step=number.step,
    )


def _currency(number: Number, text: str, scope: Scope) -> str:
    """The unit; a bare word for the local currency means that of the reporter."""
    if number.unit == "CNY" and text.endswith(words("yuan_words")):
        return mapping("local_yuan").get(scope.reporter, number.unit)
    if number.unit == "USD" and text.startswith("$"):
        return mapping("local_dollar").get(scope.reporter, number.unit)
    return number.unit


def _based(draft: Draft) -> bool:
    return draft.sense.measure in ("growth", "change", "share_change", "multiple")


def _bound(text: str) -> Bound:
    return {"over": "over", "under": "under", "about": "about"}.get(text, "exact")  # type: ignore[return-value]


def _dims(dims: dict[str, str | None] | None) -> Dims | None:
    return tuple(sorted(dims.items())) if dims else None


def _slice(draft: Draft, scope: Scope) -> Slice:
    flow, subject = draft.flow, draft.subject
    traded = {d for d in draft.dims if d != "region"}
    if subject is None and flow is None and not traded:
        subject = "unclassified"
    if subject is None and flow is None and draft.sense.measure in ("growth", "value", "share", "change", "rank"):
        flow = "trade" if draft.sense.of not in ("count",) else None
    if "count" in (draft.sense.measure, draft.sense.of) and not draft.flow_near and draft.number.unit in ("train", "enterprise"):
        flow = None if traded else flow
    if subject is None and flow is None and "regime" in draft.dims:
        flow = "trade"
    reporter = reporter_of(draft, scope.reporter)
    if subject is not None:
        flow = None
    return Slice(flow=flow, reporter=reporter, subject=subject, **draft.dims)
