"""Words of heads, titles and rows in the languages of offices: flows, totals, countries named twice."""

from __future__ import annotations

import pytest

from customhouse.records import bilingual, coding
from customhouse.records.propose import words

EXPORTS = (
    "Exports|Exportaciones|Exportações|Exportations|Ausfuhr|Esportazioni|Uitvoer|Eksport|Vývoz|Izvoz|Kivitel|"
    "Exporturi|Εξαγωγές|Vienti|Varuexport|Utførsel|Экспорт|Експорт|Износ|Извоз|İhracat|Ekspor|Xuất khẩu|"
    "الصادرات|การส่งออก|निर्यात|ייצוא|수출|輸出|出口|Eksportas|Eksports|Ihracat|WARENAUSFUHR|ЭКСПОРТА"
)
IMPORTS = (
    "Imports|Importaciones|Importações|Importations|Einfuhr|Importazioni|Invoer|Import|Dovoz|Uvoz|Behozatal|"
    "Importuri|Εισαγωγές|Tuonti|Varuimport|Innførsel|Импорт|Імпорт|Внос|Увоз|İthalat|Impor|Nhập khẩu|"
    "الواردات|การนำเข้า|आयात|ייבוא|수입|輸入|进口|Importas|ИМПОРТА"
)
BALANCE = (
    "Trade balance|Saldo|Solde commercial|Handelsbilanz|Bilancia commerciale|Handelsbalans|Saldo obrotów|"
    "Obchodní bilance|Kereskedelmi mérleg|Soldul|Εμπορικό ισοζύγιο|Kauppatase|Handelsnetto|Сальдо|"
    "Торговельний баланс|Neraca perdagangan|Cán cân thương mại|الميزان التجاري|ดุลการค้า|무역수지|貿易収支|差额"
)
AGAIN = (
    "Re-exports|Reexportaciones|Réexportations|Wiederausfuhr|Реэкспорт|Tái xuất|再輸出|재수출|"
    "إعادة التصدير"
)
TOTALS = (
    "Total|TỔNG TRỊ GIÁ|JUMLAH / TOTAL|All countries / territories|All products|Total exports|Ogółem|Celkem|"
    "Összesen|Σύνολο|Yhteensä|Totalt|I alt|Ukupno|Усього|Всего|Общо|Kokku|Kopā|Iš viso|الإجمالي|"
    "รวม|कुल|סך הכל|총계|総額|合计|Insgesamt|Totale|Totaal|India's Total Import|World total|Total (a)"
)


def _each(**forms: str) -> list[tuple[str, str]]:
    return [(text, code) for code, some in forms.items() for text in some.split("|")]


@pytest.mark.parametrize(
    ("text", "flow"), _each(exports=EXPORTS, imports=IMPORTS, balance=BALANCE, re_exports=AGAIN)
)
def test_flows_in_many_languages(text: str, flow: str) -> None:
    assert words.row_flow(text) == flow
    assert words.says("flow", f"{text} 2024") == flow
    assert words.flow_in([f"{text} 2024"]) == (None if flow == "balance" else flow)


@pytest.mark.parametrize(
    "text",
    ["Exports of services", "Petroleum exports", "Export growth (%)", "Exports to EU", "Trade deficit",
     "Exports %", "Germany", ""],
)  # fmt: skip
def test_what_is_more_or_less_than_a_flow(text: str) -> None:
    assert words.row_flow(text) is None


@pytest.mark.parametrize("text", TOTALS.split("|"))
def test_words_for_all_together(text: str) -> None:
    assert words.is_total(text)


@pytest.mark.parametrize("text", ["Total EU", "Total Asia", "Exports", "Germany", "Other", "Total intra"])
def test_what_is_not_all_together(text: str) -> None:
    assert not words.is_total(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Deutschland / Allemagne", "DEU"),
        ("Jepun / Japan", "JPN"),
        ("中国 China", "CHN"),
        ("日本(Japan)", "JPN"),
        ("Países Baixos (Holanda)", "NLD"),
        ("Korea Selatan / Korea, Republic of", "KOR"),
        ("Germany/France", None),
        ("Germany / West", None),
        ("China (Hong Kong)", "HKG"),
        ("E.U.A.", "USA"),
        ("U.A.E.", "ARE"),
        ("호주", "AUS"),
        ("Німеччина", "DEU"),
        ("Tyskland", "DEU"),
    ],
)
def test_countries_named_twice(text: str, code: str | None) -> None:
    assert coding.by_name("partner", text) == code


def test_the_sides_of_a_text() -> None:
    assert bilingual.sides("Japan") == ()
    assert bilingual.sides("Land / Pays") == (("Land", "Pays"),)
    assert ("中国", "China") in bilingual.sides("中国 China")
    assert words.is_a("column", "Land / Pays") == "partner"
