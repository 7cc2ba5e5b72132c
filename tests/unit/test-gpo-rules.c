// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What Group Policy opens (P16): ports, services, rules, as text of a policy and as exceptions.
 *
 * Each case is the lines or rules of one policy and what stays open by them. One port too many is
 * open on a server that is not patched yet.
 */

#include "tree.h"

#include "pol.h"
#include "policy/grouppolicy/gpo.h"
#include "util/fail.h"

#include <string.h>

static char *describe(const struct exception_list *list)
{
	char *all = strdup("");

	for (size_t i = 0; i < list->count; i++) {
		_cleanup_free_ char *one = exception_describe(&list->items[i], true);
		char *longer = strdup_printf("%s%s%s", all, i ? "; " : "", one);

		free(all);
		all = longer;
	}
	return all;
}

static void interpret(
	const struct pol *pol, enum group_policy_profile profile, struct group_policy *policy)
{
	_cleanup_(gpo_map_clear) struct gpo_map map = {0};
	_cleanup_free_ char *why = NULL;

	if (gpo_map_merge(&map, "/x.pol", pol->data, pol->size, &why) < 0)
		fail_msg("refused: %s", why);
	assert_int_equal(gpo_map_settle(&map), 0);
	assert_int_equal(gpo_interpret(&map, profile, policy), 0);
}

#define TEXTS_MAX 5

struct text_case {
	const char *texts[TEXTS_MAX];
	const char *expected; /* what is open; */
	const char *problem;  /* part of a sentence; NULL: nothing is to be said */
};

static void check(const struct text_case *test, const struct group_policy *policy)
{
	_cleanup_free_ char *found = describe(&policy->allow);

	if (strcmp(found, test->expected) != 0)
		fail_msg("%s\n%s\n  gave     \"%s\"\n  in place of \"%s\"", test->texts[0],
			test->texts[1] ? test->texts[1] : "", found, test->expected);
	assert_int_equal(policy->damage.count, 0);
	if (test->problem)
		assert_listed(&policy->problems, test->problem);
	else if (policy->problems.count > 0)
		fail_msg("%s\n  need not say \"%s\"", test->texts[0], policy->problems.items[0]);
}

/* One value for each text, named so that they are read in the order of the table. */
static void expect(const struct text_case *cases, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++) {
		_cleanup_(group_policy_clear) struct group_policy policy = {0};
		_cleanup_(pol_clear) struct pol pol = pol_begin();

		for (char k = 0; k < TEXTS_MAX && cases[i].texts[(size_t)k]; k++)
			pol_text(&pol, key, (char[]){(char)('a' + k), '\0'},
				cases[i].texts[(size_t)k]);
		interpret(&pol, GROUP_POLICY_DOMAIN, &policy);
		check(&cases[i], &policy);
	}
}

static void lists_open_ports(void **state)
{
	static const struct text_case cases[] = {
		{{"22:TCP:*:enabled:SSH"}, "22/tcp", NULL},
		{{"53:udp:*:ENABLED:DNS"}, "53/udp", NULL},
		{{"22:TCP:LocalSubnet:enabled:"}, "22/tcp from LocalSubnet", NULL},
		{{"22:TCP:localsubnet:enabled"}, "22/tcp from LocalSubnet", NULL},
		{{"22:TCP:10.0.0.0/255.0.0.0, 192.0.2.7 ,10.0.0.0/8:enabled:SSH"},
			"22/tcp from 10.0.0.0/8; 22/tcp from 192.0.2.7", NULL},
		{{"22:TCP:192.0.2.1-192.0.2.9:enabled:x"}, "22/tcp from 192.0.2.1-192.0.2.9", NULL},
		/* Colons where they can be: in the scope and in the name. */
		{{"22:TCP:2001:db8::/32,fe80::1:enabled:a:disabled:b"},
			"22/tcp from 2001:db8::/32; 22/tcp from fe80::1", NULL},
		{{"22:TCP:::1:enabled:x"}, "22/tcp from ::1", NULL},
		{{"22:TCP:*:disabled:SSH"}, "", NULL},
		/* Scopes of one port add up. */
		{{"22:TCP:10.0.0.0/8:enabled:a", "22:TCP:192.0.2.0/24:enabled:b"},
			"22/tcp from 10.0.0.0/8; 22/tcp from 192.0.2.0/24", NULL},
		{{"22:TCP:*:enabled:a", "22:TCP:*:enabled:a"}, "22/tcp", NULL},
	};

	(void)state;
	expect(cases, ELEMENTS(cases), POL_LIST);
}

