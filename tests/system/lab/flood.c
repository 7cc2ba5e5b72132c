// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The flood stands for those who only mean to do harm: SYNs or datagrams with made-up senders, as
 * fast as one processor can send them, each from another address.
 *
 * usage: flood INTERFACE SOURCEMAC TARGETMAC udp|syn ADDRESS PORT,... PACKETS SECONDS
 *
 * Ends with whichever is reached first, and prints how many packets it sent in how many seconds of
 * its processor. What the server does with a packet is in them, for a packet that is sent through a
 * pair of virtual interfaces is received by the processor, and in the time, of the one who sends.
 * The senders are 10.0.0.0 and what follows, or 2001:db8:f::, so that PACKETS is also their number,
 * up to 16 million. Frames go straight to the interface, past this side's own stack. Only what
 * differs from packet to packet is written anew, checksums (RFC 1624) included, because a
 * firewall that looks at connections drops a wrong one early, and cheaply.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH	  64
#define PORTS_MAX 16
#define FRAME	  128

static uint8_t frames[BATCH][FRAME];
static struct iovec vectors[BATCH];
static struct mmsghdr messages[BATCH];
static uint16_t ports[PORTS_MAX];
static unsigned n_ports;
static size_t ip_size, size; /* of the header below TCP or UDP, and of the whole frame */
static uint8_t protocol;

static uint32_t sum(const uint8_t *data, size_t length, uint32_t so_far)
{
	for (size_t i = 0; i < length; i += 2)
		so_far += (uint32_t)data[i] << 8 | (i + 1 < length ? data[i + 1] : 0);
	return so_far;
}

static void put16(uint8_t *place, uint32_t value)
{
	place[0] = (uint8_t)(value >> 8);
	place[1] = (uint8_t)value;
}

static uint32_t fold(uint32_t value)
{
	while (value >> 16)
		value = (value & 0xffff) + (value >> 16);
	return ~value & 0xffff;
}

/* The part of each frame that stays, with the checksums' fields 0. */
static void prepare(uint8_t *frame, const char *from, const char *to, const char *address)
{
	uint8_t *ip = frame + ETH_HLEN;
	const bool v6 = strchr(address, ':');
	const size_t payload = protocol == IPPROTO_TCP ? 20 : 12;
	uint8_t *transport;

	ip_size = v6 ? 40 : 20;
	size = ETH_HLEN + ip_size + payload;
	memcpy(frame, ether_aton(to), ETH_ALEN);
	memcpy(frame + ETH_ALEN, ether_aton(from), ETH_ALEN);
	put16(frame + 2 * ETH_ALEN, v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP);
	ip[0] = v6 ? 0x60 : 0x45;
	put16(ip + (v6 ? 4 : 2), (uint32_t)(v6 ? payload : ip_size + payload));
	ip[v6 ? 6 : 9] = protocol;
	ip[v6 ? 7 : 8] = 64;
	if (inet_pton(v6 ? AF_INET6 : AF_INET, address, ip + (v6 ? 24 : 16)) != 1 ||
		inet_pton(v6 ? AF_INET6 : AF_INET, v6 ? "2001:db8:f::" : "10.0.0.0",
			ip + (v6 ? 8 : 12)) != 1)
		errx(2, "%s: not an address", address);
	transport = ip + ip_size;
	put16(transport, 40000);
	if (protocol == IPPROTO_TCP) {
		put16(transport + 12, 0x5002); /* 20 bytes of header, SYN */
		put16(transport + 14, 64240);
	} else {
		put16(transport + 4, (uint32_t)payload);
	}
}

static void write_next(uint8_t *frame, uint64_t n)
{
	uint8_t *ip = frame + ETH_HLEN, *transport = ip + ip_size;
	uint8_t *check = transport + (protocol == IPPROTO_TCP ? 16 : 6);
	const bool v6 = ip_size == 40;
	uint8_t *source = v6 ? ip + 8 : ip + 12;
	const size_t addresses = v6 ? 32 : 8, last = v6 ? 15 : 3;

	source[last] = (uint8_t)n;
	source[last - 1] = (uint8_t)(n >> 8);
	source[last - 2] = (uint8_t)(n >> 16);
	put16(transport + 2, ports[n % n_ports]);
	put16(check, 0);
	put16(check, fold(sum(source, addresses,
			     sum(transport, size - ETH_HLEN - ip_size,
				     protocol + (uint32_t)(size - ETH_HLEN - ip_size)))));
	if (!v6) {
		put16(ip + 10, 0);
		put16(ip + 10, fold(sum(ip, 20, 0)));
	}
}

static int open_socket(const char *interface)
{
	const int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), yes = 1;
	struct sockaddr_ll to = {.sll_family = AF_PACKET};

	to.sll_ifindex = (int)if_nametoindex(interface);
	if (fd < 0 || !to.sll_ifindex || bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		err(1, "%s", interface);
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes)) < 0)
		err(1, "PACKET_QDISC_BYPASS");
	return fd;
}

static double now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* One batch; how many of it went out. What the interface refuses is sent again. */
static unsigned send_batch(int fd, uint64_t sent, uint64_t left)
{
	const unsigned count = left < BATCH ? (unsigned)left : BATCH;
	int n;

	for (unsigned i = 0; i < count; i++)
		write_next(frames[i], sent + i);
	n = sendmmsg(fd, messages, count, 0);
	if (n < 0 && errno != ENOBUFS && errno != EAGAIN)
		err(1, "sendmmsg");
	return n < 0 ? 0 : (unsigned)n;
}

static void parse_ports(char *list)
{
	for (char *p = strtok(list, ","); p && n_ports < PORTS_MAX; p = strtok(NULL, ","))
		ports[n_ports++] = (uint16_t)atoi(p);
}

int main(int argc, char **argv)
{
	uint64_t sent = 0, packets;
	double seconds, begin, used;
	int fd;

	if (argc != 9)
		errx(2, "see the head of flood.c");
	protocol = strcmp(argv[4], "syn") == 0 ? IPPROTO_TCP : IPPROTO_UDP;
	parse_ports(argv[6]);
	packets = strtoull(argv[7], NULL, 10);
	seconds = strtod(argv[8], NULL);
	for (unsigned i = 0; i < BATCH; i++) {
		prepare(frames[i], argv[2], argv[3], argv[5]);
		vectors[i] = (struct iovec){frames[i], size};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
	}
	fd = open_socket(argv[1]);
	begin = now(CLOCK_MONOTONIC);
	used = now(CLOCK_PROCESS_CPUTIME_ID);
	while (sent < packets && now(CLOCK_MONOTONIC) < begin + seconds)
		sent += send_batch(fd, sent, packets - sent);
	printf("%llu %.6f\n", (unsigned long long)sent, now(CLOCK_PROCESS_CPUTIME_ID) - used);
	return 0;
}
