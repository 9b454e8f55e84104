import { concat, marked, type Marked } from '../marked.ts';
import { BASE62, DIGITS, type Random, UPPER } from '../random.ts';
import { opaque, slug } from '../values/contact.ts';
import {
  awsKeyId,
  awsSecret,
  azureClientSecret,
  azureStorageKey,
  gcpKey,
  githubToken,
  gitlabToken,
  npmToken,
  openaiKey,
  pypiToken,
  slackToken,
  stripeKey,
} from '../values/secrets.ts';
import { GIT_SHA, HASH, OPAQUE_ID, UUID, uuid } from './look-alikes.ts';
import type { Spec, Variant } from './variant.ts';

const AWS: Spec = {
  entity: 'aws_key',
  positives: [
    {
      keys: 'aws access key id|access key|access key id|aws key|key id|value|note',
      make: awsKeyId,
      prose: [
        'AWS_ACCESS_KEY_ID={}',
        'found {} in the repository',
        'The access key {} was disabled.',
        'Credential={}/20250311/eu-west-1/s3/aws4_request',
      ],
    },
    {
      keys: 'aws secret access key|secret access key|aws secret|secret key',
      make: awsSecret,
      prose: ['AWS_SECRET_ACCESS_KEY={}', 'aws_secret_access_key = {}', 'The AWS secret access key is {}'],
    },
  ],
  negatives: [
    {
      keys: 'arn|role arn|resource',
      make: (random) => `arn:aws:iam::${random.number(12)}:role/${slug(random)}`,
      prose: ['assumed {}'],
    },
    {
      keys: 'aws account|account id|owner id|user id',
      make: (random) =>
        random.pick([random.number(12), `${random.word('AROA|AIDA')}${random.string(UPPER + '234567', 17)}`]),
      prose: ['account {} was billed'],
    },
    {
      keys: 'product|license|voucher',
      make: (random) => `SKIA${random.string(UPPER + DIGITS, 16)}`,
      prose: ['license {} is valid'],
    },
    GIT_SHA,
    { keys: 'content sha|integrity', make: (random) => random.bytes(30).toString('base64'), prose: ['integrity {}'] },
    { keys: 'name|word', make: (random) => `akia${random.string('bcdef', 6)}`, prose: ['the {} team'] },
  ],
};

const GCP: Spec = {
  entity: 'gcp_key',
  positives: [
    {
      keys: 'google api key|api key|maps key|gcp key|firebase key|client secret|value|token|android api key',
      make: gcpKey,
      prose: [
        'GOOGLE_API_KEY={}',
        'maps loaded with key {}',
        'found {} in app.js',
        'key: "{}"',
        'GET /maps/api/js?key={}',
      ],
    },
  ],
  negatives: [
    {
      keys: 'project id|gcp project|service account id',
      make: (random) => `${slug(random)}-${random.number(6)}`,
      prose: ['project {}'],
    },
    {
      keys: 'resource|topic|bucket',
      make: (random) => `projects/${slug(random)}/topics/${slug(random)}`,
      prose: ['published to {}'],
    },
    {
      keys: 'client id|oauth client id',
      make: (random) =>
        `${random.number(12)}-${random.string('abcdefghijklmnop0123456789', 32)}.apps.googleusercontent.com`,
      prose: ['client {}'],
    },
    { keys: 'word|label', make: (random) => `AIza${random.string(BASE62, 8)}`, prose: ['label {}'] },
    { keys: 'place id', make: (random) => `ChIJ${random.string(BASE62, 23)}`, prose: ['place {} is closed'] },
    UUID,
  ],
};

const AZURE: Spec = {
  entity: 'azure_key',
  positives: [
    {
      keys: 'azure storage key|storage account key|account key|azure account key|AZURE_STORAGE_KEY',
      make: azureStorageKey,
      prose: ['AZURE_STORAGE_KEY={}', 'az storage blob list --account-key {}', 'The storage account key is {}'],
    },
    {
      keys: 'azure client secret|client secret|entra secret|app password|value',
      make: azureClientSecret,
      prose: ['AZURE_CLIENT_SECRET={}', 'The app registration got the secret {}', 'found {} in terraform.tfvars'],
    },
    {
      keys: 'azure subscription key|ocp apim subscription key|cognitive services key|azure api key|azure openai key',
      make: (random) => random.hex(32),
      prose: ['Ocp-Apim-Subscription-Key: {}', 'AZURE_OPENAI_API_KEY={}'],
    },
  ],
  negatives: [
    { keys: 'azure tenant id|azure client id|subscription id|object id', make: UUID.make, prose: ['tenant {}'] },
    {
      keys: 'resource id',
      make: (random) => `/subscriptions/${uuid(random)}/resourceGroups/${slug(random)}`,
      prose: ['created {}'],
    },
    { keys: 'sha512|content digest', make: (random) => random.bytes(64).toString('base64'), prose: ['sha512 {}'] },
    {
      keys: 'storage account|account name|azure region',
      make: (random) => random.pick(['westeurope', slug(random)]),
      prose: ['region {}'],
    },
    HASH,
  ],
};

