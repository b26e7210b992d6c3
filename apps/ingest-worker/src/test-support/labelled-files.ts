/**
 * Invented files of the shapes that people upload, each column with the field that a person would give it. The mapping
 * is measured on them: header alone, values alone, both. A `-` is a column that no field fits.
 */
export interface LabelledFile {
  readonly title: string;
  readonly headers: readonly string[];
  /** Field of each column, `-` for none. */
  readonly fields: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const cellsOf = (line: string): readonly string[] => line.split('|').map((cell) => cell.trim());

/** First line headers, second line fields, then rows; cells between bars. */
function labelled(title: string, text: string): LabelledFile {
  const [headers = [], fields = [], ...rows] = text.trim().split('\n').map(cellsOf);
  return { title, headers, fields, rows };
}

export const LABELLED_FILES: readonly LabelledFile[] = [
  labelled(
    'CRM contacts, English',
    `
    Record ID | First Name | Last Name | Email | Phone Number | Contact owner | Lifecycle Stage | Company Name | Job Title | Create Date | City | State/Region | Postal Code | Country/Region | Website URL
    - | first_name | last_name | email | phone | - | - | company | job_title | - | city | region | postal_code | country | website
    1001 | Alice | Brown | alice.brown@example.com | +1 202-456-1111 | Sam Seller | lead | Initech LLC | Engineer | 2023-05-01 | Austin | TX | 73301 | United States | https://initech.example.com
    1002 | Bob | Stone | bob@stone.example.org | +1 212-736-5000 | Sam Seller | customer | Hooli Inc | CTO | 2023-05-02 | Dallas | TX | 75201 | United States | https://hooli.example.com
    1003 | Carol | Jones | carol.j@example.net | +1 312-744-5000 | Pat Rep | lead | Globex Corp | Buyer | 2023-06-11 | Chicago | IL | 60601 | United States | http://globex.example.net
    1004 | David | Park | dpark@example.com | +1 415-701-2311 | Pat Rep | lead | Acme Ltd | Analyst | 2023-07-19 | Fresno | CA | 93650 | United States | https://acme.example.org
    1005 | Emma | White | emma@white.example.com | +1 617-635-4500 | Sam Seller | opportunity | Umbrella Co | Head of HR | 2024-01-30 | Boston | MA | 02108 | United States | https://umbrella.example.com`,
  ),
  labelled(
    'Webshop customers, English',
    `
    Customer ID | First Name | Last Name | Email | Accepts Email Marketing | Default Address Company | Default Address Address1 | Default Address City | Default Address Province Code | Default Address Country Code | Default Address Zip | Default Address Phone | Total Spent | Total Orders | Tax Exempt | Note
    - | first_name | last_name | email | - | company | address | city | region | country | postal_code | phone | - | - | - | -
    '7001 | Laura | King | laura@king.example.com | yes | | 12 Elm Street | Toronto | ON | CA | M5V 3L9 | +14163922489 | 120.50 | 3 | no | likes blue
    '7002 | Peter | Hall | peter.hall@example.com | no | Hall Ltd | 9 Oak Ave | Ottawa | ON | CA | K1A 0B1 | +16135802400 | 0.00 | 0 | no |
    '7003 | Julia | Frost | jfrost@example.org | yes | | 77 Pine Road | Calgary | AB | CA | T2P 2M5 | +14032682489 | 33.10 | 1 | no | call first
    '7004 | Simon | Wu | simon@wu.example.net | no | Wu Imports | 5 Lake Drive | Vancouver | BC | CA | V5K 0A1 | +16048737000 | 870.00 | 12 | yes |
    '7005 | Helen | Ford | helen@ford.example.com | yes | | 40 Main St | Regina | SK | CA | S4P 3Y2 | +13067777000 | 15.99 | 1 | no |`,
  ),
  labelled(
    'Address book export with numbered columns',
    `
    Name | Given Name | Additional Name | Family Name | Name Prefix | Name Suffix | Nickname | Birthday | E-mail 1 - Type | E-mail 1 - Value | E-mail 2 - Value | Phone 1 - Type | Phone 1 - Value | Phone 2 - Value | Address 1 - Type | Address 1 - Street | Address 1 - City | Address 1 - Region | Address 1 - Postal Code | Address 1 - Country | Organization 1 - Name | Organization 1 - Title | Website 1 - Value
    full_name | first_name | middle_name | last_name | name_prefix | name_suffix | - | birth_date | - | email | - | - | phone | - | - | address | city | region | postal_code | country | company | job_title | website
    Dr. Anna Maria Lee | Anna | Maria | Lee | Dr. | | Annie | 1980-02-03 | Home | anna@lee.example.com | a.lee@work.example.com | Mobile | +44 20 7946 0018 | +44 20 7946 0991 | Home | 1 High Street | London | Greater London | SW1A 1AA | United Kingdom | Lee & Partners | Partner | https://lee.example.com
    Mark Evans Jr. | Mark | | Evans | | Jr. | | 1975-12-24 | Home | mark@evans.example.org | | Work | +44 161 496 0000 | | Work | 2 Mill Lane | Manchester | | M1 1AE | United Kingdom | Evans Ltd | Owner | http://evans.example.org
    Susan Clark | Susan | J. | Clark | Mrs. | | Sue | 1991-07-15 | Work | susan.clark@example.net | sue@home.example.net | Mobile | +44 131 496 0123 | | Home | 30 Hill Rd | Edinburgh | | EH1 1BB | United Kingdom | | Nurse | https://sc.example.net
    Ian Moore | Ian | | Moore | Mr. | | | 1968-01-09 | Home | ian@moore.example.com | | Home | +44 29 2018 0456 | | Home | 8 Bay View | Cardiff | | CF10 1DD | United Kingdom | Moore Builders | Builder |`,
  ),
  labelled(
    'Desktop mail program, English',
    `
    Title | First Name | Middle Name | Last Name | Suffix | Company | Department | Job Title | Business Street | Business City | Business State | Business Postal Code | Business Country/Region | Business Fax | Business Phone | Mobile Phone | E-mail Address | E-mail Type | Birthday | Gender | Web Page | Notes
    name_prefix | first_name | middle_name | last_name | name_suffix | company | - | job_title | address | city | region | postal_code | country | - | phone | - | email | - | birth_date | gender | website | -
    Mr. | John | Q. | Adams | Jr. | Adams Corp | Sales | Director | 1 First Ave | Seattle | WA | 98101 | USA | (206) 684-4000 | (206) 684-2489 | | john@adams.example.com | SMTP | 4/13/1961 | Male | www.adams.example.com | met at fair
    Ms. | Mary | | Young | | Young LLC | IT | Developer | 2 Second St | Denver | CO | 80202 | USA | | (720) 913-1311 | (720) 865-9000 | mary@young.example.com | SMTP | 11/30/1987 | Female | www.young.example.com |
    Dr. | Paul | R. | Green | | Green Group | Lab | Chemist | 3 Third Rd | Miami | FL | 33101 | USA | | (305) 468-5900 | | paul@green.example.org | SMTP | 6/1/1979 | Male | www.green.example.org |
    Mrs. | Linda | | Gray | | Gray Inc | HR | Manager | 4 Fourth Blvd | Phoenix | AZ | 85001 | USA | | (602) 262-3111 | | linda@gray.example.net | SMTP | 9/9/1955 | Female | www.gray.example.net |
    Mr. | Steve | | Hill | III | Hill Co | Ops | Clerk | 5 Fifth Way | Boise | ID | 83702 | USA | | (208) 608-7000 | | steve@hill.example.com | SMTP | 2/17/1993 | Male | |`,
  ),
  labelled(
    'Professional network export',
    `
    First Name | Last Name | URL | Email Address | Company | Position | Connected On
    first_name | last_name | website | email | company | job_title | -
    Nina | Rossi | https://network.example.com/in/nina | nina@rossi.example.com | Rossi SpA | Designer | 12 Mar 2021
    Omar | Diaz | https://network.example.com/in/omar | | Diaz SL | Founder | 02 Apr 2021
    Petra | Novak | https://network.example.com/in/petra | petra.novak@example.org | Novak sro | Accountant | 30 Jun 2022
    Liam | Byrne | https://network.example.com/in/liam | | Byrne Ltd | Driver | 11 Nov 2023`,
  ),
  labelled(
    'Members of an association, German',
    `
    Mitgl.-Nr. | Anrede | Vorname | Nachname | Straße | PLZ | Ort | Land | Telefon privat | Mobil | E-Mail-Adresse | Geb.-Datum | Eintrittsdatum | IBAN | Bemerkungen
    - | name_prefix | first_name | last_name | address | postal_code | city | country | phone | - | email | birth_date | - | - | -
    17 | Herr | Klaus | Müller | Hauptstr. 5 | 10115 | Berlin | Deutschland | 030 2270 | 0171 1234567 | klaus.mueller@example.de | 13.04.1961 | 01.01.2005 | DE89370400440532013000 | zahlt bar
    18 | Frau | Sabine | Schmidt | Gartenweg 12 | 80331 | München | Deutschland | 089 233 00 | | sabine@schmidt.example.de | 02.11.1974 | 15.03.2010 | DE12500105170648489890 |
    21 | Herr | Jürgen | Weiß | Am Markt 1 | 20095 | Hamburg | Deutschland | 040 428 280 | 0160 7654321 | j.weiss@example.de | 30.06.1958 | 01.07.1999 | DE27100777770209299700 |
    24 | Frau | Anja | Vogel | Ringstr. 44 | 50667 | Köln | Deutschland | 0221 2210 | | anja.vogel@example.de | 19.09.1983 | 01.02.2018 | DE75512108001245126199 | neu
    30 | Herr | Uwe | Krämer | Bergstr. 3 | 01067 | Dresden | Deutschland | 0351 4880 | 0151 2345678 | uwe@kraemer.example.de | 07.12.1949 | 01.01.1985 | DE02120300000000202051 |`,
  ),
  labelled(
    'Customers, German, terse',
    `
    KdNr | Firma1 | Ansprechpartner | Str. u. Nr. | Postleitzahl | Stadt | Bundesland | Tel.-Nr. | Fax | eMail | Webseite | USt-IdNr. | Umsatz
    - | company | full_name | address | postal_code | city | region | phone | - | email | website | - | -
    K100 | Bauer GmbH | Hans Bauer | Feldweg 8 | 70173 | Stuttgart | Baden-Württemberg | +49 711 2160 | +49 711 2161 | info@bauer.example.de | www.bauer.example.de | DE123456789 | 12000
    K101 | Lang KG | Petra Lang | Seestr. 2 | 60311 | Frankfurt | Hessen | +49 69 21201 | +49 69 21202 | kontakt@lang.example.de | www.lang.example.de | DE987654321 | 8000
    K102 | Wolf AG | Martin Wolf | Parkallee 19 | 40213 | Düsseldorf | Nordrhein-Westfalen | +49 211 8991 | +49 211 8992 | wolf@wolf.example.de | www.wolf.example.de | DE111222333 | 33000
    K103 | Roth OHG | Monika Roth | Talstr. 7 | 30159 | Hannover | Niedersachsen | +49 511 1680 | +49 511 1681 | mail@roth.example.de | www.roth.example.de | DE444555666 | 500`,
  ),
  labelled(
    'Participants, French',
    `
    Civilité | Nom | Prénom | Date de naissance | Adresse postale | Code postal | Ville | Pays | Tél. portable | Courriel | Société | Fonction | Date d'inscription
    name_prefix | last_name | first_name | birth_date | address | postal_code | city | country | phone | email | company | job_title | -
    M. | Dupont | Jean | 12/05/1970 | 3 rue de la Paix | 75002 | Paris | France | 06 12 34 56 78 | jean.dupont@example.fr | Dupont SARL | Gérant | 01/02/2024
    Mme | Leroy | Sophie | 23/08/1985 | 15 avenue Foch | 69006 | Lyon | France | 06 98 76 54 32 | s.leroy@example.fr | Leroy SA | Comptable | 03/02/2024
    M. | Petit | Nicolas | 30/01/1992 | 8 place Bellecour | 69002 | Lyon | France | 07 81 23 45 67 | petit.n@example.fr | | Étudiant | 04/02/2024
    Mme | Moreau | Claire | 14/11/1966 | 27 cours Mirabeau | 13100 | Aix | France | 06 11 22 33 44 | claire@moreau.example.fr | Mairie | Maire | 09/02/2024`,
  ),
  labelled(
    'Clients, Spanish',
    `
    ID Cliente | Nombre | Apellidos | Correo electrónico | Teléfono móvil | Dirección | Código Postal | Ciudad | Provincia | País | Fecha Nac. | Empresa | Cargo | Fecha de alta | Saldo
    - | first_name | last_name | email | phone | address | postal_code | city | region | country | birth_date | company | job_title | - | -
    1 | María | García López | maria@garcia.example.es | 612 345 678 | Calle Mayor 1 | 28013 | Madrid | Madrid | España | 04/09/1978 | Garcia SL | Gerente | 01/01/2020 | 0
    2 | José | Martín Ruiz | jose.martin@example.es | 622 111 222 | Gran Vía 20 | 48001 | Bilbao | Vizcaya | España | 17/02/1960 | Ruiz SA | Técnico | 12/06/2021 | 12
    3 | Lucía | Pérez | lucia.perez@example.es | 633 444 555 | Av. del Puerto 9 | 46021 | Valencia | Valencia | España | 25/12/1995 | | Abogada | 23/03/2022 | 99
    4 | Javier | Soto | jsoto@example.es | 644 777 888 | Plaza Nueva 4 | 41001 | Sevilla | Sevilla | España | 30/07/1983 | Soto SLU | Chef | 05/05/2023 | 4`,
  ),
  labelled(
    'Suppliers, Italian',
    `
    Ragione Sociale | P.IVA | Referente | Indirizzo | CAP | Città | Prov. | Nazione | Telefono | Cellulare | Indirizzo e-mail | Sito web | Note
    company | - | full_name | address | postal_code | city | region | country | phone | - | email | website | -
    Bianchi Srl | 01234567890 | Marco Bianchi | Via Roma 1 | 20121 | Milano | MI | Italia | +39 02 8845 1 | +39 333 1234567 | info@bianchi.example.it | www.bianchi.example.it | puntuale
    Verdi SpA | 09876543210 | Giulia Verdi | Corso Italia 5 | 10121 | Torino | TO | Italia | +39 011 4421 111 | +39 334 7654321 | verdi@example.it | www.verdi.example.it |
    Neri Snc | 11223344556 | Paolo Neri | Piazza Dante 9 | 80134 | Napoli | NA | Italia | +39 081 795 1111 | | neri@neri.example.it | www.neri.example.it |
    Russo Sas | 66554433221 | Elena Russo | Viale Europa 2 | 00144 | Roma | RM | Italia | +39 06 0606 00 | +39 335 1112223 | elena@russo.example.it | www.russo.example.it | nuovo`,
  ),
  labelled(
    'Patients, Portuguese',
    `
    Nome completo | CPF | Data de nascimento | Sexo | E-mail | Celular | Endereço | Bairro | Cidade | UF | CEP | Profissão
    full_name | - | birth_date | gender | email | phone | address | - | city | region | postal_code | job_title
    João da Silva | 123.456.789-09 | 10/02/1971 | M | joao@silva.example.br | (11) 98765-4321 | Rua das Flores 10 | Centro | São Paulo | SP | 01001-000 | Professor
    Maria Oliveira | 987.654.321-00 | 22/10/1988 | F | maria.o@example.br | (21) 99876-5432 | Av. Atlântica 200 | Copacabana | Rio de Janeiro | RJ | 22010-000 | Médica
    Pedro Santos | 111.222.333-96 | 05/05/1959 | M | pedro@santos.example.br | (31) 98888-7777 | Rua da Bahia 5 | Lourdes | Belo Horizonte | MG | 30160-011 | Motorista
    Ana Costa | 444.555.666-77 | 18/12/1999 | F | ana.costa@example.br | (41) 99777-6655 | Rua XV 100 | Batel | Curitiba | PR | 80020-310 | Estudante`,
  ),
  labelled(
    'Contacts, Polish',
    `
    Lp. | Imię i nazwisko | Adres e-mail | Nr telefonu | Nazwa firmy | Stanowisko | Ulica | Kod pocztowy | Miejscowość | Województwo | Kraj | NIP | Uwagi
    - | full_name | email | phone | company | job_title | address | postal_code | city | region | country | - | -
    1 | Jan Kowalski | jan@kowalski.example.pl | +48 22 695 29 00 | Kowalski sp. z o.o. | Prezes | Marszałkowska 1 | 00-624 | Warszawa | mazowieckie | Polska | 5260001246 |
    2 | Anna Nowak | anna.nowak@example.pl | +48 12 616 12 00 | Nowak SA | Księgowa | Długa 5 | 31-147 | Kraków | małopolskie | Polska | 6762484560 | pilne
    3 | Piotr Zieliński | pz@example.pl | +48 61 878 50 00 | Zieliński | Właściciel | Polna 12 | 60-535 | Poznań | wielkopolskie | Polska | 7811767696 |`,
  ),
  labelled(
    'Employees, Dutch',
    `
    Personeelsnummer | Voornaam | Tussenvoegsel | Achternaam | Geboortedatum | Geslacht | Straatnaam | Huisnummer | Postcode | Woonplaats | Mobiel nummer | E-mail (werk) | Functie | Afdeling | In dienst sinds
    - | first_name | middle_name | last_name | birth_date | gender | address | - | postal_code | city | phone | email | job_title | - | -
    501 | Jan | de | Vries | 01-02-1970 | man | Dorpsstraat | 5 | 1011 AB | Amsterdam | 06-12345678 | jan@vries.example.nl | Monteur | Techniek | 01-03-2001
    502 | Sanne | van den | Berg | 15-08-1990 | vrouw | Kerkweg | 12 | 3011 CD | Rotterdam | 06-23456789 | sanne@berg.example.nl | Planner | Logistiek | 01-05-2015
    503 | Pieter | | Bakker | 30-11-1982 | man | Molenlaan | 7 | 3511 EF | Utrecht | 06-34567890 | pieter@bakker.example.nl | Inkoper | Inkoop | 15-09-2010`,
  ),
  labelled(
    'Members, Swedish',
    `
    Förnamn | Efternamn | Personnummer | E-postadress | Mobilnummer | Gatuadress | Postnr | Ort | Län | Medlem sedan
    first_name | last_name | - | email | phone | address | postal_code | city | region | -
    Lars | Svensson | 19700213-1234 | lars@svensson.example.se | 070-123 45 67 | Storgatan 1 | 111 22 | Stockholm | Stockholms län | 2001
    Karin | Lindqvist | 19851130-5678 | karin@lindqvist.example.se | 073-234 56 78 | Kungsgatan 9 | 411 19 | Göteborg | Västra Götaland | 2010
    Erik | Holm | 19620704-9012 | erik.holm@example.se | 076-345 67 89 | Nygatan 3 | 211 20 | Malmö | Skåne | 1999`,
  ),
  labelled(
    'Clients, Russian',
    `
    № | ФИО | Дата рождения | Пол | Телефон | Эл. почта | Город | Адрес | Индекс | Страна | Место работы | Должность | Дата регистрации
    - | full_name | birth_date | gender | phone | email | city | address | postal_code | country | company | job_title | -
    1 | Иванов Иван Петрович | 12.03.1975 | м | +7 495 777-77-77 | ivanov@example.ru | Москва | ул. Ленина, 5 | 101000 | Россия | ООО Ромашка | инженер | 01.02.2022
    2 | Смирнова Ольга Сергеевна | 30.07.1988 | ж | +7 812 576-62-00 | smirnova@example.ru | Санкт-Петербург | Невский пр., 10 | 191025 | Россия | АО Вектор | бухгалтер | 14.05.2022
    3 | Петров Сергей Ильич | 01.12.1960 | м | +7 343 371-16-16 | petrov@example.ru | Екатеринбург | ул. Мира, 3 | 620000 | Россия | ООО Урал | директор | 20.09.2023`,
  ),
  labelled(
    'Customers, Turkish',
    `
    Müşteri No | Adı Soyadı | Doğum Tarihi | Cinsiyet | Cep Telefonu | E-posta Adresi | Açık Adres | İlçe | Şehir | Posta Kodu | Şirket Adı | Kayıt Tarihi
    - | full_name | birth_date | gender | phone | email | address | - | city | postal_code | company | -
    10 | Mehmet Yılmaz | 03.05.1979 | Erkek | +90 532 123 45 67 | mehmet@yilmaz.example.com.tr | Atatürk Cad. 5 | Kadıköy | İstanbul | 34710 | Yılmaz Ltd | 01.01.2023
    11 | Ayşe Demir | 19.10.1991 | Kadın | +90 533 234 56 78 | ayse@demir.example.com.tr | İnönü Sok. 8 | Çankaya | Ankara | 06420 | Demir AŞ | 05.02.2023
    12 | Ali Kaya | 28.02.1965 | Erkek | +90 535 345 67 89 | ali@kaya.example.com.tr | Deniz Sok. 2 | Konak | İzmir | 35250 | Kaya | 09.03.2023`,
  ),
  labelled(
    'Customers, Chinese',
    `
    编号 | 姓名 | 性别 | 出生日期 | 手机号码 | 电子邮箱 | 公司名称 | 职位 | 省份 | 城市 | 详细地址 | 邮政编码 | 备注
    - | full_name | gender | birth_date | phone | email | company | job_title | region | city | address | postal_code | -
    1 | 王伟 | 男 | 1980年3月5日 | +86 138 0013 8000 | wangwei@example.cn | 北京科技有限公司 | 经理 | 北京市 | 北京 | 朝阳区1号 | 100020 |
    2 | 李娜 | 女 | 1992年11月20日 | +86 139 1234 5678 | lina@example.cn | 上海贸易有限公司 | 会计 | 上海市 | 上海 | 浦东新区2号 | 200120 | 老客户
    3 | 张敏 | 女 | 1975年7月1日 | +86 137 8765 4321 | zhangmin@example.cn | 广州食品有限公司 | 总监 | 广东省 | 广州 | 天河区3号 | 510620 |`,
  ),
  labelled(
    'Applicants, Japanese',
    `
    受付番号 | 氏名 | フリガナ | 生年月日 | 性別 | 郵便番号 | 都道府県 | 市区町村 | 住所 | 電話番号 | メールアドレス | 勤務先 | 役職 | 備考
    - | full_name | - | birth_date | gender | postal_code | region | city | address | phone | email | company | job_title | -
    A1 | 佐藤 健 | サトウ ケン | 1985年4月2日 | 男性 | 100-0001 | 東京都 | 千代田区 | 千代田1-1 | 03-3213-1111 | sato@example.jp | 株式会社佐藤 | 部長 |
    A2 | 鈴木 花子 | スズキ ハナコ | 1990年12月24日 | 女性 | 530-0001 | 大阪府 | 大阪市 | 北区梅田1 | 06-6208-8181 | suzuki@example.jp | 株式会社鈴木 | 主任 |
    A3 | 田中 実 | タナカ ミノル | 1958年8月15日 | 男性 | 460-0001 | 愛知県 | 名古屋市 | 中区三の丸3 | 052-961-1111 | tanaka@example.jp | 田中商店 | 店主 | 再`,
  ),
  labelled(
    'Contacts, Arabic',
    `
    الرقم | الاسم الكامل | البريد الإلكتروني | رقم الجوال | تاريخ الميلاد | الجنس | المدينة | الدولة | اسم الشركة | المسمى الوظيفي | ملاحظات
    - | full_name | email | phone | birth_date | gender | city | country | company | job_title | -
    1 | محمد علي | m.ali@example.sa | +966 50 123 4567 | 1984-01-15 | ذكر | الرياض | السعودية | شركة النور | مدير |
    2 | فاطمة حسن | fatima@example.sa | +966 55 234 5678 | 1992-06-30 | أنثى | جدة | السعودية | شركة البحر | محاسبة | عميل جديد
    3 | عمر خالد | omar@example.sa | +966 54 345 6789 | 1970-11-02 | ذكر | الدمام | السعودية | مؤسسة السلام | مهندس |`,
  ),
  labelled(
    'Nested JSON, flattened',
    `
    id | name.first | name.last | name.official_full | bio.birthday | bio.gender | contact.emailAddress | contact.phoneNumbers.0.value | contact.phoneNumbers.0.type | address.street | address.city | address.state | address.postalCode | address.countryCode | employer.name | employer.title | links.homepage | meta.createdAt
    - | first_name | last_name | full_name | birth_date | gender | email | phone | - | address | city | region | postal_code | country | company | job_title | website | -
    p1 | Ruth | Baker | Ruth Ann Baker | 1950-03-22 | F | ruth@baker.example.com | +1 503-823-4000 | home | 10 River Rd | Portland | OR | 97204 | US | Baker Inc | CEO | https://baker.example.com | 2024-01-01T00:00:00Z
    p2 | Noah | Cole | Noah Cole | 1999-09-01 | M | noah@cole.example.com | +1 801-535-7704 | work | 11 Salt St | Salt Lake City | UT | 84111 | US | Cole LLC | Clerk | https://cole.example.org | 2024-01-02T00:00:00Z
    p3 | Grace | Diaz | Grace M. Diaz | 1977-05-17 | F | grace@diaz.example.com | +1 505-768-3000 | home | 12 Mesa Ave | Albuquerque | NM | 87102 | US | Diaz Co | Nurse | https://diaz.example.net | 2024-01-03T00:00:00Z`,
  ),
  labelled(
    'Misspelled and shouted headers',
    `
    FRIST NAME | LSAT NAME | EMIAL ADDRESS | PHONE NUBMER | ADRESS | CTIY | POSTEL CODE | CONTRY | DATE OF BRITH | COMAPNY | OCUPATION | WEBSTIE
    first_name | last_name | email | phone | address | city | postal_code | country | birth_date | company | job_title | website
    Megan | Price | megan@price.example.com | 202-456-1414 | 1 Elm St | Salem | 97301 | USA | 03/14/1981 | Price Inc | Baker | www.price.example.com
    Tyler | Reed | tyler@reed.example.com | 206-684-2489 | 2 Fir St | Tacoma | 98402 | USA | 12/25/1969 | Reed LLC | Pilot | www.reed.example.com
    Amy | Shaw | amy@shaw.example.com | 415-701-2311 | 3 Oak St | Eureka | 95501 | USA | 10/31/1990 | Shaw Co | Judge | www.shaw.example.com`,
  ),
  labelled(
    'Headers that mislead',
    `
    Phone | Email | Contact | Number | Date | Status | Position | Company ID | Email Verified | Phone Type | Country of Birth | Username | Title
    email | - | phone | - | - | - | - | - | - | - | - | - | name_prefix
    ann@one.example.com | yes | +44 20 7946 0018 | 100023 | 2024-05-01 | active | 1 | 5550001111 | true | mobile | France | ann1 | Mrs
    ben@two.example.com | no | +44 20 7946 0991 | 100024 | 2024-05-02 | active | 2 | 5550002222 | false | home | Spain | ben2 | Mr
    cat@three.example.com | yes | +44 161 496 0000 | 100025 | 2024-05-03 | closed | 3 | 5550003333 | true | mobile | Italy | cat3 | Dr
    dan@four.example.com | yes | +44 131 496 0123 | 100026 | 2024-05-04 | active | 4 | 5550004444 | true | work | Spain | dan4 | Mr
    eve@five.example.com | no | +44 29 2018 0456 | 100027 | 2024-05-05 | active | 5 | 5550005555 | true | home | France | eve5 | Ms`,
  ),
  labelled(
    'Measurements without people',
    `
    station_id | station_name | latitude | longitude | elevation | date | tmax | tmin | precipitation | source_url | flags | page_count | score
    - | - | - | - | - | - | - | - | - | - | - | - | -
    10001 | North Ridge | 47.6 | -122.3 | 12.5 | 2023-01-01 | 8.1 | 2.3 | 0.0 | https://data.example.org/10001 | A | 3 | 0.5
    10002 | South Bay | 37.7 | -122.4 | 3.0 | 2023-01-02 | 14.0 | 7.7 | 1.2 | https://data.example.org/10002 | B | 9 | 0.1
    10003 | East Hill | 40.7 | -74.0 | 50.1 | 2023-01-03 | 4.4 | -1.0 | 3.3 | https://data.example.org/10003 | A | 1 | 0.9`,
  ),
  labelled(
    'Orders',
    `
    Order No. | Order Date | Customer Name | Customer Email | Billing Address | Billing City | Shipping City | Billing Country | Product Name | SKU | Quantity | Unit Price | Currency | Payment Status | Tracking Number
    - | - | full_name | email | address | city | - | country | - | - | - | - | - | - | -
    5001 | 2024-02-01 | Karen White | karen@white.example.com | 1 Rose Ln | Leeds | Leeds | United Kingdom | Blue Mug | MUG-1 | 2 | 9.99 | GBP | paid | 1Z999AA10123456784
    5002 | 2024-02-02 | Thomas Blackwood | thomas@bw.example.com | 2 Vine St | York | Hull | United Kingdom | Red Mug | MUG-2 | 1 | 9.99 | GBP | paid | 1Z999AA10123456785
    5003 | 2024-02-03 | Megan Hughes | megan@hughes.example.com | 3 Moor Rd | Bath | Bath | Ireland | Tea | TEA-7 | 5 | 3.50 | EUR | open | 1Z999AA10123456786`,
  ),
];
