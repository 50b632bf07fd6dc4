"""Remake the lists of outside codes from a folder of official code lists.

    python scripts/build_codes.py FOLDER

FOLDER holds `codes_gacc_singlewindow` (parameters of China's single window), `codes_country`
(ISO 3166 and M49), `api_uncomtrade/reference` (UN Comtrade) and `api_eurostat_comext`
(Eurostat's geonomenclature). What a list leaves open stands in `codes_by_hand.csv`: its rows
replace those of a list, and a `successor` is what an ended code is read as afterwards. Two lists that
tables use in place of ISO 3166 stand in `codes_other_lists.csv`: FIPS 10-4 of the United States, as the
National Geospatial-Intelligence Agency goes on with it, and the codes of the national Olympic committees.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "src/customhouse/vocabulary/data"
HEADER = ("system", "dimension", "outside", "code", "from", "to", "note")
PROVINCES = {
    "11": "BJ", "12": "TJ", "13": "HE", "14": "SX", "15": "NM", "21": "LN", "22": "JL", "23": "HL",
    "31": "SH", "32": "JS", "33": "ZJ", "34": "AH", "35": "FJ", "36": "JX", "37": "SD", "41": "HA",
    "42": "HB", "43": "HN", "44": "GD", "45": "GX", "46": "HI", "50": "CQ", "51": "SC", "52": "GZ",
    "53": "YN", "54": "XZ", "61": "SN", "62": "GS", "63": "QH", "64": "NX", "65": "XJ",
}
"""The first two digits of a district are those of GB/T 2260."""
COMEXT = re.compile(r"  ([A-Z]{2})\t(\S+)\t(\S+)\t")
NOT_PARTNERS = {"801", "802"}
"""Highest duty rates that stand in the list of countries."""

Row = tuple[str, str, str, str, str, str, str]


def read(path: Path) -> list[dict[str, str]]:
    """All rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def own() -> dict[str, dict[str, str]]:
    """The partners of the vocabulary by their code."""
    return {row["code"]: row for row in read(DATA / "partners.csv") if row["kind"] == "country"}


def iso(partners: dict[str, dict[str, str]], sources: Path) -> Iterator[Row]:
    """ISO 3166 and M49, valid from the month when the vocabulary's own code is."""
    for row in read(sources / "codes_country/iso3166_all.csv"):
        code = row["alpha-3"]
        first = partners[code]["from"]
        yield "iso3", "partner", code, code, first, "", ""
        yield "iso2", "partner", row["alpha-2"], code, first, "", ""
        yield "m49", "partner", str(int(row["country-code"])), code, first, "", ""
    for code, row in partners.items():
        if not row["to"]:
            yield "m49", "partner", str(int(row["m49"])), code, row["from"], "", ""


def comext(partners: dict[str, dict[str, str]], sources: Path) -> Iterator[Row]:
    """Eurostat's geonomenclature; its stretches for one country are joined to one."""
    by_iso2 = {row["iso2"]: code for code, row in partners.items() if not row["to"]}
    text = (sources / "api_eurostat_comext/comext_codelists_PROCESSED.txt").read_text(encoding="utf-8")
    spans: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for outside, first, last in COMEXT.findall(text.partition("PARTNER\n-------")[0]):
        spans[outside].append((month(first), month(last)))
    for outside, stretches in spans.items():
        if outside in by_iso2:
            start, end = min(stretches)[0], max(last or "9999" for _, last in stretches)
            last = "" if end == "9999" else end
            yield "comext", "partner", outside, by_iso2[outside], start, last, ""
        else:
            yield "comext", "partner", outside, "?", "", "", ""


def month(text: str) -> str:
    """A day of the geonomenclature as a month, empty for the first and the last of all."""
    _, number, year = text.split("/")
    return "" if year in ("1976", "2500") else f"{year}-{number}"


