import assert from 'node:assert/strict';
import { createServer } from 'node:tls';
import { logRefusals, silentLogger, systemClock } from '../../../src/runtime/index.ts';

/** A connection that failed as Node tells it. */
function refusal(code: string): [Error, { remoteAddress: string }] {
  return [Object.assign(new Error('raw words of OpenSSL'), { code }), { remoteAddress: '10.0.0.7' }];
}

describe('connections that a server with TLS refused', () => {
  it('are one line for each reason, then one in 10 s with the number of those between', () => {
    let nowUs = 0;
    const lines: unknown[] = [];
    const server = createServer();
    const logger = { ...silentLogger, warn: (fields: object, message: string) => lines.push([fields, message]) };
    logRefusals(server, 'the recorder', { ...systemClock, monotonicUs: () => nowUs }, logger);
    const none = 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE';
    const expected = { peer: '10.0.0.7', code: none };
    const said = 'refused a connection to the recorder: it showed no certificate';
    for (let at = 0; at < 4; at++) server.emit('tlsClientError', ...refusal(none));
    assert.deepEqual(lines.splice(0), [[expected, said]]);
    nowUs = 10_000_000;
    server.emit('tlsClientError', ...refusal(none));
    assert.deepEqual(lines.splice(0), [[{ ...expected, leftOut: 3 }, said]]);
    server.emit('tlsClientError', ...refusal('CERT_HAS_EXPIRED'));
    assert.equal(lines.length, 1);
  });

  it('are no warning when they only ended, as those of port checks do', () => {
    const server = createServer();
    const logger = { ...silentLogger, warn: () => assert.fail('warned') };
    logRefusals(server, 'the recorder', systemClock, logger);
    server.emit('tlsClientError', ...refusal('ECONNRESET'));
  });
});
