# SPDX-License-Identifier: GPL-2.0-or-later
"""The seal of an initramfs, and who lifts it. That it closes a real initramfs is for the virtual
machine of test_virtual_server.py."""
import lab
from cordon import assert_sealed, tables

INITRD = "/usr/libexec/cordon/initrd"


def reaches(world):
    """Whether a stranger comes as far as sshd."""
    return world.tcp_connects(lab.SERVER4, 22, silence=0.5) == "open"


def close(machine):
    """What the initramfs of this server does before it boots."""
    machine.run([INITRD, "seal"])
    assert "cordon_initrd" in tables(machine) and machine.path("/run/cordon/initrd").exists()


def gone(machine):
    """Nothing of it is left."""
    return "cordon_initrd" not in tables(machine) and not machine.path("/run/cordon/initrd").exists()


def test_whoever_knows_more_lifts_it(world, machine):
    """Sealed: the seal takes its place. Finished: it never outlives the start of systemd."""
    close(machine)
    machine.run([INITRD, "settle", "/"])
    assert not gone(machine), "open before anything else closes it"
    machine.run(["systemctl", "reload", "cordon-seal.service"])
    assert gone(machine)
    assert_sealed(machine)
    assert machine.run([INITRD, "needed"], check=False).returncode == 0

    machine.run("cordon finish --force --reason test")
    assert reaches(world)
    assert machine.run([INITRD, "needed"], check=False).returncode == 1
    close(machine)
    assert not reaches(world), "the test has no teeth"
    machine.run([INITRD, "settle", "/"])
    assert gone(machine) and reaches(world)

    close(machine)
    machine.run("rm /etc/cordon/released")  # the record alone says finished: asked when systemd starts
    machine.run([INITRD, "settle", "/"])
    assert not gone(machine)
    machine.run(["systemctl", "daemon-reload"])
    assert gone(machine) and reaches(world)

    close(machine)
    machine.run("mkdir -p /srv/other/etc; " + INITRD + " settle /srv/other")
    assert gone(machine) and reaches(world), "a root without cordon stays closed"


def test_anything_else_is_refused(machine):
    for argv in ([], ["seal", "now"], ["settle"], ["open"], [""]):
        result = machine.run([INITRD, *argv], check=False)
        assert result.returncode == 1 and "needed, seal, or settle ROOT" in result.stderr, argv
    assert gone(machine)
