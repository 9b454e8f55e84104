import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runMix } from '../../../demo/client/mix.ts';
import { throughEnvoy } from '../../../demo/client/transport.ts';
import { type Kafka, startKafka } from '../../../scripts/kafka.ts';
import { type CommandResult, ROOT, runCommand, type Service, startService } from '../../../scripts/processes.ts';
import { type Envoy, startEnvoy } from '../../../scripts/start-envoy.ts';
import { type ComposeService, envoyEdit, Moved, readComposition } from './support/composition.ts';
import type { Composition } from './support/composition.ts';
import { Image } from './support/containerfile.ts';
import { requireOrSkip } from '../../support/tools.ts';

const TIMEOUT_MS = 60_000;
const CALLS = 20;

/** The services of docker-compose.yml as processes of this machine, each in the working folder of its image. */
class Processes {
  readonly folder: string;
  readonly moved: Moved;
  readonly composition: Composition;
  readonly running = new Map<string, Service>();
  kafka: Kafka | undefined;
  envoy: Envoy | undefined;

  constructor(folder: string, moved: Moved) {
    this.folder = folder;
    this.moved = moved;
    this.composition = readComposition(moved.text);
  }

  service(name: string): ComposeService {
    const service = this.composition.services[name];
    if (service === undefined) throw new Error(`there is no service ${name}`);
    return service;
  }

  async buildImages(): Promise<void> {
    for (const { build } of Object.values(this.composition.services)) {
      const target = build?.target ?? '';
      if (build === undefined || existsSync(this.imageFolder(target))) continue;
      await mkdir(this.imageFolder(target));
      await Image.read(build.dockerfile, target).build(this.imageFolder(target), this.moved.text);
    }
  }

  /** Runs a command in a service's container, so to say: its image, its environment. */
  run(name: string, [program = '', ...args]: readonly string[]): Promise<CommandResult> {
    return runCommand(program, args, { ...this.surroundings(name), timeoutMs: TIMEOUT_MS });
  }

  async start(name: string): Promise<void> {
    const [program = '', ...args] = this.service(name).command ?? [];
    const options = { ...this.surroundings(name), logFile: join(this.folder, 'logs', `${name}.log`) };
    this.running.set(name, await startService(name, program, args, options));
  }

  /** Waits until the service's own check says that it is healthy. */
  async untilHealthy(name: string): Promise<void> {
    const [, ...check] = this.service(name).healthcheck?.test ?? [];
    assert.ok(check.length > 0);
    const healthy = async (): Promise<boolean> => (await this.run(name, check)).status === 0;
    await this.running.get(name)?.waitUntil(healthy, TIMEOUT_MS);
  }

  async startKafka(): Promise<void> {
    const settings = Object.entries(this.service('kafka').environment ?? {}).map(([name, value]) => [
      name
        .replace(/^KAFKA_/, '')
        .toLowerCase()
        .replaceAll('_', '.'),
      value,
    ]);
    const dir = join(this.folder, 'kafka');
    const own = { ...(Object.fromEntries(settings) as Record<string, string>), 'log.dirs': join(dir, 'data') };
    this.kafka = await startKafka({ dir, port: this.moved.port(9092), settings: own });
  }

  async startEnvoy(): Promise<void> {
    const [mount = ''] = this.service('envoy').volumes ?? [];
    const shipped = this.moved.text(await readFile(join(ROOT, mount.split(':')[0] ?? ''), 'utf8'));
    const path = join(this.folder, 'shipped.yaml');
    await writeFile(path, shipped);
    const edited = await runCommand('sed', ['-e', envoyEdit(this.composition), path], { timeoutMs: TIMEOUT_MS });
    const config = edited.stdout;
    this.envoy = await startEnvoy({ config, dir: join(this.folder, 'envoy') });
  }

  logOf(name: string): string {
    return readFileSync(join(this.folder, 'logs', `${name}.log`), 'utf8');
  }

  /** Ends a service, and gives it the time that the composition gives it. */
  async stop(name: string): Promise<string | undefined> {
    const seconds = parseInt(this.service(name).stop_grace_period ?? '10s', 10);
    await this.running.get(name)?.stop(seconds * 1000);
    return this.running.get(name)?.ended();
  }

  async stopAll(): Promise<void> {
    await this.envoy?.stop();
    for (const service of this.running.values()) if (service.ended() === undefined) await service.stop();
    await this.kafka?.stop();
  }

  private imageFolder(target: string): string {
    return join(this.folder, `image-${target}`);
  }

