"""`python -m customhouse.cli` is the command line too."""

from customhouse.cli import main

main()
