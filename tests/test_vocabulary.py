"""The code lists hold to their rules: whole rows, codes read back, forms in examples, no silent ambiguity."""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from opencc import OpenCC

import customhouse
from customhouse.errors import VocabularyError
from customhouse.period import month, parse_month
from customhouse.vocabulary import Entry, entries, lexicon, members, name, rows, split
from customhouse.vocabulary.lexicon import fold
from customhouse.vocabulary.tables import DIMENSION_LISTS, WORD_LISTS, all_entries

DATA = files("customhouse.vocabulary") / "data"
TABLES = sorted(path.name.removesuffix(".csv") for path in DATA.iterdir() if path.name.endswith(".csv"))
LISTS = (*WORD_LISTS, *DIMENSION_LISTS)
BESIDE = ("remainders", "quantity_units", "code_notes")
CODED = sorted({*LISTS, *BESIDE, "measures", "phrases", "explanations", "interface"})
NAMED = (*DIMENSION_LISTS, "flows", "counts")
HS = re.compile(r"\d{2}(?:\d{2}){0,4}(?:-\d{2}(?:\d{2}){0,4})?")
CAPITALS = re.compile(r"[A-Z&]{2,5}")
TRADITIONAL = OpenCC("s2t")


def listed() -> Iterator[tuple[str, Entry]]:
    """Every entry of the lists that are read, with the name of its list."""
    for table in LISTS:
        for entry in entries(table):
            yield table, entry


def words_of(entry: Entry) -> tuple[str, ...]:
    return (*entry.forms("en"), *entry.forms("zh"))


def occurs(form: str, example: str) -> bool:
    return fold(form).lower() in fold(example).lower()


def key(form: str) -> str:
    """A form as the lexicon compares it: folded, in lower case unless it is an acronym."""
    folded = fold(form)
    return folded if CAPITALS.fullmatch(folded) else folded.lower()


def found(text: str) -> set[tuple[str, str, str]]:
    """What is found in a text: the form, its kind and its code."""
    folded = fold(text)
    matches = lexicon().find(folded, folded.lower())
    return {(key(folded[m.start : m.end]), kind, code) for m in matches for kind, code in m.tags.items()}


@pytest.mark.parametrize(
    ("text", "form", "reading"),
    [
        # A form that ends within a word gives way to the whole form under it.
        ("above the national average", "national average", ("overall", "national")),
        ("goods traded in May", "traded", ("flow", "trade")),
        ("China's totals for May", "china's", ("home", "home")),
        # A form that is listed goes before the plural of another.
        ("exports to the Americas", "americas", ("partner", "AMERICAS")),
    ],
)
def test_whole_forms_are_found(text: str, form: str, reading: tuple[str, str]) -> None:
    assert (form, *reading) in found(text)


@pytest.mark.parametrize("text", ["nationality", "uptown", "the US$s", "tradesman"])
def test_parts_of_words_are_not_found(text: str) -> None:
    assert not {form for form, kind, _ in found(text) if kind in ("home", "up", "flow", "overall")}


@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_whole(table: str) -> None:
    text = (DATA / f"{table}.csv").read_bytes().decode("utf-8")
    header, *body = csv.reader(text.splitlines(keepends=True))
    assert body and len(set(header)) == len(header)
    assert [row for row in body if len(row) != len(header)] == []
    assert [row for row in body if any(cell != cell.strip() for cell in row[:1])] == []


@pytest.mark.parametrize("table", CODED)
def test_codes_are_unique(table: str) -> None:
    seen = Counter((row.get("kind") if table in WORD_LISTS else "", row["code"]) for row in rows(table))
    assert {code: times for code, times in seen.items() if times > 1} == {}


@pytest.mark.parametrize("table", LISTS)
def test_no_form_stands_twice_in_a_row(table: str) -> None:
    twice = [
        (entry.code, form)
        for entry in entries(table)
        for language in ("en", "zh")
        for form, times in Counter(map(key, entry.forms(language))).items()
        if times > 1
    ]
    assert twice == []


@pytest.mark.parametrize("table", LISTS)
def test_entries_are_dated_sensibly(table: str) -> None:
    for entry in entries(table):
        first, last = entry.row.get("from"), entry.row.get("to")
        assert all(parse_month(text) for text in (first, last) if text), entry.code
        assert not (first and last) or parse_month(first) <= parse_month(last), entry.code


@pytest.mark.parametrize("language", ["en", "zh", "zh-Hant"])
@pytest.mark.parametrize("table", NAMED)
def test_a_code_written_is_read_back(table: str, language: str) -> None:
    lost = []
    for entry in entries(table):
        written = name(entry.code, language[:2], entry.kind)
        text = TRADITIONAL.convert(written) if language == "zh-Hant" else written
        if not any((kind, code) == (entry.kind, entry.code) for _, kind, code in found(text)):
            lost.append((entry.code, text, found(text)))
    assert lost == []


@pytest.mark.parametrize("table", LISTS)
def test_every_form_occurs_in_an_example(table: str) -> None:
    bare = [
        (entry.code, form)
        for entry in entries(table)
        for form in words_of(entry)
        if not any(occurs(form, example) for example in entry.more("examples"))
    ]
    assert bare == [], "add a phrase with the form to the `examples` of its row"


