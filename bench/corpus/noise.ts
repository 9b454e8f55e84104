import type { Field } from './field.ts';
import { concat } from './marked.ts';
import type { Random } from './random.ts';
import {
  COLOUR,
  COORDINATES,
  DATE,
  EAN,
  HASH,
  OPAQUE_ID,
  PATH,
  PRICE,
  SKU,
  TIMESTAMP_MS,
  TIMESTAMP_S,
  UUID,
  VERSION,
} from './specs/look-alikes.ts';
import type { Variant } from './specs/variant.ts';
import { slug } from './values/contact.ts';

function words(keys: string, values: string, prose: readonly string[]): Variant {
  return { keys, make: (random) => random.word(values), prose };
}

const NUMBER: Variant = {
  keys: 'quantity|count|limit|offset|total items|retry count|page size|duration ms|size bytes|priority|port|year',
  make: (random) => random.number(random.int(1, 5)),
  prose: ['{} rows were read.', 'It took {} ms.', 'queue depth {}'],
  isNumeric: true,
};

/** What any body has besides: neither personal nor secret. */
const NOISE: readonly Variant[] = [
  NUMBER,
  NUMBER,
  words('status|state|result', 'active|pending|ok|failed|SHIPPED|in_review|paid', [
    'The status is {} now.',
    'state={}',
  ]),
  words('type|kind|category', 'order|invoice|refund|standard|express|B2B', ['This is of kind {}.', 'type={}']),
  words('currency|locale|language|country code', 'EUR|USD|GBP|de-DE|en|FR|BR|ja-JP', ['Amounts are in {}.']),
  words('enabled|archived|is default|verified|marketing consent', 'true|false', ['enabled={}']),
  words(
    'description|summary|remarks|comment',
    'Wireless headphones, black|Left at the front desk|Second attempt after timeout|Rücksendung wegen Größe|Colis endommagé|see attachment',
    ['Remark: {}'],
  ),
  words('method|protocol|content type|encoding', 'POST|GET|HTTP/2|application/json|gzip|utf-8', ['method={}']),
  words('unit|plan|tier|channel|source', 'kg|premium|web|mobile|batch|partner-api', ['It came over the {} channel.']),
  words('level|severity', 'info|warn|error|debug', ['level={}']),
  { keys: 'service|component|host name|pod|queue', make: slug, prose: ['The service {} answered.', 'service={}'] },
  UUID,
  UUID,
  HASH,
  TIMESTAMP_S,
  TIMESTAMP_MS,
  VERSION,
  EAN,
  SKU,
  PRICE,
  PRICE,
  COORDINATES,
  DATE,
  COLOUR,
  PATH,
  OPAQUE_ID,
];

/** A field of no interest, without marks. */
export function noiseField(random: Random): Field {
  const variant = random.pick(NOISE);
  const made = variant.make(random);
  const value = typeof made === 'string' ? concat(made) : made;
  const isRaw = /^(true|false|-?[1-9]\d{0,12}(\.\d{1,6})?)$/.test(value.text) && random.chance(0.8);
  const sentence = concat(random.pick(variant.prose).replace('{}', () => value.text));
  return { key: random.word(variant.keys), parent: '', value, isRaw, sentence };
}

const SENTENCES =
  'Thanks for your patience.|The next update follows tomorrow.|Please see the attached file.|We could reproduce this twice.|' +
  'Nothing else changed since the last release.|Vielen Dank für die schnelle Antwort.|Merci de votre retour.|Gracias por su ayuda.|' +
  'The customer will call back if it happens again.|Escalated to second level support.|All other checks passed.|' +
  'Opening hours are 9-17, Monday to Friday.|The delivery window is 10:00-12:00.|See section 4.2.1 of the handbook.';

/** A sentence of no interest. */
export function noiseSentence(random: Random): string {
  return random.word(SENTENCES);
}
