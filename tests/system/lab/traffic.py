# SPDX-License-Identifier: GPL-2.0-or-later
"""The canary inside, the worm and the flood outside, and how to read what they counted.

All are small static C programs, compiled on first use. Canary and worm keep their counters in a
mapped file (tally.h), so a count is read live, without asking anybody, and survives the death of
the writer.
"""
import os
import signal
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deadline import scaled, until

from . import cache, host

UDP_PORTS = (69, 161, 1900, 9000)
TCP_PORTS = (23, 445, 8000)
PORTS = tuple(f"udp:{port}" for port in UDP_PORTS) + tuple(f"tcp:{port}" for port in TCP_PORTS)

HERE = Path(__file__).parent
FLAGS = ("-std=gnu11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-static")
ROW = struct.Struct("=HHHHQQQ")
HEAD = struct.Struct("=QQ")
PROTOCOLS = {6: "tcp", 17: "udp"}


def canary():
    """The compiled canary."""
    return _compiled("canary")


def worm():
    """The compiled worm."""
    return _compiled("worm")


def flooder():
    """The compiled flood."""
    return _compiled("flood")


def _compiled(name):
    source = HERE / f"{name}.c"

    def build(target):
        subprocess.run(["cc", *FLAGS, "-o", target, source], check=True)
    return cache.entry(name, cache.key(source, HERE / "tally.h", *FLAGS), build, keep=2)


@dataclass(frozen=True)
class Row:
    """One counter. Times are CLOCK_MONOTONIC in seconds, or None."""

    family: int
    protocol: str
    port: int
    count: int
    first: float
    last: float


class Tally:
    """A counter file: `started` and `rows()`."""

    def __init__(self, path):
        self.path = Path(path)

    @property
    def started(self):
        """When the writer began to listen or send, or None; comparable to time.monotonic()."""
        return self._read()[0] / 1e9 or None

    def rows(self):
        """All counters."""
        _, rows = self._read()
        return [Row(family, PROTOCOLS.get(protocol, ""), port, count, first / 1e9 or None,
                    last / 1e9 or None)
                for family, protocol, port, _, count, first, last in rows]

    def _read(self):
        data = self.path.read_bytes() if self.path.exists() else b""
        if len(data) < HEAD.size:
            return 0, []
        started, rows = HEAD.unpack_from(data)
        return started, [ROW.unpack_from(data, HEAD.size + i * ROW.size) for i in range(rows)]


class Canary(Tally):
    """What reached the applications of one boot of a machine."""

    @property
    def datagrams(self):
        """Datagrams admitted: the figure of every fault test."""
        return self.count(protocol="udp")

    @property
    def connections(self):
        """TCP connections admitted."""
        return self.count(protocol="tcp")

    def count(self, **which):
        """The sum over the rows that match, as count(family=6, protocol="udp", port=69)."""
        return sum(row.count for row in self.rows()
                   if all(getattr(row, name) == value for name, value in which.items()))

    def __repr__(self):
        rows = ", ".join(f"{row.protocol}{row.family}:{row.port}={row.count}"
                         for row in self.rows() if row.count)
        return f"<canary: {rows or 'nothing got through'}>"


class Worm(Tally):
    """A sender in a World; a context manager, never outliving `seconds`, a deadline, or its parent."""

    def __init__(self, netns, tally, addresses, rate=2000, seconds=600, udp=UDP_PORTS,
                 tcp=TCP_PORTS):
        super().__init__(tally)
        lists = [",".join(map(str, values)) for values in (addresses, udp, tcp)]
        self._process = subprocess.Popen(
            host.dying_with_parent(["ip", "netns", "exec", netns, worm(), tally, str(rate),
                                    f"{scaled(seconds):.0f}", *lists]))
        # A test whose attacker never came would prove nothing.
        until(lambda: self.started or not self.running, 10, "the worm did not start", pause=0.005)
        if not self.started:
            raise RuntimeError("the worm ended at once")

    def _count(self, row):
        rows = self.rows()
        return rows[row].count if rows else 0

    sent = property(lambda self: self._count(0), doc="Datagrams sent.")
    failed = property(lambda self: self._count(1), doc="Datagrams that could not be sent.")
    tried = property(lambda self: self._count(2), doc="TCP connections tried.")
    connected = property(lambda self: self._count(3), doc="TCP connections that came about.")

    @property
    def running(self):
        """Whether it still sends."""
        return self._process.poll() is None

    def goes_on(self, datagrams=500):
        """Wait until it has sent so many more: as long an attack on any machine."""
        before = self.sent + self.failed
        until(lambda: self.sent + self.failed >= before + datagrams or not self.running, 60)
        assert self.running, "the worm has ended"

    def stop(self):
        """End it; the counters stay readable."""
        if self.running:
            os.kill(self._process.pid, signal.SIGTERM)
        self._process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
