"""Words of titles and heads in the languages of tables: periods, bases, currencies and countries."""

from __future__ import annotations

import pytest

from customhouse.records import coding, printed_periods
from customhouse.records.propose.bases import base_of
from customhouse.records.propose.constants import constant_in
from customhouse.records.propose.countries import spoken
from customhouse.records.propose.words import unit_in, unit_text

SHORT_MONTHS = (
    "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "янв фев мар апр май июн июл авг сен окт ноя дек",
    "янв. февр. марта апр. мая июня июля авг. сент. окт. нояб. дек.",
    "ene. feb. mar. abr. may. jun. jul. ago. sep. oct. nov. dic.",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "Jän. Feb. Mär. Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "jan. feb. mrt. apr. mei jun. jul. aug. sep. okt. nov. dec.",
    "Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara",
    "Jan Peb Mar Apr Mei Jun Jul Agt Sep Okt Nop Des",
    "JAN FÉV MAR AVR MAI JUIN JUIL AOÛT SEP OCT NOV DÉC",
)


@pytest.mark.parametrize("line", SHORT_MONTHS)
def test_short_months_of_all_languages(line: str) -> None:
    for number, word in enumerate(line.split(), 1):
        for text in (f"{word} 2024", f"{word}-24", f"2024 {word}", f"{word}/2024"):
            assert printed_periods.parse(text) == (2024 * 12 + number - 1,) * 2, text


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2025年4月进出口商品总值表", "2025-04"),
        ("二〇二五年十一月进出口总值", "2025-11"),
        ("2025年1至4月全国进出口", "2025-01/2025-04"),
        ("2025年前4个月我国进出口", "2025-01/2025-04"),
        ("2025年前三季度进出口", "2025-01/2025-09"),
        ("2025年上半年进出口", "2025-01/2025-06"),
        ("2025年进出口总值表", "2025"),
        ("Exports of Vietnam in November 2024", "2024-11"),
        ("Exportaciones de enero a abril de 2024", "2024-01/2024-04"),
        ("Außenhandel Januar bis April 2024", "2024-01/2024-04"),
        ("Внешняя торговля, январь-апрель 2024 года", "январь-апрель 2024 года"),
        ("2024 Q3 exports", "2024-07/2024-09"),
        ("third quarter 2024 exports", "2024-07/2024-09"),
        ("Exports 2023 and 2024", None),
        ("Released May 18, 2025", None),
        ("2025年4月18日发布", None),
        ("exports_2024_04", "2024-04"),
    ],
)
def test_the_period_of_a_title(text: str, period: str | None) -> None:
    assert constant_in(text) == period


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("% vs 2023", "2023"),
        ("с/к янв. 2023", "янв. 2023"),
        ("比2023年11月增长%", "2023年11月"),
        ("与2023年同期相比%", "2023年"),
        ("Изменение к 2023, %", "2023"),
        ("2023년 대비 %", "2023년"),
        ("YoY growth on exports, Nov 2024", None),
        ("2024年11月比去年同期±%", None),
        ("Growth 2024 (%)", None),
    ],
)
def test_what_growth_is_set_against(name: str, base: str | None) -> None:
    assert base_of(name) == base


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Millones de dólares, FOB/CIF", "USD 1000000"),
        ("수출액 (천달러)", "USD 1000"),
        ("수출액 (천원)", "KRW 1000"),
        ("輸出額(千円)", "JPY 1000"),
        ("İhracat (bin ABD doları)", "USD 1000"),
        ("Exports (M€)", "EUR 1000000"),
        ("Exports in thousands by country", "1000"),
        ("Valores en millones de pesos", "1000000"),
    ],
)
def test_units_of_money_in_heads(text: str, unit: str) -> None:
    found = unit_in(text)
    assert found is not None and unit_text(found) == unit


@pytest.mark.parametrize(
    ("text", "open_"),
    [
        ("Exports (million som)", True),
        ("Exports in millions of kwacha", True),
        ("Valores en millones de pesos", True),
        ("Exports (millions)", False),
        ("Exports in thousands by country", False),
        ("Year-on-year, in thousands, seasonally adjusted", False),
        ("Exports (thousand, customs value)", False),
        ("In millions of current prices", False),
    ],
)
def test_money_that_cannot_be_told_is_not_that_of_the_reporter(text: str, open_: bool) -> None:
    found = unit_in(text)
    assert found is not None and found.code is None
    assert (found.kind == "money") == open_


@pytest.mark.parametrize(
    ("text", "own", "partners"),
    [
        ("India: Export country-wise", ["IND"], []),
        ("U.S. trade in goods with World", ["USA"], []),
        ("Thousand US dollars", [], []),
        ("Viet Nam Customs: Exports by country", ["VNM"], []),
        ("Exportations de la France", ["FRA"], []),
        ("Außenhandel Deutschlands", ["DEU"], []),
        ("Экспорт России в Китай", ["RUS"], ["CHN"]),
        ("中国对美国、日本出口", ["CHN"], ["USA", "JPN"]),
        ("从中国出口到越南", ["CHN"], ["VNM"]),
        ("日本贸易统计", ["JPN"], []),
        ("Exports from Viet Nam", ["VNM"], []),
        ("Imports from Viet Nam", [], ["VNM"]),
        ("Imports into India", ["IND"], []),
        ("Exports to the United States and Japan", [], ["USA", "JPN"]),
        ("Japanese exports to China", ["JPN"], ["CHN"]),
        ("Meat of turkey, exports", [], []),
        ("Exports of china and porcelain", [], []),
    ],
)
def test_countries_of_a_title(text: str, own: list[str], partners: list[str]) -> None:
    found = spoken(text)
    assert [one.code for one in found if not one.partner] == own
    assert [one.code for one in found if one.partner] == partners


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Alemania", "DEU"),
        ("PAISES BAJOS", "NLD"),
        ("Vereinigtes Königreich", "GBR"),
        ("Corée du Sud", "KOR"),
        ("США", "USA"),
        ("Tiongkok", "CHN"),
        ("Áo", "AUT"),
        ("ドイツ", "DEU"),
        ("베트남", "VNM"),
        ("Islands", None),
        ("Y", None),
        ("Otros países", None),
        ("Alemaniana", None),
    ],
)
def test_names_of_countries_in_other_languages(name: str, code: str | None) -> None:
    assert coding.by_name("partner", name) == code


def test_english_and_chinese_names_come_first() -> None:
    for form, code in coding.written("partner"):
        assert coding.by_name("partner", form) in (code, None) or coding.key(form) in coding._names("partner")
