# The register's commands. `make help` lists them; conf/ holds the scripts behind run, tests/ those behind test and bench.

.DEFAULT_GOAL := help
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory

# Build --------------------------------------------------------------------------------------------------------------
# Everything below app/ is the module Kore loads (jcap.so), except app/jcapctl/, the operator's tool, which shares what
# does not need Kore. SAN=1 builds the same objects under build/san for the unit tests.
CC       := gcc
PACKAGES := libpq libxml-2.0 libmaxminddb jansson libsodium zlib libbrotlienc libqrencode
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
FEATURES  = $(shell cat /usr/share/kore/features 2>/dev/null)
PKG_CFLAGS = $(shell pkg-config --cflags $(PACKAGES))
CFLAGS    = -std=gnu11 -O2 -g $(WARNINGS) -fPIC -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fno-omit-frame-pointer \
            -Iapp -isystem /usr/share/kore/include $(FEATURES) $(PKG_CFLAGS)
LDLIBS    = $(shell pkg-config --libs $(PACKAGES)) -lm

GENERATED := build/gen/statements.c build/gen/templates.c build/gen/documents.c
SOURCES   := $(filter-out app/jcapctl/%,$(shell find app -name '*.c' 2>/dev/null | sort)) $(GENERATED)
TOOL      := $(shell find app/jcapctl -name '*.c' 2>/dev/null | sort)
OBJECTS   := $(SOURCES:%.c=build/obj/%.o)
TOOL_OBJ  := $(TOOL:%.c=build/obj/%.o)

build: build/jcap.so build/jcapctl build/assets/manifest.json ## compile the service, jcapctl and the front end
	@:

build/jcap.so: $(OBJECTS)
	@echo "  LINK    $@"
	@$(CC) -shared -Wl,-Bsymbolic -Wl,-z,relro,-z,now -o $@.tmp $(OBJECTS) $(LDLIBS)
	@mv $@.tmp $@

build/libjcap.a: $(OBJECTS)
	@rm -f $@
	@ar rcs $@ $(OBJECTS)

build/jcapctl: $(TOOL_OBJ) build/libjcap.a
	@echo "  LINK    $@"
	@$(CC) -o $@.tmp $(TOOL_OBJ) build/libjcap.a $(LDLIBS)
	@mv $@.tmp $@

build/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

