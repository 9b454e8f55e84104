import { encodeHex, sha256 } from '../proof/index.ts';
import { type Attachment, Attachment as AttachmentMessage, Certificate } from '../record/index.ts';

/**
 * A name for what a certificate says of its window: another one with the same name tells nobody anything new. When it was
 * made, of how many leaves, by which method, and what lies beyond the window's end is left out.
 */
export function contentOf(certificate: Certificate, attachments: readonly Attachment[]): string {
  const { windowEndUs, unknown } = certificate;
  const inside = unknown.map((span) => ({
    ...span,
    untilUs: span.untilUs === 0 ? windowEndUs : Math.min(span.untilUs, windowEndUs),
  }));
  const neutral = { method: 0, revision: 0, revisesLeafPlusOne: 0, treeSize: 0, judgedUs: 0, unknown: inside };
  const lists = attachments.map((attachment) => AttachmentMessage.encode(attachment));
  return encodeHex(sha256(Certificate.encode({ ...certificate, ...neutral }), ...lists)).slice(0, 32);
}
