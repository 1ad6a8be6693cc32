#include "db/statement.h"

#include <stddef.h>
#include <string.h>

const struct statement *
statement_find(const char *name)
{
	const struct statement *statement;

	for (statement = statements; statement->name != NULL; statement++)
		if (strcmp(statement->name, name) == 0)
			return statement;
	return NULL;
}

int
statement_index(const struct statement *statement)
{
	return (int)(statement - statements);
}

int
statement_total(void)
{
	int n = 0;

	while (statements[n].name != NULL)
		n++;
	return n;
}
