"""Composite leading indices: series that move before a reference, brought to one scale and added up.

`oecd` (the default): the cycle of 12 to 120 months of each component is divided by its mean absolute
deviation; cycles are averaged, and the average takes the amplitude of the reference's cycle, around 100
(OECD System of Composite Leading Indicators, 2012). It suits indices of opinion and rates of growth, which
have no trend. `conference_board`: monthly changes (symmetric per cent for levels, differences for rates,
standardised levels for diffusion indices) are weighed by the inverse of their standard deviation and added
up; the sum takes the trend of the reference and is cumulated from 100 (The Conference Board, Calculating
the Composite Indexes). Its index keeps a trend and the noise of each month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from customhouse.errors import SurveyError
from customhouse.model import changed
from customhouse.surveys.composite import Weights, signed
from customhouse.surveys.cycles import LEAST, cycle, filled
from customhouse.surveys.lead import MOST, Lead, lead
from customhouse.surveys.model import Line

if TYPE_CHECKING:
    from customhouse.surveys.model import Floats

Method = Literal["oecd", "conference_board"]
METHODS: tuple[Method, ...] = ("oecd", "conference_board")
Scale = Literal["index", "rate", "level"]
"""What a series is: a diffusion index, a rate in per cent, or amounts, which are above 0."""
SCALES: tuple[Scale, ...] = ("index", "rate", "level")
NAME = "export_leading_index"
_BASE = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class Leading:
    """A composite leading index, what it was compared with, and how it leads.

    `parts` has the share of each component in its cycles or changes (below 0 where reversed);
    `compared` and `reference` are the two series whose lead was measured. `flags` are codes of
    `survey_words.csv`.
    """

    name: str
    method: Method
    index: Line
    parts: Mapping[str, float]
    compared: Line | None = None
    reference: Line | None = None
    lead: Lead | None = None
    flags: tuple[str, ...] = ()


def leading(
    components: Sequence[Line],
    reference: Line | None = None,
    *,
    weights: Weights | None = None,
    method: Method = "oecd",
    scales: Mapping[str, Scale] | None = None,
    name: str = NAME,
    most: int = MOST,
) -> Leading:
    """A leading index of components, and by how many months it leads the reference.

    `scales` says what each series is by its name: components are diffusion indices, the reference a rate,
    unless said otherwise. Gaps of up to three months are drawn straight, and flagged. Raises SurveyError
    for series that are too short, have longer gaps or never change.
    """
    scales = scales or {}
    _refuse(components, method, scales, weights)
    full = [filled(line) for line in components]
    lines, gaps = _common([line for line, _ in full]), sum(gap for _, gap in full)
    target = None
    if reference is not None:
        target, gap = filled(reference)
        gaps += gap
    parts = signed(weights) if weights else {line.name: 1 / len(lines) for line in lines}
    make = _oecd if method == "oecd" else _conference_board
    made = make(lines, target, parts, scales, name)
    flags = ("interpolated",) if gaps else ()
    if made.compared is None or made.reference is None:
        return changed(made, flags=flags)
    return changed(made, lead=lead(made.compared, made.reference, most), flags=flags)


def _refuse(
    components: Sequence[Line], method: str, scales: Mapping[str, str], weights: Weights | None
) -> None:
    if method not in METHODS:
        raise SurveyError(f"{method!r}: no such method; there are {', '.join(METHODS)}")
    wrong = [scale for scale in scales.values() if scale not in SCALES]
    if wrong:
        raise SurveyError(f"{wrong[0]!r}: a series is one of {', '.join(SCALES)}")
    names = [line.name for line in components]
    if not components or len({*names}) < len(names):
        raise SurveyError(f"components {names}: a leading index needs one series at least, each once")
    if weights and {*weights.weights} != {*names}:
        raise SurveyError(f"weights of {', '.join(weights.weights)}: the components are {', '.join(names)}")


def _common(lines: Sequence[Line]) -> list[Line]:
    """The months that all components have. Raises SurveyError where they are too few."""
    first = max(line.months.start for line in lines)
    last = min(line.months.stop for line in lines)
    if last - first < LEAST:
        names = ", ".join(line.name for line in lines)
        raise SurveyError(f"{names}: {max(0, last - first)} months in common; {LEAST} are needed at least")
    return [Line(line.name, first, line.over(range(first, last))) for line in lines]


def _oecd(
    lines: Sequence[Line], reference: Line | None, parts: Mapping[str, float], scales: Mapping[str, Scale],
    name: str,
) -> Leading:
    import numpy as np

    cycles = [cycle(_logarithm(line, scales.get(line.name, "index"))) for line in lines]
    whole: Floats = np.sum([parts[one.name] * one.values / _amplitude(one.values) for one in cycles], axis=0)
    target = None if reference is None else cycle(_logarithm(reference, scales.get(reference.name, "rate")))
    if target is not None:
        whole = whole * _amplitude(target.values) / _amplitude(whole)
    index = Line(name, lines[0].first, _BASE + whole)
    return Leading(name, "oecd", index, parts, index if target else None, target)


def _logarithm(line: Line, scale: Scale) -> Line:
    """Amounts as logarithms times 100, so that cycles are in per cent of the trend; others as they are."""
    import numpy as np

    if scale != "level":
        return line
    _above(line)
    return Line(line.name, line.first, 100 * np.log(line.values))


def _above(line: Line) -> None:
    if (line.values <= 0).any():
        raise SurveyError(f"{line.name}: a value of {line.values.min():g}; amounts are above 0")


def _amplitude(values: Floats) -> float:
    """The mean absolute deviation, by which the OECD normalises."""
    import numpy as np

    return float(np.abs(values - values.mean()).mean())


def _conference_board(
    lines: Sequence[Line], reference: Line | None, parts: Mapping[str, float], scales: Mapping[str, Scale],
    name: str,
) -> Leading:
    import numpy as np

    changes = {line.name: _changes(line, scales.get(line.name, "index")) for line in lines}
    shares = {line: parts[line] / float(np.std(one, ddof=1)) for line, one in changes.items()}
    whole = sum(abs(share) for share in shares.values())
    factors = {line: share / whole for line, share in shares.items()}
    growth: Floats = np.sum([factors[line] * one for line, one in changes.items()], axis=0)
    scale = "rate" if reference is None else scales.get(reference.name, "rate")
    if reference is not None:
        growth = growth - growth.mean() + _monthly_trend(reference, scale)
    index = Line(name, lines[0].first, cumulated(growth))
    if reference is None:
        return Leading(name, "conference_board", index, factors)
    compared = _over_a_year(index)
    target = _over_a_year(reference) if scale == "level" else reference
    return Leading(name, "conference_board", index, factors, compared, target)


def _changes(line: Line, scale: Scale) -> Floats:
    """The monthly changes of a component, from its second month on (step 1 of the method)."""
    import numpy as np

    values = line.values
    if scale == "index":
        standard: Floats = (values - values.mean()) / np.std(values, ddof=1)
        return standard[1:]
    if scale == "rate":
        return np.diff(values)
    _above(line)
    return symmetric(values)


def symmetric(values: Floats) -> Floats:
    """Symmetric changes in per cent: 200 (x - x') / (x + x'), as large up as down."""
    changes: Floats = 200 * (values[1:] - values[:-1]) / (values[1:] + values[:-1])
    return changes


def cumulated(growth: Floats) -> Floats:
    """The levels, from 100 on, whose symmetric changes are these (step 5 of the method)."""
    import numpy as np

    if (np.abs(growth) >= 200).any():
        raise SurveyError("a change of 200% or more in a month: no level has it; look for what is wrong")
    return _BASE * np.concatenate([[1.0], np.cumprod((200 + growth) / (200 - growth))])


def _monthly_trend(reference: Line, scale: Scale) -> float:
    """The mean monthly growth of the reference in per cent; a year's rate is twelve months' growth."""
    if scale == "level":
        _above(reference)
        return float(symmetric(reference.values).mean())
    return float(reference.values.mean()) / 12


def _over_a_year(line: Line) -> Line:
    """Growth on the same month a year earlier, in per cent."""
    return Line(line.name, line.first + 12, 100 * (line.values[12:] / line.values[:-12] - 1))
