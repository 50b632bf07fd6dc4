"""Charts of the pages: a figure for each, with data and tooltips, and a table that says the same.

How a page uses them. In Python, from the claims that it has (of `query.run` or `measure`):

    from customhouse.web import charts
    marks = [charts.Mark("Exports", row.claim, row.growth, address="/en/query?...") for row in answer]
    chart = charts.over_time("trend", title, marks, language)        # lines; columns=True for columns
    chart = charts.ranked("partners", title, marks, language)        # bars, coloured by growth
    chart = charts.contributions("changed", title, marks, language)  # bars to both sides of zero
    chart = charts.shares("kinds", title, {"Exports": marks, ...}, language)
    chart = charts.of_answer(answer, language)                       # whichever suits a query; may be None

and in its template, with the chart among the context:

    {% import "charts.html" as charts with context %}
    {% block head %}{{ charts.head() }}{% endblock %}
    {{ charts.chart(chart) }}          (charts.chart(chart, level=2) where its title is an h2 and not an h3)

The code of a chart is its own on the page (letters, digits, `-`). Charts that htmx puts in place are
drawn too. Without scripts a picture of it comes from the server, and the table is there in any case.
"""

from customhouse.web.charts_answer import of_answer
from customhouse.web.charts_bars import contributions, ranked, shares
from customhouse.web.charts_model import Cell, Chart, Mark, Scale
from customhouse.web.charts_times import over_time

__all__ = ["Cell", "Chart", "Mark", "Scale", "contributions", "of_answer", "over_time", "ranked", "shares"]
