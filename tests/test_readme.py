"""The README's examples, run as they stand: code, output, links and pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from parstats import errors

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


def test_python_examples_run_and_print_what_the_readme_shows(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {}
    examples = blocks()
    python = [index for index, (language, _) in enumerate(examples) if language == "python"]
    assert len(python) == 5
    exec(compile(examples[python[0]][1], "README, first example", "exec"), namespace)
    assert capsys.readouterr().out == examples[python[0] + 1][1]
    assert namespace["ps"].match_provinces(["TP.HCM", "Dak Lak", "BR-VT"]) == ["79", "66", "77"]
    with pytest.raises(errors.BreakCrossed) as refusal:
        exec(compile(examples[python[1]][1], "README, second example", "exec"), namespace)
    message = re.search(r"BreakCrossed: (.*), \.\.\.", examples[python[1]][1])[1]
    assert str(refusal.value).startswith(message)
    assert (tmp_path / "profile.png").stat().st_size > 10_000
    exec(compile(examples[python[2]][1], "README, third example", "exec"), namespace)
    assert capsys.readouterr().out == examples[python[2] + 1][1]
    assert set(namespace["why"]["rank"]) == {12}
    assert set(namespace["why"]["rank_reference"]) == {41}
    exec(compile(examples[python[3]][1], "README, fourth example", "exec"), namespace)
    assert capsys.readouterr().out == examples[python[3] + 1][1]
    with pytest.raises(errors.InsufficientCoverage) as refusal:
        exec(compile(examples[python[4]][1], "README, fifth example", "exec"), namespace)
    assert len(namespace["par"].query("level == 'index'")) == 25
    message = examples[python[4]][1].split("InsufficientCoverage: ")[1].replace("\n# ", " ").strip()
    assert str(refusal.value) == message


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
    assert set(re.findall(r"parstats (\w+)", shell)) <= commands