/** A token that says by its prefix what it is, so that it needs no context. */
function ownToken(keys: string, make: (random: Random) => string | Marked, prose: readonly string[]): Variant {
  const places = [
    'found {} in the build log',
    'value: {}',
    'please revoke {} at once',
    'the key {} no longer works',
    '"{}"',
  ];
  return { keys: `${keys}|token|value|note|secret|credential`, make, prose: [...prose, ...places] };
}

const GITHUB: Spec = {
  entity: 'github_token',
  positives: [
    ownToken('github token|gh token|github pat|personal access token', githubToken, [
      'GITHUB_TOKEN={}',
      'git clone https://{}@github.com/acme/app.git',
      'Authorization: token {}',
      'curl -H "Authorization: Bearer {}" https://api.github.com/user',
    ]),
  ],
  negatives: [
    GIT_SHA,
    {
      keys: 'branch|ref|label',
      make: (random) =>
        random.pick([`ghp_${slug(random)}`, `gho_migration_${random.digits(3)}`, 'github_pat_rotation_guide']),
      prose: ['branch {} merged'],
    },
    { keys: 'node id|repository id', make: (random) => `R_kgDO${random.string(BASE62, 6)}`, prose: ['repository {}'] },
    {
      keys: 'run id|pull request|github run id',
      make: (random) => random.number(10),
      prose: ['run {} passed'],
      isNumeric: true,
    },
    OPAQUE_ID,
  ],
};

const GITLAB: Spec = {
  entity: 'gitlab_token',
  positives: [
    ownToken('gitlab token|private token|ci job token|gitlab pat', gitlabToken, [
      'GITLAB_TOKEN={}',
      'PRIVATE-TOKEN: {}',
      'git clone https://oauth2:{}@gitlab.example.com/a/b.git',
    ]),
  ],
  negatives: [
    {
      keys: 'job|pipeline|runner',
      make: (random) => random.pick([`glrunner-${random.digits(4)}`, random.number(9), `glpat-docs`]),
      prose: ['runner {} picked the job'],
    },
    GIT_SHA,
    { keys: 'project path|namespace', make: (random) => `${slug(random)}/${slug(random)}`, prose: ['project {}'] },
    UUID,
  ],
};

const SLACK: Spec = {
  entity: 'slack_token',
  positives: [
    ownToken('slack token|bot token|slack bot token|app token', slackToken, [
      'SLACK_BOT_TOKEN={}',
      'Authorization: Bearer {}',
    ]),
    {
      keys: 'slack webhook|webhook url|slack url|hook',
      make: (random) =>
        concat(
          marked(
            'optional',
            'slack_token',
            `https://hooks.slack.com/services/T${random.string(DIGITS + UPPER, 10)}/B${random.string(DIGITS + UPPER, 10)}/`,
          ),
          marked('positive', 'slack_token', random.string(BASE62, 24)),
        ),
      prose: ['SLACK_WEBHOOK_URL={}', 'posting to {}', 'notify: {}'],
    },
  ],
  negatives: [
    {
      keys: 'slack channel|channel id|team id|slack user',
      make: (random) => random.string('CTUD', 1) + random.string(DIGITS + UPPER, 10),
      prose: ['posted to {}'],
    },
    {
      keys: 'message ts|thread ts',
      make: (random) => `${String(random.int(1_600_000_000, 1_799_999_999))}.${random.digits(6)}`,
      prose: ['thread {}'],
    },
    {
      keys: 'url|docs',
      make: (random) => `https://slack.com/archives/C${random.string(DIGITS + UPPER, 10)}/p${random.digits(16)}`,
      prose: ['see {}'],
    },
    { keys: 'prefix|name', make: (random) => `xoxo-${slug(random)}`, prose: ['playlist {}'] },
  ],
};

const STRIPE: Spec = {
  entity: 'stripe_key',
  positives: [
    ownToken('stripe key|stripe secret key|stripe api key|webhook signing secret', stripeKey, [
      'STRIPE_SECRET_KEY={}',
      'curl https://api.stripe.com/v1/charges -u {}:',
      'Stripe::apiKey = "{}"',
    ]),
  ],
  negatives: [
    {
      keys: 'customer|charge|payment intent|price|subscription|stripe customer',
      make: (random) => `${random.word('cus|ch|pi|price|sub|acct|in|prod')}_${opaque(random, random.pick([14, 24]))}`,
      prose: ['charge {} succeeded', 'refunded {}'],
    },
    {
      keys: 'test name|label|file',
      make: (random) =>
        random.pick([`sk_live_${random.word('demo|mode')}`, `task_test_${slug(random)}`, 'sk_test_readme']),
      prose: ['ran {}'],
    },
    { keys: 'locale', make: (random) => random.word('sk_SK|sk-SK|rk'), prose: ['locale {}'] },
    OPAQUE_ID,
  ],
};

