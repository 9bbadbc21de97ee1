"""A JupyterHub on this machine: two learners answer, hand in, are graded, and read their feedback. Nothing of one reaches the other.

It needs JupyterHub and its proxy, which no make word installs: ``pip install 'jupyterhub>=5'`` (in an environment of its own, with the course;
COURSE_HUB names its Python) and ``npm install -g configurable-http-proxy``.
"""

import csv
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from lab import run_cell

from course_lib.cli import main

ROOT = Path(__file__).resolve().parents[2]
PYTHON = os.environ.get("COURSE_HUB", sys.executable)
pytestmark = [pytest.mark.browser, pytest.mark.slow]
ANSWERS = {
    "ada": "e = np.exp(scores - scores.max(-1, keepdims=True))\n    return e / e.sum(-1, keepdims=True)",
    "blaise": "e = np.exp(scores - scores.max())\n    return e / e.sum()",
}


def _missing():
    if subprocess.run([PYTHON, "-c", "import jupyterhub, course_lib"], capture_output=True, cwd=ROOT).returncode:
        return "JupyterHub is not installed (pip install -e '.[hub]'; COURSE_HUB names another Python)"
    return "" if shutil.which("configurable-http-proxy") else "configurable-http-proxy is not on the path (npm)"


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture(scope="module")
def hub(_need_browser, tmp_path_factory):
    """The tested configuration, with local accounts and without passwords: its address, and where the homes are."""
    if why := _missing():
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("hub")
    port, inner, proxy = _free_port(), _free_port(), _free_port()
    (folder / "config.py").write_text(
        f"load_subconfig({str(ROOT / 'hub' / 'jupyterhub_config.py')!r})\n"
        "from jupyterhub.spawner import SimpleLocalProcessSpawner\n"
        "c.JupyterHub.spawner_class = SimpleLocalProcessSpawner\n"
        f"c.SimpleLocalProcessSpawner.home_dir_template = {str(folder / 'homes' / '{username}')!r}\n"
        f"c.Spawner.cmd = [{PYTHON!r}, '-m', 'course_lib.hub']\n"
        "c.Spawner.args = ['--LabApp.expose_app_in_browser=True', '--allow-root']\n"
        "c.JupyterHub.authenticator_class = 'dummy'\nc.Authenticator.allow_all = True\n"
        f"c.JupyterHub.bind_url = 'http://127.0.0.1:{port}'\nc.JupyterHub.hub_port = {inner}\n"
        f"c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{proxy}'\n",
        encoding="utf-8",
    )
    log = (folder / "hub.log").open("w")
    command = [PYTHON, "-m", "jupyterhub", "-f", str(folder / "config.py")]
    server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/hub/login", timeout=5)
                break
            except (urllib.error.URLError, OSError):
                assert server.poll() is None, (folder / "hub.log").read_text()[-3000:]
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", folder / "homes"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
        log.close()


def _answer(browser, address, name):
    """Log in, open lesson 04, write an answer, check it, save; returns what the check said."""
    page = browser.new_page()
    browser.clear_cookies()
    page.goto(f"{address}/hub/login?next=%2Fhub%2Fspawn", wait_until="domcontentloaded")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", "x")
    page.click("#login_submit")
    page.wait_for_url("**/lab/tree/00_start_here.ipynb**", timeout=120000)
    page.goto(f"{address}/user/{name}/lab/tree/04_attention.ipynb?reset", wait_until="domcontentloaded")
    page.wait_for_function("window.jupyterapp !== undefined", timeout=120000)
    page.evaluate(
        """async () => {
            const app = window.jupyterapp;
            await app.restored;
            const widget = await app.commands.execute('docmanager:open', {path: '04_attention.ipynb', factory: 'Notebook'});
            await widget.context.ready;
            await widget.sessionContext.ready;
            const kernel = widget.sessionContext.session.kernel;
            await kernel.info;
            while (kernel.status !== 'idle') await new Promise((resolve) => setTimeout(resolve, 50));
            window.notebook = widget;
        }"""
    )
    cells = page.evaluate("() => window.notebook.content.widgets.map(cell => cell.model.sharedModel.getSource())")
    (first,) = [i for i, source in enumerate(cells) if source.startswith("import ") or "import numpy as np" in source][
        :1
    ]
    (place,) = [i for i, source in enumerate(cells) if source.startswith("# exercise: attention.softmax")]
    source = f"# exercise: attention.softmax\ndef softmax(scores):\n    {ANSWERS[name]}"
    page.evaluate(
        "([place, source]) => window.notebook.content.widgets[place].model.sharedModel.setSource(source)",
        [place, source],
    )
    check = next(i for i, text in enumerate(cells) if text.startswith('check("attention.softmax"'))
    for index in (first, place, check):
        run_cell(page, index)
    said = page.evaluate("(i) => JSON.stringify(window.notebook.content.widgets[i].model.outputs.toJSON())", check)
    page.evaluate("async () => { await window.notebook.context.save(); }")
    return page, said


def test_two_learners_from_login_to_feedback(hub, browser, tmp_path, capsys):
    address, homes = hub
    said = {}
    for name in ANSWERS:
        page, said[name] = _answer(browser, address, name)
        page.close()
    assert "✓ PASSED" in said["ada"]
    assert "✗" in said["blaise"]
    for name in ANSWERS:
        own = homes / name / "transformers"
        assert len(list(own.glob("[0-9][0-9]_*.ipynb"))) == 17
        assert (own / "progress.sqlite").is_file()  # each has their own
    where = str(homes / "*" / "transformers")
    assert main(["classroom", "collect", where, "--lesson", "04", "--out", str(tmp_path / "in")]) == 0
    words = [
        "grade",
        str(tmp_path / "in"),
        "--times",
        str(tmp_path / "in" / "times.csv"),
        "--out",
        str(tmp_path / "out"),
    ]
    assert main(["classroom", *words]) == 0
    lines = {
        line["student"]: line for line in csv.DictReader((tmp_path / "out" / "gradebook.csv").read_text().splitlines())
    }
    assert (lines["ada"]["attention.softmax"], lines["blaise"]["attention.softmax"]) == ("2", "0")
    assert main(["classroom", "give", where, "--results", str(tmp_path / "out")]) == 0
    page = browser.new_page()
    browser.clear_cookies()
    page.goto(f"{address}/hub/login?next=%2Fhub%2Fuser-redirect%2Ffiles%2Ffeedback.html", wait_until="domcontentloaded")
    page.fill("input[name=username]", "blaise")
    page.fill("input[name=password]", "x")
    page.click("#login_submit")
    page.wait_for_url("**/feedback.html**", timeout=60000)
    text = page.content()
    assert "0 of 5 exercises passed" in text
    assert "ada" not in re.findall(r"[a-z]+", text.lower())
    page.close()


def test_a_second_start_changes_no_work(hub):
    _, homes = hub
    written = homes / "ada" / "transformers" / "04_attention.ipynb"
    before = written.read_bytes()
    code = "from pathlib import Path; from course_lib.worked.folder import copies; import sys; print(copies(Path(sys.argv[1]), Path(sys.argv[2])))"
    subprocess.run([sys.executable, "-c", code, str(ROOT), str(written.parent)], check=True, cwd=ROOT)
    assert written.read_bytes() == before
