# SPDX-License-Identifier: GPL-2.0-or-later
"""The journal knows what the history knows, `journalctl -x` explains it in two languages, and a
journald that hangs keeps nobody in."""
import contextlib
import json
import re
import socket
from pathlib import Path

import pytest
from cordon import assert_sealed, history, status
from test_updates import mirrored, update  # noqa: F401 (a fixture)

SOURCE = Path(__file__).resolve().parents[2]
IDS = dict(re.findall(r'^\t\{"([a-z-]+)", "([0-9a-f]{32})"',
                      (SOURCE / "src/state/events.c").read_text(), re.M))
# A locale of that name is all that journalctl asks for; what is in it does not matter here.
JAPANESE = "cp -r /usr/lib/locale/C.utf8 /usr/lib/locale/ja_JP.utf8"
MACHINE_FIELDS = {"_UID": "0", "SYSLOG_IDENTIFIER": "cordon", "_COMM": "cordon"}


def told(machine, event):
    """The entries of this event in the journal, oldest first."""
    machine.run(["journalctl", "--sync"])
    out = machine.run(["journalctl", "-o", "json", "--all", f"MESSAGE_ID={IDS[event]}"]).stdout
    return [json.loads(line) for line in out.splitlines()]


def assert_same(machine):
    """Every event of the history is in the journal, in its order, with each of its details."""
    trail = [entry for entry in history(machine) if entry["event"] != "installed"]
    for event in {entry["event"] for entry in trail}:
        here = [entry for entry in trail if entry["event"] == event]
        there = told(machine, event)
        assert len(here) == len(there), (event, here, there)
        for entry, fields in zip(here, there):
            assert fields["CORDON_EVENT"] == event, fields
            assert all(fields[name] == value for name, value in MACHINE_FIELDS.items()), fields
            for name, value in entry.items():
                if name in ("time", "event"):
                    continue
                field = fields["CORDON_" + name.upper().replace("-", "_")]
                assert (field if isinstance(value, str) else json.loads(field)) == value, fields
    return [entry["event"] for entry in trail]


def explained(machine, event, **env):
    """What `journalctl -x` says of the newest."""
    return machine.run(["journalctl", "-x", "--no-pager", "-n", "1", f"CORDON_EVENT={event}"],
                       env=env).stdout


def test_what_happened_is_in_the_journal(mirrored):  # noqa: F811
    """Sealed, an update that fails, one that goes well, finished."""
    world, machine, _ = mirrored(setup=JAPANESE)
    sealed, = told(machine, "sealed")
    assert sealed["CORDON_REASON"] == "first-boot" and sealed["CORDON_BOOT"] == "1", sealed
    assert sealed["PRIORITY"] == "5" and sealed["_SYSTEMD_UNIT"] == "cordon-seal.service", sealed
    assert not told(machine, "installed"), "an image is not this machine"
    world.mirror.answer = lambda path: 404
    assert update(machine).returncode != 0
    failed = told(machine, "update-failed")[-1]
    assert failed["PRIORITY"] == "3" and failed["CORDON_WHY"] in failed["MESSAGE"], failed
    world.mirror.answer = lambda path: None
    assert update(machine).returncode == 0
    assert json.loads(told(machine, "updated")[-1]["CORDON_PACKAGES"])[0]["name"] == "tzdata"
    machine.run(["cordon", "finish", "--force", "--reason", "two\nlines: 更新"], timeout=300)
    events = assert_same(machine)
    assert {"sealed", "update-failed", "updated", "finished"} <= set(events), events
    finished, = told(machine, "finished")
    assert finished["CORDON_BY"] == "root" and finished["CORDON_FORCED"] == "true", finished
    english = explained(machine, "finished")
    assert "root finished this server" in english and "Forced:\n" in english, english
    japanese = explained(machine, "finished", LANG="ja_JP.UTF-8", LC_ALL="ja_JP.UTF-8")
    assert "root がこのサーバーを完了しました" in japanese, japanese
    for event in ("sealed", "update-failed", "updated"):
        for env in ({}, {"LANG": "ja_JP.UTF-8", "LC_ALL": "ja_JP.UTF-8"}):
            said = explained(machine, event, **env)
            assert "man:cordon(7)" in said and "CORDON_" not in said, said


def test_dpkg_has_the_catalog_read(machine):
    """Installing the package is enough, and removing it takes the explanations away."""
    assert IDS["finished"] in machine.run(["journalctl", "--list-catalog"]).stdout
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    machine.run(["dpkg", "--remove", "cordon"], timeout=120)
    assert IDS["finished"] not in machine.run(["journalctl", "--list-catalog"]).stdout


def fill_queue(machine):
    """Of journald's socket: behind this, whoever sends has to wait."""
    path = str(machine.path("/run/systemd/journal/socket"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender:
        with contextlib.suppress(BlockingIOError):
            for _ in range(100000):
                sender.sendto(b"MESSAGE=full\n", path)
            pytest.fail("the queue has no end")


def test_a_journald_that_hangs(machine):
    """Its queue is full, and nothing takes from it: whoever finishes is not kept waiting."""
    machine.run(["systemctl", "kill", "-s", "STOP", "systemd-journald"])
    try:
        fill_queue(machine)
        machine.run(["cordon", "finish", "--force", "--reason", "test"])  # or it hangs here
    finally:
        machine.run(["systemctl", "kill", "-s", "CONT", "systemd-journald"])
    assert status(machine)["phase"] == "finished"
    assert history(machine)[-1]["event"] == "finished"


def test_a_chroot_tells_nothing(machine):
    """Not even one into which a builder of images has bound what the running system has."""
    machine.run("mkdir /image && mount -t tmpfs tmpfs /image && cd /image && cp -a /etc . && "
                "cp -a /bin /lib /lib64 /sbin . && "
                "mkdir -p usr proc run/systemd var/lib/cordon && mount --rbind /usr usr && "
                "mount --rbind /proc proc && mount --bind /run/systemd run/systemd")
    machine.run(["chroot", "/image", "cordon", "register"])
    trail = machine.run(["chroot", "/image", "cordon", "history"]).stdout
    assert "installed-into-image" in trail, trail
    assert not told(machine, "installed")
    assert_sealed(machine)
