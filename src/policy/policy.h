/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_POLICY_H
#define CORDON_POLICY_POLICY_H

/*
 * What the administrator wants: the values of cordon.conf(5), each with the place that said it.
 *
 * Defaults are the closed ones. A value that cannot be understood is left out, the rest is kept,
 * and a sentence says which. Leaving a value out can only close: after one that may have been meant
 * to narrow ports, the ports of the same file stay closed.
 */

#include "util/exception.h"
#include "util/sourced.h"
#include "util/strv.h"

#include <stdbool.h>

/* What the sealed server itself may reach; [Cordon] Egress= */
enum egress {
	EGRESS_UPDATES, /* only what updating needs */
	EGRESS_UPDATER, /* likewise, and HTTP(S) only for what updates it: cordon.slice */
	EGRESS_OPEN,	/* everything: only inbound traffic is sealed (clause P17) */
};

/* Who goes through the quarantine; [Cordon] Mode= */
enum mode {
	MODE_INTERACTIVE, /* an administrator */
	MODE_AUTOMATIC,	  /* the server by itself (clause P18) */
};

/* What has to be installed before this server is updated; [Cordon] Updates= */
enum updates {
	UPDATES_ALL,
	UPDATES_SECURITY,
};

/* What if an update needs a reboot; [Cordon] Reboot= */
enum reboot {
	REBOOT_ASK,   /* an administrator does it */
	REBOOT_AUTO,  /* this server does it by itself; the default with Mode=automatic */
	REBOOT_NEVER, /* only an administrator does, and nobody is reminded */
};

/* Are updates fetched in the background, in advance? [Cordon] Prefetch= */
enum prefetch {
	PREFETCH_NO,
	PREFETCH_YES,
};

/* Does an administrator who logs in meet the assistant (clause P4)? [Assistant] Login= */
enum login_assistant {
	LOGIN_ASSISTANT_YES,
	LOGIN_ASSISTANT_NO,
};

/* What finishing does with this server's firewall; [Cordon] OnFinish= */
enum on_finish {
	ON_FINISH_OPEN, /* nothing: the server is open (clause P10) */
	ON_FINISH_UFW,	/* hand over: this firewall admits what was chosen, and nothing else */
	ON_FINISH_FIREWALLD,
	ON_FINISH_NFTABLES,
};

/* Does remote administration stay reachable (clause P15)? [Cordon] RemoteAdmin= */
enum remote_admin {
	REMOTE_ADMIN_AUTO, /* where the installation was unattended */
	REMOTE_ADMIN_YES,
	REMOTE_ADMIN_NO,
};

/* What if somebody manages this server's firewall on purpose (P13, P14)? [Cordon] WhenManaged= */
enum when_managed {
	WHEN_MANAGED_STAND_ASIDE,
	WHEN_MANAGED_SEAL,
};

/* Does Group Policy count (P14, P16)? [Cordon] GroupPolicy= */
enum group_policy_use {
	GROUP_POLICY_AUTO,   /* where samba-gpupdate and adsys cache it */
	GROUP_POLICY_NO,     /* no */
	GROUP_POLICY_FOLDER, /* in a folder of the administrator's */
};

/* Which profile's keys of Group Policy apply to this server; [Cordon] GroupPolicyProfile= */
enum group_policy_profile {
	GROUP_POLICY_DOMAIN,
	GROUP_POLICY_STANDARD,
	GROUP_POLICY_PRIVATE, /* the standard profile's keys where it has none of its own */
	GROUP_POLICY_PUBLIC,  /* likewise */
};

/* Are the report's numbers written for a monitoring system? [Report] Textfile= */
enum textfile {
	TEXTFILE_AUTO,	 /* where Debian's node_exporter reads them, if it is there */
	TEXTFILE_NO,	 /* no */
	TEXTFILE_FOLDER, /* in a folder of the administrator's */
};

/* One of a few values, as cordon.conf names it. */
struct choice {
	int value;	  /* of the enum above */
	const char *name; /* static: "updates" */
	char *source;	  /* "default", "FILE:LINE" or "kernel command line" */
	bool refused;	  /* something else was said after it, and not understood */
	char *folder;	  /* where the value is a folder: its path; else NULL */
};

struct policy {
	struct choice egress, mode, remote_admin, when_managed, group_policy, group_policy_profile;
	struct choice updates, reboot, prefetch, on_finish, login, textfile;
	unsigned int max_age; /* MaxAge= of package metadata, in seconds; 0: any age */
	char *max_age_source; /* as the source of a choice */
	/* [Assistant] AdminGroups=: names of groups, each with its source; empty: root alone. */
	struct sourced_list admin_groups;
	bool off;			    /* cordon=off on the kernel command line */
	struct exception_list allow;	    /* [Allow] Port= and From=: inbound, by default none */
	struct exception_list egress_allow; /* [Egress] Allow=: outbound, by default none */
	/* [Finish] Allow=: inbound, what the firewall that takes over admits; by default none. */
	struct exception_list finish_allow;
	bool finish_remote; /* likewise remote administration, wherever it listens by then */
	/* Every [Allow] From=: who may reach remote administration, when @narrowed. */
	struct strv from;
	bool narrowed;
	/* Something was left out that may have been about the decision itself or about who may
	 * reach remote administration. */
	bool unclear;
	/* What could not be read or understood: "FILE:LINE: what: what is allowed". */
	struct strv problems;
};

/**
 * policy_load() - Read all that says what the administrator wants, below @root.
 * @root: "" for the running system.
 * @policy: filled on success; release with policy_clear().
 *
 * Later ones win: /usr/lib/cordon/cordon.conf, then /etc/cordon/cordon.conf, then the drop-ins
 * "*.conf" of /usr/lib/cordon/cordon.conf.d, /run/cordon.conf.d and /etc/cordon/cordon.conf.d in
 * the order of their names; of equal names the one of /etc, then /run counts, and a link to
 * /dev/null switches it off. Of the running system also the system credential "cordon.conf"
 * (systemd.exec(5), CREDENTIALS), then the kernel command line. Lists add up; an empty value begins
 * anew.
 *
 * A file that is not owned by root or that others may write is not read.
 *
 * Return: 0, whatever the files say (see @policy->problems); -ENOMEM.
 */
int policy_load(const char *root, struct policy *policy);

/**
 * policy_read_finish_allow() - Read one word of [Finish] Allow=, or of `cordon finish --allow=`:
 * "443/tcp", or FINISH_ALLOW_REMOTE.
 * @source: where it is said.
 * @allow: appended to: a port.
 * @remote: set to true for remote administration; untouched otherwise.
 *
 * Return: 0; -EINVAL with @why; -ENOMEM.
 */
int policy_read_finish_allow(const char *word, const char *source, struct exception_list *allow,
	bool *remote, char **why);

#define FINISH_ALLOW_REMOTE "remote-admin"

/** policy_clear() - Release what policy_load() filled. */
void policy_clear(struct policy *policy);

#endif
