/*
 * Request memory: everything a request allocates lives in one arena and goes with it.
 * Whoever keeps something longer than the request copies it out and says so.
 */
#ifndef JCAP_ARENA_H
#define JCAP_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block	*head;
};

/* A growing text in an arena. `data` is NUL-terminated whenever `length` > 0 or after buffer_text(). */
struct buffer {
	struct arena	*arena;
	char		*data;
	size_t		 length;
	size_t		 capacity;
};

void	 arena_init(struct arena *);
/* Frees all memory of the arena; the arena may be used again. */
void	 arena_free(struct arena *);
/* Zeroed memory, aligned for any type. Never returns NULL: aborts when the machine has no memory. */
void	*arena_alloc(struct arena *, size_t size);
char	*arena_strdup(struct arena *, const char *text);
char	*arena_strndup(struct arena *, const char *text, size_t length);
char	*arena_printf(struct arena *, const char *format, ...) __attribute__((format(printf, 2, 3)));

void	 buffer_init(struct buffer *, struct arena *, size_t capacity);
void	 buffer_append(struct buffer *, const void *data, size_t length);
void	 buffer_puts(struct buffer *, const char *text);
void	 buffer_putc(struct buffer *, char c);
void	 buffer_printf(struct buffer *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The text, NUL-terminated; "" when nothing was written. Lives as long as the arena. */
const char	*buffer_text(struct buffer *);

#endif
