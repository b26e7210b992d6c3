/** Word lists of the name parser, separated by white space. */

const list = (text: string): string[] => text.trim().split(/\s+/);

const DOTS_AND_COMMAS = /[.,]/g;

/** How a token is looked up: lower case, dots and commas removed. */
export const wordKey = (token: string): string => {
  const lower = token.toLowerCase();
  return lower.includes('.') || lower.includes(',') ? lower.replace(DOTS_AND_COMMAS, '') : lower;
};

/** Key → the spelling used when the case of a word is repaired. */
const spellings = (words: readonly string[]): ReadonlyMap<string, string> =>
  new Map(words.map((word) => [wordKey(word), word]));

/** Honorifics, ranks and offices that precede a name. */
export const HONORIFICS = spellings(
  list(`
    Mr Mrs Ms Miss Mx Master Mister Missus Madam Messrs Dr Drs Doctor Prof Professor Sir Dame Lord Lady Baron Baroness
    Viscount Viscountess Hon Honorable Honourable Rev Revd Reverend Fr Father Pastor Rabbi Imam Bishop Archbishop
    Cardinal Msgr Monsignor Sister Brother Bro Sen Senator Rep Representative Congressman Congresswoman Gov Governor
    President Chancellor Judge Justice Ambassador Amb Dean Gen General Lt Lieutenant LTG Col Colonel Maj Major Capt
    Captain Cmdr Commander Adm Admiral RADM VADM Brig Brigadier Sgt Sergeant Cpl Corporal Pvt
    Mme Mlle Madame Mademoiselle Monsieur Sra Srta Señor Señora Señorita Don Doña Dra Lic Ing Arq Herr Frau Fräulein Hr
    Dipl-Ing Mag Sig Signor Signora Dott Dottssa Avv Pan Pani Mgr Dhr Mevr Mw Ir Shri Smt Sheikh Sr
    Г-н Г-жа Д-р Проф Κος Κα Δρ Καθ
  `),
);

/** Words that belong to the honorific after them: "The Hon.", "Very Rev." */
export const HONORIFIC_QUALIFIERS: ReadonlySet<string> = new Set(['the', 'very', 'most', 'right', 'rt']);

/** Between two honorifics: "Mr & Mrs". */
export const HONORIFIC_LINKS: ReadonlySet<string> = new Set(['&', '+', 'and', 'und', 'et', 'y', 'e']);

/** The faculty of a doctorate, with a dot after an honorific: "Dr. med.", "Dr. rer. nat." */
export const FACULTIES: ReadonlySet<string> = new Set(
  list('med rer nat phil jur iur oec pol theol vet dent habil hc'),
);

/** Honorifics that are as often a name: in full they are a title only when two more words follow. */
export const AMBIGUOUS_HONORIFICS: ReadonlySet<string> = new Set(
  list(`
    don master major general judge justice dean pan bishop cardinal lord baron sen sr fr mag president chancellor
    governor pastor father brother sister lady sir dame bro ing rep gen hon col brig commander captain miss doctor
    professor shri
  `),
);

const GENERATIONS = list('Jr Sr Jnr Snr Junior Senior II III IV V VI VII VIII 2nd 3rd 4th Filho Neto');
export const GENERATION_KEYS: ReadonlySet<string> = new Set(GENERATIONS.map(wordKey));

/** Degrees, licences, religious orders and honours after a name. */
const CREDENTIALS = list(`
  PhD DPhil EdD PsyD DBA DD DDS DMD DMin DVM DNP DSc ScD ThD DMA DHA DHL DC DO DOM DPM OD MD JD JSD JCD JCL LLB LLD LLM
  SJD PharmD DPT DrPH AuD DLitt DHum DEd DLS DA HHD STD STL EdS MBA MPA MPH MSW MSN MEd MDiv MFA MLS MS MSc MA BA BS BSc
  BEd BSN BFA Esq Esquire CPA CFA CFP CPP PE RN RNC NP LPN APRN FNP CRNA CNE LCSW LMT LMHC PMP SPHR CEO Ret Candidate
  USA USN USMC USAF USCG SJ OP OSB OSBM OFM OSA OSF OSFS OSU CSC CSSp CSJ CSFN CM CPPS SM RSM SSJ TOR IHM LC SC SCL SND
  SNDdeN FSC VG OFMCap OFMConv OSFCap MP MEP QC KC OBE CBE MBE KBE DBE FRS FRCP MRCP FACS FACP FAAN RIBA PC AO AM
`);

export const SUFFIXES = spellings([...GENERATIONS, ...CREDENTIALS]);

/** Suffixes that are words or names too: without a comma before them only in capitals or with dots. */
export const AMBIGUOUS_SUFFIXES: ReadonlySet<string> = new Set(
  list(`
    ma do ba ed am ao sm cm pe pc da dom ms bs op dc ret neto filho tor std np sc dd od usa mp eds rn qc kc vg bed med v
    md lc candidate
  `),
);

/** Suffixes that no surname is spelled like: "John Jr." has no surname, "Bill Junior" has. */
export const SURE_SUFFIXES: ReadonlySet<string> = new Set(list('jr jnr sr snr ii iii iv phd esq'));

/** Surname particles: the surname reaches back over them. */
export const PARTICLES: ReadonlySet<string> = new Set(
  list(`
    van von vom vander vanden vande ver der den ter ten te op 't ’t zu zum zur af av de del della dello delle degli dei di
    da das do dos du des la las le les los lo el al bin binti bint ibn abu ben st ste saint sainte mac mc ó ní ap santa
  `),
);

/** Particles in lower case when the case of a name is repaired. */
export const LOWER_PARTICLES: ReadonlySet<string> = new Set(
  list(
    `van von vom der den ter ten te zu zum zur af av de del da das do dos du des bin bint binti ibn y e 't ’t`,
  ),
);

/** Articles in lower case after another particle only: "de la Cruz" but "La Rosa". */
export const LOWER_AFTER_PARTICLE: ReadonlySet<string> = new Set(list('la las los le les het'));

/** Surnames in Mac with a second capital; the rest (Macy, Mack, Machado) have one. */
export const MAC_SURNAMES: ReadonlySet<string> = new Set(
  list(`
    macadam macallister macalister macarthur macaskill macaulay macauley macbeth macbride maccallum maccormack maccormick
    maccoy maccullough macdermott macdonald macdonnell macdougal macdougall macdowell macduff macewan macewen macfadden
    macfadyen macfarlan macfarland macfarlane macgillivray macgowan macgraw macgregor macguire macinnes macinnis
    macintosh macintyre macisaac macivor mackay mackenzie mackinlay mackinnon mackintosh maclachlan maclaine maclaren
    maclaughlin maclaurin maclean maclellan maclennan macleod macmahon macmanus macmaster macmillan macmurray macnab
    macnair macnamara macnaughton macneice macneil macneill macphail macphee macpherson macquarie macqueen macrae
    macritchie macrury macsween mactaggart mactavish macvicar macwhirter macwilliam macwilliams
  `),
);

/** Before the apostrophe of a surname in two capitalised parts: O'Neill, D'Angelo, Dell'Aquila. */
export const APOSTROPHE_HEADS: ReadonlySet<string> = new Set(list('o d l n m c k dell dall nell sant all'));