build/gen/statements.c: app/db/embed.awk $(wildcard sql/queries/*.sql) sql/queries
	@mkdir -p $(@D)
	@awk -f app/db/embed.awk sql/queries/*.sql >$@.tmp
	@mv $@.tmp $@

build/gen/templates.c: app/view/embed.awk $(wildcard assets/templates/*.mustache) assets/templates
	@mkdir -p $(@D)
	@awk -f app/view/embed.awk assets/templates/*.mustache >$@.tmp
	@mv $@.tmp $@

build/gen/documents.c: app/view/embed.awk $(wildcard sql/documents/*.json) sql/documents
	@mkdir -p $(@D)
	@awk -v header=openapi.h -v struct=document_source -v table=document_sources -v ending=.json -f app/view/embed.awk sql/documents/*.json >$@.tmp
	@mv $@.tmp $@

ASSET_FILES := $(shell find assets -path assets/node_modules -prune -o -path assets/templates -prune -o -type f -print 2>/dev/null)
build/assets/manifest.json: $(ASSET_FILES)
	@[ -d assets/node_modules ] || conf/install.sh build
	@echo "  ASSETS  build/assets"
	@cd assets && node build.mjs ../build/assets
	@touch $@

-include $(OBJECTS:.o=.d) $(TOOL_OBJ:.o=.d)

# Run ----------------------------------------------------------------------------------------------------------------
run: ## install what is missing, build, and serve http://127.0.0.1:8080 until Ctrl-C (PORT=, DATABASE_URL=)
	@conf/install.sh run
	@$(MAKE) -j2 build
	@exec setpriv --pdeathsig TERM conf/run.sh

migrate: build ## bring the database of DATABASE_URL (or var/pg) up to date without serving
	@conf/run.sh --load-only

geoip: ## fetch the region guess's database (DB-IP City Lite, CC BY 4.0, 60 MB) into var/geoip
	@conf/geoip.sh

sbom: ## what the register consists of (npm, Debian, data) as CycloneDX: build/sbom.cdx.json
	@conf/install.sh test
	@$(MAKE) -j2 build
	@node conf/sbom.mjs build/sbom.cdx.json

# Test ---------------------------------------------------------------------------------------------------------------
test: ## everything: lint, unit, SQL, HTTP, browser, accessibility, fuzz; ends with "N passed, N failed"
	@conf/install.sh test
	@$(MAKE) -j2 build
	@tests/run.sh

lint: ## rules of the house that a compiler does not know
	@conf/install.sh test
	@node --test tests/lint/*.test.mjs

bench: ## nginx, pgbench and the service side by side; prints a Markdown table
	@conf/install.sh test
	@$(MAKE) -j2 build
	@tests/bench/run.sh

# Unit tests run under AddressSanitizer and UBSan, against an archive of the same sources.
SAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined
SAN_OBJ   := $(filter-out build/san/app/main.o,$(SOURCES:%.c=build/san/%.o))
UNIT      := $(patsubst tests/unit/%.c,build/unit/%,$(wildcard tests/unit/test_*.c))
UNIT_HELP := $(filter-out $(wildcard tests/unit/test_*.c),$(wildcard tests/unit/*.c))
SAN_CFLAGS = $(filter-out -O2 -D_FORTIFY_SOURCE=2,$(CFLAGS)) -O1 $(SAN_FLAGS)

unit: $(UNIT) ## compile the unit tests (build/unit/)

build/san/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC san  $<"
	@$(CC) $(SAN_CFLAGS) -MMD -MP -c -o $@ $<

build/san/libjcap.a: $(SAN_OBJ)
	@rm -f $@
	@ar rcs $@ $(SAN_OBJ)

build/unit/%: tests/unit/%.c $(UNIT_HELP) $(wildcard tests/unit/*.h) build/san/libjcap.a
	@mkdir -p $(@D)
	@echo "  UNIT    $@"
	@$(CC) $(SAN_CFLAGS) -Itests/unit -MMD -MP -MF $@.d -o $@ $< $(UNIT_HELP) build/san/libjcap.a -lcmocka $(LDLIBS)

-include $(SAN_OBJ:.o=.d) $(UNIT:=.d)

# libFuzzer targets need clang; each tests/fuzz/NAME.c becomes build/fuzz/NAME.
FUZZ        := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/*.c))
FUZZ_OBJ    := $(filter-out build/fuzzobj/app/main.o,$(SOURCES:%.c=build/fuzzobj/%.o))
FUZZ_CFLAGS  = $(filter-out -O2 -D_FORTIFY_SOURCE=2,$(CFLAGS)) -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined

fuzz: $(FUZZ) ## compile the fuzz targets (build/fuzz/)

build/fuzzobj/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC fuzz $<"
	@clang $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

build/fuzzobj/libjcap.a: $(FUZZ_OBJ)
	@rm -f $@
	@ar rcs $@ $(FUZZ_OBJ)

build/fuzz/%: tests/fuzz/%.c $(wildcard tests/fuzz/*.h tests/unit/*.h) build/fuzzobj/libjcap.a
	@mkdir -p $(@D)
	@echo "  FUZZ    $@"
	@clang $(FUZZ_CFLAGS) -fsanitize=fuzzer -Itests/unit -o $@ $< $(UNIT_HELP) build/fuzzobj/libjcap.a $(LDLIBS)

-include $(FUZZ_OBJ:.o=.d)

# Rest ---------------------------------------------------------------------------------------------------------------
clean: ## remove build/ (var/ with the database stays)
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1 \t/p' $(MAKEFILE_LIST) | expand -t 12

.PHONY: build run migrate geoip sbom test lint bench unit fuzz clean help
.SECONDARY:
