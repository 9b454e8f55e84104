import { luhnDigit, withWrongDigit } from '../check-digits.ts';
import { DIGITS, type Random } from '../random.ts';
import { BASE58, bitcoinBase58, bitcoinBech32, cryptoAddress, ethereum } from '../values/crypto-address.ts';
import { card, cardDigits, groupedCard, iban, routingNumber, wrongIban } from '../values/payment.ts';
import {
  bareNumber,
  DEVICE_SERIAL,
  EAN,
  GIT_SHA,
  HASH,
  reference,
  SKU,
  TIMESTAMP_MS,
  TIMESTAMP_S,
  TRACKING,
  UUID,
} from './look-alikes.ts';
import type { Spec } from './variant.ts';

/** 16 digits that pass Luhn but that no scheme issues (81 and 82 are RuPay's). */
function foreignNumber(random: Random): string {
  const payload = random.word('1|7|85|9|0').padEnd(2, random.digits(1)) + random.digits(13);
  return payload + luhnDigit(payload);
}

function failingCard(random: Random): string {
  const digits = withWrongDigit(cardDigits(random), random.int(1, 9));
  return random.chance(0.3) ? groupedCard(digits, ' ') : digits;
}

/** A card number long enough that it needs no word beside it. */
function longCard(random: Random): string {
  for (;;) {
    const number = card(random);
    if (number.replace(/\D/g, '').length >= 15) return number;
  }
}

const CARD: Spec = {
  entity: 'card',
  positives: [
    {
      keys: 'number|no|pan|value|account number',
      parents: 'card|payment card|credit card|debit card|payment method card|tarjeta|carte bancaire',
      make: card,
      prose: ['card: {}', 'pay by card {}'],
      isNumeric: true,
    },
    {
      keys: 'card number|cardNumber|pan|cc number|credit card number|credit card|ccnum|payment card number|primary account number|debit card|Kartennummer|Kreditkartennummer|numéro de carte|número de tarjeta|numero carta|card no|card',
      make: card,
      prose: [
        'Card number: {}',
        'I paid with {} last week.',
        'charge of 12.00 EUR to {} declined',
        'Kreditkarte {} wurde belastet.',
        'The credit card {} was reported stolen.',
        'Tarjeta: {}',
        'pan={} auth=ok',
      ],
      isNumeric: true,
    },
    {
      keys: 'value|account|number|note|data|instrument',
      make: longCard,
      prose: ['please use {} instead', 'customer sent {} by chat', 'refund to {}'],
      isNumeric: true,
    },
  ],
  negatives: [
    reference(failingCard),
    reference(failingCard),
    reference(foreignNumber),
    DEVICE_SERIAL,
    TIMESTAMP_MS,
    {
      ...TIMESTAMP_S,
      keys: 'nanos|event time ns|ticks',
      make: (random) => `17${random.digits(8)}000${random.digits(6)}`,
    },
    TRACKING,
    UUID,
    EAN,
    {
      keys: 'last4|card last four|last digits|bin|card prefix|cardMasked',
      make: (random) => random.pick([random.digits(4), `**** **** **** ${random.digits(4)}`, random.number(6)]),
      prose: ['card ending in {}'],
    },
  ],
};

