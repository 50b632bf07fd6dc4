"""What stands beside a year and may make a part of it, where nothing says that it is something else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from customhouse.records import coding
from customhouse.records.printed_parts import either
from customhouse.records.propose import words

_WHOLE = r"(?<!\d)(?:19|20)\d{2}(?!\d)"
_ROMAN = r"(?<![^\W_])(?:X?(?:IX|IV|V?I{1,3})|X|V)(?![^\W_])"
_BITS = r"(?<![^\W_])(?:\d{1,2}[^\W\d_]{0,2}|[^\W\d_]{1,2}(?:0?[1-9]|1[0-2]))(?![^\W_])"
_GAP = r"[\s.'\u2019-]{1,3}"
_BESIDE = (
    re.compile(rf"(?P<bit>{_ROMAN}|{_BITS})\.?(?:{_GAP}|/){_WHOLE}"),
    re.compile(rf"{_WHOLE}{_GAP}(?P<bit>{_ROMAN}|{_BITS})"),
)
_NTH = re.compile(
    rf"(?P<bit>(?:{_ROMAN}|(?<![\w.,])\d{{1,2}})\.\s?(?P<what>[^\W\d_]{{3,}}))[\s.]{{1,2}}{_WHOLE}"
)
"""A number that counts what stands before the year: `2. tertial 2024`."""
_KNOWN = ("flow", "column", "measure", "trade_word")


def beside(text: str) -> Iterator[str]:
    """Numbers and signs beside a year that may make a part of it: `IX 2024`, `2024 9`, `2. tertial 2024`."""
    for pattern in _BESIDE:
        for match in pattern.finditer(text):
            if not _is_numbering(text[: match.start()], match["bit"]):
                yield match[0].strip()
    for match in _NTH.finditer(text):
        if not _is_known(match["what"]) and not _is_numbering(text[: match.start()], match["bit"]):
            yield match[0].strip()


def _is_known(word: str) -> bool:
    """Whether a word is one of trade, or a country."""
    return any(words.is_a(kind, word) for kind in _KNOWN) or coding.by_name("partner", word) is not None


def _is_numbering(before: str, bit: str) -> bool:
    """Whether a number counts tables, chapters or lists: `Table 3 2024`, `HS2 2024`."""
    name = re.sub(r"\d+$", "", bit)
    behind = re.search(rf"{either('numbering')}[\s.]*$", before, re.I)
    behind = behind or re.search(r"(?<![^\W_])[A-Z]{2,5}[- ]?$", before)
    return behind is not None or (name != bit and bool(re.fullmatch(either("numbering"), name, re.I)))
