# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of a flood one processor takes, by what refuses it: SYNs and datagrams to ports where
nothing listens, each from another made-up sender. And what the statistics cost: cordon's own rules,
loaded by hand, with and without the one that records.
"""
import ground
import lab

PACKETS = 250_000
RECORDING = "jump record"
KINDS = {"SYN": ("syn", 23), "UDP": ("udp", 161)}


def without_recording(rules):
    """The rules less the one that records."""
    kept = [line for line in rules.splitlines() if RECORDING not in line]
    if len(kept) != len(rules.splitlines()) - 1:
        raise RuntimeError("which rule records?")
    return "\n".join(kept)


def absorb(machine, kind, port):
    """Packets a second of one processor."""
    sent, seconds = machine.world.flood(lab.SERVER4, [port], PACKETS, kind=kind, cpu=1)
    return sent / seconds


def load(machine, rules):
    """Load rules from a file; cordon's replace themselves."""
    machine.run(["nft", "-f", "-"], input=rules)


def peers(machines, rounds):
    """cordon beside the others."""
    for name, (kind, port) in KINDS.items():
        found = ground.in_turns(rounds, {
            who: lambda machine=machine: absorb(machine, kind, port)
            for who, machine in machines.items()})
        cordon = found[ground.CORDON]
        for who, rate in found.items():
            goal = ""
            if who == "netdev ingress drop":
                goal = ground.goal(cordon / rate, least=0.95)
            elif who in ("ufw", "firewalld"):
                goal = ground.goal(cordon / rate, least=1.7)
            ratio = "" if who == ground.CORDON else f"cordon takes {cordon / rate:.2f} of it"
            yield ground.Figure(f"{name} flood, {who}", f"{rate / 1000:.0f} k/s", ratio, goal)


def recording(machine, rules, rounds):
    """The same rules with and without recording."""
    for name, (kind, port) in KINDS.items():
        def run(text, kind=kind, port=port):
            load(machine, text)
            return absorb(machine, kind, port)
        plain = without_recording(rules)
        found = ground.in_turns(rounds, {"with": lambda: run(rules), "without": lambda: run(plain)})
        yield ground.Figure(f"{name} flood, cordon's rules without recording",
                            f"{found['without'] / 1000:.0f} k/s",
                            f"with it {found['with'] / found['without']:.2f}")


def measure(deb, rounds):
    """Both."""
    with ground.servers([*ground.FIREWALLS, ground.CORDON], deb) as machines:
        yield from peers(machines, rounds)
        rules = machines[ground.CORDON].run(["cordon", "seal", "--print"]).stdout
        yield from recording(machines["no firewall"], rules, rounds)
