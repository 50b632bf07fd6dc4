"""What a chart of a page is made of: marks with their claims, their unit, words, specification and table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from customhouse.describe import period_words
from customhouse.model import Claim
from customhouse.period import Period
from customhouse.query.table import decimals_of, formatted, power_of, unit_words
from customhouse.release.labels import label
from customhouse.web.pictures import encoded, keep
from customhouse.web.words import fill, word

_SIGNED = ("growth", "contribution", "gap", "change", "share_change")
_RATES = ("%", "pp")
_TRILLIONS, _BILLIONS = 12, 9


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure of a chart: the series or part that it is of, its claim, and its growth where there is one.

    Without a claim it leaves a gap in a line, for which `period` is needed. `address` is where its row
    in the table leads.
    """

    name: str
    claim: Claim | None
    growth: object = None
    address: str = ""
    period: Period | None = None

    @property
    def when(self) -> Period:
        """The period of the figure."""
        found = self.period or (self.claim.period if self.claim else None)
        if found is None:
            raise ValueError(f"{self.name}: a mark without a claim needs its period")
        return found

    @property
    def rate(self) -> Claim | None:
        """The growth, where it is known."""
        return self.growth if isinstance(self.growth, Claim) else None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a chart's table: its text, and where it leads."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws: words, the specification, a legend (colour, name), and the table."""

    code: str
    title: str
    note: str
    text: str
    specification: dict[str, Any]
    legend: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    language: str
    words: int = 1
    """So many columns of the table hold words, those after them figures."""

    @property
    def height(self) -> int:
        """About how high it is drawn, in pixels."""
        return int(self.specification["height"])

    @property
    def json(self) -> Markup:
        """The specification, such that it may stand in a script element."""
        return Markup(encoded(self.specification))

    @property
    def picture(self) -> str:
        """The address of the chart as a picture, which is drawn when it is asked for."""
        return f"/{self.language}/chart.svg?key={keep(encoded(self.specification))}"


@dataclass(frozen=True, slots=True)
class Scale:
    """The unit that figures of a chart print in: a power of ten of theirs, with its name."""

    power: int
    decimals: int
    words: str
    language: str
    signed: bool = False
    rates: bool = False

    @classmethod
    def of(cls, claims: Sequence[Claim], language: str, spread: bool = False) -> Scale:
        """The scale that suits figures of one unit; with `spread` one in which small ones show digits too."""
        power = power_of(list(claims), language)
        if spread and language == "en" and power == _TRILLIONS:
            power = _BILLIONS
        unit, signed = claims[0].unit, claims[0].measure in _SIGNED
        decimals = 2 if claims[0].measure == "contribution" else decimals_of(list(claims), power)
        return cls(power, decimals, unit_words(unit, power, language), language, signed, unit in _RATES)

    def plotted(self, claim: Claim | None) -> float | None:
        """The exact figure in the unit."""
        return None if claim is None else claim.value / float(10**self.power)

    def digits(self, claim: Claim) -> str:
        """The figure as it prints, with a sign where it is a change."""
        text = formatted(claim, self.power, self.decimals)
        return f"+{text}" if self.signed and claim.value > 0 and text.strip("0.") else text

    def amount(self, claim: Claim) -> str:
        """The same with its unit."""
        if claim.unit == "%":
            return f"{self.digits(claim)}%"
        return label("amount", self.language, n=self.digits(claim), unit=self.words).strip()

    def told(self, mark: Mark) -> str:
        """The figure with its unit and its growth, and what that is on."""
        if mark.claim is None:
            return word("chart_absent", self.language)
        amount, growth = self.amount(mark.claim), mark.rate
        if growth is None:
            return amount
        if self._yearly(mark, growth):
            return fill("chart_grown", self.language, n=amount, growth=rate(growth))
        base = period_words(growth.base or mark.when.year_earlier(), self.language)
        return fill("chart_grown_on", self.language, n=amount, growth=rate(growth), base=base)

    def on(self, mark: Mark) -> str:
        """What the growth of a mark is on: `on a year earlier`."""
        growth = mark.rate
        if growth is None or self._yearly(mark, growth):
            return word("chart_on_year", self.language)
        base = period_words(growth.base or mark.when.year_earlier(), self.language)
        return fill("chart_on", self.language, base=base)

    @staticmethod
    def _yearly(mark: Mark, growth: Claim) -> bool:
        return growth.base is None or growth.base == mark.when.year_earlier()


def rate(growth: Claim) -> str:
    """A growth rate to one decimal with its sign, without `%`."""
    text = formatted(growth, 0, 1)
    return f"+{text}" if growth.value > 0 and text.strip("0.") else text
