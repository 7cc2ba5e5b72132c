# SPDX-License-Identifier: GPL-2.0-or-later
"""The same on a machine with a kernel of its own, started from its disk by way of an initramfs."""
import json
import time

import lab
import pytest
from cordon import assert_sealed, processes, status
from lab import package


def wait_for_clock(machine, wrong, words):
    """With a wrong clock the update waits, says so, and goes on when the clock is set."""
    right = int(time.time())
    machine.run(["date", "-s", f"@{wrong}"])
    machine.run("rm -rf /var/lib/apt/lists; mkdir -p /var/lib/apt/lists/partial;"
                "systemctl start --no-block cordon-update")
    step, end = {}, time.monotonic() + 90
    while step.get("state") != "wait":
        assert time.monotonic() < end, step
        time.sleep(1)
        shown = machine.run(["cat", "/run/cordon/update.json"], check=False).stdout
        step = json.loads(shown) if shown else {}
    assert "Waiting for the clock" in step["message"] and words in step["message"], step
    machine.run(["date", "-s", f"@{right + 60}"])


@pytest.mark.virtual
def test_sealed_updated_finished_in_a_virtual_machine(worlds, machines, deb, tmp_path):
    """Once through; the pending kernel alone is offered, for qemu emulates every instruction.

    On the way the clock is once in 1970 and once in 2040.
    """
    root = lab.copy(lab.security_repository(only=["linux-image-*"]), tmp_path / "www")
    package.publish(root, fields={"Valid-Until": time.strftime(
        "%a, %d %b %Y %H:%M:%S UTC", time.gmtime(time.time() + 7 * 86400))})
    world = worlds(repository=root)
    machine = machines(world, kind=lab.VirtualMachine, deb=deb)
    with world.worm(seconds=1200):
        machine.boot()
        assert_sealed(machine)
        old = machine.run("uname -r").stdout.strip()
        wait_for_clock(machine, 86400, "not valid yet")
        machine.run(["systemctl", "stop", "cordon-update"])
        wait_for_clock(machine, 2208988800, "expired")
        machine.run(["cordon", "update"], timeout=900)
        refused = machine.run(["cordon", "finish"], check=False)
        assert refused.returncode == 3 and "kernel" in refused.stdout, refused.stdout
        machine.reboot()
        assert assert_sealed(machine)["boots"] == 2
        assert machine.run("uname -r").stdout.strip() != old
        machine.run(["cordon", "finish"])
    assert world.tcp_connects(lab.SERVER4, 22, timeout=5) == "open"
    machine.reboot()
    assert world.tcp_connects(lab.SERVER4, 22, timeout=5) == "open"
    assert status(machine)["phase"] == "finished" and not processes(machine)
    assert "cordon" not in machine.run("ls /run/systemd/generator").stdout
    machine.shutdown()
