#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How long sealing takes, from exec to enforced and as a process, beside `nft -f` of the same rules;
and what a boot costs, sealed, finished and without cordon.

    sudo bench/seal.py CORDON.deb [ROUNDS]

Enforced is when the last datagram of a sender that never pauses has reached an application, by the
clock of both. Prints medians and ratios; a figure means nothing but beside the others of its run.
"""
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests/system"))

import lab  # pylint: disable=wrong-import-position
from lab import host  # pylint: disable=wrong-import-position

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
OPEN = ("systemctl stop cordon-check.timer cordon-reconsider.path cordon-seal.service; sleep 0.1;"
        "nft delete table inet cordon; true")
WAYS = {"nft -f": ["/usr/sbin/nft", "-f", "/root/rules"],
        "cordon seal --early": ["/usr/bin/cordon", "seal", "--early"]}


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


def seal_once(machine, world, argv):
    """Open the machine, close it this way; (exec to enforced, process) in milliseconds."""
    machine.run(OPEN)
    sender = Sender(world)
    time.sleep(0.2)
    machine.run(["/root/stamp", *argv])
    end = time.monotonic()
    time.sleep(0.1)
    sender.close()
    began = float(machine.path("/run/began").read_text())
    arrived = last_arrival(machine)
    if not began - 1 < arrived < end:
        raise RuntimeError(f"not measured: began {began}, last arrival {arrived}, ended {end}")
    return (arrived - began) * 1000, (end - began) * 1000


def startup(machine):
    """What systemd says its part of the boot took, in milliseconds; a container has no other."""
    text = machine.run(["systemd-analyze", "time"]).stdout
    found = re.search(r"([\d.]+)(ms|s)(?: \(userspace\))?[ .]*$", text.splitlines()[0])
    return float(found[1]) * (1000 if found[2] == "s" else 1)


def boots(world, rounds, deb=None, finish=False):
    """Medians of several boots."""
    with lab.Machine(world, deb=deb) as machine:
        machine.boot()
        if finish:
            machine.run(["cordon", "finish", "--force", "--reason", "bench"], timeout=300)
        times = []
        for _ in range(rounds):
            machine.reboot()
            times.append(startup(machine))
        return statistics.median(times)


def main():
    """Both parts."""
    deb, rounds = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 15
    host.sweep()
    times = {name: [] for name in WAYS}
    with lab.World(lab.security_repository(only=[]), preconfigured=True) as world:
        with lab.Machine(world, deb=deb, files={"/root/stamp": (build_stamp(), 0o755)}) as machine:
            machine.boot()
            machine.run("cordon seal --print > /root/rules")
            for _ in range(rounds):
                for name, argv in WAYS.items():
                    times[name].append(seal_once(machine, world, argv))
    base = [statistics.median(values) for values in zip(*times["nft -f"])]
    for name, values in times.items():
        enforced, process = (statistics.median(column) for column in zip(*values))
        print(f"{name:22} exec to enforced {enforced:6.2f} ms ({enforced / base[0]:.2f})   "
              f"process {process:6.2f} ms ({process / base[1]:.2f})")
    with lab.World(lab.security_repository(only=[]), preconfigured=True) as world:
        plain = boots(world, rounds)
        for name, options in (("sealed", {}), ("finished", {"finish": True})):
            median = boots(world, rounds, deb=deb, **options)
            print(f"boot {name:17} {median:6.0f} ms   {median - plain:+.0f} ms, "
                  f"{median / plain:.3f} of without cordon ({plain:.0f} ms)")


if __name__ == "__main__":
    main()
