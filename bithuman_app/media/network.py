"""Loading ONNX networks."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import onnxruntime as ort

from ..errors import DataError, MissingInputError


def load_network(
    path: Path, threads: int = 1, appended: bytes = b"", sizes: Mapping[str, int] = MappingProxyType({})
) -> ort.InferenceSession:
    """Return a session on the network in ``path``; running it is thread-safe and keeps no state.

    ``appended`` is put behind the file's bytes. ``sizes`` fixes dimensions of the inputs that the file
    leaves open, by their names: what depends on them alone is then worked out once, here. Raises
    ``MissingInputError`` or ``DataError``.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A thread that waits for work must not burn the core that paints the face.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    for name, size in sizes.items():
        options.add_free_dimension_override_by_name(name, size)
    try:
        content = path.read_bytes() + appended
    except OSError as error:
        raise MissingInputError(f"the network {path.name} is missing: install the program again") from error
    try:
        return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no other base
        reason = str(error).partition("\n")[0]
        raise DataError(f"the network {path.name} cannot be loaded: {reason}") from error
