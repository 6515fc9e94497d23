"""The wheel works by itself: installed into an empty environment elsewhere, it renders a report."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
INSIDE = """
import parstats, pathlib
home = pathlib.Path(parstats.__file__).parent
print(home)
print(len(list((home / "_data" / "raw").rglob("*.csv"))))
print(len(list((home / "_notebooks").glob("*.ipynb"))))
"""


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A folder holding an environment, `venv`, with the wheel; and variables to run it with.

    The other packages are those of the environment running the tests, found through a .pth file;
    .pth files are not followed further, so the editable parstats there is out of reach.
    """
    folder = tmp_path_factory.mktemp("elsewhere")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-index", "--quiet"]
    run(*pip, "wheel", *offline, "--no-build-isolation", "-w", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("parstats-*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    run(*pip, "--python", python, "install", *offline, wheel, cwd=folder)
    get = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    site_packages = Path(run(python, "-c", get, cwd=folder).strip())
    site_folders = {sysconfig.get_paths()[kind] for kind in ("purelib", "platlib")}
    (site_packages / "others.pth").write_text(
        "\n".join(sorted(site_folders)) + "\n", encoding="utf-8"
    )

    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PARSTATS_", "PYTHON", "PYTEST_", "XDG_", "VIRTUAL_ENV"))
    }
    env["HOME"] = str(folder / "home")
    env["XDG_CACHE_HOME"] = str(folder / "cache")
    # Templates of nbconvert, which pip puts beside the packages, not into them.
    env["JUPYTER_PATH"] = str(Path(sys.prefix) / "share" / "jupyter")
    (folder / "home").mkdir()
    (folder / "work").mkdir()
    return folder, env


def test_wheel_holds_data_and_notebooks(elsewhere):
    folder, env = elsewhere
    python = folder / "venv" / "bin" / "python"
    home, figures, notebooks = run(python, "-c", INSIDE, cwd=folder / "work", env=env).split("\n")[
        :3
    ]
    assert Path(home).is_relative_to(folder / "venv")
    assert int(figures) == len(list((ROOT / "data" / "raw").rglob("*.csv"))) > 0
    assert int(notebooks) == len(list((ROOT / "notebooks").glob("*.ipynb"))) > 0


@pytest.mark.slow
def test_wheel_renders_a_report_with_tables_in_the_cache(elsewhere):
    folder, env = elsewhere
    parstats = folder / "venv" / "bin" / "parstats"
    options = ["--index", "PAPI", "--year", "2024", "--lang", "vi", "--format", "html", "-o"]
    out = folder / "reports"
    run(parstats, "report", "Lạng Sơn", *options, out, cwd=folder / "work", env=env)
    page = (out / "papi" / "2024" / "vi" / "20-lang-son.html").read_text(encoding="utf-8")
    assert "Lạng Sơn" in page
    assert (out / "index.html").is_file()
    assert list((folder / "cache").rglob("scores.parquet"))
    assert not list((folder / "work").iterdir())
