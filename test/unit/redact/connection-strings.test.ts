import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';

const redactor = createRedactor();

/** Lines in which «…» is to be replaced. */
function replaces(lines: readonly string[], entity: string): void {
  for (const line of lines)
    assert.equal(redactor.text(line.replace(/[«»]/g, '')).text, line.replace(/«[^»]*»/g, `[redacted:${entity}]`));
}

describe('passwords in connection strings', () => {
  it('go up to the semicolon, with blanks and quotation marks in them', () => {
    replaces(
      [
        'Server=db;User Id=sa;Password=«My P@ss word»;Encrypt=true',
        `"Server=db;Uid=sa;Pwd=«a b'c»;Encrypt=true"`,
        'Password=«My P@ss word»;Server=db',
        '{"a":"Server=db;Pwd=«My P@ss word»","b":"x;y=z"}',
        'with Server=db;Pwd=«hunter2» timeout=30',
        'jdbc:sqlserver://h:1433;user=sa;password=«hunter two»;',
      ],
      'credential',
    );
    replaces(['a=1; token=«abc»; path=/; x', 'token=«abc» for it; x=1', 'password=«abc» and more'], 'credential');
  });

  it('are known behind the slash that Oracle parts them with', () => {
    replaces(
      [
        'jdbc:oracle:thin:scott/«tiger»@//db:1521/orders',
        'jdbc:oracle:oci:scott/«"ti ger"»@orders',
        '$ sqlplus -S scott/«tiger»@orders',
      ],
      'connection_string',
    );
    const harmless = 'jdbc:oracle:thin:@//db:1521/orders and jdbc:oracle:thin:/@orders, sqlplus is/was used @work';
    assert.equal(redactor.text(harmless).text, harmless);
  });

  it('may have signs in a URL that end its host', () => {
    replaces(
      ['postgres://app:«pa#ss»@db/main', 'postgres://app:«pa/s?s»@db/main', 'amqp://u:«p[1]»@h:5672, x'],
      'connection_string',
    );
    replaces(['https://u:«a#b»@h/x'], 'credential');
    for (const harmless of [
      'https://localhost:8080/path#a@b redis://h:6379/0?x=a@b mongodb://h1:27017,h2:27017/db?x=a@b',
      'http://host:port/users/@me http://h:${PORT}/@me',
    ])
      assert.equal(redactor.text(harmless).text, harmless);
  });
});
