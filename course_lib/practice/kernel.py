"""A kernel for grading: cells run one by one with a limit of time, what they print is dropped, and nothing outlives it."""

import contextlib
import json
import os
import queue
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.practice.asking import MIME
from course_lib.practice.channels import channels

__all__ = ["FLOOD", "Kernel", "Ran"]

FLOOD = 20_000_000  # bytes that a cell may print before it is stopped
PATIENCE = 3.0  # seconds in which an interrupted cell must end
STARTS_WITHIN = 60.0  # seconds for a kernel to answer for the first time


@dataclass
class Ran:
    """What came of a cell.

    Attributes:
        state: "ended", "interrupted" (it was stopped, and the kernel goes on), "stuck" (it would not be stopped) or "died".
        flooded: whether it was stopped because of all that it printed.
        raised: the name of the exception that ended it, or nothing.
        said: what `asking.ask` sent, one record for each time it was called.
    """

    state: str = "ended"
    flooded: bool = False
    raised: str = ""
    said: list[dict] = field(default_factory=list)


class Kernel:
    """A Python kernel in a folder. Use it in a ``with``; at the end it is gone, with all the processes it has started."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, environment

    def __enter__(self) -> "Kernel":
        from ipykernel.kernelspec import get_kernel_dict
        from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
        from jupyter_client.manager import KernelManager

        class ThisPython(KernelSpecManager):
            """The Python that grades, whatever is registered under the name python3: that may be gone, or another one."""

            def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
                return KernelSpec(**get_kernel_dict())

        self._place = contextlib.ExitStack()
        folder = self._place.enter_context(tempfile.TemporaryDirectory(prefix="course-kernel-"))
        connection = str(Path(folder) / "kernel.json")  # the home folder may be read-only
        self._manager = KernelManager(
            kernel_name="python3",
            kernel_spec_manager=ThisPython(),
            connection_file=connection,
            **self._place.enter_context(channels()),
        )
        # It talks to this process alone, so that there is no need to warn of others.
        self._manager.start_kernel(cwd=str(self._folder), env=self._environment, extra_arguments=["--log-level=ERROR"])
        self._client = self._manager.client()
        self._client.start_channels()
        try:
            self._client.wait_for_ready(timeout=STARTS_WITHIN)
        except RuntimeError:
            self.kill()
            raise
        return self

    def __exit__(self, *problem: object) -> None:
        self.kill()

    def run(self, source: str, seconds: float) -> Ran:
        """Run a cell for at most so many seconds."""
        ran, printed = Ran(), 0
        message_id = self._client.execute(source, store_history=False, allow_stdin=False, stop_on_error=False)
        for message in self._messages(message_id, time.monotonic() + seconds):
            content, kind = message["content"], message["msg_type"]
            if kind == "error":
                ran.raised = str(content.get("ename", ""))
            elif kind in ("display_data", "execute_result") and MIME in content.get("data", {}):
                ran.said.append(json.loads(content["data"][MIME]))
            elif kind == "status" and content["execution_state"] == "idle":
                return ran
            printed += len(str(content)) if kind != "status" else 0
            if printed > FLOOD:
                ran.flooded = True
                break
        if not self._manager.is_alive():
            ran.state = "died"
            return ran
        ran.state = "interrupted" if self._interrupted(message_id) else "stuck" if self._manager.is_alive() else "died"
        return ran

    def _messages(self, message_id: str, end: float) -> Iterator[dict]:
        """What the kernel says about one cell, until the time is up or the kernel has died."""
        while (left := end - time.monotonic()) > 0:
            try:
                message = self._client.get_iopub_msg(timeout=min(left, 0.5))
            except queue.Empty:
                if not self._manager.is_alive():
                    return
                continue
            if message["parent_header"].get("msg_id") == message_id:
                yield message

    def _interrupted(self, message_id: str) -> bool:
        """Whether the cell ends after an interrupt."""
        self._manager.interrupt_kernel()
        return any(
            message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
            for message in self._messages(message_id, time.monotonic() + PATIENCE)
        )

    def kill(self) -> None:
        """End the kernel at once, and whatever it has started."""
        for process in self._family():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        for end in (self._client.stop_channels, lambda: self._manager.shutdown_kernel(now=True)):
            with contextlib.suppress(Exception):  # it is gone already, or its files are: there is nothing more to end
                end()
        self._place.close()

    def _family(self) -> list[int]:
        """The process ids of the kernel's children and theirs; the kernel itself is ended by its manager."""
        import psutil

        own = getattr(self._manager.provisioner, "pid", None)
        try:
            return [child.pid for child in psutil.Process(own).children(recursive=True)] if own else []
        except psutil.Error:
            return []
