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

  it('refuses an empty data folder, as of a variable that a shell does not know: keys would be made where it stands', () => {
    assert.match(faultOf(() => parseConfig('', { AFFIDAVIT_DATA_DIR: '' })).message, /dataDir is ""/);
    assert.match(faultOf(() => parseConfig('dataDir: ""', {})).message, /dataDir is ""/);
    const blank = faultOf(() => parseConfig('', { AFFIDAVIT_DATA_DIR: '  ' })).message;
    assert.match(blank, /dataDir.*a path of blanks names nothing/);
  });

  it('refuses a setting that it does not know', () => {
    const { message } = faultOf(() => parseConfig('capture: {prot: hunter2, tls: {cert: 1}}', {}));
    assert.match(
      message,
      /^ {2}capture\.prot is no setting; nearest: capture\.port, .* \(allowed in capture: host, port, /m,
    );
    assert.match(message, /^ {2}capture\.tls\.cert is no setting; nearest: .* \(allowed in capture\.tls: certFile, /m);
    assert.doesNotMatch(message, /hunter2/);
    const top = faultOf(() => parseConfig('port: 1\nspol: {maxBytes: 1}', {})).message;
    assert.match(
      top,
      /port is no setting; nearest: capture\.port, accessLog\.port, ledger\.port \(allowed at the top: dataDir, .*, telemetry, audit\)/,
    );
    assert.match(top, /spol is no setting; nearest: spool/);
  });

  it('says what is allowed in the place of a value of the wrong type', () => {
    const { message } = faultOf(() =>
      parseConfig('capture: 7\nenvironment: 5\nledger: {port: x}\nbus: {kafka: {tls: 1, brokers: a}}', {}),
    );
    assert.match(message, /^ {2}capture is 7: .*\(allowed: a section of settings: host, port, defaultProfile, tls, /m);
    assert.match(message, /^ {2}environment is 5: .*\(allowed: text\)/m);
    assert.match(message, /^ {2}ledger\.port is "x": .*\(allowed: 0 to 65535\)/m);
    assert.match(message, /^ {2}bus\.kafka\.tls is 1: .*\(allowed: true, false\)/m);
    assert.match(message, /^ {2}bus\.kafka\.brokers is "a": .*\(allowed: a list of texts, at most 100\)/m);
  });

  it('takes a section with nothing below it as its defaults', () => {
    assert.deepEqual(parseConfig('spool:\nbus:\n  kafka:\ncapture: {tls: null}', {}), parseConfig('', {}));
    assert.equal(parseConfig('spool:\n', { AFFIDAVIT_SPOOL_MAX_BYTES: '9' }).spool.maxBytes, 9);
  });

  it('refuses YAML that does not parse, with the line', () => {
    assert.match(faultOf(() => parseConfig('a: [1', {}, 'b.yaml')).message, /b\.yaml.*line/s);
    assert.match(faultOf(() => parseConfig('- 1', {})).message, /mapping/);
  });

  it('refuses YAML that only shows what it is when it is put together, in our words', () => {
    const ten = (name: string) => `[${Array.from({ length: 10 }, () => `*${name}`).join(', ')}]`;
    const bomb = `a: &a [1]\nb: &b ${ten('a')}\nc: &c ${ten('b')}\nd: &d ${ten('c')}\n`;
    const itself = 'ledger: &a {port: *a}\n';
    for (const text of ['ledger: *nowhere\n', bomb, itself, 'logLevel: info\n---\nlogLevel: info\n']) {
      const fault = faultOf(() => parseConfig(text, {}, 'c.yaml'));
      assert.equal(fault.code, 'config.invalid', text);
      assert.match(fault.message, /^c\.yaml/);
      assert.doesNotMatch(fault.message, /YAML\.|please/);
    }
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
