"""What tests of releases start from: random statistics, their periods, and a simulated store."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from customhouse.desk import Desk, Loading, open_store
from customhouse.model import Slice
from customhouse.period import Period, month
from customhouse.simulate import simulate
from customhouse.statistics import Known, Level, What
from statistics_fake import Cell, FakeStatistics

PARTNERS = (
    "USA", "JPN", "KOR", "VNM", "MYS", "DEU", "FRA", "NLD", "RUS", "AUS", "BRA", "ZAF", "IND", "TWN", "HKG",
    "SAU", "KAZ", "MEX", "GBR", "THA", "IDN", "NGA", "CHL",
)
ENTERPRISES = ("private", "foreign_invested", "state_owned")
REGIMES = ("general", "processing", "bonded", "border_small", "other")
REGIONS = ["CN-GD", "CN-JS", "CN-ZJ", "CN-SH", "CN-SC", "CN-HB", "CN-LN", "CN-CQ", "CN-BJ"]
GOODS = (
    "85423100", "85171300", "87038000", "84713010", "61091000", "27090000", "26011100", "12019000",
    "85076000", "90189000", "89012000", "02023000",
)
GROUPS = {
    "mechanical_electrical": ("84", "85", "86", "87", "88", "89", "90"), "labour_intensive": ("61",),
    "agricultural": ("02", "12"), "integrated_circuit": ("8542",), "mobile_phone": ("8517",),
    "automobile": ("8703",), "adp_equipment_and_parts": ("8471",), "lithium_battery": ("850760",),
    "ship": ("8901",), "medical_device": ("9018",), "crude_oil": ("2709",), "iron_ore": ("2601",),
    "soybean": ("1201",),
}
CURRENCIES = ("CNY", "CNY", "CNY", "USD", "EUR")
MONTHS = (3, 6, 13, 15, 18, 27, 30, 40, 50)


@dataclass(frozen=True)
class Drawn:
    """Random statistics, a period of them, and the day on which its release goes out."""

    statistics: FakeStatistics
    period: Period
    published: date


@dataclass
class Only(FakeStatistics):
    """Statistics that tell only some dimensions apart, as an official table does."""

    known: Sequence[str] = ()

    def level(
        self, part: Slice, period: Period, what: What = "value", known: Known = "latest"
    ) -> Level | None:
        if what != "value" or any(name not in self.known for name in part.narrowing()):
            return None
        return super().level(part, period, what, known)

    def parts(
        self, part: Slice, dimension: str, period: Period, what: What = "value", known: Known = "latest"
    ) -> dict[str, Level]:
        if dimension not in self.known:
            return {}
        return dict(super().parts(part, dimension, period, what, known))


def draw(seed: int, kind: type[FakeStatistics] = FakeStatistics, **extra: object) -> Drawn:
    """Statistics of any size, length and currency, sometimes of one flow alone."""
    rng = random.Random(seed)
    length = rng.choice(MONTHS)
    start = month(2021, 1) + rng.randrange(12)
    scale, many = 10 ** rng.uniform(3, 11.5), rng.choice((1, 3, 8, 14))
    cells = [cell for m in range(start, start + length) for _ in range(many)
             for flow in ("exports", "imports") if rng.random() > 0.03
             for cell in [_cell(rng, m, flow, scale)]]
    alone = rng.random()
    if alone < 0.16:
        cells = [cell for cell in cells if cell.flow == ("exports" if alone < 0.08 else "imports")]
    currency = rng.choice(CURRENCIES)
    statistics = kind(tuple(cells), currency=currency, groups=GROUPS, **extra)  # type: ignore[arg-type]
    period = rng.choice(_periods(rng, start, start + length - 1))
    year, number = divmod(period.last + 1, 12)
    return Drawn(statistics, period, date(year, number + 1, rng.randint(7, 20)))


def _cell(rng: random.Random, number: int, flow: str, scale: float) -> Cell:
    value = int(scale * rng.lognormvariate(0, 0.8)) + 1
    return Cell(
        number, flow, value, quantity=value // 7 + 1, mass=value // rng.choice((2, 3, 3)) + 1,
        traders=frozenset(rng.sample("abcdefghij", rng.randint(1, 4))), partner=rng.choice(PARTNERS),
        commodity=rng.choice(GOODS), enterprise=rng.choice(ENTERPRISES), region=rng.choice(REGIONS),
        regime=rng.choice(REGIMES),
    )


def _periods(rng: random.Random, start: int, last: int) -> list[Period]:
    """The last month, the year to date, any months, and the last whole quarter, half and year."""
    first = rng.randint(start, last)
    some = Period(first, rng.randint(first, last))
    found = [Period(last, last), Period(max(last // 12 * 12, start), last), some]
    for length in (3, 6, 12):
        end = (last + 1) // length * length - 1
        if end - length + 1 >= start:
            found.append(Period(end - length + 1, end))
    return found


def simulated(folder: Path, lines: int = 20_000) -> Desk:
    """A store of declarations, raked to the published totals: 2023 to March 2025, and a quarter of 2022."""
    simulate(lines, folder / "lines", seed=1, first=month(2022, 1), last=month(2025, 3))
    desk = open_store(folder / "store", create=True)
    paths = [path for path in sorted((folder / "lines").glob("*.parquet"))
             if not "declarations-2022-04" <= path.stem <= "declarations-2022-12"]
    desk.load(paths, Loading(known_on=date(2025, 4, 14)))
    return desk
