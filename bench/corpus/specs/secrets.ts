import { concat, fill, type Marked, marked } from '../marked.ts';
import { BASE62, type Random } from '../random.ts';
import { ipv4, opaque, slug } from '../values/contact.ts';
import { azureStorageKey, jwt, opaqueToken, password, pemBlock, privateKey } from '../values/secrets.ts';
import { CURSOR, HASH, UUID } from './look-alikes.ts';
import type { Spec, Variant } from './variant.ts';

const TOKEN_KEYS =
  'access token|refresh token|api key|apikey|api token|client secret|auth token|secret|session token|x api key|app secret|webhook secret|' +
  'signing secret|consumer secret|bearer token|private token|secret key|encryption key|shared secret|oauth token|service token|' +
  'Zugriffstoken|jeton acces|clave secreta|clé api|api secret|token|x auth token|admin token|csrf token';

const OPAQUE: Variant = {
  keys: TOKEN_KEYS,
  make: opaqueToken,
  prose: [
    'api_key={}',
    'The client secret is {}.',
    'access token: {}',
    'X-Api-Key: {}',
    'export API_TOKEN={}',
    'rotated, the new secret key is {}',
    'auth token = "{}"',
  ],
};

const PASSWORD: Variant = {
  keys: 'password|passwd|pwd|user password|new password|db password|old password|passphrase|Passwort|Kennwort|mot de passe|contraseña|clave de acceso|senha|wachtwoord|hasło|admin password|smtp password|keystore password',
  make: password,
  prose: [
    'Password: {}',
    'my password is {}',
    'Passwort: {}',
    'Mot de passe : {}',
    'Contraseña: {}',
    'login failed for app, password={}',
    'The initial password is {} and must be changed.',
    'DB_PASSWORD={}',
  ],
};

function secret(text: string): Marked {
  return marked('positive', 'credential', text);
}

function beside(text: string): Marked {
  return marked('optional', 'credential', text);
}

function authorization(random: Random): Marked {
  const basic = Buffer.from(`${slug(random)}:${opaque(random, 12)}`).toString('base64');
  return random.pick([
    concat('Bearer ', secret(opaqueToken(random))),
    concat('Basic ', secret(basic)),
    concat(random.word('Token |ApiKey |token |Negotiate |SSWS '), secret(opaqueToken(random))),
    concat(
      beside(`Digest username="${slug(random)}", realm="api", nonce="${random.hex(32)}", uri="/v1", response="`),
      secret(random.hex(32)),
      beside('"'),
    ),
    concat('Bearer ', jwt(random)),
  ]);
}

const AUTHORIZATION: Variant = {
  keys: 'authorization|Authorization|proxy authorization|auth header|x authorization',
  make: authorization,
  prose: [
    'Authorization: {}',
    '> authorization: {}',
    "curl -H 'Authorization: {}' https://api.example.com/v1/items",
    'header authorization={}',
  ],
};

function cookie(random: Random): Marked {
  const name = random.word('session|JSESSIONID|sid|connect.sid|auth|PHPSESSID|_app_session|remember_token');
  const value = secret(
    random.pick([random.hex(32), random.string(BASE62, 26) + random.digits(2), opaqueToken(random)]),
  );
  return concat(
    random.pick(['', beside('theme=dark; ')]),
    beside(`${name}=`),
    value,
    random.pick(['', beside('; lang=en')]),
  );
}

const COOKIE: Variant = {
  keys: 'cookie|Cookie|set cookie|request cookie',
  make: cookie,
  prose: [
    'Cookie: {}',
    'Set-Cookie: {}; Path=/; HttpOnly; Secure',
    '> cookie: {}',
    "curl --cookie '{}' https://app.example.com/",
  ],
};

const TOKEN_IN_URL: Variant = {
  keys: 'url|callback|webhook url|request uri|feed',
  make: (random) =>
    concat(
      `https://${slug(random)}.example.com/v1/export?format=csv&${random.word('access_token|api_key|apikey|auth_token|client_secret')}=`,
      secret(random.string(BASE62, 38) + random.digits(2)),
      random.pick(['', '&page=2']),
    ),
  prose: ['GET {} 200', 'fetched {} in 80 ms'],
};

