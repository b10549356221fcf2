/**
 * An XSD decimal as our amounts are written: no white space, plus sign or needless zeros in front, and no decimals beyond `decimalsMax` that are zero anyway. Other
 * zeros at the end stay, and what is no decimal stays as it is, for a schema to refuse.
 */
export function plainDecimal(text: string, decimalsMax: number): string {
  const match = /^\+?(\d*)(?:\.(\d*))?$/.exec(text.trim())
  const [, whole = '', decimals = ''] = match ?? []
  if (!match || whole + decimals === '') return text.trim()
  const kept = /^0*$/.test(decimals.slice(decimalsMax)) ? decimals.slice(0, decimalsMax) : decimals
  const plainWhole = whole.replace(/^0+(?=.)/, '') || '0'
  return kept === '' ? plainWhole : `${plainWhole}.${kept}`
}
