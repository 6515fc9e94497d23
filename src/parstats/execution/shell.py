"""An IPython kernel without sockets: its messages are passed within this process."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections import deque
from queue import Empty
from types import SimpleNamespace
from typing import Any
from unittest import mock

from ipykernel import eventloops, zmqshell
from ipykernel.ipkernel import IPythonKernel
from jupyter_client.session import Session
from traitlets.config import Config

from parstats.execution.capture import Stream, captured

# Every kernel imports its debugger; imported here it is there before the fork, and it keeps its
# advice on how Python was started to itself.
with mock.patch.dict(os.environ, PYDEVD_DISABLE_FILE_VALIDATION="1"):
    import ipykernel.debugger  # noqa: F401

Message = dict[str, Any]
_INLINE = "module://matplotlib_inline.backend_inline"
_PUBLISHED, _REPLIES = "published", "replies"


class _Wire(Session):
    """A session whose messages are kept instead of sent: outputs in one queue, replies in another.

    Content goes through JSON as on its way from a kernel, so that what is kept is what a client
    of a kernel would see.
    """

    def __init__(self, **traits: Any) -> None:
        super().__init__(key=b"", **traits)
        self.published: deque[Message] = deque()
        self.replies: deque[Message] = deque()

    def send(
        self,
        stream: Any,
        msg_or_type: Message | str,
        content: Message | None = None,
        parent: Message | None = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: Message | None = None,
        metadata: Message | None = None,
    ) -> Message:
        """Keep a message."""
        if isinstance(msg_or_type, dict):
            message = msg_or_type
        else:
            message = self.msg(msg_or_type, content, parent, header, metadata)
        message["content"] = self.unpack(self.pack(message["content"]))
        message["buffers"] = [bytes(part) for part in buffers or ()]
        if stream == _REPLIES:
            self.replies.append(message)
        elif not self._joined(message):
            self.published.append(message)
        return message

    def _joined(self, message: Message) -> bool:
        """Append a text to the message before; return whether it continued it."""
        if message["msg_type"] != "stream" or not self.published:
            return False
        last = self.published[-1]
        same = (
            last["msg_type"] == "stream"
            and last["content"]["name"] == message["content"]["name"]
            and last["parent_header"].get("msg_id") == message["parent_header"].get("msg_id")
        )
        if same:
            last["content"]["text"] += message["content"]["text"]
        return bool(same)


class ZMQInteractiveShell(zmqshell.ZMQInteractiveShell):
    """The shell of a kernel; packages recognise it by this class name."""

    def enable_gui(self, gui: Any = None) -> None:
        """Enable the event loop of a graphical interface in this kernel."""
        eventloops.enable_gui(gui, self.kernel)
        self.active_eventloop = gui


class _Kernel(IPythonKernel):
    shell_class = ZMQInteractiveShell

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Do nothing: no requests are queued here that an error would drop."""


