# safetyrules: `make demo` sets up and judges the example weeks, `make test` sets up and runs the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-slow lint bench clean setup
demo: setup
	@for case in examples/*.yaml; do \
	  echo; echo "=== safetyrules validate $$case"; \
	  $(BIN)/safetyrules validate $$case || test $$? -eq 1 || exit $$?; \
	done
	@echo; echo "=== safetyrules rebalance examples/article_week.yaml"
	@$(BIN)/safetyrules rebalance examples/article_week.yaml

test: setup lint
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

test-slow: setup
	$(BIN)/python -m pytest -n auto --dist worksteal -m slow

lint: setup
	$(BIN)/ruff check safetyrules tests bench scripts
	$(BIN)/mypy
	$(BIN)/safetyrules catalog lint
	$(BIN)/safetyrules packs lint

bench: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	$(BIN)/python bench/run.py

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml scripts/setup.sh
	@PYTHON="$(PYTHON)" sh scripts/setup.sh $(VENV)
	@touch $@

clean:
	rm -rf $(VENV) dist build
