"""Why a question is not answered, and the nearest that can be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches

from customhouse.ask.hearing import Heard, hear
from customhouse.ask.model import Refusal
from customhouse.ask.parting import amounts
from customhouse.ask.working import Worker
from customhouse.describe import known, period_words
from customhouse.errors import QueryError
from customhouse.measures import Missing, Request
from customhouse.model import DIMENSIONS, HOME, Slice
from customhouse.period import Period, stretches
from customhouse.query import Query, describe
from customhouse.query.dates import calendar_of
from customhouse.query.said import Said
from customhouse.query.tokens import known as known_words
from customhouse.vocabulary import entries, name
from customhouse.vocabulary.lexicon import fold

_YEAR = 12
_LISTED = 5
_MIRROR = {"exports": "imports", "imports": "exports"}
_NEAR = 0.84
_MOST_NEAR = 3
_HAN = re.compile(r"[\u3400-\u9fff]")


def outside(heard: Heard, worker: Worker) -> Refusal:
    """What no trade statistics have: prospects, effects, policies, opinions, other statistics."""
    codes = heard.codes("outside")
    code = next((one for one in codes if one != "will"), "outlook")
    words = ", ".join(dict.fromkeys(text for _, text in heard.cues["outside"]))
    return Refusal(words, worker.fill(f"ask_outside_{code}"), _series(heard.said, worker))


def strange(heard: Heard, worker: Worker) -> Refusal:
    """Words that are not understood, with the nearest that are."""
    near = [(word, match) for word in heard.lost for match in nearest_words(word)]
    words = ", ".join(heard.lost)
    reason = worker.fill("ask_not_understood", words=words)
    if near:
        listed = worker.fill("separator").join(match for _, match in near)
        reason = worker.fill("ask_did_you_mean", reason=reason, words=listed)
    return Refusal(words, reason, _corrected(heard, near, worker) or level(heard.said, worker))


def _corrected(heard: Heard, near: list[tuple[str, str]], worker: Worker) -> str | None:
    """The level that is asked for with the nearest words in place of those that are not understood."""
    if sorted(word for word, _ in near) != sorted(heard.lost):
        return None  # a word without another for it, or with several
    text = heard.text
    for word, match in near:
        text = text.replace(word, match)
    again = hear(text, calendar_of(heard.said.latest))
    return None if again.lost or again.wrong else level(again.said, worker)


def nearest_words(word: str) -> list[str]:
    """The known words nearest to one that is misspelt; in Chinese those with one character changed."""
    mine = fold(word).lower()
    if _HAN.search(mine):
        same = [w for w in known_words() if len(w) == len(mine) > 1 and w[0] == mine[0]]
        return [w for w in same if sum(a != b for a, b in zip(w, mine, strict=True)) == 1][:_MOST_NEAR]
    found = get_close_matches(mine, known_words(), 1, _NEAR)
    return found if len(word) > 1 and mine not in found else []


def lacking(missing: list[tuple[Request, Missing]], said: Said, worker: Worker) -> Refusal:
    """What the statistics do not have, and what they have instead."""
    if not missing:
        return Refusal("", worker.fill("no_figures"), level(said, worker))
    first = next((one for one in missing if one[0].measure == "value"), missing[0])
    told = reason(*first, worker)
    if first[1].code == "slice" and first[0].slice.commodity is not None:
        return _of_goods(told, first[0], said, worker)
    return Refusal("", told, level(said, worker))


def _of_goods(told: str, ask: Request, said: Said, worker: Worker) -> Refusal:
    """Goods that the statistics do not have: those near to them that they have, else their main goods."""
    period = clipped(ask.period, worker.statistics.months())
    if period is None:
        return Refusal("", told, None)
    part = replace(ask.slice, commodity=None, flow=ask.slice.flow or "trade")
    there = [
        code
        for code in _related(ask.slice.commodity or "")
        if _cells(replace(part, commodity=code), period, worker)
    ]
    near = (
        describe(Query(Request("value", replace(part, commodity=there[0])), (period,)), worker.language)
        if len(there) > 1
        else None
    )
    there = there if len(there) > 1 else list(amounts(part, "goods", period, worker.statistics))
    if not there:
        return Refusal("", worker.fill("ask_no_goods", why=told), level(said, worker))
    names = worker.fill("separator").join(
        name(code, worker.language, "commodity") for code in there[:_LISTED]
    )
    return Refusal("", worker.fill("ask_goods_there", why=told, goods=names), near or level(said, worker))


def _related(code: str) -> Iterator[str]:
    """The goods above a good, those inside it, those beside it."""
    parents = {entry.code: entry.row.get("parent") for entry in entries("commodities")}
    above = parents.get(code)
    inside = [one for one, parent in parents.items() if parent == code]
    beside = [one for one, parent in parents.items() if parent == above and above and one != code]
    yield from dict.fromkeys((*([above] if above else []), *inside, *beside))


def _cells(part: Slice, period: Period, worker: Worker) -> int:
    found = worker.statistics.level(part, period)
    return 0 if found is None else found.origin.cells


def reason(ask: Request, missing: Missing, worker: Worker) -> str:
    """Why a figure cannot be had, in the language of the answer."""
    months = worker.statistics.months()
    if missing.months and months:
        first, last = (period_words(Period(m, m), worker.language) for m in (months[0], months[-1]))
        lacking = (period_words(period, worker.language) for period in stretches(missing.months))
        listed = worker.fill("separator").join(lacking)
        return worker.fill("ask_missing_months", months=listed, first=first, last=last)
    code = f"ask_missing_{missing.code}"
    periods = (ask.period,) if ask.period else ()
    what = describe(Query(replace(ask, period=None, base=None), periods), worker.language)
    return worker.fill(code if known(code) else "ask_missing_other", why=missing.reason, what=what)


def unsaid(words: list[str], said: Said, worker: Worker) -> Refusal:
    """Words that lead back to something that was not said."""
    listed = worker.fill("separator").join(words)
    return Refusal(listed, worker.fill("ask_unsaid", words=listed), level(said, worker))


def uncounted(said: Said, worker: Worker) -> Refusal:
    """What the statistics do not count."""
    return Refusal("", worker.fill("ask_count_what"), level(said, worker))


def alone(said: Said, worker: Worker) -> Refusal:
    """One thing that is to be compared with nothing."""
    return Refusal("", worker.fill("ask_compare_what"), level(said, worker))


def wrong(error: QueryError, said: Said, worker: Worker) -> Refusal:
    """A question whose words do not fit together."""
    why = error.told(worker.language)
    return Refusal("", worker.fill("ask_not_put", why=why), level(said, worker))


def foreign(said: Said, worker: Worker) -> Refusal:
    """The trade of another reporter than that of the statistics: what is had is the other side of it."""
    reporter = str(said.single["reporter"])
    who = name(reporter, worker.language, "partner")
    mirrored = _mirrored(said, reporter)
    return Refusal(who, worker.fill("ask_foreign", who=who), level(mirrored, worker))


def _mirrored(said: Said, reporter: str) -> Said:
    mirrored = Said(said.text, said.latest, periods=list(said.periods))
    flow = next((m.codes[0] for m in said.mentions if m.dimension == "flow"), "trade")
    mirrored.mention("flow", [_MIRROR.get(flow, flow)], 0)
    mirrored.mention("partner", [reporter], 0)
    for mention in said.mentions:
        if mention.dimension not in ("flow", "partner"):
            mirrored.mentions.append(mention)
    return mirrored


def to_itself(said: Said, worker: Worker) -> Refusal:
    """Trade of the reporter with itself, or of another country with it: that is the other side of its own."""
    who = name(HOME, worker.language, "partner")
    others = [code for m in said.mentions if m.dimension == "partner" for code in m.codes if code != HOME]
    if others:
        said = _mirrored(said, others[0])
    return Refusal(who, worker.fill("ask_home", who=who), level(said, worker))


def level(said: Said, worker: Worker) -> str | None:
    """The value of what was named, as much of it as the statistics have, in a period that they have."""
    period = clipped(said.periods[-1] if said.periods else None, worker.statistics.months())
    return None if period is None else _had(said, period, (), worker)


def _series(said: Said, worker: Worker) -> str | None:
    """The same by month, over the last year that there is."""
    months = worker.statistics.months()
    if not months:
        return None
    return _had(said, Period(max(months[0], months[-1] - _YEAR + 1), months[-1]), ("month",), worker)


def _had(said: Said, period: Period, by: tuple[str, ...], worker: Worker) -> str | None:
    for part in _narrower(said, worker.reporter):
        if _cells(part, Period(period.last, period.last) if by else period, worker):
            return describe(Query(Request("value", part), (period,), by), worker.language)
    return None


def _narrower(said: Said, reporter: str) -> Iterator[Slice]:
    """The slice that was named, then without one dimension after the other."""
    codes = {m.dimension: m.codes[0] for m in said.mentions if m.codes[0] != reporter}
    part = Slice(**{"flow": "trade", **{d: codes[d] for d in DIMENSIONS if d in codes and d != "reporter"}})
    yield part
    for dimension in ("commodity", "regime", "transport", "enterprise", "region", "partner"):
        if getattr(part, dimension) is not None:
            yield replace(part, **{dimension: None})
    yield Slice(flow=part.flow)
    yield Slice(flow="trade")


def clipped(period: Period | None, months: tuple[int, ...]) -> Period | None:
    """A period of the same length that the statistics have: that asked for, the latest, else a month."""
    if not months:
        return None
    have = set(months)
    if period is None:
        return Period(months[-1], months[-1])
    length = period.months
    last = months[-1]
    if length in (3, 6, 12):
        last = (last + 1) // length * length - 1
    for found in (period, Period(last - length + 1, last), period.shift(-12), period.shift(12)):
        if have.issuperset(range(found.first, found.last + 1)):
            return found
    return Period(months[-1], months[-1])
