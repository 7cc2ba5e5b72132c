# SPDX-License-Identifier: GPL-2.0-or-later
"""Where sealing fails there is no network, the console says why, and an administrator gets out.

And on a finished machine the same failure touches nothing.
"""
import lab
import pytest

FAILURES = {
    "no permission": {"/etc/systemd/system/cordon-seal.service.d/fail.conf":
                      "[Service]\nCapabilityBoundingSet=~CAP_NET_ADMIN\n"},
    # What a kernel without nf_tables answers: there is no such netlink protocol.
    "no nf_tables": {"/etc/systemd/system/cordon-seal.service.d/fail.conf":
                     "[Service]\nRestrictAddressFamilies=~AF_NETLINK\n"},
    # libnftables ends the process by itself then.
    "no memory": {"/etc/systemd/system/cordon-seal.service.d/fail.conf":
                  "[Service]\nExecStart=\n"
                  "ExecStart=/usr/bin/prlimit --data=1048576 /usr/bin/cordon seal\n"},
    "other": {"/etc/systemd/system/cordon-seal.service": "[Unit]\nDescription=Broken\n[Service]\n"
               "Type=oneshot\nExecStart=/bin/false\nOnFailure=cordon-seal-failed.service\n"},
}
SAID = {"no memory": "cordon: seal: a library ended it half-way"}
GENERATOR = "/usr/lib/systemd/system-generators/cordon-generator"
BREAK_LIBRARY = "for f in /usr/lib/*/libnftables.so.1; do mv $(readlink -f $f) /root/; done"


MANAGERS = ("systemd-networkd", "NetworkManager", "networking", "ifup@", "dhcpcd", "wicked", "connman",
            "iwd", "wpa_supplicant", "wpa_supplicant-wired@", "netplan-wpa-", "ifplugd", "cloud-init-local",
            "cloud-init-main", "cloud-init", "cloud-init-network", "cloud-init-hotplugd")


def assert_no_network(world, machine):
    """No manager was started, so nothing came up and nothing came in."""
    state = machine.run(["systemctl", "show", "-p", "ActiveState,AssertResult", "networking"]).stdout
    assert "ActiveState=inactive" in state and "AssertResult=no" in state, state
    assert lab.SERVER4 not in machine.run("ip address").stdout
    assert world.tcp_connects(lab.SERVER4, 22, silence=0.5) != "open"
    assert machine.canary.datagrams == 0, machine.canary


@pytest.mark.parametrize("failure", list(FAILURES))
def test_no_seal_no_network(world, machines, deb, failure, fault):
    machine = machines(world, deb=deb, files=FAILURES[failure])
    with world.worm() as worm:
        machine.boot()
        worm.goes_on()
        assert_no_network(world, machine)
        fault(f"sealing fails at boot: {failure}", 1, machine)
    console = machine.console_tail(400)
    if failure != "other":
        assert SAID.get(failure, "could NOT be sealed") in console, console
        assert "THIS SERVER COULD NOT BE SEALED" in console, console
        assert "cordon finish --force" in console, console


def test_every_network_manager_asserts_the_seal(world, machines, deb):
    """Those that this server does not have, too: somebody may install one."""
    machine = machines(world, deb=deb, files=FAILURES["no permission"])
    machine.boot()
    for manager in MANAGERS:
        made = machine.path(f"/run/systemd/generator/{manager}.service.d/10-cordon.conf")
        assert made.exists() and "AssertPathExists=|/run/cordon/sealed" in made.read_text(), manager
    machine.run(["systemctl", "start", "systemd-networkd"], check=False)
    state = machine.run(["systemctl", "show", "-p", "ActiveState,AssertResult", "systemd-networkd"]).stdout
    assert "ActiveState=inactive" in state and "AssertResult=no" in state, state


def test_the_first_word_counts(world, machines, deb):
    """Said to the generator, whatever becomes of who said it; only without a word the stamp is asked,
    which says here that this machine is finished."""
    machine = machines(world, deb=deb)
    machine.boot()
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    assert machine.path("/etc/cordon/released").exists()
    for said, guarded in (("echo sealed; kill -9 $$", True), ("echo sealed; exit 1", True),
                          ("echo undecided", True), ("echo sealed; echo open", True),
                          ("echo open", False), ("exit 1", False), ("echo nonsense", False)):
        machine.write({"/usr/bin/cordon": (f"#!/bin/sh\n{said}\n", 0o755)})
        machine.run(f"rm -rf /tmp/units; mkdir /tmp/units; {GENERATOR} /tmp/units /tmp/units /tmp/units")
        made = machine.path("/tmp/units/networking.service.d/10-cordon.conf")
        assert made.exists() == guarded, said
    machine.path("/etc/cordon/released").unlink()
    machine.write({"/usr/bin/cordon": ("#!/bin/sh\nexit 1\n", 0o755)})
    machine.run(f"{GENERATOR} /tmp/units /tmp/units /tmp/units")
    assert made.exists(), "no word, no stamp, and open"


