/**
 * How people head the columns of person and company lists, in English and the main European languages. Written
 * without spaces, as `headerText` compares them; the better a header names the field, the earlier it stands: of two
 * columns that fit one field the earlier word wins, and the other column becomes an attribute.
 */
import { type RecordFieldName } from '@bigdata/models';

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

export const SYNONYMS: Readonly<Partial<Record<RecordFieldName, readonly string[]>>> = {
  email: words(`
    email emailaddress mail mailaddress emailaddr primaryemail mainemail workemail businessemail contactemail
    useremail personalemail email1 emailaddress1 emailid emails
    emailadresse mailadresse epost epostadresse epostadress eposta
    adresseemail adressemail adresseelectronique courriel adressecourriel mel
    correo correoelectronico correoe direccionemail direccioncorreo emailcontacto
    postaelettronica indirizzoemail indirizzomail
    correioeletronico enderecoemail endereceemail
    emailadres mailadres sahkoposti sahkopostiosoite adresemail adresmail emailova emailovaadresa
    ηλεκτρονικηδιευθυνση почта электроннаяпочта`),
  phone: words(`
    phone phonenumber telephone telephonenumber tel telno telnumber phoneno phonenr primaryphone mainphone
    workphone businessphone officephone contactphone contactnumber dayphone daytimephone mobile mobilephone
    mobilenumber mobileno cell cellphone cellnumber homephone phone1 telephone1 phonenumber1 tel1 msisdn phonework
    telefon telefonnummer telefonnr telnr rufnummer mobil mobiltelefon mobilnummer handy handynummer
    telephoneportable numerodetelephone numtelephone notelephone portable telephonefixe telephonemobile
    telefono numerodetelefono numerotelefono movil celular telefonomovil telefonofijo
    cellulare numeroditelefono telefonocellulare recapitotelefonico
    telefone numerodetelefone telemovel telefonecelular
    telefoonnummer telefoon mobielnummer gsm puhelin puhelinnumero numertelefonu telefonnumer komorka
    telefonszam telefonnicislo τηλεφωνο телефон`),
  full_name: words(`
    fullname completename displayname contactname personname customername clientname membername employeename
    namefull legalname person contact contactperson
    vollername vollstaendigername vollstandigername ansprechpartner kontaktperson
    nomcomplet nometprenom nomprenom prenometnom prenomnom
    nombrecompleto nombreyapellidos nombreyapellido nombreapellidos apellidosynombre
    nomecompleto nomeecognome nomecognome cognomeenome cognomenome nominativo
    volledigenaam naamvoluit fulltnavn fullstandigtnamn koko nimikoko imieinazwisko nazwiskoiimie
    teljesnev фио полноеимя`),
  first_name: words(`
    firstname givenname fname forename givennames first given christianname namefirst firstnames forenames
    vorname rufname vornamen prenom prenoms primernombre nombres nombredepila
    nomeproprio primeironome primonome voornaam voornamen roepnaam fornavn fornamn tilltalsnamn etunimi
    imie jmeno krestnijmeno keresztnev utonev prenume имя`),
  middle_name: words(`
    middlename middlenames middle mname middleinitial middleinitials mi additionalname namemiddle secondname
    zweitername mittelname deuxiemeprenom segundonombre secondonome nomedomeio
    tweedenaam mellomnavn mellannamn drugieimie отчество`),
  last_name: words(`
    lastname surname familyname lname last namelast family lastnames surnames
    nachname familienname zuname nomdefamille nomfamille nompatronymique
    apellido apellidos primerapellido cognome sobrenome apelido ultimonome
    achternaam familienaam etternavn efternavn efternamn sukunimi nazwisko prijmeni vezeteknev csaladnev
    numedefamilie фамилия`),
  name_prefix: words(`
    nameprefix prefix salutation honorific honorificprefix courtesytitle personaltitle namesalutation
    anrede titelanrede civilite tratamiento appellativo tratamento aanhef aanspreektitel tilltal`),
  name_suffix: words(
    'namesuffix suffix honorificsuffix generation namensuffix namenszusatz suffixe sufijo suffisso sufixo',
  ),
  birth_date: words(`
    birthdate dateofbirth dob birthday born bday birth datebirth
    geburtsdatum geburtstag gebdatum gebdat datedenaissance datenaissance naissance
    fechadenacimiento fechanacimiento nacimiento datadinascita datanascita datadenascimento datanascimento nascimento
    geboortedatum geboortedag fodselsdato fodselsdag fodelsedatum fodelsedag syntymaaika syntymapaiva
    dataurodzenia datumnarozeni szuletesidatum szuletesiido datanasterii датарождения`),
  gender: words(`
    gender sex geschlecht sexe genre sexo genero sesso genere geslacht kjonn kon sukupuoli plec pohlavi nem пол`),
  company: words(`
    company companyname organization organisation organizationname organisationname org orgname employer
    employername business businessname firm firmname accountname account corporation institution institutionname
    agency agencyname companyorganization companyororganization currentcompany
    firma firmenname firmaname unternehmen organisationsname arbeitgeber betrieb gesellschaft
    entreprise societe nomentreprise nomsociete raisonsociale employeur organisme etablissement
    empresa nombreempresa nombredelaempresa compania organizacion razonsocial
    azienda societa nomeazienda ragionesociale ditta organizzazione
    nomedaempresa razaosocial organizacao bedrijf bedrijfsnaam organisatie werkgever
    foretag foretagsnamn virksomhed selskap bedrift yritys nazwafirmy spolecnost ceg cegnev компания организация`),
  job_title: words(`
    jobtitle title position jobposition role jobrole occupation profession designation job worktitle
    positiontitle businesstitle employeetitle
    beruf berufsbezeichnung stellenbezeichnung funktion stelle jobbezeichnung
    poste fonction intituleposte intituledeposte metier
    cargo puesto puestodetrabajo ocupacion profesion qualifica ruolo professione mansione posizione
    profissao funcao functie functietitel beroep stilling tittel titel befattning yrke ammatti tehtavanimike
    stanowisko zawod pozice munkakor beosztas должность`),
  website: words(`
    website url web webpage webaddress homepage site websiteurl companywebsite weburl internet domain webseite
    internetseite internetadresse siteweb siteinternet sitioweb paginaweb sitoweb sitointernet sito paginainternet
    websitebedrijf nettsted hjemmeside hemsida webbplats kotisivu stronawww strona weboldal сайт вебсайт`),
  address: words(`
    address streetaddress street address1 addressline1 addressline address1street mailingaddress postaladdress
    homeaddress fulladdress businessaddress addr addr1 street1 streetname
    adresse anschrift strasse strassehausnummer strassennameundnummer strasseundhausnummer postanschrift
    rue adressepostale adresse1 voie direccion domicilio calle direccionpostal
    indirizzo via residenza endereco morada rua logradouro
    adres straat straatnaam straatennummer gateadresse gatuadress adress osoite katuosoite
    ulica ulice adresa cim utca адрес улица`),
  city: words(`
    city town cityname municipality locality citytown towncity cityortown suburb
    stadt ort wohnort ville commune localite ciudad poblacion localidad municipio
    citta comune cidade localidade woonplaats plaats stad gemeente
    by poststed kaupunki postitoimipaikka paikkakunta miasto miejscowosc mesto obec varos telepules oras город`),
  region: words(`
    region state province stateprovince county statecode statename provincename stateorprovince provincestate
    stateregion territory bundesland kanton landkreis departement canton etat
    provincia estado comunidad comunidadautonoma regione distrito uf
    provincie gewest fylke lan laani maakunta wojewodztwo megye judet область регион`),
  postal_code: words(`
    postalcode postcode zip zipcode zippostalcode postalzipcode ziporpostalcode zippostal pincode eircode
    plz postleitzahl codepostal cp codigopostal cap codiceavviamentopostale codicepostale cep
    codpostal postnummer postnr postinumero kodpocztowy psc postovnismerovaci iranyitoszam почтовыйиндекс индекс`),
  country: words(`
    country countrycode countryname nation countryiso isocountry countryregion countryiso2 iso2 countryiso3
    land staat landercode laendercode pays codepays nompays pais codigopais paese nazione codicepaese
    landcode landnaam landekode landskod maa kraj panstwo zeme stat orszag tara страна`),
};

/**
 * Words that mean the whole name in one list and a part of it in another: beside a column of first names they are
 * the family name, beside one of family names the given name, alone the whole name.
 */
export const NAME_WORDS: readonly string[] = words(
  'name names nom nombre nome naam navn namn nimi nazwa nev nume ονομα',
);