static void a_disabled_line_closes_its_like_only(void **state)
{
	static const struct text_case cases[] = {
		{{"22:TCP:*:enabled:a", "22:TCP:*:disabled:b"}, "", NULL},
		{{"22:TCP:*:disabled:a", "22:TCP:*:enabled:b"}, "", NULL},
		/* The same scope in other words and another order. */
		{{"22:TCP:10.0.0.0/8,192.0.2.1:enabled:a",
			 "22:tcp:192.0.2.1/32,10.9.9.9/255.0.0.0:Disabled:b"},
			"", NULL},
		/* Another port, protocol, or scope. */
		{{"22:TCP:*:enabled:a", "23:TCP:*:disabled:b"}, "22/tcp", NULL},
		{{"22:TCP:*:enabled:a", "22:UDP:*:disabled:b"}, "22/tcp", NULL},
		{{"22:TCP:10.0.0.0/8:enabled:a", "22:TCP:*:disabled:b"}, "22/tcp from 10.0.0.0/8",
			NULL},
		{{"22:TCP:10.0.0.0/8:enabled:a", "22:TCP:192.0.2.1:enabled:b",
			 "22:TCP:192.0.2.1:disabled:c"},
			"22/tcp from 10.0.0.0/8", NULL},
		/* Not fully understood, it may be the like of any. */
		{{"22:TCP:*:enabled:a", "22:TCP:10.0.0.0/8,x:disabled:b"}, "",
			"all of this port is closed"},
		{{"22:TCP:*:enabled:a", "22:TCP::disabled:b", "23:TCP:*:enabled:c"}, "23/tcp",
			"all of this port is closed"},
	};

	(void)state;
	expect(cases, ELEMENTS(cases), POL_LIST);
}

static void what_is_wrong_in_a_line_is_left_out(void **state)
{
	static const struct text_case cases[] = {
		{{"7:TCP:7:*:enabled:x", "22:TCP:*:enabled:b"}, "22/tcp", "\"7:*\" is left out"},
		{{"22:TCP:10.0.0.1,server.example.org:enabled:x"}, "22/tcp from 10.0.0.1",
			"\"server.example.org\" is left out"},
		{{"22:TCP:10.0.0.1,:enabled:x"}, "22/tcp from 10.0.0.1", "\"\" is left out"},
		{{"22:TCP:10.0.0.0/33:enabled:x"}, "", "\"10.0.0.0/33\" is left out"},
		{{"22:TCP:10.0.0.0/255.0.255.0:enabled:x"}, "", "is left out"},
		{{"22:TCP::enabled:x"}, "", "\"\" is left out"},
		{{"22:TCP: :enabled:x"}, "", "\"\" is left out"},
		{{"22:TCP:enabled:x"}, "", "neither enabled nor disabled"},
		{{"22:TCP:*:enable:x"}, "", "neither enabled nor disabled"},
		{{"22:TCP:*:enabledx:x"}, "", "neither enabled nor disabled"},
		{{"22:TCP:*"}, "", "neither enabled nor disabled"},
		{{"22:TCP"}, "", "not port:protocol:scope:status:name"},
		{{"22"}, "", "not port:protocol:scope:status:name"},
		{{""}, "", "not port:protocol:scope:status:name"},
		{{"22:6:*:enabled:x"}, "", "not TCP or UDP"},
		{{"22::*:enabled:x"}, "", "not TCP or UDP"},
		{{"0:TCP:*:enabled:x"}, "", "not a number from 1 to 65535"},
		{{"65536:TCP:*:enabled:x"}, "", "not a number from 1 to 65535"},
		{{"20-30:TCP:*:enabled:x"}, "", "not a number from 1 to 65535"},
		{{"22/tcp:TCP:*:enabled:x"}, "", "not a number from 1 to 65535"},
		{{" 22:TCP:*:enabled:x"}, "", "not a number from 1 to 65535"},
		{{"-22:TCP:*:enabled:x"}, "", "not a number from 1 to 65535"},
		{{"22:TCP:\r\n:enabled:\x1b[2J"}, "", "\"??\" is left out"},
	};

	(void)state;
	expect(cases, ELEMENTS(cases), POL_LIST);
}

