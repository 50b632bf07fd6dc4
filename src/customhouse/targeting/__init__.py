"""Targeting: which declarations to inspect, from what was known when they were lodged.

    history     what inspections found, and from which moment on it was known
    profiles    how risky a trader, a good, an origin was by then, in one ordered pass
    coding      columns of declarations as numbers
    features    what a model sees of a declaration: itself, the past of its keys, its peers
    estimator   the model: probability of fraud and revenue, with the interface of scikit-learn
    boosting    the boosters under it
    evaluation  how much fraud and revenue the top of a ranking holds, with intervals
    leakage     whether a plain look-up predicts the label, so that no figure proves anything
    drawing     random draws with their probabilities, and the true rates that they estimate
    schemes     hidden fraud that appears, changes and vanishes
    simulated   declarations with such fraud, to compare ways of targeting by what is known to be true

All on arrays of numbers; nothing sees what was not yet known.
"""

from __future__ import annotations

from customhouse.targeting.drawing import Draw, Estimate, draw, estimate
from customhouse.targeting.evaluation import At, Curve, at_shares, auc, calibration, gains
from customhouse.targeting.history import History
from customhouse.targeting.leakage import Leakage, leakage
from customhouse.targeting.profiles import Clock, Ledger, Past, PeerLedger, Peers, smoothed

__all__ = [
    "At", "Clock", "Curve", "Draw", "Estimate", "History", "Leakage", "Ledger", "Past", "PeerLedger", "Peers",
    "at_shares", "auc", "calibration", "draw", "estimate", "gains", "leakage", "smoothed",
]  # fmt: skip
