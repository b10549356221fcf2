import { randomUUID } from 'node:crypto'
import { accepted, personSchema, type Refusal, type Result } from '@holdfast/schemas'
import { z } from 'zod'
import type { Operator } from '../operators.ts'
import { unauthenticated } from '../tokens/jwt.ts'
import { createDocumentCipher } from './document-cipher.ts'
import type { SessionsOptions } from './sessions.ts'

/** An operator who signed in at the desk. */
export interface OperatorSession {
  readonly role: 'operator'
  readonly person: string
  /** When the person last authenticated. */
  readonly signedInAt: Date
  readonly endsAt: Date
  /** How: the methods or the class that the provider reported. */
  readonly how?: readonly string[] | undefined
}

export interface OperatorSessions {
  encrypt(session: OperatorSession): Promise<string>
  /** Decrypts a session and returns its operator. */
  verify(text: string): Promise<Result<Operator, Refusal>>
  /** As in a member's session. */
  end(text: string): Promise<void>
}

const sessionSchema = z.object({
  sessionId: z.uuid(),
  person: personSchema,
  signedInMs: z.number(),
  how: z.array(z.string()).optional(),
  exp: z.number(),
})

const notOne = unauthenticated('this is for operators of the engine: sign in as an operator, or again where your session has ended')

/** As member sessions, but under another key, so that neither kind is accepted as the other. */
export function createOperatorSessions({ secret, now, ended }: Omit<SessionsOptions, 'members'>): OperatorSessions {
  const cipher = createDocumentCipher(secret, 'operators’ sessions')

  async function open(text: string) {
    const encrypted = sessionSchema.safeParse(await cipher.open(text, now()))
    return encrypted.success && !ended.has(encrypted.data.sessionId) ? encrypted.data : undefined
  }

  return {
    encrypt: ({ person, signedInAt, endsAt, how }) =>
      cipher.encrypt({ sessionId: randomUUID(), person, signedInMs: signedInAt.getTime(), ...(how ? { how: [...how] } : {}) }, endsAt),
    async verify(text) {
      const encrypted = await open(text)
      if (!encrypted) return notOne
      const { person, signedInMs, how, exp } = encrypted
      return accepted({ person, tokenEndsAt: new Date(exp * 1000), signedInAt: new Date(signedInMs), ...(how ? { how } : {}) })
    },
    async end(text) {
      const encrypted = await open(text)
      if (encrypted) await ended.add({ sessionId: encrypted.sessionId, endsAt: new Date(encrypted.exp * 1000) })
    },
  }
}
