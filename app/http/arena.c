#include "http/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE	((size_t)16 * 1024)
#define ALIGNMENT	sizeof(max_align_t)

struct arena_block {
	struct arena_block	*next;
	size_t			 used;
	size_t			 size;
	_Alignas(max_align_t) unsigned char data[];
};

void
arena_init(struct arena *arena)
{
	arena->head = NULL;
}

void
arena_free(struct arena *arena)
{
	struct arena_block *block, *next;

	for (block = arena->head; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	arena->head = NULL;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->head;
	size_t need = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	void *memory;

	if (block == NULL || block->size - block->used < need) {
		size_t capacity = need > BLOCK_SIZE ? need : BLOCK_SIZE;

		block = malloc(sizeof(*block) + capacity);
		if (block == NULL)
			abort();
		block->used = 0;
		block->size = capacity;
		if (need > BLOCK_SIZE && arena->head != NULL) {
			/* A large piece gets a block of its own; the current one stays in use. */
			block->next = arena->head->next;
			arena->head->next = block;
		} else {
			block->next = arena->head;
			arena->head = block;
		}
	}
	memory = block->data + block->used;
	block->used += need;
	return memset(memory, 0, size);
}

char *
arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	memcpy(copy, text, length);
	return copy;
}

char *
arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
	struct buffer text;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	buffer_init(&text, arena, (size_t)length + 1);
	va_start(args, format);
	vsnprintf(text.data, (size_t)length + 1, format, args);
	va_end(args);
	return text.data;
}

void
buffer_init(struct buffer *buffer, struct arena *arena, size_t capacity)
{
	buffer->arena = arena;
	buffer->length = 0;
	buffer->capacity = capacity > 0 ? capacity : 256;
	buffer->data = arena_alloc(arena, buffer->capacity);
}

/* Makes room for `extra` bytes and a NUL; the old memory stays in the arena until the request ends. */
static void
buffer_grow(struct buffer *buffer, size_t extra)
{
	size_t need = buffer->length + extra + 1;
	char *data;

	if (need <= buffer->capacity)
		return;
	while (buffer->capacity < need)
		buffer->capacity *= 2;
	data = arena_alloc(buffer->arena, buffer->capacity);
	memcpy(data, buffer->data, buffer->length);
	buffer->data = data;
}

void
buffer_append(struct buffer *buffer, const void *data, size_t length)
{
	buffer_grow(buffer, length);
	memcpy(buffer->data + buffer->length, data, length);
	buffer->length += length;
	buffer->data[buffer->length] = '\0';
}

void
buffer_puts(struct buffer *buffer, const char *text)
{
	buffer_append(buffer, text, strlen(text));
}

void
buffer_putc(struct buffer *buffer, char c)
{
	buffer_append(buffer, &c, 1);
}

void
buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	buffer_grow(buffer, (size_t)length);
	va_start(args, format);
	vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, args);
	va_end(args);
	buffer->length += (size_t)length;
}

const char *
buffer_text(struct buffer *buffer)
{
	buffer_grow(buffer, 0);
	buffer->data[buffer->length] = '\0';
	return buffer->data;
}
