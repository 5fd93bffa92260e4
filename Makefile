# One verb a chore. `make lab` and `make test` do all the set-up on a machine with Python 3.11 or newer, make and git.
.PHONY: lab test lint format bench clean help
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

lab: $(VENV)/.installed ## set everything up, train two models on real input, show record and figures
	@$(BIN)/python -m loopscope train breast-cancer
	@$(BIN)/python -m loopscope export last --to png -o .loopscope/figures/breast-cancer --force
	@$(BIN)/python -m loopscope train moons-mlp
	@$(BIN)/python -m loopscope export last --to png -o .loopscope/figures/moons-mlp --force
	@$(BIN)/python -m loopscope runs

test: $(VENV)/.installed ## set up and run the tests
	$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

lint: $(VENV)/.installed ## style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

format: $(VENV)/.installed ## put the code into the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.bench ## ratios against plain code and peers, measured side by side
	$(BIN)/python -m benchmarks

clean: ## remove what the other verbs made, records left alone
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis dist
