"""The walk over one sentence, left to right: what each word changes of the slice and period in view."""

from __future__ import annotations

from customhouse.model import HOME
from customhouse.reader.drafts import Draft
from customhouse.reader.frames import Frame, Mention
from customhouse.reader.numerals import number_word
from customhouse.reader.scope import Scope
from customhouse.reader.timed import Timed
from customhouse.reader.tokens import LEVELS, Sentence
from customhouse.reader.topics import ANY_PORT, ports
from customhouse.vocabulary import mapping, pattern, words
from customhouse.vocabulary.lexicon import Match

OTHERS = "others"
_CONTRIBUTED = 12
"""Characters after a word for the country within which what contributes to its trade is told."""
_OF_PAIR = {"former": 0, "latter": 1}


def pair_of(drafts: list[Draft]) -> list[Frame]:
    """The frames of the last two figures where their slices differ; none else."""
    pair = [d for d in drafts if d.number.kind in LEVELS][-2:]
    unlike = len({(d.flow, *sorted(d.dims.items())) for d in pair}) == 2
    return [_told(d) for d in pair] if unlike else []


def _told(draft: Draft) -> Frame:
    """The frame of a draft as it is told: of one member of each list."""
    frame = draft.frame.copy()
    frame.flow, frame.lists, frame.flows = draft.flow, [], []
    return frame


