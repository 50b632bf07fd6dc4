"""Groups of related claims as sentences, at one of several degrees of flow, down to one claim a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from customhouse.model import Claim, Slice
from customhouse.period import Period
from customhouse.prose.lists import in_one_list, varying
from customhouse.prose.naming import Owner, parts
from customhouse.prose.sentences import about, begins_with_topic, qualified, sentence
from customhouse.prose.strands import Strand, alike, strands
from customhouse.prose.when import dated
from customhouse.prose.wording import fill, opened

DEGREES = 5
"""0: lists with `respectively`; 1: a clause for each slice; 2: as 1, all said in full; 3: a sentence for each
slice; 4: one for each claim."""
_CLAUSES, _FULL, _SENTENCES = 1, 2, 3
_MOST_CLAUSES = 6
_FLOWS = ("exports", "imports", "balance")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its figures marked, and the claims of the figures in the order of the text."""

    text: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """The clauses of one sentence. `split`: the flows of the trade that the sentence before told."""

    strands: tuple[Strand, ...]
    split: bool = False


class Composer:
    """Writes groups one after the other; a period is said where it is another than in the sentence before."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._period: Period | None = None
        self._slice: Slice | None = None

    def group(self, claims: Sequence[Claim], degree: int) -> list[Sentence]:
        """The sentences of a group at a degree of flow, 0 the most."""
        if degree == DEGREES - 1:
            self._period = self._slice = None
            return [Sentence(sentence(claim, self.language), (claim,)) for claim in claims]
        told = strands(claims, levels=degree < _SENTENCES)
        return [self._sentence(run, degree) for run in _runs(told, degree)]

    def _sentence(self, run: _Run, degree: int) -> Sentence:
        told = [strand.claims for strand in run.strands]
        listed = in_one_list(run.strands, self.language) if degree == 0 and len(told) > 1 else None
        text = self._opened(run, listed or self._clauses(run, degree))
        self._slice = run.strands[0].slice if len(told) == 1 and not run.split else None
        return Sentence(text, tuple(chain(*zip(*told, strict=True) if listed else told)))

    def _opened(self, run: _Run, what: str) -> str:
        """A sentence with its opening."""
        what = qualified(run.strands[0].head, self.language, what)
        if run.split:
            return opened(fill("sentence_of_this", self.language, what=what))
        period = run.strands[0].period
        if period and period == self._period:
            return opened(fill("sentence_on", self.language, what=what))
        self._period = period
        return opened(fill("sentence", self.language, when=dated(period, self.language), what=what))

    def _clauses(self, run: _Run, degree: int) -> str:
        language, brief = self.language, degree < _FULL
        if run.split:
            return self._joined([s.said(language, _bare(s, language), brief, brief) for s in run.strands])
        owner: Owner = "region" if brief else "country"
        first, *others = run.strands
        what = about(first.head, language, owner)
        if brief and self._goes_on(run):
            what = fill("again", language, x=what)
        dim = varying(run.strands) or ""
        later = [s.said(language, _those(s, dim, language, owner), brief, brief) for s in others]
        return self._joined([first.said(language, what, terse=brief), *later])

    def _goes_on(self, run: _Run) -> bool:
        """Whether a sentence goes on about the slice and period of the one before, and can say `they`."""
        head = run.strands[0].head
        same = head.slice == self._slice and run.strands[0].period == self._period
        return same and head.slice.flow != "balance" and begins_with_topic(head, self.language)

    def _joined(self, clauses: Sequence[str]) -> str:
        text, *others = clauses
        for index, other in enumerate(others, 1):
            form = "clause_last" if index == len(others) else "clause_next"
            text = fill(form, self.language, a=text, b=other)
        return text


def _bare(strand: Strand, language: str) -> str:
    """The flow of a clause whose other dimensions the sentence before has named."""
    part = strand.slice if strand.slice.commodity else Slice(flow=strand.slice.flow)
    what = about(replace(strand.head, slice=part), language, "none")
    return fill("article", language, x=what) if part.flow == "balance" else what


def _those(strand: Strand, dim: str, language: str, owner: Owner) -> str:
    """The slice of a clause after others: what is the same goes without saying in English."""
    if owner == "region" and dim == "region":
        return about(strand.head, language, owner)
    what = about(strand.head, language, "none")
    if strand.slice.flow == "balance":
        return fill("article", language, x=what)
    if language == "zh":
        return what
    return fill("those", language, x=parts(strand.slice, language, strand.slice.flow or "")[dim])


def _runs(clauses: Sequence[Strand], degree: int) -> list[_Run]:
    """The clauses by sentences."""
    runs: list[_Run] = []
    whole: Strand | None = None
    for clause in clauses if degree < _SENTENCES else ():
        last = runs[-1] if runs else None
        if whole and _is_flow_of(clause, whole):
            told = last.strands if last and last.split else ()
            runs[-1 if told else len(runs):] = [_Run((*told, clause), split=True)]
            continue
        whole = clause if clause.slice.flow == "trade" else None
        if last and not last.split and _is_parallel(last, clause):
            runs[-1] = _Run((*last.strands, clause))
        else:
            runs.append(_Run((clause,)))
    return runs or [_Run((clause,)) for clause in clauses]


def _is_flow_of(clause: Strand, whole: Strand) -> bool:
    """Whether a clause is about exports, imports or the balance of the trade told before."""
    flow = clause.slice.flow
    same = replace(clause.slice, flow=None) == replace(whole.slice, flow=None)
    return same and flow in _FLOWS and alike(clause.head, whole.head)


def _is_parallel(run: _Run, clause: Strand) -> bool:
    """Whether a clause tells another code of the same dimension as those before."""
    return len(run.strands) < _MOST_CLAUSES and varying((*run.strands, clause)) is not None
