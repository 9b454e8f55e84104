/** Words before `key` that make it a secret one. */
export const KEYS = (
  'api access accesskeyid private subscription functions app application master consumer client secret openai cognitiveservices search maps firebase azure storageaccount signing ' +
  'encryption decryption shared account session auth storage service admin root ssh webhook merchant integration hmac wifi wlan wpa recovery aes decrypt preshared psk backup'
).split(' ');

/** Words before `key` that make it one when it looks random. */
export const RANDOM_KEYS =
  'network data deploy deployment server stream rtmp ingest activation unlock crypto cipher vault push';

/** Headers by which services show that a call is theirs. */
export const SIGNATURES =
  'stripesignature hubsignature hubsignature256 slacksignature twiliosignature xshopifyhmacsha256 shopifyhmacsha256 paypaltransmissionsig';

/** Names of codes that are typed once, or let somebody in. */
export const TYPED_CODES =
  'onetimecode onetimepasscode twofactorcode 2facode logincode signincode authenticationcode smscode emailcode phonecode ' +
  'activationcode unlockcode accesscode doorcode pairingcode resetcode emailverificationcode verifycode tancode ' +
  'einmalcode einmalpasswort bestatigungscode verifizierungscode zugangscode codedeverification codeverification codeotp codesms ' +
  'codedeconfirmation codigodeverificacion codigoverificacion codigodeacceso codigoacceso codigodeverificacao ' +
  'codigoverificacao codicediverifica codiceverifica codiceotp verificatiecode kodweryfikacyjny kodsms dogrulamakodu ' +
  'onaykodu verifieringskod bekreftelseskode overovacikod maxacnhan maotp kodeverifikasi kodeotp securitycodesms';

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
  'palavrapasse katasandi contrasenya contrasinal lykilord salasona geheimwort passwort kennwort paswoord motpasse motsdepasse sifresi ' +
  'parolaaccesso paroladordine parolaordine paroladiaccesso parolaactuala sandi';

/** Names of tokens and keys in other languages. */
export const TOKENS =
  'jetonacces jetondacces zugriffstoken zugangstoken geheimnis claveapi claveacceso clavedeacceso apischluessel ' +
  'clavesecreta claveprivada chavesecreta chaveacesso chavedeacesso chaveapi chaveprivada chiavesegreta chiaveprivata chiaveapi ' +
  'chiaveaccesso geheimesleutel geheimerschlussel schlusselgeheim privaterschlussel zugriffsschlussel apisleutel kluczapi ' +
  'kluczprywatny tajnyklucz hemlignyckel apinyckel clesecrete cleprivee gizlianahtar apianahtari khoabimat kuncirahasia ' +
  'kunciapi apikulcs tajnyklic apiklic';
