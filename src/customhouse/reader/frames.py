"""What a sentence is talking about, as it is read from left to right: flow, partner, goods, places."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from customhouse.model import HOME
from customhouse.period import Period
from customhouse.reader.asides import dateline, named_aside
from customhouse.reader.owners import owns, preposition, shortened
from customhouse.reader.tokens import Sentence
from customhouse.vocabulary import mapping, pattern, words
from customhouse.vocabulary.lexicon import Match

DIMS = ("partner", "commodity", "enterprise", "region", "regime", "transport")
FLOWS = {"surplus": "balance", "deficit": "balance"}
WORLD = "WLD"
_MENTION_KINDS = (*DIMS, "flow")
_NAMES = {*_MENTION_KINDS, "adjective", "home"}
_MARKED = 60
"""Characters before a name that may mark it as the partner."""
_NEAR = 20
"""Characters between an adjective and the goods that it is of."""
_UNLISTED = {"trade", "surplus", "deficit", "balance"}


@dataclass(slots=True)
class Mention:
    """One or more codes of one dimension that stand in a list, with their place and role."""

    dim: str
    codes: list[str]
    start: int
    end: int
    word: Match
    reporter: bool = False


@dataclass(slots=True)
class Frame:
    """The slice in view. Each dimension has the codes of the last list that named it."""

    flow: str | None = None
    deficit: bool = False
    dims: dict[str, list[str]] = field(default_factory=dict)
    reporter: str | None = None
    subject: str | None = None
    lists: list[Mention] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    period: Period | None = None

    def copy(self) -> Frame:
        """A frame that can change without this one."""
        dims = {k: list(v) for k, v in self.dims.items()}
        return Frame(self.flow, self.deficit, dims, self.reporter, self.subject,
                     list(self.lists), list(self.flows), self.period)

    def single(self, dim: str) -> bool:
        """Whether a dimension has one code."""
        return len(self.dims.get(dim, ())) == 1

    def singled(self) -> Frame:
        """A copy without the partners and goods that were only counted up in a list."""
        copied = self.copy()
        counted = [d for d in ("partner", "commodity") if len(copied.dims.get(d, ())) != 1]
        copied.dims = {d: v for d, v in copied.dims.items() if d not in counted}
        return copied

    def narrow(self) -> list[str]:
        """The dimensions that are set."""
        return [d for d in DIMS if self.dims.get(d)]

    def see_flow(self, code: str) -> None:
        """A flow is named: from here on figures are about it."""
        self.flow, self.deficit, self.subject = FLOWS.get(code, code), code == "deficit", None

    def see(self, mention: Mention) -> None:
        """A partner, good or the like is named."""
        if mention.reporter:
            self.reporter = "+".join(sorted(mention.codes))
            if self.dims.get("partner") == mention.codes:
                del self.dims["partner"]
            return
        if mention.dim == "flow":
            self.see_flow(mention.codes[-1])
            self.flows = mention.codes if len(mention.codes) > 1 else []
        else:
            self.dims[mention.dim] = list(mention.codes)
        if len(mention.codes) > 1:
            self.lists.append(mention)

    def widen(self, keep: Iterable[str] = ()) -> None:
        """All dimensions are dropped but those to keep."""
        self.dims = {d: v for d, v in self.dims.items() if d in keep}
        self.lists = [m for m in self.lists if m.dim in keep]


def mentions(sentence: Sentence, reporter: str) -> list[Mention]:
    """The mentions of a sentence in order, lists joined, countries told apart by role."""
    found: list[Mention] = []
    for word in sentence.words:
        mention = _mention(sentence, word, reporter)
        if not mention:
            continue
        if found and _explains(sentence, found[-1], mention):
            found[-1] = mention
        elif found and _in_list(sentence, found[-1], mention):
            found[-1].codes += [c for c in mention.codes if c not in found[-1].codes]
            found[-1].end = mention.end
        else:
            found.append(mention)
    for mention in found:
        pair = mention.dim == "partner" and len(mention.codes) == 2
        if pair and reporter == HOME and HOME in mention.codes:
            mention.codes.remove(HOME)  # trade between China and another is trade with that other
    return found


def _explains(sentence: Sentence, last: Mention, mention: Mention) -> bool:
    """Whether partners say which are meant by a word for a kind: `the traditional markets of the EU`."""
    if last.dim != "partner" or last.dim != mention.dim or len(last.codes) > 1 or last.end > mention.start:
        return False
    told = last.codes[0] in words("generic_partners") and not (last.reporter or mention.reporter)
    return told and bool(pattern("generic_of").fullmatch(sentence.lower, last.end, mention.start))


def _in_list(sentence: Sentence, last: Mention, mention: Mention) -> bool:
    """Whether a mention goes on with the list of the one before: `coal, gas and oil`."""
    if last.dim != mention.dim or last.end > mention.start or last.reporter or mention.reporter:
        return False
    gap = pattern(f"list_gap_{sentence.language}")
    if not gap.fullmatch(sentence.lower, last.end, mention.start):
        return False
    apart = bool(sentence.lower[last.end:mention.start].strip())
    if last.dim == "flow":
        whole = sentence.language == "zh" and last.codes[0] == "trade"  # 进出口、出口、进口
        codes = (*last.codes[whole:], *mention.codes)
        return apart and _UNLISTED.isdisjoint(codes)
    return apart or sentence.language == "zh" and last.dim == "region"


def _mention(sentence: Sentence, word: Match, reporter: str) -> Mention | None:
    """The mention that a word makes, None where it is another thing or the reporter itself."""
    tags = word.tags
    if tags.keys().isdisjoint(_NAMES) or "noise" in tags:
        return None
    if dateline(sentence, word) or named_aside(sentence, word):
        return None
    if tags.get("partner") == reporter:
        return _home_abroad(sentence, word, reporter)
    if "region" in tags and "partner" in tags and reporter == HOME:
        mention = _excepted(sentence, Mention("partner", [tags["partner"]], word.start, word.end, word))
        mention.reporter = owns(sentence, word, reporter) and not preposition(sentence, word)
        return mention
    kind = next((kind for kind in _MENTION_KINDS if kind in tags), None)
    if kind == "commodity" and sentence.language == "en" and pattern("verb_ships_en").match(
            sentence.lower, word.start):
        kind = "flow" if "flow" in tags else None
    if kind is None and reporter != HOME and tags.get("home") == "home":
        ours = _home_owns(sentence, word, reporter)
        return Mention("partner", [HOME], word.start, word.end, word, reporter=True) if ours else None
    if kind is None:
        return _adjective(sentence, word, reporter) if "adjective" in tags else None
    if kind == "partner":
        return _country(sentence, word, tags["partner"], reporter)
    if kind == "transport" and not _transport(sentence, word):
        return None
    codes = [*_elided(sentence, word), tags[kind]] if kind == "enterprise" else [tags[kind]]
    return _excepted(sentence, Mention(kind, codes, word.start, word.end, word))


def _elided(sentence: Sentence, word: Match) -> list[str]:
    """The kinds of traders before one with the noun of all: `foreign-invested, private and state firms`."""
    if sentence.language != "en":
        return []
    lead = sentence.lower[max(sentence.start, word.start - 80):word.start]
    before = pattern("elided_traders_en").search(lead)
    known = mapping("traders_en")
    found = [code for text in re.split(r", (?:and )?| and |,", before["list"] if before else "")
             if (code := known.get(text.strip()))]
    return [code for code in found if code != word.tags["enterprise"]]


def _home_abroad(sentence: Sentence, word: Match, reporter: str) -> Mention | None:
    """The reporter as another country's partner: `their imports from China`."""
    before = sentence.lower[max(sentence.start, word.start - 45):word.start]
    text = sentence.lower[word.start:word.end]
    short = text[:1] in words("short_before_zh") and text[1:] in words("home_shorts_zh")
    if short or pattern(f"abroad_{sentence.language}").search(before):
        return Mention("partner", [reporter], word.start, word.end, word)
    return None


