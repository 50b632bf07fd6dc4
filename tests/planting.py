"""Texts with planted errors, and which figure each error is in: for the tests and the benchmark of `check`.

True texts are written from statistics by templates (cases/planting.yaml), in either language, or are real
ones. In one figure of five a slip is then planted in the text itself: the printed figure or a word of its
sentence is changed, so that the sentence stays grammatical. What the figure then says is known without
asking the reader: a slip that leaves it true, or within a unit of its last digit, is not planted.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from customhouse.api import read
from customhouse.check import Verdict, money
from customhouse.desk import Desk
from customhouse.measures import Request, default_whole, measure
from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.quantity import round_step
from customhouse.statistics import Statistics
from customhouse.vocabulary import name

SHARE = 5
"""One claim in so many is touched."""
TABLES = {"partner": "partners", "enterprise": "enterprises", "regime": "regimes", "region": "regions",
          "commodity": "commodities"}
NAMES = {"n": "partner", "o": "partner", "q": "partner", "e": "enterprise", "f": "enterprise", "g": "regime",
         "c": "commodity", "z": "region"}
SLICED = {"p": "n", "q": "o", "r": "q", "e": "e", "f": "f", "g": "g", "c": "c", "z": "z"}
"""The letter after the flow, and the name that it stands for."""


@cache
def words() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "cases" / "planting.yaml").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Edit:
    """Characters `start` to `end` of a text that become `new`; `expected` is what the figure says then."""

    start: int
    end: int
    new: str
    expected: Claim


@dataclass(frozen=True)
class Planted:
    """A slip in a text: its kind, where the figure stands in the edited text, what it was and says now."""

    kind: str
    start: int
    end: int
    true: Claim
    expected: Claim


@dataclass(frozen=True)
class Sample:
    """A text with its slips. `untouched` are the spans of figures that are as true as they were."""

    text: str
    published: str
    language: str
    planted: tuple[Planted, ...]
    untouched: frozenset[tuple[int, int]]


# --- true texts -----------------------------------------------------------------------------------------


class Writer:
    """Sentences of a language with the figures of statistics."""

    def __init__(self, statistics: Statistics, language: str, chance: random.Random) -> None:
        self.statistics, self.language, self.chance = statistics, language, chance
        self.words = words()[language]

    def text(self, sentences: int) -> str:
        """So many sentences, each a paragraph, for each is about something else."""
        found: list[str] = []
        tries = 0
        while len(found) < sentences and tries < 40 * sentences:
            tries += 1
            one = self.sentence()
            if one is not None and one not in found:
                found.append(one)
        return "\n\n".join(found) + "\n"

    def sentence(self) -> str | None:
        """One sentence about a period and slices drawn by chance; None where the statistics lack a figure."""
        template = self.chance.choice(self.words["templates"])["text"]
        period = self.period()
        if period is None:
            return None
        named = {}
        for letter, dimension in NAMES.items():
            codes = [c for c in words()["slices"][dimension] if c not in named.values()]
            named[letter] = self.chance.choice(codes)
        try:
            return re.sub(r"\{(\w)(?::(\w)(\w?))?\}", lambda m: self.fill(m, period, named), template)
        except LookupError:
            return None

    def period(self) -> Period | None:
        months = self.statistics.months()
        last = self.chance.choice(months)
        year = last // 12 * 12
        options = [Period(last, last), Period(last, last), Period(year, last)]
        if last % 3 == 2:
            options += [Period(last - 2, last)] * 3
        there = [p for p in options if all(m in months for m in range(p.first, p.last + 1))]
        found = self.chance.choice(there)
        return found if found.months < 12 or found.last % 12 == 11 else None

    def fill(self, match: re.Match[str], period: Period, named: dict[str, str]) -> str:
        kind, flow, letter = match.groups()
        if kind == "P":
            return self.dated(period)
        if flow is None:
            return name(named[kind], self.language, NAMES[kind])
        part = Slice(flow=words()["slices"]["flows"][flow])
        if letter:
            at = SLICED[letter]
            part = replace(part, **{NAMES[at]: named[at]})
        return self.figure(kind, part, period)

    def figure(self, kind: str, part: Slice, period: Period) -> str:
        w = self.words
        if kind == "V":
            value = self.of("value", part, period)
            if value <= 0:
                raise LookupError
            return self.money(value)
        if kind == "A":
            return self.bounded(self.of("value", part, period))
        if kind == "G":
            return self.moved(w["rise"], self.of("growth", part, period), w["percent"])
        if kind == "S":
            return f"{rounded(self.of('share', part, period), 1)}{w['percent']}"
        if kind == "D":
            return self.moved(w["wider"], self.of("share_change", part, period), w["points"])
        if kind == "C":
            value = self.of("change", part, period)
            gap = " " if self.language == "en" else ""
            return w["more"][value < 0] + gap + self.money(abs(value))
        years = self.chance.choice((2, 2, 3))
        base = period.shift(-12 * years)
        growth = self.moved(w["rise"], self.of("growth", part, period, base), w["percent"])
        return w["base"].format(y=base.year, g=growth)

    def of(self, what: str, part: Slice, period: Period, base: Period | None = None) -> float:
        found = measure(Request(what, part, period, base=base), self.statistics)
        if not isinstance(found, Claim) or not found.value:
            raise LookupError
        reach = found.interval()
        if reach.high - reach.low > 0.2 * abs(found.value):
            raise LookupError  # printed growth leaves its base too open for a figure to be told
        return found.value

    def moved(self, ways: Sequence[str], value: float, unit: str) -> str:
        gap = " " if self.language == "en" else ""
        shown = rounded(abs(value), 1)
        if float(shown) == 0 or abs(value) > 900:
            raise LookupError
        return f"{ways[value < 0]}{gap}{shown}{unit}"

    def money(self, value: float) -> str:
        return self.in_currency(money_text(value, self.language))

    def in_currency(self, text: str) -> str:
        """An amount as it is printed of statistics in dollars."""
        return text.replace(*self.words["money"][0]) if self.statistics.currency == "USD" else text

    def bounded(self, value: float) -> str:
        """Over or nearly a round number, whichever is closer."""
        unit = 10 ** (math.floor(math.log10(value)) - 1)
        low = math.floor(value / unit) * unit
        over = value - low < 0.5 * unit
        shown = self.in_currency(money_text(low if over else low + unit, self.language, plain=True))
        return self.words["over" if over else "under"].format(v=shown)

    def dated(self, period: Period) -> str:
        w, year, first, last = self.words, period.year, period.first % 12, period.last % 12
        if period.months == 1:
            month = w["months"][first] if self.language == "en" else str(first + 1)
            return w["month"].format(y=year, m=month)
        if period.months == 12:
            return w["year"].format(y=year)
        if period.months == 3 and first % 3 == 0:
            return w["quarter"][first // 3].format(y=year)
        if period.months == 6 and first % 6 == 0:
            return w["half"][first // 6].format(y=year)
        number = w["numbers"][last + 1] if self.language == "en" else str(last + 1)
        return w["to_date"].format(y=year, m=number)


def rounded(value: float, decimals: int) -> str:
    """A figure rounded half up, without a needless `.0`."""
    size = math.floor(abs(value) * 10**decimals + 0.5) / 10**decimals
    text = f"{size:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"-{text}" if value < 0 else text


def money_text(value: float, language: str, plain: bool = False) -> str:
    """An amount with scale words, to about four digits."""
    for scale, word in words()[language]["scales"].items():
        if value >= scale:
            size = value / scale
            decimals = 2 if size < 1000 else 1 if size < 10_000 else 0
            return f"{rounded(size, 0 if plain and size >= 10 else 1 if plain else decimals)}{word}"
    raise LookupError


# --- slips ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A figure that a slip can be planted in: its claim, its sentence, the other claims of it."""

    text: str
    claim: Claim
    start: int
    end: int
    others: tuple[Claim, ...]
    language: str
    statistics: Statistics
    chance: random.Random

    @property
    def span(self) -> tuple[int, int]:
        assert self.claim.span is not None
        return self.claim.span.start, self.claim.span.end

    @property
    def words(self) -> Any:
        return words()[self.language]

    def figure_text(self) -> str:
        return self.text[slice(*self.span)]

    def before(self) -> str:
        """The sentence up to the figure."""
        return self.text[self.start:self.span[0]]


