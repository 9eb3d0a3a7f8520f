# `make help` says what there is. Python 3.11 or newer and make are all that is needed.

PORT ?= 8000
DATA_DIR ?= .data
PYTHON ?= python3
CASES ?= 20000
SEED ?= 1
ARGS ?=
export PORT DATA_DIR
# Compiled files are kept: else every program that a test starts, and every worker, compiles the product anew.
unexport PYTHONDONTWRITEBYTECODE

VENV_PYTHON := .venv/bin/python
PYTEST := $(VENV_PYTHON) -m pytest -n 3 --dist worksteal
LOCK := $(VENV_PYTHON) -m uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
	--custom-compile-command "make lock"

# As in production, so that `check --deploy` sees what it would see there. Nothing here connects to anything.
PRODUCTION := env DATA_DIR=/nonexistent SECRET_KEY=only-for-make-check-0123456789abcdefghijklmnopqrstuvwxyz \
	DATABASE_URL=postgres://nobody@127.0.0.1:1/nothing ALLOWED_HOSTS=customers.example HTTPS=true NUM_PROXIES=1 \
	PUBLIC_URL=https://customers.example EMAIL_URL=smtp://mail.example:25

.DEFAULT_GOAL := help
.PHONY: help run test soak fuzz check shell messages lock environment

help: ## List the targets
	@echo "make TARGET [PORT=8000] [DATA_DIR=.data] [ARGS='more arguments']"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' Makefile

run: environment ## Serve the product with the demo company on 127.0.0.1:PORT, data in DATA_DIR, until Ctrl-C
	@exec $(VENV_PYTHON) -m customerbackend.development.run

test: environment ## Run the tests, in parallel, on the embedded PostgreSQL or on DATABASE_URL; ARGS goes to pytest
	@exec $(PYTEST) $(ARGS)

soak: environment ## Run the tests that take minutes
	@$(VENV_PYTHON) -m pytest -m soak $(ARGS); code=$$?; \
	if [ $$code -eq 5 ]; then echo "There are no soak tests."; else exit $$code; fi

fuzz: environment ## Send CASES=20000 requests that are made up from the API's schema; others for another SEED=1
	@exec env CASES=$(CASES) SEED=$(SEED) $(VENV_PYTHON) -m pytest -q -m fuzz tests/customerbackend/test_fuzz.py $(ARGS)

check: environment ## Check style, types, imports between packages, migrations, production settings, the API's schema
	$(VENV_PYTHON) -m ruff check
	$(VENV_PYTHON) -m ruff format --check
	@echo "$(VENV_PYTHON) -m mypy" && $(PRODUCTION) $(VENV_PYTHON) -m mypy
	$(VENV_PYTHON) -c "from importlinter.cli import lint_imports_command as run; run()"
	@echo "manage.py makemigrations --check" && $(PRODUCTION) $(VENV_PYTHON) \
		-W "ignore:Got an error checking a consistent migration history" manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy" && $(PRODUCTION) $(VENV_PYTHON) manage.py check --deploy --fail-level WARNING
	@echo "manage.py spectacular --validate" && $(PRODUCTION) $(VENV_PYTHON) \
		manage.py spectacular --validate --fail-on-warn --file /dev/null

shell: environment ## Open Django's shell on the data of the running server (same DATA_DIR)
	@exec $(VENV_PYTHON) manage.py shell

messages: environment ## Bring the Russian translations up to date with the code and compile them; name what lacks one
	@$(VENV_PYTHON) -m customerbackend.development.messages

lock: environment ## Resolve requirements*.in into requirements*.txt, with hashes; ARGS='--upgrade' takes newer ones
	$(LOCK) requirements.in -o requirements.txt $(ARGS)
	$(LOCK) requirements-dev.in -c requirements.txt -o requirements-dev.txt $(ARGS)

environment:
	@$(PYTHON) customerbackend/development/environment.py
