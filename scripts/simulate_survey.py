"""Simulate the survey of the examples: answers of exporters, and the export growth that they lead.

    python scripts/simulate_survey.py

Nobody was asked: a cycle of orders drawn from a seed, which firms feel with an error of their own, and which
exports follow three months later. As in real files some firms do not answer, one leaves, one answers twice,
and some write what is no answer.
"""

from __future__ import annotations

import csv
import math
import random
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "survey"
FIRMS, MONTHS, FIRST, LEAD = 60, 48, 2022 * 12, 3
SIZES = ("large", "medium", "small")
QUESTIONS = ("new_export_orders", "exporter_confidence", "exporter_cost")
SILENT, LEAVES = 0.06, (17, 30)


def demand(month: int) -> float:
    """The cycle of orders in a month, counted from 0."""
    return 0.9 * math.sin(2 * math.pi * month / 30) + 0.3 * math.sin(2 * math.pi * month / 19)


def answer(level: float, dice: random.Random) -> str:
    """What a firm answers that feels so much."""
    felt = level + dice.gauss(0, 1)
    if dice.random() < SILENT:
        return ""
    return "up" if felt > 0.5 else "down" if felt < -0.5 else "unchanged"


def month_text(month: int) -> str:
    """A month as it is written."""
    return f"{(FIRST + month) // 12}-{(FIRST + month) % 12 + 1:02}"


def answers(dice: random.Random) -> list[list[str]]:
    """A row a firm and month."""
    rows = []
    for month in range(MONTHS):
        for firm in range(FIRMS):
            if firm == LEAVES[0] and month >= LEAVES[1]:
                continue
            size = SIZES[0 if firm < 12 else 1 if firm < 30 else 2]
            orders = demand(month) + (0.2 if size == "large" else -0.1)
            told = [answer(level, dice) for level in (orders, orders + 0.1, 1.0 - 0.3 * orders)]
            rows.append([month_text(month), f"F{firm + 1:03}", size, *told])
    rows[100][3] = "see our letter"
    rows.insert(201, list(rows[200]))
    rows[700] = [*rows[699][:3], "up", "down", "up"]
    rows[699][3:] = ["down", "up", "up"]
    return rows


def growth(dice: random.Random) -> list[list[str]]:
    """Export growth a month, in per cent."""
    return [
        [month_text(month), f"{4 + 8 * demand(month - LEAD) + dice.gauss(0, 1.5):.1f}"]
        for month in range(MONTHS)
    ]


def write(name: str, header: list[str], rows: list[list[str]]) -> None:
    """A file of the examples."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    seeded = random.Random(2025)
    write("simulated-answers.csv", ["month", "firm", "size", *QUESTIONS], answers(seeded))
    write("simulated-exports.csv", ["month", "export_growth_percent"], growth(seeded))
