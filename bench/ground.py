# SPDX-License-Identifier: GPL-2.0-or-later
"""What the parts of the bench share: figures, and servers side by side.

A part is a file with a function measure(deb, rounds) that yields Figures. What is compared is
measured in turns, round by round, so that whatever else changes meanwhile, changes all; medians
count. A figure means nothing but beside the others of its run.
"""
import contextlib
import shutil
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests/system"))

import lab  # pylint: disable=wrong-import-position

NFT_INPUT = """table inet bench {
	chain input {
		type filter hook input priority filter; policy drop;
		iif lo accept
		ct state established,related accept
	}
}
"""
NETDEV = """table netdev bench {
	chain ingress {
		type filter hook ingress device eth0 priority 0; policy accept;
		tcp flags & (fin | syn | rst | ack) == syn drop
		meta l4proto udp drop
	}
}
"""
# What is done to a server that has just booted, by the name under which its figures appear.
FIREWALLS = {
    "no firewall": "true",
    "netdev ingress drop": f"echo '{NETDEV}' | nft -f -",
    "nft input drop": f"echo '{NFT_INPUT}' | nft -f -",
    "ufw": "ufw --force enable",
    "firewalld": "systemctl start firewalld",
}
CORDON = "cordon"


@dataclass(frozen=True)
class Figure:
    """One line of the table: what, how much, how that compares, and whether a goal is met."""

    what: str
    value: str
    ratios: str = ""
    goal: str = ""

    def line(self):
        """For people."""
        return f"{self.what:44} {self.value:>18}   {self.ratios}{self.goal and '   ' + self.goal}"

    def row(self):
        """For the README."""
        return f"| {self.what} | {self.value} | {self.ratios} | {self.goal} |"


def goal(ratio, most=None, least=None):
    """"goal 0.95: met", for Figure.goal; ratios are rounded as they are shown."""
    bound = most if most is not None else least
    met = round(ratio, 2) <= bound if most is not None else round(ratio, 2) >= bound
    sign = "at most" if most is not None else "at least"
    return f"goal {sign} {bound:g}: {'met' if met else 'missed'}"


def need(*tools):
    """End with a word when a program is missing that only the bench needs; see HACKING.md."""
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing:
        sys.exit(f"tools/bench: needs {', '.join(missing)}; try: sudo apt-get install "
                 f"{' '.join(missing)}")


@contextlib.contextmanager
def made(debs, files=lambda name: {}):
    """Booted servers, each in a world of its own: {name: Machine} from {name: package or None};
    `files` says by name what a server has before its first boot."""
    with contextlib.ExitStack() as stack:
        machines = {}
        for name, deb in debs.items():
            world = stack.enter_context(lab.World(lab.security_repository(only=[]),
                                                  preconfigured=True))
            machines[name] = stack.enter_context(lab.Machine(world, deb=deb, files=files(name)))
            machines[name].boot()
        yield machines


@contextlib.contextmanager
def servers(names, deb):
    """Booted servers behind what these names say: {name: Machine}."""
    with made({name: deb if name == CORDON else None for name in names}) as machines:
        for name in names:
            if name != CORDON:
                machines[name].run(FIREWALLS[name])
        yield machines


def in_turns(rounds, measures):
    """{name: median} of functions without arguments; each round begins with another one."""
    values = {name: [] for name in measures}
    for number in range(rounds):
        order = list(measures)
        turn = number % len(order)
        for name in order[turn:] + order[:turn]:
            values[name].append(measures[name]())
    return {name: medians(found) for name, found in values.items()}


def medians(values):
    """The median, of each column where there are several."""
    if isinstance(values[0], tuple):
        return tuple(statistics.median(column) for column in zip(*values))
    return statistics.median(values)
