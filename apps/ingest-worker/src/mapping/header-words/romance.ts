import { type HeaderWords } from './header-words';

export const FRENCH: HeaderWords = {
  email:
    'courriel adresseemail adressemail adresseelectronique adressecourriel mel emailpro | emailperso courrielpro',
  phone: `
    numerodetelephone numtelephone notelephone numerotelephone numtel ntel telephonefixe 
    | telephoneportable portable telephonemobile telportable telfixe telmobile numerodeportable mobileperso fixe`,
  full_name:
    'nomcomplet nometprenom nomprenom prenometnom prenomnom nometprenoms nomsprenoms nomsetprenoms nomducontact nomduclient',
  first_name: 'prenom prenoms',
  middle_name: 'deuxiemeprenom secondprenom autresprenoms',
  last_name: 'nomdefamille nomfamille nompatronymique patronyme nomusage nomdusage',
  name_prefix: 'civilite | politesse titredecivilite',
  name_suffix: 'suffixe',
  birth_date: 'datedenaissance datenaissance ddn nele neele datenaiss | naissance anniversaire datedenaiss',
  gender: 'sexe | genre',
  company:
    'entreprise societe nomentreprise nomsociete raisonsociale nomdelentreprise nomdelasociete employeur denomination denominationsociale | organisme etablissement association structure',
  job_title: 'intituleposte intituledeposte intituleduposte poste fonction | metier emploi | titre',
  website: 'siteweb siteinternet adresseweb adressesiteweb',
  address: 'adressepostale adressecomplete adresseligne1 | adresse1 rue voie nomrue adresserue',
  city: 'ville | commune localite',
  region: 'departement | etat',
  postal_code: 'codepostal | cp',
  country: 'pays nompays paysderesidence | codepays',
};

export const SPANISH: HeaderWords = {
  email:
    'correoelectronico correo correoe direcciondecorreo direcciondecorreoelectronico direccionemail emailcontacto | correos',
  phone: `
    telefono telefonos numerodetelefono numerotelefono ndetelefono numtelefono telefonodecontacto telefonocontacto
    | movil celular telefonomovil telefonofijo numerodecelular telefonocelular numerocelular`,
  full_name:
    'nombrecompleto nombreyapellidos nombreyapellido nombreapellidos nombreapellido apellidosynombre apellidosynombres apellidosnombre nombresyapellidos apellidosynombrecompleto nombredelcliente nombrecliente',
  first_name: 'primernombre nombredepila | nombres',
  middle_name: 'segundonombre',
  last_name: 'apellido apellidos | primerapellido apellidopaterno',
  name_prefix: 'tratamiento | | saludo',
  name_suffix: 'sufijo',
  birth_date:
    'fechadenacimiento fechanacimiento fechanac fnacimiento fecnac fecnacimiento fnac | nacimiento cumpleaños',
  gender: 'genero sexo',
  company:
    'empresa nombreempresa nombredelaempresa razonsocial compañia organizacion | institucion entidad empleador',
  job_title: 'puesto puestodetrabajo cargo | ocupacion profesion',
  website: 'sitioweb paginaweb |',
  address:
    'direccion domicilio direccionpostal direccioncompleta | calle dirección1 callenumero calleynumero',
  city: 'ciudad poblacion localidad | municipio',
  region: 'provincia comunidadautonoma | estado comunidad',
  postal_code: 'codigopostal codpostal',
  country: 'pais paisderesidencia nombrepais | codigopais',
};

export const ITALIAN: HeaderWords = {
  email: 'indirizzoemail indirizzomail postaelettronica indirizzodipostaelettronica indirizzodiemail | pec',
  phone: 'numeroditelefono recapitotelefonico | cellulare telefonocellulare numerocellulare telefonofisso',
  full_name: 'nomeecognome nomecognome cognomeenome cognomenome nominativo | referente intestatario',
  first_name: 'primonome nomedibattesimo',
  middle_name: 'secondonome',
  last_name: 'cognome',
  name_prefix: 'appellativo',
  name_suffix: 'suffisso',
  birth_date: 'datadinascita datanascita datadinasc | nascita natoil',
  gender: 'genere | sesso',
  company:
    'azienda nomeazienda ragionesociale ditta società nomeditta denominazionesociale | organizzazione denominazione ente',
  job_title: 'qualifica mansione posizionelavorativa | ruolo professione posizione incarico',
  website: 'sitoweb sitointernet paginainternet | sito',
  address: 'indirizzo indirizzocompleto viaenumero indirizzodiresidenza | residenza via',
  city: 'città | comune cittadiresidenza comunediresidenza',
  region: '| regione prov',
  postal_code: 'codiceavviamentopostale codicepostale | cap',
  country: 'paese nazione | codicepaese stato',
};

export const PORTUGUESE: HeaderWords = {
  email: 'correioeletronico enderecoemail enderecodeemail endereceemail correioelectronico',
  phone:
    'telefone telefones numerodetelefone ntelefone telefonecontato | telemovel telefonecelular fone telefonefixo',
  full_name: 'nomecompleto nomeesobrenome nomesobrenome nomedocliente nomecliente',
  first_name: 'primeironome nomeproprio prenome',
  middle_name: 'nomedomeio segundonome',
  last_name: 'sobrenome apelido | ultimonome',
  name_prefix: 'tratamento',
  name_suffix: 'sufixo',
  birth_date: 'datadenascimento datanascimento dtnascimento dtnasc datanasc | nascimento aniversario',
  company: 'nomedaempresa nomeempresa razaosocial | organizacao instituicao',
  job_title: 'profissao ocupacao | funcao',
  website: 'siteempresa paginadainternet',
  address: 'endereco enderecocompleto morada logradouro | rua',
  city: 'cidade | concelho',
  region: '| uf distrito',
  postal_code: 'cep codigodepostal',
  country: ' | codigodopais',
};

export const ROMANIAN: HeaderWords = {
  email: 'adresaemail adresadeemail postaelectronica',
  phone: 'numartelefon numardetelefon nrtelefon nrdetelefon',
  full_name: 'numeprenume numesiprenume prenumesinume numecomplet',
  first_name: 'prenume prenumele',
  last_name: 'numedefamilie',
  birth_date: 'datanasterii datadenastere | nascut',
  gender: 'gen',
  company: 'companie numefirma denumirefirma',
  job_title: 'functia ocupatie | functiei',
  city: 'oras localitate',
  region: 'judet',
  postal_code: 'codulpostal',
  country: 'tara',
};
