# SPDX-License-Identifier: GPL-2.0-or-later
"""Deadlines of the tests: they end a hang, and judge no speed.

A test says how long something takes on a quiet machine at most. How much slower this machine is now is
measured once a run, when the first deadline is needed, or said in CORDON_TEST_SLOWNESS (a decimal
factor). Programs that a test starts, and pytest's workers, find it in their environment. All deadlines
of the suite come from here, which tests/test-deadlines.py holds. What is about speed is bench/'s.

    subprocess.run(argv, timeout=scaled(60))
    deadline = Deadline(60)
    while not deadline.passed(): ...
    until(path.exists, 60, "no file")
"""
import os
import time
from pathlib import Path

VARIABLE = "CORDON_TEST_SLOWNESS"
MINIMUM = 4.0  # the run may become busy later
MARGIN = 2.0  # over what was measured
ROUNDS = 1_000_000
REFERENCE = 0.05  # seconds of a processor that these take where the suite was written


def slowness():
    """The factor by which every deadline is longer."""
    if VARIABLE not in os.environ:
        os.environ[VARIABLE] = f"{max(MINIMUM, MARGIN * measured()):.1f}"
    value = os.environ[VARIABLE]
    try:
        factor = float(value)
        if not 0 < factor < float("inf"):
            raise ValueError
    except ValueError:
        raise SystemExit(f"{VARIABLE}={value}: not a factor above 0, as 2.5") from None
    return factor


def measured():
    """How much slower than the reference something runs here now: a slow processor, and the programs
    that it is shared with."""
    wall, cpu = time.monotonic(), time.process_time()
    work()
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    return cpu / REFERENCE * max(1, wall / cpu, crowd())


def work():
    """The same for everybody."""
    total = 0
    for number in range(ROUNDS):
        total ^= number * number
    return total


def crowd():
    """Programs that want to run, for each processor."""
    running = Path("/proc/loadavg").read_text(encoding="ascii").split()[3].split("/")[0]
    return int(running) / len(os.sched_getaffinity(0))


def scaled(seconds):
    """Seconds of a quiet machine as seconds of this one."""
    return seconds * slowness()


class Window:
    """`seconds` from now, as many on any machine: how long something is watched. No deadline."""

    def __init__(self, seconds):
        self._end = time.monotonic() + seconds

    def left(self):
        """Seconds until its end, for what takes a timeout; never negative."""
        return max(0.0, self._end - time.monotonic())

    def passed(self):
        """Is it over?"""
        return self.left() == 0


class Deadline(Window):
    """The same for what must have happened by then: `seconds` are those of a quiet machine."""

    def __init__(self, seconds):
        super().__init__(scaled(seconds))


def until(condition, seconds, complaint="", pause=0.25):
    """Ask `condition()` until it holds, and once more when the time is over; what it gave.

    `pause` lies between two askings: many run a program, which keeps a processor from what is waited
    for. `complaint` is what went wrong otherwise, or a function that says so.
    """
    deadline = Deadline(seconds)
    while True:
        last = deadline.passed()
        if answer := condition():
            return answer
        assert not last, complaint() if callable(complaint) else complaint or "it did not happen"
        time.sleep(pause)