def _excepted(sentence: Sentence, mention: Mention) -> Mention:
    """`excluding gold`, `non-EU`: all but what is named."""
    if mention.dim not in ("partner", "commodity"):
        return mention
    before = sentence.lower[max(sentence.start, mention.start - 36):mention.start]
    excepted = bool(pattern(f"except_{sentence.language}").search(before)) and not any(
        w.end == mention.start for w in sentence.words)
    if excepted or sentence.language == "zh" and pattern("beyond_zh").match(sentence.lower, mention.end):
        mention.codes = [f"!{code}" for code in mention.codes if not code.startswith("!")] or mention.codes
    return mention


def _transport(sentence: Sentence, word: Match) -> bool:
    """Plain words such as `road` or `air` are modes only after `by` or `via` or beside transport."""
    if len(word.tags["transport"]) > 6 or word.tags["transport"] not in words("plain_modes"):
        return True
    if " " in sentence.lower[word.start:word.end]:
        return True
    before = sentence.lower[max(sentence.start, word.start - 45):word.start]
    after = sentence.lower[word.end:word.end + 12]
    return bool(pattern("mode_before").search(before) or pattern("mode_after").match(after))


def _country(sentence: Sentence, word: Match, code: str, reporter: str) -> Mention | None:
    """A country as partner, or as the reporter where it owns a flow and no preposition stands before."""
    mention = Mention("partner", [code], word.start, word.end, word)
    if shortened(sentence, word):
        if more := pattern("more_shorts_zh").match(sentence.lower, word.end):
            known = mapping("shorts_zh")
            mention.codes += [known[char] for char in more["list"] if char in known]
            mention.end = more.end("list")
        return _excepted(sentence, mention)
    if code == WORLD:
        return None
    if code == HOME:
        mention.reporter = _home_owns(sentence, word, reporter)
        return mention
    if sentence.language == "en" and pattern("kind_of_country_en").match(sentence.lower, word.end):
        return None
    mention = _excepted(sentence, mention)
    mention.reporter = not preposition(sentence, word) and owns(sentence, word, reporter)
    return mention


