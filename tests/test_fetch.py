"""Downloads of public data sets: files are added whole with their source, or nothing happens.

Everything is asked of a server on this machine; no test reaches another.
"""

from __future__ import annotations

import csv
import hashlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
import yaml

from hub_server import PAPI, PAR, PAR_ROWS, SIPAS, SIPAS_ROWS, Failure, Hub, HubServer
from parstats import errors, storage
from parstats.pipeline import fetch as fetching
from parstats.pipeline.fetch import FetchFailed, NoNetwork
from parstats.reference import csv_tables

pytest.importorskip("huggingface_hub", reason="the extra `fetch` is not installed")

# Seconds without a new byte that no machine reaches by being busy.
LIMIT = 300
fetch = partial(fetching.fetch, timeout=LIMIT)

BY_HAND = (
    "nothing was changed; a file downloaded by hand from "
    "https://huggingface.co/datasets/letrinhan/vn-par-master can be read with "
    '`parstats ingest FILE --index "PAR INDEX"`'
)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A server with the sets of PAR INDEX and SIPAS, and an empty home folder."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    for name in [name for name in os.environ if name.startswith("HF_") or "_proxy" in name.lower()]:
        monkeypatch.delenv(name)
    with HubServer() as server:
        server.put(PAR, {"par_master.csv": PAR_ROWS})
        server.put(SIPAS, {"data/sipas_provincial.csv": SIPAS_ROWS})
        yield server


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A folder of raw figures with one file in it."""
    folder = tmp_path / "raw"
    (folder / "papi").mkdir(parents=True)
    (folder / "papi" / "papi_2024.csv").write_text("year,province,series,score\n")
    return folder


def state(folder: Path) -> dict[str, str]:
    """Every folder and file below, hidden ones too, with the hash of its content."""
    return {
        path.relative_to(folder).as_posix(): storage.sha256(path) if path.is_file() else "folder"
        for path in sorted(folder.rglob("*"))
    }


def about(path: Path) -> dict[str, object]:
    return yaml.safe_load(path.with_name(path.name + ".yml").read_text(encoding="utf-8"))


def time_is_over_when(monkeypatch: pytest.MonkeyPatch, happened: Callable[[], bool]) -> None:
    """The clock of a download stands still; each look at it after an event is minutes later."""

    class Clock:
        now = 0.0

        @classmethod
        def monotonic(cls) -> float:
            cls.now += 2 * LIMIT if happened() else 0
            return cls.now

    monkeypatch.setattr(fetching, "time", Clock)


def refused(raw: Path, index: str = "par", *, hub: Hub | str) -> str:
    """The message of a download that must fail, in one line, leaving the raw figures alone."""
    before = state(raw)
    endpoint = hub if isinstance(hub, str) else hub.endpoint
    with pytest.raises(FetchFailed) as caught:
        fetch(index, raw=raw, endpoint=endpoint)
    assert state(raw) == before
    message = str(caught.value)
    assert "\n" not in message
    assert isinstance(caught.value, NoNetwork) == (
        "no connection" in message or "no whole answer" in message
    )
    return message


class TestWhatIsAdded:
    def test_the_set_of_an_index_comes_as_published_with_its_source(self, hub, raw):
        revision = hub.sets[PAR][0]
        done = fetch("par", raw=raw, endpoint=hub.endpoint)
        path = raw / "par" / f"vn-par-master_{revision[:8]}.csv"
        assert done == type(done)((path,), True, revision)
        assert path.read_bytes() == PAR_ROWS.encode()
        assert list(about(path).items()) == [
            ("title", "PAR INDEX, data set letrinhan/vn-par-master, file par_master.csv"),
            ("index", "PAR INDEX"),
            ("form", "vn-par-master"),
            ("producer", "letrinhan on the Hugging Face Hub, a compilation of published figures"),
            ("page", "https://huggingface.co/datasets/letrinhan/vn-par-master"),
            ("url", f"{hub.endpoint}/datasets/{PAR}/resolve/{revision}/par_master.csv"),
            ("revision", revision),
            ("obtained", "compiled"),
            ("date_accessed", date.today().isoformat()),
            ("licence", "other"),
            ("sha256", hashlib.sha256(PAR_ROWS.encode()).hexdigest()),
        ]
        assert sorted(state(raw / "par")) == [path.name, f"{path.name}.yml"]

    def test_a_file_in_the_folder_data_is_found(self, hub, raw):
        (path,) = fetch("SIPAS", raw=raw, endpoint=hub.endpoint).files
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        assert (len(rows), rows[0]["geo_name"], rows[0]["sipas_index"]) == (10, "Đà Nẵng", "95.99")
        assert about(path)["url"].endswith("/data/sipas_provincial.csv")
        assert about(path)["licence"] == "unknown"

    def test_the_licence_is_that_of_the_card_where_it_names_one(self, hub, raw):
        hub.licence = "cc-by-4.0"
        (path,) = fetch("sipas", raw=raw, endpoint=hub.endpoint).files
        assert about(path)["licence"] == "cc-by-4.0"

    def test_without_a_folder_the_figures_go_where_the_data_in_use_are(self, hub, raw, monkeypatch):
        monkeypatch.setenv("PARSTATS_DATA", str(raw.parent))
        monkeypatch.setenv("HF_ENDPOINT", f"{hub.endpoint}/")
        (path,) = fetch("PAR INDEX").files
        assert path.parent == raw / "par"

    def test_files_with_other_columns_are_left_out(self, hub, raw):
        years = "first_year,last_year,indicator\n2011,2024,E-Governance\n"
        files = {
            "units.csv": "unit_code,unit_name\n1,Hà Nội\n",
            "par.csv": PAR_ROWS,
            "y.csv": years,
        }
        hub.put(PAR, files)
        assert len(fetch("par", raw=raw, endpoint=hub.endpoint).files) == 1

    def test_a_set_of_unknown_columns_gives_every_file_of_provinces_and_years(self, hub, raw):
        points = "year,province_code,d1\n{},1,5.1\n"
        revision = hub.put(
            PAPI,
            {
                "data/papi 2023.csv": points.format(2023),
                "data/papi_2024.csv": points.format(2024),
                "papi_2024.csv": points.format(2024),
                "codebook.csv": points.format(2022),
                "indicators.csv": "first_year,last_year,provision\n2011,2024,0.5\n",
                "old/papi_2020.csv": points.format(2020),
            },
        )
        done = fetch("papi", raw=raw, endpoint=hub.endpoint)
        start = f"vn-provinces-papi_{revision[:8]}"
        names = [path.name for path in done.files]
        assert names == [f"{start}_papi_2023.csv", f"{start}_papi_2024.csv"]

    def test_the_client_runs_without_the_token_and_the_home_of_the_user(
        self, hub, raw, tmp_path, monkeypatch, capfd
    ):
        monkeypatch.setenv("HF_TOKEN", "hf_secret")
        fetch("par", raw=raw, endpoint=hub.endpoint)
        assert {method for method, _, _ in hub.requests} == {"GET", "HEAD"}
        for _, _, headers in hub.requests:
            assert "hf_secret" not in str(headers)
        assert state(tmp_path / "home") == {}
        assert capfd.readouterr() == ("", "")


class TestFetchingAgain:
    def test_the_same_revision_is_not_written_again(self, hub, raw):
        first = fetch("par", raw=raw, endpoint=hub.endpoint)
        before = {path: path.stat().st_mtime_ns for path in raw.rglob("*")}
        again = fetch("par", raw=raw, endpoint=hub.endpoint)
        assert (again.files, again.revision, again.fresh) == (first.files, first.revision, False)
        assert {path: path.stat().st_mtime_ns for path in raw.rglob("*")} == before

    def test_a_new_revision_is_added_and_names_the_file_it_replaces(self, hub, raw):
        (first,) = fetch("par", raw=raw, endpoint=hub.endpoint).files
        old = state(raw)
        later = []
        for change in ("87.13", "87.14"):
            hub.put(PAR, {"par_master.csv": PAR_ROWS.replace("87.12", change)})
            done = fetch("par", raw=raw, endpoint=hub.endpoint)
            assert done.fresh
            later += done.files
        assert old.items() <= state(raw).items()
        assert [list(about(path))[-1] for path in later] == ["replaces", "replaces"]
        assert [about(path)["replaces"] for path in later] == [first.name, later[0].name]
        assert "87.14" in later[1].read_text(encoding="utf-8")

    def test_each_of_several_files_replaces_its_own_older_one(self, hub, raw):
        rows = "year,province,score\n{},Hà Nội,{}\n"
        years = (2023, 2024)
        hub.put(PAPI, {f"papi_{year}.csv": rows.format(year, 41) for year in years})
        old = fetch("papi", raw=raw, endpoint=hub.endpoint).files
        hub.put(PAPI, {f"papi_{year}.csv": rows.format(year, 42) for year in years})
        new = fetch("papi", raw=raw, endpoint=hub.endpoint).files
        assert [about(path)["replaces"] for path in new] == [path.name for path in old]

    def test_a_set_put_together_into_one_file_replaces_all_the_older_ones(self, hub, raw):
        rows = "year,province,score\n{},Hà Nội,41\n"
        hub.put(PAPI, {f"papi_{year}.csv": rows.format(year) for year in (2023, 2024)})
        old = fetch("papi", raw=raw, endpoint=hub.endpoint).files
        hub.put(PAPI, {"papi.csv": rows.format(2023) + "2024,Hà Nội,41\n"})
        (new,) = fetch("papi", raw=raw, endpoint=hub.endpoint).files
        assert about(new)["replaces"] == [path.name for path in old]

    @pytest.mark.parametrize(
        ("ending", "old"),
        [("", "87.12"), (".yml", "sha256: "), (".yml", "revision: ")],
        ids=["the figures", "the hash", "the revision"],
    )
    def test_a_file_that_was_changed_is_not_written_over(self, hub, raw, ending, old):
        (path,) = fetch("par", raw=raw, endpoint=hub.endpoint).files
        changed = path.with_name(path.name + ending)
        content = changed.read_text(encoding="utf-8")
        changed.write_text(content.replace(old, f"{old}0"), encoding="utf-8")
        message = refused(raw, hub=hub)
        assert message.startswith(f"{path} or its sidecar is there already and is not what ")
        assert message.endswith("nothing was changed; move both away and fetch again")


class TestNoNetwork:
    def test_a_refused_connection_is_told_in_one_line_at_once(self, hub, raw, capfd):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
            message = refused(raw, hub=endpoint)  # else it says that there was no answer in time
        # How the system words it differs.
        assert message.startswith(f"no connection to {endpoint} for {PAR} (")
        assert message.endswith(f"); {BY_HAND}")
        assert capfd.readouterr() == ("", "")

    def test_offline_mode_asks_nobody(self, hub, raw, monkeypatch):
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        message = refused(raw, hub=hub)
        assert "(the client is offline: HF_HUB_OFFLINE is set)" in message
        assert hub.requests == []

    @pytest.mark.parametrize(("step", "asked"), [("list", 1), ("file", 2)])
    def test_a_host_that_keeps_silent_is_given_up(self, hub, raw, monkeypatch, step, asked):
        never = threading.Event()
        hub.failure = Failure(step, until=never)
        time_is_over_when(monkeypatch, lambda: len(hub.requests) >= asked)
        message = refused(raw, hub=hub)
        never.set()
        assert PAR in message
        assert f"within {LIMIT} s" in message

    def test_a_download_that_breaks_off_each_time_is_given_up(self, hub, raw, monkeypatch):
        hub.failure = Failure("file", half="cut")
        time_is_over_when(monkeypatch, lambda: len(hub.requests) > 4)
        message = refused(raw, hub=hub)
        assert message == (
            f"{hub.endpoint} gave no whole answer for {PAR} within {LIMIT} s; {BY_HAND}"
        )


class TestWhatTheHostDoesNotGive:
    @pytest.mark.parametrize(
        "failure",
        [
            Failure("list", status=404, code="RepoNotFound", body=b"{}"),
            Failure("list", status=403, body=b"{}"),
            Failure("list", status=401, body=b"{}"),
            Failure("file", status=403, code="GatedRepo", body=b""),
            Failure("file", status=404, code="EntryNotFound", body=b""),
        ],
        ids=lambda failure: f"{failure.step} {failure.status}",
    )
    def test_a_set_that_is_gone_or_closed_is_named_with_the_status(self, hub, raw, failure):
        hub.failure = failure
        assert refused(raw, hub=hub) == (
            f"{hub.endpoint} does not give out {PAR} (HTTP status {failure.status}): "
            "it was removed "
            f"or renamed, or is private or given on request only; {BY_HAND}"
        )

    def test_a_host_in_trouble_is_named_with_the_status(self, hub, raw):
        hub.failure = Failure("list", status=500, body=b"oh\nno")
        assert refused(raw, hub=hub) == (
            f"{PAR} could not be downloaded from {hub.endpoint} (HTTP status 500); {BY_HAND}"
        )

    @pytest.mark.parametrize(
        "body",
        [b"<html>Please log in to the network</html>", b'{"id": "x/y", "siblings": []}'],
        ids=["a page", "no revision"],
    )
    def test_an_answer_of_another_kind_is_no_hub(self, hub, raw, body):
        hub.failure = Failure("list", body=body)
        assert refused(raw, hub=hub) == (
            f"{PAR} could not be downloaded from {hub.endpoint} (it does not answer as the Hub "
            f"does; perhaps a page of the network in between); {BY_HAND}"
        )

    def test_a_file_shorter_than_promised_is_not_taken(self, hub, raw):
        hub.failure = Failure("file", half="short")
        assert "Consistency check failed" in refused(raw, hub=hub)


class TestASetThatHasChanged:
    def test_a_needed_column_that_is_missing_is_named_with_what_was_found(self, hub, raw):
        hub.put(PAR, {"README.csv": PAR_ROWS, "par.csv": PAR_ROWS.replace("par_index", "total", 1)})
        assert refused(raw, hub=hub) == (
            f"{PAR} has changed: par.csv lacks par_index; found year, unit_type, unit_code, "
            "unit_name, total, par_rank, ranked, score_moha, score_survey; expected year, "
            "unit_type, unit_code, unit_name, par_index, par_rank, ranked, score_moha, "
            "score_survey; nothing was changed; download it by hand from "
            "https://huggingface.co/datasets/letrinhan/vn-par-master and say which column is "
            'which: `parstats ingest FILE --index "PAR INDEX" --map ...`'
        )

    @pytest.mark.parametrize(
        "content",
        [b"", PAR_ROWS.splitlines()[0].encode(), PAR_ROWS.encode("utf-16")],
        ids=["empty", "only a header", "in another encoding"],
    )
    def test_a_file_without_readable_rows_is_refused(self, hub, raw, content):
        hub.put(PAR, {"par.csv": content})
        assert "par.csv lacks year, unit_type" in refused(raw, hub=hub)

    def test_a_set_without_csv_says_what_it_holds(self, hub, raw):
        hub.put(PAR, {"data/train.parquet": b"PAR1", "codebook.csv": "a,b\n1,2\n"})
        assert refused(raw, hub=hub) == (
            f"{PAR} has changed: it holds no CSV file of figures, but README.md, codebook.csv, "
            f"data/train.parquet; {BY_HAND}"
        )


class TestWriting:
    def test_a_sidecar_that_cannot_be_written_takes_its_file_with_it(self, hub, raw, monkeypatch):
        def full(path: Path, content: str) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(storage, "write_text", full)
        assert refused(raw, hub=hub) == (
            f"{raw / 'par'} cannot be written to (No space left on device); nothing was changed; "
            "make room or mend the folder and fetch again"
        )

    def test_one_of_several_files_that_cannot_be_written_takes_all_with_it(
        self, hub, raw, monkeypatch
    ):
        write, written = storage.write_text, []

        def full(path: Path, content: str) -> None:
            if written:
                raise OSError(28, "No space left on device")
            written.append(path)
            write(path, content)

        monkeypatch.setattr(storage, "write_text", full)
        hub.put(PAPI, {f"{year}.csv": f"year,province\n{year},1\n" for year in (2023, 2024)})
        refused(raw, "papi", hub=hub)
        assert len(written) == 1

    def test_a_folder_that_may_not_be_written_to_is_told_with_the_remedy(
        self, hub, raw, monkeypatch
    ):
        def locked(path: Path, write: object) -> None:
            raise PermissionError(13, "Permission denied", str(path))

        monkeypatch.setattr(storage, "write_atomic", locked)
        assert refused(raw, hub=hub) == (
            f"{raw / 'par'} cannot be written to (Permission denied); nothing was changed; set "
            "PARSTATS_DATA to a folder of your own that holds raw/, a copy of the published "
            "figures, and fetch again"
        )


def test_the_client_that_is_not_installed_is_named_with_the_way_to_install_it(
    hub, raw, monkeypatch
):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    assert refused(raw, hub=hub) == (
        f'the client of the Hub is not installed: pip install "parstats[fetch]"; {BY_HAND}'
    )
    assert hub.requests == []


def test_a_client_that_breaks_down_is_told_in_its_last_words(hub, raw, tmp_path, monkeypatch):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "huggingface_hub.py").write_text("raise SystemExit('a part is missing')")
    monkeypatch.setenv("PYTHONPATH", str(broken))
    assert refused(raw, hub=hub) == (
        f"{PAR} could not be downloaded from {hub.endpoint} (the client stopped: a part is "
        f"missing); {BY_HAND}"
    )


def test_an_index_without_a_known_set_is_a_wrong_request(raw):
    with pytest.raises(errors.UnknownChoice, match="expected one of papi, sipas, par"):
        fetch("PCI", raw=raw)


def test_every_set_has_its_page_and_a_form_named_after_it():
    rows = csv_tables.rows("public_data")
    assert [row["slug"] for row in rows] == ["papi", "sipas", "par"]
    for row in rows:
        assert row["page"] == f"https://huggingface.co/datasets/{row['repository']}"
        assert row["form"] == row["repository"].partition("/")[2]
        assert row["licence"]


def test_importing_the_module_does_not_load_the_client():
    heavy = "{'huggingface_hub', 'pandas'}"
    code = f"import sys, parstats.pipeline.fetch; print({heavy} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
