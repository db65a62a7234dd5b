# Every task of a developer; `make test` is what CI runs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

export VIRTUAL_ENV := $(CURDIR)/$(VENV)

SYNC := $(BIN)/uv sync --quiet --frozen --inexact --all-extras --active --python $(BIN)/python
DEMO := out/marketplace

# What the tests need beside Python: Debian packages, each with a file that it brings.
DEBIAN := postgresql=/usr/lib/postgresql/*/bin/initdb mariadb-server=/usr/sbin/mariadbd \
	chromium=/usr/bin/chromium fonts-noto-cjk=/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc \
	default-jdk-headless=/usr/bin/java maven=/usr/bin/mvn

.PHONY: demo docs setup packages check unit test
.NOTPARALLEL:

demo: $(VENV)/.ready
	rm -rf $(DEMO) && mkdir -p $(dir $(DEMO))
	$(BIN)/sharemap demo $(DEMO)

setup: $(VENV)/.dev $(VENV)/dbt/.ready

# What a user has: the package with every extra.
$(VENV)/.ready: pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "no virtual environment can be made: install python3-venv, or name another PYTHON=" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5'
	$(SYNC) --no-dev
	touch $@

# And what a developer needs beside it.
$(VENV)/.dev: $(VENV)/.ready
	$(SYNC) --group dev
	touch $@

# dbt builds the project of tests/dbt; it stays out of our own environment, whose lock it would rule.
$(VENV)/dbt/.ready: tests/dbt/requirements.txt | $(VENV)/.ready
	test -x $(VENV)/dbt/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python $(VENV)/dbt
	$(BIN)/uv pip install --quiet --python $(VENV)/dbt/bin/python -r $<
	touch $@

# Installs what is missing where root may; else says what to install, and the tests that need it are skipped.
packages:
	@missing=""; \
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || missing=" python3-venv"; \
	for item in $(DEBIAN); do ls $${item#*=} >/dev/null 2>&1 || missing="$$missing $${item%%=*}"; done; \
	if test -z "$$missing"; then exit 0; fi; \
	if test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -qq && apt-get install -qq --no-install-recommends $$missing; \
	else echo "not all tests can run; they need: apt-get install$$missing" >&2; fi

docs: setup
	$(BIN)/python docs/generate.py

check: setup
	$(BIN)/ruff format --check lineage inventory tests docs bench
	$(BIN)/ruff check lineage inventory tests docs bench
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: setup
	$(BIN)/pytest

test: packages check unit
