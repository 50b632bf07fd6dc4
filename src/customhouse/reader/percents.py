"""What a percentage is: a share, a growth rate or an index, by the first rule that knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from customhouse.reader.context import Context
from customhouse.reader.senses import Sense, sign_of
from customhouse.vocabulary import pattern, words
from customhouse.vocabulary.lexicon import Match

_DIRECT = 22


@dataclass(frozen=True, slots=True)
class _View:
    """What most rules ask for: the words of shares and moves before the number, whether it is a level."""

    context: Context
    share: Match | None
    move: Match | None
    to: bool


def percent(c: Context) -> Sense:
    """The sense of a percentage; where no rule knows, it is growth as of the last figure."""
    view = _View(c, c.before("share"), c.before("up", "down", "flat", "speed", "slow"), c.to())
    for rule in _RULES:
        if found := rule(view):
            return found
    keeps = c.last and c.last.measure == "growth" and not c.before("level")
    if _share_goes_on(c):
        return _share(c)
    if not keeps and (verb := _verb_goes_on(c)):
        return Sense("growth", c.growth_of(), verb.sign)
    if c.last and c.last.measure == "streak" and (moves := c.sentence.cues(
            c.sentence.start, c.group.start, "up", "down")):
        return Sense("growth", c.growth_of(), sign_of(moves[-1]))
    return Sense("growth", c.growth_of(), c.last.sign if c.last and keeps else 1.0)


def _share_goes_on(c: Context) -> bool:
    """`a 130 billion, accounting for 46%; b 124 billion, 44%`: no cue where the last rate was a share."""
    levels = c.drafts[-2:]
    return (len(levels) == 2 and levels[0].sense.measure == "share" and levels[1].sense.measure == "value"
            and not c.since(levels[1].number.end, "up", "down"))


def _verb_goes_on(c: Context) -> Sense | None:
    """`exports fell 16% to a and imports 11% to b`: the verb of the rate before is meant again."""
    if not c.english or not c.followed("to_level_en"):
        return None
    return next((d.sense for d in reversed(c.drafts) if d.sense.measure == "growth"), None)


# --- the rules, in order ------------------------------------------------------------------


def _index(v: _View) -> Sense | None:
    """A level where the sentence is about an index."""
    c = v.context
    indexed = c.frame.subject in words("index_subjects") and (v.to or not c.before("up", "down"))
    return Sense("index") if indexed else None


def _rate_of_duty(v: _View) -> Sense | None:
    """A rate of duty, to which or from which it was moved: no growth."""
    c = v.context
    levels = c.frame.subject in words("rate_subjects") and c.english
    told = v.to or c.lead(c.begin, 12).rstrip().endswith(words("from_word_en"))
    return Sense("value") if levels and told else None


def _forecast_to(v: _View) -> Sense | None:
    """A rate to which a forecast was moved, up or down."""
    c = v.context
    told = pattern(f"forecast_to_{c.sentence.language}").search(c.lead(c.sentence.start, 120))
    return Sense("growth", c.growth_of()) if told else None


def _priced(v: _View) -> Sense | None:
    """`6% cheaper`: growth of the price."""
    after = v.context.sentence.lower[v.context.group.end:v.context.group.end + 24]
    if not v.context.english or not (told := pattern("cheaper_en").match(after)):
        return None
    return Sense("growth", "price", -1.0 if told[0].strip() in words("cheaper_words") else 1.0)


def _of_those(v: _View) -> Sense | None:
    """`Of those, more than four fifths are private`: a share of what was told last."""
    c = v.context
    if not c.english or not pattern("of_those_en").match(c.sentence.lower, c.sentence.start, c.group.start):
        return None
    return Sense("share", "count" if c.scope.counted == "enterprise" else _share_of(c))


def _bracketed(v: _View) -> Sense | None:
    """A rate in brackets, or behind `or`, right after the amount that it goes with."""
    c = v.context
    if not c.last or c.last.measure not in ("change", "growth", "value") or c.drafts[-1].number.kind == "%":
        return None
    told = c.sentence.lower[c.drafts[-1].number.end:c.group.start]
    if c.english and c.last.measure == "value" and pattern("or_of_total_en").fullmatch(told):
        return _share(c)
    between = told.strip()
    if between not in words("or_words") or c.english and c.followed("of_after_en"):
        return None
    if c.last.measure == "value" and between.strip(", ") in words("or_word_en"):
        return _share(c)  # of a level, not of a change
    return Sense("growth", c.last.of, c.last.sign)


def _contributed(v: _View) -> Sense | None:
    """`contributed 40%` in the comma clause."""
    contrib = v.context.before("contrib")
    return _contribution_share(v.context, contrib) if contrib else None


def _shared(v: _View) -> Sense | None:
    """`accounted for 30%`: a word for shares, no move named since."""
    if not v.share or _noun_after(v.context):
        return None
    nearest = not v.move or v.share.start > v.move.start or v.to or v.context.group.ranged
    nearest = nearest or _of_increase_zh(v.context, v.share) or _moved_from(v.context)
    return _share(v.context) if nearest else None


def _moved_from(c: Context) -> bool:
    """Whether a number is where a share moved from: `the share climbed from 1% in 2015 to 4.9%`."""
    return c.english and bool(pattern("from_before_en").search(c.lead(c.near, 28)))


def _of_increase_zh(c: Context, share: Match) -> bool:
    """Whether a Chinese share is one of an increase, whose word is no move."""
    lower, end = c.sentence.lower, c.group.start
    return not c.english and bool(pattern("increment_zh").search(lower, share.end, end))


def _level_of_share(v: _View) -> Sense | None:
    """`rose to 30%` where shares are the talk, no rate."""
    rate = v.move is not None and v.context.text(v.move) in words("rate_nouns")
    return _share(v.context) if v.to and not rate and v.context.sharing() else None


def _share_noun_after(v: _View) -> Sense | None:
    """`72% of bags came from the EU`, `a 40% share`, or a Chinese share before its noun."""
    c = v.context
    if c.english:
        found = c.followed("of_after_en") or c.followed("share_noun_en")
        found = found or c.followed("went_to_en")
    else:
        told = c.before("contrib") and not c.before("up", "down", "mom", "yoy")
        found = bool(told) or c.followed("share_after_zh")
    return _share(c, absorbs=True) if found else None


def _minus(v: _View) -> Sense | None:
    """A number with a sign of its own, which words do not change and later numbers do not share."""
    return _growth(v.context, 1.0) if v.context.number.signed else None


def _less(v: _View) -> Sense | None:
    """`5% less`, `5% more than`."""
    if v.share or not v.context.english:
        return None
    if v.context.followed("less_after_en"):
        return _growth(v.context, -1.0)
    return _growth(v.context, 1.0) if v.context.followed("more_than_en") else None


def _beyond(v: _View) -> Sense | None:
    """`5% above the level of last year`."""
    c = v.context
    gap = c.after("gapup", "gapdown", reach=12)
    if not gap or v.share or not c.english or not c.adjacent(gap):
        return None
    return _growth(c, -1.0 if gap.tags.keys() & {"gapdown", "down"} else 1.0)


def _move_after(v: _View) -> Sense | None:
    """`a 5% rise`: the move right after the number, unless one before measures it."""
    c = v.context
    follows = c.after("up", "down", reach=32)
    if not follows or not c.adjacent(follows) or v.move and c.by(v.move):
        return None
    return _growth(c, sign_of(follows), absorbs=True)


def _move_before(v: _View) -> Sense | None:
    """`rose 5%`."""
    if not v.move and not v.context.english and (sign := _rate_sign(v)):
        return _growth(v.context, sign)  # a fall that narrowed by 2 points, to 3%
    if not v.move or "flow" in v.move.tags:
        return None
    return _growth(v.context, _rate_sign(v) or sign_of(v.move))


def _rate_sign(v: _View) -> float:
    """The sign of the rate that a rate moved to: growth that fell to 3% is growth. 0.0 where none did."""
    c = v.context
    if not v.to:
        return 0.0
    clause = c.sentence.lower[c.clause_start(c.group.start):c.group.start]
    language = c.sentence.language
    if pattern(f"growth_moved_to_{language}").search(clause):
        return 1.0
    return -1.0 if pattern(f"decline_moved_to_{language}").search(clause) else 0.0


def _move_near(v: _View) -> Sense | None:
    """`5% in annual growth`: a move after the number in the same breath."""
    c = v.context
    follows = c.after("up", "down", reach=32)
    if not follows:
        return None
    between = c.gap_to(follows)
    direct = len(between) < _DIRECT and not any(mark in between for mark in ",;")
    return _growth(c, sign_of(follows), absorbs=True) if direct else None


def _shared_wide(v: _View) -> Sense | None:
    """A word for shares anywhere since the last number."""
    return _share(v.context) if v.context.before("share", wide=True) else None


def _moved_wide(v: _View) -> Sense | None:
    """A move anywhere since the last number."""
    move = v.context.before("up", "down", wide=True)
    return _growth(v.context, sign_of(move)) if move else None


def _contributed_wide(v: _View) -> Sense | None:
    """`contributed` anywhere since the last number."""
    contrib = v.context.before("contrib", wide=True)
    return _contribution_share(v.context, contrib) if contrib else None


def _tenths(v: _View) -> Sense | None:
    """Chinese tenths that nothing moves are a share: `民企数量接近九成`."""
    c = v.context
    if c.english or not c.number.extra.get("fraction") or c.last and c.last.measure == "growth":
        return None
    if c.before("up", "down", "flat", wide=True):
        return None
    counted = c.before("number", "volume") and "enterprise" in c.frame.dims
    return Sense("share", "count") if counted else _share(c)


def _shares_go_on(v: _View) -> Sense | None:
    """No cue at all where shares are the talk."""
    return _share(v.context) if not v.to and v.context.sharing() else None


_RULES: tuple[Callable[[_View], Sense | None], ...] = (
    _index, _rate_of_duty, _forecast_to, _priced, _of_those, _bracketed, _contributed, _minus, _shared,
    _less, _beyond, _level_of_share, _share_noun_after, _move_after, _move_before, _move_near, _shared_wide,
    _moved_wide, _contributed_wide, _tenths, _shares_go_on,
)


# --- what they share ------------------------------------------------------------------------


def _growth(c: Context, sign: float, absorbs: bool = False) -> Sense:
    return Sense("growth", c.growth_of(), sign, absorbs)


def _share(c: Context, absorbs: bool = False) -> Sense:
    return Sense("share", _share_of(c), absorbs=absorbs)


def _contribution_share(c: Context, contrib: Match) -> Sense | None:
    """A share that something contributed, None for words such as `drove` that give no share."""
    if not c.text(contrib).startswith(words("contribution_words")):
        return None
    return Sense("share", "change" if _change_whole(c) else None)


def _noun_after(c: Context) -> bool:
    """Whether an English word for a move stands right after the number: `a 5% rise`."""
    follows = c.after("up", "down", reach=24) if c.english else None
    return follows is not None and c.adjacent(follows)


def _share_of(c: Context) -> str | None:
    """What a share is of: a change, a count, a quantity, or (None) the value."""
    contrib, share = c.before("contrib", wide=True), c.before("share")
    if contrib and not share or _change_whole(c):
        return "change"
    last = c.previous
    counted = last and "count" in (last.sense.measure, last.sense.of) and not c.since(last.number.end, "flow")
    countries = last is not None and last.number.unit == "country" and c.english
    if counted and not (countries and c.sentence.cues(c.group.end, c.limit, "flow")):
        return "count"
    if c.before("number", wide=True) or _whole_has(c, "number"):
        return "count"
    if c.english and c.scope.counted == "enterprise" and c.followed("of_them_traders_en"):
        return "count"
    return "quantity" if _whole_has(c, "volume") or c.counted_before() == "quantity" else None


def _whole_has(c: Context, kind: str) -> bool:
    """Whether the words for the whole, in Chinese before the number, else after, have one of a kind."""
    if c.english:
        return bool(c.sentence.cues(c.group.end, c.limit, kind))
    shares = c.sentence.cues(c.near, c.group.start, "share")
    return bool(shares) and c.since(shares[0].end, kind)


def _change_whole(c: Context) -> bool:
    """Whether the whole is the increase, as in `80% of the growth`."""
    increment = pattern(f"increment_{c.sentence.language}")
    return bool(increment.search(c.sentence.lower, c.near, min(c.limit + 1, c.sentence.end)))
