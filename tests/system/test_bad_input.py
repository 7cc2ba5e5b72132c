# SPDX-License-Identifier: GPL-2.0-or-later
"""Bad files, full disks, missing privileges: a clear error, and sealed stays sealed."""
import json
import os

import pytest
from cordon import assert_sealed, history, status

SITE = "/etc/cordon/cordon.conf.d/50-test.conf"
STATE = "/var/lib/cordon/state.json"


@pytest.mark.parametrize("content, expected", [
    ("[Cordon]\nEgress=updtes\n", ":2: Egress=updtes: not one of updates, updater, open"),
    ("[Cordon]\n\nEgres=open\n", ":3: [Cordon] Egres=: no such setting; there are"),
    ("[Alow]\nPort=22/tcp\n", ":2: [Alow] Port=: no such setting"),
    ("[Allow]\nPort=22\n", ":2: Port=22: the protocol is missing, say 22/tcp or 22/udp"),
    ("[Allow]\nPort=99999/tcp\n", ":2: Port=99999/tcp: not a port"),
    ("[Allow]\nPort=22/tcp\nForm=192.0.2.1\n", ":3: [Allow] Form=: no such setting"),
    ("[Allow]\nPort=22/tcp\nFrom=example.org\n", "From=example.org: not an IPv4 or IPv6 address"),
    ("[Cordon\nEgress=open\n", ":1: "),
], ids=["value", "key", "section", "protocol", "port", "misspelt", "host-name", "syntax"])
def test_configuration(world, machines, deb, content, expected):
    machine = machines(world, deb=deb, files={SITE: content})
    with world.worm():
        machine.boot()
        now = assert_sealed(machine)
    assert len(now["configuration_problems"]) == 1, now["configuration_problems"]
    assert SITE + expected in now["configuration_problems"][0] or \
        expected in now["configuration_problems"][0], now["configuration_problems"]
    assert expected in machine.journal("--unit", "cordon-seal"), "the journal does not say it"
    assert expected in machine.run(["cordon", "explain"]).stdout
    assert not [e for e in now["exceptions"] if e["direction"] == "in"], now["exceptions"]


def test_configuration_of_somebody_else(world, machines, deb):
    """A file that others may write is not read; the rest is."""
    machine = machines(world, deb=deb, files={
        SITE: ("[Allow]\nPort=23/tcp\n", 0o666),
        SITE.replace("50", "60"): "[Allow]\nPort=22/tcp\n"})
    machine.path(SITE.replace("50", "40")).write_text("[Allow]\nPort=445/tcp\n")
    os.chown(machine.path(SITE.replace("50", "40")), 1000, 1000)
    with world.worm():
        machine.boot()
        now = assert_sealed(machine)
    first, second = now["configuration_problems"]
    assert "owned by user 1000" in first and "chown root" in first
    assert "mode 0666" in second and "chmod go-w" in second
    assert [e["what"] for e in now["exceptions"] if e["direction"] == "in"] == ["22/tcp"]


@pytest.mark.parametrize("damage", [
    "", "{", "null", "[1, 2]", '{"schema": 1}', '{"schema": 1, "phase": "open"}',
    '{"schema": 2, "phase": "finished"}', '{"schema": 1, "phase": 7}', "\0" * 512,
], ids=["empty", "torn", "null", "array", "missing", "phase", "schema", "type", "zeroes"])
def test_a_damaged_record_is_sealed_and_kept(world, machines, deb, damage, fault):
    machine = machines(world, deb=deb, files={STATE: damage})
    with world.worm():
        machine.boot()
        now = assert_sealed(machine)
    assert now["phase"] == "sealed"
    kept = machine.path(STATE + ".broken").read_text()
    fault("record torn, zeroed or meaningless", 1, machine, lost=int(kept != damage))
    last = history(machine)[-1]
    assert last["reason"] == "state-damaged" and STATE in last["damage"]
    assert STATE in machine.journal("--unit", "cordon-seal")


def test_a_record_that_anybody_could_have_written(world, machines, deb):
    machine = machines(world, deb=deb)
    machine.boot()
    mine = json.loads(machine.path(STATE).read_text())
    machine.shutdown()
    machine.write({STATE: (json.dumps({**mine, "phase": "finished"}), 0o666)})
    with world.worm():
        machine.boot()
        assert_sealed(machine)


