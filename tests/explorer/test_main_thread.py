"""A figure computes on the kernel's main thread, whichever way its messages are brought: through the shell as always, or
through a subshell, which is a thread of its own and what JupyterLab, Notebook 7 and hubs use unless they are told otherwise."""

import subprocess
import sys

import pytest
from jupyter_client.manager import KernelManager

from course_lib.explorer import Bars, Explorer, Slider
from course_lib.practice.channels import channels

CELL = """import threading
from course_lib.explorer import *
threads = []
def compute(n):
    threads.append(threading.current_thread() is threading.main_thread())
    return {"a": [float(n)]}
figure = Explorer(compute, [Slider("n", [1, 2, 3])], [[Bars("a")]], frames="never")
figure.mode, threads.clear()
print(figure.view.model_id)
"""


@pytest.fixture(scope="module")
def kernel():
    with channels() as settings:
        manager = KernelManager(kernel_name="python3", **settings)
        manager.start_kernel(extra_arguments=["--log-level=ERROR"])
        client = manager.blocking_client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        yield client
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run(client, code):
    """Run code and return what it printed."""
    printed = []
    client.execute_interactive(
        code, output_hook=lambda message: printed.append(message["content"].get("text", "")), timeout=60
    )
    return "".join(printed).strip()


def ask(client, model, n, subshell=None):
    """Send what the page sends when a slider was moved; return the kinds of what the kernel answers with until it is done."""
    content = {
        "comm_id": model,
        "data": {"method": "custom", "content": {"kind": "ask", "id": f"q{n}", "at": {"n": n}}},
    }
    message = client.session.msg("comm_msg", content)
    if subshell is not None:
        message["header"]["subshell_id"] = subshell
    client.shell_channel.send(message)
    while True:
        heard = client.get_iopub_msg(timeout=30)
        if heard["msg_type"] == "comm_msg" and heard["content"]["data"].get("content", {}).get("kind") == "answer":
            return heard["content"]["data"]["content"]["id"]


def test_a_message_through_a_subshell_is_heard_on_the_main_thread(kernel):
    model = run(kernel, CELL)
    message = kernel.session.msg("create_subshell_request", {})
    kernel.control_channel.send(message)
    subshell = kernel.get_control_msg(timeout=30)["content"]["subshell_id"]
    assert ask(kernel, model, 2, subshell) == "q2"
    assert run(kernel, "print(threads)") == "[True]", "the learner's function ran beside the main thread"


def test_the_subshell_is_a_thread_of_its_own(kernel):
    """Without that the test above could not fail."""
    message = kernel.session.msg("create_subshell_request", {})
    kernel.control_channel.send(message)
    subshell = kernel.get_control_msg(timeout=30)["content"]["subshell_id"]
    message = kernel.session.msg("execute_request", {"code": "import threading; print(threading.current_thread() is threading.main_thread())",
                                                     "silent": False, "store_history": False, "user_expressions": {},
                                                     "allow_stdin": False, "stop_on_error": False})  # fmt: skip
    message["header"]["subshell_id"] = subshell
    kernel.shell_channel.send(message)
    while True:
        heard = kernel.get_iopub_msg(timeout=30)
        if heard["msg_type"] == "stream":
            assert heard["content"]["text"].strip() == "False"
            return


ON_ANOTHER_THREAD = """
import asyncio, threading
from course_lib.explorer import Bars, Explorer, Slider
from course_lib.practice.channels import channels
threads, sent = [], []
def compute(n):
    threads.append(threading.current_thread() is threading.main_thread())
    return {"a": [float(n)]}
async def main():
    figure = Explorer(compute, [Slider("n", [1, 2, 3])], [[Bars("a")]], frames="never")
    figure.view.send = lambda content, buffers: sent.append(content["id"])
    threads.clear()
    await asyncio.to_thread(figure.view._bring, figure.view, {"kind": "ask", "id": "x", "at": {"n": 1}}, [])
    await asyncio.sleep(0.01)
asyncio.run(main())
print(sent, threads)
"""


def test_a_message_on_another_thread_is_handed_to_the_main_one():
    """As some kernels bring it (ipykernel 7.4 does so itself, others do not). In a process whose main thread has no other loop."""
    run = subprocess.run([sys.executable, "-c", ON_ANOTHER_THREAD], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['x'] [True]"


def test_without_a_kernel_it_is_heard_at_once():
    sent = []
    figure = Explorer(lambda n: {"a": [float(n)]}, [Slider("n", [1, 2, 3])], [[Bars("a")]], frames="never")
    figure.view.send = lambda content, buffers: sent.append(content["id"])
    figure.view._bring(figure.view, {"kind": "ask", "id": "x", "at": {"n": 1}}, [])
    assert sent == ["x"]
