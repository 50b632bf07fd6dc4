"""What a sentence ends with: figures that its later words complete, and what the next sentence takes over."""

from __future__ import annotations

from customhouse.period import Period
from customhouse.reader.drafts import Draft
from customhouse.reader.frames import FLOWS, Frame, Mention
from customhouse.reader.openings import begins_point
from customhouse.reader.periods import opens_with_same
from customhouse.reader.tokens import When
from customhouse.reader.walk import Walk, pair_of
from customhouse.vocabulary import pattern, words

_EARLY = 20
"""Characters from the beginning of a sentence within which who is named is whom it is about."""
_BRACKETS = ("(", "\uff08")
_LEVELS = ("value", "quantity", "count", "price")


def close_walk(walk: Walk) -> None:
    """Completes the drafts of a sentence and hands on what it was about."""
    _share_parallels(walk)
    _take_predicate(walk)
    _set_late_flows(walk)
    _hand_on_frame(walk)
    _hand_on_flow(walk)
    walk.scope.pair = pair_of(walk.drafts) or walk.scope.pair
    _hand_on_counts(walk)
    _hand_on_level(walk)
    _hand_on_goods(walk)
    _hand_on_subject(walk)
    _hand_on_period(walk)
    if not walk.drafts:
        _hand_on_lists(walk)


# --- completing --------------------------------------------------------------------------------


def _share_parallels(walk: Walk) -> None:
    """`72% of A, 51% of B and 42% of C came from D`: what follows the last holds for all."""
    chain = [d for d in walk.drafts if d.sense.measure == "share" and d.sense.absorbs]
    if len(chain) < 2 or chain != walk.drafts[-len(chain):]:
        return
    last = chain[-1]
    for draft in chain[:-1]:
        draft.flow, draft.subject = last.flow, last.subject
        draft.dims.update({d: v for d, v in last.dims.items() if d not in draft.dims})
        if last.whole and len(draft.dims) > 1:
            draft.whole = dict(last.whole)


def _take_predicate(walk: Walk) -> None:
    """`60% of exports, or 7 trillion yuan, were machines`: what shares and levels are of, or go to."""
    s = walk.sentence
    chain = [d for d in walk.drafts if d.sense.measure in ("share", "value") and d.subject is None]
    alike = len(chain) > 1 and chain[0].sense == chain[-1].sense
    if s.language != "en" or not chain or chain != walk.drafts or alike:
        return
    after = next((m for m in walk.mentions if m.start >= chain[-1].number.end and m.dim != "flow"
                  and pattern("predicate_en").fullmatch(s.lower, chain[-1].number.end, m.start)), None)
    if after is None or after.reporter or any(after.dim in d.dims for d in chain):
        return
    whens = [w for w in s.whens if w.period and not (w.base or w.since or w.local)]
    period = whens[0].period if len(whens) == 1 and whens[0].start >= after.end else None
    code = "+".join(sorted(after.codes))
    for draft in chain:
        draft.dims[after.dim] = code
        draft.frame.dims[after.dim] = list(after.codes)
        draft.period = period or draft.period


def _set_late_flows(walk: Walk) -> None:
    """Figures before the first flow of a sentence are about it where nothing else is named."""
    flows = [m for m in walk.mentions if m.dim == "flow"]
    for draft in walk.drafts if flows else []:
        later = next((m for m in flows if m.start > draft.number.end), None)
        if later and _awaits_flow(walk, draft, flows[0]):
            code = later.codes[0]
            draft.flow = FLOWS.get(code, code)
            if code == "deficit" and draft.sense.measure == "value":
                draft.number.negative = True


def _awaits_flow(walk: Walk, draft: Draft, first: Mention) -> bool:
    """Whether a figure has no flow, or one of the text before where a Chinese bracket opens its sentence."""
    s, start = walk.sentence, draft.number.start
    if draft.subject:
        return False
    bracketed = s.language == "zh" and s.lower[start - 1:start] in _BRACKETS
    return not draft.flow or bracketed and first.start >= start


# --- handing on --------------------------------------------------------------------------------


def _hand_on_frame(walk: Walk) -> None:
    """The slice of the last figures, or the topic of a sentence without any."""
    scope, flow = walk.scope, _names_flow(walk)
    scope.first, scope.ended = _first_told(walk), None if walk.drafts else scope.ended
    if _scoped(walk) or flow and walk.frame.subject is None and (walk.frame.narrow() or not walk.drafts):
        scope.frame = walk.parent or walk.frame
        told = {d.flow for d in walk.drafts}
        if scope.frame.flow is None and len(told) == 1:
            scope.frame.flow = next(iter(told))  # that of a whole, as in `took 17% of exports`
    elif walk.drafts:
        scope.frame = Frame()
    elif not flow and (topic := _topic(walk)):
        scope.frame = Frame(flow=scope.frame.flow, dims={topic.dim: list(topic.codes)})
    elif not flow and begins_point(walk.sentence):
        scope.frame = Frame(flow=scope.frame.flow)


def _first_told(walk: Walk) -> Frame | None:
    """The slice of a sentence's first figure, None where that is not of trade."""
    draft = next(iter(walk.drafts), None)
    if draft is None or draft.subject is not None or draft.flow is None:
        return None
    deficit = draft.flow == "balance" and draft.number.negative
    return Frame(draft.flow, deficit, {d: v.split("+") for d, v in draft.dims.items()}, draft.frame.reporter)


