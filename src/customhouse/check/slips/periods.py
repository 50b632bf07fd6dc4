"""Slips of time: another month or period, the year to date for the month, another base."""

from __future__ import annotations

from dataclasses import replace

from customhouse.check.slips.case import Case, Tries, Try
from customhouse.model import Claim
from customhouse.period import Period

_LENGTHS = (1, 3, 6, 12)


def period(case: Case) -> Tries:
    """The figure is that of a period nearby: the one before or after, or the same of another year."""
    read, now = case.read, case.read.period
    if now is None:
        return
    to_date = set(_to_date(now))
    told = {other.read.period for other in (*case.near, *case.around)}
    for other, share in _nearby(now).items():
        if other not in to_date:
            yield Try(_moved(read, other), share * (2.0 if other in told else 1.0))
    for found in told - set(_nearby(now)) - to_date - {None, now}:
        if found is not None:
            yield Try(_moved(read, found), 0.1)


def year_to_date(case: Case) -> Tries:
    """The figure is that of the year to date and not of the month or quarter, or the other way round."""
    now = case.read.period
    if now is None:
        return
    for other in _to_date(now):
        yield Try(_moved(case.read, other), 1.0 / 3)


def base_year(case: Case) -> Tries:
    """The change is against another year, or against the period just before."""
    read, now = case.read, case.read.period
    if now is None or read.measure not in ("growth", "change", "share_change", "multiple", "contribution"):
        return
    base = read.base or now.year_earlier()
    near: dict[Period, float] = {}
    for years in (-1, 1, -2, 2, -3, 3, -4, 4):
        near[base.shift(12 * years)] = 0.3 / (years * years)
    near.setdefault(now.previous(), 0.2)
    near[now.year_earlier()] = 0.3
    for other, share in near.items():
        if other not in (base, now) and other.last < now.last:
            yield Try(replace(read, base=None if other == now.year_earlier() else other), share)


def _moved(read: Claim, other: Period) -> Claim:
    """The claim of another period, its base moved along."""
    if read.base is None or read.period is None:
        return replace(read, period=other)
    return replace(read, period=other, base=Period(other.first - read.period.first + read.base.first,
                                                   other.last - read.period.last + read.base.last))


def _nearby(now: Period) -> dict[Period, float]:
    """Periods that are taken for another, with how often each is."""
    step = now.months
    found = {now.year_earlier(): 0.25, now.shift(-step): 0.2, now.shift(step): 0.15, now.shift(12): 0.08}
    found |= {p: 0.05 for p in (now.shift(-2 * step), now.shift(2 * step)) if p not in found}
    year = now.last // 12 * 12
    for months in _LENGTHS:  # another period that ends or begins with the same month
        for other in (Period(now.last - months + 1, now.last), Period(now.first, now.first + months - 1)):
            if other != now and year <= other.first and other.last < year + 12:
                found.setdefault(other, 0.05)
    for number in range(12 // step if step in _LENGTHS else 0):  # any other of the year
        found.setdefault(Period(year + number * step, year + (number + 1) * step - 1), 0.02)
    found.pop(now, None)
    return found


def _to_date(now: Period) -> list[Period]:
    """The year to date that ends with a period, or the last month, quarter or half of one."""
    year = now.last // 12 * 12
    if now.first != year:
        return [Period(year, now.last)]
    shorter = [Period(now.last - n + 1, now.last) for n in (1, 3, 6) if n < now.months]
    return [p for p in shorter if p.first >= year]
