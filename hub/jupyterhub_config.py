"""A JupyterHub for a class on one machine: `jupyterhub -f hub/jupyterhub_config.py`. See docs/teaching.md, "A hub".

The course lies in one folder that everybody can read and nobody but you can write; it needs its environment with the extra
`hub` (`make lab` once, then `.venv/bin/pip install -c constraints.txt -e '.[hub]'`).
"""

from pathlib import Path

c = get_config()

COURSE = Path(__file__).resolve().parents[1]
PYTHON = str(COURSE / ".venv" / "bin" / "python")

# Copies of the notebooks at every start, over nobody's work; the course's Jupyter settings; one thread each.
c.Spawner.cmd = [PYTHON, "-m", "course_lib.hub"]
c.Spawner.default_url = "/lab/tree/00_start_here.ipynb"
c.Spawner.environment = {"PYTHONPATH": str(COURSE), "OMP_NUM_THREADS": "1"}
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120

# Measured: a learner needs 0.7 GB, lesson 10 the most. Spawners that can (systemd, Docker, Kubernetes) hold a limit.
c.Spawner.mem_guarantee = "0.7G"
c.Spawner.mem_limit = "1.5G"
