import { PROFILE } from '../../../src/record/index.ts';
import type { Profile } from '../../../src/record/index.ts';
import { headerMap, processingRequest } from '../../unit/capture/support/protos.ts';
import type { SimulationRandom } from './random.ts';

/** What becomes of a call apart from its recording. */
export type Fate = 'ok' | 'client_gives_up' | 'upstream_breaks';

/** A call that a client will make. */
export interface CallPlan {
  /** The id that Envoy gives it. */
  readonly id: string;
  readonly profile: Profile;
  readonly startUs: number;
  /** Sizes of the pieces of its bodies. */
  readonly request: readonly number[];
  readonly response: readonly number[];
  /** The response says its length beforehand. */
  readonly declared: boolean;
  readonly upstreamUs: number;
  readonly fate: Fate;
  /** For how many of its pieces the fate waits. */
  readonly fateAfter: number;
}

const PROFILES = [PROFILE.observe, PROFILE.inline, PROFILE.strict] as const;

function sizes(random: SimulationRandom, most: number): number[] {
  return Array.from({ length: random.below(most + 1) }, () => random.between(1, random.chance(0.1) ? 3000 : 60));
}

function idOf(random: SimulationRandom): string {
  const hex = Buffer.from(random.bytes(16)).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** A call at some time within the first `withinUs`, whose upstream mostly takes up to `upstreamUs`. */
export function planCall(random: SimulationRandom, withinUs: number, upstreamUs: number): CallPlan {
  return {
    id: idOf(random),
    profile: random.pick(PROFILES),
    startUs: random.below(withinUs),
    request: sizes(random, 2),
    response: sizes(random, 3),
    declared: random.chance(0.5),
    upstreamUs: random.between(100, random.chance(0.1) ? 1_500_000 : upstreamUs),
    fate: random.chance(0.8) ? 'ok' : random.pick(['client_gives_up', 'upstream_breaks'] as const),
    fateAfter: random.below(4),
  };
}

/** Bytes in a body. */
export function totalOf(pieces: readonly number[]): number {
  return pieces.reduce((sum, bytes) => sum + bytes, 0);
}

/** The messages of a call, as Envoy encodes them. */
export class CallMessages {
  private readonly plan: CallPlan;
  private readonly observed: boolean;

  constructor(plan: CallPlan) {
    this.plan = plan;
    this.observed = plan.profile === PROFILE.observe;
  }

  /** The request's headers. */
  requestHeaders(): Uint8Array {
    const { id, request } = this.plan;
    const headers = headerMap({ ':method': 'POST', ':path': '/pay', ':authority': 'a.example', 'x-affidavit-id': id });
    return this.encode({ request_headers: { headers, end_of_stream: request.length === 0 } });
  }

  /** The response's headers. */
  responseHeaders(): Uint8Array {
    const { response, declared } = this.plan;
    const length: Record<string, string> = declared ? { 'content-length': String(totalOf(response)) } : {};
    const headers = headerMap({ ':status': '200', ...length });
    return this.encode({ response_headers: { headers, end_of_stream: response.length === 0 } });
  }

  /** A piece of a body. */
  body(side: 'request' | 'response', piece: number): Uint8Array {
    const pieces = this.plan[side];
    const body = Buffer.alloc(pieces[piece] ?? 0, 97 + piece);
    return this.encode({ [`${side}_body`]: { body, end_of_stream: piece === pieces.length - 1 } });
  }

  private encode(message: object): Uint8Array {
    return processingRequest(this.observed ? { ...message, observability_mode: true } : message);
  }
}
