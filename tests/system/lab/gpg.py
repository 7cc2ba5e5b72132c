# SPDX-License-Identifier: GPL-2.0-or-later
"""GnuPG with a home of the lab's own. An agent that it starts ends with it; so only one is at work at
a time, or one test would end the agent of another.
"""
import subprocess

from . import cache


def run(home, *arguments, **options):
    """gpg, to its end; its CompletedProcess."""
    with cache.locked():
        try:
            return subprocess.run(["gpg", "--batch", "--quiet", "--homedir", home, *arguments],
                                  check=True, **options)
        finally:
            stop_agent(home)


def stop_agent(home):
    """Also for what starts one by itself, as rpm does."""
    subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False)
