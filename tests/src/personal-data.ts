import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FreezeRequest } from '@holdfast/payment-stop/language'
import { buildRequestNumber } from '@holdfast/test-kit/requests'

/** A request whose personal data appears in no other text. */
export const requestWithPersonalData = (number: number): FreezeRequest =>
  buildRequestNumber(number, {
    contact: { name: 'Irma Wolframite', email: 'irma@quartzite.example.sg', phone: '+6565550177' },
    offence: {
      legalBasis: 'Section 12 of the Gypsumlaw, on the complaint of the victim',
      facts: 'An obsidianheron wrote to the company of a new account, and the company did not call the supplier.',
    },
    victim: { name: 'Peridot Tin Trading Pte Ltd' },
    payment: {
      debtor: { name: 'Peridot Tin Trading Pte Ltd', account: { other: '0125550099' } },
      creditor: { name: 'Xanthippe Malachite Lda' },
      creditorAgent: { name: 'Ilmenite Bank, Dili' },
    },
    recall: { reference: 'RC-GABBRO-4711' },
  })

/** The personal data of the request. */
export function personalDataIn({ contact, offence, victim, payment, recall }: FreezeRequest): string[] {
  const account = 'iban' in payment.creditor.account ? payment.creditor.account.iban : payment.creditor.account.other
  return [
    contact.name ?? '',
    contact.email,
    contact.phone,
    offence.legalBasis,
    offence.facts,
    victim.name,
    payment.debtor.name,
    '0125550099',
    payment.creditor.name,
    payment.creditorAgent.name ?? '',
    account,
    payment.uetr ?? '',
    recall.reference ?? '',
  ].filter(word => word !== '')
}

/** The texts that each file of a folder contains, in any letter case. A file that is removed meanwhile has none. */
export const personalDataInFilesOf = (folder: string, words: readonly string[]): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .flatMap(({ parentPath, name }) => {
      const text = textOf(join(parentPath, name)).toLowerCase()
      return words.filter(word => text.includes(Buffer.from(word.toLowerCase()).toString('latin1'))).map(word => `${word} in ${name}`)
    })

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return ''
  }
}
