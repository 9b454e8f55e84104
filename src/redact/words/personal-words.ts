/** Words for people that a name may stand beside: a name under them is a person's. */
export const PEOPLE: ReadonlySet<string> = new Set(
  (
    'customer customers patient patients employee employees contact contacts applicant applicants traveller travellers ' +
    'traveler travelers passenger passengers beneficiary beneficiaries guest guests person persons people buyer recipient ' +
    'recipients payer payee cardholder accountholder student students teacher doctor physician practitioner ' +
    'signer signers signatory insured policyholder debtor creditor consignee shipper spouse guardian mother ' +
    'father individual witness donor attendee attendees resident borrower ' +
    'nurse nextofkin emergencycontact ' +
    'billingcontact shippingcontact contactperson nok kin caregiver claimant ' +
    'attorney lawyer landlord lessee renter voter pupil trainee citizen maiden ' +
    'cliente clientes kunde kunden kundin paciente pacientes utente klant klanten titular empleado empleados mitarbeiter ' +
    'assure salarie dipendente medewerker pacjent klient klienta ansprechpartner ' +
    'empfanger absender besteller patienten patientin versicherter inhaber karteninhaber kontoinhaber destinataire ' +
    'expediteur beneficiaire titulaire passager voyageur eleve etudiant destinatario remitente beneficiario pasajero ' +
    'estudiante mittente intestatario studente passeggero destinatari ontvanger afzender passagier odbiorca nadawca kunder ' +
    'pasient patienter asiakas potilas zakaznik pacient aluno funcionario contato comprador acheteur interlocuteur ' +
    'human taxpayer alumno alumna solicitante asegurado inquilino huesped trabajador contribuyente requerente hospede anagrafica richiedente ' +
    'alunno dipendenti assicurato lavoratore antragsteller schuler mieter vermieter arbeitnehmer ansprechperson versicherte ' +
    'versicherten demandeur locataire conjoint leerling huurder aanvrager werknemer uczen pracownik wnioskodawca kund elev ' +
    'attending surgeon pharmacist midwife dentist therapist psychologist psychiatrist clinician prescriber paramedic caretaker ' +
    'plaintiff defendant complainant victim suspect inmate detainee occupant visitor visitors dependent ' +
    'dependents dependant dependants sibling brother sister son daughter wife husband grandmother grandfather trustee ' +
    'witnesses students teachers doctors physicians nurses residents borrowers donors claimants guardians attorneys lawyers landlords voters ' +
    'pupils trainees citizens surgeons pharmacists therapists victims suspects occupants siblings brothers sisters sons daughters heirs ' +
    'officers judges instructors professors tutors ' +
    'executor godparent godmother godfather nominee guarantor cosigner coapplicant coborrower interviewer interviewee ' +
    'instructor professor lecturer tutor officer inspector investigator detective judge notary technician realtor ' +
    'householder homeowner salesperson accountant auditor veteran jobseeker deceased decedent heir hiringmanager ' +
    'madre padre hermano hermana hijo hija esposo esposa conyuge medico medica doctora enfermera enfermero profesor profesora ' +
    'comprador vendedor mere pere frere soeur fils fille epoux epouse medecin infirmier infirmiere enseignant mutter vater ' +
    'bruder schwester ehemann ehefrau ehepartner arzt arztin hausarzt pfleger lehrer lehrerin bearbeiter sachbearbeiter ' +
    'versicherungsnehmer fahrer mitglied mae pai irmao filho filha conjuge marido enfermeira professora mamma figlio figlia ' +
    'coniuge medica infermiera insegnante moeder vader zoon dochter echtgenoot verpleegkundige leraar matka ojciec ' +
    'corka zona lekarz nauczyciel contactpersoon rekeninghouder kaarthouder posiadacz kontoinnehavare kontohaver'
  ).split(' '),
);

