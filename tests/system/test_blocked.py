# SPDX-License-Identifier: GPL-2.0-or-later
"""What tried to get in is counted once, over everything that replaces or ends a table.

Most tests send a number of datagrams that they know, few enough for each to be noted, and ask for
exactly that number. Nothing else talks to the server.
"""
import json
import time

import lab
import pytest
from cordon import assert_sealed, status, tables
from deadline import until

RECORD = "/var/lib/cordon/blocked.json"
SIZE_MAX = 64 * 1024
SET_MAX = 8192  # see ruleset.c


def blocked(machine):
    """What status says of it, when it adds up."""
    now = status(machine)["blocked"]
    for names, other in (("ports", "other_ports"), ("sources", "other_sources")):
        packets = [item["packets"] for item in now[names]]
        assert sum(packets) + now[other] == now["packets"], now
        assert packets == sorted(packets, reverse=True), now
    assert len(now["hours"]) == 48 and sum(now["hours"]) == now["packets"], now
    return now


def ports(now):
    """The ports as {"22/tcp": packets}."""
    return {f"{item['port']}/{item['protocol']}": item["packets"] for item in now["ports"]}


def sources(now):
    """The sources as {address: packets}."""
    return {item["address"]: item["packets"] for item in now["sources"]}


def size_on_disk(machine):
    return machine.path(RECORD).stat().st_size


class Visitor:
    """Knocks at a server, and knows how often."""

    def __init__(self, world, machine):
        self.world, self.machine = world, machine
        self.ports = {}
        self.sources = {}

    def knock(self, times=10, port=1900, address=lab.SERVER4):
        for _ in range(times):
            self.world.udp(address, port)
        source = lab.WORLD6 if ":" in address else lab.WORLD4
        self.ports[f"{port}/udp"] = self.ports.get(f"{port}/udp", 0) + times
        self.sources[source] = self.sources.get(source, 0) + times

    def forget(self, port, times, source=lab.WORLD4):
        """What is allowed to be lost."""
        self.ports[f"{port}/udp"] -= times
        self.sources[source] -= times

    def assert_counted(self):
        knocked = sum(self.ports.values())
        until(lambda: blocked(self.machine)["packets"] >= knocked, 30, lambda: blocked(self.machine))
        now = blocked(self.machine)
        assert ports(now) == self.ports and sources(now) == self.sources, now
        assert now["other_ports"] == now["other_sources"] == 0, now
        assert self.machine.canary.datagrams == 0, self.machine.canary
        return now


@pytest.fixture
def server(worlds, machines, deb):
    """A sealed machine that only the test talks to."""
    machine = machines(worlds(preconfigured=True), deb=deb)
    machine.boot()
    return machine


@pytest.fixture
def visitor(server):
    return Visitor(server.world, server)


