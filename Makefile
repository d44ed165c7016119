# Everything that people and CI do here. Each target can be the first one you call: it makes what it needs.
# Wanted: Python 3.11 or newer with its venv module, make, git. Node 20.19 or newer is used where there is one.

PYTHON ?= python3
PORT ?= 8000

.SILENT:
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help install port run manage code test test-sqlite test-postgres test-browser test-pythons check format bench \
	bench-booking bench-feeds bench-meetings \
	screenshots lock audit clean

# Certificates that the system trusts are trusted by npm and uv too (behind a proxy of an organisation, say).
export UV_SYSTEM_CERTS = 1
SYSTEM_CERTIFICATES := $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt))
ifneq ($(SYSTEM_CERTIFICATES),)
export NODE_EXTRA_CA_CERTS ?= $(SYSTEM_CERTIFICATES)
endif

SAY = :; printf '* %s\n'
COMPLAIN = printf '%s\n' >&2
PY = .venv/bin/python
PIP = $(PY) -m pip install -qq --disable-pip-version-check --no-input --require-hashes
PYTEST = $(PY) -m pytest

# Stamps carry a checksum of what they were made from: a changed lock installs again, an unchanged one never does.
sum = $(shell cat $(1) 2>/dev/null | cksum | cut -d' ' -f1)
VENV := .venv/.made
BASE := .venv/.base-$(call sum,requirements/base.txt)
DEV := .venv/.dev-$(call sum,requirements/dev.txt)
PACKAGES := node_modules/.installed-$(call sum,package-lock.json)
ASSETS := build/.assets-$(call sum,package.json package-lock.json $(sort $(shell find static -type f 2>/dev/null)))
COLLECTED := $(ASSETS)-$(notdir $(BASE))

help: ## List these targets
	printf 'Two to begin with: make run, make test\n\n'
	awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# --- what run and test share ----------------------------------------------------------------------

install: $(BASE) $(COLLECTED) ## The virtual environment, the locked packages, the compiled styles and scripts

# A .venv whose Python is gone (upgraded, or another machine's) is made anew.
VENV_WORKS := $(shell $(PY) -c 'print("yes")' 2>/dev/null)
ifneq ($(VENV_WORKS),yes)
.PHONY: $(VENV)
endif
$(VENV):
	command -v $(PYTHON) >/dev/null 2>&1 || { $(COMPLAIN) "Python 3.11 or newer is needed and '$(PYTHON)' \
	was not found: install it, or name yours: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { $(COMPLAIN) "Python 3.11 or newer \
	is needed and '$(PYTHON)' is $$($(PYTHON) --version 2>&1): install a newer one and name it: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { $(COMPLAIN) "The venv module of '$(PYTHON)' is missing: install it \
	(on Debian and Ubuntu: apt-get install python3-venv)."; exit 1; }
	$(SAY) "Making a virtual environment in .venv with $$($(PYTHON) --version)"
	$(PYTHON) -m venv $(if $(VENV_WORKS),,--clear) .venv
	touch $@

$(BASE): $(VENV)
	$(SAY) "Installing the locked packages that the portal runs on"
	$(PIP) -r requirements/base.txt || { $(COMPLAIN) "The packages could not be installed: pip says why above."; exit 1; }
	rm -f .venv/.base-*
	touch $@

$(DEV): $(BASE)
	$(SAY) "Installing the locked packages for tests and checks"
	$(PIP) -r requirements/dev.txt || { $(COMPLAIN) "The packages could not be installed: pip says why above."; exit 1; }
	rm -f .venv/.dev-*
	touch $@

# npm of this machine where its Node is new enough for Sass; otherwise PyPI's, inside .venv.
HAS_NODE = PATH="$(CURDIR)/.venv/bin:$$PATH"; export PATH; command -v npm >/dev/null \
	&& node -e 'const [a, b] = process.versions.node.split("."); process.exit(+a > 20 || (+a === 20 && +b >= 19) ? 0 : 1)' 2>/dev/null

define NEED_NODE
$(HAS_NODE) || { $(SAY) "No Node 20.19 or newer found: installing one into .venv"; $(PIP) -r requirements/node.txt; } \
|| { $(COMPLAIN) "Node could not be installed: pip says why above. Or install Node 20.19 or newer yourself."; exit 1; }
endef

$(PACKAGES): | $(BASE)
	$(NEED_NODE)
	$(SAY) "Installing the locked packages of the front end"
	$(HAS_NODE); npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null \
	|| { $(COMPLAIN) "The packages of the front end could not be installed: npm says why above."; exit 1; }
	rm -f node_modules/.installed-*
	touch $@

$(ASSETS): $(PACKAGES)
	$(NEED_NODE)
	$(SAY) "Compiling styles and scripts"
	mkdir -p build
	$(HAS_NODE); npm run --silent build || { $(COMPLAIN) "Styles and scripts could not be compiled: see above."; exit 1; }
	rm -f build/.assets-*
	touch $@

$(COLLECTED): $(ASSETS)
	$(SAY) "Collecting static files"
	SECRET_KEY=unused-here DEBUG=off DATABASE_URL=sqlite://:memory: $(PY) manage.py collectstatic --noinput --verbosity 0
	touch $@

# --- running it on this machine -------------------------------------------------------------------

DEBUG ?= off
SITE = http://127.0.0.1:$(PORT)
HERE = DEBUG=$(DEBUG) HTTPS=off TASKS=immediate SITE_URL=$(SITE) SECRET_KEY="$${SECRET_KEY:-$$(cat var/secret_key)}"
MANAGE = $(HERE) $(PY) manage.py

var/secret_key:
	mkdir -p var
	umask 077; $(firstword $(wildcard $(PY)) $(PYTHON)) -c 'import secrets; print(secrets.token_urlsafe(50))' >$@.new
	mv $@.new $@

PORT_IS_FREE = import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); \
	s.bind(("127.0.0.1", int(sys.argv[1])))

