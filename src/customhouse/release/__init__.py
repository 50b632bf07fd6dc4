"""A release of statistics: what is worth saying of a period, in both languages, with tables and charts.

    model        what a release is made of, before it is laid out
    plan*        what is worth saying of a period, as facts in the order of the text
    digits       how many digits each figure is printed to, so that printed figures agree
    wording      facts in the words of a customs release (vocabulary/data/release_words.csv)
    proof        the text read back: it states exactly the facts that it was written from
    compose      a plan to releases, one a language
    figures      the machine-readable file beside a release, and its verification
    tables*, charts*, layout/   tables, charts and the files that a release is laid out in
"""

from customhouse.release.compose import body, compose_release, write_releases
from customhouse.release.facts import Plan
from customhouse.release.model import Release
from customhouse.release.plan import plan_release

__all__ = ["Plan", "Release", "body", "compose_release", "plan_release", "write_releases"]
