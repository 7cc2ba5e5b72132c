# SPDX-License-Identifier: GPL-2.0-or-later
"""Two things at once: none of them may leave the server open, or closed for good."""
import lab
from cordon import (COLLECTOR, WITH_COLLECTOR, assert_last_numbers, assert_nothing_runs,
                    assert_sealed, assert_truthful, history, status, tables)

# Who asks first after that takes some time, and says so.
SLOW_APT = """
    mv /usr/bin/apt-config /usr/bin/apt-config.real
    cat > /usr/bin/apt-config <<'END'
#!/bin/sh
[ -e /run/slow ] && mkdir /run/asked 2>/dev/null && sleep 3
exec /usr/bin/apt-config.real "$@"
END
    chmod 755 /usr/bin/apt-config
"""
ASKED = "until [ -e /run/asked ]; do sleep 0.05; done"


def test_renewing_the_seal_while_somebody_flushes(worlds, machines, deb, fault):
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb)
    with world.worm(rate=5000):
        machine.boot()
        machine.run("""
            (while [ ! -e /run/stop ]; do nft flush ruleset; done) &
            for i in $(seq 30); do
                systemctl restart cordon-seal; systemctl reset-failed cordon-seal
                systemctl reload cordon-seal
            done
            touch /run/stop; wait
        """, timeout=300)
        assert_truthful(machine)
        machine.run(["cordon", "check"], check=False)
        assert_sealed(machine)
        fault("restart and reload while somebody flushes in a loop", 60, machine)


def test_a_machine_that_is_starved_and_configured_meanwhile(worlds, machines, deb, fault):
    """Every core is taken by others, the configuration changes, is torn, and changes back."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb)
    with world.worm(rate=5000):
        machine.boot()
        machine.run("""
            hogs=; for i in $(seq 8); do yes >/dev/null & hogs="$hogs $!"; done
            site=/etc/cordon/cordon.conf.d/50-test.conf; mkdir -p ${site%/*}
            for text in '[Egress]\nAllow=8140/tcp' '[Cordon]\nEgress=upd' '[Allow' '\377'; do
                printf "$text" >$site; cordon check & nft flush ruleset
                systemctl reload cordon-seal || true; wait $!
            done
            rm $site; cordon check; kill $hogs
        """, timeout=120)
        assert_sealed(machine)
        fault("CPU hogs; configuration replaced, torn, and checked meanwhile", 5, machine)


def test_finish_beats_a_check_that_began_before(world, machines, deb):
    machine = machines(world, deb=deb, setup=SLOW_APT)
    machine.boot()
    machine.run(f"""
        nft flush ruleset; touch /run/slow
        cordon check & {ASKED}
        cordon finish --force --reason test; wait
    """, timeout=300)
    assert status(machine)["phase"] == "finished"
    assert not tables(machine), "sealed again after it was finished"
    assert world.tcp_connects(lab.SERVER4, 22) == "open"


def test_finish_beats_a_reload_that_began_before(world, machines, deb):
    machine = machines(world, deb=deb, setup=SLOW_APT)
    machine.boot()
    machine.run(f"""
        touch /run/slow
        systemctl reload --no-block cordon-seal; {ASKED}
        cordon finish --force --reason test
    """, timeout=300)
    assert_nothing_runs(machine)
    assert status(machine)["phase"] == "finished"
    assert not tables(machine)
    assert world.tcp_connects(lab.SERVER4, 22) == "open"


def test_numbers_that_were_gathered_before_finish_are_not_the_last(world, machines, deb):
    """Stopped in the middle of gathering, when it has read that this server is sealed."""
    machine = machines(world, deb=deb, setup=SLOW_APT, files=WITH_COLLECTOR)
    machine.boot()
    machine.run("""
        touch /run/slow
        cordon report --textfile & %s; kill -STOP $!; rm /run/slow
        test ! -e %s/cordon.prom
        cordon finish --force --reason test
        kill -CONT $!; wait $!
    """ % (ASKED, COLLECTOR), timeout=300)
    assert_last_numbers(machine, "finished")


def test_two_administrators_finish(machine):
    """One of them did; the trail does not name the other, too."""
    machine.run("cordon finish --force --reason one & cordon finish --force --reason two; wait",
                timeout=300)
    finished = [event for event in history(machine) if event["event"] == "finished"]
    assert len(finished) == 1, finished
    assert not tables(machine)


def test_tables_that_nobody_lifted(world, machine):
    """Whatever left them there, finish on a finished machine takes them away."""
    machine.run("cordon seal --print > /root/rules; cordon finish --force --reason test;"
                "nft -f /root/rules")
    assert world.tcp_connects(lab.SERVER4, 22, silence=0.5) != "open"
    machine.run(["cordon", "finish"])
    assert world.tcp_connects(lab.SERVER4, 22) == "open"


def test_without_a_message_bus(world, machines, deb):
    """systemd only recommends D-Bus: PID 1 is asked directly."""
    machine = machines(world, deb=deb, setup="systemctl mask dbus.service dbus.socket")
    machine.boot()
    assert_sealed(machine)
    machine.run(["systemctl", "stop", "cordon-seal"])
    machine.run(["cordon", "check"])
    assert_sealed(machine)
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    assert not tables(machine)
    assert world.tcp_connects(lab.SERVER4, 22) == "open"


def test_somebody_elses_notify_socket(world, machine):
    """An agent that is itself a service of systemd's runs cordon."""
    machine.run(["systemd-run", "--wait", "--property=Type=notify", "--property=NotifyAccess=all",
                 "sh", "-c", "systemd-notify --ready; cordon finish --force --reason test"],
                timeout=300)
    assert not tables(machine)
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
