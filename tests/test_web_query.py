"""The Query page in this process: options, the figures of the desk, totals, links, calls, choosers."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from typer.testing import CliRunner

import choosing
import customhouse
from customhouse.cli import app
from customhouse.cube import CellCube
from customhouse.errors import CustomhouseError
from customhouse.query import parse
from customhouse.statistics import Concepts
from customhouse.web.pages.query_options import options_of, pretty
from customhouse.web.shell import POLICY

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "cases" / "web_query.yaml").read_text(encoding="utf-8"))
QUESTIONS = [
    case
    for case in yaml.safe_load((HERE / "cases" / "queries.yaml").read_text(encoding="utf-8"))["asked"]
    if "refused" not in case and case.get("latest") != "none"
]
LATEST = 2025 * 12 + 2
_LINE = re.compile(r'<tr class="(row|others|total)">(.*?)</tr>', re.DOTALL)
_CELL = re.compile(r'<t[hd][^>]*class="n"[^>]*>(.*?)</td>', re.DOTALL)
_HEAD = re.compile(r'<t(?:h scope="row"|d)>(.*?)</t[hd]>', re.DOTALL)
_DATA = re.compile(r'<data value="([^"]*)"')

Lines = list[tuple[str, tuple[str, ...], list[Fraction | None]]]


@pytest.fixture(scope="module")
def desk(small_store: Path) -> Iterator[Any]:
    with customhouse.open_store(small_store) as found:
        yield found


def lines(page: str) -> Lines:
    """The lines of the answer's table: their kind, heads and exact figures."""
    table = page[page.index('id="answer"') :]
    found: Lines = []
    for kind, inside in _LINE.findall(table[: table.index("</table>")]):
        exact = [_DATA.search(cell) for cell in _CELL.findall(inside)]
        heads = tuple(unescape(re.sub(r"<[^>]+>", "", head)) for head in _HEAD.findall(inside))
        found.append((kind, heads, [Fraction(one[1]) if one else None for one in exact]))
    return found


def text_of(page: str, identity: str) -> str:
    """What stands in an element of calls."""
    match = re.search(rf'id="{identity}"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert match, identity
    return unescape(match[1])


def answer_of(desk: Any, asked: dict[str, Any]) -> Any:
    """What the desk answers; options of concepts and days as a case has them."""
    told = {name: str(one) if name == "period" else one for name, one in asked.items()}
    words, source = told.pop("q", ""), told.pop("source", "declarations")
    day = told.pop("as_of", None)
    concepts = Concepts(
        told.pop("system", "general"), told.pop("partner_by", "origin"), told.pop("returned", "included")
    )
    if isinstance(told.get("base"), str) and told["base"] != "previous":
        told["base"] = str(told["base"])
    return desk.query(
        words, source=source, as_of=day, concepts=None if concepts == Concepts() else concepts, **told
    )


def columns(desk: Any, queries: Sequence[dict[str, Any]], answers: Sequence[Any]) -> list[list[float | None]]:
    """The figures of answers beside one another, for the rows of the first; growth beside levels."""
    found: list[list[float | None]] = []
    for row in answers[0]:
        line: list[float | None] = []
        for asked, answer in zip(queries, answers, strict=True):
            same = (r for r in answer if (r.ask.slice, r.ask.period) == (row.ask.slice, row.ask.period))
            mine = next(same, None)
            if mine is None:  # another measure has other codes along an axis; asked for singly
                kept = {name: one for name, one in asked.items() if name not in ("by", "top")}
                mine = answer_of(desk, kept | row.ask.slice.given()).figures[0]
            line.append(mine.claim.value if mine.claim else None)
            grown = [r.growth.value if hasattr(r.growth, "value") else None for r in answer]
            if any(one is not None for one in grown):
                line.append(mine.growth.value if hasattr(mine.growth, "value") else None)
        found.append(line)
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["page"][:60])
def test_every_option_gives_the_figures_of_the_desk(
    app_client: TestClient, desk: Any, case: dict[str, Any], language: str
) -> None:
    page = app_client.get(f"/{language}/query?{case['page']}")
    assert page.status_code == 200, page.text[page.text.find('role="alert"') :][:400]
    assert page.headers["content-security-policy"] == POLICY
    answers = [answer_of(desk, asked) for asked in case["queries"]]
    figures = [line[2] for line in lines(page.text) if line[0] == "row"]
    wanted = columns(desk, case["queries"], answers)
    assert [[None if one is None else float(one) for one in line] for line in figures] == wanted
    printed = answers[0].table(language)[1]
    rows = [line for line in lines(page.text) if line[0] == "row"]
    width = len(rows[0][1])
    assert [_unmarked(line[1]) for line in rows] == [cells[:width] for cells in printed]


