import { z } from 'zod'
import { freezeRequestSchema } from '../requests/freeze-request.ts'
import { command, fact } from './definition.ts'
import { ofDocument } from './document-personal-data.ts'
import { noteSchema } from './parts.ts'
import { requester } from './permission.ts'

const body = z.strictObject({ request: freezeRequestSchema.optional(), note: noteSchema.optional() })

/** A corrected document, an answer as text, or both. */
export const ProvideInformation = command({
  body: body.refine(({ request, note }) => request !== undefined || note !== undefined, {
    path: ['note'],
    error: 'must have a corrected request, a note, or both',
  }),
  example: { note: 'The second one, of 11:20' },
  allowed: [requester],
  personalData: [...ofDocument, '/note'],
  becomes: 'InformationProvided',
})

export const InformationProvided = fact({ body })
