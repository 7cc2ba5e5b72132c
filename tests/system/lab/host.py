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


# What a child does before it is what it shall be, said as a command line: with preexec_fn of
# subprocess, Python copies itself for each child, which takes longer than most of what runs here.

def dying_with_parent(argv, how="KILL"):
    """The command line of a child that ends when its parent does, however that ends."""
    return ["setpriv", "--pdeathsig", how, *argv]


JOIN = 'until [ "$1" = -- ]; do echo 0 >"$1/cgroup.procs" || exit; shift; done; shift; exec "$@"'


def in_cgroups(groups, argv):
    """The command line of a child that is in these control groups, which are made if need be."""
    for group in groups:
        group.mkdir(exist_ok=True)
    return ["sh", "-c", JOIN, "sh", *groups, "--", *argv]


def enter_network(file):
    """Move the calling thread into a network namespace, given as an open file."""
    if _libc.setns(file.fileno(), 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def cgroup_roots():
    """The control group trees that systemd uses here, the unified one first."""
    hybrid = Path("/sys/fs/cgroup/unified")
    return [hybrid, Path("/sys/fs/cgroup/systemd")] if hybrid.exists() else [hybrid.parent]


# Of the old controllers: their trees, and their files.
LIMITS = {"memory": ("memory", ["memory.limit_in_bytes"]), "cpu": ("cpu", ["cpu.cfs_quota_us"]),
          "io": ("blkio", ["blkio.throttle.read_bps_device", "blkio.throttle.write_bps_device"])}


def limit_roots():
    """The trees of the controllers that are not the unified one's, by what they limit."""
    trees = {limit: Path("/sys/fs/cgroup", tree) for limit, (tree, _) in LIMITS.items()}
    return {limit: tree for limit, tree in trees.items() if tree.exists()}


def disk():
    """The disk that machines are on, "MAJOR:MINOR"; None where that is no disk of its own."""
    device = cache.root().stat().st_dev
    folder = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    if not folder.exists():
        return None
    folder = folder.resolve()
    whole = folder.parent if (folder / "partition").exists() else folder
    return (whole / "dev").read_text(encoding="ascii").strip()


def limited_cgroup(name, limit, value):
    """The control group of that name in the tree that can limit "memory", to bytes, "cpu", to
    microseconds in each tenth of a second, or "io" of disk(), to bytes a second; made, and limited."""
    parent = limit_roots().get(limit)
    files = LIMITS[limit][1]
    if not parent:
        parent, files = cgroup_roots()[0], [f"{limit}.max"]
        (parent / "cgroup.subtree_control").write_text(f"+{limit}", encoding="ascii")
    if limit == "io":
        value = f"{disk()} {value}" if len(files) == 2 else f"{disk()} rbps={value} wbps={value}"
    (parent / name).mkdir(exist_ok=True)
    for file in files:
        (parent / name / file).write_text(str(value), encoding="ascii")
    return parent / name


def forget_pages(folder):
    """Have the kernel read the files below `folder` from the disk when they are needed again."""
    os.sync()
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            if path.is_file() and not path.is_symlink():
                with open(path, "rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


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
                time.sleep(0.005)  # tries again


def end_in_order():
    """Let SIGTERM and SIGHUP unwind the stack as ^C does, so that every context tidies up."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.default_int_handler)
