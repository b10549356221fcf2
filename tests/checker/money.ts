export interface Money {
  readonly currency: string
  readonly value: string
}

/** ISO 4217, list one: the codes by their number of decimals. */
const codes: readonly (readonly [digits: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
  [
    2,
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK',
  ],
  [
    2,
    'DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR',
  ],
  [
    2,
    'LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR',
  ],
  [
    2,
    'SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER',
  ],
  [2, 'ZAR ZMW ZWG'],
]
const digitsOf = new Map(codes.flatMap(([digits, listed]) => listed.split(' ').map(code => [code, digits] as const)))

/** In minor units; undefined for an invalid amount: unlisted currency, too many decimals, or a sign. */
export function minorOf({ currency, value }: Money): bigint | undefined {
  const digits = digitsOf.get(currency)
  if (digits === undefined || !/^\d+(\.\d+)?$/.test(value)) return undefined
  const [whole = '', fraction = ''] = value.split('.')
  return /[1-9]/.test(fraction.slice(digits)) ? undefined : BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'))
}

/** With all decimals of the currency, as the engine writes it. */
export function decimalOf(currency: string, minor: bigint): string {
  const digits = digitsOf.get(currency) ?? 2
  const sign = minor < 0n ? '-' : ''
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0')
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}
