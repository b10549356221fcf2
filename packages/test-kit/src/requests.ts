import type { FreezeRequest } from '@holdfast/payment-stop/language'

/** Overrides of any depth. Undefined takes an optional property away; lists and accounts are replaced whole. */
export type Overrides<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Overrides<T[K]> | undefined }
    : T

/** An instant at which `buildRequest()` passes without a finding: reported the same morning. */
export const requestedAt = new Date('2024-07-23T02:25:00Z')

/** ISO 13616 check digits, MOD 97-10: what makes the whole leave a remainder of 1. T is 29 and L is 21. */
const timorIban = (bban: string): string => `TL${String(98n - (BigInt(`${bban}292100`) % 97n)).padStart(2, '0')}${bban}`

const base: FreezeRequest = {
  caseReference: 'SG-2024-004711',
  requestingCountry: 'SG',
  beneficiaryCountry: 'TL',
  reportedAt: '2024-07-23T10:20:00+08:00',
  contact: { unit: 'Payment fraud desk', name: 'Officer on duty', email: 'desk@police.example.sg', phone: '+6565550100' },
  offence: {
    typology: 'BEC_INVOICE',
    authorisation: 'AUTHORISED_DECEIVED',
    methods: ['EMAIL'],
    legalBasis: 'Cheating, Penal Code 1871, section 420',
    facts:
      'A forged invoice, sent from an address that differs from the supplier’s by one letter, named a new bank account. The company paid into it; the account named here is the one that was credited.',
  },
  attestations: { dualCriminality: true, article3: true },
  handling: { purpose: 'FREEZE_AND_RECOVER', confidentiality: 'RESTRICTED', discloseToHolder: false },
  victim: { kind: 'LEGAL', name: 'Merlion Tin Trading Pte Ltd', country: 'SG' },
  payment: {
    rail: 'SWIFT',
    uetr: '0f1e2d3c-4b5a-4968-8776-655443322110',
    endToEndId: 'PO-2024-7781',
    messageId: 'MTT20240723-03',
    amount: { currency: 'USD', value: '42300000.00' },
    executedAt: '2024-07-23T08:05:00+08:00',
    settlementDate: '2024-07-23',
    debtor: { name: 'Merlion Tin Trading Pte Ltd', account: { other: '0125550042' } },
    debtorAgent: { bic: 'MERLSGSG' },
    creditor: { name: 'Kamanasa Supplies Lda', account: { iban: timorIban('0020123456789012345') } },
    creditorAgent: { bic: 'KMNSTLDL', name: 'Kamanasa Bank, Dili' },
  },
  reason: 'FRAD',
  recall: { initiated: true, reference: 'RC-4711', at: '2024-07-23T09:40:00+08:00' },
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** An account is one thing or another, so laying one over the other would make neither. */
const replacedWhole: ReadonlySet<string> = new Set(['account'])

function overlay(under: unknown, over: unknown): unknown {
  if (!isRecord(under) || !isRecord(over)) return structuredClone(over)
  const merged: Record<string, unknown> = structuredClone(under)
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) delete merged[key]
    else merged[key] = replacedWhole.has(key) ? structuredClone(value) : overlay(under[key], value)
  }
  return merged
}

/** A freeze request from Singapore to Timor-Leste that passes every rule, but for what is laid over it. */
export const buildRequest = (overrides: Overrides<FreezeRequest> = {}): FreezeRequest => overlay(base, overrides) as FreezeRequest

/** The request with this number: its own case, UETR and creditor account, so that no two of them are the same payment (V12). */
export function buildRequestNumber(number: number, overrides: Overrides<FreezeRequest> = {}): FreezeRequest {
  const distinct = buildRequest({
    caseReference: `SG-${number}`,
    payment: {
      uetr: `5e1f0000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`,
      endToEndId: `PO-${number}`,
      messageId: `MTT-${number}`,
      creditor: { account: { iban: timorIban(`003${String(number).padStart(16, '0')}`) } },
    },
  })
  return overlay(distinct, overrides) as FreezeRequest
}

/** That many requests, no two of the same payment, numbered from `first` on. */
export const buildRequests = (count: number, first = 1): FreezeRequest[] =>
  Array.from({ length: count }, (_, index) => buildRequestNumber(first + index))
