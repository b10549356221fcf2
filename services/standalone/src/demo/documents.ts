import type { FreezeRequest, OnwardPayment } from '@holdfast/payment-stop/language'

// Real countries, because their rules and hold periods apply; every person, company, bank and account is invented.

const contact = { unit: 'Payment fraud desk', email: 'desk@police.example.sg', phone: '+6565550100' }
const handling = { purpose: 'FREEZE_AND_RECOVER', confidentiality: 'RESTRICTED', discloseToHolder: false } as const
const singaporeLaw = 'Cheating, Penal Code 1871, section 420'

/** The public record of the case of July 2024; the names and references are not part of it. */
export const forgedInvoice: FreezeRequest = {
  caseReference: 'SG-4711',
  requestingCountry: 'SG',
  beneficiaryCountry: 'TL',
  reportedAt: '2024-07-23T10:20:00+08:00',
  contact,
  offence: {
    typology: 'BEC_INVOICE',
    authorisation: 'AUTHORISED_DECEIVED',
    methods: ['EMAIL'],
    legalBasis: singaporeLaw,
    facts:
      'A mail in the name of a known supplier, from an address that differs from it by one letter, asked for payment to a new bank account. The company paid into the account named here. The real supplier was never paid.',
  },
  attestations: { dualCriminality: true, article3: true },
  handling,
  victim: { kind: 'LEGAL', name: 'Straits Tin & Rubber Pte Ltd', country: 'SG' },
  payment: {
    rail: 'SWIFT',
    uetr: '7c1d6a40-52ef-4b0e-9a3c-64f0b1a2c719',
    endToEndId: 'PO-2024-0719',
    amount: { currency: 'USD', value: '42300000.00' },
    executedAt: '2024-07-19T09:30:00+08:00',
    settlementDate: '2024-07-19',
    debtor: { name: 'Straits Tin & Rubber Pte Ltd', account: { other: '0125550042' } },
    debtorAgent: { bic: 'STRBSGSG' },
    creditor: { name: 'Matebian Supplies Lda', account: { iban: 'TL790020123456789012345' } },
    creditorAgent: { bic: 'LOROTLDL', name: 'Banco Lorosae' },
  },
  reason: 'FRAD',
  recall: { initiated: true, reference: 'RC-0719', at: '2024-07-23T09:40:00+08:00' },
}

/** The night shift's copy: another case number, the same payment. */
export const sameAgain: FreezeRequest = { ...forgedInvoice, caseReference: 'SG-4718' }

/** An officer sends the form without ticking the box about the law of both countries. */
export const notAttested: FreezeRequest = {
  ...forgedInvoice,
  caseReference: 'SG-4722',
  beneficiaryCountry: 'MY',
  reportedAt: '2024-07-26T08:00:00+08:00',
  offence: {
    typology: 'ECOMMERCE',
    authorisation: 'AUTHORISED_DECEIVED',
    legalBasis: singaporeLaw,
    facts: 'Goods were ordered in a web shop and paid in advance into the account named here. The shop is gone and nothing was delivered.',
  },
  attestations: { dualCriminality: false, article3: true },
  victim: { kind: 'LEGAL', name: 'Kampong Bikes Pte Ltd', country: 'SG' },
  payment: {
    rail: 'INSTANT',
    transactionId: 'IP-20240725-881',
    amount: { currency: 'MYR', value: '310000.00' },
    executedAt: '2024-07-25T19:10:00+08:00',
    settlementDate: '2024-07-25',
    debtor: { name: 'Kampong Bikes Pte Ltd', account: { other: '0125550077' } },
    debtorAgent: { bic: 'STRBSGSG' },
    creditor: { name: 'Selayang Outlet', account: { other: '514055501234' } },
    creditorAgent: { bic: 'KLNGMYKL', name: 'Klang Bank' },
  },
  recall: { initiated: false },
}