def _home_owns(sentence: Sentence, word: Match, reporter: str) -> bool:
    """Whether China owns a flow in a text about another country's trade."""
    if preposition(sentence, word):
        return False
    ours = sentence.lower.startswith(words("home_first_zh")[0], word.start)
    return ours or owns(sentence, word, reporter)


def _adjective(sentence: Sentence, word: Match, reporter: str) -> Mention | None:
    """`Vietnamese exports`: the country is the reporter."""
    code = word.tags["adjective"]
    if code != reporter and _imported(sentence, word):
        return Mention("partner", [code], word.start, word.end, word)
    if code in (reporter, HOME):
        return None
    if not any(_of_adjective(sentence, word, w) for w in sentence.words if "flow" in w.tags):
        return None
    return Mention("partner", [code], word.start, word.end, word, reporter=True)


def _imported(sentence: Sentence, word: Match) -> bool:
    """Whether an adjective says whose goods are imported: `imports of Australian coal`."""
    if sentence.language != "en":
        return False
    goods = any("commodity" in w.tags and 0 <= w.start - word.end < _NEAR for w in sentence.words)
    if not goods and not pattern("goods_next_en").match(sentence.lower, word.end):
        return False
    return any(w.tags.get("flow") == "imports" and 0 <= word.start - w.end < _MARKED and pattern(
        "imports_of_en").fullmatch(sentence.lower, w.end, word.start) for w in sentence.words)


def _of_adjective(sentence: Sentence, word: Match, flow: Match) -> bool:
    """Whether a flow follows an adjective, perhaps with its goods between: `Kenyan fresh avocado exports`."""
    gap = flow.start - word.end
    if not 0 <= gap <= 40:
        return False
    between = [w for w in sentence.words if word.end <= w.start < flow.start]
    goods = sum(w.end - w.start for w in between if "commodity" in w.tags)
    return gap <= 14 or bool(goods) and flow.tags["flow"] == "exports" and gap - goods <= 14
