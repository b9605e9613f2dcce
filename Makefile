# vigie: `make demo` to see it, `make test` to prove it, `make check` before each commit.
.DEFAULT_GOAL := help
.PHONY: help setup demo check lint unit test system-packages lock messages clean

BIN := .venv/bin
# Real telephones and a real browser on two shared cores miss a moment now and then: once more, and it shows as an R.
AGAIN := --reruns 2 --reruns-delay 2
TEST_PACKAGES := chromium sip-tester baresip-core kamailio kamailio-tls-modules fonts-dejavu-core
export VIGIE_HOME ?= $(CURDIR)/var

help:
	@echo "make demo    run everything with three invented client companies, on http://127.0.0.1:8000"
	@echo "make test    every check and test, browser and telephone included"
	@echo "make check   the fast half: style, types, contracts, tests without peers"
	@echo "make lock    choose the newest packages again"
	@echo "make messages  collect the texts to translate, compile the translations"

.venv/.ready: requirements.lock pyproject.toml tools/setup.sh
	@tools/setup.sh

setup: .venv/.ready

demo: setup
	@VIGIE_DEMO=1 $(BIN)/vigie up

lint: setup
	@echo "== style"; $(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@echo "== contracts"; $(BIN)/lint-imports --no-cache >/tmp/vigie-contracts.$$$$ || { cat /tmp/vigie-contracts.$$$$; rm -f /tmp/vigie-contracts.$$$$; exit 1; }; rm -f /tmp/vigie-contracts.$$$$
	@echo "== types"; $(BIN)/mypy

unit: setup
	@echo "== tests without peers"; $(BIN)/pytest -q -n 2 -m "not sip and not browser"

check: lint unit

system-packages:
	@tools/system-packages.sh $(TEST_PACKAGES)

test: setup system-packages lint unit
	@echo "== tests with telephone peers"; $(BIN)/pytest -q $(AGAIN) -m "sip or browser" --ignore tests/browser
	@echo "== tests with a browser on a whole vigie"; $(BIN)/pytest -q $(AGAIN) tests/browser

lock:
	uv pip compile --quiet pyproject.toml --group dev --universal --generate-hashes --no-header --no-annotate --upgrade -o requirements.lock

messages: setup
	@tools/messages.sh

clean:
	rm -rf .venv .tools var .mypy_cache .ruff_cache .pytest_cache
