# make demo  reads the texts in examples/, writes a page about them, compiles statistics, checks texts, writes a release
# make test  runs every check that a change must pass
# Both set themselves up; PYTHON=python3.12 make setup chooses the interpreter.

PYTHON ?= python3
# A file is one process's, so that what its tests share (a cluster of Spark, a server) is made once.
PYTEST_ARGS ?= -n auto --dist loadfile --no-loadscope-reorder
BIN := .venv/bin
STAMP := .venv/.customhouse
BENCH := .venv/.customhouse-bench
REPORT := build/demo/report.html
LINES := build/demo/declarations
STORE := build/demo/statistics
RELEASE := build/demo/release
# Tests start the command hundreds of times: what is compiled once has to be kept.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help setup demo test tests types bench fuzz docs clean

help:
	@sed -n 's/^# \(make\)/\1/p' Makefile

setup: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	  "customhouse needs Python 3.11 or later; name one: make setup PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[archives,compile,documents,frames,release,seasons,spark,targeting,web,dev]'
	@touch $@

$(BENCH): $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

demo: setup
	@$(BIN)/customhouse read examples
	@$(BIN)/customhouse reconcile examples
	@mkdir -p $(dir $(REPORT))
	@$(BIN)/customhouse report examples -o $(REPORT)
	@rm -rf $(STORE)
	@$(BIN)/customhouse simulate 60000 --out $(LINES)
	@$(BIN)/customhouse load "$(LINES)/*.parquet" --into $(STORE) --known-on 2025-04-14
	@$(BIN)/customhouse query $(STORE) "trade, exports, imports, balance 2025 Q1"
	@$(BIN)/customhouse query $(STORE) "trade by month 2025 Q1"
	@$(BIN)/customhouse query $(STORE) "trade by enterprise 2025 Q1"
	@$(BIN)/customhouse query $(STORE) "2025年一季度 进出口 前5大贸易伙伴" --lang zh
	@$(BIN)/customhouse check examples/2025-q1-release.en.md examples/2025-q1-note.zh.md --against $(STORE)
	@$(BIN)/customhouse ask "How did trade with ASEAN do in the first quarter?" --of $(STORE)
	@$(BIN)/customhouse release $(STORE) --period 2025-Q1 --lang zh,en --to $(RELEASE) >/dev/null
	@echo "The page about the texts is $(REPORT), the simulated statistics are in $(STORE), their release in $(RELEASE)"

test: setup
	@scripts/install-browser.sh
	$(BIN)/ruff check
	@$(MAKE) --no-print-directory --jobs=2 tests types

# Beside one another: on one core alone types and layers would keep the tests waiting.
tests:
	$(BIN)/pytest $(PYTEST_ARGS)

types:
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports --no-cache

bench: $(BENCH)
	$(BIN)/python benchmarks/reader.py
	$(BIN)/python benchmarks/reconcile_synthetic.py
	$(BIN)/python benchmarks/linearity.py --quick
	$(BIN)/python benchmarks/round_trip.py
	$(BIN)/python benchmarks/series.py
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/release.py
	$(BIN)/python benchmarks/compile.py
	$(BIN)/python benchmarks/prices.py
	$(BIN)/python benchmarks/seasons.py --series 20 --many 100
	$(BIN)/python benchmarks/targeting.py --number 30000 --seeds 1,2,3
	$(BIN)/python benchmarks/targeting_size.py --number 100000
	$(BIN)/python benchmarks/targeting_loop.py --quick

# The property tests, with many more examples than `make test` gives them, and the long tables whole.
fuzz: setup
	$(BIN)/pytest -m 'hypothesis or long' --hypothesis-profile=fuzz $(PYTEST_ARGS)

docs: setup
	$(BIN)/python scripts/generate_reference.py

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
