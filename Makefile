# The two commands are "make run" and "make test"; each sets everything up from nothing.

.PHONY: run test setup lint lock avatars lipsync lipsync-smoke clean

run:
	@scripts/setup
	@.venv/bin/python app.py

# Pages and windows are tested by themselves: beside others, they may wait for the processor too long. They run
# against the clock in other programs (a browser, a window manager, a sound server), so one that fails may try
# once more; the report names it.
test: lint
	@.venv/bin/python -m pytest -n 2 --ignore tests/web --ignore tests/desktop
	@.venv/bin/python -m pytest --reruns 1 -rR tests/web
	@.venv/bin/python -m pytest --reruns 1 -rR tests/desktop

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

# Two hours at most on two cores; needs Debian's libespeak-ng1 and npm. See docs/lipsync.md. The second runs every
# stage on very little, to see that all of them work, and leaves the shipped network alone.
lipsync: out/lipsync/venv
	@OMP_NUM_THREADS=1 out/lipsync/venv/bin/python -m tools.lipsync --work out/lipsync

lipsync-smoke: out/lipsync/venv
	@OMP_NUM_THREADS=1 out/lipsync/venv/bin/python -m tools.lipsync --smoke --work out/lipsync/smoke \
		--output out/lipsync/smoke/articulation.onnx

out/lipsync/venv: tools/lipsync/requirements.txt
	@python3 -m venv --clear out/lipsync/venv
	@out/lipsync/venv/bin/python -m pip install -q -r tools/lipsync/requirements.txt
	@touch out/lipsync/venv

clean:
	rm -rf .venv out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
