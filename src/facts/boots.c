// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The package's postinst says whether it was installed on a running system. Where no postinst runs
 * (an image-based system got a new image with cordon in it, or a rescue system installed it into a
 * tree) the journal and the login records tell of boots before.
 *
 * A boot of cordon's own must never look like one from before it: the machine would open by itself.
 * Whether its record reached the disk or not, such a boot does not count, because
 *   - of the journal's boots only those count that came up as a whole ("startup finished", which
 *     comes long after the seal) without a word of cordon-seal.service;
 *   - of the login records only those from before cordon's folder came onto the disk, which stays
 *     over upgrades of the package; and cordon-seal.service is ordered before boots are recorded.
 *
 * A login tells of a boot, too: Debian 13 records no boots in wtmp.
 */

#include "facts/boots.h"

#include "facts/records.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/strv.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <systemd/sd-journal.h>

#define JOURNALS  "/var/log/journal"
#define FOLDER	  "/usr/lib/cordon"
#define BOOTS_MAX 256
#define STARTUP_FINISHED                                                                           \
	"MESSAGE_ID=b07a249cd024414a82dd00cd181378ff" /* SD_MESSAGE_STARTUP_FINISHED */

DEFINE_CLEANUP(journal, sd_journal *, sd_journal_close)

/* Is there an entry of this boot that matches? Both as "FIELD=value". */
static bool has_entry(sd_journal *journal, const char *boot, const char *match)
{
	sd_journal_flush_matches(journal);
	return sd_journal_add_match(journal, boot, 0) >= 0 &&
	       sd_journal_add_match(journal, match, 0) >= 0 && sd_journal_seek_head(journal) >= 0 &&
	       sd_journal_next(journal) > 0;
}

/* What PID 1 says of a unit is under UNIT=, what the unit itself says under _SYSTEMD_UNIT=. */
static bool was_without_cordon(sd_journal *journal, const char *boot)
{
	return has_entry(journal, boot, STARTUP_FINISHED) &&
	       !has_entry(journal, boot, "UNIT=cordon-seal.service") &&
	       !has_entry(journal, boot, "_SYSTEMD_UNIT=cordon-seal.service") &&
	       !has_entry(journal, boot, "SYSLOG_IDENTIFIER=cordon");
}

static int list_boots(sd_journal *journal, struct strv *boots)
{
	const void *data;
	size_t size;
	int r = sd_journal_query_unique(journal, "_BOOT_ID");

	if (r < 0)
		return 0;
	SD_JOURNAL_FOREACH_UNIQUE(journal, data, size)
	if (boots->count < BOOTS_MAX && strv_addf(boots, "%.*s", (int)size, (const char *)data) < 0)
		return -ENOMEM;
	return 0;
}

static int find_in_journal(
	const char *root, const char *machine_id, const char *boot_id, struct sourced_list *earlier)
{
	_cleanup_free_ char *path = strdup_printf(JOURNALS "/%s", machine_id);
	_cleanup_(strv_clear) struct strv boots = {0};
	_cleanup_(cleanup_journal) sd_journal *journal = NULL;
	_cleanup_close_ int folder = -1;
	int r;

	if (!path)
		return -ENOMEM;
	folder = file_open_in(root, path, O_RDONLY | O_DIRECTORY);
	if (folder < 0 || sd_journal_open_directory_fd(&journal, folder, 0) < 0)
		return 0;
	r = list_boots(journal, &boots);
	for (size_t i = 0; r == 0 && i < boots.count; i++) {
		const char *id = strchr(boots.items[i], '=');

		if (!id || strcmp(id + 1, boot_id) == 0 ||
			!was_without_cordon(journal, boots.items[i]))
			continue;
		return sourced_add(earlier, path, "its journal has an earlier boot without cordon");
	}
	return r;
}

static bool stat_in(const char *root, const char *path, struct stat *st)
{
	_cleanup_close_ int fd = file_open_in(root, path, O_PATH);

	return fd >= 0 && fstat(fd, st) == 0;
}

/* When it was made; 0: there is none, or its file system does not tell, so that no boot counts. */
static time_t birth_of(const char *root, const char *path)
{
	_cleanup_close_ int fd = file_open_in(root, path, O_PATH);
	struct statx st;

	if (fd < 0 || statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &st) < 0 ||
		!(st.stx_mask & STATX_BTIME))
		return 0;
	return st.stx_btime.tv_sec;
}

static int note_use(void *context, const char *source, const char *user)
{
	(void)user;
	if (sourced_add(context, source,
		    "its login records have a boot or login from before cordon was installed") < 0)
		return -ENOMEM;
	return 1;
}

static int find_in_records(const char *root, struct sourced_list *earlier)
{
	struct records_query query = {
		.kind = RECORDS_USE,
		.end = birth_of(root, FOLDER),
		.found = note_use,
		.context = earlier,
	};
	struct stat machine;
	int r;

	if (!stat_in(root, "/etc/machine-id", &machine))
		return 0;
	query.first = machine.st_mtime;
	r = records_find(root, &query, NULL);
	return r < 0 ? r : 0;
}

int boots_find_earlier(
	const char *root, const char *machine_id, const char *boot_id, struct sourced_list *earlier)
{
	int r;

	if (!machine_id[0])
		return 0;
	r = find_in_journal(root, machine_id, boot_id, earlier);
	return r < 0 ? r : find_in_records(root, earlier);
}

int boots_find_stateless(const char *root, struct sourced_list *notes)
{
	_cleanup_close_ int fd = file_open_in(root, "/", O_RDONLY | O_DIRECTORY);
	struct statfs fs;

	if (root[0] || fd < 0 || fstatfs(fd, &fs) < 0)
		return 0;
	if (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)
		return sourced_add(notes, "/",
			"the root file system is in memory, so every boot is a first one");
	if (fs.f_type == OVERLAYFS_SUPER_MAGIC)
		return sourced_add(notes, "/",
			"the root file system is an overlay; where it forgets, every boot is a "
			"first one");
	return 0;
}
