"""How a figure could have become another: digits exchanged or changed, a power of ten, nothing left."""

from __future__ import annotations

import numpy as np


def mistyped(stated: float, should: float, slack: float, step: float) -> str:
    """How a figure could have become another, as a cause; `slack` is how far it may be off, `step` its last
    digit."""
    if stated == 0:
        return "value_lost"
    if stated * should > 0 and abs(should) > slack:
        ratio = np.log10(stated / should)
        near = slack / abs(should) / np.log(10) + 5 * step / max(abs(stated), step) / np.log(10)
        if abs(round(ratio)) >= 1 and abs(ratio - round(ratio)) <= min(near, 0.01) + 1e-9:
            return "power_of_ten"
    digits, wanted = f"{abs(round(stated / step))}", abs(should) / step
    swaps = {f"{digits[:i]}{digits[i + 1]}{digits[i]}{digits[i + 2 :]}" for i in range(len(digits) - 1)} - {
        digits
    }
    changed = abs(abs(stated) - abs(should)) / step
    if changed < 1 or changed <= 3 * slack / step:  # within what is known so roughly any digits would fit
        return "figure_off"
    if any(abs(float(s) - wanted) <= slack / step for s in swaps):
        return "digits_swapped"
    power = 10 ** int(np.log10(changed))
    if abs(round(changed / power) * power - changed) <= slack / step:
        return "digit_changed"
    return "figure_off"
