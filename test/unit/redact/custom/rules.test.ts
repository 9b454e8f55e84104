import assert from 'node:assert/strict';
import {
  createExplainer,
  createRedactor,
  type CustomRuleSettings,
  type RedactContext,
  type RedactorOptions,
} from '../../../../src/redact/index.ts';
import { redactPieces } from '../bodies.ts';

const EMPLOYEE: CustomRuleSettings = { name: 'employee', entity: 'employee_id', pattern: '\\bEMP-\\d{6}\\b' };

function rule(settings: Partial<CustomRuleSettings>): CustomRuleSettings {
  return { ...EMPLOYEE, ...settings };
}

async function redacted(
  customRules: readonly CustomRuleSettings[],
  content: string | Uint8Array,
  context: Partial<RedactContext> = { contentType: 'text/plain' },
  options: RedactorOptions = {},
): Promise<string> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const { output, outcome } = await redactPieces([bytes], context, createRedactor({ ...options, customRules }));
  assert.equal(outcome.state, 'kept');
  return Buffer.from(output, 'latin1').toString();
}

const JSON_BODY = { contentType: 'application/json' };

describe('a custom rule', () => {
  it('finds its pattern in text, JSON, forms, headers and targets, and is counted with its version', async () => {
    const rules = [rule({ version: 7 })];
    assert.equal(await redacted(rules, 'by EMP-123456.'), 'by [redacted:employee_id].');
    assert.equal(await redacted(rules, '{"by":"EMP-123456"}', JSON_BODY), '{"by":"[redacted:employee_id]"}');
    const form = { contentType: 'application/x-www-form-urlencoded' };
    assert.equal(await redacted(rules, 'a=EMP%2D123456&b=1', form), 'a=%5Bredacted%3Aemployee_id%5D&b=1');
    const redactor = createRedactor({ customRules: rules });
    const { fields, counts } = redactor.headers('request_headers', [{ name: 'x-by', value: 'EMP-123456' }]);
    assert.equal(fields[0]?.value, '[redacted:employee_id]');
    const [version, entity] = [7, 'employee_id'];
    assert.deepEqual(counts, [{ rule: 'custom.employee', version, entity, action: 'drop', count: 1 }]);
    assert.equal(redactor.target('/staff/EMP-123456').path, '/staff/%5Bredacted%3Aemployee_id%5D');
    assert.equal(redactor.text('EMP-123456').text, '[redacted:employee_id]');
  });

  it('has a version of its own as soon as anything else would be found', () => {
    const versionOf = (settings: Partial<CustomRuleSettings>): number | undefined =>
      createRedactor({ customRules: [rule(settings)] }).text('EMP-123456').counts[0]?.version;
    const version = versionOf({});
    assert.ok(version !== undefined && version > 0 && version <= 0x7fffffff);
    assert.equal(versionOf({ matches: ['EMP-000000'] }), version);
    for (const changed of [{ pattern: 'EMP-\\d{6}' }, { score: 0.8 }, { literals: ['EMP'] }, { ignoreCase: true }])
      assert.notEqual(versionOf(changed), version);
  });

  it('may be of an entity that the engine knows, whose policy then counts', async () => {
    const rules = [rule({ entity: 'iban' })];
    assert.equal(await redacted(rules, 'by EMP-123456'), 'by [redacted:iban:3456]');
  });

  it('has its action, and what the policy says of its entity goes before', async () => {
    const rules = [rule({ action: 'mask', keepLast: 4 })];
    assert.equal(await redacted(rules, 'EMP-123456'), '[redacted:employee_id:3456]');
    const entities = { employee_id: { action: 'keep' } } as const;
    assert.equal(await redacted(rules, 'EMP-123456', undefined, { policy: { entities } }), 'EMP-123456');
    const policy = { routes: [{ route: 'a', entities }] };
    assert.equal(
      await redacted(rules, 'EMP-123456', { contentType: 'text/plain', route: 'a' }, { policy }),
      'EMP-123456',
    );
  });

  it('gives tokens of people when it says that its values are theirs', () => {
    const tokenKey = { version: 1, key: new Uint8Array(32) };
    for (const isSubject of [true, false]) {
      const redactor = createRedactor({ tokenKey, customRules: [rule({ isSubject })] });
      assert.equal(redactor.text('EMP-123456').subjectTokens?.length, isSubject ? 1 : undefined);
    }
  });

  it('is found without regard to case only when it says so', async () => {
    assert.equal(await redacted([rule({})], 'emp-123456'), 'emp-123456');
    const rules = [rule({ ignoreCase: true, literals: ['EMP-'] })];
    assert.equal(await redacted(rules, 'emp-123456'), '[redacted:employee_id]');
  });

  it('with literals finds only what holds one of them', async () => {
    const rules = [rule({ pattern: '[A-Z]{3}-\\d{6}', literals: ['EMP-', 'STA-'] })];
    assert.equal(
      await redacted(rules, 'EMP-123456 STA-123456 ABC-123456'),
      '[redacted:employee_id] [redacted:employee_id] ABC-123456',
    );
  });

  it('with checks finds only what passes all of them', async () => {
    const rules = [rule({ pattern: '\\bM\\d{7}\\b', checks: ['luhn'] })];
    assert.equal(await redacted(rules, 'M1234567 M1234566'), 'M1234567 [redacted:employee_id]');
  });

  it('with a group value replaces that alone', async () => {
    const rules = [rule({ pattern: 'badge (?P<value>\\d{4})' })];
    assert.equal(await redacted(rules, 'badge 4711, gate 4711'), 'badge [redacted:employee_id], gate 4711');
  });

  it('with a low score needs a word of its context, beside it or in a name around it', async () => {
    const rules = [rule({ pattern: '\\b\\d{7}\\b', score: 0.3, context: ['badge', 'staff number'] })];
    assert.equal(await redacted(rules, 'badge 1234567'), 'badge [redacted:employee_id]');
    assert.equal(await redacted(rules, 'Staff number: 1234567'), 'Staff number: [redacted:employee_id]');
    assert.equal(await redacted(rules, 'order 1234567'), 'order 1234567');
    assert.equal(
      await redacted(rules, '{"staffNumber":1234567}', JSON_BODY),
      '{"staffNumber":"[redacted:employee_id]"}',
    );
    const nested = '{"badge":{"current":{"no":"1234567"}},"no":"1234567"}';
    const marker = '[redacted:employee_id]';
    assert.equal(await redacted(rules, nested, JSON_BODY), nested.replace('1234567', marker));
  });

  it('finds no end of a line inside of a match, and both kinds of ends around it', async () => {
    const rules = [rule({ pattern: '^EMP-\\s{0,3}\\d{6}$' })];
    const content = 'EMP-123456\r\nEMP-\n123456\nx EMP-123456\nEMP-123456\n';
    const marker = '[redacted:employee_id]';
    assert.equal(await redacted(rules, content), `${marker}\r\nEMP-\n123456\nx EMP-123456\n${marker}\n`);
  });

  it('finds a JSON number that all of it is', async () => {
    const rules = [rule({ pattern: '77\\d{7}' })];
    assert.equal(await redacted(rules, '[771234567,7712345678]', JSON_BODY), '["[redacted:employee_id]",7712345678]');
  });

  it('finds nothing in what it has written', async () => {
    const rules = [rule({ name: 'word', pattern: '[a-z]{8}' }), rule({ name: 'any', pattern: '\\[.{1,40}\\]' })];
    const once = await redacted(rules, 'abcdefgh jane@example.com [x] zyxwvuts');
    assert.equal(await redacted(rules, once), once);
  });
});

