/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_ASSISTANT_REFUSED_H
#define CORDON_ASSISTANT_REFUSED_H

/*
 * What the first page says of those who tried to get in.
 */

#include "blocked/blocked.h"

#include <stdio.h>

/**
 * refused_write() - How much was refused so far, by the hour, and what was wanted most.
 *
 * One line, or two where ports are known; none is wider than 76 columns in any language, up to ten
 * thousand million packets.
 */
void refused_write(FILE *out, const struct blocked *blocked);

#endif