static void a_line_is_its_data_not_its_name(void **state)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};
	_cleanup_(pol_clear) struct pol pol = pol_begin();
	_cleanup_free_ char *found = NULL;

	(void)state;
	pol_text(&pol, POL_LIST, "22:TCP:*:enabled:SSH", "443:TCP:10.0.0.0/8:enabled:Web");
	pol_number(&pol, POL_LIST, "80:TCP:*:enabled:Web", 1);
	interpret(&pol, GROUP_POLICY_DOMAIN, &policy);
	found = describe(&policy.allow);
	assert_string_equal(found, "443/tcp from 10.0.0.0/8");
	assert_string_equal(policy.allow.items[0].reason, "Group Policy");
	assert_string_equal(policy.allow.items[0].source,
		"/x.pol: DomainProfile\\GloballyOpenPorts\\List\\22:TCP:*:enabled:SSH");
	assert_listed(&policy.problems, "80:TCP:*:enabled:Web: left out: not a text");
}

static void a_list_that_is_switched_off_opens_nothing(void **state)
{
	static const struct {
		uint32_t enabled;
		const char *expected;
	} cases[] = {{0, ""}, {1, "22/tcp"}, {2, ""}};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(group_policy_clear) struct group_policy policy = {0};
		_cleanup_(pol_clear) struct pol pol = pol_begin();
		_cleanup_free_ char *found = NULL;

		pol_text(&pol, POL_LIST, "x", "22:TCP:*:enabled:SSH");
		pol_number(&pol, POL_DOMAIN "\\GloballyOpenPorts", "Enabled", cases[i].enabled);
		interpret(&pol, GROUP_POLICY_DOMAIN, &policy);
		found = describe(&policy.allow);
		assert_string_equal(found, cases[i].expected);
		if (cases[i].enabled != 1)
			assert_listed(&policy.problems, "opens nothing");
	}
}

static void services_have_their_ports(void **state)
{
	static const struct {
		const char *key, *name;
		uint32_t number;
		const char *addresses; /* NULL: none */
		const char *expected, *problem;
	} cases[] = {
		{"Services\\RemoteDesktop", "Enabled", 1, NULL, "3389/tcp", NULL},
		{"Services\\RemoteDesktop", "Enabled", 1, "*", "3389/tcp", NULL},
		{"Services\\RemoteDesktop", "Enabled", 1, "10.0.0.0/8,LocalSubnet",
			"3389/tcp from 10.0.0.0/8; 3389/tcp from LocalSubnet", NULL},
		{"Services\\RemoteDesktop", "Enabled", 1, "10.0.0.1,x", "3389/tcp from 10.0.0.1",
			"\"x\" is left out"},
		{"Services\\RemoteDesktop", "Enabled", 1, "", "", "\"\" is left out"},
		{"Services\\RemoteDesktop", "Enabled", 0, NULL, "", NULL},
		{"Services\\RemoteDesktop", "Enabled", 2, NULL, "", "not a DWORD of 0 or 1"},
		{"Services\\RemoteDesktop", "Other", 1, NULL, "", NULL},
		{"Services\\FileAndPrint", "Enabled", 1, "10.0.0.1",
			"139/tcp from 10.0.0.1; 445/tcp from 10.0.0.1; 137/udp from 10.0.0.1; "
			"138/udp from 10.0.0.1",
			NULL},
		{"RemoteAdminSettings", "Enabled", 1, "10.0.0.1",
			"135/tcp from 10.0.0.1; 445/tcp from 10.0.0.1", NULL},
		{"IcmpSettings", "AllowInboundEchoRequest", 1, NULL, "echo request", NULL},
		{"IcmpSettings", "AllowInboundEchoRequest", 0, NULL, "", NULL},
		{"IcmpSettings", "AllowInboundEchoRequest", 7, NULL, "", "not a DWORD of 0 or 1"},
		{"IcmpSettings", "AllowInboundMaskRequest", 1, NULL, "", NULL},
		{"Services\\UPnPFramework", "Enabled", 1, NULL, "", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(group_policy_clear) struct group_policy policy = {0};
		_cleanup_(pol_clear) struct pol pol = pol_begin();
		_cleanup_free_ char *key = strdup_printf(POL_DOMAIN "\\%s", cases[i].key);
		struct text_case test = {{key}, cases[i].expected, cases[i].problem};

		pol_number(&pol, key, cases[i].name, cases[i].number);
		if (cases[i].addresses)
			pol_text(&pol, key, "RemoteAddresses", cases[i].addresses);
		interpret(&pol, GROUP_POLICY_DOMAIN, &policy);
		check(&test, &policy);
	}
}

static void addresses_that_are_no_text_are_nobodys(void **state)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};
	_cleanup_(pol_clear) struct pol pol = pol_begin();

	(void)state;
	pol_number(&pol, POL_DOMAIN "\\Services\\RemoteDesktop", "Enabled", 1);
	pol_number(&pol, POL_DOMAIN "\\Services\\RemoteDesktop", "RemoteAddresses", 1);
	interpret(&pol, GROUP_POLICY_DOMAIN, &policy);
	assert_int_equal(policy.allow.count, 0);
	assert_listed(&policy.problems, "RemoteAddresses: not a text");
}

