# Every task of a developer; `make test` is what CI runs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

export VIRTUAL_ENV := $(CURDIR)/$(VENV)

.PHONY: setup check unit test

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml uv.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5'
	$(BIN)/uv sync --quiet --frozen --inexact --all-extras --group dev --active --python $(BIN)/python
	touch $@

check: setup
	$(BIN)/ruff format --check lineage inventory tests
	$(BIN)/ruff check lineage inventory tests
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: setup
	$(BIN)/pytest

test: check unit
