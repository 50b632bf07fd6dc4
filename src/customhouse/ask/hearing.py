"""A question's tokens as what they say: the slice and periods by the query language, the rest as cues."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from customhouse.ask.asides import without_asides
from customhouse.ask.words import ASKING, PLAIN, meaning, means, tokens
from customhouse.errors import QueryError
from customhouse.groups import WORLD
from customhouse.model import HOME
from customhouse.query.dates import Latest
from customhouse.query.model import PARTS, TIMES
from customhouse.query.said import Said
from customhouse.query.steps import STEPS
from customhouse.query.tokens import Token, misplaced, peek
from customhouse.vocabulary import pattern
from customhouse.vocabulary.lexicon import fold

CUES = (
    "hole",
    "which",
    "order",
    "direction",
    "relation",
    "axis",
    "counted",
    "outside",
    "leaders",
    "share",
    "buyer",
    "way",
    "fraction",
    "either",
    "verb",
    "overall",
    "each",
    "fresh",
    "refer",
    "aux",
    "start",
)
_DIMENSIONS = {"country": "partner"}
BALANCES = ("surplus", "deficit")
_PASSED = ("filler", "list", "flow")
_IDLE = ("pause", "range", "sum", "except_after", "since_after", "number", "amount")
"""Kinds of the query language that say nothing by themselves."""
_PAUSES = ("than", "relation", "hole", "which")
"""Words between two names that make no list of them."""


@dataclass(slots=True)
class Heard:
    """What a question says: `said` in the query language; cues by kind as (code, words), in order.

    `aside` are clauses that were passed over, with their tokens in `before`, `lost` the words that were not
    understood, `leaning` partners
    that may be the reporter: `US exports`. `home`: it is asked what others have with the reporter. `volume`:
    a volume was taken for a value. `wrong`: why the words do not fit together.
    """

    text: str
    said: Said
    cues: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    balance: str | None = None
    leaning: list[Token] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    before: list[Token] = field(default_factory=list)
    opens: Token | None = None
    compared: bool = False
    home: bool = False
    wrong: QueryError | None = None
    compound: bool = False
    volume: bool = False
    share: bool = False

    def codes(self, kind: str) -> list[str]:
        """The codes of a kind of cue, in order."""
        return [code for code, _ in self.cues.get(kind, ())]

    def has(self, kind: str, *codes: str) -> bool:
        """Whether there is a cue of a kind, of one of the codes where any is named."""
        found = self.codes(kind)
        return any(code in codes for code in found) if codes else bool(found)


def hear(text: str, calendar: Latest) -> Heard:
    """What a question says; `wrong` tells what does not fit together."""
    found = tokens(text, calendar)
    heard = Heard(text, Said(text, calendar.latest))
    kept, heard.before, heard.aside, heard.lost = without_asides(text, found)
    heard.opens = next(
        (
            t
            for t in kept
            if not (means(t, "pass") and not means(t, "aux", "hole", "which"))
            and t.kind not in ("filler", "list")
        ),
        None,
    )
    related = any(means(t, "relation") for t in kept)
    heard.lost += [t.text for t in kept if means(t, "overall") and not related]
    if related:  # how many times one is of the other is no measure
        heard.lost += [t.text for t in kept if t.kind == "measure" and t.code == "multiple"]
    for token in kept:
        for kind in CUES:
            code = meaning(token, kind)
            if code is not None:
                heard.cues.setdefault(kind, []).append((code, token.text))
    try:
        walk(heard.said, _plain(heard, kept))
    except QueryError as error:
        heard.wrong = error
    _turn_buyers(heard, kept)
    _moved(heard)
    ways = heard.codes("way")
    if ways and not any(m.dimension == "flow" for m in heard.said.mentions):
        heard.said.mention("flow", ways[:1], 0)
    return heard


def _moved(heard: Heard) -> None:
    """`How much did falling prices lower import growth?` asks for what prices gave to it."""
    asked = pattern("cause_asked_en", "cause_asked_zh").search(fold(heard.text).lower())
    if asked is None or "factor" in heard.said.single:
        return
    factor = next(name for name, text in asked.groupdict().items() if text)
    heard.said.single["factor"] = factor.removesuffix("_zh")
    heard.said.measures = ["contribution"]


def _turn_buyers(heard: Heard, found: list[Token]) -> None:
    """`Who buys from China?` is about exports, `what does China buy?` about imports."""
    said = heard.said
    at = next((t.start for t in found if means(t, "buyer")), None)
    if at is None or any(m.dimension == "flow" for m in said.mentions):
        return
    home = [m for m in said.mentions if m.dimension == "partner" and m.codes == [HOME]]
    said.mentions = [m for m in said.mentions if m not in home]
    others = home or any(m.dimension == "partner" and m.at < at for m in said.mentions)
    bought = heard.codes("buyer")[0] == "buy"
    said.mention("flow", ["exports" if bool(others) == bought else "imports"], at)


def _plain(heard: Heard, found: list[Token]) -> list[Token]:
    """The tokens of the query language, those of questions turned into them where they have a like."""
    result: list[Token] = []
    for at, token in enumerate(found):
        if token.kind == "each_of":
            token = replace(token, kind="partner", code=WORLD)
        if token.kind != "home":
            result += _turned(heard, found, at, token)
    return result


def _turned(heard: Heard, found: list[Token], at: int, token: Token) -> list[Token]:
    if token.kind == "adjective":
        if token.code == HOME:
            return []
        heard.leaning.append(token)
        return [replace(token, kind="partner")]
    if token.kind == "partner" and token.code == HOME and at and means(found[at - 1], "with"):
        heard.home = True
    if token.kind == "partner" and _leans(found, at):
        heard.leaning.append(token)
    if token.kind == "flow" and token.code in BALANCES:
        heard.balance = token.code
        return [replace(token, code="balance")]
    if token.kind == "dimension":
        return _axis(heard, found, at, token, token.code)
    heard.compound |= token.kind == "compound"
    if token.kind == "above" and not _numbered_next(found, at):
        code = "exceed" if token.code == "above" else "below"
        heard.cues.setdefault("relation", []).append((code, token.text))
        return []
    if token.kind == "against" and not _dated_next(found, at):
        heard.compared = True
        return _base_before(heard, found, at)
    if token.kind == "measure" and token.code.startswith("record"):
        heard.cues.setdefault("hole", []).append((token.code.removesuffix("_ever"), token.text))
        return []
    return _of_cue(heard, found, at, token) if token.kind == ASKING else [token]


def _of_cue(heard: Heard, found: list[Token], at: int, token: Token) -> list[Token]:
    """What a word of questions says in the query language."""
    if means(token, "share"):
        return [
            Token(token.start, token.end, "measure", "share", token.text),
            Token(token.start, token.end, "whole", "zh_part", token.text),
        ]
    after = found[at + 1] if at + 1 < len(found) else None
    if (
        means(token, "relation")
        and after is not None
        and (after.kind in ("amount", "number") or means(after, "fraction"))
    ):
        code = "below" if meaning(token, "relation") == "below" else "above"
        return [Token(token.start, token.end, "above", code, token.text)]
    if means(token, "fraction") and at and means(found[at - 1], "relation"):
        share = float(str(meaning(token, "fraction")))
        return [Token(token.start, token.end, "amount", "", token.text, share)]
    plain = next((kind for kind in PLAIN if means(token, kind)), None)
    if plain is not None:
        return [Token(token.start, token.end, plain, str(meaning(token, plain)), token.text)]
    if means(token, "axis"):
        return _axis(heard, found, at, token, str(meaning(token, "axis")))
    return [replace(token, kind="pause")] if means(token, *_PAUSES) else []


def _axis(heard: Heard, found: list[Token], at: int, token: Token, code: str) -> list[Token]:
    """After `top 10` or `by` an axis is the query language's; by itself it is what is sought along."""
    before = next((t for t in reversed(found[:at]) if t.kind not in _PASSED and not means(t, "pass")), None)
    dimension = _DIMENSIONS.get(code, code)
    if before is not None and before.kind in ("by", "top") and (dimension in PARTS or dimension in TIMES):
        if dimension in PARTS:
            heard.cues.setdefault("along", []).append((code, token.text))
        return [Token(token.start, token.end, "dimension", dimension, token.text)]
    if token.kind == "dimension":
        heard.cues.setdefault("axis", []).append((code, token.text))
    return []


