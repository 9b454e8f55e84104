import assert from 'node:assert/strict';
import { redactJsonValue } from './bodies.ts';

/** Fields by what their values are replaced by, and one value for all of them. */
const FIELDS: Readonly<Record<string, readonly [value: string, names: string]>> = {
  passport: [
    'XK1234567',
    'passport_no, número de pasaporte, numeroDiPassaporto, nr paszportu, číslo_pasu, pasaport numarası, nomorPaspor, số hộ chiếu, útlevélszám',
  ],
  driving_licence: [
    'D1234567',
    'dl_number, número da CNH, körkortsnummer, førerkort_nummer, ehliyetNo, řidičský průkaz číslo, permis de conduire n',
  ],
  medical_record: [
    '84736251',
    'mrn, chart_number, emrNumber, patient_no, Krankenaktennummer, numéro_de_dossier_médical, número de historia clínica, ' +
      'expedienteClinico, numero cartella clinica, numerKartyPacjenta, nomor_rekam_medis, identifiantPatient',
  ],
  national_id: ['85010148-00', 'govt_id_number, número de cédula, numeroCarteIdentite, numer dowodu osobistego'],
  date_of_birth: [
    '14.03.1985',
    'born_on, né le, data_nașterii, doğum tarihi, ngaySinh, tanggal_lahir, datum narození, születési idő, syntymäaika, ' +
      'дата рождения, ДатаРождения, 생년월일, تاريخ الميلاد, ημερομηνία γέννησης',
  ],
  postal_address: [
    'Lindenstraße 12',
    'address_line_one, serviceAddress, from_address, dirección fiscal, domicilio_particular, indirizzo di spedizione, rua, via, ' +
      'adresa bydliště, alamatRumah, địa chỉ, lakcím, strada, calle y número',
  ],
  card_code: ['737', 'güvenlik kodu, bezpečnostní_kód, turvakoodi, cod de securitate, kodeKeamanan'],
  pin: ['4821', 'pin_kodu, kod PIN, doorPin, voicemail_pin, mã_pin, mPIN'],
};

describe('names of fields', () => {
  for (const [entity, [value, names]] of Object.entries(FIELDS))
    it(`are known in many languages: ${entity}`, async () => {
      for (const name of names.split(', ')) {
        assert.deepEqual(await redactJsonValue({ [name]: value }), { [name]: `[redacted:${entity}]` }, name);
      }
    });

  it('of numbers mean somebody’s document only beside what tells of somebody', async () => {
    assert.deepEqual(await redactJsonValue({ last_name: 'Roe', numero_documento: '45678912' }), {
      last_name: '[redacted:person_name]',
      numero_documento: '[redacted:national_id]',
    });
    for (const document of [{ numero_documento: '45678912' }, { documentNumber: 'INV12345', total: 12 }])
      assert.deepEqual(await redactJsonValue(document), document);
  });

  it('leave what isn’t written like an address, a PIN or a number of somebody', async () => {
    for (const [name, value] of Object.entries({
      node_address: 'node 7 rack 2',
      via: 'Email 2 go',
      line: 'Line 4 of file',
      bind_address: ':8080',
      adresse_type: 'home 12',
      gpio_pin: '17',
      map_pin: '1234567890123',
      pass_id: '12345678',
      ipp: 'printer',
    }))
      assert.deepEqual(await redactJsonValue({ [name]: value }), { [name]: value });
  });
});

describe('names of secrets', () => {
  it('are known in many languages, whatever stands before or behind', async () => {
    for (const name of (
      'benutzerpasswort, contraseña, senha_atual, nuevaContraseña, mot de passe, mdp, clave_secreta, chave de acesso, chiaveSegreta, ' +
      'geheime_sleutel, hasło, kullanici_sifresi, kata sandi, klucz_api, wifi_key, wpa_psk, recovery_key, redis_auth, пароль'
    ).split(', '))
      assert.deepEqual(await redactJsonValue({ [name]: 'Sommer-2024' }), { [name]: '[redacted:credential]' }, name);
  });

  it('are those of codes that are typed once', async () => {
    for (const name of (
      'one_time_code, twoFactorCode, 2fa_code, login_code, activationCode, tan, Bestätigungscode, code_de_vérification, ' +
      'códigoDeVerificación, codice_di_verifica, doğrulama kodu, access_code, confirmation_code, sms_code'
    ).split(', '))
      assert.deepEqual(await redactJsonValue({ [name]: '482913' }), { [name]: '[redacted:credential]' }, name);
  });

  it('are those of keys that look random, where others are no secrets', async () => {
    for (const name of ['stream_key', 'deployKey', 'data_key'])
      assert.deepEqual(await redactJsonValue({ [name]: 'q8Zk2mVx7Lp0RtY5' }), { [name]: '[redacted:credential]' });
    const document = {
      data_key: 'orders/2024/eu',
      server_key: '550e8400-e29b-41d4-a716-446655440000',
      has_password: 'true',
      show_password: 'on',
      last_password_change: '2024-01-01',
      requires_password: 'yes',
      confirmation_code: 'XK4R2P',
      error_code: '482913',
      promo_code: 'SAVE20',
      tan: 'ABCD12345E',
      password_ref: 'vault/app/db7',
      secretReference: 'orders-db-7',
    };
    assert.deepEqual(await redactJsonValue(document), document);
  });
});