#define ALLOW "v2.29|Action=Allow|Active=TRUE|Dir=In|"
#define BLOCK "v2.29|Action=Block|Active=TRUE|Dir=In|"

static void rules_open_ports(void **state)
{
	static const struct text_case cases[] = {
		{{ALLOW "Protocol=6|LPort=22|"}, "22/tcp", NULL},
		{{ALLOW "Protocol=17|LPort=53"}, "53/udp", NULL},
		{{"v2.0|action=allow|ACTIVE=true|dir=in|protocol=6|lport=22|"}, "22/tcp", NULL},
		{{ALLOW "Protocol=6|LPort=80|LPort=443|LPort=5000-5010|LPort2_10=6000-6001|"},
			"80/tcp; 443/tcp; 5000-5010/tcp; 6000-6001/tcp", NULL},
		{{ALLOW "Protocol=6|LPort=22|RA4=10.0.0.0/255.0.0.0|RA4=192.0.2.1-192.0.2.9|"
			"RA6=2001:db8::/32|"},
			"22/tcp from 10.0.0.0/8; 22/tcp from 192.0.2.1-192.0.2.9; "
			"22/tcp from 2001:db8::/32",
			NULL},
		{{ALLOW "Protocol=6|LPort=22|RA4=LocalSubnet|RA6=LocalSubnet|"},
			"22/tcp from LocalSubnet", NULL},
		{{ALLOW "Protocol=6|LPort=22|Name=a|Desc=b=c|EmbedCtxt=d|Edge=TRUE|Defer=App|"},
			"22/tcp", NULL},
		{{ALLOW "Protocol=6|LPort=22|Profile=Public|Profile=Domain|"}, "22/tcp", NULL},
		{{ALLOW "Protocol=1|ICMP4=8:*|"}, "echo request from 0.0.0.0/0", NULL},
		{{ALLOW "Protocol=58|ICMP6=128:*|"}, "echo request from ::/0", NULL},
		{{ALLOW "Protocol=1|ICMP4=8:*|RA4=10.0.0.0/8|RA6=fd00::/8|"},
			"echo request from 10.0.0.0/8", NULL},
		/* Of no interest. */
		{{"v2.29|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=22|X=y|"}, "", NULL},
		{{"v2.29|Action=Allow|Dir=In|Protocol=6|LPort=22|"}, "", NULL},
		{{"v2.29|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|LPort=22|X=y|"}, "", NULL},
	};

	(void)state;
	expect(cases, ELEMENTS(cases), POL_RULES);
}

static void rules_for_programs_open_the_ports_that_they_name(void **state)
{
	static const struct text_case cases[] = {
		{{ALLOW "Protocol=6|LPort=22|App=C:\\sshd.exe|"}, "22/tcp",
			"meant for one program"},
		{{ALLOW "Protocol=6|LPort=22|Svc=sshd|"}, "22/tcp", "meant for one program"},
		{{ALLOW "Protocol=6|App=C:\\sshd.exe|"}, "", "names a program"},
		{{ALLOW "App=C:\\sshd.exe|"}, "", "names no protocol"},
	};

	(void)state;
	expect(cases, ELEMENTS(cases), POL_RULES);
}

