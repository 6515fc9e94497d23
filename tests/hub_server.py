"""A small Hub on this machine: it answers what the client of the Hugging Face Hub asks.

The rows are figures that are known from elsewhere, in the columns that the public sets are known
to have. Of `ranked` and `geo_short` only the columns are known: their cells are plausible.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

PAR = "letrinhan/vn-par-master"
SIPAS = "letrinhan/vn-sipas-provincial"
PAPI = "letrinhan/vn-provinces-papi"

PAR_ROWS = """\
year,unit_type,unit_code,unit_name,par_index,par_rank,ranked,score_moha,score_survey
2012,province,48,Đà Nẵng,87.12,1,63,53.25,33.87
2012,province,77,Bà Rịa - Vũng Tàu,86.14,2,63,54.35,31.79
2012,province,79,TP. Hồ Chí Minh,83.83,3,63,52.75,31.08
2012,province,87,Đồng Tháp,83.41,4,63,52.5,30.91
2012,province,89,An Giang,83.25,5,63,54.25,29
2012,province,31,Hải Phòng,83.05,6,63,51.5,31.55
2012,province,1,Hà Nội,82.77,7,63,51.25,31.52
2012,province,24,Bắc Giang,82.75,8,63,53.75,29
2012,province,34,Thái Bình,81.95,9,63,50.25,31.7
2012,province,86,Vĩnh Long,81.67,10,63,51.25,30.42
2012,province,74,Bình Dương,81.26,11,63,50.5,30.76
2012,province,92,Cần Thơ,80.87,12,63,50.5,30.37
2012,province,37,Ninh Bình,80.73,13,63,50,30.73
2012,province,95,Bạc Liêu,80.56,14,63,50.1,30.46
2012,province,93,Hậu Giang,80.52,15,63,48.1,32.42
2012,province,38,Thanh Hóa,80.41,16,63,51,29.41
2012,province,10,Lào Cai,80.36,17,63,48.35,32.01
2012,province,72,Tây Ninh,80.29,18,63,51.5,28.79
2012,province,22,Quảng Ninh,80.21,19,63,49.75,30.46
"""

SIPAS_ROWS = """\
year,geo_code,geo_name,geo_short,geo_system,sipas_rank,sipas_index
2015,48,Đà Nẵng,DNA,historical_63,1,95.99
2015,96,Cà Mau,CM,historical_63,2,89.86
2015,22,Quảng Ninh,QN,historical_63,3,85.18
2015,42,Hà Tĩnh,HT,historical_63,4,84.94
2015,12,Lai Châu,LC,historical_63,5,84.94
2015,79,TP. Hồ Chí Minh,HCM,historical_63,6,84.51
2015,1,Hà Nội,HN,historical_63,7,83.83
2015,72,Tây Ninh,TN,historical_63,8,82.78
2015,66,Đắk Lắk,DLK,historical_63,9,78.67
2015,33,Hưng Yên,HY,historical_63,10,73.51
"""


@dataclass
class Failure:
    """Something that goes wrong at one step: "list" (of files) or "file" (its download)."""

    step: str
    status: int = 200
    code: str = ""
    body: bytes | None = None
    # No answer before it is set.
    until: threading.Event | None = None
    # The promised length stays ("cut"), or shrinks with the body ("short").
    half: str = ""


@dataclass
class Hub:
    """What the server holds, and what it was asked.

    Attributes
    ----------
    endpoint : str
        Its address.
    failure : Fault or None
        What goes wrong from now on.
    requests : list
        Method, path and headers of each request.
    """

    endpoint: str = ""
    failure: Failure | None = None
    licence: str | None = None
    sets: dict[str, tuple[str, dict[str, bytes]]] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def put(self, repository: str, files: dict[str, str | bytes]) -> str:
        """Make these the files of a set; returns the revision, which their content determines."""
        content = {
            name: text.encode() if isinstance(text, str) else text for name, text in files.items()
        }
        revision = hashlib.sha1(repr(sorted(content.items())).encode()).hexdigest()
        self.sets[repository] = revision, {"README.md": b"a card", **content}
        return revision

    def failure_at(self, step: str) -> Failure:
        """The fault of a step; one without effect if there is none."""
        return self.failure if self.failure and self.failure.step == step else Failure(step)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    hub: Hub

    def log_message(self, *_: object) -> None:
        """Keep the tests quiet."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append((self.command, path, dict(self.headers)))
        if path.startswith("/api/datasets/"):
            self.give_list(path.removeprefix("/api/datasets/").partition("/revision/")[0])
        elif path.startswith("/datasets/"):
            repository, _, rest = path.removeprefix("/datasets/").partition("/resolve/")
            self.give_file(repository, *rest.split("/", 1))
        else:
            self.give(404, b"{}")

    def give_list(self, repository: str) -> None:
        if repository not in self.hub.sets:
            self.give(401, b"{}", **{"X-Error-Code": "RepoNotFound"})
            return
        revision, files = self.hub.sets[repository]
        card = {"license": self.hub.licence} if self.hub.licence else {}
        answer: dict[str, Any] = {
            "id": repository,
            "sha": revision,
            "private": False,
            "cardData": card,
            "siblings": [{"rfilename": name} for name in files],
        }
        self.give_or_fail("list", json.dumps(answer).encode())

    def give_file(self, repository: str, revision: str, name: str) -> None:
        newest, files = self.hub.sets.get(repository, ("", {}))
        if revision != newest or name not in files:
            self.give(404, b"", **{"X-Error-Code": "EntryNotFound"})
            return
        content = files[name]
        etag = f'"{hashlib.sha1(content).hexdigest()}"'
        self.give_or_fail("file", content, **{"X-Repo-Commit": revision, "ETag": etag})

    def give_or_fail(self, step: str, body: bytes, **headers: str) -> None:
        failure = self.hub.failure_at(step)
        if failure.until:
            failure.until.wait()
        if failure.code:
            headers["X-Error-Code"] = failure.code
        body = body if failure.body is None else failure.body
        promised = len(body)
        if failure.half and self.command == "GET":
            body = body[: len(body) // 2]
            promised = promised if failure.half == "cut" else len(body)
        self.give(failure.status, body, promised, **headers)

    def give(self, status: int, body: bytes, length: int | None = None, **headers: str) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body) if length is None else length))
            for name, value in headers.items():
                self.send_header(name, value)
            # The client prints this.
            self.send_header("X-HF-Warning", "topic; a new version is out")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)
        except ConnectionError:
            pass  # The client had enough.
        self.close_connection = length is not None and length != len(body)


class HubServer:
    """A Hub that answers for the time of a ``with`` block."""

    def __enter__(self) -> Hub:
        self.hub = Hub()
        handler = type("Handler", (_Handler,), {"hub": self.hub})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.hub.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self.hub

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
