"""The version of the product, as its package says."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("comptoir")
except PackageNotFoundError:  # run from a source tree that was not installed
    VERSION = "0"