@pytest.mark.parametrize("table", WORD_LISTS)
def test_every_form_is_found_in_an_example(table: str) -> None:
    """Not only as letters: no longer form of another entry swallows it in all of its examples."""
    hidden = []
    for entry in entries(table):
        read = {(form, kind) for example in entry.more("examples") for form, kind, _ in found(example)}
        own = {form for form, kind in read if kind == entry.kind}
        forms = sorted({key(form) for form in words_of(entry)})
        hidden += [(entry.code, form) for form in forms if not own & {form, form.lower()}]
    assert hidden == [], "add an example in which no longer form hides it"


@pytest.mark.parametrize("table", WORD_LISTS)
def test_every_example_holds_a_form(table: str) -> None:
    idle = [
        (entry.code, example)
        for entry in entries(table)
        for example in entry.more("examples")
        if not any(occurs(form, example) for form in words_of(entry))
    ]
    assert idle == []


@cache
def readings() -> dict[str, frozenset[str]]:
    """What each listed form may be, as `kind:code`, where that is more than one thing."""
    kinds_of: defaultdict[str, set[str]] = defaultdict(set)
    for table, entry in listed():
        for form in words_of(entry):
            kinds_of[key(form)].add(f"{entry.kind}:{entry.code}")
        if table in DIMENSION_LISTS:
            for form in entry.more("en_adjectives"):
                kinds_of[key(form)].add(f"adjective:{entry.code}")
    for form, kinds in kinds_of.items():
        kinds |= {f"{kind}:{code}" for kind, code in lexicon().tags(form).items()}
    return {form: frozenset(kinds) for form, kinds in kinds_of.items() if len(kinds) > 1}


def declared() -> dict[str, frozenset[str]]:
    return {row["form"]: frozenset(split(row["readings"])) for row in rows("ambiguities")}


def test_every_ambiguous_form_is_declared() -> None:
    missing = [
        f"{form},{'|'.join(sorted(kinds))},<why>"
        for form, kinds in sorted(readings().items())
        if declared().get(form) != kinds
    ]
    assert missing == [], "put these rows into ambiguities.csv, in place of rows for the same forms"


@pytest.mark.parametrize("table", DIMENSION_LISTS)
def test_senses_outside_the_lists_are_said_of_forms_of_the_row(table: str) -> None:
    wrong = []
    for entry in entries(table):
        more = (*entry.more("en_adjectives"), *entry.more("zh_short"))
        forms = {key(form) for form in (*words_of(entry), *more)}
        for note in entry.more("ambiguous"):
            form, _, sense = note.partition("=")
            if key(form) not in forms or not sense:
                wrong.append((entry.code, note))
    assert wrong == [], "write `form=what else it may be`"


def test_no_declared_ambiguity_is_stale() -> None:
    assert sorted(declared().keys() - readings().keys()) == [], "take these forms out of ambiguities.csv"
    assert len(declared()) == len(rows("ambiguities"))
    assert [row["form"] for row in rows("ambiguities") if len(row["why"].split()) < 3] == []


def test_commodities_have_valid_hs_patterns() -> None:
    bad = [
        (entry.code, part)
        for entry in entries("commodities")
        for part in entry.row["hs"].split("+")
        if part and not _hs_holds(part)
    ]
    assert bad == []


def _hs_holds(part: str) -> bool:
    """`01-24`, `870380`: chapters to ten digits, ranges between codes of one length and rising."""
    first, _, last = part.partition("-")
    return bool(HS.fullmatch(part)) and (not last or (len(first) == len(last) and first < last))


def test_parents_exist() -> None:
    for table in ("commodities", "regions"):
        codes = {entry.code for entry in entries(table)}
        parents = {parent for entry in entries(table) for parent in entry.more("parent")}
        assert sorted(parents - codes) == []


@pytest.mark.parametrize(
    ("bloc", "when", "size"),
    [
        ("EU", month(2015, 1), 28), ("EU", month(2024, 1), 27), ("EU", month(2020, 1), 28),
        ("EU", month(2020, 2), 27), ("EU", month(1957, 12), 0), ("ASEAN", month(2024, 6), 10),
        ("BRICS", month(2020, 6), 5), ("RCEP", month(2024, 1), 15), ("OPEC", month(2016, 6), 13),
    ],
)
def test_members_of_a_bloc(bloc: str, when: int, size: int) -> None:
    assert len(members(bloc, when)) == size


def test_members_are_codes_and_come_and_go() -> None:
    assert "GBR" in members("EU", month(2020, 1)) and "GBR" not in members("EU", month(2020, 2))
    assert {"HRV", "DEU"} <= members("EU", month(2024, 1))


def test_a_bloc_without_members_is_refused() -> None:
    with pytest.raises(VocabularyError, match=r"WLD: no bloc with listed members.*ASEAN"):
        members("WLD", month(2024, 1))


