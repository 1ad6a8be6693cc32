/*
 * Kore without Kore: the functions of the framework that the house calls, recording what they were given. One reply at
 * a time; timers and the event loop are driven by the test.
 */
#ifndef JCAP_KORE_STUBS_H
#define JCAP_KORE_STUBS_H

#include <stdbool.h>

#include <kore/kore.h>
#include <kore/http.h>

#define KORE_HEADERS	40

/* What was sent for the last request. */
struct kore_reply {
	int		 count;		/* of replies given: must be 1 in the end */
	int		 status;
	struct { char name[64], value[1024]; } headers[KORE_HEADERS];
	int		 header_count;
	char		*body;		/* copied, NUL-terminated; NULL when there was none */
	size_t		 length;
	char		*pieces;	/* what was sent behind it, NUL-terminated */
	size_t		 pieces_length;
	bool		 stream;	/* given as a stream; its callback is due */
	struct netbuf	 netbuf;
	int		(*sent)(struct netbuf *);
};
extern struct kore_reply kore_reply;

/* Headers of the request: "name", "value", ..., NULL. */
extern const char *const *kore_request_headers;
/* Timers: the last one added. */
extern void	(*kore_timer_function)(void *, u_int64_t);
/* Who watches a file descriptor (its struct kore_event comes first), for what: 'r', 'w' or 'l' (all). */
#define KORE_FDS	1024
extern void	*kore_watched[KORE_FDS];
extern char	kore_watched_for[KORE_FDS];
extern int	kore_sleeps, kore_wakeups, kore_logs;

/* Forgets the last reply; a stream that is under way is finished first. */
void		 kore_forget(void);
/* Value of a header of the reply, or NULL; fails the test if it was set twice. */
const char	*kore_header(const char *name);

#endif
