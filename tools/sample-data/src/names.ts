/** Names of our own choosing by language. Those in another script carry a Latin spelling for the email address. */
export type SampleName = { readonly text: string; readonly latin: string };

export type NameSet = {
  readonly given: readonly SampleName[];
  readonly family: readonly SampleName[];
  readonly honorifics: readonly string[];
  /** Between the names; Chinese and Japanese names are written family first, and Chinese ones without a space. */
  readonly order: 'given-family' | 'family-given' | 'family-given-unspaced';
};

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** What an address needs: small ASCII letters. */
const toLatin = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replace(/[^a-z]/g, '');

/** "_" stands for a space inside a name, "=" separates the text from its Latin spelling. */
const names = (text: string): SampleName[] =>
  words(text).map((word) => {
    const [spelled = '', latin] = word.replaceAll('_', ' ').split('=');
    return { text: spelled, latin: latin ?? toLatin(spelled) };
  });

const set = (
  given: string,
  family: string,
  honorifics: string,
  order: NameSet['order'] = 'given-family',
): NameSet => ({ given: names(given), family: names(family), honorifics: words(honorifics), order });

export const NAME_SETS = {
  english: set(
    `Alice Amanda Andrew Angela Anthony Barbara Benjamin Beth Brandon Brian Carol Catherine Charles Christine Claire
     Daniel David Deborah Dennis Donna Dorothy Edward Eleanor Emily Emma Eric Frances Frank George Grace Hannah Harold
     Helen Henry Howard Isaac Isabel Jack Jacob James Jason Jeffrey Jennifer Jeremy Jessica Joan Joseph Joshua Joyce
     Judith Julia Karen Keith Kevin Laura Lauren Lawrence Linda Lucy Margaret Maria Mark Martha Martin Mary Matthew
     Megan Melissa Michael Michelle Nancy Nathan Nicholas Nora Oliver Olivia Pamela Patricia Patrick Paul Peter Philip
     Rachel Raymond Rebecca Richard Robert Roger Rosemary Russell Ruth Ryan Samantha Samuel Sandra Sarah Scott Sharon
     Simon Stephen Susan Teresa Theodore Thomas Timothy Tyler Victoria Vincent Virginia Walter Wayne Wendy William Zoe`,
    `Adams Allen Anderson Armstrong Bailey Baker Barnes Bell Bennett Brooks Brown Bryant Butler Campbell Carter Clark
     Coleman Collins Cooper Cox Crawford Cunningham D'Angelo Davis Dixon Douglas Edwards Ellis Evans Ferguson Fisher
     Fleming Foster Fox Gibson Gordon Graham Grant Gray Green Griffin Hamilton Harper Harris Hart Hayes Henderson Hill
     Holmes Howell Hughes Hunter Jackson Jenkins Johnson Jones Kelly Kennedy King Knight Lawson Lewis Lloyd MacArthur
     MacDonald Marshall Mason McAllister McBride McCarthy McDonald McKenzie Mills Mitchell Moore Morgan Morris Murphy
     Murray Nelson Newman Nichols O'Brien O'Connor O'Neill Owens Palmer Parker Pearson Perkins Perry Phillips Porter
     Powell Price Quinn Reed Reynolds Rice Richardson Roberts Robinson Rogers Ross Russell Sanders Scott Shaw
     Simmons Simpson Smith Smith-Jones Spencer Stevens Stewart Stone Sullivan Taylor Thompson Tucker Turner Wallace
     Walsh Ward Watson Webb Wells West White Wilkinson Williams Wilson Wood Wright Young`,
    'Mr. Mrs. Ms. Dr. Prof. Rev. Hon. Miss',
  ),
  german: set(
    `Anja Anna Bernd Birgit Björn Claudia Dieter Elke Florian Friederike Gerhard Günther Hannelore Heike Heinz Ingrid
     Jens Jörg Jürgen Karin Katrin Klaus Lars Lena Lukas Manfred Matthias Monika Nadine Petra Rainer Sabine Stefan Sven
     Thorsten Ulrike Ursula Uwe Wolfgang Zoë`,
    `Bauer Becker Böhm Braun Fischer Frank Groß Hartmann Hoffmann Huber Jäger Kaiser Keller Klein Koch König Köhler
     Krause Krüger Lang Lehmann Maier Meyer Möller Müller Neumann Richter Roth Schäfer Schmidt Schmitz Schneider
     Schröder Schulz Schwarz Vogel von_Berg von_der_Heide Wagner Walter Weber Weiß Werner Winkler Wolf Zimmermann`,
    'Herr Frau Dr. Prof.',
  ),
  french: set(
    `Adèle Agnès Alain Amélie André Antoine Aurélie Béatrice Benoît Camille Céline Chloé Clément Denis Élodie Émile
     Étienne Fabienne François Françoise Gaëlle Guillaume Hélène Hervé Inès Jean-Luc Jean-Pierre Jérôme Joël Léa Loïc
     Lucie Marie-Claire Mathilde Maëlle Nicolas Noémie Olivier Pascal Philippe René Solène Sylvie Théo Thérèse Yves`,
    `Bernard Blanchard Bonnet Boucher Chevalier David Dubois Dumas Dupont Durand Fabre Faure Fontaine Fournier Garnier
     Gauthier Girard Guérin Lambert Laurent Leclerc Lefebvre Lefèvre Legrand Lemaire Leroy Marchand Mercier Michel
     Moreau Noël Perrin Petit Renard Renaud Robert Rousseau Roux Simon de_la_Tour du_Pont Vidal Vincent`,
    'Mme Dr. Mlle',
  ),
  spanish: set(
    `Adrián Alejandro Álvaro Ana Andrés Ángel Beatriz Carlos Carmen Concepción Diego Elena Esteban Fernando Gabriela
     Guadalupe Hernán Inés Isabel Iván Javier Jesús Joaquín José Juan Lucía Luis Manuel Marisol Martín Mercedes Miguel
     Mónica Nicolás Óscar Pablo Paula Pilar Rafael Raúl Ricardo Rocío Rubén Santiago Sofía Tomás Verónica Víctor Ximena`,
    `Aguilar Álvarez Blanco Cabrera Castillo Castro Cortés de_la_Cruz de_la_Rosa del_Río Díaz Domínguez Fernández Flores
     Fuentes García Gil Gómez González Gutiérrez Hernández Herrera Ibáñez Jiménez León López Lozano Marín Martínez
     Medina Méndez Mendoza Molina Morales Moreno Muñoz Navarro Núñez Ortega Ortiz Peña Pérez Ramírez Ramos Reyes Rivera
     Rodríguez Rojas Romero Ruiz Sánchez Serrano Soto Suárez Torres Vargas Vásquez Vega`,
    'Sra. Srta. Dr. Dra.',
  ),
  portuguese: set(
    `Ana Antônio Beatriz Bruno Caio Cláudia Cristina Débora Eduardo Fábio Fernanda Flávia Gonçalo Henrique Inês João
     José Júlia Leonardo Luísa Marcelo Mariana Otávio Paulo Rafael Renata Rodrigo Sérgio Simão Tatiana Thiago Vitória`,
    `Almeida Araújo Barbosa Cardoso Carvalho Costa da_Silva da_Costa dos_Santos Duarte Fernandes Ferreira Gomes
     Gonçalves Lima Lopes Machado Magalhães Martins Melo Mendes Monteiro Nunes Oliveira Pereira Ribeiro Rocha Sampaio
     Souza Teixeira Vieira`,
    'Dr. Dra. Prof.',
  ),
  italian: set(
    `Alessandra Alessio Andrea Antonella Beatrice Carlo Caterina Chiara Davide Elisa Emanuele Enrico Federica Filippo
     Francesca Giacomo Gianluca Giorgia Giovanni Giulia Giuseppe Ilaria Leonardo Lorenzo Luca Lucia Marco Matteo Niccolò
     Paola Pietro Roberta Salvatore Silvia Simone Stefania Tommaso Valentina`,
    `Amato Barbieri Basile Benedetti Bianchi Bruno Caruso Colombo Conti Costa D'Amico D'Angelo De_Luca De_Rosa Della_Rocca
     Di_Stefano Esposito Fabbri Ferrari Ferrara Fiore Fontana Gallo Gatti Giordano Greco Leone Lombardi Longo Mancini
     Marino Martinelli Messina Monti Moretti Neri Parisi Pellegrini Ricci Rinaldi Rizzo Romano Rossi Russo Sala Serra`,
    'Sig. Dott. Avv. Ing.',
  ),
  dutch: set(
    `Anouk Bart Bram Daan Dirk Eline Esmée Femke Floor Gijs Hendrik Ilse Jeroen Joost Joris Karlijn Lotte Maarten Marieke
     Niels Pieter Roos Ruben Sanne Sjoerd Thijs Tineke Willem Wouter`,
    `Bakker de_Boer de_Groot de_Jong de_Vries Dekker Dijkstra Hendriks Jansen Janssen Kok Kuiper Maas Meijer Mulder
     Peters Prins Smit ten_Brink Timmermans van_Beek van_Dam van_den_Berg van_der_Berg van_der_Linden van_der_Meer van_Dijk
     van_Leeuwen Verhoeven Visser Vos Willems`,
    'Dhr. Mevr. Dr. Ir.',
  ),
  nordic: set(
    `Åsa Anders Astrid Bjørn Britta Erik Freja Göran Gunnar Hanna Håkan Ingrid Jens Johan Jørgen Kristina Lars Liv Magnus
     Mikael Nils Ove Pär Rasmus Signe Søren Sofia Sven Torbjörn Ulla`,
    `Andersson Åberg Berg Bergström Björk Dahl Eriksson Forsberg Gustafsson Hansen Håkansson Holm Jensen Johansson Karlsson
     Larsen Lindberg Lindström Lund Møller Nilsson Nordin Nyström Öberg Olsen Pedersen Persson Sandberg Sjögren Søndergaard
     Strand Svensson Wallin`,
    'Dr. Prof.',
  ),
  polish: set(
    `Agnieszka Andrzej Bartłomiej Beata Bogdan Dorota Elżbieta Ewa Grzegorz Jadwiga Jakub Joanna Józef Katarzyna Krzysztof
     Łukasz Maciej Małgorzata Marek Michał Paweł Piotr Rafał Stanisław Sławomir Tomasz Urszula Wojciech Zbigniew Zofia`,
    `Adamczyk Baran Dąbrowski Duda Górski Jabłoński Jankowski Kaczmarek Kamiński Kowalczyk Kowalski Kozłowski Krawczyk
     Król Lewandowski Majewski Mazur Michalski Nowak Nowicki Olszewski Pawłowski Piotrowski Sikora Szymański Walczak
     Wieczorek Wiśniewski Wójcik Woźniak Wróbel Zając Zieliński`,
    'Dr. Prof. Pan Pani',
  ),
  russian: set(
    `Александр=aleksandr Алексей=aleksey Анастасия=anastasia Андрей=andrey Анна=anna Борис=boris Вера=vera Виктор=viktor
     Владимир=vladimir Галина=galina Дмитрий=dmitry Екатерина=ekaterina Елена=elena Иван=ivan Игорь=igor Ирина=irina
     Ксения=ksenia Любовь=lyubov Мария=maria Михаил=mikhail Надежда=nadezhda Николай=nikolay Ольга=olga Павел=pavel
     Пётр=petr Сергей=sergey Татьяна=tatiana Фёдор=fedor Юлия=yulia Ярослав=yaroslav`,
    `Белов=belov Волков=volkov Воробьёв=vorobyev Гусев=gusev Егоров=egorov Ершов=ershov Жуков=zhukov Зайцев=zaytsev
     Иваненко=ivanenko Калинин=kalinin Киселёв=kiselev Ковальчук=kovalchuk Козлов=kozlov Королёв=korolev Кузьменко=kuzmenko
     Лебедев=lebedev Макаренко=makarenko Медведев=medvedev Мороз=moroz Новик=novik Орлов=orlov Петренко=petrenko
     Попович=popovich Романюк=romanyuk Савченко=savchenko Соколов=sokolov Тихонов=tikhonov Шевчук=shevchuk`,
    'Д-р Проф.',
  ),
  greek: set(
    `Αθηνά=athina Αικατερίνη=aikaterini Αλέξανδρος=alexandros Ανδρέας=andreas Άννα=anna Βασιλική=vasiliki Γεώργιος=georgios
     Δημήτριος=dimitrios Ειρήνη=eirini Ελένη=eleni Ευάγγελος=evangelos Ηλίας=ilias Ιωάννης=ioannis Κωνσταντίνος=konstantinos
     Μαρία=maria Νικόλαος=nikolaos Παναγιώτης=panagiotis Σοφία=sofia Σπυρίδων=spyridon Χρήστος=christos`,
    `Αγγελόπουλος=angelopoulos Αναγνώστου=anagnostou Αντωνίου=antoniou Βλάχος=vlachos Γεωργίου=georgiou Δημητρίου=dimitriou
     Ιωάννου=ioannou Καραγιάννης=karagiannis Κωνσταντίνου=konstantinou Λαμπρόπουλος=lampropoulos Μακρής=makris
     Νικολάου=nikolaou Οικονόμου=oikonomou Παπαδόπουλος=papadopoulos Παππάς=pappas Σταύρου=stavrou Χατζής=chatzis`,
    'Δρ. Κα',
  ),
  chinese: set(
    `伟=wei 芳=fang 娜=na 秀英=xiuying 敏=min 静=jing 丽=li 强=qiang 磊=lei 军=jun 洋=yang 勇=yong 艳=yan 杰=jie 娟=juan 涛=tao
     明=ming 超=chao 秀兰=xiulan 霞=xia 平=ping 刚=gang 桂英=guiying 小明=xiaoming 志强=zhiqiang 文静=wenjing 子涵=zihan`,
    `王=wang 李=li 张=zhang 刘=liu 陈=chen 杨=yang 赵=zhao 黄=huang 周=zhou 吴=wu 徐=xu 孙=sun 胡=hu 朱=zhu 高=gao 林=lin 何=he
     郭=guo 马=ma 罗=luo`,
    '',
    'family-given-unspaced',
  ),
  japanese: set(
    `翔太=shota 陽菜=hina 蓮=ren 結衣=yui 大輔=daisuke 美咲=misaki 健太=kenta さくら=sakura 拓也=takuya 愛=ai 直樹=naoki 恵子=keiko
     誠=makoto 由美=yumi 浩=hiroshi 明美=akemi 悠斗=yuto 葵=aoi`,
    `佐藤=sato 鈴木=suzuki 高橋=takahashi 田中=tanaka 伊藤=ito 渡辺=watanabe 山本=yamamoto 中村=nakamura 小林=kobayashi 加藤=kato
     吉田=yoshida 山田=yamada 佐々木=sasaki 山口=yamaguchi 松本=matsumoto 井上=inoue 木村=kimura 清水=shimizu`,
    '',
    'family-given',
  ),
  korean: set(
    `민준=minjun 서연=seoyeon 도윤=doyun 지우=jiu 하준=hajun 서현=seohyun 지훈=jihoon 수빈=subin 현우=hyunwoo 지민=jimin 예은=yeeun
     영수=youngsu 미영=miyoung 성호=sungho 은주=eunju 철수=chulsoo`,
    `김=kim 이=lee 박=park 최=choi 정=jung 강=kang 조=cho 윤=yoon 장=jang 임=lim 한=han 오=oh 서=seo 신=shin 권=kwon 황=hwang`,
    '',
    'family-given',
  ),
  arabic: set(
    `أحمد=ahmed محمد=mohamed علي=ali حسن=hassan حسين=hussein يوسف=yousef خالد=khaled عمر=omar إبراهيم=ibrahim كريم=karim
     فاطمة=fatima عائشة=aisha مريم=maryam زينب=zainab سارة=sara ليلى=layla نور=noor هدى=huda سمير=samir طارق=tarek`,
    `السيد=elsayed المصري=elmasry حداد=haddad منصور=mansour سالم=salem ناصر=nasser فارس=fares عباس=abbas صالح=saleh رشيد=rashid
     الخطيب=alkhatib النجار=alnajjar شاهين=shaheen قاسم=qasim مراد=murad يعقوب=yaqoub`,
    '',
  ),
  indian: set(
    `Aarav Aditi Ajay Amit Ananya Anil Anjali Arjun Deepa Divya Ishaan Kavita Kiran Lakshmi Manish Meera Neha Nikhil Pooja
     Priya Rahul Rajesh Ramesh Rohan Sanjay Shreya Sunita Suresh Vikram Vijay`,
    `Agarwal Banerjee Bhatt Chatterjee Chopra Das Desai Gupta Iyer Jain Joshi Kapoor Khan Kulkarni Kumar Mehta Mishra
     Mukherjee Nair Patel Pillai Rao Reddy Shah Sharma Singh Srinivasan Varma Verma Yadav`,
    'Mr. Mrs. Ms. Dr. Shri',
  ),
} as const satisfies Record<string, NameSet>;

export type Language = keyof typeof NAME_SETS;