static void rules_that_cannot_be_kept_are_left_out(void **state)
{
	static const struct text_case cases[] = {
		{{ALLOW "Protocol=6|LPort=22|LUAuth=D:(A;;CC;;;S-1-5-32)|"}, "", "its LUAuth="},
		{{ALLOW "Protocol=6|LPort=22|RMauth=x|"}, "", "its RMauth="},
		{{ALLOW "Protocol=6|LPort=22|RUAuth=x|"}, "", "its RUAuth="},
		{{ALLOW "Protocol=6|LPort=22|IF={GUID}|"}, "", "its IF="},
		{{ALLOW "Protocol=6|LPort=22|IFType=Lan|"}, "", "its IFType="},
		{{ALLOW "Protocol=6|LPort=22|Security=Authenticate|"}, "", "its Security="},
		{{ALLOW "Protocol=6|LPort=22|RPort=1024|"}, "", "its RPort="},
		{{ALLOW "Protocol=6|LPort=22|Platform=2:6:1|"}, "", "its Platform="},
		{{ALLOW "Protocol=6|LPort=22|LA4=10.0.0.1|"}, "", "its LA4="},
		{{ALLOW "Protocol=6|LPort=22|RA42=IntrAnet|"}, "", "its RA42="},
		{{ALLOW "Protocol=6|LPort=22|TTK=Proximity|"}, "", "its TTK="},
		{{ALLOW "Protocol=6|LPort=22|garbage|"}, "", "its garbage="},
		{{ALLOW "Protocol=6|LPort=22|Profile=Public|"}, "", "its Profile= is another"},
		{{ALLOW "Protocol=6|LPort=22|Profile=Domain|Profile=x|"}, "",
			"its Profile= is another"},
		{{ALLOW "Protocol=6|"}, "", "names no port"},
		{{ALLOW "LPort=22|"}, "", "names no protocol"},
		{{ALLOW "Protocol=47|LPort=22|"}, "", "not about TCP, UDP"},
		{{ALLOW "Protocol=6|Protocol=17|LPort=22|"}, "", "not about TCP, UDP"},
		{{ALLOW "Protocol=x|LPort=22|"}, "", "not about TCP, UDP"},
		{{ALLOW "Protocol=1|"}, "", "not about TCP, UDP or echo"},
		{{ALLOW "Protocol=1|ICMP4=8:*|ICMP4=13:*|"}, "", "not about TCP, UDP or echo"},
		{{ALLOW "Protocol=1|ICMP4=8:*|LPort=22|"}, "", "ports of a protocol that has none"},
		{{"v2.29|Action=ByPass|Active=TRUE|Dir=In|Protocol=6|LPort=22|"}, "",
			"Action= is not Allow"},
		{{"v2.29|Action=Allow|Active=TRUE|Active=FALSE|Dir=In|Protocol=6|LPort=22|"}, "",
			"Active= is not TRUE"},
		{{"v2.29|Action=Allow|Active=TRUE|Protocol=6|LPort=22|"}, "", "Dir= not In"},
		{{"Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=22|"}, "", "version"},
		{{"v2|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=22|"}, "", "version"},
		{{""}, "", "left out: empty"},
	};

	(void)state;
	expect(cases, ELEMENTS(cases), POL_RULES);
}

static void what_is_wrong_in_a_rule_is_left_out(void **state)
{
	static const struct text_case cases[] = {
		{{ALLOW "Protocol=6|LPort=RPC|LPort=22|"}, "22/tcp", "\"LPort=RPC\" is left out"},
		{{ALLOW "Protocol=17|LPort2_20=mDNS|LPort=53|"}, "53/udp", "\"LPort2_20=mDNS\""},
		{{ALLOW "Protocol=17|LPort2_20=mDNS|"}, "", "\"LPort2_20=mDNS\" is left out"},
		{{ALLOW "Protocol=6|LPort=0|"}, "", "\"LPort=0\" is left out"},
		{{ALLOW "Protocol=6|LPort=30-20|"}, "", "\"LPort=30-20\" is left out"},
		{{ALLOW "Protocol=6|LPort=|"}, "", "\"LPort=\" is left out"},
		{{ALLOW "Protocol=6|LPort=22|RA4=DNS|RA4=10.0.0.1|"}, "22/tcp from 10.0.0.1",
			"\"RA4=DNS\" is left out"},
		{{ALLOW "Protocol=6|LPort=22|RA4=|"}, "", "\"RA4=\" is left out"},
		{{ALLOW "Protocol=6|LPort=22|RA4=*|"}, "", "\"RA4=*\" is left out"},
		{{ALLOW "Protocol=6|LPort=22|RA6=10.0.0.1|"}, "", "\"RA6=10.0.0.1\" is left out"},
		{{ALLOW "Protocol=6|LPort=22|RA4=LocalSubnet|"}, "", "LocalSubnet is left out"},
	};

	(void)state;
	expect(cases, ELEMENTS(cases), POL_RULES);
}

