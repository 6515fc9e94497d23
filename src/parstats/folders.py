"""Where the data lie: the folder a person named, that of a checkout, or what the package brings."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

#: Environment variable that names the data folder.
VARIABLE = "PARSTATS_DATA"
PACKAGE = Path(__file__).resolve().parent


@cache
def checkout() -> Path | None:
    """Return the checkout that the package is run from, None if it was installed without one."""
    root = PACKAGE.parent.parent
    is_checkout = (root / "data" / "raw").is_dir() and (root / "pyproject.toml").is_file()
    return root if is_checkout else None


def named_folder() -> Path | None:
    """Return the folder that the environment variable ``PARSTATS_DATA`` names, None if it is unset.

    >>> import os
    >>> named_folder() is None or bool(os.environ["PARSTATS_DATA"])
    True
    """
    name = os.environ.get(VARIABLE)
    return Path(name).expanduser() if name else None


def package_raw() -> Path:
    """Return the published figures that come with the package, or those of the checkout.

    >>> (package_raw() / "papi").is_dir()
    True
    """
    root = checkout()
    return PACKAGE / "_data" / "raw" if root is None else root / "data" / "raw"


def data_root() -> Path | None:
    """Return the data folder that a person may add to.

    The folder that ``PARSTATS_DATA`` names, else ``data/`` of the checkout; None where only the
    figures bundled with the package are there, which no one writes to.

    >>> data_root() is None or data_root().name != "raw"
    True
    """
    if (named := named_folder()) is not None:
        return named
    root = checkout()
    return None if root is None else root / "data"


def reference_folder() -> Path | None:
    """Return the folder of reference tables that are read on top of the package's own.

    ``reference/`` of `data_root`, which need not exist; None where there is no such folder.

    >>> reference_folder() is None or reference_folder().name
    'reference'
    """
    root = data_root()
    return None if root is None else root / "reference"
