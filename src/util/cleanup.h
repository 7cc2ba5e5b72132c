/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_CLEANUP_H
#define CORDON_UTIL_CLEANUP_H

/*
 * Scope-bound release, so that an early return cannot leak.
 *
 * A variable marked with one of these is released when it leaves its scope. TAKE_PTR() moves
 * ownership out of such a variable, usually into an out-parameter on success, which keeps the rule
 * that a failing function never touches what its caller passed in.
 */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_fclose(FILE **file)
{
	if (*file)
		fclose(*file);
}

static inline void cleanup_closedir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

#define _cleanup_(function) __attribute__((cleanup(function)))
#define _cleanup_free_	    _cleanup_(cleanup_free)
#define _cleanup_close_	    _cleanup_(cleanup_close)
#define _cleanup_fclose_    _cleanup_(cleanup_fclose)
#define _cleanup_closedir_  _cleanup_(cleanup_closedir)

/* Defines cleanup_NAME() for a type that is released by FUNCTION when the pointer is set. */
#define DEFINE_CLEANUP(name, type, function)                                                       \
	static inline void cleanup_##name(type *p)                                                 \
	{                                                                                          \
		if (*p)                                                                            \
			function(*p);                                                              \
	}

#define TAKE_PTR(pointer)                                                                          \
	({                                                                                         \
		__typeof__(pointer) taken_ = (pointer);                                            \
		(pointer) = NULL;                                                                  \
		taken_;                                                                            \
	})

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

#endif
