import { countrySpecs, ValidationErrorsIBAN, validateIBAN } from 'ibantools'
import { ibansOf } from './accounts.ts'
import type { Rule } from './rule.ts'

/** Prevents an order for an account that does not exist. */
export const ibanCheckDigits: Rule = {
  id: 'V02',
  severity: 'ask',
  title: 'An IBAN has the length and form of its country and correct check digits',
  source: 'ISO 13616, ISO 7064 (MOD 97-10)',
  check: request =>
    ibansOf(request).flatMap(({ path, iban }) => {
      const message = problemOf(iban)
      return message ? [{ path, message }] : []
    }),
}

function problemOf(iban: string): string | undefined {
  const country = iban.slice(0, 2)
  const spec = Object.hasOwn(countrySpecs, country) ? countrySpecs[country] : undefined
  if (!spec?.chars) return `${country} has no IBANs: give the account number as { other }`
  const { valid, errorCodes } = validateIBAN(iban.toUpperCase())
  if (valid) return undefined
  if (errorCodes.includes(ValidationErrorsIBAN.WrongBBANLength))
    return `an IBAN of ${country} has ${spec.chars} characters, this one has ${iban.length}: compare it with the payment order`
  if (errorCodes.includes(ValidationErrorsIBAN.WrongBBANFormat))
    return `this is not the form of an IBAN of ${country}: compare it with the payment order`
  return 'the check digits of this IBAN are wrong, so a character is too: compare it with the payment order'
}
