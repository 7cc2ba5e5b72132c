# SPDX-License-Identifier: GPL-2.0-or-later
"""The sandboxes of the units as the kernel makes them; tests/test-sandbox.py reads the unit files."""
import json

import pytest
from cordon import status
from deadline import until
from rpm_server import Server
from test_zypper import Suse

# What each may write to; cordon-tally.service has the record alone, and no home.
DECIDING = {"/var/lib/cordon", "/run/cordon", "/etc/cordon"}
WRITABLE = {"seal": DECIDING | {"/usr"}, "check": DECIDING, "reconsider": DECIDING,
            "tally": DECIDING - {"/etc/cordon"}, "automatic": DECIDING,
            "prefetch": DECIDING - {"/etc/cordon"}}
LOOK = r"""#!/usr/bin/perl
sub content { local (@ARGV, $/) = @_; return <>; }
my $status = content "/proc/self/status";
my @root = stat "/"; my @theirs = stat "/proc/1/root/.";
printf '{"boot": "%s", "root": "%s", "filter": "%s", "new": "%s", "ambient": "%s", "kickstart": "%s", "write": [',
	content("/proc/sys/kernel/random/boot_id") =~ /(\S+)/, "@root[0, 1]" eq "@theirs[0, 1]",
	$status =~ /^Seccomp:\s+(\d)/m, $status =~ /^NoNewPrivs:\s+(\d)/m, $status =~ /^CapAmb:\s+(\w+)/m,
	-r "/root/original-ks.cfg";
print join ", ", map { qq("$_") } grep { open my $file, ">", "$_/written" } qw(/usr /var/lib/cordon /run/cordon /etc/cordon);
print "]}\n";
"""
DROP_IN = "[Service]\nType=oneshot\nExecStart=\nExecStop=\nExecStart=/usr/bin/look\nStandardOutput=file:/run/look\n"


def look(machine, name):
    """What a program sees and may do in the place of cordon."""
    folder = f"/run/systemd/system/cordon-{name}.service.d"
    machine.run(["mkdir", "-p", folder])
    machine.run(["tee", f"{folder}/look.conf"], input=DROP_IN)
    machine.run(["systemctl", "daemon-reload"])
    machine.run(f"rm -f /run/look; systemctl restart cordon-{name}.service")
    return json.loads(machine.run(["cat", "/run/look"]).stdout)


def test_in_each_sandbox_the_server_looks_the_same(machine):
    """By these cordon decides; and what it has no use for is refused."""
    machine.write({"/usr/bin/look": (LOOK, 0o755), "/root/original-ks.cfg": "firewall --enabled\n"})
    boot = machine.run(["cat", "/proc/sys/kernel/random/boot_id"]).stdout.strip()
    for name, writable in WRITABLE.items():
        seen = look(machine, name)
        assert (seen["filter"], seen["new"], seen["ambient"]) == ("2", "1", "0" * 16), (name, seen)
        assert seen["boot"] == boot, f"{name}: {seen}"
        assert seen["root"] == "1" or name == "tally", (name, seen)
        assert seen["kickstart"] == "1" or name == "tally", (name, seen)
        assert set(seen["write"]) == writable, (name, seen)


@pytest.mark.parametrize("kind", [Server, Suse])
def test_a_package_manager_of_rpm_works_in_the_sandbox(rpm_servers, kind):
    """Fetched in advance, then updated and finished without a hand; apt's: see test_updates.py."""
    server = rpm_servers(kind)
    machine = server.machine
    server.publish("libfoo")
    machine.write({"/etc/cordon/cordon.conf": "[Cordon]\nPrefetch=yes\n"})
    machine.run(["systemctl", "start", "cordon-prefetch"])
    until(lambda: machine.run("find /var/cache -name 'libfoo*.rpm'").stdout, 60,
               "nothing was fetched in advance")
    machine.write({"/etc/cordon/cordon.conf": "[Cordon]\nMode=automatic\n"})
    machine.run(["systemctl", "start", "cordon-automatic"])
    until(lambda: status(machine)["phase"] == "finished", 60, "not finished")
    assert server.installed("libfoo") == ["libfoo-1.1-1.noarch"]
