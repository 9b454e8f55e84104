/** Words before `key` that make it a secret one. */
export const KEYS = (
  'api access accesskeyid private subscription functions app application master consumer client secret openai cognitiveservices search maps firebase azure storageaccount signing ' +
  'encryption decryption shared account session auth storage service admin root ssh webhook merchant integration hmac'
).split(' ');

/** Names of the code on a card in other languages. */
export const CARD_CODE_NAMES =
  'kartenprufnummer kartenprufziffer prufzifferkarte prufnummerkarte kartensicherheitscode sicherheitscode cryptogramme ' +
  'cryptogrammevisuel codigodeseguridadtarjeta codigoseguridadtarjeta codigodeseguridaddelatarjeta codedesecurite codesecurite codigodeseguridad codigoseguridad codigodeseguranca codigoseguranca ' +
  'codicedisicurezza codicesicurezza beveiligingscode veiligheidscode kodbezpieczenstwa kodcvv kodcvc codeverificationcarte ' +
  'kartenpruefnummer kartenpruefziffer pruefzifferkarte codesecuritecarte codedesecuritecarte ' +
  'tarjetaverificationcode karteverificationcode carteverificationcode cartaverificationcode cartaoverificationcode ' +
  'codigoseguridaddelatarjeta codigodesegurancadocartao segurancadocartao securitycodecard verificationcodecard turvakoodi turvakood guvenlikkodu bezpecnostnikod bezpecnostnykod ' +
  'biztonsagikod coddesecuritate codsecuritate kodekeamanan sigurnosnikod cvccode cvvcode sakerhetskod sikkerhetskode';

/** Names of passwords in other languages. */
export const PASSWORDS =
  'motdepasse wachtwoord senha haslo losenord adgangskode salasana heslo jelszo parola sifre cleapi matkhau passord lozinka zaporka geslo parool slaptazodis kodeord ' +
  'palavrapasse katasandi contrasenya contrasinal lykilord salasona geheimwort';

/** Names of tokens and keys in other languages. */
export const TOKENS =
  'jetonacces jetondacces zugriffstoken zugangstoken geheimnis claveapi claveacceso clavedeacceso apischluessel';
