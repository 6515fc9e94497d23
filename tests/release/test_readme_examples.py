"""What the README shows of today's figures."""

from __future__ import annotations

import re

import pytest

from parstats import errors
from test_readme import blocks


def test_python_examples_run_and_print_what_the_readme_shows(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {}
    examples = blocks()
    python = [index for index, (language, _) in enumerate(examples) if language == "python"]
    # The sixth, an index of one's own, is run by tests/test_docs_examples.py.
    assert len(python) == 6
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
    assert len(namespace["par"].query("level == 'index'")) == 32
    message = examples[python[4]][1].split("InsufficientCoverage: ")[1].replace("\n# ", " ").strip()
    assert str(refusal.value) == message
