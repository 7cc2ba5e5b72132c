# SPDX-License-Identifier: GPL-2.0-or-later
"""The assistant as administrators meet it (P4 to P9, P11, P14): real logins at a getty and over SSH,
screens as they see them, keys as they type them. A login that does not end at a prompt is a failure.
"""
import os
import re
import time
from pathlib import Path

import lab
import pytest
from cordon import assert_nothing_runs, assert_sealed, history, status
from deadline import scaled, until

SCREENS = Path(__file__).parent.parent / "fixtures" / "screens"
ASSISTANT = "/usr/libexec/cordon/assistant"
PROMPT = "root@server:~#"
JAPANESE = {"LANG": "ja_JP.UTF-8"}
SSH_OPEN = {"/etc/cordon/cordon.conf.d/50-test.conf": "[Allow]\nPort=22/tcp\n"}

# What differs from run to run, and what stands for it in the expected screens. Widths stay.
VARIABLE = (
    (r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "2026-01-31 23:59 UTC"),
    (r"(?<=: )[\d,]+ packets(?:, by the hour [^ │]+)?", "N packets"),
    (r"(?<=Most wanted: )[^│\n]*", "PORTS"),
    (r"(?<=これまでに拒否: )[\d,]+[^│\n]*", "N"),
    (r"(?<=狙われたポート: )[^│\n]*", "PORTS"),
    (r"\d+ updates, \d+ for security, \d+ MB", "N updates"),
    (r"更新 \d+ 件 \(セキュリティ \d+ 件\)、\d+ MB", "N updates"),
)


def steady(shown):
    """A screen without what differs from run to run, and without the frame that depends on it."""
    for pattern, stands_for in VARIABLE:
        shown = re.sub(pattern, stands_for, shown)
    lines = [line.strip(" │▒▮↑↓") for line in shown.splitlines()]
    text = "\n".join(line for line in lines if line) + "\n"
    return re.sub(r"(?m)(?:^\S+ \S+ -> .*\n(?:セキュリティ\n)?)+", "PACKAGES\n", text)


