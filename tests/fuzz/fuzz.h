/* What the fuzz targets share: a promise that aborts when it is broken, and the input as a text. */
#ifndef JCAP_FUZZ_H
#define JCAP_FUZZ_H

#define _GNU_SOURCE	/* memmem */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/arena.h"

#define PROMISE(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
