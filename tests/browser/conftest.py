"""A small release, and a browser to open it in as a reader does: from the folder, offline."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from parstats.cli import app

playwright = pytest.importorskip("playwright.sync_api")
PROGRAMS = ("chromium", "google-chrome", "chromium-browser")
NAMES = ("Lạng Sơn", "Hà Nội", "Cao Bằng", "Vĩnh Phúc")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, data_folder: Path) -> Path:
    """Two years of four provinces and the country, in both languages."""
    folder = tmp_path_factory.mktemp("site")
    arguments = ["report", *NAMES, "--index", "PAPI", "--year", "2023-2024", "--lang", "all"]
    result = CliRunner().invoke(
        app, [*arguments, "--national", "--jobs", "2", "-o", str(folder / "out")]
    )
    assert result.exit_code == 0, result.output
    return folder / "out"


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """The system's Chromium."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def opened(site: Path, browser: object) -> Iterator[Callable[..., object]]:
    """Open a page of the release at a width; what goes wrong in it fails the test."""
    context = browser.new_context(accept_downloads=True, offline=True)
    faults: list[str] = []

    def open_page(address: str, width: int = 1280) -> object:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("requestfailed", lambda request: faults.append(request.url))
        page.goto(f"file://{site}/{address}")
        return page

    yield open_page
    context.close()
    assert faults == []