  private surroundings(name: string): { cwd: string; env: NodeJS.ProcessEnv } {
    const { build, environment } = this.service(name);
    const inherited = Object.entries(process.env).filter(([variable]) => !variable.startsWith('AFFIDAVIT_'));
    const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
    const env = { ...Object.fromEntries(inherited), PATH: path, ...environment };
    return { cwd: this.imageFolder(build?.target ?? ''), env };
  }
}

async function contents(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).toSorted();
  const found = new Map<string, string>();
  for (const path of paths) found.set(path, await readFile(path, 'base64'));
  return Object.fromEntries(found);
}

describe('the commands of docker-compose.yml, as plain processes', function () {
  this.timeout(240_000);
  let folder = '';
  let processes: Processes;

  before(async function () {
    await requireOrSkip(this, 'kafka', 'envoy');
    folder = await mkdtemp(join(tmpdir(), 'affidavit-compose-'));
    processes = new Processes(folder, await Moved.to(join(folder, 'volumes')));
    await processes.buildImages();
  });

  after(async () => {
    // Where the suite is skipped there are none.
    await (processes as Processes | undefined)?.stopAll();
    if (folder !== '') await rm(folder, { recursive: true, force: true });
  });

  it('keys: made, enrolled and exported on the first start; later starts change nothing', async () => {
    const command = processes.service('keys').command ?? [];
    const first = await processes.run('keys', command);
    assert.equal(first.status, 0, first.stderr);
    const made = await contents(join(folder, 'volumes'));
    assert.ok(Object.keys(made).some((path) => path.endsWith('/public/root.pub')));
    const second = await processes.run('keys', command);
    assert.equal(second.status, 0, second.stderr);
    assert.deepEqual(await contents(join(folder, 'volumes')), made);
  });

  it('everything starts, in an order that depends_on allows, and becomes healthy', async () => {
    await processes.startKafka();
    for (const name of ['ledger', 'recorder', 'accesslog', 'auditor', 'orders', 'payments'])
      await processes.start(name);
    for (const name of ['ledger', 'recorder', 'accesslog']) await processes.untilHealthy(name);
    for (const name of ['orders', 'payments'])
      await processes.running
        .get(name)
        ?.waitUntil(() => processes.logOf(name).includes('HTTP on 127.0.0.1'), TIMEOUT_MS);
    await processes.startEnvoy();
  });

  it('calls through Envoy are in the log, which verifies under the exported keys', async () => {
    const target = throughEnvoy(processes.moved.port(10000));
    const results = await runMix({ target, calls: CALLS, concurrency: 4, seed: 1 });
    assert.deepEqual(
      results.filter(({ ok }) => !ok),
      [],
    );
    const listed = async (kind: string): Promise<number> => {
      const { stdout } = await processes.run('ledger', ['node', 'src/cli.ts', 'list', '--kind', kind, '--json']);
      return stdout.split('\n').length - 1;
    };
    while ((await listed('exchange')) < CALLS) assert.equal(processes.running.get('ledger')?.ended(), undefined);
    assert.equal(await listed('exchange'), CALLS);

    const verify = ['node', 'src/cli.ts', 'verify', `http://127.0.0.1:${processes.moved.port(7080)}`, '--json'];
    const { status, stdout, stderr } = await processes.run('recorder', verify);
    assert.equal(status, 0, stderr);
    const report = JSON.parse(stdout) as { trusted: boolean; checkpoint: { origin: string } };
    assert.deepEqual([report.trusted, report.checkpoint.origin], [true, 'affidavit.local/compose/0']);
  });

  it('who records asks the ledger what it may forget, and believes only the log key that was exported', () => {
    for (const name of ['recorder', 'accesslog', 'auditor']) {
      assert.doesNotMatch(processes.logOf(name), /frames are released once Kafka has acknowledged them/);
      assert.doesNotMatch(processes.logOf(name), /"level":[56]0/);
    }
    assert.doesNotMatch(processes.logOf('ledger'), /"level":[56]0/);
  });

  it('each ends in order within the time that the composition gives it', async () => {
    await processes.envoy?.stop();
    for (const name of ['recorder', 'accesslog', 'auditor', 'ledger', 'orders', 'payments'])
      assert.equal(await processes.stop(name), 'exit code 0', `${name}: ${processes.logOf(name).slice(-500)}`);
    assert.match(processes.logOf('accesslog'), new RegExp(`"accessLogEntries":${CALLS},`));
    assert.match(processes.logOf('recorder'), /"accessLogEntries":0,/);
  });
});
