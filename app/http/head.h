/*
 * The head of a request as it comes off the wire, read strictly (RFC 9112), before Kore sees any of it. Kore 4.1 is
 * lenient where it must not be (kore.md 2, 5, 6, 17, 18), so it gets a head written anew: one request line, one Host, and
 * of the other headers only those the house reads. What is ambiguous is refused, never guessed.
 */
#ifndef JCAP_HEAD_H
#define JCAP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

struct problem;

#define HEAD_MAX	16384	/* bytes of a head; Kore's http_header_max must be the same */
#define HEAD_LINES	20	/* header lines, the proxy's X-Forwarded-For not counted */
#define HEAD_TARGET	1998	/* bytes of a target; Kore refuses from HTTP_URI_LEN - 1 */

enum head_status {
	HEAD_MORE,	/* no end of the head yet */
	HEAD_READY,	/* `text` holds the head for Kore */
	HEAD_REFUSED,	/* `problem` says why; nothing behind it on this connection can be trusted */
};

struct head {
	size_t			 consumed;	/* bytes of the input that belong to the head */
	size_t			 body;		/* bytes of body that follow */
	bool			 has_body;	/* the method takes a body (even an empty one) */
	const struct problem	*problem;	/* HEAD_REFUSED */
	char			 text[HEAD_MAX];	/* the head for Kore, or one that stands for the refused request */
	size_t			 length;
};

/*
 * Reads one head.
 *   in, length  what has come so far
 *   body_max    longest body that is taken, in bytes
 *   head        filled in; HEAD_REFUSED leaves a harmless GET (or HEAD) in `text` that asks to close the connection and
 *               carries the client's Accept, so that the answer comes in its language
 */
enum head_status	head_read(const char *in, size_t length, size_t body_max, struct head *head);

/* As HEAD_REFUSED of head_read(), for a refusal that others decide on. `method` is "GET" or "HEAD"; `accept` may be NULL. */
void	head_refuse(struct head *head, const struct problem *problem, const char *method, const char *accept);

#endif
