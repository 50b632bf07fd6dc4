"""Documents in: files, folders, patterns and standard input -> the text that claims refer to.

    find        which files a list of paths means
    load        one file -> one Document; the only door that callers need besides `discover`
    encoding    bytes -> characters: UTF-8, UTF-16, GB 18030, Big5, Windows-1252
    html_text   the main text of a web page and the date of its publication
    docx_text   the prose of a Word document
    pdf_text    the prose of a PDF: pdf_worker reads runs of characters, layout puts them in order
    layout      columns, running heads, tables, lines
    paragraphs  lines -> paragraphs, across columns and pages
"""

from customhouse.reader.documents.find import SUPPORTED, discover
from customhouse.reader.documents.load import load, load_bytes

__all__ = ["SUPPORTED", "discover", "load", "load_bytes"]
