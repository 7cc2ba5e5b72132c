# SPDX-License-Identifier: GPL-2.0-or-later
"""The fault matrix: what was done to a sealed server, how often, and what came of it.

A test hands each fault to the fixture `fault`, which demands that nothing was admitted and nothing
was lost, and keeps a row. The rows of all tests are printed as one table at the end. A row with
`opens=True` is a control: the same fault with the defence taken out, which has to admit or to lose
something, or the row beside it would prove nothing.
"""
import contextlib

import pytest

from deadline import until

HEAD = ("fault", "tries", "admitted", "lost", "verdict")


@pytest.fixture
def fault(request):
    """fault(what, tries, machine) judges and records one fault.

    `machine` gives the datagrams that its canary counted in this boot; `admitted` is the number
    itself, for a fault over several boots. `lost` counts records that are not as they were.
    """
    def record(what, tries=1, machine=None, admitted=0, lost=0, opens=False):
        if machine:
            assert machine.canary.started, "the canary was not listening"
            if opens and not admitted and not lost:
                with contextlib.suppress(AssertionError):
                    until(lambda: machine.canary.datagrams, 30)
            admitted += machine.canary.datagrams + machine.canary.connections
        harm = admitted + lost
        verdict = ("opens, as it must" if harm else "CANNOT FAIL") if opens else \
                  ("HARMED" if harm else "held")
        request.node.user_properties.append(("fault", (what, tries, admitted, lost, verdict)))
        assert bool(harm) == opens, (what, admitted, lost)
    return record


def rows(reports):
    """The rows that tests handed over; those of a test that failed otherwise say so."""
    for report in reports:
        for name, row in report.user_properties:
            if name == "fault":
                failed = report.failed and row[-1] in ("held", "opens, as it must")
                yield (*row[:-1], "test failed") if failed else tuple(row)


def joined(found):
    """Rows of the same fault and verdict, as one."""
    sums = {}
    for what, tries, admitted, lost, verdict in found:
        old = sums.get((what, verdict), (0, 0, 0))
        sums[what, verdict] = (old[0] + tries, old[1] + admitted, old[2] + lost)
    return sorted((what, *numbers, verdict) for (what, verdict), numbers in sums.items())


def table(found):
    """The rows as text, in columns."""
    lines = [HEAD] + [tuple(str(cell) for cell in row) for row in joined(found)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    return ["  ".join(cell.rjust(width) if 0 < i < 4 else cell.ljust(width)
                      for i, (cell, width) in enumerate(zip(line, widths))).rstrip()
            for line in lines]
