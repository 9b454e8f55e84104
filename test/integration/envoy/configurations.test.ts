import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { envoyConfig, envoyConfigPath, type EnvoyProfile } from '../../../demo/envoy-config.ts';
import { ensureEnvoy } from '../../../scripts/envoy.ts';
import { runCommand } from '../../../scripts/processes.ts';
import { writeTlsFolder } from './certificates.ts';
import { parseConfig } from '../../../src/config/index.ts';
import { requireOrSkip } from '../../support/tools.ts';

const PROFILES = ['observe', 'inline', 'strict', 'strict-tls'] as const;

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Every place in a configuration with its value; list items with a name stand under it. */
function places(value: Json, path = ''): Map<string, Json> {
  if (typeof value !== 'object' || value === null) return new Map([[path, value]]);
  const entries = Array.isArray(value)
    ? value.map((item, index): [string, Json] => {
        const name = typeof item === 'object' && item !== null && !Array.isArray(item) ? item['name'] : undefined;
        return [typeof name === 'string' ? `[${name}]` : `[${index}]`, item];
      })
    : Object.entries(value);
  return new Map(
    entries.flatMap(([key, item]) => [...places(item, key.startsWith('[') ? path + key : `${path}.${key}`)]),
  );
}

const MANAGER =
  '.static_resources.listeners[recorded].filter_chains[0].filters[envoy.filters.network.http_connection_manager].typed_config';
const FILTER = `${MANAGER}.http_filters[affidavit].typed_config`;
const UPGRADE = `${MANAGER}.upgrade_configs[0].filters`;
const RECORDER = '.static_resources.clusters[affidavit-recorder]';
const HTTP = '.typed_extension_protocol_options.envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
const ALS = `${MANAGER}.access_log[envoy.access_loggers.http_grpc].typed_config`;
const SINK = '.stats_sinks[envoy.stat_sinks.metrics_service].typed_config';
const MUTATIONS = `${MANAGER}.early_header_mutation_extensions[envoy.http.early_header_mutation.header_mutation].typed_config.mutations`;

async function shipped(profile: EnvoyProfile): Promise<Map<string, Json>> {
  return places(parse(await readFile(envoyConfigPath(profile), 'utf8')) as Json);
}

/** What every profile needs to neither break traffic nor lose recordings. */
const COMMON: Record<string, Json | undefined> = {
  '.layered_runtime.layers[affidavit].static_layer.envoy.reloadable_features.ext_proc_graceful_grpc_close': true,
  [`${RECORDER}${HTTP}.common_http_protocol_options.max_requests_per_connection`]: 900,
  [`${FILTER}.grpc_service.timeout`]: '0s',
  [`${FILTER}.processing_mode.request_header_mode`]: 'SEND',
  [`${FILTER}.processing_mode.request_body_mode`]: 'STREAMED',
  [`${FILTER}.processing_mode.request_trailer_mode`]: 'SEND',
  [`${FILTER}.processing_mode.response_header_mode`]: 'SEND',
  [`${FILTER}.processing_mode.response_body_mode`]: 'STREAMED',
  [`${FILTER}.processing_mode.response_trailer_mode`]: 'SEND',
  [`${FILTER}.allow_content_length_header`]: true,
  [`${FILTER}.mutation_rules.disallow_all`]: true,
  [`${MUTATIONS}[2].append.header.key`]: 'x-affidavit-id',
  [`${MUTATIONS}[2].append.header.value`]: '%UNIQUE_ID%',
  [`${MUTATIONS}[2].append.append_action`]: 'OVERWRITE_IF_EXISTS_OR_ADD',
  [`${MANAGER}.http_protocol_options.enable_trailers`]: true,
  [`${MANAGER}.upgrade_configs[0].upgrade_type`]: 'websocket',
  [`${ALS}.additional_request_headers_to_log[0]`]: 'x-affidavit-id',
  [`${ALS}.common_config.grpc_service.envoy_grpc.cluster_name`]: 'affidavit-access-log',
  '.stats_flush_interval': '5s',
  [`${SINK}.grpc_service.envoy_grpc.cluster_name`]: 'affidavit-access-log',
  // Either would send counters that don't say how far they have come, or of which listener.
  [`${SINK}.report_counters_as_deltas`]: undefined,
  [`${SINK}.emit_tags_as_labels`]: undefined,
};

const OF_PROFILE: Record<(typeof PROFILES)[number], Record<string, Json | undefined>> = {
  observe: {
    [`${FILTER}.observability_mode`]: true,
    [`${FILTER}.failure_mode_allow`]: true,
    [`${FILTER}.deferred_close_timeout`]: '30s',
    [`${RECORDER}.circuit_breakers.thresholds[0].max_requests`]: 2000,
  },
  inline: {
    [`${FILTER}.observability_mode`]: undefined,
    [`${FILTER}.failure_mode_allow`]: true,
    [`${UPGRADE}[affidavit].typed_config.observability_mode`]: true,
    [`${UPGRADE}[affidavit].typed_config.failure_mode_allow`]: true,
    [`${UPGRADE}[affidavit].typed_config.deferred_close_timeout`]: '30s',
  },
  strict: {
    [`${FILTER}.observability_mode`]: undefined,
    [`${FILTER}.failure_mode_allow`]: false,
    [`${FILTER}.status_on_error.code`]: 'ServiceUnavailable',
    [`${FILTER}.message_timeout`]: '10s',
    [`${FILTER}.disable_immediate_response`]: undefined,
    [`${UPGRADE}[affidavit].name`]: undefined,
  },
  'strict-tls': { [`${FILTER}.failure_mode_allow`]: false },
};

