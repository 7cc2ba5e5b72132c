// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whose name goes on record.
 */

#include "util/caller.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/printable.h"

#include <pwd.h>
#include <unistd.h>

/* The user who logged in, whatever sudo and su did since (the kernel keeps it: loginuid). */
char *caller_name(void)
{
	_cleanup_free_ char *content = NULL;
	unsigned long uid = getuid();
	struct passwd *entry;

	if (file_read_virtual("/proc/self/loginuid", 32, &content, NULL) == 0 &&
		strtoul(content, NULL, 10) < 4294967295UL)
		uid = strtoul(content, NULL, 10);
	entry = getpwuid((uid_t)uid);
	/* It goes into JSON, which takes no other text. */
	return entry ? printable(entry->pw_name, 256) : strdup_printf("uid %lu", uid);
}
