// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The canary stands for every application that a server might start before its firewall: it
 * listens on some UDP and TCP ports, IPv4 and IPv6, and counts the datagrams and connections that
 * get through to it. A firewall does its work when the canary counts nothing.
 *
 * usage: canary FOLDER udp:PORT... tcp:PORT...
 *
 * The counters live in FOLDER/tally. In a virtual machine, where the host cannot see that file, a
 * line with the sums goes to the second serial port, ten times a second.
 */
#include "tally.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct pollfd polled[TALLY_ROWS];

static int listen_on(int family, int type, int port)
{
	const int on = 1;
	int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	int r;

	if (fd < 0)
		err(1, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (family == AF_INET6) {
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
		r = bind(fd, (struct sockaddr *)&v6, sizeof(v6));
	} else {
		r = bind(fd, (struct sockaddr *)&v4, sizeof(v4));
	}
	if (r < 0)
		err(1, "port %d", port);
	if (type == SOCK_STREAM && listen(fd, 256) < 0)
		err(1, "listen on port %d", port);
	return fd;
}

/* Opens "udp:69" or "tcp:23" in both families, a row of the tally each. */
static void add_ports(struct tally *tally, const char *name)
{
	const int type = strncmp(name, "tcp:", 4) ? SOCK_DGRAM : SOCK_STREAM;
	const int port = atoi(name + 4);

	for (int version = 4; version <= 6; version += 2) {
		if (tally->rows == TALLY_ROWS)
			errx(1, "too many ports");
		struct tally_row *row = &tally->row[tally->rows];
		const int fd = listen_on(version == 4 ? AF_INET : AF_INET6, type, port);

		row->family = (uint16_t)version;
		row->protocol = type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
		row->port = (uint16_t)port;
		polled[tally->rows++] = (struct pollfd){.fd = fd, .events = POLLIN};
	}
}

static void take_all(int fd, struct tally_row *row)
{
	char buffer[2048];

	for (;;) {
		if (row->protocol == IPPROTO_UDP) {
			if (recv(fd, buffer, sizeof(buffer), 0) < 0)
				return;
		} else {
			const int connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

			if (connection < 0)
				return;
			close(connection);
		}
		tally_count(row);
	}
}

static void report(int serial, const struct tally *tally)
{
	uint64_t datagrams = 0, connections = 0;

	for (uint64_t i = 0; i < tally->rows; i++) {
		if (tally->row[i].protocol == IPPROTO_UDP)
			datagrams += tally->row[i].count;
		else
			connections += tally->row[i].count;
	}
	dprintf(serial, "canary %ju %ju %ju %ju\n", (uintmax_t)tally->started,
		(uintmax_t)tally_now(), (uintmax_t)datagrams, (uintmax_t)connections);
}

int main(int argc, char *argv[])
{
	char path[4096];
	uint64_t reported = 0;

	if (argc < 3)
		errx(2, "usage: canary FOLDER udp:PORT... tcp:PORT...");
	signal(SIGPIPE, SIG_IGN);
	snprintf(path, sizeof(path), "%s/tally", argv[1]);
	struct tally *tally = tally_open(path);
	const int serial = open("/dev/ttyS1", O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	/* A canary that was started again goes on counting where it was. */
	tally->rows = 0;
	for (int i = 2; i < argc; i++)
		add_ports(tally, argv[i]);
	if (!tally->started)
		tally->started = tally_now();
	for (;;) {
		if (poll(polled, tally->rows, 100) < 0 && errno != EINTR)
			err(1, "poll");
		for (uint64_t i = 0; i < tally->rows; i++) {
			if (polled[i].revents)
				take_all(polled[i].fd, &tally->row[i]);
		}
		if (serial >= 0 && tally_now() - reported > 100000000) {
			report(serial, tally);
			reported = tally_now();
		}
	}
}
