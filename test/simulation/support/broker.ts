import type { SimulationRandom } from './random.ts';
import type { Owner } from './scheduler.ts';
import type { World } from './world.ts';

/** How often what goes wrong between a client and the broker, for each request. */
export interface BrokerFaults {
  /** A request is lost, or its reply is, or it arrives after its client has given up on it. */
  readonly lost: number;
  /** The broker refuses, or the connection breaks. */
  readonly refused: number;
  /** A consumer is thrown out, or sent back to what it has read. */
  readonly disturbed: number;
  /** The broker is down for seconds. */
  readonly down: number;
}

/** Nothing goes wrong. */
export const SOUND_BROKER: BrokerFaults = { lost: 0, refused: 0, disturbed: 0, down: 0 };

/** A message in the topic. */
export interface BrokerMessage {
  readonly offset: number;
  readonly value: Uint8Array;
}

/** One partition of a topic, and the way to it. What was appended stays, but for what {@link cut} takes. */
export class Broker {
  readonly world: World;
  readonly random: SimulationRandom;
  readonly faults: BrokerFaults;
  private messages: BrokerMessage[] = [];
  private next = 0;
  private downUntilUs = 0;
  private waiting: (() => void)[] = [];

  constructor(world: World, faults: BrokerFaults) {
    this.world = world;
    this.random = world.random.fork();
    this.faults = faults;
  }

  /** Offset of the oldest message. */
  get low(): number {
    return this.messages[0]?.offset ?? this.next;
  }

  /** Offset after the newest message. */
  get high(): number {
    return this.next;
  }

  /** Messages from an offset on. */
  read(from: number, most: number): BrokerMessage[] {
    const at = Math.max(0, from - this.low);
    return this.messages.slice(at, at + most);
  }

  /** Some messages are deleted. */
  get hasLost(): boolean {
    return this.low > 0;
  }

  /** Messages before this offset are gone. */
  cut(before: number): void {
    this.messages = this.messages.filter(({ offset }) => offset >= before);
    this.world.disturb('topic cut', `broker: messages before ${before} are deleted`);
  }

  /** Calls back once something is appended. */
  onAppend(wake: () => void): void {
    this.waiting.push(wake);
  }

  /** A request by whoever runs now; `work` happens at the broker. */
  request<T>(what: string, work: () => T): Promise<T> {
    const { scheduler } = this.world;
    const owner = scheduler.current;
    return new Promise((resolve, reject) => {
      const tell = (told: () => void): void => {
        scheduler.after(this.latencyUs(), told, owner);
      };
      this.arrive(this.latencyUs(), () => {
        if (this.isDown() || this.chance(this.faults.refused)) {
          this.world.disturb('broker request refused', `broker: refuses ${what}`);
          tell(() => {
            reject(new Error(`simulated broker: ${what} refused`));
          });
          return;
        }
        const result = work();
        tell(() => {
          resolve(result);
        });
      });
    });
  }

  /** Gives the offset of the first message. As {@link request}, but the request or its reply may be lost on the way. */
  send(values: readonly Uint8Array[], timeoutMs: number): Promise<number> {
    const append = (): number => this.append(values);
    if (!this.chance(this.faults.lost)) return this.request('send', append);
    const fate = this.random.pick(['request', 'reply', 'late'] as const);
    this.world.disturb('send lost', `broker: a send of ${values.length} is lost (${fate})`);
    if (fate !== 'request')
      this.arrive(this.latencyUs() + (fate === 'late' ? timeoutMs * 1000 * this.random.between(1, 4) : 0), append);
    const { scheduler } = this.world;
    const owner: Owner | undefined = scheduler.current;
    return new Promise((_resolve, reject) => {
      scheduler.after(
        timeoutMs * 1000,
        () => {
          reject(new Error('simulated broker: request timed out'));
        },
        owner,
      );
    });
  }

  /** True with this probability, as long as things go wrong. */
  chance(probability: number): boolean {
    return this.world.faultsOn && probability > 0 && this.random.chance(probability);
  }

  /** Time from one to the other. */
  latencyUs(): number {
    return this.random.between(50, 3_000);
  }

  private append(values: readonly Uint8Array[]): number {
    const first = this.next;
    for (const value of values) this.messages.push({ offset: this.next++, value: value.slice() });
    this.world.detail(() => `broker: has ${this.next} messages`);
    for (const wake of this.waiting.splice(0)) wake();
    return first;
  }

  private isDown(): boolean {
    const { nowUs } = this.world.scheduler;
    if (this.chance(this.faults.down)) {
      const ms = this.random.between(100, 5_000);
      this.downUntilUs = nowUs + ms * 1000;
      this.world.disturb('broker down', `broker: down for ${ms} ms`);
    }
    return this.world.faultsOn && nowUs < this.downUntilUs;
  }

  private arrive(delayUs: number, run: () => void): void {
    this.world.scheduler.worldAfter(delayUs, run);
  }
}