def assert_screen(screen, name):
    """What is shown, as soon as all of it is, is what tests/fixtures/screens has;
    CORDON_UPDATE_FIXTURES=1 writes it."""
    path = SCREENS / f"{name}.txt"
    if os.environ.get("CORDON_UPDATE_FIXTURES"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(screen.still(), encoding="utf-8")
    expected = steady(path.read_text(encoding="utf-8"))
    until(lambda: steady(screen.text()) == expected, 60, screen.text, pause=0.2)


def draw(screen, name):
    """The same as a picture, for README.md."""
    if os.environ.get("CORDON_UPDATE_FIXTURES"):
        (SCREENS / f"{name}.svg").write_text(lab.picture.svg(screen.coloured()), encoding="utf-8")


@pytest.fixture
def server(machines, world, deb, key):
    """Sealed, attacked, with SSH left open, and a getty to log in at."""
    made = machines(world, deb=deb, files={
        **SSH_OPEN, "/root/.ssh/authorized_keys": (key.with_suffix(".pub").read_text("ascii"), 0o600)})
    world.worm()
    made.boot()
    return made


def log_in(machine, **options):
    """Log in at the console; the screen."""
    screen = machine.console_login(**options)
    screen.wait("login:")
    screen.type("root\n")
    screen.wait("Password:")
    screen.type("cordon\n")
    return screen


def ssh(world, key, *command, env=None, tty=True, size=(80, 24), user="root"):
    """The command line of an SSH client outside of the server."""
    return ["ip", "netns", "exec", world.name, "env", "TERM=screen-256color",
            *(f"{name}={value}" for name, value in (env or {}).items()),
            "ssh", "-q", "-i", str(key), "-o", "StrictHostKeyChecking=no",
            "-o", "UserKnownHostsFile=/dev/null", "-o", "SendEnv=LANG LC_*", "-o", f"ConnectTimeout={scaled(10):.0f}",
            *(["-tt"] if tty and command else []), f"{user}@{lab.SERVER4}", *command]


def ssh_in(world, key, size=(80, 24), **options):
    """Log in over SSH; the screen."""
    return lab.Screen(ssh(world, key, **options), size)


def open_by_hand(machine, *arguments, **options):
    """Run it from a shell that is there already, and outlives it: script(1), which draws its
    terminal on ours, may miss the last words of what ends."""
    return machine.screen(["sh", "-c", "cordon assistant \"$@\"; sleep 1", "sh", *arguments],
                          **options)


def assistants(machine):
    """Its processes."""
    lines = machine.run(["ps", "-e", "-o", "args="]).stdout.splitlines()
    return [line for line in lines if line.split()[0] == ASSISTANT]


def wait_for_no_assistant(machine):
    """Nothing of it may stay behind."""
    until(lambda: not assistants(machine), 30, lambda: assistants(machine))


@pytest.mark.long
def test_from_first_login_to_the_last_page(world, server, key):
    with log_in(server) as screen:
        screen.wait("for security", 60)
        assert_screen(screen, "first-login")
        draw(screen, "first-login")
        screen.keys("3")
        assert_screen(screen, "review")
        screen.keys("Escape")
        screen.wait("Leave for later")
        screen.keys("4")
        screen.wait("Finish all the same")
        screen.wait("not ready")
        screen.keys("Escape")
        screen.wait("Leave for later")
        screen.keys("1")
        screen.wait("Update now")
        assert "Pending:" in screen.still()
        screen.keys("Enter")
        screen.wait("Leave, it goes on")
        screen.keys("Enter")  # the cursor is on leaving
        screen.wait("installing", 60)
        with ssh_in(world, key) as second:  # another administrator attaches to the same run
            second.wait("Leave for later", 60)
            second.keys("1")
            second.wait("installing", 60)
            screen.keys("1")
            screen.wait("Reboot now", 300)
            second.wait("Reboot now", 60)
            second.keys("Escape")
            second.wait("reboot first", 30)
        assert status(server)["phase"] == "sealed"
        screen.keys("Enter")
        server.wait_off()
    server.boot()
    met = [event for event in history(server) if event["event"] == "met"]
    assert len(met) == 1, met
    with log_in(server) as screen:
        assert_screen(screen, "after-reboot")
        screen.keys("4")
        assert_screen(screen, "finish")
        screen.keys("Enter")
        screen.wait("will not come again", 60)
        screen.wait(PROMPT)
    finished = history(server)[-1]
    assert finished["event"] == "finished" and finished["verified"], finished
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
    with log_in(server) as screen:
        assert "cordon" not in screen.wait(PROMPT).replace("cordon\n", "")
    assert_nothing_runs(server)
    assert not assistants(server)


def test_japanese_where_the_terminal_can(world, server, key):
    """Over SSH with a Japanese locale, which the server does not have installed."""
    with ssh_in(world, key, env=JAPANESE) as screen:
        screen.wait("後で", 60)
        screen.wait("セキュリティ", 60)
        assert_screen(screen, "first-login-ja")
        draw(screen, "first-login-ja")
        screen.keys("1")
        assert_screen(screen, "update-ja")
        screen.keys("Escape")
        screen.wait("後で")
        screen.keys("4")
        screen.wait("それでも")
        screen.keys("Escape")
        screen.wait("後で")
        screen.keys("Escape")
        screen.wait(PROMPT)
    with log_in(server, env={**JAPANESE, "TERM": "linux"}) as screen:  # which cannot show it
        screen.wait("Leave for later", 60)


def test_finishing_unready_takes_a_reason(server):
    with log_in(server) as screen:
        screen.wait("for security", 60)
        screen.keys("4")
        screen.wait("Finish all the same")
        screen.keys("Left", "Enter")
        screen.wait("although it is not updated")
        screen.keys("Enter")  # nothing was typed: back
        screen.wait("Leave for later")
        assert status(server)["phase"] == "sealed"
        screen.keys("4")
        screen.wait("Finish all the same")
        screen.keys("Left", "Enter")
        screen.wait("although it is not updated")
        screen.type("spare part, 交換 & $(reboot)")
        screen.keys("Enter")
        screen.wait("will not come again", 60)
        screen.wait(PROMPT)
    finished = history(server)[-1]
    assert finished["forced"] and finished["reason"] == "spare part, 交換 & $(reboot)", finished


def test_what_is_unticked_stays_closed(world, server):
    with log_in(server) as screen:
        screen.wait("for security", 60)
        screen.keys("3")
        screen.wait("[x] 23/tcp")
        screen.keys("Down", "Space")
        screen.wait("[ ] 23/tcp")
        screen.wait("Closed stay: 23/tcp")
        screen.keys("Escape")
        screen.wait("Leave for later")
        shown = screen.wait("reachable, ufw takes over")
        counts = re.search(r"(\d+) of (\d+) reachable, ufw takes over", shown)
        assert counts and int(counts[1]) == int(counts[2]) - 1, shown
        screen.keys("4")
        screen.wait("Finish all the same")
        screen.wait("Closed stay: 23/tcp")
        screen.keys("Left", "Enter")
        screen.wait("although it is not updated")
        screen.type("test")
        screen.keys("Enter")
        screen.wait("will not come again", 60)
    assert world.tcp_connects(lab.SERVER4, 23) != "open"
    assert world.tcp_connects(lab.SERVER4, 8000) == "open"


def test_automatic_updates_are_switched_on(server):
    """Step 2 (P7): what is missing, and what became of it; a file of somebody's stays as it is."""
    settings = "/etc/apt/apt.conf.d/20auto-upgrades"
    server.write({"/usr/bin/unattended-upgrade": ("#!/bin/sh\n", 0o755)})
    with open_by_hand(server) as screen:
        screen.wait("for security", 60)
        screen.keys("2")
        screen.wait("nothing will install updates by itself")
        screen.keys("Enter")
        screen.wait("Automatic updates are on", 60)
        assert 'Unattended-Upgrade "1"' in server.path(settings).read_text("ascii")
        screen.keys("Escape")
        screen.wait("Leave for later")
        screen.keys("2")
        screen.wait("updates will be installed by themselves")
        assert "Switch on" not in screen.still()
        screen.keys("Escape")
        screen.wait("Leave for later")
        server.path(settings).write_text('APT::Periodic::Unattended-Upgrade "0";\n', "ascii")
    with open_by_hand(server, "--plain") as screen:
        screen.wait("for security", 60)
        screen.type("2\n1\n")
        screen.wait(settings, 60)
        screen.wait("Enter  Back")
    assert '"0"' in server.path(settings).read_text("ascii")
    assert_sealed_but_for_ssh(server)


def test_plain_text(server):
    """For dumb terminals, screen readers and small windows: the same steps as questions."""
    with open_by_hand(server, "--plain") as screen:
        screen.wait("Enter  Leave for later", 30)
        screen.wait("A number from 1 to 4")
        screen.type("7\n")
        screen.wait("none of the choices")
        screen.type("3\n")
        screen.wait("sshd")
        screen.wait("Enter  Back")
        screen.type("1\n")
        screen.wait("1  [ ]")
        screen.wait("Nobody can log in")
        screen.type("1\n")
        screen.wait("Enter  Back")
        screen.type("\n")
        screen.wait("A number from 1 to 4")
        screen.type("\n")
        assert "stays cordoned off" in screen.wait_ended()
    with open_by_hand(server, size=(50, 16)) as screen:
        screen.wait("A number from 1 to 4", 30)
    for term in ("dumb", "", "no-such-terminal"):
        with open_by_hand(server, env={"TERM": term}) as screen:
            screen.wait("A number from 1 to 4", 30)
    wait_for_no_assistant(server)


def test_plain_text_to_the_end(server):
    with open_by_hand(server, "--plain", size=(80, 60)) as screen:
        screen.wait("for security", 60)
        screen.type("4\n")
        screen.wait("1, or Enter")
        screen.type("1\n")
        screen.wait("although it is not updated")
        screen.type("  \n")  # nothing was said: back
        screen.wait("Enter  Leave for later")
        assert status(server)["phase"] == "sealed"
        screen.type("4\n1\nspare part\n")
        screen.wait("will not come again", 60)
    finished = history(server)[-1]
    assert finished["forced"] and finished["reason"] == "spare part", finished


@pytest.mark.parametrize("locale", ["C", "ja_JP.EUC-JP", "no_SUCH.locale"])
def test_without_utf8_it_is_english_and_ascii(server, locale):
    with open_by_hand(server, env={"LANG": locale}) as screen:
        screen.wait("for security", 60)
        screen.keys("C-z")  # which dialogs do not know
        assert "Leave for later" in screen.text()
        inside = [line.strip()[1:-1] for line in screen.text().splitlines() if "Refused" in line]
        assert inside and inside[0].isascii(), screen.text()


def is_centred(shown, columns):
    """Whether the dialog stands in the middle of so many columns."""
    frame = next((line for line in shown.splitlines() if "┤" in line), "")
    return "Leave for later" in shown and "┌" in frame and \
        abs(frame.index("┌") - (columns - len(frame))) <= 2


def test_windows_change_their_size(server):
    with open_by_hand(server) as screen:
        screen.wait("Leave for later", 30)
        for columns, rows in ((120, 40), (60, 18), (81, 25)):
            screen.resize(columns, rows)
            until(lambda columns=columns: is_centred(screen.text(), columns), 30, screen.text)
        screen.resize(40, 12)
        screen.wait("A number from 1 to 4")
        screen.resize(80, 24)
        screen.type("\n")
        assert "stays cordoned off" in screen.wait_ended()


@pytest.mark.parametrize("end", ["C-c", "Escape", "hangup", "TERM"])
def test_ends_that_leave_the_terminal_as_it_was(server, end):
    with server.screen(["bash", "--norc", "-i"]) as screen:
        screen.type("stty -a > /run/before; cordon assistant; stty -a > /run/after; echo over\n")
        screen.wait("Leave for later", 30)
        if end == "hangup":
            screen.close()
        elif end == "TERM":
            server.run(["pkill", "--exact", "assistant"])
        else:
            screen.keys(end)
        if end != "hangup":
            screen.wait("over")
            assert server.run("diff /run/before /run/after").stdout == ""
    wait_for_no_assistant(server)
    assert_sealed_but_for_ssh(server)


def test_ssh_dropped_in_the_middle(world, server, key):
    """The update goes on, and the next login attaches to it."""
    with ssh_in(world, key) as screen:
        screen.wait("for security", 60)
        screen.keys("1")
        screen.wait("Update now")
        screen.keys("Enter")
        screen.wait("Leave, it goes on")
    wait_for_no_assistant(server)

    def state():
        return server.run(["systemctl", "is-active", "cordon-update.service"], check=False).stdout
    until(lambda: state() in ("activating\n", "active\n"), 30, state)
    with ssh_in(world, key) as screen:
        screen.wait("%, ", 60)
        screen.keys("1")
        screen.wait("Leave, it goes on")


def test_an_update_that_fails_says_why_and_what_to_do(server):
    server.write({"/etc/apt/sources.list.d/lab.sources":
                  server.path("/etc/apt/sources.list.d/lab.sources").read_text("utf-8")
                  .replace("debian-security", "no-such-folder")})
    with open_by_hand(server) as screen:
        screen.wait("Leave for later", 30)
        screen.keys("1")
        screen.wait("Update now")
        screen.keys("Enter")
        for words in ("Try again", "stays sealed", "no-such-folder"):
            screen.wait(words, 120)
        screen.keys("Right", "Enter")
        screen.wait("newest first")
        screen.keys("Escape")
        screen.wait("Try again")
        screen.keys("Escape")
        screen.wait("the last update has not ended well")
    with open_by_hand(server) as screen:  # whoever comes later hears of it, too
        screen.wait("the last update has not ended well", 30)
        screen.keys("1")
        screen.wait("no-such-folder")
        screen.wait("Show the log")
    assert_sealed_but_for_ssh(server)


def test_the_seal_is_looked_at_all_the_time(server):
    """Never a stale statement: it is damaged, and repaired, while the first page is open."""
    with open_by_hand(server) as screen:
        screen.wait("nothing reaches it", 30)
        server.run(["nft", "delete", "table", "inet", "cordon"])
        screen.wait("The seal is degraded")
        screen.wait("nothing reaches it", gone=True)
        server.run(["cordon", "check"], check=False)
        screen.wait("nothing reaches it")


def test_sealing_that_failed_is_not_finished(server):
    """There is no marker then."""
    server.run(["rm", "/run/cordon/sealed"])
    with open_by_hand(server) as screen:
        screen.wait("for security", 30)
        screen.keys("Escape")
        assert "stays cordoned off" in screen.wait_ended()


def test_small_windows_are_scrolled(server):
    """All can be read, and stays where it was scrolled to while the page says new things."""
    server.write({"/etc/cordon/cordon.conf.d/60-more.conf": "[Allow]\n" + "".join(
        f"Port={port}/tcp\n" for port in range(7001, 7006))})
    server.run(["systemctl", "reload", "cordon-seal.service"])
    with open_by_hand(server, size=(60, 18)) as screen:
        screen.wait("updates, ", 30)
        assert "cordon status" not in screen.wait("PgDn")
        screen.keys("PageDown", "PageDown", "PageDown")
        screen.wait("more: cordon status")
        time.sleep(3)  # the worm goes on, and the page is renewed
        shown = screen.text()
        assert "more: cordon status" in shown and "Leave for later" in shown, shown
        screen.keys("PageUp", "PageUp", "PageUp")
        screen.wait("cordoned off since")
        screen.keys("1")  # where no list of steps needs the other keys
        screen.wait("The update runs by itself")
        screen.keys("Down")
        screen.wait("The update runs by itself", gone=True)
        screen.keys("Up")
        screen.wait("The update runs by itself")
        screen.keys(*["PageDown"] * 20)
        bottom = screen.still()
        screen.keys("Home")
        screen.wait("The update runs by itself")
        screen.keys("End")
        screen.wait(bottom)


def test_plain_text_says_what_is_new(server):
    """What was being looked for is told when it is found, without the page again."""
    server.run("rm -rf /var/lib/apt/lists/*")
    with open_by_hand(server, "--plain") as screen:
        screen.wait("Update this server: looking for updates", 30)
        shown = screen.wait("for security", 60)
        assert shown.count("== This server is cordoned off ==") == 1, shown
        screen.type("\n")
        assert "stays cordoned off" in screen.wait_ended()


def test_finished_from_elsewhere(server):
    """Never a stale statement: two assistants, and a third person who finishes."""
    with open_by_hand(server) as first, open_by_hand(server, "--plain") as second:
        first.wait("Leave for later", 30)
        second.wait("A number", 30)
        server.run(["cordon", "finish", "--force", "--reason=test"])
        assert "This server is open" in first.wait_ended()
        assert "This server is open" in second.wait_ended()
    with open_by_hand(server) as screen:
        assert "nothing to do" in screen.wait_ended()


def test_what_is_not_for_it(server):
    """Without root, without a terminal, with a wrong option: a sentence, and no screen."""
    assert "terminal" in server.run(["cordon", "assistant"], check=False).stderr
    wrong = server.run(["cordon", "assistant", "--frobnicate"], check=False)
    assert wrong.returncode == 2, wrong
    nobody = server.run(["setpriv", "--reuid=nobody", "cordon", "assistant"], check=False)
    assert nobody.returncode == 1 and "root" in nobody.stderr, nobody


def assert_sealed_but_for_ssh(machine):
    assert assert_sealed(machine)["exceptions"], "SSH is to be an exception"
