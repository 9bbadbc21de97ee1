"""Opens JupyterLab on the course, with the settings and the style that it needs.

JupyterLab's default runs widget callbacks on a second thread of the kernel, where they collide with the cell that is
running; and it asks whether it may fetch news, which lies on the figures until one has answered. ``lab_config`` switches both
off for this server alone, and holds the style of the page; the reader's own settings stay as they are.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

__all__ = ["lab_environment", "open_lab", "style_options"]

CONFIG = Path(__file__).parent / "lab_config"


def lab_environment(surroundings: dict[str, str]) -> dict[str, str]:
    """The environment variables to start JupyterLab with: the given ones, and where our settings are.

    >>> lab_environment({"JUPYTER_CONFIG_PATH": "/etc/mine"})["JUPYTER_CONFIG_PATH"].split(os.pathsep)[1]
    '/etc/mine'
    """
    paths = [str(CONFIG), surroundings.get("JUPYTER_CONFIG_PATH", "")]
    return {**surroundings, "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths))}


def style_options() -> list[str]:
    """The options with which JupyterLab loads ``lab_config/custom/custom.css``, which it looks for in a fixed place else.

    >>> style_options()[0]
    '--LabApp.custom_css=True'
    """
    places = {"static_custom_path": [str(CONFIG / "custom")]}
    return ["--LabApp.custom_css=True", f"--ServerApp.tornado_settings={json.dumps(places)}"]


def open_lab(folder: Path, notebook: str, browser: bool = True, port: int | None = None) -> int:
    """Serve a folder with JupyterLab, opened on a notebook, until it is stopped. Returns its exit status.

    Raises:
        FileNotFoundError: the notebook is not there.
    """
    if not (folder / notebook).is_file():
        raise FileNotFoundError(
            f"no notebook {folder / notebook}; there are {sorted(p.name for p in folder.glob('*.ipynb'))}"
        )
    command = [sys.executable, "-m", "jupyterlab", "--ServerApp.root_dir", str(folder)]
    command += ["--LabApp.default_url", f"/lab/tree/{notebook}"]
    command += style_options()
    command += [] if browser else ["--no-browser"]
    command += ["--port", str(port)] if port is not None else []
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container one is often root, and Jupyter then refuses
        command += ["--allow-root"]
    try:
        return subprocess.run(command, env=lab_environment(dict(os.environ)), check=False).returncode
    except KeyboardInterrupt:
        return 0
