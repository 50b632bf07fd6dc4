"""Proposals: small files with what must be proposed for them, and that proposals are mappings that load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from customhouse.errors import InputError
from customhouse.records.mapping import parse
from customhouse.records.propose import propose, to_yaml
from customhouse.records.propose.write import text, yaml_of

NAMES = (
    "mapping_proposals.yaml",
    "mapping_proposed_columns.yaml",
    "mapping_proposed_dates.yaml",
    "mapping_proposed_periods.yaml",
    "mapping_proposed_units.yaml",
    "mapping_proposed_words.yaml",
)
CASES = [Path(__file__).parent / "cases" / name for name in NAMES]


def _cases() -> list[Any]:
    found = (case for path in CASES for case in yaml.safe_load(path.read_text(encoding="utf-8")))
    return [pytest.param(case, id=case["id"]) for case in found]


def _plain(value: Any) -> Any:
    """A value as the YAML of a mapping reads it: every scalar is text."""
    return yaml.load(yaml.safe_dump(value, allow_unicode=True), yaml.BaseLoader)


@pytest.mark.parametrize("case", _cases())
def test_proposals(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / case["name"]
    path.write_text(case["text"], encoding=case.get("encoding", "utf-8"))
    proposal = propose(path)
    if "none" in case:
        assert proposal.mapping is None
        assert any(case["none"] in remark for remark in proposal.checks)
        return
    assert proposal.mapping is not None, proposal.checks
    got = yaml.load(to_yaml(proposal), yaml.BaseLoader)
    for key, value in case["keys"].items():
        if key == "figures":
            assert {
                n: {k: v for k, v in f.items() if k in value.get(n, f) or k not in ("unit",)}
                for n, f in got[key].items()
            } == _plain(value)
        else:
            assert got.get(key) == _plain(value), key
    assert not {*case.get("absent", [])} & {*got}
    for words in case.get("checks", []):
        assert any(words in remark for remark in proposal.checks), (words, proposal.checks)
    for words in case.get("silent", []):
        assert not any(words in remark for remark in proposal.checks), (words, proposal.checks)


def test_remarks_stand_above_guesses_first(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("month,country,exports usd\n2022-01,Germany,5\n2022-01,France,7\n", encoding="utf-8")
    lines = to_yaml(propose(path)).splitlines()
    comments = [line for line in lines if line.startswith("#")]
    assert lines[: len(comments)] == comments
    assert comments[1].startswith("# CHECK") and not comments[-1].startswith("# CHECK")
    assert parse("\n".join(lines)).source == "t.csv"


SCALARS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=12)


@given(
    st.dictionaries(
        SCALARS.filter(bool),
        st.one_of(
            SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(SCALARS.filter(bool), SCALARS, max_size=3)
        ),
        max_size=5,
    )
)
@example({"\ufffe": "\uffff", "a": ["\U0001fffe", "\ufeff"]})
def test_what_is_written_as_yaml_is_read_back(raw: dict[str, Any]) -> None:
    wanted = {key: value for key, value in raw.items() if value not in ({}, [])}
    written = yaml_of(wanted, ["a remark: with # signs", "\ufffe"])
    assert yaml.load(written, yaml.BaseLoader) == (wanted or None)


@pytest.mark.parametrize(
    "word", ["NO", "NA", "null", "~", "- x", "a: b", "a #b", "'", "x,y", "[", " x", "2024-01", ""]
)
def test_texts_that_yaml_might_take_for_something_else(word: str) -> None:
    assert yaml.load(f"{{a: {text(word)}}}", yaml.BaseLoader) == {"a": word}


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    "",
                    "1",
                    "1.234",
                    "2024-01",
                    "Total",
                    "Germany",
                    "exports",
                    "国家",
                    "month",
                    "usd",
                    "-",
                    "%",
                    "NA",
                ]
            ),
            min_size=3,
            max_size=3,
        ),
        max_size=6,
    )
)
def test_any_table_has_a_proposal_or_an_input_error(rows: list[list[str]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
        try:
            proposal = propose(path)
        except InputError:
            return
        assert proposal.mapping is not None or proposal.checks
        assert not [remark for remark in proposal.checks if "would not load" in remark], to_yaml(proposal)
