import assert from 'node:assert/strict';
import { ENTITIES, type EntitySettings, isEntityName, type PresetName } from '../../../src/redact/index.ts';
import { policyBook, policyOf } from '../../../src/redact/policy.ts';
import { presetEntities, PRESETS } from '../../../src/redact/presets.ts';

function actionOf(entity: string, ...presets: PresetName[]): string {
  const { action, keepLast } = policyOf({ presets }).of(entity);
  return action === 'mask' ? `mask ${keepLast}` : action;
}

const LEFT: Record<string, number> = { keep: 0, seal: 1, mask: 2, token: 3, drop: 5 };

function leaves({ action, keepLast }: EntitySettings): number {
  return action === 'mask' && keepLast === 0 ? 4 : (LEFT[action ?? 'keep'] ?? 0);
}

describe('presets', () => {
  it('leave no more of anything than the defaults do, and say why', () => {
    for (const preset of Object.values(PRESETS))
      for (const [entity, entry] of Object.entries(preset)) {
        assert.ok(isEntityName(entity), entity);
        assert.ok(leaves({ ...ENTITIES[entity], ...entry }) >= leaves(ENTITIES[entity]), entity);
        assert.match(entry.why, /\w{4}/);
      }
  });

  it('gdpr: tokens of what finds a person, nothing of what doesn’t', () => {
    assert.deepEqual(
      ['email', 'ip_address', 'iban', 'person_name', 'de_tax_id'].map((entity) => actionOf(entity, 'gdpr')),
      ['token', 'token', 'token', 'drop', 'token'],
    );
  });

  it('hipaa: nothing is left of any identifier of a person that is looked for', () => {
    for (const [entity, { isSubject }] of Object.entries(ENTITIES))
      if (isSubject || ['person_name', 'postal_address', 'date_of_birth'].includes(entity))
        assert.equal(actionOf(entity, 'hipaa'), 'drop', entity);
  });

  it('pci: the last four digits of a card, nothing of codes and PINs, whatever else is said', () => {
    assert.equal(actionOf('card', 'pci'), 'mask 4');
    const entities = { card_code: { action: 'keep' }, pin: { action: 'seal' } } as const;
    const policy = policyOf({ presets: ['pci'], entities });
    assert.deepEqual([policy.of('card_code').action, policy.of('pin').action], ['drop', 'drop']);
  });

  it('together are as strict as the strictest, in any order', () => {
    for (const presets of [
      ['pci', 'gdpr', 'hipaa'],
      ['hipaa', 'pci', 'gdpr'],
    ] as const) {
      const { action, threshold } = policyOf({ presets }).of('card');
      assert.deepEqual([action, threshold], ['drop', 0.4]);
    }
    assert.equal(actionOf('card', 'pci', 'gdpr'), 'token');
    assert.deepEqual(presetEntities([]), {});
  });

  it('weigh less than what is said of an entity, and more than what is said of all calls when they are a route’s', () => {
    const entities = { email: { action: 'keep' } } as const;
    assert.equal(policyOf({ presets: ['gdpr'], entities }).of('email').action, 'keep');
    const policyFor = policyBook({ entities, routes: [{ route: 'eu-*', presets: ['gdpr'] }] });
    assert.equal(policyFor({ route: 'eu-shop' }).of('email').action, 'token');
    assert.equal(policyFor({ route: 'us-shop' }).of('email').action, 'keep');
  });

  it('of a route don’t weaken those for all calls', () => {
    const policyFor = policyBook({ presets: ['hipaa'], routes: [{ route: 'pay', presets: ['pci'] }] });
    assert.equal(policyFor({ route: 'pay' }).of('card').action, 'drop');
  });
});
