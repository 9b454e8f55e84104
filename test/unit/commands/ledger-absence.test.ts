import assert from 'node:assert/strict';
import { LedgerAbsence } from '../../../src/commands/ledger-absence.ts';

describe('a ledger that is away', () => {
  it('is a warning when that begins, a line when it ends, and nothing in between', () => {
    const lines: string[] = [];
    const logger = Object.fromEntries(
      ['debug', 'info', 'warn', 'error'].map((level) => [
        level,
        (_fields: object, message: string) => lines.push(`${level} ${message}`),
      ]),
    ) as unknown as ConstructorParameters<typeof LedgerAbsence>[1];
    const absence = new LedgerAbsence('http://ledger', logger);
    absence.ends();
    for (let count = 0; count < 3; count++) absence.begins('refused');
    absence.ends();
    absence.ends();
    absence.begins('refused');
    assert.deepEqual(
      lines.map((line) => line.replace(/:.*/, '')),
      [
        'warn the ledger is away',
        'debug the ledger is away',
        'debug the ledger is away',
        'info the ledger is back',
        'warn the ledger is away',
      ],
    );
  });
});
