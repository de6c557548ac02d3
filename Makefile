# haircut. `make` lists what there is to do. Everything is installed into .venv; only `make system` touches the system.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

CASE ?=
BOOK ?= reference-2026-10
ASKED = $(or $(CASE),$(BOOK))
SEED ?=
PATHS ?=
PYTHON ?=

PACK := haircut-runs/validation
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check
PYTEST := $(RUN) -m pytest
PIP_TOOLS := pip-tools==7.6.2

# A stamp is named by what was installed and where, so it is right after a pull, a checkout or a move of the folder.
CORE_KEY := $(shell { pwd; cat requirements/core.txt pyproject.toml; } | cksum | cut -d' ' -f1)
DEV_KEY := $(shell cat requirements/dev.txt | cksum | cut -d' ' -f1)
CORE_STAMP := $(VENV)/core-$(CORE_KEY)
DEV_STAMP := $(VENV)/dev-$(CORE_KEY)-$(DEV_KEY)

.PHONY: help install install-dev reprice test lint format types imports unit unit-nojit properties reference golden \
	convergence docs browser api fuzz load deep validate system bench sbom audit schema lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  make reprice CASE=coreweave-ddtl-3 SEED=7 PATHS=20000"

# --- set up -----------------------------------------------------------------------------------------------------------

# The first Python from 3.11 to 3.14 that can make an environment; in one line what is missing when there is none.
define ENSURE_VENV
	@if $(RUN) -c 'import sys, pip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then exit 0; fi; \
	seen=; bare=; \
	for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python); do \
		version=$$("$$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue; \
		seen="$$seen$${seen:+, }$$python $$version"; \
		"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || continue; \
		if "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
			echo "haircut: creating $(VENV) with $$python $$version"; \
			exec "$$python" -m venv --clear $(VENV); \
		fi; \
		bare="$${bare:-$$python $$version has no venv module (Debian: apt-get install python3-venv)}"; \
	done; \
	if [ -z "$$bare" ]; then bare="needs Python 3.11 to 3.14; found $${seen:-none}"; fi; \
	echo "haircut: $$bare. Install it, or say make PYTHON=/path/to/python" >&2; exit 1
endef

install: $(CORE_STAMP) ## create .venv with what a user needs, once
	@echo "haircut: $(VENV) is ready"

install-dev: $(DEV_STAMP) ## add what a contributor needs to .venv, once
	@echo "haircut: $(VENV) is ready, with the contributor's tools"

$(CORE_STAMP):
	$(ENSURE_VENV)
	@echo "haircut: installing $$(grep -c '==' requirements/core.txt) pinned packages into $(VENV) (about 220 MB, once)"
	@$(PIP) install -q --require-hashes -r requirements/core.txt
	@$(PIP) install -q --no-index --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/core-*; touch $@

$(DEV_STAMP): $(CORE_STAMP)
	@echo "haircut: installing the contributor's tools into $(VENV) (once)"
	@$(PIP) install -q --require-hashes --no-deps -r requirements/dev.txt
	@rm -f $(VENV)/dev-*; touch $@

# --- the main job -----------------------------------------------------------------------------------------------------

reprice: $(CORE_STAMP) ## the real spread of the reference book, or of BOOK=; one loan: CASE=; if wanted SEED= and PATHS=
	@$(VENV)/bin/haircut $(if $(CASE),reprice,book sector) $(if $(wildcard examples/$(ASKED)/case.yaml),examples/$(ASKED),$(ASKED)) \
		$(if $(SEED),--seed $(SEED)) $(if $(PATHS),--paths $(PATHS))

# --- gates ------------------------------------------------------------------------------------------------------------

test: lint types imports ## every gate that must be green: style, types, imports, all tests but the long ones
	@$(PYTEST)

lint: $(DEV_STAMP) ## style
	@$(RUN) -m ruff check --no-cache
	@$(RUN) -m ruff format --check --no-cache

format: $(DEV_STAMP) ## lay the source out, mend what can be mended
	@$(RUN) -m ruff check --fix --quiet || true
	@$(RUN) -m ruff format

types: $(DEV_STAMP) ## strict types
	@$(RUN) -m mypy

imports: $(DEV_STAMP) ## ten rooms, one direction
	@$(VENV)/bin/lint-imports

unit: $(DEV_STAMP) ## one thing at a time, and the examples in docstrings
	@$(PYTEST) tests/unit src

unit-nojit: $(DEV_STAMP) ## the unit tests with kernels as plain Python
	@NUMBA_DISABLE_JIT=1 $(PYTEST) tests/unit

