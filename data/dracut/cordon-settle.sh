#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The real root is mounted: does it want to be sealed at all?
/usr/libexec/cordon/initrd settle "$NEWROOT"
