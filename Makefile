# Topicdesk's verbs. GNU make 3.81 or newer, on Linux and macOS. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test lint bench chaos fuzz lock messages permissions clean

PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
COMPILE := uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 pyproject.toml
# Which Pythons are tried, in this order; `make PYTHON=/path/to/python …` names another.
PYTHONS := $(PYTHON) python3.13 python3.12 python3.11 python3

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: .venv/run.stamp ## start the desk; without BOT_TOKEN, the sandbox: Telegram without Telegram
	@exec $(PY) -m bot start $(ARGS)

# Three at once, each with stores of its own: mostly they wait.
test: lint ## lint, then every test; ARGS="-k topic -x" goes to pytest
	@$(PY) -m pytest -n 3 --dist worksteal $(ARGS)

lint: .venv/dev.stamp ## ruff and mypy --strict
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m mypy

bench: .venv/dev.stamp ## measure rates and latencies
	@$(PY) -m tests.bench $(ARGS)

chaos: .venv/dev.stamp ## kill everything at random moments, then count what was lost
	@$(PY) -m tests.chaos $(ARGS)

fuzz: .venv/dev.stamp ## a team's day at random: nothing leaks, and events replay
	@$(PY) -m tests.fuzz $(ARGS)

lock: ## resolve the dependencies of pyproject.toml anew (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	@$(COMPILE) --quiet --output-file requirements.lock
	@$(COMPILE) --quiet --extra dev --output-file requirements-dev.lock

messages: .venv/dev.stamp ## collect the texts to translate into locales/
	@$(PY) -m babel.messages.frontend --quiet extract --mapping=locales/babel.cfg --keywords=mark --keywords=marks:1,2 --no-location --sort-output \
		--project=Topicdesk --output=locales/topicdesk.pot .
	@$(PY) -m babel.messages.frontend --quiet update --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete \
		--domain=topicdesk --input-file=locales/topicdesk.pot --output-dir=locales

permissions: .venv/dev.stamp ## write docs/permissions.md from the table of who may do what
	@$(PY) -m bot.desk.people.permissions > docs/permissions.md

clean: ## remove what was built; data/ stays
	@rm -rf .venv .mypy_cache .ruff_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment is made once; packages are installed again only when their lock changes.
.venv/made.stamp:
	@$(PY) -c 'import pip' 2>/dev/null || { for python in $(PYTHONS); do \
		if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
		then "$$python" -m venv --clear .venv && break; fi; done; }
	@$(PY) -c 'import pip' 2>/dev/null || { echo "Topicdesk needs Python 3.11 or newer with its venv" \
		"module (Debian and Ubuntu: apt install python3-venv). If yours has an unusual name:" \
		"make PYTHON=/path/to/python" >&2; exit 1; }
	@touch $@

.venv/run.stamp: requirements.lock .venv/made.stamp
	@echo "Installing what the desk needs (once)…"
	@$(PIP) --requirement requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/made.stamp
	@echo "Installing what the tests need (once)…"
	@$(PIP) --requirement requirements-dev.lock
	@touch $@
