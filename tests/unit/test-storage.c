// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * facts/storage: the servers that a machine lives on, read from what the kernel says.
 *
 * Each case is one text and the exceptions that it makes, written as cordon status shows them. An
 * exception too few hangs a root file system, one too many opens what nobody asked for.
 */

#include "tree.h"

#include "facts/storage.h"
#include "util/fail.h"

#include <string.h>

/* "a; b" of all exceptions. */
static char *describe(const struct exception_list *list)
{
	char *all = strdup("");

	for (size_t i = 0; i < list->count; i++) {
		_cleanup_free_ char *one = exception_describe(&list->items[i], false);
		char *longer = strdup_printf("%s%s%s", all, i ? "; " : "", one);

		free(all);
		all = longer;
	}
	return all;
}

struct storage_case {
	const char *text, *expected;
};

static void expect(const struct storage_case *cases, size_t count,
	int (*read)(const char *text, struct exception_list *storage))
{
	unsigned int failures = 0;

	for (size_t i = 0; i < count; i++) {
		_cleanup_(exception_list_clear) struct exception_list list = {0};
		_cleanup_free_ char *found = NULL;

		assert_int_equal(read(cases[i].text, &list), 0);
		found = describe(&list);
		if (strcmp(found, cases[i].expected) == 0)
			continue;
		failures++;
		print_error("%s\n  gave     \"%s\"\n  in place of \"%s\"\n", cases[i].text, found,
			cases[i].expected);
	}
	assert_int_equal(failures, 0);
}

static void mounts_name_their_servers(void **state)
{
	static const struct storage_case cases[] = {
		{"", ""},
		{"/dev/sda1 / ext4 rw,relatime 0 0\n", ""},
		{"192.0.2.1:/srv / nfs4 rw,vers=4.2,clientaddr=192.0.2.9,addr=192.0.2.1 0 0\n",
			"any port to 192.0.2.1"},
		{"files:/srv /srv nfs rw,mountaddr=192.0.2.8,mountport=20048,addr=192.0.2.1 0 0\n",
			"any port to 192.0.2.1"},
		{"[2001:db8::5]:/srv / nfs4 rw,proto=tcp6,addr=2001:db8::5 0 0\n",
			"any port to 2001:db8::5"},
		{"//files/share\\040x /mnt cifs rw,username=x,addr=192.0.2.2,file_mode=0755 0 0\n",
			"any port to 192.0.2.2"},
		{"//files/share /mnt smb3 rw,addr=2001:db8::6 0 0\n", "any port to 2001:db8::6"},
		{"a:/ /a nfs rw,addr=192.0.2.1 0 0\nb:/ /b nfs rw,addr=192.0.2.1 0 0\n"
		 "c:/ /c nfs rw,addr=192.0.2.3 0 0",
			"any port to 192.0.2.1; any port to 192.0.2.3"},
		/* Not network file systems, whatever their options say. */
		{"tmpfs /tmp tmpfs rw,addr=192.0.2.1 0 0\n", ""},
		{"nfsd /proc/fs/nfsd nfsd rw 0 0\n", ""},
		{"addr=192.0.2.1 / fuse.x rw 0 0\n", ""},
		/* Nonsense opens nothing. */
		{"a:/ /a nfs rw,addr=0.0.0.0/0 0 0\n", ""},
		{"a:/ /a nfs rw,addr=0.0.0.0-255.255.255.255 0 0\n", ""},
		{"a:/ /a nfs rw,addr=files.example.org 0 0\n", ""},
		{"a:/ /a nfs rw,addr= 0 0\n", ""},
		{"a:/ /a nfs\n", ""},
		{"nfs nfs nfs", ""},
		{"\n\n   \n", ""},
	};

	(void)state;
	expect(cases, ELEMENTS(cases), storage_from_mounts);
}

static void the_kernel_command_line_names_servers(void **state)
{
	static const struct storage_case cases[] = {
		{"", ""},
		{"ro root=/dev/sda1 quiet\n", ""},
		{"root=UUID=0123-4567 ro", ""},
		{"root=LABEL=a:b", ""},
		{"root=/dev/nfs nfsroot=192.0.2.1:/srv/nfs,vers=4 ip=dhcp",
			"any port to 192.0.2.1"},
		{"nfsroot=/srv/nfs", ""},
		{"root=192.0.2.1:/srv", "any port to 192.0.2.1"},
		{"root=nfs:192.0.2.1:/srv:ro", "any port to 192.0.2.1"},
		{"root=nfs4:192.0.2.1:/srv", "any port to 192.0.2.1"},
		{"root=nfs:[2001:db8::1]:/srv", "any port to 2001:db8::1"},
		{"netroot=nfs:192.0.2.1:/srv", "any port to 192.0.2.1"},
		{"nfsroot=[2001:db8::1]:/srv", "any port to 2001:db8::1"},
		{"netroot=iscsi:192.0.2.5::::iqn.2009-06.example:disk", "3260/tcp to 192.0.2.5"},
		{"netroot=iscsi:192.0.2.5::3260::iqn.2009-06.example:disk",
			"3260/tcp to 192.0.2.5"},
		{"netroot=iscsi:@192.0.2.5::3260::iqn.2009-06.example:disk",
			"3260/tcp to 192.0.2.5"},
		{"netroot=iscsi:user:password@192.0.2.5::::iqn.2009-06.example:disk",
			"3260/tcp to 192.0.2.5"},
		{"netroot=iscsi:u:p@ss@192.0.2.5::::iqn.2009-06.example:disk",
			"3260/tcp to 192.0.2.5"},
		{"netroot=iscsi:[2001:db8::5]::::iqn.2009-06.example:disk",
			"3260/tcp to 2001:db8::5"},
		{"netroot=iscsi:u:p@[2001:db8::5]::::iqn.2009-06.example:disk",
			"3260/tcp to 2001:db8::5"},
		{"root=iscsi:192.0.2.5::::iqn.2009-06.example:disk", "3260/tcp to 192.0.2.5"},
		/* dracut.cmdline(7): servername:protocol:port:LUN:targetname */
		{"netroot=iscsi:192.0.2.5::3261::iqn.2009-06.example:disk",
			"3261/tcp to 192.0.2.5"},
		{"netroot=iscsi:u:p@[2001:db8::5]:6:3262:1:iqn.2009-06.example:disk",
			"3262/tcp to 2001:db8::5"},
		{"netroot=iscsi:192.0.2.5::::iqn.a\tnetroot=iscsi:192.0.2.6::::iqn.b",
			"3260/tcp to 192.0.2.5; 3260/tcp to 192.0.2.6"},
		/* Names are not looked up, and nonsense opens nothing. */
		{"root=nfs:files.example.org:/srv", ""},
		{"netroot=iscsi:san.example.org::::iqn.2009-06.example:disk", ""},
		{"netroot=iscsi:", ""},
		{"netroot=iscsi:[2001:db8::5", ""},
		{"netroot=iscsi:0.0.0.0/0::::iqn", ""},
		{"root=", ""},
		{"root=nfs:", ""},
		{"xroot=192.0.2.1:/srv", ""},
	};

	(void)state;
	expect(cases, ELEMENTS(cases), storage_from_cmdline);
}