/** Where a profile may differ from strict; a change to one file that the others lack shows here. */
const MAY_DIFFER = [
  `${FILTER}.grpc_service.initial_metadata[0].value`,
  `${FILTER}.observability_mode`,
  `${FILTER}.failure_mode_allow`,
  `${FILTER}.deferred_close_timeout`,
  `${FILTER}.status_on_error.code`,
  `${FILTER}.message_timeout`,
  `${FILTER}.disable_immediate_response`,
  `${RECORDER}.circuit_breakers.`,
  `${UPGRADE}[`,
  '.static_resources.listeners[recorded].filter_chains[0].transport_socket.',
  `${RECORDER}.transport_socket.`,
  '.static_resources.clusters[affidavit-access-log].transport_socket.',
];

describe('the shipped Envoy configurations', function () {
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'affidavit-envoy-'));
    writeTlsFolder(join(folder, 'tls'));
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  for (const profile of PROFILES) {
    it(`${profile}: Envoy takes it as it is`, async function () {
      await requireOrSkip(this, 'envoy');
      const tls = profile === 'strict-tls';
      const path = tls ? join(folder, 'strict-tls.yaml') : envoyConfigPath(profile);
      if (tls) await writeFile(path, envoyConfig({ profile, ports: {}, tlsFolder: join(folder, 'tls') }));
      const result = await runCommand(await ensureEnvoy(), ['--mode', 'validate', '--log-level', 'warn', '-c', path]);
      assert.equal(result.status, 0, result.stderr);
    });

    it(`${profile}: has each setting that keeps traffic and recordings whole`, async () => {
      const found = await shipped(profile);
      for (const [place, value] of Object.entries({ ...COMMON, ...OF_PROFILE[profile] })) {
        assert.equal(found.get(place), value, place);
      }
    });

    it(`${profile}: asks for no attribute that is large or personal`, async () => {
      const found = [...(await shipped(profile))].filter(([place]) => place.includes('_attributes['));
      const refused = /^xds\.node|^request\.(headers|url_path|path|query|useragent|referer)$|metadata/;
      assert.ok(found.length > 10);
      for (const [place, attribute] of found) assert.ok(!refused.test(attribute as string), place);
    });

    it(`${profile}: differs from strict only in what makes the profile`, async () => {
      const [ours, strict] = [await shipped(profile), await shipped('strict')];
      const all = new Set([...ours.keys(), ...strict.keys()]);
      const different = [...all].filter((place) => ours.get(place) !== strict.get(place));
      const unexpected = different.filter((place) => !MAY_DIFFER.some((allowed) => place.startsWith(allowed)));
      assert.deepEqual(unexpected, []);
    });
  }

  it('strict: Envoy waits longer than the recorder does, whose answer says why', async () => {
    const { strictDeadlineMs, strictLingerMs } = parseConfig('', {}).capture;
    const timeout = (await shipped('strict')).get(`${FILTER}.message_timeout`);
    // The recorder looks at its deadline once a second.
    assert.ok(Number.parseFloat(timeout as string) * 1000 > strictDeadlineMs + strictLingerMs + 1000);
  });

  it('none: no recording filter, access log or recorder is left, and the rest is', () => {
    const text = envoyConfig({ profile: 'none', ports: {} });
    assert.doesNotMatch(text, /ext_proc\.v3|http_grpc|affidavit-recorder|affidavit-access-log/);
    assert.match(text, /cluster: payments-grpc/);
    assert.match(text, /x-affidavit-id/);
  });

  it('every port is replaced, and nothing else', async () => {
    const ports = { listener: 1, admin: 2, recorder: 3, orders: 4, ordersGrpc: 5, payments: 6, paymentsGrpc: 7 };
    const [ours, before] = [places(parse(envoyConfig({ profile: 'inline', ports })) as Json), await shipped('inline')];
    const changed = [...before].filter(([place, value]) => ours.get(place) !== value).map(([place]) => ours.get(place));
    assert.deepEqual(changed.sort(), [1, 2, 3, 3, 4, 5, 6, 7]);
    assert.equal(ours.size, before.size);
  });

  it('a place that is gone from the file is an error, not a configuration that listens elsewhere', async () => {
    const text = await readFile(envoyConfigPath('observe'), 'utf8');
    await writeFile(
      join(folder, 'observe.yaml'),
      text.replace('- name: payments-grpc\n      type', '- name: other\n      type'),
    );
    const derive = (): string => envoyConfig({ profile: 'observe', ports: { paymentsGrpc: 7 }, folder });
    assert.throws(derive, /clusters "payments-grpc": found 0 times/);
    assert.throws(() => envoyConfig({ profile: 'observe', ports: {}, tlsFolder: '/x' }), /nothing below/);
  });
});
