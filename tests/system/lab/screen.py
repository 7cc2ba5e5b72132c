# SPDX-License-Identifier: GPL-2.0-or-later
"""A terminal that a person sits at: tmux draws what the program writes, so that a test can read the
screen, and types keys. Of its own server, which nobody else uses, and gone with it.
"""
import subprocess
import time

from deadline import Deadline, Window, scaled, until

from . import cache, host

TMUX = "/usr/bin/tmux"


class Screen(host.Closing):
    """A window of `size` (columns, rows) in which `argv` runs, outside of any machine."""

    def __init__(self, argv, size=(80, 24), env=None):
        self._socket = cache.root() / "run" / host.unique("s")
        columns, rows = size
        values = [f"{name}={value}" for name, value in (env or {}).items()]
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows),
                   "env", *values, *argv,
                   ";", "set-option", "-g", "remain-on-exit", "on",
                   ";", "set-option", "-g", "status", "off",
                   ";", "set-option", "-g", "default-terminal", "screen-256color")
        self.resize(columns, rows)

    def _tmux(self, *arguments):
        return subprocess.run([TMUX, "-u", "-S", str(self._socket), *arguments], check=True,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=scaled(20)).stdout

    def text(self, *options):
        """What is on it, without blanks at the ends of lines."""
        lines = self._tmux("capture-pane", "-p", *options).splitlines()
        return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"

    def coloured(self):
        """The same with the terminal's sequences for colours."""
        return self._tmux("capture-pane", "-p", "-e", "-N")

    def keys(self, *keys):
        """Type keys by tmux's names: "Enter", "Tab", "C-c", or text."""
        self._tmux("send-keys", *keys)

    def type(self, text):
        """Type text as it is."""
        self._tmux("send-keys", "-l", text)

    def resize(self, columns, rows):
        """Drag the window's corner."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def wait(self, text, timeout=30, gone=False):
        """Until `text` is on the screen (or, with `gone`, is not); what is on it then."""
        def there():
            shown = self.text()
            return shown if (text in shown) != gone else None
        return until(there, timeout, lambda: f"{text!r} {'stays' if gone else 'did not come'}:\n"
                                             f"{self.text()}", pause=0.1)

    def still(self):
        """What is on it when nothing was drawn for a while."""
        shown, window = self.text(), Window(scaled(0.5))
        deadline = Deadline(60)
        while not window.passed():
            time.sleep(0.1)  # looks again
            if self.text() != shown:
                assert not deadline.passed(), f"it is drawn without end:\n{shown}"
                shown, window = self.text(), Window(scaled(0.5))
        return shown

    @property
    def ended(self):
        """Has the program ended?"""
        return self._tmux("list-panes", "-F", "#{pane_dead}").strip() == "1"

    def wait_ended(self, timeout=20):
        """Until it has; what is on the screen then, and what tmux's note of the end scrolled away."""
        until(lambda: self.ended, timeout, lambda: f"it has not ended:\n{self.text()}", pause=0.1)
        return self.text("-S", "-1")

    def close(self):
        """Pull the plug: what runs in it gets a hangup."""
        subprocess.run([TMUX, "-S", str(self._socket), "kill-server"], check=False,
                       capture_output=True, timeout=scaled(20))
        self._socket.unlink(missing_ok=True)
