import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** What one mocha process did so far; scripts/test.ts sums these up over all suites. */
export interface SuiteTotals {
  passed: number;
  failed: number;
  skipped: number;
  /** Full title of the test that runs now, empty between tests. */
  running: string;
  /** True once every test has ended. A process that dies before leaves false. */
  done: boolean;
}

/** Names the file that takes the totals as JSON; without it the totals line is printed. */
export const TOTALS_FILE_VARIABLE = 'AFFIDAVIT_TEST_TOTALS';

/** The closing line over all tests: `N passed, N failed`, with `, N skipped` only when there were any. */
export function totalsLine(totals: Pick<SuiteTotals, 'passed' | 'failed' | 'skipped'>): string {
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
  return `${totals.passed} passed, ${totals.failed} failed${skipped}`;
}

/** Title path of the outermost describe that a test stands in. */
function groupOf(test: Mocha.Test | Mocha.Hook): string {
  return test.titlePath()[0] ?? '';
}

const MAX_REASON_CHARS = 500;

/** What went wrong and, behind it, what caused that: `fetch failed` alone says nothing. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${textOf(error.cause)}`;
}

function reasonOf(error: unknown): string {
  const text = textOf(error);
  return text.replaceAll(/\s*\n\s*/g, ' / ').slice(0, MAX_REASON_CHARS);
}

/**
 * Mocha reporter: one line for each outermost describe, one for each slow or skipped test, the failures with their
 * differences and stacks, and last the totals line.
 */
export default class TotalsReporter extends Mocha.reporters.Base {
  readonly #totals: SuiteTotals = { passed: 0, failed: 0, skipped: 0, running: '', done: false };
  readonly #file = process.env[TOTALS_FILE_VARIABLE];
  #group = '';
  #groupTests = 0;

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const events = Mocha.Runner.constants;
    runner.on(events.EVENT_TEST_BEGIN, (test) => {
      this.#totals.running = test.fullTitle();
      this.#save();
    });
    runner.on(events.EVENT_TEST_PASS, (test) => {
      this.#totals.passed += 1;
      this.#ended(test);
      if (test.speed === 'slow') console.log(`    slow: ${test.fullTitle()} (${test.duration ?? 0} ms)`);
    });
    runner.on(events.EVENT_TEST_PENDING, (test) => {
      this.#totals.skipped += 1;
      this.#ended(test);
      console.log(`    skipped: ${test.fullTitle()}`);
    });
    runner.on(events.EVENT_TEST_FAIL, (test, error: unknown) => {
      this.#totals.failed += 1;
      this.#ended(test);
      // The whole failure follows at the suite's end: a run that is ended before must say why, too.
      console.log(`    FAILED: ${test.fullTitle()}: ${reasonOf(error)}`);
    });
    runner.once(events.EVENT_RUN_END, () => {
      this.#finish();
    });
  }

  #ended(test: Mocha.Test | Mocha.Hook): void {
    const group = groupOf(test);
    if (group !== this.#group) this.#closeGroup(group);
    this.#groupTests += 1;
    this.#totals.running = '';
    this.#save();
  }

  #closeGroup(next: string): void {
    if (this.#groupTests > 0) console.log(`  ${this.#group}: ${this.#groupTests}`);
    this.#group = next;
    this.#groupTests = 0;
  }

  #finish(): void {
    this.#closeGroup('');
    if (this.failures.length > 0) Mocha.reporters.Base.list(this.failures);
    this.#totals.done = true;
    this.#save();
    if (this.#file === undefined) console.log(`\n${totalsLine(this.#totals)}`);
  }

  #save(): void {
    if (this.#file !== undefined) writeFileSync(this.#file, JSON.stringify(this.#totals));
  }
}
