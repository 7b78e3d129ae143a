SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --warn-undefined-variables

# The Go that is installed is the Go that is used: never download another one.
export GOTOOLCHAIN := local

# Two packages at a time, so that at most two browsers run at once: each keeps a
# core busy, and one that starves makes a test late.
# The samples alone take some minutes: each is driven through the scenarios. Vet has
# had its turn by then, and what debuggers want takes longer to link than the rest.
TEST := go test -json -p 2 -race -ldflags=-w -vet=off -timeout 20m
# Those that take longest begin first, so that nobody waits for the last of them alone.
LONG := ./scenarios ./harness/browser ./harness/differential ./harness ./harness/cli ./harness/pagetest
# One, for figures that nothing else disturbs.
BENCH := go test -p 1 -timeout 10m -run '^$$' -bench .

# Every Go file of ours: npm packages bring some of their own.
GOFILES = $$(find . -name '*.go' -not -path '*/node_modules/*' -not -path './.git/*')

.PHONY: help
help: ## Say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10 | sed 's/^/make /'

.PHONY: setup
setup: ## Install what is missing: Chromium, gcc, Go modules, npm packages
	@./scripts/setup.sh

# Without cgo the binary runs anywhere and takes no gcc to build; without VCS stamps
# a clone that belongs to somebody else builds as well.
.PHONY: build
build: ## Build bin/standin
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -o bin/standin .

.PHONY: demo
demo: ## Set up, build, and try the built-in sample apps, broken and sound
	@./scripts/setup.sh browser modules
	@$(MAKE) --no-print-directory build
	bin/standin demo

.PHONY: test
test: setup ## Set up, then check the format, vet, and run every test
	@unformatted=$$(gofmt -l $(GOFILES)); \
	if [[ -n $$unformatted ]]; then printf 'gofmt would change:\n%s\n' "$$unformatted" >&2; exit 1; fi
	go vet ./...
	$(TEST) $(LONG) ./... | go run ./scripts/slowest

# What CI plays in the scenarios in which they differ: whole apps, sound and published, and
# the forms of apps on atlassian-connect-express, with each way of asking for a token.
.PHONY: forms
forms: setup ## Play the whole catalogue on whole apps, which takes half an hour
	STANDIN_FORMS=1 go test -p 1 -timeout 90m ./scenarios -run 'TestSamples|TestForms|TestShapes|TestSoundWithoutCookies'

# Two builds are compared by their tables: TABLE=file ORDER=7 (a permutation of the scenarios).
TABLE ?= out/table.tsv
ORDER ?=
.PHONY: table
table: setup ## Write what each scenario says of each sample, to compare two builds
	@mkdir -p $(dir $(TABLE))
	STANDIN_TABLE="$(abspath $(TABLE))" STANDIN_ORDER="$(ORDER)" go test -p 1 -timeout 90m ./scenarios -run TestTable

N ?= 20
.PHONY: soak
soak: ## Run what CI runs, N=20 times, and stop at the first that fails
	@./scripts/soak.sh "$(N)"

.PHONY: bench
bench: ## Set up, then measure what a scenario and the tap cost
	@./scripts/setup.sh browser modules
	$(BENCH) ./...

.PHONY: clean
clean: ## Remove what was built and installed into this folder
	rm -rf bin out fixtures/*/node_modules
