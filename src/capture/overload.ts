import { AffidavitError } from '../record/index.ts';
import type { Budget } from './budget.ts';
import type { CaptureLimits } from './limits.ts';
import { StrictRefusal } from './strict-wait.ts';
import type { WorkLoop } from './work-loop.ts';

/** Bodies beyond this are given up first. */
const LARGE_BODY_BYTES = 64 * 1024;
/** Smaller ones wait so many times as long: they cost little more than their exchange does. */
const SMALL_BODY_PATIENCE = 4 / 3;
/** In strict small bodies are taken until so many times `maxBufferedBytes` are held. */
const STRICT_SMALL_BODY_FACTOR = 2;
/** When work is behind by so many times `maxLagMs`, no further exchange is begun. */
const EXCHANGE_PATIENCE = 5 / 3;

/** What the recorder has to do at the moment. */
export interface Pressure {
  readonly limits: CaptureLimits;
  readonly budget: Budget;
  readonly work: WorkLoop;
  /** Bytes handed to the writer that aren't durable yet. */
  backlogBytes(): number;
  /** Of these, bytes that open bodies hold. */
  openBytes(): number;
}

/**
 * Whether work has fallen so far behind that, in observe, a body of `bodyBytes` so far is given up, also one that has
 * arrived: nothing slows Envoy down there, and a crash would take the exchanges that wait with it.
 */
export function isBehind({ limits, work }: Pressure, bodyBytes: number): boolean {
  const patience = bodyBytes > LARGE_BODY_BYTES ? 1 : SMALL_BODY_PATIENCE;
  return work.lagUs > limits.maxLagMs * 1000 * patience;
}

/** Whether, in observe, there is no room for `bytes` more of an exchange of which `pendingBytes` wait. */
export function isFull(pressure: Pressure, pendingBytes: number, bytes: number): boolean {
  const { limits, budget } = pressure;
  if (pendingBytes + bytes > limits.maxStreamBufferedBytes) return true;
  return !budget.fits(bytes) || pressure.backlogBytes() > limits.maxBufferedBytes;
}

/**
 * Whether what open bodies hold in memory is too much for more of one to be kept, outside strict: Envoy slows down for what waits
 * for work, but not for what is held until its body ends.
 */
export function holdsTooMuch(pressure: Pick<Pressure, 'limits' | 'backlogBytes'>): boolean {
  return pressure.backlogBytes() > pressure.limits.maxBufferedBytes;
}

/**
 * In strict a body is never given up: a call that brings more of one of `bodyBytes` so far is refused when that is longer than
 * may be kept. So it is when open bodies hold too much, since nothing that waited would free that; those with small
 * bodies last, so that a few large ones that are left open don't keep them out.
 * @throws limit.exceeded
 */
export function checkKept({ limits, openBytes }: Pick<Pressure, 'limits' | 'openBytes'>, bodyBytes: number): void {
  if (bodyBytes > limits.maxBodyBytes)
    throw new StrictRefusal('body_too_long', `a body is longer than ${limits.maxBodyBytes} bytes`);
  const factor = bodyBytes > LARGE_BODY_BYTES ? 1 : STRICT_SMALL_BODY_FACTOR;
  const held = openBytes();
  if (held > factor * limits.maxBufferedBytes)
    throw new AffidavitError('limit.exceeded', `bodies on their way hold ${held} bytes`);
}

/** Whether, in observe, nothing new may be begun: giving up bodies was not enough. */
export function isOverwhelmed(pressure: Pressure): boolean {
  const { limits, work, budget } = pressure;
  if (work.lagUs > limits.maxLagMs * 1000 * EXCHANGE_PATIENCE) return true;
  return !budget.fits(0) || pressure.backlogBytes() > limits.maxBufferedBytes;
}

/**
 * Whether, in inline, what begins has to wait: calls are answered before they are worked on, and end before they are on the
 * disk. Either takes half the room that there is. What open bodies hold waits for their clients, not for the disk.
 */
export function isHalfFull(pressure: Omit<Pressure, 'work'>): boolean {
  return takesMoreThan(1 / 2, pressure);
}

/**
 * Whether, in inline, what begins and can wait no longer has to go by unrecorded: the rest of the room is for what has begun, since
 * a call that finds none in its middle is recorded in part.
 */
export function isNearlyFull(pressure: Omit<Pressure, 'work'>): boolean {
  return takesMoreThan(3 / 4, pressure);
}

function takesMoreThan(share: number, { limits, budget, ...pressure }: Omit<Pressure, 'work'>): boolean {
  const maxBytes = limits.maxBufferedBytes * share;
  return budget.usedBytes > maxBytes || pressure.backlogBytes() - pressure.openBytes() > maxBytes;
}
