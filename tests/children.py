# SPDX-License-Identifier: GPL-2.0-or-later
"""Folders for programs that may leave others running, as a shell does that began something in the
background: fish makes completions, in its new home, long after it was killed.

All that descends from this process is its own to end (a subreaper gets the orphans), and is gone before
the folder is.
"""
import contextlib
import ctypes
import os
import pathlib
import signal
import tempfile

PR_SET_CHILD_SUBREAPER = 36


@contextlib.contextmanager
def folder(prefix):
    """A new folder for the time of a block; whatever runs afterwards is ended before it is removed."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory(prefix=prefix) as path:
        try:
            yield pathlib.Path(path)
        finally:
            end_all()


def end_all():
    """Kill the children of this process, and theirs as they become its own, until there are none."""
    with contextlib.suppress(ChildProcessError):
        while True:
            for child in own():
                os.kill(child, signal.SIGKILL)
            os.waitpid(-1, 0)


def own():
    """The children of this process."""
    return [int(child) for children in pathlib.Path("/proc/self/task").glob("*/children")
            for child in children.read_text(encoding="ascii").split()]
