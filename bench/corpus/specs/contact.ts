import { concat, marked, type Marked } from '../marked.ts';
import { LOWER, UPPER } from '../random.ts';
import { e164Phone, email, ipv4, ipv6, macAddress, phone, slug } from '../values/contact.ts';
import {
  DATE,
  EAN,
  OPAQUE_ID,
  PATH,
  PRICE,
  reference,
  SKU,
  TIMESTAMP_MS,
  TIMESTAMP_S,
  TRACKING,
  UUID,
  VERSION,
} from './look-alikes.ts';
import type { Spec, Variant } from './variant.ts';

const EMAIL: Spec = {
  entity: 'email',
  positives: [
    { keys: 'value|address|work|home', parents: 'emails|email|mail', make: email, prose: ['E-mail: {}'] },
    {
      keys: 'email|e mail|email address|contact email|user email|mail|recipient|reply to|Kontakt E-Mail|adresse électronique|correo electrónico|courriel|login|username|to|cc',
      make: email,
      prose: [
        'Please write to {}.',
        'Contact: {}',
        'user {} signed in',
        'The invoice was sent to <{}>.',
        'Bitte antworten Sie an {}.',
        'Escriba a {}, por favor.',
        'delivery to={} status=sent',
        'mailto:{}',
        '{} wrote:',
        'bounced ({}), will retry',
      ],
    },
    {
      keys: 'value|note|text|owner|created by|data',
      make: email,
      prose: ['cc {};', 'changed by {} at noon', '[{}] logged out'],
    },
  ],
  negatives: [
    {
      keys: 'image|src|icon|asset',
      make: (random) =>
        `${random.word('icon|logo|sprite|hero')}@${random.word('2x|3x')}.${random.word('png|webp|jpg')}`,
      prose: ['Use {} on dense displays.', 'loaded {} in 3 ms'],
    },
    {
      keys: 'package|dependency|module|action|image ref',
      make: (random) =>
        random.pick([
          `lodash@4.17.${random.digits(2)}`,
          `@${slug(random)}/core@1.${random.digits(1)}.0`,
          `actions/checkout@v4.${random.digits(1)}.1`,
          `registry.example.com/${slug(random)}@sha256:${random.hex(64)}`,
        ]),
      prose: ['installed {}', 'uses: {}'],
    },
    {
      keys: 'handle|twitter|mention|username',
      make: (random) => `@${slug(random).replace('-', '_')}`,
      prose: ['thanks {} for the report', 'Follow us: {}'],
    },
    {
      keys: 'host|ssh target|unit',
      make: (random) => `root@${slug(random)}`,
      prose: ['ssh {} failed', 'running as {}'],
    },
    {
      keys: 'rule|annotation|decorator|syntax',
      make: (random) =>
        random.word('@media (min-width: 600px)|@Override|SELECT @total := 0|HEAD@{2}|5 pcs @ 3.99|main@origin'),
      prose: ['sold {} each', 'see {} in the source'],
    },
  ],
};

const PHONE: Spec = {
  entity: 'phone',
  positives: [
    {
      keys: 'number|value|national number|work|home',
      parents: 'phone|phones|phone numbers|telephone|mobile phone|contact phone|Telefon',
      make: phone,
      prose: ['phone number {}', 'Tel: {}'],
    },
    {
      keys: 'phone|phone number|mobile|mobile number|telephone|tel|cell|contact number|msisdn|home phone|work phone|fax|whatsapp|Telefon|Telefonnummer|Handynummer|Mobil|téléphone|numéro de téléphone|teléfono|móvil|celular|telefono|telefoonnummer|phoneNo|caller|emergency contact phone',
      make: phone,
      prose: [
        'Phone: {}',
        'Call me on {} after five.',
        'You can reach us by telephone at {}.',
        'Tel. {}',
        'mobile={} verified',
        'Telefon: {}',
        'Appelez-nous au {} (téléphone)',
        'Teléfono: {}',
        'My cell is {}, text any time.',
        'SMS to {} was delivered',
      ],
    },
    {
      keys: 'value|contact|sender|from|recipient',
      make: e164Phone,
      prose: ['{} did not answer', 'message from {} received', 'callback requested: {}'],
    },
  ],
  negatives: [
    reference((random) => random.number(10)),
    reference((random) => `${random.number(4)}-${random.digits(4)}-${random.digits(4)}`),
    TIMESTAMP_S,
    TIMESTAMP_MS,
    EAN,
    {
      keys: 'period|years|range|pages',
      make: (random) => `${String(random.int(1990, 2012))}-${String(random.int(2013, 2026))}`,
      prose: ['Warranty period {}.', 'pages {} of the manual'],
    },
    {
      keys: 'phone model|phone type|telephone count|phone verified|mobile app version',
      make: (random) =>
        random.pick(['Pixel 8', 'true', 'landline', `5.${random.digits(2)}.1`, String(random.int(1, 9))]),
      prose: ['phone type: {}'],
    },
    SKU,
    TRACKING,
    VERSION,
    {
      keys: 'coordinates|viewport|dimensions',
      make: (random) => `${random.number(2)}.${random.digits(6)} ${random.number(2)}.${random.digits(6)}`,
      prose: ['position {} reported'],
    },
  ],
};

