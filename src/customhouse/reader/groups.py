"""Numbers that stand in one list (`3% and 5% respectively`, `from 2 to 4`) are read together."""

from __future__ import annotations

from dataclasses import dataclass

from customhouse.reader.tokens import Number, Sentence
from customhouse.vocabulary import pattern, words

_UNITS_SHARED = ("pp", "%", "money", "mass", "count")
"""Kinds of unit that stand once, after the last number of a list."""


_AMOUNTS = ("money", "mass")
_BRACKETS = "(\uff08"
"""What stands in brackets is told beside a list, and no part of it."""


@dataclass(slots=True)
class Group:
    """Numbers that stand in one list. `ranged` where they are the two ends of a move."""

    numbers: list[Number]
    ranged: bool = False

    @property
    def start(self) -> int:
        """Where the first number begins."""
        return self.numbers[0].start

    @property
    def end(self) -> int:
        """Where the last number ends."""
        return self.numbers[-1].end


def groups_of(sentence: Sentence) -> list[Group]:
    """The numbers of a sentence, those of one list together."""
    groups: list[Group] = []
    for number in sentence.numbers:
        if not groups or not _alike(groups[-1].numbers[-1], number):
            groups.append(Group([number]))
        elif _is_range(sentence, groups[-1].numbers[-1], number):
            groups[-1].numbers.append(number)
            groups[-1].ranged = True
        elif _listed(sentence, groups[-1], number):
            groups[-1].numbers.append(number)
        else:
            groups.append(Group([number]))
    for group in groups:
        _share_unit(group)
    return groups


def _alike(last: Number, number: Number) -> bool:
    """Whether two numbers have one unit, or the first waits for that of the second."""
    if last.measure is not None or number.measure is not None:
        return False
    if last.kind == number.kind and last.unit == number.unit:
        return True
    return last.kind == "bare" and number.kind in _UNITS_SHARED


def _is_range(sentence: Sentence, last: Number, number: Number) -> bool:
    """Whether two numbers are the ends of a move, whatever periods stand beside them."""
    undated = _without_periods(sentence, last.end, number.start)
    if not pattern(f"range_{sentence.language}").fullmatch(undated):
        return False
    before = sentence.lower[max(sentence.start, last.start - 14):last.start]
    return bool(pattern(f"from_{sentence.language}").search(before))


def _without_periods(sentence: Sentence, start: int, end: int) -> str:
    """The text between two places without the periods in it."""
    text = sentence.lower[start:end]
    for when in sentence.whens:
        if start <= when.start and when.end <= end:
            text = text.replace(sentence.lower[when.start:when.end], "", 1)
    return text.replace("  ", " ")


def _listed(sentence: Sentence, group: Group, number: Number) -> bool:
    """Whether a number goes on the list of those before it."""
    last = group.numbers[-1]
    between = sentence.lower[last.end:number.start]
    if any(mark in between for mark in _BRACKETS):
        return False
    if number.extra.get("fraction") != last.extra.get("fraction") and sentence.language == "zh":
        return False
    if _or_share(sentence, between, number) or _compares(sentence, number):
        return False
    if last.signed and not last.negative and not number.signed:
        return False  # `+31.3%, 52.5%`: a rate and then something else
    if _respective(sentence, group.start, number.end) and pattern(
            f"inner_verb_{sentence.language}").fullmatch(between):
        return True
    gap = pattern(f"list_gap_{sentence.language}")
    return bool(gap.fullmatch(between) and between.strip()) and not _new_clause(sentence, between)


def _compares(sentence: Sentence, number: Number) -> bool:
    """Whether a number says how the level before it differs: `6 trillion, 130 billion smaller than`."""
    if sentence.language != "en" or number.kind not in _AMOUNTS:
        return False
    names = ("larger_after_en", "smaller_after_en")
    return any(pattern(name).match(sentence.lower, number.end) for name in names)


def _or_share(sentence: Sentence, between: str, number: Number) -> bool:
    """Whether a rate is followed by a share: `up 5%, or 45% of the total`."""
    if sentence.language != "en" or not pattern("or_share_en").fullmatch(between):
        return False
    return bool(pattern("of_after_en").match(sentence.lower, number.end))


def _respective(sentence: Sentence, start: int, end: int) -> bool:
    """Whether `respectively` holds the numbers together: before them in Chinese, after them in English."""
    if sentence.language == "zh":
        return bool(sentence.cues(start - 12, start, "respectively"))
    return bool(sentence.cues(end, end + 20, "respectively"))


def _new_clause(sentence: Sentence, between: str) -> bool:
    """Whether a preposition between two numbers starts something new."""
    return sentence.language == "en" and any(mark in between for mark in words("prepositions_en"))


def _share_unit(group: Group) -> None:
    """In `3 and 5 percent` the unit holds for both."""
    last = group.numbers[-1]
    for number in group.numbers[:-1]:
        if number.kind == "bare" and last.kind != "bare":
            number.kind, number.unit = last.kind, last.unit
