/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_KICKSTART_KICKSTART_H
#define CORDON_POLICY_KICKSTART_KICKSTART_H

/*
 * What the script of an unattended installation said about the firewall (clause P13): the command
 * `firewall` of the Kickstart that Anaconda keeps as /root/original-ks.cfg. (anaconda-ks.cfg does
 * not count: it is written for installations by hand, too.)
 */

#include "util/exception.h"
#include "util/sourced.h"
#include "util/strv.h"

#include <stdbool.h>

#define KICKSTART_FILE "/root/original-ks.cfg"

struct kickstart {
	bool decided;		 /* it enables or disables the firewall */
	struct sourced decision; /* "Kickstart enables the firewall", "/root/original-ks.cfg:12" */
	/* What it opens in the firewall: --port, --service, --ssh ...; counts where cordon seals
	 * all the same (WhenManaged=seal). Reason "opened by Kickstart". */
	struct exception_list allow;
	struct strv problems; /* what was skipped; each closes a port */
	/* Why a decision may be hidden: the file is there, but cannot be read or believed; not a
	 * text file; a `firewall` command that is not understood. Then @decided is false. */
	struct strv damage;
};

/**
 * kickstart_load() - Read the Kickstart below @root, if there is one.
 * @kickstart: filled on success; release with kickstart_clear().
 *
 * Return: 0, whatever the file says; -ENOMEM.
 */
int kickstart_load(const char *root, struct kickstart *kickstart);

/**
 * kickstart_parse() - The same for its text.
 * @text: NUL-terminated.
 * @services: the text of an /etc/services of the machine, services(5), to look --service names up
 *            in; may be NULL.
 *
 * Return: 0 or -ENOMEM.
 */
int kickstart_parse(const char *text, const char *services, struct kickstart *kickstart);

/** kickstart_clear() - Release what kickstart_load() filled. */
void kickstart_clear(struct kickstart *kickstart);

#endif
