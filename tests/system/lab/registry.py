# SPDX-License-Identifier: GPL-2.0-or-later
"""Registry.pol as a domain controller's administrator makes it, written by Samba's own library.

The library is a package of the distribution's python3, so that is what runs it.
"""
import json
import subprocess

FIREWALL = "SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"
CACHE = "gpo_cache/LAB.EXAMPLE/POLICIES/{31B2F340-016D-11D2-945F-00C04FB984F9}/MACHINE/REGISTRY.POL"

WRITER = """
import json, sys
from samba.dcerpc import misc, preg
from samba.ndr import ndr_pack
entries = []
for key, name, value in json.load(sys.stdin):
    entry = preg.entry()
    entry.keyname, entry.valuename = key, name
    entry.type = misc.REG_DWORD if isinstance(value, int) else misc.REG_SZ
    entry.data = value
    entries.append(entry)
policy = preg.file()
policy.header.signature, policy.header.version = "PReg", 1
policy.num_entries, policy.entries = len(entries), entries
sys.stdout.buffer.write(ndr_pack(policy))
"""


def policy(*values):
    """The bytes of a Registry.pol: (key below WindowsFirewall, value name, int or str) each."""
    rows = [(f"{FIREWALL}\\{key}", name, value) for key, name, value in values]
    return subprocess.run(["/usr/bin/python3", "-c", WRITER], input=json.dumps(rows).encode(),
                          stdout=subprocess.PIPE, check=True).stdout


def drop(machine, *values):
    """Put a policy where samba-gpupdate caches it, on a machine that runs."""
    whole = machine.path("/root/" + CACHE)
    whole.parent.mkdir(parents=True)
    whole.write_bytes(policy(*values))
    machine.run("mkdir -p /var/cache/samba && cp -r /root/gpo_cache /var/cache/samba/ && "
                "rm -r /root/gpo_cache")
