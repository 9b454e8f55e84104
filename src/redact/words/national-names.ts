import { isClRut } from '../checks/index.ts';
import type { Shape } from './key-rule.ts';

/**
 * Names of numbers of identity cards and of persons, by which a value is believed: the ends of names of fields, put together, in
 * lower case and without accents.
 */
export const NATIONAL_IDS =
  'nationalid nationalids nationalidentity nationalidentitycard nationalidcard nationalidentification nationalidentitynumber ' +
  'nationalidentificationnumber nationalidnumber identitycard identitycardnumber identitynumber idcard ' +
  'identitydocument identitydocumentnumber iddocument iddocumentnumber citizenid citizenidnumber citizennumber ' +
  'citizenshipnumber governmentid governmentidnumber govid govtid govtidnumber govidnumber governmentidentification stateid stateidnumber identificationdocument identificationdocumentnumber governmentissuedid residentid residentidnumber ' +
  'residentregistration residentregistrationnumber personalidnumber personalidentitynumber personalidentitycode ' +
  'personalidentificationnumber personalidentificationcode personidentifier civilid civilidnumber nricno nricnumber nric ' +
  'nricfin finnumber uinfin icnumber mykad mykadnumber hkid hkidnumber emiratesid emiratesidnumber iqama iqamanumber ' +
  'knowntravelernumber knowntravellernumber redressnumber voterid voteridnumber cnic cnicnumber ghanacard saidnumber rsaid mynumber ' +
  'documentoidentidad documentodeidentidad documentonacional documentonacionaldeidentidad documentoidentificacion ' +
  'numerodeidentificacion numeroidentificacion numerodeidentificacionnacional numerodeidentidad cedula cedulas ' +
  'cedulaidentidad ceduladeidentidad cedulaciudadania ceduladeciudadania cedulaextranjeria ceduladeextranjeria ' +
  'numerocedula numerodecedula curp clavecurp clavedeelector rutcliente cuil cuit nuip ' +
  'documentoidentidade documentodeidentidade numeroidentidade cartaocidadao cartaodecidadao numerocartaocidadao ' +
  'numerodocartaodecidadao bilhetedeidentidade registrogeral tituloeleitor titulodeeleitor ' +
  'cartenationaleidentite cartenationaledidentite carteidentite cartedidentite numerocarteidentite ' +
  'numerodecartedidentite numerocni pieceidentite piecedidentite numerodepiecedidentite numeronational ' +
  'registrenational numeroregistrenational numeroderegistrenational ' +
  'personalausweis personalausweisnummer personalausweisnr ausweisnummer ausweisnr ausweisdokument ahvnummer ahvnr ' +
  'rentenversicherungsnummer sozialversicherungsnummer svnummer svnr personenkennziffer ' +
  'documentoidentita numerodocumentoidentita cartaidentita cartadiidentita cartadidentita numerocartaidentita numerocartadiidentita numerocartadidentita ' +
  'identiteitskaart identiteitskaartnummer identiteitsnummer identiteitsbewijs idkaart idkaartnummer rijksregisternummer ' +
  'personnummer personnr personnumber samordningsnummer fodselsnummer fodselsnr cprnummer cprnr cprnumber henkilotunnus ' +
  'hetu kennitala ' +
  'dowodosobisty numerdowodu nrdowodu numerdowoduosobistego rodnecislo cisloop cisloobcanskehoprukazu obcanskyprukaz szemelyiigazolvany ' +
  'szemelyiigazolvanyszam szemelyiszam codnumericpersonal jmbg asmenskodas isikukood personaskods ' +
  'tckimlik tckimlikno tckn kimlikno kimliknumarasi tckimliknumarasi snils amka teudatzehut ' +
  'nomorktp noktp nomorinduk nomorindukkependudukan cccd socccd cmnd';

/** Names that say so to those who read the whole of it alone: `vehicle identification number` is another. */
export const WHOLE_NATIONAL_IDS = 'idnumber idno idnum identificationnumber personalid nidnumber';

/** Names of numbers of any document, that of somebody beside what tells of one. */
export const DOCUMENT_NUMBERS =
  'documentnumber documentno docnumber docno numerodocumento numerodedocumento nrodocumento documento numdocumento ' +
  'dokumentnummer numerodocument numerodudocument identification identificacion';

/** What says whose number it is in an object about a person. */
export const NATIONAL_ID_PARTS =
  'idnumber idno idnum documentnumber documentno docnumber identificationnumber identification numerodocumento ' +
  'numerodedocumento documento identificacion nrodocumento identity identitynumber';

const DIGITS_11: Shape = /^\s*\d{6}[ .-]?\d{5}\s*$/;

/** Names too short to be believed, with what the numbers look like that they stand for. */
export const SHAPED_NATIONAL_IDS: readonly (readonly [names: string, shape: Shape])[] = [
  ['steuernummer steuernr', /^\s*\d{2,3}[ /]?\d{3,4}[ /]?\d{3,5}(?:[ /]?\d{1,3})?\s*$/],
  ['utr', /^\s*\d{5} ?\d{5}\s*$/],
  ['rut run', { test: (value) => isClRut(value.replace(/[\s.-]/g, '').toUpperCase()) }],
  ['cpr', /^\s*\d{6}[ -]?\d{4}\s*$/],
  ['rrn', /^\s*\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?[0-9]\d{6}\s*$/],
  ['dni', /^\s*\d{1,2}\.?\d{3}\.?\d{3}\s*$/],
  ['rg', /^\s*\d{1,2}\.?\d{3}\.?\d{3}[ -]?[\dXx]\s*$/],
  ['nik ktp', /^\s*\d{16}\s*$/],
  ['nid', /^\s*(?:\d{10}|\d{13}|\d{17})\s*$/],
  ['cni', /^\s*\d{12}\s*$|^\s*[A-Z0-9]{9}\s*$/],
  ['rfc', /^\s*[A-Z&]{4}[ -]?\d{6}[ -]?[A-Z\d]{3}\s*$/],
  ['cnp', /^\s*[1-9]\d{12}\s*$/],
  ['fnr oib', DIGITS_11],
  ['egn', /^\s*\d{10}\s*$/],
  ['insz niss', /^\s*\d\d\.?\d\d\.?\d\d[ -]?\d{3}[ .-]?\d\d\s*$/],
  ['ahv avs', /^\s*756[ .]?\d{4}[ .]?\d{4}[ .]?\d\d\s*$/],
  ['inn', /^\s*\d{12}\s*$/],
];
