// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which programs hold which sockets.
 *
 * The kernel tells a socket's inode, and /proc what inodes each process has open; so one walk
 * answers for all sockets. Processes come and go meanwhile, and some may not be looked at
 * (hidepid): what cannot be read holds nothing.
 *
 * A program goes by the name of its file. What a process calls itself (comm) it may change, into
 * "sshd" as well as into what drives a terminal; it is told beside, because all scripts of an
 * interpreter are the same file.
 */

#include "exposure/sockets-parts.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/printable.h"
#include "util/process.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* Of one socket; many programs on one are a curiosity. */
#define OWNERS_MAX     8
#define NAME_MAX_SHOWN 64

static int by_inode(const void *a, const void *b)
{
	const struct listener *one = a, *other = b;

	return (one->inode > other->inode) - (one->inode < other->inode);
}

/* The first listener with this inode; of MPTCP there may be more. */
static struct listener *find_first(struct listener_list *listeners, uint32_t inode)
{
	const struct listener key = {.inode = inode};
	struct listener *found =
		listeners->count == 0
			? NULL
			: bsearch(&key, listeners->items, listeners->count, sizeof(key), by_inode);

	while (found && found > listeners->items && found[-1].inode == inode)
		found--;
	return found;
}

/* comm without its newline; "" when the process has gone. */
static char *read_comm(const char *proc, const char *pid)
{
	_cleanup_free_ char *path = strdup_printf("%s/%s/comm", proc, pid);
	char *comm = NULL;
	size_t size;

	if (!path || file_read_virtual(path, 64, &comm, &size) < 0)
		return path ? strdup("") : NULL;
	if (size > 0 && comm[size - 1] == '\n')
		comm[size - 1] = '\0';
	return comm;
}

/* Return: 1: known; 0: the process has gone; -ENOMEM. */
static int identify(const char *proc, const char *pid, struct socket_owner *owner)
{
	_cleanup_free_ char *file = process_file(proc, pid), *comm = read_comm(proc, pid);
	const char *slash = file ? strrchr(file, '/') : NULL;
	const char *name = slash ? slash + 1 : comm;

	if (!comm)
		return -ENOMEM;
	if (!*name)
		return 0;
	owner->pid = atoi(pid);
	owner->program = printable(name, NAME_MAX_SHOWN);
	/* comm is the file's name, cut, unless the process has changed it. */
	if (strncmp(name, comm, strlen(comm)) != 0)
		owner->called = printable(comm, NAME_MAX_SHOWN);
	return owner->program ? 1 : -ENOMEM;
}

static void owner_clear(struct socket_owner *owner)
{
	free(owner->program);
	free(owner->called);
	free(owner->unit);
}

static bool is_same_program(const struct socket_owner *a, const struct socket_owner *b)
{
	return strcmp(a->program, b->program) == 0 && !a->called == !b->called &&
	       (!a->called || strcmp(a->called, b->called) == 0);
}

static int add_owner(struct listener *listener, const struct socket_owner *owner)
{
	struct socket_owner copy = {.pid = owner->pid}, *larger;

	for (size_t i = 0; i < listener->owner_count; i++)
		if (is_same_program(&listener->owners[i], owner))
			return 0;
	if (listener->owner_count >= OWNERS_MAX)
		return 0;
	larger = reallocarray(listener->owners, listener->owner_count + 1, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	listener->owners = larger;
	copy.program = strdup(owner->program);
	copy.called = owner->called ? strdup(owner->called) : NULL;
	larger[listener->owner_count++] = copy;
	return copy.program && !owner->called == !copy.called ? 0 : -ENOMEM;
}

/* "socket:[4711]" */
static bool read_inode(const char *target, uint32_t *inode)
{
	static const char begin[] = "socket:[";
	unsigned long number;
	char *end;

	if (!target || strncmp(target, begin, strlen(begin)) != 0)
		return false;
	number = strtoul(target + strlen(begin), &end, 10);
	if (strcmp(end, "]") != 0 || number > UINT32_MAX)
		return false;
	*inode = (uint32_t)number;
	return true;
}

/* The first of the listeners that this descriptor is, or NULL. */
static struct listener *find_listener(const char *path, struct listener_list *listeners)
{
	_cleanup_free_ char *target = process_link(path);
	uint32_t inode;

	return read_inode(target, &inode) ? find_first(listeners, inode) : NULL;
}

/* One descriptor; the process is identified when it is the first of a listener. */
static int look_at_descriptor(const char *proc, const char *pid, const char *path,
	struct socket_owner *owner, struct listener_list *listeners)
{
	struct listener *first = find_listener(path, listeners);
	int r = 1;

	if (first && !owner->program)
		r = identify(proc, pid, owner);
	if (!first || r <= 0)
		return r < 0 ? r : 0;
	r = 0;
	for (struct listener *next = first;
		r == 0 && next < listeners->items + listeners->count && next->inode == first->inode;
		next++)
		r = add_owner(next, owner);
	return r;
}

static int look_at_process(const char *proc, const char *pid, struct listener_list *listeners)
{
	_cleanup_(owner_clear) struct socket_owner owner = {0};
	_cleanup_free_ char *folder = strdup_printf("%s/%s/fd", proc, pid);
	_cleanup_closedir_ DIR *dir = folder ? opendir(folder) : NULL;
	struct dirent *entry;
	int r = folder ? 0 : -ENOMEM;

	while (r == 0 && dir && (entry = readdir(dir))) {
		_cleanup_free_ char *path = strdup_printf("%s/%s", folder, entry->d_name);

		r = path ? look_at_descriptor(proc, pid, path, &owner, listeners) : -ENOMEM;
	}
	return r;
}

/* systemd made the socket and keeps it; who works with it is the service that was handed it. */
static void leave_out_init(struct listener *listener)
{
	for (size_t i = 0; listener->owner_count > 1 && i < listener->owner_count; i++) {
		if (listener->owners[i].pid != 1)
			continue;
		owner_clear(&listener->owners[i]);
		listener->owners[i] = listener->owners[--listener->owner_count];
	}
}

int listeners_find_owners(const char *proc, struct listener_list *listeners)
{
	_cleanup_closedir_ DIR *dir = opendir(proc);
	struct dirent *entry;
	int r = 0;

	if (listeners->count > 0)
		qsort(listeners->items, listeners->count, sizeof(*listeners->items), by_inode);
	while (r == 0 && dir && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			r = look_at_process(proc, entry->d_name, listeners);
	for (size_t i = 0; i < listeners->count; i++)
		leave_out_init(&listeners->items[i]);
	return r;
}

void listeners_clear(struct listener_list *listeners)
{
	for (size_t i = 0; i < listeners->count; i++) {
		for (size_t k = 0; k < listeners->items[i].owner_count; k++)
			owner_clear(&listeners->items[i].owners[k]);
		free(listeners->items[i].owners);
	}
	free(listeners->items);
	*listeners = (struct listener_list){0};
}
