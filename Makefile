# `make` alone prints the targets. Only `setup` and `lock` reach a package index.

PYTHON ?= python3
UV ?= uv
BENCH ?=
CRASH ?=
FUZZ ?=
LOCK ?=
NAME ?= nuclear-medicine
DIR ?= /tmp/$(NAME)
PYTEST ?=

BIN := .venv/bin
READY := .venv/.ready
WITH_QM := PATH="$(CURDIR)/$(BIN):$$PATH"
RUN_TESTS := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help setup demo test check crash fuzz lint examples example bench readme translations lock clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

setup: $(READY) ## install qm and its tools in .venv (PYTHON=python3.12 chooses the interpreter)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "qm needs Python 3.11 or later: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 2; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## check a shipped example and show its gap
	@$(WITH_QM) bash examples/demo.sh

test: setup ## run the tests (PYTEST="-k release" chooses among them)
	$(RUN_TESTS) -n auto --maxprocesses=8 --dist=worksteal $(PYTEST)

check: lint examples test ## everything that must pass before a commit

lint: setup ## format, style, types and layers
	$(BIN)/ruff format --check qmtool tests bench examples
	$(BIN)/ruff check qmtool tests bench examples
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

examples: setup ## run qm check on each good example, in a repository of its own
	@$(WITH_QM) bash examples/check.sh

example: setup ## make an example with its history: NAME=nuclear-medicine DIR=/tmp/centre
	$(BIN)/python examples/build.py $(NAME) $(DIR)

bench: setup ## compare qm with public tools on 10,000 documents (BENCH="--documents 1000 --runs 3")
	$(BIN)/python bench/compare.py $(BENCH)

crash: setup ## kill, starve and race the publication of versions (CRASH="--trials 200")
	$(BIN)/python -m tests.crash $(CRASH)

fuzz: setup ## give the readers a million broken inputs (FUZZ="--executions 20000 --only body")
	$(BIN)/python -m tests.fuzz $(FUZZ)

# The test that compares the generated text writes it when QM_REWRITE is set.
readme: setup ## write the generated parts of README.md
	QM_REWRITE=1 $(RUN_TESTS) tests/structure/test_readme.py

translations: setup ## collect the messages of qmtool, then compile the catalogues
	$(BIN)/pybabel --quiet extract --mapping-file=pyproject.toml --keywords=say --no-location \
	  --sort-output --project=qm --output-file=.venv/qm.pot .
	$(BIN)/pybabel --quiet update --domain=qm --locale=fr --input-file=.venv/qm.pot \
	  --output-dir=qmtool/locale --init-missing --ignore-obsolete --no-fuzzy-matching \
	  --ignore-pot-creation-date --no-wrap
	$(BIN)/pybabel --quiet compile --domain=qm --directory=qmtool/locale

lock: ## write requirements.lock from pyproject.toml, with uv (LOCK=--upgrade takes what is new)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: python3 -m pip install uv" >&2; exit 2; }
	$(UV) pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" $(LOCK) \
	  --group dev --group bench --output-file requirements.lock pyproject.toml

clean: ## remove what the other targets made
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find qmtool tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
