"""Groups of related claims in flowing sentences that are read before they are handed out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from customhouse.errors import WordingError
from customhouse.model import Claim
from customhouse.prose.composing import DEGREES, Composer, Sentence
from customhouse.prose.numerals import canonical
from customhouse.prose.passage import Passage, put_together
from customhouse.prose.reading import differences
from customhouse.prose.wording import joined, unmarked


def compose(groups: Sequence[Sequence[Claim]], language: str, doc: str = "release",
            published: str | None = None) -> Passage:
    """Groups of related claims in flowing sentences, what they share said once.

    Claims of one slice and period stand in one sentence in the order given, so do slices that differ
    in one code, and the flows after their total. The text is read; a group that does not read back is
    said in plainer sentences, in the end one a claim. The passage has the claims in text order.
    Raises WordingError for a claim that cannot be said.
    """
    said = [[canonical(claim) for claim in group] for group in groups if group]
    degrees = [0] * len(said)
    while True:
        passage, ends = _passage(said, degrees, language, doc)
        wrong = {bisect_right(ends, place) for place in _places(passage, published)}
        if not wrong:
            return passage
        plainer = [i for i in wrong if i < len(said) and degrees[i] < DEGREES - 1]
        plainer = plainer or [i for i, degree in enumerate(degrees) if degree < DEGREES - 1]
        if not plainer:
            raise WordingError(f"no sentences for these claims are read back as they are: {passage.text}")
        for index in plainer:
            degrees[index] += 1


def _passage(groups: Sequence[Sequence[Claim]], degrees: Sequence[int], language: str,
             doc: str) -> tuple[Passage, list[int]]:
    """The passage at the degrees of its groups, and where the text of each group ends."""
    composer = Composer(language)
    said: list[Sentence] = []
    ends: list[int] = []
    for group, degree in zip(groups, degrees, strict=True):
        said += composer.group(group, degree)
        ends.append(len(joined([unmarked(one.text) for one in said], language)))
    claims = [claim for one in said for claim in one.claims]
    return put_together([one.text for one in said], claims, language, doc), ends


def _places(passage: Passage, published: str | None) -> list[int]:
    """Where claims begin that are written or read otherwise than the other way round."""
    found = [d.written or d.read for d in differences(passage, published)]
    return [claim.span.start for claim in found if claim and claim.span]
