"""Whose trade a question is about: the store's reporter is home, other countries are partners."""

from __future__ import annotations

import pytest

from customhouse.errors import QueryError
from customhouse.query import parse

LATEST = 2024 * 12


@pytest.mark.parametrize(
    ("text", "home", "partner", "reporter"),
    [
        ("share of China in exports 2024-01", "KOR", "CHN", None),
        ("中国占出口比重 2024年1月", "KOR", "CHN", None),
        ("trade with China 2024-01", "KOR", "CHN", None),
        ("balance with China", "KOR", "CHN", None),
        ("对华出口 2024年1月", "KOR", "CHN", None),
        ("Korean exports 2024-01", "KOR", None, None),
        ("Korea's exports 2024-01", "KOR", None, None),
        ("trade with Korea 2024-01", "KOR", None, None),
        ("China exports 2024-01", "CHN", None, None),
        ("China's exports to ASEAN 2024-01", "CHN", "ASEAN", None),
        ("Chinese exports 2024-01", "CHN", None, None),
        ("中国出口 2024年1月", "CHN", None, None),
        ("对韩国出口 2024年1月", "CHN", "KOR", None),
        ("US imports from France 2024-01", "THA", "FRA", "USA"),
        ("imports of the United States from France 2024-01", "THA", "FRA", "USA"),
    ],
)
def test_home_is_whose_trade_it_is(text: str, home: str, partner: str | None, reporter: str | None) -> None:
    asked = parse(text, latest=LATEST, home=home, reporters={"USA", "THA", home}).slice
    assert (asked.partner, asked.reporter) == (partner, reporter)


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("China imports 2019", "USA"), ("China's exports 2024-01", "KOR"), ("Chinese exports 2024", "KOR"),
        ("exports of Germany 2024", "CHN"), ("German exports 2024", "CHN"), ("US exports 2024 Q2", "CHN"),
    ],
)
def test_a_country_that_may_be_either_is_asked_back(text: str, home: str) -> None:
    with pytest.raises(QueryError, match="may be the partner or the reporter"):
        parse(text, latest=LATEST, home=home)
