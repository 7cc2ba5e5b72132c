# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lab takes from the machine it runs on, and what it must not leave there.

Everything with a life of its own (processes, namespaces, mounts, control groups) carries the id of
the process that made it in its name, and `sweep` removes what dead processes left behind: a lab
killed with SIGKILL is tidied by the next.
"""
import contextlib
import ctypes
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from deadline import Deadline

from . import cache

PREFIX = "cordon"
NSPAWN = Path("/run/systemd/nspawn")
_libc = ctypes.CDLL(None, use_errno=True)
_counter = iter(range(1, 1 << 30))


class Closing:
    """A context manager that ends with its own close()."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def unique(what):
    """A name that tells which process made it; short enough for an interface."""
    return f"{PREFIX}{os.getpid()}{what}{next(_counter)}"


def counters():
    """The folder in which programs that were built with coverage count, by the same path everywhere;
    in a list, which is empty without one."""
    return [folder] if (folder := os.environ.get("CORDON_COVERAGE")) else []


def die_with_parent(how=signal.SIGKILL):
    """For preexec_fn: a child ends when its parent does, however that ends."""
    _libc.prctl(1, how, 0, 0, 0)


def enter_network(file):
    """Move the calling thread into a network namespace, given as an open file."""
    if _libc.setns(file.fileno(), 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def cgroup_roots():
    """The control group trees that systemd uses here, the unified one first."""
    hybrid = Path("/sys/fs/cgroup/unified")
    return [hybrid, Path("/sys/fs/cgroup/systemd")] if hybrid.exists() else [hybrid.parent]


LIMITS = {"memory": "memory.limit_in_bytes", "cpu": "cpu.cfs_quota_us"}


def limit_roots():
    """The trees of the controllers that are not the unified one's, by what they limit."""
    return {limit: Path("/sys/fs/cgroup", limit) for limit in LIMITS
            if Path("/sys/fs/cgroup", limit).exists()}


def limited_cgroup(name, limit, value):
    """The control group of that name in the tree that can limit "memory", to bytes, or "cpu", to
    microseconds in each tenth of a second; made, and limited."""
    parent = limit_roots().get(limit)
    file = LIMITS[limit]
    if not parent:
        parent, file = cgroup_roots()[0], f"{limit}.max"
        (parent / "cgroup.subtree_control").write_text(f"+{limit}", encoding="ascii")
    (parent / name).mkdir(exist_ok=True)
    (parent / name / file).write_text(str(value), encoding="ascii")
    return parent / name


def _owner_is_gone(name):
    match = re.match(PREFIX + r"(\d+)[a-z]", name)
    return bool(match) and not Path("/proc", match.group(1)).exists()


def sweep():
    """Remove what labs that no longer run have left behind."""
    for parent in [*cgroup_roots(), *limit_roots().values()]:
        for group in parent.glob(PREFIX + "*"):
            if _owner_is_gone(group.name):
                remove_cgroup(group)
    for space in Path("/run/netns").glob(PREFIX + "*"):
        if _owner_is_gone(space.name):
            subprocess.run(["ip", "netns", "del", space.name], check=False)
    for folder in cache.root().glob("run/*"):
        if _owner_is_gone(folder.name):
            forget_nspawn(folder)
            cache.unmount_below(folder)
            shutil.rmtree(folder, ignore_errors=True)


def forget_nspawn(folder):
    """Remove what a systemd-nspawn that was killed left for the machine in `folder`."""
    with contextlib.suppress(OSError):
        (NSPAWN / "propagate" / folder.name).rmdir()
    with contextlib.suppress(OSError):
        root = (folder / "root").stat()
        (NSPAWN / "locks" / f"inode-{root.st_dev}:{root.st_ino}").unlink()


def remove_cgroup(group):
    """Kill what is in a control group and remove it with all below."""
    if (group / "cgroup.kill").exists():
        (group / "cgroup.kill").write_text("1", encoding="ascii")
    deadline = Deadline(5)
    for folder, _, _ in os.walk(group, topdown=False):
        while not deadline.passed():  # the dying need a moment
            try:
                os.rmdir(folder)
                break
            except OSError:
                time.sleep(0.005)


def end_in_order():
    """Let SIGTERM and SIGHUP unwind the stack as ^C does, so that every context tidies up."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.default_int_handler)
