// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The identity of an installation is its machine-id, that of a boot the kernel's boot id.
 *
 * State that came with an image belongs to the image's machine-id; on a clone it must not count.
 * ConditionFirstBoot= is of no use for that: it does not fire when /etc/machine-id exists and is
 * empty, as many images ship it.
 */

#include "facts/identity.h"

#include "util/cleanup.h"
#include "util/file.h"

#include <ctype.h>
#include <string.h>

/* Copies exactly 32 hexadecimal digits, skipping dashes; anything else gives "". */
static void read_id(const char *content, char id[static ID_SIZE])
{
	size_t length = 0;

	for (; *content && *content != '\n'; content++) {
		if (*content == '-')
			continue;
		if (!isxdigit((unsigned char)*content) || length == ID_SIZE - 1) {
			length = 0;
			break;
		}
		id[length++] = (char)tolower((unsigned char)*content);
	}
	id[length == ID_SIZE - 1 ? length : 0] = '\0';
	/* The null id is nobody's, machine-id(5). */
	if (strspn(id, "0") == length)
		id[0] = '\0';
}

void install_read_machine_id(const char *root, char id[static ID_SIZE])
{
	_cleanup_free_ char *content = NULL;

	id[0] = '\0';
	if (file_read_in(root, "/etc/machine-id", 4096, &content, NULL) == 0)
		read_id(content, id);
}

void install_read_boot_id(char id[static ID_SIZE])
{
	_cleanup_free_ char *content = NULL;

	id[0] = '\0';
	if (file_read_virtual("/proc/sys/kernel/random/boot_id", 64, &content, NULL) == 0)
		read_id(content, id);
}
