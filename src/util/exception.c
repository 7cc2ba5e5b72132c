// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading and writing exceptions.
 *
 * What ends up in the rule set is text that libnftables parses, so nothing gets there that was not
 * read into a number or an address first.
 */

#include "util/exception.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* Reads a decimal number of at most @max that ends where @end then points to. */
static bool read_number(
	const char *text, unsigned long max, unsigned long *number, const char **end)
{
	char *stop;

	if (*text < '0' || *text > '9')
		return false;
	*number = strtoul(text, &stop, 10);
	*end = stop;
	return *number <= max && stop - text <= 5;
}

static int read_protocol(const char *text, uint8_t *protocol)
{
	if (strcmp(text, "/tcp") == 0)
		*protocol = IPPROTO_TCP;
	else if (strcmp(text, "/udp") == 0)
		*protocol = IPPROTO_UDP;
	else
		return -EINVAL;
	return 0;
}

int exception_parse_port(const char *text, struct exception *exception, char **why)
{
	unsigned long first, last;
	const char *rest;
	uint8_t protocol;

	if (!read_number(text, 65535, &first, &rest) || first == 0)
		return fail(why, EINVAL, "%s: not a port such as 22/tcp or 8000-8010/udp", text);
	last = first;
	if (*rest == '-' && !read_number(rest + 1, 65535, &last, &rest))
		return fail(why, EINVAL, "%s: not a port range such as 8000-8010/udp", text);
	if (last < first)
		return fail(why, EINVAL, "%s: the range ends before it begins", text);
	if (read_protocol(rest, &protocol) < 0)
		return fail(why, EINVAL, "%s: the protocol is missing, say %lu/tcp or %lu/udp",
			text, first, first);
	exception->protocol = protocol;
	exception->first = (uint16_t)first;
	exception->last = (uint16_t)last;
	return 0;
}

static void clear_host_bits(unsigned char *address, size_t size, unsigned long prefix)
{
	for (size_t i = 0; i < size; i++) {
		unsigned long bit = i * 8;

		if (bit >= prefix)
			address[i] = 0;
		else if (prefix - bit < 8)
			address[i] &= (unsigned char)(0xff << (8 - (prefix - bit)));
	}
}

struct address {
	int family;
	unsigned char bytes[sizeof(struct in6_addr)];
	unsigned long bits;
};

static bool read_address(const char *text, struct address *address)
{
	address->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	address->bits = address->family == AF_INET6 ? 128 : 32;
	return inet_pton(address->family, text, address->bytes) == 1;
}

/* 255.255.240.0 as 20; false when a bit is set behind one that is not. */
static bool read_netmask(const char *text, unsigned long *prefix)
{
	struct in_addr mask;
	uint32_t bits;

	if (inet_pton(AF_INET, text, &mask) != 1)
		return false;
	bits = ~ntohl(mask.s_addr);
	if (bits & (bits + 1))
		return false;
	*prefix = 32 - (unsigned long)__builtin_popcount(bits);
	return true;
}

static char *write_address(const struct address *address)
{
	char canonical[INET6_ADDRSTRLEN];

	inet_ntop(address->family, address->bytes, canonical, sizeof(canonical));
	return strdup(canonical);
}

static int parse_prefix(
	const char *text_in, struct address *address, const char *length, char **peer, char **why)
{
	_cleanup_free_ char *canonical = NULL;
	unsigned long prefix = address->bits;
	const char *rest = "";

	if (length && !(address->family == AF_INET && read_netmask(length, &prefix)) &&
		(!read_number(length, address->bits, &prefix, &rest) || *rest != '\0'))
		return fail(why, EINVAL, "%s: the prefix length is not a number from 0 to %lu",
			text_in, address->bits);
	clear_host_bits(address->bytes, address->bits / 8, prefix);
	canonical = write_address(address);
	if (!canonical)
		return -ENOMEM;
	*peer = prefix == address->bits ? TAKE_PTR(canonical)
					: strdup_printf("%s/%lu", canonical, prefix);
	return *peer ? 0 : -ENOMEM;
}

static int parse_range(
	const char *text_in, const struct address *first, const char *end, char **peer, char **why)
{
	_cleanup_free_ char *from = NULL, *to = NULL;
	struct address last;
	int order;

	if (!read_address(end, &last) || last.family != first->family)
		return fail(why, EINVAL, "%s: not a range of two addresses", text_in);
	order = memcmp(first->bytes, last.bytes, first->bits / 8);
	if (order > 0)
		return fail(why, EINVAL, "%s: the range ends before it begins", text_in);
	from = write_address(first);
	to = write_address(&last);
	if (!from || !to)
		return -ENOMEM;
	*peer = order == 0 ? TAKE_PTR(from) : strdup_printf("%s-%s", from, to);
	return *peer ? 0 : -ENOMEM;
}

