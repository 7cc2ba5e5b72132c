# SPDX-License-Identifier: GPL-2.0-or-later
"""What tools/demo shows, without a terminal and on one, where the assistant opens."""
import re
import subprocess
import sys
from pathlib import Path

import lab
from deadline import scaled


def test_the_demonstration_tells_the_truth(deb):
    demo = Path(__file__).parent / "demo.py"
    shown = subprocess.run([sys.executable, demo, deb], check=True, timeout=scaled(300), text=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout
    lines = re.findall(r"(\d+) sent, +(\d+) got in +(\d+) sent, +(\d+) got in", shown)
    bare_sent, bare_in, sealed_sent, sealed_in = map(int, lines[-1])
    assert bare_sent > 200 and bare_in > 100 and sealed_sent > 200 and sealed_in == 0, shown
    assert "This server is cordoned off" in shown and "removed" in shown


def test_the_assistant_opens_on_a_terminal(deb):
    demo = Path(__file__).parent / "demo.py"
    with lab.Screen([sys.executable, str(demo), str(deb)]) as screen:
        screen.wait("Press Enter", 120)
        screen.keys("Enter")
        screen.wait("Leave for later", 30)
        screen.keys("Escape")
        screen.wait("root@server")
        screen.type("exit\n")
        screen.wait("All that was made is removed", 60)