def _scoped(walk: Walk) -> list[Draft]:
    """The drafts about a flow of trade, or about what traders or partners traded."""
    return [d for d in walk.drafts if d.subject is None and (
        d.flow or d.sense.measure == "value" and d.dims.keys() & {"enterprise", "partner"})]


def _names_flow(walk: Walk) -> bool:
    """Whether a sentence names a flow."""
    return any(m.dim == "flow" for m in walk.mentions)


def _topic(walk: Walk) -> Mention | None:
    """Who a sentence without figures or flows is about, for the next to take up."""
    first = walk.mentions[0] if walk.mentions else None
    if first is None or first.reporter:
        return None
    if first.start - walk.sentence.start >= _EARLY:
        return first if len(walk.mentions) == 1 and first.dim == "enterprise" else None
    return first if first.dim in ("enterprise", "partner", "region") else None


def _hand_on_flow(walk: Walk) -> None:
    """The flow that figures were last told of."""
    told = [d.flow for d in _scoped(walk) if d.flow]
    if told:
        walk.scope.flow = told[-1]


def _hand_on_counts(walk: Walk) -> None:
    """The unit last counted."""
    counts = [d for d in walk.drafts if d.sense.measure == "count" and not d.subject]
    if counts:
        walk.scope.counted = counts[-1].number.unit


def _hand_on_level(walk: Walk) -> None:
    """What the last level was: a value, a quantity, a count or a price."""
    levels = [d.sense.measure for d in walk.drafts if d.sense.measure in _LEVELS]
    walk.scope.level = levels[-1] if levels else None


def _hand_on_goods(walk: Walk) -> None:
    """The good that an English sentence without figures is about, which `they` or a mass may be of."""
    first = walk.mentions[0] if walk.mentions else None
    early = first is not None and first.start - walk.sentence.start < _EARLY
    about = early and not walk.drafts and walk.sentence.language == "en" and not _names_flow(walk)
    walk.scope.spoken = list(first.codes) if first and about and first.dim == "commodity" else []
    if len(walk.scope.spoken) == 1:
        walk.scope.goods = list(walk.scope.spoken)


def _hand_on_subject(walk: Walk) -> None:
    """A subject that has exports and imports of its own, such as services; English names it each time."""
    if walk.sentence.language != "zh":
        return
    subjects = [d.subject for d in walk.drafts if d.subject in words("sticky_subjects")]
    if subjects and not _scoped(walk):
        walk.scope.sticky = subjects[-1]


def _hand_on_period(walk: Walk) -> None:
    """The period last named, and the document's where this is its first."""
    scope, s = walk.scope, walk.sentence
    told = [d for d in walk.drafts if d.status not in ("forecast", "target")]
    if scope.main is None and not scope.calendar.undated:
        own = (d for d in _scoped(walk) if d in told and not d.number.compared and not _of_local(walk, d))
        scope.main = next((d.period for d in own if d.period), None)
    if not walk.drafts and not _names_flow(walk) and s.end - s.start >= 40:
        return
    if s.language == "en" and pattern("revised_en").search(s.lower, s.start, s.end):
        return  # an earlier figure is put right, and the text goes on
    if walk.drafts and walk.drafts[-1:] != told[-1:]:  # what is aimed at is of its own period
        stated = [d for d in told if not d.number.compared]
        scope.period = stated[-1].period if stated else scope.period
        return
    whens = [w for w in s.whens if not (
        w.base or w.since or w.local or opens_with_same(s, w) or _is_earlier(walk, w))]
    if walk.drafts and len(whens) > 1 and _of_old(walk, whens[-2], whens[-1]):
        scope.period = whens[-2].period
        return
    if scope.calendar.undated and whens and whens[-1].period is None:
        scope.period = None  # months of a year that nothing tells
    dated = [w.period for w in whens if w.period]
    if len(dated) > 1 and scope.main in dated[:-1] and dated[-1] in _compared_with(scope.main):
        scope.period = scope.main  # set beside it, and not what the text goes on about
    elif dated:
        scope.period = (walk.period if walk.drafts else None) or dated[-1]


def _of_old(walk: Walk, before: When, last: When) -> bool:
    """Whether a sentence on the document's period sets a year long before beside it."""
    main = walk.scope.main
    if before.period != main or last.explicit_year is None or last.period is None:
        return False
    return main is None or last.period.last < main.first


def _is_earlier(walk: Walk, when: When) -> bool:
    """Whether a period before the document's is told by `the previous month` behind figures of another."""
    main = walk.scope.main
    if main is None or when.explicit or when.period is None or when.period.last >= main.last:
        return False
    return bool(walk.groups) and when.start > walk.groups[0].start


def _compared_with(main: Period | None) -> tuple[Period, ...]:
    """The periods that a document's own is mostly set beside."""
    return () if main is None else (main.year_earlier(), main.shift(-main.months))


def _of_local(walk: Walk, draft: Draft) -> bool:
    """Whether the period of a figure is its own alone."""
    return any(w.local and w.period == draft.period for w in walk.sentence.whens)


def _hand_on_lists(walk: Walk) -> None:
    """Lists of places that a sentence without figures names."""
    lists = [m for m in walk.mentions if m.dim in ("partner", "region") and len(m.codes) > 1]
    for mention in lists:
        if mention.dim == "region":
            walk.scope.regions = list(mention.codes)
        if not mention.reporter:
            walk.scope.last_list = mention
