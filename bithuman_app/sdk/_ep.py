"""Names of execution providers, which programs pass; everything runs on the CPU."""

from enum import IntEnum


class EP(IntEnum):
    """Where bitHuman's networks may run; accepted and not used."""

    CPU = 0
    AUTO = 1
    COREML = 2
    NNAPI = 3
    QNN = 4
