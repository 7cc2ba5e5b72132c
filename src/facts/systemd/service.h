/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_SYSTEMD_SERVICE_H
#define CORDON_FACTS_SYSTEMD_SERVICE_H

/*
 * Services as systemd would start them. Private to the room.
 */

#include "facts/systemd/units.h"
#include "util/strv.h"

/**
 * service_find_enabled() - The first of these units that is started at boot.
 * @units: ends with NULL.
 *
 * Return: 1 and @unit is one of @units; 0: none is; -ENOMEM.
 */
int service_find_enabled(struct unit_lookup *lookup, const char *const *units, const char **unit);

/**
 * service_command_line() - What a service runs: ExecStart= with its variables, from Environment=
 * and the files of EnvironmentFile=, put in.
 * @program: what it must run: "sshd".
 * @words: appended to on success.
 *
 * Return: 0; -EINVAL and the like with @why: not known, or another program; -ENOMEM.
 */
int service_command_line(struct unit_lookup *lookup, const char *unit, const char *program,
	struct strv *words, char **why);

/* What a unit says about what it runs. */
struct service {
	const char *root, *unit;
	/* ExecStart=, Environment=, EnvironmentFile= */
	struct strv commands, environment, files;
	/* Reads a file of EnvironmentFile=. Return: as file_read_text_in(). */
	int (*read)(const struct service *service, const char *path, char **content, char **why);
};

/** service_expand() - What service_command_line() does behind the unit files. Return: as there. */
int service_expand(
	const struct service *service, const char *program, struct strv *words, char **why);

/** service_clear() - Release the lists. */
void service_clear(struct service *service);

#endif
