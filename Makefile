# Two commands matter: `make demo` and `make test`. Each installs what it needs into VENV first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
DEMO_WORKSPACE ?= .chartcite/demo
SHELL := /bin/bash

.PHONY: demo test bench lint serve clean

$(VENV)/.core: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -e '.[dev]'
	@touch $@ $(VENV)/.core

demo: $(VENV)/.core  ## ingest the bundled corpus, ask three questions, print the cited answers
	$(BIN)/chartcite demo --workspace $(DEMO_WORKSPACE)

test: $(VENV)/.dev  ## install and run every test
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.dev  ## compare with the plain LlamaIndex pipeline; tables, JSON and plots under benchmarks/results
	$(BIN)/python -m benchmarks.run

serve: $(VENV)/.core
	$(BIN)/chartcite serve --workspace $(DEMO_WORKSPACE)

clean:
	rm -rf .chartcite build dist *.egg-info
