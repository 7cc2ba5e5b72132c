# SPDX-License-Identifier: GPL-2.0-or-later
"""Talking to a machine: at a terminal, at its console, through a shell.

A thread drains what the machine writes all the time, so that it never waits for us; `expect` looks
at what has come since the last match. `Shell` runs commands over a serial port behind which a bare
shell sits: each command travels as base64, its output ends at a marker nobody can guess.
"""
import base64
import contextlib
import os
import pty
import re
import secrets
import select
import shlex
import signal
import socket
import subprocess
import termios
import threading
import time

from deadline import Deadline, scaled

from . import host


class Conversation(host.Closing):
    """Text both ways over a file descriptor. Everything is bounded in time, by Deadlines."""

    def __init__(self, descriptor):
        self.transcript = ""  # all that came
        self._seen = 0
        self._descriptor = descriptor
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self):
        while not self._closed:
            if not select.select([self._descriptor], [], [], 0.2)[0]:  # then looks whether it is closed
                continue
            try:
                data = os.read(self._descriptor, 65536)
            except OSError:
                data = b""
            with self._changed:
                self.transcript += data.decode("utf-8", "replace")
                self._closed = not data
                self._changed.notify()

    def send(self, text):
        """Type."""
        os.write(self._descriptor, text.encode())

    def expect(self, pattern, timeout=10):
        """Wait for a regular expression; its match. What came before it is consumed."""
        deadline = Deadline(timeout)
        with self._changed:
            while not (match := re.search(pattern, self.transcript[self._seen:])):
                if deadline.passed() or self._closed:
                    last = self.transcript[-500:]
                    raise TimeoutError(f"no {pattern!r} in {scaled(timeout):.0f} s; last: {last!r}")
                self._changed.wait(deadline.left())
            self._seen += match.end()
            return match

    def close(self):
        """Hang up."""
        self._closed = True
        self._thread.join(scaled(5))
        os.close(self._descriptor)


class Terminal(Conversation):
    """A program on a terminal of its own; a dialog, for example."""

    def __init__(self, process, descriptor):
        super().__init__(descriptor)
        self.process = process

    @classmethod
    def open(cls, argv, size=(25, 80), **options):
        """Run a program on a new terminal; `options` are of subprocess.Popen."""
        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, size)
        process = subprocess.Popen(["setsid", "--ctty", *argv], stdin=theirs, stdout=theirs,
                                   stderr=theirs, **options)
        os.close(theirs)
        return cls(process, ours)

    def wait(self, timeout=10):
        """Wait until the program ends; its status."""
        return self.process.wait(scaled(timeout))

    def close(self):
        """Hang up on it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        super().close()


class Console(Conversation):
    """A serial port that qemu offers as a unix socket."""

    def __init__(self, path, timeout=10):
        self._socket = socket.socket(socket.AF_UNIX)
        deadline = Deadline(timeout)
        while True:
            try:
                self._socket.connect(str(path))
                break
            except OSError:
                if deadline.passed():
                    self._socket.close()
                    raise
                time.sleep(0.02)  # tries again
        super().__init__(self._socket.fileno())

    def close(self):
        """Hang up."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(scaled(5))
        self._socket.close()

    def login(self, user="root", password="cordon", timeout=300):
        """Log in at a getty, up to the password."""
        self.expect(r"login: ", timeout)
        self.send(user + "\n")
        self.expect(r"Password: ", 60)
        self.send(password + "\n")


class Shell(Console):
    """A port with a shell in raw mode behind it."""

    def await_shell(self, timeout):
        """Wait until the shell is there: it answers."""
        deadline = Deadline(timeout)
        while True:
            try:
                self.send("echo here\n")
                self.expect(r"here\n", 2)
                return
            except TimeoutError:
                if deadline.passed() or self._closed:
                    raise

    def run(self, script, timeout=120, input=""):
        """Run a shell script; a CompletedProcess with text output."""
        marker = secrets.token_hex(12)
        self.send(f"printf %s {_encoded(script)} | base64 -d > /run/lab.sh; "
                  f"printf %s {_encoded(input)} | base64 -d > /run/lab.in; "
                  f"sh /run/lab.sh < /run/lab.in 2> /run/lab.err; echo {marker}+$?; "
                  f"cat /run/lab.err; echo {marker}\n")
        match = self.expect(rf"(?s)^(?:here\n)*(.*?){marker}\+(\d+)\n(.*?){marker}\n", timeout)
        return subprocess.CompletedProcess(script, int(match[2]), match[1], match[3])


def _encoded(text):
    return shlex.quote(base64.b64encode(text.encode()).decode())
