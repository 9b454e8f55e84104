import type { EntityName } from '../entities.ts';

/** Words by entity, parted by spaces; those that are put together of several are written as one. */
type Words = Readonly<Partial<Record<EntityName, string>>>;

/**
 * Names of numbers: what stands under such a name, or right behind it, is one even when it was mistyped. In lower case,
 * without spaces and accents.
 */
export const NUMBER_NAMES: Words = {
  card:
    'cardnumber cardno cardnum ccnumber ccnum ccno creditcard creditcardnumber debitcard debitcardnumber primaryaccountnumber ' +
    'paymentcardnumber kartennummer kreditkartennummer kreditkartennr kartennr numerodecarte numerocarte cartebancaire ' +
    'cartebleue numerodetarjeta numerotarjeta numerodocartao numerocartao cartaodecredito numerocarta cartadicredito ' +
    'creditcardnummer kaartnummer numerkarty kreditkarte tarjetadecredito cartedecredit cardpan',
  us_ssn:
    'ssn ssns numerodesecuritesocialeamericain securitesocialeamericain ussocialsecurity socialsecurity socialsecuritynumber socialsecurityno socialsecuritynum socsec socsecnum socsecno ssnumber ' +
    'segurosocial segurodesocial numerodesegurosocial socialsecurityid ssnlast sozialversicherungsnummerusa ssnumero',
  us_itin: 'itin itins individualtaxpayer individualtaxpayeridentificationnumber itinnumber individualtaxpayerid',
  us_ein:
    'ein fein eins employeridentification employeridentificationnumber employerid employeridnumber federaltaxid ' +
    'federalemployer federalemployerid federaltaxidnumber businesstaxid companytaxid feinnumber einnumber employertaxid',
  us_npi: 'npi npis nationalprovideridentifier nationalprovider nationalproviderid npinumber providernpi',
  us_routing:
    'routingnumber routingno abanumber abarouting routingtransit routingtransitnumber abartn bankroutingnumber ' +
    'routingnum achrouting abaroutingnumber transitnumber routingcode',
  phone:
    'phone phones telephone telephones tel mobile mobil mobiltelefon cellphone fax telefax whatsapp msisdn telefon telefono ' +
    'telefoon telefone handy handynummer mobilnummer mobiltelefonnummer rufnummer telefonnummer telefonnr faxnummer ' +
    'telephonenumber phonenumber phonenumbers phoneno phonenum mobileno mobilenumber mobilephone mobilephonenumber ' +
    'cellnumber telno telnr telefoonnummer mobielnummer numerodetelephone numerotelephone numerodetelefono ' +
    'numerotelefono numerotelefonu telefonszam movil celular cellulare telemovel komorka telefonkomorkowy gsm portable ' +
    'contactphone contactnumber homephone workphone officephone dayphone eveningphone faxnumber phone1 phone2 ' +
    'smsnumber whatsappnumber callerid callernumber phn landline festnetz festnetznummer puhelin telf ' +
    '電話 電話番号 携帯 携帯番号 手机 手机号 手机号码 电话 电话号码 телефон фон फोन मोबाइल 전화 전화번호 휴대폰',
  date_of_birth:
    'bday dateofbirth dateofbirthday birthdate birthday birthdays birthdt dob dobs borndate datebirth datenaissance ' +
    'datedenaissance naissance geburtsdatum geburtstag gebdatum gebdat geburt fechadenacimiento fechanacimiento ' +
    'fechanac nacimiento datadinascita datanascita nascita datadenascimento datanascimento nascimento geboortedatum ' +
    'geboren geboortedag dataurodzenia urodzenia urodzony urodzona fodelsedatum fodselsdato bornon born birth ' +
    'nacido nacida nato nata nascido nascida geb nele neele dateofbirthiso syntymaaika syntymapaiva datumnarozeni narozeni narozen narozena ' +
    'szuletesiido szuletesidatum szuletett datanasterii nasterii datadenastere dogumtarihi dogum dogumgunu ngaysinh tanggallahir ' +
    'tgllahir tarikhlahir datumrodenja rodenja rodendan datumnarodenia narodenia gimimodata dzimsanasdatums sunniaeg ' +
    'faedingardagur datadenaixement naixement kapanganakan 生年月日 誕生日 出生日期 生日 生年 생년월일 생일 датарождения деньрождения датанародження ' +
    'تاريخالميلاد ημερομηνίαγέννησης תאריךלידה วันเกิด जन्मतिथि',
  uk_nhs: 'nhs nhsnumber nhsno nhsnum nhsid patientnhs nationalhealthservice nationalhealthservicenumber',
  de_tax_id:
    'steuerid steueridnr steueridnummer steueridentifikationsnummer identifikationsnummer steuerlicheidentifikationsnummer ' +
    'steueridentnr idnr steuerident germantaxid taxidde detaxid steuerlicheid tinde',
  fr_nir:
    'nir numerosecu nsecu secu securitesociale numerosecuritesociale numerodesecuritesociale numerodesecu insee ' +
    'inseenumber numeroinsee numss nss nosecu numsecu frenchsocialsecurity frenchsocialsecuritynumber cartevitale ' +
    'numerodesecuritesoc immatriculationsecu numeross noss nss numerosecusociale',
  pl_pesel: 'pesel peselnumber numerpesel nrpesel peselnr',
  nl_bsn:
    'bsn bsnnummer burgerservicenummer sofinummer sofi bsnnr burgerservicenr bsnnumber dutchbsn citizenservicenumber',
  in_aadhaar:
    'aadhaar aadhar adhaar adhar aadhaarnumber aadharnumber aadhaarno aadharno aadhaarcard aadharcard uidai uidainumber ' +
    'aadhaarid आधार aadhaarnum aadharnum',
  au_tfn: 'tfn tfns taxfilenumber taxfileno taxfile taxfilenum australiantaxfile australiantaxfilenumber tfnnumber',
  au_medicare: 'medicare medicarenumber medicareno medicarecard medicarecardnumber medicarenum medicarecardno',
  ca_sin:
    'socialinsurance socialinsurancenumber socialinsuranceno sinnumber sinno canadasin canadiansin numerodassurancesociale ' +
    'assurancesociale numeroassurancesociale employeesin sinnum',
  br_cpf:
    'cpf cpfs cpfnumber numerocpf numerodocpf cadastrodepessoafisica cadastrodepessoasfisicas cpfnumero nrcpf cpfcliente ' +
    'cpfcnpj cnpjcpf cpftitular',
  br_cnpj:
    'cnpj cnpjs numerocnpj cnpjnumber cadastronacional cnpjnumero nrcnpj cpfcnpj cnpjcpf cadastronacionaldapessoajuridica',
};

