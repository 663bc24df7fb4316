# make demo   a simulated class through the whole cycle
# make lab    open JupyterLab on a study folder
# make test   everything that CI runs
# Each target sets up what it needs: a virtual environment in .venv, and, with apt and root or
# passwordless sudo, the system packages bubblewrap (the sandbox) and chromium (browser tests).

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo lab test fast coverage lint format solutions bench bench-grade clean system-grading system-test site-builder

demo: $(VENV)/.grading system-grading
	$(BIN)/bplab demo

lab: $(VENV)/.grading
	$(BIN)/bplab study study
	$(BIN)/jupyter lab study/00_start_here.ipynb

test: $(VENV)/.test system-test lint site-builder
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

fast: $(VENV)/.test
	$(BIN)/python -m pytest -m "not slow and not browser"

coverage: $(VENV)/.test
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest $(or $(TESTS),-m "not slow and not browser"); found=$$?; \
	$(BIN)/python -m coverage combine --quiet && \
	$(BIN)/python -m coverage report --skip-covered --sort cover && exit $$found

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

solutions: $(VENV)/.test
	$(BIN)/python -m bplab.study.solutions course/source solutions

bench: $(VENV)/.test
	$(BIN)/python tests/benchmarks/bench_training.py

bench-grade: $(VENV)/.test system-grading
	$(BIN)/python tests/benchmarks/bench_grade.py

$(VENV)/.grading: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[grading]'
	touch $@

$(VENV)/.test: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[test]'
	touch $@ $(VENV)/.grading

# The builder of the offline site, which does not go together with today's JupyterLab.
site-builder: .venv-site/.done

.venv-site/.done:
	$(PYTHON) -m venv .venv-site
	.venv-site/bin/pip install --quiet 'jupyterlite-core<0.3' jupyterlite-xeus-python==1.0.0 'jupyter-server>=2'
	touch $@

system-grading:
	@sh .ci/system-packages bwrap:bubblewrap

system-test:
	@sh .ci/system-packages bwrap:bubblewrap chromium:chromium

clean:
	rm -rf $(VENV) .venv-site build dist .pytest_cache .ruff_cache .hypothesis
