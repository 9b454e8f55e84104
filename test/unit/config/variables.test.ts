import assert from 'node:assert/strict';
import { parseConfig } from '../../../src/config/index.ts';
import { settings } from '../../../src/config/settings.ts';
import { unknownVariables } from '../../../src/config/variables.ts';

describe('variables that begin with AFFIDAVIT_', () => {
  it('are refused when they mean nothing, all at once, beside what is wrong with settings', () => {
    const environment = { AFFIDAVIT_CAPTUR_PORT: '1', AFFIDAVIT_KAFKA_TOPIC: 'a', AFFIDAVIT_LEDGER_PORT: 'x' };
    assert.throws(() => parseConfig('', environment, 'a.yaml'), {
      code: 'config.invalid',
      message: new RegExp(
        [
          '^a\\.yaml is not valid:',
          '  the variable AFFIDAVIT_CAPTUR_PORT is no setting; nearest: AFFIDAVIT_CAPTURE_PORT',
          '  the variable AFFIDAVIT_KAFKA_TOPIC is no setting; nearest: AFFIDAVIT_BUS_KAFKA_TOPIC, AFFIDAVIT_BUS_KAFKA_TOPIC_CHECKS',
          '  ledger\\.port is "x": .*$',
        ].join('\n'),
      ),
    });
  });

  for (const [name, nearest] of [
    ['AFFIDAVIT_KEY_DIR', 'AFFIDAVIT_KEYS_DIR'],
    ['AFFIDAVIT_PORT', 'AFFIDAVIT_CAPTURE_PORT, AFFIDAVIT_ACCESS_LOG_PORT, AFFIDAVIT_LEDGER_PORT'],
    ['AFFIDAVIT_LOGLEVEL', 'AFFIDAVIT_LOG_LEVEL'],
    ['AFFIDAVIT_CONFIG_FILE', 'AFFIDAVIT_CONFIG'],
  ])
    it(`${name}: names what is nearest`, () => {
      const [fault = ''] = unknownVariables({ [name ?? '']: '1' });
      assert.ok(fault.startsWith(`the variable ${name} is no setting; nearest: ${nearest}`), fault);
    });

  it('are refused when they are empty too, and their values are never shown', () => {
    assert.equal(unknownVariables({ AFFIDAVIT_: '', AFFIDAVIT_X: '' }).length, 2);
    assert.doesNotMatch(unknownVariables({ AFFIDAVIT_SASL_PASSWORD: 'hunter2' }).join(), /hunter2/);
  });

  it('of a service in Kubernetes: says how to be rid of them', () => {
    for (const name of [
      'AFFIDAVIT_LEDGER_SERVICE_HOST',
      'AFFIDAVIT_LEDGER_SERVICE_PORT_HTTP',
      'AFFIDAVIT_LEDGER_PORT_7080_TCP',
      'AFFIDAVIT_LEDGER_PORT_7080_TCP_ADDR',
    ])
      assert.match(unknownVariables({ [name]: 'tcp://10.0.0.1:7080' }).join(), /enableServiceLinks: false/, name);
  });

  it('pass when they are settings, or known to be none; and whatever has another prefix', () => {
    const named = ['AFFIDAVIT_CONFIG', 'AFFIDAVIT_ENVOY', 'AFFIDAVIT_TEST_TOTALS', 'AFFIDAVITS', 'A'];
    const all = [...named, ...settings.map(({ variable }) => variable)];
    assert.deepEqual(unknownVariables(Object.fromEntries(all.map((name) => [name, '1']))), []);
    assert.deepEqual(unknownVariables({ AFFIDAVIT_X: undefined }), []);
  });
});
