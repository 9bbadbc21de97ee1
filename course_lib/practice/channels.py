"""How a program here speaks with a kernel of its own."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["channels"]

LONGEST = 100  # characters of a socket's path: Linux takes 107, macOS 103


@contextmanager
def channels() -> Iterator[dict[str, str]]:
    """Settings of a ``jupyter_client.KernelManager``: sockets in a folder that is gone afterwards.

    Ports are looked for by the manager and bound by the kernel a second later. A port that another program has taken
    meanwhile ends the kernel with "Kernel died before replying to kernel_info"; a folder of one's own nobody takes. Where
    there are no such sockets (Windows), or the folder for temporary files lies too deep, it is ports all the same.

    Example:
        >>> with channels() as settings:
        ...     set(settings) <= {"transport", "ip"}
        True
    """
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as folder:
        place = str(Path(folder) / "kernel")
        yield {} if sys.platform == "win32" or len(place) > LONGEST else {"transport": "ipc", "ip": place}
