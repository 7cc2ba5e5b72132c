/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_FILE_PRIVATE_H
#define CORDON_UTIL_FILE_PRIVATE_H

/*
 * What file.c and file-in.c share; for nobody else.
 */

#include <stddef.h>
#include <sys/stat.h>

/** file_read_open() - file_read() from an open descriptor, whose stat(2) is @st. */
int file_read_open(int fd, const struct stat *st, size_t max, char **data, size_t *size);

/** file_check_owner() - file_check_trusted() of what @st says; @path is for the sentence. */
int file_check_owner(const char *path, const struct stat *st, char **why);

#endif
