import { AffidavitError } from '../record/index.ts';

/** Runs a check; the message of what it refuses gets the place in front. */
export function at<T>(place: string, check: () => T): T {
  try {
    return check();
  } catch (thrown) {
    if (!(thrown instanceof AffidavitError)) throw thrown;
    throw new AffidavitError(thrown.code, `${place}: ${thrown.message}`, { cause: thrown });
  }
}