Planter = Callable[[Place], Edit | None]
LITERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")


def printed(place: Place, claim: Claim) -> Edit | None:
    """The figure printed anew with the value of a claim, in the words that it stands in; signs stay words."""
    old = place.figure_text()
    match = LITERAL.search(old)
    mine = place.claim
    if match is None or not mine.value or mine.bound != "exact" or (claim.value < 0) != (mine.value < 0):
        return None
    scale = abs(mine.value) / float(match[0].replace(",", ""))
    decimals = len(match[0].partition(".")[2])
    shown = f"{math.floor(abs(claim.value) / scale * 10**decimals + 0.5) / 10**decimals:.{decimals}f}"
    if claim.unit in ("%", "pp"):
        shown = rounded(abs(claim.value), 1)
    if float(shown) == 0 or len(shown) > 9 or shown == match[0]:
        return None
    start = place.span[0]
    value = math.copysign(float(shown) * scale, mine.value)
    step = scale * 10.0 ** -len(shown.partition(".")[2])
    return Edit(start + match.start(), start + match.end(), shown, replace(mine, value=value, step=step))


def literal(place: Place, change: Callable[[str], str | None]) -> Edit | None:
    """The number of a figure changed as text."""
    match = LITERAL.search(place.figure_text())
    new = change(match[0]) if match else None
    if match is None or new is None or new == match[0] or not place.claim.value:
        return None
    factor = float(new.replace(",", "")) / float(match[0].replace(",", ""))
    start = place.span[0]
    return Edit(start + match.start(), start + match.end(), new,
                replace(place.claim, value=place.claim.value * factor))


