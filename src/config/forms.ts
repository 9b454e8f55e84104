import { decodeBase64, parseVerifierKey } from '../proof/index.ts';

/** What is wrong with a text that a setting holds, in words; `undefined` when nothing is. Empty is for the schema to judge. */
type Fault = string | undefined;

/** A path of a file or a folder. */
function pathFault(text: string): Fault {
  if (text.includes('\0')) return 'a path can not have a NUL character';
  return text !== '' && text.trim() === '' ? 'a path of blanks names nothing' : undefined;
}

/** Adds what is wrong with a path to what is wrong with its document. */
export function checkPath(text: string, context: { addIssue(issue: { code: 'custom'; message: string }): void }): void {
  const message = pathFault(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
}

/** A base URL, to which paths are appended. */
export function urlFault(text: string): Fault {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return 'not a URL that begins with http:// or https://';
  const { username, password, search, hash } = new URL(text);
  if (username !== '' || password !== '') return 'a URL with a user or a password is not supported';
  return search !== '' || hash !== '' ? 'a URL without ? and # is needed: paths are appended' : undefined;
}

/** A broker as the client library reads it: no IPv6 address, which has colons of its own. */
export function brokerFault(text: string): Fault {
  const [, port] = /^[^\s:/@]+:(\d{1,5})$/.exec(text) ?? [];
  const isPort = port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
  return isPort ? undefined : 'not host:port, with a port from 1 to 65535';
}

/** C2SP signed-note: name, key id and key. */
export function logKeyFault(text: string): Fault {
  try {
    parseVerifierKey(text);
    return undefined;
  } catch {
    return 'not a verifier key (name+id+base64): affidavit keys prints it';
  }
}

/** An Ed25519 public key. */
export function rootKeyFault(text: string): Fault {
  try {
    if (/^[A-Za-z0-9+/]{43}=$/.test(text) && decodeBase64(text).length === 32) return undefined;
  } catch {
    // Said below.
  }
  return 'not a root key (32 bytes in base64): affidavit keys prints it';
}

/** An address to listen on, with its port; IPv6 in brackets. */
export function listenFault(text: string): Fault {
  const [, port] = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/@[\]]+):(\d{1,5})$/.exec(text) ?? [];
  return port !== undefined && Number(port) <= 65_535 ? undefined : 'not host:port, with a port from 0 to 65535';
}
