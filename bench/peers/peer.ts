import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import type { IntakeEndpoint } from '../src/http-submitter.ts'

// Shared by the programs that do the engine's work with other tools: they check a document and authenticate no sender.

const account = z.union([
  z.object({ iban: z.string().regex(/^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/) }),
  z.object({ other: z.string().min(1).max(34) }),
])
const party = z.object({ name: z.string().min(1).max(140), account })
const country = z.string().regex(/^[A-Z]{2}$/)
const document = z.object({
  caseReference: z.string().min(1).max(64),
  requestingCountry: country,
  beneficiaryCountry: country,
  reportedAt: z.iso.datetime({ offset: true }),
  offence: z.object({ typology: z.string(), facts: z.string().max(4000) }),
  payment: z.object({
    uetr: z.uuid(),
    amount: z.object({ currency: z.string().length(3), value: z.string().regex(/^\d+(\.\d{1,5})?$/) }),
    executedAt: z.iso.datetime({ offset: true }),
    debtor: party,
    creditor: party,
  }),
})

/** ISO 13616: the check digits that leave a remainder of 1. */
function hasCheckDigits(iban: string): boolean {
  let remainder = 0
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    remainder = (value > 9 ? remainder * 100 + value : remainder * 10 + value) % 97
  }
  return remainder === 1
}

/** Whether a document is valid, as far as a first version would check. */
export function isInOrder(given: unknown): boolean {
  const read = document.safeParse(given)
  if (!read.success) return false
  const { account: credited } = read.data.payment.creditor
  return !('iban' in credited) || hasCheckDigits(credited.iban)
}

/** The request's id is its idempotency key. */
export const toPeer = (url: string): IntakeEndpoint => ({
  url: () => new URL('/v1/requests', url),
  headers: key => ({ 'idempotency-key': key }),
  requestIdOf: key => key,
})

/**
 * Opens an endpoint that answers 202 once a request was accepted, and 500 where that fails. Resolves with its address.
 */
export function openEndpoint(accept: (key: string, body: string) => Promise<unknown>): Promise<string> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const answer = (status: number): void => {
        response.statusCode = status
        response.end()
      }
      accept(String(request.headers['idempotency-key']), body).then(
        () => answer(202),
        error => {
          console.error(error)
          answer(500)
        },
      )
    })
  })
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)))
}
