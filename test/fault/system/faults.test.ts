import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { FULL_VARIABLE } from '../../../scripts/suites.ts';
import { plans } from '../../support/faults/plan.ts';
import { Rig } from '../../support/faults/rig.ts';
import { faultTable } from '../../support/faults/table.ts';
import type { FaultRow } from '../../support/faults/types.ts';
import { Stage } from '../../support/system-stage.ts';
import { requireOrSkip } from '../../support/tools.ts';

const isFull = process.env[FULL_VARIABLE] === '1';
/** Names a file that the table of what came of it is written to. */
const TABLE_VARIABLE = 'FAULT_TABLE';

/** Names another seed than that of every day. */
const SEED_VARIABLE = 'FAULT_SEED';
const EVERY_DAY = 31;
const firstSeed = Number(process.env[SEED_VARIABLE] ?? EVERY_DAY);

const rows: FaultRow[] = [];
after(() => {
  const path = process.env[TABLE_VARIABLE];
  if (path !== undefined) writeFileSync(path, faultTable(rows));
});

for (const { title, options, faults } of plans(isFull, firstSeed))
  describe(title, function () {
    this.timeout(300_000);
    const stage = new Stage();
    let rig: Rig | undefined;

    before(async function () {
      await requireOrSkip(this, 'kafka', 'envoy', 'strace');
      if (options.disks === true && process.getuid?.() !== 0) {
        console.log('    skipped: only root may mount a small file system');
        this.skip();
      }
      rig = await Rig.start(stage, options);
    });

    after(async () => {
      await rig?.close();
      await stage.clear();
    });

    for (const fault of faults)
      it(fault.name, async function () {
        assert.ok(rig);
        await requireOrSkip(this, ...(fault.needs ?? []));
        const { violations } = await rig.under(fault);
        assert.deepEqual(violations, []);
      });

    it('with everything ended in order: the log verifies, and one record less would have been seen', async () => {
      assert.ok(rig);
      const { violations } = await rig.end();
      assert.deepEqual(violations, []);
      assert.notDeepEqual(rig.withoutARecord().violations, []);
      rows.push(...rig.rows());
    });
  });
