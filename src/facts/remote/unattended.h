/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_REMOTE_UNATTENDED_H
#define CORDON_FACTS_REMOTE_UNATTENDED_H

/*
 * Remote administration (clause P15): was this machine installed unattended, and where will sshd
 * and xrdp really listen?
 */

#include "facts/systemd/units.h"
#include "util/exception.h"
#include "util/sourced.h"
#include "util/strv.h"

/**
 * remote_find_unattended() - Look for traces of an unattended installation.
 * @traces: appended to: Kickstart, Ubuntu's autoinstall, cloud-init, preseed.
 *
 * Return: 0 or -ENOMEM.
 */
int remote_find_unattended(struct unit_lookup *lookup, struct sourced_list *traces);

/**
 * remote_find_answers() - The part of it that reads debconf's database, questions.dat.
 * @content: cut up in place.
 * @traces: appended to: preseed, once at most.
 *
 * Return: 0 or -ENOMEM.
 */
int remote_find_answers(char *content, struct sourced_list *traces);

/**
 * remote_find_ports() - Look where sshd and xrdp will listen when they are started at boot:
 * sshd_config with Include, the options of its service, ssh.socket with its drop-ins; xrdp.ini.
 * @ports: appended to: TCP ports, from anyone, reason "remote administration (sshd)" or "(xrdp)",
 *         source the place of the port. A service that is not enabled, or listens on a loopback
 *         address alone, adds none.
 * @problems: appended to: what was not understood, file and line; each closes a port.
 *
 * Return: 0 or -ENOMEM.
 */
int remote_find_ports(
	struct unit_lookup *lookup, struct exception_list *ports, struct strv *problems);

#endif
