# One command explains the repository: `make help`.

PYTHON ?= python3
VENV ?= .venv
# Where the plain torch would be gigabytes (it brings CUDA), name an index of CPU builds:
#   make demo TORCH_INDEX=<URL of an index with CPU builds>
TORCH_INDEX ?=
PYTEST_ARGS ?=

BIN := $(VENV)/bin
# pip says much, or with --quiet nothing for minutes: what it is at is told every few seconds.
TOLD_EVERY ?= 5
INSTALL := $(BIN)/python .ci/told.py --every $(TOLD_EVERY) \
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
RUNTIME := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
# Its checkers are used, not the SDKs of every vendor that it asks for: so it goes in by itself.
BFCL := bfcl-eval==2026.3.23
# Its pages are used, not Selenium. pyautogui is the hands on Windows and macOS; here it is tested
# with the Xlib that everything else uses, not with the older copy that it asks for.
MINIWOB := miniwob==1.1.0
MOUSE := pyautogui==0.9.54 pymsgbox==2.0.1 pytweening==1.2.0 pyscreeze==1.0.1 mouseinfo==0.1.3
TREE := build/typed/tapwright
ROOMS := agent devices model prompts serving tools training

DEMO_TASK ?= Turn on dark theme
DEMO_SEED ?= 5
DEMO_MODEL ?= embedded
DEMO_CHECK ?= settings get secure ui_night_mode == 2
DEMO_OUT ?= runs/demo

.DEFAULT_GOAL := help
.PHONY: help venv demo test test-slow check types bfcl mutations bench-desktop bench-drift bench-seeing miniwob packages clean

help:  ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(DEV)  ## make the virtual environment with everything for development

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "error: '$(PYTHON)' is not Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; \
	  exit 2; }
	@echo "making the virtual environment $(VENV)"
	@new=$$(test -e $(VENV) || echo yes); $(PYTHON) -m venv $(VENV) || { \
	  test -z "$$new" || rm -rf $(VENV); \
	  echo "error: '$(PYTHON) -m venv' failed; on Debian: apt-get install python3-venv" >&2; exit 2; }

$(RUNTIME): pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing tapwright and what it needs into $(VENV) (a minute or more)"
	@$(INSTALL) -e .
	@touch $@

$(DEV): pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing tapwright and what its tests need into $(VENV) (a minute or more)"
	@$(INSTALL) -e '.[dev]'
	@$(INSTALL) --no-deps $(BFCL) $(MINIWOB) $(MOUSE)
	@touch $@ $(RUNTIME)

# The report is written, and where it lies is told, before the outcome, which is the last line.
demo: $(RUNTIME)  ## do a phone task on the simulated phone, with the model that ships
	@rm -rf $(DEMO_OUT)
	@$(BIN)/tapwright run "$(DEMO_TASK)" --device sim --seed $(DEMO_SEED) --model "$(DEMO_MODEL)" \
	  --verify "$(DEMO_CHECK)" --out $(DEMO_OUT) --report $(DEMO_OUT)/report.html

packages:  ## install the Debian packages that the tests want (adb, an X server, programs to drive)
	@.ci/packages

test: packages $(DEV)  ## run the tests, with branch coverage
	$(BIN)/python -m pytest --cov --cov-branch --cov-report=term:skip-covered $(PYTEST_ARGS)

test-slow: packages $(DEV)  ## run the tests that take minutes
	$(BIN)/python -m pytest -m slow $(PYTEST_ARGS)

# mypy cannot follow an editable install of mapped folders, so it is shown a tree of links.
types: $(DEV)  ## check the types strictly
	@rm -rf build/typed && mkdir -p $(TREE)
	@ln -s $(CURDIR)/src/tapwright/* $(TREE)/
	@for room in $(ROOMS); do ln -s $(CURDIR)/$$room $(TREE)/$$room; done
	$(BIN)/python -m mypy

bfcl: $(DEV)  ## put BFCL's calls through every dialect and its own checker
	$(BIN)/python benchmarks/bfcl.py

# COUNT=20000 for a quick one; a million take two idle cores some three minutes.
mutations: COUNT ?= 1000000
mutations: $(DEV)  ## break valid replies in a million ways: no parser may fall over
	$(BIN)/python benchmarks/mutations.py --count $(COUNT)

# make miniwob MODEL=embedded PAGES=trained SEEDS=900000:900050; PAGES=all plays every page.
miniwob: MODEL ?= oracle
miniwob: PAGES ?= oracle
miniwob: SEEDS ?= 900000:900005
miniwob: packages $(DEV)  ## play MiniWoB++ pages through the desktop driver and the loop
	$(BIN)/python benchmarks/miniwob.py --model "$(MODEL)" --pages "$(PAGES)" --seeds "$(SEEDS)"

# READER=auto reads the pictures as a real run does, which takes some 20 minutes.
bench-drift: READER ?= drawn
bench-drift: packages $(DEV)  ## change programs under a script in 500 ways: no silent wrong act
	$(BIN)/python benchmarks/drift.py --reader $(READER)
	$(BIN)/python benchmarks/drift_tk.py

bench-desktop: packages $(DEV)  ## time the desktop's picture and clicks beside what others use
	$(BIN)/python benchmarks/desktop_speed.py

# make bench-seeing WHAT='--only text --screens 20': a part of it, on more screens.
bench-seeing: $(DEV)  ## measure what reading, pictures, zoom and marks do for the hit rate
	$(BIN)/python benchmarks/seeing.py $(WHAT)

check: $(DEV)  ## format, lint, types and the quick tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(MAKE) --no-print-directory types
	$(BIN)/python -m pytest -m "not slow and not phone" $(PYTEST_ARGS)

clean:  ## remove what was built, but not the virtual environment
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .coverage
