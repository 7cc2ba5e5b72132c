# SPDX-License-Identifier: GPL-2.0-or-later
"""The seal outlives what other people, and accidents, do to it.

Each test ends with zero datagrams admitted, and `cordon status` telling the truth at each step. The
last tests take one defence out at a time and show that the same attack then gets through.
"""
import subprocess
import tempfile

import pytest
from cordon import assert_nothing_runs, assert_sealed, assert_truthful, processes, status, tables
from deadline import until

FLUSH = "i=0; while [ $i -lt 1000 ]; do nft flush ruleset || exit 1; i=$((i+1)); done"
NO_HOLD = {"/etc/systemd/system/cordon-seal.service.d/no-hold.conf":
           "[Service]\nFileDescriptorStoreMax=0\n"}
NO_CHECK = {"/etc/systemd/system/cordon-check.timer": "[Unit]\nDescription=Taken out\n[Timer]\n"
            "OnActiveSec=1d\n"}


@pytest.fixture
def besieged(request, worlds, machines, deb):
    """A sealed machine under attack, its link up since before the boot; a parameter is its cordon.conf."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, files={"/etc/cordon/cordon.conf": getattr(request, "param", "")})
    with world.worm():
        machine.boot()
        yield machine
        assert machine.canary.datagrams == 0 and machine.canary.connections == 0, machine.canary


def assert_held(machine):
    """Closed, whatever stands; and after a check both tables stand again."""
    now = assert_truthful(machine)
    assert now["seal"]["base"] or now["seal"]["hold"], now
    assert machine.canary.datagrams == 0, machine.canary
    machine.run(["cordon", "check"])
    assert_sealed(machine)


def test_a_thousand_flushes(besieged, fault):
    besieged.run(FLUSH, timeout=300)
    now = assert_truthful(besieged)
    assert now["seal"]["health"] == "degraded" and tables(besieged) == {now["seal"]["hold_name"]}
    assert_held(besieged)
    fault("flush ruleset, a process each", 1000, besieged)


def test_foreign_hands_on_the_tables(besieged, fault):
    hold = status(besieged)["seal"]["hold_name"]
    for command in (f"delete table inet {hold}", f"add rule inet {hold} input accept",
                    f"add table inet {hold} '{{ flags dormant; }}'", f"flush table inet {hold}"):
        assert besieged.run(f"nft {command}", check=False).returncode != 0, command
    assert_sealed(besieged)
    besieged.run("nft insert rule inet cordon input accept")
    now = assert_truthful(besieged)
    assert "does not have the rules" in now["seal"]["problems"][0]
    assert_held(besieged)
    besieged.run("nft add table inet cordon '{ flags dormant; }'")
    assert "dormant" in status(besieged)["seal"]["problems"][0]
    besieged.run(["cordon", "check"])
    assert_sealed(besieged)
    fault("foreign delete, rule, dormant, flush of the tables", 6, besieged)


def test_what_systemd_does(besieged, fault):
    besieged.run(["systemctl", "daemon-reexec"])
    assert_sealed(besieged)
    besieged.run(["systemctl", "daemon-reload"])
    assert_sealed(besieged)
    for _ in range(3):
        besieged.run(["systemctl", "restart", "cordon-seal.service"])
        assert_sealed(besieged)
        besieged.run(["systemctl", "reload", "cordon-seal.service"])
        assert_sealed(besieged)
    besieged.run(["systemctl", "stop", "cordon-seal.service"])
    assert "cordon" in tables(besieged)
    assert_held(besieged)
    # systemd drops the store of a masked unit; the ordinary table stands, and status says so.
    besieged.run(["systemctl", "mask", "--runtime", "cordon-seal.service"])
    now = assert_truthful(besieged)
    assert now["seal"]["base"] and now["seal"]["health"] == "degraded", now["seal"]
    assert besieged.run(["cordon", "check"], check=False).returncode == 1
    besieged.run(["systemctl", "unmask", "--runtime", "cordon-seal.service"])
    assert_held(besieged)
    fault("systemd: reexec, reload, restart, stop, mask at run time", 10, besieged)


def settle(machine):
    """Wait until no replacement of the seal is queued or running: a listing is of one moment."""
    until(lambda: "cordon-seal" not in machine.run(["systemctl", "list-jobs", "--no-legend"]).stdout
          and not processes(machine), 30, "the seal is still being replaced")


def test_processes_are_killed(besieged, fault):
    """At any moment of replacing the seal. None is there at rest."""
    assert_nothing_runs(besieged)
    for number in range(30):
        besieged.run(f"systemctl --no-block reload cordon-seal; sleep 0.0{number // 3 + 1};"
                     "pkill -KILL -x cordon || true; systemctl reset-failed")
        settle(besieged)
        assert_truthful(besieged)
    besieged.run(["systemctl", "reset-failed"])
    assert_held(besieged)
    assert_nothing_runs(besieged)
    fault("SIGKILL while the seal is replaced", 30, besieged)


@pytest.mark.parametrize("besieged", ["[Cordon]\nWhenManaged=seal\n"], indirect=True, ids=["kept"])
def test_other_firewalls_come_and_go(besieged, fault):
    """Where cordon may not stand aside: by default it does so as soon as it sees that ufw is enabled."""
    for unit in ("nftables.service", "firewalld.service"):
        for verb in ("start", "stop"):
            besieged.run(["systemctl", verb, unit], timeout=120)
            assert_truthful(besieged)
        assert_held(besieged)
    besieged.run("ufw --force enable", timeout=120)
    assert_truthful(besieged)
    besieged.run("systemctl restart ufw; ufw --force disable; systemctl stop ufw", timeout=120)
    assert_held(besieged)
    fault("nftables, firewalld, ufw start and stop", 8, besieged)


@pytest.mark.long
def test_the_timer_repairs_by_itself(besieged):
    """Within a minute, and without anybody asking."""
    besieged.run(["nft", "flush", "ruleset"])
    until(lambda: status(besieged)["seal"]["health"] == "intact", 75, "not repaired")
    assert_sealed(besieged)


def test_without_the_hold_a_flush_would_open(worlds, machines, deb, fault):
    """The defence taken out: the same flush then admits datagrams, and status says so."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, files={**NO_HOLD, **NO_CHECK})
    with world.worm():
        machine.boot()
        now = assert_truthful(machine)
        assert now["seal"]["health"] == "degraded" and not now["seal"]["hold"]
        assert "no hold" in now["seal"]["problems"][0]
        assert machine.canary.datagrams == 0, machine.canary
        machine.run(["nft", "flush", "ruleset"])
        assert status(machine)["seal"]["health"] == "none"
        fault("flush ruleset: control, without the hold", 1, machine, opens=True)
        assert "IT IS OPEN" in machine.run(["cordon", "status"]).stdout
        machine.run(["cordon", "check"], check=False)
        assert "cordon" in tables(machine), "even then the check closes it again"


