// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The plug is pulled between any two system calls that change the disk.
 *
 * The linker puts functions of this file in place of write(), fsync() and the calls that change
 * names (--wrap, see meson.build). A child does what is tried and ends before its n-th such call,
 * for every n. Then the disk forgets what nobody had asked it to keep: data that were not synced,
 * names whose folder was not, both, or neither. What is left must be the old record or the new one;
 * when the call had returned, the new one.
 */

#include "tree.h"

#include "state/record.h"
#include "state/stamp.h"
#include "state/state.h"
#include "util/fail.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ID	  "0123456789abcdef0123456789abcdef"
#define KEPT_MAX  32
#define CALLS_MAX 64

enum loss { DATA = 1, NAMES = 2, LOSSES = 4 };

/* A file with data that were not synced, and the size that was. */
struct dirty {
	int fd;
	ino_t inode;
	off_t size;
};

/* A change of names that was not synced: how to undo it. */
struct change {
	char *name, *former; /* @name was @former before; NULL: it is new */
	char *kept;	     /* another name for what was @name before */
};

static struct {
	bool armed;
	int left; /* calls until the plug is pulled */
	enum loss loss;
	const char *keep; /* a folder for second names */
	struct dirty dirty[KEPT_MAX];
	struct change changes[KEPT_MAX];
	size_t n_dirty, n_changes, n_kept;
} power;

ssize_t __real_write(int fd, const void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size);
int __wrap_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __real_unlink(const char *path);
int __wrap_unlink(const char *path);

static void forget(void)
{
	for (size_t i = 0; power.loss & DATA && i < power.n_dirty; i++)
		if (power.dirty[i].inode)
			assert_int_equal(ftruncate(power.dirty[i].fd, power.dirty[i].size), 0);
	for (size_t i = power.n_changes; power.loss & NAMES && i-- > 0;) {
		struct change *change = &power.changes[i];

		if (!change->name)
			continue;
		if (change->former)
			__real_rename(change->name, change->former);
		else
			__real_unlink(change->name);
		if (change->kept)
			assert_int_equal(__real_link(change->kept, change->name), 0);
	}
}

static void count_call(void)
{
	if (!power.armed || power.left-- > 0)
		return;
	forget();
	_exit(1);
}

static ino_t inode_of(int fd, off_t *size)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	*size = st.st_size;
	return st.st_ino;
}

ssize_t __wrap_write(int fd, const void *data, size_t size)
{
	struct dirty *dirty = &power.dirty[power.n_dirty];

	count_call();
	if (power.armed) {
		assert_true(++power.n_dirty < KEPT_MAX);
		dirty->inode = inode_of(fd, &dirty->size);
		dirty->fd = dup(fd);
	}
	return __real_write(fd, data, size);
}

static bool lies_in(const char *path, ino_t folder)
{
	_cleanup_free_ char *copy = strdup(path);
	struct stat st;

	return stat(dirname(copy), &st) == 0 && st.st_ino == folder;
}

/* The disk is this file's, and the real one need not be waited for. */
int __wrap_fsync(int fd)
{
	off_t size;
	ino_t inode = inode_of(fd, &size);

	count_call();
	for (size_t i = 0; i < power.n_dirty; i++)
		if (power.dirty[i].inode == inode)
			power.dirty[i].inode = 0;
	for (size_t i = 0; i < power.n_changes; i++)
		if (power.changes[i].name && lies_in(power.changes[i].name, inode))
			power.changes[i].name = NULL;
	return 0;
}

/* Before @name becomes something else. */
static void note_change(const char *name, const char *former)
{
	struct change *change = &power.changes[power.n_changes];
	char *kept;

	if (!power.armed)
		return;
	kept = strdup_printf("%s/%zu", power.keep, power.n_kept++);
	assert_true(++power.n_changes < KEPT_MAX);
	change->name = strdup(name);
	change->former = former ? strdup(former) : NULL;
	change->kept = __real_link(name, kept) == 0 ? kept : NULL;
}

int __wrap_rename(const char *from, const char *to)
{
	count_call();
	note_change(to, from);
	return __real_rename(from, to);
}

int __wrap_link(const char *from, const char *to)
{
	count_call();
	note_change(to, NULL);
	return __real_link(from, to);
}

