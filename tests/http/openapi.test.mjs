// /openapi.json against the official schema of OpenAPI 3.1, against the route table, against the database, and against the service: every
// operation is called with its examples and every value it names, and wrongly in every way it declares.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { largeDatabase, root, sql, startService, until } from '../lib/service.mjs';

let service;
let openapi;
let ajv;
let operations; // [{ path, id, get }]
let late; // the answer to half a head: it takes its time, the last test looks at it
const validators = new Map();
const PROBLEM = 'application/problem+json';
const UNKNOWN = 'gibt-es-nicht';
// ajv compiles schemas only, strictly: the rest of the description is none.
const asAjv = (schema) => JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', 'api#/$defs/'));

before(async () => {
  service = await startService();
  late = service.raw('GET /suche HTTP/1.1\r\nHo', { timeout: 20000 });
  const reply = await service.get('/openapi.json');
  assert.equal(reply.status, 200, reply.text.slice(0, 300));
  openapi = reply.json();
  ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  addFormats(ajv);
  ajv.addSchema({ $id: 'api', $defs: asAjv(openapi.components.schemas) });
  operations = Object.entries(openapi.paths).map(([address, { get }]) => ({ path: address, id: get.operationId, get }));
});
after(() => service?.stop());

// Checks a parsed body against a schema of the description.
function checkSchema(schema, body, what) {
  const key = JSON.stringify(schema);
  if (!validators.has(key)) validators.set(key, ajv.compile(asAjv(schema)));
  const validate = validators.get(key);
  assert.ok(validate(body), `${what}: ${ajv.errorsText(validate.errors?.slice(0, 5))} ${JSON.stringify(validate.errors?.slice(0, 3).map((one) => one.params))}`);
}

const resolve = (object) => (object?.$ref ? object.$ref.slice(2).split('/').reduce((at, key) => at[key], openapi) : object);

// The address of an operation with values for its inputs: { name: value or [values] }; path inputs fall back to their example.
function address(operation, values = {}) {
  const query = [];
  let target = operation.path;
  for (const { name, in: where, example } of operation.get.parameters) {
    if (where === 'path') target = target.replace(`{${name}}`, encodeURIComponent(values[name] ?? example));
    else if (name in values) query.push(...[values[name]].flat().map((value) => `${name}=${encodeURIComponent(value)}`));
  }
  for (const [name, value] of Object.entries(values)) {
    if (!operation.get.parameters.some((one) => one.name === name)) query.push(`${name}=${value}`);
  }
  return query.length ? `${target}?${query.join('&')}` : target;
}

// An answer must be as the description has it: status, headers, media type, schema.
function checkReply(operation, reply, what) {
  const response = resolve(operation.get.responses[String(reply.status)]);
  assert.ok(response, `${what}: status ${reply.status} is not described: ${reply.text.slice(0, 200)}`);
  for (const name of Object.keys(response.headers ?? {})) assert.ok(reply.headers[name.toLowerCase()], `${what}: ${reply.status} lacks ${name}`);
  if (response.content === undefined) {
    assert.equal(reply.body.length, 0, `${what}: ${reply.status} has a body`);
    return;
  }
  const media = reply.headers['content-type'].split(';')[0];
  assert.ok(response.content[media], `${what}: ${reply.status} comes as ${media}, described: ${Object.keys(response.content)}`);
  const isJson = /[/+]json$/.test(media);
  checkSchema(response.content[media].schema, isJson ? reply.json() : reply.text, what);
  if (isJson && reply.status === 200) assert.ok(response.content[media].schema.$ref, `${what}: JSON without a schema of its own`);
}

// An address either answers or leads elsewhere, always.
const good = (operation) => ('200' in operation.get.responses ? 200 : 308);
// Errors of an address that gives nothing to look at come as problem+json, whatever is accepted, once the address is known.
const forPrograms = (operation) => operation.get.responses['500'].$ref.endsWith('/problem_500');
// Each operation is a test of its own, some at a time.
const each = (t, list, check) => Promise.all(list.map((operation) => t.test(operation.id, () => check(operation))));
const SOME = { concurrency: 6 };

