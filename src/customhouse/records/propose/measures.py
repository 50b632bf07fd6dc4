"""What a column counts by the words of its head: value, quantity, growth, or what is no figure of trade."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from customhouse.records import files, numerals
from customhouse.records.mapping.flags import unflagged
from customhouse.records.propose import bases, weights, words
from customhouse.records.propose.look import Column

_BASE = re.compile(r"=\s*100(?![\d.,])")
"""`previous year = 100`: an index."""
_ABOUT = (Decimal(80), Decimal(130))
"""Half of the figures of an index are in here, and nearly all in the wider one."""
_WIDER = (Decimal(50), Decimal(200))
_NEARLY = 0.8
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Counted:
    """The measure that a head says, None where it says none; why the column is left out, if it is."""

    measure: str | None = None
    left: str = ""
    doubt: bool = True


def counted(column: Column) -> Counted:
    """What a column counts. A percentage is growth by a word of change, a share by one of shares."""
    name = column.name
    said = words.all_said("measure", name)
    if said[:1] == ["other"] or "share" in said:
        return Counted(left="by its name no value, quantity or growth of trade", doubt=False)
    if "index" in said or _BASE.search(name):
        return Counted(left="for it is an index of another period, and no growth")
    percent = _in_percent(column)
    if "growth" in said or (percent and ("change" in said or bases.compares(name))):
        if _is_about_hundred(column):
            why = "for its figures lie about 100: an index of another period, of which growth is 100 less"
            return Counted(left=why)
        return Counted("growth")
    if percent and "part" in said:
        return Counted(left="by its name no value, quantity or growth of trade", doubt=False)
    if percent:
        return Counted(left="for it is in per cent, and no word says whether of growth or of a share")
    if "change" in said:
        if bases.base_of(name):  # its figures tell whether they are percentages
            return Counted()
        return Counted(left="for it is a change, and nothing says that it is in per cent")
    measure = next((code for code in said if code != "part"), None)
    return Counted("mass" if measure is None and weights.is_weight(name) else measure)


def _in_percent(column: Column) -> bool:
    some = [cell for cell in column.filled if not numerals.is_empty(cell)]
    signs = sum(cell.rstrip().endswith("%") for cell in some)
    return words.says("percent", column.name) is not None or signs * 2 > len(some)


def _is_about_hundred(column: Column) -> bool:
    """Whether figures that are called growth are an index: 103.3, 98.7."""
    marks = column.sniffed.marks or numerals.Marks()
    found = [
        number.value
        for cell in column.filled
        if (
            number := numerals.parse(
                unflagged(cell).rstrip("% "), numerals.Marks() if isinstance(cell, files.Digits) else marks
            )
        )
    ]
    if len(found) < _FEWEST or min(found) < 0:
        return False
    within = sum(_WIDER[0] <= value <= _WIDER[1] for value in found)
    return _ABOUT[0] <= median(found) <= _ABOUT[1] and within >= _NEARLY * len(found)