static char *sessions(const char *root)
{
	_cleanup_(exception_list_clear) struct exception_list list = {0};

	assert_int_equal(storage_from_sessions(tree_path(root, "/sys"), &list), 0);
	return describe(&list);
}

#define ISCSI "/sys/class/iscsi_connection/connection1:0/"
#define NVME  "/sys/class/nvme/nvme0/"

static void no_sessions_are_no_exceptions(void **state)
{
	_cleanup_free_ char *found = sessions(*state);

	assert_string_equal(found, "");
}

static void iscsi_sessions_name_their_targets(void **state)
{
	_cleanup_free_ char *found = NULL;

	tree_write(*state, ISCSI "persistent_address", "192.0.2.5\n");
	tree_write(*state, ISCSI "persistent_port", "3261\n");
	found = sessions(*state);
	assert_string_equal(found, "3261/tcp to 192.0.2.5");
}

static void iscsi_over_ipv6_without_a_port(void **state)
{
	_cleanup_free_ char *found = NULL;

	tree_write(*state, ISCSI "persistent_address", "2001:db8::5\n");
	found = sessions(*state);
	assert_string_equal(found, "3260/tcp to 2001:db8::5");
}

static void nvme_over_tcp_names_its_target(void **state)
{
	_cleanup_free_ char *found = NULL;

	tree_write(*state, NVME "transport", "tcp\n");
	tree_write(*state, NVME "address",
		"traddr=192.0.2.9,trsvcid=4421,host_traddr=192.0.2.1,src_addr=192.0.2.1\n");
	found = sessions(*state);
	assert_string_equal(found, "4421/tcp to 192.0.2.9");
}

static void nvme_over_tcp_has_a_standard_port(void **state)
{
	_cleanup_free_ char *found = NULL;

	tree_write(*state, NVME "transport", "tcp\n");
	tree_write(*state, NVME "address", "traddr=2001:db8::9\n");
	found = sessions(*state);
	assert_string_equal(found, "4420/tcp to 2001:db8::9");
}

static void local_nvme_is_no_server(void **state)
{
	_cleanup_free_ char *found = NULL;

	tree_write(*state, NVME "transport", "pcie\n");
	tree_write(*state, NVME "address", "0000:01:00.0\n");
	tree_write(*state, "/sys/class/nvme/nvme1/transport", "rdma\n");
	tree_write(*state, "/sys/class/nvme/nvme1/address", "traddr=192.0.2.9,trsvcid=4420\n");
	tree_write(*state, "/sys/class/nvme/nvme2/address", "traddr=192.0.2.9,trsvcid=4420\n");
	tree_folder(*state, "/sys/class/nvme/nvme3/transport");
	found = sessions(*state);
	assert_string_equal(found, "");
}

/* A port that is not one must never become 0, which stands for every port and protocol. */
static void a_bad_port_is_not_every_port(void **state)
{
	static const char *const ports[] = {"", "0", "none", "65536", "-1", "99999999999"};

	for (size_t i = 0; i < ELEMENTS(ports); i++) {
		_cleanup_free_ char *found = NULL, *address = NULL;

		address = strdup_printf("traddr=192.0.2.9,trsvcid=%s\n", ports[i]);
		tree_write(*state, ISCSI "persistent_address", "192.0.2.5\n");
		tree_write(*state, ISCSI "persistent_port", ports[i]);
		tree_write(*state, NVME "transport", "tcp\n");
		tree_write(*state, NVME "address", address);
		found = sessions(*state);
		if (strstr(found, "any port"))
			fail_msg("port \"%s\" gave \"%s\"", ports[i], found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mounts_name_their_servers),
		cmocka_unit_test(the_kernel_command_line_names_servers),
		tree_test(no_sessions_are_no_exceptions),
		tree_test(iscsi_sessions_name_their_targets),
		tree_test(iscsi_over_ipv6_without_a_port),
		tree_test(nvme_over_tcp_names_its_target),
		tree_test(nvme_over_tcp_has_a_standard_port),
		tree_test(local_nvme_is_no_server),
		tree_test(a_bad_port_is_not_every_port),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
