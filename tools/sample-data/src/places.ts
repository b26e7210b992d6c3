import type { Language } from './names';

/** National significant numbers: a prefix from the list and `digits` more, grouped for people to read. */
export type PhonePlan = {
  readonly callingCode: string;
  /** Dialled before the number inside the country. */
  readonly trunk: string;
  readonly prefixes: readonly string[];
  readonly digits: number;
  /** How many digits stand in each group of a national number. */
  readonly groups: readonly number[];
};

export type Place = {
  readonly country: string;
  readonly spellings: readonly string[];
  readonly weight: number;
  readonly languages: readonly Language[];
  readonly phone: PhonePlan;
  /** City, region, pattern of the postal code with # for a digit and @ for a letter. */
  readonly cities: readonly (readonly [city: string, region: string, postal: string])[];
  readonly streets: readonly string[];
  /** House number after the street name, as in most of Europe. */
  readonly numberLast: boolean;
  readonly dayFirst: boolean;
};

const words = (text: string): string[] => text.trim().split(/\s+/);

const cities = (text: string): (readonly [string, string, string])[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [city = '', region = '', postal = ''] = line.split('|').map((part) => part.trim());
      return [city, region, postal] as const;
    });

const ENGLISH_STREETS = [
  'Main Street',
  'Oak Avenue',
  'Maple Drive',
  'Cedar Lane',
  'Elm Street',
  'Park Road',
  'High Street',
  'Church Lane',
  'Station Road',
  'Mill Lane',
  'Lake View Drive',
  'Sunset Boulevard',
  '2nd Avenue',
  'Washington Street',
  'Hill Road',
  "Queen's Road",
];

