/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_FILE_H
#define CORDON_UTIL_FILE_H

/*
 * Files, read with a bound and written so that a power cut leaves the old or the new content.
 */

#include "util/must-check.h"
#include "util/strv.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * file_under() - The path of a file below another root directory.
 * @root: "" or NULL for the running system, else a directory such as "/mnt/image".
 * @path: absolute.
 *
 * Return: malloc'ed path, NULL when memory is short.
 */
char *file_under(const char *root, const char *path);

/**
 * file_read() - Read a regular file of at most @max bytes.
 * @path: opened without blocking, so a FIFO or a device in its place cannot hang the caller.
 * @max: in bytes.
 * @data: malloc'ed content with a NUL after it, owned by the caller; untouched on failure.
 * @size: length without that NUL; may be NULL.
 *
 * Return: 0; -ENOENT and the like from open(2); -EINVAL: not a regular file; -EFBIG: longer.
 */
int file_read(const char *path, size_t max, char **data, size_t *size);

/**
 * file_read_virtual() - file_read() for /proc and /sys, whose files have no size and may be
 * characters devices' relatives: any file type but a directory, at most @max bytes, the rest is
 * cut.
 */
int file_read_virtual(const char *path, size_t max, char **data, size_t *size);

/**
 * file_open_in() - Open a file of the system below @root as that system would see it.
 * @root: "" for the running system, else a directory such as "/mnt/image".
 * @path: absolute; symbolic links, absolute ones included, are resolved inside of @root and never
 *        lead out of it.
 * @flags: of open(2); O_CLOEXEC, O_NONBLOCK and O_NOCTTY are added.
 *
 * Return: a descriptor, or a negative errno.
 */
int file_open_in(const char *root, const char *path, int flags);

/**
 * file_open_folder_in() - Open a folder of the system below @root, to write in it, where others may
 * have had their hands: no symbolic link is followed on the way to it.
 *
 * Return: a descriptor; -ELOOP: there is such a link; -ENOSYS: the kernel cannot tell (before 5.6);
 * another negative errno.
 */
int file_open_folder_in(const char *root, const char *path);

/**
 * file_read_in() - file_read() of a file of the system below @root, see file_open_in().
 */
int file_read_in(const char *root, const char *path, size_t max, char **data, size_t *size);

/**
 * file_read_trusted_in() - file_read_in() of a file that only root could have written.
 * @why: for -EPERM, whose file it is and what to do; for -EINVAL and -EFBIG, what it is; names
 * @path.
 *
 * Return: as file_read_in(); -EPERM: owned by another user than root, or writable by one.
 */
int file_read_trusted_in(
	const char *root, const char *path, size_t max, char **data, size_t *size, char **why);

/**
 * file_read_text_in() - file_read_trusted_in() of a text, which has no NUL bytes.
 * @text: malloc'ed, owned by the caller.
 * @why: set for every error but -ENOENT and -ENOMEM.
 *
 * Return: as file_read_trusted_in(); -EINVAL: there are NUL bytes in it.
 */
int file_read_text_in(const char *root, const char *path, size_t max, char **text, char **why);

/**
 * file_resolve_in() - Where a file of the system below @root is to be written.
 * @path: absolute; links of its folders are resolved inside of @root. Its last component may not
 *        exist yet.
 * @make: make its folder when missing (one level), durably.
 * @place: malloc'ed path of this system, without links in its folders; for "" the path itself.
 *
 * Return: 0; -ENOENT: there is no such folder; another negative errno.
 */
int file_resolve_in(const char *root, const char *path, bool make, char **place);

/**
 * file_list_in() - The names in a directory of the system below @root, sorted by strcmp(3).
 * @names: appended to, without "." and "..".
 *
 * Return: 0; -ENOENT, -ENOTDIR and the like; -ENOMEM; -E2BIG: more than 4096 entries.
 */
int file_list_in(const char *root, const char *path, struct strv *names);

/** file_exists_in() - Is there anything at this path of the system below @root (links followed)? */
bool file_exists_in(const char *root, const char *path);

/**
 * file_is_link_in() - Is the last component of this path a symbolic link?
 * @target: its target as it is written, malloc'ed; may be NULL. Untouched unless true.
 */
bool file_is_link_in(const char *root, const char *path, char **target);

/**
 * file_is_null_target() - Does a link with this target switch off a file of its name in a weaker
 * folder (systemd.unit(5))? "/dev/null", also by way of the folder: "../../../dev/null".
 */
bool file_is_null_target(const char *target);

/**
 * file_check_trusted() - Was this file written by root, and can nobody else write it?
 * @path: symbolic links are followed; what counts is the file that they lead to.
 * @why: says owner or mode and what to do.
 *
 * Return: 0; -ENOENT and the like from stat(2); -EPERM: somebody else can write it.
 */
int file_check_trusted(const char *path, char **why);

/**
 * file_write_atomic() - Replace a file atomically and durably.
 * @path: written as a temporary file beside it, fsync, rename, fsync of the folder.
 * @mode: permission bits of the new file.
 *
 * Return: 0 when the new content has reached the disk; a negative errno, with the old file intact,
 * otherwise.
 */
int file_write_atomic(const char *path, const void *data, size_t size, mode_t mode);

/**
 * file_set_aside() - Keep a file that cannot be believed as PATH.broken, over an older one; if that
 * fails, remove it.
 *
 * Return: 0 or -ENOMEM.
 */
int file_set_aside(const char *path);

/**
 * file_append_line() - Append one line durably.
 * @line: without its newline. A torn last line, left by a power cut, is ended first, so that it
 *        cannot swallow this one.
 *
 * Return: 0 when the line has reached the disk, a negative errno otherwise.
 */
_must_check_ int file_append_line(const char *path, const char *line, mode_t mode);

/**
 * file_touch() - Create an empty file, and its folder (one level), when missing. For markers in
 * /run: nothing is synced.
 *
 * Return: 0 or a negative errno.
 */
int file_touch(const char *path);

/**
 * file_sync_parent() - Make a rename or removal in the folder of @path durable.
 *
 * Return: 0 or a negative errno.
 */
int file_sync_parent(const char *path);

/** file_exists() - Does anything exist at this path (links followed)? */
bool file_exists(const char *path);

#endif
