/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_MANAGER_URI_H
#define CORDON_UPDATE_MANAGER_URI_H

/*
 * The addresses of sources and proxies, as package managers write them. Private to the room.
 */

/**
 * uri_port() - The TCP port that a source or proxy URI leads to.
 *
 * Return: the port; 0 when the URI leads to no network ("file:", "cdrom:") or is not understood.
 */
unsigned int uri_port(const char *uri);

/**
 * uri_without_credentials() - The URI, without "user:password@" and slashes at its end.
 *
 * Return: malloc'ed, owned by the caller; NULL when memory is short.
 */
char *uri_without_credentials(const char *uri);

/**
 * uri_add_port() - For update_egress(): tell the port that a URI leads to, if it leads to any.
 * @manager, @kind: for people, in front of the URI without credentials: "apt", "proxy".
 */
void uri_add_port(const char *manager, const char *kind, const char *uri,
	void (*add)(void *context, unsigned int port, const char *source), void *context);

#endif
