"""Texts with their figures as links, so that each opens what is known of it with and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from customhouse.report.mark import Figure, mark

Named = Callable[[int], tuple[str, str]]
"""For the number of a figure: its own name, and that of the entry of the list that tells of it."""


def linked(text: str, figures: Sequence[Figure], named: Named) -> Markup:
    """The blocks of a text; a figure named x is a link with the id `fx` to `#cy`, the entry y.

    What the classes of a figure mean, elements with the ids `is-{class}` say in words. Texts are shown,
    never run; see `report.mark`.
    """
    there: set[str] = set()

    def stop(inner: Markup, over: Sequence[Figure], classes: str, first: bool) -> Markup:
        names = [named(one.number) for one in over]
        where = " ".join(dict.fromkeys(entry for _, entry in names))
        if not first:
            return Markup('<span class="fig more {}" data-f="{}">{}</span>').format(classes, where, inner)
        new = [name for name, _ in names if name not in there]
        there.update(new)
        ids = Markup("").join(Markup('<span id="f{}"></span>').format(name) for name in new[1:])
        own = Markup(' id="f{}"').format(new[0]) if new else Markup("")
        told = Markup(' aria-describedby="{}"').format(" ".join(f"is-{one}" for one in classes.split()))
        link = Markup('<a class="fig {}" data-f="{}" href="#c{}"{}{}>{}{}</a>')
        return link.format(classes, where, names[-1][1], own, told if classes else "", ids, inner)

    return mark(text, figures, stop)
