import type { ClassifyKey, KeyRule } from '../words/key-rule.ts';
import { Memory } from '../memory.ts';
import { RULES } from '../rules.ts';

/**
 * What a member of an object says in a list of named values: `{"name": "Authorization", "value": "…"}`. A `text` is a value where a
 * name is beside it, but not where a `title` is, which is mostly a headline; a `change` doesn't wait for a name behind it. An `id`
 * may be the name of a value, and is mostly something else; `display` is the text of an object that names something. `first` is no
 * member but the first element of a list in a list, `cell` one of those behind it while they may be names of columns, `argument` one
 * of a command. A `document`
 * of GraphQL says what the `variables` beside it are, a `doctype` what document of somebody the `docnumber` beside it is of, a
 * `method` what the `params` of a call are, `columns` what the cells of `rows` beside them are. An `answer` is a value where questions
 * of a form stood before. A `path` names what an `operation` on
 * a document does something to. A `kind` says what an object of Kubernetes is.
 */
export type PairRole =
  | 'name'
  | 'title'
  | 'value'
  | 'text'
  | 'change'
  | 'id'
  | 'display'
  | 'document'
  | 'variables'
  | 'doctype'
  | 'docnumber'
  | 'method'
  | 'params'
  | 'columns'
  | 'rows'
  | 'answer'
  | 'path'
  | 'operation'
  | 'kind'
  | 'first'
  | 'cell'
  | 'argument';

const NAMES: readonly (readonly [role: PairRole, names: string])[] = [
  [
    'name',
    'name key k n header headername headerName field fieldname fieldName parameter param property attribute type system label ' +
      'question variable setting column',
  ],
  ['title', 'title prompt caption'],
  [
    'value',
    'value val v values stringvalue stringValue fieldValue headerValue answer response newValue oldValue new_value old_value',
  ],
  ['text', 'content number data text'],
  ['change', 'from to before after old new previous current'],
  ['id', 'id identifier code'],
  ['display', 'display'],
  ['document', 'query'],
  ['variables', 'variables'],
  ['method', 'method'],
  ['params', 'params'],
  [
    'columns',
    'columns cols headers fields columnNames column_names fieldNames field_names rowType headerRow header_row',
  ],
  ['rows', 'rows records results tuples table body'],
  ['answer', 'date'],
  ['path', 'path'],
  ['operation', 'op'],
  ['kind', 'kind apiVersion'],
];
const ROLES: ReadonlyMap<string, PairRole> = new Map(
  NAMES.flatMap(([role, names]) => names.split(' ').map((name) => [name, role] as const))
    // As they are written mostly; to make each name lower case would cost more than all the rest.
    .flatMap(([name, role]) =>
      [name, name.charAt(0).toUpperCase() + name.slice(1), name.toUpperCase()].map((n) => [n, role] as const),
    ),
);
/** What a value and its name are called by, and which of the two a member is: `ParameterKey`, `env_value`. */
const SUBJECT =
  '(?:parameter|param|field|column|col|option|property|prop|attribute|attr|variable|var|env(?:ironment)?|setting|header|claim|' +
  'input|cookie|element|tag|item|custom_?field|question|config|secret|metadata|argument|arg)_?';
const NAMED_NAME = new RegExp(`^(?:${SUBJECT}(?:name|key|label|title|text)|display_?(?:name|label))$`, 'i');
const NAMED_VALUE = new RegExp(
  `^(?:${SUBJECT}|new_?|old_?|previous_?|prev_?|original_?|updated_?|raw_?|default_?|effective_?|actual_?|answer_?|response_?|user_?)(?:value|val|answer|response|text)$`,
  'i',
);
const MIN_ROLE_CHARS = 5;
const MAX_ROLE_CHARS = 20;
const MAX_REMEMBERED = 2048;
const remembered = new Memory<PairRole | 'none'>(MAX_REMEMBERED);

/** In one piece and lower case. */
const DOCUMENT_TYPE =
  /^(?:(?:id|identity|identification|personal|travel)?(?:document|doc)type|(?:id|identity|identification)type|tipo(?:de)?(?:documento|identificacion|doc|id)|typ(?:e)?(?:de)?(?:piece|document)|dokument(?:en)?typ)$/;
const DOCUMENT_NUMBER =
  /^(?:(?:id|identity|identification|personal|travel)?(?:document|doc)(?:number|no|num|nr|id)|(?:id|identity|identification)(?:number|no|num|nr)|(?:numero|nro|num)(?:de)?(?:documento|identificacion|doc|id|piece)|dokument(?:en)?nummer)$/;
const MAX_DOCUMENT_ROLE_CHARS = 32;

/** The role of a member by its name; undefined for most. */
export function pairRole(name: string): PairRole | undefined {
  if (name.length > MAX_ROLE_CHARS) return undefined;
  return ROLES.get(name) ?? (name.length < MIN_ROLE_CHARS ? undefined : roleOfWords(name));
}

function roleOfWords(name: string): PairRole | undefined {
  const known = remembered.get(name);
  if (known !== undefined) return known === 'none' ? undefined : known;
  const role = NAMED_NAME.test(name) ? 'name' : NAMED_VALUE.test(name) ? 'value' : undefined;
  remembered.set(name, role ?? 'none');
  return role;
}

