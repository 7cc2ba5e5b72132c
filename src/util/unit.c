// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A thin call to systemd's manager interface (org.freedesktop.systemd1).
 *
 * Jobs are asynchronous: StartUnit answers with the path of a job, and a JobRemoved signal tells
 * later how it ended. Whoever has to know subscribes before it asks, or the answer may come first.
 */

#include "util/unit.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/limits.h"
#include "util/when.h"

#include <errno.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#define PATH	  "/org/freedesktop/systemd1"
#define MANAGER	  "org.freedesktop.systemd1", PATH
#define INTERFACE "org.freedesktop.systemd1.Manager"

DEFINE_CLEANUP(bus, sd_bus *, sd_bus_flush_close_unref)
DEFINE_CLEANUP(message, sd_bus_message *, sd_bus_message_unref)

struct job {
	char *path;
	char *result;
};

static void job_clear(struct job *job)
{
	free(job->path);
	free(job->result);
}

static const char *method_of(enum unit_verb verb)
{
	static const char *const methods[] = {
		[UNIT_START] = "StartUnit",
		[UNIT_STOP] = "StopUnit",
		[UNIT_RELOAD_OR_START] = "ReloadOrRestartUnit",
		[UNIT_START_FOR_GOOD] = "StartUnit",
	};
	return methods[verb];
}

static int on_job_removed(sd_bus_message *message, void *data, sd_bus_error *error)
{
	struct job *job = data;
	const char *path, *unit, *result;
	uint32_t id;

	(void)error;
	if (sd_bus_message_read(message, "uoss", &id, &path, &unit, &result) < 0)
		return 0;
	if (job->path && strcmp(path, job->path) == 0 && !job->result)
		job->result = strdup(result);
	return 0;
}

/* Root may speak to PID 1 without a bus, as systemctl does: where no D-Bus daemon is installed, or
 * in a rescue shell. */
static int open_private(sd_bus **bus)
{
	_cleanup_(cleanup_bus) sd_bus *result = NULL;
	int r = sd_bus_new(&result);

	if (r >= 0)
		r = sd_bus_set_address(result, "unix:path=/run/systemd/private");
	if (r >= 0)
		r = sd_bus_start(result);
	if (r >= 0)
		*bus = TAKE_PTR(result);
	return r;
}

static int open_bus(sd_bus **bus, char **why)
{
	int r = open_private(bus);

	if (r < 0)
		r = sd_bus_open_system(bus);
	if (r >= 0)
		r = sd_bus_set_method_call_timeout(*bus, LIMIT_ANSWER * 1000000ULL);
	if (r < 0)
		return fail(why, -r, "systemd cannot be reached: %s", strerror(-r));
	return 0;
}

static int wait_for(sd_bus *bus, struct job *job)
{
	long long end = boottime_ms() + LIMIT_JOB * 1000LL;

	while (!job->result) {
		int r = sd_bus_process(bus, NULL);

		if (r < 0)
			return r;
		if (r > 0)
			continue;
		if (boottime_ms() >= end)
			return -ETIMEDOUT;
		r = sd_bus_wait(bus, 1000000);
		if (r < 0 && r != -EINTR)
			return r;
	}
	return 0;
}

static int check_result(const struct job *job, const char *unit, char **why)
{
	if (strcmp(job->result, "done") == 0 || strcmp(job->result, "skipped") == 0)
		return 0;
	return fail(why, ECANCELED, "%s: the job ended with \"%s\"; see journalctl -u %s", unit,
		job->result, unit);
}

/* Before a job is queued, or its end may come before anybody listens. */
static int subscribe(sd_bus *bus, struct job *job)
{
	int r = sd_bus_match_signal(
		bus, NULL, NULL, PATH, INTERFACE, "JobRemoved", on_job_removed, job);

	return r < 0 ? r : sd_bus_call_method(bus, MANAGER, INTERFACE, "Subscribe", NULL, NULL, "");
}

static int refused(const char *unit, int r, sd_bus_error *error, char **why)
{
	r = fail(why, -r, "%s: systemd refused: %s", unit,
		error->message ? error->message : strerror(-r));
	sd_bus_error_free(error);
	return r;
}

/* Waits for the job that the reply names. */
static int follow_job(
	sd_bus *bus, sd_bus_message *reply, struct job *job, const char *unit, char **why)
{
	const char *path;
	int r = sd_bus_message_read(reply, "o", &path);

	if (r < 0)
		return fail(why, -r, "%s: systemd answered what is not understood", unit);
	job->path = strdup(path);
	r = job->path ? wait_for(bus, job) : -ENOMEM;
	if (r < 0)
		return fail(why, -r, "%s: %s while waiting for its job", unit, strerror(-r));
	return check_result(job, unit, why);
}

int unit_call(enum unit_verb verb, const char *unit, bool wait, char **why)
{
	_cleanup_(cleanup_bus) sd_bus *bus = NULL;
	_cleanup_(cleanup_message) sd_bus_message *reply = NULL;
	_cleanup_(job_clear) struct job job = {0};
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = open_bus(&bus, why);
	if (r < 0)
		return r;
	r = wait ? subscribe(bus, &job) : 0;
	if (r >= 0)
		r = sd_bus_call_method(bus, MANAGER, INTERFACE, method_of(verb), &error, &reply,
			"ss", unit,
			verb == UNIT_START_FOR_GOOD ? "replace-irreversibly" : "replace");
	if (r < 0)
		return refused(unit, r, &error, why);
	return wait ? follow_job(bus, reply, &job, unit, why) : 0;
}

