"""The words of printed units: codes that are known, powers of ten, and forms that nothing takes twice."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from customhouse.records import printed_units, unit_forms
from customhouse.vocabulary.lexicon import fold
from customhouse.vocabulary.tables import rows, split

ROWS = [*rows("printed_units")]


def _money(code: str) -> str:
    return code.rpartition(" ")[0] if code[-1].isdigit() else code


def test_every_currency_is_known() -> None:
    codes = {_money(row["code"]) for row in ROWS if row["kind"] in ("money", "sign", "narrow", "area")}
    families = {row["code"]: split(row["forms"]) for row in ROWS if row["kind"] == "family"}
    assert {code[1:] for code in codes if code.startswith("?")} <= families.keys()
    known = unit_forms.currencies() | {row["code"] for row in rows("currencies")}
    assert {code for code in codes if not code.startswith("?")} <= known
    assert {code for some in families.values() for code in some} <= known
    for row in ROWS:
        if row["kind"] == "default":
            assert split(row["forms"])[0] in families[row["code"]]


def test_every_scale_is_a_power_of_ten() -> None:
    kinds = ("scale", "beside", "doubtful", "language")
    for size in (Decimal(code) for row in ROWS if row["kind"] in kinds for code in row["code"].split()):
        assert f"{size:f}".rstrip("0") == "1"


def test_no_form_stands_twice() -> None:
    kinds = ("scale", "beside", "doubtful", "money", "sign", "quantity", "nothing")
    some = [fold(form).lower() for row in ROWS if row["kind"] in kinds for form in {*split(row["forms"])}]
    assert [form for form, times in Counter(some).items() if times > 1] == []


@pytest.mark.parametrize(
    ("reporter", "code"),
    [("PAK", "PKR"), ("SWE", "SEK"), ("DEU", "EUR"), ("SEN", "XOF"), ("CHN", "CNY"), ("XXX", None)],
)
def test_the_currency_of_a_country(reporter: str, code: str | None) -> None:
    assert unit_forms.currency_of(reporter) == code


def test_a_reading_says_what_makes_it_doubtful() -> None:
    assert printed_units.read("thousand USD / million USD").scales == (1000, 1_000_000)
    assert printed_units.read("USD Xyz", True).unread == ("Xyz",)
    assert printed_units.read("USD mil", True).doubtful == "mil"
    assert printed_units.read("USD million, Xyz", True).sure
