'use strict';

/** What every stage may import, each through its index.ts. */
const COMMON = ['record', 'proof', 'runtime'];
/** What the folders behind the ledger may import besides. */
const READERS = ['seal', 'ledger', 'catalog'];

/** Folder of src/ → the other folders of src/ whose door it may import. A folder that is not listed may import none. */
const ALLOWED = {
  record: [],
  proof: ['record'],
  runtime: ['record'],
  config: [...COMMON],
  capture: [...COMMON, 'redact'],
  redact: [...COMMON, 'seal'],
  seal: [...COMMON, 'spool'],
  spool: [...COMMON, 'bus'],
  bus: [...COMMON, 'ledger', 'spool'],
  ledger: [...COMMON, 'seal'],
  audit: [...COMMON, ...READERS],
  catalog: [...COMMON, ...READERS],
  console: [...COMMON, ...READERS],
  forensics: [...COMMON, ...READERS, 'redact'],
  reports: [...COMMON, ...READERS],
};
const FOLDERS = [...Object.keys(ALLOWED), 'commands'];

/** Third-party package (a pattern) → where in src/ it may be imported. One that is not listed may be imported nowhere. */
const HOMES = {
  kafkajs: '^src/bus/',
  'libphonenumber-js': '^src/redact/',
  re2js: '^src/redact/',
  '@grpc/[^/]+': '^src/(capture|forensics)/',
  '@hpke/[^/]+': '^src/seal/',
  zod: '^src/config/',
  yaml: '^src/config/',
  pino: '^src/runtime/',
  '@opentelemetry/[^/]+': '^src/runtime/',
  commander: '^src/(commands/|cli\\.ts$)',
};

const packages = (names) => `(^|/)node_modules/(${names})/`;
const DOOR = '^src/[^/]+/index\\.ts$';

const folderRules = Object.entries(ALLOWED).map(([folder, others]) => ({
  name: `imports-of-${folder}`,
  comment: `${folder}/ may import ${others.length === 0 ? 'nothing of ours' : others.join(', ')}.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...others].join('|')})/` },
}));

const homeRules = Object.entries(HOMES).map(([name, home]) => ({
  name: `home-of-${name.replace(/[^a-z]+/g, '-').replace(/^-|-$/g, '')}`,
  comment: 'A third-party library is imported in one folder only.',
  severity: 'error',
  from: { path: '^src/', pathNot: home },
  to: { path: packages(name) },
}));

module.exports = {
  forbidden: [
    ...folderRules,
    ...homeRules,
    {
      name: 'library-without-a-home',
      comment: 'A new third-party library gets one folder, in HOMES above.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '(^|/)node_modules/', pathNot: packages(`${Object.keys(HOMES).join('|')}|@types/node`) },
    },
    {
      name: 'folder-without-a-rule',
      comment: 'A new folder of src/ gets its row in ALLOWED above.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${FOLDERS.join('|')})/` },
      to: {},
    },
    {
      name: 'door-only',
      comment: 'Another folder is imported through its index.ts only; unit and property tests may reach inside.',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/', pathNot: ['^src/$1/', DOOR] },
    },
    {
      name: 'door-only-from-outside',
      comment: 'What stands outside of src/ imports doors too; a simulation takes the place of what is behind some.',
      severity: 'error',
      from: { path: '^(demo|bench|scripts|test)/', pathNot: '^test/(unit|property|simulation)/' },
      to: { path: '^src/', pathNot: [DOOR, '^src/cli\\.ts$'] },
    },
    {
      name: 'imports-of-cli',
      comment: 'The entry point knows the commands and what every stage may use.',
      severity: 'error',
      from: { path: '^src/cli\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(commands|record|runtime)/index\\.ts$' },
    },
    {
      name: 'nobody-imports-commands',
      comment: 'Commands wire the stages; nothing is built on them but the entry point.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(commands/|cli\\.ts$)' },
      to: { path: '^src/(commands/|cli\\.ts$)' },
    },
    {
      name: 'src-stands-alone',
      comment: 'The product never imports what tests, demonstrates, measures or builds it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|demo|bench|scripts)/' },
    },
    {
      name: 'no-io-in-formats',
      comment: 'The record and its proofs are pure: a verifier in a browser bundles them.',
      severity: 'error',
      from: { path: '^src/(record|proof)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer)$' },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle has no first module to read.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-resolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'What is imported stands in package.json.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-packages-in-src',
      comment: 'A production installation lacks them.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
