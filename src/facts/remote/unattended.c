// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an unattended installation leaves behind.
 *
 * Installers keep what they were told, and that is all that can be known afterwards. A trace opens
 * ports, so one that cannot be believed is none.
 */

#include "facts/remote/unattended.h"

#include "facts/remote/sshd.h"
#include "facts/remote/xrdp.h"
#include "facts/systemd/units.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define QUESTIONS	   "/var/log/installer/cdebconf/questions.dat"
#define QUESTIONS_SIZE_MAX (8U << 20)
#define TRACE_SIZE_MAX	   (8U << 20)

static bool is_trusted(const char *root, const char *path)
{
	_cleanup_free_ char *content = NULL;

	return file_read_trusted_in(root, path, TRACE_SIZE_MAX, &content, NULL, NULL) == 0;
}

/* Files that only an unattended installation keeps. anaconda-ks.cfg is written for others, too. */
static int find_files(const char *root, struct sourced_list *traces)
{
	static const struct {
		const char *path, *what;
	} files[] = {
		{"/root/original-ks.cfg", N_("installed by Kickstart")},
		{"/var/log/installer/autoinstall-user-data",
			N_("installed by Ubuntu's autoinstall")},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ELEMENTS(files); i++)
		if (is_trusted(root, files[i].path))
			r = sourced_add(traces, files[i].path, "%s", _(files[i].what));
	return r;
}

/*
 * cloud-init's own generator says in /run whether there is something for it to do. It runs side by
 * side with cordon's; before it has spoken, a cloud-init that is installed and not switched off
 * counts: that is what cloud images are.
 */
static int find_cloud_init(struct unit_lookup *lookup, struct sourced_list *traces)
{
	static const char *const units[] = {
		"cloud-init-local.service", "cloud-init-main.service", "cloud-init.service"};
	static const char enabled[] = "/run/cloud-init/enabled";
	const char *root = lookup->root;

	if (file_exists_in(root, "/etc/cloud/cloud-init.disabled"))
		return 0;
	if (file_exists_in(root, enabled))
		return sourced_add(traces, enabled, "cloud-init is enabled");
	if (file_exists_in(root, "/run/cloud-init/disabled"))
		return 0;
	for (size_t i = 0; i < ELEMENTS(units); i++) {
		_cleanup_free_ char *source = NULL;
		int state = unit_lookup_state(lookup, units[i], &source);

		if (state < 0)
			return state;
		if (state == UNIT_ENABLED)
			return sourced_add(traces, source, "cloud-init is enabled");
	}
	return 0;
}

/* Is this answer one that only a preseeded installation has? */
static bool is_preseed(const char *name, const char *value)
{
	if (strcmp(name, "auto-install/enable") == 0)
		return strcmp(value, "true") == 0;
	return *value && (strcmp(name, "preseed/file") == 0 || strcmp(name, "preseed/url") == 0);
}

/* "Name: preseed/url", and somewhere below it "Value: http://..." */
int remote_find_answers(char *content, struct sourced_list *traces)
{
	const char *name = "";
	char *rest = content, *line;

	for (unsigned long number = 1; (line = strsep(&rest, "\n")) != NULL; number++) {
		_cleanup_free_ char *source = NULL;

		if (strncmp(line, "Name: ", 6) == 0)
			name = line + 6;
		if (strncmp(line, "Value: ", 7) != 0 || !is_preseed(name, line + 7))
			continue;
		source = strdup_printf(QUESTIONS ":%lu", number);
		return source ? sourced_add(traces, source, "installed by a preseed file")
			      : -ENOMEM;
	}
	return 0;
}

static int find_preseed(const char *root, struct sourced_list *traces)
{
	_cleanup_free_ char *content = NULL, *why = NULL;
	int r = file_read_text_in(root, QUESTIONS, QUESTIONS_SIZE_MAX, &content, &why);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	return remote_find_answers(content, traces);
}

int remote_find_unattended(struct unit_lookup *lookup, struct sourced_list *traces)
{
	int r = find_files(lookup->root, traces);

	if (r == 0)
		r = find_cloud_init(lookup, traces);
	return r < 0 ? r : find_preseed(lookup->root, traces);
}

int remote_find_ports(
	struct unit_lookup *lookup, struct exception_list *ports, struct strv *problems)
{
	int r = sshd_find_ports(lookup, ports, problems);

	return r < 0 ? r : xrdp_find_ports(lookup, ports, problems);
}
