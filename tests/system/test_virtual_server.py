# SPDX-License-Identifier: GPL-2.0-or-later
"""The same on a machine with a kernel of its own, started from its disk by way of an initramfs."""
import lab
import pytest
from cordon import assert_sealed, processes, status


@pytest.mark.virtual
def test_sealed_updated_finished_in_a_virtual_machine(worlds, machines, deb):
    """Once through; the pending kernel alone is offered, for qemu emulates every instruction."""
    world = worlds(repository=lab.security_repository(only=["linux-image-*"]))
    machine = machines(world, kind=lab.VirtualMachine, deb=deb)
    with world.worm(seconds=1200):
        machine.boot()
        assert_sealed(machine)
        old = machine.run("uname -r").stdout.strip()
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
