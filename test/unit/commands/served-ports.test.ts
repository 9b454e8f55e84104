import assert from 'node:assert/strict';
import { checkRows, checkServed, mostProcesses, warnOfNeighbours } from '../../../src/commands/served-ports.ts';
import { parseConfig } from '../../../src/config/index.ts';
import type { Config } from '../../../src/config/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';

const config = (text: string): Config => parseConfig(`bus: {kind: kafka}\n${text}`, {});
const invalid = { code: 'config.invalid' };

describe('ports that collide', () => {
  for (const [text, refused] of [
    ['capture: {port: 7191}\nledger: {port: 7191}', true],
    ['capture: {port: 0}\nledger: {port: 0}', false],
    ['capture: {port: 7191, host: 127.0.0.1}\nledger: {port: 7191, host: 127.0.0.2}', false],
    ['capture: {port: 7191, host: 0.0.0.0}\nledger: {port: 7191}', true],
    ['capture: {port: 7191, host: 0.0.0.0}\nledger: {port: 7191, host: "::1"}', false],
    ['capture: {port: 7191, host: "::1"}\ntelemetry: {address: "[::1]:7191"}', true],
    ['capture: {port: 7191}\ntelemetry: {address: "127.0.0.1:7191"}', true],
    ['accessLog: {port: 7080}', false],
    ['', false],
  ] as const)
    it(`${text.replace('\n', ', ') || 'the defaults'}: ${refused ? 'refused' : 'taken'} where one process serves all`, () => {
      if (refused) assert.throws(() => parseConfig(text, {}), /port is|address is/);
      else parseConfig(text, {});
      // On machines of their own they are no matter.
      config(text);
    });

  it('are refused of one process, by the names of the two settings', () => {
    const same = config('accessLog: {port: 7191}\ntelemetry: {address: "127.0.0.1:7191"}');
    assert.throws(
      () => {
        checkServed(same, 'accesslog');
      },
      { ...invalid, message: /accessLog\.port.*telemetry\.address/ },
    );
    checkServed(same, 'recorder');
    checkServed(same, 'audit');
  });

  it('are refused of several recorders, whose ports are in rows', () => {
    const rows = config('capture: {port: 7310}\ntelemetry: {address: "127.0.0.1:7312"}');
    checkRows(rows, 2);
    assert.throws(
      () => {
        checkRows(rows, 3);
      },
      {
        ...invalid,
        message: /capture\.port \(7310 to 7312\).*telemetry\.address/,
      },
    );
    assert.equal(mostProcesses(rows, 64), 2);
  });

  it('are refused where a row leaves the ports that there are', () => {
    const last = config('telemetry: {address: "127.0.0.1:65535"}');
    checkRows(last, 1);
    assert.throws(
      () => {
        checkRows(last, 2);
      },
      { ...invalid, message: /telemetry\.address 65535/ },
    );
    assert.throws(
      () => {
        checkRows(config('capture: {port: 65535}'), 2);
      },
      { ...invalid, message: /capture\.port 65535/ },
    );
    assert.equal(mostProcesses(config('telemetry: {address: "127.0.0.1:0"}'), 64), 64);
  });

  it('of what may run elsewhere are a warning that names the setting', () => {
    const said: string[] = [];
    const logger = { ...silentLogger, warn: (_fields: object, message: string) => said.push(message) };
    warnOfNeighbours(config(''), 1, logger);
    assert.deepEqual(said, []);
    warnOfNeighbours(config(''), 11, logger);
    assert.equal(said.length, 2);
    assert.match(said.join('\n'), /accessLog\.port[^]*ledger\.port/);
  });
});
