import type { Command } from 'commander';
import { KafkaSink, Publisher } from '../bus/index.ts';
import type { Config } from '../config/index.ts';
import { socketLock } from '../ledger/index.ts';
import type { HeldLock } from '../ledger/index.ts';
import { encodeHex } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';
import { createLogger, nodeFiles, pause } from '../runtime/index.ts';
import { Spool, surveySpool } from '../spool/index.ts';
import { loadConfig, parseCount, placesOf } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { kafkaSettings } from './kafka-settings.ts';
import type { Ports } from './ports.ts';
import { forgetResend, requestResend, resendAnswer } from './resend-requests.ts';
import { untilAsked } from './signals.ts';

interface ResendOptions extends CommonOptions {
  from: number;
  dryRun?: boolean;
  spool?: string;
  wait: number;
}

/** What is sent, and how far it is. */
interface Progress {
  readonly firstFrame: number;
  readonly endFrame: number;
  readonly bytes: number;
  readonly published: number;
}

const POLL_MS = 200;
const TELL_MS = 2_000;

/** `affidavit recorder resend`. */
export function registerResend(recorder: Command, context: Context, ports: Ports): void {
  recorder
    .command('resend')
    .description(
      'send frames of a recorder’s spool to Kafka again, whether it runs or not; the ledger drops what it has',
    )
    .option('--from <frame>', 'first frame; by default the oldest that is kept', parseCount, 0)
    .option('--dry-run', 'only say what would be sent')
    .option('--spool <folder>', 'the spool’s folder: of affidavit accesslog, or of another process of --processes')
    .option('-w, --wait <seconds>', 'end when for so long nothing gets through', parseCount, 60)
    .addHelpText(
      'after',
      '\nA recorder does this by itself when the ledger’s positions show that something never came. Exit code 0: Kafka has\n' +
        'acknowledged all of it; 3: it hasn’t, and what is left is said.\n\n' +
        'Example:\n  affidavit recorder resend --config affidavit.yaml --dry-run\n' +
        '  affidavit recorder resend --config affidavit.yaml --from 120000\n',
    )
    .action(async (_own: unknown, self: Command) => resend(context, ports, self.optsWithGlobals<ResendOptions>()));
}

async function resend(context: Context, ports: Ports, options: ResendOptions): Promise<void> {
  const config = await loadConfig(context, options);
  if (config.bus.kind !== 'kafka')
    throw new AffidavitError('config.invalid', 'bus.kind is "embedded": the ledger reads the spool itself');
  const directory = options.spool ?? placesOf(config).spool;
  const asked = untilAsked();
  const ending = new AbortController();
  void asked.then(() => {
    ending.abort();
  });
  const lock = await lockOf(directory);
  const teller = new Teller(context, options);
  const done =
    lock === undefined
      ? await askRunning(directory, options, ports, teller, ending.signal)
      : await sendStopped(directory, lock, config, options, ports, teller, ending.signal);
  teller.end(done);
}

/** The spool's lock; `undefined` when a process has it open. @throws not_found, io.failed */
async function lockOf(directory: string): Promise<HeldLock | undefined> {
  if ((await nodeFiles.size(`${directory}/spool.id`)) === undefined)
    throw new AffidavitError('not_found', `there is no spool in ${directory}`);
  try {
    return await socketLock.acquire(directory);
  } catch (thrown) {
    if (thrown instanceof AffidavitError && thrown.code === 'io.locked') return undefined;
    throw thrown;
  }
}

/** The process that has the spool open sends, in its order. */
async function askRunning(
  directory: string,
  { from, dryRun = false, wait }: ResendOptions,
  { random, clock }: Ports,
  teller: Teller,
  signal: AbortSignal,
): Promise<Progress> {
  const id = encodeHex(random.bytes(8));
  await requestResend(directory, { id, from, dryRun });
  const patience = new Patience(clock, wait);
  for (;;) {
    const answer = await resendAnswer(directory, id);
    if (answer !== undefined) {
      teller.tell(answer);
      if (dryRun || answer.published >= answer.endFrame) {
        await forgetResend(directory);
        return answer;
      }
    }
    if (signal.aborted) {
      if (answer === undefined) await forgetResend(directory);
      throw stopped(answer, 'the recorder goes on with it');
    }
    if (!patience.has(answer?.published ?? -1)) {
      if (answer === undefined) await forgetResend(directory);
      throw answer === undefined
        ? new AffidavitError('io.failed', `the process that has ${directory} open did not answer within ${wait} s`)
        : stuck(answer, wait, 'the recorder goes on with it');
    }
    await pause(POLL_MS, signal);
  }
}

