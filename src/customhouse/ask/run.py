"""A text with questions to a reply: each question heard, decided, computed and said, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from customhouse import describe as words_of
from customhouse.ask import refusing
from customhouse.ask.context import complete, inherit, overhear, sought, unreferred
from customhouse.ask.deciding import alone, decide, uncounted
from customhouse.ask.hearing import Heard, hear
from customhouse.ask.levels import compare, count, figure, overview, series
from customhouse.ask.model import Hole, Part, Refusal, Refused, Reply, Wanted
from customhouse.ask.reasons import why
from customhouse.ask.runs import record, streak
from customhouse.ask.saying import say
from customhouse.ask.saying import sentences as once
from customhouse.ask.seeking import which
from customhouse.ask.sentences import Sentence, questions, sentences, twofold
from customhouse.ask.truths import rank, truth
from customhouse.ask.words import home_named
from customhouse.ask.working import Found, Worker
from customhouse.errors import QueryError
from customhouse.measures import Missing, Request
from customhouse.model import HOME, Slice
from customhouse.period import Period
from customhouse.query import describe
from customhouse.query.dates import Latest, calendar_of
from customhouse.query.model import TIMES
from customhouse.query.run import Prefetched
from customhouse.query.said import Said
from customhouse.statistics import Statistics
from customhouse.vocabulary import name

_HAN = re.compile(r"[\u3400-\u9fff]")
MAX_LENGTH = 20_000
_ANSWERS: dict[Hole, Callable[[Wanted, Worker], Found]] = {
    "overview": overview,
    "figure": figure,
    "truth": truth,
    "which": which,
    "why": why,
    "streak": streak,
    "rank": rank,
    "record": record,
    "compare": compare,
    "series": series,
    "count": count,
}


@dataclass(slots=True)
class _Talk:
    """What has been said so far, and the statistics that are asked."""

    calendar: Latest
    worker: Worker
    context: Said

    def remember(self, said: Said) -> None:
        """Of what was said, keep what is new, and what is not replaced."""
        if said.mentions:
            self.context.mentions = said.mentions
        if said.measures:
            self.context.measures = list(said.measures)
        if said.periods:
            self.context.periods, self.context.to_date = said.periods, said.to_date


def language_of(text: str) -> str:
    """The language that a text is in."""
    return "zh" if _HAN.search(text) else "en"


def ask(text: str, statistics: Statistics, language: str | None = None) -> Reply:
    """The reply to the questions in a text, in their language unless another is told. Raises QueryError.

    Politeness and statements around them are passed over, and tell what a question leaves open. What is
    not understood, or not in the statistics, is refused with its words and the nearest that can be asked.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"a text of {len(text)} characters; ask in at most {MAX_LENGTH}")
    spoken = language or language_of(text)
    known = Prefetched(statistics)
    months = known.months()
    latest = months[-1] if months else None
    talk = _Talk(calendar_of(latest), Worker(known, spoken, _reporter(statistics)), Said("", latest))
    found = sentences(text, talk.calendar)
    parts: list[Part] = []
    for sentence in found:
        parts += _sentence(sentence, talk)
    if not parts:
        parts = [Part(text.strip(), refusal=Refusal("", talk.worker.fill("ask_nothing")))]
    return Reply(text, spoken, tuple(parts))


def _sentence(sentence: Sentence, talk: _Talk) -> list[Part]:
    """The replies to the questions of a sentence; a statement is remembered for what comes after it."""
    if not sentence.asks:
        talk.remember(overhear(sentence, talk.calendar.latest))
        return []
    parts = []
    for number, (start, end) in enumerate(questions(sentence)):
        inside = tuple(t for t in sentence.tokens if start <= t.start < end)
        for asked in twofold(sentence.text[:end], inside):
            wanted = asked[start:].strip(" ,\uff0c;\uff1b")
            if any(c.isalnum() for c in wanted):
                parts.append(_question(wanted, talk, number > 0))
    return [part for part in parts if part is not None]


