"""Drafts to claims: signs, spans, streak stretches, and what is left out."""

from __future__ import annotations

from customhouse.model import HOME, Claim, Dims, Slice, Span
from customhouse.period import Period
from customhouse.quantity import Bound
from customhouse.reader.drafts import Draft, reporter_of
from customhouse.reader.scope import Scope
from customhouse.reader.text import Reading
from customhouse.reader.thresholds import settled
from customhouse.reader.tokens import Number, Sentence
from customhouse.vocabulary import mapping, pattern, words

_BOUNDS: dict[str, Bound] = {"over": "over", "under": "under", "about": "about"}
_SIGNED = ("%", "pp", "money", "count", "mass", "time")
_OF_TRADE = ("growth", "value", "share", "change", "rank", "gap", "share_change")
_MIRRORED = {"exports": "imports", "imports": "exports", "trade": "trade", "balance": "balance"}
"""What a flow of the partner is to the reporter."""


def build(drafts: list[Draft], sentence: Sentence, reading: Reading, raw: str, doc: str,
          scope: Scope) -> list[Claim]:
    """The claims of one sentence."""
    told = settled(drafts, sentence)
    for before, draft in zip((None, *told), told, strict=False):
        _find_flow(draft, sentence, scope)
        if before and draft.flow is None and draft.subject is None and draft.dims == before.dims:
            draft.flow = before.flow
        _turn_to_reporter(draft, scope)
    streaks = [(d.number.start, _stretch(d, scope)) for d in drafts if d.sense.measure == "streak"]
    for draft in told:
        at = draft.number.start
        _, stretch = min(streaks, key=lambda streak: abs(streak[0] - at), default=(at, None))
        if stretch and (draft.sense.measure in ("rank", "streak") or _average(draft, sentence)):
            draft.period = stretch
            if draft.sense.measure == "growth":
                scope.period = stretch
    return [_claim(draft, reading, raw, doc, scope) for draft in told]


def _find_flow(draft: Draft, sentence: Sentence, scope: Scope) -> None:
    """Shipments without more are of the flow told last, else exports; growth overall is that of trade."""
    if draft.flow is not None or draft.subject is not None or draft.dims.keys() & {"transport"}:
        return
    if scope.told_flow and draft.sense.measure in _OF_TRADE and draft.sense.of != "count":
        draft.flow = scope.told_flow
    before = sentence.lower[sentence.start:draft.number.start]
    if draft.number.kind == "mass" and pattern("brought_in_en").search(before):
        draft.flow = "imports"
    elif pattern("shipments_en").search(before):
        draft.flow = scope.flow if scope.flow in ("exports", "imports") else "exports"
    elif sentence.cues(sentence.start, draft.number.start, "overall") and scope.flow and not _traded(draft):
        draft.flow = "trade" if draft.sense.measure in ("growth", "change") else None


def _turn_to_reporter(draft: Draft, scope: Scope) -> None:
    """What a partner sells to China is China's imports from it, in a text on trade with that partner."""
    partner, flow = scope.topics.get("partner"), draft.flow
    owner, other = draft.frame.reporter, draft.dims.get("partner")
    if partner is None or owner != partner or flow not in _MIRRORED or scope.reporter != HOME:
        return
    if scope.own_figures or draft.owned:
        return
    if other not in (HOME, None):
        return
    draft.frame.reporter, draft.flow = None, _MIRRORED[flow]
    draft.dims = draft.dims | {"partner": partner}
    if flow == "balance" and draft.sense.measure == "value":
        draft.number.negative = not draft.number.negative


def _average(draft: Draft, sentence: Sentence) -> bool:
    """Whether a growth rate is the average over the years of a streak."""
    before = sentence.lower[max(sentence.start, draft.number.start - 40):draft.number.start]
    return draft.sense.measure == "growth" and any(word in before for word in words("average_annual"))


