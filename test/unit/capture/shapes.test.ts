import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Header } from '../../../src/record/index.ts';
import { PROFILE, PROVENANCE } from '../../../src/record/index.ts';
import { addAttributes, addRequestHeaders, addResponseHeaders, emptyFacts } from '../../../src/capture/head.ts';
import {
  isClaimedId,
  isExchangeId,
  isHostAddress,
  isMethod,
  isSpiffeId,
  isUpgrade,
  parseTimeUs,
  parseTraceparent,
  responseCodeDetails,
} from '../../../src/capture/shapes.ts';

const fields = (values: Readonly<Record<string, string>>): Header[] =>
  Object.entries(values).map(([name, value]) => ({ name, value: new Uint8Array(Buffer.from(value, 'latin1')) }));
const facts = () => emptyFacts({ exchangeId: 'made-here', startedUs: 5, profile: PROFILE.inline });
const names = (headers: readonly Header[]) => headers.map(({ name }) => name);

describe('what may stand in a leaf', () => {
  it('is taken from a client only where it has the right shape; the rest goes to the payload', () => {
    const given = facts();
    addRequestHeaders(
      given,
      fields({
        ':method': 'john@example.org',
        'x-affidavit-id': 'my name is John',
        'x-affidavit-parent-id': '123-45-6789',
        traceparent: '00-john-doe-01',
        upgrade: 'card 4111 1111 1111 1111',
      }),
    );
    addResponseHeaders(given, fields({ ':status': '9000' }));
    const { head } = given;
    assert.deepEqual(
      [head.method, head.exchangeId, head.parentId, head.traceId.length, given.upgrade, given.status],
      ['', 'made-here', '', 0, '', 0],
    );
    assert.deepEqual(names(given.misshapen), [
      'exchange_id',
      'parent_id',
      'method',
      'upgrade',
      'traceparent',
      'status',
    ]);
    assert.equal(Buffer.from(given.misshapen[2]?.value ?? []).toString(), 'john@example.org');
  });

  it('is no id that hides a card or text; Envoy’s own ids are never refused', () => {
    const card = '4111111111111111';
    const uuid = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    const text = Buffer.from('jane@example.com').toString('hex');
    const short = Buffer.from('jane@a.b').toString('hex');
    for (const hex of [`${card}${'0'.repeat(16)}`, `00000000${card}00000000`, `7${card}${'a'.repeat(15)}`, text]) {
      const given = facts();
      const traceparent = `00-${hex}-00f067aa0ba902b7-01`;
      const made = { 'x-affidavit-id': uuid(hex), 'x-affidavit-parent-id': uuid(hex), traceparent };
      addRequestHeaders(given, fields(made));
      const { head } = given;
      assert.deepEqual(
        [head.exchangeId, head.parentId, head.traceId.length, head.spanId.length],
        ['made-here', '', 0, 0],
      );
      assert.deepEqual(names(given.misshapen), ['exchange_id', 'parent_id', 'traceparent']);
      for (const { value } of given.misshapen) assert.match(Buffer.from(value).toString(), /^(?:00-)?\[redacted:id\]/);
    }
    for (const span of [card, short])
      assert.equal(parseTraceparent(`00-${'a'.repeat(32)}-${span}-01`), undefined, span);
    assert.ok(isClaimedId('0af76519-16cd-43dd-8448-eb211c80319c'));
    assert.ok(!isClaimedId(uuid(`${short}${'0'.repeat(16)}`)));
    const random = '00000000-0000-4012-8888-888818810000';
    assert.ok(isExchangeId(random) && !isClaimedId(random));
  });

  it('is no id whose digits or bytes the rules of redaction know elsewhere', () => {
    const uuid = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    const padded = (bytes: Buffer): string =>
      Buffer.concat([bytes, Buffer.from('01e7f29b0c88d3a1', 'hex')])
        .toString('hex')
        .slice(0, 32);
    const hidden = [
      'de893704004405320130 00abcdefabcd'.replace(' ', ''),
      'aabe68539007547034bbccddeeff0011',
      Buffer.from('zoë@example.com').toString('hex'),
      padded(Buffer.from('zo\xeb@example.com', 'latin1')),
      padded(Buffer.from('078-05-1120\x01')),
      padded(Buffer.from('jane.doe')),
      padded(Buffer.from('JoséPérez')),
      padded(Buffer.from('Jane Doe')),
      padded(Buffer.from('JANE DOE1')),
      padded(Buffer.from('pwd=hunter2')),
    ];
    for (const hex of hidden) {
      assert.ok(!isClaimedId(uuid(hex)) && !isClaimedId(uuid(hex).toUpperCase()), hex);
      assert.equal(parseTraceparent(`00-${hex}-00f067aa0ba902b7-01`), undefined, hex);
    }
  });

  it('is an id that random bytes made, nearly always', () => {
    // Those that look like a card, or wholly like text, are refused knowingly: 1 in 600.
    let refused = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const hex = createHash('sha256').update(`id ${i}`).digest('hex').slice(0, 32);
      if (!isClaimedId(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'))) refused += 1;
    }
    assert.ok(refused < 60, `${refused}`);
  });

  it('is an upgrade only to a protocol that is known', () => {
    for (const upgrade of ['websocket', 'WebSocket', 'h2c', 'TLS/1.2', 'HTTP/2.0'])
      assert.ok(isUpgrade(upgrade), upgrade);
    for (const other of ['jane-doe', 'hunter2', 'token/1', '']) assert.ok(!isUpgrade(other), other);
  });

  it('is cut to a bound where it is kept for the payload', () => {
    const given = facts();
    addRequestHeaders(given, fields({ ':method': 'x'.repeat(100_000) }));
    assert.equal(given.misshapen[0]?.value.length, 1024);
  });

  it('is a method only when it is a registered one', () => {
    for (const method of ['GET', 'PATCH', 'PROPFIND', 'VERSION-CONTROL']) assert.ok(isMethod(method), method);
    for (const other of ['JOHN-DOE', 'get', 'X', 'constructor', '']) assert.ok(!isMethod(other), other);
  });

  it('names a workload by its certificate, and leaves one in a header to the index', () => {
    const proven = facts();
    const uri = 'spiffe://example.org/ns/shop/sa/orders';
    addAttributes(
      proven,
      new Map<string, string | boolean>([
        ['connection.mtls', true],
        ['connection.uri_san_peer_certificate', uri],
        ['xds.cluster_name', 'a'],
      ]),
    );
    addRequestHeaders(proven, fields({ 'x-forwarded-client-cert': 'URI=spiffe://evil.example/x' }));
    assert.deepEqual({ ...proven.head.workload }, { provenance: PROVENANCE.mtls, id: uri });

    const claimed = facts();
    addRequestHeaders(
      claimed,
      fields({ 'x-forwarded-client-cert': 'By=a;Hash=1,Hash=2;URI=spiffe://example.org/x;DNS=b' }),
    );
    addAttributes(claimed, new Map([['source.address', '10.0.0.9:5']]));
    assert.equal(claimed.head.workload, undefined);
    assert.equal(claimed.head.sessionKey.length, 0);
    assert.deepEqual(claimed.caller, {
      ...{ workload: undefined, identity: 'spiffe://example.org/x 10.0.0.9:5', provenance: PROVENANCE.claimed },
    });
  });

  it('keeps what a certificate proved, whatever the response’s attributes say', () => {
    for (const certificate of ['spiffe://example.org/billing', 'https://example.org/jane']) {
      const given = facts();
      const mtls = ['connection.mtls', true] as const;
      const request = [mtls, ['connection.uri_san_peer_certificate', certificate], ['xds.cluster_name', 'a']] as const;
      addAttributes(given, new Map<string, string | boolean>(request));
      addRequestHeaders(given, fields({ ':method': 'GET' }));
      const { caller } = given;
      const [workload, sessionKey] = [given.head.workload, given.head.sessionKey];
      assert.equal(caller.provenance, PROVENANCE.mtls);
      for (const response of [
        [['source.address', '10.0.0.9:5']],
        [mtls, ['connection.uri_san_peer_certificate', 'spiffe://example.org/other']],
        [['xds.cluster_name', 'b']],
      ] as const) {
        addAttributes(given, new Map<string, string | boolean>(response));
        assert.deepEqual(given.caller, caller);
        assert.deepEqual([given.head.workload, given.head.sessionKey], [workload, sessionKey]);
      }
    }
  });

  it('keeps the name in a person’s certificate out of the leaf', () => {
    const given = facts();
    const subject = 'CN=Jane Doe,emailAddress=jane@example.org';
    addAttributes(
      given,
      new Map<string, string | boolean>([
        ['connection.mtls', true],
        ['connection.subject_peer_certificate', subject],
      ]),
    );
    assert.equal(given.head.workload, undefined);
    assert.equal(given.head.sessionKey.length, 0);
    assert.deepEqual([given.caller.identity, given.caller.provenance], [subject, PROVENANCE.mtls]);
  });

  it('tells Envoy’s own answers by their details', () => {
    const given = facts();
    addAttributes(given, new Map([['response.code_details', 'route_not_found']]));
    assert.equal(given.localReply, true);
    addAttributes(given, new Map([['response.code_details', 'via_upstream']]));
    assert.equal(given.localReply, false);
  });
});

describe('shapes', () => {
  it('read Envoy’s times to the microsecond', () => {
    assert.equal(parseTimeUs('1970-01-01T00:00:01.000002999Z'), 1_000_002);
    assert.equal(parseTimeUs('1970-01-01T00:00:01+00:00'), 1_000_000);
    for (const wrong of [
      '',
      'yesterday',
      '1970-13-41T00:00:00Z',
      '1969-12-31T23:59:59Z',
      `1970-01-01T00:00:01.${'1'.repeat(50)}Z`,
    ])
      assert.equal(parseTimeUs(wrong), undefined, wrong);
  });

  it('read a traceparent, and refuse one of zeros', () => {
    assert.equal(parseTraceparent(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`)?.spanId.length, 8);
    assert.equal(parseTraceparent(`00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`), undefined);
    assert.equal(parseTraceparent(`00-${'A'.repeat(32)}-${'b'.repeat(16)}-01`), undefined);
  });

  it('take addresses and SPIFFE ids, and nothing around them', () => {
    for (const address of ['10.0.0.1:80', '[::1]:443', '/run/x.sock', '@abstract', 'envoy://internal'])
      assert.ok(isHostAddress(address), address);
    for (const other of ['10.0.0.1:80 and more', 'a@b.c', '']) assert.ok(!isHostAddress(other), other);
    assert.ok(isSpiffeId('spiffe://example.org/a/b'));
    for (const other of ['spiffe://', 'spiffe://Example.org/a', 'spiffe://example.org/a?b', 'spiffe://example.org/a b'])
      assert.ok(!isSpiffeId(other), other);
  });

  it('keep of Envoy’s details only what Envoy made up', () => {
    assert.equal(responseCodeDetails('via_upstream'), 'via_upstream');
    assert.equal(
      responseCodeDetails('upstream_reset_before_response_started{connection_termination,jane@example.org}'),
      'upstream_reset_before_response_started',
    );
    assert.equal(responseCodeDetails('{x}'), '');
  });
});
