# The two commands that matter: `make demo` and `make test`. Everything runs from .venv, which the lock fills.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export MARSAD_TEST_DATA ?= $(wildcard ../shared/data)

.PHONY: install demo test test-fast lint format bench soak lock clean

install: $(VENV)/installed

$(VENV)/installed: requirements.lock pyproject.toml hatch_build.py $(shell find marsad/defaults -type f -not -path '*/compiled/*' 2>/dev/null)
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { echo "Marsad needs Python 3.11, 3.12 or 3.13: make PYTHON=python3.12 ..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV): a minute or two the first time"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: install
	$(BIN)/marsad demo

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: lint
	$(BIN)/python -m pytest -m "not soak"

test-fast: install
	$(BIN)/python -m pytest -m "not soak and not slow"

soak: install
	$(BIN)/python -m pytest -m "soak" -s

bench: install
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.latency

lock:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group dev --group build --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o requirements.lock

clean:
	rm -rf $(VENV) marsad/defaults/compiled dist build
