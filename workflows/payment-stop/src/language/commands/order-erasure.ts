import { z } from 'zod'
import { command, fact } from './definition.ts'
import { approval, instrument } from './parts.ts'
import { authority, requestersOfficer } from './permission.ts'

const body = z.strictObject(instrument)

/**
 * A court or another authority orders the erasure of an ended request before its retention period ends. Its authority
 * stays readable as evidence, so nothing is encrypted.
 */
export const OrderErasure = command({
  body,
  example: { authority: 'District Court of Dili', reference: 'C-144/2025', date: '2025-02-03' },
  // The country of the data subject, or an authority by the law of the country that processed the data.
  allowed: [requestersOfficer, authority],
  dualApproval: 'always',
  mayUseReservedQuota: true,
  becomes: 'ErasureOrdered',
})

/** V30: the authority of an erasure is on record before the erasure. */
export const ErasureOrdered = fact({ body: body.extend(approval) })
