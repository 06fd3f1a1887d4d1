// What trackers' own packages write and read. `node vendors.mjs make` prints invented requests as JSON lines; `node
// vendors.mjs read` reads lines {id, url, headers, body_b64} and prints {id, read} or {id, error}: what the vendor's own
// decoder makes of each. A decoder that is stricter than this file must fail loudly, so nothing is caught but to say so.
import {createHash} from 'node:crypto';
import {createInterface} from 'node:readline';
import zlib from 'node:zlib';
import {decode as unMsgpack, encode as msgpack} from '@msgpack/msgpack';
import {pack} from '@rrweb/packer/pack';
import {unpack} from '@rrweb/packer/unpack';
import {parseEnvelope, serializeEnvelope} from '@sentry/core';
import * as cbor from 'cbor-x';
import {decode as unClarity} from 'clarity-decode';
import {decodePacket} from 'engine.io-parser';
import {gunzipSync, gzipSync, strFromU8, strToU8, unzlibSync, zlibSync} from 'fflate';
import lz from 'lz-string';
import protobuf from 'protobufjs';
import {Decoder, Encoder} from 'socket.io-parser';

const FILE = 'Holm severance (draft).xlsx', SIZE = 482113, MAIL = 'ottoline.prewitt@mail.example';
const NAMED = {file_name: FILE, file_size: SIZE, plan: 'business', step: 3, nested: {email: MAIL, ok: true, none: null}};
const NODE = {type: 0, id: 1, childNodes: [{type: 2, id: 2, tagName: 'html', attributes: {lang: 'en'}, childNodes: [
  {type: 2, id: 3, tagName: 'style', attributes: {}, childNodes: [{type: 3, id: 4, isStyle: true, textContent: '.row { color: red }'}]},
  {type: 2, id: 5, tagName: 'li', attributes: {class: 'row wide', 'data-size': '482113', title: 'moved by the bailiff'},
    childNodes: [{type: 3, id: 6, textContent: FILE}, {type: 3, id: 7, textContent: 'seized at dawn'}]}]}]};
const EVENTS = [
  {type: 4, data: {href: 'https://vault.example/shelf', width: 1280, height: 720}, timestamp: 1795284948150},
  {type: 2, data: {node: NODE, initialOffset: {left: 0, top: 0}}, timestamp: 1795284948160},
  {type: 3, data: {source: 5, text: MAIL, isChecked: false, id: 9}, timestamp: 1795284949000},
  {type: 3, data: {source: 1, positions: [{x: 40, y: 50, id: 5, timeOffset: -5}]}, timestamp: 1795284949100}];
const json = value => Buffer.from(JSON.stringify(value));
const utf8 = bytes => Buffer.from(bytes).toString('utf8');

const {root} = protobuf.parse(`syntax = "proto3"; package otlp;
  message Any { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
  message Pair { string key = 1; Any value = 2; }
  message Span { bytes trace_id = 1; bytes span_id = 2; string name = 5; int32 kind = 6; fixed64 start = 7; repeated Pair attributes = 9; }
  message Scope { string name = 1; string version = 2; }
  message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
  message Resource { repeated Pair attributes = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Request { repeated ResourceSpans resource_spans = 1; }`);
const Traces = root.lookupType('otlp.Request');
const pair = (key, text) => ({key, value: {stringValue: text}});
const TRACES = {resourceSpans: [{resource: {attributes: [pair('service.name', 'vault')]}, scopeSpans: [{scope: {name: 'ui', version: '1'},
  spans: [{traceId: Buffer.alloc(16, 7), spanId: Buffer.alloc(8, 9), name: 'preview', kind: 1, start: 1795284948,
    attributes: [pair('file.name', FILE), pair('user.email', MAIL), pair('plan', 'business')]}]}]}]};

const frames = value => new Encoder().encode(value);
const packet = text => { let found; const reader = new Decoder(); reader.on('decoded', read => { found = read; }); reader.add(text); return found; };
const body = bytes => ({body_b64: Buffer.from(bytes).toString('base64')});
const post = (url, type, bytes, headers = []) => ({method: 'POST', url, headers: [['content-type', type], ...headers], ...body(bytes)});
const bodyOf = row => Buffer.from(row.body_b64 || '', 'base64');
const header = (row, name) => (row.headers.find(([key]) => key.toLowerCase() === name) || [])[1];
const PROBLEM = json({apiKey: '0123456789abcdef0123456789abcdef', events: [{exceptions: [{errorClass: 'Error', message: `no preview of ${FILE}`}],
  user: {id: 'u1', email: MAIL}, metaData: {file: NAMED}}]});
const RECORDING = Buffer.concat([Buffer.from('{"segment_id":0}\n'), zlibSync(json(EVENTS))]);

