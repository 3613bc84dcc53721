# Two commands on a fresh machine: `make start` (set up, then the first five minutes) and `make test` (set up, then the tests).

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
JAX := .venv-jax/bin
# Two processes share the tests, a file each at a time. WORKERS=0 runs them in one, where output and a debugger are seen at once.
WORKERS ?= 2
SPREAD := -n $(WORKERS) --dist loadfile

.PHONY: start test test-gpu check lint generated smoke slow bench docs clean

start: .venv/.base
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/kdl start; else $(BIN)/kdl start --auto; fi

test: .venv/.dev .venv-jax/.dev
	$(BIN)/python -m pytest $(SPREAD) $(ARGS)
	KERAS_BACKEND=jax $(JAX)/python -m pytest $(SPREAD) -m jax $(ARGS)

# For whoever has a GPU (docs/gpu.md); fails without one. On JAX: make test-gpu BIN=.venv-jax/bin KERAS_BACKEND=jax
test-gpu: .venv/.dev
	$(BIN)/python -m pytest tests/gpu -m gpu -s $(ARGS)

check: .venv/.dev lint generated test

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

# Every file that is made from others must equal a fresh build.
generated: .venv/.dev
	$(BIN)/kdl dev check
	$(BIN)/kdl dev build --check

# All pairs with two seeds: does everything run? No verdicts.
smoke: .venv/.base
	$(BIN)/kdl compare --all --seeds 2 --no-predict

# Everything, without the rotating slice.
slow: .venv/.dev .venv-jax/.dev
	KDL_TESTS=all KDL_KILLS=200 $(BIN)/python -m pytest $(SPREAD) $(ARGS)
	KDL_TESTS=all KERAS_BACKEND=jax $(JAX)/python -m pytest $(SPREAD) -m jax $(ARGS)

bench: .venv/.dev
	$(BIN)/python -m pytest benchmarks -s -m bench

docs: .venv/.dev
	$(BIN)/kdl dev build

clean:
	rm -rf .venv .venv-jax build dist *.egg-info .pytest_cache .ruff_cache

.venv/.base: setup.cfg pyproject.toml
	@test -n "$(PYTHON)" || { echo "kdl needs Python 3.11, 3.12 or 3.13; none was found. Install one, or run: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Installing kdl into .venv with $(PYTHON) (TensorFlow is large: about two minutes, once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.dev: .venv/.base
	@echo "Installing the tools for tests ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

.venv-jax/.dev: setup.cfg pyproject.toml
	@test -n "$(PYTHON)" || { echo "kdl needs Python 3.11, 3.12 or 3.13; none was found."; exit 1; }
	@echo "Installing kdl with JAX into .venv-jax (once) ..."
	@test -x $(JAX)/python || $(PYTHON) -m venv .venv-jax
	@$(JAX)/python -m pip install --quiet --disable-pip-version-check --editable '.[jax,dev]'
	@touch $@
