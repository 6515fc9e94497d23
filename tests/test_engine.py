"""Notebooks in forked processes: what a kernel would write, and what no kernel survives."""

from __future__ import annotations

import importlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from moved_clock import LIMIT, TIME_IS_OVER, MovedClock, deaf, stuck
from parstats import execution
from parstats.reports.batch.preload_modules import NOTEBOOKS

pytestmark = pytest.mark.skipif(not execution.available(), reason="processes cannot be forked here")

ROOT = Path(__file__).resolve().parent.parent
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def notebook(*cells: object) -> nbformat.NotebookNode:
    """A notebook of code cells; a pair is code and its tag."""
    built = []
    for cell in cells:
        if isinstance(cell, tuple):
            built.append(new_code_cell(cell[0], metadata={"tags": [cell[1]]}))
        else:
            built.append(new_code_cell(cell) if isinstance(cell, str) else cell)
    about = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return new_notebook(cells=built, metadata=about)


def texts(book: nbformat.NotebookNode, name: str = "stdout") -> str:
    """All that was printed."""
    return "".join(
        output.text
        for cell in book.cells
        for output in cell.get("outputs", ())
        if output.output_type == "stream" and output.name == name
    )


@pytest.fixture(scope="module", autouse=True)
def preloaded() -> None:
    execution.preload()


