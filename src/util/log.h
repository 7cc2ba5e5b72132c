/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_LOG_H
#define CORDON_UTIL_LOG_H

/*
 * Messages for people, on standard error. Only programs (cli, generator) call these; the rooms
 * below them return a sentence instead, see fail.h.
 */

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
};

/**
 * log_print() - Write one line "cordon: ..." to standard error.
 * @level: becomes the journal's priority (sd-daemon's "<N>" prefix) when standard error is the
 *         journal; on a terminal it does not show.
 * @format: English, and translated here.
 *
 * errno is left alone.
 */
void log_print(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)	 log_print(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_print(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...)	 log_print(LOG_LEVEL_NOTICE, __VA_ARGS__)

#endif
