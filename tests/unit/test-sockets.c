// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * facts/sockets: what sock_diag(7) answers, who holds a socket by a made-up /proc, and both on the
 * running kernel.
 */

#include "tree.h"

#include "exposure/sockets-parts.h"
#include "util/fail.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define PORT_ID 4711

/* Messages as the kernel would send them, one behind the other. */
struct answer {
	union {
		char bytes[4096];
		struct nlmsghdr aligned;
	} buffer;
	size_t size;
};

static struct nlmsghdr *begin(struct answer *answer, uint16_t type)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(answer->buffer.bytes + answer->size);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_MULTI;
	message->nlmsg_seq = LISTENERS_SEQUENCE;
	message->nlmsg_pid = PORT_ID;
	return message;
}

static void end(struct answer *answer, const struct nlmsghdr *message)
{
	answer->size += MNL_ALIGN(message->nlmsg_len);
}

/* @v6only: -1 for no such attribute. */
static void put_socket(struct answer *answer, int family, const char *address, uint16_t port,
	uint32_t inode, int v6only)
{
	struct nlmsghdr *message = begin(answer, SOCK_DIAG_BY_FAMILY);
	struct inet_diag_msg *found = mnl_nlmsg_put_extra_header(message, sizeof(*found));

	found->idiag_family = (uint8_t)family;
	found->id.idiag_sport = htons(port);
	found->idiag_inode = inode;
	assert_int_equal(inet_pton(family, address, found->id.idiag_src), 1);
	if (v6only >= 0)
		mnl_attr_put_u8(message, INET_DIAG_SKV6ONLY, (uint8_t)v6only);
	end(answer, message);
}

static void put_done(struct answer *answer, int error)
{
	struct nlmsghdr *message = begin(answer, NLMSG_DONE);

	memcpy(mnl_nlmsg_put_extra_header(message, sizeof(error)), &error, sizeof(error));
	end(answer, message);
}

static int parse(const struct answer *answer, struct listener_list *listeners)
{
	return listeners_parse(answer->buffer.bytes, answer->size, PORT_ID, IPPROTO_TCP, listeners);
}

static void an_answer_is_read(void **state)
{
	static const struct {
		int family;
		const char *address;
		int v6only;
		const char *expected;
		bool ipv4, ipv6;
	} cases[] = {
		{AF_INET, "0.0.0.0", -1, "", true, false},
		{AF_INET, "192.0.2.1", -1, "192.0.2.1", true, false},
		{AF_INET6, "::", 0, "", true, true},
		{AF_INET6, "::", -1, "", true, true},
		{AF_INET6, "::", 1, "", false, true},
		{AF_INET6, "2001:db8::1", 0, "2001:db8::1", false, true},
		{AF_INET6, "::ffff:127.0.0.1", 0, "127.0.0.1", true, false},
		{AF_INET6, "::ffff:0.0.0.0", 0, "", true, false},
	};
	_cleanup_(listeners_clear) struct listener_list listeners = {0};
	struct answer answer = {0};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		put_socket(&answer, cases[i].family, cases[i].address, (uint16_t)(i + 1),
			(uint32_t)(i + 100), cases[i].v6only);
	assert_int_equal(parse(&answer, &listeners), 1);
	assert_int_equal(listeners.count, ELEMENTS(cases));
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		const struct listener *listener = &listeners.items[i];

		assert_string_equal(listener->address, cases[i].expected);
		assert_int_equal(listener->ipv4, cases[i].ipv4);
		assert_int_equal(listener->ipv6, cases[i].ipv6);
		assert_int_equal(listener->port, i + 1);
		assert_int_equal(listener->inode, i + 100);
		assert_int_equal(listener->protocol, IPPROTO_TCP);
		assert_int_equal(listener->owner_count, 0);
	}
}

