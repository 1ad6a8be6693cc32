/* What every unit test needs: cmocka, an arena per test, JSON from text. */
#ifndef JCAP_UNIT_H
#define JCAP_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "http/arena.h"

/* The arena of the running test; fresh for each. */
extern struct arena arena;

int	unit_setup(void **);
int	unit_teardown(void **);

/* A test with a sentence as its name: the sentence says what is broken when it fails. */
#define TEST(sentence, function)	{ sentence, function, unit_setup, unit_teardown, NULL }

/* An empty buffer in the test's arena. */
struct buffer	*new_buffer(void);
/* Parses JSON and fails the test for a mistake. The arena's end frees nothing of it: call json_decref. */
json_t		*json_of(const char *text);
/* Runs a shell command and returns what it wrote to stdout and stderr, in the arena; *status is its exit status. */
char		*output_of(const char *command, int *status);

#endif