describe('letters beyond ASCII in a pattern', () => {
  const rules = [rule({ pattern: 'Kürzel[: ]{1,2}\\p{Lu}{2,4}', literals: ['Kürzel'] })];
  const marker = '[redacted:employee_id]';

  it('match UTF-8, in text and JSON, and what stands around stays as it was', async () => {
    assert.equal(await redacted(rules, 'Größe: 5, Kürzel: ÄÖŁ, süß'), `Größe: 5, ${marker}, süß`);
    assert.equal(await redacted(rules, '{"ä":"é Kürzel ÄB 😀"}', JSON_BODY), `{"ä":"é ${marker} 😀"}`);
  });

  it('match escapes of JSON', async () => {
    assert.equal(
      await redacted(rules, '{"a":"K\\u00fcrzel \\u00c4\\u0141, \\u0142"}', JSON_BODY),
      `{"a":"${marker}, \\u0142"}`,
    );
  });

  it('match Latin-1', async () => {
    const content = Buffer.from('é Kürzel ÄB é', 'latin1');
    const redactor = createRedactor({ customRules: rules });
    const { output } = await redactPieces([content], { contentType: 'text/plain; charset=iso-8859-1' }, redactor);
    assert.equal(output, `é ${marker} é`);
  });

  it('match in either case when case doesn’t matter', async () => {
    const either = [rule({ pattern: 'ÄRZTE-\\d{4}', literals: ['ärzte'], ignoreCase: true })];
    assert.equal(await redacted(either, 'Ärzte-1234'), marker);
  });

  it('are told in places of UTF-16', async () => {
    const explain = createExplainer({ customRules: rules });
    const { findings } = await explain(
      { part: 'request_body', contentType: 'text/plain' },
      Buffer.from('😀é Kürzel ÄB'),
    );
    assert.deepEqual(
      findings.map(({ start, end, rule: id }) => [start, end, id]),
      [[4, 13, 'custom.employee']],
    );
  });
});

