import { type HeaderWords } from './header-words';

export const FINNISH: HeaderWords = {
  email: 'sähköposti sähköpostiosoite sposti',
  phone: 'puhelin puhelinnumero puh | matkapuhelin matkapuhelinnumero kännykkä',
  full_name: 'kokonimi nimikoko etujasukunimi sukunimijaetunimi',
  first_name: 'etunimi etunimet | kutsumanimi',
  last_name: 'sukunimi',
  birth_date: 'syntymäaika syntymäpäivä',
  gender: 'sukupuoli',
  company: 'yritys yrityksennimi työnantaja | organisaatio',
  job_title: 'tehtävänimike ammattinimike | ammatti asema',
  website: 'kotisivu kotisivut verkkosivu verkkosivusto',
  address: 'osoite katuosoite postiosoite lähiosoite',
  city: 'kaupunki postitoimipaikka paikkakunta | kunta',
  region: 'maakunta | lääni',
  postal_code: 'postinumero',
  country: '| maa',
};

export const HUNGARIAN: HeaderWords = {
  email: 'emailcím emailcíme levelezésicím',
  phone: 'telefonszám | mobiltelefonszám mobilszám',
  full_name: 'teljesnév',
  first_name: 'keresztnév utónév',
  last_name: 'vezetéknév családnév',
  birth_date: 'születésidátum születésiidő születésnap szülidő',
  gender: '| nem',
  company: 'cégnév vállalat munkáltató | cég',
  job_title: 'munkakör beosztás | pozíció foglalkozás',
  website: 'weboldal honlap',
  address: 'lakcím utcaházszám | utca cím',
  city: 'telepulés város helység',
  region: 'megye',
  postal_code: 'irányítószám | irsz',
  country: 'ország',
};

export const TURKISH: HeaderWords = {
  email: 'eposta epostaadresi mailadresi emailadresi elektronikposta',
  phone:
    'telefonnumarası telefonno telefonu iletişimnumarası | ceptelefonu cepno gsmno ceptel ceptelefonno gsmnumarası',
  full_name:
    'adsoyad adısoyadı adıvesoyadı advesoyad isimsoyisim tamad tamisim adisoyadi isimsoyad adsoyisim',
  first_name: 'adı | ad',
  middle_name: 'ikinciad göbekadı',
  last_name: 'soyadı soyad soyisim soyismi',
  name_prefix: 'unvanhitap',
  birth_date: 'doğumtarihi dtarihi | doğum',
  gender: 'cinsiyet cinsiyeti',
  company: 'şirket şirketadı firmaadı kurum işyeri | kuruluş işveren',
  job_title: 'meslek görev görevi pozisyon | ünvan unvanı',
  website: 'internetsitesi websitesi internetadresi',
  address: 'adresi açıkadres evadresi | sokak cadde',
  city: 'şehir | ilçe',
  region: '| eyalet il bölge',
  postal_code: 'postakodu pk',
  country: 'ülke',
};

export const GREEK: HeaderWords = {
  email: 'ηλεκτρονικήδιεύθυνση ηλεκτρονικόταχυδρομείο διεύθυνσηemail',
  phone: 'τηλέφωνο αριθμόςτηλεφώνου τηλ | κινητό κινητότηλέφωνο',
  full_name: 'ονοματεπώνυμο πλήρεςόνομα',
  first_name: 'μικρόόνομα',
  last_name: 'επώνυμο επίθετο',
  birth_date: 'ημερομηνίαγέννησης ημνίαγέννησης',
  gender: 'φύλο',
  company: 'εταιρεία επωνυμία εταιρία επωνυμίαεταιρείας',
  job_title: 'θέσηεργασίας | επάγγελμα θέση',
  website: 'ιστοσελίδα ιστότοπος',
  address: 'διεύθυνση | οδός',
  city: 'πόλη',
  region: 'νομός | περιφέρεια',
  postal_code: 'ταχυδρομικόςκώδικας τκ ταχκώδικας',
  country: 'χώρα',
};

export const BALTIC: HeaderWords = {
  email: 'elpastas elpaštas epasts epastaadrese',
  phone: 'telefonas telefononumeris talrunis tālruņanumurs telefoninumber',
  full_name: 'vardaspavardė vārdsuzvārds eesjaperekonnanimi',
  first_name: 'vardas vārds eesnimi',
  last_name: 'pavardė uzvārds perekonnanimi perenimi',
  birth_date: 'gimimodata dzimšanasdatums sünniaeg sünnikuupäev',
  gender: 'lytis dzimums sugu',
  company: 'įmonė įmonėspavadinimas uzņēmums ettevõte ettevõttenimi',
  job_title: 'pareigos amats ametikoht',
  address: 'adresas adrese aadress | gatvė iela tänav',
  city: 'miestas pilsēta linn',
  postal_code: 'paštokodas pastaindekss postiindeks sihtnumber',
  country: 'šalis valsts riik',
};
