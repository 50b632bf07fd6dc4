"""A page that shows texts with their figures, what each says, and what does not hold.

    mark    a text -> blocks of markup with its figures marked
    page    documents, claims and findings -> one self-contained HTML page

The page's template, style and script are `page.html`, `page.css` and `page.js` beside this file.
"""

from customhouse.report.page import write_report

__all__ = ["write_report"]
