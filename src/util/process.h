/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_PROCESS_H
#define CORDON_UTIL_PROCESS_H

/*
 * What /proc says of a process: links that the kernel makes up.
 */

/**
 * process_link() - Where a link leads, as it is written.
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

#endif
