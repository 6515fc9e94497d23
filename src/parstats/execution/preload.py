"""Imports before a fork, and whether processes can be forked here."""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Collection, Sequence
from importlib import metadata

# Imported for every notebook, and for notebooks of this kind. A shell imports some of its parts
# only when it first starts; with Pillow those are its readers.
SHELL = (
    "IPython.core.completerlib",
    "IPython.core.magics.execution",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "nbclient",
    "nbformat",
    "parstats.execution.executor",
    "parstats.execution.process_pool",
    "parstats.execution.shell",
)


#: Held while modules are imported for notebooks and while a process is forked: a child of another
#: thread would wait forever for a module that was half imported when it began.
IMPORTING = threading.RLock()
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def available() -> bool:
    """Return whether notebooks can run in forked processes here.

    On Linux they can. On macOS, whose system libraries are not safe after a fork, only where the
    environment variable ``PARSTATS_FORK`` is 1; 0 turns it off anywhere. Never inside a running
    IPython, as a notebook: its threads and sockets would be forked too.
    """
    if not hasattr(os, "fork") or _inside_shell():
        return False
    requested = os.environ.get("PARSTATS_FORK", "")
    return requested == "1" or (requested != "0" and sys.platform.startswith("linux"))


def registered_modules(packages: Collection[str]) -> tuple[str, ...]:
    """Return the modules to import before a fork for notebooks that use certain packages.

    A package names the modules that its notebooks use in the entry point group
    ``parstats.preload``: a tuple of dotted names, under the name of the package. A notebook that
    imports the package gets all of them; another one those of the packages it imports itself.
    `packages` are the top-level packages that it imports.

    >>> registered_modules({"pandas"})
    ('pandas', 'pandas.io.formats.style')
    """
    modules: dict[str, None] = {}
    for entry_point in metadata.entry_points(group="parstats.preload"):
        names = entry_point.load()
        if entry_point.name not in packages:
            names = [name for name in names if name.partition(".")[0] in packages]
        modules |= dict.fromkeys(names)
    return tuple(modules)


def _inside_shell() -> bool:
    module = sys.modules.get("IPython.core.interactiveshell")
    # While another thread imports the module, it is there and the class is not.
    shell = getattr(module, "InteractiveShell", None)
    return shell is not None and shell.initialized()


def preload(modules: Sequence[str] = ()) -> None:
    """Import the modules that notebooks need, so that forked processes have them at once.

    It computes nothing: threads of a numeric library that has run before a fork are missing after
    it, and code that waits for them hangs. For the same reason linear algebra is set to use one
    thread, unless the environment says otherwise; with many processes it is faster too. `modules`
    are imported beside the shell itself; those that are not installed are left out.
    """
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    with IMPORTING:
        for name in (*SHELL, *modules):
            try:
                importlib.import_module(name)
            except ModuleNotFoundError as error:
                if error.name is None or error.name.startswith("parstats"):
                    raise
        if "matplotlib.backends.registry" in sys.modules:
            # It looks through all installed packages for back ends, in every process that draws.
            sys.modules["matplotlib.backends.registry"].backend_registry.list_all()
