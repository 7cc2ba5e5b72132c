# SPDX-License-Identifier: GPL-2.0-or-later
"""cordon arm and confirm: a live machine, cordoned on purpose, and undone unless confirmed."""
import time

import lab
import pytest
from cordon import assert_nothing_runs, history, status, tables
from deadline import Window, scaled, until


@pytest.fixture
def finished(world, machines, deb):
    """A machine whose quarantine is over."""
    machine = machines(world, deb=deb)
    machine.boot()
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    assert not tables(machine)
    return machine


def wait_open(world):
    """Until the server answers again."""
    until(lambda: world.tcp_connects(lab.SERVER4, 8000) == "open", 90, "not undone")


def arm(machine, *options, ssh=True):
    """As over SSH from the world, through a sudo that drops the environment."""
    env = {"SSH_CONNECTION": f"{lab.WORLD4} 40000 {lab.SERVER4} 22"} if ssh else None
    return machine.run(["sh", "-c", "env -u SSH_CONNECTION cordon arm \"$@\"; exit $?", "sh",
                        *options], env=env).stdout


def test_the_callers_session_stays_and_nothing_else(world, finished):
    assert world.tcp_connects(lab.SERVER4, 8000) == "open"
    said = arm(finished)
    assert "cordoned off" in said
    now = status(finished)
    assert (now["phase"], now["reason"]) == ("sealed", "armed")
    assert now["seal"]["health"] == "intact" and len(tables(finished)) == 2
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
    assert world.tcp_connects(lab.SERVER4, 8000) != "open"
    assert world.tcp_connects(lab.SERVER6, 22) != "open"
    refused = finished.run(["cordon", "arm"], check=False)
    assert refused.returncode == 1 and "already" in refused.stderr
    refused = finished.run(["cordon", "confirm"], check=False)
    assert refused.returncode == 1 and "nothing to confirm" in refused.stderr
    finished.reboot()
    assert status(finished)["reason"] == "armed"
    assert world.tcp_connects(lab.SERVER4, 8000) != "open"
    finished.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    assert world.tcp_connects(lab.SERVER4, 8000) == "open"


def test_unconfirmed_it_is_undone(world, finished):
    by = status(finished)["finished_by"]
    arm(finished, f"--undo-after={scaled(3):.0f}s", ssh=False)
    assert world.tcp_connects(lab.SERVER4, 8000) != "open"
    wait_open(world)
    assert_nothing_runs(finished)
    now = status(finished)
    assert (now["phase"], now["finished_by"]) == ("finished", by)
    assert not tables(finished)
    assert [event["event"] for event in history(finished)][-2:] == ["armed", "disarmed"]
    finished.reboot()
    assert world.tcp_connects(lab.SERVER4, 8000) == "open"


def test_unconfirmed_it_is_undone_after_a_power_cut(world, finished):
    arm(finished, "--undo-after=20s", ssh=False)
    finished.power_cut()
    finished.boot()
    wait_open(world)
    assert_nothing_runs(finished)
    assert status(finished)["phase"] == "finished"


def test_time_over_while_it_was_off(world, finished):
    arm(finished, "--undo-after=4s", ssh=False)
    finished.power_cut()
    time.sleep(4)  # off, while its time passes
    finished.boot()
    wait_open(world)
    assert status(finished)["phase"] == "finished"


def test_confirmed_it_stays(world, finished):
    limit = Window(scaled(3) + 2)
    arm(finished, "--undo-after", f"{scaled(3):.0f}s")
    finished.run(["cordon", "confirm"])
    time.sleep(limit.left())  # until it would have been undone
    finished.run(["cordon", "reconsider"])
    assert world.tcp_connects(lab.SERVER4, 8000) != "open"
    finished.power_cut()
    finished.boot()
    time.sleep(1)  # it would be undone now
    assert world.tcp_connects(lab.SERVER4, 8000) != "open"
    assert status(finished)["reason"] == "armed"
    assert "confirmed" in [event["event"] for event in history(finished)]


@pytest.mark.parametrize("bad", ["0s", "-1s", "soon", "1h30min", "99d", "10 min", ""])
def test_bad_times_are_refused(finished, bad):
    answer = finished.run(["cordon", "arm", f"--undo-after={bad}"], check=False)
    assert answer.returncode == 2 and "not a time such as" in answer.stderr
    assert not tables(finished)


def test_when_it_cannot_seal_nothing_has_changed(world, finished):
    finished.run(["systemctl", "mask", "cordon-seal.service"])
    answer = finished.run(["cordon", "arm"], check=False)
    assert answer.returncode == 1 and "nothing has changed" in answer.stderr, answer
    assert status(finished)["phase"] == "finished"
    assert world.tcp_connects(lab.SERVER4, 8000) == "open"
    finished.run(["systemctl", "unmask", "cordon-seal.service"])
    finished.reboot()
    assert world.tcp_connects(lab.SERVER4, 8000) == "open"
