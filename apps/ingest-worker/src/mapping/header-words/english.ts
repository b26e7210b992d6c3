import { type HeaderWords } from './header-words';

export const ENGLISH: HeaderWords = {
  email: `
    email emailaddress mail emailaddr emailid emails emailaddresses primaryemail mainemail email1 emailaddress1
    contactemail useremail emailprimary
    | mailaddress workemail businessemail personalemail privateemail officialemail emailwork companyemail corporateemail`,
  phone: `
    phone phonenumber telephone telephonenumber tel telno telnumber phoneno phonenr phonenum primaryphone mainphone
    phone1 telephone1 phonenumber1 tel1 msisdn phones phonenumbers contactphone contactnumber contactno
    | mobile mobilephone mobilenumber mobileno mob cell cellphone cellnumber cellphonenumber workphone businessphone
    officephone homephone dayphone daytimephone phonework phonemobile phonehome mobile1 landline phoneprimary
    telephonemobile whatsapp whatsappnumber phoneoffice`,
  full_name: `
    fullname completename contactname personname customername clientname membername employeename namefull
    participantname studentname patientname guestname attendeename holdername firstandlastname firstlastname
    firstnamelastname lastnamefirstname namefirstlast nameoriginal namesurname formattedname
    | displayname legalname nameofperson cardholdername firstandsurname
    | person contact contactperson cn`,
  first_name: `
    firstname givenname fname forename namefirst firstnames forenames givennames namegiven christianname
    contactfirstname fstname frstname
    | preferredname preferredfirstname gname
    | first given`,
  middle_name: `
    middlename middlenames mname middleinitial middleinitials namemiddle additionalname
    | secondname
    | middle mi initial initials`,
  last_name: `
    lastname surname familyname lname sname namelast surnames lastnames namefamily contactlastname lstname
    | legallastname surename
    | last family`,
  name_prefix: `
    nameprefix salutation honorific honorificprefix honorifics courtesytitle personaltitle namesalutation nametitle
    | courtesy
    | prefix`,
  name_suffix: `
    namesuffix honorificsuffix suffixname generationalsuffix
    | suffix
    | generation`,
  birth_date: `
    birthdate dateofbirth dob birthday dateofbirthday birthdt datebirth dobirth bdate
    | bday born birth`,
  gender: 'gender sex | gendercode sexcode genderidentity',
  company: `
    company companyname organization organisation organizationname organisationname orgname nameorg employer
    employername corporationname institutionname accountname companyorganization companyororganization currentcompany
    companylegalname organizationsname organisationsname businessname currentemployer
    | org business firm firmname corporation institution agency agencyname facilityname hospitalname sitename
    schoolname universityname storename customercompany workplace placeofwork university tradename tradingname instnm
    | account affiliation dba vendor`,
  job_title: `
    jobtitle jobposition worktitle positiontitle businesstitle employeetitle currenttitle organizationtitle
    professionaltitle currentposition jobname
    | title position jobrole occupation profession designation
    | role job rank`,
  website: `
    website websiteurl webaddress webaddr homepage companywebsite companyurl homepageurl websites websiteaddress
    corporatewebsite webpageurl
    | url web webpage weburl domainname websitedomain companydomain
    | site internet domain blog`,
  address: `
    address streetaddress mailingaddress postaladdress homeaddress fulladdress addressfull addrfull addresses
    residentialaddress physicaladdress permanentaddress addressformatted
    | street address1 addressline1 addressline addr addr1 addrline1 street1 streetline1 streetname addressstreet
    address1street businessaddress workaddress companyaddress streetaddress1 addressstreet1 addressstreetline1 line1`,
  city: `
    city town cityname citytown towncity cityortown addresscity addrcity
    | municipality locality hometown cityofresidence posttown
    | suburb`,
  region: `
    state province stateprovince provincestate stateorprovince stateregion regionstate statename provincename
    addressstate addrstate stateterritory statecounty addressregion
    | region statecode provincecode stateabbr stabbr usstate county countyname countystate territory
    | prefecture governorate`,
  postal_code: `
    postalcode postcode zip zipcode zippostalcode postalzipcode ziporpostalcode zippostal pincode eircode zip5
    addresspostalcode addresszip postalcodezip postcodezip zippostcode
    | zipplus4 postal pin`,
  country: `
    country countryname countryregion countryofresidence addresscountry
    | countrycode countryiso isocountry countryiso2 countryiso3 isocountrycode countrycodeiso residencecountry
    | nation iso2`,
};

/** Headers that resemble a field and are none: never matched, not even by similarity. */
export const NOT_A_FIELD = `
  username userid loginname login nickname screenname filename hostname listname maidenname birthname aliasname
  placeofbirth birthplace nationality citizenship language timezone zone stats status station counts counter category
  sender tender reason religion form forma calls stage module companyid companysize companytype
  addressee addresstype jobid jobs phase department departments
  geburtsname geburtsort nomdenaissance nomdejeunefille lieudenaissance lugardenacimiento luogodinascita nationalitat
  staatsangehorigkeit nationalite nacionalidad nazionalita geboorteplaats meisjesnaam фамилияпрождении`;
