import { z } from 'zod';
import { checkPath } from './forms.ts';

/** As the engine names them (src/redact/types.ts). */
const action = z.enum(['mask', 'drop', 'token', 'seal', 'keep']);
const keepLast = z.union([z.literal(0), z.literal(4)]);
const score = z.number().min(0).max(1);
const text = z.string().min(1).max(4096);
const path = text.superRefine(checkPath);
const texts = (most: number) => z.array(text).max(most);
const part = z.enum([
  'request_headers',
  'response_headers',
  'request_trailers',
  'response_trailers',
  'target',
  'request_body',
  'response_body',
]);
const entityName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,31}$/, 'an entity is of lower-case letters, digits and _, 32 at most');

const entities = z
  .record(
    entityName,
    z.strictObject({
      action: action
        .optional()
        .meta({ description: 'What is done with its findings. Card verification codes and PINs are always dropped.' }),
      keepLast: keepLast.optional().meta({ description: 'Letters and digits that mask keeps of the end.' }),
      threshold: score.optional().meta({ description: 'Findings of a lower score are none.' }),
    }),
  )
  .default({});

const presets = z
  .array(z.enum(['gdpr', 'hipaa', 'pci']))
  .max(3)
  .default([]);
const unknownContent = z.enum(['hash', 'text', 'keep']);

const routes = z
  .array(
    z.strictObject({
      route: text.optional().meta({ description: 'Name of the route; * stands for any characters.' }),
      identity: text.optional().meta({ description: 'Who calls; * stands for any characters.' }),
      presets: presets.meta({ description: 'Added to those for all calls.' }),
      entities: entities.meta({ description: 'As redact.entities, for these calls.' }),
      unknownContent: unknownContent.optional().meta({ description: 'As redact.unknownContent, for these calls.' }),
    }),
  )
  .max(1000)
  .default([]);

const ruleCase = z.union([
  z.string().max(4096),
  z.strictObject({ text: z.string().max(4096), path: text.optional(), found: text.optional() }),
]);

/** A rule of one's own; what it means is for the engine to judge. */
const customRule = z.strictObject({
  name: text.meta({ description: 'Lower-case letters, digits and dashes: the rule’s id is custom.NAME.' }),
  entity: entityName.meta({ description: 'An entity that the engine knows, or a new one.' }),
  pattern: text.optional().meta({ description: 'RE2 syntax. Without one, all that stands under its paths is found.' }),
  ignoreCase: z.boolean().optional().meta({ description: 'Whether a and A are the same.' }),
  literals: texts(100)
    .optional()
    .meta({ description: 'What is found holds one of them: the pattern isn’t run on text without any.' }),
  checks: texts(10).optional().meta({ description: 'Names of checks, all of which must pass.' }),
  context: texts(200)
    .optional()
    .meta({ description: 'Words that raise the score by 0.45 when they stand beside a finding, or name it.' }),
  paths: texts(100)
    .optional()
    .meta({ description: 'Names that it is looked for under: employeeId, staff.id, $.staff.*.id.' }),
  parts: z.array(part).max(7).optional().meta({ description: 'Parts of a call.' }),
  contentTypes: texts(50).optional().meta({ description: 'Of bodies; * stands for any characters.' }),
  routes: texts(100).optional().meta({ description: 'Names of routes; * stands for any characters.' }),
  identities: texts(100).optional().meta({ description: 'Who calls; * stands for any characters.' }),
  score: score.optional().meta({ description: 'How sure a finding without context is; 0.9 unless set.' }),
  action: action.optional().meta({ description: 'What is done with findings of a new entity; drop unless set.' }),
  keepLast: keepLast
    .optional()
    .meta({ description: 'Letters and digits that mask keeps of the end, of a new entity.' }),
  threshold: score.optional().meta({ description: 'Findings of a lower score are none, of a new entity.' }),
  isSubject: z
    .boolean()
    .optional()
    .meta({ description: 'Whether the values tell one person from others: then erasure finds calls by them.' }),
  version: z.int().min(1).max(2_147_483_647).optional().meta({ description: 'Without one it follows from the rule.' }),
  matches: z.array(ruleCase).max(200).optional().meta({ description: 'Texts in which something has to be found.' }),
  ignores: z.array(ruleCase).max(200).optional().meta({ description: 'Texts in which nothing may be found.' }),
});

/** Rules, as the configuration and files of rules have them. */
export const customRules = z.array(customRule).max(500);

const limits = z
  .strictObject({
    maxValueBytes: z.int().min(1024).max(16_777_216).default(65_536).meta({
      description: 'Longest value that is held as a whole: a longer one is scanned as running text.',
    }),
    maxDepth: z.int().min(1).max(10_000).default(512).meta({
      description: 'Deepest nesting of a body: of one that is nested deeper only hash and length are kept.',
    }),
    maxNestedJson: z.int().min(1).max(16).default(3).meta({
      description: 'How often JSON inside a JSON string is followed: what is nested deeper is replaced as a whole.',
    }),
    maxEncodings: z.int().min(1).max(8).default(3).meta({
      description: 'Most content encodings on top of each other: of a body with more only hash and length are kept.',
    }),
    maxDecodedBytes: z.int().min(1024).max(Number.MAX_SAFE_INTEGER).default(1_073_741_824).meta({
      description: 'Most bytes that a compressed body may decode to: of a larger one only hash and length are kept.',
    }),
    maxDecodedRatio: z.int().min(2).max(100_000).default(250).meta({
      description:
        'Most decoded bytes for each compressed one, beyond the first MiB: a body with more is taken for a bomb.',
    }),
    maxHeaderValueBytes: z.int().min(256).max(1_048_576).default(65_536).meta({
      description: 'Longest value of a header, and longest target: a longer one is replaced as a whole.',
    }),
    maxEngineMs: z.int().min(10).max(600_000).default(2000).meta({
      description:
        'Longest that redaction may work on a part of a call, and a body as long again for each MiB of it: what takes longer is dropped.',
    }),
  })
  .prefault({});

/** What is redacted, and how. */
export const redact = z
  .strictObject({
    presets: presets.meta({ description: 'What a law or standard asks for (docs/redaction.md); the stricter counts.' }),
    entities: entities.meta({ description: 'What is done with each entity; weighs more than presets.' }),
    unknownContent: unknownContent.default('hash').meta({
      description:
        'Bodies of unknown type: hash keeps hash and length only, text what is left after a scan as running text (of binary content hash and length), keep all of it, unseen.',
    }),
    routes: routes.meta({
      description: 'What holds for the calls of some routes or identities; later ones weigh more.',
    }),
    credentialNames: texts(1000)
      .default([])
      .meta({ description: 'Further names of headers, members, fields and parameters that hold credentials.' }),
    customRules: customRules.default([]).meta({ description: 'Rules of your own.' }),
    customRuleFiles: z
      .array(path)
      .max(100)
      .default([])
      .meta({ description: 'Files of such rules (YAML): a list of them.' }),
    descriptorSets: z
      .array(path)
      .max(100)
      .default([])
      .meta({ description: 'Files of protobuf descriptors (protoc --descriptor_set_out), by which gRPC is read.' }),
    limits,
  })
  .prefault({});
