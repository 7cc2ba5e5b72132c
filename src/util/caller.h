/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_CALLER_H
#define CORDON_UTIL_CALLER_H

/** caller_name() - Who runs this, through sudo as well; malloc'ed, NULL when memory is short. */
char *caller_name(void);

#endif
