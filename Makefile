# Kunskapsbanken. `make` lists what can be done.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AXE := .cache/axe-core/package/axe.min.js
AXE_VERSION := 4.14.1

.DEFAULT_GOAL := help
.PHONY: help run test check format locale samples constraints clean

help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

run: $(VENV)/.installed  ## Install, load the sample library if the knowledge base is empty, serve on port 8000
	@$(BIN)/kb ingest --if-empty samples/library
	@$(BIN)/kb serve

test: $(VENV)/.installed-dev $(AXE)  ## Install what the tests need and run everything
	$(MAKE) --no-print-directory check
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

check: $(VENV)/.installed-dev  ## Style, types and architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev  ## Put the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

locale: $(VENV)/.installed-dev  ## Gather the interface's texts, update both catalogues and compile them
	@mkdir -p .cache
	$(BIN)/pybabel -q extract -F babel.cfg -k _setting:2 -o .cache/messages.pot --no-location --sort-output .
	$(BIN)/pybabel -q update -i .cache/messages.pot -d web/locale --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete -w 130
	$(BIN)/pybabel -q compile -d web/locale

samples: $(VENV)/.installed-dev  ## Build the sample library from its sources
	$(BIN)/pip install -q -c constraints.txt -e '.[samples]'
	$(BIN)/python -m samples.build

constraints: $(VENV)/.installed-dev  ## Write down the exact version of every package
	$(BIN)/pip freeze --exclude-editable | sed 's/+cpu//' > constraints.txt

clean:  ## Remove the environment and caches, never the data
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .coverage*

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed (Debian: apt-get install python3 python3-venv)."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "Python cannot make environments here (Debian: apt-get install python3-venv)."; exit 1; }

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing (about a minute; only when something changed) …"
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing what the tests need …"
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev,postgresql]'
	@touch $(VENV)/.installed $@

# The accessibility checker is a package of the npm registry. Without npm the browser tests say so and are skipped.
$(AXE):
	@mkdir -p .cache/axe-core
	@if command -v npm >/dev/null; then \
		cd .cache/axe-core && npm pack --silent axe-core@$(AXE_VERSION) >/dev/null && tar xzf axe-core-$(AXE_VERSION).tgz; \
	else \
		echo "npm is missing (Debian: apt-get install npm): the accessibility tests will be skipped."; \
	fi
