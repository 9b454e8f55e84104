import { type Attachment, Attachment as AttachmentMessage, CallCounts, Certificate } from '../../record/index.ts';
import { equalBytes } from '../bytes.ts';
import type { Judgement } from './audit.ts';

/** In what a certificate and its lists are not what their leaves come to; `undefined` when they are. */
export function differenceOf(
  claimed: Certificate,
  attachments: readonly Attachment[],
  { certificate: made, lists }: Judgement,
): string | undefined {
  const { revision, revisesLeafPlusOne } = claimed;
  const expected = { ...made, revision, revisesLeafPlusOne };
  if (!equalBytes(Certificate.encode(claimed), Certificate.encode(expected))) return firstDifference(claimed, expected);
  const encode = (each: readonly Attachment[]): Uint8Array[] => each.map((one) => AttachmentMessage.encode(one));
  const [has, wants] = [encode(attachments), encode(lists.map(({ attachment }) => attachment))];
  const isSame =
    has.length === wants.length && has.every((one, index) => equalBytes(one, wants[index] ?? one.slice(1)));
  return isSame ? undefined : 'its lists name other calls than the leaves do';
}

function firstDifference(claimed: Certificate, made: Certificate): string {
  const [has, wants] = [claimed.counts ?? CallCounts.create(), made.counts ?? CallCounts.create()];
  for (const name of Object.keys(wants) as (keyof CallCounts)[])
    if (has[name] !== wants[name]) return `it says ${name} ${has[name]}, the leaves ${wants[name]}`;
  for (const name of Object.keys(made) as (keyof Certificate)[]) {
    const [one, other] = [JSON.stringify(claimed[name]), JSON.stringify(made[name])];
    if (one !== other) return `it says ${name} ${one}, the leaves ${other}`;
  }
  return 'it is encoded otherwise';
}
