/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_LIMITS_H
#define CORDON_UTIL_LIMITS_H

/*
 * How long cordon waits for what happens on this machine: every time limit in one place.
 *
 * A limit ends a hang; it does not judge speed. A server may have 5 % of a processor and a disk of
 * 1 MB a second, and everything at once happens at its first boot. So a program that works is left
 * alone, however slowly it does, and one that shows no sign of life is stopped: it sleeps, and has
 * used no processor time and written nothing, for minutes. A program that works for ever is stopped
 * after hours.
 *
 * Here only where the local machine is waited for. What a mirror may take is in drip.h (too few
 * bytes a second) and in the options of the package managers (30 seconds without an answer).
 *
 *   who is waited for              before          now
 *   apt-config                     10 s            3 min without a sign of life, 1 h in all
 *   apt-get -s, apt-cache, dpkg    120 s           the same
 *   rpm -q, dnf and zypper, asked  120 s, 300 s    the same
 *   journalctl, for the assistant  30 s            the same
 *   gzip of one changelog          5 s             the same; all changelogs: 20 s, now 5 min
 *   systemctl, systemd-run         20 s            15 min: they sleep while systemd works
 *   ufw, firewall-cmd, nft         60 s            15 min: likewise, while firewalld works
 *   metadata                       20 or 30 min    20 min without a sign of life, 2 h in all
 *   download                       6 h             1 h without a sign of life, 24 h in all
 *   installation                   2 h, 30 min     the same
 *   another package manager        5 or 10 min     1 h
 *   the clock                      5 or 10 min     15 min
 *   an answer of systemd's         25 s, 30 s      5 min
 *   a job of systemd's             90 s            1 h: units have limits of their own
 *   the kernel, to drop a table    5 s             5 min
 *   cordon seal --early            20 s            60 s, see LIMIT_EARLY
 *   journald                       0.5 s           5 s, see LIMIT_JOURNAL
 *
 *   cordon-seal.service            90 s            15 min
 *   cordon-check, cordon-reconsider 2 min          15 min
 *   cordon-tally.service, to stop  15 s            90 s, as every service
 */

/* How long a child may take, in seconds; 0: for ever. */
struct limit {
	unsigned int still; /* without a sign of life, see vigil.h */
	unsigned int total; /* in all */
};

#define MINUTES 60
#define HOURS	(60 * MINUTES)

/* It reads files of this machine and answers. */
#define LIMIT_QUERY ((struct limit){.still = 3 * MINUTES, .total = 1 * HOURS})

/* It asks a daemon, and sleeps until that has done its work: no sign of life is no sign of a hang.
 * systemd itself gives a unit 90 seconds by default, and starting firewalld is several units. */
#define LIMIT_REQUEST ((struct limit){.total = 15 * MINUTES})

/* It fetches metadata, of all sources or of one, and works them up, which dnf does in silence. */
#define LIMIT_METADATA ((struct limit){.still = 20 * MINUTES, .total = 2 * HOURS})

/* It fetches packages or installs them. Stopped, it leaves packages half-installed; a script that
 * builds a kernel module takes an hour on a small machine. */
#define LIMIT_PACKAGES ((struct limit){.still = 1 * HOURS, .total = 24 * HOURS})

/* Seconds to wait until another program lets go of the package manager. On a first boot that is
 * apt-daily.service, which may be installing a kernel; the update says whom it waits for. */
#define LIMIT_LOCK (1 * HOURS)

/* Seconds to wait until the clock is set. Time servers are asked again within minutes; where none
 * answers, an administrator has to set it, and is to hear of it. */
#define LIMIT_CLOCK (15 * MINUTES)

/* Seconds until systemd, or the kernel, has done what takes it no time. */
#define LIMIT_ANSWER (5 * MINUTES)

/* Seconds until a job of systemd's is over: longer than units may take to start or to stop. It may
 * stand behind another, such as that of a network that is slow to come up. */
#define LIMIT_JOB (1 * HOURS)

/* Seconds for naming what all updates of a run have fixed: it is for the record, and a person may
 * be waiting for the update to end. */
#define LIMIT_CHANGELOGS (5 * MINUTES)

/* The generator, for cordon seal --early. systemd kills all generators after 90 seconds
 * (DEFAULT_TIMEOUT_USEC of systemd 252 to 257), and ours has to say something after that child. */
#define LIMIT_EARLY ((struct limit){.total = 60})

/* Seconds that journald may take to make room for an event. It does within milliseconds if it
 * works; if it hangs, sealing and opening wait for it. */
#define LIMIT_JOURNAL 5

#endif
