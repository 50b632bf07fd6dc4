"""Any query described is read back; any text is a query or refused in one line."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from customhouse.errors import QueryError
from customhouse.period import Period, parse_month
from customhouse.query import Query, describe, parse
from customhouse.query.assemble import OF_WHOLE
from customhouse.query.dates import calendar_of
from customhouse.query.tokens import tokens
from customhouse.vocabulary import entries, name

LATEST = parse_month("2025-03")
LISTS = {"partner": "partners", "enterprise": "enterprises", "region": "regions", "regime": "regimes",
         "transport": "transport", "commodity": "commodities"}
WORDS = ("exports", "imports", "share of", "private enterprises", "to", "from", "ASEAN", "by", "month",
         "2024", "2025-Q1", "top 10", "partners", "growth", "of", "in", "HS", "8542", "and", "since", "/",
         "compared with", "above", "3 billion yuan", "出口", "对", "东盟", "按月", "占", "比重", "2024年",
         "-", "'s", "excluding")


def told_apart(code: str, dimension: str) -> bool:
    """Whether the names of a code are read as the code alone: some are names of two things."""
    for language in ("en", "zh"):
        try:
            found = tokens(name(code, language, dimension), calendar_of(LATEST))
        except QueryError:
            return False
        if [(t.kind, t.code) for t in found] != [(dimension, code)]:
            return False
    return True


CODES = {d: [e.code for e in entries(table) if "+" not in e.code and e.code not in ("CHN", "WLD")]
         for d, table in LISTS.items()}
PERIODS = ("2024-01/2024-12", "2025-01/2025-03", "2024-02", "2023-01/2024-12", "2024-11/2025-02",
           "2024-07/2024-12")
MEASURES = ("value", "quantity", "price", "growth", "change", "share", "multiple", "contribution",
            "share_change")


@st.composite
def options(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {"period": draw(st.sampled_from(PERIODS)),
                             "flow": draw(st.sampled_from(("exports", "imports", "trade", "balance")))}
    for dimension in draw(st.lists(st.sampled_from(sorted(LISTS)), unique=True, max_size=2)):
        codes = draw(st.lists(st.sampled_from(CODES[dimension]), min_size=1, max_size=2, unique=True))
        assume(all(told_apart(code, dimension) for code in codes))
        found[dimension] = draw(st.sampled_from((",", "+"))).join(codes)
    free = [a for a in ("partner", "enterprise", "region", "regime", "transport") if a not in found]
    axis = draw(st.none() | st.sampled_from(free))
    found["by"] = [a for a in (draw(st.sampled_from((None, "month", "ytd"))), axis) if a]
    found["top"] = draw(st.none() | st.integers(1, 99)) if axis else None
    found["measure"] = draw(st.sampled_from(MEASURES))
    given_dims = [d for d in LISTS if d in found]
    if found["measure"] in OF_WHOLE and given_dims:
        found["whole"] = draw(st.sampled_from(given_dims))
    elif found["measure"] in OF_WHOLE and not axis:
        assume(found["flow"] in ("exports", "imports"))
    found["known"] = draw(st.sampled_from(("latest", "first")))
    found["base_known"] = draw(st.sampled_from(("latest", "first")))
    return found


@given(options(), st.sampled_from(("en", "zh")))
def test_any_query_described_is_the_query(given_options: dict[str, Any], language: str) -> None:
    query = parse("", given_options, LATEST)
    told = describe(query, language)
    assert parse(told, latest=LATEST) == query, told


@given(st.lists(st.sampled_from(WORDS), max_size=8) | st.lists(st.text(max_size=6), max_size=5))
def test_any_text_is_a_query_or_refused(words: list[str]) -> None:
    try:
        query = parse(" ".join(words), latest=LATEST)
    except QueryError as error:
        assert str(error) and "\n" not in str(error)
    else:
        assert isinstance(query, Query) and all(isinstance(p, Period) for p in query.periods)
        for language in ("en", "zh"):
            assert describe(query, language)


@given(st.sampled_from(WORDS[:9]), st.text("bcdfghjkqxz", min_size=5, max_size=9))
def test_nothing_is_passed_over(word: str, noise: str) -> None:
    """A word that is none makes any question fail and stands in the message."""
    try:
        parse(f"exports 2024 {noise}", latest=LATEST)
    except QueryError as error:
        assert noise in str(error)
    else:
        raise AssertionError(f"{noise} was passed over")
