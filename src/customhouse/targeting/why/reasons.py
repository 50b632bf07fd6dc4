"""The topics that raise a score most, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.model import LANGUAGES
from customhouse.targeting.why.comparable import Comparable, Earlier
from customhouse.targeting.why.contributions import contributions
from customhouse.targeting.why.disclosure import Disclosure
from customhouse.targeting.why.facts import Asked, Fact
from customhouse.targeting.why.topics import Topics
from customhouse.targeting.why.wording import sentence

if TYPE_CHECKING:
    from customhouse.targeting.history import Whole

LEAST = 0.05
"""What a topic adds to log(score) at least, to be a reason: about 5% of the score."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a declaration was selected: a topic (a code), what it adds to log(score), and a sentence.

    Of what was drawn or matched a rule the contribution is 0, and `feature` is random, exploration, rule
    or rank.
    """

    feature: str
    contribution: float
    text: str


@dataclass(frozen=True, slots=True)
class Cause:
    """The same before it is worded: a topic, what it adds to log(score), and what is known of it."""

    feature: str
    contribution: float
    fact: Fact

    def said(self, language: str) -> Reason:
        """The reason in words. Raises TargetingError for a language that there are none in."""
        return Reason(self.feature, self.contribution, sentence(self.fact, language))


def causes(
    model: Any, frame: Any, rows: Sequence[int], *, most: int = 4, lowering: bool = False,
    disclosure: Disclosure | None = None,
) -> tuple[tuple[Cause, ...], ...]:  # fmt: skip
    """The topics that raise (or lower) the score of rows of a table most, the weightiest first.

    `rows` are places in the table (any DataFrame of declarations); at most `most` topics each, of those
    that raise it by 5% or more: where there are more of them, what is unusual in itself goes before what
    counts together with the rest alone, but for the weightiest. Raises TargetingError.
    """
    import numpy as np

    if most < 1:
        raise TargetingError(f"{most} reasons: ask for one at least")
    part, moments = _part(frame, rows)
    if not len(moments):
        return ()
    found = contributions(model, model.memory_.features(part, moments))
    topics, sign = Topics.of(found.names, model.memory_.ledgers), -1.0 if lowering else 1.0
    asked = Asked.of(Comparable.of(model.memory_, disclosure), part, moments)
    sums, leading = topics.sums(found.values) * sign, topics.leading(found.values * sign)
    order = np.argsort(-sums, axis=1, kind="stable")
    return tuple(
        _most(_told(
            Cause(topics.distinct[place], sign * float(sums[row, place]),
                  asked.fact(row, topics.distinct[place], leading[row][place], sign))
            for place in order[row].tolist() if sums[row, place] >= LEAST
        ), most)
        for row in range(len(moments))
    )  # fmt: skip


def _told(given: Iterable[Cause]) -> tuple[Cause, ...]:
    """Causes that say something of their own, the weightiest first; what says the same is added to it."""
    found: list[Cause] = []
    for cause in given:
        same = next((n for n, one in enumerate(found) if one.fact.same(cause.fact)), None)
        if same is None:
            found.append(cause)
        else:
            one = found[same]
            found[same] = Cause(one.feature, one.contribution + cause.contribution, one.fact)
    return tuple(sorted(found, key=lambda one: -abs(one.contribution)))


def _most(given: Sequence[Cause], most: int) -> tuple[Cause, ...]:
    """The weightiest, then those that are unusual in themselves, then others; in the order of weights."""
    kept = sorted(range(len(given)), key=lambda place: (place > 0 and given[place].fact.plain, place))[:most]
    return tuple(given[place] for place in sorted(kept))


def reasons(
    model: Any, frame: Any, rows: Sequence[int], lang: str, most: int = 4, *, lowering: bool = False,
    disclosure: Disclosure | None = None,
) -> tuple[tuple[Reason, ...], ...]:  # fmt: skip
    """The same in words: for each of the rows (places in the table) its reasons in `lang` (en or zh).

    Figures of other traders are told as far as `disclosure` allows. Raises TargetingError.
    """
    if lang not in LANGUAGES:
        raise TargetingError(f"{lang!r}: no language of reasons; there are {', '.join(LANGUAGES)}")
    found = causes(model, frame, rows, most=most, lowering=lowering, disclosure=disclosure)
    return tuple(tuple(cause.said(lang) for cause in one) for one in found)


def earlier(
    model: Any, frame: Any, rows: Sequence[int], most: int = 5, *, past: Any = None
) -> tuple[tuple[Earlier, ...], ...]:
    """The latest earlier declarations of each row's own trader, as they were known when it was lodged.

    `past` is the table that the model was fitted on, for their ids (column declaration_id). Raises
    TargetingError for another one.
    """
    part, moments = _part(frame, rows)
    known, ids = Comparable.of(model.memory_), _ids(past)
    if ids is not None and len(ids) != len(known.declared):
        told = f"{len(ids)} declarations, and the model learnt from {len(known.declared)}"
        raise TargetingError(f"past: {told}; give the table that it was fitted on")
    codes = model.memory_.coders.codes(part).get("trader")
    if codes is None:
        return tuple(() for _ in moments)
    return tuple(
        known.earlier(int(code), int(moment), most, ids)
        for code, moment in zip(codes, moments, strict=True)
    )


def _part(frame: Any, rows: Sequence[int]) -> tuple[Any, Whole]:
    """Rows of a table as a frame, and their days. Raises TargetingError for rows that it has not."""
    import numpy as np

    from customhouse.targeting.estimator import framed

    whole, days = framed(frame)
    places = np.asarray(rows, dtype=np.int64).reshape(-1)
    if ((places < 0) | (places >= len(days))).any():
        raise TargetingError(f"rows from {places.min()} to {places.max()}: the table has {len(days)}")
    return whole[places.tolist()], days[places]


def _ids(past: Any) -> list[str] | None:
    import narwhals as nw

    if past is None:
        return None
    table = nw.from_native(past, eager_only=True)
    if "declaration_id" not in table.columns:
        raise TargetingError("the past has no column declaration_id; leave it out, or give one with ids")
    return [str(one) for one in table["declaration_id"].to_list()]