/** Words that are mostly of people, and of programs and organisations too: a name under them has to look like one. */
export const ACTORS: ReadonlySet<string> = new Set(
  (
    'client clients user users owner owners member members sender seller driver agent tenant creator editor ' +
    'billing shipping delivery billto shipto caller author reporter assignee approver manager supervisor requester candidate ' +
    'candidates participant participants subscriber winner parent holder staff lender usuario utilisateur benutzer ' +
    'leader captain coach player artist representative rep ' +
    'me actor committer pusher originator organizer organiser attention attn issuedto ' +
    'billingdetails shippingdetails deliverydetails customerdetails personaldetails personalinfo personalinformation userinfo ' +
    'contactinfo contactdetails contactinformation userdetails customerinfo identity demographics invitee inviter mentor ' +
    'child children director shareholder remitter drawer drawee originator registrant respondent adviser advisor broker courier rider ' +
    'operator dispatcher engineer receiver partner referee referrer principal interpreter translator accountmanager ' +
    'salesrep projectmanager linemanager casemanager caseworker socialworker supporter collector coordinator ' +
    'administrator composer singer musician athlete jockey arbiter moderator speaker presenter editorinchief'
  ).split(' '),
);

/** People who are firms as often, in payments above all (ISO 20022: `Dbtr`, `UltmtCdtr`). */
export const PEOPLE_OR_FIRMS = 'payer payee shipper consignee creditor dbtr cdtr';

/** Elements of FHIR that refer to somebody, or to something. */
export const REFERRED =
  'subject performer recorder asserter enterer informant interpreter practitioner onbehalfof individual';

/** Words for things: a name in an object about one is its own. */
export const THINGS: ReadonlySet<string> = new Set(
  (
    'product products brand store shop city state country region team league company organization organisation ' +
    'org project category event role group department plan service app application device vehicle model series ' +
    'movie film book song album track game show channel playlist place venue location hotel restaurant school university ' +
    'hospital bank merchant vendor manufacturer supplier publisher warehouse carrier airline airport station ' +
    'language theme template layout widget component module package library repository repo branch workflow ' +
    'pipeline environment cluster namespace container network database ' +
    'campaign currency discount coupon'
  ).split(' '),
);

/** Words for things beside those, and for kinds of names that nobody has: `file name`, `scientific name`. */
export const NAMED_THINGS: ReadonlySet<string> = new Set(
  (
    'file files folder directory path class type table column field key tag domain host hostname server node pod job task ' +
    'queue topic stream bucket index view schema function method parameter param argument variable attribute property ' +
    'setting option feature flag rule policy trigger action signal metric counter alert report dashboard chart page screen ' +
    'form button menu icon image font color colour style mode status level stage step phase session token cookie header ' +
    'query filter sort order item line sku bundle pack size unit bank branch fund stock ticker symbol exchange market sector ' +
    'industry street building floor room district county province continent island river mountain stop route vessel ship ' +
    'boat aircraft flight train medication drug medicine substance ingredient disease diagnosis procedure test lab laboratory ' +
    'specialty species breed variety plant animal pet food dish recipe wine beer perfume fragrance collection artwork course ' +
    'subject program programme degree exam award prize tournament match race horse holiday festival mission operation ' +
    'planet star business firm agency institution authority ministry office practice clinic pharmacy facility employer ' +
    'insurer insurance corporation entity trading trade dba scientific generic technical internal short long canonical ' +
    'qualified system machine computer process thread zone var env section chapter article document doc template ' +
    'message mail mailbox group community forum board list segment audience cohort tier bundle design fabric pattern ' +
    'tv series season episode studio label artist band act genre brandline line range family make trim engine part ' +
    'hall arena stadium park garden bridge tower church castle monument village town municipality borough suburb ' +
    'neighborhood neighbourhood parish locality community street road avenue square place landmark poi area territory ' +
    'metodo archivo fichero fichier datei ordner producto produit produkt empresa societe firma ville ciudad stadt ' +
    'cidade citta stad miasto escuela ecole schule escola scuola banco banque banca rua calle rue strasse via'
  ).split(' '),
);

/** Words for a name, of somebody or something. */
export const NAME_WORDS: ReadonlySet<string> = new Set(
  'name names nom noms nombre nombres nome nomes naam navn namn nimi nazwa displayname nev jmeno nume numele nama nafn meno'.split(
    ' ',
  ),
);

/** Words that make what they stand beside a part of a person's name. */
export const NAME_PART_WORDS: ReadonlySet<string> = new Set(
  'first last given family middle sur full display legal real preferred maiden birth'.split(' '),
);