def swap_word(place: Place, old: str, new: str, expected: Claim, inside: bool = False) -> Edit | None:
    """The nearest word before the figure (or within it) exchanged."""
    low, high = place.span if inside else (place.start, place.span[0])
    at = place.text.rfind(old, low, high)
    if at < 0 or (place.language == "en" and not _whole_word(place.text, at, at + len(old))):
        return None
    return Edit(at, at + len(old), new, expected)


def _whole_word(text: str, start: int, end: int) -> bool:
    return not (text[start - 1:start].isalpha() or text[end:end + 1].isalpha())


def value_of(place: Place, claim: Claim) -> Claim | None:
    """The claim with its figure in the statistics."""
    found = measure(claim, place.statistics)
    return replace(claim, value=found.value) if isinstance(found, Claim) else None


def wrong_figure(place: Place, claim: Claim) -> Edit | None:
    """The figure of another claim in this one's place."""
    found = value_of(place, claim)
    return None if found is None else printed(place, found)


def unit(place: Place) -> Edit | None:
    if place.claim.measure not in ("value", "change"):
        return None
    if place.chance.random() < 0.3:
        return literal(place, lambda text: _shifted(text, place.chance.choice((1, -1))))
    pairs = [pair for one in place.words["units"] for pair in (one, one[::-1])]
    place.chance.shuffle(pairs)
    for old, new in pairs:
        at = place.figure_text().find(old)
        if at >= 0 and (place.language == "en" or old != "亿" or "万亿" not in place.figure_text()):
            powers = {"万亿": 12, "亿": 8, "亿元": 8, "万元": 4, "trillion": 12, "billion": 9, "million": 6}
            factor = 10.0 ** (powers[new] - powers[old])
            start = place.span[0] + at
            return Edit(start, start + len(old), new, replace(place.claim, value=place.claim.value * factor))
    return None


def _shifted(text: str, places: int) -> str | None:
    value = float(text.replace(",", "")) * 10.0**places
    decimals = max(0, len(text.partition(".")[2]) - places)
    return f"{value:.{decimals}f}" if value >= 0.01 else None


def decimal_point(place: Place) -> Edit | None:
    if place.claim.unit not in ("%", "pp"):
        return None
    return literal(place, lambda text: _shifted(text, place.chance.choice((1, 1, -1))))


def sign(place: Place) -> Edit | None:
    signed = place.claim.measure in ("growth", "change", "share_change")
    if not signed and place.claim.slice.flow != "balance":
        return None
    clause = max(place.before().rfind(mark) for mark in "，；,;。")
    for pair in place.words["signs"]:
        for old, new in (pair, pair[::-1]):
            found = swap_word(place, old, new, replace(place.claim, value=-place.claim.value))
            if found and found.start >= place.start + clause:
                return found
    return None


