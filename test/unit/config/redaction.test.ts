import assert from 'node:assert/strict';
import { parseConfig, parseRules } from '../../../src/config/index.ts';
import { customRules as schema } from '../../../src/config/redaction.ts';
import {
  DEFAULT_LIMITS,
  PRESET_NAMES,
  type CustomRuleSettings,
  type PolicySettings,
} from '../../../src/redact/index.ts';

function faultOf(parse: () => unknown): string {
  try {
    parse();
    return '';
  } catch (thrown) {
    assert.ok(thrown instanceof Error && 'code' in thrown && thrown.code === 'config.invalid');
    return thrown.message;
  }
}

const config = (text: string): string => faultOf(() => parseConfig(text, {}));

describe('the section redact of the configuration', () => {
  it('has the limits of the engine as its defaults', () => {
    const { limits } = parseConfig('', {}).redact;
    const engine = Object.entries(DEFAULT_LIMITS).filter(([name]) => name in limits);
    assert.deepEqual(limits, Object.fromEntries(engine));
  });

  it('is what the engine takes', () => {
    const { redact } = parseConfig('', {});
    const policy: PolicySettings = redact;
    const rules: readonly CustomRuleSettings[] = schema.parse([{ name: 'a', entity: 'b' }]) as never;
    assert.ok(policy.presets !== undefined && rules.length === 1);
    for (const preset of PRESET_NAMES) assert.equal(config(`redact: {presets: [${preset}]}`), '');
  });

  for (const [text, fault] of [
    ['redact: {presets: [gdrp]}', 'redact.presets.0 is "gdrp": .*gdpr'],
    [
      'redact: {entities: {email: {action: hide}}}',
      'redact.entities.email.action is "hide": .*\\(allowed: mask, drop, token, seal, keep\\)',
    ],
    [
      'redact: {entities: {E-mail: {action: drop}}}',
      'redact.entities.E-mail is .*: an entity|redact.entities.E-mail is ',
    ],
    ['redact: {entities: {card: {keepLast: 6}}}', 'redact.entities.card.keepLast is 6: .*\\(allowed: 0, 4\\)'],
    [
      'redact: {entities: {card: {treshold: 1}}}',
      'redact.entities.card.treshold is no setting; nearest: threshold \\(allowed in redact.entities.\\*: action, keepLast, threshold\\)',
    ],
    [
      'redact: {routes: [{route: a, action: drop}]}',
      'redact.routes.0.action is no setting; .*allowed in redact.routes\\[\\]: route, identity, presets, entities, unknownContent',
    ],
    [
      'redact: {customRules: [{name: a, entity: b, patern: c}]}',
      'redact.customRules.0.patern is no setting; nearest: pattern',
    ],
    ['redact: {customRules: [{entity: b}]}', 'redact.customRules.0.name is nothing: '],
    ['redact: {limits: {maxDepth: 0}}', 'redact.limits.maxDepth is 0: .*1 to 10000'],
    ['redact: {unknownContent: drop}', 'redact.unknownContent is "drop": .*hash, text, keep'],
  ] as const)
    it(`${text}: says what, where, and what is allowed`, () => {
      assert.match(config(text), new RegExp(`^configuration is not valid:\n  (?:${fault})`));
    });

  it('lists of texts may come as variables, what is no single value may not', () => {
    const { redact } = parseConfig('', {
      AFFIDAVIT_REDACT_PRESETS: 'pci,gdpr',
      AFFIDAVIT_REDACT_CUSTOM_RULE_FILES: 'a.yaml',
    });
    assert.deepEqual([redact.presets, redact.customRuleFiles], [['pci', 'gdpr'], ['a.yaml']]);
    assert.match(
      faultOf(() => parseConfig('', { AFFIDAVIT_REDACT_ENTITIES: '{}' })),
      /AFFIDAVIT_REDACT_ENTITIES is no setting/,
    );
  });
});

describe('a file of custom rules', () => {
  const RULES = '# ours\n- name: a\n  entity: b\n  pattern: c\n\n- name: d\n  entity: e\n  paths: [f]\n';

  it('is a list, or a mapping with one; each rule knows its line', () => {
    const sources = parseRules(RULES, 'rules.yaml').map(({ name, source }) => `${name} ${source}`);
    assert.deepEqual(sources, ['a rules.yaml:2', 'd rules.yaml:6']);
    const mapping = `customRules:\n${RULES}`;
    assert.deepEqual(
      parseRules(mapping, 'r').map(({ source }) => source),
      ['r:3', 'r:7'],
    );
    assert.deepEqual(parseRules('', 'r'), []);
  });

  for (const [text, fault] of [
    ['- name: a\n  entity: b\n  score: 2\n', 'r is not valid:\n  line 3: customRules\\.0\\.score is 2: .*0 to 1'],
    ['- name: a\n  entity: b\n- name: c\n', 'r is not valid:\n  line 3: customRules\\.1\\.entity is nothing: '],
    [
      'customRules:\n  - name: a\n    entity: b\n    patern: c\n',
      'r is not valid:\n  line 2: customRules\\.0\\.patern is no setting; nearest: pattern',
    ],
    ['name: a\n', 'r: must be a list of rules'],
    ['- {', 'r: .*line 1'],
    ['- a\n', 'r is not valid:\n  line 1: customRules\\.0 is "a": '],
  ] as const)
    it(`${JSON.stringify(text)}: says what, in which line, and what is allowed`, () => {
      assert.match(
        faultOf(() => parseRules(text, 'r')),
        new RegExp(`^${fault}`, 's'),
      );
    });
});
