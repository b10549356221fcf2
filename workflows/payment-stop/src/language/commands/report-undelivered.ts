import { textSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { orderKindSchema } from '../values/codes.ts'
import { command, fact } from './definition.ts'
import { dispatch } from './permission.ts'

/** An order could not be delivered; `recipient` is the name in the directory. */
const body = z.strictObject({
  orderId: z.uuid(),
  order: orderKindSchema,
  recipient: textSchema(1, 140),
  attempts: z.int().min(0),
  why: textSchema(1, 500),
})

export const ReportUndelivered = command({ body, allowed: [dispatch], becomes: 'OrderUndelivered' })

/** The order stands, and an officer has to deliver it in another way. */
export const OrderUndelivered = fact({ body, isRecordOnly: true })
