import assert from 'node:assert/strict';
import { brokerSettings, propertiesFile } from '../../../scripts/kafka.ts';
import { parseStats } from '../../../scripts/start-envoy.ts';
import { javaMajor, missingLine } from '../../../scripts/tools.ts';

describe('scripts: Kafka settings', () => {
  it('bind to the loopback interface only and create no topic by themselves', () => {
    const settings = brokerSettings({ clients: 20_001, controller: 20_002 }, '/data');
    assert.equal(settings['listeners'], 'PLAINTEXT://127.0.0.1:20001,CONTROLLER://127.0.0.1:20002');
    assert.equal(settings['advertised.listeners'], 'PLAINTEXT://127.0.0.1:20001');
    assert.equal(settings['auto.create.topics.enable'], 'false');
  });

  it('are written one a line, with backslashes that a Java properties file needs', () => {
    assert.equal(propertiesFile({ 'log.dirs': 'a\\b', x: '1' }), 'log.dirs=a\\\\b\nx=1\n');
  });
});

describe('scripts: Envoy statistics', () => {
  it('are read with names that contain colons and blanks, histograms left out', () => {
    const text =
      'cluster.a.upstream_rq_total: 12\nlistener.127.0.0.1_80.x: y: 3\ncluster.a.ms: P0(nan,1) P50(1,2)\r\nv: "x"\n';
    assert.deepEqual(
      [...parseStats(text)],
      [
        ['cluster.a.upstream_rq_total', 12],
        ['listener.127.0.0.1_80.x: y', 3],
      ],
    );
  });
});

describe('scripts: tools', () => {
  it('read the version of Java from what old and new ones print', () => {
    assert.equal(javaMajor('openjdk version "17.0.15" 2025-04-15'), 17);
    assert.equal(javaMajor('openjdk version "25" 2025-09-16'), 25);
    assert.equal(javaMajor('java version "1.8.0_402"'), 8);
    assert.equal(javaMajor('command not found'), undefined);
  });

  it('say in one line what is missing and what to install', () => {
    const line = missingLine(['go', 'python']);
    assert.equal(line, 'missing: Go, Python 3 with pip (on Debian: apt-get install golang-go python3 python3-pip)');
  });
});
