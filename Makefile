# The whole of Muster's upkeep. Needs Python 3.11 or newer with venv, and nothing else.
#
# All that is installed goes into .venv. A stamp there bears the checksum of the lock it was installed from, so
# that an unchanged lock costs nothing and a changed one is installed by whatever is asked for next.

PYTHON ?= python3
ARGS ?=

python := .venv/bin/python
ready := .venv/.made
sum = $(firstword $(shell cksum < $(1)))
run_stamp := .venv/.run-$(call sum,requirements.lock)
test_stamp := .venv/.test-$(call sum,requirements.lock)-$(call sum,tests/requirements.lock)
bench_stamp := .venv/.bench-$(call sum,requirements.lock)-$(call sum,tests/bench/requirements.lock)

# Installs $(1) with its hashes: by uv where it can be had, else (or where uv cannot reach what pip can) by pip.
# Both compile what they install: it would cost every start a second where no bytecode may be written later.
install = { test -x .venv/bin/uv && .venv/bin/uv pip install -q --compile-bytecode --python $(python) --require-hashes -r $(1) 2>/dev/null; } \
	|| $(python) -m pip install -q --disable-pip-version-check --require-hashes -r $(1)

.PHONY: help run stop test torture fuzz calibrate bench picture check lock clean
.DEFAULT_GOAL := help

help: ## list what can be asked for
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s  %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# `exec`: no shell stands between make and Muster, so that a signal reaches it and is waited for.
run: $(run_stamp) ## start Muster, and its own PostgreSQL unless DATABASE_URL names one; Ctrl-C stops both
	@exec .venv/bin/muster up $(ARGS)

stop: $(run_stamp) ## stop the PostgreSQL that a killed Muster left running
	@exec .venv/bin/muster db stop $(ARGS)

# A process for each processor; who has done his share takes from the others.
test: $(test_stamp) ## run the tests (ARGS="-k replay" for some), on DATABASE_URL where that is set
	@exec $(python) -m pytest -n "$$(nproc 2> /dev/null || echo auto)" --dist worksteal $(ARGS)

torture: $(test_stamp) ## kill, stop, cut, fill, step back, tamper and compare, at length (SEED=1 for others), and print what held
	@TORTURE=full KILLS=20 exec $(python) -m pytest tests/torture tests/projections/replay/test_killing.py $(ARGS)

fuzz: $(test_stamp) ## send what nobody expects to every operation and import (minutes), and print how much was tried
	@FUZZ=full exec $(python) -m pytest tests/fuzz $(ARGS)

calibrate: $(test_stamp) ## try the estimates on simulated histories whose truth is known (minutes); fails on a missed band
	@exec $(python) -m tests.simulation.calibrate

bench: $(bench_stamp) ## measure speed beside references (minutes; ARGS=--quick for one); fails where one falls short
	@exec $(python) -m tests.bench.measure $(ARGS)

picture: $(test_stamp) ## take the README's picture of the reading room anew, with Debian's chromium
	@exec $(python) -m tests.room.picture $(ARGS)

check: $(test_stamp) ## lint, format, types, layers
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@$(python) -m mypy --no-error-summary
	@.venv/bin/lint-imports --no-logo > .venv/.layers 2>&1 || { cat .venv/.layers; exit 1; }

lock: $(test_stamp) ## write the locks anew from pyproject.toml (ARGS=--upgrade for newer versions)
	@$(call compile,pyproject.toml -o requirements.lock)
	@$(call compile,--group dev -c requirements.lock -o tests/requirements.lock)
	@$(call compile,--group bench -c requirements.lock -o tests/bench/requirements.lock)

compile = .venv/bin/uv pip compile -q --universal --generate-hashes --no-header $(ARGS) $(1)

clean: ## remove what was installed and cached; the data stay
	@test ! -e $(ready) || .venv/bin/muster db stop
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(run_stamp): requirements.lock $(ready)
	@echo "installing what Muster needs into .venv (once; about a minute)"
	@$(call install,requirements.lock)
	@rm -f .venv/.run-* && touch $@

$(test_stamp): tests/requirements.lock $(run_stamp)
	@echo "installing what its tests need into .venv (once)"
	@$(call install,tests/requirements.lock)
	@rm -f .venv/.test-* && touch $@

$(bench_stamp): tests/bench/requirements.lock $(run_stamp)
	@echo "installing what the measurements compare with into .venv (once)"
	@$(call install,tests/bench/requirements.lock)
	@rm -f .venv/.bench-* && touch $@

$(ready):
	@command -v $(PYTHON) > /dev/null \
		|| { echo "Muster needs Python 3.11 or newer, and there is no $(PYTHON): name one with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Muster needs Python 3.11 or newer, and $(PYTHON) is older: name another with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null \
		|| { echo "Muster needs Python's venv module (Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(python) -m pip install -q --disable-pip-version-check uv 2> /dev/null || true
	@printf '%s\n' '#!/bin/sh' 'root=$$(CDPATH= cd -- "$$(dirname -- "$$0")/../.." && pwd)' \
		'PYTHONPATH=$$root exec "$$root/.venv/bin/python" -P -m app.cli.main "$$@"' > .venv/bin/muster
	@chmod +x .venv/bin/muster && touch $@
