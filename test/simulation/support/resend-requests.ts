import type { ResendRequest } from '../../../src/commands/resend-requests.ts';

/**
 * What stands in for src/commands/resend-requests.ts in a simulation: a request is there without a file, since files that
 * a command and a recorder exchange are on no simulated disk.
 */
let pending: ResendRequest | undefined;

/** As `affidavit recorder resend`: all frames are asked for. */
export function askToResend(id: string): void {
  pending = { id, from: 0, dryRun: false };
}

/** No request is there. */
export function forgetRequests(): void {
  pending = undefined;
}

export function resendRequest(): Promise<ResendRequest | undefined> {
  return Promise.resolve(pending);
}

export function answerResend(_spool: string, _answer: object, isLast: boolean): Promise<void> {
  if (isLast) pending = undefined;
  return Promise.resolve();
}
