/* The day as the register means it: Europe/Berlin. */
#ifndef JCAP_CLOCK_H
#define JCAP_CLOCK_H

#define CLOCK_DAY_SIZE	11	/* "2026-11-22" and NUL */

/* Sets the time zone of the process. Call once before any other thread or worker. */
void		 clock_init(void);
/* Today as ISO date, in static memory, true until the next call. JCAP_TODAY in development sets it for tests. */
const char	*clock_today(void);
/* The day so many days after today, as ISO date in static memory, true until the next call. */
const char	*clock_in_days(int days);
/* Milliseconds of a clock that never goes back. */
unsigned long long	clock_ms(void);

#endif
