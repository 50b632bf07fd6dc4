"""Files and texts made to take memory or time: small to send, large or endless to read."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _docx(document: bytes | Callable[[zipfile.ZipFile], None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        if isinstance(document, bytes):
            archive.writestr("word/document.xml", document)
        else:
            document(archive)
    return out.getvalue()


def docx_zeros() -> bytes:
    """A megabyte that unpacks to three hundred."""

    def fill(archive: zipfile.ZipFile) -> None:
        with archive.open("word/document.xml", "w", force_zip64=True) as part:
            part.write(f"<w:document {_W}><w:body><w:p><w:r><w:t>".encode())
            for _ in range(75):
                part.write(b"0" * 2**22)

    return _docx(fill)


def docx_elements() -> bytes:
    """Under the limit of a part, and a tree of more than ten million elements."""
    return _docx(f"<w:document {_W}><w:body>".encode() + b"<w:p/>" * 16_000_000 + b"</w:body></w:document>")


def docx_one_paragraph() -> bytes:
    """One paragraph of ninety million characters."""
    inside = b"<w:p><w:r><w:t>" + b"exports rose 6.9% " * 5_000_000 + b"</w:t></w:r></w:p>"
    return _docx(f"<w:document {_W}><w:body>".encode() + inside + b"</w:body></w:document>")


def _laughs(encoding: str) -> bytes:
    lines = ['<?xml version="1.0"?>', '<!DOCTYPE lolz [ <!ENTITY a0 "exports rose 6.9% ">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    lines += [f"]><w:document {_W}><w:body><w:p><w:r><w:t>&a11;</w:t></w:r></w:p></w:body></w:document>"]
    return "\n".join(lines).encode(encoding)


def docx_laughs() -> bytes:
    """Entities that stand for a hundred billion sentences."""
    return _docx(_laughs("utf-8"))


def docx_laughs_wide() -> bytes:
    """The same in another encoding."""
    return _docx(_laughs("utf-16"))


def docx_outside() -> bytes:
    """An entity that stands for a file of the machine, and a document type that is fetched."""
    xml = (
        f'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd" [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        f"<w:document {_W}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
    )
    return _docx(xml.encode())


def docx_deep() -> bytes:
    """Elements within elements."""
    deep = 2_000_000
    inside = b"<w:sdt>" * deep + b"</w:sdt>" * deep
    return _docx(f"<w:document {_W}><w:body>".encode() + inside + b"</w:body></w:document>")


def docx_many_parts() -> bytes:
    """Parts without number."""

    def fill(archive: zipfile.ZipFile) -> None:
        for number in range(60_000):
            archive.writestr(f"word/document{number}.xml", b"")

    return _docx(fill)


def html_deep() -> bytes:
    """Blocks within blocks."""
    return b"<html><body>" + b"<div>" * 1_000_000 + b"exports rose 6.9%" + b"</body></html>"


def html_tables() -> bytes:
    """Tables within tables, none of them closed."""
    return b"<html><body>" + b"<table><tr><td>" * 300_000 + b"exports rose 6.9%"


def html_attributes() -> bytes:
    """An element with a great many attributes."""
    attributes = b" ".join(b'a%d="x"' % n for n in range(700_000))
    return b"<html><body><p " + attributes + b">exports rose 6.9%</p></body></html>"


def html_elements() -> bytes:
    """A great many small elements, each with a piece of a sentence."""
    return b"<html><body><article>" + b"<p>exports <b>rose</b> 6.9%<a href=x>y</a>" * 200_000


def html_laughs() -> bytes:
    """Entities in a web page."""
    return b"<!DOCTYPE html [" + _laughs("utf-8").split(b"[", 1)[1].replace(b"w:", b"")


def html_comments() -> bytes:
    """Comments that do not end."""
    return b"<html><body>" + b"<!--" * 2_000_000


def html_script() -> bytes:
    """Published dates within dates."""
    start = b'<html><script type="application/ld+json">'
    return start + b"[" * 3_000_000 + b"</script><p>exports rose 6.9%</p>"


def _pdf(objects: list[bytes]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


def _stream(data: bytes, filters: bytes) -> bytes:
    return b"<< /Length %d /Filter %s >>\nstream\n" % (len(data), filters) + data + b"\nendstream"


_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R %s >>"
_FONT = b"/Resources << /Font << /F 5 0 R >> >>"
_HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def _one_page(content: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return _pdf([_CATALOG, pages, _PAGE % _FONT, _stream(content, filters), _HELVETICA])


def pdf_text_bomb() -> bytes:
    """A page of a hundred million characters."""
    return _one_page(zlib.compress(b"BT /F 9 Tf " + b"(exports rose 6.9%) Tj " * 5_000_000 + b"ET", 9))


def pdf_packed_thrice() -> bytes:
    """A page packed three times over: kilobytes that stand for gigabytes."""
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = pack.compress(b" " * 2**22) + pack.flush(zlib.Z_FULL_FLUSH)  # one that can stand many times
    once = b"\x78\xda" + block * 1000 + pack.flush() + bytes(4)
    return _one_page(zlib.compress(zlib.compress(once, 9), 9), b"[/FlateDecode /FlateDecode /FlateDecode]")


def pdf_deep_pages() -> bytes:
    """Pages in a tree of a great many levels."""
    levels = 100_000
    objects = [_CATALOG]
    objects += [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (n + 3) for n in range(levels)]
    objects.append(b"<< /Type /Page /MediaBox [0 0 600 800] >>")
    return _pdf(objects)


def pdf_pages_in_a_ring() -> bytes:
    """A tree of pages that comes back to itself."""
    return _pdf([_CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R 2 0 R] /Count 2000000000 >>"])


def pdf_many_pages() -> bytes:
    """One page, two hundred thousand times."""
    kids = b"3 0 R " * 200_000
    pages = b"<< /Type /Pages /Kids [" + kids + b"] /Count 200000 >>"
    content = _stream(zlib.compress(b"BT /F 9 Tf (exports rose 6.9%) Tj ET"), b"/FlateDecode")
    return _pdf([_CATALOG, pages, _PAGE % _FONT, content, _HELVETICA])


def pdf_forms_within_forms() -> bytes:
    """Thirty forms, each drawn ten times by the one before."""
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    resources = b"/Resources << /Font << /F 5 0 R >> /XObject << /X 6 0 R >> >>"
    objects = [_CATALOG, pages, _PAGE % resources, _stream(zlib.compress(b"/X Do " * 10), b"/FlateDecode"),
               _HELVETICA]  # fmt: skip
    for number in range(6, 36):
        inner = b"<< /Font << /F 5 0 R >> /XObject << /X %d 0 R >> >>" % (number + 1)
        drawn = zlib.compress(b"BT /F 9 Tf (x) Tj ET " + b"/X Do " * 10)
        head = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources %s " % inner
        objects.append(head + _stream(drawn, b"/FlateDecode")[2:])
    return _pdf(objects)


def pdf_nested() -> bytes:
    """Arrays within arrays."""
    return _pdf([b"<< /Type /Catalog /Pages 2 0 R /X " + b"[" * 2_000_000 + b"]" * 2_000_000 + b" >>",
                 b"<< /Type /Pages /Kids [] /Count 0 >>"])  # fmt: skip


def zeros_packed() -> bytes:
    """Sixty megabytes of zeros, packed."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9) as file:
        for _ in range(16):
            file.write(bytes(2**22))
    return out.getvalue()


