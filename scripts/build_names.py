"""Remake the names of countries in the languages of tables from the Unicode CLDR.

    pip install babel && python scripts/build_names.py

Writes `territory_names.csv`: the names of the territories of ISO 3166 in the common locales of the CLDR
(Unicode License v3, https://www.unicode.org/license.txt), which the package Babel carries, and those of
`names_by_hand.csv`: short and long forms that tables use beside them. English and Chinese names stand in
`partners.csv`. Babel is wanted here alone, never by the system itself.
"""

from __future__ import annotations

import csv
from pathlib import Path

from babel import Locale

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "src/customhouse/vocabulary/data"
LOCALES = (
    *("es", "es_MX", "pt", "pt_PT", "fr", "de", "it", "nl", "ru", "tr", "id", "vi", "ko", "ja"),
    *("sv", "nb", "da", "fi", "pl", "cs", "sk", "hu", "ro", "el", "uk", "bg", "sr", "hr", "sl", "lt", "lv"),
    *("et", "ms", "ar", "fa", "he", "th", "hi"),
)


def read(path: Path) -> list[dict[str, str]]:
    """All rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def main() -> None:
    """Write the names, one row a country."""
    locales = [Locale.parse(locale) for locale in LOCALES]
    by_hand = {row["code"]: row["forms"].split("|") for row in read(HERE / "names_by_hand.csv")}
    partners = [row for row in read(DATA / "partners.csv") if row["kind"] == "country" and not row["to"]]
    with (DATA / "territory_names.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "forms"))
        for row in partners:
            names = [name for locale in locales if (name := locale.territories.get(row["iso2"]))]
            forms = dict.fromkeys((*names, *by_hand.get(row["code"], ())))
            known = {row["en"], row["zh"], *row["en_forms"].split("|"), *row["zh_forms"].split("|")}
            if kept := [form for form in forms if form not in known]:
                writer.writerow((row["code"], "|".join(kept)))


if __name__ == "__main__":
    main()
