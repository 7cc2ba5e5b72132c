// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel knows which processes run, wait for a processor or a disk, or have used any time since
 * the last look. None of that, for minutes, is a hang; a slow machine is not.
 *
 * MUST NOT need anything but the C library: the generator's children are watched, too.
 */

#include "util/vigil.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/when.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define STEP_MIN 50
#define STEP_MAX 10000
#define STEPS	 20 /* of the shorter limit */

#define STAT_MAX 4096

/* A line of /proc/PID/stat, see proc_pid_stat(5). */
struct process {
	pid_t pid, parent, group;
	char state;
	unsigned long long spent;
	bool counts; /* it is the leader's */
};

struct processes {
	struct process *items;
	size_t count;
};

static void processes_clear(struct processes *processes)
{
	free(processes->items);
}

/* The name, in parentheses, may hold anything, parentheses included. */
static bool parse_stat(const char *line, struct process *process)
{
	unsigned long faults[4], times[2];
	long children[2];
	const char *rest = strrchr(line, ')');

	if (!rest || sscanf(rest + 1, " %c %d %d %*d %*d %*d %*u %lu %lu %lu %lu %lu %lu %ld %ld",
			     &process->state, &process->parent, &process->group, &faults[0],
			     &faults[1], &faults[2], &faults[3], &times[0], &times[1], &children[0],
			     &children[1]) != 11)
		return false;
	process->spent = faults[0] + faults[1] + faults[2] + faults[3] + times[0] + times[1] +
			 (unsigned long)children[0] + (unsigned long)children[1];
	return true;
}

/* One that ends meanwhile is passed over. */
static int add_process(struct processes *processes, const char *proc, const char *pid)
{
	_cleanup_free_ char *path = strdup_printf("%s/%s/stat", proc, pid), *line = NULL;
	struct process process = {.pid = atoi(pid)}, *larger;

	if (!path)
		return -ENOMEM;
	if (file_read_virtual(path, STAT_MAX, &line, NULL) < 0 || !parse_stat(line, &process))
		return 0;
	larger = reallocarray(processes->items, processes->count + 1, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	processes->items = larger;
	processes->items[processes->count++] = process;
	return 0;
}

static int list_processes(const char *proc, struct processes *processes)
{
	_cleanup_closedir_ DIR *dir = opendir(proc);
	struct dirent *entry;
	int r = dir ? 0 : -errno;

	while (r == 0 && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			r = add_process(processes, proc, entry->d_name);
	return r;
}

static bool is_counted(const struct processes *processes, pid_t pid)
{
	for (size_t i = 0; i < processes->count; i++)
		if (processes->items[i].pid == pid)
			return processes->items[i].counts;
	return false;
}

/* Marks what is the leader's. apt gives dpkg a session, and with it a group, of its own. Return: is
 * there one more? */
static bool mark_more(struct processes *processes, pid_t leader)
{
	bool more = false;

	for (size_t i = 0; i < processes->count; i++) {
		struct process *process = &processes->items[i];

		if (process->counts)
			continue;
		process->counts = process->pid == leader || process->group == leader ||
				  is_counted(processes, process->parent);
		more = more || process->counts;
	}
	return more;
}

int vitals_read(const char *proc, pid_t leader, struct vitals *vitals)
{
	_cleanup_(processes_clear) struct processes processes = {0};
	struct vitals result = {0};
	int r = list_processes(proc, &processes);

	if (r < 0)
		return r;
	while (mark_more(&processes, leader))
		;
	for (size_t i = 0; i < processes.count; i++) {
		const struct process *process = &processes.items[i];

		if (!process->counts)
			continue;
		/* One that comes or goes is a sign of life, too. */
		result.spent += process->spent + (unsigned long long)process->pid;
		result.busy = result.busy || process->state == 'R' || process->state == 'D';
	}
	*vitals = result;
	return 0;
}

static unsigned int choose_step(struct limit limit)
{
	unsigned long long shorter = limit.total;

	if (limit.still > 0 && (shorter == 0 || limit.still < shorter))
		shorter = limit.still;
	shorter = shorter * 1000 / STEPS;
	return shorter < STEP_MIN   ? STEP_MIN
	       : shorter > STEP_MAX ? STEP_MAX
				    : (unsigned int)shorter;
}

void vigil_begin(struct vigil *vigil, pid_t leader, struct limit limit)
{
	*vigil = (struct vigil){.leader = leader, .limit = limit, .step = choose_step(limit)};
	if (limit.still > 0 || limit.total > 0)
		vigil->due = boottime_ms() + vigil->step;
}

void vigil_heard(struct vigil *vigil)
{
	vigil->still = 0;
}

/* What cannot be seen may be alive. */
static bool is_alive(struct vigil *vigil)
{
	const struct vitals before = vigil->last;

	if (vitals_read("/proc", vigil->leader, &vigil->last) < 0)
		return true;
	return vigil->last.busy || vigil->last.spent != before.spent;
}

static bool is_over(unsigned long long milliseconds, unsigned int limit)
{
	return limit > 0 && milliseconds >= limit * 1000ULL;
}

int vigil_look(struct vigil *vigil)
{
	const long long now = boottime_ms();

	if (vigil->due == 0 || now < vigil->due)
		return 0;
	vigil->due = now + vigil->step;
	vigil->total += vigil->step;
	vigil->still += vigil->step;
	if (vigil->limit.still > 0 && is_alive(vigil))
		vigil->still = 0;
	return is_over(vigil->total, vigil->limit.total) ||
			       is_over(vigil->still, vigil->limit.still)
		       ? -ETIMEDOUT
		       : 0;
}

int vigil_explain(const struct vigil *vigil, const char *program, char **why)
{
	if (is_over(vigil->still, vigil->limit.still))
		return fail(why, ETIMEDOUT,
			"%s: hung, without a sign of life for %u min, and was stopped", program,
			vigil->limit.still / MINUTES);
	return fail(why, ETIMEDOUT, "%s: did not end within %u min and was stopped", program,
		vigil->limit.total / MINUTES);
}
