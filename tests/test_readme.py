"""The README's examples, run as they stand: code, output, links and pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    *sorted(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")),
]


def blocks() -> list[tuple[str, str]]:
    """Code blocks with their language, in order."""
    return re.findall(r"```(\w*)\n(.*?)```", README, flags=re.S)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_between_documents_lead_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("http"):
            assert ((ROOT / name).parent / target).exists(), f"{name}: {target}"


def test_every_function_named_in_the_readme_exists():
    import parstats as ps

    named = set(re.findall(r"`(?:ps\.)?(drivers|panel|figures)\.(\w+)", README))
    assert len(named) > 10
    for module, name in named:
        assert callable(getattr(getattr(ps, module), name)), f"{module}.{name}"


def test_every_make_target_and_command_named_in_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shell = "\n".join(code for language, code in blocks() if language == "sh")
    targets = re.findall(r"^make ([a-z-]+)", shell, flags=re.M)
    assert {"report", "test", "lab"} <= set(targets)
    for target in targets:
        assert re.search(rf"^{target}:", makefile, flags=re.M), target
    from parstats.cli import application

    commands = {command.callback.__name__ for command in application.app.registered_commands}
    commands |= {group.name for group in application.app.registered_groups}
    assert set(re.findall(r"parstats (\w+)", shell)) <= commands
