# One word per job. Every word works from a fresh clone: start.py makes the environment where it is missing or half made,
# mends it where the pins have changed, and is silent where all is well. Without make: py start.py lab.
.DEFAULT_GOAL := help
.PHONY: help lab grade progress update test test-lesson check-all check-versions notebooks site picture try-class lint format bench bundle clean

# Any Python on the path will do (looked up once): start.py looks for one that fits. `make lab PYTHON=/path/to/python` names another.
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell for p in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	$$p -c '' >/dev/null 2>&1 && { command -v $$p; break; }; done)
endif
START = $(if $(PYTHON),"$(PYTHON)" start.py,$(error The course needs Python 3.11 or newer, and there is none on the path: \
	install one, or say make $(MAKECMDGOALS) PYTHON=/path/to/python))
# The environment's Python, which is made first where it has to be.
PY = $(START) run
# Two test processes of one thread each are faster than two that fight over the cores.
WORKERS ?= 2
PYTEST = OMP_NUM_THREADS=1 $(PY) -m pytest
ARGS ?=

help:  ## list these words
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

lab:  ## open the course in JupyterLab, on lesson 00
	@$(START) lab $(ARGS)

grade:  ## re-run your notebooks and print your marks (ARGS=my_notebooks/04_attention.ipynb for one)
	@$(START) grade $(ARGS)

progress:  ## what you have passed so far
	@$(START) progress $(ARGS)

update:  ## fetch the newer version of the course and carry your answers over into its notebooks
	@$(START) update $(ARGS)

test:  ## run the tests (browser tests too where there is a Chromium)
	$(PYTEST) -n $(WORKERS) -m "not slow" $(ARGS)

test-lesson:  ## the fast tests of one lesson (LESSON=04)
	@OMP_NUM_THREADS=1 $(PY) -m dev.lesson_tests "$(LESSON)" -n $(WORKERS) $(ARGS)

check-all: lint  ## the tests, the slow ones too, and the table of exercises x wrong answers
	$(PYTEST) -n $(WORKERS) $(ARGS)
	@$(START) verdicts

check-versions:  ## the quick tests with the lowest and with the newest versions that are promised
	@OMP_NUM_THREADS=1 $(PY) -m dev.check_versions --workers $(WORKERS) $(ARGS)

notebooks:  ## build notebooks/ from lessons/
	@$(START) build

site:  ## write the whole course as pages with live figures (build/site); needs npm ci once, for MathJax; ARGS=--pdf prints them
	@$(START) site $(ARGS)

picture:  ## take the moving picture of README anew (needs Chromium)
	@OMP_NUM_THREADS=1 $(PY) -m dev.moving_picture

try-class:  ## make a class of 30 (right, wrong, broken, hostile), grade it, and open its summary
	@$(START) classroom trial $(ARGS)

lint:  ## check style without changing anything
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format:  ## put the code in the house style
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench:  ## measure the speed claims, each as a ratio against a named peer
	$(PY) -m benchmarks $(ARGS)

clean:  ## remove what was built or installed; your notebooks and your progress stay
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache .hypothesis node_modules
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

# For those who change the page's own code; to take the course nobody needs Node.
bundle: node_modules/.package-lock.json  ## make course_lib/explorer/page/bundle.js again (needs npm)
	npm run --silent bundle

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --silent
	@touch $@
