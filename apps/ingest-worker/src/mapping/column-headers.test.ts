/** Headers as they are in use: of exports of well-known programs, of forms and of registers, in many languages. */
import { guessColumns } from './map-columns';

const HEADERS: Readonly<Record<string, string>> = {
  email: `
    email, E-Mail, e_mail, eMail, EMAIL_ADDRESS, Email Address, EmailAddress, Email 1, Primary Email, Work Email,
    Contact Email, Customer E-mail, billing_email, user.email, contact.emailAddress, emails.0.value, hs_email, Email (required), Email*,
    Emial, E-mial address, Email adress, E-Mail-Adresse, E-Mail (privat), Mailadresse, Adresse électronique, Adresse e-mail,
    Courriel, Adresse mail, Correo electrónico, Correo, Dirección de correo, Indirizzo e-mail, Posta elettronica,
    Endereço de e-mail, Correio eletrónico, E-mailadres, E-post, E-postadress, Mejladress, Sähköposti, Adres e-mail,
    Emailová adresa, E-mail cím, E-posta, Электронная почта, Эл. почта, Електронна пошта, Имейл, Ηλεκτρονική διεύθυνση,
    电子邮件, 邮箱, 電子郵件, メールアドレス, 이메일, البريد الإلكتروني, דואר אלקטרוני, อีเมล, ईमेल`,
  phone: `
    phone, Phone #, Phone No., PHONE_NUMBER, phoneNumber, Telephone, Tel., Mobile, Cell Phone, Home Phone, Contact Number,
    Phone 1 - Value, phone_1, Contact Number, customerPhoneNumbers, contact.phone, phoneNumbers.0.value, Primary Phone, Customer Phone, Mobile Phone Number, Phnoe Number,
    Telefonnumber, Telephon, Telefon, Telefonnummer, Tel.-Nr., Telefon (mobil), Handynummer, Rufnummer, Festnetz, Téléphone,
    N° de téléphone, Numéro de téléphone, Tél. portable, Teléfono, Número de teléfono, Móvil, Celular, Cellulare,
    Numero di telefono, Telefone, Telemóvel, Telefoonnummer, Mobiel nummer, Mobilnummer, Tlf., Puhelinnumero, Nr telefonu,
    Numer telefonu, Telefonní číslo, Telefonszám, Cep Telefonu, Telefon numarası, Телефон, Номер телефона, Мобильный телефон, Личный телефон,
    Τηλέφωνο, Κινητό, 电话, 手机号码, 联系电话, 電話番号, 携帯電話, 전화번호, 휴대폰, رقم الهاتف, الجوال, טלפון, เบอร์โทรศัพท์,
    Số điện thoại, Nomor Telepon, No. HP`,
  full_name: `
    Full Name, full_name, FullName, Contact Name, Customer Name, Name, customer.name, Complete name, Contact Person, Display Name,
    Name (full), First and last name, Name, Vorname; Ansprechpartner; Vollständiger Name; Vor- und Nachname; Nom et prénom; Nom complet;
    Nombre completo; Nombre y apellidos; Apellidos y nombre; Nome e cognome; Cognome e nome; Nominativo; Nome completo;
    Volledige naam; Fullt navn; Namn; Koko nimi; Imię i nazwisko; Jméno a příjmení; Teljes név; Adı Soyadı; Ad Soyad; ФИО; Ф.И.О.;
    Фамилия Имя Отчество; ПІБ; Ονοματεπώνυμο; 姓名; 联系人; 氏名; 名前; お名前; 이름; 성명; الاسم الكامل; الاسم; שם מלא; Nama Lengkap;
    Họ và tên; Nume și prenume; Ime i prezime`,
  first_name: `
    First Name, firstname, first_name, FIRST NAME, FirstName, fname, Given Name, Forename, name.first, Contact First Name, billing_first_name,
    Frist name, Fist Name, Vorname, Vornamen, Prénom, Prénom de l'élu, membre_prenom, Prénom(s), Primer nombre, Primo nome, Primeiro nome, Voornaam, Förnamn, Fornavn,
    Etunimi, Imię, Křestní jméno, Jméno, Keresztnév, Adı, Имя, Ім'я, Μικρό όνομα, الاسم الأول, שם פרטי, Prenume, Nama Depan`,
  last_name: `
    Last Name, lastname, LAST_NAME, lname, Surname, Family Name, name.last, name.familyName, Contact Last Name, Lsat Name, Last nmae,
    Surename, Nachname, Familienname, Zuname, Nom de famille, Apellidos, Apellido, Cognome, Sobrenome, Apelido, Achternaam,
    Efternamn, Etternavn, Sukunimi, Nazwisko, Příjmení, Priezvisko, Vezetéknév, Soyadı, Фамилия, Прізвище, Επώνυμο, 姓氏,
    اسم العائلة, שם משפחה, Nume de familie, Prezime`,
  middle_name:
    'Middle Name, middle_initial, MiddleName, Zweiter Vorname, Deuxième prénom, Segundo nombre, Отчество, Mellannamn, Drugie imię',
  name_prefix: 'Salutation, Name Prefix, Honorific, Anrede, Civilité, Tratamiento, Aanhef',
  name_suffix: 'Suffix, Name Suffix, Namenszusatz',
  birth_date: `
    Date of Birth, DOB, D.O.B., birth_date, birthDate, Birthday, BIRTH DATE, Date of birth (MM/DD/YYYY), bio.birthday, Birthdate (UTC), Date of Brith,
    Geburtsdatum, Geb.-Datum, Geburtstag, geb., Date de naissance, Né(e) le, Fecha de nacimiento, F. Nacimiento, Fecha Nac.,
    Data di nascita, Data de nascimento, Dt. Nascimento, Geboortedatum, Födelsedatum, Fødselsdato, Syntymäaika, Data urodzenia,
    Datum narození, Születési dátum, Doğum Tarihi, Дата рождения, Дата народження, Ημερομηνία γέννησης, 出生日期, 生日, 生年月日,
    생년월일, تاريخ الميلاد, תאריך לידה, Ngày sinh, Tanggal Lahir, วันเกิด, जन्म तिथि, Data nașterii, Datum rođenja`,
  gender:
    'Gender, Sex, GENDER, Geschlecht, Sexe, Género, Sexo, Sesso, Geslacht, Kön, Kjønn, Sukupuoli, Płeć, Pohlaví, Cinsiyet, Пол, Стать, 性别, 性別, 성별, الجنس, מין, Giới tính, Jenis Kelamin',
  company: `
    Company, Company Name, Vendor Name, company_name, Organization, Organisation Name, Employer, Employer Name, Account Name, organization.name, Organization 1 - Name,
    Business Name, Compnay, Firma, Firmenname, Unternehmen, Société, Raison sociale, Nom de l'entreprise, Entreprise, Empresa,
    Razón social, Nombre de la empresa, Azienda, Ragione sociale, Ditta, Razão Social, Nome da empresa, Bedrijf, Bedrijfsnaam,
    Företag, Virksomhed, Yritys, Nazwa firmy, Společnost, Název firmy, Cégnév, Şirket Adı, Компания, Организация, Место работы,
    Εταιρεία, Επωνυμία, 公司, 公司名称, 工作单位, 会社名, 勤務先, 회사명, الشركة, اسم الشركة, שם החברה, Công ty, Perusahaan, Companie`,
  job_title: `
    Job Title, job_title, JobTitle, Position, Title, Occupation, Job Position, organization.title, Organization 1 - Title, employer.title, Current Job Title,
    Berufsbezeichnung, Beruf, Funktion, Poste, Fonction, Intitulé du poste, Profession, Cargo, Puesto, Puesto de trabajo, Qualifica,
    Ruolo, Profissão, Functie, Beroep, Befattning, Stilling, Tehtävänimike, Stanowisko, Pozice, Beosztás, Görevi, Должность,
    Посада, 职位, 职务, 役職, 직책, المسمى الوظيفي, תפקיד, Chức vụ, Jabatan`,
  website: `
    Website, Web Site, website_url, URL, Web Page, Homepage, Company Website, Website 1 - Value, WWW, Webiste, Webseite, Internetadresse,
    Site web, Site internet, Sitio web, Página web, Sito web, Hemsida, Hjemmeside, Kotisivu, Strona WWW, Web sitesi, Сайт, Ιστοσελίδα,
    网站, 网址, ホームページ, 홈페이지, الموقع الإلكتروني`,
  address: `
    Address, Street Address, address_line_1, Address Line 1, Street, Mailing Address, Home Address, Address 1, billing_address_1, ADDR1, line1, address.street,
    Address 1 - Street, MailingStreet, Billing Street, Adress, Addres, Straße, Strasse und Hausnummer, Straße/Hausnummer, Str. u. Nr., Anschrift, Adresse,
    Adresse postale, Rue, Dirección, Domicilio, Calle, Calle Oficina, Indirizzo, Via, Endereço, Morada, Logradouro, Adres, Straatnaam,
    Gatuadress, Gateadresse, Katuosoite, Ulica, Adresa, Cím, Açık Adres, Адрес, Адреса, Διεύθυνση, 地址, 联系地址, 住所, 주소, العنوان,
    כתובת, Địa chỉ, Alamat, ที่อยู่`,
  city: `
    City, Town, City/Town, city_name, Billing City, Mailing City, address.city, Address 1 - City, Locality, Ctiy Name, Stadt, Ort, Wohnort, Ville,
    Commune, Libellé de la commune, Ciudad, Localidad, Población, Città, Comune, Cidade, Woonplaats, Plaats, Poststed, Postort, Kaupunki, Miasto, Miejscowość,
    Město, Obec, Város, Település, Şehir, Город, Місто, Πόλη, 城市, 市区町村, 도시, المدينة, עיר, Thành phố, Kota, Oraș`,
  region: `
    State, State/Province, Province, Region, County, Billing State, MailingState, address.state, State Code, stateProvince, US State, Bundesland, Kanton, Région,
    Département, Provincia, Comunidad Autónoma, Provincia de residencia, Regione, UF, Provincie, Län, Fylke, Województwo, Megye, Область, Регион,
    省份, 都道府県, المحافظة, Județ, Tỉnh, Provinsi`,
  postal_code: `
    ZIP, Zip Code, zip_code, Postal Code, PostalCode, Postcode, Zip/Postal Code, Post Code, billing_postcode, BillingPostalCode, Mailing Zip/Postal Code, address.postalCode,
    Address 1 - Postal Code, Zip+4 Code, PLZ, Postleitzahl, Code postal, CP, Código postal, C.P., CAP, Codice postale, CEP, Postnummer, Postnr., Postinumero,
    Kod pocztowy, PSČ, Irányítószám, Posta Kodu, Индекс, Почтовый индекс, Ταχυδρομικός κώδικας, Τ.Κ., 邮编, 邮政编码, 郵便番号, 우편번호,
    الرمز البريدي, מיקוד, Mã bưu điện, Kode Pos, รหัสไปรษณีย์, Cod poștal`,
  country: `
    Country, country_code, Country/Region, Country Name, Billing Country, MailingCountry, address.country, address.countryCode, Address 1 - Country, Country of residence, Contry,
    Land, Staat, Pays, País, País de residencia, Paese, Nazione, Maa, Kraj, Země, Krajina, Ország, Ülke, Страна, Країна, Χώρα, 国家, 国, 국가, الدولة, البلد,
    מדינה, Quốc gia, Negara, ประเทศ, Țara`,
  '-': `
    id, ID, user_id, Customer ID, Record ID - Contact, uuid, created_at, Created Date, Last Modified, updatedAt, Date, Order Date, Start Date, End date, Last Login, Date Joined,
    Connected On, Status, Type, Email Type, Phone Type, Email Opt In, email_verified, Email Status, Has Opted Out of Email, Fax, Fax Number, Business Fax, FAX_NO, Telefax, Faxnummer, Username, user name, Password,
    Nickname, Maiden Name, Mother's Name, Emergency Contact Phone, Parent Email, Owner Email, Contact owner, Manager Name, Referred by, Account Number, Account ID, IBAN, SSN, Passport Number,
    PASSPORT_COUNTRY, DRIVERS_LICENSE_STATE, Nationality, Place of Birth, birth_place, Country of Birth, Age, Notes, Comments, Description, Tags, Department, Industry,
    Amount, Price, Currency, Quantity, Product Name, Event Name, File Name, Program Name, Party, District, Score, Rating, Latitude, Longitude, Twitter, LinkedIn URL, Facebook,
    Photo URL, image_url, rss_url, contact_form, is_company, company_gst, Lead Owner, Deal Stage, Founded, Code INSEE, IP Address, MAC Address, Street Number, House No., Customer Number, Order Number, Tracking Number, Language, Time Zone, Stats, Counts,
    Stage, Category, Gebührennummer, Kundennummer, Eintrittsdatum, Geburtsname, Geburtsort, Bemerkung, Umsatz, Steuernummer, Date d'inscription, Nom de naissance, Remarques,
    Fecha de alta, Saldo, Observaciones, P.IVA, Codice fiscale, CPF, Bairro, Uwagi, NIP, Lp., Huisnummer, Personnummer, Примечание, ИНН, 备注, 编号, 備考, フリガナ, 비고, ملاحظات, Previous Company,
    Old address, What is your favourite colour?, How did you hear about us?, %, #, Total, Sales, Region Manager ID, Sender, Religion, Forma, Calls`,
};

/** A list with headers that hold commas is parted by semicolons. */
const headersIn = (text: string): string[] =>
  (text.includes(';') ? text.replaceAll(/(?<!Name),/g, ';').split(';') : text.split(',')).map((header) =>
    header.trim(),
  );

test.each(Object.entries(HEADERS))('%s: what people write above it', (field, text) => {
  const headers = headersIn(text);
  const misread = headers
    .map((header) => [header, guessColumns([header], {})[0]?.field ?? '-'] as const)
    .filter(([, guessed]) => guessed !== field);
  expect(misread).toEqual([]);
});

test('the table stays large enough to mean something', () => {
  expect(Object.values(HEADERS).flatMap(headersIn).length).toBeGreaterThan(800);
});
