# SPDX-License-Identifier: GPL-2.0-or-later
"""The package: into an image, onto a running system (P12), upgraded and removed while sealed."""
import re
import shutil
import subprocess
from pathlib import Path

import lab
import pytest
from cordon import assert_nothing_runs, assert_sealed, status, tables


def put_package(machine, deb):
    """The package as a file inside."""
    shutil.copy(deb, machine.path("/root/cordon.deb"))
    return "/root/cordon.deb"


def test_on_a_running_system_it_stands_aside(world, machines, deb):
    machine = machines(world)
    with world.worm():
        machine.boot()
        machine.run(["dpkg", "--install", put_package(machine, deb)])
        machine.run(["systemctl", "daemon-reload"])
        now = status(machine)
        assert (now["phase"], now["verdict"]) == ("aside", "aside")
        assert now["reason"] == "stands-aside"
        assert now["recorded_reason"] == "installed-on-running-system"
        assert not tables(machine)
        assert_nothing_runs(machine)
        assert world.tcp_connects(lab.SERVER4, 22) == "open"
    machine.reboot()
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
    assert not tables(machine)
    assert machine.run(["systemctl", "is-active", "cordon-seal"], check=False).stdout == "inactive\n"


def test_unpacked_but_not_configured(world, machines, deb):
    """Between the two, other packages reload systemd and restart the network, or power fails."""
    machine = machines(world)
    machine.boot()
    machine.run(["dpkg", "--unpack", put_package(machine, deb)])
    machine.run("systemctl daemon-reload; systemctl restart networking")
    assert not tables(machine)
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
    machine.power_cut()
    machine.boot()
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
    machine.run(["dpkg", "--configure", "cordon"])
    assert machine.path("/var/lib/cordon/state.json").exists()
    assert status(machine)["phase"] == "aside"


def test_in_a_chroot_with_run_bound_into_it(world, machines, deb):
    """As many installers do: it looks as if systemd ran in there, and is an image all the same."""
    machine = machines(world)
    machine.boot()
    put_package(machine, deb)
    machine.run("""
        mkdir /srv/image
        tar -C / -c --exclude=./srv --exclude=./proc --exclude=./sys --exclude=./run \\
            --exclude=./dev --exclude=./boot --exclude=./usr/lib/modules \\
            --exclude=./usr/share --exclude=./usr/sbin/update-initramfs . | tar -C /srv/image -x
        cd /srv/image; mkdir -p proc sys run dev usr/share
        mount --bind /run run; mount --rbind /proc proc; mount --rbind /dev dev
        test -d run/systemd/system
        chroot . dpkg --force-depends --install /root/cordon.deb
    """, timeout=300)
    record = machine.path("/srv/image/var/lib/cordon/state.json").read_text()
    assert '"pending"' in record, record
    assert not machine.path("/srv/image/etc/cordon/released").exists()
    assert not machine.path("/run/cordon/open").exists(), "the host's /run was written"


def test_the_generator_needs_nothing_but_the_c_library(machine):
    """Whatever else is missing or broken, it still guards the network."""
    generator = machine.path("/usr/lib/systemd/system-generators/cordon-generator")
    needed = subprocess.run(["readelf", "-d", str(generator)], check=True, capture_output=True,
                            text=True).stdout
    assert re.findall(r"NEEDED.*\[(.*)\]", needed) == ["libc.so.6"], needed


def test_the_programs_are_hardened(machine):
    """Those of the package: its flags are not those of any other build."""
    programs = [str(machine.path(name)) for name in (
        "/usr/bin/cordon", "/usr/libexec/cordon/assistant",
        "/usr/lib/systemd/system-generators/cordon-generator")]
    checked = subprocess.run([Path(__file__).parents[1] / "test-hardening.py", "readelf", *programs],
                             capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_an_upgrade_is_no_installation(worlds, machines, deb):
    """Sealed, its record lost: an upgrade must not make it a machine where cordon stands aside."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb)
    with world.worm():
        machine.boot()
        machine.path("/var/lib/cordon/state.json").unlink()
        machine.run(["dpkg", "--install", put_package(machine, deb)])
        assert status(machine)["verdict"] == "seal"
        assert machine.run(["cordon", "register"]).returncode == 0
        assert status(machine)["verdict"] == "seal"
        machine.reboot()
        assert_sealed(machine)


def test_an_upgrade_while_sealed_leaves_no_gap(worlds, machines, deb):
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb)
    with world.worm(rate=5000):
        machine.boot()
        package = put_package(machine, deb)
        before = status(machine)["seal"]["hold_name"]
        for _ in range(3):
            machine.run(["dpkg", "--install", package])
            assert_sealed(machine)
        assert status(machine)["seal"]["hold_name"] == before, "it was replaced for nothing"
        machine.reboot()
        assert assert_sealed(machine)["phase"] == "sealed"


def test_removed_while_sealed_it_says_what_it_does(world, machines, deb):
    machine = machines(world, deb=deb)
    with world.worm() as worm:
        machine.boot()
        removed = machine.run(["dpkg", "--remove", "cordon"])
        assert "The seal stands until the next" in removed.stderr
        worm.goes_on()
        assert machine.canary.datagrams == 0 and len(tables(machine)) == 2, tables(machine)
    machine.reboot()
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
    machine.run(["dpkg", "--install", put_package(machine, deb)])
    assert status(machine)["phase"] == "aside", "installed again, it is installed on a live system"
    machine.run(["dpkg", "--purge", "cordon"])
    assert not machine.path("/var/lib/cordon").exists()


def test_an_image_is_made_fresh(world, machines, deb):
    """`cordon reset`, below another root and inside."""
    machine = machines(world, deb=deb)
    machine.boot()
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    machine.run(["cordon", "reset"])
    assert status(machine)["phase"] == "pending"
    assert not machine.path("/var/lib/cordon/history.jsonl").exists()
    with world.worm():
        machine.reboot()
        assert_sealed(machine)
    machine.shutdown()
    machine.boot()
    machine.run("mkdir -p /srv/image/var/lib/cordon /srv/image/etc; cordon reset --root=/srv/image")
    shown = machine.run(["cordon", "status", "--root=/srv/image"]).stdout
    assert "pending" in shown and "another root" in shown


@pytest.mark.parametrize("page", ["cordon.1", "cordon.conf.5", "cordon.7"])
def test_manual_pages_are_there(machine, page):
    section = page.rsplit(".", 1)[-1]
    assert machine.path(f"/usr/share/man/man{section}/{page}.gz").exists()
