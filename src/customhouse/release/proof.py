"""The proof of a release: its text is read, and what is read is what was written.

A statement that does not read back is said otherwise: with its year, then each figure in a sentence of its
own; one that cannot be said in a language so that it reads back is left out of all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from customhouse.model import Claim, Language
from customhouse.prose.reading import scored
from customhouse.reader import read_text
from customhouse.reconcile import reconcile
from customhouse.release import facts as planned
from customhouse.release.drafting import FORMS, Draft, Placed, draft, worded
from customhouse.rounding import rounded_to

DOC = "release"
_LISTS = ("parts", "places", "goods", "growths", "contributions", "bulk")
"""Kinds of statements whose items stand side by side, so that one can go."""


@dataclass(frozen=True, slots=True)
class Proved:
    """The draft of a language and, for each statement, its facts with the claims read, in text order."""

    draft: Draft
    read: tuple[tuple[tuple[planned.Fact, Claim], ...], ...]


def key(claim: Claim) -> Hashable:
    """What must be read back of a claim: its scored fields, and the unit that it was rounded to."""
    fields = scored(claim)
    del fields["span"]
    fields["slice"] = tuple(sorted((d, c) for d, c in fields["slice"].items() if c))
    if claim.bound != "exact" or claim.measure in ("rank", "streak", "record"):
        return (*fields.items(), claim.threshold)
    counted = "count" in (claim.measure, claim.of)  # 529,000 shows its zeros in English alone
    return (*fields.items(), claim.threshold, rounded_to(claim) if counted else claim.step)


def agreed(
    plan: planned.Plan, languages: Sequence[Language], published: str
) -> tuple[planned.Plan, dict[Language, Proved]]:
    """The drafts that read back exactly and whose figures agree with one another, to the reconciler too.

    Figures of the same cells agree; where those of rounded tables do not, or parts are less of the whole
    than they are known to be, the last item of the lightest statement in the contradiction is left out.
    """
    while True:
        plan, found = prove(plan, languages, published)
        gone = _at_odds(found[languages[0]])
        if not gone:
            return plan, found
        plan = plan.changed(gone)


def _at_odds(proved: Proved) -> dict[int, planned.Statement | None]:
    """What to say in place of the lightest statement of the first contradiction between a text's figures."""
    claims = [claim for pairs in proved.read for _, claim in pairs]
    serious = [f for f in reconcile(claims).findings if f.kind != "caution"]
    if not serious:
        return {}
    named = {claim.origin for claim in (*serious[0].claims, *serious[0].mentions)}
    held = [(placed.statement, {id(fact) for fact, claim in pairs if claim.origin in named})
            for placed, pairs in zip(proved.draft.placed, proved.read, strict=True)]
    lightest, facts = min((pair for pair in held if pair[1]), key=lambda pair: pair[0].weight)
    return {id(lightest): _shortened(lightest, facts)}


def _shortened(statement: planned.Statement, facts: set[int]) -> planned.Statement | None:
    """The statement less its last item with one of the facts; None where no other item is left."""
    at = max(i for i, item in enumerate(statement.items) if any(id(fact) in facts for _, fact in item.facts))
    items = (*statement.items[:at], *statement.items[at + 1:])
    return replace(statement, items=items) if items and statement.kind in _LISTS else None


def prove(
    plan: planned.Plan, languages: Sequence[Language], published: str
) -> tuple[planned.Plan, dict[Language, Proved]]:
    """The drafts of a plan in each language that read back exactly, and the plan that they share."""
    plan = plan.without([s for s in _statements(plan) if not all(worded(s, lang) for lang in languages)])
    forms: dict[Language, dict[int, int]] = {language: {} for language in languages}
    found: dict[Language, Proved] = {}
    for language in languages:
        while language not in found:
            made, wrong = _tried(plan, language, published, forms[language])
            if not wrong:
                found[language] = made
                continue
            gone = _otherwise(wrong, forms[language], language)
            if gone:
                plan, found = plan.without(gone), {}
                break
        else:
            continue
        return prove(plan, languages, published)
    return plan, found


def _statements(plan: planned.Plan) -> list[planned.Statement]:
    return [s for section in plan.sections for p in section.paragraphs for s in p.statements]


def _tried(plan: planned.Plan, language: Language, published: str,
           forms: dict[int, int]) -> tuple[Proved, list[Placed]]:
    """The draft with what was read of each statement, and the first wrong statement of each paragraph."""
    made = draft(plan, language, int(published[:4]), forms)
    read = read_text(made.text, published, DOC)
    wrong: dict[tuple[int, int], Placed] = {}
    pairs = []
    for placed in made.placed:
        mine = [c for c in read if c.span and placed.start <= c.span.start < placed.end]
        matched = _matched(list(placed.statement.facts()), mine)
        pairs.append(matched or ())
        if matched is None:
            wrong.setdefault(placed.paragraph, placed)
    return Proved(made, tuple(pairs)), list(wrong.values())


def _matched(facts: list[planned.Fact], read: list[Claim]) -> tuple[tuple[planned.Fact, Claim], ...] | None:
    """Each claim read with the fact that it states; None where they are not the same."""
    waiting = {id(fact): key(fact.printed) for fact in facts}
    if Counter(waiting.values()) != Counter(key(claim) for claim in read):
        return None
    pairs = []
    for claim in read:
        fact = next(f for f in facts if waiting.get(id(f)) == key(claim))
        del waiting[id(fact)]
        pairs.append((fact, claim))
    return tuple(pairs)


def _otherwise(
    wrong: list[Placed], forms: dict[int, int], language: Language
) -> list[planned.Statement]:
    """Try the next form of each wrong statement; those that have none left are returned."""
    gone = []
    for placed in wrong:
        form = forms.get(id(placed.statement), 0) + 1
        if form == len(FORMS) or not worded(placed.statement, language, FORMS[form]):
            gone.append(placed.statement)
        else:
            forms[id(placed.statement)] = form
    return gone
