# The two commands that matter: `make demo` and `make test`. Everything runs from .venv, which the locks fill: the first with
# what running needs, the second with what testing needs besides.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile
# Tests at a time, as many as there are cores: each may start servers.
PARALLEL ?= 2
export MARSAD_TEST_DATA ?= $(wildcard ../shared/data)

.PHONY: install install-dev demo test test-fast lint format bench bench-scaled accuracy soak lock clean

install: $(VENV)/installed

$(VENV)/installed: requirements.lock pyproject.toml hatch_build.py $(shell find marsad/defaults -type f -not -path '*/compiled/*' 2>/dev/null)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { echo "Marsad needs Python 3.11, 3.12 or 3.13: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Installing into $(VENV): about a minute the first time"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@sed -n '/^pip==/,/[^\\]$$/p' requirements.lock > $(VENV)/pip.lock
	@$(PIP) --require-hashes -r $(VENV)/pip.lock
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-build-isolation --editable .
	@touch $@

install-dev: $(VENV)/installed-dev

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	@echo "Installing what tests need into $(VENV)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

demo: install
	$(BIN)/marsad demo

lint: install-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: lint
	$(BIN)/python -m pytest -n $(PARALLEL) --dist loadfile -m "not soak"

test-fast: install-dev
	$(BIN)/python -m pytest -n $(PARALLEL) --dist loadfile -m "not soak and not slow"

soak: install-dev
	$(BIN)/python -m pytest -m "soak" -s

bench: install-dev
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.latency

accuracy: install-dev
	$(BIN)/python -m fitting.accuracy --page docs/accuracy.md

bench-scaled: install-dev
	$(BIN)/python -m benchmarks.scaled

LOCK := $(BIN)/uv pip compile --quiet pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links

# Each lock holds the one before it, with the same versions.
lock: install
	@$(PIP) uv
	$(LOCK) -o requirements.lock
	$(LOCK) --extra scaled -c requirements.lock -o requirements-scaled.lock
	$(LOCK) --extra scaled --group dev -c requirements-scaled.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) marsad/defaults/compiled dist build