export const PLACES: readonly Place[] = [
  {
    country: 'US',
    spellings: ['US', 'USA', 'United States', 'U.S.', 'U.S.A.', 'United States of America', 'us', 'usa'],
    weight: 480,
    languages: [
      'english',
      'english',
      'english',
      'english',
      'english',
      'english',
      'spanish',
      'spanish',
      'indian',
      'italian',
    ],
    phone: {
      callingCode: '1',
      trunk: '',
      prefixes: words('202 206 212 213 303 305 310 312 404 415 503 512 602 617 646 702 713 718 773 818 917'),
      digits: 7,
      groups: [3, 3, 4],
    },
    cities: cities(`
      San Francisco|CA|941##
      Los Angeles|California|900##
      New York|NY|100##
      Brooklyn|New York|112##
      Chicago|IL|606##
      Houston|TX|770##
      Austin|Texas|787##
      Phoenix|AZ|850##
      Boston|MA|021##
      Seattle|WA|981##
      Denver|CO|802##
      Portland|Oregon|972##
      Miami|FL|331##
      Atlanta|GA|303##
      St. Louis|MO|631##
    `),
    streets: ENGLISH_STREETS,
    numberLast: false,
    dayFirst: false,
  },
  {
    country: 'GB',
    spellings: ['GB', 'UK', 'United Kingdom', 'Great Britain', 'England', 'U.K.'],
    weight: 90,
    languages: ['english', 'english', 'english', 'indian', 'polish'],
    phone: {
      callingCode: '44',
      trunk: '0',
      prefixes: words('7400 7401 7402 7403 7712 7713 7812 7813 7912'),
      digits: 6,
      groups: [4, 6],
    },
    cities: cities(`
      London|Greater London|SW# #@@
      Manchester|Greater Manchester|M# #@@
      Bristol|Avon|BS# #@@
      Leeds|West Yorkshire|LS# #@@
      Edinburgh|Scotland|EH# #@@
      Cardiff|Wales|CF## #@@
    `),
    streets: ENGLISH_STREETS,
    numberLast: false,
    dayFirst: true,
  },
  {
    country: 'CA',
    spellings: ['CA', 'Canada', 'CAN'],
    weight: 50,
    languages: ['english', 'english', 'french'],
    phone: {
      callingCode: '1',
      trunk: '',
      prefixes: words('416 514 604 613 403 905'),
      digits: 7,
      groups: [3, 3, 4],
    },
    cities: cities(`
      Toronto|ON|M#V #K#
      Montréal|QC|H#B #E#
      Vancouver|BC|V#B #G#
      Ottawa|Ontario|K#P #L#
      Calgary|AB|T#P #M#
    `),
    streets: ENGLISH_STREETS,
    numberLast: false,
    dayFirst: false,
  },
  {
    country: 'AU',
    spellings: ['AU', 'Australia', 'AUS'],
    weight: 30,
    languages: ['english'],
    phone: {
      callingCode: '61',
      trunk: '0',
      prefixes: words('412 413 414 417 418 419 438'),
      digits: 6,
      groups: [3, 3, 3],
    },
    cities: cities(`
      Sydney|NSW|20##
      Melbourne|VIC|30##
      Brisbane|Queensland|40##
      Perth|WA|60##
    `),
    streets: ENGLISH_STREETS,
    numberLast: false,
    dayFirst: true,
  },
  {
    country: 'DE',
    spellings: ['DE', 'Germany', 'Deutschland', 'DEU', 'germany'],
    weight: 80,
    languages: ['german', 'german', 'german', 'polish', 'italian'],
    phone: {
      callingCode: '49',
      trunk: '0',
      prefixes: words('160 170 171 175'),
      digits: 7,
      groups: [3, 3, 4],
    },
    cities: cities(`
      Berlin|Berlin|10###
      Hamburg|Hamburg|20###
      München|Bayern|80###
      Köln|Nordrhein-Westfalen|50###
      Frankfurt am Main|Hessen|60###
      Düsseldorf|NRW|40###
    `),
    streets: [
      'Hauptstraße',
      'Schillerstr.',
      'Goethestraße',
      'Bahnhofstraße',
      'Gartenweg',
      'Lindenallee',
      'Am Markt',
      'Kirchgasse',
    ],
    numberLast: true,
    dayFirst: true,
  },
  {
    country: 'FR',
    spellings: ['FR', 'France', 'FRA', 'france'],
    weight: 50,
    languages: ['french', 'french', 'french', 'arabic'],
    phone: {
      callingCode: '33',
      trunk: '0',
      prefixes: words('61 62 66 67 68'),
      digits: 7,
      groups: [1, 2, 2, 2, 2],
    },
    cities: cities(`
      Paris|Île-de-France|750##
      Lyon|Auvergne-Rhône-Alpes|690##
      Marseille|Provence|130##
      Saint-Étienne|Loire|420##
      Besançon|Doubs|250##
    `),
    streets: [
      'rue de la Paix',
      'avenue Victor Hugo',
      'boulevard Voltaire',
      "place de l'Église",
      'rue des Lilas',
      'chemin du Moulin',
    ],
    numberLast: false,
    dayFirst: true,
  },
  {
    country: 'ES',
    spellings: ['ES', 'Spain', 'España', 'ESP'],
    weight: 40,
    languages: ['spanish'],
    phone: { callingCode: '34', trunk: '', prefixes: words('61 62 63 65 66'), digits: 7, groups: [3, 3, 3] },
    cities: cities(`
      Madrid|Madrid|280##
      Barcelona|Cataluña|080##
      Málaga|Andalucía|290##
      A Coruña|Galicia|150##
    `),
    streets: [
      'Calle Mayor',
      'Avenida de la Constitución',
      'Paseo de Gracia',
      'Plaza de España',
      'Calle del Príncipe',
    ],
    numberLast: true,
    dayFirst: true,
  },
  {
    country: 'IT',
    spellings: ['IT', 'Italy', 'Italia', 'ITA'],
    weight: 30,
    languages: ['italian'],
    phone: {
      callingCode: '39',
      trunk: '',
      prefixes: words('320 328 333 338 347 349'),
      digits: 7,
      groups: [3, 3, 4],
    },
    cities: cities(`
      Roma|Lazio|001##
      Milano|Lombardia|201##
      Forlì|Emilia-Romagna|471##
      Napoli|Campania|801##
    `),
    streets: ['Via Roma', 'Via Garibaldi', 'Corso Italia', 'Piazza del Popolo', 'Via della Libertà'],
    numberLast: true,
    dayFirst: true,
  },
  {
    country: 'NL',
    spellings: ['NL', 'Netherlands', 'The Netherlands', 'Nederland', 'Holland'],
    weight: 25,
    languages: ['dutch'],
    phone: { callingCode: '31', trunk: '0', prefixes: words('61 62 63 64 65'), digits: 7, groups: [1, 8] },
    cities: cities(`
      Amsterdam|Noord-Holland|101# @@
      Rotterdam|Zuid-Holland|301# @@
      's-Hertogenbosch|Noord-Brabant|521# @@
      Utrecht|Utrecht|351# @@
    `),
    streets: ['Keizersgracht', 'Dorpsstraat', 'Stationsweg', 'Molenlaan', "'t Zand"],
    numberLast: true,
    dayFirst: true,
  },
  {
    country: 'SE',
    spellings: ['SE', 'Sweden', 'Sverige'],
    weight: 20,
    languages: ['nordic'],
    phone: { callingCode: '46', trunk: '0', prefixes: words('70 72 73 76'), digits: 7, groups: [2, 3, 2, 2] },
    cities: cities(`
      Stockholm|Stockholm|11# ##
      Göteborg|Västra Götaland|41# ##
      Malmö|Skåne|21# ##
    `),
    streets: ['Storgatan', 'Kungsgatan', 'Björkvägen', 'Ängsvägen'],
    numberLast: true,
    dayFirst: true,
  },
  {
    country: 'PL',
    spellings: ['PL', 'Poland', 'Polska', 'POL'],
    weight: 20,
    languages: ['polish'],
    phone: { callingCode: '48', trunk: '', prefixes: words('50 51 60 66 69'), digits: 7, groups: [3, 3, 3] },
    cities: cities(`
      Warszawa|Mazowieckie|00-###
      Kraków|Małopolskie|30-###
      Łódź|Łódzkie|90-###
      Gdańsk|Pomorskie|80-###
    `),
    streets: ['ul. Długa', 'ul. Krótka', 'al. Jerozolimskie', 'ul. Świętokrzyska'],
    numberLast: true,
    dayFirst: true,
  },
  {
    country: 'BR',
    spellings: ['BR', 'Brazil', 'Brasil', 'BRA'],
    weight: 25,
    languages: ['portuguese'],
    phone: { callingCode: '55', trunk: '', prefixes: words('119 219 319 419'), digits: 8, groups: [2, 5, 4] },
    cities: cities(`
      São Paulo|SP|010##-###
      Rio de Janeiro|RJ|200##-###
      Belo Horizonte|MG|301##-###
    `),
    streets: ['Rua das Flores', 'Avenida Paulista', 'Rua São João', 'Travessa da Conceição'],
    numberLast: true,
    dayFirst: true,
  },
  {
    country: 'IN',
    spellings: ['IN', 'India', 'IND', 'Bharat'],
    weight: 20,
    languages: ['indian'],
    phone: {
      callingCode: '91',
      trunk: '',
      prefixes: words('981 982 983 987 988'),
      digits: 7,
      groups: [5, 5],
    },
    cities: cities(`
      Mumbai|Maharashtra|4000##
      Bengaluru|Karnataka|5600##
      Chennai|Tamil Nadu|6000##
    `),
    streets: ['MG Road', 'Nehru Street', 'Park Street', 'Gandhi Nagar'],
    numberLast: false,
    dayFirst: true,
  },
  {
    country: 'UA',
    spellings: ['UA', 'Ukraine', 'Україна'],
    weight: 12,
    languages: ['russian'],
    phone: { callingCode: '380', trunk: '0', prefixes: words('50 66 67 95'), digits: 7, groups: [2, 3, 4] },
    cities: cities(`
      Київ|Київ|010##
      Одеса|Одеська область|650##
      Львів|Львівська область|790##
    `),
    streets: ['вул. Садова', 'вул. Шкільна', 'просп. Перемоги'],
    numberLast: true,
    dayFirst: true,
  },
  {
    country: 'GR',
    spellings: ['GR', 'Greece', 'Ελλάδα', 'Hellas'],
    weight: 8,
    languages: ['greek'],
    phone: { callingCode: '30', trunk: '', prefixes: words('694 697 698'), digits: 7, groups: [3, 3, 4] },
    cities: cities(`
      Αθήνα|Αττική|105 ##
      Θεσσαλονίκη|Μακεδονία|546 ##
    `),
    streets: ['Οδός Ερμού', 'Λεωφόρος Συγγρού', 'Πλατεία Συντάγματος'],
    numberLast: true,
    dayFirst: true,
  },
  {
    country: 'CN',
    spellings: ['CN', 'China', '中国'],
    weight: 8,
    languages: ['chinese'],
    phone: {
      callingCode: '86',
      trunk: '',
      prefixes: words('1380 1381 1390 1391'),
      digits: 7,
      groups: [3, 4, 4],
    },
    cities: cities(`
      北京|北京市|1000##
      上海|上海市|2000##
      广州|广东省|5100##
    `),
    streets: ['人民路', '中山路', '解放路'],
    numberLast: true,
    dayFirst: false,
  },
  {
    country: 'JP',
    spellings: ['JP', 'Japan', '日本', 'JPN'],
    weight: 8,
    languages: ['japanese'],
    phone: {
      callingCode: '81',
      trunk: '0',
      prefixes: words('901 902 903 801'),
      digits: 7,
      groups: [2, 4, 4],
    },
    cities: cities(`
      東京|東京都|100-####
      大阪|大阪府|530-####
      札幌|北海道|060-####
    `),
    streets: ['中央', '本町', '桜町'],
    numberLast: true,
    dayFirst: false,
  },
  {
    country: 'KR',
    spellings: ['KR', 'South Korea', '대한민국', 'Korea'],
    weight: 6,
    languages: ['korean'],
    phone: {
      callingCode: '82',
      trunk: '0',
      prefixes: words('102 103 104 106'),
      digits: 7,
      groups: [2, 4, 4],
    },
    cities: cities(`
      서울|서울특별시|045##
      부산|부산광역시|488##
    `),
    streets: ['세종대로', '강남대로', '중앙로'],
    numberLast: true,
    dayFirst: false,
  },
  {
    country: 'EG',
    spellings: ['EG', 'Egypt', 'مصر'],
    weight: 6,
    languages: ['arabic'],
    phone: {
      callingCode: '20',
      trunk: '0',
      prefixes: words('100 101 111 122'),
      digits: 7,
      groups: [3, 3, 4],
    },
    cities: cities(`
      القاهرة|القاهرة|115##
      الإسكندرية|الإسكندرية|215##
    `),
    streets: ['شارع التحرير', 'شارع النيل'],
    numberLast: true,
    dayFirst: true,
  },
];
