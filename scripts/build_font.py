"""Makes the font of the charts: python scripts/build_font.py NotoSansCJK-Regular.ttc.

The source is in Debian's fonts-noto-cjk. Of Noto Sans CJK SC it keeps Latin, the characters of
GB 2312 and those of the vocabulary, without hints and layout tables, as NotoSansSC-Regular.otf in
src/customhouse/release/fonts. The SIL Open Font License 1.1 stands beside it. Needs fonttools.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

PACKAGE = Path(__file__).resolve().parents[1] / "src/customhouse"
FONT = PACKAGE / "release/fonts/NotoSansSC-Regular.otf"
FACE, FAMILY = "Noto Sans CJK SC", "Noto Sans SC"
SIGNS = "–—‘’“”…−×÷≤≥±→←↑↓▲▼●■◆·•‰′″€£¥"


def main() -> None:
    """Read the command line, write the font."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    source = parser.parse_args().source
    if not source.is_file():
        parser.error(f"{source}: no such font; install fonts-noto-cjk and name its NotoSansCJK-Regular.ttc")
    font = face(source)
    options = subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, glyph_names=False,
        name_IDs=[0, 1, 2, 3, 4, 6, 13, 14],
    )
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GPOS", "GSUB", "GDEF", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted({ord(c) for c in characters() if c.isprintable()}))
    cutter.subset(font)
    for record in font["name"].names:
        record.string = record.toUnicode().replace(FACE, FAMILY).replace("NotoSansCJKsc", "NotoSansSC")
    FONT.parent.mkdir(exist_ok=True)
    font.save(FONT)
    print(f"{FONT}: {len(font.getBestCmap())} characters, {FONT.stat().st_size:,} bytes")


def face(source: Path) -> TTFont:
    """The face of simplified Chinese in a collection."""
    fonts = TTCollection(source, lazy=True).fonts
    return next(font for font in fonts if font["name"].getDebugName(1) == FACE)


def characters() -> Iterator[str]:
    """All that the font is to have."""
    yield from map(chr, range(0x20, 0x180))
    yield from SIGNS
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            with suppress(UnicodeDecodeError):
                yield from bytes((high, low)).decode("gb2312")
    for table in (PACKAGE / "vocabulary/data").glob("*.csv"):
        yield from set(table.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
