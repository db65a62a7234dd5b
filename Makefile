# Every task of a developer; `make test` is what CI runs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

export VIRTUAL_ENV := $(CURDIR)/$(VENV)

DEMO := out/marketplace

.PHONY: demo setup check unit test

demo: $(VENV)/.ready
	rm -rf $(DEMO) && mkdir -p out && cp -r examples/marketplace $(DEMO)
	$(BIN)/python -c "import sqlite3; sqlite3.connect('$(DEMO)/shop.db').executescript(open('$(DEMO)/shop.sql').read())"
	cd $(DEMO) && $(CURDIR)/$(BIN)/sharemap scan
	cd $(DEMO) && $(CURDIR)/$(BIN)/sharemap check --fail-on never
	cd $(DEMO) && $(CURDIR)/$(BIN)/sharemap check --format json -o findings.json --fail-on never
	@echo "--- who gets my e-mail address?"
	cd $(DEMO) && $(CURDIR)/$(BIN)/sharemap who-gets user.contact.email
	@echo "everything is in $(DEMO): the findings for machines in findings.json"

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
