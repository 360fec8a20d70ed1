# The two commands are "make run" and "make test"; each sets everything up from nothing.

.PHONY: run test setup lint lock avatars clean

run:
	@scripts/setup
	@mkdir -p out
	@.venv/bin/python app.py render maya assets/audio/speech.wav -o out/maya.mp4
	@echo "The video is $(CURDIR)/out/maya.mp4"

test: lint
	@.venv/bin/python -m pytest -n 2

setup:
	@scripts/setup --dev

lint: setup
	@.venv/bin/python -m ruff check .
	@.venv/bin/python -m ruff format --check .
	@.venv/bin/python -m mypy

lock: setup
	@scripts/lock

avatars: setup
	@.venv/bin/python -m tools.bake_avatars

clean:
	rm -rf .venv out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
