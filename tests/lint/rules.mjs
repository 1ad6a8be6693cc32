// The rules of the house that a compiler does not know. Each rule: which files, what it refuses and why, and a sample it
// must catch (so that a rule that has gone blind is noticed). check(text, file) returns [{ line, what }].
//
// A raw write that is right carries its reason: a comment "raw: ..." on the same line or one of the two above.

// C with comments blanked out (lines kept) and the string literals apart.
export function readC(text) {
  let code = '';
  const strings = [];
  let line = 1;
  for (let i = 0; i < text.length;) {
    const two = text.slice(i, i + 2);
    if (two === '/*' || two === '//') {
      const end = two === '/*' ? text.indexOf('*/', i + 2) + 2 : text.indexOf('\n', i);
      const stop = end < 2 ? text.length : end;
      const comment = text.slice(i, stop);
      code += comment.replace(/[^\n]/g, ' ');
      line += comment.split('\n').length - 1;
      i = stop;
    } else if (text[i] === '"' || text[i] === "'") {
      let k = i + 1;
      while (k < text.length && text[k] !== text[i]) k += text[k] === '\\' ? 2 : 1;
      const literal = text.slice(i, k + 1);
      if (text[i] === '"') strings.push({ line, text: literal.slice(1, -1) });
      code += literal;
      i = k + 1;
    } else {
      if (text[i] === '\n') line += 1;
      code += text[i];
      i += 1;
    }
  }
  return { code, strings };
}

const lineOf = (text, index) => text.slice(0, index).split('\n').length;

function matches(text, pattern, what) {
  return [...text.matchAll(pattern)].map((match) => ({ line: lineOf(text, match.index), what: `${what}: ${match[0].trim().slice(0, 80)}` }));
}
function inStrings(text, pattern, what) {
  return readC(text).strings.filter((one) => pattern.test(one.text)).map((one) => ({ line: one.line, what: `${what}: "${one.text.slice(0, 80)}"` }));
}