def _leans(found: list[Token], at: int) -> bool:
    """Whether an English partner stands right before exports or imports, and after no preposition."""
    token = found[at]
    after = found[at + 1] if at + 1 < len(found) else None
    before = found[at - 1] if at else None
    aimed = before is not None and (before.kind in ("to", "from", "list") or means(before, "with"))
    one_way = after is not None and after.kind == "flow" and after.code in ("exports", "imports")
    return token.code != HOME and token.text.isascii() and one_way and not aimed


def _numbered_next(found: list[Token], at: int) -> bool:
    after = found[at + 1] if at + 1 < len(found) else None
    return after is not None and (after.kind in ("amount", "number", "when") or means(after, "fraction"))


def _dated_next(found: list[Token], at: int) -> bool:
    after = peek(found, at + 1, "filler", ASKING)
    return after is not None and after.kind == "when"


def _base_before(heard: Heard, found: list[Token], at: int) -> list[Token]:
    """`compared with` after its period, as Chinese has it, makes that period the base."""
    before = found[at - 1] if at else None
    others = [t for t in found if t.kind == "when" and t is not before]
    if before is not None and before.kind == "when" and others and before.start > others[0].start:
        heard.said.put("base", before.carries, before.text)
    return []


def walk(said: Said, found: list[Token]) -> None:
    """Let each token say what it says. Raises QueryError for what does not fit together."""
    base, at = said.single.get("base"), 0
    found = [t for t in found if not (t.kind in ("number", "amount", "when") and t.carries == base)]
    while at < len(found):
        token = found[at]
        step = STEPS.get(token.kind)
        if step is None:
            if token.kind not in _IDLE:
                raise misplaced(token.text)
            at += 1
            continue
        at = step(said, found, at)
