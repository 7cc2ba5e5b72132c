/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_KICKSTART_FIREWALL_H
#define CORDON_POLICY_KICKSTART_FIREWALL_H

/*
 * One `firewall` command of a Kickstart. Private to the room; see kickstart.h.
 */

#include "util/exception.h"
#include "util/strv.h"

#include <stdbool.h>

#define SERVICES_FILE "/etc/services"

struct kickstart_firewall {
	bool disabled;	 /* without an option it is enabled */
	bool as_shipped; /* --use-system-defaults: as the distribution has it; nobody decided */
	/* The words of --port, --service, --remove-service and --trust. */
	struct strv ports, services, removed, trusted;
};

/**
 * kickstart_firewall_parse() - Read the options.
 * @options: what follows the word `firewall` on its line.
 * @command: filled on success; release with kickstart_firewall_clear().
 *
 * Return: 0; -EINVAL with @why: Anaconda would refuse it; -ENOMEM.
 */
int kickstart_firewall_parse(const char *options, struct kickstart_firewall *command, char **why);

/**
 * kickstart_firewall_open() - The ports that it opens.
 * @services: as of kickstart_parse().
 * @source: of the command.
 * @allow, @problems: appended to.
 *
 * Return: 0 or -ENOMEM.
 */
int kickstart_firewall_open(const struct kickstart_firewall *command, const char *services,
	const char *source, struct exception_list *allow, struct strv *problems);

/** kickstart_firewall_clear() - Release what kickstart_firewall_parse() filled. */
void kickstart_firewall_clear(struct kickstart_firewall *command);

#endif
