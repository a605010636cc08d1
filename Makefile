# make learn · test · check · site · notebooks · bench · mutants · sync       (without make: see README.md)
PORT ?= 8800
PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11 python,$(shell $(p) -c 'import sys; print("$(p)" if sys.version_info >= (3, 11) else "")' 2>/dev/null)))
RUN := .venv/bin/python -m
INSTALL = $(if $(PYTHON),,$(error The course needs Python 3.11 or newer: https://www.python.org/downloads/)) \
	$(RUN) pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv || exit 1; echo "Installing into .venv …"; \
	$(RUN) pip install -qq --disable-pip-version-check -c constraints.txt -e ./waterclock -e
# A file of tests is run by one process, so that what it sets up is set up once. The files keep the order of tests/conftest.py.
SIDE_BY_SIDE := -n logical --dist loadfile --no-loadscope-reorder

.PHONY: learn test check site notebooks bench mutants sync

learn: .venv/.learn  ## read, run and write: the site and the lesson apps on 127.0.0.1
	@$(RUN) course.server --port $(PORT)

test: .venv/.test  ## everything, judged against the solutions; a learner's own files are left out of it
	@$(MAKE) --no-print-directory -j2 check site
	@$(RUN) pytest tests waterclock/tests --against solutions -q $(SIDE_BY_SIDE) --timeout 300 --durations 20

check: .venv/.test  ## lint, format, types, stale pages
	@$(RUN) ruff check . && $(RUN) ruff format --check . && $(RUN) mypy && $(RUN) course.pages --check --fast

site: .venv/.learn  ## the site into site/, as strict as can be
	@NO_MKDOCS_2_WARNING=1 $(RUN) mkdocs build --strict

notebooks: .venv/.notebooks  ## the notebooks, in JupyterLab
	@$(RUN) jupyterlab notebooks

bench: .venv/.test  ## speed, against its targets
	@for file in benchmarks/*.py waterclock/benchmarks/sse_minute.py waterclock/benchmarks/streams.py; do echo "$$file"; .venv/bin/python "$$file" || exit 1; done

mutants: .venv/.test  ## single faults in every solution: which of them no grader sees
	@$(RUN) course.grader.mutants

sync: .venv/.test  ## code and output quoted in the pages, anew
	@$(RUN) course.pages

.venv/.learn: pyproject.toml waterclock/pyproject.toml constraints.txt
	@$(INSTALL) . && touch $@

.venv/.test .venv/.notebooks: .venv/.%: pyproject.toml waterclock/pyproject.toml constraints.txt
	@$(INSTALL) ".[$*]" && touch $@ .venv/.learn