port:
	case "$(PORT)" in ""|*[!0-9]*|0*|??????*) false ;; *) [ "$(PORT)" -le 65535 ] ;; esac \
	|| { $(COMPLAIN) "PORT must be a number from 1 to 65535, for example: make run PORT=8080"; exit 1; }

run: port install var/secret_key ## Serve the portal with demo content: make run PORT=8000 (DEBUG=1 for Django's own server)
	$(PY) -c '$(PORT_IS_FREE)' $(PORT) 2>/dev/null || { $(COMPLAIN) "Port $(PORT) cannot be used on this machine \
	(something else listens there?): choose another, for example: make run PORT=8080"; exit 1; }
	$(SAY) "Bringing the database up to date"
	$(MANAGE) migrate --verbosity 0
	$(SAY) "Loading the demo consultations"
	$(MANAGE) load_demo
	$(MANAGE) demo_staff
	:; printf '\nLetters are written to var/letters/.\nPolicing in the open is at $(SITE)/ (Ctrl-C stops it)\n\n'
	case "$(DEBUG)" in \
		off|0|no|false|False|"") $(HERE) exec $(PY) -m gunicorn consult.wsgi --bind 127.0.0.1:$(PORT) --workers 2 \
			--log-level warning --no-control-socket ;; \
		*) $(HERE) exec $(PY) manage.py runserver 127.0.0.1:$(PORT) ;; \
	esac

manage: $(BASE) var/secret_key ## Any command of manage.py, set as for run: make manage DO="createsuperuser"
	$(MANAGE) $(DO)

code: $(BASE) var/secret_key ## A fresh sign-in code for the demo administrator, or: make code STAFF=demo.moderator
	$(MANAGE) demo_staff --code $(STAFF)

# --- tests ----------------------------------------------------------------------------------------

test: $(DEV) $(COLLECTED) ## All tests: on SQLite, on a real PostgreSQL, in a real browser
	failed=""; \
	$(MAKE) --no-print-directory test-sqlite || failed="$$failed SQLite"; \
	$(MAKE) --no-print-directory test-postgres || failed="$$failed PostgreSQL"; \
	$(MAKE) --no-print-directory test-browser || failed="$$failed browser"; \
	[ -z "$$failed" ] || { $(COMPLAIN) "Tests failed on:$$failed"; exit 1; }

test-sqlite: $(DEV) $(COLLECTED) ## Tests on SQLite: make test-sqlite ARGS="-k calendar"
	$(SAY) "Tests on SQLite"
	env -u DATABASE_URL $(PYTEST) -m "not browser and not screenshots" $(ARGS)

test-postgres: $(DEV) $(COLLECTED) ## Tests on a throw-away PostgreSQL, or on TEST_DATABASE_URL
	$(SAY) "Tests on PostgreSQL"
	$(PY) -m tests.postgres $(PYTEST) -m "not browser and not screenshots" --ignore=tests/test_postgres_helper.py $(ARGS)