def _question(asked: str, talk: _Talk, follows: bool) -> Part | None:
    worker = Worker(talk.worker.statistics, talk.worker.language, talk.worker.reporter)
    heard = hear(asked, talk.calendar)
    if _idle(heard):
        return None
    if heard.before:
        stated = overhear(Sentence("", tuple(heard.before), False), talk.calendar.latest)
        inherit(heard.said, stated, not _narrow(heard) and not heard.has("fresh"), sought(heard))
        talk.remember(stated)
    refers = heard.has("refer") or follows or _carries_on(heard)
    complete(heard, talk.context)
    own = heard.said
    before = replace(own, mentions=list(own.mentions), periods=list(own.periods), measures=list(own.measures))
    inherit(heard.said, talk.context, refers, sought(heard))
    lacking = unreferred(heard)
    part = (
        Part(asked, refusal=refusing.unsaid(lacking, heard.said, worker))
        if lacking
        else _replied(heard, worker)
    )
    talk.remember(heard.said if refers or not before.mentions else before)
    return part


def _carries_on(heard: Heard) -> bool:
    """Whether it is asked which partner or the like, of what was spoken of before."""
    return bool(sought(heard)) and not _narrow(heard) and not heard.has("fresh")


def _narrow(heard: Heard) -> bool:
    """Whether a part of trade is named."""
    return any(m.dimension != "flow" for m in heard.said.mentions)


def _idle(heard: Heard) -> bool:
    """Whether nothing is asked: politeness alone."""
    asking = any(
        heard.has(kind) for kind in ("hole", "which", "order", "outside", "direction", "relation", "axis")
    )
    said = heard.said
    return not (asking or heard.lost or heard.wrong or said.mentions or said.measures or said.periods)


def _replied(heard: Heard, worker: Worker) -> Part:
    refusal = _refused(heard, worker)
    if refusal is not None:
        return Part(heard.text, refusal=refusal, notes=_aside(heard, worker))
    notes = [*_aside(heard, worker), *_supposed(heard, worker)]
    try:
        wanted = decide(heard)
        if wanted.query.currency not in (None, worker.statistics.currency):
            missing = Missing("currency", "")
            return Part(
                heard.text, refusal=refusing.lacking([(wanted.query.ask, missing)], heard.said, worker)
            )
        beyond = _beyond(wanted, worker)
        if beyond is not None:
            return Part(
                heard.text, refusal=refusing.lacking([beyond], heard.said, worker), notes=tuple(notes)
            )
        notes += [worker.fill("ask_volume")] if heard.volume else []
        found = _ANSWERS[wanted.hole](wanted, worker)
    except Refused as error:
        refusal = Refusal("", str(error), refusing.level(heard.said, worker))
        return Part(heard.text, refusal=refusal, notes=tuple(notes))
    except QueryError as error:
        return Part(heard.text, refusal=refusing.wrong(error, heard.said, worker), notes=tuple(notes))
    return _part(heard, found, notes, worker)


def _part(heard: Heard, found: Found, notes: list[str], worker: Worker) -> Part:
    passage, computed = say(found, worker.language)
    terms = heard.said.single.get("terms")
    if terms and any(claim.terms != terms for claim in computed):
        other = Missing("adjusted", "adjusted values, and growth on the month before, are all that there is")
        asked = replace(found.query.ask, terms=terms)
        return Part(heard.text, refusal=refusing.lacking([(asked, other)], heard.said, worker))
    if passage is None:
        return Part(
            heard.text, refusal=refusing.lacking(worker.missing, heard.said, worker), notes=tuple(notes)
        )
    notes += found.notes
    notes += [refusing.reason(ask, one, worker) for ask, one in _distinct(worker.missing)]
    return Part(
        heard.text,
        found.lead,
        found.truth,
        passage,
        computed,
        describe(found.query, worker.language),
        found.table,
        once(notes),
    )