def _unmarked(heads: tuple[str, ...]) -> tuple[str, ...]:
    """The heads of a row without what the page adds to HS codes: the mark, and names."""
    return tuple(head.split()[1] if head.startswith("HS ") else head for head in heads)


@pytest.mark.parametrize("case", [c for c in CASES if "form" in c], ids=lambda case: case["page"][:60])
def test_words_fill_in_the_form(app_client: TestClient, case: dict[str, Any]) -> None:
    page = app_client.get(f"/en/query?{case['page']}").text
    for name, value in case["form"].items():
        assert _chosen(page, name, value), (name, value)


def _chosen(page: str, name: str, value: str) -> bool:
    """Whether a field of the form has a value."""
    written = re.search(rf'<input id="f-{name}"[^>]* value="([^"]*)"', page)
    if written:
        return unescape(written[1]) == value
    lists = re.findall(rf'<select id="f-{name}(?:-parts)?".*?</select>', page, re.DOTALL)
    return any(f'<option value="{value}" selected>' in one for one in lists)


@pytest.mark.parametrize("case", QUESTIONS, ids=lambda case: str(case["q"])[:60])
def test_a_question_as_options_is_the_same_question(case: dict[str, Any]) -> None:
    try:
        wanted = parse(case["q"], case.get("options") or {}, LATEST)
    except CustomhouseError:
        pytest.skip("not understood")
    told: dict[str, Any] = dict(options_of(wanted))
    assert parse(told.pop("q", ""), told, LATEST) == wanted


@given(first=st.integers(2000 * 12, 2030 * 12), length=st.integers(1, 40))
def test_periods_are_written_as_they_are_read(first: int, length: int) -> None:
    period = customhouse_period(first, length)
    assert parse("exports", {"period": pretty(period)}).periods == (period,)


def customhouse_period(first: int, length: int) -> Any:
    from customhouse.period import Period

    return Period(first, first + length - 1)


AXES = ("partner", "hs2", "hs4", "enterprise", "region", "regime", "transport")
FIGURES = st.tuples(
    st.sampled_from(["exports", "imports", "trade", "balance"]),
    st.sampled_from(AXES),
    st.sampled_from(["2024", "2025-Q1", "2024-02", "2024-11/2025-02"]),
    st.sampled_from(["", "1", "3", "1000"]),
    st.sampled_from(["", "month,"]),
    st.sampled_from(["declarations", "declarations", "table"]),
)


@choosing.tries(15)
@given(asked=FIGURES)
def test_rows_and_all_others_add_up_to_the_total_to_the_unit(
    app_client: TestClient, asked: tuple[str, ...]
) -> None:
    flow, axis, period, top, by, source = asked
    params = {
        "flow": flow,
        "by": f"{by}{axis}",
        "period": period,
        "top": top,
        "source": source,
        "measure": "value",
    }
    page = app_client.get("/en/query", params=params)
    if page.status_code == 422:
        assert source == "table" and axis != "partner"
        return
    found, totals = _sums(page.text)
    assert totals, "no total"
    for period_of, total in totals.items():
        assert found[period_of] == total


def _sums(page: str) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """By period: what the lines above a total add up to, and the total; in hundredths, as money is."""
    parts: dict[str, Fraction] = {}
    totals: dict[str, Fraction] = {}
    for kind, heads, figures in lines(page):
        assert figures[0] is not None
        exact = Fraction(round(figures[0] * 100), 100)
        if kind == "total":
            totals[heads[0]] = exact
        else:
            parts[heads[0]] = parts.get(heads[0], Fraction(0)) + exact
    return parts, totals


def test_the_total_of_months_is_the_year(app_client: TestClient, desk: Any) -> None:
    page = app_client.get("/en/query?flow=imports&by=month&period=2024").text
    (total,) = [line for line in lines(page) if line[0] == "total"]
    assert total[1][0] == "Total 2024"
    whole = desk.query(flow="imports", period="2024", source="declarations").claims[0].value
    assert total[2][0] is not None and float(total[2][0]) == whole


