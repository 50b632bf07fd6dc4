"""The encoding of a text in none of Unicode's: found, and written down, for others read it otherwise."""

from __future__ import annotations

from pathlib import Path

from customhouse.records import delimited, files
from customhouse.records.propose.proposal import Proposal

_OWN = ("utf-8", "utf-8-sig", "utf-16", "utf-32")
"""What files say of themselves that they are in."""


def encoding(path: Path, proposal: Proposal) -> None:
    """Puts the encoding of a text into a proposal, with what is in doubt about it."""
    if files.kind(path) != "delimited":
        return
    found = delimited.guess(path)
    if found.name not in _OWN:
        proposal.raw["encoding"] = found.name
        proposal.remarks.append(
            f"CHECK encoding: {found.name}, but {found.doubt}"
            if found.doubt
            else f"encoding: {found.name}, in which its letters make sense"
        )
    elif found.doubt:
        proposal.remarks.append(f"CHECK encoding: {found.name}, but {found.doubt}")
