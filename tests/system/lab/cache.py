# SPDX-License-Identifier: GPL-2.0-or-later
"""What is expensive to build is built once.

Everything in the cache is named after a hash of the recipe that made it, so a changed recipe is
a different entry and nothing is ever updated in place. A build happens in a temporary folder
and is renamed when it is complete: an interrupted build leaves rubbish, never half an entry. One
file lock keeps two users from building the same thing at once; the same lock makes it safe to
remove rubbish, since nobody else can be building while we hold it.
"""
import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

RECENT = 3600  # seconds: an entry used within them is never pruned


def root():
    """The cache folder, made if need be."""
    path = Path(os.environ.get("CORDON_CACHE", "/var/cache/cordon-lab"))
    path.mkdir(parents=True, exist_ok=True)
    return path


def key(*parts):
    """A short name for a recipe: texts and files that decide what comes out."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:12]


@contextlib.contextmanager
def locked():
    """Only one builder at a time; builds may nest within one process."""
    if locked.depth == 0:
        locked.file = open(root() / "lock", "w", encoding="ascii")
        fcntl.flock(locked.file, fcntl.LOCK_EX)
    locked.depth += 1
    try:
        yield
    finally:
        locked.depth -= 1
        if locked.depth == 0:
            locked.file.close()


locked.depth = 0


def entry(kind, recipe, build, keep=0):
    """The cached `kind`-`recipe`; `build(temporary path)` makes it when it is missing.

    `keep` bounds how many of this kind stay.
    """
    path = root() / f"{kind}-{recipe}"
    if not path.exists():
        with locked():
            if not path.exists():
                _build(path, build)
                _prune(kind, keep)
    os.utime(path)
    return path


def _build(path, build):
    for rubbish in root().glob("building-*"):
        if locked.depth == 1:
            remove(rubbish)
    temporary = root() / f"building-{path.name}"
    remove(temporary)
    build(temporary)
    temporary.rename(path)


def _prune(kind, keep):
    if not keep:
        return
    entries = sorted(root().glob(kind + "-*"), key=lambda path: path.stat().st_mtime)
    for old in entries[:-keep]:
        if time.time() - old.stat().st_mtime > RECENT:
            remove(old)


def remove(path):
    """Remove a file or a tree, after unmounting whatever is mounted below it."""
    unmount_below(path)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def unmount_below(path):
    """Unmount everything at or below `path`, the deepest first."""
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        points = [line.split()[1] for line in mounts]
    for point in sorted(points, key=len, reverse=True):
        if point == str(path) or point.startswith(f"{path}/"):
            subprocess.run(["umount", "--lazy", point], check=False)


@contextlib.contextmanager
def overlay(lowers, upper, work, merged):
    """An overlay mount for the time of a block; the first of `lowers` is the topmost."""
    mount_overlay(lowers, upper, work, merged)
    try:
        yield merged
    finally:
        subprocess.run(["umount", "--lazy", merged], check=True)


def mount_overlay(lowers, upper, work, merged):
    """Mount an overlay; without `upper` it is read-only."""
    options = "lowerdir=" + ":".join(str(lower) for lower in lowers)
    if upper:
        options += f",upperdir={upper},workdir={work}"
    for path in filter(None, (upper, work, merged)):
        Path(path).mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "overlay", "-o", options, "cordon-lab", merged], check=True)


def tail(path, lines):
    """The last lines of a console's log, without its colours."""
    if not path.exists():
        return ""
    text = path.read_text(encoding="utf-8", errors="replace")
    text = re.sub(r"\x1b[\[\]()][0-9;?]*[A-Za-z]?|\r", "", text)
    return "\n".join([line for line in text.split("\n") if line][-lines:])
