/** Words by which the values of a column are told to be names of people or of organisations. */
import { wordsOf } from './header-words/header-words';

/** Common given names of many countries, folded. A column of full names has them in a good part of its rows. */
export const GIVEN_NAMES: ReadonlySet<string> = new Set(
  wordsOf(`
  james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald
  steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric
  jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond patrick jack dennis jerry
  tyler aaron jose adam nathan henry douglas zachary peter kyle walter ethan jeremy harold keith christian roger noah
  gerald carl terry sean austin arthur lawrence jesse dylan bryan joe jordan billy bruce albert willie gabriel logan alan
  juan wayne roy ralph randy eugene vincent russell elijah louis bobby philip johnny simon martin oliver harry hugh ian
  mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret sandra ashley
  kimberly emily donna michelle carol amanda dorothy melissa deborah stephanie rebecca sharon laura cynthia kathleen amy
  angela shirley anna brenda pamela emma nicole helen samantha katherine christine debra rachel carolyn janet catherine
  maria heather diane ruth julie olivia joyce virginia victoria kelly lauren christina joan evelyn judith megan andrea
  cheryl hannah jacqueline martha gloria teresa ann sara madison frances kathryn janice jean abigail alice julia judy
  sophia grace denise amber doris marilyn danielle beverly isabella theresa diana natalie brittany charlotte marie kayla
  jane claire lucy chloe zoe
  hans peter klaus wolfgang jurgen juergen heinz stefan andreas markus matthias uwe bernd dieter gunter guenter karl horst
  lukas leon felix max jonas maximilian tobias florian sebastian jan tim niklas philipp ursula monika petra sabine renate
  helga karin brigitte ingrid erika gisela heike susanne birgit claudia katrin kathrin anja tanja silke jutta lena lea mia
  leonie marlene greta franziska johanna
  jean pierre jacques philippe alain bernard andre francois gerard nicolas julien antoine thibault guillaume mathieu
  hugo theo luc nathalie isabelle sylvie catherine francoise monique sophie valerie celine camille manon lea chantal
  jose juan antonio manuel francisco carlos luis javier miguel jesus pedro alejandro fernando jorge rafael sergio pablo
  diego ramon alberto ana carmen isabel dolores pilar josefa rosa cristina lucia elena marta mercedes ines sofia
  giuseppe giovanni mario luigi francesco angelo vincenzo pietro salvatore marco andrea paolo luca matteo lorenzo alessandro
  davide stefano giulia chiara francesca elisa paola sara giorgia valentina alessia silvia
  joao jose paulo pedro tiago rui nuno miguel goncalo mariana beatriz ines catarina fernanda juliana camila rafaela
  johannes cornelis hendrik willem pieter gerrit jeroen daan sem bram sanne lotte anouk femke
  lars anders erik nils sven johan mikael karin ingrid astrid kristina eva hanna ole kari bjorn knut soren mette lise
  jan piotr krzysztof andrzej tomasz pawel marcin michal jakub anna katarzyna malgorzata agnieszka ewa zofia magdalena
  petr josef pavel jiri tomas jana hana lenka ivan ivana marko ana matej janez luka
  istvan laszlo zoltan ferenc gabor eszter katalin ilona andrei mihai ioana elena matti juhani mika timo anneli liisa
  alexander alexey aleksandr aleksei dmitry dmitri sergey sergei vladimir nikolai igor oleg natalia olga tatiana svetlana
  irina ekaterina anastasia yuri boris
  александр алексей дмитрий сергей владимир николаи андреи иван игорь олег наталья ольга татьяна светлана ирина екатерина
  анна мария елена михаил павел евгении анастасия юлия
  mehmet mustafa ahmet ali huseyin hasan ibrahim fatma ayse emine hatice zeynep elif yusuf murat emre can
  mohammed muhammad mohamed ahmed mahmoud omar khaled hassan fatima aisha maryam layla yasmin abdul abdullah youssef
  محمد احمد علي حسن فاطمة عمر خالد مريم
  γιωργος γιαννης μαρια ελενη δημητρης νικος κωνσταντινος
  raj rahul amit sanjay vijay anil suresh ravi arjun priya anita sunita pooja deepak rajesh sunil neha kavita
  wei li jun ming hui ying yan fang yuki hiroshi kenji takashi akiko yoko haruto sakura min ji hyun
  nguyen minh anh linh budi siti agus dewi`),
);

/** Characters that most Chinese, and syllables that most Korean family names are. */
export const FAMILY_NAME_CHARACTERS: ReadonlySet<string> = new Set(
  '王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂김이박최정강조윤장임한오서신권황안송류홍佐鈴田渡伊山中小加',
);

/** Folded words of which one or more stand in nearly every name of an organisation of its kind. */
export const ORGANISATION_WORDS: ReadonlySet<string> = new Set(
  wordsOf(`
  inc incorporated llc llp ltd limited plc corp corporation co company companies gmbh ag kg ohg ug mbh ev sa sas sarl eurl
  srl spa snc sl slu bv nv vof ab as asa aps oy oyj kft zrt sro doo spzoo sp ooo ооо оао зао пао тоо kk pty pvt ltda eireli
  holding holdings group groupe gruppe grupo gruppo partners associates solutions services systems technologies industries
  enterprises bank university college school institute academy hospital clinic center centre foundation association society
  union council department ministry agency authority bureau township village county airlines hotel restaurant
  universitat universite universidad schule verein stiftung stadtwerke klinik 公司 有限公司 株式会社 大学 医院 学校 銀行 银行 주식회사`),
);

export const HONORIFICS: ReadonlySet<string> = new Set(
  wordsOf(`
  mr mrs ms miss mx dr prof sir madam rev hon dame lord lady herr frau hr fr mme mlle mmes monsieur madame mademoiselle
  sr sra srta senor senora don dona sig sigra signor signora dott dottssa ing mag dipling dhr mevr mevrouw meneer pan pani
  господин госпожа 先生 女士 小姐 様 bay bayan hocam drmed profdr herrdr fraudr`),
);
