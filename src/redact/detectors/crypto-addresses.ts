import { isBase58Address, isSegwitAddress, judgeEthereumAddress } from '../checks/index.ts';
import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';
import type { Subject } from './subject.ts';

const BASE58 = /(?<![A-Za-z0-9])[13LMD9A][1-9A-HJ-NP-Za-km-z]{25,34}(?![A-Za-z0-9])/g;
const SEGWIT =
  /(?<![A-Za-z0-9])(?:(?:bc|ltc)1[02-9ac-hj-np-z]{11,87}|(?:BC|LTC)1[02-9AC-HJ-NP-Z]{11,87})(?![A-Za-z0-9])/g;
const ETHEREUM = /(?<![A-Za-z0-9])0x[0-9A-Fa-f]{40}(?![0-9A-Za-z])/g;

function add(subject: Subject, pattern: RegExp, scoreOf: (address: string) => number, found: Finding[]): void {
  const { text, around } = subject;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [start, end] = [match.index, pattern.lastIndex];
    const base = scoreOf(match[0]);
    if (base > 0)
      found.push({ start, end, rule: RULES.cryptoAddress, score: around.score('crypto_address', base, start, end) });
  }
}

function scoreOfEthereum(address: string): number {
  const verdict = judgeEthereumAddress(address);
  if (verdict === 'valid') return 0.95;
  // Without capitals there is no checksum: it may also be another hash of twenty bytes.
  return verdict === 'unchecked' ? 0.6 : 0;
}

/** Addresses of Bitcoin, Litecoin and Dogecoin, and of Ethereum and its kin, by their checksums. */
export function findCryptoAddresses(subject: Subject, found: Finding[]): void {
  const { text } = subject;
  add(subject, BASE58, (address) => (isBase58Address(address) ? 0.95 : 0), found);
  if (/[cC]1/.test(text)) add(subject, SEGWIT, (address) => (isSegwitAddress(address) ? 0.97 : 0), found);
  if (text.includes('0x')) add(subject, ETHEREUM, scoreOfEthereum, found);
}
