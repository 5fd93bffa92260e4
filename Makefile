# One verb a chore. `make lab` and `make test` do all the set-up on a machine with Python 3.11 or newer, make and git.
.PHONY: lab page site test lint format bench dist clean help
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

help: ## list the verbs
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "loopscope needs Python 3.11 or newer; here: %d.%d. Try make PYTHON=python3.11 lab" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing loopscope and PyTorch into $(VENV) (a few minutes the first time) …"
	$(PIP) install --quiet -c constraints.txt -e '.[dev]'
	@touch $@

$(VENV)/.bench: $(VENV)/.installed
	$(PIP) install --quiet -c constraints.txt -e '.[dev,bench]'
	@touch $@

PAGE := src/loopscope/server/page/index.html
PAGE_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/src/generated -prune -o -type f -print) \
  $(wildcard src/loopscope/events/*.py src/loopscope/experiment/*.py src/loopscope/worker/commands.py src/loopscope/server/page_types.py)

$(PAGE): $(PAGE_SOURCES) | $(VENV)/.installed
	@echo "Building the page …"
	@$(BIN)/python web/build.py build

page: $(PAGE) ## build the lab's page

lab: $(VENV)/.installed $(PAGE) ## set everything up and open the lab in the browser
	@$(BIN)/python -m loopscope lab $(LAB_ARGS)

site: $(VENV)/.installed $(PAGE) ## build the course as pages for any web server, into site/
	@$(BIN)/python -m loopscope site build site --force $(SITE_ARGS)

test: $(VENV)/.installed $(PAGE) ## set up and run the tests
	$(BIN)/python web/build.py test
	$(BIN)/python -m pytest -n auto --ignore=tests/browser $(PYTEST_ARGS)
	@# by themselves: Playwright keeps an event loop running in its process, beside which no other can begin
	$(BIN)/python -m pytest -n auto tests/browser $(PYTEST_ARGS)

lint: $(VENV)/.installed $(PAGE) ## style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/python web/build.py lint

format: $(VENV)/.installed ## put the code into the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python web/build.py format

bench: $(VENV)/.bench ## ratios against plain code and peers, measured side by side
	$(BIN)/python -m benchmarks

dist: $(PAGE) ## wheel and source distribution, page included
	$(BIN)/python -m build

clean: ## remove what the other verbs made, records left alone
	rm -rf $(VENV) web/node_modules web/src/generated src/loopscope/server/page site .pytest_cache .ruff_cache .hypothesis dist