static void a_dump_has_an_end(void **state)
{
	_cleanup_(listeners_clear) struct listener_list listeners = {0};
	struct answer answer = {0};

	(void)state;
	put_socket(&answer, AF_INET, "0.0.0.0", 0, 1, -1);
	put_socket(&answer, AF_INET, "0.0.0.0", 22, 2, -1);
	put_done(&answer, 0);
	put_socket(&answer, AF_INET, "0.0.0.0", 23, 3, -1);
	assert_int_equal(parse(&answer, &listeners), 0);
	assert_int_equal(listeners.count, 1);
	assert_int_equal(listeners.items[0].port, 22);
}

/* libmnl would take this for a kernel without any sockets. */
static void an_error_at_the_end_is_one(void **state)
{
	_cleanup_(listeners_clear) struct listener_list listeners = {0};
	struct answer answer = {0};

	(void)state;
	put_done(&answer, -ENOENT);
	assert_int_equal(parse(&answer, &listeners), -ENOENT);
}

static void an_error_message_is_one(void **state)
{
	_cleanup_(listeners_clear) struct listener_list listeners = {0};
	struct answer answer = {0};
	struct nlmsghdr *message = begin(&answer, NLMSG_ERROR);
	struct nlmsgerr *error = mnl_nlmsg_put_extra_header(message, sizeof(*error));

	(void)state;
	error->error = -EPERM;
	end(&answer, message);
	assert_int_equal(parse(&answer, &listeners), -EPERM);
}

static void a_dump_that_was_interrupted_is_told(void **state)
{
	_cleanup_(listeners_clear) struct listener_list listeners = {0};
	struct answer answer = {0};

	(void)state;
	put_socket(&answer, AF_INET, "0.0.0.0", 22, 2, -1);
	answer.buffer.aligned.nlmsg_flags |= NLM_F_DUMP_INTR;
	assert_int_equal(parse(&answer, &listeners), -EINTR);
}

static void answers_that_are_none_are_refused(void **state)
{
	struct answer sound = {0}, changed;

	(void)state;
	put_socket(&sound, AF_INET6, "::", 22, 2, 1);
	for (int i = 0; i < 7; i++) {
		_cleanup_(listeners_clear) struct listener_list listeners = {0};
		struct nlmsghdr *message = &changed.buffer.aligned;
		struct inet_diag_msg *found;

		changed = sound;
		found = mnl_nlmsg_get_payload(message);
		switch (i) {
		case 0:
			message->nlmsg_type = SOCK_DIAG_BY_FAMILY + 1;
			break;
		case 1:
			message->nlmsg_len = MNL_NLMSG_HDRLEN + sizeof(*found) - 1;
			break;
		case 2:
			found->idiag_family = AF_UNIX;
			break;
		case 3: /* an attribute without the byte that it is about */
			((struct nlattr *)(found + 1))->nla_len = MNL_ATTR_HDRLEN;
			break;
		case 4: /* negative, if it were a number with a sign */
			message->nlmsg_len |= 0x80000000U;
			break;
		case 5: /* for another socket, and of another request */
			message->nlmsg_pid = PORT_ID + 1;
			break;
		default:
			message->nlmsg_seq = LISTENERS_SEQUENCE + 1;
			break;
		}
		assert_true(parse(&changed, &listeners) < 0);
		assert_int_equal(listeners.count, 0);
	}
}

static void a_torn_answer_does_no_harm(void **state)
{
	struct answer answer = {0};
	size_t size;

	(void)state;
	put_socket(&answer, AF_INET6, "2001:db8::1", 22, 2, 1);
	size = answer.size;
	for (answer.size = 0; answer.size < size; answer.size++) {
		_cleanup_(listeners_clear) struct listener_list listeners = {0};

		assert_int_equal(parse(&answer, &listeners), answer.size == 0 ? 1 : -EBADMSG);
		assert_int_equal(listeners.count, 0);
	}
}

