"""Remake the lists of HS codes and of their changes from a folder of official tables.

    python scripts/build_hs.py FOLDER

FOLDER holds `hs_nomenclature/un_json` (the editions of 2007 to 2022), `api_uncomtrade/reference`
(the standard unit of quantity of each code) and `hs_concordance_unsd` (the United Nations'
correlation and conversion tables).
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from openpyxl import load_workbook

DATA = Path(__file__).resolve().parents[1] / "src/customhouse/vocabulary/data"
EDITIONS = {"2007": "H3", "2012": "H4", "2017": "H5", "2022": "H6"}
UNITS = {
    "kg": "kg", "u": "unit", "m³": "m3", "m²": "m2", "2u": "pair", "l": "liter", "m": "m", "carat": "carat",
    "1000 kWh": "megawatt_hour", "1000u": "thousand_units", "U (jeu/pack)": "package", "n/a": "",
}
CHANGES = {
    "2022": "HS2022toHS2017ConversionAndCorrelationTables.xlsx",
    "2017": "HS2017toHS2012ConversionAndCorrelationTables.xlsx",
}
MANY = 50
"""A code with more earlier ones than this (waste of all machines) keeps the one it is converted to."""
NOT_SPECIFIED = "999999"


def editions(sources: Path) -> dict[str, frozenset[str]]:
    """The six-digit codes of each edition."""
    found = {}
    for year, name in EDITIONS.items():
        text = (sources / f"hs_nomenclature/un_json/classification{name}.json").read_text(encoding="utf-8")
        codes = {row["id"] for row in json.loads(text)["results"]}
        found[year] = frozenset(code for code in codes if len(code) == 6 and code.isdigit()) - {NOT_SPECIFIED}
    return found


def units(sources: Path) -> dict[str, str]:
    """The standard unit of each code, as a code of `quantity_units.csv`."""
    text = (sources / "api_uncomtrade/reference/app_reference_HS.json").read_text(encoding="utf-8")
    return {row["id"]: UNITS[row["standardUnitAbbr"]] for row in json.loads(text)["results"]}


def pairs(path: Path, sheet: int) -> set[tuple[str, str]]:
    """The pairs of a later and an earlier code that a sheet has."""
    found = set()
    for row in load_workbook(path, read_only=True).worksheets[sheet].iter_rows(values_only=True):
        codes = [str(cell).strip() for cell in row if cell is not None and str(cell).strip().isdigit()]
        if len(codes) == 2:
            found.add((codes[0].zfill(6), codes[1].zfill(6)))
    return found


def changes(path: Path) -> list[tuple[str, str, str]]:
    """Later code, earlier code and their link; codes that stayed alone are left out.

    `main` is the pair to convert by, `part` one more that the two have goods in common by, and
    `rest` the one pair that is kept of a later code made of parts of very many.
    """
    main, all_pairs = pairs(path, 0), pairs(path, 1)
    earlier = Counter(later for later, _ in all_pairs)
    kept = {pair for pair in all_pairs if earlier[pair[0]] <= MANY} | main
    changed = {code for pair in kept if len(set(pair)) == 2 for code in pair}

    def link(pair: tuple[str, str]) -> str:
        return "rest" if earlier[pair[0]] > MANY else "main" if pair in main else "part"

    return sorted((*pair, link(pair)) for pair in kept if changed.intersection(pair))


def spans(present: list[str]) -> Iterable[tuple[str, str]]:
    """First and last edition of each run of editions without a gap."""
    order = list(EDITIONS)
    for _, run in groupby(present, key=lambda year: order.index(year) - present.index(year)):
        years = list(run)
        yield years[0], years[-1]


def write(name: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Write one file of the vocabulary."""
    with (DATA / name).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(sources: Path) -> None:
    """Write `hs_codes.csv` and `hs_changes.csv`."""
    codes, unit = editions(sources), units(sources)
    rows = [
        (code, first, last, unit.get(code, "kg"))
        for code in sorted(set().union(*codes.values()))
        for first, last in spans([year for year in EDITIONS if code in codes[year]])
    ]
    write("hs_codes.csv", ("code", "first", "last", "unit"), rows)
    folder = sources / "hs_concordance_unsd"
    found = [(year, *row) for year, name in CHANGES.items() for row in changes(folder / name)]
    write("hs_changes.csv", ("edition", "code", "before", "link"), found)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python scripts/build_hs.py FOLDER")
    main(Path(sys.argv[1]))
