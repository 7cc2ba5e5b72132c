# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of dnf and of zypper share: a server of rpm packages, and what is asked of it."""
import shutil
import time

import lab
from cordon import status
from deadline import until
from lab import rpm

DAY = 86400

SOURCE = """[{name}]
name=The lab's {name}
baseurl=http://{address}{port}/{name}
gpgkey=file://{key}
repo_gpgcheck=1
{more}
"""

UPDATES = [("LAB-1", "security", "Important", ["libfoo", "webd"]),
           ("LAB-2", "bugfix", "None", ["plainpkg"])]


def source(name, more="", port=""):
    """A .repo file."""
    return SOURCE.format(name=name, more=more, port=port, key=rpm.KEY, address=lab.WORLD4)


def advisory(*names):
    """One for security."""
    return [("LAB-9", "security", "Critical", list(names))]


class Server:
    """A machine of rpm packages in a world whose mirror has the sources `updates` and `other`."""

    def __init__(self, worlds, machines, deb, root, names=("updates",), files=None, **world):
        self.root = root
        for name in names:
            rpm.publish(root / name)
        self.world = worlds(repository=root, **world)
        port = f":{world['mirror_port']}" if "mirror_port" in world else ""
        self.machine = machines(self.world, deb=deb, extra=rpm.layer(), files={
            **self.configured(names, port), **(files or {})})

    @staticmethod
    def configured(names, port):
        """The files by which its package manager knows these sources."""
        return {f"/etc/yum.repos.d/{name}.repo": source(name, port=port) for name in names}

    def publish(self, *names, name="updates", advisories=None, **options):
        """The source anew, with these packages alone; for security, unless `advisories` differ."""
        shutil.rmtree(self.root / name, ignore_errors=True)
        if advisories is None:
            advisories = advisory(*names) if names else UPDATES
        rpm.publish(self.root / name, names, advisories, **options)

    def cordon(self, *arguments, timeout=120):
        """A verb; status and both outputs."""
        return self.machine.run(["cordon", *arguments], check=False, timeout=timeout)

    def update(self):
        """cordon update, and what it and the journal said."""
        since = time.time()
        done = self.cordon("update")
        said = self.machine.journal(f"--since=@{since - 1:.0f}", "--unit=cordon-update")
        return done.returncode, done.stdout + done.stderr + said

    def refuses(self, *words):
        """Finish refuses, and names all of this."""
        done = self.cordon("finish")
        said = done.stdout + done.stderr
        assert done.returncode in (1, 3), said
        assert status(self.machine)["phase"] == "sealed"
        for word in words:
            assert word in said, (word, said)
        return said

    def check_fails(self, *words):
        """cordon update --check fails, and names all of this."""
        done = self.cordon("update", "--check")
        said = done.stdout + done.stderr
        assert done.returncode == 1, said
        for word in words:
            assert word in said, (word, said)

    def finishes(self):
        """Verified, and open."""
        done = self.cordon("finish")
        assert done.returncode == 0 and "seal is lifted" in done.stdout, done.stdout + done.stderr

    def installed(self, *names):
        """What rpm says of packages."""
        return self.machine.run(["rpm", "-q", *names], check=False).stdout.split()

    def start_update(self, file):
        """An update in the background, until that file is there."""
        self.machine.run(["systemctl", "start", "--no-block", "cordon-update.service"])
        until(self.machine.path(file).exists, 60, f"no {file}")

    def await_update(self):
        """Until the unit has ended."""
        def ended():
            state = self.machine.run(["systemctl", "is-active", "cordon-update"], check=False)
            return state.stdout.strip() in ("inactive", "failed")
        until(ended, 60, "the update does not end")