static void blocks_close_what_they_touch(void **state)
{
#define SSH ALLOW "Protocol=6|LPort=22|RA4=10.0.0.0/8|"
#define WEB ALLOW "Protocol=6|LPort=440-450|"
#define DNS ALLOW "Protocol=17|LPort=22|"
	static const char all[] = "22/tcp from 10.0.0.0/8; 440-450/tcp; 22/udp";
	static const struct text_case cases[] = {
		{{SSH, WEB, DNS}, all, NULL},
		{{SSH, WEB, DNS, BLOCK "Protocol=6|LPort=22|"}, "440-450/tcp; 22/udp",
			"may block, 22/tcp from 10.0.0.0/8, so that stays closed"},
		{{BLOCK "Protocol=6|LPort=22|", SSH, WEB, DNS}, "440-450/tcp; 22/udp", "closed"},
		{{SSH, WEB, DNS, BLOCK "Protocol=6|LPort=445|"}, "22/tcp from 10.0.0.0/8; 22/udp",
			"closed"},
		{{SSH, WEB, DNS, BLOCK "Protocol=6|LPort2_10=1-65535|"}, "22/udp", "closed"},
		{{SSH, WEB, DNS, BLOCK "Protocol=6|LPort=23-439|"}, all, NULL},
		{{SSH, WEB, DNS, BLOCK "Protocol=17|"}, "22/tcp from 10.0.0.0/8; 440-450/tcp",
			"closed"},
		{{SSH, WEB, DNS, BLOCK}, "", "closed"},
		{{SSH, WEB, DNS, BLOCK "Protocol=47|"}, all, NULL},
		/* Peers: apart, touching, of the other version. */
		{{SSH, WEB, DNS, BLOCK "Protocol=6|LPort=22|RA4=11.0.0.0/8|"}, all, NULL},
		{{SSH, WEB, DNS, BLOCK "Protocol=6|LPort=22|RA4=9.0.0.0-9.255.255.255|"}, all,
			NULL},
		{{SSH, WEB, DNS, BLOCK "Protocol=6|LPort=22|RA6=fd00::/8|"}, all, NULL},
		{{SSH, WEB, DNS, BLOCK "Protocol=6|LPort=22|RA4=10.255.255.255|"},
			"440-450/tcp; 22/udp", "closed"},
		{{SSH, WEB, DNS, BLOCK "Protocol=6|LPort=22|RA4=9.0.0.1-10.0.0.0|"},
			"440-450/tcp; 22/udp", "closed"},
		{{SSH, WEB, DNS, BLOCK "Protocol=6|LPort=445|RA4=9.0.0.1|"},
			"22/tcp from 10.0.0.0/8; 22/udp", "closed"},
		{{SSH, WEB, DNS, BLOCK "Protocol=6|LPort=22|RA4=LocalSubnet|"},
			"440-450/tcp; 22/udp", "closed"},
		/* Off, outbound, or of another profile. */
		{{SSH, WEB, DNS, "v2.29|Action=Block|Active=FALSE|Dir=In|"}, all, NULL},
		{{SSH, WEB, DNS, "v2.29|Action=Block|Dir=In|"}, all, NULL},
		{{SSH, WEB, DNS, "v2.29|Action=Block|Active=TRUE|Dir=Out|"}, all, NULL},
		{{SSH, WEB, DNS, BLOCK "Profile=Public|"}, all, NULL},
		{{SSH, WEB, DNS, BLOCK "Profile=Public|Profile=Domain|"}, "", "closed"},
	};

	(void)state;
	expect(cases, ELEMENTS(cases), POL_RULES);
}

static void in_doubt_a_rule_blocks(void **state)
{
	static const struct text_case cases[] = {
		/* What narrows it is not kept. */
		{{SSH, BLOCK "Protocol=6|LPort=22|RA4=11.0.0.0/8|LUAuth=x|"}, "", "closed"},
		{{SSH, BLOCK "Protocol=6|LPort=22|App=C:\\x.exe|"}, "", "closed"},
		{{SSH, BLOCK "Protocol=6|LPort=22|RA4=11.0.0.0/8|RA4=DNS|"}, "", "closed"},
		{{SSH, BLOCK "Protocol=6|LPort=23|LPort=RPC|"}, "", "closed"},
		{{SSH, BLOCK "Protocol=6|LPort=23|LUAuth=x|"}, "22/tcp from 10.0.0.0/8", NULL},
		{{SSH, BLOCK "Protocol=17|Protocol=6|"}, "", "closed"},
		{{SSH, BLOCK "Protocol=tcp|"}, "", "closed"},
		{{SSH, BLOCK "Profile=x|"}, "", "closed"},
		/* It may be a block, may be on, may be inbound. */
		{{SSH, "v2.29|Action=Blok|Active=TRUE|Dir=In|"}, "", "closed"},
		{{SSH, "v2.29|Active=TRUE|Dir=In|"}, "", "closed"},
		{{SSH, "v2.29|Action=Allow|Action=Block|Active=TRUE|Dir=In|"}, "", "closed"},
		{{SSH, "v2.29|Action=Block|Active=yes|Dir=In|"}, "", "closed"},
		{{SSH, "v2.29|Action=Block|Active=TRUE|"}, "", "closed"},
		{{SSH, "v2.29|Action=Block|Active=TRUE|Dir=Out|Dir=In|"}, "", "closed"},
		{{SSH, "Action=Block|Active=TRUE|Dir=In|"}, "", "closed"},
		{{SSH, "v2.29;Action=Block;Active=TRUE;Dir=In"}, "", "closed"},
		{{ALLOW "Protocol=1|ICMP4=8:*|", BLOCK "Protocol=1|ICMP4=3:*|"}, "", "closed"},
		{{ALLOW "Protocol=1|ICMP4=8:*|", BLOCK "Protocol=6|"},
			"echo request from 0.0.0.0/0", NULL},
	};

	(void)state;
	expect(cases, ELEMENTS(cases), POL_RULES);
}