describe('the paths of a custom rule', () => {
  const content = JSON.stringify({ staff: { lead: { id: 'A1234' }, ids: ['B1234'] }, id: 'C1234', note: 'D1234' });
  const marker = '[redacted:employee_id]';
  const inJson = (paths: string[], pattern: string | undefined = '\\b[A-Z]\\d{4}\\b'): Promise<string> =>
    redacted([{ name: 'employee', entity: 'employee_id', pattern, paths }], content, JSON_BODY);

  for (const [paths, gone] of [
    [['id'], ['A1234', 'C1234']],
    [['staff.*.id'], ['A1234']],
    [['lead.id'], ['A1234']],
    [['$.id'], ['C1234']],
    [['$.staff'], ['A1234', 'B1234']],
    [['$.**.id'], ['A1234', 'C1234']],
    [
      ['ids[]', 'NOTE'],
      ['B1234', 'D1234'],
    ],
    [['$.lead.id'], []],
    [['staff.id'], []],
  ] as const)
    it(`${paths.join(', ')}: ${gone.join(', ') || 'nothing'}`, async () => {
      const expected = gone.reduce((text, value) => text.replace(value, marker), content);
      assert.equal(await inJson([...paths]), expected);
    });

  it('go through elements and attributes of XML', async () => {
    const rules = [rule({ pattern: '[A-Z]\\d{4}', paths: ['$.staff.*.id', 'card.no'] })];
    const xml = (a: string, b: string): string =>
      `<x:staff id="A1234"><lead><id>${a}</id></lead><card no="${b}"><no>C1234</no></card></x:staff>`;
    const content = xml('A1234', 'B1234').replace('C1234', marker);
    assert.equal(
      await redacted(rules, xml('A1234', 'B1234'), { contentType: 'text/xml' }),
      content.replace('<id>A1234', `<id>${marker}`).replace('B1234', marker),
    );
  });

  it('name values that are found whatever they are, without a pattern', async () => {
    const rules = [{ name: 'nick', entity: 'nickname', paths: ['nickName', 'profile.alias'] }];
    const text = '{"nick_name":"joe","alias":"x","profile":{"alias":["a",1]},"nickNames":"y"}';
    const nick = '[redacted:nickname]';
    assert.equal(
      await redacted(rules, text, JSON_BODY),
      `{"nick_name":"${nick}","alias":"x","profile":{"alias":["${nick}","${nick}"]},"nickNames":"y"}`,
    );
    assert.equal(await redacted(rules, 'nick_name: Joe the First'), `nick_name: ${nick}`);
    const { fields } = createRedactor({ customRules: rules }).headers('request_headers', [
      { name: 'nick-name', value: 'j' },
    ]);
    assert.equal(fields[0]?.value, nick);
  });

  it('never make of a verification code what may be kept', async () => {
    const rules = [{ name: 'all', entity: 'everything', action: 'keep', paths: ['card'] } as const];
    assert.equal(await redacted(rules, '{"card":{"cvv":"123"}}', JSON_BODY), '{"card":{"cvv":"[redacted:card_code]"}}');
  });

  it('leave what other rules find under the same names as it is', async () => {
    const rules = [rule({ paths: ['x.password', 'contact'] })];
    const text = '{"x":{"password":"hunter2"},"contact":{"token":"abc","a":"EMP-123456"}}';
    const expected = `{"x":{"password":"[redacted:credential]"},"contact":{"token":"[redacted:credential]","a":"${marker}"}}`;
    assert.equal(await redacted(rules, text, JSON_BODY), expected);
  });
});

describe('where a custom rule applies', () => {
  const text = 'EMP-123456';
  const isFound = async (settings: Partial<CustomRuleSettings>, context: Partial<RedactContext>): Promise<boolean> =>
    (await redacted([rule(settings), rule({ name: 'other', pattern: 'x{9}' })], text, context)) !== text;

  for (const [settings, there, elsewhere] of [
    [{ parts: ['response_body'] }, { part: 'response_body' }, { part: 'request_body' }],
    [{ contentTypes: ['text/*'] }, {}, { contentType: 'application/graphql' }],
    [{ routes: ['pay-*'] }, { route: 'pay-in' }, { route: 'payment' }],
    [{ identities: ['spiffe://*/shop'] }, { identity: 'spiffe://a/shop' }, {}],
  ] as const)
    it(`${Object.keys(settings).join()}: there and nowhere else`, async () => {
      assert.equal(await isFound(settings, { contentType: 'text/plain; charset=utf-8', ...there }), true);
      assert.equal(await isFound(settings, { contentType: 'text/plain', ...elsewhere }), false);
    });

  it('remembers no header as clean for another route', () => {
    const redactor = createRedactor({ customRules: [rule({ routes: ['a'] })] });
    const valueOf = (route: string): string | undefined =>
      redactor.headers('request_headers', [{ name: 'server', value: text }], { route }).fields[0]?.value;
    assert.deepEqual([valueOf('b'), valueOf('a')], [text, '[redacted:employee_id]']);
  });
});

