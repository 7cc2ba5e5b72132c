// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The worm stands for the internet: it never stops trying. It sends datagrams to some UDP ports
 * of the given addresses, and tries to connect to some TCP ports, until its time is over.
 *
 * usage: worm TALLY RATE SECONDS ADDRESS,... UDPPORT,... TCPPORT,...
 *
 * RATE is datagrams per second; one connection is tried for every tenth datagram. Sleeps are
 * coarse on small machines, so each waking sends all that is due by now. Errors are expected (the
 * victim may be off) and counted. The tally's rows: sent, failed, tried, connected.
 */
#include "tally.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define MAX_TARGETS 16
#define MAX_RATE    20000
#define MAX_SECONDS 86400
#define MAX_BURST   400
#define PENDING	    256

enum { SENT, FAILED, TRIED, CONNECTED, ROWS };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static union address addresses[MAX_TARGETS];
static int udp_ports[MAX_TARGETS], tcp_ports[MAX_TARGETS];
static unsigned n_addresses, n_udp, n_tcp;
static int udp4, udp6;
static struct tally *tally;
static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
	(void)signal_number;
	stopped = 1;
}

static unsigned parse_ports(char *list, int ports[MAX_TARGETS])
{
	unsigned n = 0;

	for (char *p = strtok(list, ","); p && n < MAX_TARGETS; p = strtok(NULL, ","))
		ports[n++] = atoi(p);
	return n;
}

static void parse_addresses(char *list)
{
	for (char *p = strtok(list, ","); p && n_addresses < MAX_TARGETS; p = strtok(NULL, ",")) {
		union address *address = &addresses[n_addresses++];

		if (inet_pton(AF_INET, p, &address->v4.sin_addr) == 1)
			address->any.sa_family = AF_INET;
		else if (inet_pton(AF_INET6, p, &address->v6.sin6_addr) == 1)
			address->any.sa_family = AF_INET6;
		else
			errx(2, "%s: not an address", p);
	}
}

static socklen_t aim(union address *target, unsigned i, int port)
{
	*target = addresses[i];
	target->v4.sin_port = htons((uint16_t)port); /* at the same place in v6 */
	return target->any.sa_family == AF_INET ? sizeof(target->v4) : sizeof(target->v6);
}

static void send_one(uint64_t n)
{
	static const char payload[] = "worm";
	union address target;
	const unsigned address = (unsigned)(n % n_addresses);
	const unsigned port = (unsigned)(n / n_addresses % n_udp);
	const socklen_t size = aim(&target, address, udp_ports[port]);
	const int fd = target.any.sa_family == AF_INET ? udp4 : udp6;

	if (sendto(fd, payload, sizeof(payload), MSG_DONTWAIT, &target.any, size) < 0)
		tally_count(&tally->row[FAILED]);
	else
		tally_count(&tally->row[SENT]);
}

/* Ends an attempt, and says whether it had come to a connection. */
static void conclude(int fd)
{
	const struct linger reset = {.l_onoff = 1, .l_linger = 0};
	struct pollfd polled = {.fd = fd, .events = POLLOUT};

	if (poll(&polled, 1, 0) == 1 && polled.revents == POLLOUT)
		tally_count(&tally->row[CONNECTED]);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
}

static void connect_one(uint64_t n)
{
	static int pending[PENDING];
	union address target;
	const unsigned address = (unsigned)(n % n_addresses);
	const socklen_t size = aim(&target, address, tcp_ports[n / n_addresses % n_tcp]);
	int *slot = &pending[n % PENDING];

	if (*slot > 0)
		conclude(*slot);
	*slot = socket(target.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*slot >= 0 && connect(*slot, &target.any, size) < 0 && errno != EINPROGRESS) {
		close(*slot);
		*slot = -1;
	}
	tally_count(&tally->row[TRIED]);
}

static void run(uint64_t rate, uint64_t seconds)
{
	const uint64_t start = tally_now(), end = start + seconds * 1000000000;
	const struct timespec pause = {.tv_nsec = 1000000};
	uint64_t done = 0;

	tally->started = start;
	for (uint64_t now = start; !stopped && now < end; now = tally_now()) {
		const uint64_t due = (now - start) * rate / 1000000000;

		if (due > done + MAX_BURST)
			done = due - MAX_BURST;
		for (; done < due; done++) {
			send_one(done);
			if (n_tcp && done % 10 == 0)
				connect_one(done / 10);
		}
		nanosleep(&pause, NULL);
	}
}

int main(int argc, char *argv[])
{
	if (argc != 7)
		errx(2, "usage: worm TALLY RATE SECONDS ADDRESSES UDP-PORTS TCP-PORTS");
	const int rate = atoi(argv[2]), seconds = atoi(argv[3]);

	parse_addresses(argv[4]);
	n_udp = parse_ports(argv[5], udp_ports);
	n_tcp = parse_ports(argv[6], tcp_ports);
	if (!n_addresses || !n_udp || rate < 1 || rate > MAX_RATE || seconds < 1 ||
		seconds > MAX_SECONDS)
		errx(2, "need an address, a UDP port, a rate up to %d, seconds up to %d", MAX_RATE,
			MAX_SECONDS);
	tally = tally_open(argv[1]);
	tally->rows = ROWS;
	udp4 = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	udp6 = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (udp4 < 0 || udp6 < 0)
		err(1, "socket");
	signal(SIGTERM, stop);
	signal(SIGINT, stop);
	run((uint64_t)rate, (uint64_t)seconds);
	return 0;
}
