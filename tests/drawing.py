"""Declared lines drawn at random, small and with every defect, for the oracle and the engines."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from customhouse.records.schema import DECLARATION

Line = dict[str, Any]
TODAY = date(2025, 3, 20)
_TYPES = {"text": pa.string(), "integer": pa.int64(), "date": pa.date32(), "amount": pa.decimal128(20, 4)}
SCHEMA = pa.schema([pa.field(f.name, _TYPES[f.kind]) for f in DECLARATION])
"""The columns of drawn lines, amounts with more digits than are kept."""
_GOODS = (
    ("85171300", "unit"),
    ("8517130010", "unit"),
    ("27090000", "kg"),
    ("640399", "pair"),
    ("2203000000", "liter"),
)
_UNITS = {
    "unit": ("unit", "dozen"),
    "kg": ("kg", "t", "g", "jin"),
    "pair": ("pair", "dozen_pairs"),
    "liter": ("liter", "milliliter", "barrel"),
}
_ZEROS = ("2101110", "210111000", "3061100", "306110010")
_DEFECTS: dict[str, tuple[Any, ...]] = {
    "declaration_id": (None, "", "A+B"),
    "line": (0, -3, None),
    "date": (None, date(2025, 3, 25), date(2031, 1, 1)),
    "flow": ("export", None),
    "hs_code": ("8517", "999999", "85171399x", None, "01011100", *_ZEROS),
    "partner": ("XXX", None, "", "ASEAN"),
    "consignment": ("XXX",),
    "region": ("CN-XX",),
    "enterprise": ("none",),
    "regime": ("?",),
    "transport": ("foot",),
    "value": (None, Decimal(0), Decimal(-5), Decimal(10**13)),
    "currency": ("RMB", None),
    "basis": ("EXW", None, "FOB", "CIF"),
    "value_cif": (Decimal(5), Decimal(-1)),
    "value_fob": (Decimal(6), Decimal(10**13)),
    "quantity": (Decimal(-1), Decimal(0), Decimal(2 * 10**12)),
    "quantity_unit": ("lots", None, "m2"),
    "supplementary_unit": ("lots", "m2", None),
    "net_mass_kg": (Decimal(-1), Decimal(10**13)),
    "trader_id": (None, ""),
}


def drawn(
    seed: int, number: int, months: Sequence[tuple[int, int]] = ((2025, 2), (2025, 3)), dirt: float = 0.15
) -> list[Line]:
    """Lines over a few slices; a share `dirt` of them with a defect, some copied, some prices far out."""
    draw = random.Random(seed)
    lines = [_line(draw, seed, n, *draw.choice(months)) for n in range(number)]
    for line in lines:
        if draw.random() < dirt:
            name = draw.choice(list(_DEFECTS))
            line[name] = draw.choice(_DEFECTS[name])
    copies = [dict(draw.choice(lines)) for _ in range(number // 40)]
    for line in copies[::2]:
        line["value"] = Decimal(draw.randint(1, 10**6)) / 100
    lines += copies
    draw.shuffle(lines)
    return lines


def amended(
    seed: int, lines: Iterable[Line], months: Sequence[tuple[int, int]] = ((2025, 2), (2025, 3))
) -> list[Line]:
    """Some of the lines again, a third as they were, others with another value or partner; and new ones."""
    draw = random.Random(seed)
    again = [dict(line) for line in lines if draw.random() < 0.3]
    for line in again:
        what = draw.randrange(3)
        if what:
            line |= {"value": Decimal(draw.randint(1, 10**7)) / 100} if what == 1 else {"partner": "VNM"}
    return again + cancelled(seed + 2, lines) + drawn(seed + 1, 30, months, dirt=0.0)


def cancelled(seed: int, lines: Iterable[Line]) -> list[Line]:
    """Cancellations: of some lines, also such as never counted, two of one, and of what is not there."""
    draw = random.Random(seed)
    found = [dict(line) for line in lines if draw.random() < 0.1]
    found += [found[0], found[1] | {"declaration_id": "nowhere"}, found[2] | {"partner": "XXX"}]
    anew = [dict(line) for line in found if draw.random() < 0.3]
    for line in anew[::2]:
        line["value"] = Decimal(draw.randint(1, 10**7)) / 100
    return anew + [line | {"function": draw.choice(("cancellation", "1", "3"))} for line in found]


def parquet(path: Path, lines: Iterable[Line], schema: pa.Schema = SCHEMA) -> Path:
    """The lines as Parquet."""
    pq.write_table(
        pa.Table.from_pylist([dict(line) for line in lines], schema=schema), path, row_group_size=64
    )
    return path


def delimited(path: Path, lines: Iterable[Line]) -> Path:
    """The lines as CSV."""
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(SCHEMA.names)
        writer.writerows(
            ["" if line.get(name) is None else line[name] for name in SCHEMA.names] for line in lines
        )
    return path


def workbook(path: Path, lines: Iterable[Line]) -> Path:
    """The lines as XLSX, every cell as text."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(SCHEMA.names)
    for line in lines:
        sheet.append(["" if line.get(name) is None else str(line[name]) for name in SCHEMA.names])
    book.save(path)
    return path


def _line(draw: random.Random, seed: int, n: int, year: int, month: int) -> Line:
    code, unit = draw.choice(_GOODS)
    flow = draw.choice(("exports", "exports", "imports", "imports", "re_exports"))
    quantity = (
        None if draw.random() < 0.05 else Decimal(draw.randint(1, 10**6)) / draw.choice((1, 1000, 10000))
    )
    price = draw.lognormvariate(3, 0.3) * (draw.choice((1e-4, 1e4)) if draw.random() < 0.01 else 1)
    named = draw.choice(_UNITS[unit]) if quantity is not None else None
    value = Decimal(max(0.01, price * float(quantity or 7))).quantize(Decimal("0.0001"))
    return {
        "declaration_id": f"S{seed}D{n // 3}",
        "line": n % 3 + 1,
        "date": date(year, month, draw.randint(1, 20)),
        "flow": flow,
        "hs_code": code,
        "partner": draw.choice(("USA", "DEU", "VNM", "MYS", "CHN", "TWN")),
        "consignment": draw.choice((None, "HKG", "DEU")),
        "region": draw.choice(("CN-GD", "CN-ZJ", None)),
        "enterprise": draw.choice(("private", "state_owned")),
        "trader_id": draw.choice(("T1", "T2", "T3", None)),
        "regime": draw.choice(("general", "processing")),
        "transport": draw.choice(("water", "air")),
        "office": draw.choice((None, "5301")),
        "value": value,
        "currency": draw.choice(("CNY", "CNY", "USD")),
        "basis": "CIF" if flow == "imports" else "FOB",
        "quantity": quantity,
        "quantity_unit": named,
        "supplementary_quantity": Decimal(draw.randint(1, 9999)) if draw.random() < 0.2 else None,
        "supplementary_unit": "kg",
        "net_mass_kg": draw.choice((None, Decimal(draw.randint(1, 10**5)) / 8)),
    }