// [what to make, how its vendor reads it]
const FORMATS = {
  'rrweb-packer': [
    () => post('https://replay.rrweb.example.com/api/events', 'application/json', json({sessionId: 's1', events: EVENTS.map(pack)})),
    row => JSON.parse(bodyOf(row)).events.map(unpack)],
  'posthog-replay': [
    () => post('https://us.i.posthog.com/s/?compression=gzip-js&ip=1&_=1795284948', 'text/plain', gzipSync(json([{event: '$snapshot', properties: {
      $session_id: 's1', $snapshot_data: EVENTS.map(e => e.type === 2 ? {...e, data: strFromU8(gzipSync(json(e.data)), true), cv: '2024-10'} : e)}}]))),
    row => JSON.parse(strFromU8(gunzipSync(bodyOf(row)))).map(event => event.properties.$snapshot_data.map(e =>
      e.cv ? {...e, data: JSON.parse(strFromU8(gunzipSync(strToU8(e.data, true))))} : e))],
  'sentry-envelope': [
    () => post('https://o77.ingest.sentry.io/api/5429219/envelope/?sentry_key=0123456789abcdef0123456789abcdef&sentry_version=7', 'text/plain',
      serializeEnvelope([{event_id: 'fc6d8c0c43fc4630ad850ee518f1b9d0', sent_at: '2026-11-21T18:00:00.000Z'}, [
        [{type: 'event'}, {event_id: 'fc6d8c0c43fc4630ad850ee518f1b9d0', message: `no preview of ${FILE}`, user: {email: MAIL}, extra: NAMED}],
        [{type: 'replay_recording', length: RECORDING.length}, new Uint8Array(RECORDING)],
        [{type: 'attachment', filename: 'log.txt', length: 5}, new Uint8Array(Buffer.from('a\nb\nc'))]]])),
    row => { const [head, items] = parseEnvelope(new Uint8Array(bodyOf(row)));
      return [head, items.map(([about, load]) => {
        if (about.type !== 'replay_recording') return [about.type, load instanceof Uint8Array ? utf8(load) : load];
        const at = load.indexOf(10); return [about.type, JSON.parse(utf8(load.slice(0, at))), JSON.parse(strFromU8(unzlibSync(load.slice(at + 1))))]; })]; }],
  'clarity': [
    () => post('https://m.clarity.ms/collect', 'application/json', gzipSync(json({
      e: ['0.8.70', 1, 0, 90, 'tarn0', 'u1', 's1', 1, 0, 0, 0, 'https://vault.example/shelf'],
      a: [[30, 9, 4, 10, 20, 1, 2, 0, 1, 0, 'seized at dawn', null, 'h.1', 1, 1, 10, 10, 0, '', 'r1', 0], [40, 27, 4, MAIL, 1]],
      p: [[12, 5, 2, 'HTML', 'lang=en', 3, 2, 'LI', 'class=row wide', 'title=moved by the bailiff', 4, 3, '*T', FILE, 5, 3, 4, [12], 'seized at dawn']]}))),
    row => { const read = unClarity(utf8(zlib.gunzipSync(bodyOf(row)))); return {envelope: read.envelope, dom: read.dom, click: read.click, input: read.input}; }],
  'lz-string': [
    () => ({method: 'GET', url: `https://eu1.clevertap-prod.com/a?t=96&type=push&d=${encodeURIComponent(lz.compressToBase64(JSON.stringify(
      {type: 'event', evtName: 'File Previewed', evtData: NAMED})))}`, headers: []}),
    row => JSON.parse(lz.decompressFromBase64(new URL(row.url).searchParams.get('d')))],
  'msgpack': [
    () => post('https://events.launchdarkly.com/mobile', 'application/msgpack', msgpack({v: 1, events: [{kind: 'custom', key: 'preview', data: NAMED}]})),
    row => unMsgpack(bodyOf(row))],
  'cbor': [
    () => post('https://api.mixpanel.com/track/?ip=1&verbose=1&_=1', 'application/cbor', cbor.encode([{event: 'preview', properties: NAMED}])),
    row => cbor.decode(bodyOf(row))],
  'otlp-protobuf': [
    () => post('https://otlp.nr-data.net/v1/traces', 'application/x-protobuf', Traces.encode(Traces.fromObject(TRACES)).finish()),
    row => Traces.toObject(Traces.decode(bodyOf(row)), {longs: String, bytes: String})],
  'socket.io': [
    () => ({method: 'WEBSOCKET', url: 'wss://realtime.amplitude.com/socket.io/?EIO=4&transport=websocket', headers: [],
      ...body(`4${frames({type: 2, nsp: '/room', id: 12, data: ['preview', NAMED]})[0]}`)}),
    row => { const {type, data} = decodePacket(utf8(bodyOf(row))); return [type, packet(data)]; }],
  'graphql-gzip': [
    () => post('https://pub.highlight.io/v1', 'application/json', json({operationName: 'PushPayloadCompressed', query: 'mutation PushPayloadCompressed { x }', variables: {
      session_secure_id: 's1', data: Buffer.from(gzipSync(json({events: {events: EVENTS}, messages: '[]', resources: '[]'}))).toString('base64')}})),
    row => { const {variables} = JSON.parse(bodyOf(row)); return JSON.parse(strFromU8(gunzipSync(Buffer.from(variables.data, 'base64')))); }],
  'bugsnag-integrity': [
    () => post('https://notify.bugsnag.com/', 'application/json', PROBLEM, [['bugsnag-integrity', `sha1 ${createHash('sha1').update(PROBLEM).digest('hex')}`]]),
    row => { const sum = `sha1 ${createHash('sha1').update(bodyOf(row)).digest('hex')}`;
      if (sum !== header(row, 'bugsnag-integrity')) throw new Error('the checksum is another'); return JSON.parse(bodyOf(row)); }],
};

if (process.argv[2] === 'make') {
  for (const [id, [make]] of Object.entries(FORMATS)) console.log(JSON.stringify({id, ...make()}));
} else {
  for await (const line of createInterface({input: process.stdin})) {
    const row = JSON.parse(line);
    let read, error;
    try { read = FORMATS[row.format || row.id][1](row); } catch (problem) { error = `${problem.name}: ${problem.message}`; }
    console.log(JSON.stringify({id: row.id, read, error}));
  }
}