/** Names of persons, wherever they stand: the ends of names of fields, put together, in lower case and without accents. */
export const PERSON_NAMES =
  'firstname givenname fname forename middlename lastname surname familyname lname maidenname fullname ' +
  'patientname customername cardholdername cardholder holdername accountholder accountholdername contactname mname ' +
  'contactperson employeename recipientname beneficiaryname payeename payername passengername guestname ' +
  'doctorname physicianname studentname nameoncard realname preferredname personname realnamenormalized ' +
  'insuredname subscribername applicantname buyername billingname shippingname nameonaccount firstnames lastnames ' +
  'debtorname creditorname signatory signername nextofkin emergencycontactname birthname gecos givennames familynames ' +
  'forenames forename1 forename2 nombres prenoms displaynamelastfirst namelastfirst attentionto consigneename shippername travellername travelername witnessname firstlastname secondlastname ' +
  'fatherslastname motherslastname mothersmaidenname mothermaidenname fathersname mothersname spousename ' +
  'vorname vornamen nachname familienname geburtsname kontoinhaber ansprechpartner ansprechpartnerin karteninhaber ' +
  'kundenname patientenname empfangername zuname rufname vollername vollstandigername nameundvorname vorundnachname ' +
  'namedeskunden namedespatienten prenom prenoms nomdefamille nomfamille nomdenaissance nomcomplet nomprenom nometprenom nomusage ' +
  'nombrecompleto apellido apellidos primerapellido segundoapellido apellidopaterno apellidomaterno nombreyapellidos ' +
  'nombreyapellido primernombre segundonombre nombretitular titulardelatarjeta cognome nomecompleto nomecognome ' +
  'nomeecognome sobrenome primeironome ultimonome nomedamae voornaam voornamen achternaam tussenvoegsel volledigenaam ' +
  'roepnaam imie imiona nazwisko imieinazwisko fornavn etternavn efternavn fornamn efternamn etunimi sukunimi ' +
  'intestatario krestnijmeno prijmeni keresztnev vezeteknev teljesnev sirketname othernames nameatbirth secondname ' +
  'paternalsurname maternalsurname paternallastname maternallastname initialsandsurname personalname ' +
  'adsoyad adisoyadi soyad soyadi isimsoyisim prenume numecomplet numedefamilie hoten hovaten tendaydu tenkhachhang ' +
  'namalengkap namadepan namabelakang namapanggilan namaibukandung namapasien namapelanggan namanasabah apelyido ' +
  'prezime imeiprezime priezvisko jmenoaprijmeni menoapriezvisko vardas pavarde uzvards eesnimi perekonnanimi fornafn ' +
  'eftirnafn cognoms nomicognoms utonev csaladnev nomesocial nomedamae nomedopai nomedotitular nominativo meisjesnaam ' +
  'voorletters nomdejeunefille nomnaissance kokonimi fulltnavn fuldenavn fullstandigtnamn drugieimie imieojca nazwiskorodowe ' +
  'medecintraitant zustandigerarzt medicotratante apellidocasada segundonome primernom cardholders';

/** Those of them that are parts of a name, of which nothing but a person has any. */
export const PARTS_OF_NAMES =
  'firstname givenname fname forename forenames middlename lastname surname familyname lname givennames familynames firstnames ' +
  'lastnames vorname vornamen nachname familienname prenom prenoms nomdefamille nomfamille nombres apellido apellidos primerapellido ' +
  'segundoapellido apellidopaterno apellidomaterno cognome sobrenome voornaam voornamen achternaam imie nazwisko fornavn ' +
  'etternavn efternavn fornamn efternamn etunimi sukunimi prijmeni keresztnev vezeteknev maidenname birthname ' +
  'soyad soyadi prenume numedefamilie namadepan namabelakang apelyido prezime priezvisko pavarde uzvards eesnimi ' +
  'perekonnanimi fornafn eftirnafn cognoms utonev csaladnev paternalsurname maternalsurname secondsurname';

/** What else only persons have, and who writes their addresses down: it says nothing of its own value. */
export const OF_PERSONS =
  'email emails emailaddress emailaddresses emailverified gender sex honorificprefix maritalstatus nationality preferredusername ' +
  'correo correoelectronico courriel emailadresse geschlecht sexo sexe genero staatsangehorigkeit nacionalidad nationalite';

