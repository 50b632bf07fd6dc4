"""What a number measures, from its unit and the cue words nearest to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customhouse.reader.tokens import Number, Sentence
from customhouse.vocabulary import pattern, words
from customhouse.vocabulary.lexicon import Match

if TYPE_CHECKING:
    from customhouse.reader.drafts import Draft
    from customhouse.reader.frames import Frame
    from customhouse.reader.groups import Group
    from customhouse.reader.scope import Scope


@dataclass(slots=True)
class Reading:
    """The measure of a group of numbers, what it is of, and its sign."""

    measure: str
    of: str | None = None
    sign: float = 1.0
    absorbs: bool = False
    cue: Match | None = None


def sense(s: Sentence, g: Group, begin: int, limit: int, frame: Frame, drafts: list[Draft],
          scope: Scope) -> Reading | None:
    """What a group of numbers measures, or None where it is no figure."""
    number = g.numbers[-1]
    context = _Context(s, g, begin, limit, frame, drafts, scope)
    if number.measure:
        return context.stated(number)
    kinds = {"%": context.percent, "pp": context.points, "money": context.money, "mass": context.quantity,
             "count": context.count, "x": context.multiple, "time": context.time, "bare": context.bare}
    return kinds[number.kind]()


class _Context:
    def __init__(self, s: Sentence, g: Group, begin: int, limit: int, frame: Frame, drafts: list[Draft],
                 scope: Scope) -> None:
        self.s, self.g, self.begin, self.limit = s, g, begin, limit
        self.frame, self.drafts, self.scope = frame, drafts, scope
        self.number = g.numbers[0]
        commas = [p for p in s.commas if begin <= p < g.start]
        self.near = max([begin, *commas[-1:]])
        self.last = drafts[-1].sense if drafts else None

    # --- looking around -----------------------------------------------------------------

    def before(self, *kinds: str, wide: bool = False) -> Match | None:
        """The nearest word of the kinds before the number, in its comma clause or since the last number."""
        found = self.s.cues(self.begin if wide else self.near, self.g.start, *kinds)
        return found[-1] if found else None

    def after(self, *kinds: str, reach: int = 40) -> Match | None:
        """The nearest word of the kinds after the number, in its clause."""
        found = self.s.cues(self.g.end, min(self.limit, self.g.end + reach), *kinds)
        return found[0] if found else None

    def of(self) -> str | None:
        """Price, quantity or count where the words since the last number say that it is about one."""
        word = self.before("price", "volume", "number", wide=True)
        if word is None:
            last = self.drafts[-1] if self.drafts else None
            priced = last and (last.sense.measure == "price" or last.sense.of == "price")
            return "price" if last and priced and not self._flow_since(last.number.end) else None
        if "price" in word.tags and word.start < self.near and self._flow_since(word.end):
            return None
        kind = "price" if "price" in word.tags else "count" if "number" in word.tags else "quantity"
        if kind == "count" and self.s.language == "zh" and not self._traders():
            return "quantity"
        return kind

    def _traders(self) -> bool:
        return bool(self.s.cues(self.s.start, self.g.start, "enterprise", "count"))

    def counting(self) -> bool:
        """Whether the figures before in this sentence counted something."""
        return any(d.sense.measure == "count" or d.sense.of == "count" for d in self.drafts[-2:])

    # --- by unit --------------------------------------------------------------------------

    def stated(self, number: Number) -> Reading | None:
        """Records, ranks, streaks, multiples: the measure is known, what it is of is not."""
        measure = number.measure or ""
        if measure == "record":
            return Reading("record", self._record_of())
        if measure == "streak":
            grows = self.s.cues(self.near, min(self.limit, number.end + 40), "up", "down")
            money = [n for n in self.s.numbers if n.kind == "money" and self.near <= n.start < self.limit + 30]
            return Reading("streak", "growth" if grows and not money else None)
        if measure == "growth":
            sign = -1.0 if number.negative or (w := self.before("down")) and not number.extra.get("flat") else 1.0
            return Reading("growth", self.of(), sign)
        if measure == "multiple":
            return self.multiple()
        return Reading(measure, self.of() or number.of if measure == "share" else number.of)

    def _record_of(self) -> str | None:
        span = self.number.extra.get("text", "")
        rate = pattern(f"record_rate_{self.s.language}")
        own = self.s.cues(self.near, self.g.start, "flow", "number")
        start = self.near if own or not self.drafts else self._clause_of(self.drafts[-1].number.start)
        clause = self.s.lower[start:self.g.start]
        if rate.search(clause) or self.s.language == "en" and rate.search(span):
            return "growth"
        if self.before("number", wide=True) or self.counting():
            return "count"
        if self.before("volume"):
            return "quantity"
        if self.s.cues(self.begin, self.limit, "share") or self.last and self.last.measure == "share":
            return "share"
        return None

    def _given(self, contrib: Match) -> bool:
        return self.s.lower[contrib.start:contrib.end].startswith(words("contribution_words"))

    def _clause_of(self, position: int) -> int:
        commas = [p for p in self.s.commas if p < position]
        return max([self.s.start, *commas[-1:]])

    def percent(self) -> Reading:
        number = self.number
        if self.frame.subject in words("index_subjects") and not self.before("up", "down"):
            return Reading("index")
        share = self.before("share")
        if self.last and self.last.measure in ("change", "growth", "value") and self._bracketed():
            return Reading("growth", self.last.of, self.last.sign)
        move = self.before("up", "down", "flat", "speed", "slow")
        to = self._to()
        follows = self.after("up", "down", reach=24)
        noun = follows and self._adjacent(follows) and self.s.language == "en"
        contrib = self.before("contrib")
        if contrib and self._given(contrib) and (not move or contrib.start > move.start or move.end > contrib.start):
            return Reading("share", "change" if self._change_whole() else None)
        if share and not noun and (not move or share.start > move.start or to or self.g.ranged):
            return Reading("share", self._share_of())
        if to and self._share_context():
            return Reading("share", self._share_of())
        if self._share_after():
            return Reading("share", self._share_of(), absorbs=True)
        if number.negative:
            return Reading("growth", self.of() or self._count_of(), -1.0)
        if not share and self.s.language == "en" and pattern("less_after_en").match(self.s.lower, self.g.end):
            return Reading("growth", self.of() or self._count_of(), -1.0)
        beyond = self.after("gapup", "gapdown", reach=12)
        if beyond and not share and self._adjacent(beyond) and self.s.language == "en":
            low = "gapdown" in beyond.tags or "down" in beyond.tags
            return Reading("growth", self.of() or self._count_of(), -1.0 if low else 1.0)
        follows = self.after("up", "down", reach=32)
        if follows and self._adjacent(follows) and not (move and self._by(move)):
            return Reading("growth", self.of() or self._count_of(), self._sign(follows), absorbs=True)
        if move and not ("flow" in move.tags):
            return Reading("growth", self.of() or self._count_of(), self._sign(move))
        if follows and self._direct(follows):
            return Reading("growth", self.of() or self._count_of(), self._sign(follows), absorbs=True)
        if self.before("share", wide=True):
            return Reading("share", self._share_of())
        wide = self.before("up", "down", wide=True)
        if wide:
            return Reading("growth", self.of() or self._count_of(), self._sign(wide))
        wide_contrib = self.before("contrib", wide=True)
        if wide_contrib and self._given(wide_contrib):
            return Reading("share", "change" if self._change_whole() else None)
        if self._share_context() and not to:
            return Reading("share", self._share_of())
        sign = self.last.sign if self.last and self.last.measure == "growth" and not self.before("level") else 1.0
        return Reading("growth", self.of() or self._count_of(), sign)

    def _bracketed(self) -> bool:
        """Whether a rate stands in brackets right after the amount that it goes with."""
        between = self.s.lower[self.drafts[-1].number.end:self.g.start].strip()
        return between in words("or_words") and self.drafts[-1].number.kind != "%"

    def _sign(self, move: Match) -> float:
        both = "up" in move.tags and "down" in move.tags
        return -1.0 if "down" in move.tags and not both else 1.0

    def _adjacent(self, follows: Match) -> bool:
        between = self.s.lower[self.g.end:follows.start].strip(" -")
        return not between or between in words("growth_adjectives")

    def _direct(self, follows: Match) -> bool:
        between = self.s.lower[self.g.end:follows.start].strip(" -")
        return len(between) < 22 and not any(c in between for c in ",;")

    def _count_of(self) -> str | None:
        """Growth after a count, with no flow named since, is growth of the count."""
        last = self.drafts[-1] if self.drafts else None
        ahead = next((n for n in self.s.numbers if n.start >= self.g.end), None)
        if self.s.language == "en" and ahead and ahead.kind == "mass" and ahead.start - self.g.end < 60 and ahead.start < self.limit + 30 and \
                not self.s.cues(self.g.end, ahead.start, "flow", "commodity"):
            return "quantity"
        if self.s.language == "en" and pattern("in_value_en").match(self.s.lower, self.g.end):
            return None
        if self.s.language == "en" and pattern("in_volume_en").match(self.s.lower, self.g.end):
            return "quantity"
        if last and self.s.cues(max(last.number.end, self.near), self.g.start, "commodity", "partner"):
            return None
        if last and last.sense.measure in ("count", "quantity") and not self._flow_since(
                max(last.number.end, self.near)):
            return last.sense.measure
        if last and last.sense.of in ("count", "quantity") and not self._flow_since(last.number.end):
            return last.sense.of if last.sense.measure in ("growth", "share") else None
        return None

    def _flow_since(self, position: int) -> bool:
        return bool(self.s.cues(position, self.g.start, "flow"))

    def _share_of(self) -> str | None:
        if self.before("contrib", wide=True) or self._change_whole():
            return "change"
        last = self.drafts[-1] if self.drafts else None
        if last and (last.sense.measure == "count" or last.sense.of == "count") and not self._flow_since(last.number.end):
            return "count"
        volume = self.before("number", wide=True) or self._whole_cue("number")
        if volume:
            return "count"
        return "quantity" if self._whole_cue("volume") else None

    def _whole_cue(self, kind: str) -> Match | None:
        """A word for numbers or quantities in the words for the whole."""
        shares = self.s.cues(self.near, self.g.start, "share")
        if self.s.language == "zh":
            found = self.s.cues(shares[0].end, self.g.start, kind) if shares else []
        else:
            found = self.s.cues(self.g.end, self.limit, kind)
        return found[0] if found else None

    def _change_whole(self) -> bool:
        return bool(pattern(f"increment_{self.s.language}").search(
            self.s.lower, self.near, min(self.limit + 1, self.s.end)))

    def _to(self) -> bool:
        if self.number.kind == "%" and pattern("move_of_en").search(self._strip_bound(
                self.s.lower[max(self.s.start, self.g.start - 30):self.g.start])):
            return False
        before = self.s.lower[max(self.s.start, self.g.start - 24):self.g.start]
        before = self._strip_bound(before)
        return bool(pattern(f"to_{self.s.language}").search(before))

    def _strip_bound(self, before: str) -> str:
        word = self.s.cues(self.g.start - 24, self.g.start, "bound")
        return before[:len(before) - (self.g.start - word[-1].start)] if word else before

    def _share_context(self) -> bool:
        if self.last:
            return self.last.measure in ("share", "share_change")
        return self.scope.share and not self.s.cues(self.s.start, self.g.start, "flow") and bool(
            self.s.cues(self.s.start, self.g.start, "anaphor", "share"))

    def _share_after(self) -> bool:
        """`72% of bags came from the EU`, or a Chinese share before its noun."""
        if self.s.language == "en":
            tail = self.s.lower[self.g.end:self.g.end + 5]
            return tail.startswith(words("of_en"))
        return bool(self.before("contrib") and not self.before("up", "down", "mom", "yoy")) or bool(
            pattern("share_after_zh").match(self.s.lower, self.g.end))

    def points(self) -> Reading:
        gap = self._gap_before() or self.after("gapup", "gapdown", reach=30)
        contrib = self._contribution()
        down = self.before("down", "slow")
        up = self.before("up", "speed")
        sign = -1.0 if down and (not up or down.start > up.start) else 1.0
        falls = self.s.cues(self.near, self.g.start, "down", "slow")
        if len(falls) > 1 and self.s.lower[falls[0].start:falls[0].end] in words("decline_nouns_zh"):
            sign = 1.0
        based = [w for w in self.s.whens if w.base and self.near <= w.start < self.limit]
        same = self.s.cues(self.near, self.limit, "yoy")
        told = self.before("contrib") is not None
        if contrib and not (gap and gap.end <= self.g.start and (not told or contrib.start <= gap.start)):
            return Reading("contribution", None, -1.0 if self._lowers(contrib) else 1.0)
        sharing = self._share_context() or self.before("share", wide=True) or self._shared_frame()
        if gap and not based and not same:
            measured = -1.0 if "gapdown" in gap.tags and "gapup" not in gap.tags else 1.0
            return Reading("gap", None, measured, cue=gap)
        if sharing:
            return Reading("share_change", None, self._point_sign(sign, gap))
        if gap and (based or same):
            return Reading("change", "growth", -1.0 if "gapdown" in gap.tags and "gapup" not in gap.tags else 1.0)
        rate = self.before("speed", "slow", "up", "down", wide=True) or self.after("up", "down", "speed", "slow")
        if rate or based or self.last and self.last.measure == "growth":
            return Reading("change", "growth", self._point_sign(sign, self.after("up", "down", "speed", "slow")))
        return Reading("share_change", None, sign)

    def _gap_before(self) -> Match | None:
        """A comparison before the number: more than a bare adjective such as `lower`."""
        found = self.before("gapup", "gapdown")
        if found and self.s.language == "en" and self.s.lower[found.start:found.end] in words("bare_gap_words"):
            return None
        return found

    def _shared_frame(self) -> bool:
        return bool(self.frame.dims.get("regime")) and not self.before("speed", "slow")

    def _point_sign(self, sign: float, cue: Match | None) -> float:
        if sign < 0 or self.number.negative:
            return -1.0
        if cue and cue.tags.keys() & {"down", "slow", "gapdown"} and not cue.tags.keys() & {"up", "gapup"}:
            return -1.0
        return 1.0

    def _contribution(self) -> Match | None:
        found = self.before("contrib") or self.before("contrib", wide=True)
        if found and "share" not in found.tags:
            return found
        clause = self.s.lower[self.near:self.g.start]
        if pattern(f"moves_growth_{self.s.language}").search(clause):
            return next(iter(self.s.cues(self.near, self.g.start, "down", "up", "contrib")), None)
        return None

    def _lowers(self, word: Match) -> bool:
        text = self.s.lower[word.start:word.end]
        return "down" in word.tags or text.startswith(words("lowering_words"))

    def money(self) -> Reading | None:
        price = self.before("price", wide=True)
        if price and price.tags["price"] == "price" and self._flow_since(price.end):
            price = None
        if self.last and self.last.measure == "price" and self.drafts and not self._flow_since(
                self.drafts[-1].number.end):
            price = price or self.before("level", "bound")
        if price or pattern(f"per_piece_{self.s.language}").match(self.s.lower, self.g.end):
            move = self.before("up", "down")
            if move and self._by(move):
                return Reading("change", "price", self._sign(move))
            return Reading("price")
        move = self.before("up", "down")
        if move and self._by(move) and not self._to():
            return Reading("change", None, self._sign(move))
        follows = self.after("up", "down", reach=20)
        if follows and self.s.language == "en" and self._adjacent(follows):
            return Reading("change", None, self._sign(follows), absorbs=True)
        if self.last and self.last.measure == "change" and self._ends_with_by():
            return Reading("change", None, self.last.sign)
        return Reading("value")

    def _ends_with_by(self) -> bool:
        before = self._strip_bound(self.s.lower[max(self.near, self.g.start - 16):self.g.start])
        return bool(pattern("by_en").search(before)) and self.s.language == "en"

    def _by(self, move: Match) -> bool:
        """Whether a number is the size of a move, not the level that it led to."""
        between = self._strip_bound(self.s.lower[move.end:self.g.start]).strip()
        if self.s.language == "zh":
            moved = self.s.lower[move.start:move.end]
            return (not between or between in words("by_words_zh")) and not moved.endswith(words("to_marks_zh"))
        return not between or between in words("by_words_en")

    def quantity(self) -> Reading | None:
        move = self.before("up", "down")
        if move and self._by(move):
            return Reading("change", "quantity", self._sign(move))
        return Reading("quantity")

    def count(self) -> Reading | None:
        number = self.number
        if number.extra.get("days"):
            return Reading("change", "count", -1.0 if number.negative else 1.0)
        move = self.before("up", "down")
        if number.unit == "item":
            self._same_count()
        if move and self._by(move):
            return Reading("change", "count", self._sign(move))
        if number.unit == "item" and not self._same_count():
            return None
        commodity = self.s.cues(number.start, number.end, "commodity")
        if (number.unit in words("goods_counts") or commodity) and self._goods():
            return Reading("quantity")
        return Reading("count")

    def _same_count(self) -> bool:
        """A bare piece word counts what the last count of the sentence counted."""
        last = self.drafts[-1] if self.drafts else None
        if self.s.language == "en" or self.number.end - self.number.start > 0 and not self.s.lower[
                self.number.start:self.number.end].endswith(words("piece_word_zh")):
            return True
        if last and last.number.kind == "count":
            self.number.unit = last.number.unit
            return True
        return False

    def _goods(self) -> bool:
        return bool(self.frame.flow or self.s.cues(self.g.end, self.limit, "flow"))

    def multiple(self) -> Reading:
        return Reading("multiple", self.of() or self._count_of())

    def time(self) -> Reading | None:
        move = self.before("up", "down") or self.before("up", "down", wide=True)
        sign = self._sign(move) if move else self.last.sign if self.last and self.last.measure == "growth" else None
        if self.number.unit in words("clock_units") and sign:
            return Reading("change", "quantity", sign)
        return None

    def bare(self) -> Reading | None:
        """A number without a unit counts only where the words say what is counted."""
        number = self._numbering()
        if self.frame.subject in words("index_subjects") and (self._to() or self.before("level")):
            self.number.kind, self.number.unit = "index", "index"
            return Reading("index")
        unit = self._counted_unit()
        if not unit or self.number.value < 2 and self.number.value != int(self.number.value):
            return None
        for n in self.g.numbers:
            n.kind, n.unit = "count", unit
        move = self.before("up", "down")
        if move and self._by(move):
            return Reading("change", "count", self._sign(move))
        if pattern("more_after_en").match(self.s.lower, self.g.end):
            low = pattern("less_after_en").match(self.s.lower, self.g.end)
            return Reading("change", "count", -1.0 if low else 1.0)
        if number or self.counting():
            return Reading("count") if self._to() or self.before("level") else None
        if self.scope.counted:
            return Reading("count") if self.before("among") or self.before("level") else None
        return None

    def _numbering(self) -> Match | None:
        """`the number of` in the clause, with nothing traded named since."""
        strong = [p for p in self.s.strong if p < self.g.start]
        found = self.s.cues(max([self.s.start, *strong[-1:]]), self.g.start, "number")
        return found[-1] if found else None

    def _counted_unit(self) -> str | None:
        if self._numbering() or not self.drafts:
            found = self.s.cues(self.s.start, self.g.start, "count", "enterprise")
            marked = self.s.cues(self.s.start, self.g.start, "number")
            found = [w for w in found if marked and w.start >= marked[0].start]
            if found:
                word = found[0]
                return word.tags.get("count", "enterprise")
        last = self.drafts[-1] if self.drafts else None
        if last and (last.sense.measure == "count" or last.sense.of == "count") and last.number.kind == "count":
            return last.number.unit
        if self.scope.counted and self.s.cues(self.s.start, self.s.end, "count", "enterprise"):
            return self.scope.counted
        return None