const CREDENTIAL: Spec = {
  entity: 'credential',
  positives: [OPAQUE, OPAQUE, PASSWORD, PASSWORD, AUTHORIZATION, COOKIE, TOKEN_IN_URL],
  negatives: [
    {
      keys: 'token type|grant type|auth type|credential type|token endpoint auth method',
      make: (random) => random.word('bearer|Bearer|client_credentials|oauth2|authorization_code|client_secret_basic'),
      prose: ['token_type={}'],
    },
    CURSOR,
    CURSOR,
    {
      keys: 'max tokens|token count|prompt tokens|completion tokens|password length|token limit|total tokens',
      make: (random) => random.number(random.int(2, 5)),
      prose: ['max_tokens={}', 'used tokens: {}'],
      isNumeric: true,
    },
    {
      keys: 'password policy|password reset required|passwordless|password strength|cookie consent|cookie policy|secret rotation|password hint enabled',
      make: (random) => random.word('strong|true|accepted|every 90 days|enabled|false|weak'),
      prose: ['Password policy: {}', 'cookie consent: {}'],
    },
    {
      keys: 'authorization url|token endpoint|authorization server|password reset url|auth provider|jwks uri',
      make: (random) =>
        `https://login.example.com/${random.word('oauth2/authorize|oauth/token|reset|.well-known/jwks.json')}`,
      prose: ['Token endpoint: {}', 'Open {} to continue.'],
    },
    {
      keys: 'partition key|sort key|cache key|primary key|foreign key|routing key|object key|key|keyboard|public key id|key name|secret name|monkey',
      make: (random) =>
        random.pick([
          `${slug(random)}:${random.number(5)}`,
          `users#${random.number(6)}`,
          slug(random),
          `prod/${slug(random)}`,
          'en-US',
        ]),
      prose: ['cache key {} expired', 'secret name: {}'],
    },
    {
      keys: 'secretary|author|authority|tokenizer|passenger count|compass|secret santa|bypass reason|cookies allowed',
      make: (random) => random.word('front office|cl100k_base|2|north-east|yes|maintenance|IETF'),
      prose: ['tokenizer {} loaded'],
    },
    UUID,
    HASH,
  ],
};

const JWT: Spec = {
  entity: 'jwt',
  positives: [
    {
      keys: 'id token|access token|jwt|token|assertion|client assertion|session|subject token|value|data|credential',
      make: jwt,
      prose: [
        'id_token={}',
        'Authorization: Bearer {}',
        'token {} has expired',
        'received {} from the gateway',
        'GET /callback?id_token={} 302',
        'jwt: "{}"',
        "curl -H 'Authorization: Bearer {}' https://api.example.com",
      ],
    },
    {
      keys: 'authorization|url|redirect',
      make: (random) =>
        random.chance(0.5)
          ? concat('Bearer ', jwt(random))
          : concat('https://app.example.com/cb#id_token=', jwt(random), '&state=ok'),
      prose: ['sent {}'],
    },
  ],
  negatives: [
    CURSOR,
    {
      keys: 'state|context|filter',
      make: (random) => Buffer.from(`{"tab":"${slug(random)}","page":${random.number(2)}}`).toString('base64url'),
      prose: ['state={}'],
    },
    {
      keys: 'class|package|logger|bundle id',
      make: (random) => `com.example.${slug(random).replace('-', '.')}.${random.word('OrderService|Main|HttpClient')}`,
      prose: ['logger {} set to debug'],
    },
    {
      keys: 'host|domain|service',
      make: (random) => `${slug(random)}.${slug(random)}.internal`,
      prose: ['resolved {}'],
    },
    {
      keys: 'content|blob|thumbnail',
      make: (random) => random.bytes(random.int(60, 160)).toString('base64'),
      prose: ['blob {} stored'],
    },
    {
      keys: 'file|artifact',
      make: (random) => `${slug(random)}-${random.number(1)}.${random.digits(1)}.${random.digits(2)}.tar.gz`,
      prose: ['built {}'],
    },
  ],
};