const IBAN: Spec = {
  entity: 'iban',
  positives: [
    {
      keys: 'iban|account iban|bank account|iban number|debtor account|creditor iban|Kontonummer IBAN|cuenta bancaria|compte bancaire|sepa account|payout account',
      make: iban,
      prose: [
        'IBAN: {}',
        'Please transfer the amount to {}.',
        'Bitte überweisen Sie auf {}.',
        'mandate for {} signed',
        'Virement vers {} effectué',
        'account {} closed',
      ],
    },
    { keys: 'value|note|reference text|remittance', make: iban, prose: ['see {} in the statement', 'ref {} settled'] },
  ],
  negatives: [
    reference(wrongIban),
    reference(wrongIban),
    {
      keys: 'vat id|vat number|USt-IdNr|tax number',
      make: (random) =>
        random.pick([
          `DE${random.number(9)}`,
          `ATU${random.digits(8)}`,
          `FR${random.digits(11)}`,
          `NL${random.digits(9)}B01`,
        ]),
      prose: ['VAT no. {}'],
    },
    {
      keys: 'bic|swift|bank code',
      make: (random) => random.word('DEUTDEFF500|BNPAFRPPXXX|NEDSZAJJ|COBADEFFXXX'),
      prose: ['BIC {}'],
    },
    {
      ...SKU,
      make: (random) =>
        `${random.word('AL|GB|NO|SE|MT')}${random.digits(2)}-${random.digits(4)}-${random.digits(4)}-${random.digits(2)}`,
    },
    {
      keys: 'batch serial|voucher|serial',
      make: (random) => (random.string(`${DIGITS}ABCDEFGHJKLMNPQRSTUVWXYZ`, 25).match(/.{5}/g) ?? []).join('-'),
      prose: ['activate with {}'],
    },
    TRACKING,
  ],
};

