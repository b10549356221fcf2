import { instantSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { command, fact } from './definition.ts'
import { dispatch } from './permission.ts'

/** The fact of the destruction is on record, so nothing is left to do. */
const body = z.strictObject({ confirmedAt: instantSchema })

export const ConfirmDestruction = command({ body, allowed: [dispatch], becomes: 'DestructionConfirmed' })

export const DestructionConfirmed = fact({ body, isRecordOnly: true })
