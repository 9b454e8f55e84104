import assert from 'node:assert/strict';
import { exitCodeOf, planSuites, SUITES, suiteProblem } from '../../../scripts/suites.ts';
import { totalsLine } from '../../reporter.ts';

const namesOf = (args: string[], folders: string[]): string[] =>
  planSuites(args, (folder) => folders.includes(folder)).suites.map((suite) => suite.name);

describe('test runner: which suites run', () => {
  it('runs all that have tests, in their order, when none is named', () => {
    assert.deepEqual(namesOf([], ['fault', 'unit', 'integration']), ['unit', 'integration', 'fault']);
  });

  it('runs unit and property tests as one suite, and only the folders that exist', () => {
    const plan = planSuites(['unit'], (folder) => folder === 'property');
    assert.deepEqual(
      plan.suites.map((suite) => suite.folders),
      [['property']],
    );
  });

  it('hands what follows the names to mocha', () => {
    const plan = planSuites(['unit', '--grep', 'fault'], () => true);
    assert.deepEqual(plan.mochaArgs, ['--grep', 'fault']);
    assert.deepEqual(
      plan.suites.map((suite) => suite.name),
      ['unit'],
    );
  });

  it('hands an option with a number on in one piece, which mocha would take for a file', () => {
    const { mochaArgs } = planSuites(['simulation', '--seed', '17', '--grep', 'x', '-j', '2'], () => true);
    assert.deepEqual(mochaArgs, ['--seed=17', '--grep', 'x', '-j', '2']);
  });

  it('gives the full form of a suite the time that it needs, and mocha nothing of the wish for it', () => {
    const short = planSuites(['fault'], () => true);
    const full = planSuites(['fault', '--full', '--grep', 'strict'], () => true);
    assert.deepEqual([short.isFull, full.isFull], [false, true]);
    assert.ok((full.suites[0]?.budgetMs ?? 0) > (short.suites[0]?.budgetMs ?? 0));
    assert.deepEqual(full.mochaArgs, ['--grep', 'strict']);
  });

  it('refuses a suite that does not exist, or has no tests, so that a typing error never passes', () => {
    assert.throws(() => planSuites(['unti'], () => true), /no such suite: unti/);
    assert.throws(() => planSuites(['unit', 'fault'], (folder) => folder === 'unit'), /no tests in: fault/);
  });

  it('keeps the budgets within an hour together', () => {
    const totalMs = SUITES.reduce((sum, suite) => sum + suite.budgetMs, 0);
    assert.ok(totalMs <= 60 * 60_000, `${totalMs / 60_000} minutes`);
  });
});

describe('test runner: what counts as a failure', () => {
  const done = { passed: 2, failed: 0, skipped: 0, running: '', done: true };

  it('is nothing when every test ended and the process said so', () => {
    assert.equal(suiteProblem({ code: 0, totals: done }), undefined);
  });

  it('is not added to what the reporter counted itself', () => {
    assert.equal(suiteProblem({ code: 1, totals: { ...done, failed: 1 } }), undefined);
  });

  it('is a process that was ended, with the test it was in', () => {
    const problem = suiteProblem({
      code: null,
      killed: 'took too long',
      totals: { ...done, done: false, running: 'a b' },
    });
    assert.equal(problem, 'took too long, in "a b"');
  });

  it('is a process that ended before its tests, or never started one', () => {
    assert.match(suiteProblem({ code: 0, totals: { ...done, done: false } }) ?? '', /before its tests/);
    assert.match(suiteProblem({ code: 1 }) ?? '', /before its tests/);
  });

  it('is a bad exit code though no test failed', () => {
    assert.match(suiteProblem({ code: 7, totals: done }) ?? '', /exit code 7/);
  });
});

describe('test runner: the end', () => {
  it('passes only when tests passed and none failed', () => {
    assert.equal(exitCodeOf({ passed: 1, failed: 0, skipped: 0 }, true), 0);
    assert.equal(exitCodeOf({ passed: 1, failed: 1, skipped: 0 }, false), 1);
    assert.equal(exitCodeOf({ passed: 0, failed: 0, skipped: 0 }, false), 1);
    assert.equal(exitCodeOf({ passed: 0, failed: 0, skipped: 3 }, false), 1);
  });

  it('takes a skipped test for a failure in CI only', () => {
    assert.equal(exitCodeOf({ passed: 1, failed: 0, skipped: 1 }, false), 0);
    assert.equal(exitCodeOf({ passed: 1, failed: 0, skipped: 1 }, true), 1);
  });

  it('prints the totals in one line, the skipped ones only when there are any', () => {
    assert.equal(totalsLine({ passed: 3, failed: 1, skipped: 0 }), '3 passed, 1 failed');
    assert.equal(totalsLine({ passed: 3, failed: 0, skipped: 2 }), '3 passed, 0 failed, 2 skipped');
  });
});
