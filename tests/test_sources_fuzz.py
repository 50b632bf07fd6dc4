"""Whatever bytes a file has, each reader gives batches that reconcile, or one of our errors."""

from __future__ import annotations

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import choosing
from customhouse.errors import CustomhouseError
from customhouse.records.sources import NAMES, Options, detect, reader
from customhouse.records.table import TABLE_SCHEMA

FILES = Path(__file__).parent / "sources"
SEEDS = {
    name: [
        case["text"].encode()
        for path in sorted(FILES.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
        if case["source"] == name and "text" in case
    ]
    for name in NAMES
}
SEEDS["gacc"].append((FILES / "regimes_en.html").read_bytes())
CELLS = st.sampled_from(
    [
        "",
        "-",
        "NA",
        "nan",
        "0",
        "1e400",
        "-5",
        "1.5",
        "9" * 30,
        "١٢",
        "CHN",
        "156",
        "2025",
        "202503",
        "2025-W01",
        "X",
        "TOTAL",
        '"',
        "\u0000",
        "\u202e",
        "a" * 300,
        "1,5",
        "(3)",
        "٪",
        "USD",
        "99",
        "000000",
    ]
)


def outcome(name: str, body: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(body)
        detect(path)
        try:
            for batch in reader(name).read(path, Options(batch_rows=7)):
                assert batch.rows_in == batch.rows_used + len(batch.set_aside)
                assert batch.table.schema.equals(TABLE_SCHEMA)
                batch.table.validate(full=True)
        except CustomhouseError as error:
            assert str(error)


@pytest.mark.parametrize("name", NAMES)
@choosing.tries(20)
@given(body=st.binary(max_size=300))
def test_any_bytes(name: str, body: bytes) -> None:
    outcome(name, body)


@pytest.mark.parametrize("name", NAMES)
@choosing.tries(30)
@given(data=st.data())
def test_damaged_files(name: str, data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(SEEDS[name])))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 6))] = data.draw(
            st.one_of(
                st.binary(max_size=4),
                st.text(max_size=4).map(lambda text: text.encode("utf-8", "replace")),
                st.sampled_from(
                    [b",", b"\n", b'"', b"\t", b"[", b"{", b"]", b"<td>", b"</table>", b"-", b"9" * 25]
                ),
            )
        )
    if data.draw(st.booleans()):
        del body[data.draw(st.integers(0, len(body))) :]
    outcome(name, gzip.compress(bytes(body)) if data.draw(st.booleans()) else bytes(body))


@pytest.mark.parametrize("name", NAMES)
@choosing.tries(25)
@given(data=st.data())
def test_odd_cells_under_a_good_header(name: str, data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(SEEDS[name])).decode().splitlines()
    width = max(line.count(",") for line in lines) + 1
    rows = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=5))
    keep = data.draw(st.integers(1, len(lines)))
    outcome(name, "\n".join([*lines[:keep], *(",".join(row) for row in rows)]).encode("utf-8", "replace"))
