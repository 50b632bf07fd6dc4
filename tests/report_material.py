"""Small texts, claims and findings in our own words, from which the tests of the report are built."""

from __future__ import annotations

from pathlib import Path

from customhouse.model import Claim, Derivation, Document, Finding, Reconciliation, Slice, Span
from customhouse.period import Period
from customhouse.quantity import Bound, Interval, printed_step
from customhouse.report import write_report

Q1 = Period.of(2030, 1, 3)
HOSTILE = (
    "<script>window.hacked = 1</script></script><img src=x onerror=\"window.hacked = 2\"> "
    "'quotes' \"too\" & &amp;\n\n"
    "Nothing\x00 at\x07 all, \u202eback to front, \ud800 and <b>5%</b> up.\r\n"
    "--> ]]> {{ 7 * 7 }} {% raise %} \u2028 end\n"
)
ENGLISH = """# Trade of Ruritania

Exports were 2.5 trillion yuan in the quarter, up 8.1%; imports and exports with
ASEAN both grew by 4.2%.

The share of private firms was 55.5%, for four consecutive
quarters the most.

Exports were 2.7 trillion yuan in the quarter, and output rose 3%.
"""
EN = Document("english", ENGLISH, "english.txt", "2030-04-14")
ZH = Document("chinese", "\u4e00\u5b63\u5ea6\u51fa\u53e32.5\u4e07\u4ebf\u5143\u3002\n")
BAD = Document("hostile <i>", HOSTILE, "javascript:alert(1)")


def claim(
    document: Document, text: str, value: float, unit: str, measure: str, part: Slice | None = None,
    *, nth: int = 0, bound: Bound = "exact", of: str | None = None,
) -> Claim:
    """A claim at the `nth` place where `text` stands in the document."""
    start = -1
    for _ in range(nth + 1):
        start = document.text.index(text, start + 1)
    return Claim(
        measure, value, unit, Span(document.name, start, start + len(text), text), bound=bound, of=of,
        slice=part or Slice(flow="exports"), period=Q1, step=printed_step(text, value),
    )


VALUE = claim(EN, "2.5 trillion yuan", 2.5e12, "CNY", "value")
OTHER_VALUE = claim(EN, "2.7 trillion yuan", 2.7e12, "CNY", "value")
GROWTH = claim(EN, "8.1%", 8.1, "%", "growth")
BOTH = [claim(EN, "4.2%", 4.2, "%", "growth", Slice(flow=f, partner="ASEAN")) for f in ("imports", "exports")]
SHARE = claim(EN, "55.5%", 55.5, "%", "share", Slice(flow="trade", enterprise="private"))
STREAK = claim(EN, "four consecutive\nquarters", 4, "period", "streak", Slice(flow="trade"), of="value")
NESTED = claim(EN, "four", 4, "period", "count", Slice(flow="trade"))
OUTSIDE = claim(EN, "3%", 3.0, "%", "growth", Slice(subject="gdp"))
CHINESE = claim(ZH, ZH.text[5:11], 2.5e12, "CNY", "value")
HOSTILE_CLAIM = claim(BAD, "5%", 5.0, "%", "growth")

DOCUMENTS = [EN, ZH, BAD]
CLAIMS = [VALUE, GROWTH, *BOTH, SHARE, STREAK, NESTED, OTHER_VALUE, OUTSIDE, CHINESE, HOSTILE_CLAIM]
CONTRADICTION = Finding(
    "contradiction", "one_figure_two_values", (VALUE, OTHER_VALUE),
    "2.5 is not 2.7 <script>window.hacked = 3</script>", "2.5 \u2260 2.7",
    rounding=("half_up",), mentions=(CHINESE,),
)
REVISION = Finding("revision", "base", (GROWTH,), "the base", "\u57fa\u6570", revision=(-0.005, -0.0006))
CAUTION = Finding("caution", "wording", (SHARE,), "read with care", "\u6ce8\u610f")
YEAR_EARLIER = Derivation("year_earlier", (VALUE, GROWTH), Interval(2.267e12, 2.36e12), "2.5 / 1.081")
DERIVED = Claim(
    "value", 2.313e12, "CNY", YEAR_EARLIER, slice=Slice(flow="exports"), period=Q1.year_earlier(),
)
FOUND = Reconciliation((CONTRADICTION, REVISION, CAUTION), (DERIVED,))


def page(language: str = "en") -> str:
    """The report of all of the above."""
    return write_report(DOCUMENTS, CLAIMS, FOUND, language)


def write_page(folder: Path) -> Path:
    """The report as a file."""
    path = folder / "report.html"
    path.write_bytes(page().encode("utf-8"))
    return path


def claim_at(document: Document, start: int, text: str, value: float) -> Claim:
    """A growth claim at a known place."""
    span = Span(document.name, start, start + len(text), text)
    return Claim("growth", value, "%", span, slice=Slice(flow="exports"), step=printed_step(text, value))