def zip_in_zip() -> bytes:
    """Archives within archives, of zeros."""
    inner = zeros_packed()
    for _ in range(4):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(8):
                archive.writestr(f"{number}.zip", inner)
        inner = out.getvalue()
    return inner


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    f"{made.__name__} as {name[2:]}": (name, made)
    for name, mades in {
        "a.docx": (docx_zeros, docx_elements, docx_one_paragraph, docx_laughs, docx_laughs_wide, docx_outside,
                   docx_deep, docx_many_parts, zip_in_zip),
        "a.html": (html_deep, html_tables, html_attributes, html_elements, html_laughs, html_comments,
                   html_script),
        "a.pdf": (pdf_text_bomb, pdf_packed_thrice, pdf_deep_pages, pdf_pages_in_a_ring, pdf_many_pages,
                  pdf_forms_within_forms, pdf_nested),
        "a.txt": (zeros_packed,),
        "a.xlsx": (docx_elements, zip_in_zip),
        "a.csv.gz": (zeros_packed,),
    }.items()
    for made in mades
}  # fmt: skip
"""Bombs by name: the name of the file, and what makes its bytes."""

_SENTENCES = (
    "In the first quarter of 2025, exports to the United States were 6.13 trillion yuan, "
    "up 6.9% year on year. "
)
_LENGTH = 200_000

TEXTS: dict[str, str] = {
    name: (unit * (_LENGTH // len(unit) + 1))[:_LENGTH]
    for name, unit in {
        "digits": "1", "commas": "1,", "points": "1.", "spaces": " ", "lines": "\n", "hyphens": "2025-",
        "percent": "%", "up": "up ", "and": "and ", "of": "exports of imports of ", "parentheses": "(",
        "quotes": "\u201c", "yuan": "\u4ebf", "ten_thousand": "\u4e00\u4e07", "numerals": "\u5341\u767e",
        "month": "March ", "months": "2025\u5e743\u6708", "partners": "United States, Japan and ",
        "letters": "a", "surrogates": "\ud800", "nulls": "\0", "marks": "e\u0301", "wide": "\uff11",
        "dots": ".", "stars": "**", "hashes": "#", "pipes": "|1", "sentences": _SENTENCES,
        "chinese": "2025\u5e74\u4e00\u5b63\u5ea6\uff0c\u51fa\u53e3" "6.13\u4e07\u4ebf\u5143\uff0c"
        "\u589e\u957f6.9%",
        "one_line": _SENTENCES.replace(".", ",").strip() + " and ", "ratio": "1:1/", "plus": "+-",
        "joined": "\u200d\ufe0f", "right_to_left": "\u202e\u200f",
    }.items()
}  # fmt: skip
"""Texts of the greatest length that is taken, each of one thing said over and over."""
