/** What a name of a field in a script other than Latin says that its value is. */
export type ScriptKind = 'secret' | 'code' | 'pin' | 'cardCode' | 'nationalId' | 'passport' | 'person' | 'address';

/** Ends of names without spaces and punctuation, in lower case. */
const ENDS: Readonly<Record<ScriptKind, string>> = {
  secret:
    'пароль парольпользователя парольбазы парольадминистратора пароля парол парола лозинка токен секрет секретныйключ ключдоступа ключдоступу 密码 密碼 口令 令牌 密钥 密鑰 秘钥 私钥 私鑰 ' +
    'パスワード トークン シークレット 秘密鍵 シークレットキー アクセスキー apiキー 비밀번호 비번 암호 패스워드 토큰 비밀키 시크릿 액세스키 ' +
    'كلمةالمرور كلمةالسر كلمةمرور كلمةسر رمزالمرور رمزعبور گذرواژه کلمهعبور סיסמה סיסמא συνθηματικο κωδικοσπροσβασησ κωδικος ' +
    'पासवर्ड কূটশব্দ পাসওয়ার্ড கடவுச்சொல் รหัสผ่าน գաղտնաբառ პაროლი',
  code: '验证码 驗證碼 認証コード 確認コード 인증번호 인증코드 кодподтверждения кодизсмс رمزالتحقق',
  pin: 'пинкод пин 暗証番号 pinコード 핀번호 الرقمالسري',
  cardCode: '安全码 安全碼 セキュリティコード 보안코드 кодбезопасности защитныйкод cvv码 cvc번호',
  nationalId:
    '身份证 身份证号 身份证号码 身分證字號 公民身份号码 证件号码 マイナンバー 個人番号 주민등록번호 주민번호 снилс рнокпп егн ' +
    'رقمالهوية الرقمالقومي کدملی תעודתזהות מספרזהות',
  passport:
    '护照 护照号 护照号码 護照號碼 パスポート番号 旅券番号 여권번호 паспорт номерпаспорта серияиномерпаспорта جوازالسفر',
  person:
    '氏名 姓名 名前 お名前 名字 имя фамилия отчество фио полноеимя имяклиента имяпациента 이름 성명 नाम 患者名 客户名称 顧客名 고객명 환자명 ' +
    "им'я прізвище الاسم اسمالعميل الاسمالكامل שםפרטי שםמשפחה שםמלא ονοματεπωνυμο επωνυμο ชื่อ ชื่อนามสกุล",
  address: '住所 地址 адрес адреса адресдоставки 주소 العنوان כתובת διευθυνση पता ที่อยู่ 送货地址',
};
/** These alone say so, and at the end of a name nothing. */
const WHOLE: Readonly<Partial<Record<ScriptKind, string>>> = { person: '姓 名' };
/** Addresses of machines and of mail. */
const NO_ADDRESS =
  /(?:ip|ip4|ipv4|ipv6|mac|url|почты|электронный|сайта|邮箱|邮件|電郵|网|網|电子邮件|이메일|メール|الالكتروني)(?:地址|адрес|주소|住所|العنوان)$/;
/** Of a person such words name an account or a thing. */
const NO_PERSON =
  /(?:имя(?:пользователя|файла|хоста|домена|узла)|(?:文件|用户|域|主机|商品|产品|公司|项目)(?:姓名|名字)|아이디)$/;

const BY_END = new Map<string, ScriptKind>();
for (const [kind, ends] of Object.entries(ENDS) as [ScriptKind, string][])
  for (const end of ends.split(' ')) BY_END.set(plain(end), kind);
const BY_WHOLE = new Map<string, ScriptKind>();
for (const [kind, names] of Object.entries(WHOLE) as [ScriptKind, string][])
  for (const name of names.split(' ')) BY_WHOLE.set(name, kind);
const MAX_END_CHARS = Math.max(...Array.from(BY_END.keys(), ({ length }) => length));

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replace(/[\u0301\u0384\s\p{P}\p{S}]+/gu, '')
    .normalize('NFD')
    .replace(/[\u0300\u0301\u0308\u0342]+/g, '')
    .normalize('NFC');
}

/** What the end of a name says, a binary string of UTF-8 or units of UTF-16; undefined for names of ASCII, and for most others. */
export function scriptKind(name: string): ScriptKind | undefined {
  if (!/[\x80-\uffff]/.test(name)) return undefined;
  const text = plain(/[\u0100-\uffff]/.test(name) ? name : Buffer.from(name, 'latin1').toString());
  const whole = BY_WHOLE.get(text);
  if (whole !== undefined) return whole;
  for (let length = Math.min(MAX_END_CHARS, text.length); length > 1; length -= 1) {
    const kind = BY_END.get(text.slice(-length));
    if (kind === undefined) continue;
    return (kind === 'address' ? NO_ADDRESS : kind === 'person' ? NO_PERSON : NEVER).test(text) ? undefined : kind;
  }
  return undefined;
}

const NEVER = /(?!)/;
