"""Figures in headlines: the body of the text says what they are about and when."""

from __future__ import annotations

from dataclasses import replace

from customhouse.model import Claim
from customhouse.period import Period
from customhouse.vocabulary import phrase

_MOST = 5
"""No more figures stand in headlines; others are of no known period."""


def dated_from_body(claims: list[Claim], main: Period | None) -> list[Claim]:
    """Figures before the first dated one stand in headlines: they take slice and period from the body.

    `main` is the first period that the text is about."""
    first = next((i for i, c in enumerate(claims) if c.period and not c.slice.subject), None)
    if not first or first > _MOST:
        return claims
    return [_from_body(c, claims[first:], main) for c in claims[:first]] + claims[first:]


def _from_body(head: Claim, body: list[Claim], main: Period | None) -> Claim:
    """A headline's claim as the same figure in the body tells it, else with the period of the body."""
    if head.note == phrase("note_period", "en"):
        return head
    twin = next((c for c in body if _figure(c) == _figure(head) and c.period), None)
    if twin and _fits(head, twin):
        return replace(head, slice=twin.slice, period=twin.period, base=twin.base)
    if head.slice.subject or head.measure == "rank":
        return head
    return replace(head, period=main or body[0].period)


def _figure(claim: Claim) -> tuple[object, ...]:
    return claim.measure, claim.of, claim.value, claim.unit


def _fits(head: Claim, twin: Claim) -> bool:
    """Whether all that a headline names, its flow aside, is the same in the body."""
    if head.slice.subject not in (None, "unclassified") or twin.slice.subject:
        return False
    told = twin.slice.given()
    return all(told.get(k) == v for k, v in head.slice.given().items() if k != "flow")
