"""What holds beyond one sentence: who reports, what the text was last about, and when."""

from __future__ import annotations

from dataclasses import dataclass, field

from customhouse.model import HOME
from customhouse.period import Period
from customhouse.reader.calendar import Calendar
from customhouse.reader.frames import Frame, Mention


@dataclass(slots=True)
class Scope:
    """The document's reporter and region, and the last slice, period and lists that were named.

    `share`: shares were told in this paragraph. `dated`: it has named a period. `counted`: the unit last
    counted. `sticky`: a subject such as services trade that bare flows are about until goods are named.
    `main`: the first period of the document. `flow`: the flow last told. `monthly`: whether the first
    change of a month is against the month before, as the sentence at `monthly_at` tells. `goods`: what the
    last quantity of this paragraph is of. `seen`: the codes this paragraph named, by dimension. `money`: the
    currency last used.
    `headed`, `headed_by`: the period of the heading above, and the partner or good that is all it names.
    `pair`: the slices of the last two levels of a sentence.
    `topics`: the partner, good and port that the document is about. `off_topic`: this paragraph tells of all
    trade.
    `first`: the slice of the first figure of the sentence before, which `it` means.
    `ended`: the slice and period that the paragraph before ended with, up to the first figures of this one.
    `own_figures`: figures of the partner's own office stand in the text.
    `short`: the goods whose names are short for that which the document is about.
    `told_flow`: the flow that the document is about.
    `spoken`: the goods that the sentence before, which had no figures, was about.
    `level`: what the last level of the sentence before was: a value, a quantity, a count.
    `opened`: the period that the last paragraph with one opens with. `regime`: the mode of trade that this
    paragraph named last.
    """

    calendar: Calendar
    reporter: str = HOME
    region: str | None = None
    frame: Frame = field(default_factory=Frame)
    period: Period | None = None
    regions: list[str] = field(default_factory=list)
    last_list: Mention | None = None
    share: bool = False
    dated: bool = False
    counted: str | None = None
    sticky: str | None = None
    main: Period | None = None
    flow: str | None = None
    monthly: bool | None = None
    monthly_at: int = -1
    goods: list[str] = field(default_factory=list)
    seen: dict[str, list[str]] = field(default_factory=dict)
    money: str | None = None
    headed: Period | None = None
    headed_by: dict[str, str] = field(default_factory=dict)
    pair: list[Frame] = field(default_factory=list)
    topics: dict[str, str] = field(default_factory=dict)
    off_topic: bool = False
    first: Frame | None = None
    ended: tuple[Frame, Period | None] | None = None
    own_figures: bool = False
    regime: list[str] = field(default_factory=list)
    opened: Period | None = None
    level: str | None = None
    told_flow: str | None = None
    short: set[str] = field(default_factory=set)
    spoken: list[str] = field(default_factory=list)

    def region_codes(self) -> list[str]:
        """The codes of the document's region; none where it has none."""
        return self.region.split("+") if self.region else []