def test_what_overlaps_does_not_add_up_and_says_so(app_client: TestClient) -> None:
    page = app_client.get("/en/query?flow=exports&partner=ASEAN,VNM&period=2024").text
    (total,) = [line[2][0] for line in lines(page) if line[0] == "total"]
    parts = [line[2][0] for line in lines(page) if line[0] == "row"]
    assert total == max(one for one in parts if one is not None)
    assert "overlaps" in page


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("by=ytd&period=2024", "contain one another"),
        ("by=partner&top=3&measure=count", "once in the total"),
        ("by=partner&top=3&measure=price", "average"),
        ("by=partner&top=3&measure=growth&period=2025-Q1", "do not add up"),
        ("by=partner&top=3", "add up to the total exactly"),
    ],
)
def test_why_parts_do_not_add_up(app_client: TestClient, asked: str, says: str) -> None:
    assert says in app_client.get(f"/en/query?flow=exports&{asked}").text


@pytest.mark.parametrize("case", choosing.some(CASES, 8), ids=lambda case: case["page"][:60])
def test_the_permanent_link_gives_the_same_figures(app_client: TestClient, case: dict[str, Any]) -> None:
    page = app_client.get(f"/en/query?{case['page']}").text
    found = re.search(r'id="permanent"[^>]* value="([^"]*)"', page)
    assert found
    address = urlsplit(unescape(found[1]))
    assert address.scheme == "http" and "as_of=2025-" in address.query and "source=" in address.query
    again = app_client.get(f"{address.path}?{address.query}").text
    assert lines(again) == lines(page)
    same = re.search(r'id="permanent"[^>]* value="([^"]*)"', again)
    assert same and same[1] == found[1]


@pytest.mark.parametrize("case", choosing.some(CASES, 5), ids=lambda case: case["page"][:60])
def test_the_calls_that_are_shown_give_the_same_figures(
    app_client: TestClient, small_store: Path, case: dict[str, Any]
) -> None:
    page = app_client.get(f"/en/query?{case['page']}").text
    row = [line[2][0] for line in lines(page) if line[0] == "row"]
    mine = [None if one is None else float(one) for one in row]
    command = shlex.split(text_of(page, "cli-1").replace("STORE", shlex.quote(str(small_store))))
    assert command[:2] == ["customhouse", "query"]
    printed = CliRunner().invoke(app, [*command[1:], "--json"])
    assert printed.exit_code == (0 if any(one is not None for one in mine) else 2), printed.output
    assert [one.get("value") for one in yaml.safe_load(printed.output)["figures"]] == mine
    space: dict[str, Any] = {}
    exec(text_of(page, "python-1").replace("STORE", str(small_store)), space)
    assert [one.claim.value if one.claim else None for one in space["answer"]] == mine
    curl, address = shlex.split(text_of(page, "api-1"))
    assert curl == "curl"
    parts = urlsplit(address)
    found = app_client.get(f"{parts.path}?{parts.query}")
    assert found.status_code == 200, found.text
    assert [one["value"] for one in found.json()["figures"]] == mine


def test_downloads_have_the_figures(app_client: TestClient) -> None:
    page = app_client.get("/en/query?flow=exports&by=month&period=2024").text
    addresses = [unescape(one) for one in re.findall(r'download href="([^"]*)"', page)]
    assert [re.search(r"format=([\w-]+)", one)[1] for one in addresses] == [  # type: ignore[index]
        "csv",
        "xlsx",
        "parquet",
        "json",
        "sdmx-csv",
    ]
    for address in addresses:
        parts = urlsplit(address)
        assert app_client.get(f"{parts.path}?{parts.query}").status_code == 200, address


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_opens_what_it_rests_on(app_client: TestClient, language: str) -> None:
    asked = (
        "flow=exports&by=partner&period=2025-Q1&top=2&measure=value&measure=share&measure=rank&measure=price"
    )
    page = app_client.get(f"/{language}/query?{asked}").text
    figures = re.findall(r'<a href="([^"]*query/figure[^"]*)"[^>]*><data value="([^"]*)"', page)
    assert len(figures) >= 2 * 5
    for address, exact in figures:
        found = app_client.get(unescape(address))
        assert found.status_code == 200
        parts = urlsplit(unescape(address))
        claim = app_client.get(f"/api/v1/query?{parts.query}").json()["figures"][0]
        assert float(claim["value"]) == pytest.approx(float(exact))
        assert 'class="big"' in found.text and "<table>" in found.text
        assert "<html" not in app_client.get(unescape(address), headers={"HX-Request": "true"}).text


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("flow=exprts", "no such flow"),
        ("q=expots+2024", "did you mean &#39;exports&#39;"),
        ("partner=Atlantis", "Atlantis"),
        ("by=decade", "no such axis"),
        ("top=none", "whole number"),
        ("as_of=yesterday", "write the day"),
        ("as_of=1999-01-01", "the first figures"),
        ("source=comtrad", "no figures of this source"),
        ("system=other", "general, special"),
        ("source=table&system=special", "cannot be compiled"),
        ("hs=854", "2, 4, 6, 8 or 10"),
        ("measure=beauty", "no such measure"),
        ("page=0", "whole number"),
        ("period=someday", "someday"),
        ("currency=XYZ", "CNY"),
        ("base=never", "never"),
        ("q=" + "x" * 3000, "characters are the most"),
        ("&".join(f"measure={i}" for i in range(20)), "columns"),
        ("threshold=high", "write a number"),
        ("flow=exports%00", "no such flow"),
        ("partner=%ED%A0%80", "not understood"),
    ],
)
@pytest.mark.parametrize("script", [False, True])
def test_what_is_not_understood_stands_beside_the_form(
    app_client: TestClient, asked: str, says: str, script: bool
) -> None:
    found = app_client.get(f"/en/query?{asked}", headers={"HX-Request": "true"} if script else {})
    assert found.status_code == 422
    assert says in found.text[found.text.index('role="alert"') :]
    assert ("<form" in found.text) != script


