"""Sentences to claims: each number gets the measure, slice and period that the words around it give."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace

from customhouse.model import HOME
from customhouse.period import Period
from customhouse.reader.frames import FLOWS, Frame, Mention, mentions
from customhouse.reader.measures import Reading as Sense
from customhouse.reader.measures import sense
from customhouse.reader.periods import Calendar
from customhouse.reader.tokens import Number, Sentence, When
from customhouse.vocabulary import mapping, pattern, words
from customhouse.vocabulary.lexicon import Match


@dataclass(slots=True)
class Draft:
    """A claim in the making: its number, sense, slice and periods."""

    number: Number
    sense: Sense
    frame: Frame
    dims: dict[str, str]
    flow: str | None
    period: Period | None
    base: Period | None
    whole: dict[str, str | None] | None = None
    against: dict[str, str | None] | None = None
    subject: str | None = None
    terms: str | None = None
    status: str | None = None
    note: str | None = None
    threshold: float | None = None
    since: int | None = None
    flow_near: bool = True


@dataclass(slots=True)
class Zone:
    """A stretch that names a whole or a thing compared with, not what the sentence is about."""

    start: int
    end: int
    kind: str


@dataclass(slots=True)
class Scope:
    """What holds beyond one sentence: the document's reporter and region, the last slice and period."""

    calendar: Calendar
    reporter: str = HOME
    region: str | None = None
    frame: Frame = field(default_factory=Frame)
    period: Period | None = None
    regions: list[str] = field(default_factory=list)
    last_list: Mention | None = None
    share: bool = False
    dated: bool = False
    counted: str | None = None
    main: Period | None = None
    seen: dict[str, list[str]] = field(default_factory=dict)
    heading: bool = False


@dataclass(slots=True)
class Group:
    """Numbers that stand in one list."""

    numbers: list[Number]
    ranged: bool = False

    @property
    def start(self) -> int:
        """Where the first number begins."""
        return self.numbers[0].start

    @property
    def end(self) -> int:
        """Where the last number ends."""
        return self.numbers[-1].end


def group(sentence: Sentence) -> list[Group]:
    """The numbers of a sentence, those of one list together."""
    groups: list[Group] = []
    gap = pattern("list_gap_zh" if sentence.language == "zh" else "list_gap")
    for number in sentence.numbers:
        last = groups[-1].numbers[-1] if groups else None
        if last and last.measure is None and number.measure is None and _alike(last, number):
            between = sentence.lower[last.end:number.start]
            undated = _without_periods(sentence, last.end, number.start)
            if pattern(f"range_{sentence.language}").fullmatch(undated) and _ranged(sentence, last):
                groups[-1].numbers.append(number)
                groups[-1].ranged = True
                continue
            if _respective(sentence, groups[-1].numbers[0], number) and pattern(
                    f"inner_verb_{sentence.language}").fullmatch(between):
                groups[-1].numbers.append(number)
                continue
            if gap.fullmatch(between) and between.strip() and not _new_clause(sentence, last, number):
                groups[-1].numbers.append(number)
                continue
        groups.append(Group([number]))
    for g in groups:
        _share_unit(g)
    return groups


def _without_periods(sentence: Sentence, start: int, end: int) -> str:
    """The text between two places without the periods in it."""
    text = sentence.lower[start:end]
    for when in sentence.whens:
        if start <= when.start and when.end <= end:
            text = text.replace(sentence.lower[when.start:when.end], "", 1)
    return " ".join(text.split(" ")).replace("  ", " ")


def _respective(sentence: Sentence, first: Number, number: Number) -> bool:
    """Whether `respectively` holds the numbers together: before them in Chinese, after them in English."""
    if sentence.language == "zh":
        return bool(sentence.cues(first.start - 12, first.start, "respectively"))
    return bool(sentence.cues(number.end, number.end + 20, "respectively"))


def _new_clause(sentence: Sentence, last: Number, number: Number) -> bool:
    between = sentence.lower[last.end:number.start]
    return any(mark in between for mark in words("prepositions_en")) and sentence.language == "en"


def _alike(last: Number, number: Number) -> bool:
    if last.kind == number.kind and last.unit == number.unit:
        return True
    return last.kind == "bare" and number.kind in ("pp", "%", "money", "mass", "count")


