// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line of a service: what is understood runs the program that was asked for, and has no
 * variable left in it that a word stood for; what is not has a reason, and adds no words. Whatever
 * words come out, as options of sshd they either tell the ports or open nothing.
 *
 * Two texts with a NUL between them: the unit, and the file of its EnvironmentFile=.
 */

#include "facts/remote/sshd.h"
#include "facts/systemd/service.h"
#include "facts/systemd/units.h"
#include "scratch.h"
#include "util/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define ENVIRONMENT "/etc/default/ssh"
#define SIZE_LIMIT  512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The second text, for which the root stands. */
static int read_environment(
	const struct service *service, const char *path, char **content, char **why)
{
	(void)why;
	assert(*path == '/');
	if (strcmp(path, ENVIRONMENT) != 0)
		return -ENOENT;
	*content = strdup(service->root);
	return 0;
}

static void read_unit(const char *unit, const char *name, struct strv *values)
{
	assert(unit_parse_setting(
		       unit, strlen(unit), "ssh.service", "Service", name, values, NULL) == 0);
}

static int include(struct sshd *sshd, const char *pattern, const char *source, unsigned int depth)
{
	(void)sshd;
	assert(pattern && source && depth > 0);
	return 0;
}

static void check_options(const struct strv *words)
{
	_cleanup_(strv_clear) struct strv problems = {0};
	_cleanup_(exception_list_clear) struct exception_list ports = {0};
	_cleanup_(sshd_clear) struct sshd sshd = {.problems = &problems, .include = include};

	assert(sshd_parse_options(&sshd, words, "ssh.service") == 0);
	assert(sshd_add_ports(&sshd, &ports) == 0);
	assert(!sshd.unknown || (ports.count == 0 && problems.count > 0));
	for (size_t i = 0; i < ports.count; i++)
		assert(ports.items[i].protocol == IPPROTO_TCP && ports.items[i].first > 0);
}

static void check_program(const char *path)
{
	const char *slash = strrchr(path, '/');

	path += slash ? 0 : strspn(path, "-@:+!|");
	assert(strcmp(slash ? slash + 1 : path, "sshd") == 0);
}

static void test(char *const texts[static 2])
{
	_cleanup_(strv_clear) struct strv words = {0};
	_cleanup_(service_clear) struct service service = {
		.root = texts[1], .unit = "ssh.service", .read = read_environment};
	_cleanup_free_ char *why = NULL;
	int r;

	read_unit(texts[0], "ExecStart", &service.commands);
	read_unit(texts[0], "Environment", &service.environment);
	read_unit(texts[0], "EnvironmentFile", &service.files);
	r = service_expand(&service, "sshd", &words, &why);
	assert((r == 0 && words.count > 0) || (r < 0 && why && words.count == 0));
	if (r < 0)
		return;
	assert(strstr(texts[0], "ExecStart") && strstr(texts[0], "[Service"));
	check_program(words.items[0]);
	check_options(&words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *texts[2];

	/* Many words of the same cost time and find nothing. */
	if (size > SIZE_LIMIT)
		size = SIZE_LIMIT;
	scratch_cut(data, size, texts, ELEMENTS(texts));
	test(texts);
	scratch_free(texts, ELEMENTS(texts));
	return 0;
}
