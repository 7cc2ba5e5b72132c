// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The file in which canary and worm keep their counters, mapped shared, so that whoever reads the
 * file sees them live, and still after the writer was killed. traffic.py knows the same layout.
 */
#pragma once

#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define TALLY_ROWS 32

struct tally_row {
	uint16_t family;   /* 4 or 6 */
	uint16_t protocol; /* IPPROTO_UDP or IPPROTO_TCP */
	uint16_t port;
	uint16_t reserved;
	uint64_t count;
	uint64_t first; /* CLOCK_MONOTONIC, nanoseconds; 0: never */
	uint64_t last;
};

struct tally {
	uint64_t started; /* CLOCK_MONOTONIC, nanoseconds; 0: not listening yet */
	uint64_t rows;
	struct tally_row row[TALLY_ROWS];
};

static inline uint64_t tally_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static inline void tally_count(struct tally_row *row)
{
	row->last = tally_now();
	if (!row->first)
		row->first = row->last;
	row->count++;
}

static inline struct tally *tally_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0 || ftruncate(fd, sizeof(struct tally)) < 0)
		err(1, "%s", path);
	struct tally *tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (tally == MAP_FAILED)
		err(1, "%s: mmap", path);
	close(fd);
	return tally;
}
