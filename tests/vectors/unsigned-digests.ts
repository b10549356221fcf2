import type { DualApprovalCommand } from '@holdfast/payment-stop/language'
import { proposalDigestOf } from '@holdfast/payment-stop/lifecycle'
import { type Case, type VectorKind, vectorsOf } from './vector-file.ts'

interface Input {
  readonly command: DualApprovalCommand
  readonly data: object
}

const rule =
  'How an approval is matched to a proposal: `proposalDigest` of a fact ActionProposed is the SHA-256 (hex) of the canonical JSON of [command, data], with the data as it stands in the fact. Of data that has `signed`, it is that of the data without it; where the encrypted field of the data (`encrypted`) has a blind index `unsignedDigest`, `proposalDigest` is that.'

const confirmation = { instrument: 'PROSECUTOR_ORDER', authority: 'Prosecutor’s office', reference: 'PGR-8785', date: '2024-07-24' }

const cases: readonly Case<Input>[] = [
  ['a confirmation', { command: 'ConfirmFreeze', data: confirmation }],
  [
    'the same in another order',
    {
      command: 'ConfirmFreeze',
      data: { date: '2024-07-24', reference: 'PGR-8785', authority: 'Prosecutor’s office', instrument: 'PROSECUTOR_ORDER' },
    },
  ],
  ['another reference is another word', { command: 'ConfirmFreeze', data: { ...confirmation, reference: 'PGR-8786' } }],
  ['with an end', { command: 'ConfirmFreeze', data: { ...confirmation, expiresAt: '2024-08-24T00:00:00+09:00' } }],
  [
    'the same instant, written otherwise, is another word',
    { command: 'ConfirmFreeze', data: { ...confirmation, expiresAt: '2024-08-23T15:00:00Z' } },
  ],
  ['another command with the same data', { command: 'InitiateReturn', data: confirmation }],
  ['a return', { command: 'InitiateReturn', data: { basis: 'ORDER', reference: 'C-118/2024' } }],
  // Any signature gives the same digest, so none is needed here.
  ['a signed return has the same digest', { command: 'InitiateReturn', data: { basis: 'ORDER', reference: 'C-118/2024', signed: {} } }],
  [
    'encrypted, without the mark: by the data as it stands',
    {
      command: 'Withdraw',
      data: { encrypted: { key: '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c11', ciphertext: 'AAAA', digest: 'd'.repeat(64) } },
    },
  ],
  ['in letters of a country', { command: 'Withdraw', data: { reason: 'A vítima foi reembolsada: “já pago”' } }],
]

export const unsignedDigestVectors = async (): Promise<VectorKind> => ({
  kind: 'proposal-digests',
  rule,
  vectors: await vectorsOf(cases, ({ command, data }) => ({ proposalDigest: proposalDigestOf(command, data) })),
})
