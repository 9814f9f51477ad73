# Everything from nothing but Python 3.11 or newer, git and make; `make` alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: help demo test test-fast red lint style types javascript docs gallery slides bundle bench outdated browsers history

PORT ?= 8000
RECIPE ?= tabular-regression
WORKERS ?= 4
PYTHON ?= $(shell command -v python3 || command -v python)

# uv makes every environment: the one on PATH if it works, else one of our own in .tools, which the tests find on PATH too.
ifeq ($(shell uv --version 2>/dev/null),)
UV := $(CURDIR)/.tools/bin/uv
TOOLS := .tools/bin/uv
export PATH := $(CURDIR)/.tools/bin:$(PATH)
else
UV := uv
endif
RUN := "$(UV)" run --quiet
# The tests start Python some thousand times: it compiles a module once, whatever the machine's settings say.
export PYTHONDONTWRITEBYTECODE :=
# Each process of the tests has about one core: the threads of NumPy, SciPy and scikit-learn would only wait for each other.
test test-fast red: export OMP_NUM_THREADS ?= 1

help:  ## This list
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

demo: $(TOOLS)  ## A project with all defaults in demo/: trained, proven, served (PORT=8000 RECIPE=tabular-regression)
	@if [ -f demo/pyproject.toml ]; then echo "demo/ is there already and used as it is; delete it for a fresh one."; \
	elif [ -e demo ]; then echo "demo/ is in the way: it is not a project made by make demo. Move it or delete it." >&2; exit 1; \
	else $(RUN) python -W ignore -m copier copy --quiet --defaults --data recipe=$(RECIPE) --vcs-ref HEAD . demo && git init --quiet demo; fi
	cd demo && env -u VIRTUAL_ENV "$(UV)" run poe start --port $(PORT)

test: history $(TOOLS) browsers  ## Every test, in Chromium and Firefox too (ARGS="-k update" for some; WORKERS=8 where there are more cores)
	$(RUN) pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder --durations 25 $(ARGS)

test-fast: history $(TOOLS)  ## The tests that neither train nor need a browser
	$(RUN) pytest -n $(WORKERS) --dist loadscope -m "not slow" $(ARGS)

red: history $(TOOLS) browsers  ## See the tests of docs/faults.md fail without the code that makes them pass (ARGS="camera" for some)
	$(RUN) python tests/support/mutants.py $(ARGS)

lint: $(TOOLS)  ## Style and types, of Python and of the page's JavaScript
	@$(MAKE) --no-print-directory --jobs style types javascript

style: $(TOOLS)
	$(RUN) ruff check
	$(RUN) ruff format --check

types: $(TOOLS)
	$(RUN) basedpyright

javascript: $(TOOLS)
	PYTHONPATH=template $(RUN) python tests/support/node_tools.py

docs: $(TOOLS)  ## The documentation as a site in site/, from disk too; a dead link or anchor ends it
	PYTHONPATH=template $(RUN) python docs/website.py

gallery: $(TOOLS) browsers  ## The documentation with each recipe's page, picture and single file (RECIPES="custom-graph" for some; the first time trains)
	@PYTHONPATH=template $(RUN) python -W ignore docs/gallery.py $(RECIPES); made=$$?; PYTHONPATH=template $(RUN) python docs/website.py && exit $$made

slides: $(TOOLS)  ## The workshop's slides as pages in site/slides/, in English and French (Marp, from npm)
	PYTHONPATH=template $(RUN) python docs/workshop/slides.py

bundle: $(TOOLS)  ## What a class needs without a network, in bundle/ for a stick (ARGS="--recipe custom-graph --for windows")
	$(RUN) python docs/workshop/bundle.py bundle $(ARGS)

bench: $(TOOLS) browsers  ## How fast the page of demo/ is: writes docs/reference/benchmarks.md (some minutes; ARGS=--quick for one)
	$(RUN) python -W ignore benchmarks/bench.py $(ARGS)

outdated: $(TOOLS)  ## Which pins of any recipe's project have newer releases
	@$(RUN) python .github/scripts/outdated.py

history:
	@said=$$(git rev-parse HEAD 2>&1 >/dev/null) && [ -z "$$(git rev-parse --show-prefix)" ] || { echo "The tests read the git history of this folder, \
	which has none$${said:+ ($$said)}: work in a clone, or run: git init && git add --all && git commit -m Start" | tr '\n' ' ' >&2; echo >&2; exit 1; }

browsers: $(TOOLS)
	PYTHONPATH=template $(RUN) python -m mlweb.browsers chromium firefox

.tools/bin/uv:
	@[ -n "$(PYTHON)" ] || { echo "There is no Python on PATH: install Python 3.11 or newer." >&2; exit 1; }
	@"$(PYTHON)" -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "$$("$(PYTHON)" --version) is too old: \
	install Python 3.11 or newer, or say where it is: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -m venv .tools || { rm -rf .tools; echo "$(PYTHON) cannot make environments: install its venv module \
	(on Debian: apt install python3-venv), or install uv." >&2; exit 1; }
	.tools/bin/pip install --quiet uv==0.13.8