static void there_is_a_bound(void **state)
{
	_cleanup_(listeners_clear) struct listener_list listeners = {0};
	struct answer answer = {0};
	int r = 1;

	(void)state;
	for (size_t i = 0; i < 8; i++)
		put_socket(&answer, AF_INET, "0.0.0.0", 22, 2, -1);
	while (r == 1)
		r = parse(&answer, &listeners);
	assert_int_equal(r, -E2BIG);
	assert_int_equal(listeners.count, LISTENERS_MAX);
}

static void reach_goes_by_address_and_interface(void **state)
{
	static const struct {
		const char *address, *device;
		enum listener_reach expected;
	} cases[] = {
		{"", "", LISTENER_ANY},
		{"", "eth0", LISTENER_ANY},
		{"", "lo", LISTENER_SERVER},
		{"127.0.0.1", "", LISTENER_SERVER},
		{"127.0.0.53", "lo", LISTENER_SERVER},
		{"::1", "", LISTENER_SERVER},
		{"128.0.0.1", "", LISTENER_ANY},
		{"192.0.2.1", "", LISTENER_ANY},
		{"169.254.0.1", "", LISTENER_LINK},
		{"169.253.0.1", "", LISTENER_ANY},
		{"fe80::1", "eth0", LISTENER_LINK},
		{"fec0::1", "", LISTENER_ANY},
		{"2001:db8::1", "", LISTENER_ANY},
		{"224.0.0.251", "", LISTENER_ANY},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct listener listener = {0};

		strcpy(listener.address, cases[i].address);
		strcpy(listener.device, cases[i].device);
		if (listener_reach(&listener) != cases[i].expected)
			fail_msg("%s on %s", cases[i].address, cases[i].device);
	}
}

