import { AffidavitError } from '../record/index.ts';

/** The body of an HTTP response. @param what named in errors. @throws limit.exceeded for more than `maxBytes` */
export async function readResponse(response: Response, maxBytes: number, what: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    total += part.length;
    if (total > maxBytes) throw new AffidavitError('limit.exceeded', `${what} has over ${maxBytes} bytes`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}
