"""Whatever is in a file, loading it gives a Document or an InputError, never anything else."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

import choosing
import making
from customhouse.errors import InputError
from customhouse.model import Document
from customhouse.reader.documents import SUPPORTED, load
from customhouse.reader.documents.layout import Run, ordered
from customhouse.reader.documents.paragraphs import paragraphs

quick = choosing.tries(
    25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@cache
def sound(ending: str) -> bytes:
    """A valid file of the kind."""
    if ending == ".pdf":
        return making.pdf(making.ENGLISH, columns=2)
    if ending == ".docx":
        return making.docx(making.ENGLISH)
    text = "\n".join(making.CHINESE)
    return (making.html(making.CHINESE) if ending.startswith(".h") else text).encode()


def tried(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        document = load(str(path))
    except InputError as error:
        assert path.name in str(error)
        assert len(str(error).splitlines()) == 1
    else:
        assert isinstance(document, Document)
        assert document.text.strip()


Changes = list[tuple[float, int, bytes]]
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=40)), min_size=1, max_size=6
)


HEADS = [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"\xff\xfe", b"\xef\xbb\xbf"]


def mutated(data: bytes, changes: Changes) -> bytes:
    """Bytes cut out and put in at some places."""
    for where, cut, put in changes:
        at = int(where * len(data))
        data = data[:at] + put + data[at + cut :]
    return data


@pytest.mark.parametrize("ending", SUPPORTED)
@quick
@given(changes=CHANGES)
def test_mutated_files(tmp_path: Path, ending: str, changes: Changes) -> None:
    tried(tmp_path / f"a{ending}", mutated(sound(ending), changes))


@pytest.mark.parametrize("ending", SUPPORTED)
@quick
@given(length=st.floats(0, 1))
def test_truncated_files(tmp_path: Path, ending: str, length: float) -> None:
    data = sound(ending)
    tried(tmp_path / f"a{ending}", data[: int(length * len(data))])


@pytest.mark.parametrize("ending", SUPPORTED)
@quick
@given(head=st.sampled_from(HEADS), data=st.binary())
@example(head=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", data=b"")
def test_random_bytes(tmp_path: Path, ending: str, head: bytes, data: bytes) -> None:
    tried(tmp_path / f"a{ending}", head + data)


@quick
@given(changes=CHANGES)
def test_mutated_word_text(tmp_path: Path, changes: Changes) -> None:
    """Damage inside the compressed part, where checksums do not find it."""
    body = "<w:p><w:pPr/><w:r><w:t>5%</w:t><w:tab/></w:r></w:p><w:tbl><w:tr/></w:tbl>" * 3
    inside = mutated(body.encode(), changes).decode("utf-8", "replace")
    tried(tmp_path / "a.docx", making.raw_docx(inside))


HTML_BITS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div>",
        "<table>",
        "<h1>",
        "<br>",
        "<!--",
        "-->",
        "<script>",
        "<time datetime='2025'>",
        "&#x0;",
        "&nbsp;",
        "<meta charset=utf-7>",
        "<meta name=pubdate>",
        "出口增长5%。",
        "Exports rose by 5%. ",
        "\0",
        "<li>",
        "<a",
    ]
)


@quick
@given(bits=st.lists(HTML_BITS, max_size=30))
def test_heaps_of_tags(tmp_path: Path, bits: list[str]) -> None:
    tried(tmp_path / "a.html", "".join(bits).encode())


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<ul><li>", "<table><tr><td>"])
def test_deep_nesting(tmp_path: Path, tag: str) -> None:
    tried(tmp_path / "a.html", (tag * 20_000 + "Exports rose by 5%.").encode())


NUMBERS = st.floats(-1e4, 1e4)
RUNS = st.builds(
    lambda x, width, base, size, text: Run(x, x + width, base, size, text),
    NUMBERS,
    st.floats(0, 600),
    NUMBERS,
    st.floats(0, 60),
    st.text(max_size=8),
)


@quick
@given(pages=st.lists(st.lists(RUNS, max_size=30), max_size=3))
def test_layout_takes_runs_anywhere(pages: list[list[Run]]) -> None:
    for text in paragraphs(ordered(pages)):
        assert text == text.strip()
