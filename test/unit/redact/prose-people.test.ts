import assert from 'node:assert/strict';
import { leaves, redactJsonValue, replaces, textOf } from './bodies.ts';

const NAME = '[redacted:person_name]';

describe('persons in sentences, by what is said of them', () => {
  it('are known by what they did, or was done to them', async () => {
    await replaces(
      [
        '«Carrie Sparks» called from the branch about an order',
        'Yesterday «Michelle Kjær» complained; «Tomasz Nowak» has asked for a refund',
        '«Gemma Mbeki» was admitted at noon',
        'Please refund it to the account of «Christina Paulsen» today',
      ],
      NAME,
    );
    await leaves([
      'Home Depot called about the delivery',
      'The Support Team asked for logs, and Order Service replied',
      'Payment Gateway was charged twice',
    ]);
  });

  it('are known by their birth, or by an address behind them, whatever they are called', async () => {
    await replaces(['Patient «Cipriano Maspero», born in spring', '«Zelmira Okk» (aged 41) was seen'], NAME);
    assert.equal(
      await textOf('Customer Ainoa Calvo (ainoa@example.net) reported an issue'),
      `Customer ${NAME} ([redacted:email]) reported an issue`,
    );
    await leaves(['Release Train, born of necessity', 'Support Team (see wiki@home) reported an issue']);
  });
});

describe('homes in sentences', () => {
  it('are known by who lives there, to the end of the clause', async () => {
    await replaces(
      [
        'I live at «Bäckgränd 166, Piteå». Thanks',
        'She lives at «Contrada Bellò, 20 Piano 5, Ghezzano» and works in town',
        'my new address is «Na Strži 6, Desná».',
      ],
      '[redacted:postal_address]',
    );
    await leaves(['It lives at Path 9.5 of the tree', 'the file lives at /etc/hosts2', 'data lives at rest']);
  });
});

describe('phones beside an address of e-mail', () => {
  it('are another way to reach the same person', async () => {
    assert.equal(
      await textOf('Contact me at jane@example.org or 609 329 612.'),
      'Contact me at [redacted:email] or [redacted:phone].',
    );
    await leaves(['Either 609 329 612 or another number of items']);
  });
});

describe('versions of programs', () => {
  it('are neither phones nor addresses', async () => {
    await leaves([
      'Mozilla/5.0 (iPod; U) AppleWebKit/532.45.5 (KHTML, like Gecko) Version/3.0.5 Mobile/8B115 Safari/6532.45.5',
      'Mozilla/5.0 (X11; Linux i686; rv:1.9.7.20) Gecko/20100101 Firefox/3.8',
    ]);
  });
});

describe('fields of a line', () => {
  it('of an address end where the next one begins', async () => {
    assert.equal(
      await textOf('RemoteAddr=218.222.86.92 Agent="curl 8" Port=80'),
      'RemoteAddr=[redacted:ip_address] Agent="curl 8" Port=80',
    );
  });
});

describe('passwords in sentences', () => {
  it('may have brackets; what calls a function is none', async () => {
    await replaces(
      ['your password is m3&EX5Tty4(3 Contact me', 'the password is K+4GLP(l*E3D'].map((line) =>
        line.replace(/(?<=is )\S+/, '«$&»'),
      ),
      '[redacted:credential]',
    );
    await leaves(['the password is hash.digest(x1)']);
  });
});

describe('cards of issuers that are not known', () => {
  it('are known where the field or a word says that they are cards', async () => {
    assert.deepEqual(await redactJsonValue({ cardNumber: '3511566808424143', id: '3511566808424143' }), {
      cardNumber: '[redacted:card:4143]',
      id: '3511566808424143',
    });
    await replaces(['My card «3511566808424143» was declined'], '[redacted:card:4143]');
    await leaves(['My card 3511566808424144 was declined', 'My order 3511566808424143 was late']);
  });
});

describe('queries in lines of a log', () => {
  const marked = '[redacted:person_name]';
  it('have spaces for their plus signs, and letters for their bytes', async () => {
    assert.equal(
      await textOf('GET /v1/s?sin=507+837+888&account-holder=Luigi+Vieira&surname=R%C3%A4del&page=2 HTTP/1.1'),
      `GET /v1/s?sin=[redacted:ca_sin]&account-holder=${marked}&surname=${marked}&page=2 HTTP/1.1`,
    );
    assert.equal(
      await textOf('"GET /v1/s?tel=%2B45+6776+9184&q=red+shoes" 200'),
      '"GET /v1/s?tel=[redacted:phone]&q=red+shoes" 200',
    );
    await leaves(['GET /v1/s?q=red+shoes&sort=price+asc HTTP/1.1', 'is 2+2=4? a+b']);
  });
});
