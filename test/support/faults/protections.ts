import type { Mutation } from '../mutant.ts';

/** What keeps a promise, how it is switched off, and the test that must fail then. */
export interface Protection {
  /** What it does, in the present tense. */
  readonly name: string;
  readonly off: Mutation;
  /** Path of the test file below `test/`, and a pattern for the names of its tests. */
  readonly test: string;
  readonly grep: string;
}

/**
 * Protections that a test of their own, on a simulated disk or in one process, shows to be needed. What fsync protects from
 * can be shown in no other way: a killed process loses nothing that the kernel has.
 */
export const PROTECTIONS: readonly Protection[] = [
  {
    name: 'the spool syncs before it acknowledges',
    off: {
      file: 'src/spool/writer.ts',
      from: '    await this.sync();\n    this.options.owner.check();\n    this.trusted = true;\n',
      to: '    this.options.owner.check();\n    this.trusted = true;\n',
    },
    test: 'unit/spool/spool.test.ts',
    grep: 'acknowledges nothing before the sync has returned',
  },
  {
    name: 'a spool replaces nothing of a later owner',
    off: { file: 'src/runtime/files.ts', from: '  mayReplace?.();\n', to: '' },
    test: 'unit/spool/owner.test.ts',
    grep: 'writes a file anew that failed',
  },
  {
    name: 'a spool writes to no file of a later owner',
    off: { file: 'src/spool/writer.ts', from: '  try {\n    owner.check();\n', to: '  try {\n' },
    test: 'unit/spool/owner.test.ts',
    grep: 'still opens it',
  },
  {
    name: 'a spool removes no file of a later owner',
    off: {
      file: 'src/spool/recover.ts',
      from: '  owner.check();\n  await files.remove(`${directory}/${name}`);\n',
      to: '  await files.remove(`${directory}/${name}`);\n',
    },
    test: 'unit/spool/owner.test.ts',
    grep: 'reads a file wrong',
  },
  {
    name: 'a spool that finds no file descriptor refuses, and goes on',
    off: {
      file: 'src/record/errors.ts',
      from: "'io.read_only', 'io.no_descriptors']);",
      to: "'io.read_only']);",
    },
    test: 'unit/spool/spool.test.ts',
    grep: 'no file descriptor',
  },
  {
    name: 'the spool checks each frame that it reads',
    off: {
      file: 'src/spool/format.ts',
      from: '  return crc32c(bytes.subarray(at + 8,',
      to: '  if (bytes.length > at) return view(bytes).getUint32(at + 4, true);\n  return crc32c(bytes.subarray(at + 8,',
    },
    test: 'unit/spool/damage.test.ts',
    grep: '',
  },
  {
    name: 'strict makes the beginning of a call durable first',
    off: {
      file: 'src/capture/exchange.ts',
      from: "if (before.phase === 'idle' && settings.profile === PROFILE.strict) effects.push",
      to: "if (before.phase === 'finished' && settings.profile === PROFILE.strict) effects.push",
    },
    test: 'unit/capture/session.test.ts',
    grep: '',
  },
  {
    name: 'strict holds the end of a response until its record is durable',
    off: {
      file: 'src/capture/exchange.ts',
      from: "if (!over && !(whole && reply.side === 'response')) {",
      to: 'if (!over) {',
    },
    test: 'unit/capture/exchange.test.ts',
    grep: 'answers the last byte',
  },
  {
    name: 'strict lets no more of a long stream pass than may be lost',
    off: {
      file: 'src/capture/session.ts',
      from: 'if (settings.profile === PROFILE.strict) return this.#wait.track(durable, false);',
      to: 'if (settings.profile === PROFILE.strict) void this.#wait.track(durable, false);',
    },
    test: 'integration/capture/strict.test.ts',
    grep: 'until the part that covers it is durable',
  },
  {
    name: 'strict refuses a call of which it may not keep all',
    off: {
      file: 'src/capture/overload.ts',
      from: '  if (bodyBytes > limits.maxBodyBytes)\n',
      to: '  if (bodyBytes < 0)\n',
    },
    test: 'integration/capture/strict.test.ts',
    grep: 'longer than may be kept',
  },
  {
    name: 'calls that ended for their clients and wait for their work hold up those that begin',
    off: {
      file: 'src/capture/work-queue.ts',
      from: 'this.#budget.take(EXCHANGE_BYTES);',
      to: 'this.#budget.take(0 * EXCHANGE_BYTES);',
    },
    test: 'integration/capture/admission.test.ts',
    grep: 'hold up those that begin',
  },
  {
    name: 'headers that open calls hold leave no room for further ones',
    off: { file: 'src/capture/streams.ts', from: 'this.#heldFields.fits(0)', to: 'this.#heldFields.fits(-1e12)' },
    test: 'integration/capture/admission.test.ts',
    grep: 'leave no room for further ones',
  },
  {
    name: 'a stream of which too much waits is read no further',
    off: {
      file: 'src/capture/session.ts',
      from: '    if ((own || all) === this.#paused) return;\n',
      to: '    if (!this.#paused) return;\n',
    },
    test: 'unit/capture/session.test.ts',
    grep: 'back-pressure',
  },
  {
    name: 'what goes on unrecorded is counted',
    off: { file: 'src/capture/losses.ts', from: '      count: before.count + count,\n', to: '      count,\n' },
    test: 'unit/capture/losses.test.ts',
    grep: '',
  },
  {
    name: 'frames of open exchanges are kept',
    off: { file: 'src/commands/release.ts', from: 'needed.openExchanges() ?? recorded', to: 'recorded' },
    test: 'unit/commands/release.test.ts',
    grep: '',
  },
  {
    name: 'frames are kept until the ledger’s positions cover them',
    off: {
      file: 'src/commands/spool-keeper.ts',
      from: 'await this.#options.release(this.#covered);',
      to: 'await this.#options.release(this.#options.publisher.published);',
    },
    test: 'unit/commands/spool-keeper.test.ts',
    grep: 'goes as far as the positions cover it',
  },
  {
    name: 'what the ledger lacks is sent again',
    off: { file: 'src/commands/spool-keeper.ts', from: '    publisher.rewind(first);\n', to: '' },
    test: 'unit/commands/spool-keeper.test.ts',
    grep: 'is sent again',
  },
  {
    name: 'the ledger drops a batch that it has',
    off: {
      file: 'src/ledger/epochs.ts',
      from: "if (known === place.hash) return { verdict: 'duplicate' };",
      to: "if (known === place.hash) return { verdict: 'accept', epoch, late: false };",
    },
    test: 'unit/ledger/epochs.test.ts',
    grep: 'tells a duplicate from a fork',
  },
  {
    name: 'the ledger tells a fork from a copy',
    off: {
      file: 'src/ledger/epochs.ts',
      from: "if (known === place.hash) return { verdict: 'duplicate' };",
      to: "return { verdict: 'duplicate' };",
    },
    test: 'unit/ledger/epochs.test.ts',
    grep: 'tells a duplicate from a fork',
  },
  {
    name: 'the ledger says which batches are missing',
    off: { file: 'src/ledger/intake.ts', from: 'if (opened !== undefined)\n', to: 'if (opened === null)\n' },
    test: 'integration/ledger/ledger.test.ts',
    grep: 'says which batches are missing',
  },
  {
    name: 'the ledger says that an epoch was cut off',
    off: { file: 'src/ledger/intake.ts', from: 'if (epoch.cut) return;', to: 'return;' },
    test: 'integration/ledger/ledger.test.ts',
    grep: 'says that an epoch ended without',
  },
  {
    name: 'the ledger says that its place on the bus jumped',
    off: { file: 'src/ledger/intake.ts', from: 'if (message.position !== expected)\n', to: 'if (expected < 0)\n' },
    test: 'integration/ledger/ledger.test.ts',
    grep: 'follows a position that jumps',
  },
  {
    name: 'the ledger fences an owner who was replaced',
    off: { file: 'src/ledger/store.ts', from: '    if (!linked) throw this.fenced(state.version);\n', to: '' },
    test: 'unit/ledger/store.test.ts',
    grep: 'takes a version once',
  },
  {
    name: 'a clock that was set is believed again',
    off: {
      file: 'src/proof/completeness/audit.ts',
      from: 'if (counters.takenUs > 0) node.counted(',
      to: 'if (counters.takenUs < 0) node.counted(',
    },
    test: 'unit/proof/completeness/unknown.test.ts',
    grep: 'without a call',
  },
  {
    name: 'a number that may have been written is never used again',
    off: {
      file: 'src/seal/committer.ts',
      from: '      if (!wroteNothing(reason)) throw asSpoolFailure(reason);\n',
      to: '',
    },
    test: 'unit/seal/producer.test.ts',
    grep: 'rejects all who wait when the spool fails',
  },
  {
    name: 'a file of the spool whose sync has failed is written anew',
    off: { file: 'src/spool/spool.ts', from: '      await this.writer.renew(segment);\n', to: '' },
    test: 'unit/spool/refused.test.ts',
    grep: 'once that was refused',
  },
  {
    name: 'the spool takes back what found no room',
    off: { file: 'src/spool/writer.ts', from: '    await this.handle.truncate(segment.bytes);\n', to: '' },
    test: 'unit/spool/refused.test.ts',
    grep: 'keeps nothing of what found no room',
  },
  {
    name: 'the ledger takes only what the key that it names has signed',
    off: {
      file: 'src/ledger/message.ts',
      from: '    verifyBatchStatement(batch.statement, batch.signature, publicKey);\n',
      to: '',
    },
    test: 'integration/ledger/ledger.test.ts',
    grep: 'did not sign, and then what it did',
  },
  {
    name: 'a folder is open in one process at a time',
    off: {
      file: 'src/ledger/lock.ts',
      from: 'if (!(await listen(server, name))) {',
      to: "if (!(await listen(server, name)) && name === '') {",
    },
    test: 'fault/ledger/owners.test.ts',
    grep: 'keeps two processes from opening one folder',
  },
];
