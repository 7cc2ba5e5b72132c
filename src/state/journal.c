// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The journal's side of the audit trail: one MESSAGE_ID an event, and its details as fields.
 *
 * sd_journal_sendv(3) would wait for ever for a journald that has stopped reading, and with it
 * whatever seals or opens this server. Its protocol is documented, stable, and little more than the
 * fields themselves: one datagram, for which journald is given LIMIT_JOURNAL seconds.
 */

#include "state/journal.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/json.h"
#include "util/limits.h"
#include "util/stream.h"

#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#define FIELD_NAME_MAX 64   /* as journald has it */
#define MESSAGE_MAX    2048 /* what is longer is in its field only */

/* A value with a newline in it needs its length in front. It is always given: there is one way. */
static void put(FILE *out, const char *name, const char *value, size_t length)
{
	const uint64_t size = htole64(length);

	fprintf(out, "%s\n", name);
	fwrite(&size, sizeof(size), 1, out);
	fwrite(value, 1, length, out);
	fputc('\n', out);
}

static void put_text(FILE *out, const char *name, const char *value)
{
	put(out, name, value, strlen(value));
}

static void name_field(char name[FIELD_NAME_MAX + 1], const char *key)
{
	snprintf(name, FIELD_NAME_MAX + 1, "CORDON_%s", key);
	for (char *c = name; *c; c++)
		*c = isalnum((unsigned char)*c) ? (char)toupper((unsigned char)*c) : '_';
}

/* "this server was finished: root". Control characters are for the fields alone. */
static void put_message(FILE *out, const struct history_event *event, const json_t *entry)
{
	const char *shown =
		event->shown ? json_string_value(json_object_get(entry, event->shown)) : NULL;
	_cleanup_free_ char *message = shown && strlen(shown) <= MESSAGE_MAX
					       ? strdup_printf("%s: %s", event->sentence, shown)
					       : strdup(event->sentence);

	for (char *c = message; c && *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = ' ';
	put_text(out, "MESSAGE", message ? message : event->sentence);
}

/* Return: false when it is too long, or memory is short. */
static bool put_detail(FILE *out, const char *key, json_t *value)
{
	_cleanup_free_ char *content = json_is_string(value)
					       ? strdup(json_string_value(value))
					       : json_write(value, JSON_ENCODE_ANY | JSON_COMPACT);
	const size_t length = content ? strlen(content) : 0;
	char name[FIELD_NAME_MAX + 1];

	if (!content || length > JOURNAL_VALUE_MAX ||
		(size_t)ftell(out) + length > JOURNAL_TOTAL_MAX - 4096)
		return false;
	name_field(name, key);
	put(out, name, content, length);
	return true;
}

static void put_details(FILE *out, json_t *entry)
{
	char left_out[1024] = "";
	const char *key;
	json_t *value;

	json_object_foreach(entry, key, value)
	{
		const size_t used = strlen(left_out);

		if (strcmp(key, "time") == 0 || put_detail(out, key, value))
			continue;
		snprintf(left_out + used, sizeof(left_out) - used, "%s%s", used ? " " : "", key);
	}
	if (left_out[0])
		put_text(out, "CORDON_LEFT_OUT", left_out);
}

char *journal_format(const struct history_event *event, json_t *entry, size_t *size)
{
	struct stream stream;
	FILE *out = stream_open(&stream);
	char *data;

	if (!out)
		return NULL;
	put_message(out, event, entry);
	put_text(out, "MESSAGE_ID", event->message_id);
	put(out, "PRIORITY", &"01234567"[event->priority], 1);
	put_text(out, "SYSLOG_IDENTIFIER", "cordon");
	put_details(out, entry);
	data = stream_close(&stream);
	if (data)
		*size = stream.size;
	return data;
}

int journal_send(const char *path, const char *data, size_t size)
{
	/* Once is enough to find out; the events of this process that follow are not told. */
	static bool hangs;
	const struct timeval patience = {.tv_sec = LIMIT_JOURNAL};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0)
		return -errno;
	if (sendto(fd, data, size, MSG_NOSIGNAL | (hangs ? MSG_DONTWAIT : 0),
		    (const struct sockaddr *)&address, sizeof(address)) < 0) {
		hangs = hangs || errno == EAGAIN;
		return -errno;
	}
	return 0;
}
