"""The Python surface of bitHuman's SDK, on this program's own session.

The union of what bitHuman 0.8.1 and 2.12 offer; ``bithuman-app exec`` lets a program that says
``import bithuman`` find this package. No account, token or network is needed; secrets are accepted
and forgotten. ``docs/sdk.md`` tells what differs.
"""

from typing import Final

from .. import __version__ as __core_version__
from ._ep import EP
from .exceptions import (
    AccountStatusError,
    AvatarError,
    BithumanError,
    ExpressionModelNotSupported,
    Failed,
    InvalidAvatar,
    ModelError,
    ModelLoadError,
    ModelNotFoundError,
    ModelSecurityError,
    NotAuthorised,
    NotSupported,
    RuntimeNotReadyError,
    TokenError,
    TokenExpiredError,
    TokenRequestError,
    TokenValidationError,
)
from .models import AudioChunk, ComposedFrame, Emotion, EmotionPrediction, VideoControl, VideoFrame
from .runtime import Bithuman
from .runtime_async import AsyncBithuman
from .simple import Avatar
from .simple import open_avatar as open

#: The newest surface that is offered, and by whom.
__version__ = f"2.12.9+bithuman.app.{__core_version__}"
__abi_version__: Final = 0
AsyncAvatar = AsyncBithuman
EP_CPU, EP_AUTO, EP_COREML, EP_NNAPI, EP_QNN = EP

__all__ = [
    "EP",
    "EP_AUTO",
    "EP_COREML",
    "EP_CPU",
    "EP_NNAPI",
    "EP_QNN",
    "AccountStatusError",
    "AsyncAvatar",
    "AsyncBithuman",
    "AudioChunk",
    "Avatar",
    "AvatarError",
    "Bithuman",
    "BithumanError",
    "ComposedFrame",
    "Emotion",
    "EmotionPrediction",
    "ExpressionModelNotSupported",
    "Failed",
    "InvalidAvatar",
    "ModelError",
    "ModelLoadError",
    "ModelNotFoundError",
    "ModelSecurityError",
    "NotAuthorised",
    "NotSupported",
    "RuntimeNotReadyError",
    "TokenError",
    "TokenExpiredError",
    "TokenRequestError",
    "TokenValidationError",
    "VideoControl",
    "VideoFrame",
    "__abi_version__",
    "__core_version__",
    "__version__",
    "open",
]