describe('a custom rule that can’t be', () => {
  for (const [settings, message] of [
    [{ name: 'Employee Id' }, /its name is not of lower-case letters/],
    [{ entity: 'Employee' }, /its entity "Employee" is not/],
    [{ pattern: undefined }, /neither a pattern nor paths/],
    [{ pattern: 'a+' }, /its pattern is refused: it has no longest match/],
    [{ checks: ['lune'] as never }, /there is no check lune: luhn, mod97/],
    [{ context: ['a b c d e'] }, /context "a b c d e": one to 4 words/],
    [{ context: ['!'] }, /context "!"/],
    [{ paths: ['a.**'] }, /path "a\.\*\*" says nothing/],
    [{ paths: ['emp*'] }, /path "emp\*" may have names/],
    [{ paths: ['$'] }, /path "\$" has not 1 to 16 names/],
    [{ score: 2 }, /its score is not from 0 to 1/],
    [{ version: 0 }, /its version is not a whole number/],
    [{ entity: 'phone', action: 'keep' }, /what is done with phone says redact\.entities\.phone/],
  ] as const)
    it(`${JSON.stringify(settings)}: says what is wrong, and where it stands`, () => {
      const customRules = [rule({ ...settings, source: 'rules.yaml:3' })];
      assert.throws(() => createRedactor({ customRules }), { code: 'config.invalid', message });
      assert.throws(() => createRedactor({ customRules }), { message: /^rules\.yaml:3: custom rule "/ });
    });

  it('two of one name, and two of one entity that don’t agree, are refused', () => {
    assert.throws(() => createRedactor({ customRules: [rule({}), rule({})] }), {
      message: /two custom rules employee$/,
    });
    const customRules = [rule({ action: 'drop' }), rule({ name: 'other', action: 'keep' })];
    assert.throws(() => createRedactor({ customRules }), { message: /employee_id differ in action/ });
  });
});

describe('the cases of a custom rule run when it is loaded', () => {
  const failure = (settings: Partial<CustomRuleSettings>): string => {
    try {
      createRedactor({ customRules: [rule({ source: 'r.yaml:1', ...settings })] });
      return '';
    } catch (thrown) {
      assert.ok(thrown instanceof Error);
      return thrown.message;
    }
  };

  it('and pass', () => {
    const matches = ['EMP-123456', { text: 'for EMP-123456 only', found: 'EMP-123456' }];
    assert.equal(failure({ matches, ignores: ['EMP-12345', 'XEMP-123456'] }), '');
    const paths = ['staff.*.id'];
    assert.equal(
      failure({ paths, matches: [{ text: 'EMP-123456', path: 'staff.lead.id' }], ignores: ['EMP-123456'] }),
      '',
    );
    assert.equal(
      failure({ pattern: undefined, paths, matches: [{ text: 'x', path: '$.staff.a.id' }], ignores: ['x'] }),
      '',
    );
    assert.equal(failure({ pattern: 'ü\\d{3}', matches: [{ text: 'süß ü123', found: 'ü123' }] }), '');
    assert.equal(
      failure({ score: 0.3, context: ['staff'], matches: ['staff EMP-123456'], ignores: ['EMP-123456'] }),
      '',
    );
  });

  it('and each that fails is said: rule, list, number, and what is found instead', () => {
    const at = 'r.yaml:1: custom rule "employee": ';
    assert.equal(
      failure({ matches: ['EMP-1', 'EMP-123456', 'x'] }),
      `${at}matches[0]: nothing is found in "EMP-1"\n${at}matches[2]: nothing is found in "x"`,
    );
    assert.equal(failure({ ignores: ['a EMP-123456'] }), `${at}ignores[0]: in "a EMP-123456" is found "EMP-123456"`);
    const found = { text: 'EMP-123456', found: '123456' };
    assert.equal(failure({ matches: [found] }), `${at}matches[0]: in "EMP-123456" is found "EMP-123456", not "123456"`);
    assert.match(
      failure({ score: 0.3, matches: ['EMP-123456'] }),
      /a score of 0\.3: below the threshold without a word/,
    );
  });
});
