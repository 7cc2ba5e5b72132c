/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FUZZ_SCRATCH_H
#define CORDON_FUZZ_SCRATCH_H

/*
 * What the fuzz targets share: a root folder for those parsers that take a path, and texts cut out
 * of an input. The folder is in memory where it can be, made once, overwritten by every run, and
 * gone at the end; after a finding it is left. A helper that cannot do its work ends the program:
 * that is no finding.
 */

#include <stddef.h>
#include <stdint.h>

/** scratch_root() - The folder. cordon believes only root's files, so the process becomes root. */
const char *scratch_root(void);

/** scratch_path() - Its path with @path behind it; valid until 8 more were asked for. */
const char *scratch_path(const char *path);

/**
 * scratch_write() - Write a file, mode 0644, below the folder, in place of a link if there is one;
 * the folders above it are made.
 */
void scratch_write(const char *path, const void *data, size_t size);

/** scratch_link() - Make a symbolic link below the folder; those above it are made. */
void scratch_link(const char *path, const char *target);

/** scratch_remove() - Remove a file or link, if there is one. */
void scratch_remove(const char *path);

/**
 * scratch_cut() - The texts of an input, which has a NUL between any two.
 * @texts: filled with @count malloc'ed texts; the last has all the rest up to its first NUL, those
 * that are missing are "".
 */
void scratch_cut(const uint8_t *data, size_t size, char **texts, size_t count);

/** scratch_free() - Release what scratch_cut() filled. */
void scratch_free(char **texts, size_t count);

#endif
