"""Stands for the SDK in processes that a program run by ``bithuman-app exec`` starts."""

import importlib
import sys

from bithuman_app.sdk.alias import install

del sys.modules[__name__]
install()
importlib.import_module(__name__)
