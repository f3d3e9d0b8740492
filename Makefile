# Two commands are all a newcomer needs: `make serve` and `make test`.
# Both create .venv on first use and install exactly what the lock files name.

PYTHON ?= python3
HOST   ?= 127.0.0.1
PORT   ?= 8000
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q

.DEFAULT_GOAL := help
.PHONY: help serve test fast lint check lock clean

help:
	@echo "make serve   serve the publication at http://$(HOST):$(PORT)/"
	@echo "make test    the whole test suite, with linters and the check of the knowledge"
	@echo "make fast    the tests that take seconds"
	@echo "make check   check ontology, shapes, data and queries, with the reasoners"
	@echo "make lock    renew the lock files after a change of pyproject.toml"
	@echo "make clean   remove what these commands made"

serve: .venv/serve.stamp
	@exec $(BIN)/mufakat serve --host $(HOST) --port $(PORT)

test: lint
	$(BIN)/mufakat format --check
	$(BIN)/mufakat check --reason
	$(BIN)/python -m pytest -n 2 --dist loadfile

fast: .venv/test.stamp
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow and not browser"

lint: .venv/test.stamp
	$(BIN)/ruff check server tests bench
	$(BIN)/ruff format --check server tests bench
	$(BIN)/mypy

check: .venv/serve.stamp
	$(BIN)/mufakat check --reason

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Mufakat needs Python 3.11 or later; name one: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Creating .venv …"
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "This Python cannot create virtual environments; install its venv package (Debian: python3-venv)." >&2; exit 1; }

.venv/serve.stamp: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing what serving needs (once; a minute or so) …"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/test.stamp: requirements-dev.lock .venv/serve.stamp
	@echo "Installing what the tests need …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

lock: .venv/test.stamp
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --extra build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .mufakat-cache
