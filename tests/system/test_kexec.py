# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel starts another one: no firmware, no boot loader, and a network card that was never off."""
import contextlib

import lab
import pytest
from cordon import assert_sealed, status, tables
from deadline import Deadline, until

# kexec_file_load(2), as kexec(8) does it, with the command line that this kernel has.
LOAD = """
import ctypes, os
words = open("/proc/cmdline").read().strip().encode()
release = os.uname().release
kernel, initrd = (os.open(f"/boot/{name}-{release}", os.O_RDONLY) for name in ("vmlinuz", "initrd.img"))
libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(320, kernel, initrd, ctypes.c_ulong(len(words) + 1), words, ctypes.c_ulong(0)):
    raise OSError(ctypes.get_errno(), "kexec_file_load")
"""


BOOT = ["cat", "/proc/sys/kernel/random/boot_id"]


def kexec(machine):
    """Go over to a new kernel, and wait until that has booted."""
    old = machine.run(BOOT).stdout.strip()
    machine.run("python3 /root/load.py && systemctl --no-block kexec")
    deadline = Deadline(400)
    new = old
    while old in new:  # for a moment the old one answers
        assert not deadline.passed(), new
        with contextlib.suppress(TimeoutError):
            new = machine.run(BOOT, timeout=10).stdout
    machine.wait_booted()


@pytest.mark.endurance
@pytest.mark.virtual
def test_sealed_over_kexec(world, machines, deb, fault):
    machine = machines(world, kind=lab.VirtualMachine, deb=deb, files={"/root/load.py": LOAD})
    with world.worm(rate=200, seconds=1200):
        machine.boot()
        assert_sealed(machine)
        kexec(machine)
        assert assert_sealed(machine)["boots"] == 2
        fault("kexec", 1, machine)
        machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
        kexec(machine)
        assert status(machine)["phase"] == "finished" and not tables(machine)
        before = machine.canary.datagrams
        until(lambda: machine.canary.datagrams > before, 60)
        fault("kexec: control, finished", 1, admitted=machine.canary.datagrams - before, opens=True)
