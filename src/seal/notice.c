// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two files in /run, which others show: agetty(8) the issue, pam_motd(8) the message of the day. So
 * they are gone at the next boot, whatever happens. Where there is an /etc/issue, agetty looks no
 * further than /etc/issue.d, so the package has a link there that leads nowhere on other servers.
 *
 * A getty that waits for somebody shows what it read when it began, possibly weeks ago. All of them
 * watch one file, which `agetty --reload` touches, and print anew what has changed.
 */

#include "seal/notice.h"

#include "util/cleanup.h"
#include "util/file.h"
#include "util/paths.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define ISSUE	      RUN_DIRECTORY "/issue"
#define MOTD	      "/run/motd.d/cordon"
#define AGETTY_RELOAD "/run/agetty.reload"

#define FIRST_LINE "This server is cordoned off until its security updates are in.\n"

static const struct {
	const char *path, *text;
} notices[] = {
	/* agetty takes a backslash for the beginning of something else. */
	{ISSUE, FIRST_LINE "Log in as an administrator to update and open it.\n\n"},
	{MOTD, FIRST_LINE "To update and open it, run: sudo cordon assistant\n"},
};

static void reload_gettys(void)
{
	utimensat(AT_FDCWD, AGETTY_RELOAD, NULL, 0);
}

void notice_post(void)
{
	/* The seal is renewed ever so often, and gettys that wait are not to be disturbed. */
	if (file_exists(ISSUE) && file_exists(MOTD))
		return;
	for (size_t i = 0; i < ELEMENTS(notices); i++)
		if (file_touch(notices[i].path) == 0)
			file_write_atomic(
				notices[i].path, notices[i].text, strlen(notices[i].text), 0644);
	reload_gettys();
}

void notice_withdraw(void)
{
	for (size_t i = 0; i < ELEMENTS(notices); i++)
		unlink(notices[i].path);
	reload_gettys();
}
