/*
 * What a worker owes the read model: rows that change by date alone are brought up to date before they are read (design.md 5), a few at
 * a time, and a new version is heard of even where NOTIFY does not reach us. The pool runs the statement "refresh_due" on one of
 * its connections whenever this file says so; nothing here talks to the database. One per worker, as the pool.
 *
 * On a new day answers wait until that is done, two seconds at most: with the usual few hundred rows nobody is shown yesterday's.
 * If many more are due, or the database cannot do it, the service answers with what there is and goes on catching up.
 */
#ifndef JCAP_DUTY_H
#define JCAP_DUTY_H

#include <stdbool.h>
#include <stddef.h>

#define DUTY_PARAMS	1

/* Begins anew, with nothing known of the database. */
void	duty_start(void);

/* True when "refresh_due" is to be run now. duty_begin() says that it is run, with these parameters; duty_end() must follow. */
bool	duty_is_due(void);
const char *const *duty_begin(void);

/*
 * The run has ended. `text` is what the statement gave ("version day due since refreshed idle", sql/queries/refresh_due.sql), or NULL
 * when it failed. Returns the version of the read model, or -1.
 */
long long	duty_end(const char *text);

/* True while answers wait, at the beginning of a day. */
bool	duty_holds_answers(void);

/* A connection listens (true), or none does any more (false): without NOTIFY the version is asked for every few seconds. */
void	duty_listening(bool);

/*
 * What monitoring is to know: writes one line without a line feed into `out`, "" when all is well. Returns false once that
 * has lasted five minutes in which nobody caught up.
 */
bool	duty_report(char *out, size_t size);

#endif
