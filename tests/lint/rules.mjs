// The rules of the house that a compiler does not know. Each rule: which files it reads, what it refuses and why, and
// samples: `bad` ones that it must catch and `fine` ones that it must let pass, as [file, text]. lint.test.mjs plants each
// sample in a folder of its own, so that a rule that has gone blind is noticed.
//
// Raw output that is right carries its reason: a comment "raw: ..." on the same line or one of the two above.
import fs from 'node:fs';

import { bareSql, inStrings, lineOf, matches, readC, withoutLiterals } from './source.mjs';

// The headers that the guard at the wire lets in: the table in app/http/head.c.
const headers = new Set([...fs.readFileSync(new URL('../../app/http/head.c', import.meta.url), 'utf8').matchAll(/\{ "([a-z-]+)", RULE_/g)].map((match) => match[1]));

const inApp = (file) => /^app\/.*\.[ch]$/.test(file);
const isTemplate = (file) => /^assets\/templates\/.*\.mustache$/.test(file);
const isStatement = (file) => /^sql\/queries\/.*\.sql$/.test(file);

const SQL = new RegExp([
  'select\\s+[\\w(*$\':]', 'insert\\s+into\\b', 'update\\s+[\\w.]+\\s+set\\b', 'delete\\s+from\\b', 'truncate\\s+(table\\s+)?\\w', 'merge\\s+into\\b',
  'create\\s+(or\\s+replace\\s+)?(temp\\w*\\s+)?(table|function|view|index|role|schema|extension|trigger)\\b',
  '(alter|drop)\\s+(table|schema|role|function|view|index)\\b', '(grant|revoke)\\s+\\w+\\s+on\\b', 'with\\s+\\w+\\s+as\\s*\\(', 'set\\s+(local\\s+|session\\s+)?role\\b',
  '^\\s*(begin|commit|rollback|listen\\s+\\w+|notify\\s+\\w+)\\s*;?\\s*$', '^\\s*copy\\s+\\w+', '\\b(from|join)\\s+(geo|register|directory|public)\\.', 'order\\s+by\\s+\\w', 'where\\s+\\w+\\s*(=|<|>|like\\b|in\\b)',
].map((one) => (one.startsWith('^') ? one : `\\b${one.replace(/^\\b/, '')}`)).join('|'), 'im');
const MARKUP = /<\/?%s|<\/?[a-z][a-z0-9:-]*(\s|>|\/|\\n|%|$)|<!doctype|<!--|<\?xml|<!\[CDATA|&(lt|gt|amp|quot|apos|nbsp|#\d+|#x[0-9a-f]+);/i;
const ENTITY = /^&(lt|gt|amp|quot|#39);$/;

// Rooms and what they may include. What is no room stands above all of them.
const PAGE_ROOM = ['view', 'geo', 'db', 'http'];
const ROOMS = { http: [], db: ['http'], view: ['http'], geo: ['http'], jcapctl: ['db', 'http'],
  directory: PAGE_ROOM, registry: PAGE_ROOM, network: PAGE_ROOM, account: PAGE_ROOM };

function checkIncludes(text, file) {
  const room = file.split('/').length > 2 ? file.split('/')[1] : null;
  return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"]+)"/gm)].flatMap((match) => {
    const [, name] = match;
    const target = name.includes('/') ? name.split('/')[0] : null;
    const found = (what) => [{ line: lineOf(text, match.index), what: `${what}: "${name}"` }];
    if (name.split('/').includes('..')) return found('includes are named from app/ down');
    if (room === null) return [];
    if (!(room in ROOMS)) return found(`the room app/${room} is not in the plan (tests/lint/rules.mjs)`);
    if (target === null) return found('a room knows nothing of the top');
    return target === room || ROOMS[room].includes(target) ? [] : found(`${room} may not know ${target}`);
  });
}

function checkRaw(text) {
  const lines = text.split('\n');
  const code = withoutLiterals(text);
  const original = readC(text).code;
  const found = [];
  for (const match of code.matchAll(/\bbuffer_(puts|append|printf|putc)\s*\(\s*[^,;]+,\s*([^;]*?)\)\s*;/g)) {
    const [, kind, rest] = match;
    const isLiteral = /^\s*("[^"]*"\s*)+(,\s*\d+\s*)?$/.test(rest) || (kind === 'putc' && /^\s*'/.test(rest));
    const format = kind === 'printf' ? original.slice(match.index, match.index + match[0].length).match(/"((?:[^"\\]|\\.)*)"/)?.[1] ?? '%s' : '%s';
    if (isLiteral || (kind === 'printf' && !/%[-+ 0-9.*]*[sc]/.test(format))) continue;
    const line = lineOf(code, match.index);
    if (lines.slice(Math.max(0, line - 3), line).some((one) => one.includes('raw:'))) continue;
    found.push({ line, what: `raw output: ${original.slice(match.index, match.index + match[0].length).replace(/\s+/g, ' ').slice(0, 80)}` });
  }
  return found;
}

