import { type HeaderWords } from './header-words';

/** Letters with umlaut, ø or å also match their spellings in two letters (ae, oe, ue, aa). */
export const GERMAN: HeaderWords = {
  email: 'emailadresse mailadresse elektronischepost emailkontakt | emailprivat emailgeschäftlich',
  phone: `
    telefon telefonnummer telefonnr telnr rufnummer telefonkontakt fon
    | mobil mobiltelefon mobilnummer mobilnr handy handynummer handynr festnetz festnetznummer telefonprivat
    telefongeschäftlich telefonmobil durchwahl mobilfunknummer`,
  full_name: `
    vollername vollständigername namevorname nachnamevorname vornamenachname vornameundnachname vorundnachname
    namevollständig kundenname mitarbeitername
    | ansprechpartner kontaktperson`,
  first_name: 'vorname vornamen | rufname',
  middle_name: 'zweitername mittelname zweitervorname | weiterevornamen',
  last_name: 'nachname familienname zuname nachnamen',
  name_prefix: 'anrede briefanrede | titelanrede akademischertitel | akadtitel',
  name_suffix: 'namenszusatz namenssuffix',
  birth_date: 'geburtsdatum geburtstag gebdatum gebdat | geb geboren geborenam',
  gender: 'geschlecht',
  company: `
    firma firmenname firmaname unternehmen unternehmensname organisationsname arbeitgeber firmenbezeichnung
    | betrieb gesellschaft institutionen behörde verein`,
  job_title: `
    berufsbezeichnung stellenbezeichnung jobbezeichnung
    | beruf funktion stelle tätigkeit amtsbezeichnung
    | titel`,
  website: 'webseite internetseite internetadresse webadresse homepageadresse | internetauftritt',
  address: `
    adresse anschrift straßehausnummer straßeundhausnummer straßennameundnummer postanschrift straßenr strundnr strunr strnr
    straßeundnr straßehausnr straßehnr wohnadresse
    | straße straßenname`,
  city: 'stadt wohnort ortschaft ortsname | ort gemeinde',
  region: 'bundesland | kanton landkreis provinz',
  postal_code: 'plz postleitzahl',
  country: 'land staat wohnsitzland | länderkürzel ländercode landeskürzel',
};

export const DUTCH: HeaderWords = {
  email: 'emailadres mailadres',
  phone: 'telefoonnummer telefoon telefoonnr | mobielnummer mobiel gsm gsmnummer mobielenummer vastenummer',
  full_name: 'volledigenaam naamvoluit voorenachternaam voornaamachternaam | contactpersoon',
  first_name: 'voornaam voornamen | roepnaam',
  middle_name: 'tweedenaam | tussenvoegsel tussenvoegsels',
  last_name: 'achternaam familienaam',
  name_prefix: 'aanhef aanspreektitel',
  name_suffix: 'achtervoegsel',
  birth_date: 'geboortedatum | geboortedag geborenop',
  gender: 'geslacht',
  company: 'bedrijf bedrijfsnaam organisatie werkgever organisatienaam | onderneming naambedrijf',
  job_title: 'functie functietitel functienaam | beroep',
  website: 'websitebedrijf webadres | internetadres',
  address: 'adres postadres woonadres straatenhuisnummer straathuisnummer | straat straatnaam straatennummer',
  city: 'woonplaats plaats stad plaatsnaam',
  region: 'provincie | gewest deelstaat',
  country: 'landnaam | landcode',
};

export const SCANDINAVIAN: HeaderWords = {
  email: 'epost epostadresse epostadress mejl mejladress emejl mailadress emailadress',
  phone: 'telefonnumer telefonnummerprivat | mobiltlf tlf tlfnr telefonnummermobil mobilnumer',
  full_name:
    'fulltnavn fuldenavn fullständigtnamn fuldtnavn föroefternamn förnamnochefternamn helanamnet | kontaktnavn',
  first_name: 'fornavn förnamn | tilltalsnamn',
  middle_name: 'mellomnavn mellannamn mellemnavn',
  last_name: 'etternavn efternavn efternamn',
  name_prefix: '| tilltal tiltale',
  birth_date: 'fødselsdato fødselsdag födelsedatum födelsedag | født född',
  gender: 'kjønn køn | kön',
  company:
    'företag företagsnamn virksomhed selskap firmanavn arbetsgivare arbejdsgiver arbeidsgiver virksomhet | bedrift organisasjon',
  job_title: 'stilling befattning stillingsbetegnelse yrkestitel | tittel yrke yrkestittel erhverv',
  website: 'hjemmeside hemsida webbplats nettsted nettside webbadress',
  address: 'adress gateadresse gatuadress vejnavn postadress | gade gate gata vej',
  city: 'poststed postort | by kommun kommune sted',
  region: 'fylke län landskap | delstat',
  postal_code: 'postnummer postnr postnum',
  country: 'landskod landsnamn | landekode landkode',
};
