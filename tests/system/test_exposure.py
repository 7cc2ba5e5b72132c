# SPDX-License-Identifier: GPL-2.0-or-later
"""cordon exposure says what listens, and an attacker finds what it says."""
import json
import socket

import lab
import pytest
from deadline import until
from lab import traffic

SITE = "/etc/cordon/cordon.conf.d/50-test.conf"
SILENCE = 0.5  # seconds without an answer

SERVE = """
import socket, sys
kind, family, address, port, only = sys.argv[1:]
family = getattr(socket, family)
kind = getattr(socket, kind)
server = socket.socket(family, kind)
if family == socket.AF_INET6:
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(only))
server.bind((address, int(port)))
if kind == socket.SOCK_STREAM:
    server.listen(64)
while True:
    if kind == socket.SOCK_STREAM:
        server.accept()[0].close()
    else:
        server.sendto(*server.recvfrom(64))
"""

# port: how serve.py listens. The socket unit and the program with the odd name are beside these.
SERVED = {
    8080: ("SOCK_STREAM", "AF_INET6", "::", 0),
    8081: ("SOCK_STREAM", "AF_INET", "127.0.0.1", 0),
    8082: ("SOCK_STREAM", "AF_INET6", "::", 1),
    8083: ("SOCK_DGRAM", "AF_INET", "0.0.0.0", 0),
    8085: ("SOCK_STREAM", "AF_INET6", "::", 0),
    8086: ("SOCK_DGRAM", "AF_INET6", "::1", 0),
    8087: ("SOCK_STREAM", "AF_INET6", lab.SERVER6, 0),
}
ODD_NAME = "/usr/local/bin/ev\x1b[2Jil\n"
ODD_PORT = 8088
UNIT_PORT = 8084
NGINX_PORT = 80
KNOWN = {*SERVED, ODD_PORT, UNIT_PORT, NGINX_PORT, 22}
# Where a scanner looks; beside KNOWN what the lab's canary has there.
SCANNED = "1-1024,3389,8000-9100"

FILES = {
    SITE: f"[Allow]\nPort=8085/tcp\nFrom={lab.WORLD4}\n",
    "/usr/local/lib/serve.py": SERVE,
    # systemd 257 cannot start a program with such a name.
    "/usr/local/lib/odd": ("#!/bin/sh\nexec /usr/local/bin/ev*il* \"$@\"\n", 0o755),
    "/etc/systemd/system/shop.socket": f"[Socket]\nListenStream={UNIT_PORT}\nAccept=yes\n",
    "/etc/systemd/system/shop@.service": "[Service]\nExecStart=/bin/true\nStandardInput=socket\n",
}

# What is listening, without what the lab itself has there: protocol, port, addresses, unit,
# whether it is local, and now while sealed.
PYTHON = "python3"  # a link to it
EXPECTED = [
    ("tcp", 22, "any address", "sshd", "ssh.service", False, False),
    ("tcp", NGINX_PORT, "any address", "nginx", "nginx.service", False, False),
    ("tcp", 8080, "any address", PYTHON, "serve8080.service", False, False),
    ("tcp", 8081, "127.0.0.1", PYTHON, "serve8081.service", True, False),
    ("tcp", 8082, "any IPv6 address", PYTHON, "serve8082.service", False, False),
    ("udp", 8083, "any IPv4 address", PYTHON, "serve8083.service", False, False),
    ("tcp", UNIT_PORT, "any address", "systemd", "shop.socket", False, False),
    ("tcp", 8085, "any address", PYTHON, "serve8085.service", False, True),
    ("udp", 8086, "::1", PYTHON, "serve8086.service", True, False),
    ("tcp", 8087, lab.SERVER6, PYTHON, "serve8087.service", False, False),
    ("tcp", ODD_PORT, "any address", "ev?[2Jil?", "odd.service", False, False),
]


@pytest.fixture
def serving(world, machines, deb):
    """A sealed server on which all sorts of programs listen."""
    machine = machines(world, deb=deb, files=FILES)
    machine.boot()
    for port, (kind, family, address, only) in SERVED.items():
        serve(machine, f"serve{port}", "/usr/bin/python3", kind, family, address, port, only)
    machine.run(["cp", "/usr/bin/python3", ODD_NAME])
    serve(machine, "odd", "/usr/local/lib/odd", "SOCK_STREAM", "AF_INET6", "::", ODD_PORT, 0)
    machine.run(["systemctl", "start", "shop.socket", "nginx.service"])
    await_listening(machine, KNOWN)
    return machine


def serve(machine, unit, program, *arguments):
    """Run serve.py as a unit of its own."""
    machine.run(["systemd-run", "--quiet", f"--unit={unit}", "--setenv=PYTHONHOME=/usr", program,
                 "/usr/local/lib/serve.py", *map(str, arguments)])


def await_listening(machine, ports):
    """Until the last has begun to listen, as ss says."""
    def missing():
        lines = machine.run("ss --no-header -ltun").stdout.splitlines()
        return ports - {int(line.split()[4].rsplit(":", 1)[1]) for line in lines}
    until(lambda: not missing(), 30, missing)


def exposure(machine):
    """`cordon exposure --json`."""
    answer = json.loads(machine.run(["cordon", "exposure", "--json"]).stdout)
    assert answer["schema"] == 1
    return answer


