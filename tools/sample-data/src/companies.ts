/** Invented companies: a word of ours, a trade, a legal form. */
const words = (text: string): string[] => text.trim().split(/\s+/);

export const COMPANY_WORDS = words(`
  Amberline Birchwood Bluestone Brightwater Cedarfield Clearbrook Copperleaf Crosswind Deepharbor Driftwood Eastgate Elmhurst
  Fairmeadow Firebrand Foxglove Glasswing Goldcrest Greenbank Greyfriars Halcyon Hawthorn Highfield Ironbark Juniper Keystone
  Lakeshore Larkspur Longreach Mapleton Meadowlark Millbrook Moonrise Nightingale Northgate Oakridge Orchard Pinecrest
  Quicksilver Redwing Ridgeway Riverbend Rosewood Sandpiper Silverthorn Skylark Stonebridge Summerfield Sunridge Thornfield
  Tidewater Undercliff Valebrook Westbrook Whitecap Wildrose Willowbank Windermere Woodlark Yellowtail Zephyr
`);

export const TRADES = [
  'Analytics',
  'Bakery',
  'Books',
  'Brewing',
  'Builders',
  'Consulting',
  'Dental',
  'Design',
  'Energy',
  'Farms',
  'Foods',
  'Freight',
  'Furniture',
  'Insurance',
  'Kitchens',
  'Labs',
  'Legal',
  'Logistics',
  'Media',
  'Motors',
  'Optics',
  'Partners',
  'Pharma',
  'Robotics',
  'Software',
  'Studios',
  'Systems',
  'Textiles',
  'Travel',
  'Wines',
];

/** Legal forms by country; the rest of the world has limited companies. */
export const LEGAL_FORMS: Readonly<Record<string, readonly string[]>> = {
  US: ['Inc.', 'LLC', 'Corp.', ', Inc.', 'Co.', ''],
  GB: ['Ltd', 'Limited', 'PLC', '& Sons Ltd', ''],
  CA: ['Inc.', 'Ltd.', ''],
  DE: ['GmbH', 'AG', 'GmbH & Co. KG', ''],
  FR: ['SARL', 'S.A.', 'SAS'],
  ES: ['S.L.', 'S.A.'],
  IT: ['S.r.l.', 'S.p.A.'],
  NL: ['B.V.', 'N.V.'],
  SE: ['AB'],
  PL: ['Sp. z o.o.', 'S.A.'],
  BR: ['Ltda.', 'S.A.'],
};
export const OTHER_LEGAL_FORMS = ['Ltd', 'Co., Ltd.', ''];

export const JOB_TITLES = [
  'Account Manager',
  'Accountant',
  'Analyst',
  'Architect',
  'Buyer',
  'CEO',
  'CFO',
  'Chief Technology Officer',
  'Clerk',
  'Consultant',
  'Customer Success Manager',
  'Data Engineer',
  'Designer',
  'Director of Operations',
  'Driver',
  'Editor',
  'Electrician',
  'Head of Marketing',
  'HR Manager',
  'Lawyer',
  'Marketing Manager',
  'Nurse',
  'Office Manager',
  'Owner',
  'Photographer',
  'Procurement Lead',
  'Product Manager',
  'Project Manager',
  'Purchasing, Logistics',
  'Researcher',
  'Sales Representative',
  'Senior Software Engineer',
  'Software Engineer',
  'Store Manager',
  'Teacher',
  'Technician',
  'Vice President, Sales',
  'VP Finance',
  'Warehouse Supervisor',
  'Writer',
];

export const NOTES = [
  'Met at the trade fair',
  'Prefers email',
  'Call after 5 pm',
  'Asked for the catalogue, twice',
  'Said "maybe next year"',
  'VIP',
  'Do not call',
  'Invoice by post; see contract',
  "Referred by the owner's brother",
  'Moved in spring, new address to follow',
  'First line of a note\nand a second one',
  'Likes: coffee, books, hiking\r\nDislikes: phone calls',
  'Größe 42 – bitte prüfen',
  '☕ friend',
  '5" screen ordered',
  '=SUM(A1:A2)',
  'semi;colon, comma and "quotes"',
  'tab\tinside',
];

export const LOYALTY_TIERS = ['Gold', 'Silver', 'Bronze', 'gold', 'PLATINUM', '', '', ''];
