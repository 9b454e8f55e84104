import assert from 'node:assert/strict';
import { formatConfig, parseConfig, referencePage } from '../../../src/config/index.ts';
import { AffidavitError } from '../../../src/record/index.ts';

function faultOf(work: () => unknown): AffidavitError {
  try {
    work();
  } catch (thrown) {
    assert.ok(thrown instanceof AffidavitError);
    return thrown;
  }
  assert.fail('nothing was thrown');
}

describe('config', () => {
  it('defaults every setting', () => {
    const config = parseConfig('', {});
    assert.equal(config.capture.port, 7070);
    assert.equal(config.bus.kind, 'embedded');
    assert.equal(config.bus.kafka.topic, 'affidavit.records.v1');
  });

  it('takes the file over the default and the environment over the file', () => {
    const text = 'capture:\n  port: 1\nledger:\n  port: 2\n';
    const config = parseConfig(text, { AFFIDAVIT_LEDGER_PORT: '3', AFFIDAVIT_BUS_KAFKA_BROKERS: 'a:1, b:2' });
    assert.equal(config.capture.port, 1);
    assert.equal(config.ledger.port, 3);
    assert.deepEqual(config.bus.kafka.brokers, ['a:1', 'b:2']);
  });

  it('names the path, the value and what is allowed', () => {
    const fault = faultOf(() => parseConfig('capture:\n  port: 70000\nbus: {kind: carrier}\n', {}, 'a.yaml'));
    assert.equal(fault.code, 'config.invalid');
    assert.match(fault.message, /a\.yaml/);
    assert.match(fault.message, /capture\.port is 70000: .*0 to 65535/);
    assert.match(fault.message, /bus\.kind is "carrier": .*embedded, kafka/);
  });

  it('refuses a setting that it does not know', () => {
    assert.match(faultOf(() => parseConfig('capture: {prot: 1}', {})).message, /capture.*prot/);
  });

  it('refuses YAML that does not parse, with the line', () => {
    assert.match(faultOf(() => parseConfig('a: [1', {}, 'b.yaml')).message, /b\.yaml.*line/s);
    assert.match(faultOf(() => parseConfig('- 1', {})).message, /mapping/);
  });

  it('refuses a variable of the wrong type', () => {
    assert.match(faultOf(() => parseConfig('', { AFFIDAVIT_CAPTURE_PORT: 'x' })).message, /capture\.port is "x"/);
  });

  it('says null when null was given, not the default', () => {
    assert.match(faultOf(() => parseConfig('capture: {port: null}', {})).message, /capture\.port is null/);
  });

  it('prints what it reads back equal', () => {
    const config = parseConfig('origin: example.org/log\n', {});
    assert.deepEqual(parseConfig(formatConfig(config), {}), config);
  });

  it('describes each setting in the reference page', () => {
    const page = referencePage();
    assert.match(page, /`capture\.port` +\| `7070`/);
    assert.doesNotMatch(page, /\| +\| `AFFIDAVIT_/, 'a setting has no description');
  });
});