/** A suspected fraud that turns out to be none. */
export const honestSupplier: FreezeRequest = {
  ...forgedInvoice,
  caseReference: 'SG-4730',
  beneficiaryCountry: 'AE',
  reportedAt: '2024-07-26T08:50:00+08:00',
  offence: {
    typology: 'BEC_INVOICE',
    authorisation: 'AUTHORISED_DECEIVED',
    methods: ['EMAIL'],
    legalBasis: singaporeLaw,
    facts:
      'The company paid an invoice that named a new bank account, and then could not reach the supplier. The account named here was credited.',
  },
  victim: { kind: 'LEGAL', name: 'Pandan Optics Pte Ltd', country: 'SG' },
  payment: {
    rail: 'SWIFT',
    uetr: '1b9e4f72-8d03-4c6a-b5d1-0e7f3a9c2d48',
    endToEndId: 'PO-2024-0731',
    amount: { currency: 'EUR', value: '186400.00' },
    executedAt: '2024-07-25T16:05:00+08:00',
    debtor: { name: 'Pandan Optics Pte Ltd', account: { other: '0125550101' } },
    debtorAgent: { bic: 'STRBSGSG' },
    creditor: { name: 'Creek Lenses FZE', account: { iban: 'AE280990000012345678901' } },
    creditorAgent: { bic: 'CREKAEAD', name: 'Creek Bank' },
  },
  recall: { initiated: true, reference: 'RC-0725', at: '2024-07-26T08:30:00+08:00' },
}

/** The other direction: Singapore is the beneficiary country, and the bank's hold is voluntary. */
export const neverConfirmed: FreezeRequest = {
  ...forgedInvoice,
  caseReference: 'FR-0815',
  requestingCountry: 'FR',
  beneficiaryCountry: 'SG',
  reportedAt: '2024-07-26T07:30:00+02:00',
  contact: { unit: 'Cellule fraude aux virements', email: 'cellule@police.example.fr', phone: '+33155550100' },
  offence: {
    typology: 'INVESTMENT',
    authorisation: 'AUTHORISED_DECEIVED',
    methods: ['SOCIAL_MEDIA'],
    legalBasis: 'Escroquerie, Code pénal, article 313-1',
    facts:
      'The victim paid into what was sold as a savings plan with a guaranteed yield. The account named here was credited; the plan does not exist.',
  },
  victim: { kind: 'LEGAL', name: 'Atelier Belleville SARL', country: 'FR' },
  payment: {
    rail: 'SWIFT',
    uetr: '3e5a7c91-0b2d-4f68-8a14-9d6c5e7f1b30',
    endToEndId: 'VIR-2024-5512',
    amount: { currency: 'EUR', value: '92000.00' },
    executedAt: '2024-07-25T17:45:00+02:00',
    debtor: { name: 'Atelier Belleville SARL', account: { iban: 'FR7630006000011234567890189' } },
    debtorAgent: { bic: 'BELVFRPP' },
    creditor: { name: 'Marina Yield Pte Ltd', account: { other: '0998887766' } },
    creditorAgent: { bic: 'TEMASGSG', name: 'Temasik Bank' },
  },
  recall: { initiated: false },
}

/** Most of this money has left the account before the request arrives. */
export const goneAgain: FreezeRequest = {
  ...forgedInvoice,
  caseReference: 'SG-4741',
  beneficiaryCountry: 'MY',
  reportedAt: '2024-07-30T08:40:00+08:00',
  offence: {
    typology: 'IMPERSONATION_BANK',
    authorisation: 'AUTHORISED_DECEIVED',
    methods: ['VOICE', 'SMS'],
    legalBasis: singaporeLaw,
    facts:
      'A caller in the name of the victim’s bank said that its account was under attack and had the money sent to a safe one, which is the account named here. The bank had never called.',
  },
  victim: { kind: 'LEGAL', name: 'Bedok Ceramics Pte Ltd', country: 'SG' },
  payment: {
    rail: 'SWIFT',
    uetr: '9d2c5b18-7f40-4e3d-9b62-1a8c0f7e5d36',
    endToEndId: 'TRF-2024-0729',
    amount: { currency: 'USD', value: '500000.00' },
    executedAt: '2024-07-29T20:15:00+08:00',
    debtor: { name: 'Bedok Ceramics Pte Ltd', account: { other: '0125550163' } },
    debtorAgent: { bic: 'STRBSGSG' },
    creditor: { name: 'Ampang Safe Deposit', account: { other: '514055507788' } },
    creditorAgent: { bic: 'KLNGMYKL', name: 'Klang Bank' },
  },
  recall: { initiated: true, reference: 'RC-0730', at: '2024-07-30T08:20:00+08:00' },
}

/** The destination of most of it, as far as the bank in Kuala Lumpur can tell. */
export const onward: OnwardPayment = {
  rail: 'SWIFT',
  uetr: '4b7f0e92-3c15-4a8d-8e60-5d9a2b1c7f04',
  endToEndId: 'OUT-88213',
  executedAt: '2024-07-30T07:50:00+08:00',
  creditor: { name: 'Wapping Freight Ltd', account: { iban: 'GB70TYBN40307741823069' } },
  creditorAgent: { bic: 'TYBNGB2L', name: 'Tyburn Bank' },
}