static void a_rule_that_is_no_text_may_block_everything(void **state)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};
	_cleanup_(pol_clear) struct pol pol = pol_begin();

	(void)state;
	pol_text(&pol, POL_RULES, "a", SSH);
	pol_number(&pol, POL_RULES, "b", 1);
	interpret(&pol, GROUP_POLICY_DOMAIN, &policy);
	assert_int_equal(policy.allow.count, 0);
	assert_listed(&policy.problems, "FirewallRules\\b: blocks, or may block, 22/tcp");
}

static void blocks_close_what_lists_and_services_open(void **state)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};
	_cleanup_(pol_clear) struct pol pol = pol_begin();
	_cleanup_free_ char *found = NULL;

	(void)state;
	pol_text(&pol, POL_LIST, "a", "22:TCP:LocalSubnet:enabled:SSH");
	pol_number(&pol, POL_DOMAIN "\\Services\\RemoteDesktop", "Enabled", 1);
	pol_number(&pol, POL_DOMAIN "\\Services\\FileAndPrint", "Enabled", 1);
	pol_number(&pol, POL_DOMAIN "\\IcmpSettings", "AllowInboundEchoRequest", 1);
	pol_text(&pol, POL_RULES, "a", BLOCK "Protocol=6|LPort=22|RA4=192.0.2.1|Name=No SSH|");
	pol_text(&pol, POL_RULES, "b", BLOCK "Protocol=6|LPort=3389|RA4=192.0.2.1|");
	pol_text(&pol, POL_RULES, "c", BLOCK "Protocol=17|");
	pol_text(&pol, POL_RULES, "d", BLOCK "Protocol=58|");
	interpret(&pol, GROUP_POLICY_DOMAIN, &policy);
	found = describe(&policy.allow);
	assert_string_equal(found, "139/tcp; 445/tcp");
	assert_listed(&policy.problems,
		"/x.pol: FirewallRules\\a (No SSH): blocks, or may block, 22/tcp from LocalSubnet, "
		"so that stays closed; it was opened by /x.pol: DomainProfile\\GloballyOpenPorts");
}

static void profiles_choose_among_rules(void **state)
{
	static const struct {
		enum group_policy_profile profile;
		const char *expected;
	} cases[] = {
		{GROUP_POLICY_DOMAIN, "1/tcp; 5/tcp"},
		{GROUP_POLICY_PRIVATE, "2/tcp; 4/tcp; 5/tcp"},
		{GROUP_POLICY_PUBLIC, "3/tcp; 4/tcp; 5/tcp"},
		{GROUP_POLICY_STANDARD, "4/tcp; 5/tcp"}, /* which it is of the two is not known */
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(group_policy_clear) struct group_policy policy = {0};
		_cleanup_(pol_clear) struct pol pol = pol_begin();
		_cleanup_free_ char *found = NULL;

		pol_text(&pol, POL_RULES, "1", ALLOW "Protocol=6|LPort=1|Profile=Domain|");
		pol_text(&pol, POL_RULES, "2", ALLOW "Protocol=6|LPort=2|Profile=Private|");
		pol_text(&pol, POL_RULES, "3", ALLOW "Protocol=6|LPort=3|Profile=Public|");
		pol_text(&pol, POL_RULES, "4",
			ALLOW "Protocol=6|LPort=4|Profile=Private|Profile=Public|");
		pol_text(&pol, POL_RULES, "5", ALLOW "Protocol=6|LPort=5|");
		interpret(&pol, cases[i].profile, &policy);
		found = describe(&policy.allow);
		assert_string_equal(found, cases[i].expected);
	}
}