class Walk(Timed):
    """What is in view at the cursor, and the drafts made so far.

    `fresh`: the dimensions this sentence has named. `named_since`: those named since the last number.
    `pinned`: those taken up by an anaphor. `parent`: the slice in view before `of which` turned to a part.
    `beside`: the slice in view beside which the rate of the whole country is told.
    """

    def __init__(self, sentence: Sentence, scope: Scope) -> None:
        super().__init__(sentence, scope)
        self.frame = Frame()
        self.cursor = sentence.start
        self.fresh: set[str] = set()
        self.named_since: set[str] = set()
        self.pinned: set[str] = set()
        self.parent: Frame | None = None
        self.beside: Frame | None = None

    def advance(self, start: int, end: int) -> None:
        """Takes in what is named between two places."""
        if self.aside_end is not None and end > self.aside_end:
            self.look_ahead()
        self._take_words(start, end)
        self.take_periods(start, end)
        self.cursor = max(self.cursor, end)

    def see(self, mention: Mention) -> None:
        """Takes in a mention, for the figures that follow and for later sentences."""
        if mention.dim == "flow" and self.frame.subject and self._subject_after(mention):
            return
        if mention.dim == "partner" and mention.codes == [self.scope.reporter]:
            self._turn_round()
            return
        if mention.dim == "transport":
            self._at_port(mention)
        if mention.dim == "commodity" and self.scope.short.issuperset(mention.codes):
            mention.codes = [self.scope.topics["commodity"]]
        self.frame.see(mention)
        if mention.dim == "flow":
            self._keep_subject(mention)
        elif mention.dim == "regime":
            self.scope.regime = list(mention.codes)
        self.fresh.add(mention.dim)
        self.named_since.add(mention.dim)
        if mention.dim in ("partner", "enterprise", "commodity") and not mention.reporter:
            seen = self.scope.seen.setdefault(mention.dim, [])
            seen += [c for c in mention.codes if c not in seen]
        if len(mention.codes) > 1:
            self._remember_list(mention)

    def _at_port(self, mention: Mention) -> None:
        """A port is the one that a document is about; what goes through one is not all of its place."""
        port = self.scope.topics.get("transport")
        if port and mention.codes == [ANY_PORT]:
            mention.codes = [port]
        province = ports().get(mention.codes[0])
        here = self.frame.dims.get("region", [])
        if province and "region" not in self.fresh and all(code.startswith(province) for code in here):
            self.frame.dims.pop("region", None)

    def _turn_round(self) -> None:
        """The reporter is the partner: the country in view is the one whose trade is told."""
        partners = self.frame.dims.get("partner", [])
        owner = self.frame.reporter or (partners[0] if len(partners) == 1 else None)
        if owner and owner != self.scope.reporter:
            self.frame.reporter, self.frame.dims["partner"] = owner, [self.scope.reporter]
            self.fresh.add("partner")

    def _keep_subject(self, mention: Mention) -> None:
        """In a text about services, exports are those of services until goods are named."""
        text = self.sentence.lower[mention.start:mention.end]
        home = any(0 <= mention.start - w.end < 3 for w in self.sentence.cues(
            mention.start - 14, mention.start, "home"))
        if home or any(mark in text for mark in words("goods_marks")):
            self.scope.sticky = None
        if self.scope.sticky:
            self.frame.subject = self.scope.sticky

    def see_subject(self, word: Match) -> None:
        """Takes in a subject other than a slice of trade, unless a flow stands right at it."""
        code = word.tags["subject"]
        if self.sentence.lower[max(0, word.start - 20):word.start].endswith(words("goods_and")):
            return  # goods and services together are told of as trade
        flow = next((m for m in self.mentions if m.dim == "flow" and m.start >= word.start), None)
        if flow and flow.start - word.start < 4:
            return
        if code not in words("weak_subjects") or "flow" not in self.fresh:
            self.frame.subject = code

    def at_home(self, word: Match) -> bool:
        """Whether a word for the home country means all its trade, not that of one side with the other."""
        if pattern(f"our_side_{self.sentence.language}").match(self.sentence.lower, word.start):
            return False
        return word.tags.get("home") != "home" or self.scope.reporter == HOME

    # --- words -----------------------------------------------------------------------------

    def _take_words(self, start: int, end: int) -> None:
        """Mentions and cue words between two places, in text order, zones left out."""
        cues = self.sentence.cues(start, end, "subject", "price", "home", "overall", "anaphor", "among")
        seen: list[Mention | Match] = [m for m in self.mentions if start <= m.start < end]
        for thing in sorted([*seen, *cues], key=lambda t: t.start):
            if self.zoned(thing.start) or self._counted(thing):
                continue
            if isinstance(thing, Mention):
                self.see(thing)
            else:
                self._take_cue(thing)

    def _counted(self, thing: Mention | Match) -> bool:
        """Whether a good is only the noun of a number whose goods are named: `coal, 300 ships`."""
        if not isinstance(thing, Mention) or thing.dim != "commodity" or "commodity" not in self.named_since:
            return False
        return any(n.kind == "count" and n.start <= thing.start < n.end for n in self.sentence.numbers)

    def _take_cue(self, word: Match) -> None:
        """A word that changes the frame without naming a part of trade."""
        if "among" in word.tags and self.drafts and self.parent is None:
            self.parent = self.frame.copy()
        if "subject" in word.tags:
            self.see_subject(word)
        elif word.tags.get("price") in ("imports", "exports"):
            self.frame.see_flow(word.tags["price"])
            self.fresh.add("flow")
        elif "anaphor" in word.tags:
            self._take_anaphor(word)
        elif self._moves_whole(word):
            self.beside, self.frame = self.frame, self.frame.copy()
            self.frame.widen()
        elif self._is_national(word):
            self.frame.dims.pop("region", None)
        elif "home" in word.tags and not self.drafts and self.at_home(word):
            self._restart(word)

    def _take_anaphor(self, word: Match) -> None:
        """A word that means what the text has named."""
        kind = word.tags["anaphor"]
        if kind == "place" and self.scope.region:
            self.frame.dims["region"] = self.scope.region_codes()
        elif kind == "sum":
            self._take_sum(word)
        elif kind == OTHERS:
            self._take_others()
        elif kind in _OF_PAIR:
            self._take_of_pair(_OF_PAIR[kind])

    def _flow_at(self, word: Match, reach: int) -> bool:
        """Whether a flow follows a word within fewer than `reach` characters."""
        return any(m.dim == "flow" and 0 <= m.start - word.end < reach for m in self.mentions)

    def _is_national(self, word: Match) -> bool:
        """Whether the flow of the whole country is meant; a contribution to it leaves the region in place."""
        if word.tags.get("overall") != "national" or not self._flow_at(word, 5):
            return False
        s = self.sentence
        return not s.cues(self.clause_start(word.start), word.start, "contrib") and not s.cues(
            word.end, word.end + _CONTRIBUTED, "contrib")

    def _moves_whole(self, word: Match) -> bool:
        """Whether the whole country's rate stands beside that of a part: `theirs rose 6%, all trade 1%`."""
        if word.tags.get("overall") != "national" or self.sentence.language != "zh" or not self.drafts:
            return False
        return bool(pattern("whole_moves_zh").match(self.sentence.lower, word.end))

    def _take_sum(self, word: Match) -> None:
        """`the seven together`: all members of one dimension that the paragraph has named."""
        if any(m.end == word.start and len(m.codes) > 1 for m in self.mentions):
            return
        text = self.sentence.lower[word.start:word.end]
        goods = any(name in text for name in words("product_words"))
        told = {d: c for d, c in self.scope.seen.items() if (d == "commodity") == goods}
        dim, codes = max(told.items(), key=lambda item: len(item[1]), default=("", []))
        language = self.sentence.language
        said = text if language == "zh" else [mapping("sum_words_en").get(w, w) for w in text.split()]
        count = next((n for word in said if (n := number_word(word, language)) and n > 1), len(codes))
        if len(codes) > 1:
            taken = codes[-count:]
            self.frame.dims[dim] = taken
            self.frame.lists = [Mention(dim, taken, word.start, word.end, word)]

    def _take_others(self) -> None:
        """`all other markets`: those but the one told of last."""
        seen = self.frame.dims.get("partner") or self.scope.frame.dims.get("partner") or self.scope.seen.get(
            "partner", [])
        if len(seen) == 1:
            self.frame.dims["partner"] = [seen[0] if seen[0].startswith("!") else f"!{seen[0]}"]
            self.fresh.add("partner")

    def _take_of_pair(self, which: int) -> None:
        """`the former`, `the latter`: one of a list of two, or of the last two levels told."""
        pair = next((m for m in reversed(self.frame.lists) if len(m.codes) == 2), None)
        slices = pair_of(self.drafts) or self.scope.pair
        if slices:
            self.frame = slices[which].copy()
        elif pair:
            self.frame.dims[pair.dim] = [pair.codes[which]]

    def _restart(self, word: Match) -> None:
        """`China's exports`: what earlier clauses named was circumstance, not what is measured."""
        if not self._flow_at(word, 3) or self.sentence.cues(self.sentence.start, word.start, "among"):
            return
        clause = self.clause_start(word.start)
        recent = {m.dim for m in self.mentions if clause <= m.start < word.start}
        self.frame.widen(keep=recent | self.pinned | ({"region"} if self.scope.region else set()))

    def _subject_after(self, mention: Mention) -> bool:
        """Whether a flow is part of a subject's name that goes on right after it."""
        return any(0 <= w.start - mention.end < 2 for w in self.sentence.words if "subject" in w.tags)

    def _remember_list(self, mention: Mention) -> None:
        """Lists of places can be taken up by later sentences."""
        if mention.dim in ("partner", "region"):
            self.scope.last_list = mention
        if mention.dim == "region":
            self.scope.regions = list(mention.codes)
