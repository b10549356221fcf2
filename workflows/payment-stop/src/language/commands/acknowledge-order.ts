import { referenceSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { command, fact } from './definition.ts'
import { institution } from './permission.ts'

const body = z.strictObject({ orderId: z.uuid(), reference: referenceSchema.optional() })

export const AcknowledgeOrder = command({
  body,
  example: { orderId: '7d1c4ba2-6a55-5e0f-9d6e-2f6b1c7a8e31', reference: 'ACK-4711' },
  allowed: [institution],
  personalData: ['/reference'],
  signable: true,
  becomes: 'OrderAcknowledged',
})

export const OrderAcknowledged = fact({ body })