const ROUTING: Spec = {
  entity: 'us_routing',
  positives: [
    {
      keys: 'routing number|aba|aba routing number|bank routing number|routing no|ach routing|aba number|routing transit number|rtn',
      make: routingNumber,
      prose: [
        'Routing number: {}',
        'ABA {}',
        'ACH transfer, routing number {}.',
        'The bank routing number is {}.',
        'wire routing_number={} sent',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(9),
    reference((random) => withWrongDigit(routingNumber(random), random.int(1, 9))),
    {
      keys: 'routing key|route id|routing table|route',
      make: (random) =>
        random.pick([`orders.${random.word('created|paid')}`, random.number(9), `rt-${random.digits(9)}`]),
      prose: ['published with routing key {}'],
    },
    { keys: 'zip|postal code', make: (random) => random.number(5), prose: ['zip {}'], isNumeric: true },
    TIMESTAMP_S,
  ],
};

const CODE: Spec = {
  entity: 'card_code',
  positives: [
    {
      keys: 'security code|verification value|cvc|verification code|cvv',
      parents: 'card|payment card|credit card|tarjeta',
      make: (random) => random.digits(3),
      prose: ['card security code {}', 'CVC: {}'],
      isNumeric: true,
    },
    {
      keys: 'cvv|cvc|cvv2|cvc2|card verification value|card security code|card verification code|cvv code|card cvc|Kartenprüfnummer|Prüfziffer Karte|cryptogramme visuel|código de seguridad tarjeta|security code card|csc|cav2|cardCvv',
      make: (random) => random.digits(random.pick([3, 3, 3, 4])),
      prose: [
        'CVV: {}',
        'CVC {}',
        'the security code on the back of the card is {}',
        'cvv={} exp=11/29',
        'My cvv is {}.',
        'Kartenprüfnummer: {}',
        'card verification code {}',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    {
      keys: 'code|status|status code|error code|exit code|country code|currency code|response code|http status|reason code',
      make: (random) => random.number(3),
      prose: ['exit code {}', 'HTTP {} returned', 'error code {}'],
      isNumeric: true,
    },
    {
      keys: 'cvv result|cvv check|cvc check|cvv provided|avs code|cvv match',
      make: (random) => random.word('pass|M|true|unchecked|N|match'),
      prose: ['cvv check: {}'],
    },
    {
      keys: 'quantity|count|page|limit|retries|age|level',
      make: (random) => random.number(3),
      prose: ['{} items left', 'page {}'],
      isNumeric: true,
    },
    {
      keys: 'dialling code|area code|room|extension|store code',
      make: (random) => random.digits(random.pick([3, 4])),
      prose: ['Room {}', 'ext. {}'],
      isNumeric: true,
    },
  ],
};

const PIN: Spec = {
  entity: 'pin',
  positives: [
    {
      keys: 'pin|card pin|atm pin|pin number|user pin|account pin|new pin|old pin|pin entry|Karten-PIN|code pin|debit pin|sim pin',
      make: (random) => random.digits(random.pick([4, 4, 4, 6])),
      prose: [
        'PIN: {}',
        'My PIN is {}.',
        'Your new card PIN is {}, keep it safe.',
        'pin={} attempts=1',
        'Die PIN lautet {}.',
        'Le code PIN est {}.',
        'enter PIN {} at the terminal',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    {
      keys: 'pincode|pin code area|postal pin',
      make: (random) => random.number(6),
      prose: ['Ship to pincode {}.'],
      isNumeric: true,
    },
    {
      keys: 'gpio pin|pin count|pins|pinned|pin mode|is pinned',
      make: (random) => random.pick([random.number(2), 'true', 'INPUT', random.number(1)]),
      prose: ['gpio pin count {}', 'The socket has {} pins.'],
      isNumeric: true,
    },
    {
      keys: 'shipping code|opinion score|spinner|pinterest id|pinboard|pin id|shipping zone',
      make: (random) => random.number(random.pick([4, 6])),
      prose: ['shipping zone {}', 'opinion score {}'],
      isNumeric: true,
    },
    {
      keys: 'pinned version|pin status|pin required|pin attempts',
      make: (random) =>
        random.pick([
          `${random.number(1)}.${random.digits(1)}.${random.digits(2)}`,
          'true',
          'required',
          random.number(1),
        ]),
      prose: ['pinned to {}'],
    },
    {
      keys: 'year|port|build|model year|width',
      make: (random) => random.number(4),
      prose: ['listening on port {}', 'since {}'],
      isNumeric: true,
    },
  ],
};

/** The address with two neighbours changed places, so that the checksum fails. */
function broken(address: string): string {
  const at = 20;
  const other = address.charAt(at) === 'q' ? 'p' : 'q';
  return address.slice(0, at) + other + address.slice(at + 1);
}

const CRYPTO: Spec = {
  entity: 'crypto_address',
  positives: [
    {
      keys: 'wallet|wallet address|btc address|bitcoin address|eth address|ethereum address|deposit address|payout address|crypto address|to address|withdrawal address|recipient wallet',
      make: (random) => (random.chance(0.08) ? ethereum(random).toLowerCase() : cryptoAddress(random)),
      prose: [
        'Send the coins to wallet {}.',
        'BTC/ETH address: {}',
        'wallet={} balance=0.1',
        'The deposit address is {}.',
        'crypto withdrawal to {} confirmed',
      ],
    },
    {
      keys: 'value|destination|note|target',
      make: cryptoAddress,
      prose: ['paid to {} an hour ago', 'transfer {} pending'],
    },
  ],
  negatives: [
    {
      keys: 'tx hash|transaction hash|block hash|txid',
      make: (random) => random.pick([`0x${random.hex(64)}`, random.hex(64)]),
      prose: ['transaction {} mined', 'block {} sealed'],
    },
    reference((random) => broken(random.pick([bitcoinBase58, bitcoinBech32])(random))),
    GIT_SHA,
    {
      keys: 'cid|ipfs hash|content id',
      make: (random) =>
        random.pick([`Qm${random.string(BASE58, 44)}`, `bafy${random.string('abcdefghijklmnopqrstuvwxyz234567', 55)}`]),
      prose: ['pinned {} on ipfs'],
    },
    {
      keys: 'pointer|memory|handle|topic',
      make: (random) => `0x${random.hex(random.pick([8, 12, 16]))}`,
      prose: ['fault at {}'],
    },
    reference((random) => random.string('13', 1) + random.string(BASE58, 33)),
    HASH,
  ],
};

/** Accounts, cards and what goes with them. */
export const PAYMENT_SPECS: readonly Spec[] = [CARD, IBAN, ROUTING, CODE, PIN, CRYPTO];
