import { createExplainer, loadDescriptors } from '../../src/redact/index.ts';
import type { LabelledBody } from './body.ts';

/** A place that the engine would redact; offsets in UTF-16 code units of the decoded body. */
export interface Finding {
  readonly entity: string;
  readonly start: number;
  readonly end: number;
}

/** What the engine made of a body. */
export interface Found {
  readonly findings: readonly Finding[];
  /** Nothing of the body was kept, so that there are no findings: why. */
  readonly withdrawn?: string;
}

const explainWithoutTypes = createExplainer();

/**
 * All that the redaction engine finds in one body, under the corpus's names of entities. Scoring knows the engine
 * through this function alone.
 */
export async function findAll({ contentType, text, wire }: LabelledBody): Promise<Found> {
  const { bytes = Buffer.from(text), descriptors, ...call } = wire ?? {};
  const explain =
    descriptors === undefined ? explainWithoutTypes : createExplainer({ descriptors: loadDescriptors(descriptors) });
  const { outcome, findings } = await explain({ part: 'request_body', contentType, ...call }, bytes);
  if (outcome.state === 'withdrawn') return { findings: [], withdrawn: outcome.reason };
  return { findings: findings.map(({ entity, start, end }) => ({ entity, start, end })) };
}
