/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_APT_SIGNATURE_H
#define CORDON_UPDATE_APT_SIGNATURE_H

/*
 * When was a source's metadata signed? Private to the room.
 */

#include <stddef.h>
#include <time.h>

/**
 * apt_signature_date() - The oldest time at which a signature says that it was made. Pure.
 * @signature: a file that apt has verified: InRelease, or Release.gpg, in ASCII armour (RFC 9580).
 * @size: of it, in bytes; one more is NUL.
 *
 * Return: seconds since the epoch; 0: it does not say, or is not understood; -ENOMEM.
 */
time_t apt_signature_date(const char *signature, size_t size);

#endif
