import { UsageError } from '../scripts/processes.ts';
import { readOptions, whole } from './args.ts';
import { findAll } from './corpus/engine.ts';
import { ENTITIES } from './corpus/entities.ts';
import { DEFAULT_SEED, generateBare, generateCorpus, HOLDOUT_SEED } from './corpus/generate.ts';
import type { LabelledBody } from './corpus/body.ts';
import { bareLines, missLines, scoreJson, scoreLines } from './corpus/report.ts';
import { type Score, Scorer } from './corpus/score.ts';

const STYLES = ['generated', 'interfaces'] as const;

const HELP = `npm run bench -- redact-quality [options]

What the redaction engine finds, misses and gets wrong in a corpus of labelled HTTP bodies. bench/corpus/score.ts says how
findings are counted.

  --seed N        another corpus (default ${DEFAULT_SEED})
  --holdout       the corpus that is kept for the final scoring: look at no misses of it
  --entity NAME   this entity alone
  --style NAME    one of the corpus's two halves: ${STYLES.join(' or ')}
  --misses N      show up to N missed labels, false alarms and wrong names of each entity, with the text around them
  --json          one JSON object instead of the tables
`;

const OPTIONS = {
  seed: { type: 'string' },
  holdout: { type: 'boolean', default: false },
  entity: { type: 'string' },
  style: { type: 'string' },
  misses: { type: 'string', default: '0' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function seedOf(text: string | undefined, isHoldout: boolean): number {
  if (isHoldout && text !== undefined) throw new UsageError('--holdout has a seed of its own: leave --seed out');
  if (isHoldout) return HOLDOUT_SEED;
  const seed = text === undefined ? DEFAULT_SEED : whole('seed', text, 0, 0xffff_ffff);
  if (seed === HOLDOUT_SEED) throw new UsageError(`--seed ${seed} is kept for --holdout`);
  return seed;
}

async function scoreOf(bodies: readonly LabelledBody[]): Promise<Score> {
  const scorer = new Scorer();
  for (const body of bodies) scorer.add(body, await findAll(body));
  return scorer.score;
}

/** Runs the engine over the corpus and prints how well it did. Throws a UsageError for options that make no sense. */
export async function redactQuality(args: readonly string[]): Promise<void> {
  const { entity, style, ...values } = readOptions(args, OPTIONS, 'redact-quality');
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (entity !== undefined && !ENTITIES.some((known) => known === entity))
    throw new UsageError(`--entity ${entity}: choose of ${ENTITIES.join(', ')}`);
  if (style !== undefined && !STYLES.some((known) => known === style))
    throw new UsageError(`--style ${style}: choose of ${STYLES.join(', ')}`);
  const misses = whole('misses', values.misses, 0, 100_000);
  if (values.holdout && misses > 0) throw new UsageError('--holdout shows no misses: nothing may be fitted to it');
  const seed = seedOf(values.seed, values.holdout);
  const bodies = generateCorpus(seed).filter((body) => style === undefined || body.style === style);
  const score = await scoreOf(bodies);
  const bare = await scoreOf(generateBare(seed));
  if (values.json) {
    console.log(JSON.stringify({ seed, bodies: bodies.length, ...scoreJson(score, bare) }));
    return;
  }
  console.log(`seed ${seed}, ${bodies.length} bodies\n`);
  console.log(scoreLines(score, entity).join('\n'));
  console.log(`\n${bareLines(bare, entity).join('\n')}`);
  for (const line of missLines(score.misses, misses, entity)) console.log(line);
}
