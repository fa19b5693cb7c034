# Parcours: the commands of the project. `make help` lists them.

PYTHON ?= python3
ARGS ?=

READY := .venv/.ready
PEERS := .peers/.ready
TYPED := bot flows messages storage sandbox tests $(wildcard benchmarks)

.DEFAULT_GOAL := help
.PHONY: help setup demo test bench chaos audit screenshots lint format types check lock

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Create .venv with everything in it (PYTHON=… chooses the interpreter)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Parcours needs Python 3.11 or newer, and '$(PYTHON)' is not." >&2; \
		echo "If you have one under another name, say which: make $(or $(MAKECMDGOALS),setup) PYTHON=python3.12" >&2; \
		exit 1; }
	@echo "Setting up .venv: about a minute the first time…"
	@.venv/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Open a practice workspace: play anybody, move time
	@.venv/bin/parcours demo $(ARGS)

test: setup ## Run every test (ARGS="-k buddies" to choose)
	@.venv/bin/pytest $(ARGS)

bench: setup $(PEERS) ## Measure, each against something, and keep it in benchmarks/RESULTS.md (ARGS="answers --quick")
	@.venv/bin/python -m benchmarks $(ARGS)

chaos: setup ## Break everything on purpose, and count what is lost or doubled: minutes (ARGS="-k clock" to choose)
	@.venv/bin/pytest tests/chaos tests/crash --chaos $(ARGS)

audit: ## Ask whether a version we lock is known to be vulnerable
	@.ci/audit $(ARGS)

$(PEERS): benchmarks/peers/requirements.txt
	@$(PYTHON) -m venv .peers
	@.peers/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/peers/requirements.txt
	@touch $@

screenshots: setup ## Take the pictures of docs/screenshots again, from the practice workspace
	@.venv/bin/python -m tests.page.screenshots

lint: setup ## Check style and that the code is formatted
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

format: setup ## Format the code, and mend what can be mended
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .

types: setup ## Check the types
	@.venv/bin/mypy $(TYPED)

check: lint types test ## Everything above that can say no

lock: ## Rewrite both requirements.lock from pyproject.toml (ARGS=--upgrade takes newer releases)
	@test -x .tools/bin/uv || { $(PYTHON) -m venv .tools && .tools/bin/pip install --quiet uv; }
	@.tools/bin/uv pip compile pyproject.toml --extra dev --output-file requirements.lock --quiet --no-config \
		--universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(ARGS)
	@.tools/bin/uv pip compile pyproject.toml --extra image --output-file deploy/requirements.lock --quiet --no-config \
		--universal --python-version 3.11 --generate-hashes --no-annotate --constraint requirements.lock \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
