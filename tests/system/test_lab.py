# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab is honest: without cordon the canary does count, the updates do wait, power cuts cut."""

import lab
import pytest
from deadline import scaled, until

QUICK_UPDATE = ["apt-get", "update", "--error-on=any", "-o", "Acquire::Retries=0"]


@pytest.mark.parametrize("preconfigured", [False, True])
def test_nothing_protects_a_plain_server(worlds, machines, preconfigured):
    world = worlds(preconfigured=preconfigured)
    machine = machines(world)
    with world.worm() as worm:
        machine.boot()
        worm.goes_on(2000)
        assert machine.canary.started
        until(lambda: machine.canary.datagrams > 1000 and machine.canary.connections > 100, 30,
              lambda: machine.canary)
        for family in (4, 6):
            assert machine.canary.count(family=family, protocol="udp") > 300, machine.canary


def test_the_canary_listens_before_the_system_is_up(worlds, machines):
    machine = machines(worlds(preconfigured=True))
    machine.boot()
    ready = machine.run(["systemctl", "show", "sysinit.target", "--value",
                         "-p", "ActiveEnterTimestampMonotonic"]).stdout
    assert 0 < machine.canary.started < int(ready) / 1e6


def test_the_updates_are_pending(world, machines):
    machine = machines(world)
    machine.boot()
    machine.run(["apt-get", "update", "--error-on=any"])
    plan = machine.run(["apt-get", "--simulate", "dist-upgrade"]).stdout
    updates = [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]
    assert set(updates) == lab.pending() and len(updates) > 3, updates
    assert any(name.startswith("linux-image-6") for name in updates), updates
    assert "Debian-Security:" in plan
    assert any(path.endswith("InRelease") for path in world.mirror.requests)


def test_a_repository_may_offer_a_few(worlds, machines):
    machine = machines(worlds(repository=lab.security_repository(only=["tzdata"])))
    machine.boot()
    machine.run(["apt-get", "update", "--error-on=any"])
    machine.run(["apt-get", "--yes", "dist-upgrade"], env={"DEBIAN_FRONTEND": "noninteractive"})
    plan = machine.run(["apt-get", "--simulate", "dist-upgrade"]).stdout
    assert "0 upgraded" in plan


def test_a_lying_mirror(world, machines):
    machine = machines(world)
    machine.boot()
    world.mirror.answer = lambda path: 503 if "security" in path else None
    assert machine.run(QUICK_UPDATE, check=False).returncode == 100
    world.mirror.answer = lambda path: b"nonsense" if "InRelease" in path else None
    assert machine.run(QUICK_UPDATE, check=False).returncode == 100


def test_what_a_boot_forgets_and_what_it_keeps(world, machines):
    machine = machines(world, files={"/etc/marker": "here\n"})
    machine.boot()
    machine.run("nft add table inet forgotten; echo kept > /root/kept; sync")
    for again in (machine.reboot, lambda: (machine.power_cut(), machine.boot())):
        again()
        assert machine.run("nft list tables").stdout == ""
        assert machine.run("cat /root/kept /etc/marker").stdout == "kept\nhere\n"
    assert machine.boots == 3


def test_a_reboot_asked_for_inside(world, machines):
    machine = machines(world)
    machine.boot()
    machine.run("systemctl reboot", check=False)
    machine.wait_off()
    assert not machine.running
    machine.boot()
    assert machine.wait_booted() == "running"


def test_the_network_both_ways(world, machines):
    machine = machines(world)
    machine.boot()
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
    assert world.tcp_connects(lab.SERVER6, 22) == "open"
    assert world.tcp_connects(lab.SERVER4, 4444) == "refused"
    assert world.echo(lab.SERVER4) and world.echo(lab.SERVER6)
    assert world.neighbour_solicitation() and not world.neighbour_solicitation(hops=64)
    with world.listen(4444) as tcp, world.listen(4445, "udp") as udp:
        assert machine.connects(lab.WORLD4, 4444) == "open"
        machine.run(["bash", "-c", f"echo > /dev/udp/{lab.WORLD4}/4445"])
        until(lambda: (tcp.count, udp.count) == (1, 1), 30, lambda: (tcp.count, udp.count))
        assert udp.senders == [lab.SERVER4]
    world.router_advertisement()
    until(lambda: "2001:db8:1::" in machine.run("ip -6 address").stdout, 30, "no address")
    machine.run("nft add table inet t;"
                "nft 'add chain inet t c {type filter hook output priority 0;}';"
                "nft add rule inet t c tcp dport 4444 reject with icmpx admin-prohibited")
    assert machine.connects(lab.WORLD4, 4444) == "rejected"
    # The first SYN's ICMPv6 error comes too early to count; the second, a second later, does.
    assert machine.connects(lab.WORLD6, 4444, silence=3) == "rejected"


def test_firewalls_can_be_turned_on(world, machines):
    machine = machines(world, setup="systemctl enable firewalld")
    machine.boot()
    assert machine.run(["systemctl", "is-active", "firewalld"]).stdout == "active\n"
    assert "firewalld" in machine.run("nft list tables").stdout


def test_a_terminal(world, machines):
    machine = machines(world)
    machine.boot()
    with machine.terminal(["sh", "-c", "stty size; tty; read answer; echo =$answer="]) as terminal:
        terminal.expect("25 80\r\n/dev/pts/[0-9]+\r\n")
        terminal.send("yes\r")
        terminal.expect("=yes=")
        assert terminal.wait() == 0


def test_the_command_line_and_credentials(world, machines):
    machine = machines(world, cmdline=["cordon=off"], credentials={"cordon.allow": "22"})
    machine.boot()
    assert "cordon=off" in machine.run("tr '\\0' ' ' < /proc/1/cmdline").stdout
    assert "cordon.allow" in machine.run("systemd-creds --system list").stdout


@pytest.mark.virtual
def test_a_virtual_machine(world, machines):
    machine = machines(world, kind=lab.VirtualMachine, files={"/etc/marker": "here\n"},
                       credentials={"cordon.allow": "22,80"})
    with world.worm():
        machine.boot()
        until(lambda: machine.canary.datagrams > 1000 and machine.canary.connections > 100, 60,
              lambda: machine.canary)
    machine.login().expect("root@server:~# ", 60)
    assert "cordon.allow" in machine.run("systemd-creds --system list").stdout
    answer = machine.run("cat; echo $WHO >&2; false", check=False, input="in", env={"WHO": "me"})
    assert (answer.returncode, answer.stdout, answer.stderr) == (1, "in", "me\n")
    assert world.tcp_connects(lab.SERVER4, 22, silence=scaled(5)) == "open"
    machine.run("nft add table inet forgotten; echo kept > /root/kept; sync")
    machine.power_cut()
    machine.boot()
    assert machine.run("nft list tables; cat /root/kept /etc/marker").stdout == "kept\nhere\n"
    machine.shutdown()


def test_a_mirror_on_another_port(worlds, machines):
    machine = machines(worlds(repository=lab.security_repository(only=[]), mirror_port=8080),
                       files={lab.SOURCES_FILE: lab.apt_sources(8080)})
    machine.boot()
    machine.run(QUICK_UPDATE)


def test_a_machine_that_is_off_is_silent(world, machines):
    machine = machines(world)
    machine.boot()
    assert world.echo(lab.SERVER4)
    machine.power_cut()
    assert not world.echo(lab.SERVER4, silence=0.3)
    assert not machine.running