// An address as its path and its parameters, in no order.
function parts(target) {
  const url = new URL(target, service.base);
  return [url.pathname, [...url.searchParams].sort()];
}

// Bytes of one reply -> as service.get() has it.
function parseReply(bytes) {
  const [head, ...rest] = bytes.split('\r\n\r\n');
  const [first, ...lines] = head.split('\r\n');
  const body = Buffer.from(rest.join('\r\n\r\n'), 'latin1');
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]));
  return { status: Number(first.split(' ')[1]), headers, body, text: body.toString(), json: () => JSON.parse(body.toString()) };
}

async function checkGood(operation, values, headers = {}) {
  const target = address(operation, values);
  const what = `GET ${target} ${headers.accept ?? ''}`;
  const reply = await service.get(target, headers);
  assert.equal(reply.status, good(operation), `${what}: ${reply.text.slice(0, 200)}`);
  checkReply(operation, reply, what);
  if (headers.accept) assert.equal(reply.headers['content-type'].split(';')[0], headers.accept, what);
  return reply;
}

// A number may name a part of what there is; one without a part is 404, as a path without an entry.
async function isMissing(operation, name) {
  const target = address(operation, { [name]: operation.get.parameters.find((one) => one.name === name).schema.maximum });
  if ((await service.get(target)).status !== 404) return false;
  await checkWrong(operation, target, 404);
  return true;
}

// The same wrong call as a program and as a browser: both get what is described for them.
async function checkWrong(operation, target, status, { method = 'GET', field, accepts = [PROBLEM, 'text/html'].map((one) => `${one}, */*;q=0.1`) } = {}) {
  for (const accept of accepts) {
    const what = `${method} ${target} ${accept}`;
    const reply = await service.request(target, { method, headers: { accept, ...(method === 'GET' ? {} : { 'content-length': '0' }) } });
    assert.equal(reply.status, status, `${what}: ${reply.text.slice(0, 200)}`);
    checkReply(operation, reply, what);
    assert.equal(reply.headers['content-type'] === PROBLEM, accept.startsWith(PROBLEM) || forPrograms(operation), what);
    if (reply.headers['content-type'] === PROBLEM) {
      const problem = reply.json();
      assert.equal(problem.status, reply.status, what);
      if (field) assert.equal(problem.field, field, what);
    }
  }
}