class Shell:
    """A fresh IPython in this process, set up as in a kernel, and its client.

    It has what `nbclient.NotebookClient` asks of a kernel client. There can be one at a time; it
    belongs into a separate process, for cells change whatever they like.
    """

    allow_stdin = False

    def __init__(self) -> None:
        _forget_shells()
        if "" not in sys.path:
            sys.path.insert(0, "")  # modules beside the notebook
        sys.argv[1:] = []  # they are for another program
        os.environ["MPLBACKEND"] = _INLINE  # as a kernel; one inherited would lose all figures
        self.session = _Wire()
        self.kernel = _kernel(self.session)
        self.kernel.shell.exit_now = False
        self.kernel.shell.extension_manager.load_extension("storemagic")
        _tell_packages(self.kernel.shell)
        self._capture = captured(self._printed)
        self._streams: tuple[Stream, ...] = ()
        self._dead = False
        self.iopub_channel = SimpleNamespace(get_msg=self._next_published)
        self.shell_channel = SimpleNamespace(get_msg=self._next_reply, send=self._from_client)
        self._to_kernel: deque[Message] = deque()

    @property
    def language_info(self) -> dict[str, Any]:
        """Return what a kernel reports about its language."""
        return dict(self.kernel.language_info)

    def __enter__(self) -> Shell:
        self._streams = self._capture.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._capture.__exit__(*error)

    async def is_alive(self) -> bool:
        """Return whether the cells left the kernel running; ``exit()`` ends it."""
        return not self._dead

    async def execute(
        self, code: str, store_history: bool = True, stop_on_error: bool = True
    ) -> str:
        """Run the code of a cell; its messages are there when this returns.

        Parameters
        ----------
        code : str
        store_history, stop_on_error : bool
            As in the messages of Jupyter.

        Returns
        -------
        str
            By what the messages name this request.
        """
        from nbclient.exceptions import DeadKernelError

        if self._dead:
            raise DeadKernelError("Kernel died")
        content = {
            "code": code,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": stop_on_error,
        }
        request = self.session.msg("execute_request", content)
        self._receive(request)
        self.kernel._publish_status("busy", "shell")
        await self.kernel.execute_request(_REPLIES, [], request)
        for stream in self._streams:  # a cell may have put others in their place
            stream.flush()
        self.kernel._publish_status("idle", "shell")
        self._dead = bool(self.kernel.shell.exit_now)
        return str(request["header"]["msg_id"])

    def _receive(self, request: Message) -> None:
        self.kernel.set_parent([], request)

    def _printed(self, name: str, text: str) -> None:
        parent = self.kernel.get_parent()
        self.session.send(_PUBLISHED, "stream", {"name": name, "text": text}, parent)

    def _from_client(self, message: Message) -> None:
        """Receive a message of a widget's front end; kernels take it between two cells."""
        self._to_kernel.append(message)

    def settle(self) -> None:
        """Let the kernel process the messages of the client."""
        while self._to_kernel:
            message = self._to_kernel.popleft()
            message.setdefault("buffers", [])
            handler = self.kernel.shell_handlers.get(message["header"]["msg_type"])
            if handler is not None:
                self._receive(message)
                handler(_REPLIES, [], message)

    async def _next_published(self, timeout: float | None = None) -> Message:
        return _first(self.session.published)

    async def _next_reply(self, timeout: float | None = None) -> Message:
        await asyncio.sleep(0)
        return _first(self.session.replies)


def _first(queue: deque[Message]) -> Message:
    if not queue:
        raise Empty
    return queue.popleft()


def _kernel(session: Session) -> Any:
    """Return the kernel of this process; its sockets and threads are stubs."""
    kernel: Any = _Kernel.instance(
        session=session,
        iopub_socket=_PUBLISHED,
        log=logging.getLogger(__name__),
        # Cells run in the main thread, which is that of no channel: signals are left alone.
        shell_channel_thread=SimpleNamespace(parent_thread=None),
        config=_settings(),
    )
    kernel.io_loop = SimpleNamespace(call_later=lambda *_: None, stop=None)
    return kernel


def _forget_shells() -> None:
    """Drop shells inherited from a parent process: they are singletons."""
    from IPython.core.interactiveshell import InteractiveShell

    for kind in (IPythonKernel, InteractiveShell):
        if kind.initialized():
            kind.clear_instance()


def _tell_packages(shell: ZMQInteractiveShell) -> None:
    """Tell packages that were imported before the shell existed that there is one."""
    if "matplotlib.pyplot" in sys.modules:
        shell.enable_matplotlib("inline")
        sys.modules["matplotlib.pyplot"].close("all")  # figures of an ancestor are not ours
    pandas = sys.modules.get("pandas")
    if pandas is not None and pandas.get_option("display.max_columns") == 0:
        pandas.set_option("display.max_columns", 20)  # 0, "as wide as the terminal", is for those
    for name in ("tqdm.auto", "tqdm.autonotebook"):  # which bar to draw is settled by the import
        sys.modules.pop(name, None)


def _settings() -> Config:
    settings = Config()
    # One file of history for many processes at once would lock; it would also hold a thread.
    settings.HistoryManager.enabled = False
    settings.HistoryManager.hist_file = ":memory:"
    return settings
