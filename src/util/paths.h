/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_PATHS_H
#define CORDON_UTIL_PATHS_H

/*
 * Paths that more than one room, or a unit file, knows.
 */

#define SYSTEMCTL "/usr/bin/systemctl"

#define STATE_DIRECTORY "/var/lib/cordon"

/* Markers of this boot, for the conditions of units in data; gone with /run at the next. */
#define RUN_DIRECTORY "/run/cordon"
#define RUN_SEALED    RUN_DIRECTORY "/sealed" /* the seal stands and was verified */
/* cordon reset was run in this boot: nothing is recorded, or lifted, until the next */
#define RUN_RESET  RUN_DIRECTORY "/reset"
#define RUN_LOCK   RUN_DIRECTORY "/lock"
#define RUN_INITRD RUN_DIRECTORY "/initrd" /* the table of the initramfs may stand */
#define RUN_OPEN   RUN_DIRECTORY "/open"   /* finished or aside: cordon has nothing to do */

#endif