def test_a_generator_that_is_ended_guards_all_the_same(world, machines, deb):
    """As systemd ends one that takes longer than 90 seconds: what it has asked decides nothing then."""
    machine = machines(world, deb=deb)
    machine.boot()
    machine.write({"/usr/bin/cordon": ("#!/bin/sh\nkill -9 $PPID\n", 0o755)})
    machine.run(f"mkdir /tmp/units; {GENERATOR} /tmp/units /tmp/units /tmp/units", check=False)
    assert machine.path("/tmp/units/networking.service.d/10-cordon.conf").exists()


def test_a_missing_library(world, machines, deb, fault):
    """cordon cannot even start; the generator, which does not need that library, still guards."""
    machine = machines(world, deb=deb, setup=BREAK_LIBRARY)
    with world.worm() as worm:
        machine.boot()
        worm.goes_on()
        assert_no_network(world, machine)
        fault("sealing fails at boot: a missing library", 1, machine)
    console = machine.console_tail(400)
    assert "libnftables" in console and "dpkg --remove cordon" in console, console
    machine.run(["dpkg", "--remove", "cordon"])
    machine.reboot()
    assert world.tcp_connects(lab.SERVER4, 22) == "open", "the administrator is locked out"


def test_the_administrator_proceeds_as_the_console_says(world, machines, deb):
    machine = machines(world, deb=deb, files=FAILURES["no permission"])
    machine.boot()
    assert_no_network(world, machine)
    machine.run(["cordon", "finish", "--force", "--reason", "no seal here"], timeout=300)
    machine.run(["systemctl", "start", "networking"])
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
    machine.reboot()
    assert world.tcp_connects(lab.SERVER4, 22) == "open"


def test_and_on_a_kernel_without_nftables(world, machines, deb):
    """The same, where finish itself has no nftables either (see FAILURES)."""
    machine = machines(world, deb=deb, files=FAILURES["no nf_tables"])
    machine.boot()
    assert_no_network(world, machine)
    # The file capabilities of the lab's kernel cannot be taken away; the netlink family can.
    machine.run(["systemd-run", "--wait", "--pipe", "--property=RestrictAddressFamilies=AF_UNIX AF_INET",
                 "cordon", "finish", "--force", "--reason", "no nftables here"], timeout=300)
    # The generator, which the drop-in does not cover, had nftables: a real such kernel has no table.
    machine.run(["nft", "flush", "ruleset"])
    machine.run(["systemctl", "start", "networking"])
    assert world.tcp_connects(lab.SERVER4, 22) == "open"


def test_the_cause_removed_it_starts_again(world, machines, deb):
    machine = machines(world, deb=deb, files=FAILURES["no permission"])
    machine.boot()
    machine.run("rm /etc/systemd/system/cordon-seal.service.d/fail.conf; systemctl daemon-reload;"
                "systemctl restart cordon-seal; systemctl start networking")
    assert lab.SERVER4 in machine.run("ip address").stdout
    assert world.tcp_connects(lab.SERVER4, 22, silence=0.5) != "open"


@pytest.mark.parametrize("failure", ["no permission", "library"])
def test_a_finished_machine_does_not_care(world, machines, deb, failure):
    machine = machines(world, deb=deb)
    machine.boot()
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    if failure == "library":
        machine.run(BREAK_LIBRARY)
    else:
        machine.write(FAILURES[failure])
    machine.reboot()
    assert machine.run(["systemctl", "is-active", "networking"]).stdout == "active\n"
    assert world.tcp_connects(lab.SERVER4, 22) == "open"


def test_without_the_assertion_the_network_would_start(world, machines, deb, fault):
    """The defence taken out: the same failure, and the server answers."""
    no_generator = {"/etc/systemd/system-generators/cordon-generator": ("#!/bin/true\n", 0o755)}
    machine = machines(world, deb=deb, files={**FAILURES["no permission"], **no_generator})
    with world.worm():
        machine.boot()
        fault("sealing fails at boot: control, nothing asserts the seal", 1, machine, opens=True)
