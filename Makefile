# The commands of this project; `make` alone lists them. Runs on Linux and macOS with Python 3.11
# or newer, pip and make; everything else goes into .venv and build/.
#
#   PYTHON       the Python to make .venv with          make test PYTHON=python3.13
#   JOBS         reports rendered at a time             make report JOBS=8
#   PYTEST_ARGS  passed on to pytest                    make test PYTEST_ARGS="-k wheel"
#   PARSTATS_PLANS  folder of the plan documents        make evaluate-plans PARSTATS_PLANS=~/plans

JOBS ?= $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
PYTEST_ARGS ?=
VENV := .venv/bin
OWN_NOTEBOOKS := $(wildcard notebooks/*.ipynb)

MAKEFLAGS += --no-print-directory
# Without compiled modules every start of Python here takes three times as long.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help report test test-fast test-slow test-browser test-next-year benchmark benchmark-reports evaluate-plans train-measures calibrate-links fuzz-ingest validate-remedies evaluate-drivers evaluate-advice lint format \
	types notebooks hooks lab build environment constraints clean .venv

help: ## List the commands
	@echo "make COMMAND, where COMMAND is one of"
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | \
		while IFS='|' read -r name what; do printf '  %-17s %s\n' "$$name" "$$what"; done

report: ## Render every province's report for the newest PAPI year into build/reports
	@.ci/venv explore
	@$(VENV)/parstats build
	@$(VENV)/parstats report --all --index PAPI --lang vi --format html --jobs $(JOBS) --resume -o build/reports

test: ## Run the tests, examples in docstrings included
	@.ci/venv dev
	@$(VENV)/python -m pytest -n auto --dist loadfile $(PYTEST_ARGS)

test-fast: ## Run the quick tests: no notebook, no process, nothing that takes long
	@.ci/venv dev
	@$(VENV)/python -m pytest -n auto --dist loadfile \
		-m "not slow and not notebook and not process and not long and not browser" $(PYTEST_ARGS)

test-slow: ## Run the slow tests; after a failure the next run goes on from there
	@.ci/venv dev
	@$(VENV)/python -m pytest -n auto --dist loadfile -m slow --slow-resume $(PYTEST_ARGS)

test-browser: ## Open every kind of page in Chromium, at four widths and in both languages
	@.ci/venv dev
	@$(VENV)/python -m pytest -n auto --dist loadfile -m browser tests/browser $(PYTEST_ARGS)

test-next-year: ## See which tests a new year of data breaks; only tests/release may
	@.ci/venv dev
	@$(VENV)/python -m tests.next_year --figures -n auto --dist loadfile

benchmark: ## Compare speeds with other packages, side by side
	@.ci/venv benchmark
	@$(VENV)/python -m benchmarks

benchmark-reports: ## Time all provincial reports beside papermill, nbconvert and the bare cells
	@.ci/venv dev
	@$(VENV)/python -m benchmarks.reports

evaluate-plans: ## Print how well plans are read: invented ones, and real ones with PARSTATS_PLANS
	@.ci/venv dev
	@$(VENV)/python -m evaluation

train-measures: ## Fit the model of measure types to the coded plans; needs PARSTATS_PLANS
	@.ci/venv dev
	@$(VENV)/python -m evaluation.train

calibrate-links: ## Fit the confidence of links to the series
	@.ci/venv dev
	@$(VENV)/python -m evaluation.calibrate

fuzz-ingest: ## Read 2,000 faulty and harmless tables; ends with 1 if one is read wrong
	@.ci/venv dev
	@$(VENV)/parstats build
	@$(VENV)/python -m evaluation.fuzz_ingest --show

lint: ## Check style and layout of the code
	@.ci/venv dev
	@$(VENV)/ruff check
	@$(VENV)/ruff format --check

format: ## Lay out the code and mend what can be mended
	@.ci/venv dev
	@$(VENV)/ruff check --fix
	@$(VENV)/ruff format

types: ## Check the types
	@.ci/venv dev
	@$(VENV)/mypy

notebooks: ## Strip outputs from the notebooks
	@.ci/venv dev
	@$(if $(OWN_NOTEBOOKS),$(VENV)/nbstripout --keep-id $(OWN_NOTEBOOKS))

hooks: ## Have git run format, lint and notebooks before each commit
	@.ci/venv dev
	@$(VENV)/pre-commit install

lab: ## Open the notebooks in JupyterLab
	@.ci/venv lab
	@$(VENV)/parstats build
	@$(VENV)/jupyter lab notebooks

build: ## Build the processed data from data/raw
	@.ci/venv
	@$(VENV)/parstats build

validate-remedies: ## Size, bias and coverage of the remedies' estimator; goes on where it stopped
	@.ci/venv dev
	@$(VENV)/python -m evaluation.remedies

evaluate-drivers: ## False finds and power of drivers.leads on made-up scores; goes on where it stopped
	@.ci/venv dev
	@$(VENV)/python -m evaluation.drivers

evaluate-advice: ## Print how next year's standings, ranks and advice of earlier years came out
	@.ci/venv dev
	@$(VENV)/parstats build
	@$(VENV)/python -m evaluation.advice

environment: ## Write environment.yml (conda) from pyproject.toml
	@.ci/venv dev
	@mkdir -p build
	@$(VENV)/pyproject2conda project --envs environment
	@sed 's/- great-tables/- great_tables/' build/environment.yml >environment.yml # its name there

constraints: ## Resolve anew the versions pinned in constraints.txt
	@test -x $(VENV)/python || .ci/venv bare
	@$(VENV)/python .ci/constraints.py

clean: ## Remove all that these commands made, .venv too
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find data/processed -mindepth 1 ! -name README.md -delete
	find . -name __pycache__ -prune -exec rm -rf {} +

.venv: # only the environment of `make report`
	@.ci/venv
