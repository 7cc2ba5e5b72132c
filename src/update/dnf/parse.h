/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_DNF_PARSE_H
#define CORDON_UPDATE_DNF_PARSE_H

/*
 * What dnf writes. Pure functions on text. dnf5's forms are read, too, as far as its documentation
 * tells them; they could not be tried, and what is not understood is an error.
 */

#include "update/manager/call.h"
#include "update/update.h"

/* The --queryformat of dnf_updates_parse(); dnf5 ends no line by itself, dnf4 then ends two. */
#define DNF_UPDATES_FORMAT "%{name}\\t%{evr}\\t%{arch}\\t%{reponame}\\n"

/**
 * dnf_repos_parse() - The ids in the answer of repolist.
 *
 * Return: 0; -EBADMSG: there is no table; -ENOMEM.
 */
int dnf_repos_parse(const char *text, struct strv *ids);

/**
 * dnf_updates_parse() - Add the packages of DNF_UPDATES_FORMAT lines, as "name.arch".
 *
 * Return: 0; -EBADMSG: a line has other than four fields; -ENOMEM.
 */
int dnf_updates_parse(const char *text, struct update_list *list);

/**
 * dnf_advisories_parse() - Mark security updates, by the answer of updateinfo list --updates.
 * @list: what is not in it, and is a security update, is added, withheld.
 *
 * Any advisory between the installed version and the newest counts: the newest has its fix, too.
 * The gravest one counts.
 *
 * Return: 0; -EBADMSG: a line is not understood; -ENOMEM.
 */
int dnf_advisories_parse(const char *text, struct update_list *list);

/**
 * dnf_transaction_parse() - What would be installed, by the table of upgrade --assumeno.
 * @out: standard output: the table, or "Nothing to do.".
 * @names: "name.arch" of each.
 *
 * Return: 0; -EBADMSG: there is neither; -ENOMEM.
 */
int dnf_transaction_parse(const char *out, struct strv *names);

/**
 * dnf_problem_find() - Why a package cannot be installed, in dnf's words.
 * @error: with " Problem 1: ..." and lines "  - ..." below each.
 * @package: "name.arch".
 *
 * Return: malloc'ed; NULL when no problem names the package, or memory is short.
 */
char *dnf_problem_find(const char *error, const char *package);

/* What a line says of how far dnf is. */
struct dnf_step {
	enum { DNF_STEP_DOWNLOAD, DNF_STEP_INSTALL, DNF_STEP_OTHER } kind;
	char package[128]; /* "libfoo-1.1-1.noarch" */
	char verb[32];	   /* "Upgrading" */
	unsigned int percent;
};

/** dnf_step_parse() - False: the line says nothing of that. @step is filled only for true. */
bool dnf_step_parse(const char *line, struct dnf_step *step);

/** dnf_bytes_needed() - Of "Total download size: 1.2 M"; 0: it is another line. */
unsigned long long dnf_bytes_needed(const char *line);

/**
 * dnf_reason_find() - Why dnf failed: what is telling of its error output, in one line.
 *
 * Return: malloc'ed, owned by the caller; NULL: there is nothing, or memory is short.
 */
char *dnf_reason_find(const char *error);

/**
 * dnf_retry_reason_find() - What may end by itself, by exit status and error output.
 * @clock_is_behind: of files that are here: then a bad signature is one of the future.
 */
enum retry_reason dnf_retry_reason_find(int status, const char *error, bool clock_is_behind);

#endif