function checkStatement(text) {
  const found = [];
  const header = text.match(/^(--.*\n)+/)?.[0] ?? '';
  const first = header.split('\n')[0].replace(/^--\s*/, '');
  if (!/^--\s*role:\s*(web|owner)\s*$/m.test(header)) found.push({ line: 1, what: 'no "-- role: web" or "-- role: owner"' });
  if (first.length < 10 || /^(role|params):/.test(first)) found.push({ line: 1, what: 'the first line does not say what the statement answers' });
  const start = header.search(/^--\s*params:/m);
  const declared = new Set(start < 0 ? [] : [...header.slice(start).matchAll(/\b([a-z_][a-z0-9_]*)\s+(?:text|int|bigint|float|numeric|date|bool|boolean|json|jsonb)\b/g)].map((match) => match[1]));
  const sql = bareSql(text);
  const used = new Set();
  for (const match of sql.matchAll(/(?<![:\w]):([a-z_]\w*)/g)) {
    used.add(match[1]);
    if (!declared.has(match[1])) found.push({ line: lineOf(sql, match.index), what: `:${match[1]} is not declared in "-- params:"` });
  }
  for (const name of declared) if (!used.has(name)) found.push({ line: 1, what: `:${name} is declared and not used` });
  return found;
}

function checkFunctions(text, limit) {
  const found = [];
  let start = 0;
  text.split('\n').forEach((line, index) => {
    if (line === '{') start = index + 1;
    if (line === '}' && start) {
      if (index + 1 - start > limit) found.push({ line: start, what: `${index + 1 - start} lines` });
      start = 0;
    }
  });
  return found;
}