/** True for the role of a value that something beside it may name. */
export function isValueRole(role: PairRole | undefined): boolean {
  return role === 'value' || role === 'text';
}

/** The role of a member by which the document of somebody is told of; undefined for most. */
export function documentRole(name: string): PairRole | undefined {
  if (name.length > MAX_DOCUMENT_ROLE_CHARS) return undefined;
  const plain = name.replace(/[^A-Za-z]/g, '').toLowerCase();
  return DOCUMENT_TYPE.test(plain) ? 'doctype' : DOCUMENT_NUMBER.test(plain) ? 'docnumber' : undefined;
}

/** The rule of the value beside a name; it holds for all that the value has in it. */
export function pairRule(rule: KeyRule): KeyRule {
  const paired: KeyRule = { ...rule, members: rule.members ?? (() => paired) };
  return paired;
}

/** What has the look of a code on a card, or of a PIN. */
const DIGITS = /^\s*\d{3,12}\s*$/;
/** Letters and digits without a space, no time and no URL. */
const SECRET = /^(?!\d{4}-\d\d-\d\d)(?!https?:)(?=\S*\d)(?=\S*[A-Za-z])\S{6,1024}$/;

/** The rule of the value beside an id, which may be that of anything: the value has to look like what the id says. */
export function idRule(rule: KeyRule): KeyRule {
  if (rule.applies !== undefined) return pairRule(rule);
  return pairRule({ ...rule, applies: rule.rule.neverKept ? DIGITS : SECRET });
}

/** What stands beside the name of a column or field where the list is one of names, or of types. */
const NO_VALUE =
  /^(?:user(?:_?name)?|e?-?mail|login|name|id|uuid|phone|address|role|status|type|state|value|token|secret|pass\w{0,24}|pin|cvv|cvc|ssn|(?:first|last|full)[_ ]?name|(?:created|updated|expires)[_ ]?at|confirm\w{0,24}|remember\w{0,24}|string|text|number|int(?:eger)?|bool(?:ean)?|true|false|null|none|required|optional|hidden|varchar.{0,12}|char.{0,12}|not null|asc|desc)$/i;

/** The rule of the second of two elements of which the first is a name: `["password", "…"]`. */
export function entryRule(rule: KeyRule): KeyRule {
  const { applies } = rule;
  return pairRule({ ...rule, applies: { test: (value) => applies?.test(value) !== false && !NO_VALUE.test(value) } });
}

/** Kinds of identifiers (HL7 v2, table 0203), by which FHIR names a value. */
const IDENTIFIER_CODES: ReadonlyMap<string, string> = new Map([
  ['MR', 'medical record number'],
  ['MRT', 'medical record number'],
  ['PI', 'medical record number'],
  ['PT', 'medical record number'],
  ['SS', 'social security number'],
  ['DL', 'driving licence'],
  ['PPN', 'passport'],
  ['NI', 'national id'],
  ['NNXXX', 'national id'],
  ['CZ', 'national id'],
  ['PRC', 'national id'],
  ['NPI', 'npi'],
  ['DEA', 'dea number'],
  ['MC', 'medicare number'],
]);

/** What national ids are called where it is said what document a number is of. */
const NATIONAL_DOCUMENT =
  /^(?:dni|nie|nif|cc|ce|ti|ci|cni|rut|run|cedula.{0,24}|nric|fin|bi|rg|curp|ine|ife|national[ _-]?(?:id|identity)(?:[ _-]?card|[ _-]?number)?|id(?:entity)?[ _-]?card|identity[ _-]?document|gov(?:ernment|t)?[ _-]?id|personalausweis|residence[ _-]?permit|state[ _-]?id)$/i;
const OF_SOMEBODY: ReadonlySet<string> = new Set([
  'passport',
  'driving_licence',
  'medical_record',
  'national_id',
  'us_ssn',
]);

/** The rule of a number beside the text that says what document it is of; undefined for those of things. */
export function documentRule(text: string, classify: ClassifyKey): KeyRule | undefined {
  const name = NATIONAL_DOCUMENT.test(text) ? 'national id' : text;
  const rule = classify(name);
  return rule !== undefined && OF_SOMEBODY.has(rule.rule.entity) ? rule : undefined;
}

/** Calls by which somebody signs in or gets another password, and what comes behind the name in what they are called with: `["anna", "…"]`. */
export const SIGN_IN =
  /(?:^|[._/-])(?:user)?(?:log_?[io]n|sign_?in|auth(?:enticate|orize)?|unlock|walletpassphrase|(?:set|change|reset|update|check|verify)_?(?:user_?)?pass(?:word|wd|phrase))(?:user)?$/i;
/** See {@link SIGN_IN}. */
export const SIGN_IN_PARAM: KeyRule = {
  rule: RULES.credential,
  unless: /^\s*(?:true|false|\d{1,3}|[a-z]{2}(?:[-_][A-Z]{2})?|https?:\S*|[^\s@]+@\S+)\s*$/,
};

/** The name that a code in the place of a name stands for. */
export function nameOfCode(code: string): string {
  return IDENTIFIER_CODES.get(code) ?? code;
}