def digits_swapped(place: Place) -> Edit | None:
    def turned(text: str) -> str | None:
        if text.startswith("0"):
            return None
        at = [n for n in range(len(text) - 1) if text[n:n + 2].isdigit() and text[n] != text[n + 1]]
        at = [n for n in at if n or text[1] != "0"] or at[:0]
        at += [n for n in range(len(text) - 2) if text[n + 1] == "." and text[n] != text[n + 2] != "0"]
        if not at:
            return None
        n = place.chance.choice(at)
        if text[n + 1] == ".":
            return text[:n] + text[n + 2] + "." + text[n] + text[n + 3:]
        return text[:n] + text[n + 1] + text[n] + text[n + 2:]

    return literal(place, turned)


def digit(place: Place) -> Edit | None:
    def other(text: str) -> str | None:
        at = place.chance.choice([n for n, c in enumerate(text) if c.isdigit()])
        new = place.chance.choice([d for d in "0123456789" if d != text[at] and (at or d != "0")])
        return text[:at] + new + text[at + 1:]

    return literal(place, other)


def _said(place: Place, period: Period) -> str:
    return Writer(place.statistics, place.language, place.chance).dated(period)


def _redated(place: Place, other: Period, expected: Claim) -> Edit | None:
    """The period of the sentence exchanged in words, else the figure of the other period in its place."""
    assert place.claim.period is not None
    if place.chance.random() < 0.6:
        old = _said(place, place.claim.period)
        at = place.text.find(old, place.start, place.span[0])
        if at >= 0:
            return Edit(at, at + len(old), _said(place, other), expected)
        return None
    return wrong_figure(place, expected)


def period(place: Place) -> Edit | None:
    now = place.claim.period
    if now is None:
        return None
    if now.months == 1:
        other = now.shift(place.chance.choice((-1, 1, -12)))
    elif now.months == 3:
        other = now.shift(place.chance.choice((-3, 3, -12)))
    else:
        other = now.shift(-12)
    return _redated(place, other, replace(place.claim, period=other, base=None))


def year_to_date(place: Place) -> Edit | None:
    now = place.claim.period
    if now is None or now.months > 11:
        return None
    first = now.last // 12 * 12
    other = Period(now.last, now.last) if now.first == first else Period(first, now.last)
    return None if other == now else _redated(place, other, replace(place.claim, period=other, base=None))


def base_year(place: Place) -> Edit | None:
    claim = place.claim
    if claim.measure not in ("growth", "change") or claim.period is None:
        return None
    if claim.base is not None:
        old, new = str(claim.base.year), str(claim.base.year + 1)
        expected = replace(claim, base=claim.base.shift(12))
        found = swap_word(place, old, new, expected)
        return found if found and expected.base and expected.base.last < claim.period.first else None
    base = place.chance.choice((claim.period.shift(-24), claim.period.previous()))
    return wrong_figure(place, replace(claim, base=base))


def currency(place: Place) -> Edit | None:
    claim = place.claim
    if claim.measure != "value" or claim.unit not in ("CNY", "USD") or claim.period is None:
        return None
    other = "USD" if claim.unit == "CNY" else "CNY"
    if place.chance.random() < 0.5 and not _listed(place):
        old, new = place.words["money"][0][::1 if other == "USD" else -1]
        return swap_word(place, old, new, replace(claim, unit=other), inside=True)
    rate = money.rate(claim.unit, other, claim.period)
    return None if rate is None else printed(place, replace(claim, value=claim.value * rate.value))


def _listed(place: Place) -> bool:
    """Whether the figure stands in a list, all of whose amounts are in one currency."""
    around = place.text[max(place.start, place.span[0] - 30):min(place.end, place.span[1] + 30)]
    return sum(around.count(scale.strip()) for scale in place.words["scales"].values()) > 1


def flow(place: Place) -> Edit | None:
    claim, forms = place.claim, place.words["flows"]
    own = claim.slice.flow
    if own not in forms or claim.measure not in ("value", "growth", "change"):
        return None
    other = place.chance.choice([f for f in forms if f != own])
    expected = replace(claim, slice=replace(claim.slice, flow=other))
    if place.chance.random() < 0.4:
        return wrong_figure(place, expected)
    head = place.before()
    at = head.rfind(forms[own])
    if at < 0 or (own != "trade" and forms["trade"] in head[max(0, at - 14):at + 8]):
        return None
    if place.language == "zh" and own == "imports" and head[at:at + 3] == forms["trade"]:
        return None
    return Edit(place.start + at, place.start + at + len(forms[own]), forms[other], expected)


