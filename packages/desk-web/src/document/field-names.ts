import type { Words } from '../words/index.ts'

/** What a field of a document that may be sealed is called, by its place; a place without a name of its own is said as it is. */
export function fieldName(path: string, { fields, request, work }: Words): string {
  const names: Readonly<Record<string, string>> = {
    '/victim/name': fields.victim,
    '/payment/creditor/name': fields.creditor,
    '/payment/creditor/account/iban': fields.account,
    '/payment/creditor/account/other': fields.account,
    '/payment/uetr': fields.uetr,
    '/payment/wallet/address': fields.wallet,
    '/contact/unit': fields.contact,
    '/contact/email': work.field.email,
    '/contact/phone': work.field.phone,
    '/offence/facts': request.narrative,
  }
  return names[path] ?? path
}
