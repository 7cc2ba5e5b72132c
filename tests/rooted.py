# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests ask of the machine that they run on, and how they say that it is not to be had.

A line that says "skipped: " and why, and this status if that is all: tools/check gathers them.
"""
import os
import shutil
import subprocess
import sys

SKIPPED = 77  # as meson has it


def skip(why):
    """Ends this test, which says nothing of cordon then."""
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def become_root():
    """cordon believes only files of root: of a user namespace at least, in which this begins anew."""
    if os.geteuid() == 0:
        return
    command = ["unshare", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*command, "true"], check=False).returncode:
        skip("neither root nor a user namespace")
    os.execvp("unshare", [*command, sys.executable, *sys.argv])
