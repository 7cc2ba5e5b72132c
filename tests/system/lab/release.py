# SPDX-License-Identifier: GPL-2.0-or-later
"""Which Debian the servers of a lab are, and where its packages come from.

CORDON_SUITE names the release; by default it is that of this machine. The addresses are read from this
machine's apt sources each time and written nowhere else: a mirror has the suites of all releases, so
what this machine takes its own release from has the others, too. A machine that is not Debian has to
be told (CORDON_MIRROR, CORDON_SECURITY_MIRROR).
"""
import os
import re
from pathlib import Path

# Those that are tried; sid, which has no security suite, only to see what is coming.
KNOWN = ("bookworm", "trixie", "sid")
NEWEST = "trixie"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def own():
    """The release of this machine."""
    release = Path("/etc/os-release").read_text(encoding="utf-8")
    found = re.search(r"^VERSION_CODENAME=(\S+)", release, re.M)
    return found.group(1) if found else None


def codename():
    """The release of the lab's servers."""
    asked = os.environ.get("CORDON_SUITE")
    if asked and asked not in KNOWN:
        raise LookupError(f"CORDON_SUITE={asked}: not one of {', '.join(KNOWN)}")
    return asked or (own() if own() in KNOWN else NEWEST)


def has_security():
    """Whether the servers' release has a security suite of its own."""
    return codename() != "sid"


def line(suite):
    """A line for sources.list that offers `suite` of Debian, checked with Debian's keys."""
    return f"deb [signed-by={KEYRING}] {_source(suite)} {suite} main"


def _source(suite):
    _, dash, pocket = suite.partition("-")
    mine = own() + dash + pocket if own() in KNOWN else None
    for uri, name in _sources():
        if name == mine:
            return uri
    told = os.environ.get("CORDON_SECURITY_MIRROR" if pocket == "security" else "CORDON_MIRROR")
    if told:
        return told
    raise LookupError(f"this machine's apt has no source from which {suite} of Debian could be had: say "
                      "where a mirror is, as CORDON_MIRROR=http://.../debian and "
                      "CORDON_SECURITY_MIRROR=http://.../debian-security")


def _sources():
    """(URI, suite) of each binary source that this machine's apt has, in both file formats."""
    found = []
    folder = Path("/etc/apt")
    for path in [folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list"))]:
        if path.exists():
            found += _one_line_sources(path.read_text(encoding="utf-8"))
    for path in sorted(folder.glob("sources.list.d/*.sources")):
        found += _deb822_sources(path.read_text(encoding="utf-8"))
    return found


def _one_line_sources(text):
    pattern = r"^deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)"
    return [match.groups() for match in re.finditer(pattern, text, re.M)]


def _deb822_sources(text):
    text = re.sub(r"^#.*\n", "", text, flags=re.M)
    for stanza in re.split(r"\n\s*\n", text):
        joined = re.sub(r"\n[ \t]+", " ", stanza)
        fields = {name.lower(): value.split() for name, value in
                  re.findall(r"^([A-Za-z-]+):[ \t]*(.*)$", joined, re.M)}
        if "deb" in fields.get("types", ()) and fields.get("enabled") != ["no"]:
            for uri in fields["uris"]:
                for suite in fields["suites"]:
                    yield uri, suite