static void foreign_text_is_made_printable(void **state)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};
	_cleanup_(pol_clear) struct pol pol = pol_begin();
	char name[200];

	(void)state;
	memset(name, 'n', sizeof(name));
	memcpy(name, "\x1b]0;\n", 5);
	name[sizeof(name) - 1] = '\0';
	pol_text(&pol, POL_RULES, name, ALLOW "Protocol=6|LPort=22|Name=a\x1b[2J\r\nb|");
	pol_text(&pol, POL_RULES, "x", ALLOW "Protocol=6|LPort=\x07|");
	interpret(&pol, GROUP_POLICY_DOMAIN, &policy);
	assert_contains(policy.allow.items[0].source, "FirewallRules\\?]0;?nnn");
	assert_contains(policy.allow.items[0].source, "(a?[2J??b)");
	assert_listed(&policy.problems, "\"LPort=?\" is left out");
}

static void more_ports_than_can_be_meant_are_damage(void **state)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};
	_cleanup_(pol_clear) struct pol pol = pol_begin();
	char rule[4000];

	(void)state;
	pol_number(&pol, POL_DOMAIN, "EnableFirewall", 1);
	for (int i = 0; i < 60; i++) {
		_cleanup_free_ char *name = strdup_printf("%d", i);
		size_t length = (size_t)sprintf(rule, ALLOW "Protocol=6|");

		for (int port = 1; port <= 100; port++)
			length += (size_t)sprintf(rule + length, "LPort=%d|", 100 * i + port);
		pol_text(&pol, POL_RULES, name, rule);
	}
	interpret(&pol, GROUP_POLICY_DOMAIN, &policy);
	assert_int_equal(policy.allow.count, 0);
	assert_false(policy.decided);
	assert_int_equal(policy.damage.count, 1);
	assert_listed(&policy.damage, "more than 5000 ports");
}

static void more_blocks_than_can_be_compared_block_all(void **state)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};
	_cleanup_(pol_clear) struct pol pol = pol_begin();
	char rule[30000];
	size_t length = (size_t)sprintf(rule, BLOCK "Protocol=17|");

	(void)state;
	for (int i = 0; i < 2001; i++)
		length += (size_t)sprintf(rule + length, "LPort=%d|", 1 + i);
	pol_text(&pol, POL_RULES, "allow", SSH);
	for (int i = 0; i < 10; i++)
		pol_text(&pol, POL_RULES, (char[]){(char)('a' + i), '\0'}, rule);
	interpret(&pol, GROUP_POLICY_DOMAIN, &policy);
	assert_int_equal(policy.allow.count, 0);
	assert_listed(&policy.problems, "more than 20000 addresses and ports are blocked");
}

static void problems_do_not_grow_without_end(void **state)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};
	_cleanup_(pol_clear) struct pol pol = pol_begin();

	(void)state;
	for (int i = 0; i < 1000; i++) {
		_cleanup_free_ char *name = strdup_printf("%d", i);

		pol_text(&pol, POL_LIST, name, "bad");
	}
	interpret(&pol, GROUP_POLICY_DOMAIN, &policy);
	assert_int_equal(policy.problems.count, 201);
	assert_listed(&policy.problems, "the others are not listed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_open_ports),
		cmocka_unit_test(a_disabled_line_closes_its_like_only),
		cmocka_unit_test(what_is_wrong_in_a_line_is_left_out),
		cmocka_unit_test(a_line_is_its_data_not_its_name),
		cmocka_unit_test(a_list_that_is_switched_off_opens_nothing),
		cmocka_unit_test(services_have_their_ports),
		cmocka_unit_test(addresses_that_are_no_text_are_nobodys),
		cmocka_unit_test(rules_open_ports),
		cmocka_unit_test(rules_for_programs_open_the_ports_that_they_name),
		cmocka_unit_test(rules_that_cannot_be_kept_are_left_out),
		cmocka_unit_test(what_is_wrong_in_a_rule_is_left_out),
		cmocka_unit_test(blocks_close_what_they_touch),
		cmocka_unit_test(in_doubt_a_rule_blocks),
		cmocka_unit_test(a_rule_that_is_no_text_may_block_everything),
		cmocka_unit_test(blocks_close_what_lists_and_services_open),
		cmocka_unit_test(profiles_choose_among_rules),
		cmocka_unit_test(foreign_text_is_made_printable),
		cmocka_unit_test(more_ports_than_can_be_meant_are_damage),
		cmocka_unit_test(more_blocks_than_can_be_compared_block_all),
		cmocka_unit_test(problems_do_not_grow_without_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
