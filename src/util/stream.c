// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stdio hands over what was written, and may forget that it could not: the struct remembers it.
 */

#include "util/stream.h"

#include "util/cleanup.h"

#include <string.h>

#define ROOM_FIRST 1024

/* Makes room for @more bytes and a NUL. */
static bool stream_grow(struct stream *stream, size_t more)
{
	size_t room = stream->room ? stream->room : ROOM_FIRST;
	char *larger;

	while (room - stream->size <= more)
		if (__builtin_mul_overflow(room, 2, &room))
			return false;
	if (room == stream->room)
		return true;
	larger = realloc(stream->text, room);
	if (!larger)
		return false;
	stream->text = larger;
	stream->room = room;
	return true;
}

static ssize_t stream_take(void *cookie, const char *data, size_t size)
{
	struct stream *stream = cookie;

	if (!stream->failed && !stream_grow(stream, size))
		stream->failed = true;
	if (stream->failed)
		return 0;
	memcpy(stream->text + stream->size, data, size);
	stream->size += size;
	return (ssize_t)size;
}

/* For ftell(3); the text only grows at its end. */
static int stream_tell(void *cookie, off64_t *offset, int whence)
{
	const struct stream *stream = cookie;

	if (whence == SEEK_SET || *offset != 0)
		return -1;
	*offset = (off64_t)stream->size;
	return 0;
}

FILE *stream_open(struct stream *stream)
{
	*stream = (struct stream){0};
	stream->out = fopencookie(
		stream, "w", (cookie_io_functions_t){.write = stream_take, .seek = stream_tell});
	return stream->out;
}

char *stream_close(struct stream *stream)
{
	_cleanup_free_ char *text = NULL;
	const bool closed = fclose(stream->out) == 0;

	stream->out = NULL;
	if (!stream_grow(stream, 0))
		stream->failed = true;
	text = TAKE_PTR(stream->text);
	if (!closed || stream->failed)
		return NULL;
	text[stream->size] = '\0';
	return TAKE_PTR(text);
}
