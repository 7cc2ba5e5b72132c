/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_STREAM_H
#define CORDON_UTIL_STREAM_H

/*
 * Text that is written piece by piece, and that its reader gets as a whole or not at all.
 *
 * This takes the place of open_memstream(3). When memory runs short, glibc's drops what was written
 * at that moment and keeps what comes before and after it; ferror(3) and fclose(3) report no error.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct stream {
	FILE *out;   /* to write to, from stream_open() to stream_close(); ftell(3) works */
	size_t size; /* of the text, set by stream_close() */
	char *text;  /* from here on private */
	size_t room;
	bool failed;
};

/**
 * stream_open() - Begin a text.
 * @stream: what it held before is overwritten, not released.
 *
 * Return: @stream->out; NULL when memory is short, and then there is nothing to close.
 */
FILE *stream_open(struct stream *stream);

/**
 * stream_close() - End a text.
 * @stream: from stream_open(); released in any case. @stream->size becomes the length of the text,
 *          which may contain NUL.
 *
 * Return: the text with a NUL behind it, malloc'ed, owned by the caller; NULL when any part of it
 * was lost because memory was short.
 */
char *stream_close(struct stream *stream);

#endif
