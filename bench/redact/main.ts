import { UsageError } from '../../scripts/processes.ts';
import { readOptions, type ValuesOf, whole } from '../args.ts';
import { tableLines } from '../table.ts';
import { measureSpeed, SPEED_COLUMNS, type SpeedOptions, verdicts } from './compare.ts';
import { judgeWorst, WORST_COLUMNS } from './worst.ts';

const HELP = `npm run bench -- redact [options]

How fast the redaction engine is with all its default rules, on one core, beside Presidio's pattern recognisers and an npm
package; or, with --worst, whether any input makes it super-linear.

  --worst        texts and bodies made to be slow, at n, 2n, 4n and 8n bytes; exit code 1 when one isn't linear
  --only NAME    only what has NAME in its name
  --quick        few short measurements
  --no-peers     without the peers; they are installed into a temporary folder (Python 3 with venv and pip, npm)
  --seed N       of the bodies that are made (default 1)
  --json         one JSON object a line instead of tables

bench/README.md says what the bodies look like and how to read the tables.

Example:
  npm run bench -- redact --only json --no-peers
`;

const OPTIONS = {
  worst: { type: 'boolean', default: false },
  only: { type: 'string' },
  quick: { type: 'boolean', default: false },
  'no-peers': { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Values = ValuesOf<typeof OPTIONS>;

function warn(line: string): void {
  console.error(`bench: ${line}`);
}

async function speed(values: Values): Promise<void> {
  const options: SpeedOptions = {
    ...(values.quick
      ? { rounds: 3, leastUs: 100_000, warmUpUs: 300_000 }
      : { rounds: 7, leastUs: 400_000, warmUpUs: 1_000_000 }),
    ...{ seed: whole('seed', values.seed, 0, 0xffff_ffff), only: values.only, peers: !values['no-peers'] },
  };
  const speeds = await measureSpeed(options, warn);
  if (speeds.length === 0) throw new UsageError(`--only ${values.only ?? ''}: no bodies have that in their name`);
  const judged = verdicts(speeds);
  if (values.json) {
    for (const row of [...speeds, ...judged]) console.log(JSON.stringify(row));
    return;
  }
  console.log(tableLines(SPEED_COLUMNS, speeds).join('\n'));
  for (const { wanted, measured, isMet } of judged)
    console.log(`${isMet ? 'met' : 'not met'}: ${wanted} (${measured})`);
}

async function worst(values: Values): Promise<void> {
  const rows = await judgeWorst({ only: values.only, isQuick: values.quick });
  if (rows.length === 0) throw new UsageError(`--only ${values.only ?? ''}: no case has that in its name`);
  const failed = rows.filter(({ isMet }) => !isMet);
  if (values.json) for (const row of rows) console.log(JSON.stringify(row));
  else {
    console.log(tableLines(WORST_COLUMNS, rows).join('\n'));
    const slowest = rows.toSorted((a, b) => a.mbPerS - b.mbPerS).filter(({ name }) => !name.startsWith('bomb/'));
    console.log(
      `slowest: ${slowest
        .slice(0, 5)
        .map(({ name, mbPerS }) => `${name} ${mbPerS.toFixed(1)} MB/s`)
        .join(', ')}`,
    );
    for (const { name, firstBytes } of failed) console.log(`not met: ${name} from ${firstBytes} bytes on`);
    console.log(`${rows.length - failed.length} of ${rows.length} within twice the linear extrapolation`);
  }
  if (failed.length > 0) process.exitCode = 1;
}

/** `npm run bench -- redact`. @throws ScriptError */
export async function redactBench(args: readonly string[]): Promise<void> {
  const values = readOptions(args, OPTIONS, 'redact');
  if (values.help) console.log(HELP);
  else if (values.worst) await worst(values);
  else await speed(values);
}
