import { factType } from '@holdfast/payment-stop/language'

export const emptyOpeningId = '0f0e0d0c-0b0a-5908-8706-050403020100'

/** A fact of a known type with a valid envelope and no data: no service can process its request. */
export const emptyOpening = JSON.stringify({
  specversion: '1.0',
  id: `${emptyOpeningId}/1`,
  source: '/holdfast/ledger',
  type: factType('RequestOpened'),
  subject: emptyOpeningId,
  time: '2024-07-23T02:25:00.000Z',
  causationid: 'unknown',
  actor: 'SG/system/ncb',
  sequence: 1,
  prevhash: '0'.repeat(64),
  hash: '1'.repeat(64),
  phase: 'received',
  requestingcountry: 'SG',
  beneficiarycountry: 'TL',
  data: {},
})
