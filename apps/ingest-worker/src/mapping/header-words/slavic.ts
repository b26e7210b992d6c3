import { type HeaderWords } from './header-words';

export const POLISH: HeaderWords = {
  email: 'adresemail adresmail adrespocztyelektronicznej pocztaelektroniczna adresemailowy',
  phone: 'numertelefonu nrtelefonu nrtel telefonkontaktowy | komorka telefonkomorkowy telkom numerkomorkowy',
  full_name: 'imieinazwisko nazwiskoiimie imienazwisko nazwiskoimie pelnenazwisko pelnaimieinazwisko',
  first_name: 'imie imiona pierwszeimie',
  middle_name: 'drugieimie',
  last_name: 'nazwisko nazwiska',
  name_prefix: 'zwrotgrzecznosciowy',
  birth_date: 'dataurodzenia dataur | urodziny urodzony',
  gender: 'plec',
  company: 'nazwafirmy przedsiebiorstwo nazwaprzedsiebiorstwa pracodawca | organizacja instytucja',
  job_title: 'stanowisko | zawod',
  website: 'stronawww stronainternetowa adreswww www',
  address: 'adreszamieszkania adreskorespondencyjny ulicainumer | ulica',
  city: 'miasto miejscowosc',
  region: 'wojewodztwo | powiat',
  postal_code: 'kodpocztowy',
  country: 'kraj panstwo',
};

export const CZECH_SLOVAK: HeaderWords = {
  email: 'emailovaadresa adresaelektronickeposty',
  phone: 'telefonnicislo telefonnecislo cislotelefonu telcislo | mobilnitelefon mobilnytelefon mobilnicislo',
  full_name: 'jmenoaprijmeni celejmeno prijmeniajmeno menoapriezvisko celemeno jmenoprijmeni menopriezvisko',
  first_name: 'jmeno krestnijmeno meno krstnemeno',
  last_name: 'prijmeni priezvisko',
  birth_date: 'datumnarozeni datumnarodenia datnar | narozeni narozen',
  gender: 'pohlavi pohlavie',
  company: 'spolecnost nazevfirmy nazevspolecnosti spolocnost nazovfirmy nazovspolocnosti zamestnavatel',
  job_title: 'pracovnipozice pozice pracovnapozicia | povolani povolanie funkce',
  website: 'webovastranka webovestranky',
  address: 'ulicecp uliceacislo | ulice',
  city: 'mesto obec',
  region: ' okres',
  postal_code: 'psc smerovacicislo',
  country: 'zeme krajina | stat',
};

export const SOUTH_SLAVIC: HeaderWords = {
  email: 'elektronickaposta elposta имеил имейладрес електроннапоща',
  phone: 'brojtelefona telefonskastevilka телефоненномер бројтелефона | mobitel',
  full_name: 'imeiprezime prezimeiime imeinpriimek имеипрезиме имеифамилия',
  first_name: 'ime собственоиме',
  last_name: 'prezime priimek презиме фамилноиме',
  birth_date: 'datumrodenja datumrojstva датанараждане датумрођења',
  gender: 'spol pol пол',
  company: 'nazivtvrtke tvrtka podjetje imepodjetja kompanija фирма | poduzece preduzece',
  job_title: 'radnomjesto delovnomesto | zanimanje длъжност',
  address: 'adresa ulicaibroj naslov адреса',
  city: 'grad град | opcina општина',
  region: '| zupanija',
  postal_code: 'postanskibroj postnastevilka пощенскикод поштанскиброј',
  country: 'drzava zemlja държава земља',
};

export const RUSSIAN: HeaderWords = {
  email:
    'почта электроннаяпочта эпочта адресэлектроннойпочты имейл емейл эладрес элпочта | мейл почтовыйящик',
  phone:
    'телефон телефоны номертелефона контактныйтелефон тел номтелефона | мобильный мобильныйтелефон сотовый сотовыйтелефон мобтел',
  full_name:
    'фио полноеимя имяифамилия фамилияиимя фамилияимя фамилияимяотчество имяфамилия ф.и.о. | контактноелицо',
  first_name: 'имя',
  middle_name: 'отчество',
  last_name: 'фамилия',
  name_prefix: 'обращение',
  birth_date: 'датарождения деньрождения др датарожд',
  gender: 'полклиента',
  company:
    'компания организация названиекомпании названиеорганизации наименованиеорганизации предприятие юрлицо | местоработы работодатель учреждение',
  job_title: 'должность | профессия',
  website: 'сайт вебсайт адрессайта сайткомпании веб | интернетсайт',
  address: 'адрес почтовыйадрес адреспроживания адресдоставки | улица',
  city: 'город населенныйпункт',
  region: 'область | регион край республика',
  postal_code: 'почтовыйиндекс индекс',
  country: 'страна',
};

export const UKRAINIAN: HeaderWords = {
  email: 'електроннапошта пошта електроннаадреса',
  phone: 'номертелефону | мобільний мобільнийтелефон',
  full_name: 'піб повнеімя імятапрізвище прізвищетаімя прізвищеімя',
  first_name: 'імя',
  middle_name: 'побатькові',
  last_name: 'прізвище',
  birth_date: 'датанародження деньнародження',
  gender: 'стать',
  company: 'компанія організація назвакомпанії підприємство',
  job_title: 'посада | професія',
  website: 'вебсторінка',
  address: '| вулиця',
  city: 'місто',
  region: '| регіон',
  postal_code: 'поштовийіндекс індекс',
  country: 'країна',
};