export const rules = [
  {
    name: 'no SQL in C: statements live in sql/queries',
    files: inApp,
    check: (text) => inStrings(text, SQL, 'SQL'),
    bad: [
      ['app/directory/x.c', 'f("select name from register.provider");\n'], ['app/x.c', 'f("SELECT " /* joined */ "count(*)");\n'],
      ['app/db/x.c', 'snprintf(q, n, "delete from a where b = \'%s\'", x);\n'], ['app/jcapctl/x.c', 'PQexec(c, "begin");\n'],
      ['app/x.h', '#define Q "insert into a values (1)"\n'], ['app/db/x.c', 'g("with a as (values (1)) table a");\n'], ['app/x.c', 'b(" where slug = ");\n'],
    ],
    fine: [['app/x.c', '/* select a from b */ f("Bitte wählen Sie einen Wert (select)."); g("statement %s failed"); h("from: %s");\n']],
  },
  {
    name: 'no markup in C: HTML lives in templates, XML comes from libxml2\'s writer',
    files: inApp,
    check: (text, file) => inStrings(text, MARKUP, 'markup').filter(({ what }) => file !== 'app/view/template.c' || !ENTITY.test(what.slice(9, -1))),
    bad: [
      ['app/x.c', 'buffer_puts(out, "<b>");\n'], ['app/view/x.c', 'f("<" "p class=\\"x\\">");\n'], ['app/x.c', 'f("</li>\\n");\n'], ['app/x.c', 'f("a &amp; b");\n'],
      ['app/view/template.c', 'f("<br>");\n'], ['app/x.c', 'f("<?xml version");\n'], ['app/x.c', 'f("<%s>x</%s>");\n'],
    ],
    fine: [['app/view/template.c', 'case 1: e = "&lt;"; break; /* <b> */\n'], ['app/x.c', '#include <stdio.h>\nif (a < b && c > d) f("a < b, %s <- %d");\n']],
  },
  {
    name: 'raw output of non-literals only where the sink escapes (app/view, app/http), or with a reason ("raw: ...")',
    files: (file) => inApp(file) && !/^app\/(view|http)\//.test(file),
    check: checkRaw,
    bad: [['app/x.c', 'buffer_puts(&out, name);\n'], ['app/directory/x.c', 'buffer_printf(&out, "a=%s",\n    name);\n'], ['app/x.c', 'buffer_append(o, p, n);\n'], ['app/x.c', 'buffer_putc(o, *p);\n']],
    fine: [['app/x.c', 'buffer_puts(&out, "text");\nbuffer_printf(&out, "%d of %zu", a, b);\n/* raw: JSON of jansson */\nbuffer_puts(&out, json);\nbuffer_putc(&o, \',\');\n']],
  },
  {
    name: 'libxml2 escapes: no raw writes through its writer',
    files: inApp,
    check: (text) => matches(withoutLiterals(text), /\bxmlTextWriterWrite(Raw|Format|VFormat)\w*\s*\(/g, 'raw XML'),
    bad: [['app/view/x.c', 'xmlTextWriterWriteRaw(w, x);\n'], ['app/view/x.c', 'xmlTextWriterWriteFormatString(w, f, x);\n']],
    fine: [['app/view/x.c', 'xmlTextWriterWriteElement(w, n, x);\n']],
  },
  {
    name: 'formats are literals',
    files: inApp,
    check: (text) => [...withoutLiterals(text).matchAll(/\b(kore_log|arena_printf|buffer_printf|json_sprintf|f?printf|snprintf)\s*\(([^;]*);/g)].flatMap((match) => {
      const position = { kore_log: 1, arena_printf: 1, buffer_printf: 1, json_sprintf: 0, printf: 0, fprintf: 1, snprintf: 2 }[match[1]];
      let depth = 0;
      const args = ['']; // commas inside parentheses do not separate
      for (const c of match[2]) {
        depth += '([{'.includes(c) - ')]}'.includes(c);
        if (depth < 0) break;
        if (c === ',' && depth === 0) args.push('');
        else args[args.length - 1] += c;
      }
      // a prototype or the definition of the function itself is no call
      if (args.some((arg) => /\.\.\./.test(arg)) || args[position] === undefined) return [];
      return /^\s*("|[A-Z_]+\s*")/.test(args[position]) ? [] : [{ line: lineOf(text, match.index), what: `format: ${match[0].slice(0, 60)}` }];
    }),
    bad: [['app/x.c', 'kore_log(LOG_ERR, text);\n'], ['app/x.c', 'snprintf(buf, sizeof(buf), f(a, b));\n'], ['app/x.c', 'fprintf(stderr, ok ? a : b);\n']],
    fine: [['app/x.c', 'snprintf(out, size_of(a, b), "%s", x);\nbuffer_printf(&o, PRI "x", y);\nchar *arena_printf(struct arena *, const char *format, ...);\n']],
  },
  {
    name: 'headers and replies only through app/http/reply.c, over app/http/wire.c',
    files: (file) => inApp(file) && file !== 'app/http/reply.c' && file !== 'app/http/wire.c',
    check: (text) => matches(withoutLiterals(text), /\b(http_response\w*|http_serveable|net_send\w*|kore_connection_disconnect|kore_websocket\w*)\s*\(/g, 'around the wrapper'),
    bad: [['app/x.c', 'http_response_header(req, "x", y);\n'], ['app/directory/x.c', 'http_response(r, 200, NULL, 0);\n'], ['app/x.c', 'net_send_queue(c, d, l);\n']],
    fine: [['app/http/reply.c', 'http_response(r, 200, NULL, 0);\n'], ['app/x.c', '/* http_response() */ http_request_header(h, "accept", &a);\n']],
  },
  {
    name: 'only headers that the guard lets in are asked for (the table in app/http/head.c)',
    files: inApp,
    check: (text) => [...text.matchAll(/\bhttp_request_header\s*\([^;"]*"([^"]+)"/g)].filter((match) => !headers.has(match[1]))
      .map((match) => ({ line: lineOf(text, match.index), what: `header ${match[1]} never arrives` })),
    bad: [['app/x.c', 'http_request_header(request->http, "cookie", &value);\n'], ['app/directory/x.c', 'http_request_header(http,\n    "user-agent", &a);\n']],
    fine: [['app/x.c', 'http_request_header(request->http, "accept", &accept);\nhttp_request_header(http, "x-forwarded-for", &f);\n']],
  },
  {
    name: 'no unbounded string functions, no shell',
    files: inApp,
    check: (text) => matches(withoutLiterals(text), /\b(strcpy|stpcpy|strcat|strncpy|sprintf|vsprintf|gets|alloca|atoi|atol|atoll|atof|strtok|strtok_r|scanf|fscanf|sscanf|system|popen|execl\w*|execv\w*|mktemp|tmpnam)\s*\(/g, 'use the arena or a bounded one'),
    bad: ['strcpy(a, b)', 'strcat(a, b)', 'sprintf(a, "x")', 'gets(a)', 'system("x")', 'popen("x", "r")', 'n = atoi(x)', 'strtok(a, b)'].map((one) => ['app/x.c', `${one};\n`]),
    fine: [['app/x.c', 'snprintf(a, 1, "strcpy(a)"); my_strcpy(a); arena_printf(a, "x");\n']],
  },
  {
    name: 'nothing exits inside a worker',
    files: (file) => inApp(file) && !/^app\/(jcapctl\/|main\.c)/.test(file),
    check: (text) => matches(withoutLiterals(text), /\b(exit|_exit|_Exit|quick_exit|fatal|fatalx)\s*\(/g, 'exit'),
    bad: [['app/x.c', 'exit(1);\n'], ['app/db/x.c', 'fatal("x");\n']],
    fine: [['app/main.c', 'exit(1);\n'], ['app/x.c', 'abort();\n']],
  },
  {
    name: 'rooms depend downward only: directory -> view, geo, db, http; never sideways, never up',
    files: inApp,
    check: checkIncludes,
    bad: [
      ['app/view/x.c', '#include "directory/search.h"\n'], ['app/http/x.c', '#include "view/csv.h"\n'], ['app/view/x.c', '#include "db/pool.h"\n'], ['app/geo/x.h', '# include "view/csv.h"\n'],
      ['app/db/x.c', '#include "geo/place.h"\n'], ['app/directory/x.c', '#include "serve.h"\n'], ['app/http/x.c', '#include "../page.h"\n'], ['app/jcapctl/x.c', '#include "view/csv.h"\n'],
      ['app/network/x.c', '#include "directory/search.h"\n'], ['app/cellar/x.c', '#include "http/arena.h"\n'], ['app/directory/x.c', '#include "jcapctl/ctl.h"\n'],
    ],
    fine: [
      ['app/x.c', '#include "directory/search.h"\n#include "page.h"\n'], ['app/directory/x.c', '#include "directory/search.h"\n#include "view/csv.h"\n#include "geo/place.h"\n#include <kore/kore.h>\n'],
      ['app/http/x.c', '#include "http/arena.h"\n'], ['app/jcapctl/x.c', '#include "db/statement.h"\n#include "jcapctl/ctl.h"\n'],
    ],
  },
  {
    name: 'every header says what its room keeps there',
    files: (file) => /^app\/.*\.h$/.test(file),
    check: (text) => (/^\/\*[\s\S]{20,}?\*\//.test(text) ? [] : [{ line: 1, what: 'no comment at the top' }]),
    bad: [['app/http/x.h', '#ifndef X\n#define X\n#endif\n'], ['app/http/x.h', '/* */\n#ifndef X\n']],
    fine: [['app/http/x.h', '/* What this is about, in a sentence. */\n#ifndef X\n']],
  },
  {
    name: 'templates escape: no {{{ }}}, no {{& }}, no other delimiters',
    files: isTemplate,
    check: (text) => matches(text, /\{\{\{|\{\{\s*&|\{\{\s*=/g, 'unescaped'),
    bad: [['assets/templates/x.mustache', '<p>{{{name}}}</p>\n'], ['assets/templates/x.mustache', '{{&name}}\n'], ['assets/templates/x.mustache', '{{& name}}\n'], ['assets/templates/x.mustache', '{{=<% %>=}}\n']],
    fine: [['assets/templates/x.mustache', '<p>{{name}} &amp; {{#a}}{{.}}{{/a}}</p>\n']],
  },
  {
    name: 'templates put values into text and quoted attributes only',
    files: isTemplate,
    check: (text) => {
      // what stands in double quotes inside a tag is right; the rest of the tag may hold sections only
      const bare = text.replace(/<[a-z](?:[^"<>]|"[^"]*")*>/gi, (tag) => tag.replace(/"[^"]*"/g, (quoted) => `"${quoted.slice(1, -1).replace(/[^\n]/g, '~')}"`));
      return [
        ...matches(bare, /\s[a-z-]+=\{\{/gi, 'attribute without quotes'),
        ...matches(bare, /\s[a-z-]+='[^'>]*\{\{/gi, 'attribute in single quotes'),
        ...matches(bare, /<\/?\{\{|<[a-z][^<>]*\{\{(?![#^/!>])/gi, 'value as name of a tag or attribute'),
      ];
    },
    bad: [['assets/templates/x.mustache', '<p title={{name}}>\n'], ['assets/templates/x.mustache', '<{{tag}}>\n'], ['assets/templates/x.mustache', '<p {{attributes}}>\n']],
    fine: [['assets/templates/x.mustache', '<p title="a {{name}}"{{#b}} hidden{{/b}} {{#c}}lang="de"{{/c}}>{{x}}</p>\n']],
  },
  {
    name: 'templates keep the strict policy: no inline style, script or handler, nothing from elsewhere',
    files: isTemplate,
    check: (text) => [
      ...matches(text, /<[a-z][^>]*?\s(style|on[a-z]+)\s*=/gi, 'inline'),
      ...matches(text, /<style\b|<script(?![^>]*\bsrc="\{\{)[^>]*>|<script[^>]*>\s*[^<\s]/gi, 'inline'),
      ...matches(text, /javascript:|data:text|<(base|iframe|object|embed|frame)\b|http-equiv="refresh/gi, 'not allowed'),
      // plain links lead elsewhere, everything else stays here
      ...matches(text, /<(?!a\b)[a-z][^>]*?\s(src|href|xlink:href|srcset|action|formaction|poster|data|ping|cite|manifest)="\s*(https?:)?\/\//gi, 'from elsewhere'),
      ...matches(text, /url\(/gi, 'from elsewhere'),
    ],
    bad: [
      '<p style="color:red">', '<b onclick="x()">', '<style>a{}</style>', '<script>x()</script>', '<script src="{{a}}">x()</script>', '<a href="javascript:x">', '<script src="https://x/y.js"></script>',
      '<img alt="" src="//x/y.png">', '<link rel="stylesheet" href="http://x/y.css">', '<form method="get" action="https://x/">', '<iframe src="/x"></iframe>', '<use xlink:href="https://x#y"/>',
    ].map((one) => ['assets/templates/x.mustache', `${one}\n`]),
    fine: [['assets/templates/x.mustache', '<a rel="external" href="https://www.example.org/">x</a><img src="/assets/a.svg" alt=""><script src="{{assets.js}}" defer></script><link rel="canonical" href="{{page.canonical}}">\n']],
  },
  {
    name: 'scripts build nodes, not markup',
    files: (file) => /^assets\/js\/.*\.js$/.test(file),
    check: (text) => matches(text, /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|eval|new Function)\b|(?<![.\w])https?:\/\/(?!www\.w3\.org\/)\S+/g, 'markup or address in a script'),
    bad: [['assets/js/x.js', 'a.innerHTML = b;\n'], ['assets/js/x.js', 'eval(x);\n'], ['assets/js/x.js', 'fetch("https://elsewhere.example/");\n']],
    fine: [['assets/js/x.js', 'a.textContent = b; document.createElementNS("http://www.w3.org/2000/svg", "g");\n']],
  },
  {
    name: 'statements: header says what, role and parameters; every parameter declared and used',
    files: isStatement,
    check: checkStatement,
    bad: [
      ['sql/queries/x.sql', '-- What it answers.\nselect 1\n'], ['sql/queries/x.sql', '-- role: web\nselect 1\n'], ['sql/queries/x.sql', '-- What it answers.\n-- role: admin\nselect 1\n'],
      ['sql/queries/x.sql', '-- What it answers.\n-- role: web\nselect :ort::text\n'], ['sql/queries/x.sql', '-- What it answers.\n-- role: web\n-- params: ort text, art text\nselect :ort::text\n'], ['sql/queries/x.sql', 'select 1\n'],
    ],
    fine: [['sql/queries/x.sql', "-- What it answers.\n-- role: web\n-- params: ort text, liste text[], today date\nselect :ort::text, 'a:b', :liste::text[], :today::date -- :none\n"], ['sql/queries/x.sql', '-- What it answers.\n-- role: web\nselect 1\n']],
  },
  {
    name: 'statements of the service know no clock (the day comes as :today) and write nothing themselves',
    files: isStatement,
    check: (text) => (!/^--\s*role:\s*web/m.test(text) ? [] : [
      ...matches(bareSql(text), /\b(current_date|current_timestamp|current_time|localtime(stamp)?|now\s*\(|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)/gi, 'clock'),
      ...matches(bareSql(text), /\b(insert\s+into|update\s+[\w.]+\s+set|delete\s+from|truncate|create|alter|drop|grant|copy)\b/gi, 'write'),
    ]),
    bad: ['select current_date', 'select now()', 'select CURRENT_TIMESTAMP', 'insert into a values (1)', 'delete from a', 'with x as (update a set b = 1 returning b) table x']
      .map((one) => ['sql/queries/x.sql', `-- What it answers.\n-- role: web\n${one}\n`]),
    fine: [['sql/queries/x.sql', "-- What it answers, now().\n-- role: web\n-- params: today date\nselect :today::date, 'now()' as snow, created_on from a\n"], ['sql/queries/x.sql', '-- Records a thing.\n-- role: owner\ninsert into a values (now())\n']],
  },
  {
    name: 'files stay short: under 600 lines',
    files: (file) => /^(app|conf|tests)\/.*\.(c|h|sh|mjs|awk)$/.test(file) || /^sql\/(queries|functions|schema)\//.test(file) || /^assets\/(js|css|templates)\//.test(file),
    check: (text) => (text.split('\n').length > 601 ? [{ line: 600, what: `${text.split('\n').length - 1} lines` }] : []),
    bad: [['app/x.c', 'int a;\n'.repeat(601)], ['sql/functions/x.sql', '\n'.repeat(700)]],
    fine: [['app/x.c', 'int a;\n'.repeat(600)]],
  },
  {
    name: 'functions stay short: under 80 lines',
    files: (file) => /^(app|tests\/unit|tests\/fuzz)\/.*\.c$/.test(file),
    check: (text) => checkFunctions(text, 80),
    bad: [['app/x.c', `int\nf(void)\n{\n${'\tg();\n'.repeat(80)}}\n`]],
    fine: [['app/x.c', `int\nf(void)\n{\n${'\tg();\n'.repeat(70)}}\n\nint\ng(void)\n{\n${'\th();\n'.repeat(70)}}\n`]],
  },
  {
    name: 'nothing is left for later',
    files: (file) => /^(app|conf|tests|sql|assets|docs)\/.*\.(c|h|sh|mjs|js|scss|css|sql|mustache|awk|md)$/.test(file) && !file.startsWith('tests/lint/'),
    check: (text) => matches(text, /\b(TODO|FIXME|XXX|HACK)\b/g, 'left for later'),
    bad: ['TODO', 'FIXME', 'XXX'].map((one) => ['app/x.c', `/* ${one}: mend */\n`]),
    fine: [['app/x.c', '/* todos, XXXL */\n']],
  },
];
