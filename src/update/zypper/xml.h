/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_ZYPPER_XML_H
#define CORDON_UPDATE_ZYPPER_XML_H

/*
 * What zypper says with --xmlout, as values. Pure functions. Private to the zypper backend.
 *
 * An answer that is cut off, that reports an error, or in which a package lacks its name is none:
 * -EBADMSG. It must never look like "nothing is pending".
 */

#include "update/update.h"

/* A patch: what SUSE calls an advisory. */
struct zypper_patch {
	char *name;	 /* "openSUSE-2026-17" */
	char *edition;	 /* "1" */
	char *alias;	 /* of the repository that brings it */
	char *category;	 /* "security", "recommended" ... */
	char *severity;	 /* "critical", "important" ...; NULL: it has none */
	bool locked;	 /* by the administrator: zypper calls it unwanted */
	bool pkgmanager; /* it renews zypper itself, and is installed before all others */
	bool restart;	 /* the machine has to be rebooted afterwards */
};

struct zypper_patches {
	struct zypper_patch *items;
	size_t count;
};

/* A patch and one package of it. */
struct zypper_fix {
	char *patch;
	char *package; /* its name, perhaps with ".ARCH" behind it */
};

struct zypper_fixes {
	struct zypper_fix *items;
	size_t count;
};

/**
 * zypper_updates_parse() - The packages of "zypper --xmlout list-updates".
 * @list: they are appended, origin is their repository's alias; on failure some may have been.
 *
 * Return: 0; -EBADMSG: not understood; -ENOMEM.
 */
int zypper_updates_parse(const char *xml, struct update_list *list);

/**
 * zypper_patches_parse() - The patches of "zypper --xmlout list-patches" that are needed or locked,
 * those that wait for a patch of zypper itself included.
 *
 * Return: as zypper_updates_parse().
 */
int zypper_patches_parse(const char *xml, struct zypper_patches *patches);

/** zypper_patches_clear() - Release them. */
void zypper_patches_clear(struct zypper_patches *patches);

/**
 * zypper_locks_parse() - The names, or patterns of names, in "zypper --xmlout locks".
 *
 * Return: as zypper_updates_parse().
 */
int zypper_locks_parse(const char *xml, struct strv *names);

/**
 * zypper_fixes_parse() - Which packages the patches of "zypper --xmlout info -t patch NAME..."
 * have.
 *
 * Return: as zypper_updates_parse().
 */
int zypper_fixes_parse(const char *xml, struct zypper_fixes *fixes);

/** zypper_fixes_clear() - Release them. */
void zypper_fixes_clear(struct zypper_fixes *fixes);

/** zypper_fix_is_of() - Is that package, perhaps with ".ARCH", the one called @name? */
bool zypper_fix_is_of(const struct zypper_fix *fix, const char *name);

/* One line of an installation or a download. */
struct zypper_step {
	enum { ZYPPER_STEP_FETCH, ZYPPER_STEP_INSTALL } kind;
	unsigned int percent; /* of the download or of the installation, at most 100 */
	bool done;	      /* this package is installed */
	char package[128];    /* "kernel-5.10.0-2.noarch"; cut off if it is too long */
};

/**
 * zypper_step_parse() - Find a step in a line of zypper's output.
 * @step: filled when there is one; untouched otherwise.
 *
 * Return: is there one?
 */
bool zypper_step_parse(const char *line, struct zypper_step *step);

/** zypper_bytes_needed() - The size in "<install-summary download-size=...". Return: bytes, or 0.
 */
unsigned long long zypper_bytes_needed(const char *line);

/** zypper_unescape() - Replace the five entities of XML in a line, in place. */
void zypper_unescape(char *line);

#endif