const PRIVATE_KEY: Spec = {
  entity: 'private_key',
  positives: [
    {
      keys: 'private key|key|pem|ssh key|tls key|signing key|value|client key|server key|content|cert bundle',
      make: privateKey,
      prose: ['key material follows:\n{}', 'The server uses this key:\n{}', 'cat id_rsa\n{}'],
    },
  ],
  negatives: [
    {
      keys: 'public key|certificate|cert|ca bundle|csr',
      make: (random) =>
        pemBlock(random, random.word('PUBLIC KEY|CERTIFICATE|CERTIFICATE REQUEST|RSA PUBLIC KEY'), false),
      prose: ['trusted:\n{}', 'The certificate is\n{}'],
    },
    {
      keys: 'ssh public key|authorized key|host key',
      make: (random) => `ssh-${random.word('rsa|ed25519')} AAAA${random.string(BASE62, 68)} deploy`,
      prose: ['added {}'],
    },
    {
      keys: 'image|thumbnail|icon data',
      make: (random) => `data:image/png;base64,${random.bytes(90).toString('base64')}`,
      prose: ['inline image {}'],
    },
    HASH,
  ],
};

function beforeSecret(text: string): Marked {
  return marked('optional', 'connection_string', text);
}

/** Where the password stands is filled in; all around it may be redacted with it. */
const CONNECTION_FORMS: readonly string[] = [
  'postgres://app:{}@db.example.internal:5432/orders?sslmode=require',
  'postgresql://svc_billing:{}@10.2.0.8/billing',
  'mysql://root:{}@mysql:3306/shop',
  'mongodb+srv://reader:{}@cluster0.example.net/app?retryWrites=true',
  'mongodb://admin:{}@mongo-0,mongo-1/admin',
  'redis://:{}@cache.example.net:6379/0',
  'rediss://default:{}@cache.example.net:6380',
  'amqp://guest:{}@rabbit:5672/%2f',
  'https://deploy:{}@git.example.com/team/repo.git',
  'ftp://upload:{}@files.example.com/in',
  'jdbc:postgresql://db/orders?user=app&password={}',
  'jdbc:sqlserver://sql01:1433;databaseName=crm;user=sa;password={};encrypt=true',
  'Server=tcp:sql.example.net,1433;Database=crm;User ID=app;Password={};Encrypt=True;',
  'Data Source=sql01;Initial Catalog=Sales;User Id=sa;Pwd={};',
  'host=db user=app password={} dbname=orders',
];

function connectionString(random: Random): Marked {
  if (random.chance(0.15))
    return concat(
      beforeSecret(`DefaultEndpointsProtocol=https;AccountName=${slug(random).replace('-', '')};AccountKey=`),
      marked('positive', 'connection_string', azureStorageKey(random)),
      beforeSecret(';EndpointSuffix=core.windows.net'),
    );
  const [before = '', after = ''] = random.pick(CONNECTION_FORMS).split('{}');
  const value = random.string(BASE62, random.int(9, 20)) + random.pick(['', '%21', '-x', '_7', '!']);
  return concat(
    beforeSecret(before),
    marked('positive', 'connection_string', value),
    ...(after === '' ? [] : [beforeSecret(after)]),
  );
}

const CONNECTION: Spec = {
  entity: 'connection_string',
  positives: [
    {
      keys: 'database url|connection string|db url|dsn|mongo uri|redis url|jdbc url|broker url|repository|url|value|connectionString orders|sqlalchemy database uri|remote',
      make: connectionString,
      prose: [
        'DATABASE_URL={}',
        'cannot connect to {}',
        'The connection string is {}',
        'dsn: {}',
        'cloning {}',
        'retrying {} in 5 s',
      ],
    },
  ],
  negatives: [
    {
      keys: 'database url|connection string|redis url|endpoint|broker url|url|dsn|origin',
      make: (random) =>
        random.word(
          'postgres://localhost:5432/orders|redis://cache:6379/0|jdbc:postgresql://db/orders?ssl=true|https://shop.example.com:8443/cart|Server=sql01;Database=crm;Integrated Security=true|amqp://rabbit:5672|mongodb://mongo-0:27017/app|kafka-0.example.net:9092,kafka-1.example.net:9092|sqlite:///var/lib/app.db',
        ),
      prose: ['connected to {}', 'using {}', 'cannot resolve {}'],
    },
    { keys: 'time|schedule|ratio', make: (random) => random.word('12:30@daily|4:3|10:00-18:00'), prose: ['runs {}'] },
    UUID,
  ],
};