def answers(world, address, port):
    """Whether a datagram to the server is answered."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with world.inside(), socket.socket(family, socket.SOCK_DGRAM) as client:
        client.settimeout(SILENCE)  # no deadline
        try:
            client.sendto(b"lab", (address, port))
            return client.recv(64) == b"lab"
        except OSError:
            return False


def attack(world, item):
    """The addresses of the server at which an attacker reaches this listener."""
    def reaches(address):
        if item["protocol"] == "udp":
            return answers(world, address, item["port"])
        return world.tcp_connects(address, item["port"], SILENCE) == "open"
    return {address for address in (lab.SERVER4, lab.SERVER6) if reaches(address)}


def families(item):
    """The addresses at which it is reached when nothing is in between."""
    if item["local"]:
        return set()
    return {address for address, words in ((lab.SERVER4, ("any address", "any IPv4")),
                                           (lab.SERVER6, ("any address", "any IPv6", lab.SERVER6)))
            if any(word in item["addresses"] for word in words)}


def assert_attacker_agrees(world, listeners):
    """Every listener is attacked, at both addresses."""
    for item in listeners:
        if item["protocol"] == "udp" and item["port"] in traffic.UDP_PORTS:
            continue  # of the canary, which takes datagrams and answers none
        expected = families(item) if item["now"] else set()
        if item.get("from") == lab.WORLD4:
            expected &= {lab.SERVER4}
        assert attack(world, item) == expected, item


def assert_scanner_agrees(world, listeners):
    """nmap, which knows nothing of what there is, finds at both addresses what is said to be open."""
    for address in (lab.SERVER4, lab.SERVER6):
        said = {item["port"] for item in listeners if item["protocol"] == "tcp" and item["now"]
                and address in families(item)
                and (item.get("from") != lab.WORLD4 or address == lab.SERVER4)}
        assert world.scan(address, SCANNED) == said, address


def assert_ss_agrees(machine, listeners):
    """ss lists the same ports, and no others."""
    lines = machine.run("ss --no-header -ltun").stdout.splitlines()
    assert {(line.split()[0], int(line.split()[4].rsplit(":", 1)[1])) for line in lines} == \
        {(item["protocol"], item["port"]) for item in listeners}


def seen(listeners):
    """What EXPECTED has of these listeners."""
    return [(item["protocol"], item["port"], item["addresses"], item["program"], item.get("unit"),
             item["local"], item["now"]) for item in listeners if item["port"] in KNOWN]


def expected(machine):
    """EXPECTED with the name of this release's Python."""
    python = machine.path("/usr/bin/python3").readlink().name
    return [(*row[:3], python if row[3] == PYTHON else row[3], *row[4:]) for row in EXPECTED]


def assert_text_agrees(machine, listeners, column):
    """The table has the same lines, none longer than a terminal, and nothing that drives one."""
    text = machine.run(["cordon", "exposure"]).stdout
    assert all(char.isprintable() or char == "\n" for char in text), repr(text)
    table = text.split("\n\n")[0].splitlines()
    assert max(map(len, table)) <= 80, text
    rows = [line.split() for line in table[1:] if line[0] != " "]
    assert [row[0] for row in rows] == [f"{item['port']}/{item['protocol']}" for item in listeners]
    for row, item in zip(rows, listeners):
        now = "local" if item["local"] else "limited" if "from" in item else \
            "open" if item["now"] else "closed"
        assert row[column] == now, (row, item)
    return text


def test_an_attacker_finds_what_it_says(world, serving):
    sealed = exposure(serving)
    listeners = sealed["listeners"]
    assert sealed["verdict"] == "seal" and not sealed["other_firewall"]
    assert seen(listeners) == expected(serving)
    assert [item["port"] for item in listeners] == sorted(item["port"] for item in listeners)
    assert all(item["after"] != item["local"] for item in listeners)
    assert {item["port"] for item in listeners if item["remote_admin"]} == {22}
    assert_ss_agrees(serving, listeners)
    assert_attacker_agrees(world, listeners)
    assert_scanner_agrees(world, listeners)
    text = assert_text_agrees(serving, listeners, -2)
    assert f"8085/tcp is open now to {lab.WORLD4}." in text
    assert "22/tcp is for remote administration." in text
    assert any("containers" in note and "firewalls in front" in note for note in sealed["notes"])

    serving.run(["cordon", "finish", "--force", "--reason=x"], timeout=300)
    after = exposure(serving)
    assert after["verdict"] == "open" and not any("from" in item for item in after["listeners"])
    assert seen(after["listeners"]) == [(*row[:6], not row[5]) for row in expected(serving)]
    assert_ss_agrees(serving, after["listeners"])
    assert_attacker_agrees(world, after["listeners"])
    assert_scanner_agrees(world, after["listeners"])
    assert_text_agrees(serving, after["listeners"], -1)


def test_what_stands_counts_and_not_what_should(world, serving):
    """A seal that is gone, another's firewall, and programs that nobody may look at."""
    serving.run("systemctl stop cordon-check.timer cordon-seal; nft flush ruleset")
    gone = exposure(serving)
    assert any("no seal stands" in note for note in gone["notes"]), gone["notes"]
    assert all(item["now"] == item["after"] for item in gone["listeners"])
    assert_attacker_agrees(world, gone["listeners"])
    serving.run(["nft", "-f", "-"], input="table inet site {\n chain in {\n"
                "  type filter hook input priority 0; policy drop;\n }\n}\n")
    other = exposure(serving)
    assert other["other_firewall"], other
    assert any("(inet site)" in note for note in other["notes"]), other["notes"]


def test_a_proc_that_hides_processes(serving):
    """From others than root."""
    serving.run(["mount", "-o", "remount,hidepid=invisible", "/proc"])
    assert seen(exposure(serving)["listeners"]) == expected(serving)


def test_it_is_for_root(serving):
    answer = serving.run(["setpriv", "--reuid=65534", "--clear-groups", "cordon", "exposure"],
                         check=False)
    assert answer.returncode == 1 and "must be run by root" in answer.stderr
    wrong = serving.run(["cordon", "exposure", "--root=/"], check=False)
    assert wrong.returncode == 2 and not wrong.stdout
