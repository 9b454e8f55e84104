import { checkEach, leavesEach } from './marked.ts';

const [TEXT, JSON_TYPE, FORM] = ['text/plain', 'application/json', 'application/x-www-form-urlencoded'];

describe('secrets that are said or handed over', () => {
  it('are found in calls that give somebody another password', async () => {
    await checkEach(TEXT, 'credential', [
      'setPassword("«tiger77»")',
      "client.changePassword('«old77tiger»', '«new77tiger»');",
      "user.setPassword('anna', '«new77tiger»')",
      'log: update_user_password( "anna", "«new77tiger»" ) done',
    ]);
    await leavesEach(TEXT, [
      'setPassword(password, 12)',
      "setPasswordPolicy('strict12')",
      "getPassword('vault12')",
      "setPassword('is too short, 8 at least')",
    ]);
  });

  it('are codes that somebody is told, and passwords by their short name', async () => {
    await checkEach(TEXT, 'credential', [
      'Your code is «123456»',
      'Your Acme code is «123456». Do not share it.',
      'Your Google code is G-«123456»',
      'user anna, pw is «tiger77»',
    ]);
    await leavesEach(TEXT, [
      'Your zip code is 12345. Your order code is 123456. Your discount code is 20244',
      'your customer code is 99887, your department code is 4410',
      'error code is 40012; the code is 123456',
      'the pw is wrong',
    ]);
  });
});

describe('names of what is no secret', () => {
  it('are those of pins of a board', async () => {
    await leavesEach(JSON_TYPE, [
      '{"gpio":{"pin":17}}',
      '{"led":{"pin":13,"mode":"out"},"relays":[{"pin":21}]}',
      '{"servo":{"on":{"pin":18}}}',
    ]);
    await checkEach(JSON_TYPE, 'pin', ['{"door":{"pin":"«1712»"}}', '{"led":"on","pin":"«1712»"}']);
  });

  it('are those of packages', async () => {
    await leavesEach(JSON_TYPE, [
      '{"packages":{"node_modules/js-tokens":{"version":"9.0.1","integrity":"sha512-mxa9E9ITFOt0ban3j6L5MpjwegGz6lBQmM1IJkWeBZGcMxto50"}}}',
      '{"node_modules/cookie":{"version":"0.6.0","license":"MIT"},"node_modules/a/node_modules/csrf":{"version":"3.1.0"}}',
      '{"dependencies":{"js-tokens":"^9.0.1","jsonwebtoken":"^9.0.2","cookie":"0.6.0"}}',
    ]);
    await checkEach(JSON_TYPE, 'credential', ['{"js_token":"«9.0.1»"}', '{"cookie":"«a=b; c=d1234»"}']);
  });
});

describe('the code of a card in what somebody pays with', () => {
  it('is found by the names around it', async () => {
    await checkEach(JSON_TYPE, 'card_code', [
      '{"payment":{"security":{"code":"«737»"}}}',
      '{"paymentMethod":{"security":{"code":«737»}}}',
      '{"payment.security.code":"«737»"}',
    ]);
    await checkEach(TEXT, 'card_code', ['payment.security.code=«737»']);
    await leavesEach(JSON_TYPE, [
      '{"payment":{"security":{"level":"737"},"code":"737","amount":{"value":737}}}',
      '{"security":{"code":"404"}}',
    ]);
  });
});

describe('parameters of searches', () => {
  it('are parts of a name where nothing else is called so', async () => {
    await checkEach(FORM, 'person_name', [
      'given=«Jane»&family=«Roe»',
      'given:exact=«Jane»&family:contains=«Roe»',
      'family=«Roe»&gender=female',
      'patient.given=«Xylia»&subject:Patient.family=«Roe»',
      'subject:Patient.name=«Xylia»',
    ]);
    await leavesEach(FORM, [
      'family=Roboto&display=swap',
      'given=3&count=2',
      'subject.name=Math',
      'name:contains=Green%20tea',
    ]);
  });

  it('are dates of birth, with how they are compared', async () => {
    await checkEach(FORM, 'date_of_birth', ['birthdate=«1984-03-12»', 'birthdate=ge«1984-03-12»&_count=10']);
    await leavesEach(FORM, ['date=ge1984-03-12', 'birthdate=xy1984-03-12']);
  });
});

describe('messages between firms', () => {
  it('tell of persons in segments of X12', async () => {
    await checkEach(TEXT, 'person_name', ['NM1*IL*1*«ROE»*«JANE»*A***MI*W123456789~N4*SPRINGFIELD*IL*62701~']);
    await checkEach(TEXT, 'postal_address', ['NM1*IL*1~N3*«12 MILL LANE»~NM1*85*2~N3*1 MAIN STREET~']);
    await checkEach(TEXT, 'date_of_birth', ['DMG*D8*«19840312»*F~', 'DMG*D8*«19840312»\nDMG*D8*12345678~']);
    await checkEach(TEXT, 'us_ssn', ['NM1*74*1******34*«219456780»~']);
    await leavesEach(TEXT, ['NM1*85*2*MERCY HOSPITAL*****XX*1234567893~', 'a*NM1*2', 'XNM1*IL*1*ROE*JANE~ 1234']);
  });

  it('tell of payers and payees of banks', async () => {
    await checkEach(TEXT, 'person_name', [':50K:/1234\n«JANE ROE»\nSPRINGFIELD\n:59:«JOHN DOE»\n:70:INVOICE\n-}']);
    await checkEach(JSON_TYPE, 'person_name', ['{"m":":50F:/1234\\n1/«JANE ROE»\\n3/GB/LONDON\\n:70:JANE"}']);
    await checkEach(TEXT, 'postal_address', [':59:\n/12\n\n:59F:2/«12 MILL LANE»\n:71A:12 MILL LANE\n']);
    await leavesEach(TEXT, [':50: 12:30 lunch\n:5900: room\nhello there\n', 'x :50K: JANE\nROE THIRD\n']);
  });
});