@pytest.fixture
def clock(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> MovedClock:
    """A clock that watchdogs go by for the time of the test."""
    made = MovedClock(tmp_path_factory.mktemp("clock"))
    monkeypatch.setattr(execution.child_process, "time", made)
    return made


# --- the same outputs as a kernel ---------------------------------------------------------------

WIDGET = """
from comm import create_comm
def model(kind, module, **state):
    names = {"_model_name": kind, "_model_module": module, "_model_module_version": "1.0.0"}
    return create_comm(target_name="jupyter.widget", data={"state": {**names, **state}})
slider = model("IntSliderModel", "@jupyter-widgets/controls", value=3)
slider.send({"method": "update", "state": {"value": 7}})
picture = create_comm(
    target_name="jupyter.widget",
    data={"state": {"_model_name": "ImageModel", "_model_module": "m",
                    "_model_module_version": "1"}, "buffer_paths": [["value"]]},
    buffers=[b"bytes"],
)
"""
OUTPUT_WIDGET = """
area = model("OutputModel", "@jupyter-widgets/output", outputs=[], msg_id="")
own = get_ipython().kernel.get_parent()["header"]["msg_id"]
area.send({"method": "update", "state": {"msg_id": own}})
print("inside the widget"); sys.stdout.flush()
area.send({"method": "update", "state": {"msg_id": ""}})
print("outside")
"""
# The end of a cell in which not Python writes; the last of them waits for what is on its way.
BY_PROGRAMS = "time.sleep(0.4)"
TORTURE = (
    new_markdown_cell("# Prose stays"),
    new_raw_cell("raw stays"),
    ("value = 1", "parameters"),
    "",
    "1 + value",
    "'quiet';",
    "_ + Out[2]",
    "import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})",
    """
class Rich:
    def __init__(self, text): self.text = text
    def _repr_html_(self): return f'<b>{self.text}</b>'
    def __repr__(self): return f'Rich({self.text})'
Rich('result')""",
    "class Bundle:\n    def _repr_mimebundle_(self, **_): return {'text/plain': 'p', "
    "'application/json': {'k': (1, 2)}}, {'m': 1}\nBundle()",
    "import sys\nprint('out'); print('err', file=sys.stderr); print('more')",
    "print('before'); display(Rich('shown')); print('after', end=''); display(1, 2); 3",
    "for part in 'abc': print(part, end='', flush=True)",
    "sys.stdout.write('counted')",
    "handle = display('first', display_id='mine')\nhandle.display('again')",
    "handle.update(Rich('updated'))",
    "from IPython.display import Image, clear_output, update_display, HTML, Markdown, SVG",
    "print('gone'); clear_output(); print('stays')",
    "display('gone'); clear_output(wait=True); print('waits')\nclear_output(wait=True)",
    "for i in range(3):\n    clear_output(wait=True)\n    display(i)",
    "display(HTML('<i>x</i>'), Markdown('*y*'), SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>'))",
    "import base64\nImage(data=base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAA"
    "ADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='))",
    "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.title('one');",
    "figure, axes = plt.subplots(figsize=(2, 1)); print('drawn at the end')",
    "plt.bar([1, 2], [1, 2]); plt.show(); print('between'); plt.plot([2, 1]);",
    "figure, axes = plt.subplots(); plt.close(); axes.plot([1, 2]); figure",
    "%matplotlib inline\nplt.figure(figsize=(1, 1)); plt.isinteractive(), plt.get_backend()",
    "%config InlineBackend.figure_format = 'svg'\nplt.rcParams['svg.hashsalt'] = 'same'\n"
    "plt.rcParams['svg.id'] = None\nplt.figure(figsize=(1, 1)).gca().plot([1]);",
    "%config InlineBackend.figure_format = 'retina'\nplt.figure(figsize=(1, 1)).gca().plot([1]);",
    "import seaborn as sns\nsns.set_theme(); sns.barplot(x=['a', 'b'], y=[1, 2])",
    "import asyncio\nawait asyncio.sleep(0.01)\n'awaited'",
    "task = asyncio.create_task(asyncio.sleep(0.01, 'from a task'))",
    "await task",
    # Closed at once: else the warning that it was never awaited comes with some later cell.
    (
        "nap = asyncio.sleep(0)\ntry:\n    asyncio.run(nap)\nfinally:\n    nap.close()",
        "raises-exception",
    ),
    "print(pd.DataFrame([range(30)]))\npd.DataFrame([range(30)])",
    "!echo from a program",
    "lines = !printf 'a\\nb'\nlines",
    "%%bash\necho from bash\necho to stderr >&2",
    "%%capture kept\nprint('kept'); display(1)",
    "kept.stdout, len(kept.outputs)",
    "%env COLOUR=blue\nimport os\nos.environ['COLOUR']",
    "%precision 2\n3.14159",
    "%%html\n<p>made by a magic</p>",
    "import time, subprocess\nos.system('echo system'); time.sleep(0.4)",
    "subprocess.run(['echo', 'program'], check=True); time.sleep(0.4)",
    "os.write(1, b'descriptor\\n'); os.write(2, b'its error\\n'); time.sleep(0.4)",
    "import ctypes\nc = ctypes.CDLL(None); c.puts(b'from c'); c.fflush(None); time.sleep(0.4)",
    "import multiprocessing\nfork = multiprocessing.get_context('fork')\n"
    "child = fork.Process(target=print, args=('from a process',))\n"
    "child.start(); child.join(); time.sleep(2)",
    "import threading\nthread = threading.Thread(target=print, args=('from a thread',))\n"
    "thread.start(); thread.join()",
    "import warnings, logging\nwarnings.warn('mind this')\nlogging.warning('logged')\n"
    "logging.info('not logged')",
    "import pickle\nclass Mine: pass\n"
    "type(pickle.loads(pickle.dumps(Mine()))).__module__, __name__",
    "type(get_ipython()).__name__, sys.stdout.encoding.lower(), sys.stdout.isatty(), "
    "os.environ['MPLBACKEND'], '' in sys.path",
    ("1 / 0", "raises-exception"),
    (
        "def deep(n):\n    if n: deep(n - 1)\n    raise ValueError('ê: dấu')\ndeep(2)",
        "raises-exception",
    ),
    ("this is no Python", "raises-exception"),
    ("print('said'); raise KeyError('x')", "raises-exception"),
    ("sys.exit(3)", "raises-exception"),
    ("input('? ')", "raises-exception"),
    ("import getpass; getpass.getpass()", "raises-exception"),
    "class Broken:\n    def _repr_html_(self): raise OSError('no')\nbroken = Broken()",
    ("broken", "raises-exception"),
    ("%nomagic", "raises-exception"),
    ("print('never run')", "skip-execution"),
    "dict?",
    WIDGET,
    OUTPUT_WIDGET,
    "area.comm_id == area.comm_id, len(In)",
    "class Last:\n    def __repr__(self):\n        print('while shown')\n"
    "        return 'last'\nLast()",
    "get_ipython().events.register('post_run_cell', lambda result: print('hooked'))",
    "'Việt Nam: ' + 'ằ' * 3",
)


def merged(outputs: list[nbformat.NotebookNode]) -> list[dict]:
    """Outputs, texts of each stream between two others joined: a kernel cuts them by the clock."""
    result: list[dict] = []
    for output in json.loads(json.dumps(outputs)):
        same = [
            earlier
            for earlier in reversed(result[_last_rich(result) :])
            if output["output_type"] == "stream" and earlier["name"] == output["name"]
        ]
        if same:
            same[0]["text"] += output["text"]
        else:
            result.append(output)
    start = 0
    for end in [*(i for i, o in enumerate(result) if o["output_type"] != "stream"), len(result)]:
        result[start:end] = sorted(result[start:end], key=lambda output: output["name"])
        start = end + 1
    return result


def _last_rich(outputs: list[dict]) -> int:
    positions = [i for i, output in enumerate(outputs) if output["output_type"] != "stream"]
    return positions[-1] + 1 if positions else 0


def comparable(book: nbformat.NotebookNode) -> list[tuple]:
    """What of each cell must be the same, without paths, addresses and names given by chance.

    What programs write may reach a kernel when the next cell runs: it counts as that cell's.
    """
    result = []
    late: list[nbformat.NotebookNode] = []
    for cell in book.cells:
        outputs = [*late, *cell.get("outputs", [])]
        late = outputs if cell.source.endswith(BY_PROGRAMS) else []
        dumped = json.dumps([] if late else merged(outputs), sort_keys=True, ensure_ascii=False)
        dumped = re.sub(r"/tmp/ipykernel_\d+/", "/tmp/ipykernel/", dumped)
        dumped = re.sub(r"0x[0-9a-f]{6,}", "0x", dumped)
        dumped = re.sub(r"<dc:date>.*?</dc:date>", "", dumped)
        result.append(
            (cell.cell_type, cell.source, cell.get("execution_count"), json.loads(dumped))
        )
    return result


def widgets(book: nbformat.NotebookNode) -> list[str]:
    """States of the widgets, in an order without their names."""
    states = book.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    return sorted(json.dumps(state, sort_keys=True) for state in states.values())


def images(book: nbformat.NotebookNode) -> int:
    """How many pictures the outputs have."""
    return sum(
        bool({"image/png", "image/svg+xml"} & output.get("data", {}).keys())
        for cell in book.cells
        for output in cell.get("outputs", ())
    )


@pytest.fixture(scope="module")
def both() -> tuple[nbformat.NotebookNode, nbformat.NotebookNode]:
    """The hardest notebook, run by a kernel and by us."""
    from nbclient import NotebookClient

    # A kernel under pytest leaves alone what is written to file descriptors.
    environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    quiet = ["--IPKernelApp.log_level=50"]
    for remaining in reversed(range(3)):
        # A kernel sometimes loses its last message on a busy machine; its client would wait on.
        client = NotebookClient(notebook(*TORTURE), timeout=LIMIT / 5, extra_arguments=quiet)
        try:
            theirs = client.execute(env=environment)
            break
        except CellTimeoutError:
            if not remaining:
                raise
    with as_without_pytest():
        return theirs, execution.execute(notebook(*TORTURE), timeout=LIMIT)


def test_outputs_are_those_of_a_kernel(both):
    theirs, ours = map(comparable, both)
    assert len(ours) == len(theirs) == len(TORTURE)
    for mine, expected in zip(ours, theirs, strict=True):
        assert mine == expected


def test_what_programs_write_is_in_the_cell_that_started_them(both):
    said = {
        "echo system": "system\n",
        "'program'": "program\n",
        "descriptor": "descriptor\n",
        "from c": "from c\n",
        "from a process": "from a process\n",
    }
    for code, text in said.items():
        (cell,) = [c for c in both[1].cells if code in c.source and "time.sleep" in c.source]
        assert texts(nbformat.v4.new_notebook(cells=[cell])) == text


def test_no_figure_is_lost(both):
    assert images(both[1]) == images(both[0]) == 10


def test_state_of_widgets_is_that_of_a_kernel(both):
    assert widgets(both[1]) == widgets(both[0])
    assert any("inside the widget" in state for state in widgets(both[1]))
    assert any("Ynl0ZXM=" in state for state in widgets(both[1]))


def test_metadata_is_that_of_a_kernel(both):
    theirs, ours = both
    assert ours.metadata.language_info == theirs.metadata.language_info
    assert ours.metadata.keys() - theirs.metadata.keys() == {"papermill"}
    for mine, expected in zip(ours.cells, theirs.cells, strict=True):
        assert (
            mine.metadata.get("execution", {}).keys()
            == expected.metadata.get("execution", {}).keys()
        )


@contextmanager
def as_without_pytest() -> Iterator[None]:
    """Without the warnings that pytest shows and Python does not: a fork inherits filters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        yield


def as_a_kernel_does(path: Path, **parameters: str) -> nbformat.NotebookNode:
    """A notebook of the package, run by a kernel and by us; what ours had to import besides."""
    from nbclient import NotebookClient

    book = nbformat.read(path, 4)
    at = next(i for i, c in enumerate(book.cells) if "parameters" in c.metadata.get("tags", ()))
    book.cells[at].source += "".join(f"\n{name} = {value!r}" for name, value in parameters.items())

    def work(book):
        loaded = set(sys.modules)
        return execution.run_cells(book), sorted(set(sys.modules) - loaded)

    execution.preload(NOTEBOOKS)  # as a batch does
    with as_without_pytest():
        outcome = next(execution.process_pool.run([book], work, n_jobs=1))
    assert not outcome.failed, outcome.detail
    ours, imported = outcome.result
    quiet = ["--IPKernelApp.log_level=50"]
    theirs = NotebookClient(book, extra_arguments=quiet).execute()
    for mine, expected in zip(comparable(ours), comparable(theirs), strict=True):
        assert mine == expected
    assert images(ours) == images(theirs)
    tables = [out for cell in ours.cells for out in cell.get("outputs", []) if "data" in out]
    assert images(ours) > 0 or len(tables) > 5
    # What the children of a batch import anew is paid for with every report.
    assert len(imported) < 25, imported
    return ours


def test_a_report_is_that_of_a_kernel():
    report = as_a_kernel_does(ROOT / "notebooks" / "04_province_report.ipynb", lang="en")
    assert images(report) >= 5


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["01_data_quality", "02_drivers", "03_remedies", "05_across_indices", "08_drivers_over_time"],
)
def test_the_other_notebooks_are_those_of_a_kernel(name):
    if name == "08_drivers_over_time":
        importlib.import_module("sklearn.cluster")  # it alone takes it, and no batch renders it
    as_a_kernel_does(ROOT / "notebooks" / f"{name}.ipynb")


# --- what no kernel survives --------------------------------------------------------------------

DEATHS = {
    "import os; os._exit(3)": "ended in cell 2 with exit code 3",
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": r"signal 9 \(SIGKILL\)",
    "import ctypes; ctypes.string_at(0)": r"killed in cell 2 by signal 11 \(SIGSEGV\)",
    "import os, signal; os.kill(os.getpid(), signal.SIGABRT)": r"signal 6 \(SIGABRT\)",
}


@pytest.mark.parametrize("code", DEATHS)
def test_a_process_that_dies_is_an_error_that_says_how_and_where(code):
    with pytest.raises(DeadKernelError, match=DEATHS[code]) as caught:
        execution.execute(notebook("print('alive')", code, "print('never')"))
    assert caught.value.cell_index == 1
    assert texts(caught.value.notebook) == "alive\n"


def test_a_crash_in_c_says_which_line_of_the_cell():
    with pytest.raises(DeadKernelError, match=r"Fatal Python error: Segmentation(.|\n)*line 2 in"):
        execution.execute(notebook("import ctypes\nctypes.string_at(0)"))


@pytest.mark.parametrize("code", ["import time; time.sleep(99)", "while True: pass"])
def test_a_cell_that_takes_too_long_is_stopped_and_shows_where(code):
    with pytest.raises(CellTimeoutError, match=r"timed out .* after 600 seconds") as caught:
        execution.execute(notebook("1", f"{TIME_IS_OVER}\n{code}", "print('never')"), timeout=LIMIT)
    assert caught.value.cell_index == 1
    output = caught.value.notebook.cells[1].outputs[0]
    assert (output.ename, output.evalue) == (
        "TimeoutError",
        "the cell took longer than 600 seconds",
    )
    assert "----> 4" in re.sub(r"\x1b\[[0-9;]*m", "", "".join(output.traceback))


@pytest.mark.parametrize("code", [deaf, stuck])
def test_a_cell_that_cannot_be_stopped_is_killed(code, clock):
    with pytest.raises(CellTimeoutError, match=r"no sign of life for 600 seconds in cell 2"):
        execution.execute(notebook("import time", code(clock)), timeout=LIMIT)


def test_the_time_limit_is_for_each_cell():
    # Almost all time of the second is over: the third has its own.
    remaining = "import signal; print(signal.getitimer(signal.ITIMER_REAL)[0] > 300)"
    cells = [remaining, "signal.setitimer(signal.ITIMER_REAL, 100);", remaining]
    assert texts(execution.execute(notebook(*cells), timeout=LIMIT)) == "True\nTrue\n"


def test_what_a_cell_starts_ends_with_its_process():
    book = execution.execute(
        notebook("import subprocess; print(subprocess.Popen(['sleep', '99']).pid)")
    )
    assert gone(int(texts(book)))


def test_too_much_memory_is_an_error_in_the_cell():
    book = notebook("x = bytearray(50_000_000)", "y = bytearray(900_000_000)")
    with pytest.raises(CellExecutionError, match="MemoryError") as caught:
        execution.execute(book, memory=300_000_000)
    assert caught.value.cell_index == 1
    assert execution.execute(notebook("len(bytearray(900_000_000))")).cells[0].outputs


@pytest.mark.parametrize(
    "code",
    [
        "print('ê' * 5_000_000)",
        "for _ in range(50_000): print('ê' * 99)",
        "import os; os.system('head -c 5000000 /dev/zero | tr \"\\\\0\" x');",
    ],
)
def test_a_flood_of_output_arrives_whole(code):
    assert 4_900_000 < len(texts(execution.execute(notebook(code)))) <= 5_100_000


def test_an_error_stops_the_notebook_and_says_where():
    book = notebook("print('said')", "a = 1\na / 0", "print('never')")
    with pytest.raises(CellExecutionError, match="ZeroDivisionError") as caught:
        execution.execute(book)
    error = caught.value
    assert (error.cell_index, error.exec_count, error.ename) == (1, 2, "ZeroDivisionError")
    assert [output.output_type for output in error.notebook.cells[1].outputs] == ["error"]
    assert error.notebook.cells[2].outputs == []
    statuses = [cell.metadata.papermill.status for cell in error.notebook.cells]
    assert statuses == ["completed", "failed", "pending"]
    assert book.cells[0].outputs == []


def test_leaving_the_interpreter_is_a_dead_kernel():
    assert texts(execution.execute(notebook("print('end'); exit()"))) == "end\n"
    with pytest.raises(DeadKernelError, match="Kernel died"):
        execution.execute(notebook("exit()", "1"))


def test_a_cell_that_takes_standard_output_away_loses_only_its_own():
    away = "import io, sys\nprint('before'); kept = sys.stdout; sys.stdout = io.StringIO()"
    book = notebook(away, "print('nowhere')", "sys.stdout = kept; print('after')")
    assert texts(execution.execute(book)) == "before\nafter\n"


def test_options_of_nbclient_are_honoured():
    book = execution.execute(notebook("1 / 0", "print('on')"), options={"allow_errors": True})
    assert texts(book) == "on\n"


def test_run_cells_minds_the_time_itself():
    def work(book):
        with pytest.raises(CellTimeoutError, match="timed out"):
            execution.run_cells(book, timeout=LIMIT)
        return book

    hanging = notebook(f"import time\n{TIME_IS_OVER}\ntime.sleep(99)")
    book = next(execution.process_pool.run([hanging], work, n_jobs=1)).result
    trace = "".join(book.cells[0].outputs[0].traceback)
    assert "----> 5 time.sleep(99)" in re.sub(r"\x1b\[[0-9;]*m", "", trace)


# --- nothing of one report reaches the next -----------------------------------------------------

CHANGES = """
import builtins, os, sys, random, parstats, matplotlib, pandas, numpy, warnings, logging
from matplotlib import pyplot
was = (hasattr(builtins, 'mine'), 'MINE' in os.environ, os.getcwd(), os.umask(0o22),
       matplotlib.rcParams['font.size'], pandas.get_option('display.max_rows'),
       getattr(parstats.panel, 'cache', None), len(pyplot.get_fignums()),
       logging.getLogger().level, '/mine' in sys.path)
print(was)
builtins.mine = 1; os.environ['MINE'] = '1'; os.chdir('/'); os.umask(0o77)
matplotlib.rcParams['font.size'] = 99; pandas.set_option('display.max_rows', 3)
parstats.panel.cache = {1: 2}; pyplot.figure(); warnings.simplefilter('error')
logging.basicConfig(level=10, force=True); sys.path.append('/mine')
"""


def test_nothing_a_report_changes_reaches_the_next():
    def work(book):
        return texts(execution.run_cells(book))

    before = os.environ.copy(), Path.cwd(), sys.stdout
    outcomes = list(execution.process_pool.run([notebook(CHANGES)] * 3, work, n_jobs=1))
    assert [outcome.error for outcome in outcomes] == ["", "", ""]
    assert len({outcome.result for outcome in outcomes}) == 1
    assert outcomes[0].result.startswith("(False, False, ")
    assert (os.environ.copy(), Path.cwd(), sys.stdout) == before


def test_random_numbers_are_not_the_same_in_every_report():
    book = notebook("import random, numpy as np; print(random.random(), np.random.rand())")
    drawn = [set(texts(execution.execute(book)).split()) for _ in range(2)]
    assert not drawn[0] & drawn[1]


def test_figures_left_open_outside_are_no_outputs():
    import matplotlib.pyplot as plt

    figure = plt.figure()
    book = notebook("import matplotlib.pyplot as plt; plt.figure(figsize=(1, 1)).gca();")
    assert images(execution.execute(book)) == 1
    plt.close(figure)


def test_a_back_end_of_the_shell_loses_no_figure(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    book = notebook("import matplotlib.pyplot as plt; plt.plot([1, 2]);")
    assert images(execution.execute(book)) == 1


def test_modules_beside_the_notebook_are_found(tmp_path):
    (tmp_path / "beside.py").write_text("word = 'found'")
    book = execution.execute(notebook("import beside; print(beside.word)"), cwd=tmp_path)
    assert texts(book) == "found\n"


# --- many at once -------------------------------------------------------------------------------


def gone(pid: int) -> bool:
    """Whether a process ends; it has minutes to."""
    until = time.monotonic() + 300
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def test_each_item_has_its_outcome_and_a_process_of_its_own():
    outcomes = list(execution.process_pool.run(range(6), lambda n: (n * n, os.getpid()), n_jobs=2))
    assert sorted(o.item for o in outcomes) == list(range(6))
    assert all(o.result[0] == o.item**2 and not o.failed for o in outcomes)
    assert len({o.result[1] for o in outcomes} | {os.getpid()}) == 7
    assert all(o.attempts == 1 and o.seconds > 0 and o.memory > 1_000_000 for o in outcomes)


def test_the_bad_ones_fail_alone(tmp_path, clock):
    def work(kind):
        with (tmp_path / kind).open("a") as tries:
            tries.write("x")
        if kind == "raises":
            raise ValueError("no good\nat all")
        if kind == "dies":
            os._exit(4)
        if kind == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == "hangs":
            execution.heartbeat("the deep end")
            clock.move(1000)
            time.sleep(99)
        if kind == "kills its worker":
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(99)
        if kind == "returns what cannot travel":
            return lambda: None
        return kind

    kinds = ["fine", "raises", "dies", "killed", "hangs", "kills its worker",
             "returns what cannot travel", "fine too"]  # fmt: skip
    outcomes = {o.item: o for o in execution.process_pool.run(kinds, work, n_jobs=2, timeout=LIMIT)}
    assert outcomes.keys() == set(kinds)
    assert [k for k in kinds if not outcomes[k].failed] == ["fine", "fine too"]
    assert outcomes["raises"].error == "ValueError: no good"
    assert "raise ValueError" in outcomes["raises"].detail
    assert outcomes["dies"].error == "its process ended with exit code 4 before it was done"
    assert "signal 9 (SIGKILL) (out of memory?)" in outcomes["killed"].error
    assert "for 600 seconds in the deep end; killed" in outcomes["hangs"].error
    assert "worker" in outcomes["kills its worker"].error
    assert "pickle" in outcomes["returns what cannot travel"].error
    tried = {kind: len((tmp_path / kind).read_text()) for kind in kinds}
    again = {"dies", "killed", "hangs", "kills its worker"}
    assert tried == {kind: 2 if kind in again else 1 for kind in kinds}
    assert {k: o.attempts for k, o in outcomes.items()} == tried


def test_what_dies_once_is_done_in_the_end(tmp_path):
    def work(name):
        mark = tmp_path / name
        if not mark.exists():
            mark.touch()
            os.kill(os.getppid() if name == "worker" else os.getpid(), signal.SIGKILL)
            time.sleep(99)
        return name

    outcomes = list(execution.process_pool.run(["worker", "child"], work, n_jobs=2))
    assert {(o.item, o.result, o.attempts) for o in outcomes} == {
        ("worker", "worker", 2),
        ("child", "child", 2),
    }


def test_signs_of_life_keep_a_long_piece_of_work_alive(clock):
    def work(_):
        for _ in range(4):
            execution.heartbeat()
            clock.move(LIMIT - 100)
        return "done"

    assert next(execution.process_pool.run([1], work, n_jobs=1, timeout=LIMIT)).result == "done"


def test_memory_is_limited_for_any_work():
    outcome = next(
        execution.process_pool.run([1], lambda _: len(bytearray(10**9)), n_jobs=1, memory=2 * 10**8)
    )
    assert outcome.error.startswith("MemoryError")


HUNDREDS = """
import os, tempfile
from parstats import execution
def descriptors():
    return len(os.listdir("/proc/self/fd"))
kept = []
def work(n):
    kept.append(tempfile.TemporaryDirectory())  # removed when its process ends
    return descriptors(), "x" * 200_000
before = tempfile.TemporaryDirectory()
ours = descriptors()
outcomes = list(execution.process_pool.run(range(500), work, n_jobs=2))
print(len(outcomes), sum(o.failed for o in outcomes), descriptors() - ours,
      len({o.result[0] for o in outcomes}), os.listdir(tempfile.gettempdir())
      == [os.path.basename(before.name)])
"""


def test_hundreds_of_items_leave_nothing_behind(tmp_path):
    done = run("-c", HUNDREDS, TMPDIR=str(tmp_path))
    assert done.stdout.split() == ["500", "0", "0", "1", "True"], done.stderr


def test_no_items_are_no_outcomes_and_no_jobs_an_error():
    assert list(execution.process_pool.run([], print, n_jobs=2)) == []
    with pytest.raises(ValueError, match="--jobs is 0"):
        next(execution.process_pool.run([1], print, n_jobs=0))


def test_a_batch_that_is_left_early_leaves_no_process(tmp_path):
    def work(n):
        (tmp_path / str(os.getpid())).touch()
        (tmp_path / str(os.getppid())).touch()
        time.sleep(0 if n == 0 else 99)

    outcomes = execution.process_pool.run(range(4), work, n_jobs=2)
    next(outcomes)
    outcomes.close()
    assert all(gone(int(path.name)) for path in tmp_path.iterdir())


BATCH = """
import os, subprocess, sys, time
from parstats import execution
def work(n):
    program = subprocess.Popen(["sleep", "99"])
    os.write(1, f"{os.getpid()} {os.getppid()} {program.pid}\\n".encode())
    time.sleep(99)
list(execution.process_pool.run(range(4), work, n_jobs=2))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_batch_that_is_killed_leaves_no_process(number):
    batch = subprocess.Popen(
        [sys.executable, "-c", BATCH], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    pids = [int(pid) for _ in range(2) for pid in batch.stdout.readline().split()]
    assert len(pids) == 6
    batch.send_signal(number)
    batch.communicate(timeout=300)
    assert all(gone(pid) for pid in pids)


# --- as papermill's engine ----------------------------------------------------------------------


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess:
    """What a command prints."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        env={**os.environ, **environment},
        check=False,
    )


def papermill(path: Path, out: Path, *options: str, **environment: str):
    """The command line of papermill, with our engine."""
    return run("-m", "papermill", "--engine", "parstats", *options, path, out, **environment)


@pytest.fixture
def simple(tmp_path) -> Path:
    path = tmp_path / "in.ipynb"
    cells = [
        ("value = 1", "parameters"),
        "handle = display('old', display_id=True); print('value is', value)",
        "import os; handle.update('new'); print('process', os.getpid())",
        new_markdown_cell("Prose"),
    ]
    nbformat.write(notebook(*cells), path)
    return path


def test_the_command_line_of_papermill(simple, tmp_path):
    done = papermill(simple, tmp_path / "out.ipynb", "-p", "value", "5", "--log-output")
    assert done.returncode == 0, done.stderr
    assert "in a forked process" in done.stderr
    assert "value is 5" in done.stderr
    assert "DeprecationWarning" not in done.stderr
    book = nbformat.read(tmp_path / "out.ipynb", 4)
    nbformat.validate(book)
    assert book.cells[2].outputs[0].data["text/plain"] == "'new'"
    assert "value is 5" in texts(book)
    for cell in book.cells:
        about = cell.metadata.papermill
        assert (about.status, about.exception) == ("completed", False)
        assert about.duration >= 0
    assert book.metadata.papermill.exception is None
    assert book.metadata.language_info.version == ".".join(map(str, sys.version_info[:3]))


def test_metadata_is_that_of_papermill(simple):
    import papermill as tool

    theirs, ours = (
        tool.execute_notebook(simple, None, engine_name=name, progress_bar=False)
        for name in (None, "parstats")
    )
    assert ours.metadata.keys() == theirs.metadata.keys()
    assert ours.metadata.papermill.keys() == theirs.metadata.papermill.keys()
    for mine, expected in zip(ours.cells, theirs.cells, strict=True):
        assert mine.metadata.keys() == expected.metadata.keys()
        assert mine.metadata.papermill.keys() == expected.metadata.papermill.keys()
        assert mine.metadata.get("execution", {}).keys() == (
            expected.metadata.get("execution", {}).keys()
        )


def test_an_error_in_a_cell_is_papermills_own(tmp_path):
    path = tmp_path / "in.ipynb"
    nbformat.write(notebook("1", "print('said'); 1 / 0", "2"), path)
    done = papermill(path, tmp_path / "out.ipynb")
    assert done.returncode == 1
    assert 'Exception encountered at "In [2]"' in done.stderr
    book = nbformat.read(tmp_path / "out.ipynb", 4)
    assert [o.output_type for c in book.cells if "outputs" in c for o in c.outputs][1:] == [
        "stream",
        "error",
    ]
    statuses = [c.metadata.papermill.status for c in book.cells if c.cell_type == "code"]
    assert statuses == ["completed", "failed", "pending"]


def test_a_crash_keeps_what_was_there(tmp_path):
    path = tmp_path / "in.ipynb"
    nbformat.write(notebook("print('kept')", "import os; os._exit(7)"), path)
    done = papermill(path, tmp_path / "out.ipynb")
    assert done.returncode == 138  # papermill's code for a dead kernel
    assert "DeadKernelError: its process ended in cell 2 with exit code 7" in done.stderr
    assert texts(nbformat.read(tmp_path / "out.ipynb", 4)) == "kept\n"


def test_a_cell_that_hangs_is_stopped_under_papermill(tmp_path):
    path = tmp_path / "in.ipynb"
    nbformat.write(notebook(f"{TIME_IS_OVER}\nimport time; time.sleep(99)"), path)
    done = papermill(path, tmp_path / "out.ipynb", "--execution-timeout", f"{LIMIT}")
    assert done.returncode == 1
    assert "CellTimeoutError" in done.stderr


def test_without_fork_papermills_own_kernel_runs_it(simple, tmp_path):
    done = papermill(simple, tmp_path / "out.ipynb", PARSTATS_FORK="0")
    assert done.returncode == 0, done.stderr
    assert "kernel of its own: processes cannot be forked here" in done.stderr
    assert "value is 1" in texts(nbformat.read(tmp_path / "out.ipynb", 4))


@pytest.mark.parametrize(
    ("language", "program", "message"),
    [
        ("R", "R", "kernel mine is for R"),
        ("python", "/elsewhere/bin/python", "another Python, /elsewhere/bin/python"),
        ("python", sys.executable, ""),
        ("python", "python3", ""),
    ],
)
def test_a_kernel_of_another_kind_is_left_to_papermill(
    language, program, message, tmp_path, monkeypatch
):
    from papermill.engines import NBClientEngine
    from papermill.log import logger

    from parstats.execution.papermill_engine import ForkedEngine

    folder = tmp_path / "kernels" / "mine"
    folder.mkdir(parents=True)
    spec = {"argv": [program], "display_name": "Mine", "language": language}
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    called, logged = [], []
    monkeypatch.setattr(
        NBClientEngine, "execute_managed_notebook", lambda *a, **k: called.append(a)
    )
    monkeypatch.setattr(logger, "info", logged.append)
    book = notebook("print('here')")
    for cell in book.cells:
        cell.metadata["tags"] = []
    book.metadata["papermill"] = {}
    ForkedEngine.execute_notebook(book, "mine", progress_bar=False)
    assert bool(called) == bool(message)
    assert message in "".join(logged)
    assert texts(book) == ("" if message else "here\n")


def test_the_name_of_a_kernel_that_is_not_there_does_not_matter(tmp_path):
    path = tmp_path / "in.ipynb"
    book = notebook("print('ran')")
    book.metadata.kernelspec["name"] = "gone-with-the-laptop"
    nbformat.write(book, path)
    done = papermill(path, tmp_path / "out.ipynb")
    assert done.returncode == 0, done.stderr


HEAVY = "{'pandas', 'matplotlib', 'IPython', 'ipykernel', 'parstats.panel'}"


@pytest.mark.parametrize(
    "first", ["import papermill", "import parstats.execution.papermill_engine as e; e.ForkedEngine"]
)
def test_papermill_knows_the_engine_and_starts_no_slower_for_it(first):
    code = (
        f"import sys; {first}; from papermill.engines import Engine, papermill_engines as known;"
        "from parstats.execution.papermill_engine import ForkedEngine as ours;"
        "assert issubclass(ours, Engine) and known.get_engine('parstats') is ours;"
        f"print(sorted({HEAVY} & set(sys.modules)))"
    )
    done = run("-c", code)
    assert done.stdout.strip() == "[]", done.stderr


def test_inside_a_notebook_nothing_is_forked():
    code = (
        "from IPython.core.interactiveshell import InteractiveShell as S; S.instance();"
        "from parstats import execution; print(execution.available())"
    )
    assert run("-c", code).stdout.strip() == "False"
    code = "from parstats import execution; print(execution.available())"
    assert run("-c", code, PARSTATS_FORK="0").stdout.strip() == "False"


def test_one_thread_for_linear_algebra_unless_asked_otherwise():
    code = (
        "import os; from parstats import execution; execution.preload(());"
        "print(os.environ['OMP_NUM_THREADS'], os.environ['OPENBLAS_NUM_THREADS'])"
    )
    environment = {"OPENBLAS_NUM_THREADS": "3"}
    without = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**without, **environment},
        check=True,
    )
    assert done.stdout.split() == ["1", "3"]


@pytest.mark.slow
def test_clusters_computed_before_the_fork_do_not_hang_those_after_it():
    code = """
import numpy as np
from sklearn.cluster import KMeans
from nbformat.v4 import new_code_cell, new_notebook
from parstats import execution
KMeans(2, n_init=1).fit(np.random.rand(5000, 8))
book = new_notebook(cells=[new_code_cell('''
import numpy as np
from sklearn.cluster import KMeans
print(KMeans(2, n_init=1).fit(np.random.rand(5000, 8)).n_iter_ > 0)''')])
print(execution.execute(book, timeout=300).cells[0].outputs[0].text)
"""
    without = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=without,
        timeout=LIMIT,
        check=False,
    )
    assert done.stdout.split() == ["True"], done.stderr


IN_THREADS = """
import sys
from concurrent.futures import ThreadPoolExecutor
import papermill

def run(value):
    out = f"{sys.argv[2]}/{value}.ipynb"
    options = {"engine_name": "parstats", "progress_bar": False}
    return papermill.execute_notebook(sys.argv[1], out, {"value": value}, **options)

with ThreadPoolExecutor(3) as pool:
    for value, book in enumerate(pool.map(run, range(6))):
        print(value, [o.text for c in book.cells for o in c.get("outputs", ()) if "text" in o])
"""


def test_threads_run_notebooks_side_by_side_from_a_fresh_process(simple, tmp_path):
    command = [sys.executable, "-c", IN_THREADS, str(simple), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT)
    assert done.returncode == 0, done.stderr
    for value in range(6):
        assert f"{value} ['value is {value}\\n'" in done.stdout


def test_a_half_imported_shell_is_no_running_one(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython.core.interactiveshell", type(sys)("half"))
    assert execution.available()


def test_no_process_is_forked_while_another_thread_imports():
    """A child would wait for the half imported module forever."""
    import threading

    from parstats.execution.preload import IMPORTING

    imported, begun = [], threading.Event()

    def slow_import():
        with IMPORTING:
            begun.set()
            time.sleep(0.2)
            imported.append("all")

    thread = threading.Thread(target=slow_import)
    thread.start()
    begun.wait()

    def work(item):
        execution.preload(["json"])
        return imported

    (outcome,) = execution.process_pool.run([1], work, n_jobs=1)
    thread.join()
    assert (outcome.result, outcome.error) == (["all"], "")
