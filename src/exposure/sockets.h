/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_EXPOSURE_SOCKETS_H
#define CORDON_EXPOSURE_SOCKETS_H

/*
 * Sockets of this network namespace that anybody may begin to talk to: TCP that listens, UDP that
 * is bound and not connected; with the programs that hold them.
 */

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A program that holds a socket. All text is printable(). */
struct socket_owner {
	pid_t pid;     /* one of its processes */
	char *program; /* the name of its file, which nobody but its installer chose */
	char *called;  /* what it calls itself, where that says more; else NULL */
	char *unit;    /* of systemd; NULL when it is in none, or systemd is not there */
};

struct listener {
	uint8_t protocol; /* IPPROTO_TCP or IPPROTO_UDP */
	uint16_t port;	  /* never 0 */
	bool ipv4, ipv6;  /* which of them it takes; both: dual stack (IPV6_V6ONLY is off) */
	/* "192.0.2.1", "2001:db8::1"; "" for any address. One of IPv4 that is written as an IPv6
	 * one (::ffff:192.0.2.1) is given as what it is. */
	char address[INET6_ADDRSTRLEN];
	unsigned int interface;	  /* that it is bound to; 0: none */
	char device[IF_NAMESIZE]; /* its name; its number when it has gone; "" without one */
	uint32_t inode;
	/* The programs that hold it, each once. None: held by the kernel itself (WireGuard, NFS),
	 * or the process has ended or may not be looked at. */
	struct socket_owner *owners;
	size_t owner_count;
};

struct listener_list {
	struct listener *items;
	size_t count;
};

#define LISTENERS_MAX 65536U

/* From where a listener can be reached. */
enum listener_reach {
	LISTENER_SERVER, /* from this server alone: a loopback address or interface */
	LISTENER_LINK,	 /* from the same link: a link-local address */
	LISTENER_ANY,	 /* from wherever there is a route to this server */
};

/** listener_reach() - By its address and interface alone; firewalls are not asked. */
enum listener_reach listener_reach(const struct listener *listener);

/**
 * listeners_find() - Ask the kernel (sock_diag(7)), /proc and systemd.
 * @listeners: filled unless there is an error; release with listeners_clear().
 *
 * systemd is not named beside the service that it has handed a socket to; where it alone holds one,
 * its socket unit is. A process that ends meanwhile, or is hidden, is no error.
 *
 * Return: 0; 1: there were more than LISTENERS_MAX, which are left out; a negative errno with @why.
 */
int listeners_find(struct listener_list *listeners, char **why);

/** listeners_clear() - Release all; the list is empty afterwards. */
void listeners_clear(struct listener_list *listeners);

#endif
