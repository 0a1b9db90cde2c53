# The two commands that do everything, and the ones a developer uses daily. `make` alone explains them.
#
# Nothing but Python 3.11 or newer, git and make has to be there. Every dependency is locked and
# hashed; what is installed is installed again only when its lock file has changed.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint types arrows check format lock clean

VENV ?= .venv
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3 python; do \
	$$python -c '$(RECENT)' >/dev/null 2>&1 && echo $$python && break; done)
RECENT = import sys; sys.exit(sys.version_info < (3, 11))
BIN = $(VENV)/bin
# One more than there are cores: a third of the tests' time is spent waiting for sockets.
WORKERS = import os; print(1 + (os.cpu_count() or 1))
# The tests start many processes: bytecode is kept, beside what is installed, whatever else is said.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX := $(abspath $(VENV))/bytecode
# Bytecode comes at first use, of what is used: compiling everything doubles the time this takes.
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --quiet --no-compile
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--python-version 3.11 --custom-compile-command "make lock" --extra postgres --group build

help: ## Say what each command does
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.runs ## Show half a year of a simulated network: its energy, the why, a digest
	$(BIN)/animateur demo

test: $(VENV)/.develops ## Run the tests, with branch coverage
	$(BIN)/python -m pytest -n $$($(BIN)/python -c '$(WORKERS)') --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered $(ARGS)

lint: $(VENV)/.develops ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.develops ## Check the types
	$(BIN)/mypy

arrows: $(VENV)/.develops ## Check that imports point one way only
	$(BIN)/lint-imports

check: lint types arrows test ## Everything that must hold before a commit

format: $(VENV)/.develops ## Put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.develops ## Write the lock files anew (ARGS=--upgrade for newer versions)
	$(LOCK) $(ARGS) pyproject.toml --output-file requirements.lock
	$(LOCK) $(ARGS) pyproject.toml --output-file requirements-dev.lock \
		--group dev --constraint requirements.lock

clean: ## Remove everything that these commands have made
	rm -rf $(VENV) build dist .coverage .coverage.* .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(RECENT)' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed, and was not found on the PATH." >&2; \
		echo "Install it, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.runs: requirements.lock | $(VENV)/bin/python
	@echo "Installing what $< names"
	@$(INSTALL) --require-hashes --only-binary :all: -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.develops: requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing what $< names"
	@$(INSTALL) --require-hashes --only-binary :all: -r requirements-dev.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.runs $@