/** Nobody has the spool open: it is opened, published from, and left as it is. */
async function sendStopped(
  directory: string,
  lock: HeldLock,
  config: Config,
  options: ResendOptions,
  ports: Ports,
  teller: Teller,
  signal: AbortSignal,
): Promise<Progress> {
  try {
    const survey = await surveySpool(nodeFiles, directory, options.from);
    const firstFrame = Math.min(Math.max(options.from, survey.firstFrame), survey.nextFrame);
    const plan = { firstFrame, endFrame: survey.nextFrame, bytes: survey.bytes, published: firstFrame };
    teller.tell(plan);
    if (options.dryRun === true || firstFrame === survey.nextFrame) return plan;
    return await sendSpool(directory, plan, config, options, ports, teller, signal);
  } finally {
    await lock.release();
  }
}

async function sendSpool(
  directory: string,
  plan: Progress,
  config: Config,
  { wait }: ResendOptions,
  ports: Ports,
  teller: Teller,
  signal: AbortSignal,
): Promise<Progress> {
  const { clock, random } = ports;
  const logger = createLogger(config.logLevel, 'resend');
  const settings = await kafkaSettings(config, ports, logger);
  const { segmentBytes, maxBytes } = config.spool;
  const limits = { segmentBytes, maxBytes };
  const spool = await Spool.open({ directory, files: nodeFiles, clock, random, logger, limits });
  const sink = new KafkaSink({ settings, random, logger });
  const publisher = new Publisher({ spool, sink, from: plan.firstFrame });
  const stopping = new AbortController();
  const publishing = publisher.run(stopping.signal);
  const patience = new Patience(clock, wait);
  const endFrame = spool.nextFrame;
  const progress = (): Progress => ({ ...plan, endFrame, published: publisher.published });
  try {
    while (publisher.published < endFrame) {
      await Promise.race([publishing, pause(POLL_MS, signal)]);
      teller.tell(progress());
      if (signal.aborted) throw stopped(progress(), `--from ${publisher.published} goes on`);
      if (!patience.has(publisher.published)) throw stuck(progress(), wait, `--from ${publisher.published} goes on`);
    }
    return progress();
  } finally {
    stopping.abort();
    await publishing.catch(() => undefined);
    await sink.close();
    await spool.close();
  }
}

function restOf(progress: Progress | undefined): string {
  if (progress === undefined) return 'nothing was sent';
  return `frames ${progress.published} to ${progress.endFrame - 1} are not acknowledged`;
}

function stopped(progress: Progress | undefined, how: string): AffidavitError {
  return new AffidavitError('shutting_down', `stopped: ${restOf(progress)}${progress === undefined ? '' : `; ${how}`}`);
}

function stuck(progress: Progress, wait: number, how: string): AffidavitError {
  return new AffidavitError('bus.unavailable', `nothing got through for ${wait} s: ${restOf(progress)}; ${how}`);
}

/** Ends when nothing changes for too long. */
class Patience {
  readonly #clock: Ports['clock'];
  readonly #limitUs: number;
  #last = -2;
  #sinceUs = 0;

  constructor(clock: Ports['clock'], seconds: number) {
    this.#clock = clock;
    this.#limitUs = seconds * 1_000_000;
  }

  /** False once a value has been the same for longer than allowed. */
  has(value: number): boolean {
    const nowUs = this.#clock.monotonicUs();
    if (value !== this.#last) [this.#last, this.#sinceUs] = [value, nowUs];
    return nowUs - this.#sinceUs <= this.#limitUs;
  }
}

/** Tells a person how far it is now and then, and the result at the end. */
class Teller {
  readonly #context: Context;
  readonly #options: ResendOptions;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(context: Context, options: ResendOptions) {
    this.#context = context;
    this.#options = options;
  }

  tell({ firstFrame, endFrame, published }: Progress): void {
    if (this.#options.json === true || this.#options.dryRun === true) return;
    const nowMs = performance.now();
    if (nowMs - this.#toldMs < TELL_MS) return;
    this.#toldMs = nowMs;
    this.#context.say(`${Math.max(0, published - firstFrame)} of ${endFrame - firstFrame} frames are sent`);
  }

  end({ firstFrame, endFrame, bytes }: Progress): void {
    const dryRun = this.#options.dryRun === true;
    const frames = endFrame - firstFrame;
    const facts = { state: dryRun ? 'would be sent' : 'sent', firstFrame, frames, bytes };
    const text =
      frames === 0
        ? `no frame from ${firstFrame} on is kept`
        : `frames ${firstFrame} to ${endFrame - 1} ${dryRun ? 'would be sent' : 'were sent'}, some ${bytes} bytes`;
    this.#context.print(this.#options.json === true ? JSON.stringify(facts) : text);
  }
}
