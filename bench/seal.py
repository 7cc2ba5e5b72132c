# SPDX-License-Identifier: GPL-2.0-or-later
"""How long sealing takes, from exec to enforced and as a process, beside `nft -f` of the same rules
and the start of ufw and of firewalld.

Enforced is when the last datagram of a sender that never pauses has reached an application, by the
clock of both.
"""
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import ground
import lab

# Notes the time and becomes the program, so that nothing of how it was started is measured.
STAMP = r"""
#include <stdio.h>
#include <time.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	struct timespec now;
	FILE *file = fopen("/run/began", "w");
	(void)argc;
	clock_gettime(CLOCK_MONOTONIC, &now);
	fprintf(file, "%lld.%09ld", (long long)now.tv_sec, now.tv_nsec);
	fclose(file);
	execv(argv[1], argv + 1);
	return 127;
}
"""
SILENCE = 0.2  # seconds without a datagram: closed
OPEN = ("systemctl stop cordon-check.timer cordon-reconsider.path cordon-seal.service; sleep 0.1;"
        "nft delete table inet cordon; true")
NFT, CORDON = "nft -f, the same rules", "cordon seal --early"
# Whose server it is, what closes it, and what opens it again.
WAYS = {NFT: (ground.CORDON, ["/usr/sbin/nft", "-f", "/root/rules"], OPEN),
        CORDON: (ground.CORDON, ["/usr/bin/cordon", "seal", "--early"], OPEN),
        "ufw enable": ("ufw", ["/usr/sbin/ufw", "--force", "enable"], "ufw disable"),
        "firewalld's start": ("firewalld", ["/usr/bin/systemctl", "start", "firewalld"],
                              "systemctl stop firewalld")}


def build_stamp():
    """The program above, as bytes."""
    with tempfile.NamedTemporaryFile(suffix=".c", mode="w") as source:
        source.write(STAMP)
        source.flush()
        target = source.name + ".out"
        subprocess.run(["cc", "-O2", "-static", "-o", target, source.name], check=True)
        data = Path(target).read_bytes()
        Path(target).unlink()
        return data


class Sender:
    """Sends datagrams to the server without a pause."""

    def __init__(self, world):
        with world.inside():
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._ended = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._ended:
            try:
                self._socket.sendto(b"x", (lab.SERVER4, 9000))
            except OSError:
                pass

    def close(self):
        """Stop."""
        self._ended = True
        self._thread.join()
        self._socket.close()


def last_arrival(machine):
    """When the canary heard a datagram last."""
    return max(row.last or 0 for row in machine.canary.rows() if row.protocol == "udp")


def seal_once(machine, argv, reopen):
    """Open the machine, close it this way; (exec to enforced, process) in milliseconds."""
    machine.run(reopen)
    sender = Sender(machine.world)
    time.sleep(0.2)
    machine.run(["/root/stamp", *argv])
    end = time.monotonic()
    # firewalld says that it has started some time before its rules are there.
    while time.monotonic() < max(end, last_arrival(machine)) + SILENCE:
        time.sleep(0.02)
        if time.monotonic() > end + 10:
            raise RuntimeError(f"{argv}: datagrams still arrive")
    sender.close()
    began = float(machine.path("/run/began").read_text())
    arrived = last_arrival(machine)
    return (arrived - began) * 1000, (end - began) * 1000


def measure(deb, rounds):
    """Each way in turn, each firewall on a server of its own."""
    stamp = build_stamp()
    with ground.servers([ground.CORDON, "ufw", "firewalld"], deb) as machines:
        for machine in machines.values():
            machine.path("/root/stamp").write_bytes(stamp)
            machine.path("/root/stamp").chmod(0o755)
        machines[ground.CORDON].run("cordon seal --print > /root/rules")
        found = ground.in_turns(rounds, {
            name: lambda way=way: seal_once(machines[way[0]], way[1], way[2])
            for name, way in WAYS.items()})
    enforced, process = found[CORDON]
    for name, (its_enforced, its_process) in found.items():
        ratios, goal = "", ""
        if name != CORDON:
            ratios = (f"cordon {enforced / its_enforced:.2f} and {process / its_process:.2f}, "
                      f"enforced to process {enforced / its_process:.2f}")
        if name == NFT:
            goal = ground.goal(enforced / its_process, most=0.5)
        yield ground.Figure(f"Seal: {name}, enforced / process",
                            f"{its_enforced:.1f} / {its_process:.1f} ms", ratios, goal)
