// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which system this is about, as it calls itself.
 */

#include "report/parts.h"

#include "util/cleanup.h"
#include "util/file.h"
#include "util/os-release.h"
#include "util/printable.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#define HOSTNAME_MAX   (64U << 10)
#define NAME_MAX_SHOWN 200

static int set(char **text, const char *value)
{
	char *copy = printable(value, NAME_MAX_SHOWN);

	if (!copy)
		return -ENOMEM;
	free(*text);
	*text = copy;
	if (!*copy) {
		free(copy);
		*text = NULL;
	}
	return 0;
}

int report_parse_release(const char *content, struct report_machine *machine)
{
	const struct {
		const char *field;
		char **text;
	} fields[] = {
		{"PRETTY_NAME", &machine->name},
		{"ID", &machine->id},
		{"VERSION_ID", &machine->version_id},
		{"VARIANT_ID", &machine->variant_id},
		{"BUILD_ID", &machine->build_id},
		{"IMAGE_ID", &machine->image_id},
		{"IMAGE_VERSION", &machine->image_version},
	};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < ELEMENTS(fields); i++) {
		_cleanup_free_ char *value = NULL;

		r = os_release_get(content, fields[i].field, &value);
		if (r == 1)
			r = set(fields[i].text, value);
	}
	return r < 0 ? r : 0;
}

/* What is missing is not known. */
static int read_release(const char *root, struct report_machine *machine)
{
	_cleanup_free_ char *content = NULL;
	int r = os_release_read(root, &content);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	return report_parse_release(content, machine);
}

static int read_hostname(const char *root, struct report_machine *machine)
{
	_cleanup_free_ char *content = NULL;

	if (file_read_in(root, "/etc/hostname", HOSTNAME_MAX, &content, NULL) < 0)
		return 0;
	content[strcspn(content, "\n")] = '\0';
	return set(&machine->hostname, content);
}

int report_read_machine(const char *root, struct report_machine *machine)
{
	struct utsname name;
	int r = read_release(root, machine);

	if (r < 0)
		return r;
	if (root[0])
		return read_hostname(root, machine);
	if (uname(&name) < 0)
		return 0;
	r = set(&machine->hostname, name.nodename);
	return r < 0 ? r : set(&machine->architecture, name.machine);
}