const TWILIO: Spec = {
  entity: 'twilio_key',
  positives: [
    {
      keys: 'twilio api key|twilio key|api key sid|twilio sid|value|token',
      make: (random) => `SK${random.hex(32)}`,
      prose: ['TWILIO_API_KEY={}', 'found {} in the settings', 'key {} was rotated'],
    },
    {
      keys: 'twilio auth token|twilio token|twilio secret',
      make: (random) => random.hex(32),
      prose: ['TWILIO_AUTH_TOKEN={}', 'Twilio auth token: {}'],
    },
  ],
  negatives: [
    {
      keys: 'message sid|call sid|sid',
      make: (random) => `${random.word('SM|MM|CA|PN')}${random.hex(32)}`,
      prose: ['message {} delivered'],
    },
    { keys: 'md5|etag|hash', make: (random) => random.hex(32), prose: ['md5 {}'] },
    { keys: 'sku|stock code|licence', make: (random) => `SK${random.digits(8)}`, prose: ['stock item {}'] },
    { keys: 'code|batch', make: (random) => `SK${random.string('GHJKLMNP', 1)}${random.hex(31)}`, prose: ['batch {}'] },
    UUID,
  ],
};

const NPM: Spec = {
  entity: 'npm_token',
  positives: [
    ownToken('npm token|npm auth token|registry token', npmToken, [
      'NPM_TOKEN={}',
      '//registry.npmjs.org/:_authToken={}',
      'npm login with {}',
    ]),
  ],
  negatives: [
    {
      keys: 'env|variable|script',
      make: (random) =>
        random.word(
          'npm_config_registry|npm_lifecycle_event|npm_package_version|npm_config_user_agent|npm_package_json_path',
        ),
      prose: ['{} is set'],
    },
    {
      keys: 'integrity|shasum',
      make: (random) => random.pick([`sha512-${random.bytes(64).toString('base64')}`, random.hex(40)]),
      prose: ['integrity {}'],
    },
    {
      keys: 'package|tarball',
      make: (random) => `https://registry.npmjs.org/${slug(random)}/-/${slug(random)}-1.${random.digits(1)}.0.tgz`,
      prose: ['fetched {}'],
    },
    OPAQUE_ID,
  ],
};

const PYPI: Spec = {
  entity: 'pypi_token',
  positives: [
    ownToken('pypi token|twine password|pypi api token|upload token', pypiToken, [
      'TWINE_PASSWORD={}',
      'password = {}',
      'twine upload -u __token__ -p {} dist/*',
    ]),
  ],
  negatives: [
    {
      keys: 'package|index|mirror',
      make: (random) =>
        random.pick([
          `pypi-${slug(random)}`,
          `https://pypi.org/simple/${slug(random)}/`,
          `pypi-mirror-0${random.digits(1)}`,
        ]),
      prose: ['using {}'],
    },
    {
      keys: 'wheel|file',
      make: (random) => `${slug(random).replace('-', '_')}-1.${random.digits(1)}-cp312-cp312-manylinux_2_17_x86_64.whl`,
      prose: ['uploaded {}'],
    },
    { keys: 'hash|blake2b', make: (random) => random.hex(64), prose: ['hash {}'] },
    UUID,
  ],
};

const OPENAI: Spec = {
  entity: 'openai_key',
  positives: [
    ownToken('openai api key|openai key|api key|llm key|anthropic api key', openaiKey, [
      'OPENAI_API_KEY={}',
      'Authorization: Bearer {}',
      'openai.api_key = "{}"',
    ]),
  ],
  negatives: [
    {
      keys: 'slug|product slug|path',
      make: (random) =>
        random.pick([
          'sk-ii-facial-treatment-essence-230ml',
          `sk-${slug(random)}-2024-edition`,
          `desk-${slug(random)}-adjustable-height`,
          `task-${random.number(6)}-${slug(random)}`,
          'risk-assessment-questionnaire-2025',
        ]),
      prose: ['page {} was viewed'],
    },
    { keys: 'locale|language|domain', make: (random) => random.word('sk-SK|sk|sk-Latn-SK'), prose: ['locale {}'] },
    {
      keys: 'response id|completion id|thread',
      make: (random) => `${random.word('chatcmpl|resp|thread|asst|req')}_${opaque(random, 24)}`,
      prose: ['completion {}'],
    },
    {
      keys: 'model|engine',
      make: (random) => random.word('gpt-4o-mini-2024-07-18|text-embedding-3-small|scikit-learn-1.5|sk-learn-2'),
      prose: ['model {}'],
    },
    { keys: 'disk|volume', make: (random) => `disk-${random.hex(17)}`, prose: ['volume {} attached'] },
  ],
};

/** Keys and tokens that say themselves whose they are. */
export const TOKEN_SPECS: readonly Spec[] = [AWS, GCP, AZURE, GITHUB, GITLAB, SLACK, STRIPE, TWILIO, NPM, PYPI, OPENAI];