test-browser: $(DEV) $(COLLECTED) ## Tests in Chromium: make test-browser ARGS="-k axe"
	if chromium=$$($(PY) -m tests.browser.chromium); then \
		$(SAY) "Tests in a browser ($$chromium)"; env -u DATABASE_URL $(PYTEST) -m browser tests/browser $(ARGS); \
	else \
		printf '%s\n' "Browser tests were not run: no Chromium found; install one (on Debian: apt-get install chromium) \
	or name yours: CHROMIUM=/path/to/chromium make test"; \
		[ "$$CI" != true ] || { $(COMPLAIN) "In CI that is a failure."; exit 1; }; \
	fi

test-pythons: $(COLLECTED) ## Tests on SQLite with every later Python found on this machine
	PYTHONS="$(PYTHONS)" sh tests/pythons.sh

# --- checks ---------------------------------------------------------------------------------------

# As a production installation would be set; no database is touched.
PRODUCTION = DEBUG=off HTTPS=on SITE_URL=https://portal.example ALLOWED_HOSTS=portal.example DATABASE_URL=sqlite://:memory: \
	SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))')"

check: $(DEV) $(COLLECTED) ## Lint, formatting, types, templates, migrations, deployment settings, locks
	failed=""; export $(PRODUCTION); \
	try() { name="$$1"; shift; $(SAY) "$$name"; "$$@" || failed="$$failed $$name;"; }; \
	try "ruff check" $(PY) -m ruff check --output-format concise; \
	try "ruff format" $(PY) -m ruff format --check --output-format concise; \
	try "mypy" $(PY) -m mypy --no-error-summary; \
	try "djlint" $(PY) -m djlint --lint --quiet templates; \
	try "makemigrations --check" $(PY) manage.py makemigrations --check --dry-run --verbosity 1; \
	try "check --deploy" $(PY) manage.py check --deploy --fail-level WARNING; \
	try "locks" $(PY) requirements/check.py; \
	[ -z "$$failed" ] || { $(COMPLAIN) "Not in order:$$failed"; exit 1; }; \
	printf '%s\n' "All checks passed."

format: $(DEV) ## Format Python, and mend what ruff can mend
	$(PY) -m ruff check --fix --quiet || true
	$(PY) -m ruff format

bench: install ## Print how long pages take beside a view that only says hello
	$(PY) bench/pages.py

bench-booking: $(DEV) ## Book 50 places with 200 people at once, on SQLite and PostgreSQL (a minute)
	$(PY) bench/registration.py

bench-meetings: $(DEV) ## Print what pages of meetings cost beside bare Django, on SQLite and PostgreSQL (some minutes)
	$(PY) bench/meetings.py

bench-feeds: $(DEV) ## Print what feeds cost beside bare Django, on SQLite and PostgreSQL (some minutes)
	$(PY) bench/feeds.py

screenshots: $(DEV) $(COLLECTED) ## Pictures of the pages at 320, 768 and 1280 pixels, into build/screenshots/
	env -u DATABASE_URL $(PYTEST) -q -m screenshots tests/browser $(ARGS)

# --- packages -------------------------------------------------------------------------------------

# Keeps the versions that are locked, unless asked: make lock UPGRADE=--upgrade
COMPILE = $(PY) -m uv pip compile --quiet $(UPGRADE) --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command "make lock"

lock: $(DEV) ## Write the locks anew from pyproject.toml and package.json (UPGRADE=--upgrade takes newer releases)
	$(SAY) "Locking Python packages"
	$(COMPILE) pyproject.toml -o requirements/base.txt >/dev/null
	$(COMPILE) pyproject.toml --group dev -o requirements/dev.txt >/dev/null
	$(COMPILE) --group node -o requirements/node.txt >/dev/null
	$(SAY) "Locking packages of the front end"
	$(NEED_NODE)
	$(HAS_NODE); npm $(if $(UPGRADE),update,install) --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts \
		--no-audit --no-fund --no-update-notifier --loglevel=error
	$(PY) requirements/check.py

audit: $(DEV) ## Ask the advisory services about the locked packages
	sh requirements/audit.sh

clean: ## Remove what was installed and compiled; keeps var/ with its database
	rm -rf .venv node_modules build .mypy_cache .ruff_cache .pytest_cache