describe('the description', () => {
  test('is valid OpenAPI 3.1 by the official schema', async () => {
    const validator = new Validator();
    const result = await validator.validate(structuredClone(openapi));
    assert.ok(result.valid, JSON.stringify(result.errors?.slice(0, 5) ?? result, null, 1));
    assert.equal(validator.version, '3.1');
  });

  test('says who, where, on which terms; operations have stable names, tags, a summary and examples', () => {
    assert.deepEqual(openapi.servers, [{ url: service.base }]);
    assert.match(openapi.info.license.url, /\/daten$/);
    assert.match(openapi.info.termsOfService, /\/daten$/);
    const tags = openapi.tags.map((tag) => tag.name);
    assert.equal(new Set(operations.map(({ id }) => id)).size, operations.length, 'an operationId occurs twice');
    for (const id of ['start', 'suche', 'suche_json', 'suche_geojson', 'anbieter_slug_vcf', 'anbieter_slug_qr_svg', 'karte_level_geojson', 'openapi_json']) {
      assert.ok(operations.some((one) => one.id === id), `operationId ${id} is gone`);
    }
    for (const { id, get } of operations) {
      assert.ok(get.summary && tags.includes(get.tags[0]), id);
      for (const parameter of get.parameters) {
        assert.ok(parameter.description.length > 10 && parameter.example !== undefined, `${id}: ${parameter.name} lacks words or an example`);
        checkSchema(parameter.schema, parameter.example, `${id}: example of ${parameter.name}`);
      }
    }
  });

  test('errors are pages where there is something to look at, and for programs where there is not', () => {
    for (const operation of operations.filter((one) => good(one) === 200)) {
      const media = Object.keys(operation.get.responses[200].content);
      if (media.some((one) => ['text/html', 'image/svg+xml'].includes(one))) assert.ok(!forPrograms(operation), operation.id);
      else if ('504' in operation.get.responses) assert.ok(forPrograms(operation), `${operation.id}: data in ${media}`);
    }
  });

  test('has every route of the table', () => {
    const patterns = [...fs.readFileSync(path.join(root, 'app/routes.c'), 'utf8').matchAll(/\.pattern = "([^"]+)"/g)].map((match) => match[1].replace(/:(\w+)/g, '{$1}'));
    assert.ok(patterns.length > 20);
    for (const pattern of patterns) assert.ok(openapi.paths[pattern], `${pattern} is not described`);
  });

  test('every schema is closed: a member that is not described is a fault', () => {
    const visit = (schema, where) => {
      if (Array.isArray(schema)) return schema.forEach((one, i) => visit(one, `${where}/${i}`));
      if (schema === null || typeof schema !== 'object') return undefined;
      if ([schema.type].flat().includes('object') && !where.startsWith('openapi/')) assert.ok('additionalProperties' in schema && schema.additionalProperties !== true, `${where} is open`);
      return Object.entries(schema).forEach(([key, one]) => visit(one, `${where}/${key}`));
    };
    for (const [name, schema] of Object.entries(openapi.components.schemas)) visit(schema, name);
  });

  test('examples of errors fit their schema, one for each entry of the catalogue', () => {
    const codes = new Set();
    for (const [name, response] of Object.entries(openapi.components.responses)) {
      for (const [code, { value }] of Object.entries(response.content?.[PROBLEM]?.examples ?? {})) {
        checkSchema(openapi.components.schemas.problem, value, `${name}: ${code}`);
        assert.equal(value.status, Number(name.split('_')[1]));
        codes.add(code);
      }
    }
    const catalogue = [...fs.readFileSync(path.join(root, 'app/http/problem.c'), 'utf8').matchAll(/= \{ "([a-z_]+)", (\d+)/g)];
    assert.ok(catalogue.length > 10);
    for (const [, code] of catalogue) assert.ok(codes.has(code), `${code} occurs in no response`);
  });

  test('the codes of lists are those of the database, and follow it', async () => {
    const rows = (query) => JSON.parse(sql(`select json_object_agg(k, v) from (${query}) x (k, v)`));
    const parameterOf = (document, name) => document.paths['/suche.json'].get.parameters.find((one) => one.name === name).schema.items;
    for (const [input, codes] of Object.entries(rows('select l.input, json_agg(c.code order by c.pos) from register.code c join register.code_list l using (list) where l.input is not null group by l.input'))) {
      assert.deepEqual(parameterOf(openapi, input)?.enum, codes, input);
    }
    for (const [topic, codes] of Object.entries(rows('select topic, json_agg(code order by pos) from register.word group by topic'))) {
      assert.deepEqual(openapi.components.schemas[`word.${topic}`].enum, codes, topic);
    }
    assert.deepEqual(openapi.components.schemas['list.state'].enum, JSON.parse(sql('select json_agg(code order by code) from geo.state')));
    try {
      sql("insert into register.code (list, code, label, pos, bit) values ('language', 'xx', 'Probesprache', 99, 99)");
      await until('the description has the new code', async () => parameterOf((await service.get('/openapi.json')).json(), 'sprache').enum.includes('xx'));
      sql("update register.code set valid_to = '2020-01-01', valid_from = '2019-01-01' where list = 'language' and code = 'xx'");
      const later = await until('the code is no longer offered', async () => {
        const document = (await service.get('/openapi.json')).json();
        return !parameterOf(document, 'sprache').enum.includes('xx') && document;
      });
      assert.ok(later.components.schemas['list.language'].enum.includes('xx'), 'a stored profile may still have it');
      assert.equal((await service.get('/suche.json?sprache=xx')).status, 400);
    } finally {
      sql("delete from register.code where list = 'language' and code = 'xx'");
    }
  });
});

describe('every operation does what is described', () => {
  test('the live examples answer', async () => {
    let n = 0;
    for (const operation of operations) {
      for (const [media, { examples }] of Object.entries(operation.get.responses['200']?.content ?? {})) {
        if (!examples) continue;
        const { externalValue } = examples.live;
        assert.ok(externalValue.startsWith(service.base), externalValue);
        const reply = await service.get(externalValue.slice(service.base.length), { accept: media });
        assert.equal(reply.status, 200, externalValue);
        assert.equal(reply.headers['content-type'].split(';')[0], media, externalValue);
        n += 1;
      }
    }
    assert.ok(n >= operations.filter((operation) => good(operation) === 200).length - 1);
  });

  test('with its examples, alone and together, in every format that Accept can choose; unchanged is 304', SOME, async (t) => {
    await each(t, operations, async (operation) => {
      const { parameters, responses } = operation.get;
      const query = parameters.filter((one) => one.in === 'query');
      const reply = await checkGood(operation, {});
      for (const one of query) await checkGood(operation, { [one.name]: one.example });
      await checkGood(operation, Object.fromEntries(query.map((one) => [one.name, one.example])));
      if ('406' in responses) for (const media of Object.keys(responses['200']?.content ?? {})) await checkGood(operation, {}, { accept: media });
      if (reply.headers.etag) {
        const again = await service.get(address(operation), { 'if-none-match': reply.headers.etag });
        assert.equal(again.status, 304);
        checkReply(operation, again, '304');
      }
      assert.equal('304' in responses, reply.headers.etag !== undefined);
    });
  });

  // Exports of one search differ in nothing but the writer: their lists are walked as JSON and as pages.
  test('with each value it names', SOME, async (t) => {
    await each(t, operations.filter(({ path: one }) => !/\.(geojson|csv|kml|atom|vcf)$/.test(one) || one.startsWith('/karte/')), async (operation) => {
      for (const { name, schema } of operation.get.parameters) {
        for (const value of schema.enum ?? schema.items?.enum ?? []) await checkGood(operation, { [name]: value });
        if (schema.minimum !== undefined) await checkGood(operation, { [name]: schema.minimum });
        if (schema.maximum !== undefined && !await isMissing(operation, name)) await checkGood(operation, { [name]: schema.maximum });
        if (schema.maxLength) await checkGood(operation, { [name]: 'ü'.repeat(schema.maxLength) });
      }
    });
  });

  test('every situation of a search and every entry has the described form', async () => {
    const as = (id) => operations.find((one) => one.id === id);
    for (const query of ['ort=Neustadt', 'ort=Hamburgg', 'ort=xqzvw', 'ort=Deutschland', 'ort=Hessen', 'ort=2035', 'ort=53.5,10', 'ort=48.1,11.5&umkreis=5', 'ort=Landkreis+Fulda', 'kreis=13073&umkreis=5',
      'ort=20357&kommunikation=lormen&form=ifd&sprache=ku&standard=S01&standard=S02&standard=S03', 'seite=99999', 'ort=Kassel&anzahl=1&seite=2', 'land=BE&handlungsfeld=sicherung', `merken=${UNKNOWN}`]) {
      for (const id of ['suche_json', 'suche_geojson']) {
        const reply = await service.get(`${as(id).path}?${query}`);
        assert.equal(reply.status, 200, query);
        checkReply(as(id), reply, `${id} ${query}`);
      }
    }
    const slugs = (await service.get('/suche.geojson')).json().features.map((feature) => feature.id);
    assert.ok(slugs.length > 100);
    for (const slug of slugs) for (const id of ['anbieter_slug_json', 'anbieter_slug_geojson']) await checkGood(as(id), { slug });
    await checkGood(as('vergleich_json'), { anbieter: [...slugs.slice(0, 9), UNKNOWN] });
    for (const ags of JSON.parse(sql("select json_agg(ags) from (select ags from geo.district order by md5(ags) limit 25) x union all select '[\"13073\"]'").split('\n')[0])) await checkGood(as('kreis_ags_json'), { ags });
    await checkGood(as('kreis_ags_json'), { ags: '13073' });
    for (const ort of ['k', '20', 'Straße', '?', 'xqzvw', 'Hamburgg']) await checkGood(as('vorschlaege_json'), { ort });
  });
});

test('a large export, written in pieces, has the described form too', async () => {
  const large = await startService({ env: { JCAP_DATABASE_URL: largeDatabase() } });
  try {
    for (const operation of operations.filter(({ path: one }) => /^\/suche\.(geojson|csv|kml)$/.test(one))) {
      const reply = await large.get(operation.path);
      assert.equal(reply.status, 200, operation.id);
      assert.equal(reply.headers['transfer-encoding'], 'chunked', operation.id);
      checkReply(operation, reply, operation.id);
      const again = await large.get(operation.path, { 'if-none-match': reply.headers.etag });
      assert.equal(again.status, 304, operation.id);
      checkReply(operation, again, operation.id);
    }
  } finally {
    await large.stop();
  }
});

describe('every operation called wrongly says what is described', () => {
  test('unknown inputs, and for each input a value beyond each limit', SOME, async (t) => {
    await each(t, operations, async (operation) => {
      await checkWrong(operation, address(operation, { quatsch: 1 }), 400, { field: 'quatsch' });
      for (const { name, in: where, schema } of operation.get.parameters) {
        const kind = schema.items ?? schema;
        const wrong = [];
        if (kind.enum || kind.pattern) wrong.push(UNKNOWN.toUpperCase(), '!');
        if (kind.pattern) wrong.push('x'.repeat(101));
        if (kind.maxLength) wrong.push('ü'.repeat(kind.maxLength + 1));
        if (kind.type === 'integer') wrong.push('x', '1.5', String(kind.minimum - 1), String(kind.maximum + 1));
        assert.ok(wrong.length > 0, `${name} has no limit`);
        for (const value of wrong) await checkWrong(operation, address(operation, { [name]: value }), where === 'path' ? 404 : 400, where === 'path' ? {} : { field: name });
        if (where === 'path') continue;
        const values = kind.enum ?? (kind.type === 'integer' ? [kind.minimum, kind.minimum + 1] : ['a', 'b']);
        if (schema.type !== 'array' && values.length > 1 && !kind.pattern) await checkWrong(operation, address(operation, { [name]: values.slice(0, 2) }), 400, { field: name });
        // codes are counted before anybody knows whether they exist
        if (schema.type === 'array' && !/^[A-Z]/.test(kind.enum?.[0] ?? '')) await checkWrong(operation, address(operation, { [name]: Array.from({ length: schema.maxItems + 1 }, (_, i) => `a${i}`) }), 400, { field: name });
      }
    });
  });

  test('methods, formats, what is not there and what has gone', SOME, async (t) => {
    const left = sql("select slug from register.provider where status = 'left' limit 1");
    await each(t, operations, async (operation) => {
      const { parameters, responses } = operation.get;
      for (const method of ['POST', 'DELETE']) await checkWrong(operation, address(operation), 405, { method });
      if ('406' in responses) await checkWrong(operation, address(operation), 406, { accepts: ['application/x-unknown'] });
      else {
        const reply = await service.get(address(operation), { accept: 'application/x-unknown' });
        assert.equal(reply.status, good(operation));
        checkReply(operation, reply, 'an Accept that nobody can fulfil');
      }
      if (/\.[a-z]+$/.test(operation.path)) assert.ok(!('406' in responses), 'an address that names its format is not asked what it would like to be');
      let missing = parameters.some((one) => one.in === 'path');
      for (const { name, schema } of parameters) if (schema.type === 'integer') missing ||= await isMissing(operation, name);
      assert.equal('404' in responses, missing);
      assert.equal('410' in responses, operation.path.startsWith('/anbieter/{slug}'));
      if ('410' in responses) {
        await checkWrong(operation, address(operation, { slug: left }), 410);
        await checkWrong(operation, address(operation, { slug: UNKNOWN }), 404);
      }
      if (operation.path.startsWith('/kreis/')) await checkWrong(operation, address(operation, { ags: '99999' }), 404);
    });
  });

  // With a path that names no entry, this is 404 (addresses.test.mjs).
  test('addresses that lead elsewhere: with slashes too many, with parameters of tracking, and those of which only the beginning is left', SOME, async (t) => {
    await each(t, operations, async (operation) => {
      const query = operation.get.parameters.filter((one) => one.in === 'query' && one.example !== one.schema.default);
      const plain = address(operation);
      const full = address(operation, Object.fromEntries(query.map((one) => [one.name, one.example])));
      for (const [target, clean] of [[`${plain}${plain === '/' ? '//' : '/'}`, plain], [`/${plain}`, plain], [`${plain}?utm_source=x&fbclid=y`, plain],
        [`${full}${full.includes('?') ? '&' : '?'}gclid=x`, full]]) {
        const reply = await service.get(target);
        assert.equal(reply.status, 308, target);
        checkReply(operation, reply, target);
        const { location } = reply.headers;
        if (good(operation) === 200) assert.deepEqual(parts(location), parts(clean), target);
        assert.equal((await service.get(location)).status, 200, `${target} leads to ${location}`);
      }
      if (good(operation) === 308) assert.equal(operation.get.summary, `Führt zu ${(await service.get(plain)).headers.location}`);
    });
  });

  test('what is no clean HTTP: refused before the address is read', SOME, async (t) => {
    await each(t, operations, async (operation) => {
      const target = address(operation);
      const head = (request, ...lines) => `${[request, 'Host: a', 'Accept: */*', ...lines].join('\r\n')}\r\n\r\n`;
      for (const [status, code, bytes] of [
        [400, 'bad_request', head(`GET ${target} HTTP/1.1`, 'Host: b')],
        [405, 'method_not_allowed', head(`TRACE ${target} HTTP/1.1`)],
        [411, 'length_required', head(`POST ${target} HTTP/1.1`, 'Transfer-Encoding: chunked')],
        [413, 'too_large', head(`POST ${target} HTTP/1.1`, 'Content-Length: 5000000')],
        [414, 'target_too_long', head(`GET ${target}?${'a'.repeat(9000)} HTTP/1.1`)],
        [431, 'head_too_large', head(`GET ${target} HTTP/1.1`, `X-A: ${'a'.repeat(20000)}`)],
        [505, 'version_not_supported', head(`GET ${target} HTTP/2.0`)],
      ]) {
        const reply = parseReply(await service.raw(bytes));
        assert.equal(reply.status, status, `${target}: ${code}`);
        checkReply(operation, reply, `${target}: ${code}`);
        const { examples } = resolve(operation.get.responses[status]).content[PROBLEM];
        assert.ok(reply.text.includes(examples[code].value.title), `${target}: ${code}`);
      }
    });
  });

  test('who asks too much of the database is told when to come back, and only where it is asked', async () => {
    const busy = await startService({ env: { JCAP_LIMIT_QUERIES: '1', JCAP_CACHE_MB: '0' } });
    try {
      for (const operation of operations) {
        let reply;
        for (let i = 0; i < 50 && reply?.status !== 429; i += 1) {
          reply = await busy.get(address(operation));
          checkReply(operation, reply, `${operation.id}, call ${i}`);
          if (!('504' in operation.get.responses) && i === 2) break;
        }
        assert.equal(reply.status, '504' in operation.get.responses ? 429 : good(operation), operation.id);
      }
    } finally {
      await busy.stop();
    }
  });

  test('without a database: 503 with Retry-After, and only where one is needed', async () => {
    const lonely = await startService({ env: { JCAP_DATABASE_URL: 'host=/gibt/es/nicht dbname=jcap' }, ready: false });
    try {
      await until('it answers', async () => (await lonely.get('/live').catch(() => null))?.status === 200);
      await Promise.all(operations.map(async (operation) => {
        const reply = await lonely.get(address(operation));
        const what = `GET ${address(operation)} without a database`;
        checkReply(operation, reply, what);
        const needsOne = '504' in operation.get.responses;
        assert.equal(reply.status, needsOne || operation.path === '/ready' ? 503 : good(operation), what);
        if (needsOne) assert.ok(Number(reply.headers['retry-after']) > 0, what);
      }));
    } finally {
      await lonely.stop();
    }
  });

  test('a request that does not come whole', async () => {
    const reply = parseReply(await late);
    assert.equal(reply.status, 408);
    checkReply(operations.find((one) => one.id === 'suche'), reply, 'half a head');
  });
});
