"""Many at once, in order; and nothing is left running."""

import math
import operator
import os
import signal
import subprocess
import sys
import time

import pytest

from assetforge.parallel import WorkerLost, in_processes, in_threads

# Work from the standard library: a worker of a fork server cannot import a test.


@pytest.mark.parametrize("many", [in_processes, in_threads])
@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_items(many, jobs):
    assert list(many(operator.neg, range(40), jobs)) == [-number for number in range(40)]


@pytest.mark.parametrize("many", [in_processes, in_threads])
def test_an_error_reaches_the_caller_and_ends_the_rest(many):
    with pytest.raises(ValueError):
        list(many(math.sqrt, [4, 4, 4, -1, *[4] * 1000], 2))


def test_a_worker_that_dies_is_an_error_with_a_sentence():
    with pytest.raises(WorkerLost, match="a worker process ended"):
        list(in_processes(os._exit, [1, 1, 1, 1], 2))


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{process}/stat") as stat:  # a zombie is nobody's
        return stat.read().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("threads", [0, 1], ids=["forked", "from a fork server"])
def test_workers_end_with_a_build_that_is_killed(threads, tmp_path):
    script = tmp_path / "run.py"
    script.write_text(
        "import os, sys, threading, time\n"
        "from assetforge.parallel import processes\n"
        "if __name__ == '__main__':\n"
        "    if int(sys.argv[1]):\n"
        "        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "    with processes(2) as pool:\n"
        "        print(*{one.result() for one in [pool.submit(os.getpid) for _ in range(20)]}, flush=True)\n"
        "        time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, str(script), str(threads)], stdout=subprocess.PIPE, text=True) as build:
        workers = [int(one) for one in build.stdout.readline().split()]
        assert workers and all(map(alive, workers)) and build.pid not in workers
        build.send_signal(signal.SIGKILL)
        build.wait()
        deadline = time.monotonic() + 20
        while any(map(alive, workers)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not any(map(alive, workers))
