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
    'versicherten demandeur locataire conjoint leerling huurder aanvrager werknemer uczen pracownik wnioskodawca kund elev'
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
    'contactinfo contactdetails contactinformation userdetails customerinfo identity demographics invitee inviter mentor'
  ).split(' '),
);

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

/** Words for a name, of somebody or something. */
export const NAME_WORDS: ReadonlySet<string> = new Set(
  'name names nom noms nombre nombres nome nomes naam navn namn nimi nazwa displayname nev jmeno'.split(' '),
);

/** Words that make what they stand beside a part of a person's name. */
export const NAME_PART_WORDS: ReadonlySet<string> = new Set(
  'first last given family middle sur full display legal real preferred maiden birth'.split(' '),
);

/** Names of persons, wherever they stand: the ends of names of fields, put together, in lower case and without accents. */
export const PERSON_NAMES =
  'firstname givenname fname forename middlename lastname surname familyname lname maidenname fullname legalname ' +
  'patientname customername cardholdername cardholder holdername accountholder accountholdername contactname mname ' +
  'contactperson employeename recipientname beneficiaryname payeename payername passengername guestname ' +
  'doctorname physicianname studentname parentname nameoncard realname preferredname personname realnamenormalized ' +
  'insuredname subscribername applicantname buyername billingname shippingname nameonaccount firstnames lastnames ' +
  'debtorname creditorname signatory signername nextofkin emergencycontactname birthname gecos givennames familynames ' +
  'forenames forename1 forename2 nombres prenoms displaynamelastfirst namelastfirst attentionto consigneename shippername travellername travelername witnessname firstlastname secondlastname ' +
  'fatherslastname motherslastname mothersmaidenname mothermaidenname fathersname mothersname spousename ' +
  'vorname vornamen nachname familienname geburtsname kontoinhaber ansprechpartner ansprechpartnerin karteninhaber ' +
  'kundenname patientenname empfangername zuname rufname vollername vollstandigername nameundvorname vorundnachname ' +
  'namedeskunden namedespatienten prenom prenoms nomdefamille nomdenaissance nomcomplet nomprenom nometprenom nomusage ' +
  'nombrecompleto apellido apellidos primerapellido segundoapellido apellidopaterno apellidomaterno nombreyapellidos ' +
  'nombreyapellido primernombre segundonombre nombretitular titulardelatarjeta cognome nomecompleto nomecognome ' +
  'nomeecognome sobrenome primeironome ultimonome nomedamae voornaam voornamen achternaam tussenvoegsel volledigenaam ' +
  'roepnaam imie imiona nazwisko imieinazwisko fornavn etternavn efternavn fornamn efternamn etunimi sukunimi ' +
  'intestatario krestnijmeno prijmeni keresztnev vezeteknev teljesnev sirketname';

/** Those of them that are parts of a name, of which nothing but a person has any. */
export const PARTS_OF_NAMES =
  'firstname givenname fname forename forenames middlename lastname surname familyname lname givennames familynames firstnames ' +
  'lastnames vorname vornamen nachname familienname prenom prenoms nomdefamille nombres apellido apellidos primerapellido ' +
  'segundoapellido apellidopaterno apellidomaterno cognome sobrenome voornaam voornamen achternaam imie nazwisko fornavn ' +
  'etternavn efternavn fornamn efternamn etunimi sukunimi prijmeni keresztnev vezeteknev maidenname birthname';

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
  'adresszeile1 adresszusatz addressstreet1 streetandnumber gatuadress gateadresse vejnavn katuosoite utca via1 mailingaddress1';

/** Whole addresses, or objects with their parts. */
export const ADDRESSES =
  'address addresses postaladdress fulladdress deliveryaddress shippingaddress billingaddress patientaddress anschrift adresse ' +
  'adressepostale domicilio direccion direccionpostal indirizzo endereco adres lieferadresse rechnungsadresse postanschrift ' +
  'wohnanschrift privatadresse residence shipto billto addr adrespocztowy morada adress bostadsadress custaddress ' +
  'homeaddress mailingaddress residentialaddress workaddress officeaddress permanentaddress currentaddress defaultaddress ' +
  'lieferanschrift rechnungsanschrift wohnadresse meldeadresse adresselivraison adressefacturation adressedelivraison ' +
  'adressedefacturation direccionenvio direcciondeenvio direccionfacturacion domicile postadresse postadress osoite adresa ' +
  'indirizzodiresidenza bezorgadres factuuradres woonadres adreszamieszkania enderecoentrega addressinfo addressdetails';

/** The parts of an address that say where somebody lives: not the town, nor its postal code. */
export const ADDRESS_PARTS =
  'street street1 street2 street3 line line1 line2 line3 line4 lines addressline1 addressline2 addressline3 addressline ' +
  'address1 address2 address3 streetaddress streetname streetline1 streetline2 streetlines streets thoroughfare text formatted ' +
  'formattedaddress full fulladdress address rue calle strasse via rua ulica straat value suite apartment apt unit flat ' +
  'building buildingname premise subpremise houseandstreet secondary extended extendedaddress deliverypoint streetnumberandname ' +
  'displayaddress singleline oneline raw postofficebox pobox firstline secondline thirdline voie libellevoie nomvoie ' +
  'numeroetvoie avenue rueetnumero gata gate vej veg utca sokak cadde jalan ulitsa hausnummer';

/** Numbers of passports. */
export const PASSPORTS =
  'passport reisepass traveldocument traveldoc passeport numeropasseport numerodepasseport pasaporte numeropasaporte ' +
  'numerodepasaporte passaporto numeropassaporto numerodelpassaporto paspoort paszport numerpaszportu passaporte ' +
  'numerodopassaporte passportdetails reisepassnummer passnummer passnr paspoortnummer numeropassaporte passi';

/** Numbers of driving licences. */
export const DRIVING_LICENCES =
  'drivinglicence drivinglicense driverlicense driverlicence driverslicense driverslicence dlnumber dlno dlnum ' +
  'licensenumberdmv dmvlicense dmv fuhrerschein fuhrerscheinnummer fuehrerscheinnummer fuehrerschein permisdeconduire ' +
  'numeropermis numerodepermis numerodepermisdeconduire permisconduire numeropermisconduire permisodeconducir ' +
  'carnetdeconducir licenciadeconducir permisoconducir licenciaconducir numerolicenciaconducir patentediguida numeropatente ' +
  'patenteguida rijbewijs rijbewijsnummer prawojazdy numerprawajazdy cartadeconducao cartaconducao driverslic driverlic ' +
  'driverslicensenum driverslicenseplate korkort forerkort ajokortti cnhnumero numerocnh';

/** Numbers of a patient's record. */
export const MEDICAL_RECORDS =
  'mrn patientmrn medicalrecord healthrecord hospitalnumber hospitalno chartnumber chartno patientchart patientchartnumber ' +
  'patientenaktennummer patientenakte numerodedossiermedical dossiermedical numerodehistoriaclinica historiaclinica ' +
  'numerohistoriaclinica medrecnum medrec medrecno patientrecord hospitalrecord urnumber medicalrecordnum patientfilenumber ' +
  'patientennummer patientnumber numeropatient numerodossierpatient cartellaclinica numerocartellaclinica prontuario ' +
  'numerodoprontuario patientnr medischdossier dossiernummerpatient unitrecordnumber';
