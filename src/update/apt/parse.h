/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_APT_PARSE_H
#define CORDON_UPDATE_APT_PARSE_H

/*
 * What apt and dpkg say, as values. Pure functions on the text that they write in the C locale.
 */

#include "update/apt/source.h"
#include "update/manager/call.h"
#include "update/update.h"

/**
 * apt_installs_parse() - The packages that apt-get --simulate would install or upgrade.
 * @list: they are appended; on failure some may have been.
 *
 * Return: 0; -EBADMSG when an "Inst" line cannot be understood; -ENOMEM.
 */
int apt_installs_parse(const char *output, struct update_list *list);

/**
 * apt_policy_parse() - The security updates that apt knows, whether it would install them or not.
 * @output: of "apt-cache policy PACKAGE...".
 * @sources: tell which sources are security sources.
 * @list: each package with a version from a security source above the installed one is appended;
 *        on failure some may have been.
 *
 * Return: 0 or -ENOMEM.
 */
int apt_policy_parse(
	const char *output, const struct apt_sources *sources, struct update_list *list);

/* One line of APT::Status-Fd. */
struct apt_status {
	enum {
		APT_STATUS_DOWNLOAD,
		APT_STATUS_INSTALL,
		APT_STATUS_ERROR,
	} kind;
	unsigned int percent; /* of the download or of the installation, at most 100 */
	const char *text;     /* for people; points into the line */
	/* What is being worked on, of an installation; else "". Cut off if it is too long. */
	char package[128];
};

/**
 * apt_status_parse() - Find a status in a line of apt-get's output.
 * @status: filled when there is one; untouched otherwise.
 *
 * Return: is there one? The line may hold other output before it.
 */
bool apt_status_parse(const char *line, struct apt_status *status);

/**
 * apt_seconds_left() - The time that a download's text names: "Retrieving file 1 of 17 (1min 12s
 * remaining)". Return: seconds; 0: it names none.
 */
unsigned int apt_seconds_left(const char *text);

/**
 * apt_bytes_needed() - The size in "Need to get 43.2 MB/51.0 MB of archives.", as exact as that
 * line is. Return: bytes; 0: not such a line.
 */
unsigned long long apt_bytes_needed(const char *line);

/**
 * apt_uris_size() - The sum of the sizes in what --print-uris says, a line each:
 * "'http://mirror/pool/x.deb' x.deb 1234 SHA256:0123". Other lines are passed over.
 * Return: bytes.
 */
unsigned long long apt_uris_size(const char *lines);

enum apt_level { APT_NOTICE, APT_WARNING, APT_ERROR };

/**
 * apt_complaint() - What apt complains of in a line of its standard error: "E: text", or, with
 * APT::Output-Version "30", "Error: text".
 * @level: set when it is such a line.
 *
 * Return: the text, in @line; NULL: it is another line.
 */
const char *apt_complaint(const char *line, enum apt_level *level);

/**
 * apt_error_find() - The line that says why apt-get failed.
 * @out: its standard output with status lines.
 * @error: its standard error.
 *
 * dpkg's complaint about a package if there is one, else apt's first error: those after it are only
 * its consequences.
 *
 * Return: malloc'ed, owned by the caller; NULL when there is none, or memory is short.
 */
char *apt_error_find(const char *out, const char *error);

/** apt_retry_reason_find() - What kept apt-get or dpkg from working, by its standard error. */
enum retry_reason apt_retry_reason_find(const char *error);

/**
 * apt_proxies_parse() - The proxies in the output of "apt-config dump".
 * @add: called for each with its URI, which is valid only during the call.
 *
 * Return: 0 or -ENOMEM.
 */
int apt_proxies_parse(
	const char *output, void (*add)(void *context, const char *uri), void *context);

/**
 * apt_kernel_version() - The package version in the "uname -v" of a Debian kernel, "6.1.137-1" in
 * "#1 SMP PREEMPT_DYNAMIC Debian 6.1.137-1 (2025-05-07)".
 *
 * Return: malloc'ed, owned by the caller; NULL when there is none, or memory is short.
 */
char *apt_kernel_version(const char *uname_version);

#endif