const SQL = /\b(select\s+[\w(*$]|insert\s+into\s|update\s+\w+\s+set\b|delete\s+from\s|create\s+(table|or)|alter\s+table|drop\s+(table|schema))/i;
const MARKUP = /<\/?[a-z][a-z0-9]*(\s|>|\/|\\n|$)|<!doctype|<\?xml|&(lt|gt|amp|quot|#\d+);/i;
const inApp = (file) => /^app\/.*\.[ch]$/.test(file);

export const rules = [
  {
    name: 'no SQL in C: statements live in sql/queries',
    files: (file) => inApp(file) && !/^app\/(jcapctl|db)\//.test(file),
    check: (text) => inStrings(text, SQL, 'SQL'),
    sample: 'f("select name from register.provider");',
  },
  {
    name: 'no SQL put together by printf or concatenation, anywhere',
    files: inApp,
    check: (text) => matches(readC(text).code, /\w*(printf|strcat|buffer_puts)\w*\s*\([^;]*"[^"]*\b(select\s+\S+\s+from|insert\s+into|update\s+\S+\s+set|delete\s+from|where\s+\w+\s*=)[^;]*;/gis, 'SQL by printf'),
    sample: 'snprintf(q, n, "select a from b where c = \'%s\'", x);',
  },
  {
    name: 'no markup in C: HTML lives in templates, XML comes from libxml2\'s writer',
    files: (file) => inApp(file) && file !== 'app/view/template.c',
    check: (text) => inStrings(text, MARKUP, 'markup'),
    sample: 'buffer_puts(out, "<b>");',
  },
  {
    name: 'raw output of non-literals only where the sink escapes (app/view, app/http), or with a reason ("raw: ...")',
    files: (file) => inApp(file) && !/^app\/(view|http)\//.test(file),
    check: (text) => {
      const lines = text.split('\n');
      return matches(readC(text).code, /\bbuffer_(puts|append|printf)\s*\(\s*[^,;]+,\s*(?!"|\s)[^;]*;/g, 'raw output')
        .filter(({ line }) => !lines.slice(Math.max(0, line - 3), line).some((one) => one.includes('raw:')));
    },
    sample: 'buffer_puts(&out, name);',
  },
  {
    name: 'libxml2 escapes: no raw writes through its writer',
    files: inApp,
    check: (text) => matches(readC(text).code, /\bxmlTextWriterWrite(Raw|Format|VFormat)\w*\s*\(/g, 'raw XML'),
    sample: 'xmlTextWriterWriteRaw(w, x);',
  },
  {
    name: 'formats are literals',
    files: inApp,
    check: (text) => matches(readC(text).code, /\b(printf|kore_log|arena_printf|buffer_printf|fprintf|snprintf)\s*\(\s*(?:[^,"();]+(?:\([^()]*\))?,\s*){0,2}[a-z_]+\s*\)\s*;/g, 'format').filter(({ what }) => !what.includes('"')),
    sample: 'kore_log(LOG_ERR, text);',
  },
  {
    name: 'headers and replies only through app/http/reply.c',
    files: (file) => inApp(file) && file !== 'app/http/reply.c',
    check: (text) => matches(readC(text).code, /\bhttp_response\w*\s*\(/g, 'around the wrapper'),
    sample: 'http_response_header(req, "x", y);',
  },
  {
    name: 'no unbounded string functions',
    files: inApp,
    check: (text) => matches(readC(text).code, /\b(strcpy|strcat|sprintf|vsprintf|gets|alloca|atoi|atol)\s*\(/g, 'use the arena or a bounded one'),
    sample: 'strcpy(a, b);',
  },
  {
    name: 'nothing exits inside a worker',
    files: (file) => inApp(file) && !/^app\/(jcapctl\/|main\.c)/.test(file),
    check: (text) => matches(readC(text).code, /\b(exit|_exit|fatal|fatalx)\s*\(/g, 'exit'),
    sample: 'exit(1);',
  },
  {
    name: 'rooms depend downward only: directory -> view, geo, db, http; never sideways, never up',
    files: (file) => /^app\/(http|db|view|geo)\/.*\.[ch]$/.test(file),
    check: (text, file) => {
      const room = file.split('/')[1];
      const below = { http: ['http'], db: ['db', 'http'], view: ['view', 'http'], geo: ['geo', 'db', 'http'] }[room];
      return matches(text, /^#include "(\w+)\/[\w.]+"/gm, 'include').filter(({ what }) => !below.includes(what.match(/"(\w+)\//)[1]));
    },
    sample: '#include "directory/search.h"\n',
    sampleFile: 'app/view/x.c',
  },
  {
    name: 'templates escape: no {{{ }}} and no {{& }}',
    files: (file) => /^assets\/templates\/.*\.mustache$/.test(file),
    check: (text) => matches(text, /\{\{\{|\{\{&/g, 'unescaped'),
    sample: '<p>{{{name}}}</p>',
  },
  {
    name: 'templates keep the strict policy: no inline style, script or handler, nothing from elsewhere',
    files: (file) => /^assets\/templates\/.*\.mustache$/.test(file),
    check: (text) => [
      ...matches(text, /<[a-z][^>]*\s(style|on[a-z]+)=/gi, 'inline'),
      ...matches(text, /<style|<script(?![^>]*\bsrc="\{\{)[^>]*>/gi, 'inline'),
      ...matches(text, /<(script|img|iframe|source|video|audio)[^>]*\ssrc="(https?:)?\/\//gi, 'from elsewhere'),
    ],
    sample: '<p style="color:red">',
  },
  {
    name: 'statements: header with role and params, every parameter declared and used',
    files: (file) => /^sql\/queries\/.*\.sql$/.test(file),
    check: (text) => {
      const found = [];
      const header = text.match(/^(--.*\n)+/)?.[0] ?? '';
      if (!/^--\s*role:\s*(web|owner)/m.test(header)) found.push({ line: 1, what: 'no "-- role:"' });
      if (!/^--\s*params:/m.test(header)) found.push({ line: 1, what: 'no "-- params:"' });
      const body = text.replace(/--.*$/gm, '').replace(/'(?:[^']|'')*'/g, "''");
      const declared = new Set([...header.slice(header.search(/--\s*params:/)).matchAll(/\b([a-z_]+)\s+(?:text|int|float|date|bool|numeric)\b/g)].map((match) => match[1]));
      for (const match of body.matchAll(/(?<![:\w]):([a-z_]\w*)/g)) {
        if (!declared.has(match[1]) && !['today', 'view'].includes(match[1])) found.push({ line: lineOf(body, match.index), what: `:${match[1]} is not declared` });
      }
      return found;
    },
    sample: 'select :ort;',
  },
  {
    name: 'statements know no clock: the day comes as :today',
    files: (file) => /^sql\/queries\/.*\.sql$/.test(file),
    check: (text) => matches(text.replace(/--.*$/gm, ''), /\b(current_date|current_timestamp|now\s*\(|clock_timestamp|localtimestamp)/gi, 'clock'),
    sample: 'select current_date',
  },
  {
    name: 'files stay short: under 600 lines',
    files: (file) => /^(app|conf|tests)\/.*\.(c|h|sh|mjs)$/.test(file) || /^sql\/(queries|functions|schema)\//.test(file) || /^assets\/(js|css|templates)\//.test(file),
    check: (text) => (text.split('\n').length > 600 ? [{ line: 600, what: `${text.split('\n').length} lines` }] : []),
    sample: '\n'.repeat(700),
  },
  {
    name: 'functions stay short: under 80 lines',
    files: (file) => /^app\/.*\.c$/.test(file),
    check: (text) => {
      const found = [];
      let start = 0;
      text.split('\n').forEach((line, index) => {
        if (line === '{') start = index + 1;
        if (line === '}' && start) {
          if (index + 1 - start > 80) found.push({ line: start, what: `${index + 1 - start} lines` });
          start = 0;
        }
      });
      return found;
    },
    sample: `int\nf(void)\n{\n${'\tg();\n'.repeat(90)}}\n`,
  },
  {
    name: 'nothing is left for later',
    files: (file) => /^(app|conf|tests|sql|assets)\/.*\.(c|h|sh|mjs|js|css|sql|mustache)$/.test(file) && !file.startsWith('tests/lint/'),
    check: (text) => matches(text, /\b(TODO|FIXME|XXX|HACK)\b/g, 'left for later'),
    sample: '/* TODO */',
  },
];
