/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_MUST_CHECK_H
#define CORDON_UTIL_MUST_CHECK_H

/*
 * Errors that no caller may ignore.
 *
 * A list that lacks what there was no memory for says something better than the truth: nothing is
 * missing, nothing else is open. So the functions that add to lists, and those that write records,
 * are marked, and the compiler names the caller that ignores their result. A cast to void does not
 * help: where a loss does no harm, the caller says so by what it does with the result.
 */

#define _must_check_ __attribute__((warn_unused_result))

#endif