int exception_parse_peer(const char *text_in, char **peer, char **why)
{
	_cleanup_free_ char *copy = strdup(text_in);
	struct address address;
	size_t length;
	char separator;

	if (!copy)
		return -ENOMEM;
	length = strcspn(copy, "/-");
	separator = copy[length];
	copy[length] = '\0';
	if (!read_address(copy, &address))
		return fail(why, EINVAL, "%s: not an IPv4 or IPv6 address or prefix", text_in);
	if (separator == '-')
		return parse_range(text_in, &address, copy + length + 1, peer, why);
	return parse_prefix(text_in, &address, separator ? copy + length + 1 : NULL, peer, why);
}

int exception_peer_is_ipv6(const char *peer)
{
	return strchr(peer, ':') != NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_exception(const struct exception *a, const struct exception *b)
{
	return a->protocol == b->protocol && a->first == b->first && a->last == b->last &&
	       same_text(a->peer, b->peer);
}

static size_t hash_exception(const struct exception *e)
{
	uint64_t hash = ((uint64_t)e->protocol << 32 | (uint64_t)e->first << 16 | e->last) + 1;

	for (const char *c = e->peer ? e->peer : ""; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 0x100000001b3ULL;
	return (size_t)(hash ^ hash >> 29);
}

/* Where in the index an equal one is, or else has to go. */
static size_t *find_place(const struct exception_list *list, const struct exception *e)
{
	size_t place = hash_exception(e) % list->index_size;

	while (list->index[place] && !same_exception(&list->items[list->index[place] - 1], e))
		place = (place + 1) % list->index_size;
	return &list->index[place];
}

/* Half of the index is free at least, or searches get long. */
static int make_room(struct exception_list *list)
{
	size_t *index, size = list->index_size ? list->index_size : 16;

	if (list->index && 2 * (list->count + 1) <= size)
		return 0;
	while (2 * (list->count + 1) > size)
		size *= 2;
	index = calloc(size, sizeof(*index));
	if (!index)
		return -ENOMEM;
	free(list->index);
	list->index = index;
	list->index_size = size;
	for (size_t i = 0; i < list->count; i++)
		*find_place(list, &list->items[i]) = i + 1;
	return 0;
}

static void exception_clear(struct exception *exception)
{
	free(exception->peer);
	free(exception->reason);
	free(exception->source);
}

static bool copy_text(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return !from || *to;
}

int exception_add(struct exception_list *list, const struct exception *exception)
{
	struct exception copy = *exception, *larger;
	size_t *place;

	if (make_room(list) < 0)
		return -ENOMEM;
	place = find_place(list, exception);
	if (*place)
		return 0;
	larger = reallocarray(list->items, list->count + 1, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	list->items = larger;
	copy.peer = copy.reason = copy.source = NULL;
	if (!copy_text(&copy.peer, exception->peer) ||
		!copy_text(&copy.reason, exception->reason) ||
		!copy_text(&copy.source, exception->source)) {
		exception_clear(&copy);
		return -ENOMEM;
	}
	list->items[list->count++] = copy;
	*place = list->count;
	return 0;
}

int exception_add_all(struct exception_list *list, const struct exception_list *from)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < from->count; i++)
		r = exception_add(list, &from->items[i]);
	return r;
}

static char *describe_ports(const struct exception *exception)
{
	const char *protocol = exception->protocol == IPPROTO_TCP ? "tcp" : "udp";

	if (exception->protocol == 0)
		return strdup(_("any port"));
	if (exception->protocol == IPPROTO_ICMP)
		return strdup(_("echo request"));
	if (exception->first == exception->last)
		return strdup_printf("%u/%s", exception->first, protocol);
	return strdup_printf("%u-%u/%s", exception->first, exception->last, protocol);
}

char *exception_describe(const struct exception *exception, bool inbound)
{
	_cleanup_free_ char *ports = describe_ports(exception);

	if (!ports || !exception->peer)
		return TAKE_PTR(ports);
	return strdup_printf(inbound ? _("%s from %s") : _("%s to %s"), ports, exception->peer);
}

void exception_list_clear(struct exception_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		exception_clear(&list->items[i]);
	free(list->items);
	free(list->index);
	*list = (struct exception_list){0};
}
