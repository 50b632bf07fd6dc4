"""Computed claims as prose: printed, written by `prose`, and laid beside the claims that the text states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from customhouse.ask.working import Found
from customhouse.describe import figure, fill, known, word
from customhouse.errors import WordingError
from customhouse.measures import default_whole
from customhouse.model import CellOrigin, Claim, Span
from customhouse.period import Period
from customhouse.prose import Passage, compose, printed, reads_back, write
from customhouse.prose.naming import topic
from customhouse.prose.when import dated
from customhouse.vocabulary import name

DOC = "answer"
_NOWHERE = CellOrigin("", (), 0)


@dataclass(slots=True)
class _Writing:
    """A passage in the making: groups that wait to be composed, what is written, what has no words."""

    language: str
    waiting: list[list[Claim]] = field(default_factory=list)
    done: list[Passage] = field(default_factory=list)
    unsaid: list[Claim] = field(default_factory=list)

    def flush(self) -> None:
        """Compose what waits."""
        if self.waiting:
            self.done += _composed(self.waiting, self.language)
            self.waiting = []


def _composed(groups: list[list[Claim]], language: str) -> list[Passage]:
    """Groups in flowing sentences; where those would not be read back as they are, group by group."""
    try:
        return [compose(groups, language, DOC)]
    except WordingError:
        if len(groups) > 1:
            return [one for group in groups for one in _composed([group], language)]
        return [write(groups[0], language, DOC)]


def say(found: Found, language: str) -> tuple[Passage | None, tuple[Claim, ...]]:
    """The passage of an answer, and the computed claims behind the passage's, in the same order."""
    behind: dict[Claim, Claim] = {}
    writing = _Writing(language)
    for group in found.groups:
        fresh: list[Claim] = []
        for computed in group:
            claim = _stated(printed(computed, language))
            if _key(claim) not in behind:
                behind[_key(claim)] = computed
                fresh.append(claim)
        _write(fresh, [behind[_key(claim)] for claim in fresh], found.falling, writing)
    writing.flush()
    shown = found.table.claims if found.table else ()
    left = sum(claim in shown for claim in writing.unsaid)
    if left:
        found.notes.append(fill("ask_more_in_table", language, n=str(left)))
    if not writing.done:
        return None, ()
    passage = _together(writing.done, language)
    return passage, tuple(behind[_key(claim)] for claim in passage.claims)


def _stated(claim: Claim) -> Claim:
    """The claim as a text states it: a unit value in its currency, growing partners as a count.

    The whole goes without saying where it is all trade of the flow; of ranks and contributions texts never
    name it.
    """
    if claim.measure in ("rank", "contribution") or claim.whole == default_whole(claim.slice):
        claim = replace(claim, whole=None)
    if claim.measure == "growth" and not claim.value and claim.of is None:
        return replace(claim, bound="about")  # basically flat
    if claim.measure == "price":
        return replace(claim, unit=claim.unit.partition("/")[0])
    return replace(claim, of=None) if claim.measure == "count" else claim


def _write(
    claims: Sequence[Claim], computed: Sequence[Claim], falling: Sequence[Claim], writing: _Writing
) -> None:
    """A group: what prose has sentences for waits to be composed, the rest is written here."""
    plain: list[Claim] = []
    special: list[Passage] = []
    for claim, behind in zip(claims, computed, strict=True):
        if behind.measure == "price" and _sayable(claim, writing.language):
            special.append(_price(claim, behind, writing.language))
        elif behind.measure == "count" and behind.of:
            special.append(_growing(claim, writing.language))
        elif behind in falling:
            special.append(_falling(claim, writing.language))
        elif _sayable(claim, writing.language):
            plain.append(claim)
        else:
            writing.unsaid.append(behind)
    if special:
        writing.flush()
        writing.done += special
    if plain:
        writing.waiting.append(plain)


def _key(claim: Claim) -> Claim:
    """A claim without its place."""
    return replace(claim, origin=_NOWHERE)


def _sayable(claim: Claim, language: str) -> bool:
    """Whether prose has words for a claim that are read back as it is."""
    try:
        return reads_back(write([claim], language, DOC))
    except WordingError:
        return False


def _price(claim: Claim, computed: Claim, language: str) -> Passage:
    """An average price with what it is the price of one of: `3,706 yuan per tonne`."""
    passage = write([claim], language, DOC)
    span, unit = passage.claims[0].span, computed.unit.partition("/")[2]
    if span is None or not unit:
        return passage
    per = fill("ask_per", language, unit=_one(unit, language))
    return replace(passage, text=passage.text[: span.end] + per + passage.text[span.end :])


def _one(unit: str, language: str) -> str:
    """One unit in words."""
    code = f"unit_{unit}"
    form = word(code, language).partition("|")[0] if known(code) else name(unit, language, "count")
    return form.replace("{n}", "").strip()


def _growing(claim: Claim, language: str) -> Passage:
    """With how many partners trade grew."""
    return _filled("ask_say_growing", claim, claim.period, figure(claim, language), language)


def _falling(claim: Claim, language: str) -> Passage:
    """For how many months, quarters or years in a row something fell."""
    period = claim.period
    step = period.months // max(int(claim.value), 1) if period else 1
    last = Period(period.last - step + 1, period.last) if period else None
    run = fill(
        f"ask_run_{step}" if claim.value != 1 else f"ask_one_{step}", language, n=str(int(claim.value))
    )
    return _filled("ask_say_falling", claim, last, run, language)


def _filled(code: str, claim: Claim, period: Period | None, shown: str, language: str) -> Passage:
    when, what = dated(period, language), topic(claim.slice, language)
    text = fill(code, language, when=when[:1].upper() + when[1:], what=what, n=shown)
    at = text.rfind(shown)
    return Passage(text, (replace(claim, origin=Span(DOC, at, at + len(shown), shown)),))


def _together(passages: Sequence[Passage], language: str) -> Passage:
    """Passages one after the other, their spans moved."""
    text, claims = "", list[Claim]()
    for passage in passages:
        if text and language == "en":
            text += " "
        for claim in passage.claims:
            span = claim.span
            if span is not None:
                moved = replace(span, start=span.start + len(text), end=span.end + len(text))
                claims.append(replace(claim, origin=moved))
        text += passage.text
    return Passage(text, tuple(claims))


def sentences(notes: Sequence[str]) -> tuple[str, ...]:
    """Notes, each once."""
    return tuple(dict.fromkeys(note for note in notes if note))
