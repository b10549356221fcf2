import type { CommandBody, CommandKind } from './commands.ts'

const usd = (value: string) => ({ currency: 'USD', value })

/** Example data of each command of members, as a starting point. */
export const commandExamples: { readonly [K in CommandKind]?: CommandBody<K> } = {
  AskInformation: { question: 'Which of the two payments of 19 July is meant?' },
  Reject: { code: 'LEGL', text: 'A court of this country has ruled on this payment already' },
  ProposeVerification: { note: 'The account is held by a resident' },
  ApproveVerification: {},
  ProvideInformation: { note: 'The second one, of 11:20' },
  AcknowledgeOrder: { orderId: '7d1c4ba2-6a55-5e0f-9d6e-2f6b1c7a8e31', reference: 'ACK-4711' },
  ReportFreeze: { amount: usd('39000000.00'), basis: 'FIU_SUSPENSION', reference: 'FIU-2024-118' },
  ReportNoFunds: { reason: 'AM04' },
  ReportNotFound: { reason: 'AC04' },
  ReportMovedOnward: {
    amount: usd('2100000.00'),
    country: 'AE',
    onward: {
      rail: 'SWIFT',
      uetr: '0f1e2d3c-4b5a-4968-8776-655443322110',
      executedAt: '2024-07-22T16:40:00+09:00',
      creditor: { name: 'Creek Trading LLC', account: { other: '0012003400' } },
      creditorAgent: { bic: 'CREKAEAD', name: 'Creek Bank' },
    },
  },
  FollowOnward: { report: 7 },
  DeclineOnward: { report: 7, reason: 'The bank has taken the payment back' },
  ReportInterim: { reason: 'RQDA', note: "The holder's consent is asked for" },
  CorrectAnswer: { corrects: 'frozen', reason: 'The hold was put on another account' },
  ConfirmFreeze: { instrument: 'COURT_ORDER', authority: 'District Court of Dili', reference: 'C-118/2024', date: '2024-07-26' },
  ExtendFreeze: { basis: 'COURT', authority: 'District Court of Dili', reference: 'C-118/2024', date: '2024-07-31' },
  InitiateReturn: { basis: 'ORDER', reference: 'C-118/2024' },
  ReportReturn: { amount: usd('38998200.00'), charges: usd('1800.00'), reference: 'P4-4711' },
  Withdraw: { reason: 'The victim was paid back' },
  Release: { reason: 'COURT_ORDER', authority: 'District Court of Dili', reference: 'C-121/2024' },
  CloseUnrecovered: { reason: 'FORFEITED', authority: 'District Court of Dili', reference: 'C-130/2024' },
  ShareRequest: { with: { country: 'SG', unit: 'antiScamCentre' }, extent: 'history', purpose: 'The same accounts stand in its cases' },
  WithdrawShare: { share: 9, reason: 'Its case is closed' },
  OrderErasure: { authority: 'District Court of Dili', reference: 'C-144/2025', date: '2025-02-03' },
  Reopen: { reason: 'The holder was found under another account' },
}
