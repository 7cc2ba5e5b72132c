# SPDX-License-Identifier: GPL-2.0-or-later
"""The same on a machine with a kernel of its own, started from its disk by way of an initramfs."""
import json
import time

import lab
import pytest
from cordon import assert_nothing_runs, assert_sealed, status, tables
from deadline import scaled, until
from lab import package, virtual

# Datagrams a second: each is refused by emulated instructions, which the rest of the boot waits for.
RATE = 200


def wait_for_clock(machine, wrong, words):
    """With a wrong clock the update waits, says so, and goes on when the clock is set."""
    right = int(time.time())
    machine.run(["date", "-s", f"@{wrong}"])
    machine.run("rm -rf /var/lib/apt/lists; mkdir -p /var/lib/apt/lists/partial;"
                "systemctl start --no-block cordon-update")

    def step():
        shown = machine.run(["cat", "/run/cordon/update.json"], check=False).stdout
        return json.loads(shown) if shown else {}
    until(lambda: step().get("state") == "wait", 90, step, pause=1)
    message = step()["message"]
    assert "Waiting for the clock" in message and words in message, message
    machine.run(["date", "-s", f"@{right + 60}"])


def admitted_by_an_open_initramfs(machine):
    """Switched on with cordon=off, and off again before the disk is mounted."""
    machine.cmdline.append("cordon=off")
    machine.boot(wait=False)
    until(lambda: machine.canary.datagrams, 120, "nothing reached the initramfs: its network is not up")
    machine.power_cut()
    machine.cmdline.remove("cordon=off")
    return machine.canary.datagrams


def assert_sealed_all_along(machine):
    """Nothing was admitted, by either of two canaries: one in the initramfs, and one afterwards."""
    assert_sealed(machine)
    assert len(machine.canary.counts()) == 2, machine.canary.counts()
    assert "cordon_initrd" not in tables(machine)


@pytest.mark.virtual
def test_sealed_updated_finished_in_a_virtual_machine(worlds, machines, deb, fault, tmp_path):
    """Once through; the pending kernel alone is offered, for qemu emulates every instruction.

    On the way the clock is once in 1970 and once in 2040. The network is up in the initramfs each
    time, also when the server is finished, by an initramfs from before that.
    """
    root = lab.copy(lab.security_repository(only=["linux-image-*"]), tmp_path / "www")
    package.publish(root, fields={"Valid-Until": time.strftime(
        "%a, %d %b %Y %H:%M:%S UTC", time.gmtime(time.time() + 7 * 86400))})
    world = worlds(repository=root)
    machine = machines(world, kind=lab.VirtualMachine, deb=deb, cmdline=[virtual.IP],
                       setup=virtual.NETWORK_IN_INITRAMFS)
    with world.worm(rate=RATE, seconds=1200):
        fault("network in the initramfs: control, not sealed there",
              admitted=admitted_by_an_open_initramfs(machine), opens=True)
        machine.boot()
        assert_sealed_all_along(machine)
        old = machine.run("uname -r").stdout.strip()
        wait_for_clock(machine, 86400, "it says 1970-01-02")
        machine.run(["systemctl", "stop", "cordon-update"])
        wait_for_clock(machine, 2208988800, "expired")
        machine.run(["cordon", "update"], timeout=900)
        refused = machine.run(["cordon", "finish"], check=False)
        assert refused.returncode == 3 and "kernel" in refused.stdout, refused.stdout
        machine.reboot()
        assert assert_sealed(machine)["boots"] == 2
        fault("network in the initramfs", 1, machine)
        assert machine.run("uname -r").stdout.strip() != old
        machine.run(["cordon", "finish"])
    assert world.tcp_connects(lab.SERVER4, 22, silence=scaled(5)) == "open"
    machine.reboot()
    assert world.tcp_connects(lab.SERVER4, 22, silence=scaled(5)) == "open"
    assert status(machine)["phase"] == "finished"
    assert_nothing_runs(machine)
    assert not tables(machine)
    assert "cordon" not in machine.run("ls /run/systemd/generator").stdout
    machine.shutdown()


@pytest.mark.virtual
@pytest.mark.endurance
def test_an_initramfs_by_dracut(worlds, machines, deb, fault):
    world = worlds()
    machine = machines(world, kind=lab.VirtualMachine, deb=deb, extra=virtual.dracut(),
                       setup=virtual.NETWORK_BY_DRACUT,
                       cmdline=[virtual.IP.replace(":off", ":none"), "rd.neednet=1"])
    with world.worm(rate=RATE, seconds=1200):
        fault("network in an initramfs by dracut: control, not sealed there",
              admitted=admitted_by_an_open_initramfs(machine), opens=True)
        machine.boot()
        assert_sealed_all_along(machine)
        fault("network in an initramfs by dracut", 1, machine)
    machine.run("cordon finish --force --reason test")
    machine.reboot()
    assert not tables(machine) and world.tcp_connects(lab.SERVER4, 22, silence=scaled(5)) == "open"
