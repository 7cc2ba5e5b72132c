# SPDX-License-Identifier: GPL-2.0-or-later
"""Two new servers, one worm: what tools/demo shows.

The same Debian is booted twice, with and without cordon, in two worlds of the lab in which the worm
is already sending. Live figures first; then a shell in the sealed server, whose prompt goes on
showing them. Before it the assistant opens, as at a login. Without a terminal both are left out.
"""
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import lab

SECONDS = 8
MEETING = """
An administrator who logs in there meets the assistant, as now in this terminal.
Press Enter ...
"""
WELCOME = """
This is a shell in the sealed server, as root. The worm goes on; the prompt shows it. Try:

    cordon status          what is closed, why, and what is missing
    nft flush ruleset      what would open any other firewall; then look at the prompt
    cordon assistant       back to the assistant
    cordon update          the real pending security updates, some 40 seconds
    cordon finish          refused as long as anything is missing
    exit                   ends the demonstration and removes everything
"""
PROMPT = r"PS1='\n[worm sent $(cut -d, -f1 /run/demo), admitted $(cut -d, -f2 /run/demo)]\n\u@server:\w\$ '"


class Side:
    """One world, its server and the worm in it."""

    def __init__(self, deb):
        self.world = lab.World(lab.security_repository())
        self.machine = lab.Machine(self.world, deb=deb)
        self.worm = self.world.worm(seconds=1800)
        self.machine.boot()

    def figures(self):
        """What was sent at it, and what reached a program."""
        return self.worm.sent + self.worm.tried, self.machine.canary.datagrams + self.machine.canary.connections

    def close(self):
        """Remove it."""
        self.machine.close()
        self.world.close()


def show_figures(bare, sealed):
    """Live, for some seconds."""
    print(f"\n{'without cordon':>30}{'with cordon':>34}")
    for _ in range(SECONDS):
        time.sleep(1)  # what happens meanwhile is shown
        print("".join(f"{sent:>10} sent, {admitted:>8} got in" + 4 * " "
                      for sent, admitted in (bare.figures(), sealed.figures())), flush=True)
    print("\n" + sealed.machine.run(["cordon", "status"]).stdout)


def write_figures(sealed):
    """The prompt reads these inside."""
    fresh = sealed.machine.path("/run/demo.new")
    fresh.write_text("%d,%d\n" % sealed.figures(), "ascii")
    fresh.replace(sealed.machine.path("/run/demo"))


def keep_prompt_fresh(sealed, stop):
    """Until the shell ends, or the machine is switched off in it."""
    while not stop.wait(0.3):  # then renews the prompt's figures
        try:
            write_figures(sealed)
        except OSError:
            return


def open_assistant(sealed):
    """Until the person leaves it."""
    input(MEETING)
    terminal = {name: os.environ[name] for name in ("TERM", "LANG", "LC_ALL") if name in os.environ}
    subprocess.run(sealed.machine.command(["cordon", "assistant"], terminal), check=False)


def open_shell(sealed):
    """Until the person leaves it."""
    stop = threading.Event()
    figures = threading.Thread(target=keep_prompt_fresh, args=(sealed, stop), daemon=True)
    write_figures(sealed)
    figures.start()
    sealed.machine.path("/run/demorc").write_text(PROMPT + "\ncd /root\n", "ascii")
    print(WELCOME)
    subprocess.run(sealed.machine.command(["bash", "--rcfile", "/run/demorc", "-i"]), check=False)
    stop.set()
    figures.join()


def main():
    """From a package to the end."""
    lab.end_in_order()
    deb = Path(sys.argv[1])
    print("Preparing a Debian as from its installation media (minutes the first time) ...")
    lab.base()
    print("Booting it twice, with and without cordon; the worm is sending already ...")
    bare = sealed = None
    try:
        bare, sealed = Side(None), Side(deb)
        show_figures(bare, sealed)
        bare.close()
        bare = None
        if sys.stdin.isatty():
            open_assistant(sealed)
            open_shell(sealed)
    finally:
        for side in filter(None, (bare, sealed)):
            side.close()
        print("All that was made is removed.")


if __name__ == "__main__":
    main()
