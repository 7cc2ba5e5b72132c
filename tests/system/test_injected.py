# SPDX-License-Identifier: GPL-2.0-or-later
"""The system calls of sealing fail: each once, and from some call on, by strace's injection.

Whatever fails, cordon seal may say that it sealed only when it did; when it did not, it says so;
and what stood before goes on to stand.
"""
import pytest
from cordon import assert_sealed, assert_truthful, tables
from test_siege import NO_CHECK

STRACE = "/usr/bin/strace -f -o /dev/null"
# Which call, with what error, at each how manieth: few that matter, in every run.
SOME = [("socket", "ENFILE", range(1, 9)), ("sendto", "ENOBUFS", range(1, 30, 3)),
        ("sendmsg", "EINTR", (1, 2)), ("recvmsg", "ENOBUFS", range(1, 52, 3)),
        ("recvmsg", "EINTR", range(2, 52, 10)), ("mmap", "ENOMEM", range(40, 90, 10)),
        ("openat", "ENOMEM", range(100, 690, 60))]
ALL = [(call, error, range(1, last)) for call, error, last in (
    ("recvmsg", "ENOBUFS", 56), ("recvmsg", "EINTR", 56), ("recvmsg", "ENOMEM", 56),
    ("sendto", "ENOBUFS", 32), ("sendto", "EINTR", 32), ("socket", "ENFILE", 9),
    ("socket", "ENOMEM", 9), ("sendmsg", "ENOMEM", 3), ("bind", "ENOMEM", 6),
    ("openat", "ENOMEM", 700), ("openat", "ENFILE", 700), ("mmap", "ENOMEM", 95),
    ("brk", "ENOMEM", 16), ("getdents64", "ENOMEM", 75), ("read", "EIO", 75),
    ("readlinkat", "ENOMEM", 60), ("newfstatat", "ENOMEM", 140), ("access", "ENOMEM", 22))]

# Of renewing. "4+": the fourth and all after it; not EINTR, which is tried again until the unit's
# time is over.
RENEWAL = [("socket", "ENFILE", "4"), ("socket", "ENFILE", "7+"), ("sendto", "ENOBUFS", "11"),
           ("sendto", "ENOBUFS", "36"), ("sendmsg", "ENOBUFS", "1"), ("sendmsg", "ENOBUFS", "4+"),
           ("recvmsg", "ENOBUFS", "64"), ("recvmsg", "ENOBUFS", "120+"), ("recvmsg", "EINTR", "23")]
RENEWAL_ALL = [(call, error, f"{when}{more}") for call, error, last in (
    ("socket", "ENFILE", 16), ("sendto", "ENOBUFS", 60), ("sendmsg", "ENOBUFS", 8),
    ("recvmsg", "ENOBUFS", 150), ("mmap", "ENOMEM", 120)) for when in range(1, last)
    for more in ("", "+")] + [("recvmsg", "EINTR", f"{when}") for when in range(1, 150)]
FAILED = ("1", "127", "139")

# One line a run: exit status, a sum of the table that stands, what was said.
RUNS = """
    for n in {numbers}; do
        nft delete table inet cordon 2>/dev/null
        {strace} -e trace={call} -e inject={call}:error={error}:when=$n {command} >/run/said 2>&1
        echo "$? $(nft list table inet cordon 2>/dev/null | md5sum | cut -c-32) $(tr '\\n' ' ' </run/said)"
    done
"""

INJECTED = {
    "/opt/lab/seal": f"#!/bin/sh\nexec {STRACE} -D $(cat /run/inject) /usr/bin/cordon seal\n",
    "/etc/systemd/system/cordon-seal.service.d/inject.conf":
        "[Service]\nExecReload=\nExecReload=/bin/sh /opt/lab/seal\n"}


@pytest.fixture
def bare(machines, world, deb):
    """A server whose seal is made by hand only, and does not stand."""
    machine = machines(world, deb=deb, files=NO_CHECK)
    machine.boot()
    machine.run("systemctl stop cordon-seal;"
                "cordon seal --print >/run/rules; nft delete table inet cordon")
    return machine


def misjudged(machine, command, faults):
    """How many runs there were, and those that said less, or more, than what came of them."""
    machine.run(f"nft delete table inet cordon 2>/dev/null; {command} && "
                "nft list table inet cordon | md5sum | cut -c-32 >/run/sum")
    whole = machine.path("/run/sum").read_text(encoding="ascii").strip()
    runs, wrong = 0, []
    for call, error, numbers in faults:
        script = RUNS.format(strace=STRACE, call=call, error=error, command=command,
                             numbers=" ".join(map(str, numbers)))
        for line in machine.run(script, timeout=600).stdout.splitlines():
            code, standing, said = line.split(" ", 2)
            runs += 1
            # 127: a library could not be loaded. 139: libnftables 1.0.6 crashed; systemd tells.
            told = "cordon: " in said or code == "139"
            if standing != whole if code == "0" else code not in FAILED or not told:
                wrong.append((call, error, line))
    return runs, wrong


@pytest.mark.parametrize("faults", [SOME, pytest.param(ALL, marks=pytest.mark.endurance)],
                         ids=["some", "all"])
def test_sealing_says_what_came_of_it(bare, fault, faults):
    runs, wrong = misjudged(bare, "cordon seal --early", faults)
    assert not wrong, wrong
    fault("one call of sealing fails", runs, lost=len(wrong))


def test_who_does_not_ask_would_not_know(bare, fault):
    """A control: a script that loads the same rules and does not ask what came of it."""
    runs, wrong = misjudged(bare, "sh -c 'nft -f /run/rules; true'",
                            [("socket", "ENFILE", range(1, 4))])
    fault("one call of sealing fails: control, nobody asks for the result", runs, lost=len(wrong), opens=True)


@pytest.mark.parametrize("faults", [
    RENEWAL, pytest.param(RENEWAL_ALL, marks=pytest.mark.endurance)], ids=["some", "all"])
def test_what_stood_stands(worlds, machines, deb, fault, faults):
    """Renewing the seal fails, under fire: at one call, and at all from there on."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, files={**NO_CHECK, **INJECTED})
    with world.worm(seconds=1800):
        machine.boot()
        for call, error, when in faults:
            machine.run(f"echo -e trace={call} -e inject={call}:error={error}:when={when} "
                        ">/run/inject; systemctl reload cordon-seal", check=False)
            now = assert_truthful(machine)
            assert now["seal"]["base"] and now["seal"]["hold"], (call, error, when, now)
        machine.run("echo -e trace=none >/run/inject; systemctl reload cordon-seal")
        assert_sealed(machine)
        fault("one call of renewing fails, or all from it on", len(faults), machine)

        machine.run("systemctl stop cordon-seal; nft delete table inet cordon;"
                    "echo -e trace=socket -e inject=socket:error=ENFILE:when=1+ >/run/inject")
        machine.run(["sh", "/opt/lab/seal"], check=False)
        assert not tables(machine)
        fault("one call of renewing fails: control, the old seal is gone before", 1, machine, opens=True)
