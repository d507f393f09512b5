# Every target first makes the virtual environment and installs what is locked (tools/setup.sh).
.PHONY: help setup run demo test test-long lint mutants bench lock
PY := .venv/bin/python
LOCK := uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 pyproject.toml
PYTEST := $(PY) -m pytest -n 2 --dist worksteal
export QT_QPA_PLATFORM ?= offscreen

help:            ## what each target does
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 14

setup:           ## virtual environment, locked dependencies, system packages
	@tools/setup.sh

run: setup       ## the kiosk itself: for now its commands, there are no screens yet
	@$(PY) -m kiosk --help

demo: setup      ## a walk through what works today, with real commands
	@$(PY) -m tools.demo

test: setup lint ## linters, types and the whole test suite
	$(PYTEST) --durations=10 -m "not long"

# pytest ends with 5 when it finds no test: none may be marked long, and that is no failure.
test-long: setup ## the tests that take long, with many more cases
	@$(PYTEST) -m long --timeout 5400; code=$$?; \
	if [ $$code -eq 5 ]; then echo "No test is marked long."; else exit $$code; fi

lint: setup      ## ruff (lint and format) and strict mypy
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

mutants: setup   ## one deliberate fault per law: each must turn the tests red
	$(PY) -m tools.mutants

bench: setup     ## measured figures beside their limits; writes bench-output/results.json
	$(PY) -m benchmarks

lock:            ## write the lock files again from pyproject.toml (needs uv)
	$(LOCK) -o requirements.lock
	$(LOCK) --extra central -o requirements-central.lock
	$(LOCK) --extra central --extra dev -o requirements-dev.lock
