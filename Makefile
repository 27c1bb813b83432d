# Two commands do everything: `make demo` and `make test`. The rest is for those who work on it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DATA ?= .comptoir

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test lint audit format lock clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/.installed ## start the demo company: a central server, a terminal and a kiosk
	@$(BIN)/comptoir demo --data $(DATA)

demo-reset: $(VENV)/.installed ## begin the demo again from nothing
	@$(BIN)/comptoir demo --data $(DATA) --reset

test: $(VENV)/.installed-test ## install what the tests need and run them all
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/.installed-test ## style, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(VENV)/.installed ## licences against the list of those allowed, and known vulnerabilities
	@$(BIN)/python -m tools.audit

format: $(VENV)/.installed-test ## put the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## write the lock files anew from pyproject.toml
	$(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install -q pip-tools
	$(VENV)/lock/bin/pip-compile -q --strip-extras --allow-unsafe --no-annotate --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header -o requirements.lock pyproject.toml
	$(VENV)/lock/bin/pip-compile -q --strip-extras --allow-unsafe --no-annotate --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --extra test -o requirements-test.lock pyproject.toml
	$(VENV)/lock/bin/pip-compile -q --strip-extras --allow-unsafe --no-annotate --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --extra bench -o requirements-bench.lock pyproject.toml

clean: ## remove the environment and the demo's data
	rm -rf $(VENV) $(DATA)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Comptoir needs Python 3.11 or later; $(PYTHON) is older. Try: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make a virtual environment. On Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing Comptoir into $(VENV) (once, under a minute)..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null || $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.installed-test: requirements-test.lock $(VENV)/.installed
	@echo "Installing what the tests need..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@
