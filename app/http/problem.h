/*
 * The one catalogue of errors: a stable code, an HTTP status and German sentences that say what to do.
 * Errors are values; reply.c turns them into a page or RFC 9457 problem+json.
 */
#ifndef JCAP_PROBLEM_H
#define JCAP_PROBLEM_H

#include <stddef.h>

struct problem {
	const char	*code;
	int		 status;
	const char	*title;		/* German, short */
	const char	*detail;	/* German, what to do */
	int		 retry_after;	/* seconds, 0: no Retry-After header */
};

/* A problem on a spot: what, and which input it concerns. All but `problem` may be NULL. */
struct problem_at {
	const struct problem	*problem;
	const char		*field;	/* name of the input */
	const char		*label;	/* its German name */
	const char		*help;	/* what may be entered there */
	const char		*value;	/* what was entered, as far as it is readable text: to be corrected, not typed again */
	const char		*instead;	/* an address without the mistake */
};

extern const struct problem problem_unknown_parameter, problem_repeated_parameter, problem_invalid_value,
    problem_unknown_value, problem_missing_value, problem_broken_encoding, problem_too_many_values,
    problem_not_found, problem_gone, problem_method_not_allowed, problem_not_acceptable,
    problem_unavailable, problem_overloaded, problem_timeout, problem_internal,
    problem_bad_request, problem_request_timeout, problem_length_required, problem_too_large, problem_target_too_long,
    problem_too_many_requests, problem_too_many_exports, problem_head_too_large, problem_version_not_supported;

/* All entries one by one, from 0; NULL after the last. */
const struct problem	*problem_at_index(size_t index);
/* The catalogue entry with this code, or NULL. */
const struct problem	*problem_by_code(const char *code);

#endif
