"""JSON of other kinds than an export: claims files coming back in, a reconciliation going out."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from customhouse.errors import BrokenFile, ClaimFormatError, UnreadableFile
from customhouse.model import Claim, Derivation, Finding, Reconciliation


def load_claims(path: str | Path) -> tuple[Claim, ...]:
    """The claims in a `.jsonl` file. Raises InputError, or ClaimFormatError with file and line."""
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise UnreadableFile(str(path), error.strerror or str(error), "give a claims file to read") from error
    except UnicodeDecodeError as error:
        raise BrokenFile(str(path), "not UTF-8", "claims files are JSON Lines in UTF-8") from error
    return tuple(_claim(line, f"{path}:{n}") for n, line in enumerate(lines, 1) if line.strip())


def reconciliation_json(reconciliation: Reconciliation) -> str:
    """Findings and derived claims as one JSON object; claims in it are as in the claim format."""
    found = [_finding(finding) for finding in reconciliation.findings]
    derived = [_derived(claim) for claim in reconciliation.derived]
    return json.dumps({"findings": found, "derived": derived}, ensure_ascii=False, indent=2) + "\n"


def _claim(line: str, place: str) -> Claim:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise ClaimFormatError("not a JSON object; a claims file has one object a line")
        return Claim.from_dict(row)
    except (json.JSONDecodeError, RecursionError, ClaimFormatError) as error:
        raise ClaimFormatError(f"{place}: {error}") from error


def _finding(finding: Finding) -> dict[str, Any]:
    row = {name: getattr(finding, name) for name in ("kind", "code", "en", "zh", "rounding", "revision")}
    row["claims"] = [claim.to_dict() for claim in finding.claims]
    row["mentions"] = [claim.to_dict() for claim in finding.mentions]
    return row


def _derived(claim: Claim) -> dict[str, Any]:
    row = claim.to_dict()
    if isinstance(claim.origin, Derivation):
        interval = claim.origin.interval
        row |= {"low": _end(interval.low), "high": _end(interval.high), "rule": claim.origin.rule}
        row |= {"arithmetic": claim.origin.arithmetic, "from": [c.to_dict() for c in claim.origin.claims]}
    return row


def _end(value: float) -> float | None:
    """The end of an interval; JSON has no infinity, so an open side is null."""
    return value if math.isfinite(value) else None