static bool is_in_slice(const char *slice)
{
	_cleanup_free_ char *content = NULL, *part = strdup_printf("/%s/", slice);

	return part && file_read_virtual("/proc/self/cgroup", 65536, &content, NULL) == 0 &&
	       strstr(content, part);
}

int unit_enter_slice(const char *slice, char **why)
{
	_cleanup_(cleanup_bus) sd_bus *bus = NULL;
	_cleanup_(cleanup_message) sd_bus_message *reply = NULL;
	_cleanup_(job_clear) struct job job = {0};
	_cleanup_free_ char *scope = strdup_printf("cordon-%d.scope", (int)getpid());
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	if (!scope)
		return -ENOMEM;
	if (is_in_slice(slice))
		return 0;
	r = open_bus(&bus, why);
	if (r < 0)
		return r;
	r = subscribe(bus, &job);
	if (r >= 0)
		r = sd_bus_call_method(bus, MANAGER, INTERFACE, "StartTransientUnit", &error,
			&reply, "ssa(sv)a(sa(sv))", scope, "fail", 2, "Slice", "s", slice, "PIDs",
			"au", 1, (uint32_t)getpid(), 0);
	if (r < 0)
		return refused(scope, r, &error, why);
	return follow_job(bus, reply, &job, scope, why);
}

static int read_active_state(sd_bus *bus, const char *path, char **state)
{
	return sd_bus_get_property_string(bus, "org.freedesktop.systemd1", path,
		"org.freedesktop.systemd1.Unit", "ActiveState", NULL, state);
}

int unit_active_state(const char *unit, char **state, char **why)
{
	_cleanup_(cleanup_bus) sd_bus *bus = NULL;
	_cleanup_(cleanup_message) sd_bus_message *reply = NULL;
	_cleanup_free_ char *path = NULL;
	int r;

	r = open_bus(&bus, why);
	if (r < 0)
		return r;
	r = sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit, &path);
	if (r >= 0)
		r = read_active_state(bus, path, state);
	if (r < 0)
		return fail(why, -r, "%s: its state cannot be read: %s", unit, strerror(-r));
	return 0;
}

/* A job of it that has not ended yet; a start waits for what it is ordered after. */
static int has_job(sd_bus *bus, const char *path)
{
	_cleanup_(cleanup_message) sd_bus_message *reply = NULL;
	uint32_t id = 0;
	int r = sd_bus_get_property(bus, "org.freedesktop.systemd1", path,
		"org.freedesktop.systemd1.Unit", "Job", NULL, &reply, "(uo)");

	if (r >= 0)
		r = sd_bus_message_read(reply, "(uo)", &id, NULL);
	return r < 0 ? r : id != 0;
}

int unit_is_busy(const char *unit)
{
	_cleanup_(cleanup_bus) sd_bus *bus = NULL;
	_cleanup_free_ char *path = NULL, *state = NULL;
	int r = open_bus(&bus, NULL);

	if (r >= 0)
		r = sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit, &path);
	/* In this order, or a job could end between the two, and neither be seen. */
	if (r >= 0)
		r = has_job(bus, path);
	if (r != 0)
		return r;
	r = read_active_state(bus, path, &state);
	if (r < 0)
		return r;
	return strcmp(state, "inactive") != 0 && strcmp(state, "failed") != 0;
}

/* One unit's property Listen: an array of kind and address. */
static int visit_sockets(sd_bus *bus, const char *unit, const char *path,
	int (*visit)(void *, const char *, const char *, const char *), void *context)
{
	_cleanup_(cleanup_message) sd_bus_message *reply = NULL;
	const char *kind, *address;
	int r = sd_bus_get_property(bus, "org.freedesktop.systemd1", path,
		"org.freedesktop.systemd1.Socket", "Listen", NULL, &reply, "a(ss)");

	/* A unit that was dropped meanwhile listens no more. */
	if (r < 0)
		return 0;
	r = sd_bus_message_enter_container(reply, 'a', "(ss)");
	while (r >= 0 && (r = sd_bus_message_read(reply, "(ss)", &kind, &address)) > 0)
		r = visit(context, unit, kind, address);
	return r;
}

int unit_list_sockets(
	int (*visit)(void *, const char *, const char *, const char *), void *context, char **why)
{
	_cleanup_(cleanup_bus) sd_bus *bus = NULL;
	_cleanup_(cleanup_message) sd_bus_message *reply = NULL;
	const char *unit, *path;
	int r = open_bus(&bus, why);

	if (r < 0)
		return r;
	r = sd_bus_call_method(bus, MANAGER, INTERFACE, "ListUnitsByPatterns", NULL, &reply, "asas",
		1, "active", 1, "*.socket");
	if (r >= 0)
		r = sd_bus_message_enter_container(reply, 'a', "(ssssssouso)");
	while (r >= 0 && (r = sd_bus_message_read(reply, "(ssssssouso)", &unit, NULL, NULL, NULL,
				  NULL, NULL, &path, NULL, NULL, NULL)) > 0)
		r = visit_sockets(bus, unit, path, visit, context);
	return r < 0 ? fail(why, -r, "the socket units cannot be listed: %s", strerror(-r)) : 0;
}

bool unit_system_is_stopping(void)
{
	_cleanup_(cleanup_bus) sd_bus *bus = NULL;
	_cleanup_free_ char *state = NULL;

	return open_bus(&bus, NULL) == 0 &&
	       sd_bus_get_property_string(bus, MANAGER, INTERFACE, "SystemState", NULL, &state) >=
		       0 &&
	       strcmp(state, "stopping") == 0;
}
