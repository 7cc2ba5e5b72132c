// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who listens for SSH: sshd by itself, or systemd for it.
 *
 * With ssh.socket enabled systemd listens, where ListenStream= says. Ubuntu's sshd-socket-generator
 * puts what sshd_config says in the place of the packaged ListenStream=, by a drop-in; generators
 * run side by side, so that drop-in may be missing when cordon reads the unit. Therefore the
 * unit's own values stand for sshd_config where that generator is installed and has something to
 * say; those of drop-ins count as they are.
 *
 * Debian says ssh, Red Hat sshd; the one may be an alias of the other, so only the first that is
 * enabled is looked at.
 */

#include "facts/remote/sshd.h"

#include "facts/remote/listen.h"
#include "facts/systemd/service.h"
#include "facts/systemd/units.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#define SSH_FOLDER	 "/etc/ssh/"
#define VENDOR_CONFIG	 "/usr/etc/ssh/sshd_config" /* openSUSE's, without one in /etc */
#define SOCKET_GENERATOR "/usr/lib/systemd/system-generators/sshd-socket-generator"
#define CONFIG_SIZE_MAX	 (1U << 20)

static int read_config(struct sshd *sshd, const char *path, unsigned int depth)
{
	_cleanup_free_ char *content = NULL, *why = NULL;
	int r = file_read_text_in(sshd->root, path, CONFIG_SIZE_MAX, &content, &why);

	if (r == -ENOMEM || r == -ENOENT)
		return r;
	if (r < 0)
		return sshd_fail(sshd, "%s", why ? why : path);
	return sshd_parse(sshd, path, content, depth);
}

/* A pattern in the last part of a path, as in sshd_config.d. */
static int read_matches(
	struct sshd *sshd, const char *folder, const char *pattern, unsigned int depth)
{
	_cleanup_(strv_clear) struct strv names = {0};
	int r = file_list_in(sshd->root, folder, &names);

	if (r == -ENOENT)
		return 0;
	if (r < 0 && r != -ENOMEM)
		return sshd_fail(sshd, "%s: %s", folder, strerror(-r));
	for (size_t i = 0; r == 0 && !sshd->unknown && i < names.count; i++) {
		_cleanup_free_ char *path = strdup_printf("%s/%s", folder, names.items[i]);

		if (!path)
			return -ENOMEM;
		if (fnmatch(pattern, names.items[i], FNM_PERIOD) == 0)
			r = read_config(sshd, path, depth);
		r = r == -ENOENT ? 0 : r;
	}
	return r;
}

static int include(struct sshd *sshd, const char *pattern, const char *source, unsigned int depth)
{
	_cleanup_free_ char *path =
		strdup_printf("%s%s", *pattern == '/' ? "" : SSH_FOLDER, pattern);
	char *name;
	int r;

	if (!path)
		return -ENOMEM;
	if (!strpbrk(path, "*?[")) {
		r = read_config(sshd, path, depth);
		return r == -ENOENT ? 0 : r;
	}
	name = strrchr(path, '/');
	*name++ = '\0';
	if (strpbrk(path, "*?["))
		return sshd_fail(sshd,
			"%s: Include %s: cordon knows patterns only in the last "
			"part of a path",
			source, pattern);
	return read_matches(sshd, path, name, depth);
}

static int read_main_config(struct sshd *sshd)
{
	int r = read_config(sshd, SSHD_CONFIG, 0);

	if (r == -ENOENT)
		r = read_config(sshd, VENDOR_CONFIG, 0);
	return r == -ENOENT ? sshd_fail(sshd, "%s: missing", SSHD_CONFIG) : r;
}

static int read_service_options(struct unit_lookup *lookup, struct sshd *sshd, const char *unit)
{
	_cleanup_(strv_clear) struct strv words = {0};
	_cleanup_free_ char *why = NULL;
	int r = service_command_line(lookup, unit, "sshd", &words, &why);

	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return sshd_fail(sshd, "%s", why ? why : unit);
	return sshd_parse_options(sshd, &words, unit);
}

static int find_service_ports(struct unit_lookup *lookup, const char *unit,
	struct exception_list *ports, struct strv *problems)
{
	_cleanup_(sshd_clear) struct sshd sshd = {
		.root = lookup->root, .problems = problems, .include = include};
	int r = read_service_options(lookup, &sshd, unit);

	if (r == 0 && !sshd.unknown)
		r = read_main_config(&sshd);
	return r < 0 ? r : sshd_add_ports(&sshd, ports);
}

/* "22", "[::]:22", "192.0.2.1:22"; sockets that are no TCP ports, such as "/run/ssh", are none. */
static int add_stream(
	const char *stream, const char *source, struct exception_list *ports, struct strv *problems)
{
	_cleanup_(listen_clear) struct listen listen = {0};
	_cleanup_free_ char *why = NULL;
	const char *port = stream;
	int r = 0;

	if (*stream == '/' || *stream == '@' || strncmp(stream, "vsock:", 6) == 0)
		return 0;
	if (strchr(stream, ':')) {
		r = listen_parse(stream, &listen);
		port = listen.port ? listen.port : "";
	}
	if (r == 0 && listen.address && listen_is_loopback(listen.address))
		return 0;
	if (r == 0)
		r = listen_add_port(port, "sshd", source, ports, &why);
	return r == -EINVAL ? strv_addf(problems,
				      "%s: ListenStream=%s is not understood; it stays closed",
				      source, stream)
			    : r;
}

/* Without that the generator leaves the socket as it is. */
static bool says_where(const struct sshd *sshd)
{
	return sshd->has_port || sshd->has_address || sshd->unknown;
}

static int find_socket_ports(struct unit_lookup *lookup, const char *unit,
	struct exception_list *ports, struct strv *problems)
{
	_cleanup_(strv_clear) struct strv streams = {0}, sources = {0};
	_cleanup_(sshd_clear) struct sshd sshd = {
		.root = lookup->root, .problems = problems, .include = include};
	bool replaced = false;
	int r = unit_read_setting(lookup, unit, "Socket", "ListenStream", &streams, &sources);

	if (r == 0 && file_exists_in(lookup->root, SOCKET_GENERATOR))
		r = read_main_config(&sshd);
	for (size_t i = 0; r == 0 && i < streams.count; i++)
		if (says_where(&sshd) && !strstr(sources.items[i], ".d/"))
			replaced = true;
		else
			r = add_stream(streams.items[i], sources.items[i], ports, problems);
	return r == 0 && replaced ? sshd_add_ports(&sshd, ports) : r;
}

int sshd_find_ports(struct unit_lookup *lookup, struct exception_list *ports, struct strv *problems)
{
	static const char *const sockets[] = {"ssh.socket", "sshd.socket", NULL};
	static const char *const services[] = {"ssh.service", "sshd.service", NULL};
	const char *unit;
	int r = service_find_enabled(lookup, sockets, &unit);

	if (r != 0)
		return r < 0 ? r : find_socket_ports(lookup, unit, ports, problems);
	r = service_find_enabled(lookup, services, &unit);
	return r <= 0 ? r : find_service_ports(lookup, unit, ports, problems);
}
