.DEFAULT_GOAL := help
.PHONY: help run test screenshots bench fuzz lint fmt release leptos leptos-release watch deny clean-data

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build everything and start the demonstration on http://127.0.0.1:3000
	@scripts/run.sh

test: ## bring what the tests need and run all of them
	@scripts/test.sh

screenshots: ## draw the references anew that pictures of the pages are compared with
	@scripts/screenshots.sh

lint: ## format and lint, as the tests do
	@python3 scripts/check.py run lint

fmt: ## format the code
	@cargo fmt --all

release: ## build the one file with the pages inside: target/release/aidoo
	@scripts/release.sh

leptos: ## install cargo-leptos, once for all checkouts, and check that it builds the site
	@scripts/leptos.sh

leptos-release: ## check the release that cargo-leptos builds (minutes; CI leaves it out)
	@scripts/leptos.sh release

watch: ## rebuild and reload the page at every save, with cargo-leptos
	@scripts/watch.sh

bench: ## measure the release build and write BENCHMARKS.md: make bench SECTIONS="gateway lists"
	@scripts/bench.sh $(SECTIONS)

fuzz: ## feed it what nobody would write: make fuzz SECONDS=600
	@scripts/fuzz.sh $(SECONDS)

deny: ## check licences, bans, sources and known faults of the libraries
	@scripts/deny.sh

clean-data: ## forget the demonstration's data
	@rm -rf data
