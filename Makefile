# Every target first makes the virtual environment and installs what is locked (tools/setup.sh).
.PHONY: help setup run demo pictures test test-long lint mutants bench lock
PY := .venv/bin/python
LOCK := uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 pyproject.toml
PYTEST := $(PY) -m pytest -n 2 --dist worksteal
# Everything but the demonstration and the kiosk itself works without a screen, unless it is told otherwise.
ON_SCREEN := $(if $(QT_QPA_PLATFORM),,env -u QT_QPA_PLATFORM)
export QT_QPA_PLATFORM ?= offscreen

help:            ## what each target does
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 14

setup:           ## virtual environment, locked dependencies, system packages
	@tools/setup.sh

run: setup       ## the kiosk on the demonstration's device, with a server and a printer beside it
	@$(ON_SCREEN) $(PY) -m tools.demo --run

demo: setup      ## the whole job from end to end; without a display it walks by itself into demo-output/
	@$(ON_SCREEN) $(PY) -m tools.demo

pictures: setup  ## takes the pictures in docs/screens/ and docs/paper/ again
	$(PY) -m tools.screens_pictures
	$(PY) -m tools.paper_pictures

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
