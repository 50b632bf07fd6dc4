"""Run as a module: specifications of charts come in by standard input, SVG goes out, both as JSON by key.

A process of its own, because what draws takes hundreds of megabytes, and never gives them back.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def drawn(specifications: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The pictures; what cannot be drawn is left out. Raises MissingExtra."""
    from customhouse.errors import MissingExtra
    from customhouse.release.charts_draw import svg
    from customhouse.release.model import Chart

    found = {}
    for key, specification in specifications.items():
        try:
            found[key] = svg(Chart(key, "", "", specification))
        except MissingExtra:
            raise
        except Exception:  # whatever the renderer finds wrong with one chart is not the others' matter
            continue
    return found


if __name__ == "__main__":
    json.dump(drawn(json.load(sys.stdin)), sys.stdout)
