import assert from 'node:assert/strict';
import { checkHoweverCut, redact } from './bodies.ts';

const SECRET = 'hunter2x';
const CREDENTIAL = '[redacted:credential]';

async function outputOf(xml: string): Promise<string> {
  return (await redact(xml, 'text/xml')).output;
}

describe('values in XML that are named beside them', () => {
  for (const [how, xml] of Object.entries({
    'by the element, in an attribute': `<login><password value="${SECRET}"/></login>`,
    'by another attribute': `<settings><add key="password" value="${SECRET}"/></settings>`,
    'by another attribute, before that': `<settings><param value="${SECRET}" name='password'/></settings>`,
    'by the second of two attributes': `<form><field id="f1" name="password">${SECRET}</field></form>`,
    'by a path in an attribute': `<settings><entry key="app/db/password">${SECRET}</entry></settings>`,
    'by an element before': `<entry><key>password</key><value>${SECRET}</value></entry>`,
    'by an element before, in blanks and references': `<e><name>\n  p&#97;ssword </name><val>${SECRET}</val></e>`,
    'in XML-RPC': `<member><name>password</name><value><string>${SECRET}</string></value></member>`,
    'in a property list': `<dict><key>note</key><string>fine</string><key>password</key><string>${SECRET}</string></dict>`,
  }))
    it(`are found: ${how}`, async () => {
      assert.equal(await outputOf(xml), xml.replace(SECRET, CREDENTIAL));
    });

  it('of SAML are found by the friendly name, the number and the claim that an attribute has', async () => {
    const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
    const roe = (attributes: string, value = 'Roe'): string =>
      `<saml:Attribute ${attributes}><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`;
    for (const attributes of [
      'Name="urn:oid:2.5.4.42" FriendlyName="givenName"',
      'FriendlyName="sn" Name="urn:oid:2.5.4.4"',
      'Name="urn:oid:2.5.4.4" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"',
      `Name="${claims}/surname"`,
    ])
      assert.equal(await outputOf(roe(attributes)), roe(attributes, '[redacted:person_name]'), attributes);
    const whole = roe(`Name="${claims}/name"`, 'Jane Roe');
    assert.equal(await outputOf(whole), whole.replace('Jane Roe', '[redacted:person_name]'));
    for (const attributes of ['Name="urn:oid:2.5.4.11" FriendlyName="ou"', `Name="${claims}/role"`])
      assert.equal(await outputOf(roe(attributes)), roe(attributes), attributes);
  });

  it('of card verification codes leave nothing', async () => {
    const xml = '<fields><name>order</name><value>123</value><name>cvv</name><value>456</value></fields>';
    assert.equal(await outputOf(xml), xml.replace('456', '[redacted:card_code]'));
  });

  it('are kept where what stands beside them says nothing of the kind', async () => {
    for (const xml of [
      '<entry><key>colour</key><value>hunter2x</value></entry>',
      '<entry><key>password</key></entry><entry><value>hunter2x</value></entry>',
      '<entry><key>password</key><note>hunter2x</note></entry>',
      '<add key="colour" value="hunter2x"/>',
      '<a><password/><b value="hunter2x"/></a>',
      '<person value="hunter2x"/>',
    ])
      assert.equal(await outputOf(`<all>${xml}</all>`), `<all>${xml}</all>`);
  });

  it('are known in maps by the element before, and an assertion is no secret as a whole', async () => {
    const xml =
      '<map><entry><string>password</string><string>hunter2x</string></entry><entry><string>n</string><int>5</int></entry></map>';
    assert.equal((await redact(xml, 'application/xml')).output, xml.replace('hunter2x', '[redacted:credential]'));
    const saml = '<s:Assertion><s:NameID>anna@example.com</s:NameID><s:Value>staff</s:Value></s:Assertion>';
    assert.equal((await redact(saml, 'application/xml')).output, saml.replace('anna@example.com', '[redacted:email]'));
  });
});

describe('text in XML that a comment or an instruction parts', () => {
  const XML = 'application/xml';

  it('is read as one', async () => {
    for (const [text, redacted] of [
      ['<a><csc>73<!-- x -->7</csc></a>', '<a><csc>[redacted:card_code]<!-- x --></csc></a>'],
      ['<a><n>4111 1111 <?p x?>1111 1111 ok</n></a>', '<a><n>[redacted:card:1111]<?p x?> ok</n></a>'],
      ['<a><pw>se<!--x-->cr<!--y-->et</pw></a>', '<a><pw>[redacted:credential]<!--x--><!--y--></pw></a>'],
      [
        '<a>to <![CDATA[4111 1111 ]]><!-- x -->1111 1111 &amp; on</a>',
        '<a>[redacted:card:1111]<!-- x --> &amp; on</a>',
      ],
      [
        '<a><name>pass<!-- x -->word</name><value>tiger</value></a>',
        '<a><name>pass<!-- x -->word</name><value>[redacted:credential]</value></a>',
      ],
      ['<a>b<!-- jane@example.com -->c</a>', '<a>b<!-- [redacted:email] -->c</a>'],
    ] as const)
      assert.equal((await redact(text, XML)).output, redacted);
  });

  it('stays where nothing is in it', async () => {
    for (const text of [
      '<a><csc>73<b/>7</csc><n>4111 1111<b/>1111 1111</n></a>',
      '<a> <!-- x --> b &lt;<!-- y -->c<![CDATA[<d>]]><?p q?></a>',
      '<!-- x --><a><!-- y --></a><!-- z -->',
    ])
      assert.equal((await redact(text, XML)).output, text);
  });

  it('comes out the same however it is cut', async () => {
    await checkHoweverCut('<a><pw>«se»<!-- x --></pw><b>c<!-- d -->e</b><pw>«tiger»</pw></a>', XML);
  });
});
