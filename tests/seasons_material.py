"""Series for the tests of seasonal adjustment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from customhouse.seasons.monthly import Monthly
from customhouse.seasons.regressors import Windows, holiday, trading

Floats = NDArray[np.float64]
START = 2005 * 12

AIR = Monthly.of(
    [
        112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149,
        170, 170, 158, 133, 114, 140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166,
        171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194, 196, 196, 236, 235, 229, 243,
        264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,
        242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374,
        413, 405, 355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336,
        340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472,
        548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432,
    ],
    "1949-01", "air",
)  # fmt: skip
"""Airline passengers, thousands (Box, Jenkins and Reinsel, Time Series Analysis, series G)."""
CNY = Windows(15, (-1, 6), 20)


def airline(
    seed: int, months: int = 180, theta: float = 0.4, seasonal: float = 0.6, noise: float = 0.02
) -> Floats:
    """An airline process in logarithms about 5."""
    rng = np.random.default_rng(seed)
    shocks = rng.normal(0, noise, months + 13)
    moved = shocks[1:] - theta * shocks[:-1]
    changes = moved[12:] - seasonal * moved[:-12]
    y = np.zeros(months + 13)
    y[:13] = 5 + 0.1 * np.sin(np.arange(13) * np.pi / 6)
    for at in range(13, months + 13):
        y[at] = y[at - 1] + y[at - 12] - y[at - 13] + changes[at - 13]
    return y[13:]


def trade(seed: int, months: int = 180, worth: tuple[float, float, float] = (0.15, -0.25, -0.2)) -> Monthly:
    """Growing trade with Chinese New Year of known windows and worth, and working days."""
    reach = range(START, START + months)
    calendar = holiday("chinese_new_year", CNY, reach) @ np.array(worth) + 0.02 * trading("CHN", reach)[:, 0]
    return Monthly(START, np.exp(airline(seed, months) + 0.01 * np.arange(months) + calendar), "trade")
