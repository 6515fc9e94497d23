"""The page of a report printed to PDF, by Chromium where there is one, else by WeasyPrint."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from parstats import errors
from parstats.reports.formats import html

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from parstats.reports.formats.report_info import About


# Names of the browser in the path, by what installs it, then places outside the path.
_BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)
# Seconds for one PDF. By judgement: enough for slow machines.
_SECONDS = 120
_MISSING = (
    "pdf needs Chromium or WeasyPrint, and neither {found}: install chromium, or run "
    "pip install 'parstats[pdf]', or take --format docx, which needs neither"
)
_DATES = re.compile(rb"/(?:CreationDate|ModDate) ?\(D:[^)]*\)")


def write(executed: NotebookNode, about: About) -> bytes:
    """Print the page on A4 paper, with page numbers and its title among the properties.

    Raises ToolMissing if there is neither Chromium nor WeasyPrint; ToolFailed if the one that is
    there does not print.
    """
    printed = printer()(html.page(executed, about))
    # The day of printing, written over in place so that no offset in the file moves.
    return _DATES.sub(lambda date: b" " * len(date[0]), printed)


def printer() -> Callable[[str], bytes]:
    """Return the function that prints a page: by Chromium, else by WeasyPrint.

    Raises ToolMissing if there is neither.
    """
    browser = _browser()
    if browser is not None:
        return lambda page: _by_browser(browser, page)
    try:
        import weasyprint  # noqa: F401
    except ImportError:
        raise errors.ToolMissing(_MISSING.format(found="is installed")) from None
    except OSError as problem:  # of the library Pango, which pip does not bring
        actual = f"works (WeasyPrint: {_last_line(str(problem))})"
        raise errors.ToolMissing(_MISSING.format(found=actual)) from None
    return _by_weasyprint


def _browser() -> str | None:
    return next((path for name in _BROWSERS if (path := shutil.which(name))), None)


def _by_browser(browser: str, page: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="parstats-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, target = folder / "page.html", folder / "page.pdf"
        source.write_text(page, encoding="utf-8")
        command = [browser, *_FLAGS, f"--user-data-dir={folder / 'profile'}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # as root, in a container, it has no sandbox to use
        output = _run([*command, f"--print-to-pdf={target}", source.as_uri()])
        if not target.is_file() or not target.stat().st_size:
            raise _failed(browser, output)
        return target.read_bytes()


def _run(command: list[str]) -> str:
    """Return a program's output; it is stopped with its processes if it takes too long."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as problem:
        raise _failed(command[0], str(problem)) from None
    try:
        _, output = process.communicate(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        raise _failed(command[0], f"no answer in {_SECONDS} seconds") from None
    finally:
        _stop(process)
    return output


def _stop(process: subprocess.Popen[str]) -> None:
    """End a program that still runs, and the helpers it started."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()


def _failed(browser: str, output: str) -> errors.ToolFailed:
    return errors.ToolFailed(
        f"no pdf: {browser} said: {_last_line(output)}; see that it prints a page by hand, or take "
        "--format docx"
    )


def _last_line(output: str) -> str:
    """Return the last message of a program, without date and source line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return re.sub(r"^\[[^\]]*\]\s*", "", lines[-1])[:300] if lines else "nothing"


def _by_weasyprint(page: str) -> bytes:
    import weasyprint

    try:
        printed = weasyprint.HTML(string=page).write_pdf(pdf_identifier=b"parstats")
    except Exception as problem:  # whatever it may raise; reported in one line
        raise errors.ToolFailed(
            f"no pdf: WeasyPrint said: {_last_line(str(problem))}; install chromium, or take "
            "--format docx"
        ) from None
    return bytes(printed)