def gacc(partners: dict[str, dict[str, str]], sources: Path) -> Iterator[Row]:
    """The parameters of China's single window."""
    folder = sources / "codes_gacc_singlewindow"
    for row in read(folder / "CusMappingCountryCode.csv"):
        outside, code = row["CUSTOMS_COUNTRY_CODE"].strip(), row["COUNTRY_CODE"]
        if outside not in NOT_PARTNERS:
            yield "gacc", "partner", outside, code if code in partners else "?", "", "", ""
    for row in read(folder / "CusCountry.csv"):
        if row["ISO_E"] in partners:
            yield "gacc", "partner", row["COUNTRY_CODE"], row["ISO_E"], "", "", ""
    for row in read(folder / "CusTrade.csv"):
        yield "gacc", "regime", row["TRADE_MODE"], regimes().get(row["TRADE_MODE"], "other"), "", "", ""
    for outside, code in districts(folder):
        yield "gacc", "region", outside, code, "", "", ""
    for row in read(folder / "CusCustoms.csv"):
        yield "gacc", "office", row["CUSTOMS_CODE"], row["CUSTOMS_CODE"], "", "", ""


def districts(folder: Path) -> Iterator[tuple[str, str]]:
    """Districts, and the two and six digits of provinces, with the code of the province."""
    for row in read(folder / "CusDistrict.csv"):
        if letters := PROVINCES.get(row["DISTRICT_CODE"][:2]):
            yield row["DISTRICT_CODE"], f"CN-{letters}"
    for digits, letters in PROVINCES.items():
        yield digits, f"CN-{letters}"
        yield f"{digits}0000", f"CN-{letters}"


def regimes() -> dict[str, str]:
    """The code of the narrowest regime of the vocabulary that lists a supervision mode."""
    narrowest: dict[str, tuple[int, str]] = {}
    for row in read(DATA / "regimes.csv"):
        modes = [mode for mode in row["gacc"].split("|") if mode]
        for mode in modes:
            narrowest[mode] = min(narrowest.get(mode, (99, "")), (len(modes), row["code"]))
    return {mode: code for mode, (_, code) in narrowest.items()}


def by_hand() -> Iterator[Row]:
    """The rows of `codes_by_hand.csv`, with one more for what an ended code is read as."""
    for row in read(HERE / "codes_by_hand.csv"):
        yield tuple(row[column] for column in HEADER)  # type: ignore[misc]
        if row["successor"]:
            start = following(row["to"])
            yield row["system"], row["dimension"], row["outside"], row["successor"], start, "", "obsolete"


def other(partners: dict[str, dict[str, str]]) -> Iterator[Row]:
    """Codes of lists beside ISO 3166, by the code of ISO that they stand for."""
    for row in read(HERE / "codes_other_lists.csv"):
        for system in ("fips", "ioc"):
            for outside in filter(None, row[system].split("|")):
                yield system, "partner", outside, row["code"], partners[row["code"]]["from"], "", ""


def following(text: str) -> str:
    """The month after one."""
    year, number = divmod(int(text[:4]) * 12 + int(text[5:]), 12)
    return f"{year}-{number + 1:02}"


def merged(lists: Iterable[Row], hand: Iterable[Row]) -> list[Row]:
    """The rows of the lists, those by hand in the place of all rows for the same outside code."""
    rows: dict[tuple[str, ...], set[Row]] = {}
    for row in lists:
        rows[row[:3]] = {row}
    written: defaultdict[tuple[str, ...], set[Row]] = defaultdict(set)
    for row in hand:
        written[row[:3]].add(row)
    return sorted(row for found in (rows | written).values() for row in found)


def build(sources: Path) -> list[Row]:
    """All rows of `outside_codes.csv`; a code that nothing says how to read stops it."""
    partners = own()
    lists = [
        *iso(partners, sources), *comext(partners, sources), *gacc(partners, sources), *other(partners)
    ]
    rows = merged(lists, by_hand())
    if unread := [row[:3] for row in rows if row[3] == "?"]:
        sys.exit(f"scripts/codes_by_hand.csv: no row for {unread}; add what these codes are read as")
    return rows


def main(sources: Path) -> None:
    """Write `outside_codes.csv`."""
    with (DATA / "outside_codes.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(build(sources))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python scripts/build_codes.py FOLDER")
    main(Path(sys.argv[1]))
