/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_RPM_RPM_H
#define CORDON_UPDATE_RPM_RPM_H

/*
 * What dnf and zypper have in common: rpm, which neither of them tells about what went wrong last
 * time. Private to the room.
 *
 * A scriptlet that failed is reported once, with exit status 0, and never again. A transaction that
 * was killed leaves two versions of a package in the database, or one whose scripts never ran, and
 * both managers then say that there is nothing to do. So cordon keeps a list: packages whose
 * scripts failed, or may not have run. While there is anything in it, the machine is not updated.
 *
 * Before an installation rpm_begin() writes down what is installed; rpm_end() takes that away. What
 * finds it later knows that an installation was cut off, and which packages it had brought in.
 */

#include "update/backend.h"

#include <stdbool.h>

#define RPM "/usr/bin/rpm"

/* Lines "NAME: what"; NAME as in "rpm -q NAME", without version and architecture. */
#define RPM_SCRIPTS_FAILED STATE_DIRECTORY "/scripts-failed"

/* What was installed when an installation began: lines of NAME-VERSION-RELEASE.ARCH. */
#define RPM_BEGUN STATE_DIRECTORY "/rpm-begun"

/** rpm_is_in_use() - Is there an rpm, and a database of installed packages that is not empty? */
bool rpm_is_in_use(void);

/** rpm_is_locked() - Is a transaction of anybody going on? */
bool rpm_is_locked(void);

/**
 * rpm_wait() - Wait until no transaction is going on; says so to @audience.
 *
 * Return: 0; -EBUSY with @why: still locked; -ECANCELED with @why: the update is to end.
 */
int rpm_wait(const struct update_audience *audience, char **why);

/**
 * rpm_begin() - Write durably that an installation begins: before the package manager is run.
 * Return: 0 or a negative errno with @why.
 */
int rpm_begin(char **why);

/**
 * rpm_end() - The package manager has ended by itself, whatever its exit status: forget
 * rpm_begin(). Not after it was killed (status above 128), or could not be run to its end.
 *
 * Return: 0 or a negative errno with @why.
 */
int rpm_end(char **why);

/**
 * rpm_settle() - For settle(): waits for a transaction that survived its manager, then, if an
 * installation was cut off, puts the packages that it had brought in on the list of those whose
 * scripts may not have run.
 *
 * Return: 0 or a negative errno with @why.
 */
int rpm_settle(const struct update_audience *audience, char **why);

/**
 * rpm_unfinished() - For unfinished(): a transaction going on, an installation cut off, two
 * versions of a package, scripts on the list. Packages of which several versions may be installed
 * (kernels, keys) are no reason.
 *
 * Return: 1: yes, and @why says what; 0: no; a negative errno with @why.
 */
int rpm_unfinished(char **why);

/**
 * rpm_duplicates() - The packages of which two versions are installed though only one may be.
 * @names: "NAME.ARCH" of each is appended, once.
 *
 * Return: 0 or a negative errno with @why.
 */
int rpm_duplicates(struct strv *names, char **why);

/* The --queryformat of rpm_installed_parse(). */
#define RPM_INSTALLED_FORMAT "%{NAME}.%{ARCH}\\t%{EVR}\\n"

/**
 * rpm_installed_parse() - Fill in which version of each package is installed, by lines of
 * RPM_INSTALLED_FORMAT; of several versions the last counts.
 * @list: its packages are named "name.arch".
 *
 * Return: 0; -EBADMSG: a line has no version; -ENOMEM.
 */
int rpm_installed_parse(const char *text, struct update_list *list);

/**
 * rpm_fill_installed() - rpm_installed_parse() of what rpm answers.
 *
 * Return: 0; -EBADMSG; another negative errno with @why.
 */
int rpm_fill_installed(struct update_list *list, char **why);

/** rpm_has() - Is a package installed? Return: 1, 0, or a negative errno with @why. */
int rpm_has(const char *name, char **why);

/**
 * rpm_scripts_failed() - The list: NAME of each entry is appended, once.
 *
 * Return: 0 or a negative errno with @why.
 */
int rpm_scripts_failed(struct strv *names, char **why);

/* What a line of a package manager's output says of rpm's doings. */
enum rpm_notice {
	RPM_NOTICE_NONE,
	RPM_NOTICE_KEPT,   /* "warning: /etc/x created as /etc/x.rpmnew": subject is /etc/x */
	RPM_NOTICE_FAILED, /* a script of the package @subject failed */
};

/**
 * rpm_notice_parse() - Understand one line.
 * @subject: malloc'ed; set only for something other than RPM_NOTICE_NONE. The name of a package has
 *           no version.
 *
 * Return: enum rpm_notice, or -ENOMEM.
 */
int rpm_notice_parse(const char *line, char **subject);

/** rpm_name() - The NAME of NAME-[EPOCH:]VERSION-RELEASE[.ARCH]. Return: malloc'ed; NULL: -ENOMEM.
 */
char *rpm_name(const char *nevra);

/* An installation that is going on. */
struct rpm_transaction {
	struct update_outcome *outcome; /* NULL: nobody wants to know */
	struct strv done;		/* names of the packages that were installed */
	struct strv failed;		/* names of those whose scripts failed */
	int error; /* the first that went wrong; told by rpm_transaction_end() */
};

/**
 * rpm_transaction_hear() - For each line of the package manager's output: .rpmnew files go to
 * outcome->kept, failed scripts to outcome->failed and, durably, to the list.
 */
void rpm_transaction_hear(struct rpm_transaction *course, const char *line);

/**
 * rpm_transaction_installed() - For each package that is being installed, reinstalled or upgraded.
 * @nevra: with or without version and architecture.
 */
void rpm_transaction_installed(struct rpm_transaction *course, const char *nevra);

/**
 * rpm_transaction_end() - The package manager said that all went well: packages that were
 * installed, and of which no script failed this time, go from the list. Then releases @course.
 * @well: whether it said so; if not, the list stays as it is.
 *
 * Return: 0 or a negative errno with @why, also of rpm_transaction_hear().
 */
int rpm_transaction_end(struct rpm_transaction *course, bool well, char **why);

/* How a package manager mends. Each with rpm_transaction_*(); a positive value: it did not go well.
 */
struct rpm_mender {
	const char *manager; /* "dnf" */
	const char *by_hand; /* the command that removes duplicates, for an administrator */
	/* Leaves one version of each package. *reason: the package manager's own, of a positive
	 * value. */
	int (*remove_duplicates)(const struct update_audience *audience, char **reason, char **why);
	/* Installs the same version of a package again. */
	int (*reinstall)(const struct update_audience *audience, const char *name, char **why);
};

/**
 * rpm_mend() - For mend(): where there are duplicates, has them removed; then has each package of
 * the list that is still installed installed again; packages that are not go from the list.
 *
 * That scripts fail again is no error: a newer version may mend them.
 *
 * Return: 0 or a negative errno with @why.
 */
int rpm_mend(const struct rpm_mender *mender, const struct update_audience *audience, char **why);

/**
 * rpm_reboot() - For reboot(): the markers /run/reboot-needed (SUSE) and /run/reboot-required.
 *
 * Return: 0 or -ENOMEM.
 */
int rpm_reboot(struct strv *reasons);

#endif