/** Lines of a street, or what is in it. */
export const STREETS =
  'street streetaddress addressline addressline1 addressline2 addressline3 addressline4 address1 address2 address3 addr1 ' +
  'addr2 addrline1 addrline2 billingstreet shippingstreet mailingstreet street1 street2 streetline streetline1 streetline2 ' +
  'addressstreet streetname streetaddress1 streetaddress2 strasse strassehausnummer strasseundhausnummer strassenname str ' +
  'hausanschrift calle callenumero nomderue rueetnumero ulica straatnaam housenumberandstreet deliverystreet homestreet ' +
  'workstreet lignedadresse adresseligne1 adresse1 adresse2 direccion1 direccion2 logradouro adreszeile1 adresszeile ' +
  'adresszeile1 adresszusatz addressstreet1 streetandnumber gatuadress gateadresse vejnavn katuosoite utca via1 mailingaddress1 ' +
  'addresslineone addresslinetwo addressone addresstwo deliveryline1 deliveryline2 calleynumero ruaenumero calleyaltura strtnm ' +
  'ulicaicislo ulicainumer ulicaacislo gatenavn gatuadressrad streetno1 vianumero viaenumero';

/** Whole addresses, or objects with their parts. */
export const ADDRESSES =
  'address addresses postaladdress pstladr fulladdress deliveryaddress shippingaddress billingaddress patientaddress anschrift adresse ' +
  'adressepostale domicilio direccion direccionpostal indirizzo endereco adres lieferadresse rechnungsadresse postanschrift ' +
  'wohnanschrift privatadresse residence shipto billto addr adrespocztowy morada adress bostadsadress custaddress ' +
  'homeaddress mailingaddress residentialaddress workaddress officeaddress permanentaddress currentaddress defaultaddress ' +
  'lieferanschrift rechnungsanschrift wohnadresse meldeadresse adresselivraison adressefacturation adressedelivraison ' +
  'adressedefacturation direccionenvio direcciondeenvio direccionfacturacion domicile postadresse postadress osoite adresa ' +
  'indirizzodiresidenza bezorgadres factuuradres woonadres adreszamieszkania enderecoentrega addressinfo addressdetails ' +
  'alamat alamatrumah diachi adresabydliste adresatrvalehobydliste bydliste lakcim adressatiri levelezesicim tirahan ikametgah';

/** Words for an address that stand before what it is for: `dirección de envío`. */
export const ADDRESS_WORDS: ReadonlySet<string> = new Set(
  'direccion domicilio indirizzo endereco adresse adresa adres alamat morada anschrift osoite adress cim adreca'.split(
    ' ',
  ),
);

/** Behind those, that it is no place where somebody lives, or is only told about. */
export const NOT_OF_STREETS =
  /^(?:ips?|ipv4|ipv6|mac|e|email|mail|correo|electronic[ao]|electronique|elettronic[ao]|courriel|eletronico|web|url|type|typ|tipo|id|ids|code|kod|count|verified|valid|status|format|country|pais|pays|land|city|ville|zip|cp|plz|wallet|contrato|contract|date|book|name)$/;

/** Names of streets that are short, and mostly of something else where there is no number. */
export const SHORT_STREETS = 'via adr cim line calle rue rua straat gata gade vej strada cadde sokak ulice addr street';

/** The parts of an address that say where somebody lives: not the town, nor its postal code. */
export const ADDRESS_PARTS =
  'street street1 street2 street3 line line1 line2 line3 line4 lines addressline1 addressline2 addressline3 addressline ' +
  'address1 address2 address3 streetaddress streetname streetline1 streetline2 streetlines streets thoroughfare text formatted ' +
  'formattedaddress full fulladdress address rue calle strasse via rua ulica straat value suite apartment apt unit flat ' +
  'building buildingname premise subpremise houseandstreet secondary extended extendedaddress deliverypoint streetnumberandname ' +
  'displayaddress singleline oneline raw postofficebox pobox firstline secondline thirdline voie libellevoie nomvoie ' +
  'numeroetvoie avenue rueetnumero gata gate vej veg utca sokak cadde jalan ulitsa strtnm bldgnm adrline';

/** The number of a house, which is short. */
export const HOUSE_NUMBERS =
  'bldgnb housenumber houseno housenr hausnummer hausnr streetnumber streetno buildingnumber huisnummer numerocivico civico ' +
  'numerodemaison numerovoie numerocalle numerorua husnummer';

/** Numbers of passports. */
export const PASSPORTS =
  'passport reisepass traveldocument traveldoc passeport numeropasseport numerodepasseport pasaporte numeropasaporte ' +
  'numerodepasaporte passaporto numeropassaporto numerodelpassaporto paspoort paszport numerpaszportu passaporte ' +
  'numerodopassaporte passportdetails reisepassnummer passnummer passnr paspoortnummer numeropassaporte passi pasaport pasaportno ' +
  'pasaportnumarasi paspor nomorpaspor nopaspor hochieu sohochieu utlevel utlevelszam cislopasu passinumero cestovnipas ' +
  'cestovnydoklad putovnica brojputovnice pasas pase passpor';

