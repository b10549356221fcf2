import type { Translate } from '../../locales/index.ts'

/** What a field of a document that may be encrypted is called, by its place; a place without a name of its own is said as it is. */
export function fieldName(path: string, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    '/victim/name': t('fields.victim'),
    '/payment/creditor/name': t('fields.creditor'),
    '/payment/creditor/account/iban': t('fields.account'),
    '/payment/creditor/account/other': t('fields.account'),
    '/payment/uetr': t('fields.uetr'),
    '/payment/wallet/address': t('fields.wallet'),
    '/contact/unit': t('fields.contact'),
    '/contact/email': t('work.field.email'),
    '/contact/phone': t('work.field.phone'),
    '/offence/facts': t('request.narrative'),
  }
  return names[path] ?? path
}