static void socket_units_are_recognised(void **state)
{
	static const struct {
		const char *kind, *unit_address;
		bool expected;
	} cases[] = {
		{"Stream", "[::]:22", true},
		{"Stream", "[::]:22%eth0", true},
		{"Datagram", "[::]:22", false},
		{"SequentialPacket", "[::]:22", false},
		{"Stream", "[::]:23", false},
		{"Stream", "0.0.0.0:22", false},
		{"Stream", "[::1]:22", false},
		{"Stream", "/run/22", false},
		{"Stream", "@22", false},
		{"Stream", "vsock::22", false},
		{"Stream", "[::]", false},
		{"Stream", "[::", false},
		{"Stream", "", false},
		{"", "", false},
	};
	const struct listener dual = {
		.protocol = IPPROTO_TCP, .port = 22, .ipv4 = true, .ipv6 = true};
	const struct listener stub = {
		.protocol = IPPROTO_UDP, .port = 53, .ipv4 = true, .address = "127.0.0.53"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		if (listener_is_of_unit(&dual, cases[i].kind, cases[i].unit_address) !=
			cases[i].expected)
			fail_msg("%s %s", cases[i].kind, cases[i].unit_address);
	assert_true(listener_is_of_unit(&stub, "Datagram", "127.0.0.53:53"));
	assert_false(listener_is_of_unit(&stub, "Datagram", "127.0.0.54:53"));
	assert_false(listener_is_of_unit(&stub, "Datagram", "[::]:53"));
}

static void put_process(const char *proc, const char *pid, const char *comm, const char *exe)
{
	_cleanup_free_ char *comm_path = strdup_printf("/%s/comm", pid),
			    *exe_path = strdup_printf("/%s/exe", pid);
	_cleanup_free_ char *line = strdup_printf("%s\n", comm);

	tree_write(proc, comm_path, line);
	if (exe)
		tree_link(proc, exe_path, exe);
}

static void put_descriptor(const char *proc, const char *path, const char *target)
{
	tree_link(proc, path, target);
}

static const struct listener *find(const struct listener_list *listeners, uint32_t inode)
{
	for (size_t i = 0; i < listeners->count; i++)
		if (listeners->items[i].inode == inode)
			return &listeners->items[i];
	fail_msg("no listener with inode %u", inode);
	return NULL;
}

static struct listener_list make(const uint32_t *inodes, size_t count)
{
	struct listener_list list = {calloc(count, sizeof(*list.items)), count};

	for (size_t i = 0; i < count; i++)
		list.items[i].inode = inodes[i];
	return list;
}

static void programs_are_found(void **state)
{
	static const uint32_t inodes[] = {30, 10, 20, 40, 20, 50, 60, 20};
	_cleanup_(listeners_clear) struct listener_list list = make(inodes, ELEMENTS(inodes));
	const char *proc = *state;

	put_process(proc, "1", "systemd", "/usr/lib/systemd/systemd");
	put_descriptor(proc, "/1/fd/3", "socket:[10]");
	put_descriptor(proc, "/1/fd/4", "socket:[30]");
	put_process(proc, "12", "sshd", "/usr/sbin/sshd (deleted)");
	put_descriptor(proc, "/12/fd/0", "/dev/null");
	put_descriptor(proc, "/12/fd/3", "socket:[10]");
	put_process(proc, "13", "evil\x1b[31m\nsshd", "/usr/bin/python3.11");
	put_descriptor(proc, "/13/fd/3", "socket:[20]");
	put_descriptor(proc, "/13/fd/4", "socket:[20]");
	put_process(proc, "14", "systemd-resolve", "/usr/lib/systemd/systemd-resolved");
	put_descriptor(proc, "/14/fd/9", "socket:[40]");
	put_process(proc, "15", "kernelish", NULL);
	put_descriptor(proc, "/15/fd/9", "socket:[50]");
	assert_int_equal(listeners_find_owners(proc, &list), 0);

	assert_int_equal(find(&list, 10)->owner_count, 1);
	assert_string_equal(find(&list, 10)->owners[0].program, "sshd");
	assert_null(find(&list, 10)->owners[0].called);
	assert_int_equal(find(&list, 10)->owners[0].pid, 12);
	/* Nobody but systemd. */
	assert_string_equal(find(&list, 30)->owners[0].program, "systemd");
	assert_int_equal(find(&list, 30)->owners[0].pid, 1);
	/* Both of the same inode, once each, with nothing in the name that drives a terminal. */
	for (size_t i = 0; i < list.count; i++) {
		if (list.items[i].inode != 20)
			continue;
		assert_int_equal(list.items[i].owner_count, 1);
		assert_string_equal(list.items[i].owners[0].program, "python3.11");
		assert_string_equal(list.items[i].owners[0].called, "evil?[31m?sshd");
	}
	assert_string_equal(find(&list, 40)->owners[0].program, "systemd-resolved");
	assert_null(find(&list, 40)->owners[0].called);
	assert_string_equal(find(&list, 50)->owners[0].program, "kernelish");
	assert_int_equal(find(&list, 60)->owner_count, 0);
}

/* Vanished, hidden, or nonsense: nobody holds it then. */
static void what_cannot_be_read_holds_nothing(void **state)
{
	static const uint32_t inodes[] = {10};
	static const char *const targets[] = {"socket:[", "socket:[]", "socket:[10", "socket:10",
		"socket:[10]x", "socket:[4294967306]", "pipe:[10]", "socket:[-1]",
		"socket:[99999999999999999999]"};
	_cleanup_(listeners_clear) struct listener_list list = make(inodes, 1);
	_cleanup_(listeners_clear) struct listener_list none = {0};
	const char *proc = *state;

	assert_int_equal(listeners_find_owners(tree_path(proc, "/not-there"), &list), 0);
	tree_write(proc, "/7/fd", "hidden");
	tree_folder(proc, "/8");
	tree_folder(proc, "/self/fd");
	put_descriptor(proc, "/self/fd/3", "socket:[10]");
	/* Gone between the walk and the look at it. */
	put_descriptor(proc, "/9/fd/3", "socket:[10]");
	for (size_t i = 0; i < ELEMENTS(targets); i++) {
		_cleanup_free_ char *path = strdup_printf("/11/fd/%zu", i);

		put_descriptor(proc, path, targets[i]);
	}
	put_process(proc, "11", "odd", "/usr/bin/odd");
	assert_int_equal(listeners_find_owners(proc, &list), 0);
	assert_int_equal(list.items[0].owner_count, 0);
	assert_int_equal(listeners_find_owners(proc, &none), 0);
}

static void programs_that_share_a_socket_are_bounded(void **state)
{
	static const uint32_t inodes[] = {10};
	_cleanup_(listeners_clear) struct listener_list list = make(inodes, 1);

	for (int i = 1; i < 40; i++) {
		_cleanup_free_ char *pid = strdup_printf("%d", i),
				    *exe = strdup_printf("/usr/bin/program%d", i / 2);
		_cleanup_free_ char *path = strdup_printf("/%d/fd/3", i);

		put_process(*state, pid, "program", exe);
		put_descriptor(*state, path, "socket:[10]");
	}
	assert_int_equal(listeners_find_owners(*state, &list), 0);
	assert_true(list.items[0].owner_count > 1 && list.items[0].owner_count <= 8);
}

static int listen_on(int type, const char *address, bool v6only)
{
	int fd = socket(AF_INET6, type, 0), only = v6only;
	struct sockaddr_in6 name = {.sin6_family = AF_INET6};
	socklen_t size = sizeof(name);

	assert_int_equal(inet_pton(AF_INET6, address, &name.sin6_addr), 1);
	assert_int_equal(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &size), 0);
	return ntohs(name.sin6_port);
}

