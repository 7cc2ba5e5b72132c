/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_RPM_REPO_FILE_H
#define CORDON_UPDATE_RPM_REPO_FILE_H

/*
 * The configuration of rpm repositories: *.repo files in /etc/yum.repos.d and /etc/zypp/repos.d,
 * and the [main] of dnf.conf and zypp.conf, which have the same form. Private to the room.
 *
 * Variables ($releasever, ${basearch}) stay as they are written.
 */

#include "util/ini.h"
#include "util/strv.h"

#include <stdbool.h>
#include <stddef.h>

/* As libdnf reads them; libzypp differs in nothing that matters here. */
extern const struct ini_dialect repo_dialect;

/* What a setting says; where it is missing, that of [main] counts, or the package manager's own. */
enum repo_switch { REPO_UNSET, REPO_OFF, REPO_ON };

/* One section of a .repo file, or [main]. */
struct repo {
	char *id;    /* "fedora-updates": what is in the brackets, and zypper's alias */
	char *name;  /* name=; the id where there is none */
	char *entry; /* "/etc/yum.repos.d/fedora.repo:3" */
	/* All of baseurl=, mirrorlist= and metalink=, in the order of the file; credentials
	 * included. */
	struct strv urls;
	char *proxy;			/* proxy=; NULL: unset. "" or "_none_": none for this one */
	struct strv keys;		/* all of gpgkey= */
	enum repo_switch enabled;	/* unset means on */
	enum repo_switch gpgcheck;	/* pkg_gpgcheck= is the same setting, as zypper has it */
	enum repo_switch repo_gpgcheck; /* of the metadata */
	bool local;			/* there are URLs, and each leads to a file or a medium */
};

struct repos {
	struct repo *items;
	size_t count;
};

/**
 * repo_file_parse() - Add the sections of a configuration.
 * @text: the file.
 * @path: for @entry.
 * @repos: appended to; a section that is there already, by its id, is added again, for it is the
 *         package manager that decides which one counts.
 *
 * What is not known is passed over, as package managers do. A line that begins with a blank
 * continues the value above it. Lists are separated by blanks, commas and lines.
 *
 * Return: 0; -EINVAL with @why: a line that is not understood, see enum ini_problem; -EFBIG with
 * @why: more than INI_SIZE_MAX bytes; -ENOMEM.
 */
int repo_file_parse(const char *text, const char *path, struct repos *repos, char **why);

/** repo_switch() - What a value such as "1", "yes" or "off" says; REPO_UNSET: another word. */
enum repo_switch repo_switch(const char *value);

/**
 * repo_file_read() - repo_file_parse() of a file.
 * @path: one that only root can write, or it is an error.
 *
 * Return: 0; -ENOENT without @why: there is none; another negative errno with @why.
 */
int repo_file_read(const char *path, struct repos *repos, char **why);

/**
 * repo_files_load() - repo_file_read() of all *.repo files of a folder, in the order of their
 * names.
 * @folder: "/etc/yum.repos.d"; that it is missing is as if it were empty.
 *
 * Return: 0; a negative errno with @why.
 */
int repo_files_load(const char *folder, struct repos *repos, char **why);

/** repo_files_exist() - Does a folder have anything for repo_files_load() to read? */
bool repo_files_exist(const char *folder);

/** repo_is_on() - A switch, with what counts where it is unset. */
bool repo_is_on(enum repo_switch value, bool otherwise);

/**
 * repo_check_trust() - What rpm's tools let pass and cordon does not: a source whose packages or
 * metadata are not checked.
 * @defaults: [main] of the package manager's configuration; NULL: there is none.
 * @gpgcheck: what counts where neither says anything, of gpgcheck= and of repo_gpgcheck=: dnf's is
 *            off, zypper's on.
 *
 * A local one is believed. For others it is an error that neither packages nor metadata are
 * checked, that metadata are not checked and come over http or ftp alone, or that a key would.
 *
 * Return: a sentence, malloc'ed, in @doubt, or NULL there when there is nothing to say; -ENOMEM.
 */
int repo_check_trust(
	const struct repo *repo, const struct repo *defaults, bool gpgcheck, char **doubt);

/**
 * repo_title() - For struct update_source: the id and, where it has one, the first URL, without
 * credentials. Return: malloc'ed; NULL: -ENOMEM.
 */
char *repo_title(const struct repo *repo);

/**
 * repo_add_ports() - Tell the ports of a repository: of its URLs, its proxy, its keys.
 * @kind: for people: "dnf".
 * @add: as for update_egress().
 */
void repo_add_ports(const struct repo *repo, const char *kind,
	void (*add)(void *context, unsigned int port, const char *source), void *context);

/** repos_find() - The last one of that id, NULL when there is none. */
const struct repo *repos_find(const struct repos *repos, const char *id);

/** repos_clear() - Release the repositories. */
void repos_clear(struct repos *repos);

#endif
