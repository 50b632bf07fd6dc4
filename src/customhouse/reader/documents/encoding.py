"""Bytes to characters: UTF-8, UTF-16, GB 18030, Big5, Windows-1252.

Marks at the start decide, then strict UTF-8, then a declared encoding. What is left is decided
by counting: GB 2312 and Big5 both keep their everyday characters in a first level of two-byte
codes, and text in one encoding, read in the other, falls outside that level about half the time.
A share is counted of the codes that are first-level characters or punctuation; GB 2312 text has
over 95% in its own, and Big5 text in its own.
"""

from __future__ import annotations

import codecs
import re

from customhouse.errors import BrokenFile

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 1 << 16
_PLAUSIBLE = 0.6
REMEDY = "open it in the program that wrote it and save it again as UTF-8"
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# What web pages call an encoding is wider in use than in name.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
}


def decode(data: bytes, place: str, declared: str | None = None) -> str:
    """The characters of a text, without byte order mark. Raises BrokenFile for what is no text."""
    text = _decode(data, place, declared)
    _refuse_junk(text, place)
    return text


def refuse_damage(text: str, place: str, remedy: str = REMEDY) -> None:
    """Raise BrokenFile where characters were lost or garbled before the text came here."""
    lost = text.count("\ufffd")
    if lost > _tolerated(text):
        raise BrokenFile(place, f"{lost} characters are lost (shown as U+FFFD)", remedy)
    if garbled_as(text):
        raise BrokenFile(place, f"garbled: UTF-8 that was read as {garbled_as(text)}", remedy)


def garbled_as(text: str) -> str | None:
    """The encoding in which UTF-8 Chinese was wrongly read, where the text looks like that."""
    sample = "".join(c for c in text[:_SAMPLE] if c > "\x7f")[:2000]
    if len(sample) < 12:
        return None
    for wrong in ("cp1252", "gb18030", "latin-1"):
        back = sample.encode(wrong, "ignore").decode("utf-8", "replace")
        if len(back) >= len(sample) / 4 and _clean_han(back) > 0.5:
            return wrong
    return None


def _clean_han(text: str) -> float:
    """The share of characters that are Chinese or its punctuation."""
    good = sum(1 for c in text if "\u3000" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef")
    return good / max(1, len(text))


def _decode(data: bytes, place: str, declared: str | None) -> str:
    for mark, marked in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], marked, place)
    name = "utf-8" if _is_utf8(data) else _declared(data, declared) or guess(data[:_SAMPLE])
    if name is None:
        raise BrokenFile(place, "not text, or text in an unknown encoding", REMEDY)
    return _strict(data, name, place)


def _tolerated(text: str) -> float:
    """How many characters may be lost; one bad byte can cost three."""
    return 3 + len(text) / 200


def _is_utf8(data: bytes) -> bool:
    """Valid UTF-8, or so nearly that the rest is damage and no other encoding."""
    if b"\0" in data[:_SAMPLE]:
        return False
    try:
        data.decode("utf-8")
        return True
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        bad = text.count("\ufffd")
        return 10 * bad < sum(1 for c in text if "\x7f" < c != "\ufffd")


def _strict(data: bytes, name: str, place: str) -> str:
    """Decoded; a stray bad byte becomes U+FFFD, many of them are an error."""
    text = data.decode(name, "replace")
    bad = text.count("\ufffd") - data.count("\ufffd".encode(name, "ignore"))
    if bad > _tolerated(text):
        raise BrokenFile(place, f"{bad} places are not valid {name}", REMEDY)
    return text


def _declared(data: bytes, declared: str | None) -> str | None:
    """The declared encoding, where it is known and fits the bytes."""
    try:
        name = codecs.lookup(declared or "").name
        wide = _WIDER.get(name, name)
        text = data.decode(wide, "replace")
    except (LookupError, ValueError, TypeError, AttributeError):
        return None
    if wide in ("utf-8", "cp1252", "gb18030", "big5hkscs"):
        # Pages are often wrong about these, and the bytes tell them apart; a declaration only settles doubt.
        wide = guess(data[:_SAMPLE]) or wide
    return None if wide == "utf-8" or text.count("\ufffd") > _tolerated(text) else wide


def guess(data: bytes) -> str | None:
    """The encoding of text without mark that is not UTF-8, or None where it looks like no text."""
    if b"\0" in data:
        return _wide(data)
    shares = {"gb18030": _gb_share(data), "big5hkscs": _big5_share(data)}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] >= _PLAUSIBLE:
        return best
    if _western(data):
        return "cp1252"
    return "gb18030" if best == "gb18030" and _traditional(data, shares[best]) else None


def _traditional(data: bytes, share: float) -> bool:
    """Traditional characters in GB 18030: a third lie outside GB 2312, but every code is valid."""
    return share > 0.4 and data[:-4].decode("gb18030", "replace").count("\ufffd") <= 1


def _wide(data: bytes) -> str | None:
    """UTF-16 without mark: spaces, digits and line ends have their zero byte all on one side."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    one_sided = min(even, odd) * 20 <= max(even, odd) and max(even, odd) * 100 >= len(data)
    if not one_sided or (len(data) % 2 and len(data) < _SAMPLE):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _gb_share(data: bytes) -> float:
    good = total = i = 0
    while i < len(data) - 1:
        lead, trail = data[i], data[i + 1]
        if lead < 0x80:
            i += 1
            continue
        total += 1
        if 0x30 <= trail <= 0x39:  # four bytes: everything outside the Chinese planes of 1995
            good += i + 3 < len(data) and data[i + 2] >= 0x81 and 0x30 <= data[i + 3] <= 0x39
            i += 4
            continue
        # Row A1: punctuation, but for accents (A5 to A9) where Big5 has its quotation marks.
        mark = lead in (0xA2, 0xA3) or (lead == 0xA1 and not 0xA5 <= trail <= 0xA9)
        good += trail >= 0xA1 and (mark or 0xB0 <= lead <= 0xD7)
        # A bad pair may have begun one byte late: go on byte by byte until pairs fit again.
        i += 2 if lead >= 0x81 and trail >= 0x40 else 1
    return good / max(1, total)


def _big5_share(data: bytes) -> float:
    good = total = i = 0
    while i < len(data) - 1:
        lead, trail = data[i], data[i + 1]
        if lead < 0x80:
            i += 1
            continue
        total += 1
        fits = 0x40 <= trail <= 0x7E or trail >= 0xA1
        # Row A1: punctuation, but for signs (from A9) where GB 2312 has its quotation marks.
        good += fits and (0xA2 <= lead <= 0xC6 or (lead == 0xA1 and trail < 0xA9))
        i += 2 if fits else 1
    return good / max(1, total)


def _western(data: bytes) -> bool:
    """Few bytes beyond ASCII, and most of them alone."""
    high = [i for i, byte in enumerate(data) if byte >= 0x80]
    alone = sum(1 for i in high if data[i - 1 : i] < b"\x80" and data[i + 1 : i + 2] < b"\x80")
    undefined = sum(data.count(bytes([byte])) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D))
    return len(high) < len(data) / 4 and alone * 2 >= len(high) and not undefined


def _refuse_junk(text: str, place: str) -> None:
    controls = len(_CONTROLS.findall(text))
    if controls > 2 + len(text) / 1000:
        raise BrokenFile(place, f"not text: {controls} control characters", REMEDY)
    refuse_damage(text, place)
