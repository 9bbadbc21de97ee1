# One word per job. Every word works from a fresh clone and installs only when the pins have changed.
.DEFAULT_GOAL := help
.PHONY: help lab test check-all grade progress notebooks lint format bench clean

# The first Python of at least 3.11 on the path; `make lab PYTHON=/path/to/python` chooses another.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { command -v $$p; break; }; done)
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
PY := $(BIN)/python
STAMP := .venv/.installed
# Two test processes of one thread each are faster than two that fight over the cores.
WORKERS ?= 2
PYTEST := OMP_NUM_THREADS=1 $(PY) -m pytest
ARGS ?=

help:  ## list these words
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "The course needs Python 3.11 or newer, and found none on the path: install one, or say make $(MAKECMDGOALS) PYTHON=/path/to/python"; exit 1; }
	@test -x $(PY) || "$(PYTHON)" -m venv .venv
	$(PY) -m pip install --disable-pip-version-check --quiet --constraint constraints.txt --editable ".[test]"
	@touch $(STAMP)

lab: $(STAMP)  ## open the course in JupyterLab, on lesson 00
	$(PY) -m course_lib lab $(ARGS)

grade: $(STAMP)  ## re-run your notebooks and print your marks (ARGS=notebooks/04_attention.ipynb for one)
	@$(PY) -m course_lib grade $(ARGS)

progress: $(STAMP)  ## what you have passed so far
	@$(PY) -m course_lib progress $(ARGS)

test: $(STAMP)  ## run the tests (browser tests too where there is a Chromium)
	$(PYTEST) -n $(WORKERS) -m "not slow" $(ARGS)

check-all: $(STAMP) lint  ## the tests, the slow ones too, and the table of exercises x wrong answers
	$(PYTEST) -n $(WORKERS) $(ARGS)
	@$(PY) -m course_lib verdicts

notebooks: $(STAMP)  ## build notebooks/ from lessons/
	$(PY) -m course_lib build

lint: $(STAMP)  ## check style without changing anything
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP)  ## put the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)  ## measure the speed claims, each as a ratio against a named peer
	$(PY) -m benchmarks $(ARGS)

clean:  ## remove what was built or installed; your notebooks and your progress stay
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

# For those who change the page's own code; to take the course nobody needs Node.
.PHONY: bundle
bundle: node_modules/.package-lock.json  ## make course_lib/explorer/page/bundle.js again (needs npm)
	npm run --silent bundle

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --silent
	@touch $@
