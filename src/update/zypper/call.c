// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How zypper is called. With -n it answers its questions itself, and always so that nothing is
 * trusted that was not before. Its lock is the process's that it names; waiting for it is cordon's,
 * so that somebody is told.
 */

#include "update/zypper/zypper.h"

#include "util/cleanup.h"
#include "util/clock.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/printable.h"

#include <errno.h>
#include <string.h>

#define REASON_MAX 300

/* Packages grow in a folder AP_... of one of the last two, and are moved to the first. */
const char *const zypper_folders[] = {"/var/cache/zypp", "/var/adm/mount", "/var/tmp", NULL};

/* A short hold is not worth a word. */
static const char *const environment[] = {"ZYPP_LOCK_TIMEOUT=2", NULL};

/* Who only asks need not wait; that somebody is installing is rpm_unfinished()'s to say. */
static const char *const reading[] = {"ZYPP_READONLY_HACK=1", NULL};

/* gpg calls a signature of the future bad, and nothing more. */
static enum retry_reason zypper_retry_reason(const struct output *output)
{
	if (output->status == ZYPPER_LOCKED)
		return RETRY_LOCK;
	if (output->error && strstr(output->error, "Signature verification failed") &&
		clock_is_before(ZYPPER))
		return RETRY_CLOCK;
	return RETRY_NONE;
}

static char *line_at(const char *at)
{
	_cleanup_free_ char *line = strndup(at, strcspn(at, "\n"));

	if (line)
		zypper_unescape(line);
	return line ? printable(line, REASON_MAX) : NULL;
}

/* What comes behind @begin in the first line that has it. */
static char *find_line(const char *output, const char *begin)
{
	const char *at = output ? strstr(output, begin) : NULL;

	return at ? line_at(at + strlen(begin)) : NULL;
}

static char *find_key(const char *out)
{
	_cleanup_free_ char *print = find_line(out, "Key Fingerprint:");
	_cleanup_free_ char *name = find_line(out, "Key Name:");

	if (!out || !strstr(out, "signing key received") || !print || !name)
		return NULL;
	return strdup_printf(
		_("it is signed by a key that this machine does not trust: %s, %s; if it is the "
		  "right one, import it (rpm --import)"),
		name + strspn(name, " "), print + strspn(print, " "));
}

/* In the words of old and of new (1.14.89): only the question says that zypper refused it for that.
 */
static bool asks_about_unsigned(const char *out)
{
	return strstr(out, "' is unsigned, continue?") || strstr(out, "' is unsigned.\nContinue?");
}

char *zypper_reason_find(const char *out, const char *error)
{
	static const char *const marks[] = {"Error message: ", "\n - ", "Problem: ", "locked by "};
	char *reason = find_key(out);

	if (!reason && out && asks_about_unsigned(out))
		reason = strdup(_("its metadata are not signed"));
	for (size_t i = 0; !reason && i < ELEMENTS(marks); i++) {
		reason = find_line(error, marks[i]);
		if (!reason)
			reason = find_line(out, marks[i]);
	}
	if (!reason)
		reason = find_line(out, "<message type=\"error\">");
	return reason;
}

char *zypper_reason(const struct output *output)
{
	char *reason = zypper_reason_find(output->out, output->error);

	return reason ? reason : output_excerpt(output);
}

/* Of a download, not of metadata: those have but a time limit. */
static bool zypper_is_downloading(const char *line)
{
	return strncmp(line, "<download url=", strlen("<download url=")) == 0;
}

int zypper_call(const struct call *call, struct output *output, char **why)
{
	struct call whole = *call;

	whole.environment = call->environment ? call->environment : environment;
	whole.retry_reason = zypper_retry_reason;
	whole.reason = zypper_reason;
	whole.is_downloading = zypper_is_downloading;
	return call_run(&whole, output, why);
}

int zypper_query(const char *const *argv, struct output *output, char **why)
{
	const struct call call = {.argv = argv, .environment = reading, .limit = LIMIT_QUERY};
	_cleanup_(output_clear) struct output answer = {0};
	_cleanup_free_ char *reason = NULL;
	int r = zypper_call(&call, &answer, why);

	if (r < 0)
		return r;
	if (answer.status != 0 || !answer.out) {
		reason = zypper_reason(&answer);
		return fail(why, EIO,
			"zypper cannot tell which updates are pending (exit status %d): %s",
			answer.status, reason ? reason : "");
	}
	*output = answer;
	answer = (struct output){0};
	return 0;
}
