import { type ClassifyKey, isSureOfNothing, type KeyRule, NEVER } from '../words/key-rule.ts';
import { hasMarker } from '../markers.ts';
import { RULES } from '../rules.ts';
import { pairRule } from './pairs.ts';

/** What a name may look like that stands beside a value. */
const NAME = /^[\w.:[\]/ \x80-\uffff-]{2,64}$/;
/** Longest such text. */
export const MAX_NAMING_CHARS = 64;

/** What asks for something, in front of what it asks for, in the languages that names are known in; of binary strings. */
const ASKS = new RegExp(
  "^(?:and |so |now )?(?:(?:what(?:'s| is| are| was)|which is|who is|please (?:enter|type|provide|give(?: us)?|tell us|confirm|state|specify|add)|" +
    'can you (?:tell|give) us|may we have|tell us|enter|type(?: in)?|provide|confirm|specify|when (?:were|was|are)|wie (?:lautet|ist|hei\xc3\x9fen?)|' +
    'wann (?:sind|bist|wurden?)|bitte|quel(?:le)?s? est|quand (?:\xc3\xaates|es)|cu(?:\xc3\xa1|a)l es|qual (?:\xc3\xa8|\xc3\xa9)|wat is) )?' +
    '(?:(?:your|the|our|ihre?n?|deine?n?|votre|ton|ta|vos|tu|su|il tuo|la tua|seu|sua|je|uw) )?',
  'i',
);
/** What stands behind it: a note in brackets, and marks. */
const ENDS = /[ ]?(?:\([^()]{0,48}\))?[ ]?[?:*.!]{0,3}$/;

/**
 * The name of a value in the text of its label, which may be a question; undefined for what names nothing, as one in which
 * something was replaced.
 */
export function nameInLabel(text: string): string | undefined {
  if (text.length > MAX_NAMING_CHARS || hasMarker(text)) return undefined;
  const name = text.includes(' ') || !NAME.test(text) ? text.replace(ASKS, '').replace(ENDS, '') : text;
  return NAME.test(name) ? name : undefined;
}

/** Attribute types that directories and SAML call by their number, by the name that they have (RFC 4519, 2; RFC 4524, 2; RFC 2798, 2). */
const TYPES_BY_OID: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '2.5.4.3': 'fullName',
    '2.5.4.4': 'surname',
    '2.5.4.9': 'street',
    '2.5.4.16': 'postalAddress',
    '2.5.4.20': 'telephoneNumber',
    '2.5.4.42': 'givenName',
    '0.9.2342.19200300.100.1.1': 'uid',
    '0.9.2342.19200300.100.1.3': 'mail',
    '0.9.2342.19200300.100.1.20': 'homePhone',
    '0.9.2342.19200300.100.1.39': 'homePostalAddress',
    '0.9.2342.19200300.100.1.41': 'mobile',
    '2.16.840.1.113730.3.1.241': 'fullName',
  }),
);
const OID_URN = 'urn:oid:';
/** Of WS-Federation: `…/identity/claims/givenname`. */
const CLAIM = /\/claims\/([\w-]{2,64})$/;

/** The name of an attribute as people say it: that of the type that an object identifier or the URI of a claim stands for. */
export function attributeTypeName(name: string): string {
  if (name.startsWith(OID_URN)) return TYPES_BY_OID.get(name.slice(OID_URN.length)) ?? name;
  const claim = CLAIM.exec(name)?.[1];
  return claim === 'name' ? 'fullName' : (claim ?? name);
}

/** What a label has of a secret: nothing with a space. */
const ONE_WORD = /^\S{4,}$/;

/** The rule of a value beside a headline, which may be about something else: what it names is surely so. */
export function titleRule(rule: KeyRule): KeyRule | undefined {
  if (isSureOfNothing(rule) && rule.hints === undefined) return undefined;
  const isSecret = rule.rule === RULES.credential && rule.applies === undefined;
  return pairRule(isSecret ? { ...rule, applies: ONE_WORD } : rule);
}

