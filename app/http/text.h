/* Small questions about text that every room asks: UTF-8, percent encoding. No memory of its own. */
#ifndef JCAP_TEXT_H
#define JCAP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "http/arena.h"

/* True if the bytes are well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF). */
bool	text_is_utf8(const char *text, size_t length);
/* True if the text holds a control character: C0, DEL, or (as UTF-8) C1. */
bool	text_has_control(const char *text, size_t length);
/* Characters (code points) of well-formed UTF-8. */
size_t	text_characters(const char *text, size_t length);
/*
 * Decodes percent encoding; with `form`, "+" is a blank (application/x-www-form-urlencoded).
 * Returns a new text in the arena and its length, or NULL for a broken sequence or a NUL byte.
 */
char	*text_url_decode(struct arena *, const char *text, size_t length, bool form, size_t *out_length);
/* Appends the text percent-encoded; only unreserved characters of RFC 3986 stay. */
void	text_url_encode(struct buffer *, const char *text);
/* At most so many characters of well-formed UTF-8; a longer text ends with "…", at the end of a word if there is one. */
const char	*text_cut(struct arena *, const char *text, size_t characters);
/* Removes blanks at both ends, in place, and returns the first kept byte. */
char	*text_trim(char *text);

#endif
