# Commands of a checkout. Each target first makes the environment that it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ZOO := .venv-zoo
AUDIT := .venv-audit

# Where it is set, every one of the hundreds of child processes would compile odviz anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test audit lock zoo zoo-check bench clean

run: $(VENV)/.ready      ## open the dashboard in the browser
	$(BIN)/streamlit run app.py

test: $(VENV)/.ready-dev  ## run every check and test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	@# Types are checked beside the tests, and three tests run on two cores: the first ones wait for other processes.
	$(BIN)/mypy & types=$$!; $(BIN)/pytest -n 3 --dist loadgroup; tests=$$?; \
	wait $$types && exit $$tests

audit: $(VENV)/.ready-dev  ## list the licences and the known vulnerabilities of all locked packages
	-test -x $(AUDIT)/bin/pip-audit || { $(PYTHON) -m venv $(AUDIT) && $(AUDIT)/bin/python -m pip install -q pip-audit; }
	$(BIN)/python .ci/audit.py $(AUDIT)/bin/pip-audit

bench: $(VENV)/.ready-dev  ## measure odviz itself and write docs/benchmarks.md
	$(BIN)/python -m benchmarks

zoo: $(ZOO)/.ready        ## train every built-in model (about an hour on two cores)
	$(ZOO)/bin/python -m zoo all

zoo-check: $(ZOO)/.ready $(VENV)/.ready-dev  ## train one small network in a scratch folder (about half a minute)
	$(BIN)/pytest tests/zoo

lock:                     ## write requirements*.txt from requirements*.in (needs uv)
	uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 requirements.in -o requirements.txt
	uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 requirements-dev.in -o requirements-dev.txt

clean:                    ## remove the environments and caches
	rm -rf $(VENV) $(ZOO) $(AUDIT) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.ready: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "odviz needs Python 3.11 or later: make PYTHON=python3.11 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --require-hashes -r requirements.txt
	$(BIN)/python -m pip install -q --no-deps -e .
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.txt
	touch $@

$(ZOO)/.ready: zoo/requirements.in
	test -x $(ZOO)/bin/python || $(PYTHON) -m venv $(ZOO)
	$(ZOO)/bin/python -m pip install -q -r zoo/requirements.in
	touch $@
