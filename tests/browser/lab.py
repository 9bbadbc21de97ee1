"""JupyterLab and Chromium, started for a test or a measurement and stopped after it.

Nothing of the user is used or changed: settings, data, workspaces and the browser profile live in a temporary folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat

from course_lib.lab import lab_environment, style_options
from course_lib.publish.browser import FLAGS, find_browser


def write_notebook(path: Path, cells: Sequence[str]) -> Path:
    """A notebook of code cells, with ids that do not change."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(cells)]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)
    return path


class Lab:
    """A running JupyterLab. ``root`` is the folder that it shows."""

    def __init__(self, root: Path, url: str, token: str):
        self.root, self.url, self.token = root, url, token

    def add(self, name: str, cells: Sequence[str]) -> str:
        """Write a notebook into the folder and return its name."""
        return write_notebook(self.root / name, cells).name

    def open(self, page, name: str, theme: str = "JupyterLab Light"):
        """Open a notebook; return when its kernel answers. Before that JupyterLab would drop cells that are run."""
        page.goto(f"{self.url}/lab?reset&token={self.token}", wait_until="domcontentloaded")
        page.wait_for_function("window.jupyterapp !== undefined", timeout=60000)
        page.evaluate(
            """async ([path, theme]) => {
                const app = window.jupyterapp;
                await app.restored;
                await app.commands.execute('apputils:change-theme', {theme});
                const widget = await app.commands.execute('docmanager:open', {path, factory: 'Notebook'});
                await widget.context.ready;
                await widget.sessionContext.ready;
                const kernel = widget.sessionContext.session.kernel;
                await kernel.info;
                while (kernel.status !== 'idle') await new Promise((resolve) => setTimeout(resolve, 50));
                // The widget manager asks a new kernel for its widgets; a view made meanwhile would be made twice.
                await new Promise((resolve) => setTimeout(resolve, 500));
                app.shell.collapseLeft();
                window.notebook = widget;
            }""",
            [name, theme],
        )
        return page

    def stop_kernels(self) -> None:
        """Shut down all kernels, so that one test does not burden the next."""
        for kernel in json.loads(self._call("GET", "kernels") or b"[]"):
            with contextlib.suppress(urllib.error.HTTPError):
                self._call("DELETE", f"kernels/{kernel['id']}")

    def _call(self, method: str, path: str) -> bytes:
        request = urllib.request.Request(
            f"{self.url}/api/{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read()


def run_all(page, wait: bool = True) -> None:
    """Run all cells; with ``wait``, until the kernel is idle and every cell has its number."""
    page.evaluate(
        """async (wait) => {
            const run = window.jupyterapp.commands.execute('notebook:run-all-cells');
            if (wait) await run;
        }""",
        wait,
    )


def run_cell(page, index: int, wait: bool = True) -> None:
    """Run one cell by its place."""
    page.evaluate(
        """async ([index, wait]) => {
            const content = window.notebook.content;
            content.activeCellIndex = index;
            content.deselectAll();
            const run = window.jupyterapp.commands.execute('notebook:run-cell');
            if (wait) await run;
        }""",
        [index, wait],
    )


def outputs(page) -> list[str]:
    """The text of every code cell's outputs."""
    return page.evaluate(
        "() => window.notebook.content.widgets.map(c => c.model.outputs ? JSON.stringify(c.model.outputs.toJSON()) : '')"
    )


@contextlib.contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    """Start JupyterLab on a free port, in ``folder``; stop it and its kernels afterwards."""
    root, home = folder / "notebooks", folder / "home"
    root.mkdir(parents=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    names = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
             "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "IPYTHONDIR": "ipython"}  # fmt: skip
    library = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, **{name: str(home / place) for name, place in names.items()}, "PYTHONPATH": library}
    environment.pop("JUPYTER_CONFIG_PATH", None)
    environment = lab_environment(environment)  # the one setting that `make lab` starts with
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
               "--ServerApp.ip=127.0.0.1", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}",
               "--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly", *style_options()]  # fmt: skip
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    with (folder / "jupyterlab.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, cwd=root, stdout=log, stderr=subprocess.STDOUT)
        lab = Lab(root, f"http://127.0.0.1:{port}", token)
        try:
            _wait_until_it_answers(lab, server, folder / "jupyterlab.log")
            yield lab
            with contextlib.suppress(OSError):
                lab.stop_kernels()
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_until_it_answers(lab: Lab, server: subprocess.Popen, log: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            lab._call("GET", "status")
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start; its log ends with:\n{log.read_text(errors='replace')[-2000:]}")


@contextlib.contextmanager
def running_browser(folder: Path, width: int = 1180, height: int = 1500) -> Iterator:
    """A Chromium with an empty profile: a Playwright browser context, whose pages are closed at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(folder / "profile"), executable_path=find_browser(), headless=True, args=list(FLAGS),
            viewport={"width": width, "height": height}, accept_downloads=True,
        )  # fmt: skip
        try:
            yield context
        finally:
            context.close()
