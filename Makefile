# Every target does its own set-up: .ci/bootstrap makes .venv, and is done in a moment when nothing changed.

PY := .venv/bin/python
PYTEST := $(PY) -m pytest
CODE := src tests

.PHONY: help demo test check bench accuracy compare sanitizers peers fuzz lint types setup pins clean
.DEFAULT_GOAL := help

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##  *\(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: setup  ## both incidents through the real proxy on loopback, before and after (under 30 s)
	@.venv/bin/taciturn demo

test: lint types  ## everything: lint, types, import contracts, all tests with branch coverage
	@$(PYTEST) --cov --cov-report=term

check: lint types  ## the quick loop, under 2 minutes: lint, types, import contracts, unit and rule tests
	@$(PYTEST) -q -n auto -m "not slow" tests/unit $(wildcard tests/rules)

bench: setup peers  ## time per request, each figure beside its reference
	@$(PY) -m tests.bench $(ARGS)

accuracy: setup  ## recall, precision, residual leaks: make accuracy [CORPUS=DIR] [KINDS=file.,person.email]
	@$(PY) -m tests.accuracy $(if $(CORPUS),--corpus $(CORPUS)) $(if $(KINDS),--kinds $(KINDS)) $(ARGS)

compare: setup peers  ## recall, precision and time beside other tools: make compare [CORPUS=DIR] [KINDS=...]
	@$(PY) -m tests.accuracy.compare $(if $(CORPUS),--corpus $(CORPUS)) $(if $(KINDS),--kinds $(KINDS)) $(ARGS)

sanitizers: setup peers  ## what survives in the outputs of sanitizers: make sanitizers [ARGS="--cloudflare DIR"]
	@$(PY) -m tests.accuracy.sanitizers $(ARGS)

fuzz: setup  ## inputs made by mutation through the whole engine: make fuzz [SECONDS=600]
	@$(PY) -c "import atheris" 2>/dev/null || { \
	    uv=$$(command -v uv) && "$$uv" pip --help >/dev/null 2>&1 || uv=.tools/uv/bin/uv; \
	    "$$uv" pip install -q --python $(PY) --only-binary :all: --group fuzz || \
	    echo "NOT FUZZED by coverage: atheris has no wheel here, or could not be had" >&2; }
	@nice -n 10 $(PY) -m tests.fuzz.inspect_fuzz -max_total_time=$(or $(SECONDS),600)

lint: setup  ## ruff and the import contracts
	@.venv/bin/ruff check $(CODE)
	@.venv/bin/ruff format --check $(CODE)
	@.venv/bin/lint-imports

types: setup  ## mypy, strict
	@.venv/bin/mypy

setup:  ## only the environment: .venv with the pinned dependencies and an editable install
	@.ci/bootstrap

peers: setup
	@.ci/peers

pins: setup  ## renews requirements.txt within what pyproject.toml allows (commit the result)
	@uv=$$(command -v uv) && "$$uv" pip --help >/dev/null 2>&1 || uv=.tools/uv/bin/uv; \
	"$$uv" pip compile -q --upgrade --universal --python-version 3.12 --group dev --group bench pyproject.toml -o requirements.txt \
	    --no-header --no-annotate --no-emit-index-url --no-emit-find-links

clean:  ## removes .venv, .tools and every cache
	rm -rf .venv .tools .cache .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	    .import_linter_cache build dist results
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