def test_bloc_members_are_partners_and_their_stays_do_not_overlap() -> None:
    known = {entry.code for entry in entries("partners")}
    stays = defaultdict(list)
    for row in rows("bloc_members"):
        assert {row["bloc"], row["member"]} <= known, row
        stays[row["bloc"], row["member"]].append((row["from"] or "0001-01", row["to"] or "9999-12"))
    for member, spans in stays.items():
        ordered = sorted(spans)
        assert all(first <= last for first, last in ordered), member
        assert all(a[1] < b[0] for a, b in pairwise(ordered)), member


@cache
def spoken() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """What the code of the package names: string literals, functions, and f-strings as patterns."""
    literals: set[str] = set()
    shapes: set[str] = set()
    for path in Path(customhouse.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                literals.add(node.value)
            elif isinstance(node, ast.FunctionDef):
                literals.add(node.name)
            elif isinstance(node, ast.JoinedStr):
                shapes.add(_shape(node))
    return frozenset(literals), tuple(map(re.compile, sorted(shapes)))


def _shape(node: ast.JoinedStr) -> str:
    parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else ".+" for v in node.values]
    # One that begins with a hole would fit every name.
    return "".join(parts) if parts[0] != ".+" and "_" in parts[0] else "$^"


def is_used(code: str) -> bool:
    literals, shapes = spoken()
    return code in literals or any(shape.fullmatch(code) for shape in shapes)


def test_no_kind_of_word_is_unused() -> None:
    kinds = {entry.kind for table in WORD_LISTS for entry in entries(table)}
    literals, _ = spoken()
    assert sorted(kinds - literals) == [], "nothing in the package asks for words of these kinds"


@pytest.mark.parametrize("table", ["measures", "phrases", "explanations"])
def test_no_code_is_unused(table: str) -> None:
    """A code is named in the code of the package, whole or as the two words that it is put together of."""
    literals, _ = spoken()
    parts = {row["code"]: row["code"].split("_", 1) for row in rows(table)}
    assert [code for code, named in parts.items() if not is_used(code) and not literals >= {*named}] == []


def test_outside_codes_have_one_reading_at_a_time() -> None:
    stays = defaultdict(list)
    for row in rows("outside_codes"):
        key_ = row["system"], row["dimension"], row["outside"]
        stays[key_].append((row["from"] or "0001-01", row["to"] or "9999-12"))
    for key_, spans in stays.items():
        ordered = sorted(spans)
        assert all(first <= last for first, last in ordered), key_
        assert all(a[1] < b[0] for a, b in pairwise(ordered)), key_


def test_every_note_on_a_code_has_words_and_none_is_unused() -> None:
    noted = {row["note"] for row in rows("outside_codes")} - {""}
    words = {row["code"]: row["en"] and row["zh"] for row in rows("code_notes")}
    assert noted <= words.keys() and all(words.values())
    assert {code for code in words.keys() - noted if not is_used(code)} == set()


def test_partners_that_are_no_country_stand_beside_the_list() -> None:
    partners = {entry.code for entry in entries("partners")}
    rest = {row["code"]: row for row in rows("remainders")}
    assert not partners & rest.keys() and all(row["en"] and row["zh"] for row in rest.values())
    assert {row["group"] for row in rest.values()} - {""} <= {row["bloc"] for row in rows("bloc_members")}
    assert rest.keys() <= {row["code"] for row in rows("outside_codes")}


def test_group_members_are_codes_and_take_the_kinds_of_their_group() -> None:
    for row in rows("group_members"):
        listed = {e.code: e for e in all_entries() if e.kind == row["dimension"]}
        group, member = listed[row["group"]], listed[row["member"]]
        assert {*member.more("gacc")} <= {*group.more("gacc")} or row["why"], row


def test_how_customs_count_a_bloc_names_blocs_and_members() -> None:
    partners = {entry.code for entry in entries("partners")}
    for row in rows("bloc_lists"):
        assert row["why"] and {row["bloc"], *split(row["with"]), *split(row["without"])} <= partners
        assert all(parse_month(row[column]) for column in ("from", "to", "list_of") if row[column])


def test_units_of_quantity_have_one_base_for_each_measure() -> None:
    units = rows("quantity_units")
    assert all(row["en"] and row["zh"] and Fraction(row["factor"]) > 0 for row in units)
    assert {row["measures"] for row in units} == {row["measures"] for row in units if row["factor"] == "1"}
    assert {row["code"] for row in rows("outside_codes") if row["dimension"] == "unit"} - {""} <= {
        row["code"] for row in units
    }


def test_changes_of_the_hs_are_between_codes_of_its_editions() -> None:
    spans = defaultdict(list)
    for row in rows("hs_codes"):
        spans[row["code"]].append((row["first"], row["last"]))
    before = {"2022": "2017", "2017": "2012"}
    for row in rows("hs_changes"):
        for code, year in ((row["code"], row["edition"]), (row["before"], before[row["edition"]])):
            assert any(first <= year <= last for first, last in spans[code]), row
        assert row["link"] in ("main", "part", "rest")


def test_no_trigger_is_unused() -> None:
    assert [row["name"] for row in rows("triggers") if not is_used(row["name"])] == []
