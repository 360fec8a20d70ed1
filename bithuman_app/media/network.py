"""Loading ONNX networks."""

from pathlib import Path

import onnxruntime as ort

from ..errors import DataError, MissingInputError


def load_network(path: Path, threads: int = 1, appended: bytes = b"") -> ort.InferenceSession:
    """Return a session on the network in ``path``; running it is thread-safe and keeps no state.

    ``appended`` is put behind the file's bytes. Raises ``MissingInputError`` or ``DataError``.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A thread that waits for work must not burn the core that paints the face.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        content = path.read_bytes() + appended
    except OSError as error:
        raise MissingInputError(f"the network {path.name} is missing: install the program again") from error
    try:
        return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no other base
        reason = str(error).partition("\n")[0]
        raise DataError(f"the network {path.name} cannot be loaded: {reason}") from error