/** Words that speak for a number that looks right: near it they are enough. */
export const NUMBER_WORDS: Words = {
  card:
    'card cards pan cc credit debit visa mastercard amex maestro payment pay paid charge charged kreditkarte karte ' +
    'tarjeta carte cartao carta kaart karta pago paiement zahlung refund authorization debito credito amexcard unionpay jcb ' +
    'diners discover cardholder',
  us_ssn: 'ss',
  us_itin: 'taxid taxpayerid taxpayeridentification taxpayeridentificationnumber tin tinnumber taxpayer',
  us_ein: 'taxid taxpayerid taxpayeridentification taxpayeridentificationnumber taxidnumber tin tinnumber employer',
  us_npi: 'prescriber provider rendering',
  us_routing: 'routing aba rtn transit ach wire',
  phone:
    'cell call calls called callback sms dial reached texted contact caller callee appelez appeler llame ' +
    'llamar anrufen ruf rufen hotline helpline dialed viber voicemail mob mynumber mynewnumber yournumber hernumber hisnumber theirnumber newnumber reachme ' +
    'textme ringme meinenummer neuenummer ruckruf monnumero minumero meunumero ilmionumero joindre joignable',
  de_tax_id: 'taxid tin steuer steuernummer finanzamt taxnumber taxidentificationnumber taxidentification',
  fr_nir: 'assure vitale sociale socialsecurity socialsecuritynumber ameli cpam nss',
  pl_pesel: 'nationalid identitynumber personalid',
  nl_bsn: 'sofi burgerservice nationalid identitynumber personalid',
  in_aadhaar: 'uid kyc nationalid identitynumber',
  au_tfn: 'taxid ato taxnumber tin',
  au_medicare: 'medibank irn',
  ca_sin: 'sin nas nationalid',
  br_cpf: 'ssn socialsecurity socialsecuritynumber taxid cadastro documento nationalid contribuinte doc taxnumber',
  br_cnpj: 'taxid cadastro documento empresa taxnumber companyid',
  uk_nhs: 'patient nationalid healthnumber gp',
};
