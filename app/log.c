#define _GNU_SOURCE	/* fopencookie */
#include "log.h"

#include <sys/uio.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* "2026-11-25T08:30:12.345+0100 " */
static size_t
stamp(char *out, size_t size)
{
	struct timespec now;
	struct tm tm;
	char time[32], zone[8];

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	return (size_t)snprintf(out, size, "%s.%03ld%s ", time, now.tv_nsec / 1000000, zone);
}

/* Each line goes out in one piece, so that those of several workers do not mix. A log that cannot be written stops nobody. */
static ssize_t
write_lines(void *cookie, const char *text, size_t length)
{
	char time[64];
	struct iovec parts[2] = { { time, stamp(time, sizeof(time)) }, { NULL, 0 } };
	size_t done = 0;

	(void)cookie;
	while (done < length) {
		const char *line = text + done, *end = memchr(line, '\n', length - done);

		parts[1].iov_base = (void *)(size_t)line;
		parts[1].iov_len = end != NULL ? (size_t)(end - line) + 1 : length - done;
		done += parts[1].iov_len;
		if (writev(STDOUT_FILENO, parts, 2) < 0)
			break;
	}
	return (ssize_t)length;
}

void
log_start(void)
{
	cookie_io_functions_t functions = { .write = write_lines };
	FILE *stamped = fopencookie(NULL, "w", functions);

	if (stamped == NULL)
		return;
	setvbuf(stamped, NULL, _IOLBF, 4096);	/* more than a line of Kore's may have */
	fflush(stdout);
	stdout = stamped;
}
