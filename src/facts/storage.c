// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sealing must never hang a network root.
 *
 * A machine whose root lies on iSCSI, NFS or NVMe/TCP has its connections from the initramfs. They
 * go on because the seal lets outbound TCP without SYN pass; but a connection that breaks has to be
 * made anew. So the servers that the machine already lives on are exceptions by themselves.
 */

#include "facts/storage.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define PORT_ISCSI 3260
#define PORT_NVME  4420

/* Names the storage; @port 0 opens every port of that address, for NFS needs several. A prefix or a
 * range is no server. */
static int add_server(struct exception_list *storage, const char *address, unsigned int port,
	const char *reason, const char *source)
{
	_cleanup_free_ char *peer = NULL;
	struct exception exception = {
		.protocol = port ? IPPROTO_TCP : 0,
		.first = (uint16_t)port,
		.last = (uint16_t)port,
		.reason = (char *)reason,
		.source = (char *)source,
	};

	if (port > 65535 || strpbrk(address, "/-") ||
		exception_parse_peer(address, &peer, NULL) < 0)
		return 0;
	exception.peer = peer;
	return exception_add(storage, &exception);
}

/* A port as sysfs and the command line write it; the usual one when it is none. */
static unsigned int read_port(const char *value, unsigned int usual)
{
	char *end;
	unsigned long port = value ? strtoul(value, &end, 10) : 0;

	return port > 0 && port <= 65535 ? (unsigned int)port : usual;
}

static bool is_network_file_system(const char *type)
{
	static const char *const types[] = {"nfs", "nfs4", "cifs", "smb3"};

	for (size_t i = 0; i < ELEMENTS(types); i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}

static int add_mount(char *line, struct exception_list *storage)
{
	char *fields[4], *option;

	for (size_t i = 0; i < ELEMENTS(fields); i++)
		fields[i] = strsep(&line, " ");
	if (!fields[3] || !is_network_file_system(fields[2]))
		return 0;
	while ((option = strsep(&fields[3], ",")) != NULL)
		if (strncmp(option, "addr=", 5) == 0)
			return add_server(
				storage, option + 5, 0, _("storage in use"), "/proc/mounts");
	return 0;
}

int storage_from_mounts(const char *mounts, struct exception_list *storage)
{
	_cleanup_free_ char *copy = strdup(mounts);
	char *rest = copy, *line;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (line = strsep(&rest, "\n")) != NULL)
		r = add_mount(line, storage);
	return r;
}

/* The address before the first ':' that is not inside the brackets of an IPv6 literal. */
static char *leading_address(const char *value)
{
	const char *end;

	if (*value == '[') {
		end = strchr(value, ']');
		return end ? strndup(value + 1, (size_t)(end - value - 1)) : strdup("");
	}
	end = strchr(value, ':');
	return end ? strndup(value, (size_t)(end - value)) : strdup("");
}

/* The port of "address:protocol:port:lun:target". */
static unsigned int iscsi_port(const char *value)
{
	const char *place = *value == '[' ? strchr(value, ']') : value;

	for (int colons = 0; place && colons < 2; colons++) {
		place = strchr(place, ':');
		place = place ? place + 1 : NULL;
	}
	return read_port(place, PORT_ISCSI);
}

static int add_root(const char *value, struct exception_list *storage)
{
	_cleanup_free_ char *address = NULL;
	const char *at;
	unsigned int port = 0;

	if (strncmp(value, "iscsi:", 6) == 0) {
		/* iscsi:[user:password@]address:protocol:port:lun:target */
		at = strrchr(value, '@');
		value = at ? at + 1 : value + 6;
		port = iscsi_port(value);
	} else if (strncmp(value, "nfs:", 4) == 0 || strncmp(value, "nfs4:", 5) == 0) {
		value = strchr(value, ':') + 1;
	}
	address = leading_address(value);
	if (!address)
		return -ENOMEM;
	return add_server(storage, address, port, _("root storage"), N_("kernel command line"));
}

int storage_from_cmdline(const char *cmdline, struct exception_list *storage)
{
	static const char *const options[] = {"root=", "netroot=", "nfsroot="};
	_cleanup_free_ char *copy = strdup(cmdline);
	char *rest = copy, *word;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (word = strsep(&rest, " \t\n")) != NULL)
		for (size_t i = 0; r == 0 && i < ELEMENTS(options); i++)
			if (strncmp(word, options[i], strlen(options[i])) == 0)
				r = add_root(word + strlen(options[i]), storage);
	return r;
}

/* An attribute is one line. */
static char *first_line(char *value)
{
	if (value)
		value[strcspn(value, "\n")] = '\0';
	return value;
}

int storage_from_iscsi(
	char *address, const char *port, const char *source, struct exception_list *storage)
{
	if (!first_line(address))
		return 0;
	return add_server(
		storage, address, read_port(port, PORT_ISCSI), _("iSCSI session"), source);
}

/* "traddr=192.0.2.9,trsvcid=4420,..." of a controller whose transport is tcp. */
int storage_from_nvme(
	char *transport, char *address, const char *source, struct exception_list *storage)
{
	char *rest = first_line(address), *field, *peer = NULL;
	unsigned int port = PORT_NVME;

	if (!first_line(transport) || !address || strcmp(transport, "tcp") != 0)
		return 0;
	while ((field = strsep(&rest, ",")) != NULL) {
		if (strncmp(field, "traddr=", 7) == 0)
			peer = field + 7;
		else if (strncmp(field, "trsvcid=", 8) == 0)
			port = read_port(field + 8, PORT_NVME);
	}
	return peer ? add_server(storage, peer, port, _("NVMe/TCP controller"), source) : 0;
}

/* NULL when there is none. */
static char *read_attribute(const char *folder, const char *entry, const char *attribute)
{
	_cleanup_free_ char *path = strdup_printf("%s/%s/%s", folder, entry, attribute);
	char *value = NULL;

	return path && file_read_virtual(path, 512, &value, NULL) == 0 ? value : NULL;
}

static int add_iscsi(const char *folder, const char *entry, struct exception_list *storage)
{
	_cleanup_free_ char *address = read_attribute(folder, entry, "persistent_address");
	_cleanup_free_ char *port = read_attribute(folder, entry, "persistent_port");

	return storage_from_iscsi(address, port, folder, storage);
}

static int add_nvme(const char *folder, const char *entry, struct exception_list *storage)
{
	_cleanup_free_ char *transport = read_attribute(folder, entry, "transport");
	_cleanup_free_ char *address = read_attribute(folder, entry, "address");

	return storage_from_nvme(transport, address, folder, storage);
}

static int for_each_entry(const char *sys, const char *class,
	int (*add)(const char *folder, const char *entry, struct exception_list *storage),
	struct exception_list *storage)
{
	_cleanup_free_ char *folder = strdup_printf("%s/class/%s", sys, class);
	_cleanup_closedir_ DIR *dir = folder ? opendir(folder) : NULL;
	struct dirent *entry;
	int r = 0;

	while (r == 0 && dir && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			r = add(folder, entry->d_name, storage);
	return r;
}

int storage_from_sessions(const char *sys, struct exception_list *storage)
{
	int r = for_each_entry(sys, "iscsi_connection", add_iscsi, storage);

	return r < 0 ? r : for_each_entry(sys, "nvme", add_nvme, storage);
}
