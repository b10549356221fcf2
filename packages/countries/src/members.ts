/**
 * The 196 members of INTERPOL, as ISO 3166-1 alpha-2: every state of the United Nations except the Democratic People's
 * Republic of Korea and Tuvalu, plus Aruba, Curaçao, Sint Maarten, Palestine and the Vatican City State.
 */
export const memberCountries: ReadonlySet<string> = new Set(
  [
    // Africa
    'AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RW SC SD SL SN SO SS ST SZ TD TG TN TZ UG ZA ZM ZW',
    // Americas
    'AG AR AW BB BO BR BS BZ CA CL CO CR CU CW DM DO EC GD GT GY HN HT JM KN LC MX NI PA PE PY SR SV SX TT US UY VC VE',
    // Asia and the Middle East
    'AE AF BD BH BN BT CN ID IL IN IQ IR JO JP KG KH KR KW KZ LA LB LK MM MN MV MY NP OM PH PK PS QA SA SG SY TH TJ TL TM UZ VN YE',
    // Europe
    'AD AL AM AT AZ BA BE BG BY CH CY CZ DE DK EE ES FI FR GB GE GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SK SM TR UA VA',
    // Oceania
    'AU FJ FM KI MH NR NZ PG PW SB TO VU WS',
  ].flatMap(line => line.split(' ')),
)

/** Sub-bureaus process requests themselves, under the membership of their country. */
export const subBureaus: ReadonlyMap<string, string> = new Map([
  ['HK', 'CN'],
  ['MO', 'CN'],
  ['AI', 'GB'],
  ['BM', 'GB'],
  ['GI', 'GB'],
  ['KY', 'GB'],
  ['MS', 'GB'],
  ['TC', 'GB'],
  ['VG', 'GB'],
  ['AS', 'US'],
  ['PR', 'US'],
])

/** Places with their own country code, for instance in BICs, for which a member's bureau is responsible. */
const answeredFor: ReadonlyMap<string, string> = new Map([
  ...['GG', 'IM', 'JE'].map(code => [code, 'GB'] as const),
  ...['BL', 'GF', 'GP', 'MF', 'MQ', 'NC', 'PF', 'PM', 'RE', 'WF', 'YT'].map(code => [code, 'FR'] as const),
  ...['FO', 'GL'].map(code => [code, 'DK'] as const),
  ...['GU', 'MP', 'VI'].map(code => [code, 'US'] as const),
  ['AX', 'FI'],
  ['BQ', 'NL'],
  ['SJ', 'NO'],
])

/** Whether a country can send and receive requests: it is a member or a sub-bureau. */
export const isReachable = (country: string): boolean => memberCountries.has(country) || subBureaus.has(country)

/**
 * The country that receives requests about this place: the place itself if it is reachable; undefined if no member is
 * responsible.
 */
export const responsibleCountryFor = (country: string): string | undefined => (isReachable(country) ? country : answeredFor.get(country))