const IP: Spec = {
  entity: 'ip_address',
  positives: [
    {
      keys: 'ip|ip address|client ip|remote addr|source ip|x forwarded for|peer address|IP-Adresse|adresse ip|dirección ip|last login ip|host ip',
      make: (random) => (random.chance(0.65) ? ipv4(random) : ipv6(random)),
      prose: [
        'login from {} blocked',
        'IP address: {}',
        '{} - - [12/Mar/2025:10:01:22 +0000] "GET /health HTTP/1.1" 200 12',
        'The request came from {}.',
        'client={} method=POST',
        'connection from [{}] refused',
        'Anmeldung von der IP-Adresse {}',
      ],
    },
    {
      keys: 'endpoint|upstream|peer|listen address|value',
      make: (random) =>
        concat(marked('positive', 'ip_address', ipv4(random)), `:${random.word('443|8080|5432|53124')}`),
      prose: ['dial tcp {}: connection refused', 'upstream {} timed out', 'http://{}/metrics answered 503'],
    },
    {
      keys: 'x forwarded for|forwarded chain|hops',
      make: (random) =>
        concat(marked('positive', 'ip_address', ipv4(random)), ', ', marked('positive', 'ip_address', ipv4(random))),
      prose: ['X-Forwarded-For: {}'],
    },
  ],
  negatives: [
    {
      keys: 'version|firmware version|app version|agent version|build|driver version|Versionsnummer',
      make: (random) => [random.int(1, 20), random.int(0, 30), random.int(0, 99), random.int(0, 99)].join('.'),
      prose: ['upgraded to version {}', 'Firmware {} fixes this.', 'release {} is out', 'v{} deployed'],
    },
    {
      keys: 'user agent|browser|client',
      make: (random) =>
        `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${String(random.int(100, 140))}.0.0.0 Safari/537.36`,
      prose: ['ua="{}"'],
    },
    {
      keys: 'oid|object identifier|section|chapter',
      make: (random) => random.pick([`1.3.6.1.4.1.${random.number(4)}`, `2.5.29.${random.number(2)}.1.4.7`]),
      prose: ['OID {} is unknown', 'extension {} ignored'],
    },
    reference(
      (random) =>
        `${String(random.int(256, 999))}.${String(random.int(0, 999))}.${String(random.int(256, 999))}.${String(random.int(0, 99))}`,
    ),
    {
      keys: 'time|duration|uptime',
      make: (random) => `${random.padded(0, 23, 2)}:${random.padded(0, 59, 2)}:${random.padded(0, 59, 2)}`,
      prose: ['up for {}', 'started at {}'],
    },
    {
      keys: 'symbol|class|function|pci slot',
      make: (random) =>
        random.pick(['std::vector', 'Cache::Entry::drop', 'a::b', `0000:0${random.digits(1)}:1f.2`, 'Foo::Bar']),
      prose: ['panic in {}', 'called {} twice'],
    },
    PRICE,
  ],
};

const MAC: Spec = {
  entity: 'mac_address',
  positives: [
    {
      keys: 'mac|mac address|device mac|hardware address|hwaddr|bssid|wifi mac|ethernet address|MAC-Adresse|adresse mac|station',
      make: macAddress,
      prose: [
        'MAC address: {}',
        'station {} associated',
        'hwaddr={} up',
        'The adapter {} was blocked by the switch.',
        'DHCPACK to {} via eth0',
      ],
    },
    {
      keys: 'mac|mac address|device mac|hw address',
      make: (random) => random.word('3C|A4|B8|DC|F0|00') + random.hex(10).toUpperCase(),
      prose: ['MAC {} registered', 'mac address={} vlan=12'],
    },
  ],
  negatives: [
    {
      keys: 'fingerprint|cert fingerprint|ssh fingerprint',
      make: (random) => (random.hex(random.pick([32, 40, 64])).match(/../g) ?? []).join(':'),
      prose: ['host key fingerprint MD5:{}'],
    },
    {
      keys: 'numbers|draw|lottery',
      make: (random) => Array.from({ length: 6 }, () => random.padded(1, 49, 2)).join(' '),
      prose: ['The winning numbers are {}.'],
    },
    {
      keys: 'timecode|duration|offset|time',
      make: (random) =>
        `${random.padded(0, 23, 2)}:${random.padded(0, 59, 2)}:${random.padded(0, 59, 2)}:${random.padded(0, 24, 2)}`,
      prose: ['cut at timecode {}', 'clip starts {}'],
    },
    reference((random) => random.hex(12)),
    {
      keys: 'colour code|color',
      make: (random) => `${random.hex(2)}:${random.hex(2)}:${random.hex(2)}`,
      prose: ['set led {}'],
    },
    UUID,
    {
      keys: 'machine|platform|os',
      make: (random) => random.word('mac|macOS 14.2.1|MacBook Pro|macro-12'),
      prose: ['runs on {}'],
    },
  ],
};

/** A query that filters by address: what is marked stands within a longer value. */
const EMAIL_IN_URL: Variant = {
  keys: 'url|callback url|redirect uri|referer|link',
  make: (random): Marked =>
    concat(
      `https://${slug(random)}.example.com/${random.word('invite|search|unsubscribe')}?lang=en&email=`,
      marked('positive', 'email', random.chance(0.5) ? email(random) : email(random).replace('@', '%40')),
      random.pick(['', '&src=app', `&v=${random.string(LOWER, 4)}`]),
    ),
  prose: ['GET {} 302', 'open {} to confirm'],
};

/** Addresses of people and machines that have a form of their own. */
export const CONTACT_SPECS: readonly Spec[] = [
  { ...EMAIL, positives: [EMAIL.positives, EMAIL.positives, EMAIL_IN_URL].flat() },
  PHONE,
  IP,
  MAC,
];

/** Look-alikes that belong to no entity in particular. */
export const FURTHER_NEGATIVES: readonly Variant[] = [
  DATE,
  OPAQUE_ID,
  PATH,
  {
    keys: 'licence plate|gate code',
    make: (random) => `${random.string(UPPER, 2)}-${random.digits(4)}`,
    prose: ['gate {} opened'],
  },
];
