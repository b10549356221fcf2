import { isReachable } from './members.ts'

/** A regional body of police chiefs, whose members a desk can select together. */
export interface Region {
  readonly name: string
  /** Members that can receive requests, as ISO 3166-1 alpha-2. */
  readonly countries: readonly string[]
  readonly source: string
}

/** A country may belong to none of them. */
export const regions: readonly Region[] = [
  {
    name: 'ASEANAPOL',
    countries: 'BN ID KH LA MM MY PH SG TH VN'.split(' '),
    source: 'aseanapol.org: the ten police forces that have joined since 1981',
  },
  {
    name: 'GCC Police',
    countries: 'AE BH KW OM QA SA'.split(' '),
    source: 'the six states of the Gulf Cooperation Council, whose unified police GCCPOL is',
  },
  {
    name: 'Pacific Islands Chiefs of Police',
    // Cook Islands, French Polynesia, Guam, New Caledonia, Niue, the Northern Marianas and Tuvalu are members too, but
    // cannot receive requests.
    countries: 'AS AU FJ FM KI MH NR NZ PG PW SB TO VU WS'.split(' '),
    source: 'picp.co.nz, who we are: police services of 21 countries and territories',
  },
]

/** The names of a country's regions. */
export const regionsOf = (country: string): string[] =>
  isReachable(country) ? regions.filter(({ countries }) => countries.includes(country)).map(({ name }) => name) : []
