import { createExplainer } from '../../src/redact/index.ts';

/** A place that the engine would redact; offsets in UTF-16 code units of the decoded body. */
export interface Finding {
  readonly entity: string;
  readonly start: number;
  readonly end: number;
}

const explain = createExplainer();

/**
 * All that the redaction engine finds in one body, under the corpus's names of entities. Scoring knows the engine
 * through this function alone.
 */
export async function findAll(contentType: string, body: Uint8Array): Promise<Finding[]> {
  const { findings } = await explain({ part: 'request_body', contentType }, body);
  return findings.map(({ entity, start, end }) => ({ entity, start, end }));
}