def _stretch(draft: Draft, scope: Scope) -> Period | None:
    """The months that a streak covers."""
    if not draft.number.extra["months"]:
        return None
    length = int(draft.number.extra["months"] * draft.number.value)
    if draft.since is not None:
        return Period(draft.since, draft.since + length - 1)
    end = _streak_end(draft, draft.number.extra["months"], scope)
    if end is not None and draft.number.extra.get("over"):
        end -= draft.number.extra["months"]
    return None if end is None else Period(end - length + 1, end)


def _streak_end(draft: Draft, unit: int, scope: Scope) -> int | None:
    calendar = scope.calendar
    if unit == 12:
        if draft.period and draft.period.months == 12:
            return draft.period.last
        last = calendar.last_year()
        return None if last is None else last * 12 + 11
    period = draft.period or scope.period
    if period is None or unit != 3:
        return period.last if period else None
    return (period.last + 1) // 3 * 3 - 1  # a run of quarters ends with the last that is over


def _claim(draft: Draft, reading: Reading, raw: str, doc: str, scope: Scope) -> Claim:
    number, meaning = draft.number, draft.sense
    start, end = reading.raw(number.start, number.end)
    reporter = reporter_of(draft, scope.reporter)
    return Claim(
        measure=meaning.measure, value=_value(draft), unit=_currency(number, raw[start:end], reporter),
        origin=Span(doc, start, end, raw[start:end]), bound=_BOUNDS.get(number.bound, "exact"), of=meaning.of,
        slice=_slice(draft, scope, reporter), period=draft.period, base=draft.base,
        whole=_dims(draft.whole), against=_dims(draft.against), factor=draft.factor,
        status=draft.status, terms=draft.terms, threshold=draft.threshold, note=draft.note, step=number.step,
    )


def _value(draft: Draft) -> float:
    """The number with its sign; never -0.0."""
    number = draft.number
    falls = draft.sense.sign < 0 and not number.signed
    negative = number.kind in _SIGNED and (number.negative or falls)
    return (-abs(number.value) if negative else number.value) or 0.0


def _currency(number: Number, text: str, reporter: str | None) -> str:
    """The unit; a bare word for the local currency means that of the claim's reporter."""
    if number.unit == "CNY" and text.endswith(words("yuan_words")):
        return mapping("local_yuan").get(reporter or "", number.unit)
    if number.unit == "USD" and text.startswith("$"):
        return mapping("local_dollar").get(reporter or "", number.unit)
    return number.unit


def _dims(dims: dict[str, str | None] | None) -> Dims | None:
    return tuple(sorted(dims.items())) if dims else None


def _slice(draft: Draft, scope: Scope, reporter: str | None) -> Slice:
    """What a claim is about: a subject, or a flow with its partner, goods and so on."""
    subject = _subject(draft)
    flow = None if subject is not None else _flow(draft, scope)
    return Slice(flow=flow, reporter=reporter, subject=subject, **draft.dims)


def _traded(draft: Draft) -> bool:
    """Whether a partner, goods or the like are known: more than a place."""
    return not draft.dims.keys() <= {"region"}


def _subject(draft: Draft) -> str | None:
    """The subject; a figure of which nothing at all is known is unclassified."""
    if draft.subject is None and draft.flow is None and not _traded(draft):
        return "unclassified"
    return draft.subject


def _flow(draft: Draft, scope: Scope) -> str | None:
    """The flow; without one named that told last for goods, trade for other values, none for many counts."""
    flow, sense = draft.flow, draft.sense
    if flow is None and "commodity" in draft.dims and sense.measure != "count":
        flow = scope.flow
    if flow is None and sense.measure in _OF_TRADE and sense.of != "count":
        flow = "trade"
    counted = "count" in (sense.measure, sense.of) and draft.number.unit in ("train", "enterprise")
    if counted and not draft.flow_near and _traded(draft):
        flow = None
    return "trade" if flow is None and "regime" in draft.dims else flow
