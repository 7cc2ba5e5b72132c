/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_APT_KERNEL_H
#define CORDON_UPDATE_APT_KERNEL_H

/*
 * Kernels that nothing keeps up to date: which of the installed packages counts, and what is on
 * offer in its place. Pure functions on the text that dpkg and apt write. See kernel.c.
 */

#include "update/apt/offer.h"
#include "util/strv.h"

#include <stdbool.h>

/* What the name of a kernel's package says. */
struct apt_kernel {
	char version[64]; /* "6.1.0-35", "6.12.43+deb13", "5.15.0-91" */
	char series[64];  /* its first two numbers: "6.1" */
	char flavour[64]; /* "amd64", "cloud-amd64", "generic"; "" */
};

/**
 * apt_kernel_parse() - Is this the package of one kernel, and of which?
 * @package: "linux-image-6.1.0-35-amd64", "linux-image-unsigned-5.15.0-91-generic"; an architecture
 *           behind a colon is left out.
 * @kernel: filled when it is; untouched otherwise.
 *
 * Return: false for a meta package ("linux-image-amd64", "linux-image-6.12-amd64"), for debugging
 * symbols, and for all other names.
 */
bool apt_kernel_parse(const char *package, struct apt_kernel *kernel);

/**
 * apt_kernels_newest() - The newest installed kernels: several only where flavours differ and the
 * version does not.
 * @installed: lines "ii NAME", as "dpkg-query --showformat='${db:Status-Abbrev}
 * ${binary:Package}'".
 * @packages: their names are appended, without architecture.
 *
 * Return: 0 or -ENOMEM.
 */
int apt_kernels_newest(const char *installed, struct strv *packages);

/**
 * apt_kernels_related() - Whom to ask about: what could take the place of a kernel, and what tells
 * whether its series is still on offer.
 * @package: the kernel's.
 * @known: of "apt-cache pkgnames", a name a line.
 * @packages: @package is appended, and the kernels of its flavour that are newer or of its series.
 *
 * Return: 0 or -ENOMEM.
 */
int apt_kernels_related(const char *package, const char *known, struct strv *packages);

/**
 * apt_kernel_successor() - What is on offer in the place of a kernel.
 *
 * Return: the newest of its flavour and series, where that is newer; of any later series, where
 * nothing of its own is on offer any more; else NULL.
 */
const struct apt_offer *apt_kernel_successor(const char *package, const struct apt_offers *offers);

/**
 * apt_metas_installed() - The installed meta packages of kernels: all "linux-image-*" that are none
 * themselves.
 * @installed: as for apt_kernels_newest().
 * @metas: their names are appended.
 *
 * Return: 0 or -ENOMEM.
 */
int apt_metas_installed(const char *installed, struct strv *metas);

/**
 * apt_metas_bring() - Does one of them, in the version that apt would install, depend on a kernel
 * or on a newer one of its flavour?
 * @depends: of "apt-cache depends --important META...".
 * @package: the kernel's.
 *
 * Return: 1: yes; 0: no; -EBADMSG when there is no answer at all; -ENOMEM.
 */
int apt_metas_bring(const char *depends, const char *package);

/**
 * apt_metas_recommend() - Which meta package to install, to have a kernel kept up to date.
 * @rdepends: of "apt-cache rdepends --important PACKAGE", of the kernel that is on offer.
 * @kernel: the package that is installed.
 * @installed: meta packages that are of no use, because they are installed.
 * @meta: that of the kernel's flavour, else any that depends on the one on offer; malloc'ed, owned
 *        by the caller; NULL: there is none.
 *
 * Return: 0; -EBADMSG when there is no answer at all; -ENOMEM.
 */
int apt_metas_recommend(
	const char *rdepends, const char *kernel, const struct strv *installed, char **meta);

#endif
