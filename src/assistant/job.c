// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * posix_spawn in a session of its own, and a pipe that is never waited for.
 */

#include "assistant/job.h"

#include "util/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#define PROGRAM	      "/usr/bin/cordon"
#define ARGUMENTS_MAX 8
#define END_NAPS      100 /* of 20 ms each */

/* What a job may know of the caller's environment: the language. */
static char **make_environment(char *environment[])
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", home[] = "HOME=/root";
	static const char *const passed[] = {
		"LANG=", "LANGUAGE=", "LC_ALL=", "LC_MESSAGES=", "LC_CTYPE=", "TERM="};
	size_t count = 0;

	environment[count++] = path;
	environment[count++] = home;
	for (char **one = environ; *one; one++)
		for (size_t i = 0; i < ELEMENTS(passed) && count < 15; i++)
			if (strncmp(*one, passed[i], strlen(passed[i])) == 0)
				environment[count++] = *one;
	environment[count] = NULL;
	return environment;
}

static int spawn(const char *const *arguments, int output, pid_t *pid)
{
	char *environment[16], *argv[ARGUMENTS_MAX + 2] = {(char *)PROGRAM};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int r;

	for (size_t i = 0; arguments[i] && i < ARGUMENTS_MAX; i++)
		argv[i + 1] = (char *)arguments[i];
	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
	r = posix_spawn(pid, PROGRAM, &actions, &attributes, argv, make_environment(environment));
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return -r;
}

int job_start(const char *const *arguments, struct job *job)
{
	struct job started = {0};
	int ends[2], r;

	started.said = calloc(1, JOB_OUTPUT_MAX + 1);
	if (!started.said)
		return -ENOMEM;
	if (pipe2(ends, O_CLOEXEC) < 0) {
		free(started.said);
		return -errno;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	r = spawn(arguments, ends[1], &started.pid);
	close(ends[1]);
	if (r < 0) {
		close(ends[0]);
		free(started.said);
		return r;
	}
	started.output = ends[0];
	*job = started;
	return 0;
}

static void read_output(struct job *job)
{
	char dropped[4096];
	ssize_t n;

	do {
		const size_t room = JOB_OUTPUT_MAX - job->length;

		n = room > 0 ? read(job->output, job->said + job->length, room)
			     : read(job->output, dropped, sizeof(dropped));
		if (n > 0 && room > 0)
			job->length += (size_t)n;
	} while (n > 0);
	job->said[job->length] = '\0';
}

int job_poll(struct job *job)
{
	int status;
	pid_t ended = waitpid(job->pid, &status, WNOHANG);

	read_output(job);
	if (ended == 0)
		return -1;
	job->pid = 0;
	if (ended < 0)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* What does not end by itself is killed; what not even that ends is left to the kernel. */
static void end_process(pid_t pid)
{
	const struct timespec nap = {.tv_nsec = 20 * 1000 * 1000};

	/* It leads a session, and with it a group, of its own. */
	kill(-pid, SIGTERM);
	for (int i = 0; i < END_NAPS; i++) {
		if (waitpid(pid, NULL, WNOHANG) != 0)
			return;
		if (i == END_NAPS / 2)
			kill(-pid, SIGKILL);
		nanosleep(&nap, NULL);
	}
}

void job_end(struct job *job, int kill_it)
{
	if (!job->said)
		return;
	if (job->pid > 0 && kill_it)
		end_process(job->pid);
	close(job->output);
	free(job->said);
	*job = (struct job){0};
}
