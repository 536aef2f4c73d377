# Targets only; what they do stands in package.json ("scripts") and scripts/.
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-unit test-e2e test-vm check bench bench-tpm bench-host bench-policy bench-preview build fmt generate clean fuzz covered mutate

node_modules/.package-lock.json: package.json package-lock.json
	@scripts/setup.sh node

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what the project needs: npm packages and, through apt, system packages
	@scripts/setup.sh all

demo: setup build ## Start a server, enrol a machine, boot it well and in seven wrong ways (under a minute)
	@npm run --silent demo

test: setup build ## Run all tests
ifndef CHECKED
	@npm run --silent test:unit
endif
	@npm run --silent test:e2e

test-unit: node_modules/.package-lock.json ## Run the unit and property tests
	@npm run --silent test:unit

test-e2e: setup build ## Run the end-to-end tests: real processes, sockets, tools
	@npm run --silent test:e2e

test-vm: setup build ## Boot virtual machines by every loader, firmware and TPM device (some minutes)
	@npm run --silent test:vm

check: node_modules/.package-lock.json ## Format, lint, types, arrows, unused code, proto, unit and property tests with coverage
	@npm run --silent check

bench: setup build ## Print ratios measured side by side in one run
	@npm run --silent bench

bench-host: setup build ## Print what 500 TPMs in one process cost, and how soon they answer, as a table and JSON (JSON=FILE)
	@npm run --silent bench:host -- --json $(or $(JSON),-)

bench-policy: node_modules/.package-lock.json ## Print what judging a boot costs beside its bare hashes and signature check
	@npm run --silent bench:policy

bench-preview: ## Print what previewing a policy over 10,000 recorded machines costs (PostgreSQL, some minutes)
	@scripts/setup.sh postgres
	@npm run --silent bench:preview -- --json $(or $(JSON),-)

bench-tpm: setup build ## Print the TPM's commands beside swtpm's, as a table and JSON (JSON=FILE, ONLY=part of a name)
	@npm run --silent bench:tpm -- --json $(or $(JSON),-) $(if $(ONLY),--only '$(ONLY)')

fuzz: setup ## Give generated commands to our TPM and to swtpm for FUZZ_MINUTES (5) and print where they differ
	@npm run --silent fuzz

covered: setup ## Print which commands and response codes are held against swtpm
	@npm run --silent covered

mutate: node_modules/.package-lock.json ## Change code (DIR=core/evidence or FILES=...), tell what its unit tests let pass (SCORE=1: what they did)
	@npm run --silent mutate -- $(DIR) $(FILES) $(addprefix --tests=,$(TESTS)) $(if $(SCORE),--score)

build: node_modules/.package-lock.json ## Bundle dist/bin/bootlatch, bootlatch-agent, bootlatch-server
	@npm run --silent build

fmt: node_modules/.package-lock.json ## Format all sources
	@npm run --silent fmt

generate: node_modules/.package-lock.json ## Write what is derived: RPC types and descriptor, JSON Schemas
	@npm run --silent generate

clean: ## Remove what was built
	@rm -rf dist coverage
