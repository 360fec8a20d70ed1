"""What programs do about accounts and tokens: accepted, and without any effect."""

import uuid
from typing import Any


class NoAccount:
    """There are no accounts here: nothing is asked for, kept, refreshed or metered."""

    def __init__(self) -> None:
        self._regenerate_transaction_id()

    @property
    def transaction_id(self) -> str:
        """A random identifier of this use of the runtime."""
        return self._transaction_id

    def _regenerate_transaction_id(self) -> None:
        """Take another identifier; clients call it when they use a runtime again."""
        self._transaction_id = str(uuid.uuid4())

    def _initialize_token(self) -> None:
        """Do nothing; clients call it when they use a runtime again."""

    def set_token(self, token: str, verbose: bool | None = None) -> bool:
        """Accept and forget a token."""
        return True

    def is_token_validated(self) -> bool:
        """Return True: there is nothing to validate."""
        return True

    def get_expiration_time(self) -> int:
        """Return 0: nothing expires."""
        return 0

    def start_token_refresh(self, **_how: Any) -> bool:
        """Return True: no token needs refreshing."""
        return True

    def stop_token_refresh(self) -> None:
        """Do nothing."""

    def is_token_refresh_running(self) -> bool:
        """Return False."""
        return False

    def set_agent_code(self, agent_code: str) -> None:
        """Do nothing: usage is not recorded."""

    def set_billing_type(self, billing_type: str) -> None:
        """Do nothing: usage is not recorded."""
