"""Texts in the encodings that trade texts come in, decoded as they were written."""

from __future__ import annotations

import random
from pathlib import Path

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from customhouse.errors import BrokenFile
from customhouse.reader.documents import discover, load
from customhouse.reader.documents.encoding import decode, garbled_as
from making import CHINESE, ENGLISH, put

SIMPLIFIED = "\n".join(CHINESE)
TRADITIONAL = opencc.OpenCC("s2tw").convert(SIMPLIFIED)
WESTERN = "The café’s exports – worth £5.2 million, or €6 million – rose “by a third”.\n" * 5
WRITTEN = [
    *[(SIMPLIFIED, name) for name in ("utf-8", "utf-8-sig", "utf-16", "gbk", "gb2312", "gb18030")],
    *[(TRADITIONAL, name) for name in ("utf-8", "utf-16", "gb18030", "big5", "cp950", "big5hkscs")],
    *[(WESTERN, name) for name in ("utf-8", "utf-8-sig", "utf-16", "cp1252")],
    ("Señor Müller’s façade\n".replace("’", "'"), "latin-1"),
    ("\n".join(ENGLISH), "ascii"),
    ("出口5%", "gb18030"),
    ("The region’s “new” exports — up 5% — rose.", "gb18030"),
    ("The region’s “new” exports rose.", "big5"),
    ("進出口貿易", "big5"),
    ("\n".join(ENGLISH) + "\n" + SIMPLIFIED, "gb18030"),
]


@pytest.mark.parametrize(("text", "encoding"), WRITTEN)
def test_read_as_written(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "x") == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_mark(encoding: str) -> None:
    assert decode("\n".join(ENGLISH).encode(encoding), "x") == "\n".join(ENGLISH)


def test_cuttings_of_real_texts(shared: Path) -> None:
    """200 characters from anywhere in a Chinese text, in each legacy encoding."""
    texts = [load(path).text for path in discover([str(shared / "seeds")])]
    whole = max(texts, key=lambda text: text.count("。"))
    chance, to_traditional = random.Random(7), opencc.OpenCC("s2tw")
    for _ in range(200):
        start = chance.randrange(len(whole) - 200)
        text = whole[start : start + 200]
        written = to_traditional.convert(text).encode("big5", "ignore")
        assert decode(text.encode("gb18030"), "x") == text
        assert decode(written, "x") == written.decode("big5")


LEVEL_ONE = st.text(st.sampled_from(SIMPLIFIED), min_size=30, max_size=300)


@given(LEVEL_ONE)
def test_any_order_of_common_characters(text: str) -> None:
    assert decode(text.encode("gb18030"), "x") == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_utf8_is_never_taken_for_another(text: str) -> None:
    data = text.encode()
    if not data.startswith((b"\xef\xbb\xbf",)) and garbled_as(text) is None and text.count("\ufffd") < 3:
        assert decode(data, "x") == text


@pytest.mark.parametrize("said", ["gb2312", "GBK", "big5", "utf-8", "iso-8859-1", "nonsense"])
@pytest.mark.parametrize(("text", "encoding"), [(CHINESE, "gb18030"), (CHINESE, "utf-8")])
def test_web_pages_are_read_whatever_they_declare(
    tmp_path: Path, text: list[str], encoding: str, said: str
) -> None:
    page = making.html(text, f'<meta http-equiv="Content-Type" content="text/html; charset={said}">')
    assert load(put(tmp_path, "a.html", page.encode(encoding))).text == "\n\n".join(text)


def test_a_declaration_settles_what_bytes_do_not() -> None:
    text = "Экспорт вырос на пять процентов"
    assert decode(text.encode("cp1251"), "x", "windows-1251") == text


@pytest.mark.parametrize("wrong", ["cp1252", "latin-1", "gb18030"])
def test_garbled_text_is_refused(wrong: str) -> None:
    garbled = SIMPLIFIED.encode().decode(wrong, "ignore")
    with pytest.raises(BrokenFile, match="garbled|lost|control"):
        decode(garbled.encode(), "x")


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL, WESTERN, "\n".join(ENGLISH), "Ångström àéîõü" * 9])
def test_sound_text_is_not_called_garbled(text: str) -> None:
    assert garbled_as(text) is None


def test_one_bad_byte_does_not_change_the_encoding() -> None:
    data = bytearray(SIMPLIFIED.encode())
    data[100] = 0xFF
    assert decode(bytes(data), "x")[-200:] == SIMPLIFIED[-200:]


@pytest.mark.parametrize("text", [SIMPLIFIED, "\n".join(ENGLISH) * 3])
def test_bytes_in_no_encoding_are_refused(text: str) -> None:
    data = bytearray(text.encode("utf-16"))
    data[3::14] = b"\xd8" * len(data[3::14])
    with pytest.raises(BrokenFile):
        decode(bytes(data), "x")
