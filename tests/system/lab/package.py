# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages that do what no real update does on the day of the test: ask, clash, fail, hang.

They are real Debian packages, made by dpkg-deb and published in a signed suite.
"""
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import release, repository

SUITES = {True: ("debian-security", "{0}-security",
                 {"Origin": "Debian", "Label": "Debian-Security", "Suite": "stable-security"}),
          False: ("debian", "{0}", {"Origin": "Debian", "Label": "Debian", "Suite": "stable"})}


def build(folder, name, version, files=None, conffiles=(), scripts=None, **fields):
    """Make NAME_VERSION_all.deb in `folder`; its path.

    `files` maps paths to contents, `scripts` names such as "postinst" to shell scripts; `fields`
    are more of the control file's, as Depends="...".
    """
    control = {"Package": name, "Version": version, "Architecture": "all",
               "Maintainer": "cordon lab <lab@example.org>", "Description": "of the lab", **fields}
    target = Path(folder, f"{name}_{version}_all.deb")
    with tempfile.TemporaryDirectory() as tree:
        for path, content in (files or {}).items():
            place = Path(tree, path.lstrip("/"))
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content if isinstance(content, bytes) else content.encode())
        meta = Path(tree, "DEBIAN")
        meta.mkdir(mode=0o755)
        text = "".join(f"{key.replace('_', '-')}: {value}\n" for key, value in control.items())
        (meta / "control").write_text(text)
        if conffiles:
            (meta / "conffiles").write_text("".join(f"{path}\n" for path in conffiles))
        for script, content in (scripts or {}).items():
            (meta / script).write_text("#!/bin/sh\nset -e\n" + content)
            (meta / script).chmod(0o755)
        Path(tree).chmod(0o755)
        subprocess.run(["dpkg-deb", "--build", "--root-owner-group", "-Znone", tree, target],
                       check=True, stdout=subprocess.DEVNULL)
    return target


def publish(root, debs=(), security=True, fields=None, packages=None):
    """Add packages to a suite of the document root `root`, and sign it anew.

    `fields` may replace fields of its Release file; `packages` is a function that may change the
    text of its index.
    """
    folder, suite, labels = SUITES[security]
    suite = suite.format(release.codename())
    archive = Path(root, folder)
    for deb in debs:
        shutil.copy(deb, archive / "pool")
    index = archive / f"dists/{suite}/main/binary-amd64/Packages"
    text = subprocess.run(["apt-ftparchive", "packages", "pool"], cwd=archive, check=True,
                          capture_output=True, text=True).stdout
    index.write_text(packages(text) if packages else text)
    repository.sign(archive, suite, {**labels, **(fields or {})})