def test_what_takes_too_long_is_said_beside_the_form(
    small_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from customhouse.web.app import make_app
    from customhouse.web.settings import Settings

    def slow(quick: Any) -> Any:
        def asked(*args: Any, **options: Any) -> Any:
            time.sleep(0.2)
            return quick(*args, **options)

        return asked

    with TestClient(make_app(small_store, Settings(per_minute=0, working=1, seconds=4))) as client:
        assert client.get("/en/query?period=2024&by=month").status_code == 200
        for name in ("parts", "level"):
            monkeypatch.setattr(CellCube, name, slow(getattr(CellCube, name)))
        found = client.get("/en/query?period=2024&by=month&partner=USA")
    assert found.status_code == 503
    assert "longer than" in found.text[found.text.index('role="alert"') :]
    assert found.headers["retry-after"]


@pytest.mark.parametrize("script", [False, True])
@pytest.mark.parametrize(("to", "tag"), [("en", "en"), ("zh", "zh-Hans")])
def test_what_is_wrong_is_told_in_the_language_of_the_page(
    app_client: TestClient, to: str, tag: str, script: bool
) -> None:
    headers = {"HX-Request": "true"} if script else {}
    page = app_client.get(f"/{to}/query", params={"q": "exports to Nowhereland 2024"}, headers=headers)
    told = page.text[page.text.index('role="alert"') :]
    assert page.status_code == 422
    assert f'<p lang="{tag}">' in told and "Nowhereland" in told


@pytest.mark.parametrize("path", ["query/figure?flow=exports&by=month", "query/tree?top=" + "9" * 900])
def test_what_goes_wrong_in_a_part_stays_a_part(app_client: TestClient, path: str) -> None:
    part = app_client.get(f"/en/{path}", headers={"HX-Request": "true"})
    whole = app_client.get(f"/en/{path}")
    assert part.status_code == whole.status_code == 422
    assert "<html" not in part.text and 'role="alert"' in part.text
    assert "<html" in whole.text


def test_the_form_keeps_what_was_chosen(app_client: TestClient) -> None:
    page = app_client.get("/zh/query?flow=exports&partner=Atlantis&by=month&period=2024&measure=share").text
    assert (
        _chosen(page, "partner", "Atlantis")
        and _chosen(page, "flow", "exports")
        and _chosen(page, "period", "2024")
    )
    assert re.search(r'name="measure" value="share" checked', page)


def test_a_form_without_scripts_leads_to_a_clean_address(app_client: TestClient) -> None:
    sent = "measure=value&flow=exports&partner=&hs=&by=month&by=partner&period=2025-Q1&top=2&known="
    sent += "&system=general"
    found = app_client.get(f"/en/query?{sent}", follow_redirects=False)
    assert found.status_code == 303
    assert (
        found.headers["location"]
        == "/en/query?measure=value&flow=exports&period=2025-Q1&by=month%2Cpartner&top=2"
    )
    assert app_client.get(found.headers["location"], follow_redirects=False).status_code == 200


def test_a_script_gets_the_result_alone_and_the_address_to_show(app_client: TestClient) -> None:
    found = app_client.get(
        "/en/query?flow=exports&partner=&by=month&period=2024", headers={"HX-Request": "true"}
    )
    assert found.headers["hx-push-url"] == "/en/query?flow=exports&period=2024&by=month"
    assert "<form" not in found.text and 'id="answer"' in found.text
    again = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<form" in app_client.get("/en/query?flow=exports&period=2024", headers=again).text


def test_long_tables_have_pages(small_store: Path) -> None:
    from customhouse.web.app import make_app
    from customhouse.web.settings import Settings

    asked = "/en/query?flow=trade&by=month,partner&period=2025-Q1&measure=value"
    with TestClient(make_app(small_store, Settings(per_minute=0, working=1, page_rows=10_000))) as whole:
        wanted = lines(whole.get(asked).text)
    found: Lines = []
    with TestClient(make_app(small_store, Settings(per_minute=0, working=1, page_rows=70))) as client:
        page = client.get(asked).text
        while True:
            found += lines(page)
            following = re.search(r'rel="next" href="([^"#]*)', page)
            if not following:
                break
            page = client.get(f"/en/query{unescape(following[1])}").text
    assert found == wanted
    assert sum(line[0] == "row" for line in found) > 2 * 70


def test_choosers_offer_what_the_source_has(app_client: TestClient) -> None:
    table = app_client.get("/en/query?source=table").text
    assert "does not tell trade apart by this: Region" in table
    assert re.search(r'<select id="f-region"[^>]* disabled', table)
    assert re.search(r'<select id="f-system"[^>]* disabled', table)
    lines_of = app_client.get("/en/query?source=declarations").text
    assert not re.search(r'<select id="f-region"[^>]* disabled', lines_of)
    partners = app_client.get("/en/query/tree?kind=partner&source=table").text
    assert {"USA", "JPN", "DEU"} <= set(re.findall(r'data-code="([^"]+)"', partners))
    assert 'data-code="FRA"' not in partners


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_tree_opens_from_chapters_to_items(app_client: TestClient, language: str) -> None:
    node, seen = "", []
    for digits in (2, 4, 6, 8):
        told = {"HX-Request": "true"}
        page = app_client.get(f"/{language}/query/tree?node={node}", headers=told).text
        codes = re.findall(r'data-field="hs" data-code="(\d+)"', page)
        assert codes and {len(code) for code in codes} == {digits} and all(c.startswith(node) for c in codes)
        seen.append(page)
        node = codes[-1]
    assert all(word in seen[0] for word in ("85", "electrical", "\N{CJK UNIFIED IDEOGRAPH-7535}"))


@pytest.mark.parametrize(
    ("kind", "search", "code"),
    [
        ("goods", "integrated circuit", "integrated_circuit"),
        ("goods", "\u96c6\u6210\u7535\u8def", "integrated_circuit"),
        ("goods", "85", "85"),
        ("goods", "CHIPS", "integrated_circuit"),
        ("partner", "viet", "VNM"),
        ("partner", "\u8d8a\u5357", "VNM"),
        ("partner", "VN", "VNM"),
        ("partner", "asean", "ASEAN"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_searches_find_in_either_language(
    app_client: TestClient, kind: str, search: str, code: str, language: str
) -> None:
    page = app_client.get(
        f"/{language}/query/tree", params={"kind": kind, "search": search, "flow": "exports"}
    ).text
    link = re.search(rf'<a class="choose[^"]*" href="([^"]*)" data-field="\w+" data-code="{code}"', page)
    assert link
    chosen = app_client.get(unescape(link[1])).text
    assert f'value="{code}"' in chosen and _chosen(chosen, "flow", "exports")


def test_members_of_blocs_have_their_dates(app_client: TestClient) -> None:
    page = app_client.get("/en/query/tree?kind=partner&node=EU").text
    assert re.search(r"United Kingdom.*?Jan 1973 to Jan 2020", page, re.DOTALL)
    assert "since" in page


@choosing.tries(25)
@given(
    pairs=st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "q",
                    "measure",
                    "flow",
                    "partner",
                    "commodity",
                    "hs",
                    "by",
                    "period",
                    "top",
                    "base",
                    "as_of",
                    "source",
                    "whole",
                    "threshold",
                    "unit",
                    "page",
                    "known",
                    "zzz",
                ]
            ),
            st.text(max_size=30)
            | st.sampled_from(["2024", "exports", "<script>", "'\"><b>", "month,partner", "-1", "1e9"]),
        ),
        max_size=5,
    ),
    path=st.sampled_from(["query", "query/tree", "query/figure"]),
)
def test_no_address_breaks_the_page(app_client: TestClient, pairs: list[tuple[str, str]], path: str) -> None:
    clean = [(name, text.encode("utf-8", "replace").decode()) for name, text in pairs]
    found = app_client.get(f"/en/{path}", params=clean)
    assert found.status_code in (200, 422), found.text[:300]
    assert "<script>" not in found.text.replace("<script src", "").replace(
        '<script type="application/json"', ""
    )
    assert "<b>" not in found.text


def test_days_of_cases_are_days() -> None:
    assert any(isinstance(asked.get("as_of"), date) for case in CASES for asked in case["queries"])
