import type { Codec, Model } from '../codec/codec.ts'
import { many, maybe, one } from '../codec/codec.ts'
import { bic, country, iban, lei, text, text35 } from '../codec/leaves.ts'
import { choice, record, within } from '../codec/record.ts'

// Who and where, as every message says it: an institution by its BIC or its number in a clearing system, others by name.

const address = record({
  street: maybe('StrtNm', text(70)),
  buildingNumber: maybe('BldgNb', text(16)),
  postBox: maybe('PstBx', text(16)),
  postCode: maybe('PstCd', text(16)),
  town: maybe('TwnNm', text35),
  region: maybe('CtrySubDvsn', text35),
  country: maybe('Ctry', country),
  lines: many('AdrLine', text(70), 7),
})

const clearingMember = record({
  system: maybe('ClrSysId', choice({ code: one('Cd', text(5)), proprietary: one('Prtry', text35) })),
  id: one('MmbId', text35),
})

/** BranchAndFinancialInstitutionIdentification, without the branch. */
export const agent = within(
  'FinInstnId',
  record({
    bic: maybe('BICFI', bic),
    member: maybe('ClrSysMmbId', clearingMember),
    lei: maybe('LEI', lei),
    name: maybe('Nm', text(140)),
    address: maybe('PstlAdr', address),
  }),
)
export type Agent = Model<typeof agent>

/** PartyIdentification. How a private person is identified is left out on purpose: no payment stop needs a passport's number. */
export const party = record({
  name: maybe('Nm', text(140)),
  address: maybe('PstlAdr', address),
  organisation: maybe('Id', within('OrgId', record({ anyBic: maybe('AnyBIC', bic), lei: maybe('LEI', lei) })), element =>
    element.children.some(({ name }) => name === 'OrgId'),
  ),
  country: maybe('CtryOfRes', country),
})
export type Party = Model<typeof party>

/** Party40Choice. */
export const partyOrAgent = choice({ party: one('Pty', party), agent: one('Agt', agent) })
export type PartyOrAgent = Model<typeof partyOrAgent>

/** CashAccount, for its number alone. */
export const account: Codec<{ readonly iban: string } | { readonly other: string }> = within(
  'Id',
  choice({ iban: one('IBAN', iban), other: one('Othr', within('Id', text(34))) }),
)
