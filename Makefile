# `make` sets up and builds the dataset; `make test` sets up and runs every check.
PYTHON ?= python3.11
BIN := .venv/bin

.PHONY: all build setup test lint bench load conformance mutations mutations-reference clean

all: build
	@echo
	@echo "Next:"
	@echo "  $(BIN)/amip serve"
	@echo "  $(BIN)/amip query integration-rate-targets"
	@echo "  $(BIN)/amip validate"
	@echo "  $(BIN)/amip trace elbe-elster-2022/k2-2022-plan-f"

build: .venv/installed
	$(BIN)/amip build -o dist

setup: .venv/tested

.venv/pip:
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade pip
	@touch $@

.venv/installed: .venv/pip pyproject.toml
	$(BIN)/pip install --quiet --editable .
	@touch $@

.venv/tested: .venv/installed
	$(BIN)/pip install --quiet --group test
	@touch $@

lint: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: .venv/tested lint
	$(BIN)/pytest

# morph-kgc pins other versions of our libraries, so it lives in an environment of its own.
.venv/morph-kgc: .venv/pip
	$(PYTHON) -m venv .venv/morph
	.venv/morph/bin/pip install --quiet --upgrade pip
	.venv/morph/bin/pip install --quiet "morph-kgc>=2.10,<3"
	@touch $@

# The validator of RO-Crates pins an older rich.
.venv/roc-validator: .venv/pip
	$(PYTHON) -m venv .venv/roc
	.venv/roc/bin/pip install --quiet --upgrade pip
	.venv/roc/bin/pip install --quiet "roc-validator>=0.13,<0.14"
	@touch $@

# The reader of SSSOM brings the whole of LinkML.
.venv/sssom: .venv/pip
	$(PYTHON) -m venv .venv/sss
	.venv/sss/bin/pip install --quiet --upgrade pip
	.venv/sss/bin/pip install --quiet "sssom>=0.4.21,<0.5"
	@touch $@

conformance: .venv/tested .venv/morph-kgc .venv/roc-validator .venv/sssom
	AMIP_MORPH_KGC=.venv/morph/bin/python $(BIN)/pytest tests/test_conformance.py
	AMIP_ROC_VALIDATOR=.venv/roc/bin/python $(BIN)/pytest tests/test_publish_forms.py -k validator
	AMIP_SSSOM=.venv/sss/bin/python $(BIN)/pytest tests/test_link.py -k community

# The peer of `amip serve` in the benchmark.
.venv/rdflib-endpoint: .venv/pip
	$(PYTHON) -m venv .venv/rde
	.venv/rde/bin/pip install --quiet --upgrade pip
	.venv/rde/bin/pip install --quiet "rdflib-endpoint[cli]>=0.5,<0.6"
	@touch $@

# TABLE is a file of the table 13211-02-05-4 as the Regionaldatenbank hands it out.
TABLE ?= ../shared/data/statistics/13211-02-05-4_2015-2020_latin1.csv

bench: .venv/tested .venv/morph-kgc .venv/rdflib-endpoint
	$(BIN)/python bench/run.py --morph-kgc .venv/morph/bin/python
	$(BIN)/python bench/validate.py
	$(if $(wildcard $(TABLE)),$(BIN)/python bench/statistics_import.py $(TABLE))

	PYTHONPATH=tests $(BIN)/python bench/serve.py --peer .venv/rde/bin/rdflib-endpoint --seconds 20

# Many readers, and one who asks what never ends: SECONDS of each.
SECONDS ?= 60
CLIENTS ?= 200
load: .venv/tested
	PYTHONPATH=tests $(BIN)/python bench/load.py --seconds $(SECONDS) --clients $(CLIENTS)

# How many realistic mistakes are found, and at which cell; then whether both engines agree.
mutations: .venv/tested
	PYTHONPATH=tests $(BIN)/python -m mutations

mutations-reference: .venv/tested
	PYTHONPATH=tests $(BIN)/python -m mutations --reference --most 1

clean:
	rm -rf .venv dist build
