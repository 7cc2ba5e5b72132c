/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_PROGRESS_H
#define CORDON_UPDATE_PROGRESS_H

/*
 * The file in which the running update says how far it is, for those who follow it from elsewhere:
 *
 *	{"schema": 1, "state": "install", "percent": 42, "message": "Unpacking openssl (amd64)",
 *	 "pid": 311, "since": "2026-01-31T23:59:59Z", "package": "openssl:amd64",
 *	 "bytes": 1048576, "bytes_total": 43000000, "seconds_left": 12}
 *
 * It lies in /run, so it speaks of the present boot only.
 */

#include "update/update.h"

#include <sys/types.h>

struct update_progress {
	char *state;	      /* as struct update_step */
	char *message;	      /* as struct update_step; when "failed", why */
	unsigned int percent; /* 0 to 100, of the whole update */
	pid_t pid;	      /* of the update; 0 when the file does not say */
	char *since;	      /* when it began, see util/when.h */
	char *package;	      /* being worked on; "" when there is none */
	/* Of what is to be fetched, and until the present step ends; 0 when not known. */
	unsigned long long bytes, bytes_total;
	unsigned int seconds_left;
};

/**
 * progress_write() - Publish a step of the update of the calling process.
 * @path: its folder is made when missing (one level).
 * @since: when the update began.
 *
 * Return: 0 or a negative errno.
 */
int progress_write(const char *path, const struct update_step *step, const char *since);

/**
 * progress_read() - What was published last.
 * @progress: filled on success, released with progress_clear(); untouched on failure.
 *
 * Return: 0; -ENOENT: no update has run since the machine started; -EBADMSG: damaged, or of a
 * schema that is not understood; another negative errno.
 */
int progress_read(const char *path, struct update_progress *progress);

/**
 * progress_format() - What progress_write() writes; pure.
 *
 * Return: malloc'ed; NULL when memory is short.
 */
char *progress_format(const struct update_step *step, const char *since);

/**
 * progress_parse() - The part of progress_read() that reads a text; pure.
 *
 * Return: 0, -EBADMSG or -ENOMEM, with @progress as there.
 */
int progress_parse(const char *content, size_t size, struct update_progress *progress);

/** progress_clear() - Release what progress_read() filled. */
void progress_clear(struct update_progress *progress);

#endif
