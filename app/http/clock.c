#include "http/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http/config.h"

void
clock_init(void)
{
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
}

const char *
clock_today(void)
{
	static char day[CLOCK_DAY_SIZE];
	static time_t last = -1;
	const char *fixed;
	time_t now = time(NULL);
	struct tm tm;

	if (now == last)
		return day;
	last = now;
	fixed = config.development ? getenv("JCAP_TODAY") : NULL;
	if (fixed != NULL && strlen(fixed) == CLOCK_DAY_SIZE - 1) {
		memcpy(day, fixed, CLOCK_DAY_SIZE);
		return day;
	}
	localtime_r(&now, &tm);
	strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	return day;
}

const char *
clock_in_days(int days)
{
	static char day[CLOCK_DAY_SIZE];
	const char *today = clock_today();
	/* noon: also where the clock changes in between it is still that day */
	struct tm tm = { .tm_hour = 12, .tm_isdst = -1 };

	tm.tm_year = (int)strtol(today, NULL, 10) - 1900;
	tm.tm_mon = (int)strtol(today + 5, NULL, 10) - 1;
	tm.tm_mday = (int)strtol(today + 8, NULL, 10) + days;
	mktime(&tm);
	strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	return day;
}

unsigned long long
clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned long long)now.tv_sec * 1000 + (unsigned long long)now.tv_nsec / 1000000;
}
