"""What is said to have moved growth where it is no part of trade: prices, volumes, working days.

`falling prices lowered import growth by 2.6 points`: the cause stands before the word that says which way
it moved growth, or after the number where that word is passive. Between cause and word nothing may stand
that could have moved growth instead: what is not understood is left unread rather than read wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from customhouse.reader.frames import DIMS
from customhouse.reader.groups import Group
from customhouse.reader.layout import Layout, Zone
from customhouse.vocabulary import pattern

KIND = "cause"
_FAR, _NEAR = 600, 120
"""Characters before a number, and after it, within which its cause stands."""
_NAMES = (*DIMS, "home", "terms", "noise", "combined")
_TRADED = ("entry", "exit")
"""Causes whose words name a flow that is not meant: `newly traded goods`."""
_OWNERS = (" of ", " for ", " in ", " on ")
"""What joins a cause with the part of trade that it is of: `prices of crude oil`."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What moved growth, by the factor of the claim format, which way, and the codes of its part.

    `part`: in `crude oil prices lowered import growth` it is oil whose price moved the growth of all.
    `overall`: whether the growth is said to be that of all. `place`: where its word stands.
    """

    factor: str
    sign: float
    part: tuple[tuple[str, str], ...] = ()
    overall: bool = False
    place: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class _Way:
    """From a cause to its number: where its clause begins, where its own words end, and the verb stands."""

    chunk: int
    own: int
    verb: int


def mark_causes(layout: Layout) -> None:
    """Notes at each number of percentage points what is said to have brought them about."""
    last: Group | None = None
    told = False
    for group in layout.groups:
        if group.numbers[-1].kind == "pp":
            causes = _causes(_View(layout, group, last, told))
            told = told or bool(causes)
            layout.zones += [Zone(*cause.place, KIND) for cause in causes if cause.factor in _TRADED]
            for index, number in enumerate(group.numbers):
                if causes:
                    number.extra[KIND] = causes[min(index, len(causes) - 1)]
        last = group


def _causes(view: _View) -> list[Cause]:
    """The causes of a group of numbers: one, or one for each number in a list."""
    group = view.group
    found = list(view.before())
    if len({cause.factor for cause in found}) > 1 and len(group.numbers) == 1 and view.joint:
        return []  # what two did together is of neither
    found = found or list(view.carried())
    if not found:
        return list(view.after())[:1]
    return found[-len(group.numbers):] if len(found) >= len(group.numbers) > 1 else found[-1:]


class _View:
    """A group of numbers in its sentence; names are blank in `text`, so that no word in them is a verb."""

    def __init__(self, layout: Layout, group: Group, last: Group | None, told: bool) -> None:
        self.told = told
        self.layout, self.group, self.last, self.s = layout, group, last, layout.sentence
        self.end, self.limit = group.start, layout.stop(group.end)
        self.joint = False
        self.low = max(self.s.start, group.start - _FAR)
        self.begin = max(self.low, layout.previous_end(group))
        self.text = self._blanked(self.low, min(self.s.end, max(self.limit, group.end + _NEAR)))

    def _blanked(self, low: int, high: int) -> str:
        """The text between two places, names as blanks."""
        pieces, at = [], low
        for word in self.s.cues(low, high, *_NAMES):
            if "flow" not in word.tags and word.start >= at:
                pieces += [self.s.lower[at:word.start], " " * (word.end - word.start)]
                at = word.end
        return "".join(pieces) + self.s.lower[at:high]

    def _search(self, name: str, begin: int, end: int) -> int | None:
        """Where a pattern first holds between two places."""
        match = self._pattern(name).search(self.text, begin - self.low, end - self.low)
        return self.low + match.start() if match else None

    def _last(self, name: str, begin: int, end: int) -> int:
        """Where a pattern last holds between two places, -1 where it does not."""
        found = self._pattern(name).finditer(self.text, max(0, begin - self.low), end - self.low)
        return max((m.start() for m in found), default=-1)

    def _pattern(self, name: str) -> re.Pattern[str]:
        return pattern(f"{name}_{self.s.language}")

    # --- where causes stand ---------------------------------------------------------------

    def before(self) -> Iterator[Cause]:
        """The causes since the last number from which the words lead to this one."""
        for factor, start, end in self._factors(self.begin, self.end):
            way = self._way(start, end)
            if way:
                yield self._cause(factor, (start, end), way)

    def carried(self) -> Iterator[Cause]:
        """`two fewer working days, which lowered growth by 2 points`: the cause has a number of its own."""
        last = self.last
        if last is None or KIND in last.numbers[-1].extra or not self.low <= last.end <= self.begin:
            return
        verb, begin = self._verb(last.end, self.end), max(self.low, self.layout.previous_end(last))
        found = list(self._factors(begin, last.end))
        if verb is not None and found and self._leads(last.end, verb):
            yield self._cause(found[-1][0], found[-1][1:], _Way(begin, verb, verb))

    def after(self) -> Iterator[Cause]:
        """`growth was lowered by 2 points by falling prices`."""
        if self.s.language == "zh" or self._search("cause_passive", self.begin, self.end) is None:
            return
        lead = pattern("cause_after_en").match(self.text, self.group.end - self.low)
        if lead is None or not self._aimed(self.begin):
            return
        begin = self.low + lead.end()
        for factor, start, end in self._factors(begin, self.low + len(self.text)):
            if pattern("cause_gap_en").fullmatch(self.text, lead.end(), start - self.low):
                yield Cause(factor, self._sign(factor, self.begin, (begin, end)), place=(start, end))
            return

    def _factors(self, begin: int, end: int) -> Iterator[tuple[str, int, int]]:
        """The words for causes between two places."""
        for match in self._pattern("cause").finditer(self.text, begin - self.low, end - self.low):
            yield match.lastgroup or "", self.low + match.start(), self.low + match.end()

    # --- whether they lead to the number --------------------------------------------------

    def _way(self, start: int, end: int) -> _Way | None:
        """How the words lead from a cause to the number; None where they do not."""
        chunk = max([self.begin, *(p + 1 for p in self.s.commas if self.begin <= p < start)])
        frame = self._pattern("cause_frame").match(self.text[chunk - self.low:self.end - self.low])
        if frame and chunk + frame.start("to") >= end:
            verb = self._verb(chunk + frame.end(), self.end)
            framed = self._leads(end, chunk + frame.start("to"))
            return _Way(chunk, chunk + frame.end(), verb) if framed and verb is not None else None
        verb = self._verb(end, self.end)
        return _Way(chunk, verb, verb) if verb is not None and self._leads(end, verb) else None

    def _verb(self, begin: int, end: int) -> int | None:
        """Where the first word stands after a cause that says that it moved growth; None without one."""
        names = ("sure", "makes") if self.s.language == "zh" else ("lowers", "raises", "tells")
        found = [at for name in names if (at := self._search(f"cause_{name}", begin, end)) is not None]
        if not found:
            return self._is(begin, end)
        first = min(found)
        if self.s.language == "zh" or self._aimed(begin) or self._search("cause_sure", first, end) == first:
            return first
        return self._is(begin, end)

    def _is(self, begin: int, end: int) -> int | None:
        """`the price effect was 2 points`, and `volumes 3 points` after another cause."""
        match = self._pattern("cause_is").search(self.text[begin - self.low:end - self.low])
        if match is None or match["bare"] is not None and not self._goes_on():
            return None
        return begin + match.start()

    def _goes_on(self) -> bool:
        """Whether the number before this one in the sentence had a cause too."""
        return self.last is not None and KIND in self.last.numbers[-1].extra

    def _aimed(self, begin: int) -> bool:
        """Whether the words up to the number, or right after it, name growth, or say `it` after another."""
        told = self.told and self.s.language == "en"
        again = told and self._search("cause_again", begin, self.end) is not None
        return again or self._search("cause_target", begin, self.limit) is not None

    def _leads(self, begin: int, end: int) -> bool:
        """Whether nothing stands between a cause and the word for what it did that could have done it."""
        gap, comma = self.text[begin - self.low:end - self.low], any(begin <= p < end for p in self.s.commas)
        owned = self.s.lower[begin:end].startswith(_OWNERS) and not comma
        for mention in (m for m in self.layout.mentions if begin <= m.start < end):
            if not owned and not (mention.dim == "flow" and self._target(mention.end)):
                return False
        others = [(start, stop) for _, start, stop in self._factors(begin, end)]
        self.joint = self.joint or bool(others)
        flows = [(w.start, w.end) for w in self.s.cues(begin, end, "flow")] if owned else []
        whens = [(w.start, w.end) for w in self.s.whens if begin <= w.start and w.end <= end]
        for start, stop in (*whens, *others, *flows):
            gap = gap[:start - begin] + " " * (stop - start) + gap[stop - begin:]
        return bool(self._pattern("cause_gap").fullmatch(gap))

    def _target(self, position: int) -> bool:
        """Whether a flow is that whose growth was moved: `import growth`."""
        at = position - self.low
        return bool(self._pattern("cause_target").match(self.text, at + (self.text[at:at + 1] == " ")))

    # --- which way ------------------------------------------------------------------------

    def _cause(self, factor: str, place: tuple[int, int], way: _Way) -> Cause:
        mentions = [m for m in self.layout.mentions if m.dim in DIMS and not m.reporter]
        named = {m.dim: "+".join(sorted(set(m.codes))) for m in mentions if way.chunk <= m.start < way.own}
        aimed = {m.dim for m in mentions if way.own <= m.start < self._aim_end()}
        part = tuple((dim, code) for dim, code in named.items() if dim not in aimed)
        sign = self._sign(factor, way.verb, (way.chunk, way.own))
        overall = bool(self.s.cues(way.own, self.limit, "overall"))
        return Cause(factor, sign, part, overall, place)

    def _aim_end(self) -> int:
        """Where the words for whose growth was moved end."""
        joint = pattern("cause_joint_en").search(self.s.lower, self.group.end, self.limit)
        return joint.start() if joint else self.limit

    def _sign(self, factor: str, begin: int, own: tuple[int, int]) -> float:
        """-1.0 where growth was lowered: by the word for it, by what it is said of, else by the cause."""
        if self.group.numbers[0].negative:
            return -1.0
        down, up = (self._last(name, begin, self.end) for name in ("cause_lowers", "cause_raises"))
        if down != up:
            return -1.0 if down > up else 1.0
        if self.s.language == "en" and self._search("cause_decline", begin, self.limit) is not None:
            return -1.0
        fell, rose = (self._last(name, *own) for name in ("cause_down", "cause_up"))
        return -1.0 if fell > rose or factor == "exit" else 1.0
