"""How good a ranking is, beside what it has to beat, for whom, and what the figures stand on.

    asked, truth    what is judged, and what is known of it: of all, or of those inspected with a probability
    timing      whether anything learnt was known only after what is judged
    leaking     whether a plain look-up tells the outcomes
    baselines   chance, the trader's rate, declared duty, last year's ranking
    ranking     what the tops of a ranking hold
    resampling, comparing    rankings side by side over bootstrap samples, the same for all
    calibrating     predicted beside observed: rates and revenue
    groups      by office, trust, and traders seen before or not
    fairness    across origins: how often selected, how often in vain
    finding     the declarations in numbers, and what inspections of each basis found
    model, telling  the results: measures with intervals, differences, groups; the same as JSON
    evaluate    all of it in one go
"""

from __future__ import annotations

from customhouse.targeting.judging.evaluate import evaluate
from customhouse.targeting.judging.model import Evaluation

__all__ = ["Evaluation", "evaluate"]
