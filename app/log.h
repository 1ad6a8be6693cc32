/* The service's log: Kore writes lines to standard output; here each gets the time in front of it. */
#ifndef JCAP_LOG_H
#define JCAP_LOG_H

/*
 * From now on every line printed to stdout begins with the local time and its offset, e.g. 2026-11-25T08:30:12.345+0100.
 * For the parent, before workers start; they inherit it. Without memory for it lines stay as they are.
 */
void	log_start(void);

#endif
