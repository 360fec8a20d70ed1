"""Whether everything on this computer is as the program needs it.

`examine` yields a `Finding` for each thing looked at: `machine` knows the computer, `program` what was
installed with the program, `places` where it writes, and `speed` how fast it is.
"""

from .examination import examine, worst
from .finding import Finding, Verdict

__all__ = ["Finding", "Verdict", "examine", "worst"]