const SIGNED_FORMS: readonly string[] = [
  'https://files.example.com/a/{id}.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20250311T101500Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature={hex64}',
  'https://bucket-eu.s3.amazonaws.com/{id}?X-Amz-Signature={hex64}&X-Amz-Date=20250311T101500Z&X-Amz-Expires=60',
  'https://storage.googleapis.com/exports/{id}.csv?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Expires=3600&X-Goog-Signature={hex256}',
  'https://acct.blob.core.windows.net/in/{id}?sv=2023-11-03&se=2025-12-01T00%3A00%3A00Z&sr=b&sp=r&sig={sas}',
  'https://d111.cloudfront.example/{id}?Expires=1767225600&Signature={b64}&Key-Pair-Id=K2JCJMDEHXQW5F',
  'https://hooks.example.com/callback?id={id}&signature={hex64}',
  'https://media.example.com/v/{id}.mp4?expires=1767225600&sig={hex40}',
  'https://bucket.s3.amazonaws.com/{id}?Expires=1767225600&Signature={sas}',
];

export function signedUrl(random: Random): Marked {
  const form = random.pick(SIGNED_FORMS).replace('{id}', random.hex(12));
  const made: Record<string, string> = {
    hex64: random.hex(64),
    hex40: random.hex(40),
    hex256: random.hex(256),
    sas: encodeURIComponent(random.bytes(32).toString('base64')),
    b64: random.bytes(96).toString('base64url'),
  };
  const kind = /\{(\w+)\}/.exec(form)?.[1] ?? '';
  return fill(form.replace(`{${kind}}`, '{}'), marked('positive', 'url_signature', made[kind] ?? ''));
}

const SIGNATURE: Spec = {
  entity: 'url_signature',
  positives: [
    {
      keys: 'url|download url|upload url|presigned url|signed url|href|link|file url|location|value|src|attachment url',
      make: signedUrl,
      prose: [
        'Download it here: {}',
        'GET {} 200',
        'redirected to {}',
        'Der Bericht liegt unter {} bereit.',
        'uploaded with {}',
      ],
    },
  ],
  negatives: [
    {
      keys: 'url|href|link|source url|image url|next',
      make: (random) =>
        `https://${slug(random)}.example.com/${random.pick([
          `assets/app.js?v=${random.hex(20)}`,
          `items?utm_source=mail&utm_campaign=spring_${random.digits(4)}&id=${random.number(8)}`,
          `p/${random.hex(32)}?design=7&assign=false`,
          `doc/${uuidLike(random)}?signature_version=4&sort=asc`,
          `search?q=signature+pad&page=${random.number(1)}`,
        ])}`,
      prose: ['GET {} 200', 'See {} for details.', 'linked from {}'],
    },
    {
      keys: 'signature required|signature version|signature algorithm|signed by role',
      make: (random) => random.word('true|v4|AWS4-HMAC-SHA256|manager|RSA-SHA256'),
      prose: ['signature algorithm {}'],
    },
    {
      keys: 'origin|host|api base',
      make: (random) => `http://${ipv4(random).replace(/^\d+/, 'node')}.example.com/`,
      prose: ['origin {}'],
    },
    HASH,
  ],
};

function uuidLike(random: Random): string {
  return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`;
}

/** Secrets that are known by where they stand, or by their structure. */
export const SECRET_SPECS: readonly Spec[] = [CREDENTIAL, JWT, PRIVATE_KEY, CONNECTION, SIGNATURE];
