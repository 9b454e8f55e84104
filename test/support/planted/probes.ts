import type { System } from '../../../demo/system.ts';
import { EXTERNAL_PROCESSOR } from '../../../src/capture/index.ts';
import { RawClient, sendTcp, wireMessage } from '../../fault/input/support/raw-grpc.ts';
import { type PlantedSecret, secretsOf } from './planted-call.ts';
import { type Values, valuesFor } from './values.ts';

const NAME = 'what is sent to recorder and ledger themselves';

function valuesOf(seed: number): Values {
  return valuesFor(seed, 'client', NAME);
}

/** What {@link probe} sends. */
export function probeSecrets(seed: number): PlantedSecret[] {
  return secretsOf(NAME, NAME, valuesOf(seed), ['email', 'card', 'password']);
}

/** Sends what they can't understand, with values in it, to recorder and ledger; resolves with what they answered. */
export async function probe({ ports }: System, seed: number): Promise<string[]> {
  const values = valuesOf(seed);
  await probeRecorder(ports.recorder, values);
  return probeLedger(`http://127.0.0.1:${ports.ledger}`, values);
}

async function probeRecorder(port: number, { email, card, password }: Values): Promise<void> {
  const text = JSON.stringify({ email, card, password });
  const client = new RawClient(port);
  const paths = [EXTERNAL_PROCESSOR.process.path, `/${email}/Process`];
  const messages = [wireMessage(Buffer.from(text)), wireMessage(Buffer.from(text), 9_999_999), Buffer.from(text)];
  for (const path of paths)
    for (const message of messages)
      await client.open({ ':path': path, 'x-affidavit-profile': email, 'x-note': text }).send(message).end().ended;
  client.close();
  await sendTcp(port, [Buffer.from(`POST /${email} HTTP/1.1\r\nhost: ${email}\r\n\r\n${text}`)]);
}

async function probeLedger(url: string, { email, card, password }: Values): Promise<string[]> {
  const answers: string[] = [];
  const ask = async (path: string, init: RequestInit = {}): Promise<void> => {
    const response = await fetch(`${url}/${path}`, init);
    answers.push(JSON.stringify([...response.headers]), await response.text());
  };
  await ask(`tile/0/${email}?card=${card}`);
  await ask(encodeURIComponent(email), { method: 'DELETE', headers: { 'x-password': password } });
  for (const body of [
    `{"statement":"${email}"}`,
    `{"statement":"AA==","signature":"${card}"}`,
    `{"a":"${password}`,
    email,
  ])
    await ask('v1/enrolments', { method: 'POST', body });
  return answers;
}
