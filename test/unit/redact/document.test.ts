import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/processes.ts';
import { parseConfig, parseRules } from '../../../src/config/index.ts';
import {
  CHECKS,
  CustomRules,
  type CustomRuleSettings,
  ENTITIES,
  type EntitySettings,
  PRESETS,
} from '../../../src/redact/index.ts';
import { DEFAULT_THRESHOLD } from '../../../src/redact/policy.ts';
import { MAX_BEFORE_VALUE_BYTES, MAX_MATCH_BYTES } from '../../../src/redact/custom/pattern.ts';

const text = readFileSync(join(ROOT, 'docs', 'redaction.md'), 'utf8');

/** The rows of the table under a heading, their cells. */
function table(heading: string): string[][] {
  const section = text.slice(text.indexOf(`## ${heading}\n`));
  const [found = ''] = /^\|[^]*?(?=\n\n)/m.exec(section) ?? [];
  const rows = found.split('\n').map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return rows.slice(2);
}

function actionOf({ action, keepLast, threshold }: EntitySettings): string {
  const kept = action === 'mask' ? `mask, last ${keepLast}` : action;
  return threshold === undefined ? `${kept}` : `${kept}, from ${threshold} on`;
}

/** The blocks of YAML in the document. */
const examples = [...text.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, block = '']) => block);

describe('docs/redaction.md', () => {
  it('lists every entity, with what is done with it by default', () => {
    const listed = table('Entities').map(([name, , action, subject]) => [name, action, subject]);
    const expected = Object.entries(ENTITIES).map(([name, entity]) => {
      return [
        `\`${name}\``,
        actionOf({ action: entity.action, keepLast: entity.keepLast }),
        entity.isSubject ? 'yes' : '',
      ];
    });
    assert.deepEqual(listed, expected);
  });

  it('lists what each preset says about each entity, and why', () => {
    const listed = table('Presets').flatMap(([preset = '', entities = '', action = '', why = '']) =>
      entities.split(', ').map((entity) => [preset, entity, action, why].join(' | ')),
    );
    const expected = Object.entries(PRESETS).flatMap(([preset, entries]) =>
      Object.entries(entries).map(([entity, entry]) =>
        [preset, `\`${entity}\``, actionOf(entry), entry.why].join(' | '),
      ),
    );
    assert.deepEqual(listed.sort(), expected.sort());
  });

  it('names every check, and the bounds as they are', () => {
    for (const name of Object.keys(CHECKS)) assert.ok(text.includes(`\`${name}\``), name);
    assert.ok(text.replace(/\s+/g, ' ').includes(`more than ${MAX_MATCH_BYTES.toLocaleString('en')} bytes`));
    assert.ok(text.includes(`over ${MAX_BEFORE_VALUE_BYTES} bytes before its group`));
    assert.ok(text.includes(`none. ${DEFAULT_THRESHOLD}, unless`));
  });

  it('has a configuration that is valid', () => {
    const [config = ''] = examples;
    const { redact } = parseConfig(config, {});
    assert.deepEqual([redact.presets, redact.routes.length], [['gdpr'], 2]);
  });

  it('has rules that can be loaded, and whose cases pass', () => {
    const rules = parseRules(examples[1] ?? '', 'docs/redaction.md') as readonly CustomRuleSettings[];
    assert.ok(rules.length >= 5);
    for (const { matches = [], ignores = [] } of rules) assert.ok(matches.length > 0 && ignores.length > 0);
    assert.deepEqual(new CustomRules(rules).failures(), []);
  });
});