/** Numbers of accounts at banks. */
export const BANK_ACCOUNTS =
  'bban bankaccount bankaccountnumber bankaccountno bankaccountnum bankaccountnr bankacctnumber bankacctno bankacct achaccountnumber ' +
  'checkingaccountnumber savingsaccountnumber directdepositaccountnumber beneficiaryaccountnumber payeeaccountnumber ' +
  'kontonummer kontonr ktonr bankkontonummer bankkonto numerodecuenta numerocuenta cuentabancaria ' +
  'numerodecuentabancaria numerocuentabancaria numerodecompte numerocompte numerodecomptebancaire comptebancaire rekeningnummer bankrekeningnummer ' +
  'bankrekening numerkonta numerrachunku nrrachunku rachunekbankowy numeroconto contobancario numerodiconto ' +
  'contabancaria numerodaconta numerodecontabancaria numeroconta kontonummerbank tilinumero cislouctu bankszamlaszam';

/** What holds the parts of one. */
export const BANK_ACCOUNT_OBJECTS =
  'bankaccount bankaccounts bankdetails bankaccountdetails bankaccountinfo bankinfo bankinginfo bankingdetails directdeposit ' +
  'directdeposits ach achdebit achcredit usbankaccount bankverbindung';

/** Numbers of driving licences. */
export const DRIVING_LICENCES =
  'drivinglicence drivinglicense driverlicense driverlicence driverslicense driverslicence dlnumber dlno dlnum ' +
  'licensenumberdriver licencenumberdriver ' +
  'licensenumberdmv dmvlicense dmv fuhrerschein fuhrerscheinnummer fuehrerscheinnummer fuehrerschein permisdeconduire ' +
  'numeropermis numerodepermis numerodepermisdeconduire permisconduire numeropermisconduire permisodeconducir ' +
  'carnetdeconducir licenciadeconducir permisoconducir licenciaconducir numerolicenciaconducir patentediguida numeropatente ' +
  'patenteguida rijbewijs rijbewijsnummer prawojazdy numerprawajazdy cartadeconducao cartaconducao driverslic driverlic ' +
  'driverslicensenum driverslicenseplate korkort forerkort ajokortti cnhnumero numerocnh cnh korkortsnummer korkortsnr ' +
  'forerkortnummer forerkortnr korekort korekortnummer ajokortinnumero ajokortinumero ehliyet ehliyetno ehliyetnumarasi ' +
  'surucubelgesi surucubelgesino ridicskyprukaz cisloridickehoprukazu ridickyprukaz vodickypreukaz jogositvany ' +
  'jogositvanyszam vozackadozvola permisdeconducere carnedeconducir giaypheplaixe drivinglicencenr';

/** Numbers of a patient's record. */
export const MEDICAL_RECORDS =
  'mrn patientmrn medicalrecord healthrecord hospitalnumber hospitalno chartnumber chartno patientchart patientchartnumber ' +
  'patientenaktennummer patientenakte numerodedossiermedical dossiermedical numerodehistoriaclinica historiaclinica ' +
  'numerohistoriaclinica medrecnum medrec medrecno patientrecord hospitalrecord urnumber medicalrecordnum patientfilenumber ' +
  'patientennummer patientnumber patientno patientnum numeropatient numerodossierpatient cartellaclinica numerocartellaclinica prontuario ' +
  'numerodoprontuario numeroprontuario patientnr medischdossier dossiernummerpatient unitrecordnumber emr emrnumber emrid ehrid ' +
  'ehrnumber empi mrnumber mrno mrnum medicalid medicalnumber medicalfile medicalfilenumber medicalrecnum clinicrecordnumber clinicrecord ' +
  'krankenakte krankenaktennummer krankenaktenzeichen expedienteclinico numeroexpedienteclinico expedientemedico patientnummer ' +
  'patientennr numerkartypacjenta kartapacjenta kartotekapacjenta patientjournal potilasnumero sairauskertomus ' +
  'sairauskertomusnumero rekammedis norekammedis nomorrekammedis sobenhan mabenhnhan hospitalpatientid patientid patientids patientidentifier ' +
  'identifiantpatient identifiantpermanentpatient ippatient patientrecordid medicalcharts medicalchart medicalchartnumber';
