"""The words of the pages: whole in both languages, each used, none written into templates or code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from customhouse import describe

WEB = Path(describe.__file__).parent / "web"
ROWS = describe.words("web")
NAMES = {
    "customhouse", "API", "SDMX", "CSV", "XLSX", "JSON", "Parquet", "Python", "CLI", "curl", "NDJSON", "HTML",
    "Markdown", "Word", "OpenAPI", "DOCX",
}  # fmt: skip
"""Names that are the same in every language."""
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted(WEB.rglob("*"))
    if path.suffix in (".py", ".html", ".js") and "vendor" not in path.parts
)


@pytest.mark.parametrize("code", ROWS)
def test_a_word_is_whole(code: str) -> None:
    row = ROWS[code]
    assert row["en"].strip() and row["zh"].strip()
    places = [set(re.findall(r"\{\w+\}", row[language])) for language in ("en", "zh")]
    assert places[0] == places[1]
    assert not re.search(r"[\u4e00-\u9fff]", row["en"]) or code == "in_zh"


def test_no_word_twice() -> None:
    path = WEB.parent / "vocabulary/data/web.csv"
    codes = [line.split(",", 1)[0] for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(codes) == len(set(codes))


def test_no_word_is_unused() -> None:
    """A code stands in a template or a module, whole or by its beginning where the rest is put together."""
    begun = set(re.findall(r"""["'](\w+_)["'] *~|f["'](\w+_)\{""", SOURCES))
    heads = tuple(head for pair in begun for head in pair if head)
    unused = [
        code for code in ROWS
        if not re.search(rf"""["']{re.escape(code)}["']""", SOURCES) and not code.startswith(heads)
    ]  # fmt: skip
    assert unused == []


def test_words_are_not_written_into_templates() -> None:
    for path in (WEB / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"[\u3000-\u303f\u4e00-\u9fff]", text), path.name
        filled = re.sub(r"\{[{%#].*?[}%#]\}|<!--.*?-->", " ", text, flags=re.DOTALL)
        shown = re.sub(r"<code.*?</code>|<pre.*?</pre>|<[^>]*>", " ", filled, flags=re.DOTALL)
        words = re.findall(r"[A-Za-z]{3,}", shown)
        assert set(words) <= NAMES, path.name
