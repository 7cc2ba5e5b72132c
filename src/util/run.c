// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Children: started without a shell, watched, bounded, and always reaped.
 *
 * A child gets its own process group, so that its limit ends apt *and* the dpkg below it. Its
 * output is read while it runs; whoever wants progress is handed each line as it comes.
 */

#include "util/run.h"
#include "util/language.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/match.h"
#include "util/vigil.h"
#include "util/when.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define QUESTION_EVERY_MS 1000

/* One of the child's two output pipes. */
struct stream {
	int fd;
	char *data;
	size_t length, capacity, reported;
	bool full; /* RUN_OUTPUT_MAX was reached: what comes is read and forgotten */
};

static char *const clean_environment[] = {
	(char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
	(char *)"LC_ALL=C.UTF-8",
	(char *)"HOME=/root",
};

void output_clear(struct output *output)
{
	free(output->out);
	free(output->error);
	memset(output, 0, sizeof(*output));
}

static char *last_line(const char *data)
{
	size_t end = data ? trimmed_length(data, " \t\r\n") : 0, start;

	for (start = end; start > 0 && data[start - 1] != '\n'; start--)
		;
	return end > start ? strndup(data + start, end - start) : NULL;
}

char *output_excerpt(const struct output *output)
{
	char *line = last_line(output->error);

	if (!line)
		line = last_line(output->out);
	return line ? line : strdup(_("no output"));
}

static int stream_store(struct stream *stream, const char *data, size_t size)
{
	if (stream->length + size + 1 > stream->capacity) {
		size_t capacity = (stream->length + size + 1) * 2;
		char *larger = realloc(stream->data, capacity);

		if (!larger)
			return -ENOMEM;
		stream->data = larger;
		stream->capacity = capacity;
	}
	memcpy(stream->data + stream->length, data, size);
	stream->length += size;
	stream->data[stream->length] = '\0';
	return 0;
}

/* Hands over the lines that are complete by now. */
static void stream_report(struct stream *stream, const struct command *command, bool is_stderr)
{
	char *end;

	while (command->line && stream->data &&
		(end = strchr(stream->data + stream->reported, '\n')) != NULL) {
		*end = '\0';
		command->line(command->context, is_stderr, stream->data + stream->reported);
		*end = '\n';
		stream->reported = (size_t)(end - stream->data) + 1;
	}
}

/* Hands over a last line that nobody ended. */
static void stream_report_rest(struct stream *stream, const struct command *command, bool is_stderr)
{
	if (command->line && stream->reported < stream->length)
		command->line(command->context, is_stderr, stream->data + stream->reported);
}

/* Reads what is there. Returns 1 when something was, 0 when nothing is by now, -EPIPE at the end.
 */
static int stream_read(struct stream *stream)
{
	char buffer[8192];
	ssize_t n = stream->fd >= 0 ? read(stream->fd, buffer, sizeof(buffer)) : 0;

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -errno;
	if (n == 0)
		return -EPIPE;
	/* A NUL would hide the rest from everyone who reads this as text. */
	for (ssize_t i = 0; i < n; i++)
		if (buffer[i] == '\0')
			buffer[i] = '?';
	stream->full = stream->full || stream->length + (size_t)n > RUN_OUTPUT_MAX;
	if (!stream->full && stream_store(stream, buffer, (size_t)n) < 0)
		return -ENOMEM;
	return 1;
}

/* Reads all that is there and hands over its lines; the descriptor is -1 after the end. */
static int stream_drain(struct stream *stream, const struct command *command, bool is_stderr)
{
	int r;

	while ((r = stream_read(stream)) > 0)
		stream_report(stream, command, is_stderr);
	if (r != -EPIPE)
		return r;
	cleanup_close(&stream->fd);
	stream->fd = -1;
	return 0;
}

static char **build_environment(const char *const *additions)
{
	size_t base = ELEMENTS(clean_environment), more = 0;
	char **environment;

	while (additions && additions[more])
		more++;
	environment = calloc(base + more + 1, sizeof(*environment));
	if (!environment)
		return NULL;
	memcpy(environment, clean_environment, sizeof(clean_environment));
	for (size_t i = 0; i < more; i++)
		environment[base + i] = (char *)additions[i];
	return environment;
}

/* In the child. Tells the parent by way of @report why exec failed. */
static _Noreturn void become(
	const struct command *command, char **environment, int out, int error, int report)
{
	sigset_t none;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* Ignored ones would stay ignored in the new program. */
	signal(SIGPIPE, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	setpgid(0, 0);
	if (null >= 0 && dup2(null, 0) >= 0 && dup2(out, 1) >= 0 && dup2(error, 2) >= 0)
		execve(command->argv[0], (char *const *)command->argv, environment);
	null = errno;
	if (write(report, &null, sizeof(null)) < 0)
		_exit(126);
	_exit(127);
}

struct child {
	pid_t pid;
	int pidfd;
	struct stream out, error;
};

enum { OUT, ERROR, REPORT, PIPES };

static void close_pipes(int pipes[PIPES][2])
{
	for (int i = 0; i < PIPES; i++) {
		cleanup_close(&pipes[i][0]);
		cleanup_close(&pipes[i][1]);
	}
}

static int open_pipes(int pipes[PIPES][2])
{
	for (int i = 0; i < PIPES; i++)
		if (pipe2(pipes[i], O_CLOEXEC) < 0)
			return -errno;
	/* What the child left behind may hold the other ends open: never wait in read(2). */
	for (int i = OUT; i <= ERROR; i++)
		if (fcntl(pipes[i][0], F_SETFL, O_NONBLOCK) < 0)
			return -errno;
	return 0;
}

/* Waits until exec has succeeded (the pipe closes) or has sent its errno. */
static int read_report(int fd)
{
	int failure = 0;

	return read(fd, &failure, sizeof(failure)) == (ssize_t)sizeof(failure) ? -failure : 0;
}

static int child_start(struct child *child, const struct command *command, char **environment)
{
	int pipes[PIPES][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
	int r = open_pipes(pipes);

	if (r == 0)
		child->pid = fork();
	if (r == 0 && child->pid == 0)
		become(command, environment, pipes[OUT][1], pipes[ERROR][1], pipes[REPORT][1]);
	if (r == 0 && child->pid < 0)
		r = -errno;
	if (r < 0) {
		close_pipes(pipes);
		return r;
	}
	cleanup_close(&pipes[REPORT][1]);
	pipes[REPORT][1] = -1;
	r = read_report(pipes[REPORT][0]);
	child->pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0);
	if (r == 0 && child->pidfd < 0) {
		r = -errno;
		kill(-child->pid, SIGKILL);
	}
	child->out.fd = pipes[OUT][0];
	child->error.fd = pipes[ERROR][0];
	pipes[OUT][0] = pipes[ERROR][0] = -1;
	close_pipes(pipes);
	if (r < 0)
		waitpid(child->pid, NULL, 0);
	return r;
}

/* A child that is followed: is it to be stopped, and does the caller want it to go on? */
struct following {
	struct vigil vigil;
	long long question; /* when the caller is asked, by boottime_ms(); 0: never */
};

/* How long to sleep until the next thing is due: -1 for ever. */
static int time_left(const struct following *following)
{
	long long now = boottime_ms(), next = following->vigil.due;

	if (following->question && (!next || following->question < next))
		next = following->question;
	if (!next)
		return -1;
	return next <= now ? 0 : next - now > 60000 ? 60000 : (int)(next - now);
}

/* -ETIMEDOUT or -ECANCELED: it is to be stopped. */
static int check_dues(struct following *following, const struct command *command)
{
	long long now = boottime_ms();
	int r = vigil_look(&following->vigil);

	if (r < 0 || !following->question || now < following->question)
		return r;
	following->question = now + QUESTION_EVERY_MS;
	return command->may_go_on(command->context, following->vigil.leader) ? 0 : -ECANCELED;
}

/*
 * Reads both pipes until the child has ended. Not until the pipes have: a daemon that it started
 * may keep them open for ever, and the child may close them long before it ends.
 */
static int child_follow(
	struct child *child, const struct command *command, struct following *following)
{
	struct pollfd poll_fds[] = {
		{.events = POLLIN}, {.events = POLLIN}, {.fd = child->pidfd, .events = POLLIN}};
	bool ended = false;

	while (!ended) {
		int r = check_dues(following, command);

		if (r < 0)
			return r;
		poll_fds[0].fd = child->out.fd;
		poll_fds[1].fd = child->error.fd;
		if (poll(poll_fds, ELEMENTS(poll_fds), time_left(following)) < 0) {
			if (errno != EINTR)
				return -errno;
			continue;
		}
		ended = poll_fds[2].revents != 0;
		if (poll_fds[0].revents || poll_fds[1].revents)
			vigil_heard(&following->vigil);
		r = stream_drain(&child->out, command, false);
		if (r == 0)
			r = stream_drain(&child->error, command, true);
		if (r < 0)
			return r;
	}
	stream_report_rest(&child->out, command, false);
	stream_report_rest(&child->error, command, true);
	return 0;
}

static int child_reap(struct child *child, bool kill_it)
{
	int status;

	if (kill_it)
		kill(-child->pid, SIGKILL);
	while (waitpid(child->pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void child_clear(struct child *child)
{
	cleanup_close(&child->pidfd);
	cleanup_close(&child->out.fd);
	cleanup_close(&child->error.fd);
	free(child->out.data);
	free(child->error.data);
}

int run_command(const struct command *command, struct output *output, char **why)
{
	_cleanup_(child_clear) struct child child = {.pidfd = -1, .out.fd = -1, .error.fd = -1};
	_cleanup_free_ char **environment = build_environment(command->environment);
	struct following following = {0};
	int r, status;

	if (!environment)
		return -ENOMEM;
	r = child_start(&child, command, environment);
	if (r < 0)
		return fail(why, -r, "%s: cannot be run: %s", command->argv[0], strerror(-r));
	vigil_begin(&following.vigil, child.pid, command->limit);
	following.question = command->may_go_on ? boottime_ms() + QUESTION_EVERY_MS : 0;
	r = child_follow(&child, command, &following);
	status = child_reap(&child, r < 0);
	if (r == -ETIMEDOUT)
		return vigil_explain(&following.vigil, command->argv[0], why);
	if (r == -ECANCELED)
		return fail(why, ECANCELED, "%s: was stopped", command->argv[0]);
	if (r < 0)
		return fail(why, -r, "%s: %s", command->argv[0], strerror(-r));
	*output = (struct output){.status = status,
		.out = TAKE_PTR(child.out.data),
		.error = TAKE_PTR(child.error.data)};
	return 0;
}