def _distinct(missing: list[tuple[Request, Missing]]) -> list[tuple[Request, Missing]]:
    """What was missing, each reason once; that a balance has no growth goes without saying."""
    return list(
        {(one.code, one.months): (ask, one) for ask, one in missing if one.code != "balance"}.values()
    )


def _refused(heard: Heard, worker: Worker) -> Refusal | None:
    """What makes a question one that statistics cannot answer."""
    if heard.has("outside"):
        return refusing.outside(heard, worker)
    if heard.lost:
        return refusing.strange(heard, worker)
    if heard.wrong is not None:
        return refusing.wrong(heard.wrong, heard.said, worker)
    whose = _whose(heard, worker)
    if whose is not None:
        return whose
    if alone(heard):
        return refusing.alone(heard.said, worker)
    if uncounted(heard):
        return refusing.uncounted(heard.said, worker)
    return None


def _whose(heard: Heard, worker: Worker) -> Refusal | None:
    """What is asked of another reporter than that of the statistics; else theirs is put into the question."""
    said, own = heard.said, worker.reporter
    named = any(m.dimension == "partner" and HOME in m.codes for m in said.mentions)
    if own == HOME:
        if "reporter" in said.single:
            return refusing.foreign(said, worker)
        return refusing.to_itself(said, worker) if heard.home or named else None
    said.mentions = [m for m in said.mentions if (m.dimension, m.codes) != ("partner", [own])]
    asked = said.single.setdefault("reporter", HOME if home_named(heard.text) and not named else own)
    latest = worker.statistics.months()[-1:]
    part = Slice(flow="exports", reporter=asked)
    there = latest and worker.statistics.level(part, Period(latest[0], latest[0])) is not None
    return None if asked == own or there else refusing.foreign(said, worker)


def _reporter(statistics: Statistics) -> str:
    """Whose trade is meant where a question does not say."""
    return getattr(statistics, "reporter", None) or HOME


def _aside(heard: Heard, worker: Worker) -> tuple[str, ...]:
    """What was passed over, by its words."""
    return tuple(worker.fill("ask_aside", words=words) for words in heard.aside)


def _supposed(heard: Heard, worker: Worker) -> list[str]:
    """What the question left open and how it was taken."""
    said, notes = heard.said, []
    for token in heard.leaning:
        notes.append(worker.fill("ask_adjective", who=name(token.code, worker.language, "partner")))
    timed = any(axis in TIMES for axis in said.by) or heard.has("axis", *TIMES) or heard.has("hole", "series")
    latest = said.latest
    if latest is not None:
        said.periods = [_so_far(period, latest, notes, worker) for period in said.periods]
    if not said.periods and not said.to_date and not timed and latest is not None:
        month = words_of.period_words(Period(latest, latest), worker.language)
        notes.append(worker.fill("ask_latest", period=month))
    return notes


def _so_far(period: Period, latest: int, notes: list[str], worker: Worker) -> Period:
    """A year that is not over ends with the latest month."""
    whole = period.first % 12 == 0 and (period.last + 1) % 12 == 0
    if not (whole and period.first <= latest < period.last and period.last - latest < 12):
        return period
    last = words_of.period_words(Period(latest, latest), worker.language)
    notes.append(worker.fill("ask_so_far", last=last))
    return Period(period.first, latest)


def _beyond(wanted: Wanted, worker: Worker) -> tuple[Request, Missing] | None:
    """The months that the statistics do not have, where a whole period of the question is among them."""
    have = set(worker.statistics.months())
    for period in wanted.query.periods:
        gone = tuple(m for m in range(period.first, period.last + 1) if m not in have)
        if gone and (len(gone) == period.months or not wanted.query.time):
            return replace(wanted.query.ask, period=period), Missing("months", "", gone)
    return None
