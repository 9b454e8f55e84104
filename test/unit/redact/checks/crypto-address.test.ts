import assert from 'node:assert/strict';
import { createHash, hash } from 'node:crypto';
import { isBase58Address, isSegwitAddress, judgeEthereumAddress } from '../../../../src/redact/checks/index.ts';
import { keccak256 } from '../../../../src/redact/checks/keccak.ts';
import { accepts, readsWhole, refuses } from './cases.ts';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Base58Check by division of whole numbers. */
function base58Check(version: number, body: Buffer): string {
  const payload = Buffer.concat([Buffer.of(version), body]);
  const digest = createHash('sha256').update(createHash('sha256').update(payload).digest()).digest();
  const bytes = Buffer.concat([payload, digest.subarray(0, 4)]);
  let text = '';
  for (let rest = BigInt(`0x${bytes.toString('hex')}`); rest > 0n; rest /= 58n)
    text = BASE58.charAt(Number(rest % 58n)) + text;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return '1'.repeat(zeros) + text;
}

function bodies(count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => hash('sha256', `key ${i}`, 'buffer').subarray(0, 20));
}

describe('addresses in Base58Check', () => {
  it('are known by the published ones of Bitcoin', () => {
    accepts(isBase58Address, ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy']);
  });

  it('are those of keys and scripts of Bitcoin, Litecoin and Dogecoin', () => {
    for (const version of [0x00, 0x05, 0x30, 0x32, 0x1e, 0x16])
      accepts(
        isBase58Address,
        bodies(200).map((body) => base58Check(version, body)),
      );
    accepts(isBase58Address, [base58Check(0, Buffer.alloc(20)), base58Check(0, Buffer.alloc(20, 255))]);
  });

  it('are none of other networks, with another checksum or with another number of leading ones', () => {
    refuses(isBase58Address, [
      base58Check(0x6f, Buffer.alloc(20, 7)),
      base58Check(0x80, Buffer.alloc(32, 7)),
      base58Check(0x00, Buffer.alloc(19, 7)),
      base58Check(0x05, Buffer.alloc(21, 7)),
      '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb',
      '11A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
      'A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
      '1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf0a',
    ]);
    readsWhole(isBase58Address, '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy');
  });
});

describe('segregated witness addresses', () => {
  it('are known by the vectors of BIP 173 and BIP 350', () => {
    accepts(isSegwitAddress, [
      'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
      'bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y',
      'BC1SW50QGDZ25J',
      'bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs',
      'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
    ]);
  });

  it('are none by the invalid vectors of BIP 173 and BIP 350', () => {
    refuses(isSegwitAddress, [
      'tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut',
      'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd',
      'BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh',
      'bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4',
      'BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R',
      'bc1pw5dgrnzv',
      'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav',
      'BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P',
      'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf',
      'bc1gmk9yu',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4',
      'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3t4',
    ]);
    readsWhole(isSegwitAddress, 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4');
  });
});

describe('Ethereum addresses', () => {
  it('are known by the vectors of EIP-55', () => {
    for (const address of [
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
      '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
      '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
    ])
      assert.equal(judgeEthereumAddress(address), 'valid', address);
  });

  it('are not checked when all letters are of one case', () => {
    for (const digits of ['52908400098527886E0F7030069857D2E4169EE7', 'de709f2102306220921060314715629080e2fb77'])
      assert.equal(judgeEthereumAddress(`0x${digits}`), 'unchecked');
    assert.equal(judgeEthereumAddress(`0x${'0'.repeat(40)}`), 'unchecked');
  });

  it('are none with one letter of the other case, or of another shape', () => {
    const address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
    for (let i = 2; i < address.length; i += 1) {
      const char = address.charAt(i);
      const other = char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase();
      const changed = address.slice(0, i) + other + address.slice(i + 1);
      assert.equal(judgeEthereumAddress(changed), other === char ? 'valid' : 'invalid', changed);
    }
    for (const text of [
      '',
      address.slice(0, -1),
      `${address}0`,
      address.replace('0x', '0X'),
      address.replace('5', 'g'),
    ])
      assert.equal(judgeEthereumAddress(text), 'invalid', text);
  });
});

describe('Keccak', () => {
  it('is that of SHA3-256 with the other padding, for messages of each length up to three blocks', () => {
    for (let length = 0; length < 420; length += 1) {
      const message = Buffer.from(Array.from({ length }, (_, i) => (i * 31 + length) % 256));
      const expected = createHash('sha3-256').update(message).digest('hex');
      assert.equal(Buffer.from(keccak256(message, 0x06)).toString('hex'), expected, `${length} bytes`);
    }
  });

  it('gives the known hash of nothing', () => {
    const expected = 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470';
    assert.equal(Buffer.from(keccak256(new Uint8Array())).toString('hex'), expected);
  });
});
