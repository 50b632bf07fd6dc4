"""What a release says before any word of it: facts, statements, paragraphs and sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from customhouse.measures import Request
from customhouse.model import Claim
from customhouse.period import Period


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that is worth saying: how it is computed, and how it is printed.

    `printed` is the claim that the text shall make; it has no place in a text yet, so that its origin
    is that of `computed`.
    """

    ask: Request
    computed: Claim
    printed: Claim

    @property
    def value(self) -> float:
        """The printed value."""
        return self.printed.value

    @property
    def nominal(self) -> float:
        """The unit that the figure was rounded to, before zeros at its end were dropped."""
        return self.computed.step or self.printed.step


@dataclass(frozen=True, slots=True)
class Item:
    """What is said of one slice in a period: its level, and what goes with it, by name.

    Names are `rank`, `level`, `growth`, `price`, `share`, `share_change`, `gap`, `change`,
    `contribution`, `record` and `streak`.
    """

    facts: tuple[tuple[str, Fact], ...]

    def get(self, name: str) -> Fact | None:
        """The fact of a name, where there is one."""
        return next((fact for known, fact in self.facts if known == name), None)

    def without(self, *names: str) -> Item:
        """The item less the facts of some names."""
        return Item(tuple(pair for pair in self.facts if pair[0] not in names))

    @property
    def first(self) -> Fact:
        """The fact that tells which slice it is."""
        return self.facts[0][1]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence or a few that belong together, of items of one kind; `kind` names its form in the words.

    `weight` orders statements where the text grows too long: the lightest go first.
    """

    kind: str
    items: tuple[Item, ...]
    weight: float = 1.0

    def facts(self) -> Iterator[Fact]:
        """All facts, in the order in which they are said."""
        for item in self.items:
            for _, fact in item.facts:
                yield fact


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Statements about one topic in one period."""

    period: Period
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A topic; `table` and `chart` name what is shown beside it."""

    code: str
    paragraphs: tuple[Paragraph, ...]
    table: str | None = None
    chart: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a release says of a period, before any word of it.

    `notes` are codes of release_words.csv with the period that they name.
    """

    period: Period
    reporter: str | None
    currency: str
    sections: tuple[Section, ...]
    notes: tuple[tuple[str, Period | None], ...] = ()

    def facts(self) -> Iterator[Fact]:
        """All facts in the order of the text."""
        for section in self.sections:
            for paragraph in section.paragraphs:
                for statement in paragraph.statements:
                    yield from statement.facts()

    def without(self, gone: Sequence[Statement]) -> Plan:
        """The plan less some statements; what is left empty goes too."""
        return self.changed({id(statement): None for statement in gone})

    def changed(self, changes: Mapping[int, Statement | None]) -> Plan:
        """The plan with statements, by their ids, replaced or left out; what is left empty goes too."""
        sections = []
        for section in self.sections:
            paragraphs = []
            for paragraph in section.paragraphs:
                kept = tuple(s for old in paragraph.statements if (s := changes.get(id(old), old)))
                if kept:
                    paragraphs.append(replace(paragraph, statements=kept))
            if paragraphs:
                sections.append(replace(section, paragraphs=tuple(paragraphs)))
        return replace(self, sections=tuple(sections))


def rounded(value: float, step: float) -> float:
    """A value to a multiple of `step`, halves away from zero, as half-up rounding prints magnitudes."""
    unit = Decimal(repr(step))
    exact = Decimal(f"{value:.15g}")
    return float((exact / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit) or 0.0
