"""Slips of the pen in the figure itself: its scale, its sign, its digits."""

from __future__ import annotations

import math
from dataclasses import replace

from customhouse.check.judging import step_of
from customhouse.check.slips.case import Case, Tries, Try
from customhouse.describe import SIGNED
from customhouse.measures.request import RATED
from customhouse.model import Claim
from customhouse.quantity import round_step

_POWERS = {4: 0.2, 3: 0.2, 1: 0.05, 2: 0.03, 6: 0.02, 8: 0.02, 5: 0.01, 7: 0.01, 9: 0.01, 12: 0.01}
"""Powers of ten by which figures are off: the steps between scale words of Chinese and of English first."""
_MOST_DIGITS = 15


def unit(case: Case) -> Tries:
    """The scale word is another: ten thousands for hundred millions, billions for trillions, 10^n."""
    if case.read.unit not in RATED:
        yield from _scaled(case.read, case.computed, _POWERS)


def decimal_point(case: Case) -> Tries:
    """The decimal point of a rate is a place or two off."""
    if case.read.unit in ("%", "pp", "x"):
        yield from _scaled(case.read, case.computed, {1: 0.4, 2: 0.1})


def _scaled(read: Claim, computed: Claim, powers: dict[int, float]) -> Tries:
    if not read.value or not computed.value or (read.value > 0) != (computed.value > 0):
        return
    ratio = abs(computed.value / read.value)
    if not 1e-15 < ratio < 1e15:
        return
    power = round(math.log10(ratio))
    if share := powers.get(abs(power)):
        corrected = scaled(read, 10.0**power)
        yield Try(corrected, share)
        if read.step and (corrected.value / read.step) % 1 == 0:
            yield Try(replace(corrected, step=read.step), share)  # 6% became 60%


def scaled(read: Claim, factor: float) -> Claim:
    """The claim with its figure times a factor, printed to the same digits."""
    return replace(read, value=float(f"{read.value * factor:.15g}"), step=float(f"{read.step * factor:.12g}"))


def sign(case: Case) -> Tries:
    """A rise for a fall, a surplus for a deficit."""
    read = case.read
    signed = read.measure in (*SIGNED, "direction") or read.slice.flow == "balance"
    if signed and read.value:
        yield Try(replace(read, value=-read.value), 1.0)


def digits_swapped(case: Case) -> Tries:
    """Two digits beside each other have changed places."""
    told = _told(case)
    if told is None:
        return
    printed, right, corrected = told
    for place in range(len(printed) - 1):
        turned = printed[:place] + printed[place + 1] + printed[place] + printed[place + 2 :]
        if turned == right != printed:
            yield Try(corrected, 1.0 / (len(right) - 1))


def digit(case: Case) -> Tries:
    """One digit is another, is missing, or stands there twice."""
    told = _told(case)
    if told is None:
        return
    printed, right, corrected = told
    if len(printed) == len(right):
        if sum(a != b for a, b in zip(printed, right, strict=True)) == 1:
            yield Try(corrected, 0.8 / (9 * len(right)))
    elif abs(len(printed) - len(right)) == 1 and _one_left_out(*sorted((printed, right), key=len)):
        yield Try(corrected, 0.1 / (9 * len(right)))


def _one_left_out(shorter: str, longer: str) -> bool:
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def _told(case: Case) -> tuple[str, str, Claim] | None:
    """The digits as printed and as they would be right, and the claim with the right ones."""
    read, computed = case.read, case.computed
    step = step_of(read)
    if read.bound != "exact":
        step = max(step, round_step(read.value))
    if not step or not math.isfinite(computed.value) or (read.value >= 0) != (computed.value >= 0):
        return None
    size = abs(computed.value) / step
    right = math.floor(size) if read.bound == "over" else math.ceil(size) if read.bound == "under" \
        else math.floor(size + 0.5)
    printed = round(abs(read.value) / step)
    places = len(str(printed)), len(str(right))
    if max(places) > _MOST_DIGITS:
        return None
    width = _least_width(read) if max(places) == min(places) else 0
    value = math.copysign(float(f"{right * step:.15g}"), read.value)
    return str(printed).zfill(width), str(right).zfill(width), replace(read, value=value)


def _least_width(read: Claim) -> int:
    """The digits of a figure below 1 count with the 0 before the point."""
    return 2 if abs(read.value) < 1 else 1
