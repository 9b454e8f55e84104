import assert from 'node:assert/strict';
import { redact, redactJsonValue } from './bodies.ts';

async function redactedAs(name: string, value: string): Promise<string> {
  return String(Object.values((await redactJsonValue({ [name]: value })) as object)[0]);
}

async function all(names: string, value: string, marker: string): Promise<void> {
  for (const name of names.split(',')) assert.equal(await redactedAs(name.trim(), value), marker, name);
}

describe('names in other scripts', () => {
  it('say that a value is a password or a key', async () => {
    await all(
      'пароль, Новый пароль, пароль_пользователя, 密码, 登录密码, パスワード, 新しいパスワード, ﾊﾟｽﾜｰﾄﾞ, 비밀번호, كلمة المرور, كلمة السر, סיסמה, Κωδικός πρόσβασης, ' +
        'पासवर्ड, รหัสผ่าน, секретный ключ, 密钥, アクセスキー, mật khẩu',
      'hunter2x',
      '[redacted:credential]',
    );
  });

  it('say that it is a code of a card, an identity card, a name or an address', async () => {
    await all('安全码, セキュリティコード, код безопасности', '737', '[redacted:card_code]');
    await all('身份证号码, マイナンバー, 주민등록번호, СНИЛС, رقم الهوية', '11223344595', '[redacted:national_id]');
    await all('姓名, 客户姓名, 氏名, 이름, ФИО, Имя клиента, الاسم الكامل', 'Анна Каренина', '[redacted:person_name]');
    await all('收货地址, 住所, адрес доставки', 'ул. Ленина, 5', '[redacted:postal_address]');
  });

  it('are known escaped, in forms and before colons', async () => {
    const { output } = await redact('{"\\u043f\\u0430\\u0440\\u043e\\u043b\\u044c":"hunter2x"}', 'application/json');
    assert.ok(!output.includes('hunter2x'));
    const form = await redact(`${encodeURIComponent('пароль')}=hunter2x`, 'application/x-www-form-urlencoded');
    assert.ok(!form.output.includes('hunter2x'));
    assert.ok(!(await redact('Пароль: hunter2x', 'text/plain')).output.includes('hunter2x'));
  });

  it('say nothing of what only tells about one', async () => {
    for (const name of [
      'длина пароля в знаках',
      '密码长度',
      'パスワードポリシー',
      'имя файла',
      '文件名字',
      '用户名',
      'описание',
      '説明',
    ])
      assert.equal(await redactedAs(name, 'report-7'), 'report-7', name);
    for (const name of ['IP地址', 'メールアドレス', 'IP-адрес'])
      assert.equal(await redactedAs(name, 'srv one'), 'srv one', name);
  });
});