int __wrap_unlink(const char *path)
{
	count_call();
	note_change(path, NULL);
	return __real_unlink(path);
}

static struct state record_of(enum phase phase)
{
	struct state record = {.phase = phase, .boots = 3};

	assert_int_equal(state_set(&record.machine_id, ID), 0);
	assert_int_equal(state_set(&record.reason, phase_name(phase)), 0);
	return record;
}

static int save(const char *root, enum phase phase)
{
	_cleanup_(state_clear) struct state record = record_of(phase);

	return state_save(root, &record, NULL);
}

/* What somebody in a hurry would write, to prove that the harness sees it. */
static int save_in_a_hurry(const char *root, enum phase phase)
{
	_cleanup_(state_clear) struct state record = record_of(phase);
	_cleanup_free_ char *content = NULL,
			    *temporary = strdup_printf("%s%s.new", root, STATE_FILE);
	int fd = open(temporary, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0 || state_format(&record, &content, NULL) < 0)
		return -1;
	if (write(fd, content, strlen(content)) < 0)
		return -1;
	close(fd);
	return rename(temporary, tree_path(root, STATE_FILE));
}

/* Runs the deed until its n-th call. Return: whether it came to its end. */
static bool cut(const char *root, int n, enum loss loss, int (*deed)(const char *, enum phase),
	enum phase to)
{
	int status;
	pid_t child;

	power.keep = tree_folder(root, "/kept");
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		power.armed = true;
		power.left = n;
		power.loss = loss;
		if (deed(root, to) != 0)
			_exit(2);
		forget();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
	return WEXITSTATUS(status) == 0;
}

/* Released by the stamp alone is what a machine is whose /var cannot be reached yet. */
static bool is_more_open_than_its_record(const char *root, const struct state *record)
{
	_cleanup_(state_clear) struct state stamp = {0};

	return stamp_read(root, &stamp) == 1 && record->phase != PHASE_FINISHED &&
	       record->phase != PHASE_ASIDE;
}

/* Is what a cut left the old record or the new one, or else damage that was there before? */
static bool is_whole(const char *root, enum phase from, enum phase to, bool ended)
{
	_cleanup_(state_clear) struct state record = {0};
	int condition = state_load(root, &record, NULL);
	bool is_new = condition == STATE_OK && record.phase == to;
	bool is_old = from == PHASE_NONE ? condition != STATE_OK
					 : condition == STATE_OK && record.phase == from;

	return (is_new || (is_old && !ended)) && !is_more_open_than_its_record(root, &record);
}

/* Return: how many of all cuts left neither. */
static int lost_by(
	const char *folder, int (*deed)(const char *, enum phase), enum phase from, enum phase to)
{
	int lost = 0;

	for (int loss = 0; loss < LOSSES; loss++) {
		bool ended = false;

		for (int n = 0; !ended; n++) {
			_cleanup_free_ char *name =
				strdup_printf("/%d-%d-%d-%d", from, to, loss, n);
			const char *root = tree_folder(folder, name);

			assert_true(n < CALLS_MAX);
			tree_folder(root, "/etc");
			tree_folder(root, STATE_DIRECTORY);
			if (from == PHASE_NONE)
				tree_write(root, STATE_FILE, "{\"schema\": 1, \"pha");
			else
				assert_int_equal(save(root, from), 0);
			ended = cut(root, n, (enum loss)loss, deed, to);
			lost += !is_whole(root, from, to, ended);
		}
	}
	return lost;
}

/* From every phase, and from a damaged record, to every other. */
static void cut_anywhere_the_record_is_the_old_or_the_new(void **state)
{
	for (int from = PHASE_NONE; from < PHASE_COUNT; from++)
		for (int to = PHASE_PENDING; to < PHASE_COUNT; to++)
			if (from != to)
				assert_int_equal(
					lost_by(*state, save, (enum phase)from, (enum phase)to), 0);
}

static void written_in_a_hurry_it_would_be_lost(void **state)
{
	assert_true(lost_by(*state, save_in_a_hurry, PHASE_SEALED, PHASE_FINISHED) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(cut_anywhere_the_record_is_the_old_or_the_new),
		tree_test(written_in_a_hurry_it_would_be_lost),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
