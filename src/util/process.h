/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_PROCESS_H
#define CORDON_UTIL_PROCESS_H

/*
 * What /proc says of a process: links that the kernel makes up.
 */

#include <stdbool.h>

/* The kernel writes this behind the path of a file that is gone from the disk. A path may contain
 * it in its middle, too: only at the end is it the kernel's. */
#define PROCESS_DELETED " (deleted)"

/**
 * process_link() - Where a link leads, as it is written, PROCESS_DELETED included.
 *
 * Return: malloc'ed text; NULL when it cannot be read, or memory is short.
 */
char *process_link(const char *path);

/**
 * process_file() - The file of a process's program, replaced on the disk or not.
 * @proc: "/proc", or what stands for it.
 * @pid: its number, or "self".
 *
 * Return: malloc'ed path; NULL when it cannot be told.
 */
char *process_file(const char *proc, const char *pid);

/**
 * process_is_in_running_system() - Does systemd run, and does this process see the root of PID 1?
 *
 * Builders of images bind /run of their own system into the chroot, so that it looks as if systemd
 * ran in there. What cannot be told is an image: it is sealed at its first boot, which can be
 * undone; the other way round cannot.
 */
bool process_is_in_running_system(void);

#endif
