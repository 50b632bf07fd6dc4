"""What percentage points are: a contribution, a gap, the change of a share or that of a growth rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from customhouse.reader.causes import KIND as CAUSE
from customhouse.reader.context import Context
from customhouse.reader.senses import Sense, gap_sign
from customhouse.vocabulary import pattern, words
from customhouse.vocabulary.lexicon import Match


@dataclass(frozen=True, slots=True)
class _View:
    """The comparison nearest to the number, the sign of the moves before it, and whether it has a base."""

    context: Context
    gap: Match | None
    sign: float
    based: bool
    """Whether a base period is named in the clause."""
    yearly: bool
    """Whether the clause says that it compares with the year, month or quarter before."""


def points(c: Context) -> Sense:
    """The sense of percentage points; where no rule knows, they change a share."""
    view = _view(c)
    for rule in _RULES:
        if found := rule(view):
            return found
    return Sense("share_change", None, view.sign)


def _view(c: Context) -> _View:
    gap = _gap_before(c) or c.after("gapup", "gapdown", reach=30)
    based = any(w.base and c.near <= w.start < c.limit for w in c.sentence.whens)
    return _View(c, gap, _move_sign(c), based, bool(c.sentence.cues(c.near, c.limit, "yoy", "mom", "qoq")))


def _gap_before(c: Context) -> Match | None:
    """A comparison before the number: more than a bare adjective such as `lower`."""
    found = c.before("gapup", "gapdown")
    bare = found and c.english and c.text(found) in words("bare_gap_words")
    return None if bare else found


def _move_sign(c: Context) -> float:
    """The sign of the nearest move before the number; a decline that narrows goes up."""
    down, up = c.before("down", "slow"), c.before("up", "speed")
    falls = c.sentence.cues(c.near, c.group.start, "down", "slow")
    if falls and c.text(falls[0]) in words("decline_nouns_zh"):
        return 1.0 if len(falls) > 1 else -1.0
    return -1.0 if down and (not up or down.start > up.start) else 1.0


# --- the rules, in order ------------------------------------------------------------------


def _caused(v: _View) -> Sense | None:
    """`falling prices lowered growth by 2.6 points`."""
    cause = v.context.number.extra.get(CAUSE)
    return Sense("contribution", None, cause.sign) if cause else None


def _contributed(v: _View) -> Sense | None:
    """`pulled growth up by 0.3 points`, unless a comparison stands nearer."""
    c, gap = v.context, v.gap
    contrib = _contribution(c)
    if not contrib:
        return None
    if gap and gap.end <= c.group.start and (c.before("contrib") is None or contrib.start <= gap.start):
        return None
    lowers = "down" in contrib.tags or c.text(contrib).startswith(words("lowering_words"))
    return Sense("contribution", None, -1.0 if lowers else 1.0)


def _gap(v: _View) -> Sense | None:
    """`2 points higher than the average`: a comparison with something else than the past."""
    if not v.gap or (v.based or v.yearly) and v.context.text(v.gap) not in words("outpacing_words"):
        return None
    share = v.context.before("share")
    apart = share is not None and share.end <= v.gap.start
    last = v.context.previous
    apart = apart or last is not None and last.sense.measure == "share" and not v.context.since(
        last.number.end, "flow", "up", "down", "share")
    return Sense("gap", "share" if apart else None, gap_sign(v.gap), cue=v.gap)


def _share_change(v: _View) -> Sense | None:
    """Shares are the talk."""
    c = v.context
    regime = c.frame.dims.get("regime") and not c.before("speed", "slow")
    sharing = c.sharing() or c.before("share", wide=True) or regime
    of = c.of() if c.before("volume", "number") else None
    return Sense("share_change", of, _point_sign(v, v.gap)) if sharing else None


def _rate_compared(v: _View) -> Sense | None:
    """`2 points higher than a year earlier`: what is left where a comparison has a base."""
    return Sense("change", "growth", gap_sign(v.gap)) if v.gap else None


def _rate_moved(v: _View) -> Sense | None:
    """A growth rate that moved, or any base, or growth as the last figure."""
    c = v.context
    moved = c.before("speed", "slow", "up", "down", wide=True)
    follows = c.after("up", "down", "speed", "slow")
    if not (moved or follows or v.based or c.last and c.last.measure == "growth"):
        return None
    return Sense("change", "growth", _point_sign(v, follows))


_RULES: tuple[Callable[[_View], Sense | None], ...] = (
    _caused, _contributed, _gap, _share_change, _rate_compared, _rate_moved)


# --- what they share ------------------------------------------------------------------------


def _contribution(c: Context) -> Match | None:
    """A word that says what moved growth, or the move itself in such a clause.

    One in a clause before is not of a rate that this clause names as what moved."""
    found = c.before("contrib") or (None if _rate_moves(c) else c.before("contrib", wide=True))
    if found and c.since(found.end, "share"):
        return None  # `lifting their share by 2 points`
    if found and "share" not in found.tags:
        return found
    if c.english and c.followed("to_growth_en"):
        return c.before("up", "down", wide=True)
    clause = c.sentence.lower[c.near:c.group.start]
    if not c.before("speed", "slow") and pattern(f"moves_growth_{c.sentence.language}").search(clause):
        return next(iter(c.sentence.cues(c.near, c.group.start, "down", "up", "contrib")), None)
    return None


def _rate_moves(c: Context) -> bool:
    """Whether a Chinese clause names a rate and then its move: `，增速降低2个百分点`."""
    moves = c.sentence.cues(c.near, c.group.start, "up", "down")
    rates = [w for w in moves if c.text(w) in words("rate_nouns")]
    return not c.english and bool(rates) and c.since(rates[-1].end, "up", "down", "speed", "slow")


def _point_sign(v: _View, cue: Match | None) -> float:
    """The sign of a change in points: that of the moves before it, else that of a cue."""
    c = v.context
    if v.sign < 0 or c.number.negative or c.english and c.followed("smaller_after_en"):
        return -1.0
    tags = cue.tags.keys() if cue else frozenset[str]()
    return -1.0 if tags & {"down", "slow", "gapdown"} and not tags & {"up", "gapup"} else 1.0
