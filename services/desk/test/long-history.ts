import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createHistory, type History, passed, usd } from './histories.ts'

const document = (number: number) => buildRequestNumber(number, { payment: { amount: usd('1000.00') } })

/** A request of 10 facts. */
export function shortHistory(number: number): History {
  const history = passed(createHistory(document(number)))
  for (let nth = 0; nth < 8; nth++) history.give('ReportInterim', { reason: 'S000' }, 'TL/fiu/a')
  return history
}

/** A request of more than 800 facts: nearly the history quota of six member roles. */
export function longHistory(number: number): History {
  const history = passed(createHistory(document(number)))
  const times = 135
  for (let nth = 0; nth < times; nth++) {
    history.give('AskInformation', { question: 'Whose account is it?' }, 'TL/officer/a')
    history.give('ProvideInformation', { note: 'It is his' }, 'SG/system/ncb')
    history.give('ReportInterim', { reason: 'S000' }, 'TL/fiu/a')
  }
  history.give('ReportFreeze', { amount: usd('1.00'), basis: 'FIU_SUSPENSION' }, 'TL/institution/a')
  for (let nth = 0; nth < times; nth++) {
    history.give('ReportMovedOnward', { amount: usd('0.01'), country: 'MY' }, 'TL/institution/a')
    history.give('Withdraw', { reason: `No ${nth}` }, `SG/officer/p${nth}`)
    history.give('Release', { reason: 'WRONG_PARTY', reference: `R-${nth}` }, `TL/authority/p${nth}`)
  }
  return history
}
