/** Words around the one that names the field. A header is compared with and without them. */
import { type RecordFieldName } from '@bigdata/models';
import { headerText } from './header-text';
import { wordsOf } from './header-words/header-words';

const setOf = (text: string): ReadonlySet<string> => new Set(wordsOf(text).map(headerText));

/** Say whose or which, and leave the field what it is: "Customer e-mail", "billing_city", `contact.address.zip`. */
export const MODIFIERS = setOf(`
  primary main default preferred current home personal private work business office official contact contacts
  customer client user member employee person people individual patient student guest attendee participant applicant
  candidate subscriber donor lead prospect buyer seller supplier account company organization organisation org employer
  corporate billing shipping mailing postal residential permanent registered legal head headquarters hq hr your my the
  of a full complete new actual local your enter details detail info information data record entry item field value
  values text string line attributes properties links profile bio demographics basics location locations place addr address
  addresses offices security technical tech general daytime day evening please required optional
  hs crm sf cust usr emp raw original native formatted iso alpha2 alpha3
  privat private dienstlich geschaftlich geschaeftlich beruflich kunde kunden mitarbeiter rechnung rechnungs
  liefer hauptwohnsitz pro perso professionnel professionnelle personnel personnelle principal principale du de la le
  des membre adherent eleve elu lelu libelle oficina usuario paciente socio alumno empleado utente paziente
  client cliente contacto trabajo casa personale lavoro aziendale titular del el los d residencia residenza residence
  contato pessoal comercial residencial klant zakelijk prive klienta kontakt kontaktowy sluzbowy domowy
  личный рабочий домашний контактный клиента клиент основной 联系人 客户 個人 個人用 自宅 会社用 お客様 ご`);

/** Left out beside some fields only: an account number is no account, a street number no address. */
export const COUNTED: Readonly<Record<string, readonly RecordFieldName[]>> = {
  number: ['phone'],
  no: ['phone'],
  nr: ['phone'],
  num: ['phone'],
  nummer: ['phone'],
  code: ['postal_code', 'country', 'region', 'gender'],
};

/** Say that a better column may exist: "Secondary e-mail" fills the field only when nothing else does. */
export const SECONDARY = setOf(`
  secondary second alternate alternative alt other additional extra backup
  zweite weitere andere autre secondaire otro secundario altro secondario outro inny drugi
  второй другой дополнительный`);

/**
 * Say that the column is about something else: neither the rest of the header nor the values count then. Other people
 * (mother, owner of the account), facts about the field (type, verified), ids, times, amounts, and media links.
 */
export const FOREIGN = setOf(`
  id ids uuid guid key hash token password pwd pin ssn sin nin passport visa licence license iban bic swift vat tax ein
  tin fein siret siren nif dni cpf cnpj nip pesel rut iccid imei isbn sku ref reference serial invoice order ticket
  type kind category status flag verified valid validated validation consent optin optout opt unsubscribed
  bounced bounce subscribed subscribe accepts allow allowed active enabled count total sum amount price cost score
  rating rank percent pct ratio index level size length width height weight quantity qty version
  created updated modified added joined timestamp time when since until expires expiry expiration
  lastseen login signup synced imported deleted start end from to at by
  lat lon lng latitude longitude geo coordinates ip mac host port path file folder
  fax telefax faxnummer telefaks faksnummer faxno faxnumber
  image img photo picture avatar logo icon thumbnail video linkedin facebook twitter instagram youtube tiktok xing
  github skype telegram snapchat pinterest rss feed form wiki wikipedia mastodon social unsubscribe
  mother father parent parents spouse wife husband partner child children son daughter guardian emergency kin relative
  referrer referral referred owner manager supervisor assistant sender assigned agent rep salesperson doctor
  physician teacher bank beneficiary product event course program project campaign
  note notes comment comments description remark remarks bemerkung bemerkungen notiz kommentar observaciones notas
  osservazioni observacoes uwagi opmerkingen 备注 備考 비고 ملاحظات примечание комментарий
  erstellt geandert angelegt creation modification creado creacion registro alta baja creato criado utworzono
  old previous former ex source quelle origin origen destination maiden alias nickname aka birthplace nationality hobby`);

type HintedField = 'email' | 'phone' | 'website' | 'birth_date' | 'full_name';

/** Words that make a column without a field worth a look at its values, wherever they stand in the header. */
export const HINTS: readonly (readonly [field: HintedField, pattern: RegExp])[] = [
  ['email', /e-?mail|mail|correo|courriel|почт|メール|邮/u],
  ['phone', /phone|tele|fone|telefon|mobil|cell|handy|tlf|msisdn|gsm|voice|телефон|電話|电话|전화/u],
  ['website', /web|url|site|homepage|www/u],
  ['full_name', /name|namn|navn|naam|nom|contact|nm$|имя|фио|姓名|名$/u],
  ['birth_date', /birth|dob|born|geb|naiss|nacim|nascit|nascim|birthday|рожд/u],
];