def level_for_change(place: Place) -> Edit | None:
    claim = place.claim
    if claim.measure not in ("change", "value"):
        return None
    for by, to in place.words["changes"]:
        if claim.measure == "change":
            expected = replace(claim, measure="value", value=abs(claim.value), base=None)
            found = swap_word(place, by, to, expected)
        else:
            found = swap_word(place, to, by, replace(claim, measure="change", of=None))
        if found:
            return found
    if claim.measure == "change":
        return wrong_figure(place, replace(claim, measure="value", base=None)) if claim.value > 0 else None
    return None


def whole(place: Place) -> Edit | None:
    claim, forms = place.claim, place.words["wholes"]
    if claim.measure != "share" or claim.slice.flow not in forms:
        return None
    own = dict(claim.whole if claim.whole is not None else default_whole(claim.slice) or ())
    narrowed = {k: v for k, v in own.items() if k != "flow"}
    if not narrowed:
        return None
    now = own.get("flow") or claim.slice.flow
    if now == "trade":
        return None
    other, said = "trade", place.words["in_full"]
    expected = replace(claim, whole=tuple(sorted({**narrowed, "flow": other}.items())))
    if place.chance.random() < 0.5:
        return wrong_figure(place, expected)
    low, high = place.span[0] - len(forms[now]) - 1, place.span[1] + len(forms[now]) + 1
    found = place.text.find(forms[now], max(low, place.start), high)
    if found < 0 or "分别" in place.before():
        return None
    return Edit(found, found + len(forms[now]), said, expected)


def points(place: Place) -> Edit | None:
    claim = place.claim
    if claim.measure != "share_change":
        return None
    return wrong_figure(place, replace(claim, measure="growth", whole=None))


def neighbour(place: Place) -> Edit | None:
    """The figure of what stands beside it in the sentence."""
    parts = [o.slice for o in place.others if o.slice != place.claim.slice and o.slice.subject is None
             and o.slice.flow == place.claim.slice.flow]
    return wrong_figure(place, replace(place.claim, slice=place.chance.choice(parts))) if parts else None


def code(place: Place) -> Edit | None:
    """Another partner's name in the sentence."""
    claim = place.claim
    if claim.slice.partner is None:
        return None
    old = name(claim.slice.partner, place.language, "partner")
    other = place.chance.choice([c for c in words()["slices"]["partner"] if c != claim.slice.partner])
    new = name(other, place.language, "partner")
    at = place.text.rfind(old, place.start, place.span[0])
    if at < 0 or new in place.text[place.start:place.end] or place.text.count(old, place.start, at):
        return None
    return Edit(at, at + len(old), new, replace(claim, slice=replace(claim.slice, partner=other)))


def translation_drop(place: Place) -> Edit | None:
    """A bound, or the words for goods, enterprises or a partner, left out."""
    claim = place.claim
    if claim.bound in place.words["bounds"]:
        gap = " " if place.language == "en" else ""
        found = swap_word(place, place.words["bounds"][claim.bound] + gap, "", replace(claim, bound="exact"))
        return found or _inside_bound(place, gap)
    options = []
    for dimension, form in (("commodity", " of {}"), ("enterprise", " of {}"), ("partner", " with {}"),
                            ("partner", " to {}")):
        held = getattr(claim.slice, dimension)
        if held:
            said = name(held, place.language, dimension)
            options.append((dimension, form.format(said) if place.language == "en" else said))
            if place.language == "zh" and dimension == "partner":
                options[-1] = (dimension, f"对{said}")
    place.chance.shuffle(options)
    for dimension, said in options:
        at = place.text.find(said, place.start, place.span[0])
        apart = {getattr(other.slice, dimension) for other in place.others} - {None}
        if len(apart | {getattr(claim.slice, dimension)}) > 1:
            continue  # what is left would seem to be of the other
        listed = place.text[at + len(said):at + len(said) + 4].startswith(("、", " and", ","))
        if at >= 0 and not listed:
            expected = replace(claim, slice=replace(claim.slice, **{dimension: None}))
            return Edit(at, at + len(said), "", expected)
    return None


def _inside_bound(place: Place, gap: str) -> Edit | None:
    word = place.words["bounds"][place.claim.bound] + gap
    at = place.text.find(word, *place.span)
    return None if at < 0 else Edit(at, at + len(word), "", replace(place.claim, bound="exact"))