properties: $(DEV_STAMP) ## what must hold for any input, 50 examples each
	@$(PYTEST) tests/properties

reference: $(DEV_STAMP) ## against closed forms and hand-worked tables
	@$(PYTEST) tests/reference

golden: $(DEV_STAMP) ## the example cases against their expected results
	@$(PYTEST) tests/golden

convergence: $(DEV_STAMP) ## errors fall as they should; long
	@$(PYTEST) --deep tests/convergence

docs: $(DEV_STAMP) ## the documentation says what the code does
	@$(PYTEST) tests/docs

browser: $(DEV_STAMP) ## pages in a real browser, sheets in a real spreadsheet
	@$(PYTEST) tests/browser

api: $(DEV_STAMP) ## the addresses of the workbench asked at random, 300 times: CALLS=
	@HAIRCUT_API_CALLS=$(or $(CALLS),300) $(PYTEST) tests/fuzz/test_api.py

fuzz: $(DEV_STAMP) ## broken input for every reader, ten minutes each: SECONDS=
	@HAIRCUT_FUZZ_SECONDS=$(or $(SECONDS),600) $(PYTEST) tests/fuzz/test_readers.py

load: $(DEV_STAMP) ## 20 readers and 2 jobs for two minutes: SECONDS=
	@$(RUN) bench/load.py $(or $(SECONDS),120)

deep: $(DEV_STAMP) ## 500 examples for every property, convergence, the pack, 2,000 calls, the load; long
	@HYPOTHESIS_PROFILE=deep $(PYTEST) --deep tests/properties tests/convergence
	@$(MAKE) validate
	@$(MAKE) api CALLS=2000
	@$(MAKE) load

validate: $(DEV_STAMP) ## the validation pack: published checks, then one page of all that is known to be wrong; minutes
	@HAIRCUT_CHECKS=$(PACK)/checks.json $(PYTEST) -q tests/reference; passed=$$?; \
		$(VENV)/bin/haircut validate --checks $(PACK)/checks.json --output $(PACK)/pack.html && exit $$passed

system: ## Debian only: install the browser, LibreOffice and the PDF tools with apt-get
	@if command -v chromium >/dev/null && command -v soffice >/dev/null && command -v pdftotext >/dev/null; then \
		echo "haircut: chromium, LibreOffice and the PDF tools are there"; exit 0; fi; \
	if ! command -v apt-get >/dev/null; then \
		echo "haircut: this is not Debian: install chromium, LibreOffice Calc and poppler yourself"; exit 0; fi; \
	sudo=; if [ "$$(id -u)" != 0 ]; then sudo=sudo; fi; \
	echo "haircut: installing chromium, LibreOffice Calc and the PDF tools with apt-get"; \
	$$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
		--no-install-recommends chromium libreoffice-calc poppler-utils fonts-dejavu-core >/dev/null

# --- upkeep -----------------------------------------------------------------------------------------------------------

bench: $(CORE_STAMP) ## medians and ratios of one run; ONLY= picks by name
	@$(RUN) bench/run.py $(ONLY)

sbom: $(DEV_STAMP) ## the bill of materials of what a user installs, CycloneDX: build/sbom.json
	@mkdir -p build
	@$(RUN) -W ignore -m cyclonedx_py requirements requirements/core.txt --pyproject pyproject.toml \
		--output-reproducible --of JSON -o build/sbom.json
	@echo "haircut: build/sbom.json has $$(grep -c '"purl"' build/sbom.json) components"

audit: $(DEV_STAMP) ## known vulnerabilities of what is pinned; says what it could not ask about
	@$(RUN) .ci/audit.py

schema: $(CORE_STAMP) ## write schema/ from the models
	@$(RUN) -m haircut.case.schema

lock: ## pin requirements/*.in again, with the hashes of every platform (Python 3.11)
	$(ENSURE_VENV)
	@$(RUN) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
		|| { echo "haircut: pins are made with Python 3.11, the oldest that is declared" >&2; exit 1; }
	@$(RUN) -m venv .lock-venv && .lock-venv/bin/python -m pip install -q $(PIP_TOOLS)
	@cd requirements && for part in core dev; do \
		../.lock-venv/bin/python -m piptools compile -q --generate-hashes --allow-unsafe --strip-extras --no-header \
			--no-emit-index-url --no-emit-find-links --no-emit-trusted-host $$part.in -o $$part.txt \
		&& sed -i.old -e '/^# The following packages are considered/d' -e '/^$$/d' $$part.txt \
		&& rm $$part.txt.old || exit 1; done

clean: ## remove .venv and every cache in this folder; runs stay
	@rm -rf $(VENV) .lock-venv build dist src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