def _ranged(sentence: Sentence, number: Number) -> bool:
    before = sentence.lower[max(sentence.start, number.start - 14):number.start]
    return bool(pattern(f"from_{sentence.language}").search(before))


def _share_unit(g: Group) -> None:
    last = g.numbers[-1]
    for number in g.numbers[:-1]:
        if number.kind == "bare" and last.kind != "bare":
            factor = 1.0
            number.kind, number.unit, number.value = last.kind, last.unit, number.value * factor


class Interpreter:
    """Reads the sentences of one document in order."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def read(self, sentence: Sentence) -> list[Draft]:
        """The drafts of one sentence; what it is about becomes the scope of the next."""
        return _Pass(sentence, self.scope).run()

    def new_paragraph(self, language: str) -> None:
        """What a paragraph was about does not hold for the next; its period is again the document's."""
        main, last = self.scope.main, self.scope.period
        if main and (language == "zh" or last is None or last.last < main.last or main.contains(last)):
            self.scope.period = self.scope.calendar.current = main
        self.scope.frame = Frame()
        self.scope.share, self.scope.counted = False, None
        self.scope.seen = {}
        self.scope.dated = False


class _Pass:
    """One walk over one sentence, left to right."""

    def __init__(self, sentence: Sentence, scope: Scope) -> None:
        self.s, self.scope = sentence, scope
        self.zones: list[Zone] = []
        self.mentions = mentions(sentence, scope.reporter, scope.region)
        self.groups = group(sentence)
        self.drafts: list[Draft] = []
        self.period = scope.period
        self.fresh: set[str] = set()
        self.since: set[str] = set()
        self.pinned: set[str] = set()
        self._begins: dict[int, int] = {}
        self._starts = [g.start for g in self.groups]
        self._ends = [g.end for g in self.groups]
        self.frame = Frame()
        self.cursor = sentence.start
        self.combined: list[Number] = []

    def run(self) -> list[Draft]:
        self._zones()
        self._begin()
        self._since()
        self._compared()
        strong = 0
        for index, g in enumerate(self.groups):
            clause = self.s.strong_clause(g.start)
            if clause != strong and self.drafts:
                self._new_clause(g, clause)
            strong = clause
            self._advance(self.cursor, g.end)
            limit = self._limit(index)
            self._number_group(g, index, limit)
        self._advance(self.cursor, self.s.end)
        self._finish()
        return self.drafts

    # --- what the sentence starts with -------------------------------------------------

    def _begin(self) -> None:
        scope, first = self.scope, self.groups[0].start if self.groups else self.s.end
        head = [m for m in self.mentions if m.start < first and not self._zoned(m)]
        words_before = [w for w in self.s.cues(self.s.start, first, "anaphor", "among", "home", "overall")
                        if self._at_home(w)]
        kinds = {w.tags.get("anaphor") for w in words_before if "anaphor" in w.tags}
        among = any("among" in w.tags for w in words_before)
        home = any("home" in w.tags or "overall" in w.tags for w in words_before) and "place" not in kinds
        previous = scope.frame
        own = {m.dim for m in head if m.dim != "flow"}
        self.frame = Frame(reporter=None)
        if among or "any" in kinds and not own:
            self.frame = previous.copy()
        elif not own and not home:
            self.frame = previous.copy()
        elif not home or kinds:
            finer = "commodity" in own and "commodity" not in previous.dims
            for dim in ("enterprise", "region"):
                if dim in previous.dims and dim not in own and not finer:
                    self.frame.dims[dim] = list(previous.dims[dim])
            if self.s.language == "zh" and not home and own <= {"commodity"} and "partner" in previous.dims:
                self.frame.dims["partner"] = list(previous.dims["partner"])
            if own and not any(m.dim == "flow" for m in head):
                self.frame.flow, self.frame.subject = previous.flow, None
        self.frame.deficit = previous.deficit and self.frame.flow == "balance"
        self._anaphors(kinds, own)
        if scope.region and "region" not in own and "region" not in self.frame.dims and not self._national(first):
            self.frame.dims["region"] = scope.region.split("+")

    def _compared(self) -> None:
        """Levels that only say what is compared with keep their period to themselves."""
        language = self.s.language
        for index, g in enumerate(self.groups):
            number = g.numbers[0]
            before = self.s.lower[max(self.s.start, g.start - 60):g.start]
            word = self.s.cues(g.start - 14, g.start, "bound", "prefix")
            before = before[:len(before) - (g.start - word[0].start)] if word else before
            match = pattern(f"compared_number_{language}").search(before)
            based = language == "zh" and any(w.base and 0 <= g.start - w.end < 3 for w in self.s.whens)
            owned = language == "en" and self._owned(g)
            rate = language == "en" and number.kind == "%" and pattern("earlier_rate_en").search(before)
            if owned or rate:
                number.compared = True
                self._keep_local(g, index)
                continue
            if number.kind not in ("money", "mass", "count") or not (match or based) or g.ranged:
                continue
            if language == "en" and match and not pattern("compared_verb_en").search(before, max(0, match.start() - 30)):
                continue
            number.compared = True
            self._keep_local(g, index)

    def _owned(self, g: Group) -> bool:
        """`June's $114 billion`: the month that owns a figure is its period and no other's."""
        for when in self.s.whens:
            if 0 < g.start - when.end < 40 and pattern("possessive_when_en").fullmatch(
                    self.s.lower[when.end:g.start]):
                when.local = when.base = True
                return True
        return False

    def _keep_local(self, g: Group, index: int) -> None:
        """The period right after a level compared with is that level's alone."""
        stop = self.groups[index + 1].start if index + 1 < len(self.groups) else self.s.end
        for when in self.s.whens:
            if g.end <= when.start < min(stop, g.end + 40):
                when.local = True
                break

    def _since(self) -> None:
        """What has been so since something undated has no period."""
        undated = [w for w in self.s.cues(self.s.start, self.s.end, "since")]
        dated = [w for w in self.s.whens if w.since and w.period]
        if undated and not dated and self.s.language == "en":
            self.period = None

    def _national(self, first: int) -> bool:
        national = [w for w in self.s.cues(self.s.start, first, "home", "overall")
                    if "home" in w.tags or w.tags["overall"] == "national"]
        place = [w for w in self.s.cues(self.s.start, first, "anaphor") if w.tags["anaphor"] == "place"]
        return bool(national) and not place

    def _anaphors(self, kinds: set[str | None], own: set[str]) -> None:
        previous = self.scope.frame
        if "list" in kinds and self.scope.last_list:
            self.frame.see(self.scope.last_list)
            self.pinned.add(self.scope.last_list.dim)
        for dim in ("partner", "enterprise", "commodity"):
            if dim in kinds and dim not in own and dim in previous.dims:
                self.frame.dims[dim] = list(previous.dims[dim])
                self.pinned.add(dim)
        if "region" in kinds and "region" not in own:
            if self.scope.regions:
                self.frame.dims["region"] = list(self.scope.regions)
            elif "region" in previous.dims:
                self.frame.dims["region"] = list(previous.dims["region"])

    def _new_clause(self, g: Group, clause: int) -> None:
        """After a semicolon or `while`: what only the last clause named is dropped if this one names its own."""
        begin = self.s.strong[clause - 1] if clause and clause <= len(self.s.strong) else self.cursor
        named = [m for m in self.mentions if begin <= m.start < g.start and not self._zoned(m)]
        among = self.s.cues(begin, g.start, "among")
        dims = {m.dim for m in named if m.dim != "flow"}
        self._advance(self.cursor, begin)
        if among or not named:
            return
        if self.s.language == "en" and named and not dims:
            self.frame.widen(keep=("region", "enterprise", "partner", "regime", "transport"))
        if self.s.language == "zh" and dims:
            self.frame.widen(keep=("region", "enterprise") if "region" not in dims else ("enterprise",))
        self.cursor = max(self.cursor, begin)

    # --- zones ---------------------------------------------------------------------------

    def _zones(self) -> None:
        for g in self.groups:
            if g.numbers[0].kind in ("%", "pp"):
                self._whole_zone(g)
            if g.numbers[-1].kind in ("pp", "%"):
                self._against_zone(g)

    def _zoned(self, thing: Mention | When) -> bool:
        return any(z.start <= thing.start < z.end for z in self.zones)

    def _whole_zone(self, g: Group) -> None:
        s = self.s
        begin = self._previous_end(g)
        shares = s.cues(begin, g.start, "share")
        if s.language == "zh":
            if shares:
                start = shares[0].end
                self.zones.append(Zone(start, g.start, "whole"))
            return
        if shares:
            match = pattern("of_the_whole_en").match(s.lower, g.end)
            if match and match.end() > g.end:
                self.zones.append(Zone(g.end, self._stop(g.end), "whole"))
            word = shares[-1]
            of = s.lower[word.end - 3:word.end + 4]
            if any(mark in of for mark in words("of_en")) and self._share_noun(word):
                self.zones.append(Zone(word.end, self._verb(word.end, g.start), "whole"))

    def _share_noun(self, word: object) -> bool:
        match = getattr(word, "start")
        before = self.s.lower[max(self.s.start, match - 14):match]
        return bool(pattern("possessive_before_en").search(before))

    def _verb(self, start: int, end: int) -> int:
        """Where the noun phrase after a word ends: at the next verb or number."""
        cues = self.s.cues(start, end, "up", "down", "level")
        return cues[0].start if cues else end

    def _previous_end(self, g: Group) -> int:
        known = self._begins.get(g.start)
        if known is None:
            ended = bisect_right(self._ends, g.start)
            strong = bisect_right(self.s.strong, g.start)
            known = max(self.s.start, self._ends[ended - 1] if ended else 0, self.s.strong[strong - 1] if strong else 0)
            self._begins[g.start] = known
        return known

    def _stop(self, position: int) -> int:
        """The next comma, strong boundary or number."""
        stop = self.s.end
        for places in (self.s.commas, self.s.strong, self._starts):
            index = bisect_left(places, position)
            if index < len(places) and places[index] < stop:
                stop = places[index]
        return stop

    def _against_zone(self, g: Group) -> None:
        s = self.s
        begin = self._previous_end(g)
        ahead = s.cues(g.end, self._stop(g.end), "gapup", "gapdown")
        if ahead and ahead[0].start - g.end < 30 and g.numbers[-1].kind == "pp":
            self.zones.append(Zone(ahead[0].end, self._stop(g.end), "against"))
            return
        before = s.cues(begin, g.start, "gapup", "gapdown")
        if before and g.numbers[-1].kind == "pp":
            start = before[-1].end
            if s.language == "zh":
                match = list(pattern("than_zh").finditer(s.lower, begin, before[-1].start))
                if match:
                    start = match[-1].start()
            self.zones.append(Zone(min(start, g.start), g.start, "against"))

    # --- walking -------------------------------------------------------------------------

    def _advance(self, start: int, end: int) -> None:
        """Takes in what is named between two places."""
        seen: list[tuple[int, Mention | Match]] = [
            (m.start, m) for m in self.mentions if start <= m.start < end and not self._zoned(m)]
        seen += [(w.start, w) for w in self.s.cues(start, end, "subject", "price", "home", "overall", "anaphor")
                 if not any(z.start <= w.start < z.end for z in self.zones)]
        for _, thing in sorted(seen, key=lambda pair: pair[0]):
            if isinstance(thing, Mention):
                self._see(thing)
            else:
                self._cue(thing)
        for when in self.s.whens:
            if start <= when.start < end and not when.base and not when.since and not when.local:
                self.period = when.period
                if when.period:
                    self.scope.calendar.current = when.period
                    self.scope.dated = True
        for word in self.s.cues(start, end, "when"):
            if not self._dated(word.start, end):
                now = self.scope.calendar.published
                self.period = Period(now, now) if word.tags["when"] == "now" and now else None
        self.cursor = max(self.cursor, end)

    def _dated(self, start: int, end: int) -> bool:
        return any(start <= w.start < end and not w.base for w in self.s.whens)

    def _cue(self, word: Match) -> None:
        """A word that changes the frame without naming a part of trade."""
        if "subject" in word.tags:
            self._subject(word.start, word.tags["subject"])
        elif word.tags.get("price") in ("imports", "exports"):
            self.frame.see_flow(word.tags["price"])
            self.fresh.add("flow")
        elif word.tags.get("anaphor") == "place" and self.scope.region:
            self.frame.dims["region"] = self.scope.region.split("+")
        elif word.tags.get("anaphor") == "sum":
            self._sum(word)
        elif word.tags.get("overall") == "national" and self._flow_follows(word) and not self._given(word):
            self.frame.dims.pop("region", None)
        elif "home" in word.tags and not self.drafts and self._at_home(word):
            self._restart(word)

    def _at_home(self, word: Match) -> bool:
        """Whether a word for the home country means the reporter."""
        return word.tags.get("home") != "home" or self.scope.reporter == HOME

    def _given(self, word: Match) -> bool:
        """Whether a contribution to the national figure is told: it leaves the region in place."""
        clause = max([self.s.start, *(p for p in self.s.commas if p < word.start)])
        return bool(self.s.cues(clause, word.start, "contrib"))

    def _flow_follows(self, word: Match) -> bool:
        return any(m.dim == "flow" and 0 <= m.start - word.end < 5 for m in self.mentions)

    def _sum(self, word: Match) -> None:
        """`the seven together`: all members of one dimension that the paragraph has named."""
        if any(m.end == word.start and len(m.codes) > 1 for m in self.mentions):
            return
        seen = max(self.scope.seen.items(), key=lambda item: len(item[1]), default=None)
        if seen and len(seen[1]) > 1:
            self.frame.dims[seen[0]] = list(seen[1])
            self.frame.lists = []

    def _restart(self, word: Match) -> None:
        """`China's exports`: what earlier clauses named was circumstance, not what is measured."""
        flows = [m for m in self.mentions if m.dim == "flow" and 0 <= m.start - word.end < 3]
        clause = max([self.s.start, *(p for p in self.s.commas if p < word.start)])
        if flows and not self.s.cues(self.s.start, word.start, "among"):
            recent = {m.dim for m in self.mentions if clause <= m.start < word.start}
            self.frame.widen(keep=recent | self.pinned | ({"region"} if self.scope.region else set()))

    def _subject(self, position: int, code: str) -> None:
        flows = [m for m in self.mentions if m.dim == "flow" and position <= m.start]
        near = flows and flows[0].start - position < 4
        if not near and not (code in words("weak_subjects") and "flow" in self.fresh):
            self.frame.subject = code

    def _see(self, mention: Mention) -> None:
        if mention.dim == "flow" and self.frame.subject and self._subject_after(mention):
            return
        self.frame.see(mention)
        self.fresh.add(mention.dim)
        self.since.add(mention.dim)
        if mention.dim in ("partner", "enterprise") and not mention.reporter:
            seen = self.scope.seen.setdefault(mention.dim, [])
            seen += [c for c in mention.codes if c not in seen]
        if len(mention.codes) > 1:
            if mention.dim in ("partner", "region"):
                self.scope.last_list = mention
            if mention.dim == "region":
                self.scope.regions = list(mention.codes)

    def _subject_after(self, mention: Mention) -> bool:
        return any(0 <= w.start - mention.end < 2 for w in self.s.words if "subject" in w.tags)

    def _limit(self, index: int) -> int:
        """How far words after a number group may belong to it."""
        g = self.groups[index]
        return self._stop(g.end)

    # --- one group of numbers ------------------------------------------------------------

    def _number_group(self, g: Group, index: int, limit: int) -> None:
        from customhouse.reader.slices import absorb, distribute

        begin = self._previous_end(g)
        meaning = sense(self.s, g, begin, limit, self.frame, self.drafts, self.scope)
        if meaning is None:
            return
        if self._conversion(g):
            return
        limit = self._past_bracket(index, limit)
        frame = absorb(self, g, limit, meaning)
        made = distribute(self, g, meaning, frame, begin, limit)
        if meaning.measure == "rank":
            self._rank_flow(g, made)
        self.drafts.extend(made)
        self.since = set()
        if meaning.measure in ("share", "share_change"):
            self.scope.share = True

    def _parallel_shares(self) -> None:
        """`72% of A, 51% of B and 42% of C came from D`: what follows the last holds for all."""
        chain = [d for d in self.drafts if d.sense.measure == "share" and d.sense.absorbs]
        if len(chain) < 2 or chain != self.drafts[-len(chain):]:
            return
        last = chain[-1]
        for draft in chain[:-1]:
            draft.flow, draft.subject = last.flow, last.subject
            missing = {d: v for d, v in last.dims.items() if d not in draft.dims}
            draft.dims.update(missing)
            if last.whole and len(draft.dims) > 1:
                draft.whole = dict(last.whole)

    def _topic(self) -> Mention | None:
        """Who a sentence without figures or flows is about, for the next to take up."""
        first = self.mentions[0] if self.mentions else None
        if first and first.dim in ("enterprise", "partner", "region") and not first.reporter and \
                first.start - self.s.start < 20:
            return first
        return None

    def _late_flow(self) -> None:
        """Figures before the first flow of a sentence are about it where nothing else is named."""
        flows = [m for m in self.mentions if m.dim == "flow"]
        for draft in self.drafts:
            bracketed = self.s.lower[draft.number.start - 1:draft.number.start] in ("(", "\uff08")
            if draft.subject or draft.flow and not (bracketed and self.s.language == "zh"):
                continue
            later = [m for m in flows if m.start > draft.number.end]
            if later and (draft.flow is None or not any(m.start < draft.number.start for m in flows)):
                draft.flow = FLOWS.get(later[0].codes[0], later[0].codes[0])
                if later[0].codes[0] == "deficit" and draft.sense.measure == "value":
                    draft.number.negative = True

    def _rank_flow(self, g: Group, made: list[Draft]) -> None:
        """`second-largest importer` says what flow it is about."""
        noun = g.numbers[0].extra.get("noun") or self.s.lower[g.end:g.end + 8]
        for word, flow in mapping(f"rank_flows_{self.s.language}").items():
            if word in noun:
                if "flow" not in self.fresh or self.frame.flow is None:
                    self.frame.see_flow(flow)
                for draft in made:
                    draft.flow, draft.subject = flow, None
                return

    def _conversion(self, g: Group) -> bool:
        """An amount in brackets right after an amount in another currency says the same again."""
        last = self.drafts[-1] if self.drafts else None
        number = g.numbers[0]
        if not last or number.kind != "money" or last.number.kind != "money" or len(g.numbers) > 1:
            return False
        between = self.s.lower[last.number.end:g.start].strip(" ")
        if between not in ("(", "($", "(us$", "\uff08") or number.unit == last.number.unit:
            return False
        self.drafts.append(replace(last, number=number, frame=last.frame.copy()))
        return True

    def _past_bracket(self, index: int, limit: int) -> int:
        """The limit after a conversion in brackets, so that `X yen (Y dollars) deficit` is read whole."""
        g = self.groups[index]
        after = self.groups[index + 1] if index + 1 < len(self.groups) else None
        if not after or g.numbers[0].kind != "money" or self.s.lower[g.end:g.end + 2] not in (" (", "(u", "($"):
            return limit
        close = self.s.lower.find(")", after.end, after.end + 3)
        return self._stop(close + 1) if close >= 0 and after.start == limit else limit

    def _finish(self) -> None:
        scope = self.scope
        self._parallel_shares()
        self._late_flow()
        flow = any(m.dim == "flow" for m in self.mentions)
        scoped = [d for d in self.drafts if d.subject is None and d.flow]
        if scoped or flow and self.frame.narrow() and self.frame.subject is None:
            scope.frame = self.frame
        elif self.drafts:
            scope.frame = Frame()
        elif not flow and (topic := self._topic()):
            scope.frame = Frame(flow=scope.frame.flow, dims={topic.dim: list(topic.codes)})
        counts = [d for d in self.drafts if d.sense.measure == "count" and not d.subject]
        if counts:
            scope.counted = counts[-1].number.unit
        if scoped and scope.main is None:
            scope.main = next((d.period for d in scoped if d.period), None)
        if self.drafts or self.s.whens and (flow or self.s.end - self.s.start < 40):
            dated = [w for w in self.s.whens if not w.base and not w.since and w.period]
            if dated:
                scope.period = dated[-1].period if not self.drafts else self.period or dated[-1].period
        if not self.drafts:
            regions = [m for m in self.mentions if m.dim == "region" and len(m.codes) > 1]
            if regions:
                scope.regions = list(regions[-1].codes)
            lists = [m for m in self.mentions if m.dim in ("partner", "region") and len(m.codes) > 1 and not m.reporter]
            if lists:
                scope.last_list = lists[-1]