def test_the_worm_is_counted_by_port_and_source(worlds, machines, deb):
    """Slow enough for the sets to note every packet; and then as fast as it is."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb)
    with world.worm(rate=80):
        machine.boot()
        first = blocked(machine)
        until(lambda: blocked(machine)["packets"] > first["packets"] + 150, 60)
        now = blocked(machine)
        assert set(ports(now)) == {"69/udp", "161/udp", "1900/udp", "9000/udp", "23/tcp", "445/tcp",
                                   "8000/tcp"}
        assert set(sources(now)) == {lab.WORLD4, lab.WORLD6}
        assert now["other_ports"] < 5, (first, now)
        assert now["first"] <= now["last"] and now["hours"][-1] > 0
        assert all(ports(now)[port] >= ports(first)[port] for port in ports(first))
    with world.worm(rate=4000):
        until(lambda: blocked(machine)["packets"] > now["packets"] + 5000, 60)
        later = blocked(machine)
        assert later["other_ports"] > 0, "200 a second are noted, and all are counted"
    text = machine.run(["cordon", "status"]).stdout
    line = next(line for line in text.splitlines() if "Blocked" in line)
    assert " packets; most wanted " in line and line.endswith(", ..."), line
    assert "," in line.split(" packets")[0], line
    assert_sealed(machine)


def test_tables_come_and_go(server, visitor):
    """Flushed, replaced, repaired, taken away: no packet is lost, none is counted twice."""
    visitor.knock(port=1900)
    visitor.knock(port=161, address=lab.SERVER6)
    visitor.assert_counted()
    server.run(["nft", "flush", "ruleset"])
    visitor.knock()
    visitor.assert_counted()
    server.run(["cordon", "check"])
    visitor.assert_counted()
    for verb in ("reload", "restart", "reload"):
        visitor.knock(port=161)
        before = status(server)["seal"]["hold_name"]
        server.run(["systemctl", verb, "cordon-seal.service"])
        assert status(server)["seal"]["hold_name"] != before
        visitor.assert_counted()
        visitor.knock(port=69, address=lab.SERVER6)
        visitor.assert_counted()
    server.run(["cordon", "tally"])
    server.run(["systemctl", "stop", "cordon-seal.service"])
    assert tables(server) == {"cordon"}
    visitor.knock(port=9000)
    visitor.assert_counted()
    server.run(["cordon", "check"])
    assert tables(server) != {"cordon"}
    visitor.knock(port=9000)
    visitor.assert_counted()
    assert_sealed(server)


def test_over_reboots_and_a_power_cut(server, visitor):
    visitor.knock()
    visitor.assert_counted()
    for _ in range(2):
        visitor.knock()
        # Not recorded yet: the shutdown does that.
        server.reboot()
        now = visitor.assert_counted()
        visitor.knock(port=161, address=lab.SERVER6)
        visitor.assert_counted()
    server.run(["systemctl", "stop", "cordon-check.timer"])
    server.run(["cordon", "check"])
    visitor.knock(times=7)
    visitor.assert_counted()
    server.power_cut()
    server.boot()
    visitor.forget(1900, 7)
    after = visitor.assert_counted()
    assert after["first"] == now["first"]
    visitor.knock()
    visitor.assert_counted()


@pytest.mark.long
def test_the_timer_records_every_minute(server, visitor):
    visitor.knock()
    until(server.path(RECORD).exists, 75, "nothing was recorded for more than a minute")
    server.power_cut()
    server.boot()
    visitor.assert_counted()


def elements(machine, table):
    """How many each set of a table has."""
    return [machine.run(["nft", "list", "set", "inet", table, name]).stdout.count("counter packets")
            for name in ("blocked4", "blocked6")]


def assert_answers(machine):
    """Whoever asks is answered, and what is written down stays small."""
    for verb in ("status", "report", "tally"):
        machine.run(["cordon", verb])
    assert size_on_disk(machine) < SIZE_MAX


def test_a_million_made_up_sources(server, visitor):
    """Over several holds. Every packet is counted; who knocks often is still known by name."""
    sent = {"udp": 0, "syn": 0}
    for _ in range(3):
        visitor.knock(times=30)
        for kind, address, port in (("udp", lab.SERVER4, 5000), ("syn", lab.SERVER6, 23)):
            time.sleep(0.5)  # so that something of this one is noted, too
            sent[kind] += server.world.flood(address, [port], 200_000, seconds=20, kind=kind)[0]
        assert all(0 < count < SET_MAX for count in elements(server, status(server)["seal"]["hold_name"]))
        server.run(["systemctl", "reload", "cordon-seal.service"])
        assert_answers(server)
    assert sum(sent.values()) == 1_200_000
    now = blocked(server)
    assert now["packets"] == sum(sent.values()) + 90, now
    assert len(now["sources"]) == 100
    assert sources(now)[lab.WORLD4] == 90 and ports(now)["1900/udp"] == 90
    top = {f"{item['port']}/{item['protocol']}" for item in now["ports"][:2]}
    assert top == {"5000/udp", "23/tcp"} and set(ports(now)) == top | {"1900/udp"}, now
    server.reboot()
    assert blocked(server)["packets"] == now["packets"]
    assert_answers(server)
    assert_sealed(server)


def test_full_sets_are_read_as_well(server):
    """All that two sets can hold, which takes a flood some minutes; one more is refused."""
    lists = {"blocked4": "10.0.{}.{} . tcp . {}", "blocked6": "2001:db8:f::{:x}:{:x} . udp . {}"}
    for name, form in lists.items():
        full = ",".join(form.format(n >> 8, n & 255, n % 60000 + 1) + " counter packets 3 bytes 180"
                        for n in range(SET_MAX))
        server.run("nft -f -", input=f"add element inet cordon {name} {{ {full} }}")
        more = form.format(255, 255, 1)
        refused = server.run(f"nft add element inet cordon {name} '{{ {more} }}'", check=False)
        assert "Too many open files" in refused.stderr, refused
    assert elements(server, "cordon") == [SET_MAX, SET_MAX]
    server.world.flood(lab.SERVER4, [5000], 10_000)
    assert_answers(server)
    assert blocked(server)["packets"] == 2 * SET_MAX * 3 + 10_000
    assert_sealed(server)


def test_a_full_disk_and_a_damaged_record_keep_nobody(server, visitor):
    server.run(["systemctl", "stop", "cordon-check.timer"])
    visitor.knock()
    server.run("cp -a /var/lib/cordon /tmp/kept && mount -t tmpfs -o size=64k none /var/lib/cordon &&"
               "cp -a /tmp/kept/. /var/lib/cordon && cat /dev/zero >/var/lib/cordon/full || true")
    server.run(["cordon", "check"])
    server.run(["systemctl", "reload", "cordon-seal.service"])
    assert "could not be recorded" in server.journal("--unit", "cordon-seal")
    assert_sealed(server)
    server.run(["umount", "/var/lib/cordon"])
    # The old hold's count went with it. What comes now counts.
    visitor.forget(1900, 10)
    visitor.knock(times=5)
    server.run(["cordon", "check"])
    visitor.assert_counted()
    server.write({RECORD: '{"schema": 1'})
    now = status(server)
    assert any("cannot be believed" in note for note in now["notes"]), now["notes"]
    checked = server.run(["cordon", "check"])
    assert "set aside as " + RECORD + ".broken" in checked.stderr
    assert server.path(RECORD + ".broken").read_text() == '{"schema": 1'
    visitor.assert_counted()  # they are still in the tables
    assert_sealed(server)


def test_finish_arm_and_reset(server, visitor):
    """Evidence stays after finish; another quarantine begins another count; a reset leaves none."""
    visitor.knock()
    server.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    assert not tables(server)
    assert ports(blocked(server)) == {"1900/udp": 10}
    assert "Blocked" in server.run(["cordon", "status"]).stdout
    server.reboot()
    assert ports(blocked(server)) == {"1900/udp": 10}
    server.run(["cordon", "arm"])
    second = Visitor(server.world, server)
    second.knock(port=161)
    second.assert_counted()
    kept = json.loads(server.path(RECORD + ".before").read_text())
    assert kept["past"]["packets"] + sum(s["packets"] for s in kept["standing"]) == 10
    server.reboot()
    second.assert_counted()
    server.run(["cordon", "reset"])
    second.knock()
    server.run(["cordon", "tally"])
    server.run(["cordon", "check"])
    server.shutdown()
    left = {path.name for path in server.path("/var/lib/cordon").iterdir()}
    assert left == {"state.json"}, left


def test_a_machine_that_is_aside_has_no_record(worlds, machines, deb):
    machine = machines(worlds(preconfigured=True), deb=deb, cmdline=["cordon=off"])
    machine.boot()
    machine.run(["cordon", "tally"])
    assert "Blocked" not in machine.run(["cordon", "status"]).stdout
    assert not machine.path(RECORD).exists()
