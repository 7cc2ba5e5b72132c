# SPDX-License-Identifier: GPL-2.0-or-later
"""What a connection that is established gets: throughput both ways (iperf3), and a round trip of
TCP (qperf). The server connects to ports that a sealed one may reach.
"""
import contextlib
import json
import re
import subprocess
import time

import ground
import lab

WHO = ("no firewall", "nft input drop", "ufw", "firewalld", ground.CORDON)
SECONDS = 1
LATENCY = {"ns": 0.001, "us": 1, "ms": 1000}


@contextlib.contextmanager
def listening(world, argv):
    """A program of the world's that waits for the server."""
    process = subprocess.Popen(["ip", "netns", "exec", world.name, *argv],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.5)  # a connection that only asks whether it listens would be served as one
        yield
    finally:
        process.terminate()
        process.wait()


def from_server(machine, argv):
    """A program of this machine's in the server's network; its output."""
    return subprocess.run(["ip", "netns", "exec", machine.world.server, *argv], check=True,
                          timeout=60, text=True, capture_output=True).stdout


def throughput(machine, reverse):
    """Gbit/s of one stream: from the server, or to it."""
    argv = ["iperf3", "--json", "--time", str(SECONDS), "--port", "443", "--client", lab.WORLD4]
    found = json.loads(from_server(machine, argv + (["--reverse"] if reverse else [])))
    return found["end"]["sum_received"]["bits_per_second"] / 1e9


def latency(machine):
    """Microseconds of half a round trip, as qperf has it."""
    text = from_server(machine, ["qperf", "--listen_port", "443", "--ip_port", "853", "--time",
                                 str(SECONDS), lab.WORLD4, "tcp_lat"])
    found = re.search(r"latency\s*=\s*([\d.]+) (ns|us|ms)", text)
    return float(found[1]) * LATENCY[found[2]]


def figures(what, unit, found, better):
    """`better`: how a value of cordon's compares to another's; 1 is the same, more is better."""
    for who, value in found.items():
        ratio = better(found[ground.CORDON], value)
        yield ground.Figure(f"{what}, {who}", f"{value:.1f} {unit}",
                            "" if who == ground.CORDON else f"cordon {ratio:.2f} as good",
                            ground.goal(ratio, least=0.98) if who == "no firewall" else "")


def measure(deb, rounds):
    """One kind after the other."""
    ground.need("iperf3", "qperf")
    with contextlib.ExitStack() as stack:
        machines = stack.enter_context(ground.servers(WHO, deb))

        def turns(function, *arguments):
            return ground.in_turns(rounds, {
                who: lambda machine=machine: function(machine, *arguments)
                for who, machine in machines.items()})
        with contextlib.ExitStack() as servers:
            for machine in machines.values():
                servers.enter_context(listening(
                    machine.world, ["iperf3", "--server", "--port", "443"]))
            for what, reverse in (("Throughput out", False), ("Throughput in", True)):
                yield from figures(what, "Gbit/s", turns(throughput, reverse), lambda a, b: a / b)
        with contextlib.ExitStack() as servers:
            for machine in machines.values():
                servers.enter_context(listening(machine.world, ["qperf", "--listen_port", "443"]))
            yield from figures("TCP latency", "us", turns(latency), lambda a, b: b / a)