static const struct listener *find_port(
	const struct listener_list *listeners, uint8_t protocol, int port)
{
	for (size_t i = 0; i < listeners->count; i++)
		if (listeners->items[i].protocol == protocol && listeners->items[i].port == port)
			return &listeners->items[i];
	fail_msg("port %d was not found", port);
	return NULL;
}

static void the_running_kernel_is_understood(void **state)
{
	_cleanup_(listeners_clear) struct listener_list list = {0};
	_cleanup_free_ char *why = NULL;
	const struct listener *listener;
	int dual, only, udp;

	(void)state;
	if (unshare(CLONE_NEWNET) < 0)
		tree_skip("no network namespace: %s", strerror(errno));
	dual = listen_on(SOCK_STREAM, "::", false);
	only = listen_on(SOCK_STREAM, "::", true);
	udp = listen_on(SOCK_DGRAM, "::ffff:0.0.0.0", false);
	prctl(PR_SET_NAME, "a\tname");
	if (listeners_find(&list, &why) != 0)
		fail_msg("%s", why);
	assert_int_equal(list.count, 3);
	listener = find_port(&list, IPPROTO_TCP, dual);
	assert_true(listener->ipv4 && listener->ipv6 && !listener->address[0]);
	assert_int_equal(listener->owner_count, 1);
	assert_int_equal(listener->owners[0].pid, getpid());
	assert_string_equal(listener->owners[0].program, "test-sockets");
	assert_string_equal(listener->owners[0].called, "a?name");
	listener = find_port(&list, IPPROTO_TCP, only);
	assert_true(!listener->ipv4 && listener->ipv6);
	listener = find_port(&list, IPPROTO_UDP, udp);
	assert_true(listener->ipv4 && !listener->ipv6 && !listener->address[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_read),
		cmocka_unit_test(a_dump_has_an_end),
		cmocka_unit_test(an_error_at_the_end_is_one),
		cmocka_unit_test(an_error_message_is_one),
		cmocka_unit_test(a_dump_that_was_interrupted_is_told),
		cmocka_unit_test(answers_that_are_none_are_refused),
		cmocka_unit_test(a_torn_answer_does_no_harm),
		cmocka_unit_test(there_is_a_bound),
		cmocka_unit_test(reach_goes_by_address_and_interface),
		cmocka_unit_test(socket_units_are_recognised),
		tree_test(programs_are_found),
		tree_test(what_cannot_be_read_holds_nothing),
		tree_test(programs_that_share_a_socket_are_bounded),
		cmocka_unit_test(the_running_kernel_is_understood),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