def test_a_kernel_without_owner(worlds, machines, deb, fault):
    """A mock: no such kernel boots here, so libnftables is made to say what it would say.

    Kernels before 5.12 answer EOPNOTSUPP to the flag; libnftables then prints what the shim prints.
    """
    shim = r"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <string.h>
        static const char *error = 0;
        int nft_run_cmd_from_buffer(void *c, const char *b)
        {
            int (*real)(void *, const char *) = dlsym(RTLD_NEXT, "nft_run_cmd_from_buffer");
            error = strstr(b, "flags owner") ? "Error: Operation not supported\n" : 0;
            return error ? -1 : real(c, b);
        }
        const char *nft_ctx_get_error_buffer(void *c)
        {
            const char *(*real)(void *) = dlsym(RTLD_NEXT, "nft_ctx_get_error_buffer");
            return error ? error : real(c);
        }
    """
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, files={
        "/usr/lib/shim.so": compile_shim(shim),
        "/etc/systemd/system/cordon-seal.service.d/shim.conf":
            "[Service]\nEnvironment=LD_PRELOAD=/usr/lib/shim.so\n"})
    with world.worm():
        machine.boot()
        now = assert_truthful(machine)
        assert now["seal"]["health"] == "degraded" and now["seal"]["base"]
        fault("kernel without owned tables", 1, machine)
    journal = machine.journal("--unit", "cordon-seal")
    assert "Operation not supported" in journal
    assert machine.run(["systemctl", "is-active", "networking"]).stdout == "active\n"


def compile_shim(source):
    """A shared object for LD_PRELOAD, as bytes."""
    with tempfile.NamedTemporaryFile(suffix=".so") as target:
        subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", target.name, "-ldl"],
                       input=source, text=True, check=True)
        return target.read()