def swapped(place: Place) -> Edit | None:
    """Two figures of one sentence exchanged: the whole stretch between them is written anew."""
    mine = place.claim
    others = [o for o in place.others if o.span and o.measure == mine.measure and o.unit == mine.unit
              and o.bound == mine.bound == "exact" and (o.value < 0) == (mine.value < 0)
              and o.value != mine.value]
    if not others:
        return None
    other = place.chance.choice(others)
    assert other.span is not None
    spans = sorted((place.span, (other.span.start, other.span.end)))
    (a, b), (c, d) = spans
    if b > c:
        return None
    new = place.text[c:d] + place.text[b:c] + place.text[a:b]
    return Edit(a, d, new, replace(mine, value=other.value, step=other.step))


PLANTERS: dict[str, Planter] = {
    "unit": unit, "decimal_point": decimal_point, "sign": sign, "digits_swapped": digits_swapped,
    "digit": digit, "period": period, "year_to_date": year_to_date, "base_year": base_year,
    "currency": currency, "flow": flow, "level_for_change": level_for_change, "whole": whole,
    "points": points, "neighbour": neighbour, "code": code, "translation_drop": translation_drop,
    "swapped": swapped,
}


# --- planting -------------------------------------------------------------------------------------------


def is_false(claim: Claim, statistics: Statistics) -> bool:
    """Whether what a figure says is wrong by more than a unit of its last digit: worked out here anew."""
    if {claim.unit, statistics.currency} == {"USD", "CNY"}:
        return True  # planted on amounts in the other: the ratio is seven
    found = measure(claim, statistics)
    if not isinstance(found, Claim):
        return False
    reach = found.interval()
    step = claim.step
    if claim.bound == "over":
        low, high = claim.value, claim.value + 4 * max(step, round_step(claim.value))
    elif claim.bound == "under":
        low, high = claim.value - 4 * max(step, round_step(claim.value)), claim.value
    else:
        low, high = claim.value - 1.01 * step, claim.value + 1.01 * step
    return reach.high < low or reach.low > high


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Where the paragraphs of a text begin and end."""
    for match in re.finditer(r"[^\n]+\n*", text):
        if match[0].strip():
            yield match.span()


def plant(text: str, published: str, language: str, statistics: Statistics, chance: random.Random,
          only: str | None = None, true: frozenset[tuple[int, int]] | None = None) -> Sample:
    """The text with slips in one claim of five, at most one in a paragraph: its sentences lean on another.

    `true` has the spans of the figures that hold, where not all do; no other is touched or counted.
    """
    claims = [c for c in read(text, published) if c.slice.subject is None and c.span]
    if true is not None:
        claims = [c for c in claims if c.span and (c.span.start, c.span.end) in true]
    edits: list[tuple[Edit, str, Claim]] = []
    for start, end in paragraphs(text):
        mine = [c for c in claims if c.span and start <= c.span.start < end]
        if mine and chance.random() < min(1.0, len(mine) / SHARE):
            kinds = [only] if only else _rarest([kind for _, kind, _ in edits], chance)
            found = _one(text, start, end, mine, language, statistics, chance, kinds)
            if found:
                edits.append(found)
    return _edited(text, published, language, claims, edits)


def _rarest(planted: list[str], chance: random.Random) -> list[str]:
    """All kinds, those that are planted least first."""
    return sorted(chance.sample(list(PLANTERS), len(PLANTERS)), key=planted.count)


def _one(text: str, start: int, end: int, mine: list[Claim], language: str, statistics: Statistics,
         chance: random.Random, kinds: list[str]) -> tuple[Edit, str, Claim] | None:
    """A slip in one of the claims of a sentence, of the first kind that one of them can have."""
    for kind in kinds:
        for claim in chance.sample(mine, len(mine)):
            others = tuple(c for c in mine if c is not claim)
            place = Place(text, claim, start, end, others, language, statistics, chance)
            edit = PLANTERS[kind](place)
            if edit and edit.new != text[edit.start:edit.end] and is_false(edit.expected, statistics):
                return edit, kind, claim
    return None


def _edited(text: str, published: str, language: str, claims: list[Claim],
            edits: list[tuple[Edit, str, Claim]]) -> Sample:
    new, shift, at = [], 0, 0
    planted, moves = [], [(0, 0)]
    touched: list[tuple[int, int]] = []
    for edit, kind, claim in sorted(edits, key=lambda e: e[0].start):
        assert claim.span is not None
        new += [text[at:edit.start], edit.new]
        at = edit.end
        start = claim.span.start + shift
        grown = len(edit.new) - (edit.end - edit.start)
        if kind == "swapped":
            first = claim.span.start == edit.start
            end = claim.span.end + shift + (0 if first else grown)
            figures = (start, end)
        elif edit.start >= claim.span.start:
            figures = (start, claim.span.end + shift + grown)
        else:
            figures = (start + grown, claim.span.end + shift + grown)
        planted.append(Planted(kind, *figures, claim, edit.expected))
        shift += grown
        moves.append((edit.end, shift))
        touched.append(next(span for span in paragraphs(text) if span[0] <= edit.start < span[1]))
    new.append(text[at:])
    untouched = set()
    for claim in claims:
        assert claim.span is not None
        if not any(a <= claim.span.start < b for a, b in touched):
            by = max((m for m in moves if m[0] <= claim.span.start), key=lambda m: m[0])[1]
            untouched.add((claim.span.start + by, claim.span.end + by))
    return Sample("".join(new), published, language, tuple(planted), frozenset(untouched))


def written(statistics: Statistics, language: str, seed: int, sentences_: int = 60,
            only: str | None = None) -> Sample:
    """A text from templates with planted slips."""
    chance = random.Random(f"{seed} {language}")
    text = Writer(statistics, language, chance).text(sentences_)
    last = max(statistics.months()) + 1
    return plant(text, f"{last // 12}-{last % 12 + 1:02}-20", language, statistics, chance, only)


# --- what a check makes of it ---------------------------------------------------------------------------


@dataclass
class Score:
    """How many slips were planted, found and named right, and how many figures were wrongly contradicted."""

    planted: int = 0
    found: int = 0
    named: int = 0
    wrongly: int = 0
    figures: int = 0

    @property
    def recall(self) -> float:
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.wrongly) if self.found else 1.0

    @property
    def naming(self) -> float:
        return self.named / self.found if self.found else 1.0

    def add(self, other: Score) -> None:
        for field in ("planted", "found", "named", "wrongly", "figures"):
            setattr(self, field, getattr(self, field) + getattr(other, field))


SAME = {"neighbour": ("neighbour", "code"), "code": ("neighbour", "code")}
"""Kinds of one family: whether the sentence names the other slice is all that tells them apart."""


def judge(sample: Sample, desk: Desk) -> tuple[dict[str, Score], list[tuple[str, Planted | None, Any]]]:
    """The scores by kind of slip (wrongly contradicted figures under ""), and what went wrong."""
    claims = read(sample.text, sample.published)
    found = [one for one in desk.check(claims) if one.read.span]
    scores: dict[str, Score] = {"": Score(figures=len(found))}
    misses: list[tuple[str, Planted | None, Any]] = []
    for slip in sample.planted:
        score = scores.setdefault(slip.kind, Score())
        score.planted += 1
        here = [one for one in found if one.read.span and one.read.span.start < slip.end
                and slip.start < one.read.span.end]
        wrong = next((one for one in here if one.verdict is Verdict.CONTRADICTED), None)
        if wrong is None:
            misses.append(("missed", slip, here[0] if here else None))
            continue
        score.found += 1
        if wrong.slip and wrong.slip.kind in SAME.get(slip.kind, (slip.kind,)):
            score.named += 1
        else:
            misses.append(("misnamed", slip, wrong))
    for one in found:
        span = one.read.span
        if one.verdict is Verdict.CONTRADICTED and span and (span.start, span.end) in sample.untouched:
            scores[""].wrongly += 1
            misses.append(("wrongly", None, one))
    return scores, misses


def holding(text: str, published: str, desk: Desk) -> frozenset[tuple[int, int]]:
    """The spans of the figures of a text that hold."""
    found = desk.check(read(text, published))
    spans = (one.read.span for one in found if one.verdict is Verdict.HOLDS)
    return frozenset((span.start, span.end) for span in spans if span)


def total(scores: dict[str, Score]) -> Score:
    found = Score()
    for score in scores.values():
        found.add(score)
    return found