const MAX_SEGMENTS = 16;
const SEGMENT = /^[\w$~ \x80-\uffff-]{1,64}$/;
const INDEX = /^(?:\d{1,9}|-|\*)$/;
/** Of SCIM: the schema before an attribute, and a filter behind one (RFC 7644, 3.10). */
const SCHEMA = /^urn:[\w.:-]{1,160}:/;
const FILTER = /\[[^[\]]{0,160}\]/g;
/** What is done to a document (RFC 6902, 4; RFC 7644, 3.5.2; and what others call it). */
const OPERATION = /^(?:add|replace|test|remove|set|update|insert|put|append|merge|upsert|unset|delete|increment)$/i;

/** True for the name of what is done to the value at a path. */
export function isOperation(text: string): boolean {
  return OPERATION.test(text);
}

/** The rule of what a path leads to (JSON Pointer, RFC 6901; paths of SCIM): each name in it by those before it. */
export function pathRule(path: string, classify: ClassifyKey): KeyRule | undefined {
  const plain = path.replace(SCHEMA, '').replace(FILTER, '');
  const segments = plain.split(plain.startsWith('/') ? '/' : /[./]/).filter((segment) => segment !== '');
  if (segments.length > MAX_SEGMENTS || !segments.every((segment) => SEGMENT.test(segment))) return undefined;
  let rule: KeyRule | undefined;
  for (const segment of segments) {
    const outer = INDEX.test(segment) ? (rule?.elements?.() ?? rule) : undefined;
    rule = outer ?? classify(segment.replaceAll('~1', '/'), rule?.members?.()) ?? rule?.members?.();
  }
  return rule && pairRule(rule);
}

/** Everything in it is secret. */
const secret: KeyRule = { rule: RULES.credential, members: () => secret };
/** Base64 of some length, by which the values of secrets are told from settings where the kind comes last. */
const likelySecret: KeyRule = {
  rule: RULES.credential,
  applies: { test: (value) => isBase64OfText(value) },
  members: () => likelySecret,
};
/** The data of a Secret of Kubernetes. */
export const SECRET_DATA: KeyRule = { rule: RULES.credential, applies: NEVER, members: () => secret };
/** What may be one as long as its kind isn't known. */
export const MAYBE_SECRET_DATA: KeyRule = { rule: RULES.credential, applies: NEVER, members: () => likelySecret };

const BASE64 =
  /^(?:[A-Za-z0-9+/]{4}){1,65536}$|^(?:[A-Za-z0-9+/]{4}){0,65536}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$/;
const PRINTABLE = /^[\t\n\r\x20-\x7e]+$/;
const LONG_CHARS = 24;

function isBase64OfText(value: string): boolean {
  if (value === '' || !BASE64.test(value)) return false;
  return value.length >= LONG_CHARS || PRINTABLE.test(Buffer.from(value, 'base64').toString('latin1'));
}

/** An option of a command, which its value follows as the next argument. */
const OPTION = /^--?([a-z][\w-]{0,40})$/i;
/** Where a secret is to be found, or what is to be done with it. */
const NO_VALUE = /(?:file|path|dir|stdin|env|ttl|length|policy|type|name|url|from)$/i;
/** A name and a password, no numbers of a user and a group. */
const USER = /^(?!\d+:\d+$)[^:\s/]{1,64}:\S{3,256}$/;
const user: KeyRule = { rule: RULES.credential, applies: USER };

/** The rule of the argument behind an option of a command; undefined for most. */
export function optionRule(option: string, classify: ClassifyKey): KeyRule | undefined {
  const name = OPTION.exec(option)?.[1];
  if (name === undefined) return undefined;
  if (name === 'u' || name === 'user') return user;
  const rule = NO_VALUE.test(name) ? undefined : classify(name);
  return rule === undefined || isSureOfNothing(rule) ? undefined : { ...rule, unless: orOption(rule) };
}

function orOption({ unless }: KeyRule): { test: (value: string) => boolean } {
  return { test: (value) => /^--?[a-z]/i.test(value) || unless?.test(value) === true };
}
