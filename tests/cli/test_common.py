"""What commands print for programs."""

import json
from pathlib import Path

import numpy as np
import pytest

from bithuman_app.cli._common import print_json


def test_paths_and_numpy_numbers_become_plain_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"output": Path("out.mp4"), "frames": np.int64(250), "seconds": np.float32(0.5)})

    assert json.loads(capsys.readouterr().out) == {"output": "out.mp4", "frames": 250, "seconds": 0.5}


def test_any_file_name_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    name = b"caf\xe9.imx".decode("utf-8", "surrogateescape")

    print_json({"output": name})

    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == {"output": name}


def test_a_value_without_a_json_form_is_refused() -> None:
    with pytest.raises(TypeError, match="set cannot be written as JSON"):
        print_json({"names": {"maya"}})


def test_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        print_json({"realtime_factor": float("nan")})
