# The dashboard's commands. `make help` lists them; each installs what it needs, once.

BIN  := .venv/bin
UV   := uv==0.13.9
PIP  := $(BIN)/python -m pip install --quiet --disable-pip-version-check
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
# The first has no window to draw, which halves what a page costs; the others do as well.
BROWSERS := chromium-headless-shell chromium chromium-browser google-chrome
CHROMIUM = $(shell for name in $(BROWSERS); do command -v $$name && exit; done)

.DEFAULT_GOAL := help
.PHONY: help run test check screenshots bench soak reset constraints runs tests environment browser

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: runs ## start the dashboard (DASHBOARD_PORT, 8501 unless set); Ctrl-C stops all of it
	@exec $(BIN)/python -m data.runtime.preflight

test: check browser ## everything that must hold: style, types, tests
	@CHROMIUM=$(CHROMIUM) $(BIN)/python -m pytest -p tests.run.no_skips -p tests.run.folder_seconds -n 2 --dist loadfile

check: tests ## style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy

screenshots: tests browser ## photograph every screen into screenshots/
	@CHROMIUM=$(CHROMIUM) $(BIN)/python -m tests.screenshots

bench: tests browser ## measure, side by side, into benchmarks/results.json (all, or PART=reruns, clicking ...)
	@CHROMIUM=$(CHROMIUM) $(BIN)/python -m benchmarks $(PART)

soak: tests browser ## prove what takes long: PART=kills, api, races, clicks, mutate, imports, emulator, processes or all; a stopped run goes on where it was
	@CHROMIUM=$(CHROMIUM) $(BIN)/python -m benchmarks.soak $(PART)

reset: runs ## empty the state folder, after a typed confirmation
	@$(BIN)/python -m data reset

constraints: tests ## pin anew everything beneath the requirements
	@grep -hv '^-c' requirements.txt > .venv/runs.in && grep -hv '^-[cr]' requirements-dev.txt > .venv/tests.in
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --no-header --no-annotate \
		--output-file constraints.txt .venv/runs.in .venv/tests.in

# What was installed is remembered inside the environment, so that it is forgotten when the environment goes.
runs: environment
	@cat requirements.txt constraints.txt | cmp -s - .venv/installed-to-run && exit 0; \
	$(call install,requirements.txt) && cat requirements.txt constraints.txt > .venv/installed-to-run

tests: runs
	@cat requirements-dev.txt constraints.txt | cmp -s - .venv/installed-to-test && exit 0; \
	$(call install,requirements-dev.txt) && cat requirements-dev.txt constraints.txt > .venv/installed-to-test

# The environment is made anew when its Python is gone or another one than we support.
# Interpreters are tried, not looked up: a version manager's shim may be there and run nothing.
environment:
	@$(BIN)/python -c '$(FITS)' 2>/dev/null && exit 0; \
	for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
		"$$python" -c '$(FITS)' >/dev/null 2>&1 || continue; \
		echo "Making .venv with $$("$$python" --version)."; \
		"$$python" -m venv --clear .venv && exit 0; \
		echo "That Python cannot make environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	done; \
	echo "The dashboard needs Python 3.11, 3.12 or 3.13, and none was found." >&2; \
	echo "Install one, or say where it is: make PYTHON=/path/to/python3.12 ..." >&2; exit 1

# uv installs in a quarter of the time; where it cannot be had or fails, pip does it, and is given a second try.
define install
echo "Installing $(1)." && { \
	{ $(PIP) $(UV) && $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -r $(1); } 2>.venv/uv.log \
	|| $(PIP) -r $(1) || $(PIP) -r $(1); }
endef

browser:
	@for name in $(BROWSERS); do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium."; \
		apt-get update -qq >/dev/null; export DEBIAN_FRONTEND=noninteractive; \
		apt-get install -qq -y chromium-headless-shell >/dev/null 2>&1 || apt-get install -qq -y chromium >/dev/null; \
	else \
		echo "The tests drive Chromium, and none of $(BROWSERS) is there. Install it (Debian: sudo apt-get install chromium)." >&2; \
		exit 1; \
	fi