@pytest.mark.parametrize("options", ["size=1k,nr_inodes=1", "ro"], ids=["full", "read-only"])
def test_nowhere_to_write(world, machines, deb, options, fault):
    """Sealed first, recorded after: without a record it is sealed all the same."""
    mount = ("[Unit]\nDefaultDependencies=no\nBefore=local-fs.target\n[Mount]\nWhat=tmpfs\n"
             f"Where=/var/lib/cordon\nType=tmpfs\nOptions={options}\n")
    wanted = "mkdir -p /etc/systemd/system/local-fs.target.wants\n" \
             "ln -s ../var-lib-cordon.mount /etc/systemd/system/local-fs.target.wants/"
    machine = machines(world, deb=deb, setup=wanted,
                       files={"/etc/systemd/system/var-lib-cordon.mount": mount})
    with world.worm() as worm:
        machine.boot()
        now = status(machine)
        assert now["verdict"] == "seal" and now["seal"]["health"] == "intact", now
        assert machine.canary.datagrams == 0, machine.canary
        journal = machine.journal("--unit", "cordon-seal")
        assert "sealed, but it could not be recorded" in journal, journal
        refused = machine.run(["cordon", "finish", "--force", "--reason", "test"], check=False,
                              timeout=300)
        assert refused.returncode == 1 and "/var/lib/cordon/" in refused.stderr, refused
        worm.goes_on()
        fault(f"nowhere to write the record ({options})", 1, machine)


def test_a_snapshot_rolled_back(worlds, machines, deb, fault):
    """The record of when it was sealed comes back, on a machine that has been finished since."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb)
    machine.boot()
    machine.run("cp -a /var/lib/cordon /root/snapshot;"
                "cordon finish --force --reason test", timeout=300)
    machine.reboot()
    machine.run("rm -r /var/lib/cordon; mv /root/snapshot /var/lib/cordon")
    machine.shutdown()
    with world.worm():
        machine.boot()
        assert_sealed(machine)
        fault("/var rolled back to when it was sealed", 1, machine)


def test_a_history_that_cannot_be_written(world, machines, deb):
    """It must not keep anybody in: the record says who and why, too."""
    machine = machines(world, deb=deb)
    machine.boot()
    machine.run("cd /var/lib/cordon && rm history.jsonl && mkdir history.jsonl")
    done = machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    assert "not written to the history" in done.stderr, done
    record = json.loads(machine.path(STATE).read_text())
    assert (record["phase"], record["finished_by"], record["forced"]) == ("finished", "root", "test")


def test_without_privileges(machine):
    machine.run(["useradd", "mallory"])
    for verb in ("update", "finish", "reset", "seal", "check", "register"):
        denied = machine.run(["runuser", "-u", "mallory", "--", "cordon", verb], check=False)
        assert denied.returncode == 1 and "must be run by root" in denied.stderr, denied
    seen = machine.run(["runuser", "-u", "mallory", "--", "cordon", "status"])
    assert "cordoned off" in seen.stdout and "only root may ask" in seen.stdout
    seen = machine.run(["runuser", "-u", "mallory", "--", "cordon", "status", "--json"])
    told = json.loads(seen.stdout)
    assert told["seal"] == {"health": "unknown"}
    assert all(told[name] is None for name in ("missing", "exceptions", "pending", "packets"))
    assert_sealed(machine)


USAGE = [
    ([], "Usage"), (["finnish"], "no such verb"), (["status", "--jason"], "--jason"),
    (["status", "now"], "unexpected"), (["finish", "--force"], "needs --reason"),
    (["finish", "--force", "--reason", "  "], "needs --reason"),
    (["finish", "--reason", "x"], "goes with --force"), (["wait", "--timeout", "soon"], "seconds"),
    (["status", "--root", "/nowhere"], "not a folder"),
    (["finish", "--force", "--reason", "x" * 5000], "not UTF-8 text of at most"),
    (["report", "--json", "--openmetrics"], "only one of them"),
    (["report", "--textfile", "--root", "/"], "about the running system alone"),
    (["arm", "--undo-after", "5 parsecs"], "--undo-after"),
]


def test_usage(machine):
    for arguments, message in USAGE:
        result = machine.run(["cordon", *arguments], check=False)
        assert result.returncode == 2 and message in result.stderr, (arguments, result)
    for verb in ("status", "explain --json", "report"):
        full = machine.run(f"cordon {verb} >/dev/full", check=False)
        assert full.returncode == 1 and "cannot be written" in full.stderr, (verb, full)
    assert_sealed(machine)


def test_a_torn_history(machine):
    path = machine.path("/var/lib/cordon/history.jsonl")
    with open(path, "a", encoding="ascii") as trail:
        trail.write('{"time": "2026-01-01T00:0')
    before = len(history(machine))
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    assert [event["event"] for event in history(machine)][before:] == ["finished"]
    assert "1 torn" in machine.run(["cordon", "history"]).stderr
